package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/lint"
)

var kamalServerSilent = &lint.Rule{
	Name:     "kamal-server-silent",
	Category: categoryKamal,
	Severity: lint.Warning,
	Sides:    lint.DeploySide,
	Summary:  "A deploy host sends no keep-alive, so that nothing keeps Kamal's idle connections alive.",
	Run: func(p *lint.Pass) {
		e := exposureOf(p)
		if !e.open {
			return
		}
		for _, g := range serverGroups(judgedHosts(p)) {
			if g.server.Interval.Number() > 0 {
				continue
			}
			names := namesOfHosts(g.hosts)
			p.Report(lint.Diagnostic{
				Hosts: names,
				Span:  serverLine(g.server, g.server.Interval),
				Message: fmt.Sprintf("sshd on %s sends no keep-alive (ClientAliveInterval 0), and net-ssh sends none from its pool: nothing refreshes a NAT or firewall while connections idle for up to %s, the pool_idle_timeout",
					listed(names), exact(e.pool)),
				Help: fmt.Sprintf("set ClientAliveInterval 60 and ClientAliveCountMax 240 on the server, with 'sshvet fix' there; or sshkit: pool_idle_timeout: %d in %s", suggestedPool, p.Deploy.File),
			})
		}
	},
}
