package gossh

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// includeLine is an Include line as the library sees it.
type includeLine struct {
	line, column int    // where its value begins, from 1; columns in runes
	value        string // up to a comment or the end of the line
}

// placeholder stands for the word Include: a keyword of no program, as long as
// what it replaces.
const placeholder = "Xnclude"

// guard replaces the keyword of each line that the library takes for an
// Include, so that it takes it for an unknown setting: nothing else in the file
// or in the places of its errors changes.
//
// What such a line is follows its lexer. A line ends at a line feed. Blanks,
// tabs and carriage returns may stand before the keyword, which ends at a
// blank, a tab, a carriage return or an equals sign; it is compared in lower
// case, of which Unicode has more than ASCII.
func guard(data []byte) (guarded []byte, includes []includeLine) {
	done := 0 // up to where data is in guarded
	for n, at := 1, 0; at < len(data); n++ {
		end := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		line := data[at:end]
		from := wordStart(line)
		if to := wordEnd(line, from); mayFold(line[from:to]) && strings.ToLower(string(line[from:to])) == "include" {
			guarded = append(append(guarded, data[done:at+from]...), placeholder...)
			done = at + to
			value, start := valueOf(line, to)
			includes = append(includes, includeLine{line: n, column: 1 + utf8.RuneCount(line[:start]), value: value})
		}
		at = end
	}
	if done == 0 {
		return data, nil // as most files are: nothing is copied
	}
	return append(guarded, data[done:]...), includes
}

// wordStart is where the keyword of a line begins.
func wordStart(line []byte) int {
	at := 0
	for at < len(line) && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r') {
		at++
	}
	return at
}

// wordEnd is where it ends, if it may be Include.
func wordEnd(line []byte, at int) int {
	if !mayFold(line[at:]) {
		return at
	}
	for ; at < len(line); at++ {
		switch line[at] {
		case ' ', '\t', '\r', '\n', '=':
			return at
		}
	}
	return at
}

// mayFold spares nearly all words the comparison.
func mayFold(word []byte) bool {
	return len(word) >= len("include") && (word[0]|0x20 == 'i' || word[0] >= utf8.RuneSelf)
}

// valueOf is what stands behind the keyword, and where it begins.
func valueOf(line []byte, at int) (value string, start int) {
	blanks := func() {
		for at < len(line) && (line[at] == ' ' || line[at] == '\t') {
			at++
		}
	}
	if blanks(); at < len(line) && line[at] == '=' {
		at++
		blanks()
	}
	text := line[at:]
	if i := bytes.IndexAny(text, "#\n"); i >= 0 {
		if text[i] == '\n' && i > 0 && text[i-1] == '\r' {
			i--
		}
		text = text[:i]
	}
	return string([]rune(string(text))), at
}
