package report

import (
	"unicode/utf8"

	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

const (
	// mostRunes is how much of a long line an excerpt shows, and leadRunes how
	// much of that stands before the caret.
	mostRunes = 200
	leadRunes = 80
	// reach is how many bytes on each side of the caret an excerpt needs: one
	// rune more than it can show, of the longest ones, so that a rune that is
	// cut at the end of the part is never shown.
	reach = (mostRunes + 1) * utf8.UTFMax
	// tabWidth is the distance of tab stops, as narrow as is common: the
	// excerpt is to show the line, not to fill the terminal.
	tabWidth = 4
	ellipsis = "…"
)

// part is a part of a line.
type part struct {
	text              string
	at                int  // the index in text of the byte that was asked for
	cutLeft, cutRight bool // there is more of the line before, after
}

// excerpter is a lint.Source that gives parts of lines. Without it, each of the
// findings in a long line would cost the whole line.
type excerpter interface {
	// Around returns the part of the line of offset that lies at most reach
	// bytes before or after it.
	Around(offset, reach int) lint.LinePart
}

// appendExcerpt appends the source line of a position for the screen, and returns the
// columns (from 0) between which marks are to stand below it: at the position and
// below the rest of a span of so many bytes, as far as it is in the line. Tabs are
// expanded, so that the marks align. Long lines are cut around the position.
func appendExcerpt(out []byte, src lint.Source, pos lint.Position, length int) (longer []byte, from, to int) {
	var p part
	if e, ok := src.(excerpter); ok {
		lp := e.Around(pos.Offset, reach)
		p = part{text: lp.Text, at: lp.At, cutLeft: lp.CutLeft, cutRight: lp.CutRight}
	} else {
		p = wholeLine(src, pos)
	}
	return p.cut().draw(out, length)
}

// wholeLine is the part for sources that give no parts.
func wholeLine(src lint.Source, pos lint.Position) part {
	line := src.Line(pos.Line)
	return part{text: line, at: skip(line, 0, pos.Column-1)}
}

// skip returns the index n runes after at in s, or the length of s.
func skip(s string, at, n int) int {
	for ; n > 0 && at < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}

// cut limits p to mostRunes runes.
func (p part) cut() part {
	if !p.cutLeft && !p.cutRight && (len(p.text) <= mostRunes || utf8.RuneCountInString(p.text) <= mostRunes) {
		return p
	}
	lead := min(utf8.RuneCountInString(p.text[:p.at]), mostRunes)
	rest := min(utf8.RuneCountInString(p.text[p.at:]), mostRunes)
	// Near the end of the line, what is not needed after the caret goes before it.
	lead = min(lead, max(leadRunes, mostRunes-rest))
	start := p.at
	for range lead {
		_, size := utf8.DecodeLastRuneInString(p.text[:start])
		start -= size
	}
	end := skip(p.text, p.at, mostRunes-lead)
	return part{
		text:     p.text[start:end],
		at:       p.at - start,
		cutLeft:  p.cutLeft || start > 0,
		cutRight: p.cutRight || end < len(p.text),
	}
}

// draw is appendExcerpt for a part that is short enough.
func (p part) draw(out []byte, length int) (longer []byte, from, to int) {
	column, from := 0, -1
	if p.cutLeft {
		out = append(out, ellipsis...)
		column++
	}
	for i := 0; i < len(p.text); {
		if n := ordinary(p.text[i:]); n > 0 { // each is a byte and a column
			if from < 0 && i+n > p.at {
				from = column + p.at - i
			}
			if more := p.at + length - i; more > 0 {
				to = column + min(n, more)
			}
			out = append(out, p.text[i:i+n]...)
			column += n
			i += n
			continue
		}
		shown, width, size := screen(p.text[i:], column)
		if from < 0 && i+size > p.at {
			from = column
		}
		column += width
		if i < p.at+length {
			to = column
		}
		out = append(out, shown...)
		i += size
	}
	if p.cutRight {
		out = append(out, ellipsis...)
	}
	if from < 0 {
		from = column // at the end of the line
	}
	return out, from, to
}

// screen returns how the first rune of s is shown at a column of the screen
// (from 0), how wide that is, and the size of the rune in bytes.
func screen(s string, column int) (shown string, width, size int) {
	if s[0] == '\t' {
		width = tabWidth - column%tabWidth
		return "    "[:width], width, 1
	}
	shown, size = term.Visible(s)
	if len(shown) != size || size == 1 {
		return shown, len(shown), size // ASCII, or escaped and so ASCII
	}
	r, _ := utf8.DecodeRuneInString(s)
	return shown, runeWidth(r), size
}
