//go:build unix

package probe

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestSharedJump: a jump host whose connections are shared would keep the path
// to it awake, as one session's bytes end the silence of all others.
func TestSharedJump(t *testing.T) {
	t.Parallel()
	s := newServer(t, "")
	const forget = 3500 * time.Millisecond
	p := newPath(t, s, forget, drops)
	share := "  ControlMaster auto\n  ControlPath \"" + s.file("cm 100%%-%C") + "\"\n  ControlPersist 20\n"
	target := must(os.ReadFile(s.clientFile(s.port, "  ProxyJump hop\n"+share)))
	hop := must(os.ReadFile(s.clientFile(p.port, share)))
	config := s.file("it's 50% shared")
	text := string(target) + strings.Replace(string(hop), "Host there", "Host hop", 1)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	res, err := s.run(Options{SSHArgs: []string{"-F", config}, Max: 6 * time.Second, Resolution: resolution, Patience: patience})
	if err != nil {
		t.Fatal(err)
	}
	if d := res.Death; d == nil || res.Survived >= forget || d.Silence < forget || res.Settings.Jump != "hop" {
		t.Errorf("%+v", res)
	}
	if left := must(filepath.Glob(s.file("cm*"))); len(left) > 0 {
		t.Errorf("connections are shared: %q", left)
	}
}

// TestJumpChain: a chain is connected in the order in which it is written, also
// where the first host of it has a jump host of its own.
func TestJumpChain(t *testing.T) {
	t.Parallel()
	s := newServer(t, "")
	config := string(must(os.ReadFile(s.clientFile(s.port, ""))))
	all := strings.Replace(config, "Host there", "Host there one two three\n  ControlPath "+s.file("cm-%C"), 1) + "Host one\n  ProxyJump three\n"
	name := s.file("chain")
	if err := os.WriteFile(name, []byte(all), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-F", name, "-o", "ProxyJump=one,two"}
	env, _ := s.env()
	r := newRun(t.Context(), env, Options{Host: "there", SSHArgs: args})
	command, shared, _ := r.jumpCommand("one,two", mostHops)
	if three, two := strings.Index(command, "three"), strings.Index(command, " -- two"); !shared || three < 0 || three > strings.Index(command, " one") || two < 0 {
		t.Errorf("%v: %s", shared, command)
	}
	res, err := s.run(Options{SSHArgs: args, Max: time.Second, Quick: true, Resolution: resolution, Patience: 9 * time.Second})
	if err != nil || res.Configured == nil || res.Configured.Outcome != Survived {
		t.Errorf("%+v, %v", res, err)
	}
}

// TestJumpCircle: ssh would start one ssh after the other.
func TestJumpCircle(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(name, []byte("Host there two\n  ProxyJump one\nHost one\n  ProxyJump two\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := Env{Start: Starter([]string{need(t, "ssh", "openssh-client")}, nil), Now: time.Now}
	_, err := Run(t.Context(), env, Options{Host: "there", SSHArgs: []string{"-F", name}, Max: time.Second})
	if err == nil || !strings.Contains(err.Error(), "go in a circle") {
		t.Error(err)
	}
}

func TestHopArgs(t *testing.T) {
	for hop, want := range map[string]string{
		"web":             "web",
		"deploy@web":      "-l deploy web",
		"a@b@web:2222":    "-l a@b -p 2222 web",
		"2001:db8::1":     "2001:db8::1",
		"[2001:db8::1]:9": "-p 9 2001:db8::1",
		"u@[::1]":         "-l u ::1",
	} {
		args, host := hopArgs(hop)
		if got := strings.Join(append(slices.Clone(args), host), " "); got != want {
			t.Errorf("%s: %s, want %s", hop, got, want)
		}
	}
}

// TestStoppedBeforeLogin: of sessions that were not begun yet nothing is said,
// least of all that the host does not let them in.
func TestStoppedBeforeLogin(t *testing.T) {
	t.Parallel()
	s := newServer(t, "")
	env, _ := s.env()
	stop := make(chan struct{})
	env.Stop = stop
	env.Planned = func([]time.Duration) { close(stop) }
	res, err := Run(t.Context(), env, Options{Host: "there", SSHArgs: []string{"-F", s.clientFile(s.port, "")}, Max: 9 * time.Second, Resolution: resolution, Patience: patience})
	if err != nil || !res.Stopped || res.Trouble != "" {
		t.Errorf("%+v, %v", res, err)
	}
	for _, sample := range res.Samples {
		if sample.Outcome == NotStarted || sample.Outcome == Died {
			t.Errorf("%+v", sample)
		}
	}
}

// TestInterruptedQuestion: an ssh that asks has the terminal, so that Ctrl-C ends
// it and not us.
func TestInterruptedQuestion(t *testing.T) {
	t.Parallel()
	env := Env{Start: Starter([]string{need(t, "sh", "dash"), "-c", "kill -INT $$"}, nil), Now: time.Now}
	r := newRun(t.Context(), env, Options{Host: "there"})
	defer r.wait()
	if _, err := r.login(Configured, true); !errors.Is(err, errStopped) {
		t.Error(err)
	}
}
