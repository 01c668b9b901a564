package openssh

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// need returns the path of a program. Without it the test is skipped, except in
// CI, where it must not be skipped unseen.
func need(t *testing.T, name, debianPackage string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("the Debian package %s is missing", debianPackage)
	}
	t.Skipf("install the Debian package %s", debianPackage)
	return ""
}

// bait is a folder with a marker that commands of a configuration try to make.
type bait struct {
	t                 *testing.T
	ssh, marker, file string
	command           string // makes the marker
	includes          string // a file that runs the command
}

func newBait(t *testing.T) *bait {
	if runtime.GOOS == "windows" {
		t.Skip("the commands are for a Unix shell")
	}
	dir := t.TempDir()
	b := &bait{t: t, ssh: need(t, "ssh", "openssh-client"), marker: filepath.Join(dir, "M"), file: filepath.Join(dir, "config")}
	b.command = "touch " + b.marker
	b.includes = filepath.Join(dir, "other")
	b.write(b.includes, `Match exec "`+b.command+`"`+"\n")
	return b
}

func (b *bait) write(path, text string) {
	b.t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// executes reports whether the real `ssh -G`, without any of our walls, runs
// the command in text.
func (b *bait) executes(text string) bool {
	b.t.Helper()
	b.write(b.file, text)
	cmd := exec.Command(b.ssh, "-G", "-F", b.file, madeUpHost)
	cmd.Env = append(cmd.Environ(), "SHELL=/bin/sh")
	cmd.Run()
	return os.Remove(b.marker) == nil
}

// execSpellings are ways to write Match exec, right and wrong; @ stands for
// the command.
var execSpellings = []string{
	`Match exec "@"`,
	`match exec "@"`,
	`MATCH EXEC "@"`,
	`mAtCh eXeC "@"`,
	`Match exec="@"`,
	`Match=exec "@"`,
	`Match = exec = "@"`,
	`Match exec = "@"`,
	`=Match exec "@"`,
	` = Match exec "@"`,
	"\tMatch\texec\t\"@\"",
	"\rMatch exec \"@\"",
	"Match\rexec\r\"@\"",
	"  \t Match   exec   \"@\"  \t ",
	`"Match" exec "@"`,
	`Mat"ch" exec "@"`,
	`"Match"exec "@"`,
	`Match"exec" "@"`,
	`'Match' exec "@"`,
	`Match "exec" "@"`,
	`Match 'exec' "@"`,
	`Match ex"ec" "@"`,
	`Match e'x'ec "@"`,
	`Match ex\ec "@"`,
	`Match \exec "@"`,
	`M\atch exec "@"`,
	`Match exec '@'`,
	`Match exec @`,
	`Match !exec "@"`,
	`Match "!exec" "@"`,
	`Match !"exec" "@"`,
	`Match ! exec "@"`,
	`Match host * exec "@"`,
	`Match host="*" exec="@"`,
	`Match "host" "*" "exec" "@"`,
	`Match originalhost sshvet.invalid exec "@"`,
	`Match user * localuser * exec "@"`,
	`Match host nope exec "@"`,
	`Match host * !exec "@" exec "@"`,
	`Match final exec "@"`,
	`Match canonical exec "@"`,
	`Match !canonical exec "@"`,
	`Match !final exec "@"`,
	`Match exec "@" # comment`,
	`Match exec "@" host *`,
	`Match all exec "@"`,
	`Match exec "@" all`,
	"Match exec \"@\"\r",
	"Match exec \"@\"\f",
	"Match \\\nexec \"@\"",
	"Match\\\n exec \"@\"",
	"Match host *\nexec \"@\"",
	"\xef\xbb\xbfMatch exec \"@\"",
	"\xef\xbb\xbf#\nMatch exec \"@\"",
	"Host x\n\tMatch exec \"@\"",
	"Host !*\nMatch exec \"@\"",
	"Host *\n  User a\n\n\n    Match exec \"@\"\n",
	"IgnoreUnknown match\nMatch exec \"@\"",
	"Match host \"a b\" exec \"@\"\nMatch exec \"@\"",
	"Match exec \"@\x00\"",
	"# a \x00\nMatch exec \"@\"",
	"User a\x00\nMatch exec \"@\"",
	"User a\rMatch exec \"@\"",
	"# Match exec \"@\"",
	"\t # Match exec \"@\"",
	"\r# Match exec \"@\"",
	"\"#\" Match exec \"@\"",
	"\"\" Match exec \"@\"",
	"\"\"Match exec \"@\"",
	"= # Match exec \"@\"",
	"\f# Match exec \"@\"",
	"\v Match exec \"@\"",
	"# " + strings.Repeat("x", 1021) + "Match exec \"@\"",
	"# " + strings.Repeat("x", 4093) + "Match exec \"@\"",
}

// TestMayAskClientSpellings: whatever makes the real ssh run a command, and
// more, is refused.
func TestMayAskClientSpellings(t *testing.T) {
	b := newBait(t)
	ran := 0
	for _, spelling := range execSpellings {
		text := strings.ReplaceAll(spelling, "@", b.command) + "\n"
		executes, may := b.executes(text), MayAskClient([]byte(text))
		if executes {
			ran++
		}
		if executes && may {
			t.Errorf("ssh -G runs the command of %q, yet it may be asked", spelling)
		}
	}
	t.Logf("%d of %d spellings run the command; none of these is shown to ssh", ran, len(execSpellings))
	if ran < 25 {
		t.Errorf("only %d spellings ran anything: the test has lost its teeth", ran)
	}
}

// TestMayAskClientRandom changes the spellings in ways that ssh often does not
// mind.
func TestMayAskClientRandom(t *testing.T) {
	b := newBait(t)
	r := rand.New(rand.NewPCG(1, 2))
	total, ran := 200, 0
	for range total {
		text := execSpellings[r.IntN(len(execSpellings)/2)]
		for range 1 + r.IntN(3) {
			text = misspell(r, text)
		}
		text = strings.ReplaceAll(text, "@", b.command) + "\n"
		if !b.executes(text) {
			continue
		}
		ran++
		if MayAskClient([]byte(text)) {
			t.Errorf("ssh -G runs the command of %q, yet it may be asked", text)
		}
	}
	t.Logf("%d of %d random spellings run the command; none of these is shown to ssh", ran, total)
	if ran < total/6 {
		t.Errorf("only %d random spellings ran anything: the test has lost its teeth", ran)
	}
}

// misspell changes one thing in front of the command.
func misspell(r *rand.Rand, text string) string {
	front := strings.Index(text, "@")
	words := strings.Fields(text[:front])
	word := words[r.IntN(len(words))]
	switch at := r.IntN(front); r.IntN(6) {
	case 0:
		return strings.Replace(text, word, strings.ToUpper(word), 1)
	case 1:
		return strings.Replace(text, word, `"`+word+`"`, 1)
	case 2:
		return strings.Replace(text, word, word[:1]+`"`+word[1:]+`"`, 1)
	case 3:
		return strings.Replace(text, " ", []string{"\t", "  ", "\r", " \t ", "=", " = "}[r.IntN(6)], 1)
	case 4:
		return []string{"\t", " ", "\r", "=", "\"\"", "User a\n", "Host x\n"}[r.IntN(7)] + text
	default:
		return text[:at] + string("\"'\\= \t\r\f\v!#,\n\x00"[r.IntN(13)]) + text[at:]
	}
}

func TestMayAskClient(t *testing.T) {
	yes := []string{
		"",
		"Host *\n\tServerAliveInterval 60\n",
		"Host *\n  ProxyCommand sh -c 'exec nc %h %p'\n",
		"# Match exec \"x\"\n",
		"Match host a\nMatch all\nMatch final all\nMatch canonical all\n",
		"CanonicalizeHostname no\n",
		" canonicalizeHostname = \"no\"\r\n",
		"CanonicalDomains example.com\n",
		"Include conf.d/*\n",
	}
	no := []string{
		"CanonicalizeHostname yes\n",
		"CanonicalizeHostname always\n",
		"CanonicalizeHostname no yes\n",
		"Canonicalize\"Hostname\" yes\n",
		"CanonicalizeHostname\n",
		"CanonicalizePermittedCNAMEs *.a:*.b\n",
		"Match localnetwork 10.0.0.0/8\n",
		"User a\x00b\n",
	}
	for _, text := range yes {
		if !MayAskClient([]byte(text)) {
			t.Errorf("ssh may not be asked about %q", text)
		}
	}
	for _, text := range no {
		if MayAskClient([]byte(text)) {
			t.Errorf("ssh may be asked about %q", text)
		}
	}
}

// TestMayAskClientLinear: a check that is not linear would take hours.
func TestMayAskClientLinear(t *testing.T) {
	for _, line := range []string{"\"'\\", "match ", "Host a\n", "canonicalizehostname no\n", "\n"} {
		src := bytes.Repeat([]byte(line), 2<<20/len(line))
		start := time.Now()
		MayAskClient(src)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("2 MiB of %q took %v", line, took)
		}
	}
}

