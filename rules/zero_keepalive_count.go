package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/lint"
)

var zeroKeepaliveCount = &lint.Rule{
	Name:     "zero-keepalive-count",
	Category: "keepalive",
	Severity: lint.Error,
	Sides:    lint.BothSides,
	Fix:      lint.Safe,
	Summary:  "CountMax 0: the client cuts healthy idle sessions, the server keeps dead ones for ever.",
	Run:      runZeroKeepaliveCount,
}

func runZeroKeepaliveCount(p *lint.Pass) {
	v := viewOf(p.Target)
	v.perLine(p, lineFindings{
		wanted: v.zeroCount, both: true, at: countOf, fixed: always,
		say: func(_ line, q *pair, who string) (message, help string) {
			return v.zeroMessage(q, who), fmt.Sprintf("set %s %d", v.Count, v.Settings.Profile.Count)
		},
	})
}

func (v *view) zeroMessage(q *pair, who string) string {
	switch {
	case v.Dialect.Side == keyword.Client:
		return fmt.Sprintf("ServerAliveCountMax 0%s: no probe is ever sent, and a healthy session is cut after %s of silence", who, exact(q.seconds))
	case v.Dialect.Release < keyword.R(8, 2):
		return fmt.Sprintf("ClientAliveCountMax 0%s: before OpenSSH 8.2 a session is cut at the first probe, after %s of silence", who, exact(q.seconds))
	}
	return fmt.Sprintf("ClientAliveCountMax 0%s: since OpenSSH 8.2 sshd sends probes every %s but never disconnects, a dead client is held for ever", who, exact(q.seconds))
}
