// Package hookfile puts a part of sshvet into a hook, as git and Kamal run
// them, and takes it away again.
//
// A hook that is there already is not edited, whatever language it is in: it
// gets another name in its folder, where nobody looks for it, and the new hook
// runs it first. It stays the very same file (or symbolic link), so that taking
// the part away is one renaming that brings back every byte, mode and owner.
// The price is that the old hook sees its other name in $0.
package hookfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/fix"
)

// Outcome is what became of a hook.
type Outcome int

const (
	// Nothing: the hook is as it was, because it was as asked for.
	Nothing Outcome = iota
	// Made: there was no hook, and there is one now.
	Made
	// Chained: the hook of before has another name, and the new hook runs it.
	Chained
	// Updated: another version of the part gave way to this one.
	Updated
	// Removed: the hook is gone, because nothing but the part was in it.
	Removed
	// Restored: the hook of before has its name again.
	Restored
	// Shortened: the part is gone, and the user's lines around it stay.
	Shortened
)

// Result tells what was done.
type Result struct {
	Outcome Outcome
	// Old is the path of the hook of before while it has another name, or "". With
	// Shortened it still runs first: two lines for that are left in the hook.
	Old string
	// Copy is the path of a copy of the hook with the edited part, or "".
	Copy string
	// Warnings are whole sentences for the user.
	Warnings []string
}

// largest is the size in bytes up to which a hook is searched for the part.
// Nobody edits more into what sshvet made.
const largest = 1 << 20

// Install makes a hook with the part, puts the part in front of a hook that is
// there, or brings the part in it up to date. Twice is the same as once. The
// folder must exist. A hook without the right to be executed keeps its mode, if
// it is not sshvet's own, and is warned about.
//
// At each moment the path has its old content or its new one, whole; only where
// the file system has no hard links the name is missing for a moment, and the
// content is next to it. An error is one sentence, and means that all is as it
// was.
func Install(path string, part Part) (Result, error) {
	h, err := look(path)
	switch {
	case err != nil:
		return Result{}, err
	case h.info == nil:
		return create(path, part)
	case !h.own:
		return chain(h, part)
	}
	return update(h, part)
}

// Uninstall takes the part away. Without one nothing is done. Lines that
// somebody put around the part stay; of a part that was edited a copy of the
// whole hook is kept.
func Uninstall(path string) (Result, error) {
	h, err := look(path)
	var other *noHook
	switch {
	case errors.As(err, &other):
		return Result{}, nil
	case err != nil:
		return Result{}, err
	case h.info == nil || !h.own:
		return Result{}, nil
	case h.link:
		return Result{}, fmt.Errorf("%s is a symbolic link, and the file behind it has sshvet's part; take the lines from '# >>> sshvet hook' to '%s' out of it by hand", path, endMark)
	}
	return h.remove()
}

// hook is a hook as it was found.
type hook struct {
	path string
	info fs.FileInfo // of the name itself; nil: there is none
	link bool        // the name is a symbolic link
	exec bool        // it may be executed
	data []byte      // the content, if it is not larger than largest
	own  bool        // it has sshvet's part, or pieces of it
	at   place
}

// noHook is the error of a name that stands for no file that could be a hook,
// and so for nothing that Install left.
type noHook struct{ msg string }

func (e *noHook) Error() string { return e.msg }

// look reads a hook, or finds that there is none.
func look(path string) (*hook, error) {
	h := &hook{path: path}
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, failed(path, "it cannot be looked at", err)
	}
	h.info, h.link = info, info.Mode()&fs.ModeSymlink != 0
	target, err := os.Stat(path)
	switch {
	case h.link && errors.Is(err, fs.ErrNotExist):
		return nil, &noHook{path + " is a symbolic link to a file that does not exist; make that file, or remove the link"}
	case err != nil:
		return nil, failed(path, "it cannot be looked at", err)
	case target.IsDir():
		return nil, &noHook{path + " is a folder, where a hook has to be a file; move it away"}
	case !target.Mode().IsRegular():
		return nil, &noHook{path + " is no regular file; move it away"}
	}
	h.exec = target.Mode().Perm()&0o111 != 0 || windows
	if target.Size() > largest {
		return h, nil
	}
	if h.data, err = os.ReadFile(path); err != nil {
		return nil, failed(path, "it cannot be read", err)
	}
	return h, h.search()
}

// search looks for the part in the content.
func (h *hook) search() error {
	var whole bool
	if h.at, h.own, whole = find(string(h.data)); !whole {
		return fmt.Errorf("%s has marks of sshvet that do not belong together; take the lines from '# >>> sshvet hook' to '%s' out of it by hand and run the command again", h.path, endMark)
	}
	if h.at.chained != "" && !isOldName(filepath.Base(h.path), h.at.chained) {
		h.at.chained = "" // somebody's own line, and no name to rename
	}
	return nil
}

// create makes a hook where there is none.
func create(path string, part Part) (Result, error) {
	done, err := fix.Write(fix.WriteRequest{Path: path, New: []byte(shebang + part.text("")), Create: true, Mode: 0o755})
	if err != nil {
		return Result{}, err
	}
	r := Result{Outcome: Made, Warnings: done}
	if old := path + oldSuffix; exists(old) {
		r.warn("%s, a hook of before, is not run, because there was no %s that did; rename it to %[2]s and run the command again if it should run", old, filepath.Base(path))
	}
	return r, nil
}

