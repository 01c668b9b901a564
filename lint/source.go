package lint

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/sshvet/sshvet/internal/syntax"
)

// fileSource is a parsed file as formats see it.
type fileSource struct{ f *syntax.File }

// Position converts an offset to a line and a column in runes.
func (s fileSource) Position(offset int) Position {
	offset = max(0, min(offset, len(s.f.Src)))
	i := s.f.LineAt(offset)
	if i < 0 {
		return Position{Line: 1, Column: 1, Offset: offset}
	}
	from := lineStart(s.f.Src, offset)
	// Where NUL bytes join lines of a server file, one line covers several
	// lines of the file. The end of the file counts as the line that would
	// follow its last line feed.
	line := s.f.Number(i) + bytes.Count(s.f.Src[s.f.Line(i).Start:from], []byte{'\n'})
	return Position{Line: line, Column: 1 + utf8.RuneCount(s.f.Src[from:offset]), Offset: offset}
}

// lineStart returns the offset behind the last line feed before offset.
func lineStart(src []byte, offset int) int {
	for offset > 0 && src[offset-1] != '\n' {
		offset--
	}
	return offset
}

// Line returns the text of line n without its line end.
func (s fileSource) Line(n int) string {
	src := s.f.Src
	i := s.index(n)
	if i < 0 {
		return ""
	}
	line := src[s.f.Line(i).Start:s.f.Line(i).End]
	for skip := n - s.f.Number(i); skip > 0; skip-- {
		if at := strings.IndexByte(string(line), '\n'); at >= 0 {
			line = line[at+1:]
		}
	}
	text, _, _ := strings.Cut(string(line), "\n")
	return strings.TrimSuffix(text, "\r")
}

// index finds the logical line that holds the physical line n.
func (s fileSource) index(n int) int {
	lo, hi := 0, s.f.Len()
	for lo < hi {
		mid := (lo + hi) / 2
		if s.f.Number(mid) <= n {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo - 1
}
