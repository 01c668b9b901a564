package netssh

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// wrongLength is Ruby's answer to a word that does not split in two.
func wrongLength(at int, word string) *Error {
	n := 1
	if word == "" {
		n = 0
	}
	return &Error{Class: "ArgumentError", Message: fmt.Sprintf("wrong array length at %d (expected 2, was %d)", at, n)}
}

// shellWords does what Ruby's Shellwords.split does.
func shellWords(s string) ([]string, *Error) {
	var out []string
	var field strings.Builder
	for at := 0; at < len(s); {
		at = skipSpace(s, at)
		if at == len(s) {
			return out, nil
		}
		end, text, ok := shellPiece(s, at)
		if !ok {
			return nil, &Error{Class: "ArgumentError", Message: "Unmatched quote: " + rubyInspect(s)}
		}
		field.WriteString(text)
		if end == len(s) || isSpace(s[end]) {
			out = append(out, field.String())
			field.Reset()
			end = min(end+1, len(s))
		}
		at = end
	}
	return out, nil
}

// shellPiece reads a run of plain characters, a quoted text or an escape.
func shellPiece(s string, at int) (end int, text string, ok bool) {
	switch s[at] {
	case '\'':
		n := strings.IndexByte(s[at+1:], '\'')
		if n < 0 {
			return 0, "", false
		}
		return at + 1 + n + 1, s[at+1 : at+1+n], true
	case '"':
		return doubleQuoted(s, at)
	case '\\':
		if at+1 == len(s) {
			return at + 1, `\`, true
		}
		end = at + 2
		for end < len(s) && s[end]&0xc0 == 0x80 { // the rest of a character
			end++
		}
		return end, s[at+1 : end], true
	}
	end = at
	for end < len(s) && !isSpace(s[end]) && strings.IndexByte(`\'"`, s[end]) < 0 {
		end++
	}
	return end, s[at:end], true
}

func doubleQuoted(s string, at int) (end int, text string, ok bool) {
	var b strings.Builder
	for i := at + 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return i + 1, b.String(), true
		case s[i] == '\\' && i+1 < len(s):
			i++
			if strings.IndexByte("$`\"\\\n", s[i]) < 0 {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(s[i])
	}
	return 0, "", false
}

// rubyInspect is String#inspect, but for rare characters that cannot be printed.
func rubyInspect(s string) string {
	return strings.NewReplacer("#{", `\#{`, "#$", `\#$`, "#@", `\#@`).Replace(strconv.Quote(s))
}

// asciiInspect is the same with all but ASCII as code points.
func asciiInspect(s string) string {
	var b strings.Builder
	for _, r := range rubyInspect(s) {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, "\\u{%X}", r)
		default:
			fmt.Fprintf(&b, "\\u%04X", r)
		}
	}
	return b.String()
}
