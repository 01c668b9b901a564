package main

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// generator makes up one scenario.
type generator struct {
	r *rand.Rand
	// names of the files that an Include may find
	names []string
	// odd is the chance in a hundred of an unusual form of a line
	odd int
	// bad is the chance in a thousand of bytes that make Ruby raise
	bad   int
	end   string
	marks map[string]int // what was generated, by kind
}

// generate makes up the scenario with that number; the same seed and number
// give the same one.
func generate(seed, number uint64, marks map[string]int) *scenario {
	g := &generator{r: rand.New(rand.NewPCG(seed, number)), marks: marks}
	s := &scenario{}
	base := pick(g, []string{"", "", "", "", "", "conf/", "b{a,c}/", "we[i]rd/", "st*r/", "q?/", `back\slash/`})
	if g.percent(55) {
		g.includable(s, base)
	}
	for i := range 1 + g.r.IntN(2)*g.r.IntN(3) {
		name := base + "config"
		if i > 0 {
			name += strconv.Itoa(i)
		}
		s.Files = append(s.Files, g.file(name, 1+g.r.IntN(12)))
		s.Top = append(s.Top, g.topName(name))
	}
	if g.one(40) {
		s.Top = append(s.Top, pick(g, []string{"missing", "home", "", "/dev/null", "~/none", "nul\x00byte", "~nosuchuser/x"}))
	}
	for range 1 + g.r.IntN(4) {
		s.Hosts = append(s.Hosts, pick(g, hosts))
	}
	return s
}

func (g *generator) mark(name string) { g.marks[name]++ }

func (g *generator) one(n int) bool     { return g.r.IntN(n) == 0 }
func (g *generator) percent(n int) bool { return g.r.IntN(100) < n }

func pick[T any](g *generator, list []T) T { return list[g.r.IntN(len(list))] }

