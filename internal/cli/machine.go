package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
)

// What is told from this machine: whose OpenSSH it has, who the caller is,
// which groups and addresses there are.
//
// Packages net and os/user are avoided on Linux: both link the C library
// dynamically, which costs a third of the start-up time.

// account is what the user database says of a user.
type account struct{ name, home string }

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
	return currentUser().home
}

// environment is the Env of this machine for files below root.
func environment(root string) resolve.Env {
	env := resolve.OSEnv(root)
	env.Home = homeDir()
	env.UID = userID()
	env.Getenv = os.LookupEnv
	env.HomeOf = func(name string) (string, bool) {
		a, ok := lookupUser(name)
		return a.home, ok
	}
	env.PrivateGroup = privateGroup
	env.Identity = func(path string) string { return realNameBelow(root, path) }
	return env
}

// userID is the caller, who never changes.
var userID = sync.OnceValue(os.Getuid)

// workingDir is the current folder, which never changes.
var workingDir = sync.OnceValues(os.Getwd)

// absolutePath is filepath.Abs without asking for the current folder each time,
// which shows where there are thousands of files.
func absolutePath(path string) (string, error) {
	if filepath.IsAbs(path) || runtime.GOOS == "windows" { // C:name is relative to that drive's own
		return filepath.Abs(path)
	}
	wd, err := workingDir()
	return filepath.Join(wd, path), err
}

// realNameBelow is a path with all links followed as where root is /.
func realNameBelow(root, path string) string {
	if real, err := resolve.Behind(root, path); err == nil {
		path = real
	}
	return realName(path)
}

// realName is a path with all links followed; one that leads nowhere is itself.
func realName(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if abs, err := absolutePath(path); err == nil {
		return abs
	}
	return path
}

// underSudo reports whether sudo runs sshvet for somebody else.
func underSudo() bool { return getenv("SUDO_USER") != "" }

// samePath reports whether two names mean the same place.
func samePath(a, b string) bool {
	x, errX := absolutePath(a)
	y, errY := absolutePath(b)
	return errX == nil && errY == nil && filepath.Clean(x) == filepath.Clean(y)
}

// callerName is the user who runs sshvet.
func callerName() string {
	if name := currentUser().name; name != "" {
		return name
	}
	return getenv("USER")
}
