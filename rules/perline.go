package rules

import (
	"slices"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/share"
	"github.com/sshvet/sshvet/lint"
)

// lineFindings says how the findings about lines are made from the pairs that are
// at fault because of them.
type lineFindings struct {
	wanted func(*pair) bool // the pairs at fault
	both   bool             // it is about interval and count together: in a template both have to be known
	at     func(*pair) line // the line to report
	fixed  func(*pair) bool // whether a fix is offered; nil: it never is
	// say words the finding about a line. q is one of its pairs, and who names those
	// it is wrong for: " for web1", or nothing where that is everybody. Without a
	// message there is no finding. Several goroutines may call it at the same time.
	say     func(l line, q *pair, who string) (message, help string)
	warning bool // whatever the rule's severity is
}

func always(*pair) bool { return true }

func intervalOf(q *pair) line { return q.interval }
func countOf(q *pair) line    { return q.count }

// lineGroup is a line with the pairs that are at fault because of it.
type lineGroup struct {
	line
	pairs    []*pair
	fixes    []lint.SuggestedFix
	obstacle *lint.Related
}

// atOnce is how many findings are worded before they are reported.
const atOnce = 1 << 11

// perLine reports findings by the line at fault, so that one cause gives one
// finding. There may be as many as the file has hosts: words and fixes are found by
// all processors, but for fixes that repair several pairs.
func (v *view) perLine(p *lint.Pass, f lineFindings) {
	groups := v.lineGroups(&f)
	var found []lint.Diagnostic
	p.Expect(len(groups))
	for part := range slices.Chunk(groups, atOnce) {
		shareOut(len(part), func(i int) {
			if q := part[i].pairs[0]; f.fixed != nil && f.fixed(q) && !q.planned && v.standsAlone(q) {
				v.plan([]*pair{q})
			}
		})
		for i := range part {
			if g := &part[i]; f.fixed != nil && f.fixed(g.pairs[0]) {
				g.fixes, g.obstacle = v.fixesOf(g.pairs[0]), v.obstacleOf(g.pairs[0])
			}
		}
		found = slices.Grow(found[:0], len(part))[:len(part)]
		shareOut(len(part), func(i int) { found[i] = v.lineFinding(&part[i], &f) })
		for _, d := range found {
			switch {
			case d.Message == "":
			case f.warning:
				d.Severity = lint.Warning
				p.ReportAs(d)
			default:
				p.Report(d)
			}
		}
	}
}

// lineGroups lists the lines at fault in the order of their first pairs.
func (v *view) lineGroups(f *lineFindings) []lineGroup {
	n := 0
	for _, q := range v.judged {
		if f.wanted(q) {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	groups, at := make([]lineGroup, 0, n), make(map[linePlace]int, n)
	for i, q := range v.judged {
		if !f.wanted(q) || f.both && !v.knows(q) {
			continue
		}
		l := f.at(q)
		if n, known := at[l.place()]; known {
			groups[n].pairs = append(groups[n].pairs, q)
			continue
		}
		at[l.place()] = len(groups)
		groups = append(groups, lineGroup{line: l, pairs: v.judged[i : i+1 : i+1]})
	}
	return groups
}

func (v *view) lineFinding(g *lineGroup, f *lineFindings) lint.Diagnostic {
	who := v.labels(g.pairs...)
	message, help := f.say(g.line, g.pairs[0], v.forWhom(who))
	if message == "" {
		return lint.Diagnostic{}
	}
	return lint.Diagnostic{
		Span: spanOf(v.Target, g.Ref), Message: message, Help: help, Hosts: who,
		Related: blockNote(v.Target, g.Ref), Fixes: g.fixes, Obstacle: g.obstacle,
	}
}

// shareOut calls f for each number below n, a stretch of them on each processor.
func shareOut(n int, f func(int)) {
	share.All(n, atOnce/8, func(_, from, to int) {
		for i := from; i < to; i++ {
			f(i)
		}
	})
}

// forWhom is the part of a message that names who is touched; nothing where
// it is everybody.
func (v *view) forWhom(labels []string) string {
	if len(labels) == v.judgedContexts && v.LeftOut() == 0 {
		return ""
	}
	return " for " + listed(elseEverybody(labels))
}

// elseEverybody words the labels of some contexts, but not all of them: those
// outside all Match blocks are everybody else.
func elseEverybody(labels []string) []string {
	out := slices.Clone(labels)
	if i := slices.Index(out, resolve.Everybody); i >= 0 {
		out[i] = "everybody else"
	}
	return out
}
