// Package syntax is the lossless reader: it splits the bytes of an ssh_config
// or sshd_config into lines and words the way OpenSSH does, and keeps the byte
// span of each. It accepts any bytes, never fails and never panics; what is
// wrong with a line is a property of the line, to be judged by others.
//
// The rules are those of readconf.c, servconf.c and misc.c (strdelim,
// argv_split) of openssh-portable; docs/openssh.md lists them.
package syntax

import (
	"bytes"
	"sort"
	"sync"
	"unsafe"
)

// Era is how the arguments of a line are told apart; it changed over time.
type Era uint8

// The eras. Argv: since 8.7, shell-like words, `#` starts a comment at the
// start of a word. CutComments: the line ends at any `#`, even a quoted one
// (servers before 8.7, clients 8.5 and 8.6). NoComments: `#` is an ordinary
// character (clients before 8.5).
const (
	Argv Era = iota
	CutComments
	NoComments
)

// Options say which program reads the file.
type Options struct {
	Server bool
	Era    Era
	// KeepFormFeed: a form feed at the end of a line belongs to it, as it did
	// before 7.5.
	KeepFormFeed bool
}

// Span is a half-open range of bytes.
type Span struct{ Start, End int }

// Text returns the bytes of the span.
func (s Span) Text(src []byte) []byte { return src[s.Start:s.End] }

// LineKind says what OpenSSH makes of a line before it looks at the keyword.
type LineKind uint8

// The kinds. Blank and Comment lines do nothing. A Setting has a keyword and
// something behind it. A NoArgument line has a keyword and nothing behind it,
// which OpenSSH refuses. A Vanished line has an unclosed double quote in its
// keyword: OpenSSH drops it without a word.
const (
	Blank LineKind = iota
	Comment
	Setting
	NoArgument
	Vanished
)

// Line is one logical line. Span holds all its bytes with the line end;
// consecutive lines cover the file without a gap.
type Line struct {
	Span
	Kind LineKind
	// Text is what OpenSSH reads: without line end and trailing blanks, cut at
	// a NUL byte. It is a range of the source.
	Text Span
	// Key spans the keyword as written, quotes included.
	Key Span
	// Args spans everything behind the keyword and its separator.
	Args Span
	// glued is the text that sshd reads where a NUL byte joins this line with
	// the next one; nil everywhere else.
	glued []byte
}

// Joined reports whether a NUL byte makes sshd join the line with the next one,
// so that its spans are those of the whole.
func (l Line) Joined() bool { return l.glued != nil }

// BlockKind says what opens a block.
type BlockKind uint8

// The kinds of blocks. Head is the part of a file before its first Host or
// Match line; it has no header line.
const (
	Head BlockKind = iota
	Host
	Match
)

// Block is a run of lines in one scope: its header is line First (except for
// Head), and it ends before line End.
type Block struct {
	Kind       BlockKind
	First, End int
}

// File is a file split into lines.
type File struct {
	Name string
	Src  []byte

	opts   Options
	text   string  // Src again, so that words need no copy
	starts []int32 // offset of each line; a last entry holds len(Src)
	glued  map[int32][]byte
	plain  bool // no NUL byte and no old rules: plainLine may be tried
	nul    int  // see NUL
	// physical line number of each logical line, only where NUL bytes join lines
	physical []int32

	endOnce sync.Once
	end     string // see LineEnd

	blocksOnce sync.Once
	blocks     []Block
}

// MaxSize is the largest file that Parse takes; bigger ones are no
// configuration. It keeps offsets within 32 bits.
const MaxSize = 1 << 30

// Parse splits src. src must not be longer than MaxSize; it is kept, not
// copied, and must not change afterwards.
func Parse(name string, src []byte, opts Options) *File {
	f := &File{Name: name, Src: src, opts: opts, text: unsafe.String(unsafe.SliceData(src), len(src))}
	f.splitLines()
	return f
}

