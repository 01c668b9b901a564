//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/moby/sys/user"
	"golang.org/x/sys/unix"
)

func currentUser() account {
	u, err := user.CurrentUser()
	if err != nil {
		return account{}
	}
	return account{u.Name, u.Home}
}

func lookupUser(name string) (account, bool) {
	u, err := user.LookupUser(name)
	return account{u.Name, u.Home}, err == nil
}

// groupsOf lists the groups of a local user, for `Match Group`.
func groupsOf(name string) ([]string, bool) {
	u, err := user.LookupUser(name)
	if err != nil {
		return nil, false
	}
	groups, err := user.ParseGroupFileFilter("/etc/group", func(g user.Group) bool {
		return g.Gid == u.Gid || slices.Contains(g.List, name)
	})
	if err != nil {
		return nil, false
	}
	var out []string
	for _, g := range groups {
		out = append(out, g.Name)
	}
	return out, true
}

// privateGroup reports whether a user is the only member of a group, the case
// in which Debian's ssh lets the group write (patch user-group-modes).
func privateGroup(gid, uid int) bool {
	primary, err := user.ParsePasswdFileFilter("/etc/passwd", func(u user.User) bool { return u.Gid == gid })
	if err != nil {
		return false
	}
	groups, err := user.ParseGroupFileFilter("/etc/group", func(g user.Group) bool { return g.Gid == gid })
	if err != nil || len(groups) == 0 {
		return false
	}
	owner := ""
	for _, u := range primary {
		if u.Uid != uid {
			return false
		}
		owner = u.Name
	}
	for _, member := range groups[0].List {
		if member != "" && member != owner {
			return false
		}
	}
	return owner != ""
}

// foreignHome is the home of the user whose ~/.ssh/config a file is, if that is
// somebody else, as when root repairs it: `~` and relative paths in its Include
// lines mean that user's files, not root's.
func foreignHome(path string) (home string, ok bool) {
	abs, err := absolutePath(path)
	if err != nil || filepath.Base(filepath.Dir(abs)) != ".ssh" {
		return "", false
	}
	home = filepath.Dir(filepath.Dir(abs))
	return home, ownedByOther(abs) || ownedByOther(home)
}

func ownedByOther(path string) bool {
	var st unix.Stat_t
	return unix.Stat(path, &st) == nil && int(st.Uid) != os.Geteuid()
}
