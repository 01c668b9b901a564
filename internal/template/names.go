package template

import (
	"bytes"
	"unicode/utf8"
)

// names are words that stand for tags in Host and Match lines: of the same
// length, and each for one tag only, so that what is said about them can be said
// about the tags.
type names struct {
	taken map[rune]bool     // the file holds it
	of    map[string]string // by tag
	next  map[rune]rune     // the next letter to take, by the first of its script
	pairs []string          // word, tag, …
}

// A name begins with a letter that occurs nowhere else, of a script without
// upper and lower case: Yi, with three bytes each, or N'Ko, with two.
const (
	firstYi, lastYi   = '\ua000', '\ua48c'
	firstNKo, lastNKo = '\u07ca', '\u07ea'
)

func newNames(src []byte) *names {
	n := &names{taken: map[rune]bool{}, of: map[string]string{}, next: map[rune]rune{firstYi: firstYi, firstNKo: firstNKo}}
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		if size > 1 {
			n.taken[r] = true
		}
		i += size
	}
	return n
}

// standIn puts a name in place of a tag, or of a piece of one.
func (n *names) standIn(piece []byte) {
	tag := string(piece)
	name, known := n.of[tag]
	if !known {
		name = n.make(len(tag))
		n.of[tag] = name
		if name[0] != '_' {
			n.pairs = append(n.pairs, name, tag)
		}
	}
	copy(piece, name)
}

// make is a new name of a length. Where letters have run out, it is one that
// other tags have as well.
func (n *names) make(size int) string {
	name := bytes.Repeat([]byte{'_'}, size)
	first, last := firstYi, lastYi
	if size < utf8.RuneLen(firstYi) {
		first, last = firstNKo, lastNKo
	}
	for ; n.next[first] <= last && size >= utf8.RuneLen(first); n.next[first]++ {
		if r := n.next[first]; !n.taken[r] {
			n.next[first]++
			utf8.EncodeRune(name, r)
			break
		}
	}
	return string(name)
}