func (f *File) splitLines() {
	src := f.Src
	f.starts = make([]int32, 0, bytes.Count(src, []byte{'\n'})+2)
	f.nul = bytes.IndexByte(src, 0)
	hasNUL := f.nul >= 0
	f.plain = !hasNUL && f.opts.Era != CutComments && !f.opts.KeepFormFeed
	for pos := 0; pos < len(src); {
		f.starts = append(f.starts, int32(pos))
		if hasNUL && f.opts.Server {
			pos = f.glue(pos)
			continue
		}
		pos = lineEnd(src, pos)
	}
	f.starts = append(f.starts, int32(len(src)))
	if f.glued != nil {
		f.numberPhysicalLines()
	}
}

// lineEnd returns the offset behind the line feed that ends the line at pos.
func lineEnd(src []byte, pos int) int {
	if i := bytes.IndexByte(src[pos:], '\n'); i >= 0 {
		return pos + i + 1
	}
	return len(src)
}

// glue reads one logical line of a server file that holds NUL bytes. sshd
// copies each line up to its NUL, line feed excluded, so that what follows
// continues the same line (servconf.c, load_server_config).
func (f *File) glue(pos int) (next int) {
	start, joined := pos, false
	var text []byte
	for pos < len(f.Src) {
		end := lineEnd(f.Src, pos)
		part := bytes.TrimLeft(f.Src[pos:end], " \t\r")
		cut := bytes.IndexByte(part, 0)
		pos = end
		if cut < 0 {
			if !joined {
				return pos
			}
			text = append(text, part...)
			break
		}
		joined = true
		text = append(text, part[:cut]...)
	}
	if f.glued == nil {
		f.glued = map[int32][]byte{}
	}
	f.glued[int32(start)] = f.trimLine(text)
	return pos
}

func (f *File) numberPhysicalLines() {
	f.physical = make([]int32, len(f.starts))
	n := int32(1)
	for i := range f.starts {
		f.physical[i] = n
		if i+1 < len(f.starts) {
			n += int32(bytes.Count(f.Src[f.starts[i]:f.starts[i+1]], []byte{'\n'}))
		}
	}
}

// Raw is line i with its line end, as a string that needs no copy; ok is
// false where a NUL byte joins lines, so that the bytes do not tell all.
func (f *File) Raw(i int) (text string, ok bool) {
	return f.text[f.starts[i]:f.starts[i+1]], f.glued == nil
}

// Text is a range of the source, as a string that needs no copy.
func (f *File) Text(start, end int) string { return f.text[start:end] }

// NUL is the offset of the first NUL byte; -1: there is none.
func (f *File) NUL() int { return f.nul }

// LineEnd is what most lines end in, "\n" or "\r\n".
func (f *File) LineEnd() string {
	f.endOnce.Do(func() {
		f.end = "\n"
		if crlf := bytes.Count(f.Src, []byte("\r\n")); crlf > 0 && crlf*2 >= bytes.Count(f.Src, []byte{'\n'}) {
			f.end = "\r\n"
		}
	})
	return f.end
}

// Len is the number of lines.
func (f *File) Len() int { return len(f.starts) - 1 }

// Number is the line number, from 1, that an editor shows for line i.
func (f *File) Number(i int) int {
	if f.physical != nil {
		return int(f.physical[i])
	}
	return i + 1
}

// LineAt returns the index of the line that holds the offset; the last line
// for an offset at the end of the file, -1 in an empty file.
func (f *File) LineAt(offset int) int {
	n := f.Len()
	i := sort.Search(n, func(i int) bool { return int(f.starts[i+1]) > offset })
	if i == n {
		i = n - 1
	}
	return i
}

// Bytes returns line i with its line end.
func (f *File) Bytes(i int) []byte { return f.Src[f.starts[i]:f.starts[i+1]] }

// Line splits line i into keyword and arguments. It is short enough to become part of
// its callers, which saves one of the two copies of a line that is returned: a copy of
// bytes just written is slow.
func (f *File) Line(i int) (l Line) {
	f.split(i, &l)
	return l
}

