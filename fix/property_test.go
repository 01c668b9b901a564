package fix_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

var (
	propertyFiles = flag.Int("property.n", 150, "how many made-up configurations of each side the property test fixes")
	propertySeed  = flag.Uint64("property.seed", 0, "seed of the property test; 0 takes the time")
)

// needProgram returns the path of a program, or skips the test and names the
// Debian package that has it. On CI a missing program is a failure.
func needProgram(t *testing.T, name, pkg string) string {
	t.Helper()
	for _, p := range []string{name, "/usr/sbin/" + name} {
		if path, err := exec.LookPath(p); err == nil {
			return path
		}
	}
	msg := fmt.Sprintf("%s is not installed (Debian package %s)", name, pkg)
	if os.Getenv("CI") == "true" {
		t.Fatal(msg)
	}
	t.Skip(msg)
	return ""
}

// TestFixProperty makes up configurations, fixes them, and asks the real ssh
// and sshd what they use before and after: OpenSSH accepts what it accepted,
// no value but the keep-alive differs, the keep-alive is as the profile wants
// it or a finding is left that says why not, and a second fix changes nothing.
func TestFixProperty(t *testing.T) {
	for _, side := range []keyword.Side{keyword.Client, keyword.Server} {
		t.Run(side.String(), func(t *testing.T) {
			newPropertyTest(t, side, lint.Deploy).run(t, *propertyFiles/2)
		})
	}
}

// TestFixPropertyProfiles is the same with the other profiles: those of servers
// on server files, and one of them on client files, which it leaves to deploy.
func TestFixPropertyProfiles(t *testing.T) {
	for _, b := range rules.Baselines()[1:] {
		t.Run(b.Name, func(t *testing.T) {
			newPropertyTest(t, keyword.Server, b.Profile).run(t, *propertyFiles/10)
		})
	}
	t.Run("stig-client", func(t *testing.T) {
		newPropertyTest(t, keyword.Client, rules.FindBaseline("stig").Profile).run(t, *propertyFiles/10)
	})
}

// run checks so many files of a seed that stays and of one that does not.
func (p *propertyTest) run(t *testing.T, files int) {
	for _, seed := range []uint64{1, *propertySeed} {
		if seed == 0 {
			seed = uint64(time.Now().UnixNano())
		}
		t.Logf("seed %d", seed)
		for i := range files {
			p.check(t, seed, uint64(i))
		}
	}
	t.Logf("%d files, %d fixed, %d refused by OpenSSH, %d connections still weak", p.files, p.fixed, p.refused, p.weak)
	if p.fixed == 0 {
		t.Error("nothing was fixed: the generator makes no weak files")
	}
}

type propertyTest struct {
	side                  keyword.Side
	profile               lint.Profile // that fix is told
	bounds                lint.Profile // that the side is held against
	program               string
	hostKey               string
	files, fixed, refused int
	weak                  int // connections that are still weak, with a finding left that says why
}

func newPropertyTest(t *testing.T, side keyword.Side, profile lint.Profile) *propertyTest {
	p := &propertyTest{side: side, profile: profile, bounds: profile}
	if side == keyword.Client {
		p.bounds = lint.Deploy
	}
	if side == keyword.Client {
		p.program = needProgram(t, "ssh", "openssh-client")
		return p
	}
	p.program = needProgram(t, "sshd", "openssh-server")
	keygen := needProgram(t, "ssh-keygen", "openssh-client")
	p.hostKey = filepath.Join(t.TempDir(), "key")
	if out, err := exec.Command(keygen, "-q", "-t", "ed25519", "-N", "", "-f", p.hostKey).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v: %s", err, out)
	}
	if os.Getuid() == 0 {
		os.MkdirAll("/run/sshd", 0o755)
	}
	return p
}

// dump asks the real program what it uses for one connection.
func (p *propertyTest) dump(file, who string) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	args := []string{"-G", "-F", file, who}
	if p.side == keyword.Server {
		args = []string{"-T", "-f", file, "-h", p.hostKey, "-C", who}
	}
	cmd := exec.CommandContext(ctx, p.program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%v: %s", err, stderr.String())
	}
	values := map[string]string{}
	for line := range strings.SplitSeq(stdout.String(), "\n") {
		key, value, _ := strings.Cut(line, " ")
		values[strings.ToLower(key)] += value + "\n"
	}
	return values, nil
}

