package cli

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/sshvet/sshvet/internal/template"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// plainName is a path without what templates and chezmoi add to names.
func plainName(path string) string {
	return filepath.FromSlash(template.PlainName(filepath.ToSlash(path)))
}

// markTemplate tells templates from configurations. What the programs of this
// machine read is none: they would not fill it in.
func (in *inputs) markTemplate(e *lint.Entry) {
	if e.Dump || in.staged == nil && in.isLive(e.Path) {
		return
	}
	if t, ok := template.Parse(e.Path, e.Sources[0].Data); ok {
		e.Template = &lint.Template{Template: t, Judges: rules.InTemplates}
		e.Mine = func(string) bool { return false }
	}
}

// sayTemplates says why nothing was done about the findings in templates.
func (r *fixRun) sayTemplates() {
	left := map[string]bool{}
	for _, d := range r.remaining().Diagnostics {
		left[d.Span.File] = true
	}
	for i := range r.in.entries {
		if e := &r.in.entries[i]; e.Template != nil && left[e.Path] {
			r.p.note(r.o, "%s is a template (%s); fix it by hand", e.Path, e.Template.Language)
		}
	}
}

// seals are what the content of files begins with that hold something else than
// they seem to, as repositories have them.
var seals = []struct{ start, what string }{
	{"version https://git-lfs.github.com/spec/", "a Git LFS pointer"},
	{"\x00GITCRYPT\x00", "encrypted by git-crypt"},
	{"U2FsdGVkX1", "encrypted by openssl (transcrypt)"},
	{"$ANSIBLE_VAULT;", "encrypted by Ansible Vault"},
	{"age-encryption.org/", "encrypted by age"},
	{"-----BEGIN AGE ENCRYPTED FILE-----", "encrypted by age"},
	{"-----BEGIN PGP MESSAGE-----", "encrypted by PGP"},
}

// sealed says what stands in place of a configuration; "" if nothing does.
func sealed(data []byte) string {
	for _, s := range seals {
		if bytes.HasPrefix(data, []byte(s.start)) {
			return s.what
		}
	}
	return ""
}

// impliedRoot is the root of a path, named as the files below it are.
func (in *inputs) impliedRoot(path string) string {
	if in.staged == nil {
		return impliedRoot(path)
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(in.staged.wd, path)
	}
	root := impliedRoot(path)
	if root == "" {
		return ""
	}
	rel, err := filepath.Rel(in.staged.wd, root)
	if err != nil {
		return strings.TrimSuffix(root, "/")
	}
	return rel
}
