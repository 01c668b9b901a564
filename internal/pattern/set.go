package pattern

import "strings"

// Set answers for a long list of patterns, which would take long to go through
// for each of many names. The order of a list does not matter: any negated match
// decides, and any other one only without it.
type Set struct {
	literal map[string]signs
	wanted  Index // with wildcards
	negated Index
	// tooLong: a sub-pattern that is too long makes a list fail from there on
	tooLong bool
}

// signs says whether a literal pattern stands in a list plainly, negated or both.
type signs uint8

const (
	plain signs = 1 << iota
	negative
)

// NewSet takes a comma-separated list apart as MatchList does.
func NewSet(list string, foldCase bool) *Set {
	s := &Set{literal: map[string]signs{}}
	for list != "" && !s.tooLong {
		sub, rest, _ := strings.Cut(list, ",")
		list = rest
		name, negated := strings.CutPrefix(sub, "!")
		if s.tooLong = len(name) >= maxSub; s.tooLong {
			break
		}
		if foldCase {
			name = Lower(name)
		}
		s.Add(name, negated)
	}
	s.Ready()
	return s
}

// Add adds a pattern to a set, up to Ready.
func (s *Set) Add(pattern string, negated bool) {
	if s.literal == nil {
		s.literal = map[string]signs{}
	}
	sign, wild := plain, &s.wanted
	if negated {
		sign, wild = negative, &s.negated
	}
	if IsLiteral(pattern) {
		s.literal[pattern] |= sign
		return
	}
	wild.Add(pattern, 0)
}

// Ready ends the adding; several goroutines may ask from then on.
func (s *Set) Ready() {
	s.wanted.Ready()
	s.negated.Ready()
}

// Match is MatchList for the list of the set.
func (s *Set) Match(name string) int {
	switch found := s.literal[name]; {
	case found&negative != 0 || s.negated.Any(name):
		return -1
	case s.tooLong:
		return 0
	case found&plain != 0 || s.wanted.Any(name):
		return 1
	}
	return 0
}
