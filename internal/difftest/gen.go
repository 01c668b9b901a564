package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
)

// Stats counts what was generated.
type Stats struct {
	Keywords, Criteria, Traps map[string]int
}

func newStats() *Stats {
	return &Stats{Keywords: map[string]int{}, Criteria: map[string]int{}, Traps: map[string]int{}}
}

func (s *Stats) add(o *Stats) {
	for _, pair := range [][2]map[string]int{{s.Keywords, o.Keywords}, {s.Criteria, o.Criteria}, {s.Traps, o.Traps}} {
		for k, n := range pair[1] {
			pair[0][k] += n
		}
	}
}

// generator makes up one scenario.
type generator struct {
	r     *rand.Rand
	d     keyword.Dialect
	stats *Stats
	// files that an Include may name, and how many are written already
	names []string
	// errors is the chance in a thousand of a deliberate error in a line
	errors int
	style  style
	last   *keyword.Keyword // the one that was used last, for duplicates
}

// style is how the lines of one file look.
type style struct {
	end      string
	indent   []string
	odd      int // chance in a hundred of an unusual form of a line
	comments int
}

// Generate makes up the scenario with that number; the same seed, number and
// dialect give the same one.
func Generate(d keyword.Dialect, seed, number uint64, stats *Stats) *Scenario {
	for try := uint64(0); ; try++ {
		g := &generator{r: rand.New(rand.NewPCG(seed, number<<8|try)), d: d, stats: newStats()}
		s := g.scenario()
		if !forbidden(s) {
			stats.add(g.stats)
			return s
		}
	}
}

func (g *generator) trap(name string) { g.stats.Traps[name]++ }

// one in n
func (g *generator) one(n int) bool { return g.r.IntN(n) == 0 }

func (g *generator) percent(n int) bool { return g.r.IntN(100) < n }

func pick[T any](g *generator, list []T) T { return list[g.r.IntN(len(list))] }

func (g *generator) server() bool { return g.d.Side == keyword.Server }

func (g *generator) scenario() *Scenario {
	s := &Scenario{Side: g.d.Side}
	// sshd refuses more of what is made up, such as global keywords in a Match
	// block, so that it gets fewer deliberate errors: a third to a half of the
	// files of each side are to be refused.
	faulty := 35
	if g.server() {
		faulty = 18
	}
	if g.percent(faulty) {
		g.errors = 30 + g.r.IntN(80)
	}
	if g.percent(45) {
		g.includable(s)
	}
	s.Files = append([]File{{Name: mainFile, Data: Text(g.file(1 + g.r.IntN(14)))}}, s.Files...)
	if g.percent(8) {
		g.noise(s)
	}
	for range 1 + g.r.IntN(3) {
		s.Queries = append(s.Queries, g.query())
	}
	return s
}

// includable adds the files that Include lines find.
func (g *generator) includable(s *Scenario) {
	dirs := []string{"inc/", "home/.ssh/", "home/.ssh/conf.d/", "home/"}
	if g.server() {
		dirs = []string{"inc/", "inc/d/"}
	}
	base := []string{"10.conf", "9.conf", "B.conf", "a.conf", "_z.conf", ".dot.conf", "a.conf~", "x", "10", "[a].conf", "é.conf", "b c.conf"}
	for range 1 + g.r.IntN(5) {
		name := pick(g, dirs) + pick(g, base)
		if !g.have(name) {
			g.names = append(g.names, name)
		}
	}
	for _, name := range g.names {
		f := File{Name: name, Data: Text(g.file(g.r.IntN(7)))}
		g.special(&f)
		s.Files = append(s.Files, f)
	}
}

func (g *generator) have(name string) bool {
	for _, n := range g.names {
		if n == name {
			return true
		}
	}
	return false
}

// special makes some included files something else than plain files.
func (g *generator) special(f *File) {
	switch g.r.IntN(40) {
	case 0:
		g.trap("dangling link")
		*f = File{Name: f.Name, Link: "/nonexistent-target"}
	case 1:
		g.trap("folder as file")
		*f = File{Name: f.Name, Dir: true}
	case 2:
		g.trap("link to file")
		*f = File{Name: f.Name, Link: dirMark + "/" + pick(g, g.names)}
		if strings.HasSuffix(f.Link, f.Name) {
			f.Link = dirMark + "/" + mainFile
		}
	case 3:
		g.trap("file mode")
		f.Mode = pick(g, []fs.FileMode{0o664, 0o666, 0o600, 0o622, 0o640, 0o602})
	}
}

