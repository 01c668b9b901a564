package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/lint"
)

var earlyKeepaliveTimeout = &lint.Rule{
	Name:     "early-keepalive-timeout",
	Category: "keepalive",
	Severity: lint.Warning,
	Sides:    lint.BothSides,
	Fix:      lint.Safe,
	Summary:  "Too few unanswered probes are allowed: a short stall of the network kills the connection.",
	Run:      runEarlyKeepaliveTimeout,
}

func runEarlyKeepaliveTimeout(p *lint.Pass) {
	v := viewOf(p.Target)
	at := func(q *pair) line {
		switch {
		case q.count.ok:
			return q.count
		case q.interval.ok:
			return q.interval
		}
		return q.batch
	}
	v.perLine(v.early, at, func(l line, pairs []*pair) {
		q := pairs[0]
		if p.Fragment && !q.count.ok {
			return
		}
		count := fmt.Sprintf("%s %d", v.Count, q.patience)
		if !q.count.ok {
			count = fmt.Sprintf("%s is not set, so it is %d", v.Count, defaultCount)
		}
		who := v.labels(pairs...)
		p.Report(lint.Diagnostic{
			Span: spanOf(p.Target, l.Ref),
			Message: fmt.Sprintf("%s%s: a stall of %s (interval %d s × (%d + 1)) kills the connection, %s",
				count, v.forWhom(who), exact(q.detection()), q.seconds, q.patience, v.stalled()),
			Help:     fmt.Sprintf("set %s %d: together with an interval of %d s it rides out %s", v.Count, v.Settings.Profile.Count, v.patienceInterval(q), exact(v.patienceInterval(q)*(v.Settings.Profile.Count+1))),
			Hosts:    who,
			Related:  blockNote(p.Target, l.Ref),
			Fixes:    v.fixesOf(q),
			Obstacle: v.obstacleOf(q),
		})
	})
}

// patienceInterval is the interval that holds after the fix.
func (v *view) patienceInterval(q *pair) int {
	if v.badInterval(q) {
		return v.Settings.Profile.Interval
	}
	return q.seconds
}

// stalled says what a short stall may be, for either side.
func (v *view) stalled() string {
	if v.Dialect.Side == keyword.Server {
		return "though the client may only be busy: Kamal answers no probe while it builds"
	}
	return "though the server may only be rebooting or the network be away for a moment"
}
