package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/lint"
)

var unknownKeyword = &lint.Rule{
	Name:     "unknown-keyword",
	Category: "correctness",
	Severity: lint.Error,
	Sides:    lint.BothSides,
	Fix:      lint.Unsafe,
	Summary:  "A keyword that OpenSSH does not know: it refuses the whole file.",
	Run:      runUnknownKeyword,
}

func runUnknownKeyword(p *lint.Pass) {
	for _, problem := range problems(p) {
		d := lint.Diagnostic{
			Span:    spanOfProblem(problem),
			Message: fmt.Sprintf("OpenSSH knows no keyword %q: %s", problem.Word, refuses(p.Dialect.Side)),
			Help:    "correct the spelling, or remove the line",
		}
		if p.Dialect.Side == keyword.Client {
			d.Help += "; 'IgnoreUnknown' above it makes ssh pass over it"
		}
		if near, ok := nearestKeyword(p.Target, problem.Word); ok {
			d.Help = fmt.Sprintf("did you mean %s?", near)
			if canRename(p.Target, problem, near) {
				d.Fixes = []lint.SuggestedFix{{
					Message:       "spell it " + near,
					Applicability: lint.Unsafe,
					Edits: []lint.TextEdit{{
						Span:    lint.Span{File: problem.File.Path, Start: problem.Span.Start, End: problem.Span.End},
						NewText: near,
					}},
				}}
			}
		}
		p.Report(d)
	}
}
