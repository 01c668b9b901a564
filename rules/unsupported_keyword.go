package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/lint"
)

var unsupportedKeyword = &lint.Rule{
	Name:     "unsupported-keyword",
	Category: "correctness",
	Severity: lint.Warning,
	Sides:    lint.BothSides,
	Summary:  "A keyword of another vendor's OpenSSH, or of a later release than the file is for.",
	Run:      runUnsupportedKeyword,
}

func runUnsupportedKeyword(p *lint.Pass) {
	for _, problem := range problems(p) {
		k := keyword.Find(p.Dialect.Side, []byte(problem.Word))
		message := fmt.Sprintf("%s is known to %s's OpenSSH only: any other refuses the whole file", k.Name, k.Vendor)
		help := "if the file is for such a machine only, say so with --vendor"
		if k.Vendor == "" {
			message = fmt.Sprintf("%s came with OpenSSH %s: %s, the release this file is checked for, refuses the whole file", k.Name, k.Since, p.Dialect.Release)
			help = "remove the line, or give the release the file is for with --openssh"
		}
		if p.Dialect.Side == keyword.Client {
			help += fmt.Sprintf("; else put 'IgnoreUnknown %s' above it", k.Name)
		}
		p.Report(lint.Diagnostic{Span: spanOfProblem(problem), Message: message, Help: help})
	}
}
