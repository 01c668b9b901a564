package cli

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/lazy"
	"github.com/sshvet/sshvet/internal/syntax"
)

// repositoryName are the names that configurations have in repositories of
// dotfiles and of servers, with slashes: those that a walk takes, and more. It is
// the pattern of .pre-commit-hooks.yaml, where it says which part is for what; a
// test holds them together.
var repositoryName = lazy.Regexp(`(^|/)(` +
	`([^/]*[-_.])?sshd?_config([-_][^/.]+|\.[^/.]+` + templateEnd + `)?` + oneTemplateEnd + `(##[^/]*)?` +
	`|opensshd?\.conf` + oneTemplateEnd +
	`|sshd?_config\.d/[^/]+\.conf` + oneTemplateEnd +
	`|` + userFolder + `/((private|readonly|create|empty|executable)_)*config` + oneTemplateEnd + `(##[^/]*)?` +
	`|` + userFolder + `/((exact|private|readonly)_)*conf(ig)?\.d/[^/.]+(\.(conf|config))?` + oneTemplateEnd +
	`)$`)

// Pieces of repositoryName: the ends of the names of templates; what ~/.ssh is
// called, by chezmoi (dot_ssh), by stow (dot-ssh), by rcm and others (ssh).
const (
	templateEnd    = `(\.(j2|jinja2?|erb|epp|tmpl|gotmpl|ctmpl|tpl|tftpl|template|in))`
	oneTemplateEnd = templateEnd + `?`
	userFolder     = `(\.ssh|dot-ssh|ssh|((exact|private|readonly)_)*dot_ssh)`
)

// isRepositoryName reports whether a file in a repository is likely to be a
// configuration, by its path with slashes.
func isRepositoryName(name string) bool {
	return strings.Contains(name, "ssh") && repositoryName().MatchString(name)
}

// looseSide is the side of a file whose name says less than kindOfName wants, as
// other programs have such files, too: ssh/config in dotfiles. What is in it
// counts for more. ok is false for all other names.
func looseSide(name string) (side keyword.Side, ok bool) {
	if abs, err := absolutePath(name); err == nil {
		name = abs
	}
	name = filepath.ToSlash(name)
	if !isRepositoryName(name) {
		return 0, false
	}
	if strings.HasPrefix(path.Base(name), "opensshd.") {
		return keyword.Server, true
	}
	return keyword.Client, true
}

// strange reports whether a text has lines, none of which begins with a keyword.
func strange(data []byte) bool {
	f, lines := syntax.Parse("", data, syntax.Options{}), 0
	for i := range f.Len() {
		l := f.Line(i)
		if l.Kind != syntax.Setting {
			continue
		}
		lines++
		if word := f.KeyText(l); keyword.Find(keyword.Client, word) != nil || keyword.Find(keyword.Server, word) != nil {
			return false
		}
	}
	return lines > 0
}
