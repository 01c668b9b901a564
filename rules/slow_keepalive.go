package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/lint"
)

var slowKeepalive = &lint.Rule{
	Name:     "slow-keepalive",
	Category: "keepalive",
	Severity: lint.Warning,
	Sides:    lint.BothSides,
	Fix:      lint.Safe,
	Summary:  "The keep-alive interval is longer than firewalls and NAT remember an idle connection.",
	Run:      runSlowKeepalive,
}

func runSlowKeepalive(p *lint.Pass) {
	v := viewOf(p.Target)
	at := func(q *pair) line {
		if q.batch.ok {
			return q.batch
		}
		return q.interval
	}
	v.perLine(v.slow, at, func(l line, pairs []*pair) {
		q := pairs[0]
		who := v.labels(pairs...)
		cause := fmt.Sprintf("%s: the first probe%s goes out after %s of silence", lineText(p.Target, l.Ref), v.forWhom(who), exact(q.seconds))
		if q.batch.ok {
			cause = fmt.Sprintf("BatchMode makes Debian's ssh use ServerAliveInterval 300%s: the first probe goes out after 300 s of silence", v.forWhom(who))
		}
		profile := v.Settings.Profile
		own := v.configured("max-interval", profile.MaxInterval, lint.Deploy.MaxInterval, "at most %d s")
		late := fmt.Sprintf("; more than %d s is long for firewalls and NAT", profile.MaxInterval)
		if own != "" {
			late = ""
		}
		if boxes := middleboxes(q.seconds); len(boxes) > 0 {
			late = ", by then " + joined(boxes) + " " + plural(len(boxes), "has", "have") + " dropped the connection"
		}
		p.Report(lint.Diagnostic{
			Span:     spanOf(p.Target, l.Ref),
			Message:  cause + late + v.profiled("%s", allowed(profile.MinInterval, profile.MaxInterval, " s")) + own,
			Help:     fmt.Sprintf("set %s %d", v.Interval, v.Settings.Profile.Interval),
			Hosts:    who,
			Related:  blockNote(p.Target, l.Ref),
			Fixes:    v.fixesOf(q),
			Obstacle: v.obstacleOf(q),
		})
	})
}
