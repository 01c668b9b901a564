package lint

import (
	"strings"
	"unicode/utf8"
)

// Files may hold lines of megabytes. What a message quotes of them is cut: a
// word of more than longestWord bytes, and a message of more than longestText.
const (
	longestWord = 300
	longestText = 2000
	ellipsis    = "…"
)

// clip shortens what a rule says about a diagnostic.
func (d *Diagnostic) clip() {
	d.Message, d.Help = clipText(d.Message), clipText(d.Help)
	for i := range d.Related {
		d.Related[i].Message = clipText(d.Related[i].Message)
	}
	if d.Obstacle != nil {
		d.Obstacle.Message = clipText(d.Obstacle.Message)
	}
}

func clipText(text string) string {
	if len(text) <= longestWord {
		return text
	}
	var b strings.Builder
	for i, word := range strings.Split(text, " ") {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(cut(word, longestWord))
		if b.Len() > 2*longestText {
			break
		}
	}
	return cut(b.String(), longestText)
}

// cut keeps whole runes.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	at := most
	for at > 0 && !utf8.RuneStart(text[at]) {
		at--
	}
	return text[:at] + ellipsis
}
