package keyword

import (
	"math/rand/v2"
	"os"
	"os/user"
	"path/filepath"
	"strings"
)

// unbuilt are keywords that Debian's build does not support.
var unbuilt = map[string]string{
	"kerberosgetafstoken": "built without AFS",
}

// unprinted are keywords that the dump leaves out, by their reason.
var unprinted = map[string]string{
	"debianbanner": "not in Debian's dump",
}

// normal brings what the program prints and what Check says to one form, for
// keywords whose printed form depends on more than the line.
var normal = map[string]func([]string) []string{
	// ~ is expanded.
	"userknownhostsfile":       expandTilde,
	"authorizedkeysfile":       expandTilde,
	"authorizedprincipalsfile": expandTilde,
	// sshd makes paths absolute, and expands ~.
	"pidfile": absolute, "modulifile": absolute, "xauthlocation": absolute,
	"banner": absolute, "trustedusercakeys": absolute, "revokedkeys": absolute,
	"hostkeyagent": absolute, "securitykeyprovider": absolute, "hostcertificate": absolute,
	// The key of the test's command line is printed first.
	"hostkey": func(list []string) []string {
		if len(list) > 1 {
			list = list[1:]
		}
		return absolute(list)
	},
	// Removals take effect on the line itself.
	"sendenv": removeEnv,
	// The host name is lower-cased and expanded.
	"hostname": func(list []string) []string {
		return []string{lowercase(strings.Join(list, "\n"))}
	},
}

func expandTilde(list []string) []string {
	out := make([]string, len(list))
	home := homeDir()
	for i, item := range list {
		words := strings.Split(item, " ")
		for j, w := range words {
			if strings.HasPrefix(w, "~/") {
				words[j] = home + "/" + strings.TrimLeft(w[2:], "/")
			} else if w == "~" {
				words[j] = home + "/"
			}
		}
		out[i] = strings.Join(words, " ")
	}
	return out
}

func homeDir() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.HomeDir
}

func absolute(list []string) []string {
	out := expandTilde(list)
	for i, p := range out {
		if p != "none" && p != "internal" && p != "SSH_AUTH_SOCK" && !filepath.IsAbs(p) {
			dir, _ := os.Getwd()
			out[i] = dir + "/" + p
		}
	}
	return out
}

func removeEnv(list []string) []string {
	var out []string
	for _, name := range list {
		if !strings.HasPrefix(name, "-") {
			out = append(out, name)
			continue
		}
		kept := out[:0]
		for _, have := range out {
			if !glob(name[1:], have) {
				kept = append(kept, have)
			}
		}
		out = kept
	}
	return out
}

// comparable reports whether the printed value of the line can be compared with
// what Check says.
func comparable(q question) bool {
	first := ""
	if len(q.args) > 0 {
		first = q.args[0]
	}
	switch name := q.k.Canonical(); q.k.Kind {
	case "alglist":
		// Built-in lists, patterns, short names and what follows an empty name;
		// certificates among signatures.
		return plainAlgorithms(first) && !(name == "casignaturealgorithms" && strings.Contains(first, "-cert-"))
	case "forward":
		return !strings.Contains(strings.Join(q.args, " "), "${")
	default:
		switch name {
		case "hostname", "controlpath", "identityfile", "certificatefile", "localcommand",
			"remotecommand", "identityagent", "forwardagent":
			return !strings.ContainsAny(first, "%~") && !strings.Contains(first, "${") &&
				(name != "hostname" || strings.Trim(first, "0123456789.") != "")
		case "hostkey", "hostcertificate":
			return !isNone(first) // printed as "(null)"
		case "persourcenetblocksize":
			// Up to 10.0 the second number is not initialised.
			return scanInts(first, make([]int32, 2)) == 2
		case "listenaddress":
			return strings.Contains(first, "]:") || strings.Count(first, ":") == 1 && isDigit(first[0]) && strings.Count(first, ".") == 3
		}
	}
	return true
}

