package main

import (
	"slices"
	"strings"
)

// maxTries bounds how often the program is asked to shrink one scenario.
const maxTries = 250

// shrinker makes a scenario smaller as long as it still differs in the same
// way.
type shrinker struct {
	o         *Oracle
	check     Check
	reader    *Reader
	dir       string
	signature string
	tries     int
}

// Shrink returns a smaller scenario with a mismatch of the same signature, and
// that mismatch.
func Shrink(o *Oracle, check Check, reader *Reader, f Finding, dir string) (*Scenario, Mismatch) {
	sh := &shrinker{o: o, check: check, reader: reader, dir: dir, signature: f.Mismatch.Signature()}
	s := clone(f.Scenario)
	s.Queries = []Query{f.Mismatch.Query}
	if sh.differs(s) == nil {
		return f.Scenario, f.Mismatch
	}
	for changed := true; changed && sh.tries < maxTries; {
		changed = sh.files(&s)
		changed = sh.lines(&s) || changed
		changed = sh.words(&s) || changed
		changed = sh.query(&s) || changed
	}
	m := sh.differs(s)
	if m == nil {
		m = &f.Mismatch
	}
	return s, *m
}

func clone(s *Scenario) *Scenario {
	return &Scenario{Side: s.Side, Files: slices.Clone(s.Files), Queries: slices.Clone(s.Queries)}
}

// differs returns the mismatch of the signature, if there still is one.
func (sh *shrinker) differs(s *Scenario) *Mismatch {
	sh.tries++
	if forbidden(s) {
		return nil
	}
	found, _, _, err := sh.check(sh.o, sh.reader, s, sh.dir)
	if err != nil {
		return nil
	}
	for i := range found {
		if found[i].Signature() == sh.signature {
			return &found[i]
		}
	}
	return nil
}

// try replaces *s by t if t still differs.
func (sh *shrinker) try(s **Scenario, t *Scenario) bool {
	if sh.tries >= maxTries || sh.differs(t) == nil {
		return false
	}
	*s = t
	return true
}

func (sh *shrinker) files(s **Scenario) (changed bool) {
	for i := len((*s).Files) - 1; i > 0; i-- {
		t := clone(*s)
		t.Files = slices.Delete(t.Files, i, i+1)
		changed = sh.try(s, t) || changed
	}
	return changed
}

// lines drops runs of lines, long ones first.
func (sh *shrinker) lines(s **Scenario) (changed bool) {
	for i := range (*s).Files {
		changed = sh.pieces(s, i, splitAfter((*s).Files[i].Data, '\n')) || changed
	}
	return changed
}

// words drops runs of words.
func (sh *shrinker) words(s **Scenario) (changed bool) {
	for i := range (*s).Files {
		if len((*s).Files[i].Data) < 400 {
			changed = sh.pieces(s, i, splitAfter((*s).Files[i].Data, ' ')) || changed
		}
	}
	return changed
}

func splitAfter(data Text, sep byte) []string {
	return strings.SplitAfter(string(data), string(sep))
}

// pieces is ddmin over the pieces of file i.
func (sh *shrinker) pieces(s **Scenario, i int, pieces []string) (changed bool) {
	for size := (len(pieces) + 1) / 2; size > 0; size /= 2 {
		for at := 0; at < len(pieces); {
			rest := append(slices.Clone(pieces[:at]), pieces[min(at+size, len(pieces)):]...)
			t := clone(*s)
			t.Files[i].Data = Text(strings.Join(rest, ""))
			if sh.try(s, t) {
				pieces, changed = rest, true
				continue
			}
			at += size
		}
	}
	return changed
}

func (sh *shrinker) query(s **Scenario) (changed bool) {
	q := (*s).Queries[0]
	if len(q.Options) > 0 {
		t := clone(*s)
		t.Queries[0].Options = nil
		changed = sh.try(s, t)
	}
	if q.User != "" {
		t := clone(*s)
		t.Queries[0].User = ""
		changed = sh.try(s, t) || changed
	}
	return changed
}
