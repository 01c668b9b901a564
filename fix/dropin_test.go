package fix_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// dropInSystem is a made-up system in a folder that stands for /.
type dropInSystem struct {
	t       *testing.T
	root    string
	release keyword.Release
	fault   func(*lint.Entry)
	rules   []*lint.Rule
	sshd    *propertyTest // made when it is first asked
}

// newDropInSystem writes the files of a txtar text, whose names are relative to
// /etc/ssh. In them, @ROOT@ stands for the root.
func newDropInSystem(t *testing.T, text string) *dropInSystem {
	t.Helper()
	s := &dropInSystem{t: t, root: t.TempDir(), release: keyword.R(9, 2), rules: rules.All()}
	must(t, os.MkdirAll(s.path(""), 0o755))
	for _, f := range txtar.Parse([]byte(text)).Files {
		if strings.HasSuffix(f.Name, "/") {
			must(t, os.MkdirAll(s.path(f.Name), 0o755))
			continue
		}
		must(t, os.MkdirAll(filepath.Dir(s.path(f.Name)), 0o755))
		must(t, os.WriteFile(s.path(f.Name), f.Data, 0o644))
	}
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *dropInSystem) path(name string) string { return filepath.Join(s.root, "etc/ssh", name) }
func (s *dropInSystem) main() string            { return s.path("sshd_config") }
func (s *dropInSystem) dropIn() string          { return s.path("sshd_config.d/" + fix.DropInName) }

// short replaces the folder of the system in a text, so that it can be compared.
func (s *dropInSystem) short(text string) string { return strings.ReplaceAll(text, s.root, "") }

func (s *dropInSystem) entry(name string) lint.Entry {
	data, err := os.ReadFile(s.path(name))
	must(s.t, err)
	e := lint.Entry{
		Path:    s.path(name),
		Dialect: keyword.Dialect{Side: keyword.Server, Release: s.release, Vendor: keyword.Debian},
		Env:     resolve.OSEnv(s.root),
		Sources: []resolve.Source{{Path: s.path(name), Data: data}},
	}
	if s.fault != nil {
		s.fault(&e)
	}
	return e
}

func (s *dropInSystem) request() fix.Request {
	return fix.Request{Entries: []lint.Entry{s.entry("sshd_config")}, Rules: s.rules, Settings: lint.Settings{Profile: lint.Deploy}}
}

// plan plans the drop-in, and checks what holds for each plan.
func (s *dropInSystem) plan() *fix.Plan {
	s.t.Helper()
	plan := fix.MakeDropIn(s.request())
	for _, err := range append(plan.Unproven, plan.Errors...) {
		s.t.Error(err)
	}
	for _, c := range plan.Changes {
		if filepath.Base(c.Path) != fix.DropInName {
			s.t.Errorf("%s is changed", c.Path)
		}
	}
	return plan
}

// planned wants one drop-in and nothing else, and writes it.
func (s *dropInSystem) planned() *fix.Plan {
	s.t.Helper()
	plan := s.plan()
	for _, err := range plan.Refusals {
		s.t.Error(err)
	}
	if len(plan.Changes) != 1 {
		s.t.Fatalf("%d files are changed", len(plan.Changes))
	}
	c := plan.Changes[0]
	if c.Create {
		must(s.t, os.WriteFile(c.Path, c.New, c.Mode))
	} else {
		must(s.t, os.WriteFile(c.Path, c.New, 0o644))
	}
	if again := s.plan(); len(again.Changes)+len(again.Refusals) > 0 && leftInMatch(again) == 0 {
		s.t.Errorf("a second run changes %v and refuses %v", again.Changes, again.Refusals)
	}
	return plan
}

// leftInMatch counts the findings about the keep-alive that are left.
func leftInMatch(p *fix.Plan) int {
	n := 0
	for i := range p.After.Diagnostics {
		if d := &p.After.Diagnostics[i]; d.Category == "keepalive" && d.Rule != "shadowed-keepalive" {
			n++
		}
	}
	return n
}

// refusal wants nothing but one refusal, and returns it.
func (s *dropInSystem) refusal() string {
	s.t.Helper()
	plan := s.plan()
	if len(plan.Changes) != 0 {
		s.t.Errorf("%s is changed:\n%s", plan.Changes[0].Path, plan.Changes[0].New)
	}
	if !sameFindings(plan.Before, plan.After) {
		s.t.Error("nothing is changed, but the findings differ")
	}
	if len(plan.Refusals) != 1 {
		s.t.Fatalf("refusals: %v", plan.Refusals)
	}
	return s.short(plan.Refusals[0].Error())
}

func sameFindings(a, b *lint.Result) bool {
	return slices.EqualFunc(a.Diagnostics, b.Diagnostics, func(x, y lint.Diagnostic) bool {
		return x.Rule == y.Rule && x.Span == y.Span && x.Message == y.Message
	})
}