// plainAlgorithms reports whether a list is one that is printed as written.
func plainAlgorithms(list string) bool {
	return list != "" && !strings.ContainsAny(list, "+^*?!") && list[0] != '-' && list[0] != ',' &&
		!strings.Contains(list, ",,") && !strings.HasSuffix(list, ",") && !strings.Contains(list, "gss-") &&
		strings.Contains(list, "-") && list == strings.ToLower(list)
}

// Values for every kind of keyword.
var (
	flagValues = []string{
		"yes", "no", "true", "false", "YES", "No", "TRUE", "False", "on", "off", "1", "0", "ask",
		"maybe", "yess", "ye", " yes", "yes ", "force", "none", "\"", "y\u00e9s",
	}
	timeValues = []string{
		"0", "1", "15", "300", "00", "007", "010", "+5", "-1", "-0", "+0", " 5", "5 ", "\t5", "1s", "1S",
		"1m", "1M", "2h", "2H", "3d", "3D", "1w", "1W", "1h30", "1h30m", "1m30s", "30s30", "30s1m",
		"1m1m", "1w2d3h4m5s", "5s4m3h2d1w", "1m 30", "1m+30", "1m-30", "30m30h", "90m", "1y", "1ms",
		"1sec", "1 h", "h", "s", "m1", "0x10", "1e3", "1.5", ".5", "1.", "1.5m", "1,5", "5;", "none", "None",
		"NONE", "no", "yes", "infinity", "inf", "2147483647", "2147483648", "4294967295", "4294967296",
		"4294967301", "9223372036854775807", "9223372036854775808", "99999999999999999999",
		"2147483647s", "35791394m", "35791395m", "596523h", "596524h", "24855d", "24856d", "3550w", "3551w",
		"2147483646s1", "2147483646s2", "3550w37h", "0s", "0m0h", "-1m", "1m-0", "5\u00a0", "\u0661", "5#", "5 #", "5=",
	}
	intValues = []string{
		"0", "1", "3", "10", "007", "00", "+3", "-1", "-0", "+0", " 3", "3 ", "\t3", "3x", "x3",
		"0x3", "3.0", ".3", "3e1", "--3", "+-3", "+", "-", " ", "3s", "1m", "none", "unlimited", "yes",
		"2147483647", "2147483648", "4294967295", "4294967296", "4294967299", "9223372036854775807",
		"9223372036854775808", "-9223372036854775808", "-9223372036854775809",
		"99999999999999999999999", "-99999999999999999999999", "1,000", "1_000", "\u0663", "3#", "3=",
	}
	portValues = []string{
		"22", "0", "1", "65535", "65536", "-1", "+22", " 22", "22 ", "0022", "0x16", "ssh", "SSH", "http",
		"https", "nosuchservice", "2222x", "none", "any", "22,23", "22:23", "*", "smtp", "ntp", "imap2", "git ",
	}
	enumWords = []string{
		"yes", "no", "true", "false", "YES", "True", "NO", "ask", "ASK", "confirm", "off", "accept-new",
		"always", "auto", "autoask", "any", "inet", "inet6", "INET", "point-to-point", "Ethernet", "ethernet",
		"force", "none", "subsystem", "default", "unbound", "host-bound", "delayed", "prohibit-password",
		"without-password", "forced-commands-only", "clientspecified", "all", "local", "remote",
		"shosts-only", "QUIET", "quiet", "SILENT", "FATAL", "ERROR", "INFO", "info", "VERBOSE", "DEBUG",
		"debug1", "DEBUG2", "DEBUG3", "DEBUG4", "WARN", "DAEMON", "USER", "auth", "AUTHPRIV", "LOCAL0",
		"local7", "LOCAL8", "KERN", "MAIL", "md5", "MD5", "sha1", "sha256", "SHA256", "sha384", "sha512",
		"sha224", "ripemd160", "no-pq-kex", "1", "0", "yes,no", "interval:20", "\u212aes",
	}
	stringValues = []string{
		"x", "none", "NONE", "a b", "a#b", "#x", "a=b", "=x", "/abs/path", "rel/path", "UPPER", "a,b",
		"caf\u00e9", "a\\b", "it's", "-x", "0", "yes", "any", "*",
	}
	rawValues = []string{
		"x", "none", "NONE", "none # c", "/bin/x -a b", "/bin/x # c", "# c", "a  b\tc", "\"quoted arg\" 'and this'",
		"\"\"", "= x", "=x", "/bin/x \"a b\" \\\"", "nc %h %p", "exec ssh -W [%h]:%p jump", "caf\u00e9",
		"yes", "a=b", "a,b", "none x", "/none",
	}
)

