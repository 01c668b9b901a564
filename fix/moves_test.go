package fix

import (
	"math/rand/v2"
	"testing"

	"github.com/sshvet/sshvet/lint"
)

// TestMoves marks bytes, edits around them, and looks where they are.
func TestMoves(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		src := make([]byte, 40)
		for i := range src {
			src[i] = byte(i + 1) // each byte is of its own
		}
		var edits []lint.TextEdit
		for at := 0; at < len(src); at += 1 + r.IntN(12) {
			end := min(at+r.IntN(4), len(src))
			edits = append(edits, lint.TextEdit{Span: lint.Span{Start: at, End: end}, NewText: "zzzzzz"[:r.IntN(6)]})
			at = end
		}
		out, err := Apply(src, edits)
		if err != nil {
			t.Fatal(err)
		}
		mv := newMoves(edits)
		for i, c := range src {
			now := -1
			for k, d := range out {
				if d == c {
					now = k
				}
			}
			if now < 0 {
				continue // replaced
			}
			if from, to := mv.at(i, true), mv.at(i+1, false); from != now || to != now+1 {
				t.Fatalf("byte %d is at %d after %v, not from %d to %d", i, now, edits, from, to)
			}
		}
	}
}

// TestPlaceOfAnInsertion: what is to be inserted where something else was
// inserted is still the same place.
func TestPlaceOfAnInsertion(t *testing.T) {
	span := func(from, to int) lint.Span { return lint.Span{File: "f", Start: from, End: to} }
	p := newPlace(span(10, 10))
	p.move(map[string]moves{"f": newMoves([]lint.TextEdit{{Span: span(2, 4)}, {Span: span(10, 10), NewText: "abc"}})})
	for at, want := range map[int]bool{7: false, 8: true, 11: true, 12: false} {
		if got := p.is(span(at, at)); got != want {
			t.Errorf("an insertion at %d is the same place: %t, want %t", at, got, want)
		}
	}
	if p.is(span(8, 11)) || p.is(lint.Span{File: "g", Start: 8, End: 8}) {
		t.Error("a replacement, or another file, is the same place")
	}
}
