package netssh

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hostName is the host in the form in which patterns are compared with it.
type hostName struct {
	name  string
	valid bool
	ascii bool // of ASCII alone
	// lines are those of the name: Ruby's ^ and $ match at each.
	lines [][]rune
	texts []string // the same as they are written
}

func newHostName(name string) hostName {
	h := hostName{name: name, valid: utf8.ValidString(name), ascii: strings.IndexFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) < 0}
	lines := strings.Split(name, "\n")
	if n := len(lines); n > 1 && lines[n-1] == "" {
		lines = lines[:n-1]
	}
	h.texts = lines
	for _, l := range lines {
		h.lines = append(h.lines, folded(l))
	}
	return h
}

// folded gives letters that differ in case alone the same form.
func folded(s string) []rune {
	out := []rune(s)
	for i, r := range out {
		out[i] = fold(r)
	}
	return out
}

func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if 'a' <= r && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

// matches compares one pattern, without regard to case, with the host.
func (h *hostName) matches(pattern string) (bool, *Error) {
	if !h.valid {
		return false, invalid()
	}
	if !strings.ContainsAny(pattern, "*?") { // as nearly all: nothing need be copied
		return slices.ContainsFunc(h.texts, func(text string) bool { return strings.EqualFold(text, pattern) }), nil
	}
	p := folded(pattern)
	for _, l := range h.lines {
		if globMatch(l, p) {
			return true, nil
		}
	}
	return false, nil
}

// isNoneOf reports whether the value of a Host line is a list of plain names of
// which none is the host. It says no where that would take a closer look.
func (h *hostName) isNoneOf(list string) bool {
	start, one := 0, true
	for i := range len(list) {
		c := list[i]
		switch {
		case c == ' ':
			if h.mayBe(list[start:i]) {
				return false
			}
			start, one = i+1, false
		case !isNameByte(c):
			return false
		}
	}
	last := list[start:]
	if one && parse(list).Kind != String { // net-ssh takes `Host yes` and `Host 1` for other words
		return false
	}
	return last != "" && !h.mayBe(last)
}

// isNameByte reports whether a byte means itself in a Host line, wherever it stands.
func isNameByte(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '.' || c == '-' || c == '_'
}

// mayBe reports whether the host may be a name of ASCII letters.
func (h *hostName) mayBe(name string) bool {
	return !h.ascii || slices.ContainsFunc(h.texts, func(text string) bool { return len(text) == len(name) && strings.EqualFold(text, name) })
}

// globMatch matches `*` and `?`. A later `*` never needs what an earlier one
// could give back, so one place to return to is enough.
func globMatch(name, pattern []rune) bool {
	i, j, star, mark := 0, 0, -1, 0
	for i < len(name) {
		switch {
		case j < len(pattern) && pattern[j] == '*':
			j++
			star, mark = j, i
		case j < len(pattern) && (pattern[j] == '?' || pattern[j] == name[i]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = mark, star
		default:
			return false
		}
	}
	for j < len(pattern) && pattern[j] == '*' {
		j++
	}
	return j == len(pattern)
}

// block is what a Host or Match line says of the host.
type block struct {
	line    *line
	matched bool
	never   bool // a Match line that holds for no host
}

// label is the line as messages quote it.
func (b *block) label() string {
	name := "Match "
	if b.line.key == keyHost {
		name = "Host "
	}
	return name + strings.TrimSpace(b.line.value().String())
}

// evalHost judges a Host line: a negated pattern that matches beats all.
func (h *hostName) evalHost(v Value) (bool, *Error) {
	list := v.toS()
	matched := false
	for _, negated := range [...]bool{true, false} {
		if negated && !strings.Contains(list, "!") {
			continue
		}
		for p := range eachWord(list) {
			bare, isNegated := strings.CutPrefix(p, "!")
			if isNegated != negated {
				continue
			}
			hit, err := h.matches(bare)
			if err != nil {
				return false, err
			}
			if hit {
				return !negated, nil
			}
		}
	}
	return matched, nil
}

// evalMatch judges a Match line: `all` by itself, or the `host` conditions in
// it; all others are passed over. never is true if there is none of either.
func (h *hostName) evalMatch(v Value) (matched, never bool, err *Error) {
	if v.Kind != String {
		return false, false, v.noMethod("split")
	}
	list := conditions(v.Text)
	if len(list) == 1 && list[0] == "all" {
		return true, false, nil
	}
	matched, never = true, true
	for i := 0; i < len(list); i += 2 {
		switch lower(list[i]) {
		case "all":
			return false, false, &Error{Class: "RuntimeError", Message: "all cannot be mixed with other conditions"}
		case "host":
			if i+1 == len(list) {
				return false, false, Value{}.noMethod("start_with?")
			}
			hit, err := h.evalHostCondition(unquote(list[i+1]))
			if err != nil {
				return false, false, err
			}
			matched, never = matched && hit, false
		}
	}
	return matched && !never, never, nil
}

// evalHostCondition judges the list of a Match host. A `!` in front of it
// negates the whole list; elsewhere it is a character like any other.
func (h *hostName) evalHostCondition(list string) (bool, *Error) {
	list, negated := strings.CutPrefix(list, "!")
	for _, p := range commas(list) {
		hit, err := h.matches(p)
		if err != nil {
			return false, err
		}
		if hit {
			return !negated, nil
		}
	}
	return negated, nil
}

// conditions splits a Match line at blanks, and at each `=` without another
// beside it.
func conditions(s string) []string {
	var out []string
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && !strings.ContainsRune(" \t\r\n", rune(s[i])) && !isLoneEquals(s, i) {
			continue
		}
		if i > start {
			out = append(out, s[start:i])
		}
		start = i + 1
	}
	return out
}

func isLoneEquals(s string, i int) bool {
	return s[i] == '=' && (i == 0 || s[i-1] != '=') && (i+1 == len(s) || s[i+1] != '=')
}

// regexpSource is the source of the regular expression that net-ssh makes of a
// pattern.
func regexpSource(pattern string) string {
	var b strings.Builder
	b.WriteByte('^')
	for i := range len(pattern) {
		switch c := pattern[i]; {
		case c == '*':
			b.WriteString(".*")
		case c == '?':
			b.WriteByte('.')
		case strings.IndexByte(`[]{}()|-.\+^$#`, c) >= 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('$')
	return b.String()
}
