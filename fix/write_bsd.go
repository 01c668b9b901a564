//go:build freebsd || netbsd || openbsd || dragonfly

package fix

import (
	"os"

	"golang.org/x/sys/unix"
)

// copyXattrs does nothing: ssh and sshd use no extended attributes there.
func copyXattrs(_, _ *os.File) error { return nil }

// renameExclusive sends the caller to its fallback, a hard link.
func renameExclusive(int, string, string) error { return unix.ENOSYS }

// renameSwap sends the caller to its fallback, a second name and a renaming.
func renameSwap(int, string, string) error { return unix.ENOSYS }
