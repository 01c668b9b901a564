package compare

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/term"
)

func TestLabels(t *testing.T) {
	for _, c := range []struct{ paths, want string }{
		{"dev/etc/ssh/sshd_config staging/etc/ssh/sshd_config", "dev staging"},
		{"img/dev/etc/ssh/sshd_config img/prod/usr/etc/ssh/sshd_config", "dev prod"},
		{"dev.conf prod.conf", "dev prod"},
		{"x/dev.conf y/prod.txt", "dev.conf prod.txt"},
		{"web/staging/c web/prod/c db/prod/c", "web/staging web/prod db/prod"},
		{"/etc/ssh/sshd_config staging/etc/ssh/sshd_config", "/etc/ssh/sshd_config staging"},
		{"/etc/ssh/sshd_config stock", "sshd_config stock"},
		{"stdin a/b", "stdin b"},
		{"sshd_config dev/sshd_config", "sshd_config dev"},
		{"a/b a/b", "b b"},
		{"./a/c b/c", "a b"},
		{".x .y", ".x .y"},
	} {
		if got := strings.Join(Labels(strings.Fields(c.paths)), " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.paths, got, c.want)
		}
	}
}

func server(t *testing.T, text string) *Values {
	t.Helper()
	return values(t, keyword.Server, text, resolve.Query{Spec: &resolve.ServerSpec{}})
}

func client(t *testing.T, text string) *Values {
	t.Helper()
	return values(t, keyword.Client, text, resolve.Query{Host: "web1", Identity: resolve.Identity{Known: true, LocalUser: "me"}})
}

func values(t *testing.T, side keyword.Side, text string, q resolve.Query) *Values {
	t.Helper()
	d := keyword.Dialect{Side: side, Release: keyword.Newest}
	c, err := resolve.Load(d, resolve.Env{}, []resolve.Source{{Path: "file", Data: []byte(text)}}, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v, err := (&Config{Config: c}).Values(q)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func dump(t *testing.T, text string) *Values {
	t.Helper()
	v, err := FromDump("dump", []byte(text), keyword.Dialect{Side: keyword.Server, Release: keyword.Newest})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// states are the rows of two files that are not the same.
func states(side keyword.Side, a, b *Values) string {
	table := Make([]Column{{"a", a}, {"b", b}}, Options{Side: side, Against: -1})
	var out []string
	for _, row := range table.Rows {
		if row.State != Same {
			out = append(out, row.Keyword+" "+row.State.String())
		}
	}
	return strings.Join(out, "; ")
}

func TestServers(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"ClientAliveInterval 1m", "clientaliveinterval=60", ""},
		{"ClientAliveInterval 0\nPort 22", "", ""},
		{"ClientAliveInterval 60\nPort 2222", "Port 22\nX11Forwarding yes", "clientaliveinterval different; port different; x11forwarding different"},
		{"AcceptEnv A B\nAcceptEnv A", "AcceptEnv B A", ""},
		{"AllowUsers a b", "AllowUsers b a", "allowusers different"},
		{"Ciphers aes128-ctr", "", "ciphers different"},
		{"Banner none", "", ""},
		{"PermitRootLogin without-password", "PermitRootLogin prohibit-password", ""},
		{"ListenAddress 10.0.0.1", "ListenAddress 10.0.0.1:22", ""},
		{"Port 2222\nListenAddress 10.0.0.1", "ListenAddress 10.0.0.1", "port different"},
		{"Port 22\nPort 2222\nListenAddress ::1", "Port 2222\nPort 22\nListenAddress [::1]:22", "listenaddress different"},
		{"AddressFamily inet", "AddressFamily any", "addressfamily different; listenaddress different"},
		{"DSAAuthentication no", "PubkeyAuthentication no", ""},
	} {
		if got := states(keyword.Server, server(t, c.a), server(t, c.b)); got != c.want {
			t.Errorf("%q and %q: %s, want %s", c.a, c.b, got, c.want)
		}
	}
}

func TestClients(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"SendEnv A B LC_X\nSendEnv -LC_*", "SendEnv B A", ""},
		{"User me", "", ""},
		{"ServerAliveInterval none", "ServerAliveInterval 0", ""},
		{"Host web1\nServerAliveInterval 60", "Host web2\nServerAliveInterval 60", "serveraliveinterval different"},
		{"Match exec true\nPort 1", "Match  exec  true\nPort 1", ""},
		{"Match exec true\nPort 1", "Match exec false\nPort 1", "port different"},
		{"Match exec true\nPort 1", "", "port different"},
		{"HostName web1", "", ""},
		{"ProxyJump a\nProxyUseFdpass yes", "ProxyJump a", ""},
	} {
		if got := states(keyword.Client, client(t, c.a), client(t, c.b)); got != c.want {
			t.Errorf("%q and %q: %s, want %s", c.a, c.b, got, c.want)
		}
	}
}

