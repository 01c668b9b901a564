package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var includeCycle = &lint.Rule{
	Name:     "include-cycle",
	Category: "correctness",
	Severity: lint.Error,
	Sides:    lint.BothSides,
	Summary:  "Includes nest more than 16 levels deep, or a file includes itself.",
	Run:      runIncludeCycle,
}

func runIncludeCycle(p *lint.Pass) {
	for _, problem := range problems(p) {
		message := fmt.Sprintf("this Include of %s is more than 16 levels deep: %s", problem.Path, refuses(p.Dialect.Side))
		switch {
		case problem.Path == problem.File.Path:
			message = fmt.Sprintf("%s includes itself: %s", problem.Path, refuses(p.Dialect.Side))
		case includedFrom(p, problem):
			message = fmt.Sprintf("%s includes itself by way of %s: %s", problem.Path, problem.File.Path, refuses(p.Dialect.Side))
		}
		if problem.Kind == resolve.TooManyIncludes {
			message = problem.Text + ": sshvet stops reading here"
		}
		p.Report(lint.Diagnostic{Span: spanOfProblem(problem), Message: message, Help: "break the loop, or include fewer files"})
	}
}

// includedFrom reports whether the file that the Include names is one of those
// that brought the Include line.
func includedFrom(p *lint.Pass, problem *resolve.Problem) bool {
	for b := problem.Block; b >= 0; b = p.Config.Blocks[b].Parent {
		if p.Config.Blocks[b].File.Path == problem.Path {
			return true
		}
	}
	return false
}
