// Package share has several processors share a piece of work.
package share

import (
	"runtime"
	"sync"
)

// Processors is how many goroutines share n pieces of work, if worth of them are
// worth one.
func Processors(n, worth int) int {
	return max(1, min(runtime.GOMAXPROCS(0), n/worth))
}

// All calls f for stretches of the numbers below n, each in a goroutine of its own,
// and returns when all are done. Stretches are counted by part, in order; there are
// as many as Processors says. One alone is done by the caller.
func All(n, worth int, f func(part, from, to int)) {
	parts := Processors(n, worth)
	if parts == 1 {
		f(0, 0, n)
		return
	}
	var wg sync.WaitGroup
	for k := range parts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f(k, n*k/parts, n*(k+1)/parts)
		}()
	}
	wg.Wait()
}