func (p *propertyTest) whos() []string {
	if p.side == keyword.Client {
		return []string{"web1", "web2", "db", "a.ex.com", "other"}
	}
	var out []string
	for _, user := range []string{"alice", "bob", "root"} {
		for _, addr := range []string{"10.0.0.1", "192.0.2.7"} {
			out = append(out, "user="+user+",host=h.ex.com,addr="+addr+",laddr=127.0.0.1,lport=22")
		}
	}
	return out
}

func (p *propertyTest) check(t *testing.T, seed, n uint64) {
	t.Helper()
	dir := t.TempDir()
	g := &maker{r: rand.New(rand.NewPCG(seed, n)), side: p.side, dir: dir}
	main := g.write(t)
	p.files++
	before, okBefore := p.dumps(main)
	if !okBefore {
		p.refused++
	}
	text := g.all()
	plan := p.plan(t, main)
	for _, err := range append(plan.Unproven, plan.Errors...) {
		t.Errorf("seed %d file %d: %v\n%s", seed, n, err, text)
	}
	for _, c := range plan.Changes {
		if _, err := fix.Write(fix.WriteRequest{Path: c.Path, Old: c.Old, New: c.New}); err != nil {
			t.Fatal(err)
		}
	}
	if len(plan.Changes) > 0 {
		p.fixed++
	}
	report := func(format string, args ...any) {
		t.Errorf("seed %d file %d: %s\n--- before\n%s--- after\n%s", seed, n, fmt.Sprintf(format, args...), text, g.read(t))
	}
	after, okAfter := p.dumps(main)
	if okBefore && !okAfter {
		report("OpenSSH accepted it before and refuses it now")
		return
	}
	if again := p.plan(t, main); len(again.Changes) > 0 {
		report("a second fix changes %s", again.Changes[0].Path)
	}
	if okBefore {
		p.compare(before, after, plan, report)
	}
}

func (p *propertyTest) dumps(main string) ([]map[string]string, bool) {
	var out []map[string]string
	for _, who := range p.whos() {
		d, err := p.dump(main, who)
		if err != nil {
			return nil, false
		}
		out = append(out, d)
	}
	return out, true
}

// compare looks at what the real program says.
func (p *propertyTest) compare(before, after []map[string]string, plan *fix.Plan, report func(string, ...any)) {
	interval, count := "serveraliveinterval", "serveralivecountmax"
	if p.side == keyword.Server {
		interval, count = "clientaliveinterval", "clientalivecountmax"
	}
	left := false
	for _, d := range plan.After.Diagnostics {
		left = left || d.Category == "keepalive" && d.Severity >= lint.Warning && d.Rule != "shadowed-keepalive"
	}
	for i, who := range p.whos() {
		for key, value := range after[i] {
			if key != interval && key != count && value != before[i][key] && (key != "tcpkeepalive" || p.bounds.TCPKeepAlive == "") {
				report("%s for %s was %q and is %q", key, who, before[i][key], value)
			}
		}
		seconds, patience := atoi(after[i][interval]), atoi(after[i][count])
		if want := p.bounds.TCPKeepAlive; !p.bounds.Passes(seconds, patience) || want != "" && strings.TrimSpace(after[i]["tcpkeepalive"]) != want {
			p.weak++
			if !left {
				report("%s has %d/%d, and no finding is left", who, seconds, patience)
			}
		}
		wasFine := p.bounds.Passes(atoi(before[i][interval]), atoi(before[i][count]))
		if wasFine && (before[i][interval] != after[i][interval] || before[i][count] != after[i][count]) {
			report("%s was fine with %s/%s and has %d/%d", who, strings.TrimSpace(before[i][interval]), strings.TrimSpace(before[i][count]), seconds, patience)
		}
	}
}

func atoi(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return -1
	}
	return n
}

func (p *propertyTest) plan(t *testing.T, main string) *fix.Plan {
	data, err := os.ReadFile(main)
	if err != nil {
		t.Fatal(err)
	}
	entry := lint.Entry{
		Path:    main,
		Dialect: keyword.Dialect{Side: p.side, Release: keyword.R(9, 2), Vendor: keyword.Debian},
		Env:     resolve.OSEnv(""),
		Sources: []resolve.Source{{Path: main, Data: append([]byte{}, data...)}},
	}
	return fix.Make(fix.Request{Entries: []lint.Entry{entry}, Rules: rules.All(), Settings: lint.Settings{Profile: p.profile}})
}

// maker makes up one configuration.
type maker struct {
	r     *rand.Rand
	side  keyword.Side
	dir   string
	eol   string
	files []string
}

func pick[T any](g *maker, list ...T) T { return list[g.r.IntN(len(list))] }

