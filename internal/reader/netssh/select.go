package netssh

import (
	"slices"
	"strings"
)

// selection finds the lines of a text that matter for a host, for look-ups of many
// hosts in the same text. Host blocks of plain names, of which there may be 100,000,
// are found by name; all others always matter.
type selection struct {
	starts []int32            // index of the first line of each block, and the number of lines
	always []int32            // blocks, in order; the first is what stands above all headers
	named  map[string][]int32 // by name in lower case
}

// newSelection looks through the blocks of a text.
func newSelection(t *text) *selection {
	s := &selection{starts: []int32{0}, always: []int32{0}, named: map[string][]int32{}}
	for i := range t.lines {
		l := &t.lines[i]
		if l.key != keyHost && l.key != keyMatch {
			continue
		}
		id := int32(len(s.starts))
		s.starts = append(s.starts, int32(i))
		if l.key == keyMatch || !isNames(l) {
			s.always = append(s.always, id)
			continue
		}
		for name := range eachWord(l.text) {
			name = strings.ToLower(name)
			if list := s.named[name]; len(list) == 0 || list[len(list)-1] != id {
				s.named[name] = append(list, id)
			}
		}
	}
	s.starts = append(s.starts, int32(len(t.lines)))
	if n := len(t.lines); n > 0 && t.lines[n-1].bad { // reading ends there with an exception
		s.always = append(s.always, int32(len(s.starts)-2))
	}
	return s
}

// isNames reports whether a Host line holds nothing but names that mean themselves.
func isNames(l *line) bool {
	if l.bad || l.kind != String || l.text == "" || l.text[0] == ' ' {
		return false
	}
	for i := range len(l.text) {
		if c := l.text[i]; c != ' ' && !isNameByte(c) {
			return false
		}
	}
	return true
}

// of is the text for one host. All that net-ssh makes of a Host line that does not
// match is that it was the last one, so of blocks side by side that are left out the
// last Host line stays, unless another one follows.
func (s *selection) of(t *text, h *hostName) *text {
	out := &text{name: t.name, order: -1}
	next, end := int32(0), int32(len(s.starts)-1)
	blocks := s.blocksFor(h)
	for len(blocks) > 0 {
		n := 1
		for n < len(blocks) && blocks[n] == blocks[n-1]+1 {
			n++
		}
		id, last := blocks[0], blocks[n-1]
		if id > next && t.lines[s.starts[id]].key == keyMatch {
			out.lines = append(out.lines, t.lines[s.starts[id-1]])
		}
		out.lines = append(out.lines, t.lines[s.starts[id]:s.starts[last+1]]...)
		blocks, next = blocks[n:], last+1
	}
	if end > next {
		out.lines = append(out.lines, t.lines[s.starts[end-1]])
	}
	out.left = t.left + len(t.lines) - len(out.lines)
	return out
}

// blocksFor are the blocks that matter for a host, in order. They may be those of all
// hosts, so they must not be changed.
func (s *selection) blocksFor(h *hostName) []int32 {
	var named []int32
	for _, name := range h.texts {
		named = append(named, s.named[strings.ToLower(name)]...)
	}
	if len(named) == 0 {
		return s.always
	}
	all := slices.Concat(s.always, named)
	slices.Sort(all)
	return slices.Compact(all)
}