// TestDumps: what sshd -T printed has nothing but the words of the case, so that
// only they are asked for.
func TestDumps(t *testing.T) {
	for _, c := range []struct{ dump, conf, keyword, want string }{
		{"clientaliveinterval 60", "ClientAliveInterval 1m", "clientaliveinterval", "same"},
		{"clientaliveinterval 60", "", "clientaliveinterval", "different"},
		{"ipqos lowdelay throughput", "", "ipqos", "unknown"}, // Debian's default
		{"ipqos 0x10 0x10", "", "ipqos", "different"},
		{"ipqos lowdelay throughput", "IPQoS ef cs0", "ipqos", "different"},
		{"ciphers aes128-ctr,aes256-ctr", "", "ciphers", "unknown"},
		{"ciphers aes128-ctr,aes256-ctr", "Ciphers aes128-ctr,aes256-ctr", "ciphers", "same"},
		{"ciphers aes128-ctr,aes256-ctr", "Ciphers aes256-ctr,aes128-ctr", "ciphers", "different"},
		{"ciphers aes128-ctr,aes256-ctr", "Ciphers +aes128-ctr", "ciphers", "unknown"},
		{"ciphers aes128-ctr,aes256-ctr", "Ciphers +aes128-cbc", "ciphers", "different"},
		{"ciphers aes128-ctr,aes256-ctr", "Ciphers -aes128-cbc", "ciphers", "unknown"},
		{"ciphers aes128-ctr,aes256-ctr", "Ciphers -aes128*", "ciphers", "different"},
		{"pubkeyacceptedalgorithms ssh-ed25519", "PubkeyAcceptedAlgorithms ssh-ed*", "pubkeyacceptedalgorithms", "unknown"},
		{"pubkeyacceptedalgorithms ssh-rsa", "PubkeyAcceptedAlgorithms ssh-ed*", "pubkeyacceptedalgorithms", "different"},
		{"port 22", "AllowUsers a", "allowusers", "different"}, // it prints them if there are any
		{"port 22", "AcceptEnv A", "acceptenv", "different"},
		{"allowusers a", "", "allowusers", "different"},
		{"port 22", "UnusedConnectionTimeout 5m", "unusedconnectiontimeout", "unknown"}, // a release without it
		{"port 22", "PidFile none", "pidfile", "unknown"},
		{"pidfile /run/sshd.pid", "", "pidfile", "unknown"},
		{"newkeyword x", "", "newkeyword", "unknown"},
		{"gssapikexalgorithms x", "", "gssapikexalgorithms", "unknown"},
		{"banner /srv/issue", "Banner issue", "banner", "unknown"}, // below where sshd was started
		{"banner /srv/tissue", "Banner issue", "banner", "different"},
		{"port 22\nlistenaddress 0.0.0.0:22\nlistenaddress [::]:22", "", "listenaddress", "same"},
		{"port 22\nlistenaddress 10.0.0.1:22", "ListenAddress web1", "listenaddress", "unknown"},
		{"port 22\nlistenaddress 10.0.0.1:22", "ListenAddress 10.0.0.2", "listenaddress", "different"},
		{"persourcepenalties crash:90 authfail:5", "PerSourcePenalties crash:90", "persourcepenalties", "unknown"},
		{"persourcepenalties crash:90 authfail:5", "PerSourcePenalties crash:10", "persourcepenalties", "different"},
		{"persourcepenalties no", "PerSourcePenalties yes", "persourcepenalties", "different"},
	} {
		table := Make([]Column{{"a", dump(t, c.dump)}, {"b", server(t, c.conf)}}, Options{Side: keyword.Server, Against: -1, Keywords: []string{c.keyword}})
		if len(table.Rows) != 1 || table.Rows[0].State.String() != c.want {
			t.Errorf("%q and %q: %+v, want %s", c.dump, c.conf, table.Rows, c.want)
		}
	}
	a, b := dump(t, "port 22\nipqos ef cs0\nrevokedkeys none\nbanner x"), dump(t, "Port 22\r\nipqos lowdelay throughput\nmacs x\n\n")
	if got, want := states(keyword.Server, a, b), "banner unknown; ipqos different; macs unknown"; got != want {
		t.Errorf("two dumps: %s, want %s", got, want)
	}
	if _, err := FromDump("f", []byte("port 22\n# no\n"), keyword.Dialect{}); err == nil || !strings.HasPrefix(err.Error(), "f:2: ") {
		t.Error(err)
	}
}