// file makes up the text of a file of about n statements.
func (g *generator) file(n int) string {
	g.style = g.newStyle()
	var b strings.Builder
	if g.one(100) {
		g.trap("BOM")
		b.WriteString("\ufeff")
	}
	for range n {
		b.WriteString(g.statement())
		b.WriteString(g.lineEnd())
	}
	text := b.String()
	if g.one(12) {
		g.trap("no final newline")
		text = strings.TrimRight(text, "\r\n")
	}
	return text
}

func (g *generator) newStyle() style {
	s := style{end: "\n", indent: []string{"", "", "  ", "\t", "    "}, odd: 4, comments: 6}
	switch g.r.IntN(30) {
	case 0, 1:
		g.trap("CRLF")
		s.end = "\r\n"
	case 2:
		if g.one(3) {
			g.trap("CR only")
			s.end = "\r"
		}
	case 3:
		g.trap("mixed line ends")
		s.end = ""
	case 4, 5:
		s.odd = 40
	}
	return s
}

func (g *generator) lineEnd() string {
	if g.style.end == "" {
		return pick(g, []string{"\n", "\r\n", "\n\n", "\n\r\n"})
	}
	return g.style.end
}

// statement is one line without its end.
func (g *generator) statement() string {
	if g.percent(5) {
		return pick(g, []string{"", "  ", "\t", "# comment", "  # 'comment", "#ServerAliveInterval 5", "\r", "#", "# sshvet: \"x", " \t "})
	}
	if g.r.IntN(1000) < g.errors {
		return g.badStatement()
	}
	switch n := g.r.IntN(100); {
	case n < 22:
		return g.blockHeader()
	case n < 32 && len(g.names) > 0, n < 23:
		return g.include()
	case n < 33:
		g.trap("unusual line")
		return g.unusual()
	}
	return g.setting(g.keyword())
}

// unusual lines do nothing, or not what they seem to.
func (g *generator) unusual() string {
	if g.errors == 0 && !g.one(8) {
		return pick(g, []string{"= = #", "\"\" # c", `Ser"verAliveInterval 7`, `"ServerAliveInterval 7`, "=", "\"\"", "=#x", ` " `, `"#" x`, `"# a" x`})
	}
	return pick(g, []string{"\f", "\v", "; c", "// c", "\u00a0Port 1", "\fPort 22", "= =", "'Port' 22", "Port", "Host", "Match", "Include",
		"Port #", "Port \"\"", "Port ''", "Host #x", "Match #x", "Include #x", "== Port 22", `Po"rt" 22`, `"Port"22`, `Port"22"`, "Port==22", "Port == 22",
		`"Port"=22`, `"Port" = 22`, "=Port=22", " = Port = 22", "Port = = 22", "Port\f22", "Port 22\f", "Port\v22", "Port 22 \r #x", "Port 22\r#x", "Port\r22"})
}

// keyword picks one: now and then the last one again.
func (g *generator) keyword() *keyword.Keyword {
	if g.last == nil || !g.one(7) {
		g.last = g.anyKeyword()
	} else {
		g.trap("keyword again")
	}
	return g.last
}

// anyKeyword picks one, keep-alive ones most often.
func (g *generator) anyKeyword() *keyword.Keyword {
	hot := []string{"serveraliveinterval", "serveraliveinterval", "serveralivecountmax", "tcpkeepalive", "keepalive", "connecttimeout",
		"hostname", "user", "setenv", "sendenv", "proxyjump", "proxycommand", "batchmode", "setuptimeout", "protocolkeepalives",
		"controlpersist", "controlmaster", "identityfile", "localforward", "ignoreunknown", "syslogfacility", "streamlocalbindmask", "loglevel"}
	if g.server() {
		hot = []string{"clientaliveinterval", "clientaliveinterval", "clientalivecountmax", "channeltimeout", "unusedconnectiontimeout",
			"x11forwarding", "acceptenv", "allowusers", "setenv", "permitrootlogin", "passwordauthentication", "loglevel", "streamlocalbindmask"}
	}
	if g.percent(60) {
		if k := g.d.Lookup([]byte(pick(g, hot))); k != nil {
			return k
		}
	}
	all := keyword.All(g.d.Side)
	for {
		k := pick(g, all)
		switch k.Lower {
		case "host", "match", "include":
			continue
		case "refuseconnection", "rdomain", "kerberosgetafstoken":
			continue // not in 9.2, not on Linux, not in Debian's build
		}
		if g.d.Knows(k) {
			return k
		}
	}
}

