package keyword

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The tests in this file ask the installed programs: a file of one line for
// each value, run through `ssh -G` or `sshd -T`, and compared with Check.

// oracle is one of the two programs.
type oracle struct {
	d    Dialect
	path string
	args []string // before the file name
	tail []string // after it
	base map[string][]string
}

// missingProgram skips, or fails where the programs must be there.
func missingProgram(t *testing.T, pkg, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s: install the Debian package %s", why, pkg)
	}
	t.Skipf("%s: install the Debian package %s to run this test", why, pkg)
}

// findOracle finds the program of a side and what release it is.
func findOracle(t *testing.T, side Side) *oracle {
	t.Helper()
	ssh, err := exec.LookPath("ssh")
	if err != nil {
		missingProgram(t, "openssh-client", "no ssh")
	}
	version, _ := exec.Command(ssh, "-V").CombinedOutput()
	o := &oracle{path: ssh, args: []string{"-G", "-F"}, tail: []string{"host"}}
	o.d = Dialect{Side: side, Vendor: NoVendor}
	name, _, _ := strings.Cut(string(version), " ")
	if o.d.Release, err = ParseRelease(strings.TrimSuffix(name, ",")); err != nil {
		t.Skipf("ssh -V says %q: %v", version, err)
	}
	if bytes.Contains(version, []byte("Debian")) || bytes.Contains(version, []byte("Ubuntu")) {
		o.d.Vendor = Debian
	}
	if side == Server {
		o.server(t)
	}
	base := o.run(t, filepath.Join(t.TempDir(), "base"), "")
	if base.code != 0 {
		missingProgram(t, "openssh-"+side.String(), "cannot run "+o.path+": "+base.stderr)
	}
	o.base = base.values
	return o
}

func (o *oracle) server(t *testing.T) {
	t.Helper()
	var err error
	for _, path := range []string{"sshd", "/usr/sbin/sshd", "/usr/local/sbin/sshd"} {
		if o.path, err = exec.LookPath(path); err == nil {
			break
		}
	}
	if err != nil {
		missingProgram(t, "openssh-server", "no sshd")
	}
	o.path, _ = filepath.Abs(o.path) // sshd insists on it
	key := filepath.Join(t.TempDir(), "key")
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key).CombinedOutput(); err != nil {
		missingProgram(t, "openssh-client", "ssh-keygen: "+string(out))
	}
	o.args = []string{"-T", "-h", key, "-C", "user=root,host=h,addr=127.0.0.1", "-f"}
	o.tail = nil
}

// answer is what the program said of a file.
type answer struct {
	code    int
	stderr  string
	message string // the first error about line 1, "" if there is none
	fatal   bool   // reading ended there
	values  map[string][]string
}

