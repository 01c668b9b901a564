package fix

import (
	"errors"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// noXattr is the error for an attribute that a file does not have.
const noXattr = unix.ENODATA

// systemXattrs are checksums of the content that the kernel makes itself; those
// of the old content would be wrong for the new one.
var systemXattrs = []string{"security.ima", "security.evm"}

const aclXattr = "system.posix_acl_access"

// dropInheritedACL removes the ACL that the default ACL of the folder gave the
// new file, if the original has none: the group bits of the mode would
// otherwise let in whom that ACL names.
func dropInheritedACL(temp *os.File, wanted []string) error {
	if slices.Contains(wanted, aclXattr) {
		return nil
	}
	err := retry(func() error { return unix.Fremovexattr(int(temp.Fd()), aclXattr) })
	if err == nil || errors.Is(err, noXattr) || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOSYS) {
		return nil
	}
	return &keepError{"no ACL", xattrError(temp, err)}
}

func renameExclusive(dir int, old, new string) error {
	return unix.Renameat2(dir, old, dir, new, unix.RENAME_NOREPLACE)
}

func renameSwap(dir int, a, b string) error {
	return unix.Renameat2(dir, a, dir, b, unix.RENAME_EXCHANGE)
}
