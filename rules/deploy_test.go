package rules_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

// deployEntryOf is the entry of a deploy.yml below a folder that stands for /
// and is the folder of the project; home/.ssh/config and etc/ssh/ssh_config are
// the client files. servers are HOST=PATH.
func deployEntryOf(t *testing.T, root, file string, env resolve.Env, req kamal.Request, servers []string) lint.Entry {
	t.Helper()
	user := filepath.Join(root, "home", ".ssh", "config")
	e := lint.Entry{
		Path: filepath.Join(root, file), Dialect: keyword.Dialect{Release: keyword.Newest}, Env: env,
		Sources: []resolve.Source{{Path: user, Data: []byte{}}}, Absent: true,
	}
	if exists(user) {
		e.Sources[0].Data, e.Absent = readFile(t, user), false
	}
	if system := filepath.Join(root, "etc", "ssh", "ssh_config"); exists(system) {
		e.Sources = append(e.Sources, resolve.Source{Path: system, Data: readFile(t, system), System: true})
	}
	req.File, req.Arch = e.Path, "amd64"
	if lock := filepath.Join(root, "Gemfile.lock"); exists(lock) {
		req.Lockfile = lock
	}
	req.Exists = func(path string) bool {
		if !filepath.IsAbs(path) {
			path = filepath.Join(root, path)
		}
		return exists(path)
	}
	e.Deploy = &lint.Deployment{Request: req, Machine: kamal.Machine{Home: filepath.Join(root, "home"), Dir: root, Below: root, User: "alice"}}
	for _, word := range servers {
		host, path, _ := strings.Cut(word, "=")
		path = filepath.Join(root, path)
		e.Deploy.Servers = append(e.Deploy.Servers, kamal.ServerFile{Host: host, Path: path, Data: readFile(t, path)})
	}
	return e
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// deployEntry is the entry of a case that has the flag deploy.
func (c *testCase) deployEntry(t *testing.T) lint.Entry {
	t.Helper()
	req := kamal.Request{
		Destination: c.flags["destination"], Kamal: c.flags["kamal"], Command: c.flags["command"],
	}
	if hosts := list(c.flags["hosts"]); len(hosts) > 0 {
		req.Hosts = hosts
	}
	e := deployEntryOf(t, c.root, c.flags["deploy"], c.env(), req, list(c.flags["server"]))
	e.Dialect.Release, e.Dialect.Vendor = c.dialect.Release, c.dialect.Vendor
	return e
}
