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
	// Create makes the file, and the missing folders above it, with mode 0700.
	// A file that exists is never replaced then.
	Create bool
	// Mode has the permission bits of a file that is created; 0 means 0600. A
	// file that is replaced keeps its mode.
	Mode fs.FileMode
	// Backup, if not empty, is a moment in UTC in the form of BackupLayout. The
	// content of before is then kept in the same folder, in a file
	// .NAME.sshvet-BACKUP (or BACKUP-2, BACKUP-3 and so on, if there is one
	// already) of the same owner, mode and attributes, which is flushed to disk
	// before the original is replaced. It does not count with Create.
	Backup string
	// Validate, if set, is called with the absolute path of the finished new
	// file before it takes its name. Its error stops the writing, and Write
	// returns an error that wraps it.
	Validate func(tempPath string) error
}

// Write is WriteAll for one file, with nothing to verify.
func Write(req WriteRequest) (warnings []string, err error) {
	done, err := WriteAll([]WriteRequest{req}, nil)
	return done.Warnings, err
}

// writer writes one file. Its steps are locate, stage and place, and then
// either commit or takeBack and cleanUp. Each name below is of a file in dir,
// and is "" while there is no such file.
type writer struct {
	req  WriteRequest
	made []string // folders that were missing and were made
	real string   // the path behind all links
	dir  *folder  // of that file
	name string   // of that file in dir

	before state // of the original
	ours   state // of the new file

	fresh  string // the finished new file, which has not taken its name
	copy   string // the finished backup, which has not taken its name
	backup string // the backup
	saved  string // the original, once it gave way to the new file

	tried   bool // the new file may have taken its name
	placed  bool // the new file has taken its name
	swapped bool // and the original has got the name that fresh had
	copied  bool // saved is no more than a copy of the original

	warnings []string
}

// locate finds the file behind the links and opens its folder.
func (w *writer) locate() error {
	if w.req.Create {
		return w.locateNew()
	}
	real, err := resolvePath(w.req.Path)
	if err != nil {
		return w.failed("finding the file", err)
	}
	return w.open(real)
}

// locateNew makes the folders that are missing above a file to create.
func (w *writer) locateNew() error {
	path, err := filepath.Abs(w.req.Path)
	if err != nil {
		return w.failed("finding the folder", err)
	}
	if err := w.free(path); err != nil {
		return err
	}
	if w.made, err = makeFolders(filepath.Dir(path)); err != nil {
		return w.failed("making its folder", err)
	}
	dir, err := resolvePath(filepath.Dir(path))
	if err != nil {
		return w.failed("finding its folder", err)
	}
	return w.open(filepath.Join(dir, filepath.Base(path)))
}

// resolvePath returns the absolute path behind all links.
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
	w.real, w.dir, w.name = real, dir, filepath.Base(real)
	return nil
}

// stage makes the new file, and the backup, under names that nobody reads.
func (w *writer) stage() (err error) {
	if w.req.Create {
		// The mode again, as the umask takes bits from that of O_CREATE.
		w.ours, err = w.newFile(&w.fresh, w.req.New, func(temp *os.File) error { return temp.Chmod(w.createMode()) })
		return err
	}
	if err := w.checkBackup(); err != nil {
		return err
	}
	original, err := w.readOriginal()
	if err != nil {
		return err
	}
	defer original.Close() // Windows does not replace a file that is open
	dress := w.dressLike(original)
	if w.ours, err = w.newFile(&w.fresh, w.req.New, dress); err != nil {
		return err
	}
	if w.req.Backup == "" {
		return nil
	}
	_, err = w.newFile(&w.copy, w.req.Old, dress)
	return err
}

func (w *writer) createMode() fs.FileMode {
	if w.req.Mode == 0 {
		return 0o600
	}
	return w.req.Mode.Perm()
}

func (w *writer) dressLike(original *os.File) func(*os.File) error {
	return func(temp *os.File) error { return keepAttributes(original, w.before, temp) }
}

// validate has the caller judge the finished new file.
func (w *writer) validate(judge func(tempPath string) error) error {
	if judge == nil {
		return nil
	}
	if err := judge(w.dir.join(w.fresh)); err != nil {
		return newError(w.req.Path+" was not written: the new content was refused: "+err.Error(), "", "", err)
	}
	return nil
}

// place gives the new file its name.
func (w *writer) place() error {
	if w.req.Create {
		return w.placeNew()
	}
	if err := w.publishBackup(); err != nil {
		return err
	}
	if err := w.stillThere(); err != nil {
		return err
	}
	w.tried = true
	err := w.dir.exchange(w.fresh, w.name)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		err = w.placeByRename()
	case err != nil && !w.tookPlace():
		err = w.failed("renaming the new file", err)
	default:
		w.saved, w.fresh, w.placed, w.swapped = w.fresh, "", true, true
		err = nil
	}
	if err != nil {
		return err
	}
	return w.checkReplaced()
}

