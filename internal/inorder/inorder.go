// Package inorder has work done on all processors and hands out what comes of it
// in order.
package inorder

import (
	"iter"
	"sync"
)

// Ahead yields the results of n jobs in their order. Up to workers jobs run at a
// time, one of them by whoever ranges over it, instead of waiting for a result
// that is not there yet. No more than room results wait for their turn, however
// long the first one takes. With less than two workers, and for a job that is nil,
// there is no result: nil.
//
// All jobs are asked for before the first one starts.
func Ahead[T any](n, workers, room int, job func(i int) func() *T) iter.Seq2[int, *T] {
	return func(yield func(int, *T) bool) {
		if workers < 2 || n < 2 {
			for i := range n {
				if !yield(i, nil) {
					return
				}
			}
			return
		}
		q := newQueue(n, max(room, workers), job)
		defer q.stop()
		for range min(workers, n) - 1 {
			go q.work()
		}
		for i := range n {
			if !yield(i, q.take(i)) {
				return
			}
		}
	}
}

// queue are jobs and their results.
type queue[T any] struct {
	jobs    []func() *T
	results []*T
	room    int

	mu      sync.Mutex // of what follows
	done    []bool
	next    int        // job that nobody has begun
	taken   int        // results that are gone
	idle    int        // workers that wait for room
	news    *sync.Cond // a job is done, and its result is waited for
	roomier *sync.Cond // half of the room is free, or there is nothing left to do
}

func newQueue[T any](n, room int, job func(i int) func() *T) *queue[T] {
	q := &queue[T]{jobs: make([]func() *T, n), results: make([]*T, n), done: make([]bool, n), room: room}
	q.news, q.roomier = sync.NewCond(&q.mu), sync.NewCond(&q.mu)
	for i := range q.jobs {
		q.jobs[i] = job(i)
		q.done[i] = q.jobs[i] == nil
	}
	return q
}

// work does jobs until none is left.
func (q *queue[T]) work() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		switch i, ok := q.begin(); {
		case ok:
			q.run(i)
			if i == q.taken {
				q.news.Signal()
			}
		case q.next >= len(q.jobs):
			return
		default:
			q.idle++
			q.roomier.Wait()
			q.idle--
		}
	}
}

// take is the result of job i, once those before it are taken.
func (q *queue[T]) take(i int) *T {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.taken = i
	// Waking a worker costs as much as a small job: it shall find several to do.
	if q.idle > 0 && q.next-q.taken <= q.room/2 {
		q.roomier.Broadcast()
	}
	for !q.done[i] {
		if next, ok := q.begin(); ok {
			q.run(next)
		} else {
			q.news.Wait()
		}
	}
	result := q.results[i]
	q.results[i] = nil
	return result
}

// begin is the next job to be run, if there is one and room for its result.
func (q *queue[T]) begin() (i int, ok bool) {
	for q.next < len(q.jobs) && q.done[q.next] {
		q.next++ // there is nothing to do
	}
	if q.next >= len(q.jobs) || q.next >= q.taken+q.room {
		return 0, false
	}
	q.next++
	return q.next - 1, true
}

// run does a job while others have the lock.
func (q *queue[T]) run(i int) {
	q.results[i] = q.unlocked(q.jobs[i])
	q.jobs[i], q.done[i] = nil, true
}

// unlocked has the lock again even if the job panics, so that the panic is what
// one gets to see.
func (q *queue[T]) unlocked(job func() *T) *T {
	q.mu.Unlock()
	defer q.mu.Lock()
	return job()
}

// stop ends the workers when they have done what they are at.
func (q *queue[T]) stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.next = len(q.jobs)
	q.roomier.Broadcast()
}
