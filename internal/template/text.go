package template

import (
	"bytes"
	"slices"
	"sort"
	"strings"

	"github.com/sshvet/sshvet/internal/lazy"
)

// line is one line of a template.
type line struct {
	start, end int // without its line end
	kind       lineKind
	guards     []guard // the branches in which it stands
	first      int     // index of its first token
	loose      bool    // it may be a part of another line
}

type lineKind uint8

const (
	plain   lineKind = iota // no tag has a say
	touched                 // it has text and tags, or tags elsewhere may change it
	onlyTag                 // it is made by tags
)

func (t *Template) splitLines() {
	for at := 0; at < len(t.src); {
		n := bytes.IndexByte(t.src[at:], '\n')
		next := at + n + 1
		if n < 0 {
			next = len(t.src)
		}
		end := next
		for end > at && (t.src[end-1] == '\n' || t.src[end-1] == '\r') {
			end--
		}
		t.lines = append(t.lines, line{start: at, end: end})
		at = next
	}
}

// classify tells which lines are certain.
func (t *Template) classify() {
	k := 0
	for i := range t.lines {
		for k < len(t.tokens)-1 && t.tokens[k].end <= t.lines[i].start {
			k++
		}
		t.lines[i].first = k
		t.classifyLine(&t.lines[i])
	}
	for i := range t.lines {
		t.join(i)
	}
	t.touchInline()
}

// on are the tokens of a line.
func (t *Template) on(l *line) []token {
	to := l.first
	for to < len(t.tokens) && t.tokens[to].start < l.end {
		to++
	}
	return t.tokens[min(l.first, to):to]
}

// piece is the part of a token that stands on a line.
func (t *Template) piece(l *line, tk *token) []byte {
	return t.src[max(l.start, tk.start):max(max(l.start, tk.start), min(l.end, tk.end))]
}

func (t *Template) classifyLine(l *line) {
	tags, words := false, false
	if l.first < len(t.tokens) {
		l.guards = t.tokens[l.first].guards
	}
	for _, tk := range t.on(l) {
		l.loose = l.loose || tk.captured
		switch {
		case tk.kind != text:
			tags = true
		case len(bytes.TrimSpace(t.piece(l, &tk))) > 0:
			if !words {
				l.guards = tk.guards
			}
			words = true
		}
	}
	switch {
	case tags && words:
		l.kind = touched
	case tags:
		l.kind = onlyTag
	}
}

// join touches the neighbours of a line that tags without white space around
// them join it with.
func (t *Template) join(i int) {
	l := &t.lines[i]
	tokens := t.on(l)
	if l.kind == plain || len(tokens) == 0 {
		return
	}
	speaks := l.kind == touched
	for _, tk := range tokens {
		speaks = speaks || tk.kind == value
	}
	first, last := t.edges(l, tokens)
	if first != nil && first.left && speaks && i > 0 {
		t.lines[i-1].touch()
	}
	if last != nil && last.right && (speaks || first != nil && first.left) && i+1 < len(t.lines) {
		t.lines[i+1].touch()
		t.lines[i+1].loose = true
	}
}

// edges are the tags that a line begins and ends with; nil where it does not.
func (t *Template) edges(l *line, tokens []token) (first, last *token) {
	blank := func(tk *token) bool { return tk.kind == text && len(bytes.TrimSpace(t.piece(l, tk))) == 0 }
	for i := range tokens {
		if !blank(&tokens[i]) {
			if tokens[i].kind != text {
				first = &tokens[i]
			}
			break
		}
	}
	for i := len(tokens) - 1; i >= 0; i-- {
		if !blank(&tokens[i]) {
			if tokens[i].kind != text {
				last = &tokens[i]
			}
			break
		}
	}
	return first, last
}

// lineAt is the index of the line that an offset is in.
func (t *Template) lineAt(offset int) int {
	return max(0, sort.Search(len(t.lines), func(i int) bool { return t.lines[i].start > offset })-1)
}

func (l *line) touch() {
	if l.kind == plain {
		l.kind = touched
	}
}

