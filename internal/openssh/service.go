package openssh

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// The values of Service.Manager.
const (
	Systemd       = "systemd"
	SystemdSocket = "systemd socket" // systemd listens and starts sshd
	OpenRC        = "OpenRC"
	SysV          = "sysvinit"
	Runit         = "runit"
	S6            = "s6"
	RC            = "rc.d" // FreeBSD, NetBSD, DragonFly
	Rcctl         = "rcctl"
	Launchd       = "launchd"
	Windows       = "windows"
	PIDFile       = "pid file" // an sshd that nothing looks after
)

// Service is how the sshd of this machine is told to read its files again.
type Service struct {
	// Manager is one of the constants above, or "" if no sshd was found.
	Manager string
	// Unit is the name of the service with its manager; "" for a pid file.
	Unit string
	// Reload is the program to run, with its arguments. It is empty where
	// nothing has to be run.
	Reload []string
	// Note is a clause for the user, without a full stop: why nothing has to be
	// run, or what to know about Reload. It is "" in the usual case.
	Note string

	shown  string // what a user types in place of Reload, if that differs
	become string // the program that makes one root
	pid    int    // of an sshd that is told by a signal
	alive  func(pid int) bool
}

// Command is the line that a user types; root says whether they are root
// already. It is "" where nothing has to be run.
func (s Service) Command(root bool) string {
	line := strings.Join(s.Reload, " ")
	if s.shown != "" {
		line = s.shown
	}
	if line == "" || root || s.become == "" {
		return line
	}
	return s.become + " " + line
}

// Advice is what to tell a user after a file of sshd was changed: one sentence
// that begins in lower case and has no full stop.
func (s Service) Advice(root bool) string {
	const sessions = "open sessions keep their old settings"
	command := s.Command(root)
	switch {
	case s.Manager == "":
		return s.Note
	case command == "":
		return s.Note + " (" + sessions + ")"
	case s.Note != "":
		return "for new connections to use it run: " + command + " (" + s.Note + "; " + sessions + ")"
	}
	return "for new connections to use it run: " + command + " (" + sessions + ")"
}

// reloadTime bounds Run; systemd gives a service 90 seconds.
const reloadTime = 100 * time.Second

// Run reloads sshd, after `sshd -t` has accepted its files: not every service
// checks them itself, and an sshd that finds a fault when it is told to read
// them again ends. It does nothing where nothing has to be run. The error is
// one sentence that holds the words of the program; sshd goes on with its old
// settings then, as far as is known.
func (s Service) Run(ctx context.Context) error {
	return s.run(ctx, serverReady)
}

func (s Service) run(ctx context.Context, ready func(ctx context.Context, keeper bool) error) error {
	if len(s.Reload) == 0 {
		return nil
	}
	if err := ready(ctx, s.pid == 0); err != nil {
		return fmt.Errorf("sshd was not reloaded: %w; mend that, then run: %s", err, s.Command(os.Geteuid() == 0))
	}
	if s.pid != 0 {
		return s.hangUp()
	}
	ctx, cancel := context.WithTimeout(ctx, reloadTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.Reload[0], s.Reload[1:]...)
	cmd.WaitDelay = time.Second // a daemon may have kept the pipe
	out, err := cmd.CombinedOutput()
	if err == nil || errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	return fmt.Errorf("sshd was not reloaded: '%s' failed: %s", strings.Join(s.Reload, " "), s.words(ctx, out, err))
}

// words are what a program said, or else how it ended.
func (s Service) words(ctx context.Context, out []byte, err error) string {
	text := oneLine(string(out))
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		text = strings.TrimSuffix("it took too long; "+text, "; ")
	case ctx.Err() != nil:
		text = "interrupted"
	case text == "":
		text = err.Error()
	}
	return text
}

// hangUp sends the signal itself, as small containers have no kill program.
// The process is looked at once more, since its number may be another's by now.
func (s Service) hangUp() error {
	if !s.alive(s.pid) {
		return fmt.Errorf("sshd was not reloaded: process %d is no longer sshd", s.pid)
	}
	p, err := os.FindProcess(s.pid)
	if err == nil {
		err = p.Signal(syscall.SIGHUP)
	}
	if err != nil {
		return fmt.Errorf("sshd was not reloaded: '%s' failed: %w", strings.Join(s.Reload, " "), err)
	}
	return nil
}