var hosts = []string{
	"web", "web", "web", "web", "db", "db", "WEB", "web.ex.com", "10.0.0.5", "::1", "2001:db8::1", "w\u00e9b", "W\u00c9B", "5", "7", "true", "false",
	`a\0b`, `a\\b`, `a\'b`, "a\\`b", `a\k<x>b`, `a\`, "web$", "^web", "w.b", "a+b", "[web]", "(web)", "web db", "", "web\n", "x\nweb", "kelvin", "\u212aelvin", "mas\u017f", "none", "all", "b}c{",
}

// topName is how net-ssh is given a file.
func (g *generator) topName(name string) string {
	switch g.r.IntN(8) {
	case 0:
		return name
	case 1:
		return "./x/../" + name
	case 2:
		return "~/../" + name
	}
	return dirMark + "/" + name
}

// includable adds the files that Include lines find.
func (g *generator) includable(s *scenario, base string) {
	dirs := []string{base, base + "inc/", base + "inc/d/", "home/", "home/.ssh/", base + ".hid/"}
	names := []string{"10.conf", "9.conf", "B.conf", "a.conf", ".dot.conf", "x", "[a].conf", "\u00e9.conf", "b c.conf", "a{b}.conf", `b\s.conf`, "-.conf", "^.conf", "!x", "a]"}
	for range 1 + g.r.IntN(5) {
		f := g.file(pick(g, dirs)+pick(g, names), g.r.IntN(6))
		if taken(s, f.Name) {
			continue
		}
		g.names = append(g.names, strings.TrimPrefix(f.Name, base))
		switch g.r.IntN(30) {
		case 0:
			f = file{Name: f.Name, Link: "/nonexistent-target"}
		case 1:
			f = file{Name: f.Name, Dir: true}
		case 2:
			f = file{Name: f.Name, Link: dirMark + "/" + base + "config"}
		case 3:
			f = file{Name: f.Name, Link: dirMark + "/" + base + "inc"}
		}
		s.Files = append(s.Files, f)
	}
}

func taken(s *scenario, name string) bool {
	for _, f := range s.Files {
		if f.Name == name || strings.HasPrefix(name, f.Name+"/") {
			return true
		}
	}
	return false
}

// file makes up a file of about n blocks or lines.
func (g *generator) file(name string, n int) file {
	g.odd, g.bad = pick(g, []int{0, 10, 40}), 0
	if g.percent(12) {
		g.bad = 60
	}
	g.end = pick(g, []string{"\n", "\n", "\n", "\n", "\r\n", "\r\n", " \n", "\t\r\n"})
	var b strings.Builder
	if g.one(25) {
		g.mark("byte-order mark")
		b.WriteString("\ufeff")
	}
	for range n {
		switch k := g.r.IntN(20); {
		case k < 5:
			b.WriteString(g.line("Host", g.hostValue()))
		case k < 8:
			b.WriteString(g.line("Match", g.matchValue()))
		case k < 11 && len(g.names) > 0:
			b.WriteString(g.line("Include", g.includeValue()))
		case k == 11:
			b.WriteString(pick(g, []string{"", " \t", "# a comment", "   # another", "\v#x", "#", "\u00a0", "\u00a0# x", "\f", "\x00"}) + g.end)
		default:
			for range 1 + g.r.IntN(4) {
				kw := pick(g, keywords)
				b.WriteString(g.line(kw.name, g.value(kw.kind)))
			}
		}
	}
	text := b.String()
	if g.one(8) {
		text = strings.TrimRight(text, "\r\n")
	}
	return file{Name: name, Data: text}
}

// line puts a keyword and a value together.
func (g *generator) line(name, value string) string {
	g.mark(name)
	sep := " "
	indent := pick(g, []string{"", "", "  ", "\t"})
	if g.percent(g.odd) {
		sep = pick(g, []string{"\t", "  ", "=", " = ", "= ", " =", "\v", "\f", "\u00a0", "\r", "", "==", " == ", " =\t", "\x00", " \x00"})
		indent = pick(g, []string{"", " ", "\v", "\f", "\r", "\u00a0", "\x00", "\t "})
		name = g.spell(name)
		value = g.bend(value)
	}
	if g.r.IntN(1000) < g.bad {
		g.mark("no UTF-8")
		value += pick(g, []string{"\xff", "\xc3", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xc0\x80", "# \xe9"})
	}
	return indent + name + sep + value + g.end
}

// spell writes a keyword in an unusual way.
func (g *generator) spell(name string) string {
	switch g.r.IntN(9) {
	case 0, 1:
		return strings.ToLower(name)
	case 2, 3:
		return strings.ToUpper(name)
	case 4:
		return strings.Replace(strings.ToLower(name), "k", "\u212a", 1) // the sign for kelvin is a k in lower case
	case 5:
		return strings.Replace(strings.ToLower(name), "i", "\u0130", 1)
	case 6:
		return `"` + name + `"`
	case 7:
		return name + "=x"
	}
	return name
}

// bend writes a value in an unusual way.
func (g *generator) bend(value string) string {
	switch g.r.IntN(16) {
	case 0, 1, 2:
		return `"` + value + `"`
	case 3:
		return "'" + value + "'"
	case 4:
		return `"` + value
	case 5:
		return value + `"`
	case 6:
		return value + " # comment"
	case 7:
		return value + "#x"
	case 8:
		return ""
	case 9:
		return `""`
	case 10:
		return value + pick(g, []string{" ", "\t", "\v", "\f", "\u00a0", "\x00", "\r"})
	case 11:
		return pick(g, []string{" ", "\t", "\v", "\f", "\u00a0", "\x00", "\r"}) + value
	case 12:
		return value + "=" + value
	case 13:
		return `"` + value + `" "` + value + `"`
	case 14:
		return strings.ReplaceAll(value, " ", pick(g, []string{"\t", "  ", "\v", "=", "\u00a0", ","}))
	}
	return value
}

