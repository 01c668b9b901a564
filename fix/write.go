package fix

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// ErrChanged is in the error of Write if the file is no longer what was linted.
var ErrChanged = errors.New("the file changed")

// WriteRequest says what Write puts in place of what.
type WriteRequest struct {
	// Path is the file as the user named it. It may be a symbolic link, or a
	// chain of them: the links stay and the file behind them is replaced.
	Path string
	// Old is the content that was linted. It does not count with Create.
	Old []byte
	// New is the content to write.
	New []byte
	// Create makes the file, with mode 0600, and the missing folders above it,
	// with mode 0700. A file that exists is never replaced then.
	Create bool
	// Validate, if set, is called with the absolute path of the finished new
	// file before it takes its name. Its error stops the writing, and Write
	// returns an error that wraps it.
	Validate func(tempPath string) error
}

// Write replaces the content of a file, whole or not at all: who opens the file
// meanwhile, or after a crash, finds the old content or the new one. It does
// nothing if New equals Old.
//
// It writes a file .NAME.sshvet-RANDOM in the same folder (the Include patterns
// of ssh and sshd skip names that begin with a dot), gives it the owner, group,
// mode and extended attributes (SELinux label, POSIX ACL) of the original, and
// renames it. If any of them cannot be kept, nothing is written. The original
// is compared with Old at the start, and once more right before the renaming;
// a change in the moment between the two cannot be seen. Only regular files are
// written; nothing else is even opened.
//
// An error means that the old file is untouched and the new one removed; it is
// one sentence that names the file, what happened and what to do, and it wraps
// the error of the operating system. Warnings, whole sentences as well, are
// about what the user should know although the file is written: a file with
// several hard links is cut off from its other names.
//
// Not kept: file flags (chattr, chflags), the ACLs of macOS and FreeBSD, and on
// Windows owner, ACL and alternate streams: there the new file has what its
// folder hands down, and the folder is not flushed to disk. On Linux the
// attributes security.ima and security.evm are left to the kernel, as they are
// checksums of the content.
//
// Write installs no signal handler. A process that is killed may leave the new
// file behind, under its dot name, but never a half-written original.
func Write(req WriteRequest) (warnings []string, err error) {
	w := &writer{req: req}
	switch {
	case req.Create:
		err = w.create()
	case bytes.Equal(req.Old, req.New):
		return nil, nil
	default:
		err = w.replace()
	}
	if err != nil {
		return nil, err
	}
	return w.warnings, nil
}

// writer is one call of Write.
type writer struct {
	req      WriteRequest
	dir      *folder // of the file behind the links
	name     string  // of the file in dir
	temp     string  // of the new file in dir, "" while there is none
	warnings []string
}

// replace writes a file that exists.
func (w *writer) replace() (err error) {
	real, err := resolvePath(w.req.Path)
	if err != nil {
		return w.failed("finding the file", err)
	}
	if err := w.open(real); err != nil {
		return err
	}
	defer w.close(&err)
	original, before, err := w.readOriginal()
	if err != nil {
		return err
	}
	err = w.writeTemp(func(temp *os.File) error { return keepAttributes(original, before, temp) })
	original.Close() // Windows does not replace a file that is open
	if err != nil {
		return err
	}
	if err := w.stillThere(real, before); err != nil {
		return err
	}
	if err := w.dir.rename(w.temp, w.name); err != nil {
		return w.failed("renaming the new file", err)
	}
	w.temp = ""
	w.warnLinks(before.links())
	w.flush(w.dir.sync())
	return nil
}

// create writes a file that does not exist.
func (w *writer) create() (err error) {
	path, err := filepath.Abs(w.req.Path)
	if err != nil {
		return w.failed("finding the folder", err)
	}
	if err := w.free(path); err != nil {
		return err
	}
	made, err := makeFolders(filepath.Dir(path))
	// Deferred before close, so it runs after it: the new file is gone by then.
	defer func() {
		if err != nil {
			removeFolders(made)
		}
	}()
	if err != nil {
		return w.failed("making its folder", err)
	}
	if err := w.createIn(path); err != nil {
		return err
	}
	for _, folder := range made {
		w.flush(syncFolder(filepath.Dir(folder)))
	}
	return nil
}

