package share

import (
	"runtime"
	"slices"
	"sync"
	"testing"
)

// TestAll: each number is in one stretch, and stretches come in order of their parts.
func TestAll(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	for _, c := range []struct{ n, worth, parts int }{{0, 10, 1}, {9, 10, 1}, {19, 10, 1}, {20, 10, 2}, {39, 10, 3}, {1001, 10, 4}, {3, 1, 3}} {
		var mu sync.Mutex
		ends := make([][2]int, Processors(c.n, c.worth))
		All(c.n, c.worth, func(part, from, to int) {
			mu.Lock()
			defer mu.Unlock()
			ends[part] = [2]int{from, to}
		})
		if len(ends) != c.parts || ends[0][0] != 0 || ends[len(ends)-1][1] != c.n {
			t.Errorf("%d, worth %d: %v", c.n, c.worth, ends)
		}
		if gap := slices.IndexFunc(ends[1:], func(e [2]int) bool { return e[0] == e[1] }); gap >= 0 {
			t.Errorf("%d, worth %d: part %d has nothing to do", c.n, c.worth, gap+1)
		}
		for i := range ends[1:] {
			if ends[i][1] != ends[i+1][0] {
				t.Errorf("%d, worth %d: %v", c.n, c.worth, ends)
			}
		}
	}
}
