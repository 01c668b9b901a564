package report

import (
	"bufio"
	"runtime"
	"sync"
)

// chunk is how many pieces of a list are written by one goroutine at a time: in
// text, about what a second-level cache holds.
const chunk = 128

// piece appends a piece of a list, by its number.
type piece func(out []byte, i int) []byte

// inOrder writes n pieces, in their order. Where there are many of them, all
// processors make some, a chunk at a time, and each writes its own when it is its
// turn, while the others go on. No more than a chunk each is in memory. newPiece is
// called for each of the goroutines, so that what it returns may remember the piece
// before.
func inOrder(w *bufio.Writer, n int, newPiece func() piece) {
	workers := max(1, min(runtime.GOMAXPROCS(0), n/chunk))
	turns := make([]chan struct{}, workers)
	for k := range turns {
		turns[k] = make(chan struct{}, 1)
	}
	work := func(k int) {
		write := newPiece()
		var out []byte
		for from := k * chunk; from < n; from += workers * chunk {
			out = out[:0]
			for i := from; i < min(n, from+chunk); i++ {
				out = write(out, i)
			}
			<-turns[k]
			w.Write(out)
			turns[(k+1)%workers] <- struct{}{}
		}
	}
	turns[0] <- struct{}{}
	var others sync.WaitGroup
	for k := 1; k < workers; k++ {
		others.Add(1)
		go func() {
			defer others.Done()
			work(k)
		}()
	}
	work(0)
	others.Wait()
}
