package config

import (
	"path"
	"path/filepath"
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

// matches reports whether the glob is for the file at an absolute path, or for
// one of the folders that it is in.
func (g *glob) matches(file string) bool {
	rel := filepath.ToSlash(file)
	if g.dir != "" {
		below, err := filepath.Rel(g.dir, file)
		if err != nil || !filepath.IsLocal(below) {
			return false
		}
		rel = filepath.ToSlash(below)
	}
	byName := g.dir != "" && !strings.Contains(g.pattern, "/")
	for p := rel; p != "." && p != "/" && p != ""; p = path.Dir(p) {
		text := p
		if byName {
			text = path.Base(p)
		}
		if doublestar.MatchUnvalidated(g.pattern, text) {
			return true
		}
		if path.Dir(p) == p {
			break
		}
	}
	return false
}
