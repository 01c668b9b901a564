package rules_test

import (
	"path/filepath"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// TestStockFiles: what systems are delivered with has one thing to complain
// about, and that is the missing keep-alive. The folders of testdata/stock hold
// files in the layout of the distributions, in our own words; testdata/debian
// holds the files of Debian as they are.
func TestStockFiles(t *testing.T) {
	for _, system := range []struct {
		root   string
		vendor keyword.Vendor
	}{
		{"../testdata/stock/fedora", keyword.Fedora},
		{"../testdata/stock/ubuntu", keyword.Debian},
		{"../testdata/stock/macos", keyword.MacOS},
	} {
		for _, name := range []string{"ssh_config", "sshd_config"} {
			path := filepath.Join(system.root, "etc/ssh", name)
			t.Run(filepath.Base(system.root)+"/"+name, func(t *testing.T) {
				for _, release := range []keyword.Release{keyword.R(9, 2), keyword.Newest} {
					checkStock(t, system.root, path, keyword.Dialect{Side: sideOf(name), Release: release, Vendor: system.vendor})
				}
			})
		}
	}
	for _, name := range []string{"ssh_config", "sshd_config"} {
		root := "../testdata/debian"
		checkStock(t, root, filepath.Join(root, name), keyword.Dialect{Side: sideOf(name), Release: keyword.R(9, 2), Vendor: keyword.Debian})
	}
}

func checkStock(t *testing.T, root, path string, d keyword.Dialect) {
	t.Helper()
	e := lint.Entry{
		Path: path, Dialect: d, Env: worldOf(root, nil),
		Sources: []resolve.Source{{Path: path, Data: readFile(t, path), System: d.Side == keyword.Client}},
	}
	res, errs := lint.Run([]lint.Entry{e}, on(), lint.Settings{Profile: lint.Deploy, ReleaseKnown: true})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	missing := false
	for _, found := range res.Diagnostics {
		missing = missing || found.Rule == "missing-keepalive"
		if found.Severity > lint.Note && found.Rule != "missing-keepalive" {
			t.Errorf("OpenSSH %s: %s: %s [%s]", d.Release, found.Span.File, found.Message, found.Rule)
		}
	}
	if !missing {
		t.Errorf("OpenSSH %s: %s: nothing is said about the missing keep-alive", d.Release, path)
	}
}

// on are the rules that run where none is selected.
func on() []*lint.Rule {
	list, _ := rules.Select(nil, nil)
	return list
}
