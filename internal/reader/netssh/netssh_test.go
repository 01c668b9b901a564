package netssh

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/resolve"
)

// TestSources: each setting knows its line, and each line without effect why.
func TestSources(t *testing.T) {
	m := memory{
		"/d/config": "ServerAliveCountMax 240\nServerAliveCountMax 7\nHost db\n  ServerAliveInterval 1\nMatch user root\n  ServerAliveInterval 2\n" +
			"Host web\n  ServerAliveInterval 1m\n  ServerAliveInterval 60\n  ServerAliveCountMax 3\n  IdentityFile a\n  IdentityFile b\n  ProxyJump j\n  ProxyCommand c\n",
		"/d/other": "ProxyJump forgotten\nServerAliveInterval 9\n",
	}
	res, err := For(m.request("web", "config", "other"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range res.Settings {
		got = append(got, fmt.Sprintf("%s %s %s", s.Source, s.Keyword, s.Value))
		for _, l := range s.Shadowed {
			got = append(got, fmt.Sprintf("- %s %s: %s", l.Source, l.Value, l.Reason))
		}
	}
	for _, l := range res.Losers("proxycommand") {
		got = append(got, fmt.Sprintf("- %s %s: %s", l.Source, l.Value, l.Reason))
	}
	want := []string{
		"config:10 serveralivecountmax 3",
		"- config:1 240: config:2 comes later, and of the lines before the first Host or Match the last wins",
		"- config:2 7: config:10 stands in a block that matches, which overrides lines before the first Host or Match",
		"config:8 serveraliveinterval 1m",
		"- config:4 1: 'Host db' at config:3 does not match web",
		"- config:6 2: 'Match user root' at config:5 never holds: net-ssh knows only 'Match all' and 'Match host'",
		"- config:9 60: config:8 comes first, and the first value wins",
		"- other:2 9: config:8 comes first, and the first value wins",
		"config:11 identityfile a",
		"config:12 identityfile b",
		"config:13 proxyjump j",
		"- other:1 forgotten: a ProxyJump or ProxyCommand before the first Host or Match is forgotten",
		"- config:14 c: config:13 comes first, and ProxyJump and ProxyCommand have one place together",
	}
	if a, b := strings.Join(got, "\n"), strings.Join(want, "\n"); a != b {
		t.Errorf("got\n%s\nwant\n%s", a, b)
	}
	if o, _ := res.Option("keepalive_interval"); o.Value.Text != "1" || len(o.From) != 1 || o.From[0] != (Source{"config", 8}) {
		t.Errorf("keepalive_interval: %v", o)
	}
}

// TestReader: values as `ssh -G` prints them, the keep-alive first.
func TestReader(t *testing.T) {
	text := "Host web\n  ServerAliveInterval 0\n  HostName %h.ex.com\n  Compression yes\n  SendEnv A B*\n  SetEnv 'X=1 2' Y=3\n  RekeyLimit 1G\n" +
		"  StrictHostKeyChecking no\n  Ciphers a,b,\n  IdentityFile x\n  IdentityFile y\n  ForwardAgent no\n  KexAlgorithms none\n  ChallengeResponseAuthentication no\n"
	req := reader.Request{
		Dialect: keyword.Dialect{Side: keyword.Client, Release: keyword.Newest},
		Sources: []resolve.Source{{Path: "-", Data: []byte(text)}},
		Query:   resolve.Query{Host: "web"},
	}
	settings, err := Reader.Resolve(req)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range settings {
		line := "default"
		if s.Source != nil {
			line = fmt.Sprintf("%s:%d", s.Source.File, s.Source.Line)
		}
		if s.Shadowed == nil || s.Conditional == nil || s.Default != (s.Source == nil) {
			t.Errorf("%s: %+v", s.Keyword, s)
		}
		got = append(got, fmt.Sprintf("%s %s [%s]", s.Keyword, s.Value, line))
	}
	want := []string{
		"serveraliveinterval 0 [-:2]", "serveralivecountmax 3 [default]", "ciphers a,b [-:9]", "compression yes [-:4]", "forwardagent no [-:12]",
		"hostname web.ex.com [-:3]", "identityfile x [-:10]", "identityfile y [-:11]", "kbdinteractiveauthentication yes [default]", "rekeylimit 1073741824 0 [-:7]",
		"sendenv A [-:5]", "sendenv B* [-:5]", "setenv X=1 2 [-:6]", "setenv Y=3 [-:6]", "stricthostkeychecking false [-:8]",
	}
	if a, b := strings.Join(got, "\n"), strings.Join(want, "\n"); a != b {
		t.Errorf("got\n%s\nwant\n%s", a, b)
	}
	req.Keywords = []string{"hostname"}
	if settings, err = Reader.Resolve(req); err != nil || len(settings) != 1 || settings[0].Value != "web.ex.com" {
		t.Errorf("hostname alone: %v, %v", settings, err)
	}
	req.Dialect.Side = keyword.Server
	if _, err = Reader.Resolve(req); !errors.Is(err, ErrServer) {
		t.Errorf("server: %v", err)
	}
	req.Dialect.Side = keyword.Client
	req.Sources[0].Data = []byte("\nServerAliveInterval yes\n")
	if _, err = Reader.Resolve(req); err == nil || err.Error() != "-:2: NoMethodError: undefined method `to_i' for true:TrueClass" {
		t.Errorf("yes: %v", err)
	}
}

// TestRaises: the exceptions, with their places.
func TestRaises(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Host *\nServerAliveInterval yes\n", "config:2 NoMethodError: undefined method `to_i' for true:TrueClass"},
		{"Host *\nNumberOfPasswordPrompts no\n", "config:2 NoMethodError: undefined method `to_i' for false:FalseClass"},
		{"Match all host web\n", "config:1 RuntimeError: all cannot be mixed with other conditions"},
		{"Match All\n", "config:1 RuntimeError: all cannot be mixed with other conditions"},
		{"Match host\n", "config:1 NoMethodError: undefined method `start_with?' for nil:NilClass"},
		{"Match 5\n", "config:1 NoMethodError: undefined method `split' for 5:Integer"},
		{"HostName x\n", "config:1 TypeError: no implicit conversion of nil into String"},
		{"Host *\nHostName 5\n", "config:2 NoMethodError: undefined method `gsub' for 5:Integer"},
		{"\nInclude config\n", "config:2 SystemStackError: stack level too deep"},
		{"Host *\nInclude sub\n", "/d/sub:1 SystemStackError: stack level too deep"},
		{"Include no\n", "config:1 NoMethodError: undefined method `scan' for false:FalseClass"},
		{"Include ~nobody/x\n", "config:1 ArgumentError: user nobody doesn't exist"},
		{"Include a\x00b\n", "config:1 ArgumentError: path name contains null byte"},
		{"User a\n# \xff\n", "config:2 ArgumentError: invalid byte sequence in UTF-8"},
		{"Proxy x\n", "config:1 ArgumentError: wrong number of arguments (given 1, expected 2)"},
		{"SetEnv A\n", "config:1 ArgumentError: wrong array length at 0 (expected 2, was 1)"},
		{"SetEnv 'A=b\n", `config:1 ArgumentError: Unmatched quote: "'A=b"`},
	} {
		_, err := For(memory{"/d/config": c.text, "/d/sub": "Include config"}.request("web", "config"))
		var e *Error
		if !errors.As(err, &e) || e.Source.String()+" "+err.Error() != c.want {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		}
	}
	_, err := For(memory{"/d/dir/x": ""}.request("web", "dir"))
	if err == nil || err.Error() != "Errno::EISDIR: Is a directory @ io_fillbuf - /d/dir" {
		t.Errorf("folder: %v", err)
	}
	if _, err := For(memory{}.request("web", "none", "~/none")); err != nil {
		t.Errorf("missing files: %v", err)
	}
}

// TestBounds: what would keep Ruby busy for years, or fill the memory, ends.
func TestBounds(t *testing.T) {
	start := time.Now()
	bomb := memory{}
	for i := range 40 {
		text := fmt.Sprintf("IdentityFile k%d\n", i) + strings.Repeat(fmt.Sprintf("Include f%d\n", i+1), 3)
		bomb[fmt.Sprintf("/d/f%d", i)] = text
		bomb[fmt.Sprintf("/d/g%d", i)] = "Host *\n" + strings.ReplaceAll(text, "Include f", "Include g")
	}
	for _, first := range []string{"f0", "g0"} {
		if _, err := For(bomb.request("web", first)); !errors.Is(err, ErrTooMuch) {
			t.Errorf("%s: files that include each other three times: %v", first, err)
		}
	}
	for _, text := range []string{"Include " + strings.Repeat("{a,b}", 40), "Include " + strings.Repeat("* ", 1<<20), "Include " + strings.Repeat("\" ", 1<<20), "Include " + strings.Repeat("{", 1<<20)} {
		if _, err := For(memory{"/d/config": text}.request("web", "config")); err != nil && !errors.Is(err, ErrTooMuch) {
			var e *Error
			if !errors.As(err, &e) {
				t.Errorf("%.20s: %v", text, err)
			}
		}
	}
	chain := memory{}
	for i := range maxDepth + 5 {
		chain[fmt.Sprintf("/d/f%d", i)] = fmt.Sprintf("Include f%d\nPort %d\n", i+1, i)
	}
	if _, err := For(chain.request("web", "f10")); err != nil {
		t.Errorf("a chain of %d files: %v", maxDepth-5, err)
	}
	var e *Error
	if _, err := For(chain.request("web", "f0")); !errors.As(err, &e) || e.Class != "SystemStackError" {
		t.Errorf("a chain of %d files: %v", maxDepth+5, err)
	}
	digits := strings.Repeat("7", 1<<22)
	res, err := For(memory{"/d/config": "Host " + strings.Repeat("*a", 1<<20) + "*b *\nServerAliveInterval " + digits + "\nRekeyLimit " + digits + "G"}.request(strings.Repeat("a", 200), "config"))
	if err != nil {
		t.Fatal(err)
	}
	if o, _ := res.Option("keepalive_interval"); o.Value.Text != digits {
		t.Errorf("a number of %d digits has %d", len(digits), len(o.Value.Text))
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("took %s", took)
	}
}

// TestLargeFile: a hundred thousand blocks are no matter.
func TestLargeFile(t *testing.T) {
	var b strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&b, "Host h%d *.h%d.example.com\n\tHostName 10.0.0.1\n\tServerAliveInterval 60\n\tServerAliveCountMax 240\n", i, i)
	}
	start := time.Now()
	res, err := For(memory{"/d/config": b.String()}.request("h99999", "config"))
	if err != nil {
		t.Fatal(err)
	}
	if o, _ := res.Option("keepalive_maxcount"); o.Value.Text != "240" || len(res.Losers("serveraliveinterval")) != 99_999 {
		t.Errorf("%v, %d losers", o, len(res.Losers("serveraliveinterval")))
	}
	t.Logf("%d bytes took %s", b.Len(), time.Since(start))
}

// TestTimes multiplies digits as big.Int does.
func TestTimes(t *testing.T) {
	for _, n := range []string{"0", "1", "9", "1023", "-5", "99999999999999999999", "123456789012345678901234567890"} {
		for _, factor := range []uint64{1, 1 << 10, 1 << 20, 1 << 30} {
			want, _ := new(big.Int).SetString(n, 10)
			want.Mul(want, new(big.Int).SetUint64(factor))
			if got := (Value{Kind: Int, Text: n}).times(factor); got.Text != want.String() {
				t.Errorf("%s × %d = %s, want %s", n, factor, got.Text, want)
			}
		}
	}
}