// createIn writes the new file into its folder, which is there.
func (w *writer) createIn(path string) (err error) {
	dir, err := resolvePath(filepath.Dir(path))
	if err != nil {
		return w.failed("finding its folder", err)
	}
	if err := w.open(filepath.Join(dir, filepath.Base(path))); err != nil {
		return err
	}
	defer w.close(&err)
	// The mode again, as an odd umask can take bits from the 0600 of O_CREATE.
	if err := w.writeTemp(func(temp *os.File) error { return temp.Chmod(0o600) }); err != nil {
		return err
	}
	err = w.dir.renameNew(w.temp, w.name)
	if errors.Is(err, fs.ErrExist) {
		return w.exists("exists meanwhile", "run the command again", err)
	}
	if err != nil {
		return w.failed("renaming the new file", err)
	}
	w.temp = ""
	w.flush(w.dir.sync())
	return nil
}

// resolve returns the absolute path behind all links.
func resolvePath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// open opens the folder of the file. All that follows goes through this handle,
// so that nobody can put another folder in its place half way.
func (w *writer) open(real string) error {
	dir, err := openFolder(filepath.Dir(real))
	if err != nil {
		return w.failed("opening its folder", err)
	}
	w.dir, w.name = dir, filepath.Base(real)
	return nil
}

// close removes a new file that has not taken its place, and closes the folder.
func (w *writer) close(err *error) {
	if w.temp != "" {
		if left := w.dir.remove(w.temp); left != nil && *err != nil {
			*err = fmt.Errorf("%w (and the new file %s could not be removed: %v)", *err, w.dir.join(w.temp), cause(left))
		}
	}
	w.dir.close()
}

// readOriginal opens the file, if it is a regular one, and compares it with
// what was linted. The caller closes it.
func (w *writer) readOriginal() (*os.File, state, error) {
	before, err := w.dir.stat(w.name)
	if err != nil {
		return nil, before, w.failed("looking at it", err)
	}
	if kind := before.kind(); kind != "" {
		return nil, before, w.kindRefused(kind)
	}
	f, err := w.dir.openFile(w.name)
	if err != nil {
		return nil, before, w.failed("opening it", err)
	}
	if err := w.compare(f, before); err != nil {
		f.Close()
		return nil, before, err
	}
	return f, before, nil
}

// compare refuses an open file that is not the one seen before or whose content
// is not what was linted. It reads no more than it needs for that.
func (w *writer) compare(f *os.File, before state) error {
	now, err := stateOf(f)
	if err != nil {
		return w.failed("looking at it", err)
	}
	content, err := io.ReadAll(io.LimitReader(f, int64(len(w.req.Old))+1))
	if err != nil {
		return w.failed("reading it", err)
	}
	if !now.same(before) || !bytes.Equal(content, w.req.Old) {
		return w.changed()
	}
	return nil
}

// stillThere refuses if anything happened to the original since it was read: to
// its content, owner or mode, to the links that lead to it, or to its folder.
func (w *writer) stillThere(real string, before state) error {
	again, err := resolvePath(w.req.Path)
	if err != nil || again != real || !w.dir.unmoved() {
		return w.changed()
	}
	now, err := w.dir.stat(w.name)
	if err != nil || !now.same(before) {
		return w.changed()
	}
	f, err := w.dir.openFile(w.name)
	if err != nil {
		return w.failed("opening it again", err)
	}
	defer f.Close()
	return w.compare(f, before)
}

// writeTemp makes the new file, finished and flushed to disk, has dress set its
// owner, mode and the like, and asks Validate.
func (w *writer) writeTemp(dress func(*os.File) error) error {
	f, err := w.createTemp()
	if err != nil {
		return w.failed("creating a new file in "+w.dir.path, err)
	}
	if err := w.fill(f, dress); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return w.failed("closing the new file", err)
	}
	if w.req.Validate == nil {
		return nil
	}
	if err := w.req.Validate(w.dir.join(w.temp)); err != nil {
		return &writeError{w.req.Path + " was not written: the new content was refused: " + err.Error(), err}
	}
	return nil
}

// fill writes first and dresses then, as writing takes away the setuid bit.
func (w *writer) fill(f *os.File, dress func(*os.File) error) error {
	if _, err := f.Write(w.req.New); err != nil {
		return w.failed("writing the new file", err)
	}
	if err := dress(f); err != nil {
		return w.failed("giving the new file the same rights", err)
	}
	if err := f.Sync(); err != nil {
		return w.failed("flushing the new file to disk", err)
	}
	return nil
}

