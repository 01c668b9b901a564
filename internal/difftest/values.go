package main

import (
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
)

// Values that a kind of keyword takes, words separated by spaces.
var (
	goodTimes = []string{"0", "1", "5", "15", "30", "60", "240", "300", "1m", "5M", "1h", "1h30m", "1h30", "2d", "1w", "010", "00",
		"2147483647", "30s30", "+5", "1s1s", "35791394m", "596523h", "24855d", "3550w"}
	badTimes = []string{"-1", "1.5", ".5", "0x10", "1e3", "10ms", "5y", "sec", "s", "2147483648", "35791395m", "3551w", "1 m", "--1", "++1",
		"1-1", "none,", "99999999999999999999", "1h30x", "=30", "30;", "30,"}
	goodInts = []string{"0", "1", "2", "3", "10", "240", "+3", "003", "2147483647"}
	badInts  = []string{"-1", "2147483648", "3s", "0x3", "none", "yes", "1.0", "99999999999999999999", "+", "-", "3#", "=3"}
	badFlags = []string{"on", "off", "1", "0", "y", "none", "yess", "ye", "=yes", "maybe", "default"}
)

// goodValues lists values by keyword for those that differ from their kind.
var goodValues = [2]map[string][]string{
	{
		"addkeystoagent": {"yes", "no", "ask", "confirm", "confirm 5m", "1h"},
		// a path is printed even behind an earlier "no", which has its effect
		"forwardagent": {"yes", "no", "/run/agent", "/a"}, "identityfile": {"none", "~/.ssh/id_a", "/k/b", "~/.ssh/id_a", "/k/%h"},
		"certificatefile": {"/k/a-cert.pub", "~/c", "/k/a-cert.pub"}, "identityagent": {"none", "/run/agent"},
		"hostname":     {"web2", "WEB2", "%h.example.com", "10.0.0.2", "db", "%h", "db.example.com", "::1"},
		"hostkeyalias": {"alias", "Alias2"}, "proxycommand": {"nc %h %p", "none", "a # b", "\"a b\" c", "x 'y z'"},
		"proxyjump":     {"jump", "user@jump:22", "none", "ssh://u@jump:2222", "a,b"},
		"port":          {"22", "2222", "65535", "1", "022"},
		"localforward":  {"8080 localhost:80", "127.0.0.1:8080 h:80", "*:81 h:82", "8080 localhost:80", "/tmp/s h:1", "[::1]:9 [::1]:8"},
		"remoteforward": {"9000 h:90", "9000", "9000 h:90", "h:9001 /tmp/s"}, "dynamicforward": {"1080", "127.0.0.1:1080", "1080"},
		"permitremoteopen": {"any", "none", "h:22 g:*", "*:*"}, "user": {"alice", "bob", "root", "deploy", "Alice"},
		"escapechar": {"none", "~", "^A", "x"}, "globalknownhostsfile": {"/k1 /k2", "none", "/k1"},
		"userknownhostsfile": {"/k1 /k2", "none", "~/k1"}, "rekeylimit": {"default", "1G", "1G 1h", "default none", "500M 30"},
		"sendenv": {"LANG LC_*", "LANG", "-LC_*", "A B C"}, "setenv": {"A=1 B=2", "A=1", "FOO=bar"},
		"controlpath": {"none", "/tmp/cm", "~/.ssh/cm"}, "controlpersist": {"yes", "no", "10m", "0", "true"},
		"tunneldevice": {"any:any", "1:2", "any", "3"}, "remotecommand": {"none", "ls -l # x", "\"a b\""}, "localcommand": {"none", "echo hi"},
		"ipqos": {"af21 cs1", "lowdelay", "0x10", "none", "cs0 8"}, "canonicaldomains": {"example.com", "a.example b.example", "none"},
		"streamlocalbindmask": {"0177", "0000", "0777", "022"}, "revokedhostkeys": {"/r", "none"}, "knownhostscommand": {"none", "/bin/x %h"},
		"xauthlocation": {"/usr/bin/xauth", "/x"}, "bindaddress": {"10.0.0.1"}, "bindinterface": {"eth0"},
		"preferredauthentications": {"publickey,password"}, "kbdinteractivedevices": {"bsdauth,pam"}, "pkcs11provider": {"none", "/lib/p.so"},
		"smartcarddevice": {"/lib/p.so"}, "securitykeyprovider": {"internal", "/x"}, "logverbose": {"kex.c:*:1000", "none", "a b"},
		"ignoreunknown": {"foo*", "foo,bar", "*", "!foobar,foo*", "Foo*,UseKeychain", "x11*"}, "canonicalizehostname": {"no", "false", "NO"},
		"canonicalizepermittedcnames": {"none"}, "loglevel": {"INFO", "debug", "QUIET", "verbose", "DEBUG3", "silent"},
		"ciphers": {"aes128-ctr", "+aes128-cbc", "aes256-ctr,aes128-ctr"}, "macs": {"hmac-sha2-256", "-hmac-sha1"},
		"kexalgorithms": {"curve25519-sha256", "^curve25519-sha256"}, "hostkeyalgorithms": {"ssh-ed25519", "+ssh-rsa"},
		"hostbasedacceptedalgorithms": {"ssh-ed25519"}, "pubkeyacceptedalgorithms": {"ssh-ed25519", "+ssh-rsa"}, "casignaturealgorithms": {"ssh-ed25519"},
		"gssapikexalgorithms": {"gss-group14-sha256-"}, "gssapiclientidentity": {"me"}, "gssapiserveridentity": {"you"}, "tag": {"t1"},
		"obscurekeystroketiming": {"yes", "no"}, "channeltimeout": {"session=5m", "none"}, "versionaddendum": {"x"}, "refuseconnection": {"no"},
		"protocol": {"2", "2,1"}, "setuptimeout": {"15", "30"}, "protocolkeepalives": {"20"}, "forwardx11timeout": {"0", "20m", "none"},
		"compressionlevel": {"6"},
	},
	{
		"port": {"22", "2222", "65535", "2022"}, "listenaddress": {"10.0.0.1", "10.0.0.1:22", "[::1]:22", "::1", "0.0.0.0"},
		"hostkey": {"/nonexistent/key"}, "ipqos": {"af21 cs1", "lowdelay", "0x10", "none"}, "streamlocalbindmask": {"0177", "0000", "022"},
		// before 10.1 a MaxStartups of one number kept the rate of an earlier line
		"permituserenvironment": {"yes", "no", "A,B*"}, "subsystem": {"sftp internal-sftp", "sftp /usr/lib/sftp -l INFO", "foo /bin/x"},
		"maxstartups": {"10:30:100", "5:50:60"}, "persourcenetblocksize": {"32", "24:56", "32:128"},
		"rekeylimit": {"default", "1G", "1G 1h", "default none", "500M 30"}, "hostcertificate": {"/nonexistent/cert"},
		"hostkeyagent": {"none"}, "pidfile": {"none", "/run/x.pid"}, "modulifile": {"/etc/ssh/moduli"}, "xauthlocation": {"/x", "none"},
		"ciphers": {"aes128-ctr", "+aes128-cbc"}, "macs": {"hmac-sha2-256"}, "kexalgorithms": {"curve25519-sha256"},
		"logverbose": {"a b"}, "hostbasedacceptedalgorithms": {"ssh-ed25519"}, "hostkeyalgorithms": {"ssh-ed25519", "+ssh-rsa"},
		"casignaturealgorithms": {"ssh-ed25519"}, "pubkeyauthoptions": {"none", "touch-required", "touch-required verify-required"},
		"pubkeyacceptedalgorithms": {"ssh-ed25519", "+ssh-rsa"}, "gssapikexalgorithms": {"gss-group14-sha256-"},
		"allowusers": {"alice bob", "*@10.0.0.0/8", "alice", "!bob *"}, "denyusers": {"mallory", "eve bob@10.0.0.1"},
		"allowgroups": {"users", "root wheel"}, "denygroups": {"nogroup"}, "acceptenv": {"LANG LC_*", "A", "LANG"},
		"setenv": {"A=1 B=2", "A=1", "FOO=bar"}, "persourcemaxstartups": {"none", "10"}, "persourcepenaltyexemptlist": {"10.0.0.0/8"},
		"persourcepenalties": {"yes", "crash:90"}, "banner": {"none", "/etc/issue"}, "authorizedkeysfile": {".ssh/authorized_keys", "none", "/k/%u .ssh/a"},
		"forcecommand": {"none", "internal-sftp", "echo # x", "\"a b\" c"}, "permitopen": {"any", "none", "h:22 *:80"},
		"permitlisten": {"any", "none", "8080", "h:22 80"}, "chrootdirectory": {"none", "/srv/%u"}, "revokedkeys": {"none"},
		"trustedusercakeys": {"none", "/ca"}, "authorizedkeyscommand": {"none", "none", "/bin/true %u"}, "authorizedkeyscommanduser": {"nobody"},
		"authorizedprincipalsfile": {"none", "/p/%u"}, "authorizedprincipalscommand": {"none", "none", "/bin/true"}, "authorizedprincipalscommanduser": {"nobody"},
		"versionaddendum": {"x", "none", "a b"}, "authenticationmethods": {"any", "publickey", "publickey,password publickey", "hostbased", "keyboard-interactive:pam", "gssapi-with-mic publickey"},
		"securitykeyprovider": {"internal"}, "channeltimeout": {"session:*=5m", "none", "x11-connection=1m direct-tcpip=30"},
		"unusedconnectiontimeout": {"none", "30", "5m", "0"}, "rdomain": {"none"}, "loglevel": {"INFO", "debug", "QUIET", "VERBOSE"},
		"protocol": {"2"}, "pamservicename": {"sshd"}, "hostdsakey": {"/nonexistent/key2"}, "dsaauthentication": {"yes", "no"},
		"permittunnel": {"yes", "no", "point-to-point", "ethernet"}, "challengeresponseauthentication": {"yes", "no"},
		"gssapicleanupcreds": {"yes", "no"}, "fingerprinthash": {"md5", "sha256", "SHA512"},
	},
}

