package rules

import (
	"fmt"
	"strings"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/lint"
)

var kamalUnknownHosts = &lint.Rule{
	Name:     "kamal-unknown-hosts",
	Category: categoryKamal,
	Severity: lint.Note,
	Sides:    lint.DeploySide,
	Summary:  "Hosts or options of deploy.yml come from ERB, which sshvet does not run.",
	Run: func(p *lint.Pass) {
		reportUntold(p)
		reportLeftOut(p)
		for _, u := range p.Deployment.Unknown {
			if p.Deployment.HostsFrom != kamal.FromFiles && aboutHosts(u.Path) {
				continue
			}
			what := u.Path
			if what == "" {
				what = "the whole file"
			}
			p.Report(lint.Diagnostic{
				Span:    lint.Span(u.Span),
				Message: fmt.Sprintf("%s depends on ERB, which sshvet never runs, so that it is unknown here", what),
				Help:    "run the check where Kamal says it: 'sshvet hook install --kamal' runs it before the first connection, with the real hosts; or give --hosts, or --kamal-config with the output of 'kamal config'",
			})
		}
	},
}

// reportLeftOut says that there are more hosts, or jump hosts, than were looked at.
func reportLeftOut(p *lint.Pass) {
	v := p.View()
	if v.LeftOut > 0 {
		p.Report(lint.Diagnostic{
			Span:    deployStart(p),
			Message: fmt.Sprintf("%d of %d hosts are not looked at, because the files are too long to read them for each", v.LeftOut, v.LeftOut+len(v.Hosts)),
			Help:    "--hosts names those that matter to you",
		})
	}
	if v.HopsLeftOut > 0 {
		p.Report(lint.Diagnostic{
			Span:    deployStart(p),
			Message: fmt.Sprintf("%d of %d jump hosts are not looked at: the first %d are", v.HopsLeftOut, v.HopsLeftOut+len(v.Hops), len(v.Hops)),
			Help:    "--hosts names the deploy hosts that matter to you",
		})
	}
}

// aboutHosts reports whether a path of deploy.yml says which hosts there are.
func aboutHosts(path string) bool {
	top, _, _ := strings.Cut(path, "/")
	return top == "servers" || top == "accessories" || path == ""
}

// reportUntold reports the hosts of which sshvet cannot tell what net-ssh reads.
func reportUntold(p *lint.Pass) {
	var names []string
	why := ""
	for _, h := range judgedHosts(p) {
		if h.NetSSH.Untold != "" {
			names, why = append(names, h.Host.Written), h.NetSSH.Untold
		}
	}
	if len(names) == 0 {
		return
	}
	p.ReportAs(lint.Diagnostic{
		Severity: lint.Warning,
		Span:     deployStart(p),
		Hosts:    names,
		Message:  fmt.Sprintf("what Kamal's net-ssh makes of the ssh config for %s is not known: %s", listed(names), why),
		Help:     "make it plain files that do not include each other over and over, and check again",
	})
}
