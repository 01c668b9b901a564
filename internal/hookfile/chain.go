package hookfile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// chain gives a hook another name and puts one in its place that runs it.
func chain(h *hook, part Part) (Result, error) {
	old, err := freeName(h.path+oldSuffix, h.isMine)
	if err != nil {
		return Result{}, err
	}
	temp, err := finished(h.path, shebang+part.text(filepath.Base(old)))
	if err != nil {
		return Result{}, failed(h.path, "a new hook cannot be written next to it", err)
	}
	if err := h.swap(temp, old); err != nil {
		os.Remove(temp)
		return Result{}, err
	}
	syncFolder(h.path)
	r := Result{Outcome: Chained, Old: old}
	r.warnOld(old, part.PassInert)
	if readsOwnName(h.data) {
		r.warn("the hook of before looks at its own name, which is %s now; see whether it minds", filepath.Base(old))
	}
	return r, nil
}

// readsOwnName finds scripts that act on the name they are called by: in a shell
// $0 (what is before its last / is the folder, and no matter), in others the
// name of the running file.
func readsOwnName(script []byte) bool {
	const (
		shell  = `\$\{0##|\bcase[ \t]+"?(\$0|\$\{0\})"?[ \t]+in\b`
		called = `basename[^\n]*(\$0|\$\{0\}|BASH_SOURCE|\$PROGRAM_NAME|__FILE__|__file__|__filename|argv\[[01]\])`
		python = `Path\((__file__|sys\.argv\[0\])\)[^\n]*\.(name|stem)\b|(__file__|argv\[0\])\.(endswith|r?split|r?partition)\(`
		perl   = `\$0 *(=~|eq\b)`
	)
	return regexp.MustCompile(shell + `|` + called + `|` + python + `|` + perl).Match(script)
}

// warnOld warns about a hook of before that cannot run. Its mode is the user's.
func (r *Result) warnOld(old string, passInert bool) {
	info, err := os.Stat(old)
	switch {
	case err != nil:
		r.warn("%s, the hook of before, which runs first, is gone, so the hook fails; bring it back, or uninstall the hook and install it again", old)
	case info.Mode().Perm()&0o111 == 0 && !windows && passInert:
		r.warn("%s, the hook of before, is not executable, so it is passed over, as git did before; if it should run: chmod +x %s", old, quote(old))
	case info.Mode().Perm()&0o111 == 0 && !windows:
		r.warn("%s, the hook of before, is not executable, so it fails (Permission denied), as it did before; run: chmod +x %s; or delete what it should not do", old, quote(old))
	}
}

// isMine reports whether a name was given to the hook already, by a run that
// was killed before it was done.
func (h *hook) isMine(name string) bool {
	info, err := os.Lstat(name)
	if err != nil {
		return false
	}
	if !h.link {
		return os.SameFile(info, h.info)
	}
	a, errA := os.Readlink(h.path)
	b, errB := os.Readlink(name)
	return errA == nil && errB == nil && a == b
}

// swap gives the hook its other name, and its own to the file temp. A hard link
// first, so that at no moment the name is missing; where there are none the
// hook is renamed.
func (h *hook) swap(temp, old string) error {
	had := exists(old)
	if !had {
		err := h.secondName(old)
		if errors.Is(err, fs.ErrExist) {
			return changed(h.path) // another sshvet is at it
		}
		if err != nil {
			return h.swapByRename(temp, old)
		}
	}
	if !h.unmoved() || !h.isMine(old) {
		return changed(h.path) // the other name stays: whoever was here may count on it
	}
	if err := os.Rename(temp, h.path); err != nil {
		if !had && h.unmoved() {
			os.Remove(old)
		}
		return failed(h.path, "it cannot be replaced", err)
	}
	return nil
}

// unmoved reports whether the name still stands for the file that look found.
func (h *hook) unmoved() bool {
	now, err := os.Lstat(h.path)
	return err == nil && os.SameFile(now, h.info)
}

// secondName gives the hook another name beside its own. A link is made anew,
// as some systems make a hard link to the file behind it.
func (h *hook) secondName(name string) error {
	if !h.link {
		return os.Link(h.path, name)
	}
	target, err := os.Readlink(h.path)
	if err != nil {
		return err
	}
	return os.Symlink(target, name)
}

// swapByRename must not rename what another sshvet made meanwhile over the hook
// of before.
func (h *hook) swapByRename(temp, old string) error {
	if !h.unmoved() || exists(old) {
		return changed(h.path)
	}
	if err := os.Rename(h.path, old); err != nil {
		return failed(h.path, "it cannot be renamed to "+filepath.Base(old), err)
	}
	if err := os.Rename(temp, h.path); err != nil {
		if back := os.Rename(old, h.path); back != nil {
			return failed(h.path, "it is now called "+old+"; rename it back; the new hook cannot take its place", err)
		}
		return failed(h.path, "it cannot be replaced", err)
	}
	return nil
}

// finished writes an executable file next to a hook, flushed to disk, under a
// name that nobody runs. The caller renames or removes it.
func finished(path, text string) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".sshvet-*")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err = f.WriteString(text); err != nil {
		return "", err
	}
	if err = chmod(f, 0o755); err != nil {
		return "", err
	}
	if err = f.Sync(); err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// chmod does nothing on Windows, which knows no right to execute.
func chmod(f *os.File, mode fs.FileMode) error {
	if windows {
		return nil
	}
	return f.Chmod(mode)
}

// syncFolder flushes new names to disk, where that can be done. All is in its
// place without.
func syncFolder(path string) {
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		dir.Sync()
		dir.Close()
	}
}

// sameLines does not tell CR LF from LF.
func sameLines(a, b string) bool {
	return bytes.Equal(plainLines(a), plainLines(b))
}

func plainLines(s string) []byte { return []byte(strings.ReplaceAll(s, "\r\n", "\n")) }

// quote puts a path so that a POSIX shell takes it as one word.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
