package resolve

import (
	"runtime"
	"sync"
)

// processors is how many goroutines share n pieces of work, if worth of them are
// worth one.
func processors(n, worth int) int {
	return max(1, min(runtime.GOMAXPROCS(0), n/worth))
}

// onAll calls f for stretches of the numbers below n, each in a goroutine of its
// own, and returns how many there were, see processors.
func onAll(n, worth int, f func(worker, from, to int)) (workers int) {
	workers = processors(n, worth)
	if workers == 1 {
		f(0, 0, n)
		return 1
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f(w, n*w/workers, n*(w+1)/workers)
		}()
	}
	wg.Wait()
	return workers
}
