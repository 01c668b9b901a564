package fix

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// ErrNotRestored is in the error of WriteAll if, after a failure, not every
// file could be brought back. The sentence says which content lies where.
var ErrNotRestored = errors.New("a file could not be brought back")

// Written tells what WriteAll did.
type Written struct {
	// Warnings are whole sentences on what the user should know although the
	// files are written.
	Warnings []string
	// Backups are the absolute paths of the backups that were made.
	Backups []string
}

// WriteAll replaces the content of several files: all of them or none. Each
// file has its old content or its new one, whole, at every moment, also after a
// crash. A request whose New equals Old is left out.
//
// First it makes all new files, finished and flushed to disk, and asks each
// Validate. They are called .NAME.sshvet-RANDOM and lie in the folder of the
// file (the Include patterns of ssh and sshd skip names that begin with a dot).
// They have the owner, group, mode and extended attributes (SELinux label, POSIX
// ACL) of the originals; if any of them cannot be kept, nothing is written. Only
// regular files are written; nothing else is even opened.
//
// Then each new file swaps its name with the original, in one step, and verify
// is called, if it is set and anything was written. If all went well the
// originals are removed. If anything fails, verify included, the originals swap
// back, which needs no room on the disk: they are the same files as before,
// with all that belongs to them. Files, folders and backups that were made are
// removed again. A file that another program changed after it was replaced is
// left as that program made it, and the error says so. Where names cannot be
// swapped (Windows, BSD, some network file systems) the original gets a second
// name, or a copy where it cannot have one, before the new file is renamed.
//
// The originals are compared with Old at the start, once more right before they
// are replaced, and a last time after that, when nobody finds them by their name
// any more. A change in between is refused with ErrChanged, and is kept. Without
// swapping, a file that another program renames into place in the moment
// between the second look and ours is lost.
//
// An error means that all files are as they were, unless it wraps
// ErrNotRestored. It is one sentence that names the file, what happened and what
// to do, and it wraps the error of the operating system, or that of Validate or
// verify.
//
// Not kept: file flags (chattr, chflags), the ACLs of macOS and FreeBSD, and on
// Windows owner, ACL and alternate streams: there the new file has what its
// folder hands down, about which a warning tells, and the folder is not flushed
// to disk. On Linux the attributes security.ima and security.evm are left to the
// kernel, as they are checksums of the content.
//
// WriteAll installs no signal handler. A process that is killed may leave files
// behind under their dot names, a backup of a file that was not written
// included, and with several files some may be old and some new; a caller that
// wants to survive an interrupt has to hold the signal back.
func WriteAll(reqs []WriteRequest, verify func() error) (done Written, err error) {
	b := &batch{}
	finished := false
	defer func() {
		if !finished { // also if Validate or verify panics
			err = b.takeBack(err)
		}
		b.close()
	}()
	if err := b.stage(reqs); err != nil {
		return Written{}, err
	}
	if err := b.place(); err != nil {
		return Written{}, err
	}
	if err := b.verify(verify); err != nil {
		return Written{}, err
	}
	finished = true
	return b.commit(), nil
}

// batch is one call of WriteAll.
type batch struct {
	writers []*writer
	total   int // files to write, whether a writer has begun with them or not
}

