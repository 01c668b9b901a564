// Package template reads templates of OpenSSH files (Jinja, ERB, Go, Terraform,
// and placeholders such as ${NAME}) for what is certain in them, whatever they
// are filled in with.
//
// Nothing is evaluated. A line with a tag has an unknown value; of what stands
// in the branches of a condition one branch at a time is taken. The texts that
// come out have every byte that is certain where the template has it, so that
// places in them are places in the template.
package template

import (
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/lazy"
)

// Template is one file.
type Template struct {
	// Language is what people call it: Jinja, ERB, Go, Terraform, placeholders.
	Language string

	src    []byte
	tokens []token
	lines  []line
	conds  []int             // by condition: how many ways there are, the empty one included
	keys   [][]int           // by condition and branch: the number of its wording
	broken bool              // tags do not pair: what is in which branch is not known
	open   []mark            // what inline blocks cover
	names  *strings.Replacer // from made-up words to the tags that they stand for
	hidden map[string]bool   // keywords of lines that tags have a say in
}

// byExtension finds the language by the end of a name, in lower case; nil if it
// says nothing.
func byExtension(ext string) *language {
	switch ext {
	case ".j2", ".jinja", ".jinja2":
		return jinja
	case ".erb", ".epp":
		return erb
	case ".tmpl", ".gotmpl", ".ctmpl", ".tpl":
		return golang
	case ".tftpl":
		return terraform
	case ".template", ".in":
		return placeholders
	}
	return nil
}

