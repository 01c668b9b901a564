package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/openssh"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/term"
)

// undo gives files the content of their newest backups again: it shows the
// difference, asks, and writes, as for a fix.
func (r *fixRun) undo(operands []string, nonZeroOnFix bool) error {
	r.in = &inputs{p: r.p, o: r.o, seen: map[string]bool{}}
	restored, would := 0, 0
	for _, path := range operands {
		req, err := r.undoRequest(path)
		if err != nil {
			r.p.fail(err)
			continue
		}
		if r.mode == modeCheck {
			if _, err := fmt.Fprintf(r.out(), "%s would get the content of %s\n", term.EscapePath(path), term.Escape(req.Backup.Path)); err != nil {
				return outputError(err)
			}
			would++
			continue
		}
		r.p.note(r.o, "%s: the backup of %s", path, moment(req.Backup.Stamp))
		later := editedLater(path, req.Backup.Stamp)
		if later {
			fmt.Fprintf(r.p.stderr, "sshvet: warning: %s was changed after the fix; those changes go, too, and are kept in a file next to it\n", term.Escape(path))
		}
		if err := r.showDiff(path, req.Old, req.New); err != nil {
			return err
		}
		if r.mode == modeDiff {
			would++
			continue
		}
		answer := byte('y')
		if r.mode == modeAsk {
			answer = r.ask(term.EscapePath(path)+": Restore? [y/n/q/?] ", "ynq", undoPromptHelp)
		}
		if answer == 'q' {
			break
		}
		if answer == 'y' && !mayWrite(path) {
			r.p.fail(fmt.Errorf("%s was not restored: %s; run: %s", path, takesRoot(path), sudoLine(r.p.again(path))))
			continue
		}
		if answer == 'y' && (!later || r.keepEdits(req)) && r.restore(req) {
			restored++
		}
		if r.quit {
			break
		}
	}
	if r.mode.writes() {
		r.p.note(r.o, "%d of %d %s restored", restored, len(operands), files(len(operands)))
	}
	r.reloadServer()
	if would > 0 || r.mode.writes() && restored < len(operands) || nonZeroOnFix && restored > 0 {
		r.p.found()
	}
	r.endBySignal()
	return nil
}

// editedLater reports whether a file was changed after the fix that the backup
// is of: a fix writes the file a moment after its backup.
func editedLater(path, stamp string) bool {
	const moment = 10 * time.Second // a fix of many files, and clocks of file servers
	text, _, _ := strings.Cut(stamp, "-")
	made, err := time.Parse(fix.BackupLayout, text)
	st, statErr := os.Stat(path)
	return err == nil && statErr == nil && st.ModTime().After(made.Add(moment))
}

// keepEdits keeps what a file holds before it is undone, under a name that is
// no backup's, so that the next undo does not bring it back by itself.
func (r *fixRun) keepEdits(req *fix.UndoRequest) bool {
	dir, name := filepath.Split(req.Backup.Path)
	name, _, _ = strings.Cut(name, ".sshvet-")
	kept := filepath.Join(dir, name+".sshvet-undone-"+stamp())
	done, err := fix.WriteAll([]fix.WriteRequest{{Path: kept, New: req.Old, Create: true}}, nil)
	r.report(done)
	if err != nil {
		r.p.fail(err)
		return false
	}
	r.p.note(r.o, "the changes since the fix are kept in %s", kept)
	return true
}

// moment is the time of a backup as people write it.
func moment(stamp string) string {
	text, more, _ := strings.Cut(stamp, "-")
	t, err := time.Parse(fix.BackupLayout, text)
	if err != nil {
		return stamp
	}
	text = t.Format("2006-01-02 15:04:05 UTC")
	if more != "" {
		text += " (no. " + more + " of that second)"
	}
	return text
}

const undoPromptHelp = `y  write the content of the backup, and remove the backup
n  leave this file as it is
q  leave this and all further files as they are
`

// undoRequest finds the newest backup of a file.
func (r *fixRun) undoRequest(path string) (*fix.UndoRequest, error) {
	now, _, err := resolve.ReadRegular(path)
	if err != nil {
		return nil, errors.New(path + ": " + plainError(path, err))
	}
	backups, err := fix.Backups(path)
	if err != nil {
		return nil, err
	}
	if len(backups) == 0 {
		return nil, fmt.Errorf("%s: there is no backup of it; 'sshvet fix --backup' keeps one of a file that it changes, and a file that it creates is undone by deleting it", path)
	}
	old, err := backups[0].Read()
	if err != nil {
		return nil, err
	}
	return &fix.UndoRequest{Path: path, Backup: backups[0], Old: now, New: old}, nil
}

// restore writes one file; a live server file is shown to sshd first.
func (r *fixRun) restore(req *fix.UndoRequest) bool {
	var verify func() error
	side, err := r.in.kindOf(req.Path, req.New)
	live := err == nil && side == keyword.Server && r.in.isLive(req.Path)
	switch {
	case live && !isFragment(req.Path):
		req.Validate = func(candidate string) error { return openssh.ValidateServer(req.Path, candidate) }
	case live:
		verify = acceptedStill(systemFiles("sshd_config"))
	}
	held := holdSignals()
	defer held.release()
	req.Validate = held.orStop(req.Validate)
	done, err := fix.Undo([]fix.UndoRequest{*req}, verify)
	if sig := held.came(); sig != nil {
		r.stopped, r.quit = sig, true
	}
	r.report(done)
	if err != nil {
		r.p.fail(err)
		return false
	}
	r.running = r.running || live
	return true
}
