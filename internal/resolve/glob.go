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
// it exists. One that is as long as no path may be matches nothing.
func (env *Env) glob(pattern string) []string {
	if len(pattern) >= maxPath {
		return nil
	}
	if !strings.ContainsAny(pattern, "*?[\\") {
		return env.existing(nil, pattern)
	}
	if strings.Contains(pattern, "[:") && hasNoSuchClass(pattern) {
		return nil
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

// maxPath is PATH_MAX of Linux, the length from which on glob.c looks for nothing.
const maxPath = 4096

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
	dot := part[0] == '.' || strings.HasPrefix(part, "\\.")
	if dot {
		names = append(names[:len(names):len(names)], ".", "..")
	}
	for _, name := range names {
		if (name[0] != '.' || dot) && globMatch(name, part) {
			out = append(out, dir+name)
		}
	}
	return out
}

// literalPart returns a component without its backslashes; ok is false if it
// has wildcards.
func literalPart(part string) (literal string, ok bool) {
	b := make([]byte, 0, len(part))
	last := strings.LastIndexByte(part, ']') // so that brackets behind it cost no search each
	for i := 0; i < len(part); i++ {
		switch c := part[i]; {
		case c == '*', c == '?', c == '[' && i < last && bracketEnd(part[i:]) >= 0:
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
// with, or -1. The first member of a set may be a `]`, and a backslash takes
// the meaning from what follows.
func bracketEnd(part string) int {
	i := 1
	if i < len(part) && part[i] == '!' {
		i++
	}
	for first := true; i < len(part); first = false {
		if part[i] == ']' && !first {
			return i
		}
		_, width := nextMember(part[i:])
		i += width
	}
	return -1
}

// memberOf is one member of a set: a class, or a range of bytes.
type memberOf struct {
	class     func(c byte) bool
	low, high byte
}

// nextMember reads the member that a set starts with, and how long it is. A
// class that does not exist has no members.
func nextMember(set string) (m memberOf, width int) {
	if name, ok := className(set); ok {
		if m.class = classes[name]; m.class == nil {
			m.class = func(byte) bool { return false }
		}
		return m, len("[:") + len(name) + len(":]")
	}
	m.low, width = setByte(set)
	m.high = m.low
	if rest := set[width:]; len(rest) > 1 && rest[0] == '-' && rest[1] != ']' {
		high, more := setByte(rest[1:])
		m.high = high
		width += 1 + more
	}
	return m, width
}

// setByte is the byte that a set starts with, less the backslash in front.
func setByte(set string) (c byte, width int) {
	if set[0] == '\\' && len(set) > 1 {
		return set[1], 2
	}
	return set[0], 1
}

// className returns NAME where a set starts with `[:NAME:]`.
func className(set string) (name string, ok bool) {
	rest, ok := strings.CutPrefix(set, "[:")
	if !ok {
		return "", false
	}
	name, rest, ok = strings.Cut(rest, ":")
	return name, ok && strings.HasPrefix(rest, "]")
}

// classes are the ones of glob.c; their members are those of the C locale.
var classes = map[string]func(c byte) bool{
	"alnum":  func(c byte) bool { return isAlpha(c) || isDigit(c) },
	"alpha":  isAlpha,
	"blank":  func(c byte) bool { return c == ' ' || c == '\t' },
	"cntrl":  func(c byte) bool { return c < ' ' || c == 0x7f },
	"digit":  isDigit,
	"graph":  func(c byte) bool { return '!' <= c && c <= '~' },
	"lower":  func(c byte) bool { return 'a' <= c && c <= 'z' },
	"print":  func(c byte) bool { return ' ' <= c && c <= '~' },
	"punct":  func(c byte) bool { return '!' <= c && c <= '~' && !isAlpha(c) && !isDigit(c) },
	"space":  func(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' },
	"upper":  func(c byte) bool { return 'A' <= c && c <= 'Z' },
	"xdigit": func(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' },
}

func isAlpha(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func inBracket(c byte, set string) bool {
	negated := strings.HasPrefix(set, "!")
	if negated {
		set = set[1:]
	}
	hit := false
	for set != "" {
		m, width := nextMember(set)
		hit = hit || m.class != nil && m.class(c) || m.class == nil && m.low <= c && c <= m.high
		set = set[width:]
	}
	return hit != negated
}

// hasNoSuchClass reports whether a pattern names a class that does not exist:
// glob.c gives up on it then.
func hasNoSuchClass(part string) bool {
	for i := 0; i < len(part); i++ {
		switch part[i] {
		case '\\':
			i++
		case '[':
			end := bracketEnd(part[i:])
			if end < 0 {
				continue
			}
			for set := strings.TrimPrefix(part[i+1:i+end], "!"); set != ""; {
				if name, ok := className(set); ok && classes[name] == nil {
					return true
				}
				_, width := nextMember(set)
				set = set[width:]
			}
			i += end
		}
	}
	return false
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