func (o *oracle) run(t *testing.T, file, text string) answer {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, o.path, append(append(append([]string{}, o.args...), file), o.tail...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = append(os.Environ(), "SSHVET_TEST=8080", "SSH_AUTH_SOCK=")
	_ = cmd.Run()
	a := answer{code: cmd.ProcessState.ExitCode(), stderr: stderr.String(), values: map[string][]string{}}
	a.fatal = !strings.Contains(a.stderr, ": terminating, ")
	for line := range strings.SplitSeq(a.stderr, "\n") {
		line = strings.TrimRight(line, "\r")
		_, msg, found := strings.Cut(line, file+" line 1: ")
		if !found {
			_, msg, found = strings.Cut(line, file+": line 1: ")
		}
		if found && a.message == "" && !strings.HasPrefix(msg, "Unsupported option") && !strings.HasPrefix(msg, "Deprecated option") {
			a.message = msg
		}
	}
	for line := range strings.SplitSeq(stdout.String(), "\n") {
		name, value, _ := strings.Cut(line, " ")
		if name = strings.ToLower(name); name != "" {
			a.values[name] = append(a.values[name], value)
		}
	}
	return a
}

// question is one line.
type question struct {
	k    *Keyword
	args []string
}

// text is the line as it stands in a file.
func (q question) text() string {
	if q.k.Kind == "rawline" {
		return q.k.Name + " " + q.args[0]
	}
	if len(q.args) == 0 {
		return q.k.Name + " # nothing"
	}
	words := []string{q.k.Name}
	for _, a := range q.args {
		if a == "" || a[0] == '=' || strings.ContainsAny(a, " \t#\"'\\\r\f\v") {
			a = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(a) + `"`
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}

// companions are lines without which sshd refuses a line that is fine in itself.
var companions = map[string]string{
	"authorizedkeyscommand":           "AuthorizedKeysCommandUser nobody\n",
	"authorizedprincipalscommand":     "AuthorizedPrincipalsCommandUser nobody\n",
	"authorizedkeyscommanduser":       "AuthorizedKeysCommand /bin/x\n",
	"authorizedprincipalscommanduser": "AuthorizedPrincipalsCommand /bin/x\n",
}

// TestOracle compares Check with the installed programs, for every keyword that
// they know.
func TestOracle(t *testing.T) {
	for _, side := range []Side{Client, Server} {
		t.Run(side.String(), func(t *testing.T) { askAll(t, findOracle(t, side)) })
	}
}

// TestOracleRandom does the same with values put together at random; it takes
// minutes, so it runs only when asked for.
func TestOracleRandom(t *testing.T) {
	if os.Getenv("SSHVET_ORACLE") != "full" {
		t.Skip("set SSHVET_ORACLE=full to run this test")
	}
	const each = 60
	for _, side := range []Side{Client, Server} {
		t.Run(side.String(), func(t *testing.T) {
			o := findOracle(t, side)
			seed, _ := strconv.ParseUint(os.Getenv("SSHVET_SEED"), 10, 64)
			rng := rand.New(rand.NewPCG(seed, uint64(side)))
			var questions []question
			for _, k := range All(side) {
				if o.d.Knows(k) && k.Kind != "block" && k.Kind != "include" && k.Kind != "flag" &&
					unbuilt[k.Lower] == "" {
					for range each {
						questions = append(questions, randomQuestion(rng, k))
					}
				}
			}
			askThem(t, o, questions)
		})
	}
}

func askAll(t *testing.T, o *oracle) {
	var questions []question
	ranks := map[string]int{}
	for _, k := range All(o.d.Side) {
		if !o.d.Knows(k) || k.Kind == "block" || k.Kind == "include" || unbuilt[k.Lower] != "" {
			continue
		}
		list := questionsFor(k)
		if plenty[k.Canonical()] == nil {
			list = thin(list, ranks[k.Kind])
			ranks[k.Kind]++
		}
		questions = append(questions, list...)
	}
	askThem(t, o, questions)
}

// askThem asks on all processors and reports what differs.
func askThem(t *testing.T, o *oracle, questions []question) {
	work := make(chan question)
	var asked, values, wrong atomic.Int64
	var mu sync.Mutex
	var problems []string
	var wg sync.WaitGroup
	for i := range runtime.NumCPU() {
		file := filepath.Join(t.TempDir(), fmt.Sprintf("config%d", i))
		wg.Add(1)
		go func() {
			defer wg.Done()
			for q := range work {
				asked.Add(1)
				problem, compared := o.ask(t, file, q)
				if compared {
					values.Add(1)
				}
				if problem != "" {
					wrong.Add(1)
					mu.Lock()
					problems = append(problems, fmt.Sprintf("%q: %s", q.text(), problem))
					mu.Unlock()
				}
			}
		}()
	}
	for _, q := range questions {
		work <- q
	}
	close(work)
	wg.Wait()
	sort.Strings(problems)
	const enough = 150
	for i, p := range problems {
		if i == enough {
			t.Errorf("and %d more", len(problems)-enough)
			break
		}
		t.Error(p)
	}
	t.Logf("OpenSSH %s (%s): %d lines asked, printed values of %d compared, %d differ",
		o.d.Release, o.d.Vendor, asked.Load(), values.Load(), wrong.Load())
}

// ask compares one line; compared tells whether printed values were.
func (o *oracle) ask(t *testing.T, file string, q question) (problem string, compared bool) {
	text := q.text() + "\n"
	if o.d.Side == Server {
		text += companions[q.k.Canonical()]
	}
	a := o.run(t, file, text)
	v, verr := o.d.Check(q.k, q.args)
	if problemOfMachine(q, a) {
		return "", false
	}
	switch {
	case a.message == "" && verr != nil:
		return fmt.Sprintf("accepted, but Check says %q", verr.Msg), false
	case a.message != "" && verr == nil:
		return fmt.Sprintf("refused (%q), but Check says %q", a.message, v.Items), false
	case verr != nil && a.message != logged(verr.Msg):
		return fmt.Sprintf("says %q, but Check %q", a.message, verr.Msg), false
	case verr != nil && a.fatal != verr.Fatal:
		return fmt.Sprintf("%q: fatal is %v, but Check says %v", a.message, a.fatal, verr.Fatal), false
	case verr != nil:
		if verr.Arg < -1 || verr.Arg >= len(q.args) {
			return fmt.Sprintf("argument %d of %d is at fault", verr.Arg, len(q.args)), false
		}
		return "", false
	case a.code != 0:
		return o.refusedLater(q, a), false
	}
	name := o.d.Target(q.k).Lower
	if _, skip := unprinted[name]; skip || !comparable(q) {
		return "", false
	}
	got, want := a.values[name], v.Items
	if n := normal[name]; n != nil {
		got, want = n(got), n(want)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		return fmt.Sprintf("prints %q, but Check says %q", got, want), true
	}
	return "", true
}

// problemOfMachine reports whether the program stopped at something that is not
// in the line: a ~user or an environment variable that does not exist.
func problemOfMachine(q question, a answer) bool {
	if strings.Contains(a.stderr, "No such user") {
		return true
	}
	rest := strings.ReplaceAll(strings.Join(q.args, " "), "${SSHVET_TEST}", "")
	return strings.Contains(rest, "${") && strings.Contains(a.stderr, "has no value")
}

// laterErrors are complaints that come after reading, about the whole
// configuration or the machine: they do not concern Check.
var laterErrors = []string{
	"bad addr or host:",        // ListenAddress with a name that does not resolve
	"Invalid number of Connec", // ConnectionAttempts 0
	"AuthenticationMethods cannot be satisfied",
	"No such user",                                              // ~user in a path
	"percent_expand", "unknown key %", "vdollar_percent_expand", // unknown %x
	"kex_assemble_names", // a list that leaves no algorithm
	"mkdtemp", "Invalid multiplexing",
	"No supported key exchange algorithms",
	"expand HostKeyAlgorithms: invalid argument", "assemble_algorithms", // a list of nothing that exists
	"jumphost loop via",
	"Cannot fork into background without a command", // ForkAfterAuthentication yes
	"Unable to load host key",
	"environment variable", "missing closing", "hostname contains invalid characters",
	"tilde_expand",
	"invalid AuthorizedKeysCommand", "Could not resolve hostname",
	"no hostkeys available", "too long for Unix domain socket",
	"AuthorizedKeysCommand set without", "AuthorizedPrincipalsCommand set without",
}

func (o *oracle) refusedLater(q question, a answer) string {
	for _, text := range laterErrors {
		if strings.Contains(a.stderr, text) {
			return ""
		}
	}
	return fmt.Sprintf("exit %d: %s", a.code, a.stderr)
}

// logged is a message as the log prints it: other bytes than printable ASCII
// are octal, and backslashes doubled.
func logged(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			b.WriteString(`\\`)
		case c < ' ' && c != '\t' && c != '\n' || c >= 0x7f:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