// stage makes all new files, under names that nobody reads.
func (b *batch) stage(reqs []WriteRequest) error {
	reqs = slices.DeleteFunc(slices.Clone(reqs), func(r WriteRequest) bool {
		return !r.Create && bytes.Equal(r.Old, r.New)
	})
	b.total = len(reqs)
	for _, req := range reqs {
		if err := b.stageOne(&writer{req: req}); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) stageOne(w *writer) error {
	earlier := slices.Clone(b.writers)
	b.writers = append(b.writers, w) // before anything is made that has to be removed
	if err := w.locate(); err != nil {
		return err
	}
	for _, e := range earlier {
		if e.real == w.real {
			return b.merge(e, w)
		}
	}
	if err := w.stage(); err != nil {
		return err
	}
	for _, e := range earlier {
		if !e.req.Create && !w.req.Create && e.before.sameFile(w.before) {
			return w.twice(e, "are two names of one file")
		}
	}
	return w.validate(w.req.Validate)
}

// merge drops the second of two requests for the same file, if it wants the
// same as the first.
func (b *batch) merge(first, second *writer) error {
	p, q := &first.req, &second.req
	if p.Create != q.Create || p.Mode != q.Mode || p.Backup != q.Backup || !bytes.Equal(p.New, q.New) ||
		!p.Create && !bytes.Equal(p.Old, q.Old) {
		return second.twice(first, "lead to the same file, which cannot get two contents")
	}
	b.writers = b.writers[:len(b.writers)-1]
	b.total--
	second.close()
	return first.validate(q.Validate)
}

func (w *writer) twice(first *writer, what string) error {
	return newError(fmt.Sprintf("%s and %s %s", first.req.Path, w.req.Path, what), nothingWritten, "name only one of them", fs.ErrInvalid)
}

// place puts all new files where the originals are.
func (b *batch) place() error {
	for _, w := range b.writers {
		if err := w.place(); err != nil {
			return err
		}
	}
	for _, w := range b.writers {
		w.flush()
	}
	return nil
}

func (b *batch) verify(verify func() error) error {
	if verify == nil || len(b.writers) == 0 {
		return nil
	}
	err := verify()
	if err == nil {
		return nil
	}
	what, outcome := "the new content was refused: ", ""
	if b.total == 1 {
		what, outcome = b.writers[0].req.Path+" was not written: "+what, b.writers[0].asBefore()
	}
	return newError(what+err.Error(), outcome, "", err)
}

func (w *writer) asBefore() string {
	if w.req.Create {
		return "it does not exist, as before"
	}
	return "it is as it was"
}

// commit ends a writing that went well.
func (b *batch) commit() (done Written) {
	replaced := false
	for _, w := range b.writers {
		w.commit()
		done.Warnings = append(done.Warnings, w.warnings...)
		if w.backup != "" {
			done.Backups = append(done.Backups, w.dir.join(w.backup))
		}
		if notKept != "" && !w.req.Create && !replaced {
			replaced = true // once is enough
			done.Warnings = append(done.Warnings, w.req.Path+": "+notKept)
		}
	}
	return done
}

// takeBack makes everything as it was, the last first, and adds to the error
// what became of the files.
func (b *batch) takeBack(err error) error {
	var stuck, left []string
	for _, w := range slices.Backward(b.writers) {
		wasPlaced := w.placed
		if s := w.takeBack(); s != "" {
			stuck = append(stuck, s)
		}
		left = append(left, w.cleanUp()...)
		if wasPlaced && !w.placed {
			left = append(left, w.flushBack()...)
		}
	}
	return b.outcome(err, stuck, left)
}

// flushBack writes the old names to disk again.
func (w *writer) flushBack() []string {
	err := w.dir.sync()
	if err == nil {
		return nil
	}
	return []string{fmt.Sprintf("the folder of %s could not be flushed to disk: %v: a crash of the machine may bring the new content back",
		w.req.Path, cause(err))}
}

// outcome completes the sentence of an error. err is nil only in a panic, where
// nobody reads it.
func (b *batch) outcome(err error, stuck, left []string) error {
	var first *writeError
	if !errors.As(err, &first) {
		return err
	}
	e := *first
	switch {
	case len(stuck) > 0:
		e.outcome = "but " + strings.Join(stuck, "; ")
		if b.total > len(stuck) {
			e.outcome += "; all other files are as they were"
		}
		e.errs = append(slices.Clone(e.errs), ErrNotRestored)
	case b.total > 1:
		e.outcome = fmt.Sprintf("all %d files are as they were", b.total)
	}
	if len(left) > 0 {
		e.aside = "and " + strings.Join(left, "; ")
	}
	return &e
}

func (b *batch) close() {
	for _, w := range b.writers {
		w.close()
	}
}
