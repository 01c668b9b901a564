package rules

import (
	"github.com/sshvet/sshvet/lint"
)

var shadowedSetting = &lint.Rule{
	Name:     "shadowed-setting",
	Category: "correctness",
	Severity: lint.Warning,
	Sides:    lint.BothSides,
	Fix:      lint.Unsafe,
	Summary:  "A line that can never win: an earlier line with another value beats it everywhere.",
	Run:      runShadowedSetting,
}

func runShadowedSetting(p *lint.Pass) {
	v := viewOf(p.Target)
	for _, l := range lossesOf(p.Target).shadowed {
		p.Report(v.neverWins(l, v.whyBeaten(l), v.shadowHelp(l)))
	}
}
