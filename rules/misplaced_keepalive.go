package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var misplacedKeepalive = &lint.Rule{
	Name:     "misplaced-keepalive",
	Category: "keepalive",
	Severity: lint.Error,
	Sides:    lint.BothSides,
	Fix:      lint.Unsafe,
	Summary:  "A ServerAlive line in a server file, or a ClientAlive line in a client file: OpenSSH refuses it.",
	Run:      runMisplacedKeepalive,
}

func runMisplacedKeepalive(p *lint.Pass) {
	v := viewOf(p.Target)
	for _, problem := range problems(p) {
		counterpart := v.Interval
		if k := keyword.Find(p.Dialect.Side.Other(), []byte(problem.Word)); k.Is(namesOf(p.Dialect.Side.Other()).count) {
			counterpart = v.Count
		}
		here, there := "ssh_config", "sshd_config"
		if p.Dialect.Side == keyword.Server {
			here, there = there, here
		}
		d := lint.Diagnostic{
			Span:    spanOfProblem(problem),
			Message: fmt.Sprintf("%s belongs in %s, not in %s: %s", problem.Word, there, here, refuses(p.Dialect.Side)),
			Help:    fmt.Sprintf("the keyword of this side is %s", counterpart),
		}
		if canRename(p.Target, problem, counterpart) {
			d.Fixes = []lint.SuggestedFix{v.moveSides(problem, counterpart)}
		}
		p.Report(d)
	}
}

// moveSides renames the keyword to the one of this side if nothing sets that
// yet, else removes the line.
func (v *view) moveSides(p *resolve.Problem, counterpart string) lint.SuggestedFix {
	set := false
	v.Config.Settings(namesKey(counterpart), func(resolve.Ref) { set = true })
	if set {
		return lint.SuggestedFix{
			Message:       fmt.Sprintf("remove the line; %s is set already", counterpart),
			Applicability: lint.Unsafe,
			Edits:         []lint.TextEdit{removeLine(p.File, p.Line)},
		}
	}
	span := lint.Span{File: p.File.Path, Start: p.Span.Start, End: p.Span.End}
	return lint.SuggestedFix{
		Message:       "rename it to " + counterpart,
		Applicability: lint.Unsafe,
		Edits:         []lint.TextEdit{{Span: span, NewText: spelling(p.Word)(counterpart)}},
	}
}