func (g *generator) setting(k *keyword.Keyword) string {
	g.stats.Keywords[k.Name]++
	value := pick(g, goodOf(k))
	if k.Kind == "rawline" || strings.ContainsAny(value, "\"'") {
		return g.render(k.Name, []string{value}, true)
	}
	// a name to listen on would be looked up: no quotes, no escapes
	return g.render(k.Name, strings.Split(value, " "), k.Lower == "listenaddress")
}

// include is an Include line.
func (g *generator) include() string {
	g.stats.Keywords["Include"]++
	var args []string
	for range 1 + g.r.IntN(1+g.r.IntN(3)) {
		args = append(args, g.includeArg())
	}
	return g.render("Include", args, false)
}

func (g *generator) includeArg() string {
	missing := []string{dirMark + "/missing", dirMark + "/inc/*.none", "relative-missing", dirMark + "/inc/[", dirMark + "/inc/{a,b}.conf"}
	if !g.server() {
		missing = append(missing, "~/missing", "~nobodysuch/x")
	}
	if len(g.names) == 0 || g.one(12) {
		g.trap("include: nothing")
		return pick(g, missing)
	}
	name := pick(g, g.names)
	if g.one(40) {
		g.trap("include: itself")
		name = mainFile
	}
	path := dirMark + "/" + name
	if !g.server() {
		if rest, ok := strings.CutPrefix(name, "home/.ssh/"); ok && g.one(2) {
			g.trap("include: relative")
			path = rest
		} else if rest, ok := strings.CutPrefix(name, "home/"); ok && g.one(2) {
			g.trap("include: tilde")
			path = "~/" + rest
		}
	}
	if g.percent(55) {
		path = g.glob(path)
	}
	return path
}

// glob replaces the last part of a path by a pattern.
func (g *generator) glob(path string) string {
	g.trap("include: glob")
	i := strings.LastIndexByte(path, '/') + 1
	dir, name := path[:i], path[i:]
	if name == "" {
		return path
	}
	if g.one(12) && strings.Contains(dir, "inc/") {
		dir = strings.Replace(dir, "inc/", pick(g, []string{"i*/", "in?/", "*/", "[i]nc/", "inc//", "./inc/", "inc/../inc/"}), 1)
	}
	return dir + pick(g, []string{"*", "*.conf", "?.conf", "*.con?", "[a-z].conf", "[!a]*.conf", "[0-9]*", ".*", "*[!f]", "*.conf*", "\\" + name, "[]", "[]-a]*", "[[:alpha:]]*", "[![:lower:]_]*", "[[:foo:]]*", "[[:punct:][:digit:]]*", "[\\a-\\z]*", "[\\]a]*", "[a\\]_]*", "[!\\!a]*", "[a\\-z]*", "[-_]*", "[[:digit:]-z]*", "[a-]*", "[a-[:digit:]]*",
		"*.*", "[[]a].conf", "[^a]*", "**", name + "*", "*" + name, name[:1] + "*"})
}

// query makes up a question.
func (g *generator) query() Query {
	if g.server() {
		return g.serverQuery()
	}
	q := Query{Host: pick(g, hosts)}
	if g.one(4) {
		q.User = pick(g, users)
	}
	if g.one(6) {
		g.trap("-o")
		q.Options = append(q.Options, pick(g, []string{"ServerAliveInterval=7", "ServerAliveInterval none", "TCPKeepAlive=no", "HostName=web2", "User=bob",
			"HostName=%h.example.com", "IgnoreUnknown=foo*", "BatchMode=yes", "SendEnv=A B", "IdentityFile=/k/b", "ProxyCommand=none", "SetEnv=O=1", "LogLevel=DEBUG"}))
	}
	return q
}

