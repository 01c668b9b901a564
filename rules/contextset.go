package rules

import "iter"

// contextSet is a set of contexts, by their numbers, as stretches in the order of
// adding: those that get their keep-alive from the same lines mostly stand side by
// side, and there may be hundreds of thousands of them. The first stretch is
// apart, because most sets have no other.
type contextSet struct {
	first stretch
	more  []stretch
}

// stretch is a range of numbers; to is exclusive.
type stretch struct{ from, to int32 }

// add adds a context. Those of one set come in increasing order.
func (s *contextSet) add(i int32) { s.addStretch(stretch{i, i + 1}) }

func (s *contextSet) addStretch(next stretch) {
	last := s.last()
	switch {
	case last.to == 0:
		*last = next
	case last.to == next.from:
		last.to = next.to
	default:
		s.more = append(s.more, next)
	}
}

func (s *contextSet) last() *stretch {
	if n := len(s.more); n > 0 {
		return &s.more[n-1]
	}
	return &s.first
}

// join adds the contexts of a set that follows.
func (s *contextSet) join(next *contextSet) {
	for part := range next.stretches() {
		s.addStretch(part)
	}
}

func (s *contextSet) stretches() iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		if s.first.to == 0 || !yield(s.first) {
			return
		}
		for _, part := range s.more {
			if !yield(part) {
				return
			}
		}
	}
}

// all goes through the contexts in order.
func (s *contextSet) all() iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for part := range s.stretches() {
			for i := part.from; i < part.to; i++ {
				if !yield(i) {
					return
				}
			}
		}
	}
}

func (s *contextSet) has(i int32) bool {
	for part := range s.stretches() {
		if part.from <= i && i < part.to {
			return true
		}
	}
	return false
}
