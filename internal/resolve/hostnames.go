package resolve

import (
	"hash/maphash"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/share"
	"github.com/sshvet/sshvet/internal/syntax"
)

// hostWord is one argument of a Host line: where it stands in the file, or,
// below zero, minus one less its number among the words that are written with
// quotes or escapes. There may be hundreds of thousands of them.
type hostWord struct{ start, end int32 }

// hostKind is how the hosts of a Host line are found.
type hostKind uint8

// The kinds. A wild line has a pattern with wildcards, so that it is tried for every
// host; the others are found by name. A plain line negates nothing.
const (
	wildHost hostKind = iota
	literalHost
	plainHost
)

// hostLines are the Host lines of a file, or of a part of it.
type hostLines struct {
	// patterns are their arguments; those of the n-th line start at patternAt[n].
	patterns  []hostWord
	patternAt []int32
	kinds     []hostKind
	hashes    []uint32     // of the patterns, see hostNames
	quoted    []syntax.Arg // those that are not written as they are
}

// addHostWords keeps the arguments of a Host line. lines is how many there may be
// in all.
func (p *hostLines) addHostWords(args []syntax.Arg, lines int) {
	if p.patterns == nil && lines > partSize { // it will be a file of hosts
		p.makeRoom(lines/3, lines/6)
	}
	p.patternAt = append(p.patternAt, int32(len(p.patterns)))
	p.kinds = append(p.kinds, kindOfHostLine(args))
	seed := nameSeed()
	for _, a := range args {
		w := hostWord{int32(a.Start), int32(a.End)}
		if len(a.Text) != a.End-a.Start {
			p.quoted = append(p.quoted, a)
			w.start = -int32(len(p.quoted))
		}
		p.patterns = append(p.patterns, w)
		p.hashes = append(p.hashes, uint32(maphash.String(seed, a.Text)))
	}
}

func (p *hostLines) makeRoom(words, lines int) {
	p.patterns, p.hashes = make([]hostWord, 0, words), make([]uint32, 0, words)
	p.patternAt, p.kinds = make([]int32, 0, lines), make([]hostKind, 0, lines)
}

func kindOfHostLine(args []syntax.Arg) hostKind {
	kind := plainHost
	for _, a := range args {
		switch {
		case strings.HasPrefix(a.Text, "!"):
			kind = literalHost
		case !pattern.IsLiteral(a.Text):
			return wildHost
		}
	}
	return kind
}

// dropBeforeLast removes the last line but one.
func (p *hostLines) dropBeforeLast() {
	n := len(p.patternAt) - 1
	from, to := int(p.patternAt[n-1]), int(p.patternAt[n])
	p.patterns, p.hashes = slices.Delete(p.patterns, from, to), slices.Delete(p.hashes, from, to)
	p.kinds = slices.Delete(p.kinds, n-1, n)
	p.patternAt = p.patternAt[:n]
}