// plenty are values, as argument lists, of the keywords with a form of their own.
var plenty = map[string][][]string{
	"addkeystoagent": args2("yes", "no", "ask", "confirm", "5m", "0", "confirm 5m", "confirm 0", "confirm x", "yes 5m",
		"5m 5m", "CONFIRM 1h", "confirm none", "ask 5m", "confirm 5m x", "5m x y", "true", "FALSE", "none", "1h30", "-1", "+5"),
	"canonicaldomains": args2("example.com", "Example.COM", "a b c", "none", "none a", "a none", "a.", "a..b", ".a", "-a",
		"_a", "a_b", "a-b", "a/b", "a b/ c", "1.2.3.4", "a:b", "*", "none none", "NONE", "a.b.", "a-", "a.-b",
		strings.Repeat("a ", 31)+"a", strings.Repeat("a ", 32)+"a", strings.Repeat("x", 300)+"/"),
	"canonicalizepermittedcnames": args2("a:b", "*:*", "*", "none", "none a:b", "a:b none", "a", "a:", ":b", ":", "*.A.com:*.B.com",
		"a:b c:d", "a:b c", "a:b:c", "NONE", "a,b:c,d", "* a:b"),
	"channeltimeout": args2("none", "*=5m", "session=5m", "session:*=1h x11-connection=30", "x=", "=5m", "x", "x=1y",
		"none x=1", "x=1 none", "x=0", "x=none", "agent-connection=1h30", "x==1", "x=1=2", "NONE", "a=1 b=x", "x=+5", "x=1.5"),
	"controlpersist": args2("yes", "no", "true", "false", "YES", "0", "10m", "1h30", "none", "x", "-1", "2147483648", "5 5", "00", "010"),
	"escapechar": args2("none", "None", "~", "^A", "^a", "^~", "^@", "^?", "^[", "\\", "ab", "^", "^AB", "\u00e9", "a", "^\u00e9", "%", "^`",
		"^\\", "^]", "\"", "'"),
	"forwardagent":  args2("yes", "no", "TRUE", "/path", "$SSHVET_TEST", "${SSHVET_TEST}", "$", "$A-B", "${", "${}", "x${SSHVET_TEST}y", "rel", "none"),
	"identityagent": args2("/path", "none", "SSH_AUTH_SOCK", "$SSHVET_TEST", "${SSHVET_TEST}", "$", "$A-B", "${", "${}", "a${", "$1", "$_", "~/x", "%d/x", "$A/b"),
	"ipqos": args2("af11", "AF43", "cs0", "cs7", "ef", "EF", "le", "va", "lowdelay", "throughput", "reliability", "none", "NONE",
		"0", "0x10", "010", "8", "4", "255", "256", "-1", "+8", "0xb8", "0x08", "0x", "08", "af11 cs1", "ef none", "none 8", "af11 x",
		"x", "af11 cs1 ef", "lowdelay throughput", "184", "0xff", "1", "46", " 8"),
	"ignoreunknown": args2("x", "a,b", "*", "!a,*"),
	"localforward":  forwards,
	"remoteforward": append(args2("0", "8080", "localhost:8080", "/sock", "0 a:22", "[::1]:0", ":8080", "*:8080"), forwards...),
	"dynamicforward": args2("1080", "localhost:1080", "[::1]:1080", "::1:1080", "*:1080", ":1080", "/sock", "0", "65536", "ssh",
		"a:b:1", "a:1:2", "1080 x", "[a:1080", "[a]b:1080", "a\\:b:1080", "1080:", "localhost:", "x/y:80", "-1", "1080 a:80", "${SSHVET_TEST}", "${", "  1080"),
	"logverbose": args2("a", "a b", "none", "none a", "a none", "kex.c:*:1000,*:kex_exchange_identification():*", "NONE"),
	"permitremoteopen": args2("any", "none", "ANY", "a:1", "a:1 b:2", "a", "a:*", "*:1", "*:*", "a:0", "a:x", "any a:1", "a:1 any", "[::1]:22",
		"::1:22", "[::1", "none none", "a/b:1", "a:ssh", "a:65536", "a:", ":1", "a:1 b"),
	"port": args2("22", "22 23"),
	"obscurekeystroketiming": args2("yes", "no", "true", "false", "YES", "interval:20", "interval:80", "interval:0", "interval:1001",
		"interval:x", "interval:", "20", "yes no"),
	"rekeylimit": args2("default", "DEFAULT", "default none", "1G", "1g", "1K", "500M", "1T", "1P", "1E", "7E", "8E", "9E", "16", "15", "0", "0K", "1B",
		"16b", "1.5G", "1.5", "16.9", ".5K", "1..5K", "1.5.K", "K", ".", "", " ", "-1", "-1G", "+1G", "++1", "-+1", " 1G", "1G ", "1GB", "1Gx", "1G-", "1X", "x",
		"1G 1h", "1G none", "1G NONE", "1G default", "1G x", "1G 1h x", "1G 0", "1G -1", "none", "0x10", "4294967296", "9223372036854775807",
		"9223372036854775808", "9223372036854775807K", "99999999999999999999", "999999999999999999999", "1.99999999999999999999999G", "1.123456789012345678K",
		"0.999999999999999999E", "default 1h30", "1G 1h30m", "1G +5", "1K none x"),
	"sendenv":             args2("LANG", "LC_*", "A B C", "A=B", "A -A B", "-A", "A B -*", "A A", "*", "A B=C"),
	"acceptenv":           args2("LANG", "LC_*", "A B C", "A=B", "-A", "A A", "*", "A B=C"),
	"setenv":              args2("A=B", "A=B C=D", "A", "A=", "=B", "A=1 A=2", "A=B C", "A=b=c", "A=x y=z A=q"),
	"tunneldevice":        args2("any", "ANY", "0", "1", "1:2", "any:any", "any:3", "3:any", "1:", ":1", "1:2:3", "x", "-1", "2147483646", "2147483647", "2147483645:any", "+1", " 1", ""),
	"streamlocalbindmask": args2("0177", "177", "0", "000", "777", "0777", "1000", "8", "9", "7x", "x", "-1", "+7", " 7", "0x1", "7 7", "40000000001", "20000000000", "777777777777777777777777"),
	"proxyjump":           nil,
	"securitykeyprovider": args2("internal", "Internal", "none", "/usr/lib/x.so", "rel", "$SSH_SK_PROVIDER"),

	"allowusers": args2("root", "a b", "a@h", "a@10.0.0.0/8", "a@10.0.0.1/8", "a@10.0.0.0/33", "a@10.0.0.0/x", "a@10/8", "a@10.0/16", "a@fe80::/10", "a@fe80::1/10",
		"a@::/0", "a@::/129", "a@*.example", "a@", "@h", "a@h@10.0.0.1/8", "a@!h", "a@1.2.3.4,5.6.7.0/24", "a@1.2.3.4,,b", "a@,", "!a", "*", "a@0x0a000000/8", "a@010.0.0.0/8",
		"a@1.2.3.4/32", "a@1.2.3.4/31", "a@1.2.3.256/24", "a@10.0.0.0/", "a@10.0.0.0/128", "a@fe80::1%lo/128", "a@::ffff:1.2.3.4/128", "a@::ffff:0:0/96", "a@!", "a@!10.0.0.1/8", "a@[::1]"),
	"allowgroups": args2("root", "a b", "*", "!a", "a@b"),
	"authenticationmethods": args2("any", "publickey", "publickey,password", "publickey password", "any publickey", "publickey any", "any any", "x", "publickey,x",
		"publickey,", ",publickey", "publickey:x", "keyboard-interactive:pam", "none", "hostbased", "gssapi-with-mic", "gssapi-keyex", "Publickey", "publickey,publickey", "ANY",
		"keyboard-interactive:", "password,keyboard-interactive:bsdauth publickey"),
	"authorizedkeysfile": args2(".ssh/authorized_keys", "a b", "none", "none a", "a none", "~/x", "/etc/%u", "%h/x", "%u", "NONE"),
	"listenaddress": args2("1.2.3.4:22", "0.0.0.0", "::", "::1", "[::1]:22", "[::1]", "1.2.3.4:0", "1.2.3.4:x", "1.2.3.4:65536", "[::1", "[::1]x", "1.2.3.4:ssh", "1.2.3.4:",
		"1.2.3.4:22 x", "1.2.3.4:22 rdomain", "1.2.3.4/24", "1.2.3.4:0022", ":22", "127.0.0.1:2222", "[fe80::1]:2222", "a/b:1", "1:2:3"),
	"maxstartups": args2("10", "10:30:100", "10:30:60", "1:1:1", "100:30:10", "10:0:100", "10:101:100", "10:100:100", "0", "-1", "0:30:0", "10:30", "10:30:", "10:", "10x", "x",
		"10:30:60x", "10:30:60:5", " 10", "+10", "10 20", "2147483647", "2147483648", "4294967297", "10 :30:60", "10: 30: 60", "010:30:60", "10:-1:60", "99999999999999999999"),
	"persourcenetblocksize": args2("32:128", "24:64", "0:0", "33:128", "32:129", "-1:0", "32:-1", "x", "24:x", "24:64x", "24x:64", "1 2", "+24:64", " 24: 64"),
	"persourcemaxstartups":  args2("none", "NONE", "0", "5", "2147483647", "-1", "x"),
	"permitopen": args2("any", "none", "ANY", "a:1", "a:1 b:2", "a", "a:*", "*:1", "*:*", "a:0", "a:x", "any a:1", "a:1 any", "[::1]:22", "::1:22", "[::1", "22", "*", "a/b:1", "a:ssh",
		"a:65536", "a:", ":1", "none x", "a:1 b"),
	"permitlisten":              args2("any", "none", "22", "*", "a:1", "a:1 22", "0", "x", "a:*", "any 22", "22 any", "[::1]:22", "ssh", "65536", "a:x", "22 x", "*:22", "[::1"),
	"permittunnel":              args2("yes", "no", "YES", "point-to-point", "ethernet", "Ethernet", "true", "x", "ethernet x"),
	"permituserenvironment":     args2("yes", "no", "YES", "LANG,LC_*", "true", "x y"),
	"pubkeyauthoptions":         args2("none", "touch-required", "verify-required", "touch-required verify-required", "none touch-required", "x", "NONE", "TOUCH-REQUIRED", "verify-required touch-required", "touch-required x"),
	"subsystem":                 args2("sftp internal-sftp", "sftp /usr/lib/sftp-server -f AUTH -l INFO", "sftp", "sftp /x  y"),
	"unusedconnectiontimeout":   args2("none", "NONE", "0", "5m", "5m x", "none x"),
	"authorizedkeyscommanduser": args2("nobody", "none", "a b"),
	"rdomain":                   args2("x", "none", "%D", "1 2"),
	"hostkeyagent":              args2("SSH_AUTH_SOCK", "/x", "none", "NONE", "rel"),
}

