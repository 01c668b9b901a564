package inorder

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// TestAhead: results come in order, and no more of them are held than there is
// room for, however long the first job takes.
func TestAhead(t *testing.T) {
	const jobs, workers = 300, 4
	for _, room := range []int{0, 4, 16, 1000} {
		var held, most atomic.Int32
		got := []int{}
		job := func(i int) func() *int {
			if i%5 == 3 {
				return nil
			}
			return func() *int {
				n := held.Add(1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				if i%100 == 0 {
					time.Sleep(20 * time.Millisecond)
				}
				return &i
			}
		}
		for i, result := range Ahead(jobs, workers, room, job) {
			if (result == nil) != (i%5 == 3) || result != nil && *result != i {
				t.Errorf("job %d has the result %v", i, result)
			}
			if result != nil {
				held.Add(-1)
			}
			got = append(got, i)
		}
		if len(got) != jobs {
			t.Fatalf("%d results of %d", len(got), jobs)
		}
		for i := range jobs {
			if got[i] != i {
				t.Fatalf("the order is %v", got)
			}
		}
		if n := int(most.Load()); n > max(room, workers) || n < 2 {
			t.Errorf("%d results were held, not 2 to %d", n, max(room, workers))
		}
	}
}

// TestAheadHelps: whoever ranges does jobs while others are at those before.
func TestAheadHelps(t *testing.T) {
	second := make(chan struct{})
	jobs := []func() *int{
		func() *int { <-second; return new(int) }, // whoever has this one, the other has the next
		func() *int { close(second); return new(int) },
	}
	n := 0
	for range Ahead(len(jobs), 2, 2, func(i int) func() *int { return jobs[i] }) {
		n++
	}
	if n != 2 {
		t.Errorf("%d results", n)
	}
}

// TestAheadAlone: without workers nothing is done ahead.
func TestAheadAlone(t *testing.T) {
	for _, workers := range []int{0, 1} {
		n := 0
		for i, result := range Ahead(3, workers, 10, func(int) func() *int { t.Error("a job was asked for"); return nil }) {
			if i != n || result != nil {
				t.Errorf("%d: %v", i, result)
			}
			n++
		}
		if n != 3 {
			t.Errorf("%d of 3", n)
		}
	}
}

// TestAheadLeft: who stops ranging leaves no goroutine behind and has no further
// job begun.
func TestAheadLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	var begun atomic.Int32
	for range Ahead(1000, 4, 8, func(int) func() *int { return func() *int { begun.Add(1); return new(int) } }) {
		break
	}
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
	if n := begun.Load(); n > 8+4 {
		t.Errorf("%d jobs were begun", n)
	}
}
