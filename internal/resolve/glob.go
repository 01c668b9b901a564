package resolve

import (
	"path"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
)

// glob expands a pattern as openbsd-compat/glob.c does: `*`, `?` and `[…]`
// within a path component, a leading dot has to be written out, results in
// byte order whatever the locale. A pattern without wildcards gives itself if
// it exists.
func (env *Env) glob(pattern string) []string {
	if !strings.ContainsAny(pattern, "*?[\\") {
		return env.existing(nil, pattern)
	}
	found := []string{""}
	for rest := pattern; rest != ""; {
		part := strings.TrimLeft(rest, "/")
		for i := range found {
			found[i] += rest[:len(rest)-len(part)]
		}
		end := strings.IndexByte(part, '/')
		if end < 0 {
			end = len(part)
		}
		if end > 0 {
			found = env.globPart(found, dropEscape(part[:end], end < len(part)), end == len(part))
		}
		rest = part[end:]
	}
	slices.Sort(found)
	return found
}

// dropEscape drops a backslash that escapes the slash behind a component.
func dropEscape(part string, slash bool) string {
	trimmed := strings.TrimRight(part, "\\")
	if slash && (len(part)-len(trimmed))%2 == 1 {
		return part[:len(part)-1]
	}
	return part
}

// existing appends a name if it exists.
func (env *Env) existing(dst []string, name string) []string {
	if env.Exists != nil && env.Exists(name) {
		dst = append(dst, name)
	}
	return dst
}

// globPart extends each folder by the names in it that match one component.
func (env *Env) globPart(dirs []string, part string, last bool) []string {
	literal, ok := literalPart(part)
	var out []string
	for _, dir := range dirs {
		switch {
		case !ok:
			out = env.globDir(out, dir, part)
		case last:
			out = env.existing(out, dir+literal)
		default:
			out = append(out, dir+literal)
		}
	}
	return out
}

// globDir appends the names in a folder that match; one that cannot be read
// matches nothing. A pattern that starts with a dot finds `.` and `..` as well.
func (env *Env) globDir(out []string, dir, part string) []string {
	if env.ReadDir == nil {
		return out
	}
	at := dir
	if at == "" {
		at = "."
	}
	names, err := env.ReadDir(at)
	if err != nil {
		return out
	}
	if part[0] == '.' {
		names = append(names[:len(names):len(names)], ".", "..")
	}
	for _, name := range names {
		if (name[0] != '.' || part[0] == '.') && globMatch(name, part) {
			out = append(out, dir+name)
		}
	}
	return out
}

// literalPart returns a component without its backslashes; ok is false if it
// has wildcards.
func literalPart(part string) (literal string, ok bool) {
	b := make([]byte, 0, len(part))
	for i := 0; i < len(part); i++ {
		switch c := part[i]; {
		case c == '*', c == '?', c == '[' && bracketEnd(part[i:]) >= 0:
			return "", false
		case c == '\\' && i+1 < len(part):
			i++
		}
		b = append(b, part[i])
	}
	return string(b), true
}

// globMatch matches one name against one component. Invalid brackets match
// themselves, as in glob.c.
func globMatch(name, part string) bool {
	var i, j int
	star, mark := -1, 0
	for i < len(name) {
		if j < len(part) && part[j] == '*' {
			j++
			star, mark = j, i
			continue
		}
		if width, ok := globByte(name[i], part[j:]); ok {
			i++
			j += width
			continue
		}
		if star < 0 {
			return false
		}
		mark++
		i, j = mark, star
	}
	return strings.Trim(part[j:], "*") == ""
}

// globByte matches one byte against the start of a component and returns how
// much of it was used.
func globByte(c byte, part string) (width int, ok bool) {
	if part == "" {
		return 0, false
	}
	switch part[0] {
	case '?':
		return 1, true
	case '[':
		if end := bracketEnd(part); end >= 0 {
			return end + 1, inBracket(c, part[1:end])
		}
	case '\\':
		if len(part) > 1 {
			return 2, part[1] == c
		}
	}
	return 1, part[0] == c
}

// bracketEnd returns the index of the `]` that closes the bracket part starts
// with, or -1.
func bracketEnd(part string) int {
	i := 1
	if i < len(part) && part[i] == '!' {
		i++
	}
	if i >= len(part) {
		return -1
	}
	if end := strings.IndexByte(part[i+1:], ']'); end >= 0 {
		return i + 1 + end
	}
	return -1
}

func inBracket(c byte, set string) bool {
	negated := strings.HasPrefix(set, "!")
	if negated {
		set = set[1:]
	}
	hit := false
	for i := 0; i < len(set); i++ {
		if i+2 < len(set) && set[i+1] == '-' {
			hit = hit || set[i] <= c && c <= set[i+2]
			i += 2
			continue
		}
		hit = hit || set[i] == c
	}
	return hit != negated
}

// includePattern turns an Include argument into the pattern that is globbed:
// relative paths are anchored, never at the including file, and `~` is
// expanded on the client (readconf.c, servconf.c). ok is false where `~` has
// no meaning.
func (c *Config) includePattern(arg string, system bool) (pattern string, ok bool) {
	if c.Dialect.Side == keyword.Server || system {
		if path.IsAbs(arg) {
			return c.env.below(arg), true
		}
		return c.env.below("/etc/ssh/" + arg), true
	}
	switch {
	case path.IsAbs(arg):
		return c.env.below(arg), true
	case arg[0] == '~':
		name, rest, _ := strings.Cut(arg[1:], "/")
		home := c.env.Home
		if name != "" {
			if c.env.HomeOf == nil {
				return "", false
			}
			if home, ok = c.env.HomeOf(name); !ok {
				return "", false
			}
		}
		return home + "/" + rest, true
	}
	return c.env.Home + "/.ssh/" + arg, true
}

// below puts an absolute path below the root. The root "." leaves the path
// relative to the current folder.
func (env *Env) below(abs string) string {
	if env.Root == "." {
		return strings.TrimLeft(abs, "/")
	}
	return strings.TrimSuffix(env.Root, "/") + abs
}