// forwards are values of LocalForward and RemoteForward.
var forwards = args2("80 a:80", "80 [::1]:80", "[::1]:80 a:80", "localhost:80 a:80", "*:80 a:80", ":80 a:80", "80 a", "80 a:", "80 :80", "80 a:0", "80 a:65536",
	"80 ::1:80", "80 a:b:c", "0 a:80", "-1 a:80", "x a:80", "ssh a:http", "/sock a:80", "/sock /sock2", "80 /sock", "localhost:80 /sock", "a:b:80 c:80", "80 a:80 x",
	"80", "80 a/80", "a:80 /x:y", "[a:80 b:80", "[a]b:80 c:80", "[/s:ock]:80 a:80", "[/sock] a:80", "80 [a:80", "80 [a]x:80", "8\\0 a:80", "a\\:b:80 c:80", "80 a:80\\",
	"80 ${SSHVET_TEST}:80", "80 ${", "80 ${}:80", "80: a:80", "80 a:80:", "80 a::80", "/sock "+strings.Repeat("/x", 53), "/sock "+strings.Repeat("/x", 54),
	"80 "+strings.Repeat("a", 200)+":80", "80 "+strings.Repeat("a", 250)+":80", "080 a:080", "+80 a:80", "80 A:80", "80 *:80", "65535 a:65535", "65536 a:1", "/s/o\\ck a:1", "0 0:0", "80 []:80", "[]:80 a:80")