// settings are the lines of a file that are no comments.
func settings(data []byte) string {
	var out []string
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

// sshdValues asks the installed sshd what it uses, for everybody and for the
// users of the tests. sshd has no --root, so it is asked about a copy of the
// files in which the Include lines name the copy.
func (s *dropInSystem) sshdValues() map[string]map[string]string {
	s.t.Helper()
	if s.sshd == nil {
		s.sshd = newPropertyTest(s.t, keyword.Server, lint.Deploy)
	}
	dir := filepath.Join(s.t.TempDir(), "copy")
	must(s.t, filepath.WalkDir(s.root, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(s.root, path)
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.MkdirAll(filepath.Join(dir, rel), 0o755)
		case d.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			must(s.t, err)
			return os.Symlink(strings.ReplaceAll(target, s.root, dir), filepath.Join(dir, rel))
		}
		data, err := os.ReadFile(path)
		must(s.t, err)
		return os.WriteFile(filepath.Join(dir, rel), includesBelow(data, dir), 0o644)
	}))
	out := map[string]map[string]string{}
	for _, who := range []string{"", "user=root,host=h,addr=192.0.2.7,laddr=127.0.0.1,lport=22", "user=nobody,host=h,addr=10.0.0.1,laddr=127.0.0.1,lport=22"} {
		if who == "" {
			who = "user=daemon,host=h,addr=192.0.2.7,laddr=127.0.0.1,lport=22"
		}
		values, err := s.sshd.dump(filepath.Join(dir, "etc/ssh/sshd_config"), who)
		must(s.t, err)
		out[who] = values
	}
	return out
}

// includesBelow puts a folder in front of the paths of Include lines.
func includesBelow(data []byte, dir string) []byte {
	var out bytes.Buffer
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if len(words) > 1 && strings.EqualFold(words[0], "include") {
			for i, w := range words[1:] {
				if !strings.HasPrefix(w, "/") {
					w = "/etc/ssh/" + w
				}
				words[i+1] = dir + w
			}
			line = strings.Join(words, " ") + "\n"
		}
		out.WriteString(line)
	}
	return out.Bytes()
}

// checkWithSSHD plans and writes a drop-in between two questions to sshd: only
// the keep-alive may differ, and it is as wanted, for daemon, root and nobody:
// "60/240 60/240 0/3".
func (s *dropInSystem) checkWithSSHD(want string) *fix.Plan {
	s.t.Helper()
	needProgram(s.t, "sshd", "openssh-server")
	before := s.sshdValues()
	plan := s.planned()
	after := s.sshdValues()
	var whos, got []string
	for who := range after {
		whos = append(whos, who)
	}
	order := []string{"user=daemon", "user=root", "user=nobody"}
	for _, user := range order {
		i := slices.IndexFunc(whos, func(w string) bool { return strings.HasPrefix(w, user+",") })
		v := after[whos[i]]
		got = append(got, strings.TrimSpace(v["clientaliveinterval"])+"/"+strings.TrimSpace(v["clientalivecountmax"]))
		for key, value := range v {
			if !strings.HasPrefix(key, "clientalive") && value != before[whos[i]][key] {
				s.t.Errorf("%s for %s was %q and is %q", key, user, before[whos[i]][key], value)
			}
		}
		if len(v) != len(before[whos[i]]) {
			s.t.Errorf("%d values for %s instead of %d", len(v), user, len(before[whos[i]]))
		}
	}
	if text := strings.Join(got, " "); text != want {
		s.t.Errorf("sshd uses %s, want %s", text, want)
	}
	return plan
}

const bothLines = "ClientAliveInterval 60\nClientAliveCountMax 240\n"

