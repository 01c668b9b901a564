package lint

import "iter"

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
	for i, a := range runAhead(len(list), s.Workers, soon) {
		if err := c.entry(list[i], a, rules, s); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// runAhead yields the results of n jobs in their order. Up to workers jobs run, or
// are done and wait for those before them, at any time: however long one of them
// takes, no more results than that are kept. With less than two workers, and for
// a job that is nil, there is no result: nil.
//
// All jobs are asked for before the first one starts.
func runAhead[T any](n, workers int, job func(i int) func() *T) iter.Seq2[int, *T] {
	return func(yield func(int, *T) bool) {
		if workers < 2 || n < 2 {
			for i := range n {
				if !yield(i, nil) {
					return
				}
			}
			return
		}
		jobs := make([]func() *T, n)
		for i := range jobs {
			jobs[i] = job(i)
		}
		results := make([]chan *T, n)
		start := func(i int) {
			if i >= n || jobs[i] == nil {
				return
			}
			results[i] = make(chan *T, 1)
			go func() { results[i] <- jobs[i]() }()
		}
		for i := range min(workers, n) {
			start(i)
		}
		for i := range n {
			var result *T
			if results[i] != nil {
				result = <-results[i]
			}
			results[i], jobs[i] = nil, nil
			if !yield(i, result) {
				return
			}
			start(i + workers)
		}
	}
}