var hostPatterns = []string{
	"*", "*", "web", "web", "web", "w*", "?eb", "WEB", "Web", "!db", "!web", "!*", "*.ex.com", "web.ex.com", "10.0.0.*", "10.0.0.5", "::1", "2001:*", "[web]", "w[e]b", "w.b", "web$", "^web",
	"(web)", "a+b", `\web`, `w\eb`, "{web,db}", "web,db", "w|b", "w\u00e9b", "w?b", "W\u00c9B", "5", "007", "yes", "no", "true", "!", "**", "w*b*", "*?*", `"web"`, "'web'", "db", "db", "#", "web#x", "a\\0b", "kelvin", "\u212aelvin", "ma*s", "!w?b", "none", "-", "w-b", "w/b",
}

func (g *generator) hostValue() string {
	var list []string
	for range 1 + g.r.IntN(3)*g.r.IntN(2) {
		list = append(list, pick(g, hostPatterns))
	}
	return strings.Join(list, " ")
}

// matchValue makes up the conditions of a Match line.
func (g *generator) matchValue() string {
	if g.percent(25) {
		return pick(g, []string{"all", "all", "all", "All", "ALL", "\"all\"", "all all", "host", "Host", "5", "yes", "", "=", "all=", "=all", "host=", "!all", "all host web", "host web all", "host * all x"})
	}
	var b strings.Builder
	for i := range 1 + g.r.IntN(3)*g.r.IntN(2) {
		if i > 0 {
			b.WriteString(pick(g, []string{" ", " ", " ", "  ", "\t", "=", "\v", "\f", "\r"}))
		}
		b.WriteString(g.condition())
	}
	return b.String()
}

func (g *generator) condition() string {
	kind := pick(g, []string{"host", "host", "host", "host", "Host", "HOST", "!host", "user", "exec", "originalhost", "localuser", "final", "canonical", "tagged", "host,", "ho\u017ft", "localnetwork"})
	g.mark("Match " + strings.ToLower(kind))
	sep := pick(g, []string{" ", " ", " ", "=", " = ", "==", "\t", "  ", ""})
	var list []string
	for range 1 + g.r.IntN(3)*g.r.IntN(2) {
		list = append(list, pick(g, hostPatterns))
	}
	arg := strings.Join(list, pick(g, []string{",", ",", ",", ",,", ", "}))
	switch g.r.IntN(12) {
	case 0:
		arg = "!" + arg
	case 1:
		arg = `"` + arg + `"`
	case 2:
		arg = `"!` + arg + `"`
	case 3:
		arg += ","
	case 4:
		arg = "," + arg
	case 5:
		arg = `"` + arg
	}
	return kind + sep + arg
}

// includeValue names files that are there, or nearly.
func (g *generator) includeValue() string {
	var list []string
	for range 1 + g.r.IntN(3)*g.r.IntN(2) {
		list = append(list, g.includePath())
	}
	value := strings.Join(list, pick(g, []string{" ", " ", "\t", "  "}))
	switch g.r.IntN(20) {
	case 0:
		return value + ` "`
	case 1:
		return value + ` ""`
	case 2:
		return value + " # x"
	}
	return value
}

func (g *generator) includePath() string {
	name := pick(g, g.names)
	switch g.r.IntN(24) {
	case 0, 1:
		return `"` + name + `"`
	case 2:
		return dirMark + "/" + name
	case 3:
		return strings.Replace("~/"+name, "~/home/", "~/", 1)
	case 4:
		return "inc/*"
	case 5, 12, 13, 14:
		return g.glob()
	case 6:
		return pick(g, []string{"missing", "/nonexistent/x", "inc", ".", "..", "/", "~", "~/", "//", "yes", "5", "no", "~nosuchuser/x", "~root/none", "nul\x00byte", "%h", "${HOME}/x", "config", "./config", "home/../x", `"inc/`, `in"c/x`, `"in"c/x`, "inc/x/", "~x", "a/~"})
	case 7:
		return strings.ReplaceAll(name, ".conf", ".*")
	case 8:
		return strings.Replace(name, "/", "//", 1)
	case 9:
		return name[:len(name)/2] + `"` + name[len(name)/2:] + `"`
	case 10:
		return "./" + name
	case 11:
		return escaped(name)
	}
	return name
}