// touchInline touches the lines of blocks that begin within a line: they may all
// be pieces of one.
func (t *Template) touchInline() {
	depth := make([]int, len(t.lines)+1)
	for _, m := range t.open {
		if from := t.lineAt(m.start); t.lines[from].kind == touched {
			depth[from]++
			depth[t.lineAt(m.end-1)+1]--
		}
	}
	inside := 0
	for i := range t.lines {
		t.lines[i].loose = t.lines[i].loose || inside > 0
		if inside += depth[i]; inside > 0 {
			t.lines[i].touch()
		}
	}
}

// Fill says what stands in place of a value that is not known, given the keyword:
// a value that nobody would object to, but for the keyword. "" leaves the line out.
type Fill func(keyword string) string

// Texts are what the file may look like once it is filled in, with every branch
// taken in one of them at least. In each, the bytes that are certain stand where
// the template has them, and the length is the same. Lines with tags count as
// comments, but for the headers of blocks, in which a made-up word stands for
// what is not known (Original brings it back), and for those that f fills in.
func (t *Template) Texts(f Fill) [][]byte {
	filled := t.fill(f)
	if t.broken {
		return [][]byte{t.render(nil, filled)}
	}
	var out [][]byte
	for _, way := range t.ways() {
		out = append(out, t.render(way, filled))
	}
	return out
}

// fill makes the lines that tags have a say in: all branches at once.
func (t *Template) fill(f Fill) []byte {
	out := bytes.Clone(t.src)
	names := newNames(t.src)
	for i := range t.lines {
		if l := &t.lines[i]; l.kind == touched {
			t.mask(l, out[l.start:l.end], f, names)
		}
	}
	t.names = strings.NewReplacer(names.pairs...)
	return out
}

// Original puts the tags back into a text that may hold words that were made up
// for them.
func (t *Template) Original(text string) string {
	if t.names == nil {
		return text
	}
	return t.names.Replace(text)
}

// Broken reports whether the tags do not pair, so that Texts has lines of
// different branches at once.
func (t *Template) Broken() bool { return t.broken }

// render makes one text; without a way all branches are taken.
func (t *Template) render(way []int, filled []byte) []byte {
	out := bytes.Clone(filled)
	for i := range t.lines {
		if l := &t.lines[i]; l.kind == onlyTag || way != nil && !taken(l.guards, way) {
			blank(out[l.start:l.end])
		}
	}
	return out
}

func blank(at []byte) {
	for i := range at {
		at[i] = ' '
	}
}

// setting matches a keyword, up to where its value begins.
var setting = lazy.Regexp(`^([ \t]*)([A-Za-z][A-Za-z0-9]*)(?:[ \t]*=[ \t]*|[ \t]+)`)

// mask makes a line of which only a part is certain one that says nothing wrong,
// but for its keyword.
func (t *Template) mask(l *line, at []byte, f Fill, n *names) {
	m := setting().FindSubmatchIndex(at)
	if m == nil || t.tagged(l, l.start+m[4], l.start+m[1]) {
		silence(at)
		return
	}
	keyword, rest := string(at[m[4]:m[5]]), at[m[1]:]
	if isHeader(keyword) {
		t.cover(l, at, n.standIn)
		return
	}
	if text := f(keyword); text != "" && len(text) <= len(rest) && t.plainKeyword(l) {
		blank(rest)
		copy(rest, text)
		return
	}
	silence(at)
}

// isHeader reports whether a keyword begins a block.
func isHeader(keyword string) bool {
	return strings.EqualFold(keyword, "host") || strings.EqualFold(keyword, "match")
}

// silence makes a line a comment, which it may be already.
func silence(at []byte) {
	for i, c := range at {
		if c != ' ' && c != '\t' {
			at[i] = '#'
			return
		}
	}
}

// tagged reports whether a tag covers any of some bytes of a line.
func (t *Template) tagged(l *line, start, end int) bool {
	return slices.ContainsFunc(t.on(l), func(tk token) bool {
		return tk.kind != text && tk.start < end && start < tk.end
	})
}

// cover calls f for the bytes of each tag of a line; at is a copy of the line.
func (t *Template) cover(l *line, at []byte, f func(piece []byte)) {
	for _, tk := range t.on(l) {
		if tk.kind == text {
			continue
		}
		from, to := max(l.start, tk.start), min(l.end, tk.end)
		f(at[from-l.start : max(from, to)-l.start])
	}
}
