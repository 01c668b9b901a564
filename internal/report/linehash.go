package report

import (
	"iter"
	"math"
	"sort"
	"strconv"
	"unicode/utf16"

	"github.com/sshvet/sshvet/lint"
)

// hashedUnits is how many UTF-16 code units from the start of a line make its hash.
const hashedUnits = 100

// hashBase is the base of the polynomial over them.
const hashBase = 37

// endOfFile stands for the end of the file in the hash.
const endOfFile = 0xffff

// lineHash is what GitHub knows a line by: the hash of the text from its start
// on, and the how-manieth line of that hash it is in its file.
type lineHash struct {
	hash  uint64
	count int
}

func (h lineHash) String() string {
	return strconv.FormatUint(h.hash, 16) + ":" + strconv.Itoa(h.count)
}

// hashesOf are the hashes of the lines of all findings. All lines of a file are
// hashed, which is why this is done once, before several processors write.
func hashesOf(r *lint.Result) []lineHash {
	out := make([]lineHash, len(r.Diagnostics))
	for from, to := 0, 0; from < len(out); from = to {
		file := r.Diagnostics[from].Span.File
		for to < len(out) && r.Diagnostics[to].Span.File == file {
			to++
		}
		lines := make([]int, 0, to-from)
		places := newPlaces(r, escapedName)
		places.open(file)
		for i := from; i < to; i++ {
			lines = append(lines, places.at(r.Diagnostics[i].Span.Start).Line)
		}
		copy(out[from:], hashLines(places.src, lines))
	}
	return out
}

// hashLines are the hashes of some lines of a file, counted from 1; a file that does
// not exist is empty. All others are hashed, too, so that the same line twice is counted.
// Each has the primaryLocationLineHash of GitHub: over the next 100 UTF-16 units,
// without blanks and tabs, CR LF and CR as LF, with a mark at the end of the file
// and zeros after it. A byte that is no UTF-8 counts as U+FFFD.
func hashLines(src lint.Source, lines []int) []lineHash {
	h := newLineHasher(src)
	for text := range linesOf(src) {
		if h.line > 0 {
			h.push('\n')
		}
		h.line++
		h.text(text)
	}
	h.push(endOfFile)
	for range hashedUnits {
		h.push(0)
	}
	return h.counted(lines)
}

// linesOf are the lines of a source in order; a file that does not exist has an
// empty one.
func linesOf(src lint.Source) iter.Seq[string] {
	if all, ok := src.(interface{ All(func(string) bool) }); ok {
		return all.All
	}
	return func(yield func(string) bool) {
		last := 1
		if src != nil {
			last = src.Position(math.MaxInt).Line
		}
		for n := 1; n <= last; n++ {
			text := ""
			if src != nil {
				text = src.Line(n)
			}
			if !yield(text) {
				return
			}
		}
	}
}

// hashedLine is a line of GitHub's: it counts one also behind a lone CR, which does
// not end a line for OpenSSH.
type hashedLine struct {
	hash  uint64 // while it is not known, how many units come before the line
	line  int32  // the number of the line of the file that it is in
	count int32  // see lineHash; 0 where nobody asks
}

// lineHasher rolls a hash over a window of units.
type lineHasher struct {
	lines  []hashedLine
	known  int // how many of lines have their hash
	line   int32
	starts bool // the next unit starts a line
	window [hashedUnits]uint16
	oldest int // the index of the oldest unit of the window
	hash   uint64
	units  uint64 // how many were pushed
}

func newLineHasher(src lint.Source) *lineHasher {
	last := 1
	if src != nil {
		last = src.Position(math.MaxInt).Line
	}
	return &lineHasher{lines: make([]hashedLine, 0, last), starts: true}
}

// text hashes a line without its end.
func (h *lineHasher) text(s string) {
	for _, r := range s {
		switch {
		case r == ' ' || r == '\t': // do not count
		case r == '\r':
			h.push('\n')
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			h.push(uint16(high))
			h.push(uint16(low))
		default:
			h.push(uint16(r))
		}
	}
}

// push puts a unit into the window, in the place of the oldest. If that starts a line,
// the window was what the hash of the line is over.
func (h *lineHasher) push(unit uint16) {
	if h.known < len(h.lines) && h.lines[h.known].hash+hashedUnits == h.units {
		h.lines[h.known].hash = h.hash
		h.known++
	}
	if h.starts {
		h.lines = append(h.lines, hashedLine{hash: h.units, line: h.line})
	}
	h.starts = unit == '\n'
	h.hash = h.hash*hashBase + uint64(unit) - firstFactor*uint64(h.window[h.oldest])
	h.window[h.oldest] = unit
	if h.oldest++; h.oldest == hashedUnits {
		h.oldest = 0
	}
	h.units++
}

// counted are the hashes of some lines of the file, each with the how-manieth of its
// kind it is.
func (h *lineHasher) counted(lines []int) []lineHash {
	counts := make(map[uint64]int32, len(lines)) // so far, by hash
	for _, line := range lines {
		counts[h.find(line).hash] = 0
	}
	for i := range h.lines {
		l := &h.lines[i]
		if n, asked := counts[l.hash]; asked {
			l.count = n + 1
			counts[l.hash] = l.count
		}
	}
	out := make([]lineHash, len(lines))
	for i, line := range lines {
		l := h.find(line)
		out[i] = lineHash{l.hash, int(l.count)}
	}
	return out
}

// find is where a line of the file starts: the first with its number.
func (h *lineHasher) find(line int) *hashedLine {
	if len(h.lines) == int(h.line) { // no lone CR
		return &h.lines[line-1]
	}
	i := sort.Search(len(h.lines), func(i int) bool { return int(h.lines[i].line) >= line })
	return &h.lines[i]
}

// firstFactor is hashBase to the power of hashedUnits, modulo 2 to the 64.
const firstFactor = 0xe59cd09a331cdb71