// TestKnownRelease: with a release that the user names, its defaults count.
func TestKnownRelease(t *testing.T) {
	conf := server(t, "")
	conf.ReleaseKnown, conf.VendorKnown = true, true
	if got := states(keyword.Server, dump(t, "ipqos lowdelay throughput"), conf); !strings.Contains(got, "ipqos different") {
		t.Error(got)
	}
}

func TestAgainst(t *testing.T) {
	columns := []Column{{"a", dump(t, "port 1")}, {"b", dump(t, "macs x\nport 1")}, {"c", dump(t, "macs y\nport 2")}}
	free := Make(columns, Options{Side: keyword.Server, Against: -1})
	if free.Count(Different) != 2 { // b and c differ in macs, whatever a has
		t.Errorf("%+v", free.Rows)
	}
	held := Make(columns, Options{Side: keyword.Server, Against: 0})
	if held.Count(Different) != 1 || held.Count(Unknown) != 1 {
		t.Errorf("%+v", held.Rows)
	}
	plain := func(s string) string { return s }
	if got, want := held.Summary(plain), "1 of 2 settings is not as in a; 1 cannot be compared (--all shows it)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := free.Summary(plain), "2 of 2 settings differ between a, b and c"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func text(t *testing.T, width int, verbose bool, columns ...Column) string {
	t.Helper()
	var b bytes.Buffer
	table := Make(columns, Options{Side: keyword.Server, Against: -1})
	if err := Text(&b, []*Table{table}, TextOptions{Side: keyword.Server, Width: width, Verbose: verbose, Palette: term.NewPalette(false)}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const (
	manyCiphers = "aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com"
	moreCiphers = manyCiphers + ",chacha20-poly1305@openssh.com"
)

// TestTextFits: no line is wider than the terminal, and no value is cut.
func TestTextFits(t *testing.T) {
	for width := 40; width <= 200; width += 7 {
		for _, verbose := range []bool{false, true} {
			got := text(t, width, verbose,
				Column{"dev", server(t, "Ciphers "+manyCiphers+"\nClientAliveInterval 60")},
				Column{"日本語", server(t, "Ciphers "+moreCiphers+"\nForceCommand echo "+strings.Repeat("x", 300))},
				Column{"a-rather-long-label", server(t, "Banner /some/where/deep/below/issue")})
			for line := range strings.Lines(got) {
				if n := term.Width(strings.TrimSuffix(line, "\n")); n > width && n > 46 { // labels are not folded
					t.Errorf("width %d: %d: %s", width, n, line)
				}
			}
			all := strings.Join(strings.Fields(got), "")
			for _, want := range []string{manyCiphers, "/some/where/deep/below/issue", strings.Repeat("x", 300)} {
				if !strings.Contains(all, want) {
					t.Errorf("width %d lost %s:\n%s", width, want, got)
				}
			}
		}
	}
}

func TestText(t *testing.T) {
	got := text(t, 0, false,
		Column{"dev", server(t, "Ciphers "+manyCiphers+"\nClientAliveInterval 60\nAcceptEnv A B")},
		Column{"prod", server(t, "Ciphers "+moreCiphers+"\nBanner /b")})
	want := `                     dev             prod
ClientAliveInterval  60              0 (default) *
AcceptEnv            A, B            (not set) *
Banner               none (default)  /b *
Ciphers
    dev   ` + manyCiphers + `
  * prod  +chacha20-poly1305@openssh.com
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestHostile: values and labels with all that a format could mistake for its own.
func TestHostile(t *testing.T) {
	evil := "a|b `c` <img src=x> @all \\| [x](y) ::error:: ##[x] \x1b[31m \u202e =1"
	columns := []Column{{"::warning::\x1b|`<b>", server(t, "Banner \""+evil+"\"")}, {"=1+1", server(t, "Banner none\nForceCommand ::error::\x1b]0;x\a")}}
	table := Make(columns, Options{Side: keyword.Server, Against: -1, Context: "@x|`"})
	formats := map[string]func(*bytes.Buffer) error{
		"text": func(b *bytes.Buffer) error {
			return Text(b, []*Table{table}, TextOptions{Titles: true, Palette: term.NewPalette(false)})
		},
		"stack": func(b *bytes.Buffer) error {
			return Text(b, []*Table{table}, TextOptions{Verbose: true, Palette: term.NewPalette(false)})
		},
		"csv":      func(b *bytes.Buffer) error { return CSV(b, []*Table{table}, true) },
		"markdown": func(b *bytes.Buffer) error { return Markdown(b, []*Table{table, table}, false) },
	}
	for name, format := range formats {
		var b bytes.Buffer
		if err := format(&b); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if strings.ContainsAny(strings.TrimSuffix(line, "\n"), "\x1b\a\t\r\u202e") || strings.HasPrefix(strings.TrimLeft(line, " \t"), "::") || strings.Contains(line, "##[") {
				t.Errorf("%s: %q", name, line)
			}
			if name == "markdown" && strings.HasPrefix(line, "|") && strings.Count(line, "|") != 4 {
				t.Errorf("%s: a cell is split: %s", name, line)
			}
			if name == "markdown" && (strings.Contains(line, "<img") || strings.Contains(line, "<b>")) {
				t.Errorf("%s: %s", name, line)
			}
		}
		if name != "csv" {
			continue
		}
		lines, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			if i := slices.IndexFunc(line, func(s string) bool { return s != "" && strings.Contains("=+-@", s[:1]) }); i >= 0 {
				t.Errorf("a formula: %q", line[i])
			}
		}
	}
}

