package report

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sshvet/sshvet/lint"
)

// What stands in the place of texts that quote a file outside the checked tree.
const (
	hiddenHelp      = "this file lies outside the checked tree, so that nothing of it is shown here; --format text shows it"
	hiddenInHelp    = "this has to do with a file outside the checked tree, of which nothing is shown here; --format text shows it"
	hiddenRelated   = "this line has to do with it"
	hiddenFix       = "a fix that 'sshvet fix --diff' shows"
	longestHarmless = 6 // digits of a number that may be shown
)

// withhold is the result without anything that quotes a file outside the checked
// tree (Options.Outside): an Include may name any file that the build can read,
// and what it holds is not for everybody who can read the build's report. Such a
// finding keeps its rule, its severity and its place, and has the summary of
// the rule in place of its message. Findings in checked files stay as they are
// unless they quote such a file, too. r itself is not changed.
func withhold(r *lint.Result, o *Options) *lint.Result {
	h, sources := newHider(r, o)
	if h == nil {
		return r
	}
	out := *r
	out.Sources, out.Diagnostics = sources, make([]lint.Diagnostic, len(r.Diagnostics))
	for i := range r.Diagnostics {
		out.Diagnostics[i] = h.diagnostic(r.Diagnostics[i])
	}
	return &out
}

// Quotes returns a function that reports whether a text may quote a file outside
// the checked tree, for what programs show beside the findings.
func Quotes(r *lint.Result, o Options) func(text string) bool {
	h, _ := newHider(r, &o)
	return func(text string) bool { return h != nil && h.quotes(text) }
}

// newHider makes one for the files outside, and the sources of a result without
// theirs; nil if there are no such files.
func newHider(r *lint.Result, o *Options) (*hider, map[string]lint.Source) {
	if o.Outside == nil {
		return nil, nil
	}
	h := &hider{o: o, outside: map[string]bool{}, inside: map[string]lint.Source{}}
	sources := make(map[string]lint.Source, len(r.Sources))
	for file, src := range r.Sources {
		if !o.Outside(file) {
			sources[file], h.inside[file] = src, src
			continue
		}
		h.outside[file] = true
		h.foreign = eachWord(h.foreign, src)
		sources[file] = blankSource{src}
	}
	if len(h.outside) == 0 {
		return nil, nil
	}
	return h, sources
}

// blankSource has the places of a source and none of its text, so that
// fingerprints tell nothing of that either.
type blankSource struct{ lint.Source }

func (blankSource) Line(int) string { return "" }

// hider makes findings that quote nothing of some files.
type hider struct {
	o       *Options
	outside map[string]bool        // files
	foreign map[string]bool        // the words of those files
	inside  map[string]lint.Source // the other files
	known   map[string]bool        // their words; nil: not asked for yet
	public  map[string]bool        // the words of the rules' pages; nil: not asked for yet
}

func (h *hider) diagnostic(d lint.Diagnostic) lint.Diagnostic {
	switch {
	case h.outside[d.Span.File]:
		d.Message, d.Help, d.Hosts = h.summary(d.Rule), hiddenHelp, nil
	case h.pointsOutside(&d) || h.quotes(d.Message) || h.quotes(d.Help):
		d.Message, d.Help = h.summary(d.Rule), hiddenInHelp
	}
	var hosts []string
	for _, host := range d.Hosts {
		if !h.quotes(host) {
			hosts = append(hosts, host)
		}
	}
	d.Hosts = hosts
	related := make([]lint.Related, len(d.Related))
	for i, rel := range d.Related {
		if h.outside[d.Span.File] || h.outside[rel.File] || h.quotes(rel.Message) {
			rel.Message = hiddenRelated
		}
		related[i] = rel
	}
	d.Related = related
	fixes := make([]lint.SuggestedFix, len(d.Fixes))
	for i, f := range d.Fixes {
		if h.outside[d.Span.File] || h.fixQuotes(&f) {
			f = lint.SuggestedFix{Message: hiddenFix, Applicability: f.Applicability}
		}
		fixes[i] = f
	}
	d.Fixes = fixes
	return d
}

// pointsOutside reports whether a finding is explained by a line of a file
// outside, which its message says then.
func (h *hider) pointsOutside(d *lint.Diagnostic) bool {
	return slices.ContainsFunc(d.Related, func(rel lint.Related) bool { return h.outside[rel.File] })
}

func (h *hider) fixQuotes(f *lint.SuggestedFix) bool {
	for _, e := range f.Edits {
		if h.outside[e.File] || h.quotes(e.NewText) {
			return true
		}
	}
	return h.quotes(f.Message)
}

// summary is what a rule finds, in a sentence.
func (h *hider) summary(rule string) string {
	for _, r := range h.o.Rules {
		if r.Name == rule && r.Summary != "" {
			return strings.TrimSuffix(r.Summary, ".")
		}
	}
	return "a finding of " + rule
}

// quotes reports whether a text of a rule may hold a word of the files outside.
// A word that also stands in a checked file or on the page of a rule is no
// excerpt of them. What is escaped or cut cannot be compared and counts as one.
func (h *hider) quotes(text string) bool {
	if strings.ContainsAny(text, `\`+ellipsis) || strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
		return true
	}
	found := false
	words(text, func(w string) {
		found = found || h.foreign[w] && !h.ofRules()[w] && !h.ofInside()[w]
	})
	return found
}

// ofInside are the words of the checked files.
func (h *hider) ofInside() map[string]bool {
	if h.known == nil {
		h.known = map[string]bool{}
		for _, src := range h.inside {
			h.known = eachWord(h.known, src)
		}
	}
	return h.known
}

// ofRules are the words on the pages of the rules.
func (h *hider) ofRules() map[string]bool {
	if h.public == nil {
		h.public = map[string]bool{}
		for _, r := range h.o.Rules {
			words(h.o.page(r.Name)+" "+r.Summary, func(w string) { h.public[w] = true })
		}
	}
	return h.public
}

// eachWord adds the words of a source to a set, which it makes where there is none.
func eachWord(set map[string]bool, src lint.Source) map[string]bool {
	if set == nil {
		set = map[string]bool{}
	}
	for line := range linesOf(src) {
		words(line, func(w string) { set[w] = true })
	}
	return set
}

// words calls f for each word of a text, in lower case: a run of letters, digits
// and what names have inside. Short numbers and single letters are no words.
func words(text string, f func(string)) {
	inWord := func(r rune) bool {
		return r == '.' || r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !inWord(r) }) {
		w = strings.ToLower(strings.Trim(w, ".-_"))
		isNumber := len(w) <= longestHarmless && strings.Trim(w, "0123456789") == ""
		if len(w) > 1 && !isNumber {
			f(w)
		}
	}
}
