package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/lint"
)

var controlCharacter = &lint.Rule{
	Name:     "control-character",
	Category: "correctness",
	Severity: lint.Error,
	Sides:    lint.BothSides,
	Fix:      lint.Safe,
	Summary:  "A character that an editor hides and that OpenSSH stumbles over.",
	Run:      runControlCharacter,
}

func runControlCharacter(p *lint.Pass) {
	for _, fault := range sortedFaults(p) {
		d := lint.Diagnostic{Span: fault.span, Severity: lint.Error}
		what, help := explainByte(p.Dialect.Side, fault)
		if fault.refused {
			d.Message = what + ": " + refuses(p.Dialect.Side)
		} else {
			d.Severity = lint.Warning
			d.Message = what + ", and no program complains"
		}
		d.Help = help
		d.Fixes = fixOf(p.Target, fault, fixWords(fault))
		p.ReportAs(d)
	}
}

// explainByte says what OpenSSH makes of the character, and what to do.
func explainByte(side keyword.Side, fault *byteFault) (what, help string) {
	switch {
	case fault.lineEnd:
		return "several lines stand in this one: they end in a carriage return alone, which OpenSSH does not take for a line end",
			"save the file with Unix or Windows line ends"
	case fault.what == "NUL byte" && side == keyword.Server:
		return "a NUL byte ends this line early and joins it with the next one", "remove the NUL byte"
	case fault.what == "NUL byte":
		return "OpenSSH reads this line only up to a NUL byte", "remove the NUL byte"
	}
	return fmt.Sprintf("OpenSSH takes the %s in this line for a part of the word it stands in", fault.what),
		"write a plain blank, or nothing, instead; such characters come along when text is copied from a web page or a chat"
}

func fixWords(fault *byteFault) string {
	if fault.lineEnd {
		return "end the lines in a line feed"
	}
	if len(fault.edits) > 0 && fault.edits[0].NewText == "" {
		return "remove the " + fault.what
	}
	return "replace the " + fault.what + " by a blank"
}
