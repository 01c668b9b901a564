package kamal

import (
	"bytes"
	"cmp"
	"slices"
)

// Texts are the scalars of a deploy.yml that have more than one line, in order:
// a line in there that looks like a comment is none. There are none in a file that is
// not among Files or is no YAML.
func (d *Deployment) Texts(path string) []Span {
	var out []Span
	for _, s := range []*source{d.base, d.dest} {
		if s == nil || s.path != path || out != nil {
			continue
		}
		for y, n := range s.nodes {
			if len(y.Content) == 0 && n.start < n.end && bytes.ContainsAny(s.data[n.start:n.end], "\r\n") {
				out = append(out, n.span())
			}
		}
	}
	slices.SortFunc(out, func(a, b Span) int { return cmp.Compare(a.Start, b.Start) })
	return out
}
