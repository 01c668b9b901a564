package pattern

import (
	"math"
	"strings"
)

// Index finds those of many patterns with wildcards that may match a name,
// without trying each. It goes by the texts between the wildcards: a pattern
// can match only where the rarest of its texts occurs.
//
// Its zero value is empty. Patterns are added first; after the first look-up
// none may be added, and several goroutines may look up from Ready on.
type Index struct {
	patterns []indexed
	byText   map[string]int32 // the first keyLength bytes of a text → the last of its patterns
	lengths  []keysOfLength
	always   []int32 // those without a text, such as * and ??
}

// keysOfLength is told for each length that keys have. Most patterns begin with their
// key, as in web1-*: then it is looked for at the beginning of a name only.
type keysOfLength struct {
	length   int
	anywhere bool // one of the patterns has its key behind a wildcard
}

// indexed is a pattern with the number by which the caller knows it.
type indexed struct {
	text string
	id   int32
	next int32 // the pattern before it with the same text; -1: there is none
}

// keyLength is how much of a text is a key. It bounds the work of a look-up: as
// many searches for each byte of the name.
const keyLength = 32

// Add adds a pattern under a number. Several patterns may share one.
func (x *Index) Add(pattern string, id int32) {
	x.patterns = append(x.patterns, indexed{pattern, id, -1})
}

// Len is how many patterns there are.
func (x *Index) Len() int { return len(x.patterns) }

// Ready makes the index; what is added later is not found.
func (x *Index) Ready() { x.ReadyUpTo(math.MaxInt) }

// ReadyUpTo is Ready, but leaves patterns out of which even the rarest text is that
// of more patterns than a limit: they would be tried for most names. It returns
// their numbers.
func (x *Index) ReadyUpTo(limit int) (common []int32) {
	count := make(map[string]int, len(x.patterns))
	for _, p := range x.patterns {
		for key := range keysOf(p.text) {
			count[key]++
		}
	}
	x.byText = make(map[string]int32, len(count))
	var places [keyLength + 1]int // of each length in lengths, from 1
	for i := range x.patterns {
		p, best := &x.patterns[i], ""
		for key := range keysOf(p.text) {
			if best == "" || count[key] < count[best] || count[key] == count[best] && len(key) > len(best) {
				best = key
			}
		}
		if best == "" {
			x.always = append(x.always, int32(i))
			continue
		}
		if count[best] > limit {
			common = append(common, p.id)
			continue
		}
		if before, known := x.byText[best]; known {
			p.next = before
		}
		x.byText[best] = int32(i)
		place := &places[len(best)]
		if *place == 0 {
			x.lengths = append(x.lengths, keysOfLength{length: len(best)})
			*place = len(x.lengths)
		}
		if !strings.HasPrefix(p.text, best) {
			x.lengths[*place-1].anywhere = true
		}
	}
	return common
}

// keysOf goes through the beginnings of the texts of a pattern.
func keysOf(pattern string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for rest := pattern; rest != ""; {
			text := rest
			if i := strings.IndexAny(rest, "*?"); i >= 0 {
				text, rest = rest[:i], rest[i+1:]
			} else {
				rest = ""
			}
			if text != "" && !yield(text[:min(len(text), keyLength)]) {
				return
			}
		}
	}
}

// Matches appends the numbers of the patterns that match a name, in no order and
// perhaps several times.
func (x *Index) Matches(dst []int32, name string) []int32 {
	x.each(name, func(id int32) bool {
		dst = append(dst, id)
		return true
	})
	return dst
}

// Any reports whether one of the patterns matches a name.
func (x *Index) Any(name string) bool {
	return !x.each(name, func(int32) bool { return false })
}

// each calls f for the patterns that match a name, as long as it returns true, and
// reports whether it always did.
func (x *Index) each(name string, f func(id int32) bool) bool {
	try := func(i int32) bool {
		p := &x.patterns[i]
		return !Match(name, p.text) || f(p.id)
	}
	for _, i := range x.always {
		if !try(i) {
			return false
		}
	}
	for _, keys := range x.lengths {
		last := len(name) - keys.length
		if !keys.anywhere {
			last = min(last, 0)
		}
		for at := 0; at <= last; at++ {
			i, known := x.byText[name[at:at+keys.length]]
			for ; known && i >= 0; i = x.patterns[i].next {
				if !try(i) {
					return false
				}
			}
		}
	}
	return true
}
