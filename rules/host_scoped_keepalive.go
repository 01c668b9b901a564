package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/lint"
)

var hostScopedKeepalive = &lint.Rule{
	Name:     "host-scoped-keepalive",
	Category: "keepalive",
	Severity: lint.Warning,
	Sides:    lint.ClientSide,
	Fix:      lint.Safe,
	Summary:  "The keep-alive is set for some hosts only, while others are reached without.",
	Run:      runHostScopedKeepalive,
}

func runHostScopedKeepalive(p *lint.Pass) {
	v := viewOf(p.Target)
	bare := v.unprotected()
	set := v.firstSet()
	if p.Fragment || v.blamed || len(bare) == 0 || set == nil {
		return
	}
	who := v.labels(bare...)
	p.Report(lint.Diagnostic{
		Span: spanOf(p.Target, set.interval.Ref),
		Message: fmt.Sprintf("ServerAliveInterval is set for %s only; for %s it is 0 and ssh sends nothing while a session is silent",
			listed(v.labels(v.protected()...)), listed(who)),
		Help: fmt.Sprintf("set ServerAliveInterval %d and ServerAliveCountMax %d under 'Host *' at the end of the file",
			v.Settings.Profile.Interval, v.Settings.Profile.Count),
		Hosts:   who,
		Related: blockNote(p.Target, set.interval.Ref),
		Fixes:   v.fixesOf(bare[0]),
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