// proxyJumps are values of ProxyJump.
var proxyJumps = []string{
	"a", "u@a", "u@a:22", "a:22,b:23", "none", "NONE", "a,none", "none,a", "ssh://a", "ssh://u@a:22", "ssh://a/", "ssh://a/x", "ssh://a:22/", "ssh://a:22/x", "ssh://[::1]",
	"[::1]", "[::1]:22", "::1", "1.2.3.4", "1.2.3.4:22", "a:", "a:0", "a:x", "@a", "u@", "u@@a", "a,,b", ",a", "a,", "a b", "a # c", "none # c", "a,b # c,d", "#", "u;x@a", "ssh://u;x=1@a",
	"ssh://u%20x@a", "ssh://u%2@a", "ssh://u+x@a", "ssh://@a", "ssh://", "ssh://-a", "ssh://a..b", "ssh://a.", "a/b", "u@a:ssh", "u@a,ssh://b:1,c", "SSH://a", "a:22:23", "= a", "a:65536", "[a", "[a]b",
	"a@b@c", "ssh://a@b@c",
}

// args2 splits texts at blanks into argument lists; a text that is blank or has
// blanks at an end is one argument.
func args2(texts ...string) [][]string {
	var out [][]string
	for _, s := range texts {
		if strings.TrimSpace(s) != s || s == "" {
			out = append(out, []string{s})
			continue
		}
		out = append(out, strings.Split(s, " "))
	}
	return out
}

