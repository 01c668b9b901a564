package config

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// maxGlob and maxBraces bound what a glob may cost: each {a,b} doubles it.
const (
	maxGlob   = 1024
	maxBraces = 8
)

// glob is a pattern for files. One with a slash is a path seen from the folder
// of the configuration, or an absolute one; one without is a name that may be
// anywhere below that folder. What matches a folder matches all below it.
type glob struct {
	dir     string // what paths are seen from; "": the pattern is absolute
	pattern string
}

func (b *builder) glob(v *value) (glob, error) {
	g := glob{dir: b.c.Dir, pattern: filepath.ToSlash(v.text)}
	if rest, ok := strings.CutPrefix(g.pattern, "~/"); ok && b.home != "" {
		g.pattern = filepath.ToSlash(b.home) + "/" + rest
	}
	switch {
	case len(g.pattern) > maxGlob || strings.Count(g.pattern, "{") > maxBraces:
		return g, b.fail(v, "this glob is too long, or has too many braces", "write several")
	case !doublestar.ValidatePattern(g.pattern):
		return g, b.fail(v, "this is no glob: a bracket or brace is not closed", `a \ before it takes its meaning away`)
	case strings.HasPrefix(g.pattern, "!"):
		return g, b.fail(v, "a ! in front makes no exception here", "list what is meant, or write \\! for a name that begins with it")
	case strings.HasPrefix(g.pattern, "../"):
		return g, b.fail(v, "a glob cannot leave the folder of the configuration", "write an absolute one, or put the configuration further up")
	}
	g.pattern = strings.TrimSuffix(strings.TrimPrefix(g.pattern, "./"), "/")
	if path.IsAbs(g.pattern) || filepath.IsAbs(g.pattern) {
		g.dir = ""
	}
	return g, nil
}

// place is a file as globs see it: its path and those of the folders that it is in, from
// the inmost, all with slashes.
type place struct {
	below []string // seen from the folder of the configuration; nil if it is not in there
	names []string // their last parts
	paths []string // absolute
}

func newPlace(dir, file string) *place {
	p := &place{paths: withParents(filepath.ToSlash(file))}
	if rel, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(rel) {
		p.below = withParents(filepath.ToSlash(rel))
	}
	for _, b := range p.below {
		p.names = append(p.names, path.Base(b))
	}
	return p
}

// withParents lists a path and its parents, less the last one, which holds everything.
func withParents(p string) (out []string) {
	for p != "." && p != "/" && p != "" {
		out = append(out, p)
		up := path.Dir(p)
		if up == p {
			break
		}
		p = up
	}
	return out
}

// matches reports whether the glob is for a file, or for one of the folders that it is in.
func (g *glob) matches(p *place) bool {
	texts := p.below
	switch {
	case g.dir == "":
		texts = p.paths
	case !strings.Contains(g.pattern, "/"):
		texts = p.names
	}
	if !strings.ContainsAny(g.pattern, `*?[]{}\`) {
		return slices.Contains(texts, g.pattern)
	}
	return slices.ContainsFunc(texts, func(text string) bool { return doublestar.MatchUnvalidated(g.pattern, text) })
}
