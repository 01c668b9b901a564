package rules_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

// The last word on a fix is that of the real programs: whatever a case ends
// up with is given to `ssh -G` and `sshd -T`, for each host that the file
// names and one that it does not, for everybody and for each user of a Match.
// The programs only see the files of the cases, which never hold Match exec.

// keepalive is what a program says it will use.
type keepalive struct{ interval, count int }

// unnamedHost is a host that no case names.
const unnamedHost = "unnamed.example.net"

func (c *testCase) askOpenSSH(t *testing.T, plan *fix.Plan) {
	t.Helper()
	if c.flags["oracle"] != "" || c.flags["deploy"] != "" {
		return // the case says why the installed program cannot be asked; Kamal is not installed
	}
	if len(c.disk(t)) == 0 || len(plan.Refused) > 0 {
		return
	}
	clean := !slices.ContainsFunc(plan.After.Diagnostics, func(d lint.Diagnostic) bool {
		return d.Severity > lint.Note && (d.Category == "keepalive" || d.Severity == lint.Error) && d.Rule != "shadowed-keepalive"
	})
	for _, e := range c.lintEntries(t) {
		e.Dialect = installed(t, c.dialect.Side)
		target, err := lint.NewTarget(&e, c.settings())
		if err != nil {
			t.Fatal(err)
		}
		if len(target.Config.Problems) > 0 || e.Fragment {
			continue // the installed program refuses the file, or it is no whole one
		}
		o := oracle{c: c, t: t, entry: c.relative(e.Path), target: target, inBounds: clean && c.flags["select"] == ""}
		o.dir = c.relocated(t)
		if c.dialect.Side == keyword.Server {
			o.server()
		} else {
			o.client()
		}
	}
}

// relocated copies the files of the case to a folder of their own, with the
// paths below /etc/ssh that Include names moved there.
func (c *testCase) relocated(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for path, data := range c.disk(t) {
		data = absoluteInclude.ReplaceAllString(data, "${1}"+dir+"${2}")
		writeFile(t, filepath.Join(dir, c.relative(path)), []byte(data))
	}
	return dir
}

var absoluteInclude = regexp.MustCompile(`(?mi)^(\s*Include\s+)(/etc/ssh/)`)

// oracle asks the real program about one entry.
type oracle struct {
	c        *testCase
	t        *testing.T
	dir      string
	entry    string
	target   *lint.Target
	inBounds bool // nothing is left to report, so the values have to be good
}

func (o *oracle) client() {
	t := o.t
	ssh := program(t, "ssh", "openssh-client")
	hosts := []string{unnamedHost}
	for _, x := range o.target.Config.Hosts() {
		if x.Label != resolve.AnyOtherHost && x.Label != resolve.AnyHost && !strings.Contains(x.Label, ",") { // ssh takes no such name
			hosts = append(hosts, strings.NewReplacer("*", "x", "?", "x").Replace(x.Label))
		}
	}
	for _, user := range append([]string{""}, o.literals("user")...) {
		for _, host := range hosts {
			args := []string{"-G", "-F", o.chain()}
			if user != "" {
				args = append(args, "-l", user)
			}
			cmd := exec.Command(ssh, append(args, host)...)
			cmd.Env = append(os.Environ(), "HOME="+filepath.Join(o.dir, "home"))
			label := strings.TrimSpace(user + " " + host)
			o.judge(label, run(t, cmd, "serveraliveinterval", "serveralivecountmax"), o.resolveClient(host, user))
		}
	}
}

// chain is the file to hand to ssh: the entry itself or, as -F takes but one, a
// file that includes the entry and then the system-wide file.
func (o *oracle) chain() string {
	entry := filepath.Join(o.dir, o.entry)
	system := o.c.flags["system"]
	if system == "" {
		return entry
	}
	path := filepath.Join(o.dir, "chain")
	writeFile(o.t, path, []byte("Include "+entry+"\nInclude "+filepath.Join(o.dir, system)+"\n"))
	return path
}

// resolveClient is sshvet's own answer for the program that is installed.
func (o *oracle) resolveClient(host, user string) keepalive {
	q := resolve.Query{Host: host, Identity: resolve.Identity{Known: true, LocalUser: localUser(), User: user, SessionType: "shell"}}
	return o.resolve(q)
}

func (o *oracle) server() {
	t := o.t
	sshd := program(t, "sshd", "openssh-server")
	specs := []string{"user=somebody,host=somewhere.example.net,addr=192.0.2.99"}
	for _, user := range o.literals("user") {
		specs = append(specs, "user="+user+",host=somewhere.example.net,addr=192.0.2.99")
	}
	for _, addr := range o.literals("address") {
		specs = append(specs, "user=somebody,host=somewhere.example.net,addr="+addr)
	}
	if extra := o.c.flags["connect"]; extra != "" {
		specs = append(specs, extra)
	}
	for _, spec := range specs {
		spec += ",laddr=192.0.2.1,lport=22"
		cmd := exec.Command(sshd, "-T", "-f", filepath.Join(o.dir, o.entry), "-h", hostKey(t), "-C", spec)
		o.judge(spec, run(t, cmd, "clientaliveinterval", "clientalivecountmax"), o.resolveServer(spec))
	}
}

func (o *oracle) resolveServer(text string) keepalive {
	spec, err := resolve.ParseSpec(text, o.target.Dialect)
	if err != nil {
		o.t.Fatal(err)
	}
	return o.resolve(resolve.Query{Spec: spec})
}

