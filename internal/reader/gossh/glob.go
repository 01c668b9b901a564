package gossh

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// glob does what filepath.Glob does, in the world of the request. The paths are
// those that the library sees.
func (l *loader) glob(pattern string) ([]string, error) {
	if _, err := filepath.Match(pattern, ""); err != nil {
		return nil, err
	}
	if l.req.NoIncludes {
		return nil, nil
	}
	return l.expand(pattern)
}

func (l *loader) expand(pattern string) ([]string, error) {
	env := &l.req.Env
	if !isPattern(pattern) {
		if env.Exists != nil && env.Exists(l.real(pattern)) {
			return []string{pattern}, nil
		}
		return nil, nil
	}
	dir, file := filepath.Split(pattern)
	if len(dir) > 1 {
		dir = strings.TrimSuffix(dir, string(filepath.Separator))
	}
	dirs := []string{dir}
	if isPattern(dir) {
		var err error
		if dirs, err = l.expand(dir); err != nil {
			return nil, err
		}
	}
	var out []string
	for _, d := range dirs {
		found, err := l.matching(d, file)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// matching lists what a folder has that matches; one that cannot be read has
// nothing.
func (l *loader) matching(dir, pattern string) ([]string, error) {
	if l.req.Env.ReadDir == nil {
		return nil, nil
	}
	names, err := l.req.Env.ReadDir(l.real(dir))
	if err != nil {
		return nil, nil
	}
	slices.Sort(names)
	var out []string
	for _, name := range names {
		ok, err := filepath.Match(pattern, name)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, filepath.Join(dir, name))
		}
	}
	return out, nil
}

func isPattern(s string) bool {
	special := `*?[\`
	if runtime.GOOS == "windows" {
		special = `*?[`
	}
	return strings.ContainsAny(s, special)
}