func (g *maker) chance(percent int) bool { return g.r.IntN(100) < percent }

func (g *maker) write(t *testing.T) string {
	g.eol = pick(g, "\n", "\n", "\n", "\r\n")
	names := []string{"main", "10-a.conf", "20-b.conf"}
	for _, name := range names {
		path := filepath.Join(g.dir, name)
		text := g.file(name == "main")
		if g.chance(20) {
			text = strings.TrimSuffix(text, g.eol)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		g.files = append(g.files, path)
	}
	return g.files[0]
}

func (g *maker) all() string {
	var b strings.Builder
	for _, f := range g.files {
		data, _ := os.ReadFile(f)
		fmt.Fprintf(&b, "-- %s --\n%s\n", filepath.Base(f), data)
	}
	return b.String()
}

func (g *maker) read(*testing.T) string { return g.all() }

func (g *maker) file(main bool) string {
	var b strings.Builder
	indent := pick(g, "  ", "\t", "", "    ")
	lines := 1 + g.r.IntN(7)
	if main {
		lines += 4
	}
	inBlock := false
	for range lines {
		switch n := g.r.IntN(100); {
		case n < 22:
			b.WriteString(g.header() + g.eol)
			inBlock = true
			continue
		case n < 30 && main:
			b.WriteString("Include " + g.dir + "/" + pick(g, "*.conf", "10-a.conf", "20-b.conf", "none.conf") + g.eol)
			continue
		case n < 36:
			b.WriteString(g.comment() + g.eol)
			continue
		case n < 40:
			b.WriteString(g.eol)
			continue
		}
		if inBlock {
			b.WriteString(indent)
		}
		b.WriteString(g.setting(inBlock) + g.eol)
	}
	return b.String()
}

func (g *maker) comment() string {
	return pick(g, "# a comment", "#ClientAliveInterval 0", "#ClientAliveCountMax 3", "#ServerAliveInterval 0", "#Match User anoncvs", "# ClientAliveInterval is prose")
}

func (g *maker) header() string {
	if g.side == keyword.Server {
		return pick(g, "Match User bob", "Match User alice,bob", "Match all", "Match Address 10.0.0.0/8", "Match User b* Address 192.0.2.*",
			"Match Group root", "Match User *,!bob", "match host *.ex.com")
	}
	return pick(g, "Host web1", "Host web2 db", "Host web*", "Host *", "Host * !web1", "Host=db", "Match host web1", "Match all",
		"Match user root", "Match originalhost db,other", "Host *.ex.com !a.ex.com", "Match !host web2", "Match final all", "Match localuser nobody")
}

func (g *maker) setting(inBlock bool) string {
	key, value := g.keyValue(inBlock)
	key = pick(g, key, key, key, strings.ToLower(key), strings.ToUpper(key))
	line := key + pick(g, " ", " ", " ", "\t", "=", " = ") + pick(g, value, value, value, `"`+value+`"`)
	return line + pick(g, "", "", "", "", " # note", "  ")
}

func (g *maker) keyValue(inBlock bool) (key, value string) {
	interval, count := "ServerAliveInterval", "ServerAliveCountMax"
	if g.side == keyword.Server {
		interval, count = "ClientAliveInterval", "ClientAliveCountMax"
	}
	switch n := g.r.IntN(100); {
	case n < 32:
		return interval, pick(g, "0", "15", "30", "60", "60", "61", "300", "1m", "2m", "900")
	case n < 60:
		return count, pick(g, "0", "1", "3", "10", "240", "240", "500")
	case n < 62:
		return interval, pick(g, "sixty", "-1", "60 240")
	case n < 70 && (g.side == keyword.Client || !inBlock):
		return "TCPKeepAlive", pick(g, "yes", "no")
	case g.side == keyword.Client:
		pair := pick(g, "User deploy", "Port 2222", "ControlMaster auto", "BatchMode yes", "BatchMode no", "ServerAliveInterval none",
			"SetupTimeOut 120", "HostName 10.0.0.9", "HostName a.ex.com", "ForwardAgent yes", "IdentityFile ~/.ssh/x", "SendEnv LANG")
		key, value, _ = strings.Cut(pair, " ")
		return key, value
	}
	pair := pick(g, "X11Forwarding no", "PermitRootLogin no", "AllowTcpForwarding yes", "MaxAuthTries 3", "AcceptEnv LANG", "LogLevel VERBOSE")
	key, value, _ = strings.Cut(pair, " ")
	return key, value
}
