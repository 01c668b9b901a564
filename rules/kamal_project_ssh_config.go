package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/lint"
)

var kamalProjectSSHConfig = &lint.Rule{
	Name:     "kamal-project-ssh-config",
	Category: categoryKamal,
	Severity: lint.Note,
	Sides:    lint.DeploySide,
	Summary:  "The project has a .ssh/config of its own, which Kamal reads and ssh does not.",
	Run: func(p *lint.Pass) {
		path := p.View().Project
		if path == "" {
			return
		}
		p.Report(lint.Diagnostic{
			Span:    lint.Span{File: path},
			Message: fmt.Sprintf("Kamal reads %s of this folder behind your own files, and ssh does not: the same host may be reached in two ways", path),
			Help:    "move what it says to ~/.ssh/config, or name it as ssh: config in deploy.yml (Kamal 2.9.0 and later), so that it is the only one",
		})
	},
}
