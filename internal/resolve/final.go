package resolve

import (
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
)

// finish applies what the programs do once all files are read and before they
// connect or listen: checks of values against each other.
func (r *Result) finish() {
	if r.Error == "" && r.c.Dialect.Side == keyword.Client && r.q.Identity.Known {
		r.finishClient()
	}
}

// finishClient is the end of main of ssh.c.
func (r *Result) finishClient() {
	r.Error = r.clientClash()
}

// clientClash names values that do not go together, in the order of ssh.c.
func (r *Result) clientClash() string {
	known := &r.c.table.known
	command := r.q.Identity.Command != ""
	switch {
	case r.isSet(known.proxyCommand, "-") && r.isSet(known.proxyFd, "yes"):
		return "ProxyCommand=- and ProxyUseFDPass are incompatible"
	case r.isSet(known.attempts, "0"):
		return "Invalid number of ConnectionAttempts"
	case command && r.given("remotecommand"):
		return "Cannot execute command-line and remote command."
	case r.isSet(known.fork, "yes") && !command && !r.given("remotecommand") && !r.isSet(known.sessionType, "none"):
		return "Cannot fork into background without a command to execute."
	}
	return ""
}

// isSet reports whether a line sets a keyword to a word.
func (r *Result) isSet(id keyword.ID, word string) bool {
	ref, ok := r.WinnerID(id)
	if !ok {
		return false
	}
	items := r.c.values(r.q, ref).Items
	return len(items) == 1 && items[0] == word
}

// serverClash names start-up values of a server that do not go together
// (sshd.c, main). They are looked at before any Match block.
func (r *Result) serverClash() string {
	for _, name := range [...]string{"AuthorizedKeysCommand", "AuthorizedPrincipalsCommand"} {
		lower := pattern.Lower(name)
		if _, user := r.Value(lower + "user"); r.given(lower) && !user {
			return name + " set without " + name + "User"
		}
	}
	if clash := r.familyClash(); clash != "" {
		return clash
	}
	lists, ok := r.Value("authenticationmethods")
	if !ok || len(lists) != 1 || lists[0] == "any" {
		return ""
	}
	for list := range strings.SplitSeq(lists[0], " ") {
		if r.methodsEnabled(list) {
			return ""
		}
	}
	return "AuthenticationMethods cannot be satisfied by enabled authentication methods"
}

// familyClash looks for an address to listen on that AddressFamily rules out
// (servconf.c, add_one_listen_addr).
func (r *Result) familyClash() string {
	family, ok := r.Value("addressfamily")
	if !ok || len(family) != 1 || family[0] == "any" {
		return ""
	}
	listen, _ := r.Value("listenaddress")
	for _, item := range listen {
		host, _, _ := strings.Cut(item, " ")
		if inner, _, ok := strings.Cut(strings.TrimPrefix(host, "["), "]"); ok {
			host = inner
		} else if strings.Count(host, ":") == 1 {
			host, _, _ = strings.Cut(host, ":")
		}
		if ip, ok := pattern.ParseAddr(host); ok && ip.Is4() != (family[0] == "inet") {
			return "bad addr or host: " + host + " (Address family for hostname not supported)"
		}
	}
	return ""
}

// methodsEnabled is auth2_methods_valid of auth2.c for a list that was
// accepted.
func (r *Result) methodsEnabled(list string) bool {
	for method := range strings.SplitSeq(list, ",") {
		method, _, _ = strings.Cut(method, ":")
		name := map[string]string{
			"publickey": "pubkeyauthentication", "password": "passwordauthentication", "keyboard-interactive": "kbdinteractiveauthentication",
			"hostbased": "hostbasedauthentication", "gssapi-with-mic": "gssapiauthentication", "gssapi-keyex": "gssapikeyexchange",
		}[method]
		if name == "" {
			continue
		}
		v, ok := r.Value(name)
		if !ok {
			v = r.DefaultOf(name)
		}
		if len(v) == 1 && v[0] == "no" {
			return false
		}
	}
	return true
}

// is reports whether a keyword is set to a word.
func (r *Result) is(name, word string) bool {
	v, ok := r.Value(name)
	return ok && len(v) == 1 && v[0] == word
}

// given reports whether a keyword has a value other than none.
func (r *Result) given(name string) bool {
	v, ok := r.Value(name)
	return ok && len(v) > 0 && v[0] != "none"
}

// DefaultOf is what a keyword is where no line sets it, as far as it is known
// here: some defaults depend on other keywords.
func (r *Result) DefaultOf(name string) []string {
	k := keyword.Find(r.c.Dialect.Side, []byte(name))
	if k == nil {
		return nil
	}
	if r.c.Dialect.Side == keyword.Client {
		switch k.Lower {
		case "serveraliveinterval":
			if r.c.Dialect.Vendor == keyword.Debian && r.is("batchmode", "yes") {
				return []string{"300"} // Debian's keepalive-extensions.patch
			}
		case "updatehostkeys":
			// readconf.c, fill_default_options
			_, files := r.Value("userknownhostsfile")
			if v, ok := r.Value("verifyhostkeydns"); files || ok && len(v) == 1 && v[0] != "false" {
				return []string{"false"}
			}
		}
	}
	return r.c.Dialect.DefaultOf(k)
}
