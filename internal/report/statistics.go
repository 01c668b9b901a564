package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// statistic is how often a rule has found something. A rule whose severity
// differs from file to file has one for each.
type statistic struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Count    int    `json:"count"`
	Fixable  int    `json:"fixable"` // of those, how many have a safe fix
}

// statisticsFormats are the formats that have statistics in place of findings.
var statisticsFormats = map[string]Format{"text": statisticsText, "json": statisticsJSON}

// Statistics returns the format of that name that counts the findings of each
// rule, most first, and then by name, in place of listing them.
func Statistics(name string) (Format, bool) {
	f, ok := statisticsFormats[name]
	return f, ok
}

// statistics counts. The list is never nil.
func statistics(r *lint.Result) []statistic {
	type key struct {
		rule     string
		severity lint.Severity
	}
	out := []statistic{}
	at := map[key]int{}
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		k := key{d.Rule, d.Severity}
		if _, known := at[k]; !known {
			at[k] = len(out)
			out = append(out, statistic{Rule: d.Rule, Severity: d.Severity.String()})
		}
		s := &out[at[k]]
		s.Count++
		if d.BestFix() == lint.Safe {
			s.Fixable++
		}
	}
	slices.SortFunc(out, func(a, b statistic) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(a.Rule, b.Rule), strings.Compare(a.Severity, b.Severity))
	})
	return out
}

// statisticsText writes a line for each rule, then the summary.
func statisticsText(w io.Writer, r *lint.Result, o Options) error {
	p := newPrinter(r, o)
	list := statistics(r)
	width := 0
	for _, s := range list {
		width = max(width, len(s.Rule))
	}
	for _, s := range list {
		rule := term.Escape(s.Rule)
		p.print(fmt.Sprintf("%5d  ", s.Count), p.palette.Rule(rule), strings.Repeat(" ", max(width-len(s.Rule), 0)),
			"  [", s.Severity, s.fixableText(), "]\n")
	}
	if len(list) > 0 {
		p.print("\n")
	}
	p.print(Summary(r.Counts()), "\n")
	_, err := w.Write(p.out)
	return err
}

// fixableText says how many can be fixed, where that is not none.
func (s *statistic) fixableText() string {
	switch s.Fixable {
	case 0:
		return ""
	case s.Count:
		return ", fixable"
	}
	return fmt.Sprintf(", %d fixable", s.Fixable)
}

// statisticsJSON writes one object.
func statisticsJSON(w io.Writer, r *lint.Result, _ Options) error {
	return EncodeJSON(w, struct {
		Statistics []statistic `json:"statistics"`
	}{statistics(r)})
}