// split is Line for an l that is empty.
func (f *File) split(i int, l *Line) {
	l.Start, l.End = int(f.starts[i]), int(f.starts[i+1])
	if !f.plain || !f.plainLine(l) {
		f.anyLine(l)
	}
}

// anyLine splits a line, whose span is set, by all the rules.
func (f *File) anyLine(l *Line) {
	if f.glued != nil {
		if text, ok := f.glued[int32(l.Start)]; ok {
			f.gluedLine(l, text)
			return
		}
	}
	from := l.Start
	raw := f.Src[from:l.End]
	if f.opts.Server {
		lead := len(raw) - len(bytes.TrimLeft(raw, " \t\r"))
		raw, from = raw[lead:], from+lead
	} else if cut := bytes.IndexByte(raw, 0); cut >= 0 {
		raw = raw[:cut]
	}
	text := f.cutComment(f.trimLine(raw))
	l.Text = Span{from, from + len(text)}
	var key, args Span
	l.Kind, key, args = splitKeyword(text)
	l.Key = Span{from + key.Start, from + key.End}
	l.Args = Span{from + args.Start, from + args.End}
}

// gluedLine describes a line whose text is not a range of the source: all its
// spans are the whole line.
func (f *File) gluedLine(l *Line, text []byte) {
	text = f.cutComment(text)
	var key, args Span
	l.Kind, key, args = splitKeyword(text)
	l.glued = append(append(append([]byte{}, text[key.Start:key.End]...), 0), text[args.Start:args.End]...)
	whole := Span{l.Start, l.Start + len(f.trimLine(f.Src[l.Start:l.End]))}
	l.Text, l.Key, l.Args = whole, whole, whole
}

// cutComment applies the eras before 8.7, in which a comment could be cut off
// before the line was split.
func (f *File) cutComment(text []byte) []byte {
	if f.opts.Era != CutComments {
		return text
	}
	if i := bytes.IndexByte(text, '#'); i > 0 {
		return f.trimLine(text[:i])
	}
	return text
}

// trimLine strips the trailing bytes that OpenSSH strips: blanks, CR, LF and
// form feed, but never the first byte of the line (readconf.c).
func (f *File) trimLine(raw []byte) []byte {
	n := len(raw)
	for n > 1 && isTrailing(raw[n-1]) && (raw[n-1] != '\f' || !f.opts.KeepFormFeed) {
		n--
	}
	if n == 1 && raw[0] == '\n' {
		n = 0
	}
	return raw[:n]
}

func isTrailing(c byte) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'
}

// KeyText returns the keyword without its quotes, as OpenSSH compares it.
func (f *File) KeyText(l Line) []byte {
	if l.glued != nil {
		return unquoteKey(l.glued[:bytes.IndexByte(l.glued, 0)])
	}
	return unquoteKey(f.Src[l.Key.Start:l.Key.End])
}

func unquoteKey(key []byte) []byte {
	if bytes.IndexByte(key, '"') < 0 {
		return key
	}
	return bytes.ReplaceAll(key, []byte{'"'}, nil)
}

// ArgText returns everything behind the keyword, as written.
func (f *File) ArgText(l Line) []byte {
	if l.glued != nil {
		return l.glued[bytes.IndexByte(l.glued, 0)+1:]
	}
	return f.Src[l.Args.Start:l.Args.End]
}

// plainLine is anyLine for lines as most are: blanks, letters, blanks and a value, or
// a line feed alone. It reports whether l is one; there must be no NUL byte in it.
func (f *File) plainLine(l *Line) bool {
	line := f.Src[l.Start:l.End]
	for len(line) > 0 && classes[line[len(line)-1]]&trailing != 0 {
		line = line[:len(line)-1]
	}
	i := 0
	for i < len(line) && classes[line[i]]&blank != 0 {
		i++
	}
	key := i
	for i < len(line) && classes[line[i]]&letter != 0 {
		i++
	}
	keyEnd := i
	for i < len(line) && classes[line[i]]&blank != 0 {
		i++
	}
	if key == keyEnd || keyEnd == i || i == len(line) || classes[line[i]]&noValue != 0 {
		return f.emptyLine(l)
	}
	l.Kind = Setting
	l.Text = Span{l.Start, l.Start + len(line)}
	if f.opts.Server {
		l.Text.Start += key // sshd skips what comes before
	}
	l.Key = Span{l.Start + key, l.Start + keyEnd}
	l.Args = Span{l.Start + i, l.Text.End}
	return true
}