var globs = []string{
	"*", "*.conf", "inc/*.conf", "?.conf", "[ab].conf", "[!a]*", "[^a]*", "[a-z].conf", "inc/d/../*", ".*", "**/*.conf", "**/**/x", "*/x", ".*/*", "**", "inc/**/9.conf", "[]a]", "[a", "a[]]", "[[]a[]].conf", `[\]a]*`, "[a-]*", "inc//x", "inc/./x", "{inc,home}/*", "*.{conf,x}", "{a.conf,a.conf}", "{,inc/}x", "{a", "a}", "{{a,b},c}.conf", "}{", `\{a,b\}`, "i{n,}c/x", "[!]]*", "inc/.*", "../*/x", "*/*/*", "[/]x", "inc[/]x", "{a.conf/,x}", "{**/,x}", "{/,x}", "{,}", "**/inc/**/*", "*/**/*.conf", "**/x/**/*", "{inc/,}*", "***/x", "**/.*", "inc/\\[a\\].conf", "[[]a]*", "*\\", "?*/x", "a{b}.conf", `b\\s.conf`, `\x`, "\\\u00e9.conf", "?.c*f", "[\u00e9].conf", "[\u00e0-\u00ff]*",
}

// glob is a pattern, half of the time one that goes down into folders.
func (g *generator) glob() string {
	g.mark("glob")
	if g.one(2) {
		return pick(g, []string{"**/*", "**/*.conf", "**/x", "inc/**/*.conf", "**/d/*", "*/*", "*/*.conf", "{inc,home}/**/*.conf", "**/a*"})
	}
	return pick(g, globs)
}

