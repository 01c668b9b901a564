package report

import (
	"strconv"
	"unicode/utf8"

	"github.com/sshvet/sshvet/internal/term"
)

// jsonText is JSON that grows at its end, value by value. It has the bytes that
// encoding/json would make, indented or on one line, with what a terminal or a
// build would obey written as escapes. Reports of very many findings are written
// by it: there is no reflection, no second reading for blanks and escapes, and
// no memory for each value.
type jsonText struct {
	out     []byte
	depth   int  // how many objects and lists are open
	begun   bool // the innermost of them has something in it
	oneLine bool // no line feeds and blanks
}

// lineStart starts a line at any depth that our objects have.
const lineStart = "\n                                                                "

// open starts an object or a list, { or [.
func (j *jsonText) open(c byte) {
	j.out = append(j.out, c)
	j.depth++
	j.begun = false
}

// close ends what open started, with } or ].
func (j *jsonText) close(c byte) {
	j.depth--
	if j.begun && !j.oneLine {
		j.out = append(j.out, lineStart[:1+2*j.depth]...)
	}
	j.out = append(j.out, c)
	j.begun = true
}

// next is what stands before an element of a list; key does it for fields.
func (j *jsonText) next() {
	j.out = j.separate(j.out)
	j.begun = true
}

// separate appends what stands between elements or fields.
func (j *jsonText) separate(out []byte) []byte {
	if j.begun {
		out = append(out, ',')
	}
	if !j.oneLine {
		out = append(out, lineStart[:1+2*j.depth]...)
	}
	return out
}

// key starts a field; its value follows. The name has nothing to escape.
func (j *jsonText) key(name string) {
	out := append(j.separate(j.out), '"')
	out = append(out, name...)
	out = append(out, '"', ':')
	if !j.oneLine {
		out = append(out, ' ')
	}
	j.out, j.begun = out, true
}

// openField starts a field that is an object or a list.
func (j *jsonText) openField(name string, c byte) {
	j.key(name)
	j.open(c)
}

func (j *jsonText) textField(name, value string) {
	j.key(name)
	j.text(value)
}

// rawField is a field whose value is JSON already.
func (j *jsonText) rawField(name, value string) {
	j.key(name)
	j.out = append(j.out, value...)
}

func (j *jsonText) numberField(name string, value int) {
	j.key(name)
	j.out = strconv.AppendInt(j.out, int64(value), 10)
}

func (j *jsonText) boolField(name string, value bool) {
	j.key(name)
	j.out = strconv.AppendBool(j.out, value)
}

// text is a string, escaped.
func (j *jsonText) text(s string) {
	j.out = appendQuoted(j.out, s)
}

// quoted is a string as a JSON value, for those that are needed often.
func quoted(s string) string { return string(appendQuoted(nil, s)) }

// appendQuoted appends a string as a JSON value. What is no UTF-8 becomes U+FFFD,
// as encoding/json does it.
func appendQuoted(out []byte, s string) []byte {
	out = append(out, '"')
	for len(s) > 0 {
		n := ordinary(s)
		out = append(out, s[:n]...)
		if s = s[n:]; s != "" {
			out, n = appendRune(out, s)
			s = s[n:]
		}
	}
	return append(out, '"')
}

// ordinary is the length of the text at the start of s that stands for itself.
func ordinary(s string) int {
	for i := range len(s) {
		if !isOrdinary(s[i]) {
			return i
		}
	}
	return len(s)
}

// appendRune appends the first rune of s, escaped if need be, and returns its size.
func appendRune(out []byte, s string) (longer []byte, size int) {
	c := s[0]
	if short := shortEscapes[c]; short != 0 {
		return append(out, '\\', short), 1
	}
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 {
		return append(out, `\ufffd`...), 1
	}
	if shown, _ := term.Visible(s); len(shown) == size {
		return append(out, shown...), size
	}
	return appendUnit(out, r), size
}

// shortEscapes are what stands behind a backslash for some bytes.
var shortEscapes = [256]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}

// appendUnit appends a rune as JSON's \uXXXX, the higher ones as two.
func appendUnit(out []byte, r rune) []byte {
	if r > 0xffff {
		r -= 0x10000
		out = appendUnit(out, 0xd800+r>>10)
		r = 0xdc00 + r&0x3ff
	}
	return append(out, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}
