package rules

import (
	"bytes"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

// edits helps rules to change a file in the file's own style.

// replaceValue replaces the arguments of a line by a value. Quotes around the
// old value, blanks, `=` and the comment stay.
func replaceValue(f *resolve.File, lineIndex int, value string) lint.TextEdit {
	l := f.Line(lineIndex)
	args, ok := f.Args(l, nil)
	span := lint.Span{File: f.Path, Start: l.Args.Start, End: f.CommentStart(l)}
	if !ok || len(args) == 0 {
		span.End = max(span.Start, l.Text.End)
		return lint.TextEdit{Span: span, NewText: value}
	}
	span.Start, span.End = args[0].Start, args[len(args)-1].End
	if len(args) == 1 {
		old := f.Src[span.Start:span.End]
		if n := len(old); n >= 2 && old[0] == old[n-1] && (old[0] == '"' || old[0] == '\'') {
			span.Start, span.End = span.Start+1, span.End-1
		}
	}
	return lint.TextEdit{Span: span, NewText: value}
}

// style is how lines near a place are written.
type style struct {
	indent, separator, eol string
	spell                  func(string) string
}

// styleOf takes the style of a line.
func styleOf(f *resolve.File, lineIndex int) style {
	l := f.Line(lineIndex)
	s := style{
		indent:    string(f.Src[l.Start:l.Key.Start]),
		separator: string(f.Src[l.Key.End:l.Args.Start]),
		eol:       string(lineTail(f.Src[l.Start:l.End])),
		spell:     spelling(string(f.KeyText(l))),
	}
	if s.eol == "" {
		s.eol = f.LineEnd()
	}
	if strings.Trim(s.indent, " \t") != "" {
		s.indent = ""
	}
	if s.separator == "" || strings.ContainsAny(s.separator, "\r\n") {
		s.separator = " "
	}
	return s
}

// lineTail is the line end of a line: "\n", "\r\n" or nothing.
func lineTail(line []byte) []byte {
	switch {
	case bytes.HasSuffix(line, []byte("\r\n")):
		return line[len(line)-2:]
	case bytes.HasSuffix(line, []byte("\n")):
		return line[len(line)-1:]
	}
	return nil
}

// spelling writes keywords as the given one is written: all lower case, all
// upper case, or as in the manual.
func spelling(word string) func(string) string {
	switch word {
	case strings.ToLower(word):
		return strings.ToLower
	case strings.ToUpper(word):
		return strings.ToUpper
	}
	return func(s string) string { return s }
}

// setting writes a line without its end.
func (s style) setting(key, value string) string {
	return s.indent + s.spell(key) + s.separator + value
}

// insertBelow puts lines below an existing one. A last line without line feed
// stays the one without.
func insertBelow(f *resolve.File, lineIndex int, lines []string, eol string) lint.TextEdit {
	l := f.Line(lineIndex)
	text := strings.Join(lines, eol)
	if len(lineTail(f.Src[l.Start:l.End])) == 0 {
		text = eol + text
	} else {
		text += eol
	}
	return lint.TextEdit{Span: lint.Span{File: f.Path, Start: l.End, End: l.End}, NewText: text}
}

// insertAbove puts lines above an existing one.
func insertAbove(f *resolve.File, lineIndex int, lines []string, eol string) lint.TextEdit {
	at := f.Line(lineIndex).Start
	return lint.TextEdit{
		Span:    lint.Span{File: f.Path, Start: at, End: at},
		NewText: strings.Join(lines, eol) + eol,
	}
}

// appendLines puts lines at the end of a file.
func appendLines(f *resolve.File, lines []string, eol string) lint.TextEdit {
	text := strings.Join(lines, eol)
	switch {
	case len(f.Src) == 0:
		text += eol
	case len(lineTail(f.Src)) == 0:
		text = eol + text
	default:
		text += eol
	}
	return lint.TextEdit{Span: lint.Span{File: f.Path, Start: len(f.Src), End: len(f.Src)}, NewText: text}
}

// removeLine deletes a line with its end.
func removeLine(f *resolve.File, lineIndex int) lint.TextEdit {
	l := f.Line(lineIndex)
	span := lint.Span{File: f.Path, Start: l.Start, End: l.End}
	if len(lineTail(f.Src[l.Start:l.End])) == 0 && l.Start > 0 {
		span.Start -= len(lineTail(f.Src[:l.Start]))
	}
	return lint.TextEdit{Span: span}
}

// blockIndent is how the settings of a file's blocks are indented: as in the
// first indented setting, or four spaces.
func blockIndent(f *resolve.File) string {
	for _, b := range f.Blocks() {
		if b.Kind == syntax.Head {
			continue
		}
		for i := b.First + 1; i < b.End; i++ {
			if l := f.Line(i); l.Kind == syntax.Setting {
				return styleOf(f, i).indent
			}
		}
	}
	return "    "
}

// fileStyle is the style for lines that have no neighbour to copy.
func fileStyle(f *resolve.File) style {
	return style{separator: " ", eol: f.LineEnd(), spell: func(s string) string { return s }}
}

// isBlankLine reports whether a line shows nothing.
func isBlankLine(f *resolve.File, i int) bool {
	return len(bytes.TrimSpace(f.Bytes(i))) == 0
}

// commentedDefault finds the comment line that shows a keyword's default, such
// as `#ClientAliveInterval 0`, between two lines; -1 if there is none. Prose
// that only mentions the keyword does not count.
func commentedDefault(f *resolve.File, key string, from, to int) int {
	for i := from; i < to; i++ {
		if l := f.Line(i); l.Kind != syntax.Comment {
			continue
		}
		words := strings.Fields(strings.TrimLeft(string(f.Bytes(i)), "# \t"))
		if len(words) != 2 || !strings.EqualFold(words[0], key) {
			continue
		}
		if isDefault(key, words[1]) {
			return i
		}
	}
	return -1
}

// isDefault reports whether a word behind a keyword in a comment is a value.
func isDefault(key, word string) bool {
	if key == tcpKeepalive {
		return word == "yes" || word == "no"
	}
	_, ok := keyword.ParseTime(word, keyword.Newest)
	return ok
}

// canEditLine reports whether a fix may change a line where it stands: its file
// is ours, and its bytes are what OpenSSH reads.
func canEditLine(t *lint.Target, f *resolve.File, line int) bool {
	return t.CanEdit(f) && line >= 0 && !f.Line(line).Joined()
}