// update brings sshvet's part of a hook up to date.
func update(h *hook, part Part) (Result, error) {
	if h.at.edited {
		return Result{}, fmt.Errorf("%s: the lines between sshvet's marks were edited, so they are left as they are; to have them anew, uninstall the hook (a copy is kept then) and install it again", h.path)
	}
	r := Result{}
	if h.at.chained != "" {
		r.Old = filepath.Join(filepath.Dir(h.path), h.at.chained)
		r.warnOld(r.Old, part.PassInert)
	}
	text := part.text(h.at.chained)
	if sameLines(text, h.at.part) {
		return r, h.makeExecutable(&r)
	}
	warnings, err := fix.Write(fix.WriteRequest{Path: h.path, Old: h.data, New: []byte(h.at.before + text + h.at.after)})
	if err != nil {
		return Result{}, err
	}
	r.Outcome, r.Warnings = Updated, append(r.Warnings, warnings...)
	return r, h.makeExecutable(&r)
}

// makeExecutable gives sshvet's own hook the right to be executed, to everybody
// who may read it, if nobody has it.
func (h *hook) makeExecutable(r *Result) error {
	if h.exec {
		return nil
	}
	info, err := os.Stat(h.path)
	if err == nil {
		mode := info.Mode().Perm()
		err = os.Chmod(h.path, mode|mode&0o444>>2)
	}
	if err != nil {
		return failed(h.path, "it is not executable, and cannot be made so", err)
	}
	r.warn("%s was not executable; it is now", h.path)
	return nil
}

// remove takes the part out of a hook.
func (h *hook) remove() (Result, error) {
	r := Result{Old: h.oldHook()}
	switch {
	case h.at.chained != "" && r.Old == "":
		r.warn("%s, the hook of before, is gone", h.at.chained)
	case h.at.chained == "" && exists(h.path+oldSuffix):
		r.warn("%s is left where it is, as this hook did not run it", h.path+oldSuffix)
	}
	if err := h.keepEdited(&r); err != nil {
		return Result{}, err
	}
	err := h.takeOut(&r)
	if err != nil {
		if r.Copy != "" {
			os.Remove(r.Copy)
		}
		return Result{}, err
	}
	return r, nil
}

// oldHook is the path of the hook of before, "" if there is none.
func (h *hook) oldHook() string {
	if h.at.chained == "" {
		return ""
	}
	old := filepath.Join(filepath.Dir(h.path), h.at.chained)
	if !exists(old) {
		return ""
	}
	return old
}

// keepEdited keeps a copy of a hook whose part was edited: what of it is the
// user's cannot be told.
func (h *hook) keepEdited(r *Result) error {
	if !h.at.edited {
		return nil
	}
	path, err := freeName(h.path+".edited", nil)
	if err != nil {
		return err
	}
	warnings, err := fix.Write(fix.WriteRequest{Path: path, New: h.data, Create: true, Mode: h.info.Mode().Perm()})
	if err != nil {
		return err
	}
	r.Copy, r.Warnings = path, append(r.Warnings, warnings...)
	return nil
}

func (h *hook) takeOut(r *Result) error {
	if !h.at.alone() {
		// What the user wrote into this hook goes on, and so does the hook of
		// before, as it cannot have its name back.
		chained := ""
		if r.Old != "" {
			chained = h.at.chained
		}
		warnings, err := fix.Write(fix.WriteRequest{Path: h.path, Old: h.data, New: []byte(h.at.before + chainText(chained, h.at.passInert) + h.at.after)})
		r.Outcome, r.Warnings = Shortened, append(r.Warnings, warnings...)
		return err
	}
	if err := h.unchanged(); err != nil {
		return err
	}
	defer syncFolder(h.path)
	if r.Old == "" {
		r.Outcome = Removed
		if err := os.Remove(h.path); err != nil {
			return failed(h.path, "it cannot be removed", err)
		}
		return nil
	}
	if err := os.Rename(r.Old, h.path); err != nil {
		return failed(h.path, "the hook of before, "+r.Old+", cannot have its name back", err)
	}
	r.Outcome, r.Old = Restored, ""
	return nil
}

// unchanged refuses if a hook is no longer what look has read.
func (h *hook) unchanged() error {
	now, err := os.Lstat(h.path)
	if err != nil || !os.SameFile(now, h.info) || now.Size() != h.info.Size() || !now.ModTime().Equal(h.info.ModTime()) {
		return changed(h.path)
	}
	return nil
}

// windows knows no right to execute.
const windows = runtime.GOOS == "windows"

const oldSuffix = ".before-sshvet"

// isOldName reports whether a name is one that Install gives to a hook of
// before.
func isOldName(hook, name string) bool {
	number, ok := strings.CutPrefix(name, hook+oldSuffix)
	return ok && (number == "" || len(number) > 1 && number[0] == '-' && strings.Trim(number[1:], "0123456789") == "")
}

// freeName is the first of path, path-2, path-3 and so on that does not exist,
// or that mine says may be taken.
func freeName(path string, mine func(string) bool) (string, error) {
	name := path
	for n := 2; exists(name) && (mine == nil || !mine(name)); n++ {
		if n > 99 {
			return "", fmt.Errorf("%s and 98 more of that name exist; remove some", path)
		}
		name = path + "-" + strconv.Itoa(n)
	}
	return name, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func (r *Result) warn(format string, args ...any) {
	r.Warnings = append(r.Warnings, fmt.Sprintf(format, args...))
}

// failed is the error of what the operating system refused.
func failed(path, what string, err error) error {
	return fmt.Errorf("%s: %s: %w", path, what, cause(err))
}

// cause is an error less the system call and the path, which the sentence has.
func cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

func changed(path string) error {
	return fmt.Errorf("%s changed while sshvet was looking at it; nothing was done; run the command again", path)
}