// createTemp makes an empty file with a name that is free, mode 0600.
func (w *writer) createTemp() (f *os.File, err error) {
	// A name may have 255 bytes; what is added needs far less than 55.
	base := w.name[:min(len(w.name), 200)]
	for range 10 {
		name := "." + base + ".sshvet-" + strings.ToLower(rand.Text()[:10])
		f, err = w.dir.createFile(name)
		if err == nil {
			w.temp = name
			return f, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return nil, err
}

// free refuses to create what is there already.
func (w *writer) free(path string) error {
	info, err := os.Lstat(path)
	switch {
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			target, _ := os.Readlink(path)
			return w.exists("is a symbolic link to "+target+", which does not exist",
				"create that file, or remove the link", fs.ErrExist)
		}
		fallthrough
	case err == nil:
		return w.exists("exists already", "run the command again", fs.ErrExist)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return w.failed("looking for it", err)
}

// makeFolders makes a folder and those above it that are missing, mode 0700. It
// returns the ones it made, the uppermost first, also with an error.
func makeFolders(path string) (made []string, err error) {
	var missing []string
	for at := path; ; at = filepath.Dir(at) {
		if _, err := os.Stat(at); !errors.Is(err, fs.ErrNotExist) || at == filepath.Dir(at) {
			break
		}
		missing = append([]string{at}, missing...)
	}
	for _, folder := range missing {
		err := os.Mkdir(folder, 0o700)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return made, err
		}
		if err == nil {
			made = append(made, folder)
		}
	}
	return made, nil
}

// removeFolders takes back what makeFolders made, but nothing that is in use.
func removeFolders(made []string) {
	for i := len(made) - 1; i >= 0; i-- {
		os.Remove(made[i])
	}
}

// warnLinks warns if the original had other names.
func (w *writer) warnLinks(links uint64) {
	if links > 1 {
		w.warnings = append(w.warnings, fmt.Sprintf(
			"%s had %d names (hard links); the other names of the file keep the old content", w.req.Path, links))
	}
}

// flush warns if a folder could not be flushed to disk. The file has its new
// content by then, so that is no error.
func (w *writer) flush(err error) {
	if err != nil {
		w.warnings = append(w.warnings, fmt.Sprintf(
			"%s is written, but its folder could not be flushed to disk (%v); a crash of the machine may bring the old content back",
			w.req.Path, cause(err)))
	}
}

// writeError is a sentence for the user that wraps the error behind it.
type writeError struct {
	sentence string
	err      error
}

func (e *writeError) Error() string { return e.sentence }
func (e *writeError) Unwrap() error { return e.err }

func (w *writer) changed() error {
	return &writeError{w.req.Path + " changed while sshvet was looking at it; nothing was written; run the command again", ErrChanged}
}

func (w *writer) exists(what, advice string, err error) error {
	return &writeError{fmt.Sprintf("%s %s; nothing was written; %s", w.req.Path, what, advice), err}
}

func (w *writer) kindRefused(kind string) error {
	return &writeError{
		fmt.Sprintf("%s is %s; nothing was written; name a regular file", w.req.Path, kind),
		&fs.PathError{Op: "write", Path: w.req.Path, Err: fs.ErrInvalid},
	}
}

// failed is the error of a step that the operating system refused.
func (w *writer) failed(step string, err error) error {
	return &writeError{
		fmt.Sprintf("%s was not written: %s: %v; %s", w.req.Path, step, cause(err), advice(err)),
		err,
	}
}

// cause returns the error less the name of the system call and the path, which
// the sentence names already.
func cause(err error) error {
	var keep *keepError
	var path *fs.PathError
	var link *os.LinkError
	var call *os.SyscallError
	switch {
	case errors.As(err, &keep):
		return keep
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	case errors.As(err, &call):
		return call.Err
	}
	return err
}

// advice says what to do about an error of the operating system.
func advice(err error) string {
	var keep *keepError
	switch {
	case diskFull(err):
		return "make room on the disk and run the command again"
	case errors.Is(err, syscall.EFBIG):
		return "raise the limit on the size of files (ulimit -f) and run the command again"
	case errors.Is(err, syscall.EROFS):
		return "the file system is read-only: change the file where it comes from, or remount it"
	case errors.Is(err, syscall.EBUSY):
		return "if the file is mounted by itself, as into a container, change it where it comes from"
	case errors.As(err, &keep), errors.Is(err, fs.ErrPermission):
		return morePrivilege()
	case errors.Is(err, fs.ErrNotExist):
		return "check the path"
	}
	return "mend that and run the command again"
}

// keepError is the refusal to give the new file something of the old one.
type keepError struct {
	what string
	err  error
}

func (e *keepError) Error() string { return e.what + ": " + cause(e.err).Error() }
func (e *keepError) Unwrap() error { return e.err }
