package fix

import (
	"os"

	"golang.org/x/sys/unix"
)

// noXattr is the error for an attribute that a file does not have.
const noXattr = unix.ENOATTR

// systemXattrs are set by the system itself and by nobody else.
var systemXattrs = []string{"com.apple.provenance"}

// dropInheritedACL does nothing: the ACLs of macOS are no extended attributes.
func dropInheritedACL(*os.File, []string) error { return nil }

func renameExclusive(dir int, old, new string) error {
	return unix.RenameatxNp(dir, old, dir, new, unix.RENAME_EXCL)
}

func renameSwap(dir int, a, b string) error {
	return unix.RenameatxNp(dir, a, dir, b, unix.RENAME_SWAP)
}
