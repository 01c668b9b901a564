//go:build unix

package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"

	"github.com/moby/sys/user"
	"golang.org/x/sys/unix"
)

// mayWrite reports whether this user may replace a file, or create one that does
// not exist. false means that root could do it; where the reason is another one
// (a file system that is read-only), it is true, so that the writing itself
// says why. It looks at the folder of the file behind all links, as fix.Write
// renames a new file into its place, and at the owner and group of the file, as
// the new one must get the same. Access lists and file flags count only as far
// as the system call access(2) knows them.
func mayWrite(path string) bool {
	euid := os.Geteuid()
	if euid == 0 {
		return true
	}
	real, err := realPath(path)
	if err != nil {
		return !errors.Is(err, fs.ErrPermission)
	}
	dir := existingFolder(filepath.Dir(real))
	err = unix.Faccessat(unix.AT_FDCWD, dir, unix.R_OK|unix.W_OK|unix.X_OK, unix.AT_EACCESS)
	if errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) {
		return false
	}
	return mayKeepOwner(real, dir, euid)
}

// realPath follows links; a file that does not exist is itself.
func realPath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(abs)
	if errors.Is(err, fs.ErrNotExist) {
		return abs, nil
	}
	return real, err
}

// existingFolder returns dir or the nearest folder above it that exists.
func existingFolder(dir string) string {
	for {
		_, err := os.Stat(dir)
		if !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

// mayKeepOwner reports whether a new file can get the owner and group of the
// old one. Only root gives files away; a group is open to its members, or
// comes from the folder. That also covers folders with the sticky bit, in which
// only the owner of a file may replace it.
func mayKeepOwner(file, dir string, euid int) bool {
	var old, folder unix.Stat_t
	if unix.Stat(file, &old) != nil || unix.Stat(dir, &folder) != nil {
		return true // it is to be created
	}
	return int(old.Uid) == euid && mayKeepGroup(&old, &folder)
}

func mayKeepGroup(old, folder *unix.Stat_t) bool {
	// Linux hands down the group of a folder only if its setgid bit is set.
	inherits := old.Gid == folder.Gid && (runtime.GOOS != "linux" || uint32(folder.Mode)&unix.S_ISGID != 0)
	groups, err := os.Getgroups()
	return err != nil || int(old.Gid) == os.Getegid() || inherits || slices.Contains(groups, int(old.Gid))
}

// foreignGroup is the group that keeps the caller from replacing a file of their
// own: they are no member, so that a new file cannot get it; "" where it is
// something else.
func foreignGroup(path string) string {
	real, err := realPath(path)
	if err != nil {
		return ""
	}
	var old, folder unix.Stat_t
	if unix.Stat(real, &old) != nil || unix.Stat(filepath.Dir(real), &folder) != nil {
		return ""
	}
	if int(old.Uid) != os.Geteuid() || mayKeepGroup(&old, &folder) || unix.Faccessat(unix.AT_FDCWD, filepath.Dir(real), unix.W_OK|unix.X_OK, unix.AT_EACCESS) != nil {
		return ""
	}
	groups, err := user.ParseGroupFileFilter("/etc/group", func(g user.Group) bool { return g.Gid == int(old.Gid) })
	if err != nil || len(groups) == 0 {
		return strconv.Itoa(int(old.Gid))
	}
	return groups[0].Name
}