func (g *generator) serverQuery() Query {
	var q Query
	if g.one(8) {
		g.trap("-o")
		q.Options = append(q.Options, pick(g, []string{"ClientAliveInterval=7", "ClientAliveCountMax=0", "AllowUsers=root", "AcceptEnv=A", "LogLevel=DEBUG",
			"UnusedConnectionTimeout=none", "Port=2200", "SetEnv=O=1", "StreamLocalBindMask=0022"}))
	}
	if g.one(6) {
		g.trap("no -C")
		q.Spec = "-"
		return q
	}
	var parts []string
	add := func(chance int, name string, values []string) {
		if g.percent(chance) {
			parts = append(parts, name+"="+pick(g, values))
		}
	}
	add(90, "user", serverUsers)
	add(85, "host", []string{"pc.example.com", "web1", "WEB1", "10.0.0.1"})
	add(90, "addr", addresses)
	add(60, "laddr", addresses)
	add(85, "lport", []string{"22", "2222"})
	add(10, "rdomain", []string{"r1"})
	q.Spec = strings.Join(parts, ",")
	if q.Spec == "" {
		q.Spec = "-"
	}
	return q
}

// noise changes single bytes somewhere.
func (g *generator) noise(s *Scenario) {
	for range 1 + g.r.IntN(3) {
		f := &s.Files[g.r.IntN(len(s.Files))]
		data := []byte(f.Data)
		if len(data) == 0 {
			continue
		}
		at := g.r.IntN(len(data))
		if sensitive(data, at) {
			continue
		}
		g.trap("byte noise")
		c := pick(g, []byte{0, '"', '\'', '\\', '=', '#', '\r', '\f', '\n', ' ', '\t', ',', '!', '*', '?', 0x80, '\v', 'a'})
		if g.one(2) {
			data[at] = c
		} else {
			data = append(data[:at], append([]byte{c}, data[at:]...)...)
		}
		f.Data = Text(data)
	}
}

// sensitive reports whether a changed byte could make a program look up a
// name, change the folder's mark, or break a %token, which ssh refuses at the
// next Match line already, before the errors of the file are counted.
func sensitive(data []byte, at int) bool {
	from := strings.LastIndexByte(string(data[:at]), '\n') + 1
	to := len(data)
	if i := strings.IndexByte(string(data[at:]), '\n'); i >= 0 {
		to = at + i + 1
	}
	line := pattern.Lower(string(data[max(0, from-1):to]))
	return containsAny(line, []string{"listen", "canonical", "port", "@dir@", "%"})
}

// render writes a line: the keyword and its arguments in one of the forms that
// mean the same, or nearly so.
func (g *generator) render(name string, args []string, raw bool) string {
	odd := g.percent(g.style.odd)
	indent := pick(g, g.style.indent)
	sep := pick(g, []string{" ", " ", " ", "\t", "  ", " \t"})
	if g.percent(8) {
		g.trap("equals sign")
		sep = pick(g, []string{"=", " = ", "= ", " =", "\t=\t"})
	}
	key := g.spell(name)
	if odd {
		g.trap("odd form")
		indent = pick(g, []string{"", "=", " = ", "\r", "\t\r ", "\r\r"})
		switch g.r.IntN(4) {
		case 0:
			key = `"` + key + `"`
		case 1:
			i := 1 + g.r.IntN(len(key)-1)
			key = key[:i] + `"` + key[i:] + `"`
		}
	}
	words := make([]string, len(args))
	for i, a := range args {
		words[i] = a
		if !raw {
			words[i] = g.quote(a)
		}
	}
	line := indent + key + sep + strings.Join(words, pick(g, []string{" ", " ", "  ", "\t"}))
	return line + g.tail(raw)
}

func (g *generator) tail(raw bool) string {
	if !g.percent(g.style.comments) {
		return ""
	}
	if raw {
		return pick(g, []string{" ", "\t", " # c", "\f", " \r"})
	}
	g.trap("comment behind")
	return pick(g, []string{" # c", " #", "\t#c", " # it's", " # \"q", " ", "\t", " \t ", "\f", " \f", " # c\f", "\r", " #c \\"})
}

func (g *generator) spell(name string) string {
	switch g.r.IntN(8) {
	case 0:
		return strings.ToLower(name)
	case 1:
		return strings.ToUpper(name)
	case 2:
		b := []byte(name)
		for i := range b {
			if g.one(2) {
				b[i] ^= 0x20 & caseBit(b[i])
			}
		}
		return string(b)
	}
	return name
}

func caseBit(c byte) byte {
	if 'a' <= c|0x20 && c|0x20 <= 'z' {
		return 0x20
	}
	return 0
}

