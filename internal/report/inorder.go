package report

import (
	"bufio"
	"bytes"
	"runtime"
	"sync"
)

// chunk is how many pieces of a list are written by one goroutine at a time.
const chunk = 512

// inOrder writes n pieces, in their order. Where there are many of them, all
// processors write, each into memory; no more than a chunk each is held at a
// time.
func inOrder(w *bufio.Writer, n int, piece func(w *bufio.Writer, i int)) {
	workers := min(runtime.GOMAXPROCS(0), n/chunk)
	if workers < 2 {
		for i := range n {
			piece(w, i)
		}
		return
	}
	texts := make([]bytes.Buffer, workers)
	for from := 0; from < n; from += workers * chunk {
		var wg sync.WaitGroup
		for k := range texts {
			wg.Add(1)
			go func() {
				defer wg.Done()
				texts[k].Reset()
				part := bufio.NewWriter(&texts[k])
				for i := from + k*chunk; i < min(n, from+(k+1)*chunk); i++ {
					piece(part, i)
				}
				part.Flush()
			}()
		}
		wg.Wait()
		for k := range texts {
			w.Write(texts[k].Bytes())
		}
	}
}
