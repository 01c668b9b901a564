package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/lint"
)

var flappingKeepalive = &lint.Rule{
	Name:     "flapping-keepalive",
	Category: "keepalive",
	Severity: lint.Note,
	Sides:    lint.BothSides,
	Fix:      lint.Safe,
	Summary:  "Probes so often, or patience so short, that a change of network ends the session.",
	Run:      runFlappingKeepalive,
}

// The bounds below which a keep-alive flaps, in seconds.
const (
	flappingDetection = 30
	flappingInterval  = 5
)

func runFlappingKeepalive(p *lint.Pass) {
	v := viewOf(p.Target)
	v.underProfile(p)
	flaps := func(q *pair) bool {
		return !q.off() && !v.fast(q) && (q.seconds < flappingInterval || !v.zeroCount(q) && q.detection() < flappingDetection)
	}
	v.perLine(p, lineFindings{
		wanted: flaps, both: true, at: intervalOf, fixed: v.flapsUnderProfile,
		say: func(_ line, q *pair, who string) (message, help string) {
			help = fmt.Sprintf("%s %d is enough for every common firewall", v.Interval, v.Settings.Profile.Interval)
			if q.detection() >= flappingDetection || v.zeroCount(q) {
				return fmt.Sprintf("a probe every %s%s: traffic and battery for nothing, no firewall forgets a connection that fast", seconds(q.seconds), who), help
			}
			return fmt.Sprintf("the connection is given up after %d s without an answer (interval %d s × (%d + 1))%s: a change of Wi-Fi takes longer",
				q.detection(), q.seconds, q.patience, who), help
		},
	})
}

// flapsUnderProfile reports whether a pair flaps with the count that a profile other
// than deploy leaves it, though the interval is within the bounds: the profile's own
// does not, so that fix writes that one. Where deploy is the profile, an interval so
// short is somebody's wish.
func (v *view) flapsUnderProfile(q *pair) bool {
	profile := v.Settings.Profile
	flap := func(interval, count int) bool {
		return interval < flappingInterval || interval*(count+1) < flappingDetection
	}
	if !profile.Baseline() || q.off() || v.badInterval(q) || flap(profile.Interval, profile.Count) {
		return false
	}
	count := q.patience
	if v.badCount(q) {
		count = profile.Count
	}
	return flap(q.seconds, count)
}

// wantsInterval reports whether a fix of a pair changes its interval.
func (v *view) wantsInterval(q *pair) bool { return v.badInterval(q) || v.flapsUnderProfile(q) }

// underProfile reports intervals that are shorter than the profile wants, as
// warnings.
func (v *view) underProfile(p *lint.Pass) {
	profile := v.Settings.Profile
	v.perLine(p, lineFindings{
		wanted: v.fast, at: intervalOf, fixed: always, warning: true,
		say: func(l line, q *pair, who string) (message, help string) {
			return fmt.Sprintf("%s: a probe every %s%s", lineText(p.Target, l.Ref), seconds(q.seconds), who) +
					v.profiled("%s", allowed(profile.MinInterval, profile.MaxInterval, " s")),
				fmt.Sprintf("set %s %d", v.Interval, profile.Interval)
		},
	})
}
