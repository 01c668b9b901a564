package lint

import (
	"bytes"
	"sort"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// markEvery is the distance in bytes of the marks in the index of a file. All
// work for one position is of this order, however long the lines are.
const markEvery = 512

// Lines turns byte offsets of a text into lines and columns. It implements
// Source. Making one costs nothing: the index is built at first use. It
// may be used by several goroutines.
//
// Lines end with \n; a \r before it belongs to the line end. A \r elsewhere is
// a rune like any other, and so is a BOM: it is what column 1 holds. A byte
// that is no UTF-8 counts as one rune. After a final \n there is one more line,
// which is empty.
type Lines struct {
	src   []byte
	text  string // src again, so that lines need no copy
	once  sync.Once
	marks []mark
}

var _ Source = (*Lines)(nil)

// mark is what is known about the byte at a multiple of markEvery.
type mark struct {
	line  int // the line it is in, from 1
	start int // the offset at which that line starts
	at    int // the offset of the rune that the byte is part of
	col   int // the column of that rune, from 1
}

// NewLines returns the lines of src, which must not be changed afterwards.
func NewLines(src []byte) *Lines {
	return &Lines{src: src, text: unsafe.String(unsafe.SliceData(src), len(src))}
}

// index sets marks through the text, each from the one before.
func (l *Lines) index() {
	m := mark{line: 1, col: 1}
	l.marks = make([]mark, 1, len(l.src)/markEvery+1)
	l.marks[0] = m
	for offset := markEvery; offset <= len(l.src); offset += markEvery {
		m = l.advance(m, offset-markEvery, offset)
		l.marks = append(l.marks, m)
	}
}

// advance returns the mark for offset to, given the one for offset from.
func (l *Lines) advance(m mark, from, to int) mark {
	between := l.src[from:to]
	if last := bytes.LastIndexByte(between, '\n'); last >= 0 {
		m.line += bytes.Count(between, []byte{'\n'})
		m.start = from + last + 1
		m.at, m.col = m.start, 1
	}
	for m.at < to {
		size := 1
		if l.src[m.at] >= utf8.RuneSelf {
			_, size = utf8.DecodeRune(l.src[m.at:])
		}
		if m.at+size > to {
			break
		}
		m.at += size
		m.col++
	}
	return m
}

// locate returns the mark for an offset of the text.
func (l *Lines) locate(offset int) mark {
	l.once.Do(l.index)
	i := offset / markEvery
	return l.advance(l.marks[i], i*markEvery, offset)
}

// clamp limits an offset to the text.
func (l *Lines) clamp(offset int) int { return max(0, min(offset, len(l.src))) }

// Position returns the place of a byte offset, which is clamped to the text. An
// offset inside a rune has the column of the rune.
func (l *Lines) Position(offset int) Position {
	offset = l.clamp(offset)
	m := l.locate(offset)
	return Position{Line: m.line, Column: m.col, Offset: offset}
}

// Offset returns the byte offset of a line and column, both from 1: the reverse of
// Position. What is beyond the line or the text is at its end.
func (l *Lines) Offset(line, column int) int {
	l.once.Do(l.index)
	after := sort.Search(len(l.marks), func(i int) bool {
		m := &l.marks[i]
		return m.line > line || m.line == line && m.col > column
	})
	m := l.marks[max(after-1, 0)]
	for ; m.line < line; m.line++ {
		next := bytes.IndexByte(l.src[m.at:], '\n')
		if next < 0 {
			return len(l.src)
		}
		m.at, m.col = m.at+next+1, 1
	}
	for ; m.col < column && m.at < len(l.src) && l.src[m.at] != '\n'; m.col++ {
		_, size := utf8.DecodeRune(l.src[m.at:])
		m.at += size
	}
	return m.at
}

// Line returns a line, counted from 1, without its line end. Lines that do not
// exist are empty.
func (l *Lines) Line(n int) string {
	start, ok := l.lineStart(n)
	if !ok {
		return ""
	}
	end := len(l.src)
	if i := bytes.IndexByte(l.src[start:], '\n'); i >= 0 {
		end = start + i
	}
	return l.text[start:l.trimCR(start, end)]
}

// All are the lines in order, as Line returns them. Each costs its length only.
func (l *Lines) All(yield func(line string) bool) {
	for start := 0; ; {
		i := bytes.IndexByte(l.src[start:], '\n')
		if i < 0 {
			yield(l.text[start:])
			return
		}
		if !yield(l.text[start:l.trimCR(start, start+i)]) {
			return
		}
		start += i + 1
	}
}

// lineStart is the offset at which line n starts.
func (l *Lines) lineStart(n int) (int, bool) {
	l.once.Do(l.index)
	if n < 1 {
		return 0, false
	}
	// The last mark in an earlier line: the line starts before the next one.
	i := sort.Search(len(l.marks), func(i int) bool { return l.marks[i].line >= n }) - 1
	if i < 0 {
		return 0, true
	}
	offset := i * markEvery
	for line := l.marks[i].line; line < n; line++ {
		next := bytes.IndexByte(l.src[offset:], '\n')
		if next < 0 {
			return 0, false
		}
		offset += next + 1
	}
	return offset, true
}

// trimCR moves an end of line before the \r of a \r\n.
func (l *Lines) trimCR(start, end int) int {
	if end > start && end < len(l.src) && l.src[end-1] == '\r' {
		return end - 1
	}
	return end
}

// LinePart is a part of a line.
type LinePart struct {
	Text              string
	At                int  // the index in Text of the byte that was asked for
	CutLeft, CutRight bool // there is more of the line before, after
}

// Around returns the part of the line of an offset that lies at most reach bytes
// before or after it. It looks at no more of a long line than that.
func (l *Lines) Around(offset, reach int) LinePart {
	offset = l.clamp(offset)
	lineStart := l.locate(offset).start
	start := max(lineStart, offset-reach)
	p := LinePart{CutLeft: start > lineStart}
	end := min(len(l.src), offset+reach)
	if i := bytes.IndexByte(l.src[offset:end], '\n'); i >= 0 {
		end = l.trimCR(start, offset+i)
	} else if end < len(l.src) {
		p.CutRight = true
	}
	p.Text = l.text[start:end]
	p.At = min(offset-start, len(p.Text))
	return p
}
