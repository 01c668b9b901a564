package rules

import (
	"github.com/sshvet/sshvet/lint"
)

var includeAfterSetting = &lint.Rule{
	Name:     "include-after-setting",
	Category: "correctness",
	Severity: lint.Warning,
	Sides:    lint.ServerSide,
	Summary:  "A line of a drop-in that the main file beats, because it says so above the Include.",
	Run:      runIncludeAfterSetting,
}

func runIncludeAfterSetting(p *lint.Pass) {
	v := viewOf(p.Target)
	for _, l := range lossesOf(p.Target).includeAfter {
		d := v.neverWins(l, "stands above the Include that brings this file, and sshd takes the first value",
			"move the Include to the top of "+p.Config.FileOf(l.by).Path+", so that drop-ins count")
		d.Fixes = nil
		p.Report(d)
	}
}
