package rules

import (
	"errors"
	"fmt"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var unreadableInclude = &lint.Rule{
	Name:     "unreadable-include",
	Category: "correctness",
	Severity: lint.Note,
	Sides:    lint.BothSides,
	Summary:  "An included file that sshvet may not or does not read, so that what it says is left out.",
	Run:      runUnreadableInclude,
}

func runUnreadableInclude(p *lint.Pass) {
	for _, problem := range problems(p) {
		d := lint.Diagnostic{
			Span:     spanOfProblem(problem),
			Severity: lint.Note,
			Message:  fmt.Sprintf("%s may be read by root only: what it sets is not looked at, and it may win over what is said here", problem.Path),
			Help:     "run sshvet as root to have the whole truth",
		}
		var nowhere *resolve.LinkError
		switch {
		case errors.As(problem.Err, &nowhere):
			d.Severity = lint.Warning
			d.Message = fmt.Sprintf("%s is not read: an absolute link leads to %s, which is not there below the root folder; what it sets is not looked at", problem.Path, nowhere.Missing)
			d.Help = "put that file below the root folder, too; if the machine itself has none, remove the link"
			if p.Dialect.Side == keyword.Server {
				d.Help += ", with which sshd does not start"
			}
		case errors.Is(problem.Err, resolve.ErrOutsideRoot):
			d.Severity = lint.Warning
			d.Message = fmt.Sprintf("%s leads outside the root folder: it is not read, and what it sets is not looked at", problem.Path)
			d.Help = "put the file itself below the root folder"
		}
		p.ReportAs(d)
	}
}
