package rules_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// errorsOfAccepted are the rules that report an error in a file that OpenSSH
// reads: it does the opposite of what the line says.
var errorsOfAccepted = map[string]bool{"zero-keepalive-count": true, "unsafe-permissions": true}

// TestAcceptedFilesHaveNoErrors makes up files and gives them to the installed
// programs. What they accept gets no error, and what they refuse gets one.
func TestAcceptedFilesHaveNoErrors(t *testing.T) {
	for _, side := range []keyword.Side{keyword.Client, keyword.Server} {
		t.Run(side.String(), func(t *testing.T) {
			t.Parallel()
			d := installed(t, side)
			if d.Release < keyword.R(9, 0) {
				t.Skip("the words below are those of newer releases")
			}
			count := 300
			if testing.Short() {
				count = 60
			}
			accepted := 0
			for seed := range count {
				m := maker{r: rand.New(rand.NewPCG(uint64(seed), 7)), side: side}
				text := m.file()
				ok, words := acceptedBy(t, side, text)
				if ok {
					accepted++
				}
				judgeAccepted(t, d, seed, text, ok, words)
			}
			if accepted < count/20 || accepted > count*19/20 {
				t.Errorf("%d of %d files were accepted; both kinds are wanted", accepted, count)
			}
		})
	}
}

func judgeAccepted(t *testing.T, d keyword.Dialect, seed int, text string, accepted bool, words string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	e := lint.Entry{Path: path, Dialect: d, Sources: []resolve.Source{{Path: path, Data: []byte(text)}}}
	res, errs := lint.Run([]lint.Entry{e}, rules.All(), lint.Settings{Profile: lint.Deploy})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	reported := false
	for _, found := range res.Diagnostics {
		if found.Severity < lint.Error {
			continue
		}
		reported = true
		if accepted && !errorsOfAccepted[found.Rule] {
			t.Errorf("file %d is accepted, but has an error: %s [%s]\n%q", seed, found.Message, found.Rule, text)
		}
	}
	if !accepted && !reported {
		t.Errorf("file %d is refused (%s), but has no error\n%q", seed, words, text)
	}
}

// TestFixesOfMadeUpFiles: each fix of a made-up file is proven, and a second
// run has nothing to do.
func TestFixesOfMadeUpFiles(t *testing.T) {
	for seed := range 600 {
		side, unsafe := keyword.Side(seed%2), seed/2%2 == 1
		m := maker{r: rand.New(rand.NewPCG(uint64(seed), 11)), side: side}
		text := m.file()
		plan := planFor(side, text, unsafe)
		for _, err := range append(plan.Errors, plan.Unproven...) {
			t.Errorf("file %d (unsafe: %t): %v\n%q", seed, unsafe, err, text)
		}
		for _, ch := range plan.Changes {
			for _, again := range planFor(side, string(ch.New), unsafe).Changes {
				t.Errorf("file %d (unsafe: %t): a second fix changes it again\n%q\n%q", seed, unsafe, again.Old, again.New)
			}
		}
	}
}

func planFor(side keyword.Side, text string, unsafe bool) *fix.Plan {
	d := keyword.Dialect{Side: side, Release: keyword.Newest}
	e := lint.Entry{Path: "config", Dialect: d, Sources: []resolve.Source{{Path: "config", Data: []byte(text)}}}
	return fix.Make(fix.Request{
		Entries: []lint.Entry{e}, Rules: rules.All(), Settings: lint.Settings{Profile: lint.Deploy, ReleaseKnown: true}, Unsafe: unsafe,
	})
}

// acceptedBy asks the installed program.
func acceptedBy(t *testing.T, side keyword.Side, text string) (ok bool, words string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	writeFile(t, path, []byte(text))
	cmd := exec.Command(program(t, "ssh", "openssh-client"), "-G", "-F", path, unnamedHost)
	if side == keyword.Server {
		cmd = exec.Command(program(t, "sshd", "openssh-server"), "-t", "-f", path, "-h", hostKey(t))
	}
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err := cmd.Run()
	if strings.Contains(stderr.String(), "Missing privilege separation directory") {
		unavailable(t, "sshd cannot run here: make the folder /run/sshd")
	}
	return err == nil, stderr.String()
}

