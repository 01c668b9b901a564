package fix

import (
	"slices"
	"sort"

	"github.com/sshvet/sshvet/lint"
)

// moves says where the bytes of one file are after some edits of it.
type moves struct {
	edits []lint.TextEdit // in order; none overlaps another
	grown []int           // by how much those before each have lengthened the file; one more for the end
}

func newMoves(edits []lint.TextEdit) moves {
	mv := moves{edits: slices.Clone(edits), grown: make([]int, 1, len(edits)+1)}
	slices.SortStableFunc(mv.edits, compareEdits)
	for i, e := range mv.edits {
		mv.grown = append(mv.grown, mv.grown[i]+len(e.NewText)-(e.End-e.Start))
	}
	return mv
}

// at is where an offset is now. What is inserted right there, or replaces the
// bytes around it, comes after it, or before it if behind is true.
func (mv moves) at(offset int, behind bool) int {
	i := sort.Search(len(mv.edits), func(i int) bool {
		e := mv.edits[i]
		insertedHere := e.Start == offset && e.End == offset
		return e.End > offset || insertedHere && !behind
	})
	if i == len(mv.edits) || mv.edits[i].Start >= offset {
		return offset + mv.grown[i]
	}
	inside := mv.edits[i].Start + mv.grown[i]
	if behind {
		inside += len(mv.edits[i].NewText)
	}
	return inside
}

// place is a span that stays with its text while fixes are applied around it.
// A place without text, where something is to be inserted, becomes a range if
// something else is inserted right there: either side of it is the same place.
type place struct {
	file     string
	from, to int
	empty    bool
}

func newPlace(s lint.Span) place { return place{s.File, s.Start, s.End, s.Start == s.End} }

func (p *place) move(by map[string]moves) {
	mv, ok := by[p.file]
	if !ok {
		return
	}
	p.from, p.to = mv.at(p.from, !p.empty), mv.at(p.to, p.empty)
}

// is reports whether a span of the present state is this place.
func (p *place) is(s lint.Span) bool {
	switch {
	case p.file != s.File || p.empty != (s.Start == s.End):
		return false
	case p.empty:
		return p.from <= s.Start && s.End <= p.to
	}
	return p.from == s.Start && p.to == s.End
}
