package openssh

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

func ready(context.Context, bool) error { return nil }

func skipWithoutShell(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the services are commands of a Unix shell")
	}
}

func TestRun(t *testing.T) {
	skipWithoutShell(t)
	cases := []struct {
		name   string
		reload []string
		want   []string // parts of the error; none is success
	}{
		{"nothing to run", nil, nil},
		{"success", []string{"sh", "-c", "echo fine"}, nil},
		{"a daemon keeps the pipe", []string{"sh", "-c", "sleep 5 & exit 0"}, nil},
		{"the words of the program", []string{"sh", "-c", "echo Unit ssh.service; echo not found. >&2; exit 5"},
			[]string{"sshd was not reloaded: 'sh -c", "failed: Unit ssh.service; not found."}},
		{"without words", []string{"false"}, []string{"'false' failed: exit status 1"}},
		{"no program", []string{"no-such-program-of-sshvet", "ssh"}, []string{"'no-such-program-of-sshvet ssh' failed:", "not found"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := Service{Reload: c.reload}.run(t.Context(), ready)
			if len(c.want) == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil {
				t.Fatal("no error")
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q, want one with %q", err, part)
				}
			}
		})
	}
}

func TestRunTakesTooLong(t *testing.T) {
	skipWithoutShell(t)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err := Service{Reload: []string{"sh", "-c", "echo waiting; exec sleep 60"}}.run(ctx, ready)
	if err == nil || !strings.Contains(err.Error(), "failed: it took too long; waiting") {
		t.Errorf("error %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	err = Service{Reload: []string{"sleep", "60"}}.run(ctx, ready)
	if err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("error %v", err)
	}
}

// TestRunChecksFirst: an sshd whose files are at fault is left alone.
func TestRunChecksFirst(t *testing.T) {
	s := Service{Manager: Systemd, Unit: "ssh", Reload: []string{"this-must-not-run"}}
	fault := errors.New("sshd -t says: line 3 is bad")
	err := s.run(t.Context(), func(context.Context, bool) error { return fault })
	if !errors.Is(err, fault) || !strings.Contains(err.Error(), "then run: this-must-not-run") {
		t.Errorf("error %v", err)
	}
}

// TestRunSignals: the process of a pid file gets its signal, and no other does.
func TestRunSignals(t *testing.T) {
	skipWithoutShell(t)
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	is := false
	s := Service{Manager: PIDFile, Reload: []string{"kill", "-HUP", "N"}, pid: cmd.Process.Pid, alive: func(int) bool { return is }}
	if err := s.run(t.Context(), ready); err == nil || !strings.Contains(err.Error(), "is no longer sshd") {
		t.Errorf("error %v", err)
	}
	is = true
	if err := s.run(t.Context(), ready); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGHUP {
		t.Errorf("the process ended by %v, not by a hangup", cmd.ProcessState)
	}
	err := s.run(t.Context(), ready)
	if !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("error %v", err)
	}
}

// TestServerReady puts programs in the place of sshd.
func TestServerReady(t *testing.T) {
	skipWithoutShell(t)
	cases := []struct {
		name, script string
		keeper       bool
		want         string
	}{
		{"accepts", "exit 0", false, ""},
		{"refuses", "echo line 3: bad >&2; exit 255", true, "sshd -t says: line 3: bad"},
		{"silent", "exit 255", true, "sshd -t says: exit status 255"},
		{"no folder, nobody makes it", "echo Missing privilege separation directory: /run/sshd; exit 255", false, "Missing privilege"},
		{"no folder, the manager makes it", "echo Missing privilege separation directory: /run/sshd; exit 255", true, ""},
		{"no keys", "echo sshd: no hostkeys available -- exiting.; exit 1", true, "no hostkeys"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(dir+"/sshd", []byte("#!/bin/sh\n"+c.script+"\n"), 0o755); err != nil {
				t.Fatal(err)
			}
			t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
			err := serverReady(t.Context(), c.keeper)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}