// maker makes up files.
type maker struct {
	r    *rand.Rand
	side keyword.Side
}

// one picks a word.
func (m *maker) one(words ...string) string { return words[m.r.IntN(len(words))] }

func (m *maker) file() string {
	var b strings.Builder
	if m.r.IntN(12) == 0 {
		b.WriteString("\xef\xbb\xbf")
	}
	for range 2 + m.r.IntN(10) {
		line := m.line()
		if m.r.IntN(14) == 0 {
			at := m.r.IntN(len(line) + 1)
			line = line[:at] + m.one("\f", "\v", "\x00", "\r", "\u00a0", "\u200b", "\x1b", "#", " #", ",", "\"", "=") + line[at:]
		}
		b.WriteString(line + m.one("\n", "\n", "\n", "\n", "\n", "\r\n", " \n", "\f\n"))
	}
	return b.String()
}

func (m *maker) line() string {
	indent := m.one("", "", "  ", "\t")
	if m.r.IntN(5) == 0 {
		return m.one("", "# a comment", "#", "# a, b # c")
	}
	if m.side == keyword.Server {
		return indent + m.serverLine()
	}
	return indent + m.clientLine()
}

func (m *maker) clientLine() string {
	switch m.r.IntN(5) {
	case 0:
		return "Host " + m.one("web1", "web1,web2", "*", "!web1", "* !web1", "web1 # old", "web1# old", "# none", "?-a", "*-a")
	case 1:
		return "Match " + m.one("all", "!all", "host web1 host web2", "user !root", "final all", "originalhost web1", "host a !host a", "user bob")
	}
	return m.setting("User deploy", "User root", "Port 22", "Port 2222", "ServerAliveInterval 60", "ServerAliveInterval none", "ServerAliveCountMax 240",
		"ServerAliveCountMax 0", "ForwardAgent no", "ForwardAgent yes", "ProxyCommand none # no", "ProxyCommand nc %h %p # yes", "ProxyJump none # x",
		"KeepAlive yes", "PubkeyAcceptedKeyTypes +ssh-rsa", "Protocol 2", "ChallengeResponseAuthentication no", "CompressionLevel 6",
		"SendEnv LANG # LC", "SendEnv LANG", "IdentityFile ~/.ssh/a", "Include nothing-*", "Include nothing", "ConnectTimeout 10", "ConnectTimeout none",
		"UserKnownHostsFile a b", "Nonsense 1", "Port x", "ClientAliveInterval 60")
}

func (m *maker) serverLine() string {
	if m.r.IntN(6) == 0 {
		return "Match " + m.one("all", "User !root", "User a User b", "User bob", "Group a Group b", "Address 10.0.0.0/8", "Host *.example.com")
	}
	return m.setting("X11Forwarding no", "X11Forwarding yes", "PermitRootLogin no", "PermitRootLogin yes", "PasswordAuthentication no", "ClientAliveInterval 60",
		"ClientAliveInterval 0", "ClientAliveCountMax 240", "ClientAliveCountMax 0", "ForceCommand none # no", "ForceCommand /bin/true # yes",
		"PubkeyAcceptedKeyTypes +ssh-rsa", "AllowUsers a b # c", "AllowUsers a# b", "AcceptEnv LANG", "Banner none", "ChallengeResponseAuthentication no",
		"RSAAuthentication no", "AuthorizedKeysFile a b", "Include /nothing/*", "Include /nothing/at-all", "Nonsense 1", "MaxSessions x")
}

// setting writes one of several lines in one of the ways that OpenSSH reads.
func (m *maker) setting(lines ...string) string {
	key, value, _ := strings.Cut(m.one(lines...), " ")
	switch m.r.IntN(8) {
	case 0:
		return strings.ToLower(key) + "=" + value
	case 1:
		return fmt.Sprintf("%s = %s", strings.ToUpper(key), value)
	case 2:
		return key + "\t" + value + " # why"
	}
	return key + " " + value
}