// escaped puts a backslash before what means something to a glob.
func escaped(name string) string {
	return strings.NewReplacer("[", `\[`, "]", `\]`, "{", `\{`, "}", `\}`, `\`, `\\`, "*", `\*`).Replace(name)
}

// kind is the sort of values that a keyword gets most of the time.
type kind uint8

const (
	aNumber kind = iota
	aFlag
	aWord
	aList
	aPath
	aSize
	anEnvironment
	aProxy
)

var keywords = []struct {
	name string
	kind kind
}{
	{"ServerAliveInterval", aNumber}, {"ServerAliveInterval", aNumber}, {"ServerAliveInterval", aNumber},
	{"ServerAliveCountMax", aNumber}, {"ServerAliveCountMax", aNumber}, {"ServerAliveCountMax", aNumber},
	{"BindAddress", aWord}, {"CertificateFile", aPath}, {"ChallengeResponseAuthentication", aFlag}, {"CheckHostIP", aFlag}, {"Ciphers", aList},
	{"Compression", aFlag}, {"CompressionLevel", aNumber}, {"ConnectTimeout", aNumber}, {"FingerprintHash", aWord}, {"ForwardAgent", aFlag},
	{"GlobalKnownHostsFile", aPath}, {"HostbasedAuthentication", aFlag}, {"HostKeyAlgorithms", aList}, {"HostKeyAlias", aWord}, {"HostName", aWord}, {"HostName", aWord},
	{"IdentitiesOnly", aFlag}, {"IdentityAgent", aPath}, {"IdentityFile", aPath}, {"IdentityFile", aPath}, {"KbdInteractiveAuthentication", aFlag}, {"MACs", aList},
	{"NumberOfPasswordPrompts", aNumber}, {"PasswordAuthentication", aFlag}, {"Port", aNumber}, {"PreferredAuthentications", aList},
	{"ProxyCommand", aProxy}, {"ProxyCommand", aProxy}, {"ProxyJump", aProxy}, {"ProxyJump", aProxy}, {"PubkeyAuthentication", aFlag}, {"RekeyLimit", aSize},
	{"SendEnv", anEnvironment}, {"SetEnv", anEnvironment}, {"StrictHostKeyChecking", aFlag}, {"User", aWord}, {"UserKnownHostsFile", aPath},
	{"TCPKeepAlive", aFlag}, {"ControlMaster", aWord}, {"LogLevel", aWord}, {"ServerAliveIntervall", aNumber}, {"Nonsense", aWord}, {"BatchMode", aFlag}, {"KexAlgorithms", aList}, {"Tag", aWord},
	{"Proxy", aProxy}, {"Keys", aPath}, {"Port", aWord}, {"AddKeysToAgent", aFlag}, {"RekeyLimit", aNumber}, {"PubkeyAuthentication", aWord},
}

var values = map[kind][]string{
	aNumber: {"60", "240", "0", "5", "15", "060", "0000", "00300", "1m", "5m", "1h30m", "60.5", "60 240", "60#x", "-1", "+5", "0x3c", "99999999999", "123456789012345678901234567890", "-99999999999999999999", "1_000", "1__0", "_1", "0d12", "0d_1", "none", "6 0", "٣", "1e3", "--1", "+-1", "-", "+", "0_", "12345678901234567890123456789012345678901234567890123456789012345678901234567890"},
	aFlag:   {"yes", "no", "yes", "no", "YES", "No", "true", "false", "ask", "accept-new", "ACCEPT-NEW", "off", "on", "1", "0", "ye\u017f", "yes no", "no,yes"},
	aWord:   {"deploy", "root", "web.ex.com", "%h.ex.com", "%h", "a%hb%h", "%%h", "10.0.0.5", "5", "yes", "no", "md5", "SHA256", "a b", "$USER", "\u00e9", "x\u00a0y", "none", "`id`", "a\\b"},
	aList:   {"a,b", "a", "a,,b", ",a", "a,", ",", ",,", "a, b", "password,publickey", "publickey,publickey", "challenge-response", "keyboard-interactive,challenge-response", "+aes128-ctr", "-aes*", "^x", "none,password", "hostbased", "5", "yes", "no"},
	aPath:   {"~/.ssh/id", "/k", "a b", "none", "%d/x", "5", "yes", "no", "~/.ssh/id", "id_ed25519", "SSH_AUTH_SOCK", "$X"},
	aSize:   {"1G", "1g", "500M", "10k", "10K", "10\u212a", "1G 1h", "default none", "none", "12345678901234567890G", "-5k", "1_0m", "0", "5", "k", "1 k", "1.5G", "0d3K"},
	anEnvironment: {
		"LANG", "LC_*", "LANG LC_*", "A?B", "-LANG", "a.b", "A=b", "A=b B=c", "A=1 A=2", "A=b=c", "'A=b c'", `"A=b c"`, `A="b \" c"`, `A='b" c'`, `A=b\ c`, `A=\$x`, `"A=\$x\y"`, "A=", "=b", "A", `A="b`, `A='b`, `A=b\`, `""`, "''", `"A"=b`, `A=b''c`, "5", "yes", "no",
		"A=\u00e9", "A=\\\u00e9", "{}|()^$#+-[]", `\`, "A=b\vB=c", "A=b\x00c", "  A=b", `A="b""c"'d'e\f`,
	},
	aProxy: {"jump", "user@jump:22", "a,b", "none", "None", "ssh -W %h:%p jump", "yes", "no", "5", "nc %h %p", "no", "none x"},
}

func (g *generator) value(k kind) string {
	if g.one(15) {
		k = kind(g.r.IntN(len(values)))
	}
	return pick(g, values[k])
}