// quote writes an argument in one of the forms that argv_split takes.
func (g *generator) quote(a string) string {
	if strings.ContainsAny(a, " #") || a == "" {
		return `"` + a + `"`
	}
	if !g.percent(8) || strings.Contains(a, "%") { // see sensitive
		return a
	}
	g.trap("quotes")
	i := g.r.IntN(len(a) + 1)
	switch g.r.IntN(9) {
	case 0:
		return `'` + a + `'`
	case 1:
		return a[:i] + `"` + a[i:] + `"`
	case 2:
		return a[:i] + `'` + a[i:] + `'`
	case 3:
		return `"` + a[:i] + `"` + a[i:]
	case 4:
		return `''` + a
	case 5:
		return a + `""`
	case 6:
		g.trap("escape")
		return a[:i] + pick(g, []string{`\\`, `\"`, `\'`, `\ `, `\x`}) + a[i:]
	}
	return `"` + a + `"`
}

// badStatement is a deliberate error, or what looks like one.
func (g *generator) badStatement() string {
	g.trap("deliberate error")
	k := g.keyword()
	for k.Lower == "listenaddress" {
		k = g.anyKeyword()
	}
	value := pick(g, goodOf(k))
	switch g.r.IntN(16) {
	case 0, 1:
		return g.render(pick(g, unknownWords), []string{pick(g, []string{"yes", "5", "a b", "\"x", "x # y", "'"})}, true)
	case 2:
		return g.render(pick(g, unknownWords), nil, true)
	case 3:
		return g.render(k.Name, nil, true)
	case 4:
		return g.render(k.Name, []string{pick(g, []string{`""`, `''`, `"" x`, "# c", "#", `""""`})}, true)
	case 5:
		return g.render(k.Name, []string{value + pick(g, []string{" extra", " extra two", ` ""`, ` "`, ` '`, ` "x`, `"`, `'`, `\`, `\"`})}, true)
	case 6:
		return g.render(k.Name[:len(k.Name)-1], []string{value}, true)
	case 7:
		return g.badMatch()
	case 8:
		return g.render("Include", []string{pick(g, []string{`""`, `x ""`, `"" x`, "#c", `"x`, "''", "~", "~/", "/", "*", "."})}, true)
	case 9:
		if !g.server() {
			return g.render("Host", []string{pick(g, []string{`""`, `web1 ""`, `"web1`, "#", "web1 'x", `'' *`, `!""`, "!"})}, true)
		}
	case 10:
		later := g.later()
		return g.render(later.Name, []string{pick(g, goodOf(later))}, true)
	case 11:
		other := keyword.All(g.d.Side.Other())
		o := pick(g, other)
		if len(goodOf(o)) > 0 && !containsAny(o.Lower, []string{"canonical", "listen", "match", "include", "host", "port"}) {
			return g.render(o.Name, []string{pick(g, goodOf(o))}, true)
		}
	}
	if bad := badOf(k); len(bad) > 0 {
		return g.render(k.Name, []string{pick(g, bad)}, g.one(2))
	}
	return g.render(k.Name, []string{value, "extra"}, false)
}

// later picks a keyword that this release does not know yet, if there is one.
func (g *generator) later() *keyword.Keyword {
	for range 50 {
		k := pick(g, keyword.All(g.d.Side))
		if !g.d.Knows(k) {
			return k
		}
	}
	return g.keyword()
}

var unknownWords = []string{"foo", "FooBar", "UseKeychain", "X11Unknown", "ServerAliveIntervall", "KeepAliveInterval", "foobar", "é", "a-b", "AddKeysToAgentx", "host1", "matchx", "includes"}

func (g *generator) pickSome(list []string, most int, sep string) string {
	var out []string
	for range 1 + g.r.IntN(most) {
		out = append(out, pick(g, list))
	}
	return strings.Join(out, sep)
}

func (s *Stats) String() string {
	var b strings.Builder
	for _, part := range []struct {
		name string
		m    map[string]int
	}{{"keywords", s.Keywords}, {"criteria", s.Criteria}, {"traps", s.Traps}} {
		fmt.Fprintf(&b, "%s:\n", part.name)
		for _, k := range sortedKeys(part.m) {
			fmt.Fprintf(&b, "  %7d %s\n", part.m[k], k)
		}
	}
	return b.String()
}
