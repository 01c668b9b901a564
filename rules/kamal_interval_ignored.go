package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/reader/netssh"
	"github.com/sshvet/sshvet/lint"
)

var kamalIntervalIgnored = &lint.Rule{
	Name:     "kamal-interval-ignored",
	Category: categoryKamal,
	Severity: lint.Note,
	Sides:    lint.DeploySide,
	Summary:  "ServerAliveInterval does not reach Kamal's own connections: it always uses 30 s.",
	Run: func(p *lint.Pass) {
		if !kamal.AtLeast(p.Deployment.Versions.Kamal, "0.16.0") {
			return
		}
		groups := groupByLine(judgedHosts(p), func(h *kamal.HostView) *netssh.Source {
			return sourceIn(p, settingOf(h, "serveraliveinterval"))
		})
		for _, g := range groups {
			names := namesOfHosts(g.hosts)
			p.Report(lint.Diagnostic{
				Message: fmt.Sprintf("'%s' has no effect on Kamal's own connections to %s: Kamal gives net-ssh %d s, which beats every file, and a connection that idles in its pool sends nothing at all",
					textAt(p, g.source), listed(names), kamal.FixedInterval),
				Help:  "it counts only for the ssh that Kamal starts (remote builder, jump hosts, app exec -i), where 60 is right; against a pull that times out set ClientAliveInterval 60 and ClientAliveCountMax 240 on the servers",
				Span:  spanOfSource(p, g.source),
				Hosts: names,
			})
		}
	},
}
