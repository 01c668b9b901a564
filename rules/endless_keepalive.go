package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/lint"
)

var endlessKeepalive = &lint.Rule{
	Name:     "endless-keepalive",
	Category: "keepalive",
	Severity: lint.Note,
	Sides:    lint.BothSides,
	Summary:  "A dead peer is held for more than a day before it is given up.",
	Run:      runEndlessKeepalive,
}

// endless is from when on a dead peer counts as held for ever, in seconds.
const endless = 24 * 3600

func runEndlessKeepalive(p *lint.Pass) {
	v := viewOf(p.Target)
	holds := func(q *pair) bool { return !q.off() && q.detection() > endless }
	at := func(q *pair) line {
		if q.count.ok && !v.slow(q) {
			return q.count
		}
		return q.interval // it makes a good count too long
	}
	v.perLine(holds, at, func(l line, pairs []*pair) {
		q := pairs[0]
		if !l.ok {
			return
		}
		who := v.labels(pairs...)
		held := "keeps a session hanging"
		if p.Dialect.Side == keyword.Server {
			held = "keeps its session and its processes"
		}
		p.Report(lint.Diagnostic{
			Span: spanOf(p.Target, l.Ref),
			Message: fmt.Sprintf("a dead %s is noticed after %s (interval %d s × (%d + 1))%s and %s that long",
				v.peer, exact(q.detection()), q.seconds, q.patience, v.forWhom(who), held),
			Help: fmt.Sprintf("%s %d with an interval of %d s gives up after %s, enough for every deploy",
				v.Count, v.Settings.Profile.Count, v.Settings.Profile.Interval, exact(v.Settings.Profile.Interval*(v.Settings.Profile.Count+1))),
			Hosts:   who,
			Related: blockNote(p.Target, l.Ref),
		})
	})
}
