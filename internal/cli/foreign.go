package cli

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/sshvet/sshvet/internal/lazy"
)

// foreign says what a file is that makes or changes a configuration, and is none;
// "" for all others. What is in it only is a configuration where it was run.
func foreign(path string, data []byte) string {
	base := strings.ToLower(filepath.Base(path))
	head := data[:min(len(data), 64<<10)]
	switch ext := filepath.Ext(base); {
	case bytes.HasPrefix(head, []byte("#cloud-config")):
		return "user data of cloud-init"
	case isDockerfile(base) && fromLine().Match(head):
		return "a Dockerfile"
	case (ext == ".yml" || ext == ".yaml") && ansibleLine().Match(head):
		return "a file of Ansible"
	case bytes.HasPrefix(head, []byte("#!/")):
		return "a script"
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
	ansibleLine = lazy.Regexp(`(?m)^\s*(- )?(hosts|tasks|ansible\.builtin\.\w+|lineinfile|blockinfile|template|copy):`)
)

// foreignError says what to check in the place of such a file.
func foreignError(path, what string) error {
	return fmt.Errorf("%s: this is %s, which sshvet does not look into; check the sshd_config that comes out of it, in the image or on the host; --kind server reads it all the same", path, what)
}