// TestClientWalls: even if MayAskClient were wrong, nothing would run.
func TestClientWalls(t *testing.T) {
	b := newBait(t)
	for _, text := range []string{`Match exec "@"`, `Match host * !exec "@"`, "Include " + b.includes} {
		text = strings.ReplaceAll(text, "@", b.command) + "\n"
		if !b.executes(text) {
			t.Fatalf("ssh -G does not run the command of %q", text)
		}
		complaint, refused := testClient(b.ssh, b.file, []byte(text))
		if _, err := os.Stat(b.marker); err == nil {
			t.Fatalf("the command of %q ran", text)
		}
		if strings.Contains(text, "exec") && (!refused || !strings.Contains(complaint, "not executable")) {
			t.Errorf("ssh said %q of a file with Match exec", complaint)
		}
	}
}

// TestBlankIncludes: of no spelling of Include is the other file read.
func TestBlankIncludes(t *testing.T) {
	b := newBait(t)
	spellings := []string{
		"Include F", "include F", "INCLUDE\tF", "Include=F", "Include = F", "=Include F", " \t\rInclude F", `"Include" F`, `In"clude" F`,
		`Include "F"`, `Include 'F'`, "Include nope F", "Include F # c", "Include\rF", "Include F\r", "Host x\n Include F", "Host x\n\tInclude=\"F\"",
		"Match final all\nInclude F", "# x\nInclude F\n# y",
	}
	read := 0
	for _, spelling := range spellings {
		text := strings.ReplaceAll(spelling, "F", b.includes) + "\n"
		blanked := blankIncludes([]byte(text))
		if b.executes(text) {
			read++
		}
		if b.executes(string(blanked)) {
			t.Errorf("the file that %q includes is read", spelling)
		}
		if got, want := bytes.Count(blanked, []byte("\n")), strings.Count(text, "\n"); got != want {
			t.Errorf("%q has %d lines when blanked, not %d", spelling, got, want)
		}
	}
	t.Logf("%d of %d spellings include the file", read, len(spellings))
	if read < 12 {
		t.Errorf("only %d spellings include anything: the test has lost its teeth", read)
	}
	if got := string(blankIncludes([]byte("User a\nInclude x"))); got != "User a\n#" {
		t.Errorf("an Include without line end becomes %q", got)
	}
}

