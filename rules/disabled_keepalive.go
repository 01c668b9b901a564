package rules

import (
	"fmt"
	"slices"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var disabledKeepalive = &lint.Rule{
	Name:     "disabled-keepalive",
	Category: "keepalive",
	Severity: lint.Warning,
	Sides:    lint.BothSides,
	Fix:      lint.Safe,
	Summary:  "The keep-alive interval that wins is 0: keep-alive is switched off.",
	Run:      runDisabledKeepalive,
}

func runDisabledKeepalive(p *lint.Pass) {
	v := viewOf(p.Target)
	v.perLine(func(q *pair) bool { return q.disabled() && !q.master.ok }, intervalOf, func(l line, pairs []*pair) {
		who := v.labels(pairs...)
		p.Report(lint.Diagnostic{
			Span: spanOf(p.Target, l.Ref),
			Message: fmt.Sprintf("%s switches keep-alive off%s: %s sends nothing while a session is silent, "+
				"and a firewall or NAT that forgets idle connections (Azure after 240 s, AWS after 350 s) cuts a long deploy",
				lineText(p.Target, l.Ref), v.forWhom(who), v.program),
			Help:     fmt.Sprintf("set %s %d and %s %d", v.Interval, v.Settings.Profile.Interval, v.Count, v.Settings.Profile.Count),
			Hosts:    who,
			Related:  blockNote(p.Target, l.Ref),
			Fixes:    v.fixesOf(pairs[0]),
			Obstacle: v.obstacleOf(pairs[0]),
		})
	})
}

func intervalOf(q *pair) line { return q.interval }
func countOf(q *pair) line    { return q.count }

// perLine groups the pairs that want it by the line at fault, so that one
// cause gives one finding.
func (v *view) perLine(wanted func(*pair) bool, at func(*pair) line, report func(line, []*pair)) {
	var order []line
	groups := map[linePlace][]*pair{}
	for _, q := range v.judged {
		if !wanted(q) {
			continue
		}
		l := at(q)
		if groups[l.place()] == nil {
			order = append(order, l)
		}
		groups[l.place()] = append(groups[l.place()], q)
	}
	for _, l := range order {
		report(l, groups[l.place()])
	}
}

// perPair is perLine for what is wrong with interval and count together: in a
// template both have to be known.
func (v *view) perPair(wanted func(*pair) bool, at func(*pair) line, report func(line, []*pair)) {
	v.perLine(func(q *pair) bool { return wanted(q) && v.knows(q) }, at, report)
}

// forWhom is the part of a message that names who is touched; nothing where
// it is everybody.
func (v *view) forWhom(labels []string) string {
	if len(labels) == v.judgedContexts {
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
