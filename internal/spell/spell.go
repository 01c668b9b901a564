// Package spell finds the word that a misspelt one was meant to be.
package spell

import (
	"iter"
	"math/bits"
	"slices"
	"unicode"
)

const (
	// longestWord is the length in bytes beyond which a word gets no answer:
	// no keyword comes near it, and it bounds the work on hostile input.
	longestWord = 64
	// longestCandidate is what the longest word could still be near to.
	longestCandidate = longestWord + (longestWord+2)/3
)

// Nearest returns the candidate nearest to word, as the candidates spell it.
// The measure is the optimal string alignment distance (insert, delete,
// replace, swap neighbours) on lower case. A candidate counts if its distance
// is at most max(1, (n+2)/3) for a word of n runes. There is no answer if no
// candidate counts, if two different ones are equally near (a wrong guess is
// worse than none), or if word is empty or longer than 64 bytes. Candidates
// that differ only in case are the same; the first one is returned.
func Nearest(word string, candidates iter.Seq[string]) (string, bool) {
	return NewDictionary(candidates).Nearest(word)
}

// Dictionary is a list of candidates that many words are held against. Several
// goroutines may use it.
type Dictionary []candidate

// candidate is a word with what tells quickly that it is too far off.
type candidate struct {
	text    string
	n       int    // runes
	letters uint64 // see letterOf
}

// NewDictionary makes a dictionary of candidates.
func NewDictionary(candidates iter.Seq[string]) Dictionary {
	var d Dictionary
	for text := range candidates {
		c := candidate{text: text}
		for _, r := range text {
			c.n++
			c.letters |= letterOf(unicode.ToLower(r))
		}
		d = append(d, c)
	}
	return d
}

// Nearest is the function of that name, for these candidates.
func (d Dictionary) Nearest(word string) (string, bool) {
	if word == "" || len(word) > longestWord {
		return "", false
	}
	var s search
	s.letters = s.word.setLower(word)
	s.limit = max(1, (s.word.n+2)/3)
	for i := range d {
		s.try(&d[i])
	}
	if !s.unique {
		return "", false
	}
	return s.best, true
}

// search is the state of one look for the nearest candidate. Its runes stand in
// arrays, so that no candidate costs an allocation.
type search struct {
	word      buffer // in lower case, as are the next two
	letters   uint64 // of it
	candidate buffer
	found     buffer
	limit     int    // a candidate farther off than this does not count
	best      string // "" until a candidate counts
	unique    bool
}

// try compares one candidate with the best so far.
func (s *search) try(c *candidate) {
	if c.n == 0 || c.n > longestCandidate || c.n-s.word.n > s.limit || s.word.n-c.n > s.limit {
		return // as many letters more or less are too many edits
	}
	if lacks(s.letters, c.letters) > s.limit || lacks(c.letters, s.letters) > s.limit {
		return // as nearly all: an edit brings one letter that was not there
	}
	s.candidate.setLower(c.text)
	d := distance(s.word.runes(), s.candidate.runes(), s.limit)
	switch {
	case d > s.limit:
	case s.best == "" || d < s.limit:
		// From here on only what is at least as near matters.
		s.limit, s.best, s.unique = d, c.text, true
		s.found = s.candidate
	case !slices.Equal(s.candidate.runes(), s.found.runes()):
		s.unique = false
	}
}

// buffer is a short text as runes.
type buffer struct {
	text [longestCandidate]rune
	n    int
}

// letterOf is the bit for a rune in a set of letters. Several runes share it.
func letterOf(r rune) uint64 { return 1 << (r % 64) }

// lacks is how many different runes of others a set of letters does not have, or
// fewer.
func lacks(letters, others uint64) int { return bits.OnesCount64(others &^ letters) }

func (b *buffer) runes() []rune { return b.text[:b.n] }

// setLower stores the lower-case runes of s, which has to fit, and returns the set
// of them.
func (b *buffer) setLower(s string) (letters uint64) {
	b.n = 0
	for _, r := range s {
		r = unicode.ToLower(r)
		b.text[b.n] = r
		letters |= letterOf(r)
		b.n++
	}
	return letters
}

// row is one row of the table of distances between prefixes, with a spare cell
// at the end. No value exceeds longestCandidate+1.
type row [longestCandidate + 2]uint8

// distance is the optimal string alignment distance of a and b, or limit+1 if
// it is greater than limit. Only the cells that can hold a value up to limit
// are computed: those at most limit off the diagonal.
func distance(a, b []rune, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	var rows [3]row
	before, prev, cur := &rows[0], &rows[1], &rows[2]
	last := min(len(b), limit)
	for j := range last + 1 {
		prev[j] = uint8(j)
	}
	prev[last+1] = uint8(limit + 1)
	for i := 1; i <= len(a); i++ {
		nextRow(a, b, i, limit, before, prev, cur)
		before, prev, cur = prev, cur, before // a swap reaches back two rows
	}
	return min(int(prev[len(b)]), limit+1)
}

// nextRow computes row i of the table from the two before it. The cells at both
// ends of the computed ones are set to a value beyond limit, for the rows that
// follow look at them.
func nextRow(a, b []rune, i, limit int, before, prev, cur *row) {
	lo, hi := max(1, i-limit), min(len(b), i+limit)
	cur[lo-1], cur[hi+1] = uint8(limit+1), uint8(limit+1)
	if lo == 1 {
		cur[0] = uint8(i)
	}
	for j := lo; j <= hi; j++ {
		cost := uint8(1)
		if a[i-1] == b[j-1] {
			cost = 0
		}
		d := min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
		if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
			d = min(d, before[j-2]+1)
		}
		cur[j] = d
	}
}