// programs is a file with each keyword that names a program, a library or a
// server.
const programs = `Match final host *
	User a
Host *
	HostName other.invalid
	ProxyCommand touch M
	LocalCommand touch M
	PermitLocalCommand yes
	KnownHostsCommand /usr/bin/touch M
	PKCS11Provider /nonexistent/pkcs11.so
	SecurityKeyProvider /nonexistent/sk.so
	XAuthLocation /usr/bin/touch
	ForwardX11 yes
	ForwardAgent yes
	VerifyHostKeyDNS yes
	CheckHostIP yes
	ControlMaster auto
	ControlPath /nonexistent/%C
	ControlPersist 60
	LocalForward 8080 example.invalid:80
	BindAddress example.invalid
	CanonicalDomains example.invalid
	CanonicalizeHostname no
	RemoteCommand touch M
Host jump
	ProxyJump other.invalid
`

// TestClientNoNetwork has strace watch ssh: it runs nothing and opens no socket
// but the ones by which the C library asks nscd for users and services.
func TestClientNoNetwork(t *testing.T) {
	b := newBait(t)
	strace := need(t, "strace", "strace")
	if !MayAskClient([]byte(programs)) {
		t.Fatal("ssh may not be asked")
	}
	b.write(b.file, programs)
	cmd := clientCommand(b.ssh, b.file)
	trace := b.file + ".trace"
	cmd.Args = append([]string{strace, "-f", "-o", trace, "-e", "trace=%process,%network", cmd.Path}, cmd.Args[1:]...)
	cmd.Path = strace
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	calls, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	execs := 0
	for line := range strings.Lines(string(calls)) {
		switch {
		case strings.Contains(line, "execve("):
			execs++
		case strings.Contains(line, "fork("), strings.Contains(line, "clone"):
			t.Errorf("ssh starts a process: %s", line)
		case strings.Contains(line, "socket(AF_UNIX"), strings.Contains(line, "nscd/socket"), strings.Contains(line, "exit"):
		default:
			t.Errorf("ssh uses a socket: %s", line)
		}
	}
	if execs != 1 {
		t.Errorf("%d programs ran, not ssh alone:\n%s", execs, calls)
	}
}