var algorithmValues = []string{
	"aes128-ctr", "aes128-ctr,aes256-ctr", "+aes128-cbc", "-aes*", "^aes256-ctr", "AES128-CTR", "aes*", "none", "x", "aes128-ctr,x", "aes128-ctr,", "aes128-ctr,,x", ",aes128-ctr", "+", "^", "-", "+x", "^x",
	"-x", "3des-cbc", "arcfour", "rijndael-cbc@lysator.liu.se", "hmac-sha2-256", "hmac-md5", "umac-64@openssh.com", "hmac-sha2-*", "curve25519-sha256", "curve25519-sha256@libssh.org",
	"sntrup761x25519-sha512@openssh.com", "sntrup761x25519-sha512", "mlkem768x25519-sha256", "diffie-hellman-group1-sha1", "ext-info-c", "kex-strict-c-v00@openssh.com", "gss-gex-sha1-", "gss-group14-sha256-x", "gss-x-", "ssh-ed25519", "ssh-rsa", "ssh-dss", "rsa-sha2-512", "rsa-sha2-256,ssh-ed25519",
	"RSA", "rsa", "ed25519", "ECDSA-SK", "XMSS", "ssh-*", "+ssh-*", "!ssh-rsa", "*", "?", "ssh-rs?", "nope*", "ssh-ed25519-cert-v01@openssh.com", "*-cert-v01@openssh.com", "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
	"sk-ssh-ed25519@openssh.com", "ssh-ed25519,", "ssh-ed25519,,x", "ssh-ed25519 x", "ecdsa-sha2-nistp256,x", "-ssh-*,rsa*", "^ssh-ed25519,x", "Ssh-Ed25519", "dsa", "rsa-sha2-512-cert-v01@openssh.com", "RSA-CERT",
}