// placeByRename is for systems where two files cannot swap their names: the
// original gets a second name before it loses the first one.
func (w *writer) placeByRename() error {
	if err := w.saveOld(); err != nil {
		return err
	}
	if err := w.dir.rename(w.fresh, w.name); err != nil && !w.tookPlace() {
		return w.failed("renaming the new file", err)
	}
	w.fresh, w.placed = "", true
	return nil
}

// saveOld gives the original a second name. Where that cannot be (FAT, or the
// file of somebody else) it makes a copy.
func (w *writer) saveOld() error {
	name := w.tempName()
	if err := w.dir.link(w.name, name); err != nil {
		return w.copyOld()
	}
	w.saved = name
	// The name and what was linked under it are one file still: nobody has put
	// another one there, which the renaming would wipe out.
	now, err := w.dir.stat(w.name)
	linked, err2 := w.dir.stat(name)
	if err := errors.Join(err, err2); err != nil {
		return w.failed("looking at it", err)
	}
	if !now.sameFile(linked) {
		return w.changed()
	}
	return nil
}

func (w *writer) copyOld() error {
	original, err := w.dir.openFile(w.name)
	if err != nil {
		return w.failed("opening it again", err)
	}
	defer original.Close()
	w.copied = true
	_, err = w.newFile(&w.saved, w.req.Old, w.dressLike(original))
	return err
}

// placeNew gives a file that is created its name, unless there is one by now.
func (w *writer) placeNew() error {
	w.tried = true
	err := w.dir.renameNew(w.fresh, w.name)
	if errors.Is(err, fs.ErrExist) {
		return w.exists("exists meanwhile", "run the command again", err)
	}
	if err != nil && !w.tookPlace() {
		return w.failed("renaming the new file", err)
	}
	w.fresh, w.placed = "", true
	return nil
}

// tookPlace looks whether the new file has its name although the renaming
// failed, as can happen when a file server answers too late.
func (w *writer) tookPlace() bool {
	ours, err := w.holds(w.name, w.req.New, w.ours)
	return err == nil && ours
}

// checkReplaced looks at the file that gave way: a change in the last moment,
// after stillThere, went with it.
func (w *writer) checkReplaced() error {
	if w.copied {
		return nil
	}
	unchanged, err := w.holds(w.saved, w.req.Old, w.before)
	if err != nil {
		return w.failed("looking at the file that it replaced", err)
	}
	if !unchanged {
		return w.changed()
	}
	return nil
}