func (o *oracle) resolve(q resolve.Query) keepalive {
	o.t.Helper()
	d := o.target.Dialect
	var r resolve.Result
	o.target.Config.Eval(&q, &r)
	names := [2]string{"serveraliveinterval", "serveralivecountmax"}
	if d.Side == keyword.Server {
		names = [2]string{"clientaliveinterval", "clientalivecountmax"}
	}
	number := func(name string, without int) int {
		items, ok := r.Value(name)
		if !ok || len(items) != 1 {
			return without
		}
		n, err := strconv.Atoi(items[0])
		if err != nil {
			o.t.Fatalf("sshvet resolves %s to %q", name, items[0])
		}
		return n
	}
	interval := 0
	if batch, _ := r.Value("batchmode"); d.Vendor == keyword.Debian && len(batch) == 1 && batch[0] == "yes" {
		interval = 300
	}
	return keepalive{number(names[0], interval), number(names[1], 3)}
}

// judge compares what the program uses with what sshvet says it uses, and
// with what a file without findings has to have.
func (o *oracle) judge(who string, real, ours keepalive) {
	o.t.Helper()
	if real != ours {
		o.t.Errorf("%s for %s: the real program uses %v, sshvet says %v", o.entry, who, real, ours)
	}
	p := o.target.Settings.Profile
	hosts := o.target.Settings.Hosts
	if !o.inBounds || hosts != nil && !slices.Contains(hosts, who) {
		return
	}
	if !p.Passes(real.interval, real.count) {
		o.t.Errorf("%s for %s: after the fix nothing is reported, but the real program uses %v", o.entry, who, real)
	}
}

// literals lists the values without wildcards that Match lines ask for.
func (o *oracle) literals(criterion string) []string {
	var out []string
	for id := range o.target.Config.Blocks {
		if o.target.Config.Blocks[id].Kind != syntax.Match {
			continue
		}
		for _, crit := range o.target.Config.Condition(int32(id)).Criteria {
			if crit.Name != criterion {
				continue
			}
			for _, word := range strings.Split(crit.Arg, ",") {
				if pattern.IsLiteral(word) && !strings.ContainsAny(word, "!/") && !slices.Contains(out, word) {
					out = append(out, word)
				}
			}
		}
	}
	return out
}

// run reads the two values from the dump of a program.
func run(t *testing.T, cmd *exec.Cmd, interval, count string) keepalive {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if strings.Contains(stderr.String(), "Missing privilege separation directory") {
		unavailable(t, "sshd cannot run here: make the folder /run/sshd")
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, stderr.String())
	}
	values := map[string]int{}
	for line := range strings.Lines(string(out)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if n, err := strconv.Atoi(value); err == nil {
			values[strings.ToLower(key)] = n
		}
	}
	for _, key := range []string{interval, count} {
		if _, ok := values[key]; !ok {
			t.Fatalf("%s prints no %s, only %v", strings.Join(cmd.Args, " "), key, slices.Sorted(maps.Keys(values)))
		}
	}
	return keepalive{values[interval], values[count]}
}

// program finds a program of OpenSSH, or ends the test.
func program(t *testing.T, name, debianPackage string) string {
	t.Helper()
	paths := []string{name}
	if name == "sshd" { // sshd wants its absolute path
		paths = []string{"/usr/sbin/sshd", "/usr/local/sbin/sshd", "sshd"}
	}
	for _, p := range paths {
		if found, err := exec.LookPath(p); err == nil {
			return found
		}
	}
	unavailable(t, fmt.Sprintf("%s is not installed: on Debian, apt-get install %s", name, debianPackage))
	return ""
}

// unavailable ends a test that needs more than this machine has; a CI run has
// to have it.
func unavailable(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// installed is the dialect of the programs of this machine.
func installed(t *testing.T, side keyword.Side) keyword.Dialect {
	t.Helper()
	text := installedVersion()
	word, rest, _ := strings.Cut(text, " ")
	release, err := keyword.ParseRelease(strings.TrimRight(word, ","))
	if err != nil {
		unavailable(t, fmt.Sprintf("ssh -V says %q: %v", text, err))
	}
	d := keyword.Dialect{Side: side, Release: min(release, keyword.Newest)}
	if strings.HasPrefix(rest, "Debian") || strings.HasPrefix(rest, "Ubuntu") {
		d.Vendor = keyword.Debian
	}
	return d
}

var installedVersion = sync.OnceValue(func() string {
	out, err := exec.Command("ssh", "-V").CombinedOutput()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
})

var keyOnce struct {
	sync.Mutex
	path string
}

// hostKey makes a host key, once: sshd -T wants one.
func hostKey(t *testing.T) string {
	t.Helper()
	keyOnce.Lock()
	defer keyOnce.Unlock()
	if keyOnce.path != "" {
		return keyOnce.path
	}
	keygen := program(t, "ssh-keygen", "openssh-client")
	dir, err := os.MkdirTemp("", "sshvet-hostkey")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "key")
	if out, err := exec.Command(keygen, "-q", "-t", "ed25519", "-N", "", "-f", path).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v\n%s", err, out)
	}
	keyOnce.path = path
	return path
}

func TestMain(m *testing.M) {
	code := m.Run()
	if keyOnce.path != "" {
		os.RemoveAll(filepath.Dir(keyOnce.path))
	}
	os.Exit(code)
}

func localUser() string { return os.Getenv("USER") }