// emptyLine is plainLine for a line feed alone.
func (f *File) emptyLine(l *Line) bool {
	if l.End != l.Start+1 || f.Src[l.Start] != '\n' {
		return false
	}
	l.Text = Span{l.Start, l.Start}
	l.Key, l.Args = l.Text, l.Text
	return true
}

// What a byte may be in a plain line.
const (
	blank    = 1 << iota // between its parts
	letter               // in its keyword
	trailing             // behind its value
	noValue              // not the first one of its value
)

// classes are those of each byte.
var classes = [256]uint8{
	' ': blank | trailing, '\t': blank | trailing, '\r': trailing | noValue, '\n': trailing | noValue, '\f': trailing, '=': noValue,
	'A': letter, 'B': letter, 'C': letter, 'D': letter, 'E': letter, 'F': letter, 'G': letter, 'H': letter, 'I': letter,
	'J': letter, 'K': letter, 'L': letter, 'M': letter, 'N': letter, 'O': letter, 'P': letter, 'Q': letter, 'R': letter,
	'S': letter, 'T': letter, 'U': letter, 'V': letter, 'W': letter, 'X': letter, 'Y': letter, 'Z': letter,
	'a': letter, 'b': letter, 'c': letter, 'd': letter, 'e': letter, 'f': letter, 'g': letter, 'h': letter, 'i': letter,
	'j': letter, 'k': letter, 'l': letter, 'm': letter, 'n': letter, 'o': letter, 'p': letter, 'q': letter, 'r': letter,
	's': letter, 't': letter, 'u': letter, 'v': letter, 'w': letter, 'x': letter, 'y': letter, 'z': letter,
}

// splitKeyword finds the keyword of a trimmed line and what follows it.
func splitKeyword(text []byte) (LineKind, Span, Span) {
	none := Span{len(text), len(text)}
	if len(text) == 0 {
		return Blank, none, none
	}
	w := delim(text, 0)
	if w.ok && w.empty() && w.next >= 0 {
		w = delim(text, w.next)
	}
	switch {
	case !w.ok:
		return Vanished, none, none
	case w.empty():
		return Blank, none, none
	case w.first(text) == '#':
		return Comment, none, none
	}
	key := Span{w.start, w.end}
	rest := w.next
	for rest >= 0 && rest < len(text) && isBlank(text[rest]) {
		rest++
	}
	if rest < 0 || rest == len(text) {
		return NoArgument, key, none
	}
	return Setting, key, Span{rest, len(text)}
}

// word is one word found by delim: its span with quotes, whether it is empty
// once they are gone, and where the next one starts (-1: nowhere).
type word struct {
	start, end int
	next       int
	quoted     bool // holds a quoted part
	ok         bool // false for an unclosed quote
}

func (w word) empty() bool {
	if w.quoted {
		return w.end-w.start == 2
	}
	return w.end == w.start
}

func (w word) first(text []byte) byte {
	if w.quoted && text[w.start] == '"' {
		return text[w.start+1]
	}
	return text[w.start]
}

// delim splits off a word as strdelim of misc.c does: a word ends at a blank,
// at `=` or at a closing double quote; blanks and at most one `=` follow it.
func delim[T string | []byte](text T, pos int) word {
	i := pos
	for i < len(text) && !endsWord[text[i]] {
		i++
	}
	if i == len(text) {
		return word{start: pos, end: i, next: -1, ok: true}
	}
	if text[i] == '"' {
		end := i + 1
		for end < len(text) && text[end] != '"' {
			end++
		}
		if end == len(text) {
			return word{}
		}
		end++
		return word{start: pos, end: end, next: skipBlanks(text, end), quoted: true, ok: true}
	}
	w := word{start: pos, end: i, ok: true}
	w.next = skipBlanks(text, i+1)
	if text[i] != '=' && w.next < len(text) && text[w.next] == '=' {
		w.next = skipBlanks(text, w.next+1)
	}
	return w
}

