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
	guarded = make([]byte, 0, len(data))
	for n, rest := 1, data; len(rest) > 0; n++ {
		line := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			line = rest[:i+1]
		}
		rest = rest[len(line):]
		start := len(line) - len(bytes.TrimLeft(line, " \t\r"))
		end := start
		if i := bytes.IndexAny(line[start:], " \t\r\n="); i >= 0 {
			end += i
		} else {
			end = len(line)
		}
		if !mayFold(line[start:end]) || strings.ToLower(string(line[start:end])) != "include" {
			guarded = append(guarded, line...)
			continue
		}
		guarded = append(append(append(guarded, line[:start]...), placeholder...), line[end:]...)
		value, at := valueOf(line, end)
		includes = append(includes, includeLine{line: n, column: 1 + utf8.RuneCount(line[:at]), value: value})
	}
	return guarded, includes
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
