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
	profile := v.Settings.Profile
	v.perLine(p, lineFindings{
		wanted: func(q *pair) bool { return v.early(q) && (q.count.ok || !p.Fragment) },
		both:   true, at: v.countPlace, fixed: always,
		say: func(_ line, q *pair, who string) (message, help string) {
			return fmt.Sprintf("%s%s: a stall of %s (interval %d s × (%d + 1)) kills the connection%s",
					v.countText(q), who, exact(q.detection()), q.seconds, q.patience, v.stalled(q)) +
					v.profiled("%s", allowed(profile.MinCount, profile.MaxCount, "")) + v.configured("min-count", profile.MinCount, lint.Deploy.MinCount, "at least %d"),
				fmt.Sprintf("set %s %d: together with an interval of %d s it rides out %s", v.Count, profile.Count, v.patienceInterval(q), exact(v.patienceInterval(q)*(profile.Count+1)))
		},
	})
}

// countPlace is the line that a finding about the count of a pair stands at.
func (v *view) countPlace(q *pair) line {
	switch {
	case q.count.ok:
		return q.count
	case q.interval.ok:
		return q.interval
	}
	return q.batch
}

// countText is the count in force, in words.
func (v *view) countText(q *pair) string {
	if !q.count.ok {
		return fmt.Sprintf("%s is not set, so it is %d", v.Count, defaultCount)
	}
	return fmt.Sprintf("%s %d", v.Count, q.patience)
}

// patienceInterval is the interval that holds after the fix.
func (v *view) patienceInterval(q *pair) int {
	if v.wantsInterval(q) {
		return v.Settings.Profile.Interval
	}
	return q.seconds
}

// shortStall is up to when a stall is one that people expect to pass, in seconds.
const shortStall = 3600

// stalled says what a short stall may be, for either side.
func (v *view) stalled(q *pair) string {
	switch {
	case q.detection() > shortStall:
		return ""
	case v.Dialect.Side == keyword.Server:
		return ", though the client may only be busy: Kamal answers no probe while it builds"
	}
	return ", though the server may only be rebooting or the network be away for a moment"
}
