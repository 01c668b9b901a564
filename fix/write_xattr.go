//go:build linux || darwin

package fix

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// copyXattrs gives a file the extended attributes of another one. It sets only
// what differs, so that a label the folder hands down needs no privilege.
func copyXattrs(from, to *os.File) error {
	names, err := listXattrs(from)
	if err != nil {
		return &keepError{"the extended attributes", err}
	}
	for _, name := range names {
		if slices.Contains(systemXattrs, name) {
			continue
		}
		if err := copyXattr(from, to, name); err != nil {
			return &keepError{"the extended attribute " + name, err}
		}
	}
	return dropInheritedACL(to, names)
}

func copyXattr(from, to *os.File, name string) error {
	want, err := getXattr(from, name)
	if errors.Is(err, noXattr) {
		return nil // gone since it was listed; stillThere sees that
	}
	if err != nil {
		return err
	}
	if have, err := getXattr(to, name); err == nil && bytes.Equal(have, want) {
		return nil
	}
	return xattrError(to, retry(func() error { return unix.Fsetxattr(int(to.Fd()), name, want, 0) }))
}

// listXattrs returns no names where the file system has no attributes.
func listXattrs(f *os.File) ([]string, error) {
	list, err := sized(func(dest []byte) (int, error) { return unix.Flistxattr(int(f.Fd()), dest) })
	if errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOSYS) {
		return nil, nil
	}
	return strings.FieldsFunc(string(list), func(r rune) bool { return r == 0 }), xattrError(f, err)
}

func getXattr(f *os.File, name string) ([]byte, error) {
	value, err := sized(func(dest []byte) (int, error) { return unix.Fgetxattr(int(f.Fd()), name, dest) })
	return value, xattrError(f, err)
}

// sized calls get for the size and then for the content, again if the content
// grew in between.
func sized(get func(dest []byte) (int, error)) ([]byte, error) {
	for {
		size, err := get(nil)
		if err == unix.EINTR {
			continue
		}
		if err != nil || size == 0 {
			return nil, err
		}
		dest := make([]byte, size)
		n, err := get(dest)
		if err == unix.ERANGE || err == unix.EINTR {
			continue
		}
		return dest[:max(n, 0)], err
	}
}

func xattrError(f *os.File, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: "xattr", Path: f.Name(), Err: err}
}
