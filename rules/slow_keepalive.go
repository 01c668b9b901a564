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
	profile := v.Settings.Profile
	say := func(l line, q *pair, who string) (message, help string) {
		cause := fmt.Sprintf("%s: the first probe%s goes out after %s of silence", lineText(p.Target, l.Ref), who, exact(q.seconds))
		if q.batch.ok {
			cause = fmt.Sprintf("BatchMode makes Debian's ssh use ServerAliveInterval 300%s: the first probe goes out after 300 s of silence", who)
		}
		own := v.configured("max-interval", profile.MaxInterval, lint.Deploy.MaxInterval, "at most %d s")
		late := fmt.Sprintf("; more than %d s is long for firewalls and NAT", profile.MaxInterval)
		if own != "" {
			late = ""
		}
		if boxes := middleboxes(q.seconds); len(boxes) > 0 {
			late = ", by then " + joined(boxes) + " " + plural(len(boxes), "has", "have") + " dropped the connection"
		}
		return cause + late + v.profiled("%s", allowed(profile.MinInterval, profile.MaxInterval, " s")) + own,
			fmt.Sprintf("set %s %d", v.Interval, profile.Interval)
	}
	v.perLine(p, lineFindings{wanted: v.slow, at: at, fixed: always, say: say})
}
