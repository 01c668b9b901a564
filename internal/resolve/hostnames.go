package resolve

import (
	"hash/maphash"
	"iter"

	"github.com/sshvet/sshvet/internal/syntax"
)

// hostWord is one argument of a Host line: where it stands in the file, or,
// below zero, minus one less its number among the words that are written with
// quotes or escapes. There may be hundreds of thousands of them.
type hostWord struct{ start, end int32 }

// addHostWords keeps the arguments of a Host line. lines is how many there may be
// in all.
func (p *compiled) addHostWords(args []syntax.Arg, lines int) {
	if p.patterns == nil && lines > partSize { // it will be a file of hosts
		p.patterns, p.patternAt = make([]hostWord, 0, lines/4), make([]int32, 0, lines/6)
	}
	p.patternAt = append(p.patternAt, int32(len(p.patterns)))
	for _, a := range args {
		w := hostWord{int32(a.Start), int32(a.End)}
		if len(a.Text) != a.End-a.Start {
			p.quoted = append(p.quoted, a)
			w.start = -int32(len(p.quoted))
		}
		p.patterns = append(p.patterns, w)
	}
}

// appendHostWords adds the words of a part that follows.
func (f *File) appendHostWords(p *compiled) {
	for _, at := range p.patternAt {
		f.patternAt = append(f.patternAt, int32(len(f.patterns))+at)
	}
	for _, w := range p.patterns {
		if w.start < 0 {
			w.start -= int32(len(f.quoted))
		}
		f.patterns = append(f.patterns, w)
	}
	f.quoted = append(f.quoted, p.quoted...)
}

// hostWords returns the arguments of the n-th Host line.
func (f *File) hostWords(n int32) []hostWord {
	from, to := f.patternAt[n], int32(len(f.patterns))
	if int(n)+1 < len(f.patternAt) {
		to = f.patternAt[n+1]
	}
	return f.patterns[from:to:to]
}

// wordText is an argument of a Host line as ssh compares it.
func (f *File) wordText(w hostWord) string {
	if w.start < 0 {
		return f.quoted[-w.start-1].Text
	}
	return f.Text(int(w.start), int(w.end))
}

// hostPatterns are the arguments of the n-th Host line, with their places.
func (f *File) hostPatterns(n int32) []syntax.Arg {
	words := f.hostWords(n)
	args := make([]syntax.Arg, len(words))
	for i, w := range words {
		if w.start < 0 {
			args[i] = f.quoted[-w.start-1]
			continue
		}
		args[i] = syntax.Arg{Text: f.wordText(w), Span: syntax.Span{Start: int(w.start), End: int(w.end)}}
	}
	return args
}

// Patterns goes through the patterns of a Host block, negated ones with their
// `!`. Condition has them with their places.
func (c *Config) Patterns(id int32) iter.Seq[string] {
	b := &c.Blocks[id]
	return func(yield func(string) bool) {
		if b.Kind != syntax.Host {
			return
		}
		for _, w := range b.File.hostWords(b.host) {
			if !yield(b.File.wordText(w)) {
				return
			}
		}
	}
}

// hostNames finds the blocks that name a host literally. It is a hash table of
// the project's own because a map of strings would be most of the memory that a
// file of a hundred thousand hosts takes, and half of the time.
type hostNames struct {
	slots []nameSlot // a power of two, at most four fifths full
	used  int
	seed  maphash.Seed
	links []nameLink
}

// nameSlot holds a name's hash and the first of its links, from 1; 0: free.
type nameSlot struct {
	hash uint32
	link int32
}

// nameLink is one block that names a host. The links stand in reading order.
type nameLink struct {
	block int32
	word  hostWord
	next  int32 // the next one of the name; -1
	last  int32 // in the first of a name: the last one; -1 in all others
}

// grow makes room for n more names.
func (h *hostNames) grow(n int) {
	size := max(64, len(h.slots))
	for size*4/5 < h.used+n {
		size *= 2
	}
	if size == len(h.slots) {
		return
	}
	if h.slots == nil {
		h.seed = maphash.MakeSeed()
	}
	old := h.slots
	h.slots = make([]nameSlot, size)
	for _, s := range old {
		if s.link > 0 {
			h.slots[h.free(s.hash)] = s
		}
	}
}

// free is the first free place for a hash.
func (h *hostNames) free(hash uint32) int {
	mask := len(h.slots) - 1
	i := int(hash) & mask
	for h.slots[i].link > 0 {
		i = (i + 1) & mask
	}
	return i
}

// find returns the first link of a name; -1 if no block names it.
func (h *hostNames) find(c *Config, name string) int32 {
	link, _, _ := h.look(c, name)
	return link
}

// look finds a name, or the place where it belongs.
func (h *hostNames) look(c *Config, name string) (link int32, at int, hash uint32) {
	if len(h.slots) == 0 {
		return -1, -1, 0
	}
	hash = uint32(maphash.String(h.seed, name))
	mask := len(h.slots) - 1
	for i := int(hash) & mask; ; i = (i + 1) & mask {
		s := h.slots[i]
		if s.link == 0 {
			return -1, i, hash
		}
		if s.hash == hash && h.name(c, s.link-1) == name {
			return s.link - 1, i, hash
		}
	}
}

// name is the name that a link is about.
func (h *hostNames) name(c *Config, link int32) string {
	l := &h.links[link]
	return c.Blocks[l.block].File.wordText(l.word)
}

// add notes that a block names a host.
func (h *hostNames) add(c *Config, word hostWord, block int32) {
	if (h.used+1)*5 > len(h.slots)*4 {
		h.grow(1)
	}
	first, at, hash := h.look(c, c.Blocks[block].File.wordText(word))
	id := int32(len(h.links))
	if first < 0 {
		h.used++
		h.slots[at] = nameSlot{hash, id + 1}
		h.links = append(h.links, nameLink{block, word, -1, id})
		return
	}
	last := h.links[first].last
	if h.links[last].block == block {
		return // said twice
	}
	h.links = append(h.links, nameLink{block, word, -1, -1})
	h.links[last].next, h.links[first].last = id, id
}

// isFirst reports whether a link is the first one of a name.
func (h *hostNames) isFirst(c *Config, link int32, name string) bool {
	return int(link) < len(h.links) && h.links[link].last >= 0 && h.name(c, link) == name
}
