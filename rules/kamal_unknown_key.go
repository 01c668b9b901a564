package rules

import (
	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/lint"
)

var kamalUnknownKey = &lint.Rule{
	Name:     "kamal-unknown-key",
	Category: categoryKamal,
	Severity: lint.Error,
	Sides:    lint.DeploySide,
	Summary:  "Kamal refuses deploy.yml: an unknown key, or a value of the wrong type.",
	Run: func(p *lint.Pass) {
		for i := range p.Deployment.Problems {
			if pr := &p.Deployment.Problems[i]; pr.Kind != kamal.SyntaxProblem && !aboutConfigPath(p, pr) {
				reportKamalProblem(p, pr, "'kamal docs' shows the keys that Kamal knows")
			}
		}
	},
}

// reportKamalProblem reports why Kamal refuses its files.
func reportKamalProblem(p *lint.Pass, pr *kamal.Problem, help string) {
	if pr.Help != "" {
		help = pr.Help
	}
	var related []lint.Related
	for _, at := range pr.More {
		related = append(related, lint.Related{Span: lint.Span(at), Message: "and this one"})
	}
	p.Report(lint.Diagnostic{
		Span:    spanOr(p, pr.Span),
		Related: related,
		Message: "Kamal stops before it connects: " + pr.Text,
		Help:    help,
	})
}

// aboutConfigPath reports whether a problem is one of kamal-config-path.
func aboutConfigPath(p *lint.Pass, pr *kamal.Problem) bool {
	return pr.Path == "ssh/config" && len(p.Deployment.SSH.Config.Paths) > 0 && !p.Deployment.PassesConfig()
}
