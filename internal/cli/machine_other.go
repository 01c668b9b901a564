//go:build !unix

package cli

import "os/user"

func currentUser() account {
	u, err := user.Current()
	if err != nil {
		return account{}
	}
	return account{u.Username, u.HomeDir}
}

func lookupUser(name string) (account, bool) {
	u, err := user.Lookup(name)
	if err != nil {
		return account{}, false
	}
	return account{u.Username, u.HomeDir}, true
}

// groupsOf: sshd asks for Windows groups in ways that are not known here.
func groupsOf(string) ([]string, bool) { return nil, false }

func privateGroup(int, int) bool { return false }

// foreignHome: who owns a file is not looked at here.
func foreignHome(string) (string, bool) { return "", false }
