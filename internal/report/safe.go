package report

import (
	"bufio"
	"strings"
	"unicode/utf8"

	"github.com/sshvet/sshvet/internal/term"
)

// escapeLine is term.Escape for text that stands, but for blanks, at the start
// of a line, where GitHub obeys ::name::.
func escapeLine(s string) string {
	s = term.Escape(s)
	if blanks := len(s) - len(strings.TrimLeft(s, " \t")); strings.HasPrefix(s[blanks:], "::") {
		return s[:blanks] + `\x3a` + s[blanks+1:]
	}
	return s
}

// escapeLines is term.Escape for a text whose line feeds are its own.
func escapeLines(s string) string {
	s = strings.TrimRight(s, "\n")
	if strings.IndexByte(s, '\n') < 0 {
		return term.Escape(s) // without a copy
	}
	var b strings.Builder
	for line := range strings.SplitSeq(s, "\n") {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(term.Escape(line))
	}
	return b.String()
}

// writeString writes the string at the start of encoded JSON, of which it returns
// the length, with what a terminal or a build would obey written as escapes.
// An escape is the same text: nothing is lost.
func writeString(w *bufio.Writer, data []byte) (length int) {
	done := 0
	for i := 1; i < len(data); i++ {
		c := data[i]
		switch {
		case isOrdinary(c):
			continue
		case c == '"':
			w.Write(data[done : i+1])
			return i + 1
		case c == '\\':
			i++
			continue
		case c == '#' && !term.IsCommand(data[i:]):
			continue
		}
		r, size := utf8.DecodeRune(data[i:])
		if c >= utf8.RuneSelf {
			if shown, _ := term.Visible(string(data[i : i+size])); len(shown) == size {
				i += size - 1
				continue
			}
		}
		w.Write(data[done:i])
		w.Write(appendUnit(w.AvailableBuffer(), r))
		i += size - 1
		done = i + 1
	}
	w.Write(data[done:])
	return len(data)
}

// isOrdinary reports whether a byte of a string means nothing.
func isOrdinary(c byte) bool { return c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '#' }

// writeIndented writes encoded JSON as writeString does its strings, with the line
// feeds and blanks of json.Indent, whose own reading of each byte would take
// as long as all the rest.
func writeIndented(w *bufio.Writer, data []byte) {
	lines := "\n" + blanks
	line := lines[:1]
	for i := 0; i < len(data); i++ {
		switch c := data[i]; c {
		case '"':
			i += writeString(w, data[i:]) - 1
		case '{', '[':
			w.WriteByte(c)
			if data[i+1] == c+2 { // its own end
				w.WriteByte(c + 2)
				i++
				continue
			}
			if line = lines[:min(len(line)+2, len(lines))]; len(line) == len(lines) {
				lines += blanks
			}
			w.WriteString(line)
		case '}', ']':
			line = lines[:len(line)-2]
			w.WriteString(line)
			w.WriteByte(c)
		case ',':
			w.WriteByte(c)
			w.WriteString(line)
		case ':':
			w.WriteString(": ")
		default:
			w.WriteByte(c)
		}
	}
}

// blanks indents more than our objects need; deeper ones take several.
const blanks = "                        "

const hexDigits = "0123456789abcdef"

// replaceBytes appends a text with what a table has for them in the place of
// bytes; "" keeps one.
func replaceBytes(out []byte, s string, table *[256]string) []byte {
	done := 0
	for i := range len(s) {
		if instead := table[s[i]]; instead != "" {
			out = append(append(out, s[done:i]...), instead...)
			done = i + 1
		}
	}
	return append(out, s[done:]...)
}

// appendAll appends texts.
func appendAll(out []byte, texts ...string) []byte {
	for _, text := range texts {
		out = append(out, text...)
	}
	return out
}
