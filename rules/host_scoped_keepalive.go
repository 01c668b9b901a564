package rules

import (
	"fmt"
	"slices"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var hostScopedKeepalive = &lint.Rule{
	Name:     "host-scoped-keepalive",
	Category: "keepalive",
	Severity: lint.Warning,
	Sides:    lint.ClientSide,
	Fix:      lint.Safe,
	Summary:  "The keep-alive is set for some hosts only, while others are reached without.",
	// That it is missing where nothing sets it is what both say.
	InsteadOf: "missing-keepalive",
	Run:       runHostScopedKeepalive,
}

func runHostScopedKeepalive(p *lint.Pass) {
	v := viewOf(p.Target)
	set, bare := v.scoped()
	if set == nil {
		return
	}
	who := v.labels(bare...)
	p.Report(lint.Diagnostic{
		Span: spanOf(p.Target, set.interval.Ref),
		Message: fmt.Sprintf("ServerAliveInterval is set for %s; for %s it is 0 and ssh sends nothing while a session is silent",
			onlyFor(v.protectedLabels()), listed(who)),
		Help: fmt.Sprintf("set ServerAliveInterval %d and ServerAliveCountMax %d under 'Host *' at the end of the file",
			v.Settings.Profile.Interval, v.Settings.Profile.Count),
		Hosts:    who,
		Related:  blockNote(p.Target, set.interval.Ref),
		Fixes:    v.fixesOf(bare[0]),
		Obstacle: v.obstacleOf(bare[0]),
	})
}

// protected lists the pairs with an interval above 0.
func (v *view) protected() []*pair {
	var out []*pair
	for _, q := range v.judged {
		if q.interval.ok && q.seconds > 0 {
			out = append(out, q)
		}
	}
	return out
}

// protectedLabels names those who have an interval: hosts, and the blocks that
// cannot be decided offline instead of each host with each of them.
func (v *view) protectedLabels() []string {
	var out []string
	seen := map[string]bool{}
	for _, q := range v.protected() {
		for i := range q.contexts.all() {
			x := &v.contexts[i]
			label := x.Label
			if held := x.Held(); len(held) > 0 {
				label = "'" + v.Config.BlockLabel(held[0]) + "'"
			}
			if !seen[label] {
				seen[label] = true
				out = append(out, label)
			}
		}
	}
	return out
}

// onlyFor words the hosts that have an interval.
func onlyFor(labels []string) string {
	if slices.Contains(labels, resolve.AnyOtherHost) {
		return "most hosts only"
	}
	return listed(labels) + " only"
}
