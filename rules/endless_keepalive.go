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
	held := "keeps a session hanging"
	if p.Dialect.Side == keyword.Server {
		held = "keeps its session and its processes"
	}
	v.perLine(p, lineFindings{
		wanted: func(q *pair) bool { return holds(q) && at(q).ok },
		both:   true, at: at,
		say: func(_ line, q *pair, who string) (message, help string) {
			profile := v.Settings.Profile
			return fmt.Sprintf("a dead %s is noticed after %s (interval %d s × (%d + 1))%s and %s that long",
					v.peer, exact(q.detection()), q.seconds, q.patience, who, held),
				fmt.Sprintf("%s %d with an interval of %d s gives up after %s, enough for every deploy",
					v.Count, profile.Count, profile.Interval, exact(profile.Interval*(profile.Count+1)))
		},
	})
}

// overProfile reports counts above what the profile allows, as warnings.
func (v *view) overProfile(p *lint.Pass) {
	profile := v.Settings.Profile
	v.perLine(p, lineFindings{
		wanted: v.over, both: true, at: v.countPlace, fixed: always, warning: true,
		say: func(_ line, q *pair, who string) (message, help string) {
			after := exact(v.patienceInterval(q) * (profile.Count + 1))
			return fmt.Sprintf("%s%s: a dead %s is noticed after %s (interval %d s × (%d + 1))",
					v.countText(q), who, v.peer, exact(q.detection()), q.seconds, q.patience) +
					v.profiled("%s", allowed(profile.MinCount, profile.MaxCount, "")),
				fmt.Sprintf("set %s %d: a dead %s is noticed after %s, and a deploy whose %s is busy or away that long is cut, too",
					v.Count, profile.Count, v.peer, after, v.peer)
		},
	})
}
