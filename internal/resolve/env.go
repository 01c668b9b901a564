// Package resolve answers what OpenSSH will use: it follows Includes, decides
// which Host and Match blocks hold, and picks the value that wins for each
// keyword, with the line it comes from and the lines it beats.
//
// It answers by itself, from the bytes of the files: no OpenSSH program is
// run, and nothing in a configuration is executed. What cannot be known
// without running something (Match exec) or without the network
// (canonicalisation) is three-valued.
package resolve

import (
	"io/fs"
	"net/netip"
)

// State is the truth of a condition: No, Maybe (cannot be known offline), Yes.
type State uint8

// The states, in the order in which `and` takes the smaller one.
const (
	No State = iota
	Maybe
	Yes
)

func (s State) not() State { return Yes - s }

func stateOf(b bool) State {
	if b {
		return Yes
	}
	return No
}

// FileInfo is what the owner check of ssh needs to know of a file.
type FileInfo struct {
	Mode     fs.FileMode
	UID, GID int
}

// Env is the world the files live in. Every field may be nil or zero: nothing
// is read then, and nothing is assumed.
type Env struct {
	// ReadFile returns the content of a regular file. For a directory it
	// returns an error that wraps ErrIsDirectory.
	ReadFile func(path string) ([]byte, FileInfo, error)
	// ReadDir returns the names in a folder, in any order.
	ReadDir func(path string) ([]string, error)
	// Exists reports whether a name exists, links not followed.
	Exists func(path string) bool
	// Identity names the file behind all links and detours; two paths with the
	// same one are one file, and findings and edits name it as it was met first.
	// nil: each path is a file of its own.
	Identity func(path string) string
	// Getenv is for ${NAME} in the Include lines of clients since 9.9.
	Getenv func(name string) (string, bool)
	// Home is $HOME: what `~` and relative paths in Include stand for.
	Home string
	// HomeOf returns the home folder of a user, for ~user in Include.
	HomeOf func(user string) (string, bool)
	// Root is a folder that stands for / in absolute paths; "" for none.
	Root string
	// CheckOwners makes files with the wrong owner or mode a refusal, as ssh
	// does for the files it opens itself. UID is the caller's.
	CheckOwners bool
	UID         int
	// PrivateGroup reports whether the only member of a group is the user:
	// Debian lets such a group write (patch user-group-modes).
	PrivateGroup func(gid, uid int) bool
}

// Identity is who connects from where, as far as it is known. It decides the
// Match criteria of the client that a file alone cannot.
type Identity struct {
	// Known is false where nobody is about to connect (check): every field
	// below is unknown then, and the criteria that ask for them are Maybe.
	Known       bool
	LocalUser   string
	User        string // ssh -l or user@host; "" if not given
	Command     string
	SessionType string
	Version     string
	Networks    []netip.Addr
}

// ServerSpec is a connection as `sshd -T -C` describes it. A nil field is an
// attribute that was not given: criteria that ask for it do not hold.
type ServerSpec struct {
	User, Host, Addr, LocalAddr, RDomain *string
	LocalPort                            int // 0: not given
	InvalidUser                          bool
	Version                              string
	// Groups returns the groups of a local user; ok is false for an unknown one.
	Groups func(user string) (groups []string, ok bool)
}
