//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package fix

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// folder is a folder by its path. Its methods take the names of files in it.
type folder struct{ path string }

// openFolder checks that path is a folder.
func openFolder(path string) (*folder, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.ENOTDIR}
	}
	return &folder{path: path}, nil
}

func (d *folder) join(name string) string { return filepath.Join(d.path, name) }
func (d *folder) close()                  {}
func (d *folder) unmoved() bool           { return true }

func (d *folder) openFile(name string) (*os.File, error) { return os.Open(d.join(name)) }

// createFile creates a file that does not exist, for writing.
func (d *folder) createFile(name string) (*os.File, error) {
	return os.OpenFile(d.join(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// stat does not follow links.
func (d *folder) stat(name string) (state, error) {
	info, err := os.Lstat(d.join(name))
	if err == nil {
		// Windows looks up which file it is when that is asked for the first
		// time, by the path, which may be that of another file by then.
		os.SameFile(info, info)
	}
	return state{info}, err
}

func (d *folder) remove(name string) error { return os.Remove(d.join(name)) }

// rename replaces new, if it exists. On Windows it fails if another program has
// the file open without sharing it.
func (d *folder) rename(old, new string) error { return os.Rename(d.join(old), d.join(new)) }

// exchange is not known here.
func (d *folder) exchange(_, _ string) error { return errors.ErrUnsupported }

// link gives a file a second name.
func (d *folder) link(old, new string) error { return os.Link(d.join(old), d.join(new)) }

// renameNew fails with an error that is fs.ErrExist if new exists. Where the
// file system has no hard links (FAT) it looks first.
func (d *folder) renameNew(old, new string) error {
	err := d.link(old, new)
	if err == nil {
		err = d.remove(old)
		if err != nil {
			_ = d.remove(new) // so that a failure leaves everything as it was
		}
		return err
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(d.join(new)); err == nil {
		return &os.LinkError{Op: "rename", Old: d.join(old), New: d.join(new), Err: fs.ErrExist}
	}
	return d.rename(old, new)
}

// sync does nothing: Windows does not flush folders.
func (d *folder) sync() error { return nil }

func syncFolder(string) error { return nil }

// state is what a file looked like at one moment.
type state struct{ info fs.FileInfo }

func stateOf(f *os.File) (state, error) {
	info, err := f.Stat()
	return state{info}, err
}

// same reports whether both are the same file, and nothing happened to it in
// between.
func (s state) same(o state) bool {
	return os.SameFile(s.info, o.info) && s.info.Mode() == o.info.Mode() &&
		s.info.Size() == o.info.Size() && s.info.ModTime().Equal(o.info.ModTime())
}

// sameFile reports whether both are one file, perhaps by different names.
func (s state) sameFile(o state) bool { return os.SameFile(s.info, o.info) }

// alike reports whether both have the same kind, mode and size.
func (s state) alike(o state) bool {
	return s.info.Mode() == o.info.Mode() && s.info.Size() == o.info.Size()
}

// sameOwner does not know the owners.
func (s state) sameOwner(state) bool { return true }

// links is not known here.
func (s state) links() uint64 { return 1 }

// kind names what is not a regular file; it is "" for one that is.
func (s state) kind() string {
	switch {
	case s.info.Mode().IsRegular():
		return ""
	case s.info.IsDir():
		return "a folder"
	}
	return "no regular file"
}

// notKept says what a new file never keeps of the original.
const notKept = "the new file has the owner and the permissions that its folder hands down, and no alternate streams; " +
	"if the old file had others, set them again (look at them with icacls)"

// keepAttributes keeps nothing but the read-only mark: the owner and the ACL of
// the new file are what its folder hands down, and alternate streams are lost.
func keepAttributes(_ *os.File, want state, temp *os.File) error {
	if err := os.Chmod(temp.Name(), want.info.Mode().Perm()); err != nil {
		return &keepError{"the read-only mark", err}
	}
	return nil
}

// diskFull knows the codes of Windows as well: ERROR_HANDLE_DISK_FULL (39),
// ERROR_DISK_FULL (112) and ERROR_DISK_QUOTA_EXCEEDED (1295).
func diskFull(err error) bool {
	var code syscall.Errno
	if errors.As(err, &code) {
		return code == 39 || code == 112 || code == 1295 || code == syscall.ENOSPC
	}
	return false
}

// morePrivilege says what to do if something is not permitted.
func morePrivilege() string {
	return "close the programs that have the file open, or run the command as an administrator"
}
