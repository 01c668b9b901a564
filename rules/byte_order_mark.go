package rules

import (
	"github.com/sshvet/sshvet/lint"
)

var byteOrderMark = &lint.Rule{
	Name:     "byte-order-mark",
	Category: "correctness",
	Severity: lint.Error,
	Sides:    lint.BothSides,
	Fix:      lint.Safe,
	Summary:  "A byte-order mark, which OpenSSH takes for a part of the first word.",
	Run:      runByteOrderMark,
}

func runByteOrderMark(p *lint.Pass) {
	for _, fault := range sortedFaults(p) {
		where := "the file"
		if fault.span.Start > 0 {
			where = "this line"
		}
		p.Report(lint.Diagnostic{
			Span:    fault.span,
			Message: where + " starts with a byte-order mark, which OpenSSH takes for a part of the first word: " + refuses(p.Dialect.Side),
			Help:    "save the file as UTF-8 without byte-order mark; editors under Windows write one",
			Fixes:   fixOf(p.Target, fault, "remove the byte-order mark"),
		})
	}
}
