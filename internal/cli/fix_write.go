package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/openssh"
)

// write writes a group of files, all or none. OpenSSH's own parser is asked
// before where it can be, and about a whole server configuration once its
// drop-ins are in place.
func (r *fixRun) write(group []*fix.Change) error {
	held := holdSignals()
	defer held.release()
	var reqs []fix.WriteRequest
	for _, ch := range group {
		req := fix.WriteRequest{Path: ch.Path, Old: ch.Old, New: ch.New, Create: ch.Create, Mode: ch.Mode}
		if r.backup && !ch.Create {
			req.Backup = stamp()
		}
		req.Validate = held.orStop(r.validation(ch))
		reqs = append(reqs, req)
	}
	done, err := fix.WriteAll(reqs, r.verification(group))
	if sig := held.came(); sig != nil {
		r.stopped, r.quit = sig, true
	}
	r.report(done)
	if err != nil {
		r.p.fail(err)
		return nil
	}
	if r.backup {
		r.sayUndo(group)
	}
	for _, ch := range group {
		r.wrote[ch.Path] = ch
		r.running = r.running || r.isRunning(ch)
	}
	r.stageFixes(group)
	return nil
}

// now is the clock; a variable so that tests have their own.
var now = time.Now

// stamp is the moment, for the name of a backup.
func stamp() string { return now().UTC().Format(fix.BackupLayout) }

// report passes on what the writing has to tell.
func (r *fixRun) report(done fix.Written) {
	for _, w := range done.Warnings {
		r.p.say("sshvet: warning: %s", w)
	}
	for _, path := range done.Backups {
		r.p.note(r.o, "the old content is kept in %s", path)
	}
}

// sayUndo says how a group of files is brought back.
func (r *fixRun) sayUndo(group []*fix.Change) {
	var old []string
	for _, ch := range group {
		if ch.Create {
			r.p.note(r.o, "to undo it, delete %s: it is new", ch.Path)
			continue
		}
		old = append(old, shellQuote(ch.Path))
	}
	if len(old) > 0 {
		r.p.note(r.o, "to undo it, run: sshvet fix --undo %s", strings.Join(old, " "))
	}
}

// isRunning reports whether the sshd of this machine reads a file.
func (r *fixRun) isRunning(ch *fix.Change) bool {
	e := &r.in.entries[ch.Entry]
	return e.Dialect.Side == keyword.Server && r.in.isLive(e.Path)
}

// validation asks OpenSSH about one file before it takes its name; nil where
// that makes no sense: sshd is asked about the file that it is started with on
// this machine, ssh about any file that is not below a root of its own.
func (r *fixRun) validation(ch *fix.Change) func(string) error {
	e := &r.in.entries[ch.Entry]
	switch {
	case e.Deploy != nil && strings.HasSuffix(ch.Path, ".yml"):
		return nil // Kamal's
	case e.Dialect.Side == keyword.Client && r.in.rootOf(e.Path) == "":
		return func(string) error { return openssh.ValidateClient(ch.Path, ch.Old, ch.New) }
	case r.isRunning(ch) && ch.Path == e.Path && !e.Fragment:
		return func(candidate string) error { return openssh.ValidateServer(ch.Path, candidate) }
	}
	return nil
}

// verification asks sshd about the whole once drop-ins are in place; nil where
// there are none.
func (r *fixRun) verification(group []*fix.Change) func() error {
	var mains []string
	for _, ch := range group {
		for _, main := range r.mainsOf(ch) {
			if !slices.Contains(mains, main) {
				mains = append(mains, main)
			}
		}
	}
	return acceptedStill(mains)
}

// acceptedStill asks sshd about the files that it is started with; nil where
// there are none. What sshd refuses before (a newer keyword) it is not asked
// about after.
func acceptedStill(mains []string) func() error {
	mains = slices.DeleteFunc(mains, func(main string) bool { return openssh.ValidateServer(main, main) != nil })
	if len(mains) == 0 {
		return nil
	}
	return func() error {
		var errs []error
		for _, main := range mains {
			errs = append(errs, openssh.ValidateServer(main, main))
		}
		return errors.Join(errs...)
	}
}

// mainsOf are the files that sshd is started with, of which a change is a
// drop-in.
func (r *fixRun) mainsOf(ch *fix.Change) []string {
	e := &r.in.entries[ch.Entry]
	switch {
	case !r.isRunning(ch):
		return nil
	case e.Fragment:
		return systemFiles("sshd_config")
	case ch.Path != e.Path:
		return []string{e.Path}
	}
	return nil
}

// endings are the signals that ask a program to end.
var endings = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// heldSignals keeps signals from ending the program in the middle of writing.
type heldSignals struct {
	c    chan os.Signal
	seen os.Signal
}

func holdSignals() *heldSignals {
	h := &heldSignals{c: make(chan os.Signal, 1)}
	signal.Notify(h.c, endings...)
	return h
}

// release lets signals through again.
func (h *heldSignals) release() { signal.Stop(h.c) }

// came is the signal that came so far; nil if none did.
func (h *heldSignals) came() os.Signal {
	select {
	case sig := <-h.c:
		h.seen = sig
	default:
	}
	return h.seen
}

// orStop is a validation, which may be nil, that also says no once a signal
// came: it is not too late to leave the files as they are.
func (h *heldSignals) orStop(validate func(string) error) func(string) error {
	return func(candidate string) error {
		if validate != nil {
			if err := validate(candidate); err != nil {
				return err
			}
		}
		if sig := h.came(); sig != nil {
			return fmt.Errorf("stopped by a signal (%v)", sig)
		}
		return nil
	}
}

// endBySignal makes a signal that came while a question stood the exit code, as
// shells know it.
func (r *fixRun) endBySignal() {
	if sig, ok := r.stopped.(syscall.Signal); ok {
		r.p.code = 128 + int(sig)
	}
}

// interruptible is a context that a signal ends.
func interruptible() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), endings...)
}

// again are the arguments that repeat this run for one file: its flags, those
// that the environment sets, which sudo does not pass on, and the path.
func (p *program) again(path string) []string {
	args := []string{"fix"}
	for _, arg := range p.args[min(2, len(p.args)):] {
		if arg == "--" {
			break
		}
		args = append(args, arg)
	}
	for _, f := range p.fixCommand().Flags {
		name := f.Names()[0]
		if value := getenv(environmentName(name)); value != "" && !p.given[name] {
			args = append(args, "--"+name+"="+value)
		}
	}
	if strings.HasPrefix(path, "-") {
		args = append(args, "--")
	}
	return append(args, path)
}
