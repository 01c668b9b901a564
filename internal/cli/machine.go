package cli

import (
	"bufio"
	"net"
	"net/netip"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
)

// What is told from this machine: whose OpenSSH it has, who the caller is,
// which groups and addresses there are.

// machineVendor tells whose OpenSSH this machine runs, from os-release.
func machineVendor() keyword.Vendor {
	if runtime.GOOS == "darwin" {
		return keyword.MacOS
	}
	data, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return keyword.NoVendor
	}
	var ids []string
	for line := range strings.SplitSeq(string(data), "\n") {
		key, value, _ := strings.Cut(line, "=")
		if key == "ID" || key == "ID_LIKE" {
			ids = append(ids, strings.Fields(strings.Trim(value, `"'`))...)
		}
	}
	switch {
	case slices.Contains(ids, "debian"), slices.Contains(ids, "ubuntu"):
		return keyword.Debian
	case slices.Contains(ids, "fedora"), slices.Contains(ids, "rhel"):
		return keyword.Fedora
	}
	return keyword.NoVendor
}

// homeDir is the caller's home: $HOME, else the user database.
func homeDir() string {
	if home := getenv("HOME"); home != "" {
		return home
	}
	if runtime.GOOS == "windows" {
		return getenv("USERPROFILE")
	}
	if u, err := user.Current(); err == nil {
		return u.HomeDir
	}
	return ""
}

// environment is the Env of this machine for files below root.
func environment(root string) resolve.Env {
	env := resolve.OSEnv(root)
	env.Home = homeDir()
	env.UID = os.Getuid()
	env.Getenv = os.LookupEnv
	env.HomeOf = func(name string) (string, bool) {
		u, err := user.Lookup(name)
		if err != nil {
			return "", false
		}
		return u.HomeDir, true
	}
	env.PrivateGroup = privateGroup
	return env
}

// privateGroup reports whether a user is the only member of a group, the case
// in which Debian's ssh lets the group write (patch user-group-modes).
func privateGroup(gid, uid int) bool {
	owner := ""
	members := 0
	for fields := range databaseLines("/etc/passwd") {
		if len(fields) < 4 || fields[3] != strconv.Itoa(gid) {
			continue
		}
		members++
		if fields[2] != strconv.Itoa(uid) {
			return false
		}
		owner = fields[0]
	}
	for fields := range databaseLines("/etc/group") {
		if len(fields) < 4 || fields[2] != strconv.Itoa(gid) || fields[3] == "" {
			continue
		}
		if fields[3] != owner {
			return false
		}
		members++
	}
	return members > 0
}

// databaseLines reads the colon-separated lines of a user database.
func databaseLines(path string) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		f, err := os.Open(path)
		if err != nil {
			return
		}
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if !yield(strings.Split(lines.Text(), ":")) {
				return
			}
		}
	}
}

// groupsOf lists the groups of a local user, for `Match Group`.
func groupsOf(name string) ([]string, bool) {
	u, err := user.Lookup(name)
	if err != nil {
		return nil, false
	}
	ids, err := u.GroupIds()
	if err != nil {
		return nil, false
	}
	var out []string
	for _, id := range ids {
		if g, err := user.LookupGroupId(id); err == nil {
			out = append(out, g.Name)
		}
	}
	return out, true
}

// callerName is the user who runs sshvet.
func callerName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return getenv("USER")
}

// localAddresses lists the addresses of the interfaces that are up, for
// `Match localnetwork`.
func localAddresses() []netip.Addr {
	var out []netip.Addr
	ifaces, err := net.Interfaces()
	if err != nil {
		return nil
	}
	for _, i := range ifaces {
		addrs, err := i.Addrs()
		if err != nil || i.Flags&net.FlagUp == 0 {
			continue
		}
		for _, a := range addrs {
			if p, err := netip.ParsePrefix(a.String()); err == nil {
				out = append(out, p.Addr().Unmap())
			}
		}
	}
	return out
}

// underSudo reports whether sudo runs sshvet for somebody else.
func underSudo() bool { return getenv("SUDO_USER") != "" && os.Geteuid() == 0 }

// samePath reports whether two names mean the same place.
func samePath(a, b string) bool {
	x, errX := filepath.Abs(a)
	y, errY := filepath.Abs(b)
	return errX == nil && errY == nil && filepath.Clean(x) == filepath.Clean(y)
}
