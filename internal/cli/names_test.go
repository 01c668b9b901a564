package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/sshvet/sshvet/internal/keyword"
)

const (
	goodClient = "Host *\n  ServerAliveInterval 60\n  ServerAliveCountMax 240\n"
	goodServer = "ClientAliveInterval 60\nClientAliveCountMax 240\n"
)

// repositoryFiles are files of repositories that the hooks look at, and what is in
// them.
func repositoryFiles() map[string]string {
	client, server := goodClient, goodServer
	return map[string]string{
		".ssh/config": client, "home/.ssh/config": client, ".ssh/config.d/work": client, ".ssh/config.d/10-a.conf": client,
		"ssh_config": client, "etc/ssh/ssh_config": client, "etc/ssh/ssh_config.d/a.conf": client,
		"etc/ssh/sshd_config": server, "servers/web1/etc/ssh/sshd_config.d/50-x.conf": server,
		"dot_ssh/config": client, "private_dot_ssh/private_config": client, "dot_ssh/private_config.tmpl": "{{ if .x }}\n" + client + "{{ end }}\n",
		"dot_ssh/config.d/work.conf": client, "private_dot_ssh/exact_config.d/work.tmpl": client,
		"roles/ssh/files/sshd_config": server, "files/web1-sshd_config": server, "roles/ssh/templates/sshd_config.j2": "Port {{ port }}\n",
		"templates/ssh_config.erb": "<% if @a -%>\nHost a\n<% end -%>\n", "templates/sshd_config.d/10-x.conf.j2": "{{ lines }}\n",
		// rcm, dotbot and others; stow; yadm
		"config/ssh/config": client, "tag-work/ssh/config": "Include config.d/*\n", "ssh/conf.d/work": client, "dot-ssh/config": client, ".ssh/conf.d/work": client,
		".ssh/config##os.Linux": client,
		// Terraform; devsec's role; by system and by host
		"tf/sshd_config.tftpl": "Port ${port}\n", "templates/openssh.conf.j2": "Host {{ h }}\n", "templates/opensshd.conf.j2": "UsePAM {{ p }}\n",
		"templates/sshd_config_Debian.j2": "Port {{ p }}\n", "templates/sshd_config.Debian.j2": "Port {{ p }}\n", "files/sshd_config-web1": server,
		"files/web1_sshd_config": server, "private_dot_ssh/private_config.d/home": client,
	}
}

// scriptFiles are scripts with names like those of configurations, and their
// first lines.
var scriptFiles = map[string]string{"bin/update-ssh_config": "#!/bin/sh", "scripts/generate-sshd_config": "#!/usr/bin/env python3", "test_ssh_config": "#!/usr/bin/env bash"}

// otherFiles are none of them.
func otherFiles() []string {
	return []string{"README.md", "ssh_config.md", ".ssh/known_hosts", ".ssh/config.d/README.md", ".ssh/id_ed25519.pub", "etc/ssh/moduli",
		"conf.d/app.conf", "config.d/app.conf", "sshd_config.orig", "x/config", "src/ssh_config.go", "dot_ssh/modify_config", "deploy.yml", ".ssh/config.d/.hidden", "ssh_config_test.go", "src/ssh/config.go"}
}

// TestRepositoryNames: the hooks of pre-commit and the hook of git look at the
// same names.
func TestRepositoryNames(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", ".pre-commit-hooks.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var hooks []struct{ Files string }
	if err := yaml.Unmarshal(data, &hooks); err != nil {
		t.Fatal(err)
	}
	for _, h := range hooks {
		if got := plainPattern(h.Files); got != repositoryName().String() {
			t.Errorf("pre-commit has the pattern\n%s\nsshvet has\n%s", got, repositoryName())
		}
	}
	for name := range repositoryFiles() {
		if !isRepositoryName(name) {
			t.Errorf("%s is not taken", name)
		}
	}
	for _, name := range otherFiles() {
		if isRepositoryName(name) {
			t.Errorf("%s is taken", name)
		}
	}
}

// plainPattern is a verbose pattern of Python without comments and blanks.
func plainPattern(verbose string) string {
	text := regexp.MustCompile(`(?m)^\s*#.*$`).ReplaceAllString(strings.TrimPrefix(verbose, "(?x)"), "")
	text = regexp.MustCompile(`\s+`).ReplaceAllString(text, "")
	return strings.ReplaceAll(text, `\#`, "#")
}

// TestLooseSide: what is in a file decides where its name is that of others, too.
func TestLooseSide(t *testing.T) {
	in := &inputs{p: &program{}, o: &options{noConfig: true}}
	for _, c := range []struct {
		name, text string
		want       keyword.Side
		ok         bool
	}{
		{"config/ssh/config", "Include config.d/*\n", keyword.Client, true},
		{"config/ssh/config", "", keyword.Client, true},
		{"config/ssh/config", "PermitRootLogin no\n", keyword.Server, true},
		{"src/ssh/config", "name: ssh\nversion: 1\n", 0, false},
		{"templates/opensshd.conf.j2", "Port {{ port }}\n", keyword.Server, true},
		{"templates/openssh.conf.j2", "Port {{ port }}\n", keyword.Client, true},
		{"x/config", "Include config.d/*\n", 0, false},
	} {
		got, err := in.kindOf(c.name, []byte(c.text))
		if got != c.want || (err == nil) != c.ok {
			t.Errorf("%s with %q: %v, %v", c.name, c.text, got, err)
		}
	}
}
