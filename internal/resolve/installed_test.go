package resolve

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
)

// installed returns the path of a program, or skips the test and names the
// Debian package that has it; on CI a missing program is a failure.
func installed(t *testing.T, name, pkg string) string {
	t.Helper()
	for _, p := range []string{name, "/usr/sbin/" + name} {
		if path, err := exec.LookPath(p); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed (Debian package %s)", name, pkg)
	}
	t.Skipf("%s is not installed (Debian package %s)", name, pkg)
	return ""
}

// installedDialect tells which OpenSSH is installed.
func installedDialect(t *testing.T, ssh string, side keyword.Side) keyword.Dialect {
	out, _ := exec.Command(ssh, "-V").CombinedOutput()
	m := regexp.MustCompile(`OpenSSH_(\d+\.\d+)`).FindSubmatch(out)
	if m == nil {
		t.Skipf("ssh -V says %q", out)
	}
	r, err := keyword.ParseRelease(string(m[1]))
	if err != nil {
		t.Skip(err)
	}
	d := keyword.Dialect{Side: side, Release: r}
	if bytes.Contains(out, []byte("Debian")) || bytes.Contains(out, []byte("Ubuntu")) {
		d.Vendor = keyword.Debian
	}
	return d
}

// TestCasesOnInstalled asks the installed ssh and sshd what the cases record,
// and holds the resolver against their answers.
func TestCasesOnInstalled(t *testing.T) {
	ssh := installed(t, "ssh", "openssh-client")
	sshd := installed(t, "sshd", "openssh-server")
	key := filepath.Join(t.TempDir(), "key")
	if out, err := exec.Command(installed(t, "ssh-keygen", "openssh-client"), "-q", "-t", "ed25519", "-N", "", "-f", key).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v: %s", err, out)
	}
	if os.Getuid() == 0 {
		os.MkdirAll("/run/sshd", 0o755)
	}
	dir, sides := loadCases(t)
	for side, s := range sides {
		for _, c := range s.Cases {
			t.Run(side.String()+"/"+c.Name, func(t *testing.T) {
				if strings.Contains(string(c.Config), "exec") {
					t.Skip("ssh -G would run it")
				}
				path := dir + "/" + side.String() + "/" + c.Name + ".conf"
				if err := os.WriteFile(path, []byte(c.Config), 0o644); err != nil {
					t.Fatal(err)
				}
				args := []string{"-T", "-h", key, "-f", path}
				program := sshd
				if side == keyword.Client {
					program, args = ssh, []string{"-G", "-F", path}
				}
				cmd := exec.Command(program, append(args, caseArgs(side, c.Spec)...)...)
				cmd.Env = append(os.Environ(), "HOME="+caseHome(dir, c.Spec))
				checkCase(t, dir, installedDialect(t, ssh, side), c, askInstalled(t, cmd, c.Expected))
			})
		}
	}
}

// caseArgs are the arguments that a case's spec stands for.
func caseArgs(side keyword.Side, spec string) []string {
	words := strings.Fields(spec)
	var args []string
	host := ""
	for i, w := range words {
		switch {
		case strings.HasPrefix(w, "host=") && side == keyword.Client:
			host = strings.TrimPrefix(w, "host=")
		case w == "-C" || w == "args=-o":
			args = append(args, strings.TrimPrefix(w, "args="), words[i+1])
		}
	}
	if side == keyword.Client {
		args = append(args, host)
	}
	return args
}

func caseHome(dir, spec string) string {
	if _, home, ok := strings.Cut(spec, "env=HOME="); ok {
		return strings.Fields(home)[0]
	}
	return dir + "/home"
}

// askInstalled runs the real program and returns its answer for the keywords
// that the case is about.
func askInstalled(t *testing.T, cmd *exec.Cmd, about *answer) *answer {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	got := &answer{Values: map[string][]string{}}
	if err != nil {
		got.RC = cmd.ProcessState.ExitCode()
		for line := range strings.SplitSeq(stderr.String(), "\n") {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "Pseudo-terminal") {
				got.Stderr = append(got.Stderr, line)
			}
		}
		return got
	}
	all := map[string][]string{}
	for line := range strings.SplitSeq(strings.TrimRight(stdout.String(), "\n"), "\n") {
		key, value, _ := strings.Cut(line, " ")
		key = strings.ToLower(key)
		all[key] = append(all[key], value)
	}
	keys := about.Values
	if len(keys) == 0 {
		keys = map[string][]string{"tcpkeepalive": nil}
	}
	for key := range keys {
		got.Values[key] = all[key]
	}
	return got
}
