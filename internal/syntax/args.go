package syntax

import (
	"bytes"
	"strings"
)

// Arg is one argument: its text without quotes and escapes, and its span as
// written.
type Arg struct {
	Text string
	Span
}

// Args splits what follows the keyword of l, appending to dst. ok is false if
// a quote is not closed, which OpenSSH refuses as "invalid quotes". dst may be
// nil; passing a used slice saves allocations.
func (f *File) Args(l Line, dst []Arg) (args []Arg, ok bool) {
	text := f.argString(l)
	base := l.Args.Start
	if f.opts.Era != Argv {
		dst, ok = delimArgs(text, base, dst)
	} else {
		dst, ok = argvSplit(text, base, dst)
	}
	if l.glued != nil {
		for i := range dst {
			dst[i].Span = l.Args
		}
	}
	return dst, ok
}

// argString is ArgText without a copy.
func (f *File) argString(l Line) string {
	if l.glued != nil {
		return string(f.ArgText(l))
	}
	return f.text[l.Args.Start:l.Args.End]
}

// argvSplit is argv_split of misc.c with comments: words are separated by
// spaces and tabs only, `#` at the start of a word ends the line, quotes of
// both kinds may start and stop anywhere, and a backslash escapes quotes, a
// backslash and, outside quotes, a space.
func argvSplit(text string, base int, dst []Arg) ([]Arg, bool) {
	for i := 0; i < len(text); {
		if text[i] == ' ' || text[i] == '\t' {
			i++
			continue
		}
		if text[i] == '#' {
			break
		}
		word, next, ok := argvWord(text, i)
		if !ok {
			return dst, false
		}
		dst = append(dst, Arg{Text: word, Span: Span{base + i, base + next}})
		i = next
	}
	return dst, true
}

// argvWord reads the word at pos; ok is false if it ends inside quotes.
func argvWord(text string, pos int) (word string, next int, ok bool) {
	end := pos
	for end < len(text) && text[end] != ' ' && text[end] != '\t' {
		if text[end] == '\'' || text[end] == '"' || text[end] == '\\' {
			return argvQuotedWord(text, pos)
		}
		end++
	}
	return text[pos:end], end, true
}

func argvQuotedWord(text string, pos int) (word string, next int, ok bool) {
	var buf []byte
	var quote byte
	i := pos
	for ; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && i+1 < len(text) && escapable(text[i+1], quote):
			i++
			buf = append(buf, text[i])
		case quote == 0 && (c == ' ' || c == '\t'):
			return string(buf), i, true
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
		default:
			buf = append(buf, c)
		}
	}
	return string(buf), i, quote == 0
}

func escapable(c, quote byte) bool {
	return c == '\'' || c == '"' || c == '\\' || quote == 0 && c == ' '
}

// delimArgs is how arguments were split before 8.7: with strdelim, so that a
// double quote ends a word and one `=` may stand between words. Reading stops
// at an empty word or an unclosed quote.
func delimArgs(text string, base int, dst []Arg) ([]Arg, bool) {
	return delimWords(text, base, dst, false), true
}

// delimWords is delimArgs; with all it reads on behind empty words.
func delimWords(text string, base int, dst []Arg, all bool) []Arg {
	for pos := 0; pos >= 0 && pos < len(text); {
		w := delim(text, pos)
		if !w.ok {
			return dst
		}
		word := text[w.start:w.end]
		if w.quoted {
			word = strings.ReplaceAll(word, `"`, "")
		}
		if len(word) == 0 && !w.quoted && !all {
			return dst
		}
		dst = append(dst, Arg{Text: word, Span: Span{base + w.start, base + w.end}})
		pos = w.next
	}
	return dst
}

// DelimArgs splits the arguments of l as strdelim does, whatever the era:
// Match lines were read that way before 9.9. Empty words are kept.
func (f *File) DelimArgs(l Line, dst []Arg) []Arg {
	return delimWords(f.argString(l), l.Args.Start, dst, true)
}

// CommentStart returns the offset of the comment at the end of line l, or the
// end of its text where it has none.
func (f *File) CommentStart(l Line) int {
	if l.Kind != Setting || l.glued != nil || f.opts.Era == NoComments || strings.IndexByte(f.text[l.Args.Start:l.Text.End], '#') < 0 {
		return l.Text.End
	}
	args, ok := f.Args(l, nil)
	if !ok {
		return l.Text.End
	}
	from := l.Args.Start
	if len(args) > 0 {
		from = args[len(args)-1].End
	}
	if i := bytes.IndexByte(f.Src[from:l.Text.End], '#'); i >= 0 {
		return from + i
	}
	return l.Text.End
}
