// Package template reads templates of OpenSSH files (Jinja, ERB, Go) for what
// is certain in them, whatever they are filled in with.
//
// Nothing is evaluated. A line with a tag has an unknown value; of what stands
// in the branches of a condition one branch at a time is taken. The texts that
// come out have every byte that is certain where the template has it, so that
// places in them are places in the template.
package template

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/lazy"
)

// Template is one file.
type Template struct {
	// Language is what people call it: Jinja, ERB or Go.
	Language string

	src    []byte
	tokens []token
	lines  []line
	conds  []int  // by condition: how many ways there are, the empty one included
	broken bool   // tags do not pair: what is in which branch is not known
	open   []mark // what inline blocks cover
}

// extensions are the ends of names that say what a file is.
var extensions = map[string]*language{
	".j2": jinja, ".jinja": jinja, ".jinja2": jinja,
	".erb": erb, ".epp": erb,
	".tmpl": golang, ".gotmpl": golang, ".tpl": golang,
}

// Parse reads a template. ok is false if the file is none: neither does its name
// end as those of templates, nor does it hold tags. A name decides alone, as
// its owner says what the file is.
func Parse(name string, src []byte) (t *Template, ok bool) {
	l := extensions[strings.ToLower(path.Ext(strings.ReplaceAll(name, `\`, "/")))]
	if l == nil {
		l = byContent(src)
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

// chezmoi's attributes that leave the content of a file or folder as it is.
// Files that are encrypted, scripts, and links are others.
var (
	sshFolder  = lazy.Regexp(`^(?:(?:exact|private|readonly)_)*dot_ssh$`)
	attributes = lazy.Regexp(`^(?:(?:private|readonly|create|empty|executable)_)+`)
)

// PlainName is the name that a file gets where it is put: without the extension
// of templates, and without what chezmoi writes into names below dot_ssh. The
// path is one with slashes.
func PlainName(name string) string {
	dir, base := path.Split(name)
	if ext := path.Ext(base); extensions[strings.ToLower(ext)] != nil && len(ext) < len(base) {
		base = strings.TrimSuffix(base, ext)
	}
	parts := strings.Split(dir, "/")
	at := slices.IndexFunc(parts, sshFolder().MatchString)
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
	part = part[len(attributes().FindString(part)):]
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
	return m != nil && (strings.EqualFold(string(m[2]), "host") || strings.EqualFold(string(m[2]), "match"))
}

// HasPair reports whether a text has an interval and a count for the keep-alive,
// and no such line of which the value is made up.
func (t *Template) HasPair(text []byte) bool {
	interval, count := false, false
	for i := range t.lines {
		l := &t.lines[i]
		m := setting().FindSubmatch(text[l.start:l.end])
		if m == nil {
			continue
		}
		_, isInterval, ok := (Values{}).of(string(m[2]))
		if ok && l.kind != plain {
			return false
		}
		interval, count = interval || ok && isInterval, count || ok && !isInterval
	}
	return interval && count
}

// Hides reports whether the template may set a keyword out of sight: on a line
// that names it, but whose value has tags.
func (t *Template) Hides(keyword string) bool {
	for i := range t.lines {
		l := &t.lines[i]
		if m := setting().FindSubmatch(t.src[l.start:l.end]); l.kind == touched && m != nil && strings.EqualFold(string(m[2]), keyword) {
			return true
		}
	}
	return false
}
