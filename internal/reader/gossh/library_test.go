package gossh_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	original "github.com/kevinburke/ssh_config"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/reader/gossh"
	"github.com/sshvet/sshvet/internal/resolve"
)

var number = flag.Int("library.n", 1000, "how many generated configurations the library is asked about")

// library is the unguarded library in a process of its own, so that it has the
// home folder of the test: without cgo and the database of users, package
// os/user believes $HOME.
type library struct {
	home string
	ask  *json.Encoder
	out  *bufio.Scanner
}

type answer struct {
	Error string
	Get   map[string]string
	All   map[string][]string
}

func startLibrary(t *testing.T) *library {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "reference")
	build := exec.Command("go", "build", "-overlay", noUsers(t, dir), "-o", program, "./testdata/reference")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	l := &library{home: filepath.Join(dir, "home")}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "HOME="+l.home, "USER=nobody")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the library: %v", err)
		}
	})
	l.ask, l.out = json.NewEncoder(in), bufio.NewScanner(out)
	l.out.Buffer(nil, 1<<24)
	return l
}

// noUsers makes os/user look for the database of users where there is none.
func noUsers(t *testing.T, dir string) (overlay string) {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(strings.TrimSpace(string(root)), "src", "os", "user", "lookup.go")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	if !strings.Contains(text, `"/etc/passwd"`) {
		t.Fatalf("%s no longer says where the database of users is", path)
	}
	changed := filepath.Join(dir, "lookup.go")
	writeFile(t, changed, strings.Replace(text, `"/etc/passwd"`, `"/nonexistent/passwd"`, 1))
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{path: changed}})
	if err != nil {
		t.Fatal(err)
	}
	overlay = filepath.Join(dir, "overlay.json")
	writeFile(t, overlay, string(list))
	return overlay
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (l *library) answer(t *testing.T, config string, hosts, keys []string) (a answer) {
	t.Helper()
	if err := l.ask.Encode(map[string]any{"Config": config, "Hosts": hosts, "Keys": keys}); err != nil {
		t.Fatal(err)
	}
	if !l.out.Scan() {
		t.Fatalf("the library has died: %v", l.out.Err())
	}
	if err := json.Unmarshal(l.out.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

var (
	hosts = []string{"web", "web1", "db.example.com", "WEB", "a", "b", `"web"`, "wéb", "x,y", "web\tdb", "\x01", "user", "\ufffd"}
	keys  = []string{"ServerAliveInterval", "serveralivecountmax", "HostName", "User", "Port", "IdentityFile", "ProxyJump", "ConnectTimeout", "TCPKeepAlive", "SendEnv", "", "Include"}
)

// TestSameAsTheLibrary compares with the unguarded library on generated files:
// what it gets, what it gets all of, and why it cannot read a file.
func TestSameAsTheLibrary(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only on Linux the library can be given another home folder")
	}
	l := startLibrary(t)
	refused := 0
	for seed := range *number {
		g := &generator{r: rand.New(rand.NewPCG(uint64(seed), 5)), home: l.home}
		files := g.files(t)
		config := filepath.Join(l.home, ".ssh", "config")
		sources := []resolve.Source{{Path: config}}
		named := config
		if seed%4 == 0 { // with the system's file of this machine
			named = ""
			if _, err := os.Stat("/etc/ssh/ssh_config"); err == nil {
				sources = append(sources, resolve.Source{Path: "/etc/ssh/ssh_config", System: true})
			}
		}
		want := l.answer(t, named, hosts, keys)
		env := resolve.OSEnv("")
		env.Home = l.home
		f, err := gossh.Load(reader.Request{Env: env, Sources: sources})
		if err != nil {
			refused++
		}
		if diff := compare(f, err, want); diff != "" {
			t.Fatalf("seed %d: %s\n%s", seed, diff, files)
		}
	}
	t.Logf("%d configurations, of which the library cannot read %d", *number, refused)
}

func compare(f *gossh.Files, err error, want answer) string {
	if err != nil || want.Error != "" {
		if err == nil || err.Error() != want.Error {
			return fmt.Sprintf("the error is %v, the library's %q", err, want.Error)
		}
		return ""
	}
	for _, h := range hosts {
		for _, k := range keys {
			if got, _ := f.Get(h, k); got.Text != want.Get[h+" "+k] {
				return fmt.Sprintf("Get(%q, %q) = %+v, the library has %q", h, k, got, want.Get[h+" "+k])
			}
			var texts []string
			all, _ := f.All(h, k)
			for _, v := range all {
				texts = append(texts, v.Text)
			}
			if !slices.Equal(texts, want.All[h+" "+k]) {
				return fmt.Sprintf("All(%q, %q) = %q, the library has %q", h, k, texts, want.All[h+" "+k])
			}
		}
	}
	return ""
}

// generator makes up configurations.
type generator struct {
	r    *rand.Rand
	home string
}

func pick[T any](g *generator, list ...T) T { return list[g.r.IntN(len(list))] }

// files writes a home folder and returns what is in it.
func (g *generator) files(t *testing.T) string {
	t.Helper()
	ssh := filepath.Join(g.home, ".ssh")
	if err := os.RemoveAll(g.home); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(ssh, "conf.d"), 0o755); err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, name := range []string{".ssh/config", ".ssh/a", ".ssh/conf.d/1", ".ssh/conf.d/.2", "b c", ".ssh/\"a\""} {
		if name != ".ssh/config" && g.r.IntN(3) == 0 {
			continue
		}
		text := g.text(name == ".ssh/config")
		all += fmt.Sprintf("-- %s --\n%q\n%s\n", name, text, text)
		writeFile(t, filepath.Join(g.home, name), text)
	}
	if g.r.IntN(20) == 0 {
		if err := os.Mkdir(filepath.Join(ssh, "conf.d", "dir"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func (g *generator) text(main bool) string {
	var b strings.Builder
	for range g.r.IntN(9) {
		b.WriteString(pick(g, "", "", "  ", "\t", " \t", "\r"))
		b.WriteString(g.line(main))
		b.WriteString(pick(g, "", "", "", " ", "\t", "  # note", "#note", " #", "\r"))
		b.WriteString(pick(g, "\n", "\n", "\n", "\n", "\r\n", "\n\n", "\r\r\n"))
	}
	return strings.TrimSuffix(b.String(), pick(g, "", "", "\n", "\r\n"))
}

func (g *generator) line(main bool) string {
	between := func() string { return pick(g, " ", " ", " ", "  ", "\t", "=", " = ", "= ") }
	include := 3
	if main {
		include = 12
	}
	switch n := g.r.IntN(100); {
	case n < 25:
		return pick(g, "Host", "host", "HOST") + between() + g.patterns()
	case n < 32:
		return pick(g, "Match", "match") + between() +
			pick(g, "all", "All", "host ", "host ", "Host ", "all host ", "host", "originalhost ", "user ", "exec ", "final", "", "host !") + g.patterns()
	case n < 32+include:
		return pick(g, "Include", "include", "INCLUDE", "Include", "İnclude") + between() + g.includes()
	case n < 50:
		return pick(g, "", "# comment", "#", "novalue", "=x", "  ", "Include#x", "\xff\xfe", "Ho st web", "HostName", "Port=")
	}
	key := pick(g, "ServerAliveInterval", "serveraliveinterval", "ServerAliveCountMax", "HostName", "User", "Port",
		"IdentityFile", "ProxyJump", "ConnectTimeout", "TCPKeepAlive", "SendEnv")
	return key + between() + pick(g, "60", "240", "1m", "0", "-1", "yes", "no", "x", "y", `"60"`, `"a b"`, `"a`, `'60'`, "%h.example.com", "a#b", `""`, "60 60", "é", "\xff", "a\tb", "a\rb")
}

func (g *generator) patterns() string {
	var out []string
	for range 1 + g.r.IntN(3) {
		out = append(out, pick(g, "web", "web1", "db.example.com", "*", "web*", "web?", "!web", "!a", "a", "b", `"web"`, "*.example.com", "wéb", "w?b", "x,y", "WEB", "!", "(", "[a]", "\xff", "a.b"))
	}
	return strings.Join(out, pick(g, " ", " ", " ", "  ", "\t", ","))
}

func (g *generator) includes() string {
	var out []string
	for range 1 + g.r.IntN(2) {
		out = append(out, pick(g, "a", "a", "conf.d/*", "conf.d/*", "conf.d/1", "~/.ssh/a", "~/b c", g.home+"/.ssh/a", "nothing", "[", "*/1", "~/../home/.ssh/a",
			`"a"`, "config", "~root/x", "conf?d/[1-9]", g.home+"/*/a", "~/.s*/conf.d/*", "", "a#b", "/etc/ssh/ssh_config", `co\nf.d/1`, "conf.d/.*"))
	}
	return strings.Join(out, pick(g, " ", " ", " ", "  ", "\t"))
}

// TestEveryKeyword compares defaults, and what the library thinks of values,
// for every keyword that ssh knows or the library has a rule for.
func TestEveryKeyword(t *testing.T) {
	names := []string{"UseKeychain", "RhostsRSAAuthentication", "RSAAuthentication", "UsePrivilegedPort", "EnableSSHKeysign", "Cipher", "NoSuchWord"}
	for _, k := range keyword.All(keyword.Client) {
		if k.Name != "Host" && k.Name != "Match" && k.Name != "Include" {
			names = append(names, k.Name)
		}
	}
	for _, value := range []string{"", "yes", "Yes", "no", "12", "-1", "1m", "99999999999999999999"} {
		var text strings.Builder
		for _, name := range names {
			fmt.Fprintf(&text, "%s %s\n", name, value)
		}
		path := filepath.Join(t.TempDir(), "config")
		writeFile(t, path, text.String())
		u := &original.UserSettings{}
		u.ConfigFinder(func() string { return path })
		f, err := gossh.Load(reader.Request{Sources: []resolve.Source{{Path: path, Data: []byte(text.String())}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			got, _ := f.Get("web", name)
			want, err := u.GetStrict("web", name)
			if got.Text != want || err == nil && got.Problem != "" || err != nil && got.Problem != err.Error() {
				t.Errorf("%s %s: %+v, the library has %q and %v", name, value, got, want, err)
			}
		}
	}
}
