package cli

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/lazy"
)

// foreign says what a file is that makes or changes a configuration, and is none;
// "" for all others. What is in it only is a configuration where it was run.
func foreign(path string, data []byte) string {
	base := strings.ToLower(filepath.Base(path))
	head := data[:min(len(data), 64<<10)]
	switch ext := filepath.Ext(base); {
	case bytes.HasPrefix(head, []byte(cloudConfig)):
		return "user data of cloud-init"
	case isDockerfile(base) && fromLine().Match(head):
		return "a Dockerfile"
	case (ext == ".yml" || ext == ".yaml") && ansibleLine().Match(head):
		return "a file of Ansible"
	case bytes.HasPrefix(head, []byte("#!/")):
		return "a script"
	default:
		return languageOf(ext)
	}
}

// languageOf knows the languages in which whole machines are described, by the
// ends of their files' names.
func languageOf(ext string) string {
	switch ext {
	case ".nix":
		return "a file of Nix"
	case ".tf":
		return "a file of Terraform"
	case ".pp":
		return "a manifest of Puppet"
	case ".sls":
		return "a state file of Salt"
	}
	return ""
}

func isDockerfile(base string) bool {
	for _, name := range []string{"dockerfile", "containerfile"} {
		if base == name || strings.HasPrefix(base, name+".") || strings.HasSuffix(base, "."+name) {
			return true
		}
	}
	return false
}

var (
	fromLine    = lazy.Regexp(`(?mi)^\s*FROM\s`)
	yamlKey     = lazy.Regexp(`(?m)^[a-z_]+:(\s|$)`)
	ansibleLine = lazy.Regexp(`(?m)^\s*(- )?(hosts|tasks|ansible\.builtin\.\w+|lineinfile|blockinfile|template|copy):`)
)

// isUserData reports whether a file is user data of cloud-init by more than its
// first line, which sshd takes for a comment: no line of a configuration has a
// keyword with a colon.
func isUserData(data []byte) bool {
	head := data[:min(len(data), 64<<10)]
	return bytes.HasPrefix(head, []byte(cloudConfig)) && yamlKey().Match(head)
}

// cloudConfig is the first line of user data of cloud-init.
const cloudConfig = "#cloud-config"

// foreignError says what to check in the place of such a file.
type foreignError struct{ path, what string }

func (e *foreignError) Error() string {
	name, kind := "sshd_config", "server"
	if side, ok := kindOfName(e.path); ok && side == keyword.Client {
		name, kind = "ssh_config", "client"
	}
	return fmt.Sprintf("%s: this is %s, which sshvet does not look into; check the %s that comes out of it, in the image or on the host; --kind %s reads it all the same", e.path, e.what, name, kind)
}
