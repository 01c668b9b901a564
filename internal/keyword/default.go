package keyword

import "strings"

// DefaultOf is what the dump prints for k when no line sets it; nil where
// nothing is printed or where it is computed at run time (user, host name,
// algorithm lists, paths of the build).
func (d Dialect) DefaultOf(k *Keyword) []string {
	if k = d.Target(k); k == nil {
		return nil
	}
	switch k.Status {
	case Ignored, Deprecated, Unsupported:
		return nil
	}
	special := d.clientDefault
	if k.Side == Server {
		special = d.serverDefault
	}
	if text, found := special(k.Lower); found {
		if text == "" {
			return nil
		}
		return strings.Split(text, "\n")
	}
	return d.plainDefault(k)
}

// plainDefault takes the table's default, whose first word is the value for
// flags, words and numbers, through Check, which knows the printed form.
func (d Dialect) plainDefault(k *Keyword) []string {
	switch k.Kind {
	case "flag", "enum", "time", "int", "octal", "port", "flag-or-path":
	default:
		return nil
	}
	text, _, _ := strings.Cut(k.Default, " ")
	if text == "" || text == "none" || text == "unset" {
		return nil
	}
	v, err := d.Check(k, []string{text})
	if err != nil || v.Unset {
		return nil
	}
	return v.Items
}

// clientDefault is the default of a client keyword that the table does not
// give, or gives for one release only; lines are separated by newlines.
func (d Dialect) clientDefault(name string) (text string, found bool) {
	r := d.Release
	switch name {
	case "addkeystoagent":
		return "false", true
	case "canonicaldomains", "canonicalizepermittedcnames", "connecttimeout", "logverbose",
		"channeltimeout":
		return "none", true
	case "checkhostip":
		return choose(r < R(8, 5), "yes", "no"), true
	case "controlpersist":
		return "no", true
	case "escapechar":
		return "~", true
	case "forwardx11trusted":
		return choose(d.Vendor == Debian, "yes", "no"), true
	case "globalknownhostsfile":
		return "/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2", true
	case "userknownhostsfile":
		return "~/.ssh/known_hosts ~/.ssh/known_hosts2", true
	case "gssapikeyexchange", "gssapitrustdns", "gssapirenewalforcesrekey":
		return "no", true
	case "identityfile":
		return identityFiles(r), true
	case "ipqos":
		return d.defaultIPQoS(), true
	case "obscurekeystroketiming":
		return "yes", true
	case "permitremoteopen":
		return "any", true
	case "rekeylimit":
		return "0 0", true
	case "securitykeyprovider":
		return choose(r < R(8, 2), "", "internal"), true
	case "tunneldevice":
		return "any:any", true
	case "updatehostkeys":
		return choose(r < R(8, 5), "false", "true"), true
	}
	return "", false
}

// serverDefault is the same for the server.
func (d Dialect) serverDefault(name string) (text string, found bool) {
	r := d.Release
	switch name {
	case "authenticationmethods", "permitopen", "permitlisten":
		return "any", true
	case "authorizedkeysfile":
		return ".ssh/authorized_keys .ssh/authorized_keys2", true
	case "banner", "forcecommand", "chrootdirectory", "trustedusercakeys",
		"authorizedprincipalsfile", "versionaddendum", "authorizedkeyscommand",
		"authorizedkeyscommanduser", "authorizedprincipalscommand",
		"authorizedprincipalscommanduser", "hostkeyagent", "persourcemaxstartups",
		"persourcepenaltyexemptlist", "pubkeyauthoptions", "unusedconnectiontimeout":
		return "none", true
	case "channeltimeout":
		return choose(r < R(9, 3), "", "none"), true
	case "gssapikeyexchange", "gssapistorecredentialsonrekey":
		return "no", true
	case "hostkey":
		return hostKeys(r), true
	case "ipqos":
		return d.defaultIPQoS(), true
	case "maxstartups":
		return "10:30:100", true
	case "modulifile":
		return "/etc/ssh/moduli", true
	case "pamservicename":
		return "sshd", true
	case "permituserenvironment":
		return "no", true
	case "persourcenetblocksize":
		return "32:128", true
	case "rekeylimit":
		return "0 0", true
	case "revokedkeys":
		return choose(r < R(10, 3), "none", ""), true
	case "securitykeyprovider":
		return "internal", true
	}
	return "", false
}

func choose(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// defaultIPQoS: upstream changed it in 7.8 and 10.1; Debian keeps the first.
func (d Dialect) defaultIPQoS() string {
	switch {
	case d.Release >= R(10, 1):
		return "ef cs0"
	case d.Release < R(7, 8) || d.Vendor == Debian:
		return "lowdelay throughput"
	}
	return "af21 cs1"
}

// identityFiles are the keys that ssh tries by itself, in its order.
func identityFiles(r Release) string {
	kinds := []string{"rsa", "ecdsa", "ecdsa_sk", "ed25519", "ed25519_sk"}
	switch {
	case r < R(8, 2):
		kinds = []string{"rsa", "dsa", "ecdsa", "ed25519"}
	case r < R(10, 0):
		kinds = append(kinds, "xmss", "dsa")
	case r >= R(10, 5):
		kinds = append(kinds, "mldsa44_ed25519")
	}
	return "~/.ssh/id_" + strings.Join(kinds, "\n~/.ssh/id_")
}

// hostKeys are the host keys that sshd looks for by itself.
func hostKeys(r Release) string {
	kinds := []string{"rsa", "ecdsa", "ed25519"}
	if r >= R(10, 5) {
		kinds = append(kinds, "mldsa44_ed25519")
	}
	for i, kind := range kinds {
		kinds[i] = "/etc/ssh/ssh_host_" + kind + "_key"
	}
	return strings.Join(kinds, "\n")
}
