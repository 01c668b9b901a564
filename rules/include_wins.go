package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/lint"
)

var includeWins = &lint.Rule{
	Name:     "include-wins",
	Category: "correctness",
	Severity: lint.Warning,
	Sides:    lint.ServerSide,
	Summary:  "A drop-in that is included above a line overrides it.",
	Run:      runIncludeWins,
}

func runIncludeWins(p *lint.Pass) {
	v := viewOf(p.Target)
	for _, l := range lossesOf(p.Target).includeWins {
		help := fmt.Sprintf("change the line in %s, or write a drop-in whose name sorts before it", p.Config.FileOf(l.by).Path)
		d := v.neverWins(l, "is included above it, and sshd takes the first value", help)
		d.Fixes = nil
		p.Report(d)
	}
}
