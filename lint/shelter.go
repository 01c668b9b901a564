package lint

import "slices"

// Shelter is what silenced findings are about: resolved values that no fix may
// change. A fix of something else can turn such a finding into one that no
// comment and no baseline knows, so that fix takes along, from round to round,
// what was silenced when it began.
type Shelter struct {
	values map[shelteredValue]*sheltered
}

// shelteredValue is a keyword in a context of the entry that a file belongs to.
type shelteredValue struct{ file, keyword, context string }

// sheltered says why a value is left alone.
type sheltered struct {
	rule     string
	baseline bool // else by a comment
	names    []nameInFile
}

// nameInFile is a name in the suppressions of a file.
type nameInFile struct{ file, name string }

// add takes in what a silenced finding is about: what its fix would change, for
// those whom it names.
func (s *Shelter) add(d *Diagnostic, why *sheltered) {
	for i := range d.Fixes {
		for _, file := range filesOf(d, &d.Fixes[i]) {
			for _, c := range d.Fixes[i].Changes {
				for _, context := range d.Hosts {
					if s.values == nil {
						s.values = map[shelteredValue]*sheltered{}
					}
					s.values[shelteredValue{file, c.Keyword, context}] = why
				}
			}
		}
	}
}

// filesOf are the files of a finding and of one of its fixes.
func filesOf(d *Diagnostic, f *SuggestedFix) []string {
	files := []string{d.Span.File}
	for i := range f.Edits {
		if file := f.Edits[i].File; !slices.Contains(files, file) {
			files = append(files, file)
		}
	}
	return files
}

// touched is a sheltered value that a fix announces to change, and in which
// context; nil if there is none. What a new line brings along to those who have
// nothing (Change.WhereUnset) is not among them.
func (s *Shelter) touched(d *Diagnostic, f *SuggestedFix) (why *sheltered, context string) {
	for _, file := range filesOf(d, f) {
		for _, c := range f.Changes {
			for _, context := range c.Contexts {
				if why := s.values[shelteredValue{file, c.Keyword, context}]; why != nil {
					return why, context
				}
			}
		}
	}
	return nil, ""
}

// shelter takes away the fixes that would change what is sheltered, and notes the
// names in comments for which that was needed.
func (r *Result) shelter(s *Shelter, needed map[nameInFile]bool) {
	if s == nil || len(s.values) == 0 {
		return
	}
	type verdict struct {
		why     *sheltered
		context string
	}
	known := map[*TextEdit]verdict{} // findings often share a fix as it lies in memory
	r.dropFixes(func(d *Diagnostic, f *SuggestedFix) *Related {
		if len(f.Edits) == 0 || len(f.Changes) == 0 {
			return nil
		}
		v, again := known[&f.Edits[0]]
		if !again {
			v.why, v.context = s.touched(d, f)
			known[&f.Edits[0]] = v
		}
		if v.why == nil {
			return nil
		}
		for _, name := range v.why.names {
			needed[name] = true
		}
		return &Related{Span: d.Span, Message: v.why.message(v.context)}
	})
}

func (w *sheltered) message(context string) string {
	if w.baseline {
		return w.rule + " is in the baseline for " + context + ", so that what is in force there stays as it is"
	}
	return "a comment silences " + w.rule + " for " + context + ", so that what is in force there stays as it is"
}
