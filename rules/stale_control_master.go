package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/lint"
)

var staleControlMaster = &lint.Rule{
	Name:     "stale-control-master",
	Category: "keepalive",
	Severity: lint.Warning,
	Sides:    lint.ClientSide,
	Fix:      lint.Safe,
	Summary:  "Connection sharing without keep-alive: a dead master blocks every new session to the host.",
	Run:      runStaleControlMaster,
}

func runStaleControlMaster(p *lint.Pass) {
	v := viewOf(p.Target)
	if p.Fragment || v.blamed {
		return
	}
	v.perLine(p, lineFindings{
		wanted: func(q *pair) bool { return q.master.ok && q.off() },
		at:     func(q *pair) line { return q.master },
		fixed:  always,
		say: func(_ line, _ *pair, who string) (message, help string) {
			return fmt.Sprintf("connections are shared%s, but ServerAliveInterval is 0: when the path drops the silent master, "+
					"it does not notice, and every new session to the host hangs behind it", who),
				fmt.Sprintf("set ServerAliveInterval %d and ServerAliveCountMax %d for these hosts; only the master's values count",
					v.Settings.Profile.Interval, v.Settings.Profile.Count)
		},
	})
}
