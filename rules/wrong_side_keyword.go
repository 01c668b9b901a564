package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/lint"
)

var wrongSideKeyword = &lint.Rule{
	Name:     "wrong-side-keyword",
	Category: "correctness",
	Severity: lint.Error,
	Sides:    lint.BothSides,
	Fix:      lint.Unsafe,
	Summary:  "A server keyword in a client file, or the reverse: OpenSSH refuses the whole file.",
	Run:      runWrongSideKeyword,
}

func runWrongSideKeyword(p *lint.Pass) {
	for _, problem := range problems(p) {
		k := keyword.Find(p.Dialect.Side.Other(), []byte(problem.Word))
		here, there := "ssh_config", "sshd_config"
		if p.Dialect.Side == keyword.Server {
			here, there = there, here
		}
		d := lint.Diagnostic{
			Span:    spanOfProblem(problem),
			Message: fmt.Sprintf("%s is a keyword of %s, not of %s: %s", k.Name, there, here, refuses(p.Dialect.Side)),
			Help:    "move the line to the file of the other side, or remove it",
		}
		if canEditLine(p.Target, problem.File, problem.Line) {
			d.Fixes = []lint.SuggestedFix{{
				Message:       "remove the line",
				Applicability: lint.Unsafe,
				Edits:         []lint.TextEdit{removeLine(problem.File, problem.Line)},
			}}
		}
		p.Report(d)
	}
}
