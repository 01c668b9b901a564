package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/lint"
)

var disabledKeepalive = &lint.Rule{
	Name:     "disabled-keepalive",
	Category: "keepalive",
	Severity: lint.Warning,
	Sides:    lint.BothSides,
	Fix:      lint.Safe,
	Summary:  "The keep-alive interval that wins is 0: keep-alive is switched off.",
	Run:      runDisabledKeepalive,
}

func runDisabledKeepalive(p *lint.Pass) {
	v := viewOf(p.Target)
	help := fmt.Sprintf("set %s %d and %s %d", v.Interval, v.Settings.Profile.Interval, v.Count, v.Settings.Profile.Count)
	v.perLine(p, lineFindings{
		wanted: func(q *pair) bool { return q.disabled() && !q.master.ok },
		at:     intervalOf,
		fixed:  always,
		say: func(l line, _ *pair, who string) (string, string) {
			return lineText(p.Target, l.Ref) + " switches keep-alive off" + who + ": " + v.program + " sends nothing while a session is silent, " +
				"and a firewall or NAT that forgets idle connections (Azure after 240 s, AWS after 350 s) cuts a long deploy", help
		},
	})
}