// goodOf lists values that a keyword takes.
func goodOf(k *keyword.Keyword) []string {
	if v, ok := goodValues[k.Side][k.Canonical()]; ok {
		return v
	}
	switch k.Kind {
	case "flag":
		return flagWords(k.Side)
	case "time":
		if k.Side == keyword.Client { // ssh takes none for all its times
			return append([]string{"none", "none"}, goodTimes...)
		}
		return goodTimes
	case "int", "int-or-none":
		return goodInts
	case "enum":
		return enumWords(k)
	case "deprecated", "unsupported", "ignored":
		return []string{"yes", "no", "x y z", "3"}
	}
	return []string{"yes", "no"}
}

func flagWords(side keyword.Side) []string {
	if side == keyword.Client {
		return []string{"yes", "no", "true", "false", "YES", "No"}
	}
	return []string{"yes", "no", "Yes", "NO"}
}

func enumWords(k *keyword.Keyword) []string {
	var out []string
	for w := range strings.SplitSeq(k.Values, "|") {
		if !strings.ContainsAny(w, " .") {
			out = append(out, w)
		}
	}
	return out
}

// badOf lists values that a keyword refuses.
func badOf(k *keyword.Keyword) []string {
	switch k.Kind {
	case "flag", "enum":
		return badFlags
	case "time":
		return badTimes
	case "int":
		return badInts
	case "octal":
		return []string{"8", "01000", "x", "-1"}
	case "port":
		return []string{"65536", "-1", "0"}
	}
	return nil
}
