package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/lint"
)

var duplicateSetting = &lint.Rule{
	Name:     "duplicate-setting",
	Category: "correctness",
	Severity: lint.Note,
	Sides:    lint.BothSides,
	Fix:      lint.Unsafe,
	Summary:  "The same value twice in one block.",
	Run:      runDuplicateSetting,
}

func runDuplicateSetting(p *lint.Pass) {
	v := viewOf(p.Target)
	for _, l := range lossesOf(p.Target).duplicate {
		p.Report(lint.Diagnostic{
			Span:    spanOf(p.Target, l.ref),
			Message: fmt.Sprintf("%s says the same already, and OpenSSH takes the first value", placeOf(p.Target, l.by)),
			Help:    "remove one of the two, before somebody changes the one that does not count",
			Related: []lint.Related{{Span: spanOf(p.Target, l.by), Message: "this line wins"}},
			Fixes:   v.removal(l.ref),
		})
	}
}