func TestCode(t *testing.T) {
	for in, want := range map[string]string{
		"a b":      "`a b`",
		"LC_*":     "`LC_*`",
		"a|b":      "<code>a&#124;b</code>",
		"a`b":      "<code>a&#96;b</code>",
		"\\":       "<code>&#92;</code>",
		" a":       "<code> a</code>",
		"<b>|é\n@": "<code>&#60;b&#62;&#124;é&#92;x0a&#64;</code>",
	} {
		if got := Code(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

// TestBlocks: everybody's settings, and only what Match blocks change.
func TestBlocks(t *testing.T) {
	load := func(text string) *Config {
		c, err := resolve.Load(keyword.Dialect{Side: keyword.Server, Release: keyword.Newest}, resolve.Env{}, []resolve.Source{{Path: "f", Data: []byte(text)}}, resolve.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return &Config{Config: c}
	}
	a := load("Port 1\nMatch User bob\nX11Forwarding yes\nMatch  user bob\nBanner /x\nMatch Group g\nPermitTTY no")
	b := load("Port 2\nMatch user=bob\nX11Forwarding yes\nMatch all\nPermitTTY yes")
	base := resolve.Query{Spec: &resolve.ServerSpec{}}
	contexts, left := Blocks([]*Config{a, b}, base, true, 10)
	var got []string
	everybody := compareIn(t, a, b, func(*Config) resolve.Query { return base })
	for _, x := range contexts {
		table := compareIn(t, a, b, x.Query)
		table.DropRepeated(everybody)
		line := x.Label
		for _, row := range table.Rows {
			line += fmt.Sprintf(" %s:%s", row.Keyword, row.State)
		}
		got = append(got, line)
	}
	want := []string{"Match User bob banner:different x11forwarding:same", "Match Group g permittty:different"}
	if !slices.Equal(got, want) || left != 0 {
		t.Errorf("%q, want %q; %d left", got, want, left)
	}
	if contexts, left = Blocks([]*Config{a, b}, base, true, 1); len(contexts) != 1 || left != 1 {
		t.Error(contexts, left)
	}
}

func compareIn(t *testing.T, a, b *Config, query func(*Config) resolve.Query) *Table {
	t.Helper()
	var columns []Column
	for _, c := range []*Config{a, b} {
		v, err := c.Values(query(c))
		if err != nil {
			t.Fatal(err)
		}
		columns = append(columns, Column{"", v})
	}
	return Make(columns, Options{Side: keyword.Server, Against: -1})
}

func TestRefusal(t *testing.T) {
	c, err := resolve.Load(keyword.Dialect{Side: keyword.Server, Release: keyword.Newest}, resolve.Env{}, []resolve.Source{{Path: "f", Data: []byte("Port 22\nFoo bar\n")}}, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = (&Config{Config: c}).Values(resolve.Query{})
	if r, ok := err.(*Refusal); !ok || r.At.Line != 2 || r.Text != "Bad configuration option: Foo" || r.Word != "Foo" {
		t.Errorf("%+v", err)
	}
}
