package main

import (
	"strings"
)

// The names that files and queries are made of.
var (
	hosts       = []string{"web1", "web2", "WEB1", "db", "db.example.com", "10.0.0.1", "localhost", "any", "web1.example.com", "::1"}
	users       = []string{"alice", "bob", "root", "Alice", "deploy"}
	serverUsers = []string{"root", "nobody", "daemon", "bob", "alice", "www-data", "Root"}
	addresses   = []string{"10.0.0.1", "10.1.2.3", "192.168.1.5", "::1", "fe80::1", "2001:db8::5", "127.0.0.1"}

	hostPatterns = []string{"web1", "web2", "web*", "*", "*", "!web1", "!web*", "?eb1", "*.example.com", "web1,web2", "WEB1", "db", "db.example.com",
		"10.0.0.*", "10.0.0.1", "[a-z]*", "!db", "!*", "a,b", "*1", "localhost", "**", "?*", "any", "w*b*1", "web1.example.com", "!!web1", "::1"}
	listPatterns = []string{"web1", "web2", "web*", "*", "!web1", "!web*", "?eb1", "*.example.com", "WEB1", "db", "10.0.0.1", "!db", "!*", "", "localhost", "any", "::1"}
	userPatterns = []string{"alice", "bob", "root", "a*", "*", "!bob", "!root", "r?ot", "Alice", "deploy", "nobody", "!*", "www-data", "daemon", ""}
	addrPatterns = []string{"10.0.0.0/8", "10.0.0.1", "10.0.0.*", "192.168.0.0/16", "!10.0.0.1", "::1", "fe80::/10", "2001:db8::/32", "0.0.0.0/0", "::/0", "10.1.2.3/32",
		"*", "10.*", "!10.0.0.0/8", "127.0.0.1", "word", "?0.0.0.1", "10.0.0.0/0x8", "127.1", "!*", "::ffff:10.0.0.1", "fe80::1%lo"}
	badAddrs   = []string{"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/129", "", "10.0.0.1,", ",10.0.0.1", "fe80::1/10", "10.0.0.0/", "/8", "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0.0/ 8"}
	groupNames = []string{"root", "users", "nogroup", "daemon", "r*", "*", "!root", "wheel", "www-data", "!*"}
)

// blockHeader opens a block.
func (g *generator) blockHeader() string {
	if !g.server() && g.percent(60) {
		g.stats.Keywords["Host"]++
		var args []string
		for range 1 + g.r.IntN(1+g.r.IntN(4)) {
			args = append(args, pick(g, hostPatterns))
		}
		return g.render("Host", args, false)
	}
	g.stats.Keywords["Match"]++
	if g.server() {
		return g.render("Match", []string{g.serverCriteria()}, true)
	}
	return g.render("Match", []string{g.clientCriteria()}, true)
}

// criterion writes a criterion and its argument in one of several forms.
func (g *generator) criterion(name, arg string) string {
	g.stats.Criteria[strings.ToLower(name)]++
	word := g.spell(name)
	if arg == "" {
		return word
	}
	if strings.HasPrefix(arg, ",") && g.one(2) {
		g.trap("empty list item")
	}
	switch g.r.IntN(16) {
	case 0:
		g.trap("criterion: equals")
		return word + pick(g, []string{"=", " = ", "= ", " ="}) + arg
	case 1:
		g.trap("criterion: quotes")
		return word + " " + g.quote(arg)
	case 2:
		g.trap("criterion: quotes")
		return word + ` "` + arg + `"`
	case 3:
		return word + "\t" + arg
	}
	return word + " " + arg
}

func (g *generator) negated(c string) string {
	if !g.one(5) {
		return c
	}
	g.trap("criterion: negated")
	return "!" + c
}

func (g *generator) clientCriteria() string {
	switch g.r.IntN(10) {
	case 0, 1:
		return g.negated(g.criterion("all", ""))
	case 2:
		first := g.negated(g.criterion(pick(g, []string{"final", "canonical", "final"}), ""))
		if g.one(2) {
			return first + " " + g.negated(g.criterion("all", ""))
		}
		return first + " " + g.clientCriterion()
	}
	out := []string{g.clientCriterion()}
	for g.one(3) {
		out = append(out, g.clientCriterion())
	}
	return strings.Join(out, pick(g, []string{" ", " ", "\t", "  "}))
}

func (g *generator) clientCriterion() string {
	switch g.r.IntN(10) {
	case 0, 1, 2:
		return g.negated(g.criterion("host", g.nonEmpty(listPatterns)))
	case 3, 4:
		return g.negated(g.criterion("originalhost", g.nonEmpty(listPatterns)))
	case 5, 6:
		return g.negated(g.criterion("user", g.nonEmpty(userPatterns)))
	case 7:
		return g.negated(g.criterion("localuser", g.nonEmpty(userPatterns)))
	case 8:
		return g.negated(g.criterion("final", ""))
	}
	return g.negated(g.criterion("canonical", ""))
}

func (g *generator) nonEmpty(list []string) string {
	for {
		if s := g.pickSome(list, 3, ","); s != "" {
			return s
		}
	}
}

func (g *generator) serverCriteria() string {
	if g.one(6) {
		return g.criterion("all", "")
	}
	out := []string{g.serverCriterion()}
	for g.one(3) {
		out = append(out, g.serverCriterion())
	}
	return strings.Join(out, pick(g, []string{" ", " ", "\t", "  "}))
}

func (g *generator) serverCriterion() string {
	switch g.r.IntN(10) {
	case 0, 1, 2:
		return g.criterion("User", g.nonEmpty(userPatterns))
	case 3:
		return g.criterion("Group", g.nonEmpty(groupNames))
	case 4:
		return g.criterion("Host", g.nonEmpty(append([]string{"pc.example.com", "PC.*"}, listPatterns...)))
	case 5, 6:
		return g.criterion("Address", g.nonEmpty(addrPatterns))
	case 7:
		return g.criterion("LocalAddress", g.nonEmpty(addrPatterns))
	case 8:
		return g.criterion("LocalPort", pick(g, []string{"22", "2222", "022", "65535", "1"}))
	}
	return g.criterion("RDomain", pick(g, []string{"r1", "r*", "x"}))
}

// badMatch is a Match line that cannot be read, or looks like it.
func (g *generator) badMatch() string {
	g.stats.Keywords["Match"]++
	g.trap("bad Match")
	forms := []string{"", "#", `""`, "all all", "all host web1", "host", "user", "foo", "foo bar", "host a b", "host \"\"", "host ''", "!all", "! all", "host =", "host==web1",
		"host web1 all", "user bob all", "all # c", "host web1 # c", "host # c", "host \"web1", "host 'web1'", "user \"a b\",c", "localuser", "invalid-user", "sessiontype shell",
		"version OpenSSH*", "tagged x", "command x", "localnetwork 10.0.0.0/8", "all=x", "host=", "=", "all,host x", "user= bob", "!user bob", "final", "canonical all", "final final all", "!!all",
		"host web1 user", "all\r", "user bob\f", "host \\\"web1", "h\"os\"t web1", "\"host\" web1", "all \"\"", "all ''", "host web1 \"\" user bob", "user '' host x"}
	if g.server() {
		forms = append(forms, "address "+pick(g, badAddrs), "localaddress "+pick(g, badAddrs), "address 10.0.0.0/8 all", "localport 0", "localport 65536", "localport -1", "localport 22,23", "rdomain", "!address 10.0.0.1",
			"user bob group", "group", "address")
	}
	return g.render("Match", []string{pick(g, forms)}, true)
}
