package netssh

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxGlob bounds what one pattern may expand to, names met on the way
// included: sixteen braces of two words each stand for 65,536 patterns.
const maxGlob = 1 << 16

// Globber expands patterns as Ruby's Dir.glob does: `*`, `?`, `[…]`, `{a,b}`,
// and `**/` for any number of folders. A leading dot has to be written out.
type Globber struct {
	// ReadDir returns the names in a folder, in any order.
	ReadDir func(path string) ([]string, error)
	// Exists reports whether a name exists, links not followed.
	Exists func(path string) bool
	// Link reports whether a name is a symbolic link: `**/` does not follow
	// them. nil: nothing is one.
	Link func(path string) bool
}

// Glob returns the names that match, sorted within each folder and brace
// alternative; folders are left out where the pattern asks for nothing else. It fails for a pattern with a NUL, and for one that expands to
// more than maxGlob names.
func (g Globber) Glob(pattern string) ([]string, error) {
	if strings.Contains(pattern, "\x00") {
		return nil, &Error{Class: "ArgumentError", Message: "nul-separated glob pattern is deprecated"}
	}
	if !strings.ContainsAny(pattern, `*?[{\`) {
		if g.exists(pattern) {
			return []string{pattern}, nil
		}
		return nil, nil
	}
	x := &globbing{Globber: g, room: maxGlob}
	x.braces(pattern)
	if x.room < 0 {
		return nil, ErrTooMuch
	}
	return x.found, nil
}

func (g Globber) exists(name string) bool { return g.Exists != nil && g.Exists(name) }

// globbing is one expansion.
type globbing struct {
	Globber
	parts []string // of the alternative that is expanded
	found []string
	room  int
}

// spend counts work, and reports whether there is room for more.
func (x *globbing) spend() bool {
	x.room--
	return x.room >= 0
}

// braces expands the first pair of braces, and by recursion all. An opening
// brace that is never closed makes the pattern match nothing.
func (x *globbing) braces(pattern string) {
	open, end := bracePair(pattern)
	switch {
	case !x.spend():
	case open < 0:
		x.alternative(pattern)
	case end < 0:
	default:
		for _, word := range alternatives(pattern[open+1 : end]) {
			x.braces(pattern[:open] + word + pattern[end+1:])
		}
	}
}

// bracePair finds the first opening brace and the one that closes it; -1 for
// one that is not there.
func bracePair(s string) (open, end int) {
	open = -1
	nest := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			if nest == 0 {
				open = i
			}
			nest++
		case '}':
			if open < 0 {
				continue
			}
			if nest--; nest == 0 {
				return open, i
			}
		case '\\':
			i++
		}
	}
	return open, -1
}

// alternatives splits what is between braces at the commas outside inner ones.
func alternatives(s string) []string {
	var out []string
	start, nest := 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			nest++
		case '}':
			nest--
		case '\\':
			i++
		case ',':
			if nest == 0 {
				out = append(out, s[start:i])
				start = i + 1
			}
		}
	}
	return append(out, s[start:])
}

// alternative expands a pattern without braces. One that ends in a slash stands
// for folders alone, which nobody asks for.
func (x *globbing) alternative(pattern string) {
	rest := strings.TrimLeft(pattern, "/")
	if rest == "" || strings.HasSuffix(rest, "/") {
		return
	}
	x.parts = parts(rest)
	x.walk(pattern[:len(pattern)-len(rest)], []int{0}, true)
}

// recursive is the part `**/`.
const recursive = "**/"

// parts splits a pattern into its path components. A slash inside brackets
// separates nothing.
func parts(s string) []string {
	var out []string
	for s != "" {
		if strings.HasPrefix(s, recursive) {
			s = strings.TrimLeft(s[len(recursive):], "/")
			if n := len(out); n == 0 || out[n-1] != recursive {
				out = append(out, recursive)
			}
			continue
		}
		end := separator(s)
		out = append(out, dropLast(s[:end]))
		s = strings.TrimPrefix(s[end:], "/")
	}
	return out
}

// dropLast drops a backslash at the end that has nothing to escape.
func dropLast(s string) string {
	trimmed := strings.TrimRight(s, `\`)
	return s[:len(s)-(len(s)-len(trimmed))%2]
}

func separator(s string) int {
	open := false
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '[':
			open = true
		case ']':
			open = false
		case '\\':
			i++
		case '/':
			if !open {
				return i
			}
		}
	}
	return len(s)
}

// walk goes on from a path that is matched so far, and ends in a slash unless
// it is empty. at are the parts of the pattern that may come next: behind `**/`
// there are several, and Ruby follows them side by side, so that the names come
// in the order of the folders. In the first folder that is listed, `.` is among
// the names.
func (x *globbing) walk(dir string, at []int, first bool) {
	if !x.spend() {
		return
	}
	part := x.parts[at[0]]
	if len(at) > 1 || part == recursive || strings.ContainsAny(part, "*?[") {
		x.list(dir, at, first)
		return
	}
	name := dir + unescape(part)
	switch {
	case at[0]+1 < len(x.parts):
		x.walk(name+"/", []int{at[0] + 1}, first)
	case x.exists(name):
		x.found = append(x.found, name)
	}
}

// list tries each name in a folder.
func (x *globbing) list(dir string, at []int, first bool) {
	names := x.names(dir)
	deep := slices.ContainsFunc(at, func(i int) bool { return x.parts[i] == recursive })
	if first && !deep && names != nil {
		names = append([]string{"."}, names...)
	}
	for _, name := range names {
		next := x.next(dir, name, at)
		if i := slices.Index(next, len(x.parts)); i >= 0 {
			x.found = append(x.found, dir+name)
			next = slices.Delete(next, i, i+1)
		}
		if len(next) > 0 {
			x.walk(dir+name+"/", next, false)
		}
	}
}

// next lists the parts that may follow a name; len(parts) stands for the end.
func (x *globbing) next(dir, name string, at []int) []int {
	var out []int
	add := func(i int) {
		if !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	for _, i := range at {
		if x.parts[i] == recursive {
			if name[0] != '.' && (x.Link == nil || !x.Link(dir+name)) {
				add(i)
			}
			i++
		}
		if nameMatch(name, x.parts[i]) {
			add(i + 1)
		}
	}
	return out
}

// names lists a folder in order; a file and what cannot be read have none.
func (x *globbing) names(dir string) []string {
	if x.ReadDir == nil {
		return nil
	}
	at := path.Clean(dir) // "" is the current folder
	names, err := x.ReadDir(at)
	if err != nil {
		return nil
	}
	names = slices.Clone(names)
	slices.Sort(names)
	if x.room -= len(names); x.room < 0 {
		return nil
	}
	return names
}

func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++ // there is another, see dropLast
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// nameMatch is Ruby's File.fnmatch for one component.
func nameMatch(name, pattern string) bool {
	if strings.HasPrefix(name, ".") && !strings.HasPrefix(strings.TrimPrefix(pattern, `\`), ".") {
		return false
	}
	i, j, star, mark := 0, 0, -1, 0
	for i < len(name) {
		if j < len(pattern) && pattern[j] == '*' {
			j++
			star, mark = j, i
			continue
		}
		if w, pw, ok := charMatch(name[i:], pattern[j:]); ok {
			i, j = i+w, j+pw
			continue
		}
		if star < 0 {
			return false
		}
		_, w := utf8.DecodeRuneInString(name[mark:])
		mark += w
		i, j = mark, star
	}
	return strings.Trim(pattern[j:], "*") == ""
}

// charMatch matches one character against the start of a pattern, and returns
// how long both are.
func charMatch(name, pattern string) (width, patternWidth int, ok bool) {
	if pattern == "" {
		return 0, 0, false
	}
	r, w := utf8.DecodeRuneInString(name)
	switch pattern[0] {
	case '?':
		return w, 1, true
	case '[':
		n, hit := bracket(r, pattern)
		return w, n, hit
	case '\\':
		p, pw := utf8.DecodeRuneInString(pattern[1:])
		return w, 1 + pw, p == r
	}
	p, pw := utf8.DecodeRuneInString(pattern)
	return w, pw, p == r
}

// bracket matches a character against the set that a pattern starts with. A
// set that is not closed matches nothing. An empty one is not closed by its
// first `]`: that is a member only behind a backslash.
func bracket(r rune, pattern string) (width int, ok bool) {
	i := 1
	negated := i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^')
	if negated {
		i++
	}
	hit := false
	for i < len(pattern) && pattern[i] != ']' {
		low, n := member(pattern[i:])
		i += n
		high := low
		if i+1 < len(pattern) && pattern[i] == '-' && pattern[i+1] != ']' {
			high, n = member(pattern[i+1:])
			i += 1 + n
		}
		hit = hit || low <= r && r <= high
	}
	if i >= len(pattern) {
		return 0, false
	}
	return i + 1, hit != negated
}

func member(s string) (rune, int) {
	if s[0] == '\\' && len(s) > 1 {
		r, w := utf8.DecodeRuneInString(s[1:])
		return r, 1 + w
	}
	return utf8.DecodeRuneInString(s)
}
