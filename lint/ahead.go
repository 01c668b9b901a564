package lint

import "github.com/sshvet/sshvet/internal/inorder"

// ahead is what the rules have found in an entry before its turn came.
type ahead struct {
	target *Target
	found  []Diagnostic
	err    error // the entry cannot be read
	// unjudged: the entry was read, and the rules are still to run.
	unjudged bool
}

// judge reads an entry and runs the rules over it. It touches nothing that
// entries share, so that several may be judged at the same time.
func judge(e *Entry, rules []*Rule, s Settings) *ahead {
	t, err := NewTarget(e, s)
	if err != nil {
		return &ahead{err: err}
	}
	a := &ahead{target: t}
	report := func(d Diagnostic) { a.found = append(a.found, d) }
	for _, rule := range rules {
		if rule.Sides.judges(t) && !rule.Last {
			rule.Run(&Pass{Rule: rule, Target: t, report: report})
		}
	}
	return a
}

// waiting is how many judged entries may wait for their turn for each worker.
const waiting = 4

// entries checks entries one after the other. Where there are workers, they
// judge those whose turn will come soon; what comes out is the same.
func (c *collector) entries(list []*Entry, rules []*Rule, s Settings) (errs []error) {
	soon := func(i int) func() *ahead {
		e := list[i]
		if e.Template != nil || c.covered(e) {
			return nil
		}
		return func() *ahead { return judge(e, e.RulesOr(rules), s) }
	}
	for i, a := range inorder.Ahead(len(list), s.Workers, waiting*s.Workers, soon) {
		if err := c.entry(list[i], a, rules, s); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}