// Parse reads a template. ok is false if the file is none: neither does its name
// end as those of templates, nor does it hold tags. A name decides alone, as
// its owner says what the file is.
func Parse(name string, src []byte) (t *Template, ok bool) {
	ext := strings.ToLower(path.Ext(strings.ReplaceAll(name, `\`, "/")))
	l := byExtension(ext)
	switch {
	case l == nil:
		l = byContent(src)
	case ext == ".tpl":
		l = ofTpl(src)
	case l == placeholders:
		l = cmp.Or(byContent(src), l)
	}
	if l == nil {
		return nil, false
	}
	t = &Template{Language: l.name, src: src}
	t.tokens = l.scan(src)
	t.nest(l)
	t.splitLines()
	t.classify()
	return t, true
}

// commandLine matches the start of lines whose values are commands. Those may
// hold {{…}} for the program that they call, such as docker inspect --format.
var commandLine = lazy.Regexp(`(?i)^\s*(ProxyCommand|LocalCommand|RemoteCommand|KnownHostsCommand|ForceCommand|AuthorizedKeysCommand|AuthorizedPrincipalsCommand|Match)\b`)

var (
	jinjaTag = lazy.Regexp(`\{%[-+]?\s*[A-Za-z]\w*[^\n]*%\}|\{\{[-+]?[^\n{}]+\}\}|\{#[^\n]*#\}`)
	erbTag   = lazy.Regexp(`<%[-=#]?[^\n]*%>`)
	goWord   = lazy.Regexp(`\{\{-?\s*(?:(?:if|range|with)\s|end\s*-?\}\}|(?:template|include|define|block)\s+"|[.$])`)
)

// byContent finds the language of a file whose name says nothing; nil if it has
// no tags. Tags in comments and in commands do not count.
func byContent(src []byte) *language {
	if !bytes.Contains(src, []byte("{{")) && !bytes.Contains(src, []byte("{%")) && !bytes.Contains(src, []byte("<%")) {
		return nil
	}
	for text := range bytes.Lines(src) {
		bare := bytes.TrimSpace(text)
		switch {
		case bytes.HasPrefix(bare, []byte("#")) || commandLine().Match(bare):
		case erbTag().Match(bare):
			return erb
		case goWord().Match(bare):
			return golang
		case jinjaTag().Match(bare):
			return jinja
		}
	}
	return nil
}

// ofTpl tells the languages apart whose files have the name .tpl: Go (Helm,
// consul-template), Terraform, and others that people have a use for.
func ofTpl(src []byte) *language {
	l := byContent(src)
	switch {
	case l == jinja && !bytes.Contains(src, []byte("{%")), l == nil && !hasBraces(src):
		return golang
	case l == nil:
		return terraform
	}
	return l
}

// hasBraces reports whether there are marks of Terraform.
func hasBraces(src []byte) bool {
	return bytes.Contains(src, []byte("${")) || bytes.Contains(src, []byte("%{"))
}

// chezmoi's attributes that leave the content of a file or folder as it is.
// Files that are encrypted, scripts, and links are others.
var (
	folderAttributes = []string{"exact_", "private_", "readonly_"}
	fileAttributes   = []string{"private_", "readonly_", "create_", "empty_", "executable_"}
)

// withoutAttributes is a name without the attributes that it begins with.
func withoutAttributes(name string, attributes []string) string {
	for i := 0; i < len(attributes); i++ {
		if rest, ok := strings.CutPrefix(name, attributes[i]); ok {
			name, i = rest, -1
		}
	}
	return name
}

// isSSHFolder reports whether chezmoi makes a folder of that name .ssh.
func isSSHFolder(name string) bool {
	return strings.HasSuffix(name, "dot_ssh") && withoutAttributes(name, folderAttributes) == "dot_ssh"
}

// PlainName is the name that a file gets where it is put: without the extension
// of templates, and without what chezmoi writes into names below dot_ssh. The
// path is one with slashes.
func PlainName(name string) string {
	dir, base := path.Split(name)
	if ext := path.Ext(base); byExtension(strings.ToLower(ext)) != nil && len(ext) < len(base) {
		base = strings.TrimSuffix(base, ext)
	}
	parts := strings.Split(dir, "/")
	at := slices.IndexFunc(parts, isSSHFolder)
	if at < 0 {
		return dir + base
	}
	parts[at] = ".ssh"
	for i := at + 1; i < len(parts); i++ {
		parts[i] = plainPart(strings.TrimPrefix(parts[i], "exact_"))
	}
	return strings.Join(parts, "/") + plainPart(base)
}

// plainPart is one name without chezmoi's attributes.
func plainPart(part string) string {
	part = withoutAttributes(part, fileAttributes)
	if rest, ok := strings.CutPrefix(part, "dot_"); ok {
		return "." + rest
	}
	return part
}

// Touched reports whether any line of a span depends on tags, wholly or in part.
func (t *Template) Touched(start, end int) bool {
	if len(t.lines) == 0 {
		return false
	}
	from, to := t.lineAt(start), t.lineAt(max(start, end-1))
	return slices.ContainsFunc(t.lines[from:to+1], func(l line) bool { return l.kind != plain })
}

// IsHeader reports whether the line at an offset begins a Host or Match block,
// whatever tags say of whom.
func (t *Template) IsHeader(offset int) bool {
	if len(t.lines) == 0 {
		return false
	}
	l := &t.lines[t.lineAt(offset)]
	m := setting().FindSubmatch(t.src[l.start:l.end])
	return m != nil && isHeader(string(m[2]))
}

// KeywordIsPlain reports whether the line at an offset begins with a keyword that
// no tag has a say in, whatever tags make of its value.
func (t *Template) KeywordIsPlain(offset int) bool {
	return len(t.lines) > 0 && t.plainKeyword(&t.lines[t.lineAt(offset)])
}

func (t *Template) plainKeyword(l *line) bool {
	if l.kind != touched {
		return l.kind == plain
	}
	m := setting().FindSubmatchIndex(t.src[l.start:l.end])
	if l.loose || m == nil || l.start+m[1] == l.end || t.tagged(l, l.start+m[4], l.start+m[1]) {
		return false
	}
	return !slices.ContainsFunc(t.on(l), func(tk token) bool { return tk.left && tk.start == l.start+m[1] })
}

// Unconditional reports whether the line at an offset stands in no branch of a
// condition.
func (t *Template) Unconditional(offset int) bool {
	return !t.broken && len(t.lines) > 0 && len(t.lines[t.lineAt(offset)].guards) == 0
}

// Together reports whether, of the lines at two offsets, one stands wherever the
// other does: they are in the same branches, but for more that one of them may be
// in. Conditions with the same words are the same.
func (t *Template) Together(a, b int) bool {
	if t.broken || len(t.lines) == 0 {
		return false
	}
	x, y := t.keysOf(a), t.keysOf(b)
	return subset(x, y) || subset(y, x)
}

// keysOf are the numbers of the branches in which the line at an offset stands.
func (t *Template) keysOf(offset int) []int {
	var out []int
	for _, g := range t.lines[t.lineAt(offset)].guards {
		out = append(out, t.keys[g.cond][g.branch])
	}
	return out
}

func subset(a, b []int) bool {
	return !slices.ContainsFunc(a, func(x int) bool { return !slices.Contains(b, x) })
}

// limit matches sshd's Match lines that cannot hold for everybody.
var limit = lazy.Regexp(`(?i)^\s*match\s(|.*\s)(user|group|host|address|localaddress|localport|rdomain|invalid-user)($|[\s=])`)

// IsLimited reports whether the line at an offset begins a Match block that is
// not for everybody, whatever its tags stand for.
func (t *Template) IsLimited(offset int) bool {
	if len(t.lines) == 0 {
		return false
	}
	l := &t.lines[t.lineAt(offset)]
	at := bytes.Clone(t.src[l.start:l.end])
	t.cover(l, at, func(piece []byte) { copy(piece, bytes.Repeat([]byte{'x'}, len(piece))) })
	return limit().Match(at)
}

// Hides reports whether the template may set a keyword out of sight: on a line
// that names it, but whose value has tags.
func (t *Template) Hides(keyword string) bool {
	if t.hidden == nil { // it is asked for each finding
		t.hidden = map[string]bool{}
		for i := range t.lines {
			l := &t.lines[i]
			if l.kind != touched {
				continue
			}
			if m := setting().FindSubmatch(t.src[l.start:l.end]); m != nil {
				t.hidden[strings.ToLower(string(m[2]))] = true
			}
		}
	}
	return t.hidden[strings.ToLower(keyword)]
}
