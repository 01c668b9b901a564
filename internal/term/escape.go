package term

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// Escape makes visible what a terminal would obey or hide: control characters
// (C0, DEL, C1), bidi controls and the other format characters without a glyph
// (zero-width ones, BOM), line and paragraph separators, bytes that are no UTF-8,
// and the first # of what builds would obey (see IsCommand). They become \x1b,
// \u202e, \U000e0041 and \xff; C1 controls, being runes, become \u009b. Tabs
// stay, and so do backslashes: the result is for people and cannot be turned
// back. Line feeds are escaped too, so that the result is one line. If there is
// nothing to escape, s itself is returned.
func Escape(s string) string { return escape(s, true) }

// EscapePath is Escape for a path at the start of a line. GitHub obeys lines that
// begin with ::, so a path that does gets a ./ in front.
func EscapePath(path string) string {
	if trimmed := strings.TrimLeft(path, " \t"); strings.HasPrefix(trimmed, "::") {
		path = "./" + path
	}
	return Escape(path)
}

// EscapeTab is Escape for where a tab could mislead too: it becomes \x09.
func EscapeTab(s string) string { return escape(s, false) }

func escape(s string, keepTab bool) string {
	i := hidden(s, keepTab)
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for ; i < len(s); i = hidden(s, keepTab) {
		visible, size := Visible(s[i:])
		b.WriteString(s[:i])
		b.WriteString(visible)
		s = s[i+size:]
	}
	b.WriteString(s)
	return b.String()
}

// hidden is the index of the first rune of s to escape, or len(s).
func hidden(s string, keepTab bool) int {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7f && (c != '#' || !IsCommand(s[i:])) || c == '\t' && keepTab {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if isHidden(r, size) || c == '#' {
			return i
		}
		i += size
	}
	return len(s)
}

// isHidden reports whether a decoded rune has to be escaped.
func isHidden(r rune, size int) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return r == utf8.RuneError && size == 1 ||
		unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// Visible returns the first rune of s as EscapeTab shows it, and its size in
// bytes. For an empty string it returns "", 0.
func Visible(s string) (text string, size int) {
	if s == "" {
		return "", 0
	}
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == '#' && IsCommand(s):
		return `\x23`, 1
	case !isHidden(r, size):
		return s[:size], size
	case size == 1:
		return hex(`\x`, rune(s[0]), 2), 1
	case r > 0xffff:
		return hex(`\U`, r, 8), size
	}
	return hex(`\u`, r, 4), size
}

// hex writes r in a number of digits.
func hex(prefix string, r rune, digits int) string {
	var buf [10]byte
	out := append(buf[:0], prefix...)
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		out = append(out, hexDigits[r>>shift&15])
	}
	return string(out)
}

// IsCommand reports whether s starts with ##, letters or none, and [. Programs
// that run builds obey such words anywhere in a line of what they are shown:
// GitHub ##[name], Azure Pipelines and TeamCity ##word[name. The first # of
// one is escaped, so that a file has no say over a build.
func IsCommand[T string | []byte](s T) bool {
	if len(s) < 3 || s[0] != '#' || s[1] != '#' {
		return false
	}
	for i := 2; i < len(s); i++ {
		switch c := s[i] | 0x20; {
		case s[i] == '[':
			return true
		case c < 'a' || c > 'z':
			return false
		}
	}
	return false
}
