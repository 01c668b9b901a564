package rules

import (
	"fmt"
	"strings"

	"github.com/sshvet/sshvet/lint"
)

var invalidValue = &lint.Rule{
	Name:     "invalid-value",
	Category: "correctness",
	Severity: lint.Error,
	Sides:    lint.BothSides,
	Summary:  "A value of the wrong kind: OpenSSH refuses the whole file.",
	Run:      runInvalidValue,
}

func runInvalidValue(p *lint.Pass) {
	for _, problem := range problems(p) {
		d := lint.Diagnostic{
			Span:    spanOfProblem(problem),
			Message: fmt.Sprintf("%q is no value for %s (%s): %s", problem.Arg, problem.Word, lastPart(problem.Text), refuses(p.Dialect.Side)),
			Help:    "see " + problem.Word + " in the manual page",
		}
		if k := problem.Keyword; k != nil && k.Kind != "rawline" && k.Values != "" {
			d.Help = fmt.Sprintf("%s takes %s", problem.Word, strings.ReplaceAll(k.Values, "|", ", "))
		}
		p.Report(d)
	}
}