// holds reports whether a name stands for a regular file of this content, and
// of the owner and mode of another file. It does not ask for the same inode, as
// that may change under the hands of an overlay file system.
func (w *writer) holds(name string, content []byte, like state) (bool, error) {
	now, err := w.dir.stat(name)
	if err != nil || !now.alike(like) {
		return false, err
	}
	f, err := w.dir.openFile(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	return hasContent(f, content)
}

// hasContent reads no more than it needs.
func hasContent(f *os.File, content []byte) (bool, error) {
	got, err := io.ReadAll(io.LimitReader(f, int64(len(content))+1))
	return err == nil && bytes.Equal(got, content), err
}

// discard removes a file, but only while it is what it is expected to be: its
// content is known then, and lies elsewhere as well.
func (w *writer) discard(name string, content []byte, like state) error {
	expected, err := w.holds(name, content, like)
	if err != nil {
		return err
	}
	if !expected {
		return errors.New("another program changed it")
	}
	return w.dir.remove(name)
}

// commit ends a writing that went well: the original is removed.
func (w *writer) commit() {
	if w.saved != "" {
		if err := w.discard(w.saved, w.req.Old, w.before); err != nil {
			w.warn("%s is written, but %s, which has its content of before, was not removed (%v); remove it if you do not need it",
				w.req.Path, w.dir.join(w.saved), cause(err))
		}
	}
	if !w.req.Create {
		w.warnLinks(w.before.links())
	}
}

// flush writes the new names to disk. The file has its new content by then, so
// a failure is no error.
func (w *writer) flush() {
	err := w.dir.sync()
	for _, folder := range w.made {
		err = errors.Join(err, syncFolder(filepath.Dir(folder)))
	}
	if err != nil {
		w.warn("%s is written, but its folder could not be flushed to disk (%v); a crash of the machine may bring the old content back",
			w.req.Path, cause(err))
	}
}

// takeBack puts the original in its place again, with its inode and so with all
// that belongs to it, and removes a file that was created. If that fails it
// says which content lies where.
func (w *writer) takeBack() (stuck string) {
	if !w.placed {
		return ""
	}
	ours, err := w.holds(w.name, w.req.New, w.ours)
	switch {
	case err == nil && !ours, errors.Is(err, fs.ErrNotExist):
		return w.req.Path + " was changed by another program meanwhile and is left like that" + w.whereOld()
	case w.req.Create:
		err = w.withdraw(err == nil)
	default:
		err = w.restore() // also if it could not be looked at
	}
	if err == nil {
		w.placed = false
		return ""
	}
	if w.req.Create {
		return fmt.Sprintf("%s, which is new, could not be removed (%v)", w.req.Path, cause(err))
	}
	return fmt.Sprintf("%s could not be brought back (%v) and has its new content%s", w.req.Path, cause(err), w.whereOld())
}

// withdraw takes the name from a file that was created. cleanUp removes it then.
func (w *writer) withdraw(ours bool) error {
	name := w.tempName()
	err := w.dir.renameNew(w.name, name)
	switch {
	case err == nil:
		w.fresh = name
	case ours:
		err = w.dir.remove(w.name)
	}
	return err
}

// restore gives the original its name again. It needs no room on the disk,
// whichever way it goes.
func (w *writer) restore() error {
	if w.swapped {
		err := w.dir.exchange(w.saved, w.name)
		if err != nil && !errors.Is(err, errors.ErrUnsupported) {
			var looked error
			if err, looked = w.swappedBack(err); looked != nil {
				return err // what would be renamed is not known
			}
		}
		if err == nil {
			w.fresh, w.saved = w.saved, ""
			return nil
		}
	}
	err := w.dir.rename(w.saved, w.name)
	if err == nil {
		w.saved = ""
	}
	return err
}

// swappedBack looks whether the names were swapped although an error came back,
// which is nil then. Renaming would wipe the original out.
func (w *writer) swappedBack(err error) (result, looked error) {
	moved, looked := w.holds(w.saved, w.req.New, w.ours)
	if moved {
		err = nil
	}
	return err, looked
}

// whereOld says where the content of before lies, if the file does not have it.
func (w *writer) whereOld() string {
	for _, name := range []string{w.saved, w.backup} {
		if name == "" {
			continue
		}
		if _, err := w.dir.stat(name); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Sprintf("; its old content is in %s: rename that to %s to have it back", w.dir.join(name), w.name)
		}
	}
	if w.req.Create {
		return ""
	}
	return "; its old content is gone from " + w.dir.path
}

// cleanUp removes what stage and place made, after takeBack. It returns what it
// had to leave, with the reason. Nothing that may be the only copy of a content
// is removed.
func (w *writer) cleanUp() (left []string) {
	remove := func(name string, err error) {
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			left = append(left, fmt.Sprintf("%s could not be removed: %v", w.dir.join(name), cause(err)))
		}
	}
	switch {
	case w.fresh != "" && w.tried:
		remove(w.fresh, w.discard(w.fresh, w.req.New, w.ours))
	case w.fresh != "":
		remove(w.fresh, w.dir.remove(w.fresh))
	}
	if w.copy != "" {
		remove(w.copy, w.dir.remove(w.copy))
	}
	if w.placed {
		return left // takeBack failed, so the old content has to stay
	}
	if w.saved != "" {
		remove(w.saved, w.discardSaved())
	}
	if w.backup != "" {
		remove(w.backup, w.dir.remove(w.backup))
	}
	removeFolders(w.made)
	return left
}

// discardSaved removes the second name of the original if the first one has its
// content.
func (w *writer) discardSaved() error {
	if there, err := w.holds(w.name, w.req.Old, w.before); err != nil || !there {
		return errors.Join(errors.New("the file itself has another content"), err)
	}
	return w.dir.remove(w.saved)
}

func (w *writer) close() {
	if w.dir != nil {
		w.dir.close()
	}
}