func TestValidateClient(t *testing.T) {
	need(t, "ssh", "openssh-client")
	t.Setenv("TMPDIR", t.TempDir())
	const good, bad = "Host *\n\tServerAliveInterval 60\n", "Host *\n\tServerAliveInterval sixty\n"
	cases := []struct {
		name, current, candidate string
		refused                  string
	}{
		{"accepted", "", good, ""},
		{"refused", good, bad, "config line 2"},
		{"unknown keyword", good, good + "\tNopeNope 1\n", "nopenope"},
		{"refused before", bad, bad + "\tNopeNope 1\n", ""},
		{"now accepted", bad, good, ""},
		{"Match exec is never shown", "Match exec true\n", bad, ""},
		{"Match exec in the candidate", good, "Match exec true\n" + bad, ""},
		{"Include is not followed", good, "Include /etc/passwd\n" + good, ""},
		{"wrong below an Include", good, "Include /etc/passwd\n" + bad, "line 3"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := ValidateClient("/home/u/.ssh/config", []byte(c.current), []byte(c.candidate))
			if c.refused == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.refused) || !strings.HasPrefix(err.Error(), "ssh -G says: ") {
				t.Fatalf("error %v, want one with %q", err, c.refused)
			}
			if !strings.Contains(err.Error(), "/home/u/.ssh/config") || strings.Contains(err.Error(), os.TempDir()) {
				t.Errorf("the error does not name the user's file: %v", err)
			}
		})
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestValidateClientWithout: no ssh, or one that says nothing of use, is no
// reason not to write.
func TestValidateClientWithout(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the programs are shell scripts")
	}
	for name, script := range map[string]string{
		"missing": "",
		"killed":  "#!/bin/sh\nkill -9 $$\n",
		"no exec": "#!/nonexistent/interpreter\n",
		"always":  "#!/bin/sh\necho You do not exist, go away >&2\nexit 255\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("PATH", dir)
			if script != "" {
				if err := os.WriteFile(filepath.Join(dir, "ssh"), []byte(script), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if err := ValidateClient("config", nil, []byte("Nope\n")); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestValidateServer(t *testing.T) {
	if findServer() == "" {
		need(t, "sshd", "openssh-server")
	}
	dir := t.TempDir()
	key := filepath.Join(dir, "key")
	if out, err := exec.Command(need(t, "ssh-keygen", "openssh-client"), "-q", "-t", "ed25519", "-N", "", "-f", key).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("HostKey "+key+"\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good, bad := write("good", "ClientAliveInterval 60\n"), write("bad", "ClientAliveInterval sixty\n")
	if err := ValidateServer(good, good); err != nil {
		t.Error(err)
	}
	if err := ValidateServer(bad, good); err != nil {
		t.Error(err)
	}
	if err := ValidateServer(bad, write("worse", "Nope 1\n")); err != nil {
		t.Error(err)
	}
	err := ValidateServer(good, bad)
	if err == nil {
		// Without the folder in /run sshd stops before it reads the file.
		if complaint, refused := ask(exec.Command(findServer(), "-t", "-f", bad)); !refused || lacksFolder(complaint) {
			t.Skip("sshd does not get as far as the file: ", complaint)
		}
		t.Fatal("a refused file is accepted")
	}
	if !strings.Contains(err.Error(), good) || strings.Contains(err.Error(), bad) {
		t.Errorf("the error does not name the user's file: %v", err)
	}
}
