package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/reader/netssh"
	"github.com/sshvet/sshvet/lint"
)

var kamalCrash = &lint.Rule{
	Name:     "kamal-crash",
	Category: categoryKamal,
	Severity: lint.Error,
	Sides:    lint.DeploySide,
	Summary:  "A line of the ssh config, or broken YAML, ends the deploy with a Ruby exception.",
	Run: func(p *lint.Pass) {
		for i := range p.Deployment.Problems {
			if pr := &p.Deployment.Problems[i]; pr.Kind == kamal.SyntaxProblem {
				reportKamalProblem(p, pr, "correct the YAML; 'kamal config' shows what Kamal makes of it")
			}
		}
		groups := groupByLine(judgedHosts(p), func(h *kamal.HostView) *netssh.Source {
			if h.NetSSH.Err == nil {
				return nil
			}
			return &h.NetSSH.Err.Source
		})
		for _, g := range groups {
			names := namesOfHosts(g.hosts)
			err := g.hosts[0].NetSSH.Err
			p.Report(lint.Diagnostic{
				Span:    spanOfSource(p, g.source),
				Hosts:   names,
				Message: fmt.Sprintf("this line ends every Kamal command that connects to %s: net-ssh raises %s", listed(names), err.Error()),
				Help:    "write what both programs read alike: plain seconds without a unit, plain numbers, no 'Match all' with other criteria, no %h outside a Host block, no file that includes itself",
			})
		}
	},
}