// readOriginal opens the file, if it is a regular one, and compares it with
// what was linted. The caller closes it.
func (w *writer) readOriginal() (*os.File, error) {
	before, err := w.dir.stat(w.name)
	if err != nil {
		return nil, w.failed("looking at it", err)
	}
	if kind := before.kind(); kind != "" {
		return nil, w.kindRefused(kind)
	}
	w.before = before
	f, err := w.dir.openFile(w.name)
	if err != nil {
		return nil, w.failed("opening it", err)
	}
	if err := w.compare(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// compare refuses an open file that is not the one seen before or whose content
// is not what was linted.
func (w *writer) compare(f *os.File) error {
	now, err := stateOf(f)
	if err != nil {
		return w.failed("looking at it", err)
	}
	unchanged, err := hasContent(f, w.req.Old)
	if err != nil {
		return w.failed("reading it", err)
	}
	if !unchanged || !now.same(w.before) {
		return w.changed()
	}
	return nil
}

// stillThere refuses if anything happened to the original since it was read: to
// its content, owner or mode, to the links that lead to it, or to its folder.
func (w *writer) stillThere() error {
	again, err := resolvePath(w.req.Path)
	if err != nil || again != w.real || !w.dir.unmoved() {
		return w.changed()
	}
	now, err := w.dir.stat(w.name)
	if err != nil || !now.same(w.before) {
		return w.changed()
	}
	f, err := w.dir.openFile(w.name)
	if err != nil {
		return w.failed("opening it again", err)
	}
	defer f.Close()
	return w.compare(f)
}

// newFile makes a file, finished and flushed to disk, and puts its name into
// the field for it. dress sets its owner, mode and the like.
func (w *writer) newFile(name *string, content []byte, dress func(*os.File) error) (state, error) {
	f, err := w.createTemp(name)
	if err != nil {
		return state{}, w.failed("creating a new file in "+w.dir.path, err)
	}
	s, err := w.fill(f, content, dress)
	if err != nil {
		f.Close()
		return s, err
	}
	if err := f.Close(); err != nil {
		return s, w.failed("closing the new file", err)
	}
	return s, nil
}

// fill writes first and dresses then, as writing takes away the setuid bit.
func (w *writer) fill(f *os.File, content []byte, dress func(*os.File) error) (s state, err error) {
	if _, err := f.Write(content); err != nil {
		return s, w.failed("writing the new file", err)
	}
	if err := dress(f); err != nil {
		return s, w.failed("giving the new file the same rights", err)
	}
	if err := f.Sync(); err != nil {
		return s, w.failed("flushing the new file to disk", err)
	}
	if s, err = stateOf(f); err != nil {
		return s, w.failed("looking at the new file", err)
	}
	return s, nil
}

// createTemp makes an empty file with a name that is free, mode 0600.
func (w *writer) createTemp(name *string) (f *os.File, err error) {
	for range 10 {
		temp := w.tempName()
		f, err = w.dir.createFile(temp)
		if err == nil {
			*name = temp
			return f, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return nil, err
}

// tempName makes up a name that Include patterns skip, and that is no name of a
// backup.
func (w *writer) tempName() string {
	// A name may have 255 bytes; what is added needs far less than 55.
	return tempPrefix(w.name[:min(len(w.name), longestName)]) + strings.ToLower(rand.Text()[:10])
}

const longestName = 200

// tempPrefix begins the names of temporary files and backups.
func tempPrefix(name string) string { return "." + name + ".sshvet-" }

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
		w.warn("%s had %d names (hard links); the other names of the file keep the old content", w.req.Path, links)
	}
}

func (w *writer) warn(format string, args ...any) {
	w.warnings = append(w.warnings, fmt.Sprintf(format, args...))
}

// writeError is a sentence for the user that wraps the errors behind it.
type writeError struct {
	what    string // happened
	outcome string // for the files; "" where that goes without saying
	advice  string // what to do; "" where there is none
	aside   string // what else is to be known, or ""
	errs    []error
}

func (e *writeError) Error() string {
	sentence := e.what
	for _, part := range []string{e.outcome, e.advice} {
		if part != "" {
			sentence += "; " + part
		}
	}
	if e.aside != "" {
		sentence += " (" + e.aside + ")"
	}
	return sentence
}

func (e *writeError) Unwrap() []error { return e.errs }

func newError(what, outcome, advice string, err error) *writeError {
	return &writeError{what: what, outcome: outcome, advice: advice, errs: []error{err}}
}

const nothingWritten = "nothing was written"

func (w *writer) changed() error {
	return newError(w.req.Path+" changed while sshvet was looking at it", nothingWritten, "run the command again", ErrChanged)
}

func (w *writer) exists(what, advice string, err error) error {
	return newError(w.req.Path+" "+what, nothingWritten, advice, err)
}

func (w *writer) kindRefused(kind string) error {
	return newError(w.req.Path+" is "+kind, nothingWritten, "name a regular file",
		&fs.PathError{Op: "write", Path: w.req.Path, Err: fs.ErrInvalid})
}

// failed is the error of a step that the operating system refused.
func (w *writer) failed(step string, err error) error {
	return newError(fmt.Sprintf("%s was not written: %s: %v", w.req.Path, step, cause(err)), "", advice(err), err)
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
