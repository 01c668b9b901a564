package report

import (
	"math"
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

// lineHashes gives the hashes of lines. It keeps those of one file, since
// findings come file by file.
type lineHashes struct {
	result *lint.Result
	file   string
	lines  []lineHash
}

// of is the hash of a line, counted from 1. A file that does not exist is empty.
func (l *lineHashes) of(file string, line int) lineHash {
	if l.lines == nil || l.file != file {
		l.file, l.lines = file, hashLines(l.result.Sources[file])
	}
	return l.lines[min(line, len(l.lines))-1]
}

// hashesOf are the hashes of the lines of all findings. The lines of a file are
// hashed once, which is why this is done before several processors write.
func hashesOf(r *lint.Result) []lineHash {
	l := lineHashes{result: r}
	out := make([]lineHash, len(r.Diagnostics))
	for i := range r.Diagnostics {
		span := r.Diagnostics[i].Span
		out[i] = l.of(span.File, position(r, span.File, span.Start).Line)
	}
	return out
}

// hashLines hashes every line of a file, so that the same line twice is counted.
// Each has the primaryLocationLineHash of GitHub: over the next 100 UTF-16 units,
// without blanks and tabs, CR LF and CR as LF, with a mark at the end of the file
// and zeros after it. A byte that is no UTF-8 counts as U+FFFD.
func hashLines(src lint.Source) []lineHash {
	last := 1
	if src != nil {
		last = src.Position(math.MaxInt).Line
	}
	h := lineHasher{out: make([]lineHash, last), counts: map[uint64]int{}, lineStart: true}
	for n := 1; n <= last; n++ {
		h.line = n
		if src != nil {
			h.text(src.Line(n))
		}
		if n < last {
			h.push('\n')
		}
	}
	h.push(endOfFile)
	for range hashedUnits {
		h.roll(0)
	}
	return h.out
}

// lineHasher rolls a hash over a window of units.
type lineHasher struct {
	out       []lineHash
	counts    map[uint64]int
	window    [hashedUnits]uint16
	starts    [hashedUnits]int // at the unit that starts a line: its number, or startsNone for what only GitHub calls a line
	at        int
	hash      uint64
	line      int // the number of the next line start; 0 if it is given
	lineStart bool
}

// startsNone marks a line start behind a lone CR: GitHub counts a line
// there, OpenSSH does not.
const startsNone = -1

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

// push hashes one unit.
func (h *lineHasher) push(unit uint16) {
	h.emit()
	if h.lineStart {
		h.starts[h.at] = startsNone
		if h.line != 0 {
			h.starts[h.at], h.line = h.line, 0
		}
	}
	h.lineStart = unit == '\n'
	h.shift(unit)
}

// roll hashes a zero behind the end.
func (h *lineHasher) roll(unit uint16) {
	h.emit()
	h.shift(unit)
}

// emit takes down the hash of the line whose first unit leaves the window.
func (h *lineHasher) emit() {
	start := h.starts[h.at]
	if start == 0 {
		return
	}
	h.starts[h.at] = 0
	h.counts[h.hash]++
	if start != startsNone {
		h.out[start-1] = lineHash{h.hash, h.counts[h.hash]}
	}
}

// shift puts a unit into the window, in the place of the oldest.
func (h *lineHasher) shift(unit uint16) {
	h.hash = h.hash*hashBase + uint64(unit) - firstFactor*uint64(h.window[h.at])
	h.window[h.at] = unit
	h.at = (h.at + 1) % hashedUnits
}

// firstFactor is hashBase to the power of hashedUnits, modulo 2 to the 64.
const firstFactor = 0xe59cd09a331cdb71
