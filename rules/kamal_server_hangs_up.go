package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/lint"
)

var kamalServerHangsUp = &lint.Rule{
	Name:     "kamal-server-hangs-up",
	Category: categoryKamal,
	Severity: lint.Error,
	Sides:    lint.DeploySide,
	Fix:      lint.Unsafe,
	Summary:  "A server drops connections that are idle in Kamal's pool and that Kamal would use again.",
	Run: func(p *lint.Pass) {
		pool := p.Deployment.SSHKit.PoolIdleTimeout
		if !poolKnown(p.Deployment) {
			return
		}
		for _, g := range serverGroups(judgedHosts(p)) {
			if after, ends := g.server.HangsUp(); ends && after <= pool.Value {
				p.Report(hangsUp(p, g, after, pool.Value))
			}
		}
	},
}

func hangsUp(p *lint.Pass, g *serverGroup, after, pool int) lint.Diagnostic {
	s, names := g.server, namesOfHosts(g.hosts)
	d := lint.Diagnostic{
		Hosts: names,
		Span:  serverLine(s, weakest(s, after)),
		Message: fmt.Sprintf("sshd on %s hangs up on a connection that idles in Kamal's pool after %s: %s. Kamal uses it again for up to %d s (pool_idle_timeout), and the deploy ends with 'closed stream'",
			listed(names), exact(after), whyHangsUp(s, after), pool),
		Help: fmt.Sprintf("set ClientAliveInterval 60 and ClientAliveCountMax 240 on the server ('sshvet fix' there; 60 × 241 = 14460 s), or sshkit: pool_idle_timeout: %d in %s",
			min(suggestedPool, after/2), p.Deploy.File),
		Related: []lint.Related{{Span: poolSpan(p), Message: fmt.Sprintf("pool_idle_timeout is %d s", pool)}},
	}
	if after > 1 {
		d.Fixes = poolFix(p, max(1, min(suggestedPool, after/2)))
	}
	return d
}

// weakest is the setting to blame.
func weakest(s *kamal.ServerView, after int) kamal.SSHValue {
	switch {
	case s.Unused.Number() == after:
		return s.Unused
	case s.Count.Set:
		return s.Count
	}
	return s.Interval
}

func whyHangsUp(s *kamal.ServerView, after int) string {
	if s.Unused.Number() == after {
		return "UnusedConnectionTimeout, as no command runs on it"
	}
	return fmt.Sprintf("nobody answers its probes, %s s × (%s + 1)", s.Interval.Text, s.Count.Text)
}