func skipBlanks[T string | []byte](text T, pos int) int {
	for pos < len(text) && isBlank(text[pos]) {
		pos++
	}
	return pos
}

// isBlank is WHITESPACE of misc.c.
func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// endsWord marks the bytes at which strdelim stops.
var endsWord = [256]bool{' ': true, '\t': true, '\r': true, '\n': true, '"': true, '=': true}

// Server reports whether the file was read as sshd reads it.
func (f *File) Server() bool { return f.opts.Server }

// IsKeyword reports whether the keyword of l is the one named, in any case.
// name is lower case.
func (f *File) IsKeyword(l Line, name string) bool {
	if l.Kind != Setting && l.Kind != NoArgument {
		return false
	}
	key := f.KeyText(l)
	return len(key) == len(name) && equalFold(key, name)
}

func equalFold(word []byte, lower string) bool {
	for i, c := range word {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// Blocks are the scopes of the file in order. They are found when somebody asks
// first: most runs change nothing, and only edits need them.
func (f *File) Blocks() []Block {
	f.blocksOnce.Do(f.findBlocks)
	return f.blocks
}

func (f *File) findBlocks() {
	blocks := []Block{{Kind: Head}}
	for i := range f.Len() {
		kind := f.blockKind(i)
		if kind == Head {
			continue
		}
		blocks[len(blocks)-1].End = i
		blocks = append(blocks, Block{Kind: kind, First: i})
	}
	blocks[len(blocks)-1].End = f.Len()
	f.blocks = blocks
}

// blockKind says whether line i opens a block.
func (f *File) blockKind(i int) BlockKind {
	kind, sure := f.quickKind(i)
	if sure {
		return kind
	}
	l := f.Line(i)
	if f.IsKeyword(l, "match") {
		return Match
	}
	if !f.opts.Server && f.IsKeyword(l, "host") {
		return Host
	}
	return Head
}

// quickKind spares nearly all lines the full split; sure is false for a line
// that starts in an unusual way.
func (f *File) quickKind(i int) (kind BlockKind, sure bool) {
	line := f.Bytes(i)
	for j, c := range line {
		switch c {
		case ' ', '\t', '\r':
			continue
		case '=', '"', 0:
			return Head, false
		case 'h', 'H':
			if f.opts.Server {
				return Head, bytes.IndexByte(line[j:], '"') < 0
			}
			return startsWith(line[j:], "host", Host)
		case 'm', 'M':
			return startsWith(line[j:], "match", Match)
		}
		return Head, true
	}
	return Head, true
}

// startsWith reports whether a line starts with the word that opens a block;
// it is not sure where a quote or the end of the line comes first.
func startsWith(line []byte, word string, kind BlockKind) (BlockKind, bool) {
	for j := range len(word) + 1 {
		if j >= len(line) || line[j] == '"' || line[j] == 0 {
			return Head, false
		}
		if j == len(word) {
			switch line[j] {
			case ' ', '\t':
				return kind, true
			case '=', '\r', '\n', '\f':
				return Head, false
			}
			return Head, bytes.IndexByte(line, '"') < 0
		}
		if line[j]|0x20 != word[j] {
			return Head, bytes.IndexByte(line, '"') < 0
		}
	}
	return Head, false
}

// BlockOf returns the block that line i belongs to; a header belongs to the
// block it opens.
func (f *File) BlockOf(i int) Block {
	blocks := f.Blocks()
	n := sort.Search(len(blocks), func(b int) bool { return blocks[b].End > i })
	if n == len(blocks) {
		n--
	}
	return blocks[n]
}
