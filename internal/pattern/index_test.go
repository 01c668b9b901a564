package pattern

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The index and the set answer as trying each pattern does.
func TestIndexAndSet(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func(letters string, most int) string {
		var b strings.Builder
		for range r.IntN(most + 1) {
			b.WriteByte(letters[r.IntN(len(letters))])
		}
		return b.String()
	}
	for range 3000 {
		var x Index
		var list []string
		for i := range 1 + r.IntN(8) {
			p := word("aabb**?c", 6)
			if r.IntN(20) == 0 {
				p += strings.Repeat("x", 1020) // about as long as a sub-pattern may be
			}
			list = append(list, strings.Repeat("!", r.IntN(2))+p)
			x.Add(p, int32(i))
		}
		x.Ready()
		joined := strings.Join(list, ",")
		s := NewSet(joined, false)
		for range 8 {
			name := word("aabbc", 8)
			if r.IntN(10) == 0 {
				name += strings.Repeat("x", 1020)
			}
			var want []int32
			for i, p := range list {
				if Match(name, strings.TrimPrefix(p, "!")) {
					want = append(want, int32(i))
				}
			}
			got := x.Matches(nil, name)
			slices.Sort(got)
			if got = slices.Compact(got); !slices.Equal(got, want) || x.Any(name) != (len(want) > 0) {
				t.Fatalf("%q of %q: %v, want %v", name, list, got, want)
			}
			if got, want := s.Match(name), MatchList(name, joined, false); got != want {
				t.Fatalf("%q of %q: %d, want %d", name, joined, got, want)
			}
		}
	}
}
