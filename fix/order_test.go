package fix

import (
	"fmt"
	"math/rand"
	"testing"

	"github.com/sshvet/sshvet/lint"
)

// A finger finds what a set has, in whatever order it is asked, also when it has
// looked in vain so often that it takes the set.
func TestFinger(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	sets := 0
	for range 2000 {
		want := map[string]bool{}
		var lists [][]string
		for range r.Intn(4) {
			var list []string
			for range r.Intn(8) {
				name := fmt.Sprintf("h%d", r.Intn(30))
				list, want[name] = append(list, name), true
			}
			lists = append(lists, list)
			if len(list) > 1 && r.Intn(2) == 0 {
				lists = append(lists, list[:1], list) // shared, in part and whole
			}
		}
		a := &allowance{lists: lists}
		p := proof{}
		for i := range 40 {
			name := fmt.Sprintf("h%d", i)
			if r.Intn(2) == 0 {
				name = fmt.Sprintf("h%d", r.Intn(40))
			}
			if got := p.fingerIn(a).finds(name); got != want[name] {
				t.Fatalf("%q: %s is found: %t, want %t", lists, name, got, want[name])
			}
		}
		if a.set != nil {
			sets++
		}
	}
	if sets == 0 || sets == 2000 {
		t.Errorf("%d of 2,000 needed a set, want some and not all", sets)
	}
}

// The last fix picked that begins at a place is known in whatever order they come.
func TestLastAt(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	indexed := 0
	for range 2000 {
		var picked []choice
		var last lastAt
		want := map[start]int{}
		offset := 0
		for range r.Intn(12) {
			offset += r.Intn(3)
			if r.Intn(15) == 0 {
				offset = r.Intn(4)
			}
			at := start{"a", offset}
			if r.Intn(15) == 0 {
				at.file = "b"
			}
			i, met := want[at]
			if !met {
				i = -1
			}
			if got := last.find(picked, at); got != i {
				t.Fatalf("%v after %d: got %d, want %d", at, len(picked), got, i)
			}
			last.added(picked, at)
			want[at] = len(picked)
			edit := lint.TextEdit{Span: lint.Span{File: at.file, Start: at.offset}}
			picked = append(picked, choice{fix: lint.SuggestedFix{Edits: []lint.TextEdit{edit}}})
		}
		if last.index != nil {
			indexed++
		}
	}
	if indexed == 0 || indexed == 2000 {
		t.Errorf("%d of 2,000 needed an index, want some and not all", indexed)
	}
}