// TestDropInWins: the drop-in is planned with these lines, sshd then uses the
// values given for daemon, root and nobody (from 10.0.0.1), and no finding
// about the keep-alive is left but those named.
func TestDropInWins(t *testing.T) {
	for _, test := range []struct {
		name, files string
		lines       string // "": both
		sshd        string // "": 60/240 for all
		left        int
	}{
		{name: "include on top", files: "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n-- sshd_config.d/ --\n"},
		{name: "relative", files: "-- sshd_config --\nInclude sshd_config.d/*.conf\nX11Forwarding no\n-- sshd_config.d/ --\n"},
		{name: "any name", files: "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*\n-- sshd_config.d/ --\n"},
		{name: "doubled slash", files: "-- sshd_config --\nInclude /etc/ssh//sshd_config.d/*.conf\n-- sshd_config.d/ --\n"},
		{name: "CRLF", files: "-- sshd_config --\nPort 22\r\nInclude /etc/ssh/sshd_config.d/*.conf\r\nUsePAM yes\r\n-- sshd_config.d/ --\n"},
		{name: "several patterns", files: "-- sshd_config --\nInclude /etc/ssh/none.conf /etc/ssh/extra.d/*.conf /etc/ssh/sshd_config.d/*.conf\n-- extra.d/10.conf --\nX11Forwarding no\n-- sshd_config.d/ --\n"},
		{name: "nested include", files: "-- sshd_config --\nInclude /etc/ssh/first.conf\n-- first.conf --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/ --\n"},
		{name: "include with another setting above", files: "-- sshd_config --\nX11Forwarding no\n\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/ --\n"},
		{name: "cloud-init switches it off", files: "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/50-cloud-init.conf --\nPasswordAuthentication no\nClientAliveInterval 0\n"},
		{name: "cloud-init with a good interval", lines: "ClientAliveCountMax 240\n", sshd: "30/240 30/240 30/240",
			files: "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/50-cloud-init.conf --\nClientAliveInterval 30\n"},
		{name: "the count is right", lines: "ClientAliveInterval 60\n", sshd: "60/500 60/500 60/500",
			files: "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\nClientAliveCountMax 500\n-- sshd_config.d/ --\n"},
		{name: "Match block at the end", files: "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\nMatch User root\n  X11Forwarding no\n-- sshd_config.d/ --\n"},
		{name: "Match block with a good value", sshd: "60/240 30/240 60/240",
			files: "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\nMatch User root\n  ClientAliveInterval 30\n-- sshd_config.d/ --\n"},
		{name: "Match block with a bad value", sshd: "60/240 0/240 60/240", left: 1,
			files: "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\nMatch User root\n  ClientAliveInterval 0\n-- sshd_config.d/ --\n"},
		{name: "two Match blocks", sshd: "60/240 300/240 60/5", left: 2,
			files: "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\nMatch User root\n  ClientAliveInterval 300\nMatch Address 10.0.0.0/8\n  ClientAliveInterval 60\n  ClientAliveCountMax 5\n-- sshd_config.d/ --\n"},
		{name: "Match block in a drop-in", sshd: "60/240 20/240 60/240",
			files: "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/10-root.conf --\nMatch User root\nClientAliveInterval 20\n"},
		{name: "Match all in a drop-in that says something else", files: "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/10-all.conf --\nMatch User nobody\n X11Forwarding no\nMatch all\n MaxAuthTries 3\n"},
		{name: "include inside Match all", files: "-- sshd_config --\nMatch all\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/ --\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newDropInSystem(t, test.files)
			plan := s.checkWithSSHD(or(test.sshd, "60/240 60/240 60/240"))
			c := plan.Changes[0]
			if c.Path != s.dropIn() || !c.Create || c.Old != nil || c.Mode != 0o644 || c.Entry != 0 {
				t.Errorf("change: %s create %v old %q mode %o entry %d", c.Path, c.Create, c.Old, c.Mode, c.Entry)
			}
			if got := settings(c.New); got != or(test.lines, bothLines) {
				t.Errorf("settings:\n%s", got)
			}
			if len(c.Effects) == 0 || c.Effects[0].Contexts[0] != resolve.Everybody {
				t.Errorf("effects: %v", c.Effects)
			}
			if n := leftInMatch(plan); n != test.left {
				t.Errorf("%d findings are left: %v", n, plan.After.Diagnostics)
			}
		})
	}
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// TestDropInText: who reads the new file learns where it comes from and how to
// get rid of it, and the effects are those of the settings.
func TestDropInText(t *testing.T) {
	s := newDropInSystem(t, "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/ --\n")
	c := s.planned().Changes[0]
	const want = `# Written by 'sshvet fix --drop-in', so that a long silent session is not cut by a
# firewall or NAT that forgets idle connections. sshd takes the first value that it
# reads, hence the 00. To undo it, delete this file and reload sshd.
ClientAliveInterval 60
ClientAliveCountMax 240
`
	if string(c.New) != want {
		t.Errorf("content:\n%s", c.New)
	}
	if got := fmt.Sprint(c.Effects); got != "[{ClientAliveInterval 0 (default) 60 [everybody]} {ClientAliveCountMax 3 (default) 240 [everybody]}]" {
		t.Errorf("effects: %s", got)
	}
}

// TestDropInStock: the files of distributions as they are delivered.
func TestDropInStock(t *testing.T) {
	for _, stock := range []struct{ from, to string }{
		{"../testdata/debian/sshd_config", "sshd_config"},
		{"../testdata/stock/ubuntu/etc", ""},
		{"../testdata/stock/fedora/etc", ""},
		{"../testdata/stock/macos/etc", ""},
	} {
		t.Run(stock.from, func(t *testing.T) {
			s := newDropInSystem(t, "-- sshd_config.d/ --\n")
			if stock.to != "" {
				data, err := os.ReadFile(stock.from)
				must(t, err)
				must(t, os.WriteFile(s.path(stock.to), data, 0o644))
			} else {
				must(t, os.RemoveAll(filepath.Join(s.root, "etc")))
				must(t, os.CopyFS(filepath.Join(s.root, "etc"), os.DirFS(stock.from)))
				must(t, os.MkdirAll(s.path("sshd_config.d"), 0o755))
			}
			var plan *fix.Plan
			if strings.Contains(stock.from, "fedora") || strings.Contains(stock.from, "macos") {
				plan = s.planned() // Debian's sshd does not know all of their keywords
			} else {
				plan = s.checkWithSSHD("60/240 60/240 60/240")
			}
			if n := leftInMatch(plan); n != 0 || plan.Changes[0].Path != s.dropIn() {
				t.Errorf("%s is planned and %d findings are left", plan.Changes[0].Path, n)
			}
		})
	}
}

// TestDropInLinkedFolder: sshd_config.d may be a link, to somewhere within the
// root.
func TestDropInLinkedFolder(t *testing.T) {
	s := newDropInSystem(t, "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- real.d/50.conf --\nClientAliveInterval 0\n")
	must(t, os.Symlink("real.d", s.path("sshd_config.d")))
	plan := s.checkWithSSHD("60/240 60/240 60/240")
	if plan.Changes[0].Path != s.dropIn() {
		t.Errorf("%s is planned", plan.Changes[0].Path)
	}
}

