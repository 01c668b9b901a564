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
	Fix:      lint.Safe,
	Summary:  "A dead peer is held for more than a day, or longer than the profile allows.",
	Run:      runEndlessKeepalive,
}

// endless is from when on a dead peer counts as held for ever, in seconds.
const endless = 24 * 3600

func runEndlessKeepalive(p *lint.Pass) {
	v := viewOf(p.Target)
	v.overProfile(p)
	holds := func(q *pair) bool { return !q.off() && q.detection() > endless && !v.over(q) }
	at := func(q *pair) line {
		if q.count.ok && !v.slow(q) {
			return q.count
		}
		return q.interval // it makes a good count too long
	}
	v.perPair(holds, at, func(l line, pairs []*pair) {
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

// overProfile reports counts above what the profile allows, as warnings.
func (v *view) overProfile(p *lint.Pass) {
	v.perPair(v.over, v.countPlace, func(l line, pairs []*pair) {
		q, profile := pairs[0], v.Settings.Profile
		who := v.labels(pairs...)
		after := exact(v.patienceInterval(q) * (profile.Count + 1))
		d := lint.Diagnostic{
			Span: spanOf(p.Target, l.Ref),
			Message: fmt.Sprintf("%s%s: a dead %s is noticed after %s (interval %d s × (%d + 1))",
				v.countText(q), v.forWhom(who), v.peer, exact(q.detection()), q.seconds, q.patience) +
				v.profiled("%s", allowed(profile.MinCount, profile.MaxCount, "")),
			Help: fmt.Sprintf("set %s %d: a dead %s is noticed after %s, and a deploy whose %s is busy or away that long is cut, too",
				v.Count, profile.Count, v.peer, after, v.peer),
			Hosts:    who,
			Related:  blockNote(p.Target, l.Ref),
			Fixes:    v.fixesOf(q),
			Obstacle: v.obstacleOf(q),
		}
		d.Severity = lint.Warning
		p.ReportAs(d)
	})
}
