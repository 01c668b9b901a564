package main

import (
	"slices"
	"strings"
)

// maxTries bounds how often net-ssh is asked to shrink one scenario.
const maxTries = 2000

// shrinker makes a scenario smaller as long as it still differs in the same
// way.
type shrinker struct {
	o         *oracle
	dir       string
	signature string
	tries     int
	last      *mismatch
}

// shrink returns a smaller scenario with a mismatch of the same signature.
func shrink(o *oracle, s *scenario, m *mismatch, dir string) (*scenario, *mismatch) {
	sh := &shrinker{o: o, dir: dir, signature: m.signature(), last: m}
	s = s.clone()
	s.Hosts = []string{m.Host}
	for changed := true; changed && sh.tries < maxTries; {
		changed = sh.drop(&s)
		for i := range s.Files {
			changed = sh.pieces(&s, i, "\n") || changed
			changed = sh.pieces(&s, i, " ") || changed
			if len(s.Files[i].Data) < 200 {
				changed = sh.pieces(&s, i, "") || changed
			}
		}
	}
	return s, sh.last
}

// try replaces *s by t if t still differs.
func (sh *shrinker) try(s **scenario, t *scenario) bool {
	sh.tries++
	if sh.tries > maxTries {
		return false
	}
	found, _, err := check(sh.o, t, sh.dir)
	if err != nil || len(found) == 0 || found[0].signature() != sh.signature {
		return false
	}
	*s, sh.last = t, found[0]
	return true
}

// drop takes out whole files.
func (sh *shrinker) drop(s **scenario) (changed bool) {
	for i := len((*s).Files) - 1; i >= 0; i-- {
		t := (*s).clone()
		t.Files = slices.Delete(t.Files, i, i+1)
		changed = sh.try(s, t) || changed
	}
	for i := len((*s).Top) - 1; i >= 0; i-- {
		t := (*s).clone()
		t.Top = slices.Delete(t.Top, i, i+1)
		changed = sh.try(s, t) || changed
	}
	return changed
}

// pieces is ddmin over the pieces of file i.
func (sh *shrinker) pieces(s **scenario, i int, sep string) (changed bool) {
	pieces := strings.SplitAfter((*s).Files[i].Data, sep)
	for size := (len(pieces) + 1) / 2; size > 0; size /= 2 {
		for at := 0; at < len(pieces); {
			rest := append(slices.Clone(pieces[:at]), pieces[min(at+size, len(pieces)):]...)
			t := (*s).clone()
			t.Files[i].Data = strings.Join(rest, "")
			if sh.try(s, t) {
				pieces, changed = rest, true
				continue
			}
			at += size
		}
	}
	return changed
}