// TestDropInMode: the new file can be read by those who can read the main file,
// and nobody but its owner may write it.
func TestDropInMode(t *testing.T) {
	for main, want := range map[fs.FileMode]fs.FileMode{0o644: 0o644, 0o600: 0o600, 0o640: 0o640, 0o666: 0o644, 0o755: 0o644, 0o400: 0o400} {
		s := newDropInSystem(t, "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/ --\n")
		must(t, os.Chmod(s.main(), main))
		if got := s.planned().Changes[0].Mode; got != want {
			t.Errorf("mode %o beside a main file with %o, want %o", got, main, want)
		}
	}
	s := newDropInSystem(t, "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/ --\n")
	s.fault = func(e *lint.Entry) {
		read := e.Env.ReadFile
		e.Env.ReadFile = func(path string) ([]byte, resolve.FileInfo, error) {
			if path == s.main() {
				return nil, resolve.FileInfo{}, errors.New("gone")
			}
			return read(path)
		}
	}
	if got := s.planned().Changes[0].Mode; got != 0o644 {
		t.Errorf("mode %o beside a main file of which nothing is known", got)
	}
}

// TestDropInEdits: a 00-sshvet.conf that exists is changed, and its other lines
// stay.
func TestDropInEdits(t *testing.T) {
	const main = "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n"
	for _, test := range []struct{ name, main, old, new, sshd string }{
		{"empty", "", "", bothLines, ""},
		{"other settings", "", "# mine\nX11Forwarding no\n", "# mine\nX11Forwarding no\n" + bothLines, ""},
		{"no final newline", "", "X11Forwarding no", "X11Forwarding no\n" + bothLines, ""},
		{"CRLF", "", "X11Forwarding no\r\n", "X11Forwarding no\r\nClientAliveInterval 60\r\nClientAliveCountMax 240\r\n", ""},
		{"both set", "", "ClientAliveInterval 0 # off\nClientAliveCountMax 3\n", "ClientAliveInterval 60 # off\nClientAliveCountMax 240\n", ""},
		{"interval set", "", "ClientAliveInterval 300\nX11Forwarding no\n", "ClientAliveInterval 60\nClientAliveCountMax 240\nX11Forwarding no\n", ""},
		{"count set", "", "ClientAliveCountMax 3\n", "ClientAliveCountMax 240\nClientAliveInterval 60\n", ""},
		{"count set elsewhere", "-- sshd_config.d/50.conf --\nClientAliveCountMax 3\n", "ClientAliveInterval 300\n", "ClientAliveInterval 60\nClientAliveCountMax 240\n", ""},
		{"above its Match block", "", "X11Forwarding no\nMatch User root\n MaxAuthTries 3\n", "X11Forwarding no\n" + bothLines + "Match User root\n MaxAuthTries 3\n", ""},
		{"only in its Match block", "", "Match User root\n ClientAliveInterval 0\n", bothLines + "Match User root\n ClientAliveInterval 60\n ClientAliveCountMax 240\n", ""},
		{"Match block with a fault", "", bothLines + "Match User root\n ClientAliveInterval 0\n", bothLines + "Match User root\n ClientAliveInterval 60\n", ""},
		{"Match all", "", "Match all\n ClientAliveCountMax 10\nMatch User nobody\n X11Forwarding no\n",
			"ClientAliveInterval 60\nMatch all\n ClientAliveCountMax 240\nMatch User nobody\n X11Forwarding no\n", ""},
		{"Match block elsewhere", "Match User root\n ClientAliveInterval 20\n", "ClientAliveInterval 0\n", "ClientAliveInterval 60\nClientAliveCountMax 240\n", "60/240 20/240 60/240"},
		{"dead line in the main file", "ClientAliveInterval 60\n", "ClientAliveInterval 0\n", "ClientAliveInterval 60\nClientAliveCountMax 240\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newDropInSystem(t, main+test.main+"-- sshd_config.d/ --\n")
			must(t, os.WriteFile(s.dropIn(), []byte(test.old), 0o644))
			plan := s.checkWithSSHD(or(test.sshd, "60/240 60/240 60/240"))
			c := plan.Changes[0]
			if c.Path != s.dropIn() || c.Create || string(c.Old) != test.old {
				t.Errorf("change: %s create %v old %q", c.Path, c.Create, c.Old)
			}
			if string(c.New) != test.new {
				t.Errorf("content:\n%s\nwant:\n%s", c.New, test.new)
			}
			if n := leftInMatch(plan); n != 0 {
				t.Errorf("%d findings are left: %v", n, plan.After.Diagnostics)
			}
		})
	}
}

// TestDropInNothingToDo: where the keep-alive is right, nothing is planned and
// nothing refused, whatever the Includes.
func TestDropInNothingToDo(t *testing.T) {
	for _, files := range []string{
		"-- sshd_config --\n" + bothLines,
		"-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/00-sshvet.conf --\n" + bothLines,
	} {
		plan := newDropInSystem(t, files).plan()
		if len(plan.Changes)+len(plan.Refusals) != 0 {
			t.Errorf("%v is changed, %v refused", plan.Changes, plan.Refusals)
		}
	}
	s := newDropInSystem(t, "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/ --\n")
	s.rules = slices.DeleteFunc(rules.All(), func(r *lint.Rule) bool { return r.Category == "keepalive" })
	if plan := s.plan(); len(plan.Changes)+len(plan.Refusals) != 0 {
		t.Errorf("no rule wants it, but %v is changed, %v refused", plan.Changes, plan.Refusals)
	}
}

