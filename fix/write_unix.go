//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package fix

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// folder is an open folder. Its methods take the names of files in it.
type folder struct {
	path string
	f    *os.File
}

// openFolder opens a folder; path is absolute and without links.
func openFolder(path string) (*folder, error) {
	f, err := openAt(unix.AT_FDCWD, path, path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	return &folder{path: path, f: f}, nil
}

// openAt opens a file; path is only what errors name.
func openAt(at int, name, path string, flags int, mode uint32) (*os.File, error) {
	var fd int
	err := retry(func() (err error) {
		fd, err = unix.Openat(at, name, flags|unix.O_CLOEXEC, mode)
		return err
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

// retry repeats a system call that a signal interrupted.
func retry(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}

func (d *folder) fd() int                 { return int(d.f.Fd()) }
func (d *folder) join(name string) string { return filepath.Join(d.path, name) }
func (d *folder) close()                  { d.f.Close() }

// openFile opens a file for reading. It does not follow a link, and O_NONBLOCK
// keeps it from hanging if a FIFO has taken the place of the file meanwhile.
func (d *folder) openFile(name string) (*os.File, error) {
	return openAt(d.fd(), name, d.join(name), unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
}

// createFile creates a file that does not exist, mode 0600, for writing.
func (d *folder) createFile(name string) (*os.File, error) {
	return openAt(d.fd(), name, d.join(name), unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW, 0o600)
}

// stat does not follow links.
func (d *folder) stat(name string) (s state, err error) {
	err = retry(func() error { return unix.Fstatat(d.fd(), name, &s.Stat_t, unix.AT_SYMLINK_NOFOLLOW) })
	if err != nil {
		err = &fs.PathError{Op: "stat", Path: d.join(name), Err: err}
	}
	return s, err
}

func (d *folder) remove(name string) error {
	err := retry(func() error { return unix.Unlinkat(d.fd(), name, 0) })
	if err != nil {
		return &fs.PathError{Op: "remove", Path: d.join(name), Err: err}
	}
	return nil
}

// rename replaces new, if it exists.
func (d *folder) rename(old, new string) error {
	return d.linkError(old, new, retry(func() error { return unix.Renameat(d.fd(), old, d.fd(), new) }))
}

// exchange swaps the names of two files in one step, so that at no moment
// either name is missing. Its error is errors.ErrUnsupported where the system or
// the file system cannot do that.
func (d *folder) exchange(a, b string) error {
	err := retry(func() error { return renameSwap(d.fd(), a, b) })
	if noSuchRename(err) {
		return errors.ErrUnsupported
	}
	return d.linkError(a, b, err)
}

// noSuchRename reports whether a kind of renaming is not known here.
func noSuchRename(err error) bool {
	return errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.EOPNOTSUPP)
}

// renameNew fails with an error that is fs.ErrExist if new exists. It falls
// back to a hard link, and where the file system has none (FAT) to looking
// first.
func (d *folder) renameNew(old, new string) error {
	err := retry(func() error { return renameExclusive(d.fd(), old, new) })
	if noSuchRename(err) {
		return d.linkNew(old, new)
	}
	return d.linkError(old, new, err)
}

func (d *folder) linkNew(old, new string) error {
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
	if _, err := d.stat(new); err == nil {
		return d.linkError(old, new, unix.EEXIST)
	}
	return d.rename(old, new)
}

// link gives a file a second name. It does not follow a symbolic link.
func (d *folder) link(old, new string) error {
	return d.linkError(old, new, retry(func() error { return unix.Linkat(d.fd(), old, d.fd(), new, 0) }))
}

func (d *folder) linkError(old, new string, err error) error {
	if err == nil {
		return nil
	}
	return &os.LinkError{Op: "rename", Old: d.join(old), New: d.join(new), Err: err}
}

// unmoved reports whether the path still leads to this folder.
func (d *folder) unmoved() bool {
	now, err := os.Lstat(d.path)
	if err != nil {
		return false
	}
	open, err := d.f.Stat()
	return err == nil && os.SameFile(now, open)
}

// sync flushes the names in the folder to disk.
func (d *folder) sync() error {
	err := d.f.Sync()
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) {
		return nil // some network file systems cannot, and need not
	}
	return err
}

func syncFolder(path string) error {
	d, err := openFolder(path)
	if err != nil {
		return err
	}
	defer d.close()
	return d.sync()
}

// state is what a file looked like at one moment.
type state struct{ unix.Stat_t }

func stateOf(f *os.File) (s state, err error) {
	err = retry(func() error { return unix.Fstat(int(f.Fd()), &s.Stat_t) })
	if err != nil {
		err = &fs.PathError{Op: "stat", Path: f.Name(), Err: err}
	}
	return s, err
}

// same reports whether both are the same file, and nothing happened to it in
// between. The change time covers owner, mode, names and attributes.
func (s state) same(o state) bool {
	return s.Dev == o.Dev && s.Ino == o.Ino && s.Mode == o.Mode && s.Size == o.Size &&
		s.Mtim == o.Mtim && s.Ctim == o.Ctim
}

// sameFile reports whether both are one file, perhaps by different names.
func (s state) sameFile(o state) bool { return s.Dev == o.Dev && s.Ino == o.Ino }

// alike reports whether both have the same kind, mode, owner and size. A
// renaming changes none of them, as it does the change time.
func (s state) alike(o state) bool {
	return s.Mode == o.Mode && s.Size == o.Size && s.sameOwner(o) && s.Gid == o.Gid
}

func (s state) sameOwner(o state) bool { return s.Uid == o.Uid }

// links is the number of names the file has.
func (s state) links() uint64 { return uint64(s.Nlink) }

// permissions are the mode bits with setuid, setgid and sticky.
func (s state) permissions() uint32 { return uint32(s.Mode) & 0o7777 }

// kind names what is not a regular file; it is "" for one that is.
func (s state) kind() string {
	switch uint32(s.Mode) & unix.S_IFMT {
	case unix.S_IFREG:
		return ""
	case unix.S_IFDIR:
		return "a folder"
	case unix.S_IFIFO:
		return "a named pipe (FIFO)"
	case unix.S_IFCHR, unix.S_IFBLK:
		return "a device"
	case unix.S_IFSOCK:
		return "a socket"
	}
	return "no regular file"
}

// notKept says what a new file never keeps of the original.
const notKept = ""

// keepAttributes gives the new file the owner, group, extended attributes and
// mode of the original. The mode comes last: chown takes away setuid, and the
// group bits of a file with an ACL would, without the ACL, open it to its group.
func keepAttributes(original *os.File, want state, temp *os.File) error {
	if err := keepOwner(want, temp); err != nil {
		return err
	}
	if err := copyXattrs(original, temp); err != nil {
		return err
	}
	return keepMode(want, temp)
}

// keepOwner asks for no more than what differs: the group alone may be changed
// by any member of it.
func keepOwner(want state, temp *os.File) error {
	now, err := stateOf(temp)
	if err != nil {
		return err
	}
	uid, gid := -1, -1
	if now.Uid != want.Uid {
		uid = int(want.Uid)
	}
	if now.Gid != want.Gid {
		gid = int(want.Gid)
	}
	if uid == -1 && gid == -1 {
		return nil
	}
	if err := temp.Chown(uid, gid); err != nil {
		return &keepError{fmt.Sprintf("the owner %d and group %d", want.Uid, want.Gid), err}
	}
	return nil
}

// keepMode looks at the result, as the system drops the setgid bit without an
// error for who is no member of the group.
func keepMode(want state, temp *os.File) error {
	mode := want.permissions()
	err := retry(func() error { return unix.Fchmod(int(temp.Fd()), mode) })
	now, statErr := stateOf(temp)
	if statErr != nil {
		return statErr
	}
	if now.permissions() == mode {
		return nil // also where the file system knows one mode only and refuses any
	}
	if err == nil {
		err = unix.EPERM
	}
	return &keepError{fmt.Sprintf("the mode %04o", mode), err}
}

func diskFull(err error) bool {
	return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT)
}

// morePrivilege says what to do if something is not permitted.
func morePrivilege() string {
	if os.Geteuid() == 0 {
		return "root is refused too, so the file or its folder is locked (lsattr, on macOS ls -lO) or the file system does not have it"
	}
	return "run the command with sudo"
}
