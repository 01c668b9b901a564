package fix

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// setXattr skips the test where the file system has no such attribute.
func setXattr(t *testing.T, path, name string, value []byte) {
	t.Helper()
	err := unix.Setxattr(path, name, value, 0)
	if errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.EPERM) {
		t.Skipf("cannot set %s here: %v", name, err)
	}
	must(t, err)
}

func xattr(t *testing.T, path, name string) []byte {
	t.Helper()
	value := make([]byte, 64<<10)
	n, err := unix.Getxattr(path, name, value)
	if errors.Is(err, unix.ENODATA) {
		return nil
	}
	must(t, err)
	return value[:n]
}

// acl returns the POSIX ACL that gives user 1000 these rights, as the kernel
// takes it: a version, then tag, rights and id of each entry.
func acl(user, group, mask uint16) []byte {
	const none = 0xffffffff
	out := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range []struct {
		tag, rights uint16
		id          uint32
	}{{1, 6, none}, {2, user, 1000}, {4, group, none}, {0x10, mask, none}, {0x20, 0, none}} {
		out = binary.LittleEndian.AppendUint16(out, e.tag)
		out = binary.LittleEndian.AppendUint16(out, e.rights)
		out = binary.LittleEndian.AppendUint32(out, e.id)
	}
	return out
}

func TestWriteKeepsXattrs(t *testing.T) {
	path := oldFile(t)
	values := map[string][]byte{
		"user.x":     []byte("a\x00b"),
		"user.empty": {},
		"user.large": bytes.Repeat([]byte("x"), 2000),
	}
	for name, value := range values {
		setXattr(t, path, name, value)
	}
	// The owner cannot write the file; its attributes are copied all the same.
	must(t, os.Chmod(path, 0o444))
	written(t, request(path))
	for name, value := range values {
		if got := xattr(t, path, name); !bytes.Equal(got, value) {
			t.Errorf("%s is %q, not %q", name, got, value)
		}
	}
}

// The label of SELinux and the trusted attributes need root.
func TestWriteKeepsPrivilegedXattrs(t *testing.T) {
	for name, value := range map[string]string{
		"trusted.x":        "y",
		"security.selinux": "system_u:object_r:etc_t:s0\x00",
	} {
		t.Run(name, func(t *testing.T) {
			path := oldFile(t)
			setXattr(t, path, name, []byte(value))
			written(t, request(path))
			if got := xattr(t, path, name); string(got) != value {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestWriteKeepsACL(t *testing.T) {
	for _, want := range [][]byte{acl(4, 0, 4), acl(6, 4, 6), acl(6, 4, 0)} {
		path := oldFile(t)
		setXattr(t, path, aclXattr, want)
		mode := modeOf(t, path)
		written(t, request(path))
		if got := xattr(t, path, aclXattr); !bytes.Equal(got, want) {
			t.Errorf("ACL %x, not %x", got, want)
		}
		if got := modeOf(t, path); got != mode {
			t.Errorf("mode %04o, not %04o", got, mode)
		}
	}
}

// The folder hands an ACL down to new files. The original has none, and so must
// the new file.
func TestWriteDropsInheritedACL(t *testing.T) {
	path := oldFile(t)
	must(t, os.Chmod(path, 0o640))
	dir := filepath.Dir(path)
	setXattr(t, dir, "system.posix_acl_default", acl(7, 7, 7))
	must(t, os.WriteFile(filepath.Join(dir, "other"), nil, 0o600))
	if xattr(t, filepath.Join(dir, "other"), aclXattr) == nil {
		t.Skip("ACLs are not handed down here")
	}
	written(t, request(path))
	if got := xattr(t, path, aclXattr); got != nil {
		t.Errorf("ACL %x", got)
	}
	if got := modeOf(t, path); got != 0o640 {
		t.Errorf("mode %04o", got)
	}
}

// tmpfs is another file system, with its own answers to each call.
func TestWriteOnTmpfs(t *testing.T) {
	dir, err := os.MkdirTemp("/dev/shm", "sshvet")
	if err != nil {
		t.Skip("no /dev/shm:", err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "config")
	must(t, os.WriteFile(path, []byte(oldText), 0o640))
	written(t, request(path))
	written(t, WriteRequest{Path: filepath.Join(dir, "new", "config"), New: []byte(newText), Create: true})
}