// TestDropInRefusals: what is in the way is named with its line, and what to do
// instead.
func TestDropInRefusals(t *testing.T) {
	const (
		folder = "-- sshd_config.d/ --\n"
		on     = "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n"
		or     = ", or run 'sshvet fix' without --drop-in"
		run    = "; run 'sshvet fix' without --drop-in"
		change = run + ", which changes that line"
		add    = "add the line 'Include /etc/ssh/sshd_config.d/*.conf'"
	)
	for _, test := range []struct{ name, files, want string }{
		{"no Include", "-- sshd_config --\n# a comment\n\nPort 22\nUsePAM yes\n" + folder,
			"/etc/ssh/sshd_config: no Include line reads a folder of drop-ins; " + add + " above line 3, the first setting" + or},
		{"no Include, no setting", "-- sshd_config --\n# a comment\n" + folder,
			"/etc/ssh/sshd_config: no Include line reads a folder of drop-ins; " + add + or},
		{"Include below the setting", "-- sshd_config --\nPort 22\nClientAliveInterval 0\nInclude /etc/ssh/sshd_config.d/*.conf\n" + folder,
			"/etc/ssh/sshd_config:2: sets ClientAliveInterval above the Include that reads /etc/ssh/sshd_config.d/00-sshvet.conf, and sshd takes the first value" + change},
		{"Include below the count", "-- sshd_config --\nClientAliveCountMax 3\nInclude /etc/ssh/sshd_config.d/*.conf\n" + folder,
			"/etc/ssh/sshd_config:1: sets ClientAliveCountMax above the Include that reads /etc/ssh/sshd_config.d/00-sshvet.conf, and sshd takes the first value" + change},
		{"main file sets it below the Include", on + "Port 22\nClientAliveInterval 0\n" + folder,
			"/etc/ssh/sshd_config:3: sets ClientAliveInterval itself, and /etc/ssh/sshd_config.d/00-sshvet.conf would leave that line without effect; run 'sshvet fix' without --drop-in, which changes the line"},
		{"Include inside Match", "-- sshd_config --\nPort 22\nMatch User root\n  Include /etc/ssh/sshd_config.d/*.conf\n" + folder,
			"/etc/ssh/sshd_config:3: the Include that would read /etc/ssh/sshd_config.d/00-sshvet.conf stands inside 'Match User root', so it does not hold for everybody; " + add + " above line 1, the first setting" + or},
		{"other pattern", "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.cfg\n" + folder,
			"/etc/ssh/sshd_config:1: 'Include /etc/ssh/sshd_config.d/*.cfg' does not read a file named 00-sshvet.conf; " + add + " above line 1, the first setting" + or},
		{"one file", "-- sshd_config --\nInclude /etc/ssh/extra.conf\nPort 22\n" + folder,
			"/etc/ssh/sshd_config:1: 'Include /etc/ssh/extra.conf' does not read a file named 00-sshvet.conf; " + add + " above line 1, the first setting" + or},
		{"folders by pattern", "-- sshd_config --\nInclude /etc/ssh/*.d/*.conf\n" + folder,
			"/etc/ssh/sshd_config:1: 'Include /etc/ssh/*.d/*.conf' does not read a file named 00-sshvet.conf; " + add + " above line 1, the first setting" + or},
		{"no folder", on,
			"/etc/ssh/sshd_config:1: the folder that 'Include /etc/ssh/sshd_config.d/*.conf' reads does not exist; make it with 'mkdir -m 755 /etc/ssh/sshd_config.d'" + or},
		{"the folder is a file", on + "-- sshd_config.d --\n",
			"/etc/ssh/sshd_config:1: the folder /etc/ssh/sshd_config.d cannot be read (not a directory), so nobody can say what wins there" + run},
		{"a file sorts before", on + "-- sshd_config.d/00-aaa.conf --\n# first\nClientAliveInterval 0\n",
			"/etc/ssh/sshd_config.d/00-aaa.conf:2: sets ClientAliveInterval and is read before /etc/ssh/sshd_config.d/00-sshvet.conf, and sshd takes the first value" + change},
		{"an Include before", "-- sshd_config --\nInclude /etc/ssh/early.conf\nInclude /etc/ssh/sshd_config.d/*.conf\n-- early.conf --\nClientAliveCountMax 3\n" + folder,
			"/etc/ssh/early.conf:1: sets ClientAliveCountMax and is read before /etc/ssh/sshd_config.d/00-sshvet.conf, and sshd takes the first value" + change},
		{"Match all in a drop-in", on + "-- sshd_config.d/50.conf --\nMatch all\n  ClientAliveInterval 0\n",
			"/etc/ssh/sshd_config.d/50.conf:2: sets ClientAliveInterval in 'Match all', which overrides a drop-in for everybody" + change},
		{"Match all in the main file", on + "Match User root\n MaxAuthTries 3\nMatch all\n ClientAliveInterval 300\n" + folder,
			"/etc/ssh/sshd_config:5: sets ClientAliveInterval in 'Match all', which overrides a drop-in for everybody" + change},
		{"only a Match block is at fault", "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\nMatch User root\n  ClientAliveInterval 0\n-- sshd_config.d/50.conf --\n" + bothLines,
			"/etc/ssh/sshd_config:3: sets ClientAliveInterval for 'Match User root', which overrides a drop-in, and for everybody else it is right already" + change},
		{"only a Match block is at fault, with a drop-in", "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\nMatch User root\n  ClientAliveCountMax 3\n-- sshd_config.d/00-sshvet.conf --\n" + bothLines,
			"/etc/ssh/sshd_config:3: sets ClientAliveCountMax for 'Match User root', which overrides a drop-in, and for everybody else it is right already" + change},
		{"half a pair in a Match block", on + "Match User root\n  ClientAliveCountMax 3\n" + folder,
			"/etc/ssh/sshd_config:3: with /etc/ssh/sshd_config.d/00-sshvet.conf this line would be at fault (early-keepalive-timeout), and a drop-in cannot change it" + run},
		{"half a pair in a Match block, with a drop-in", on + "Match User root\n  ClientAliveCountMax 3\n-- sshd_config.d/00-sshvet.conf --\nClientAliveInterval 0\n",
			"/etc/ssh/sshd_config:3: with /etc/ssh/sshd_config.d/00-sshvet.conf this line would be at fault (early-keepalive-timeout), and a drop-in cannot change it" + run},
		{"beats a good value", "-- sshd_config --\nMatch all\nInclude /etc/ssh/sshd_config.d/*.conf\nMatch User root\nClientAliveInterval 30\nClientAliveCountMax 500\n" + folder,
			"/etc/ssh/sshd_config.d/00-sshvet.conf: would also change ClientAliveInterval for 'Match User root' in /etc/ssh/sshd_config, from 30 to 60" + run},
		{"sshd refuses the file", on + "UsePAM yes\nClientAliveIntervall 60\n" + folder,
			"/etc/ssh/sshd_config:3: sshd refuses the configuration as it is, and a drop-in does not change that; mend it first ('sshvet check' says what is wrong)"},
		{"the name is a folder", on + "-- sshd_config.d/00-sshvet.conf/ --\n",
			"/etc/ssh/sshd_config.d/00-sshvet.conf: exists, but it cannot be read as a file; look at it, or run 'sshvet fix' without --drop-in"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := newDropInSystem(t, test.files).refusal(); got != test.want {
				t.Errorf("refusal:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

// TestDropInUnfit: what can have no drop-in at all, or must not be changed.
func TestDropInUnfit(t *testing.T) {
	const run = "; run 'sshvet fix' without --drop-in"
	for _, test := range []struct {
		name  string
		fault func(*lint.Entry)
		want  string
	}{
		{"client", func(e *lint.Entry) { e.Dialect.Side = keyword.Client }, "/etc/ssh/sshd_config: is a client file; --drop-in is for an sshd_config" + run},
		{"fragment", func(e *lint.Entry) { e.Fragment = true }, "/etc/ssh/sshd_config: is a drop-in itself; name the sshd_config that includes it"},
		{"dump", func(e *lint.Entry) { e.Dump = true }, "/etc/ssh/sshd_config: is what sshd -T printed; --drop-in needs the sshd_config itself"},
		{"no includes", func(e *lint.Entry) { e.NoIncludes = true },
			"/etc/ssh/sshd_config: --no-includes leaves out the Include that would read a drop-in; leave one of the two flags away"},
		{"old", func(e *lint.Entry) { e.Dialect.Release = keyword.R(7, 9) },
			"/etc/ssh/sshd_config: OpenSSH 7.9 has no Include for sshd_config (it came with 8.2), so it reads no drop-in" + run},
		{"not mine", func(e *lint.Entry) { e.Mine = func(path string) bool { return path == e.Path } },
			"/etc/ssh/sshd_config.d/00-sshvet.conf: is not a file that may be written here" + run},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newDropInSystem(t, "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/ --\n")
			s.fault = test.fault
			if got := s.refusal(); got != test.want {
				t.Errorf("refusal:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

// TestDropInLinks: a link to nowhere, and one out of the root.
func TestDropInLinks(t *testing.T) {
	const run = "run 'sshvet fix' without --drop-in"
	for target, want := range map[string]string{
		"gone":       "/etc/ssh/sshd_config:1: the folder /etc/ssh/sshd_config.d that 'Include /etc/ssh/sshd_config.d/*.conf' reads is a link to nowhere; mend it, or " + run,
		os.TempDir(): "/etc/ssh/sshd_config:1: the folder /etc/ssh/sshd_config.d cannot be read (an absolute link leads to " + os.TempDir() + ", which is not there below the root folder), so nobody can say what wins there; " + run,
	} {
		s := newDropInSystem(t, "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n")
		must(t, os.Symlink(target, s.path("sshd_config.d")))
		if got := s.refusal(); got != want {
			t.Errorf("refusal:\n%s\nwant:\n%s", got, want)
		}
	}
}

// TestDropInUnreadableFolder asks for sudo.
func TestDropInUnreadableFolder(t *testing.T) {
	s := newDropInSystem(t, "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/ --\n")
	s.fault = func(e *lint.Entry) {
		e.Env.ReadDir = func(path string) ([]string, error) {
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
		}
	}
	const want = "/etc/ssh/sshd_config:1: you may not read the folder /etc/ssh/sshd_config.d, so nobody can say what wins there; try sudo, or run 'sshvet fix' without --drop-in"
	if got := s.refusal(); got != want {
		t.Errorf("refusal:\n%s\nwant:\n%s", got, want)
	}
}

// TestDropInOtherFolder: where sshd_config.d does not do, another folder that an
// Include reads may.
func TestDropInOtherFolder(t *testing.T) {
	s := newDropInSystem(t, "-- sshd_config --\nInclude /etc/ssh/conf.d/*.conf\nInclude /etc/ssh/sshd_config.d/*.conf\n"+
		"-- conf.d/10.conf --\nClientAliveInterval 0\n-- sshd_config.d/ --\n")
	plan := s.checkWithSSHD("60/240 60/240 60/240")
	if got := plan.Changes[0].Path; got != s.path("conf.d/00-sshvet.conf") {
		t.Errorf("%s is planned", got)
	}
}

// TestDropInSeveral: each entry for itself; a drop-in among the entries that one
// of them includes is no entry of its own; two entries that read one folder
// share the file.
func TestDropInSeveral(t *testing.T) {
	s := newDropInSystem(t, "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config_2 --\nInclude /etc/ssh/sshd_config.d/*.conf\nPort 23\n"+
		"-- sshd_config_3 --\nPort 24\n-- sshd_config.d/50.conf --\nX11Forwarding no\n")
	req := s.request()
	fragment := s.entry("sshd_config.d/50.conf")
	fragment.Fragment = true
	req.Entries = append(req.Entries, fragment, s.entry("sshd_config_2"), s.entry("sshd_config_3"))
	plan := fix.MakeDropIn(req)
	if len(plan.Changes) != 1 || plan.Changes[0].Path != s.dropIn() || settings(plan.Changes[0].New) != bothLines {
		t.Errorf("changes: %v", plan.Changes)
	}
	if len(plan.Refusals) != 1 || !strings.HasPrefix(s.short(plan.Refusals[0].Error()), "/etc/ssh/sshd_config_3: no Include line reads") {
		t.Errorf("refusals: %v", plan.Refusals)
	}
	if len(plan.Unproven) != 0 || leftInMatch(plan) != 1 {
		t.Errorf("unproven: %v, left: %v", plan.Unproven, plan.After.Diagnostics)
	}
}

// TestDropInOtherEntry: what another sshd_config that reads the same folder sets
// below its Include is not beaten.
func TestDropInOtherEntry(t *testing.T) {
	s := newDropInSystem(t, "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config_2 --\nInclude /etc/ssh/sshd_config.d/*.conf\n"+
		"ClientAliveInterval 30\nClientAliveCountMax 500\n-- sshd_config.d/ --\n")
	req := s.request()
	req.Entries = append(req.Entries, s.entry("sshd_config_2"))
	plan := fix.MakeDropIn(req)
	const want = "[/etc/ssh/sshd_config.d/00-sshvet.conf: would also change ClientAliveInterval for 'everybody' in /etc/ssh/sshd_config_2, from 30 to 60; run 'sshvet fix' without --drop-in]"
	if got := s.short(fmt.Sprint(plan.Refusals)); got != want || len(plan.Changes) != 0 {
		t.Errorf("refusals: %s\nchanges: %v", got, plan.Changes)
	}
}

// TestDropInFrozen: a file that must not be changed is left, with the reason.
func TestDropInFrozen(t *testing.T) {
	s := newDropInSystem(t, "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- sshd_config.d/00-sshvet.conf --\nClientAliveInterval 0\n")
	req := s.request()
	req.Frozen = func(path string) string {
		if path == s.dropIn() {
			return "Ansible writes it"
		}
		return ""
	}
	plan := fix.MakeDropIn(req)
	const want = "[/etc/ssh/sshd_config.d/00-sshvet.conf: is not a file that may be written here (Ansible writes it); run 'sshvet fix' without --drop-in]"
	if got := s.short(fmt.Sprint(plan.Refusals)); got != want || len(plan.Changes) != 0 {
		t.Errorf("refusals: %s\nchanges: %v", got, plan.Changes)
	}
	// Where the main file is frozen, a drop-in is what helps.
	req.Frozen = func(path string) string {
		if path == s.main() {
			return "Ansible writes it"
		}
		return ""
	}
	if plan := fix.MakeDropIn(req); len(plan.Refusals) != 0 || len(plan.Changes) != 1 {
		t.Errorf("refusals: %v\nchanges: %v", plan.Refusals, plan.Changes)
	}
}

// TestDropInObstacles: what is left says why, and what to do.
func TestDropInObstacles(t *testing.T) {
	for files, want := range map[string]string{
		"-- sshd_config --\nPort 22\n": "/etc/ssh/sshd_config: no Include line reads a folder of drop-ins; " +
			"add the line 'Include /etc/ssh/sshd_config.d/*.conf' above line 1, the first setting, or run 'sshvet fix' without --drop-in",
		"-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\nMatch User root\nClientAliveInterval 0\n-- sshd_config.d/ --\n": "/etc/ssh/sshd_config:3: " +
			"--drop-in changes no other file; run 'sshvet fix' without --drop-in",
	} {
		s := newDropInSystem(t, files)
		plan := s.plan()
		if len(plan.Obstacles) != 1 || plan.Obstacles[0].Kind != fix.InTheWay || s.short(plan.Obstacles[0].Reason) != want {
			t.Errorf("obstacles: %v", plan.Obstacles)
		}
	}
}

// TestDropInProof: the plan says what was compared, and what went.
func TestDropInProof(t *testing.T) {
	s := newDropInSystem(t, "-- sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\nMatch User root\nX11Forwarding no\n-- sshd_config.d/ --\n")
	plan := s.planned()
	if len(plan.Proof) != 1 || plan.Proof[0].Contexts != 2 || fmt.Sprint(plan.Proof[0].Gone, plan.Proof[0].New) != "[missing-keepalive] []" {
		t.Errorf("proof: %+v", plan.Proof)
	}
}

// TestDropInProperty makes up sshd_config files with drop-ins and asks sshd
// before and after: a planned drop-in changes the keep-alive alone, and no good
// one, and where it is still weak a finding is left that says why.
func TestDropInProperty(t *testing.T) {
	p := newPropertyTest(t, keyword.Server, lint.Deploy)
	planned, refused := 0, map[string]int{}
	for _, seed := range []uint64{1, *propertySeed} {
		if seed == 0 {
			seed = uint64(time.Now().UnixNano())
		}
		t.Logf("seed %d", seed)
		for i := range *propertyFiles / 2 {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			g := &maker{r: r, side: keyword.Server, dir: t.TempDir()}
			main := g.write(t)
			g.makeRoom(t)
			plan := p.dropIn(t, g, main, fmt.Sprintf("seed %d file %d", seed, i))
			planned += len(plan.Changes)
			for _, err := range plan.Refusals {
				refused[kindOfRefusal(err)]++
			}
		}
	}
	t.Logf("%d planned, refused: %v", planned, refused)
	if planned == 0 {
		t.Error("nothing was planned: the generator makes no files for it")
	}
}

// makeRoom changes the made-up files so that a drop-in is of use more often:
// the main file says nothing about the keep-alive, and an Include stands on top.
func (g *maker) makeRoom(t *testing.T) {
	for n, name := range g.files {
		if !g.chance(70) {
			continue
		}
		data, err := os.ReadFile(name)
		must(t, err)
		var b strings.Builder
		if n == 0 {
			b.WriteString("Include " + g.dir + "/*.conf" + g.eol)
		}
		for line := range strings.Lines(string(data)) {
			if !strings.Contains(strings.ToLower(line), "alive") {
				b.WriteString(line)
			}
		}
		must(t, os.WriteFile(name, []byte(b.String()), 0o644))
	}
	if g.chance(15) {
		name := filepath.Join(g.dir, fix.DropInName)
		must(t, os.WriteFile(name, []byte(g.file(false)), 0o644))
		g.files = append(g.files, name)
	}
}

// dropIn plans and writes a drop-in, between two questions to sshd.
func (p *propertyTest) dropIn(t *testing.T, g *maker, main, name string) *fix.Plan {
	t.Helper()
	data, err := os.ReadFile(main)
	must(t, err)
	text := g.all()
	plan := fix.MakeDropIn(fix.Request{Rules: rules.All(), Settings: lint.Settings{Profile: lint.Deploy}, Entries: []lint.Entry{{
		Path:    main,
		Dialect: keyword.Dialect{Side: keyword.Server, Release: keyword.R(9, 2), Vendor: keyword.Debian},
		Env:     resolve.OSEnv(""),
		Sources: []resolve.Source{{Path: main, Data: data}},
	}}})
	report := func(format string, args ...any) {
		t.Errorf("%s: %s\n--- before\n%s--- plan %v\n%v", name, fmt.Sprintf(format, args...), text, plan.Refusals, plan.Changes)
	}
	if len(plan.Unproven)+len(plan.Errors)+len(plan.Refused) > 0 || len(plan.Changes) > 1 || len(plan.Changes) > 0 && len(plan.Refusals) > 0 {
		report("unproven %v, errors %v, refused %v", plan.Unproven, plan.Errors, plan.Refused)
	}
	if len(plan.Changes) == 0 {
		return plan
	}
	c := plan.Changes[0]
	if c.Path != filepath.Join(g.dir, fix.DropInName) || c.Create && c.Mode == 0 {
		report("another file is changed, or it has no mode")
	}
	before, okBefore := p.dumps(main)
	must(t, os.WriteFile(c.Path, c.New, 0o644))
	after, okAfter := p.dumps(main)
	if okBefore && !okAfter {
		report("sshd accepted it before and refuses it now")
	}
	if okBefore && okAfter {
		p.compare(before, after, plan, report)
	}
	return plan
}

// kindOfRefusal is a refusal without places and names.
func kindOfRefusal(err error) string {
	for _, words := range []string{"no Include", "does not read", "does not exist", "itself", "stands inside", "above the Include", "is read before",
		"which overrides a drop-in for everybody", "overrides a drop-in, and", "would be at fault", "would also change", "sshd refuses"} {
		if strings.Contains(err.Error(), words) {
			return words
		}
	}
	return err.Error()
}
