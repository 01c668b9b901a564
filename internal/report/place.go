package report

import (
	"path/filepath"
	"strings"

	"github.com/sshvet/sshvet/lint"
)

// checkoutPath is a path as those know it who only see the checkout: relative to
// its root, with slashes. A file outside it keeps its absolute path, and inside
// is false.
func (o *Options) checkoutPath(path string) (out string, inside bool) {
	if !filepath.IsAbs(path) {
		if o.Dir == "" {
			clean := filepath.ToSlash(filepath.Clean(path))
			return clean, clean != ".." && !strings.HasPrefix(clean, "../")
		}
		path = filepath.Join(o.Dir, path)
	}
	root := o.Checkout
	if root == "" {
		root = o.Dir
	}
	if rel, ok := localPath(root, path); ok {
		return rel, true
	}
	if o.Real != nil && root != "" { // the file itself may be a link, which is what the checkout has
		real := filepath.Join(o.Real(filepath.Dir(path)), filepath.Base(path))
		if rel, ok := localPath(o.Real(root), real); ok {
			return rel, true
		}
	}
	return filepath.ToSlash(filepath.Clean(path)), false
}

// localPath is a path from a folder on, with slashes, if it is in there.
func localPath(root, path string) (string, bool) {
	if root == "" {
		return "", false
	}
	rel, err := filepath.Rel(root, path)
	return filepath.ToSlash(rel), err == nil && filepath.IsLocal(rel)
}

// fileURI is the reference to a file: percent-encoded, relative to the root of
// the checkout if it is in there, else with the scheme file.
func (o *Options) fileURI(path string) (uri string, inside bool) {
	path, inside = o.checkoutPath(path)
	if inside {
		return percentEncode(path, false), true
	}
	switch {
	case strings.HasPrefix(path, "//"): // a share of a Windows server
		return "file:" + percentEncode(path, true), false
	case strings.HasPrefix(path, "/"):
		return "file://" + percentEncode(path, true), false
	case filepath.IsAbs(filepath.FromSlash(path)): // C:/Users
		return "file:///" + percentEncode(path, true), false
	}
	return percentEncode(path, false), false
}

// percentEncode keeps slashes and what RFC 3986 calls unreserved. A colon is
// only kept where it cannot be taken for the end of a scheme.
func percentEncode(path string, colon bool) string {
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
			strings.IndexByte("/-._~", c) >= 0 || c == ':' && colon {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte("0123456789ABCDEF"[c>>4])
		b.WriteByte("0123456789ABCDEF"[c&15])
	}
	return b.String()
}

// lastLine is the last line that has a byte of a span from start to end: one
// that ends with a line feed does not reach into the next line.
func lastLine(start, end lint.Position) int {
	if end.Line > start.Line && end.Column == 1 {
		return end.Line - 1
	}
	return max(start.Line, end.Line)
}

// group are the findings of one file: Diagnostics[from:to].
type group struct {
	path     string
	from, to int
}

// groups are the files that were checked, in order and each once, also those
// without findings, and then the others that findings are in.
func groups(r *lint.Result) []group {
	var found []group
	for i := range r.Diagnostics {
		path := r.Diagnostics[i].Span.File
		if n := len(found); n == 0 || found[n-1].path != path {
			found = append(found, group{path, i, i})
		}
		found[len(found)-1].to = i + 1
	}
	of := make(map[string]group, len(found))
	for _, g := range found {
		of[g.path] = g
	}
	out, listed := make([]group, 0, len(r.Files)+len(found)), map[string]bool{}
	add := func(g group) {
		if !listed[g.path] {
			listed[g.path] = true
			out = append(out, g)
		}
	}
	for i := range r.Files {
		path := r.Files[i].Path
		if g, ok := of[path]; ok {
			add(g)
		} else if _, ok := of[filepath.Clean(path)]; !ok {
			add(group{path: path})
		}
	}
	for _, g := range found {
		add(g)
	}
	return out
}