// questionsFor are the lines to ask about a keyword.
func questionsFor(k *Keyword) []question {
	var list []question
	add := func(args ...string) { list = append(list, question{k, args}) }
	if k.Kind == "rawline" {
		values := rawValues
		if k.Lower == "proxyjump" {
			values = proxyJumps
		}
		for _, v := range values {
			if k.Side == Client || v[0] != '=' { // strdelim eats one =
				add(v)
			}
		}
		return list
	}
	add()
	add("")
	add("", "x")
	for i, v := range valuesFor(k) {
		add(v)
		if i < 2 {
			add(v, "x")
			add(v, "")
			add(v, "x", "y")
		}
	}
	for _, args := range plenty[k.Canonical()] {
		list = append(list, question{k, args})
	}
	return list
}

// thin keeps of the many keywords of one kind, which share a checker, all
// values for the first ones and every fifth for the others, so that the test
// stays short. SSHVET_ORACLE=full asks everything.
func thin(list []question, rank int) []question {
	const thorough, step, always = 2, 5, 6
	if os.Getenv("SSHVET_ORACLE") == "full" || rank < thorough {
		return list
	}
	var kept []question
	for i, q := range list {
		if i < always || (i+rank)%step == 0 {
			kept = append(kept, q)
		}
	}
	return kept
}

func valuesFor(k *Keyword) []string {
	switch k.Status {
	case Ignored, Deprecated, Unsupported:
		return []string{"x", "yes", "0"}
	}
	switch k.Canonical() {
	case "denyusers":
		return append([]string{"a@10.0.0.1/8", "a@b"}, stringValues...)
	case "loglevel", "syslogfacility", "fingerprinthash", "addkeystoagent":
		return enumWords
	case "subsystem":
		return nil
	case "unusedconnectiontimeout":
		return timeValues
	case "persourcemaxstartups":
		return intValues
	case "controlpersist":
		return timeValues
	}
	switch k.Kind {
	case "flag":
		return flagValues
	case "time":
		return timeValues
	case "int":
		return intValues
	case "enum", "flag-or-path":
		return enumWords
	case "port":
		return portValues
	case "alglist":
		return algorithmValues
	}
	return stringValues
}

// pieces are what random values are made of.
var pieces = []string{
	"0", "1", "7", "22", "80", "255", "1000", "2147483647", "s", "m", "h", "d", "w", "K", "G", ":", ",", ".", "/", "[", "]", "@", "=",
	"+", "-", "^", "*", "?", "!", "$", "{", "}", "\\", "#", "%", "~", " ", "a", "b", "none", "any", "yes", "no", "ssh", "::1", "127.0.0.1",
	"10.0.0.0", "/8", "0x", "x", "host", "ssh://", "publickey", "crash", "ssh-rsa", "aes128-ctr", "af11", "\u00e9",
}

// randomQuestion is a line of one to three values of random pieces.
func randomQuestion(rng *rand.Rand, k *Keyword) question {
	var args []string
	for range 1 + rng.IntN(3)*rng.IntN(2) {
		if values := valuesFor(k); len(values) > 0 && rng.IntN(4) == 0 {
			args = append(args, values[rng.IntN(len(values))])
			continue
		}
		if list := plenty[k.Canonical()]; len(list) > 0 && rng.IntN(3) == 0 {
			some := list[rng.IntN(len(list))]
			args = append(args, mutate(rng, some[rng.IntN(len(some))]))
			continue
		}
		var b strings.Builder
		for range 1 + rng.IntN(5) {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		args = append(args, b.String())
	}
	if k.Kind == "rawline" {
		raw := strings.Trim(strings.Join(args, " "), " =")
		if strings.Count(raw, `"`)+strings.Count(raw, "'")+strings.Count(raw, `\`) > 0 || raw == "" {
			raw = "x"
		}
		return question{k, []string{raw}}
	}
	return question{k, args}
}

// mutate changes a value in one place.
func mutate(rng *rand.Rand, s string) string {
	i := rng.IntN(len(s) + 1)
	piece := pieces[rng.IntN(len(pieces))]
	if i < len(s) && rng.IntN(2) == 0 {
		return s[:i] + piece + s[i+1:]
	}
	return s[:i] + piece + s[i:]
}