// join appends the lines of a part that follows.
func (p *hostLines) join(next *hostLines) {
	for _, at := range next.patternAt {
		p.patternAt = append(p.patternAt, int32(len(p.patterns))+at)
	}
	for _, w := range next.patterns {
		if w.start < 0 {
			w.start -= int32(len(p.quoted))
		}
		p.patterns = append(p.patterns, w)
	}
	p.kinds = append(p.kinds, next.kinds...)
	p.hashes = append(p.hashes, next.hashes...)
	p.quoted = append(p.quoted, next.quoted...)
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
// file of a hundred thousand hosts takes, and half of the time. Names are hashed
// when their lines are compiled, and the table is made when somebody asks first,
// its parts by all processors.
type hostNames struct {
	parts [][]nameSlot // by the highest bits of the hash; each has a power of two of places
	shift int          // how far right those bits are
	used  int          // how many names there are
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
	word  int32 // which pattern of the file it is
	next  int32 // the next one of the name; -1
	last  int32 // in the first of a name: the last one; -1 in all others
}

// nameSeed is the seed of all hashes of names.
var nameSeed = sync.OnceValue(maphash.MakeSeed)

// index is the table of all names that Host blocks have without wildcards.
func (c *Config) index() *hostNames {
	c.namesOnce.Do(c.indexNames)
	return &c.names
}

// maxNameParts bounds the parts of the table; manyNames is from how many names on it
// is worth having several.
const (
	maxNameParts = 16
	manyNames    = 1 << 13
)

func (c *Config) indexNames() {
	h := &c.names
	h.links = c.linkNames()
	bits := 0
	if len(h.links) >= manyNames {
		bits = 4 // maxNameParts
	}
	h.shift = 32 - bits
	h.parts = make([][]nameSlot, 1<<bits)
	counts := make([]int, len(h.parts))
	for i := range h.links {
		counts[c.hashOf(&h.links[i])>>h.shift]++
	}
	for i, n := range counts {
		h.parts[i] = make([]nameSlot, roomFor(n))
	}
	used := make([]int, maxNameParts)
	share.All(len(h.parts), 1, func(part, from, to int) { used[part] = h.fill(c, uint32(from), uint32(to)) })
	for _, n := range used {
		h.used += n
	}
}

// roomFor is a power of two of which n is at most four fifths.
func roomFor(n int) int {
	size := 8
	for size*4/5 < n {
		size *= 2
	}
	return size
}

// linkNames lists the names of all blocks, each as the first of its name.
func (c *Config) linkNames() []nameLink {
	n := 0
	for id := range c.Blocks {
		if words, _ := c.literalWords(int32(id)); words != nil {
			n += len(words)
		}
	}
	links := make([]nameLink, 0, n)
	for id := range c.Blocks {
		b := &c.Blocks[id]
		words, kind := c.literalWords(int32(id))
		for i, w := range words {
			if kind == plainHost || !strings.HasPrefix(b.File.wordText(w), "!") {
				at := int32(len(links))
				links = append(links, nameLink{int32(id), b.File.patternAt[b.host] + int32(i), -1, at})
			}
		}
	}
	return links
}

// literalWords are the patterns of a block that names its hosts without wildcards,
// with its negated ones; nil for other blocks.
func (c *Config) literalWords(id int32) ([]hostWord, hostKind) {
	b := &c.Blocks[id]
	if b.Kind != syntax.Host || b.File.kinds[b.host] == wildHost {
		return nil, wildHost
	}
	return b.File.hostWords(b.host), b.File.kinds[b.host]
}

func (c *Config) hashOf(l *nameLink) uint32 { return c.Blocks[l.block].File.hashes[l.word] }

// fill puts the names of some parts into the table, in reading order, and returns
// how many there are. A link is written to only if it is not the first of its name:
// several processors would wait for each other's.
func (h *hostNames) fill(c *Config, from, to uint32) (used int) {
	for id := range h.links {
		hash := c.hashOf(&h.links[id])
		if part := hash >> h.shift; part < from || part >= to {
			continue
		}
		name := h.name(c, int32(id))
		first, slot := h.look(c, name, hash)
		if first < 0 {
			used++
			*slot = nameSlot{hash, int32(id) + 1}
			continue
		}
		h.links[id].last = -1
		last := h.links[first].last
		if h.links[last].block == h.links[id].block {
			continue // said twice
		}
		h.links[last].next, h.links[first].last = int32(id), int32(id)
	}
	return used
}

// find returns the first link of a name; -1 if no block names it.
func (h *hostNames) find(c *Config, name string) int32 {
	if len(h.links) == 0 {
		return -1
	}
	link, _ := h.look(c, name, uint32(maphash.String(nameSeed(), name)))
	return link
}

// look finds a name, or the place where it belongs.
func (h *hostNames) look(c *Config, name string, hash uint32) (link int32, at *nameSlot) {
	slots := h.parts[uint64(hash)>>h.shift]
	mask := len(slots) - 1
	for i := int(hash) & mask; ; i = (i + 1) & mask {
		s := &slots[i]
		if s.link == 0 {
			return -1, s
		}
		if s.hash == hash && h.name(c, s.link-1) == name {
			return s.link - 1, s
		}
	}
}

// name is the name that a link is about.
func (h *hostNames) name(c *Config, link int32) string {
	l := &h.links[link]
	f := c.Blocks[l.block].File
	return f.wordText(f.patterns[l.word])
}

// isFirst reports whether a link is the first one of a name.
func (h *hostNames) isFirst(c *Config, link int32, name string) bool {
	return int(link) < len(h.links) && h.links[link].last >= 0 && h.name(c, link) == name
}
