package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var keywordNotAllowedInMatch = &lint.Rule{
	Name:     "keyword-not-allowed-in-match",
	Category: "correctness",
	Severity: lint.Error,
	Sides:    lint.ServerSide,
	Summary:  "A keyword that sshd does not accept inside a Match block.",
	Run:      runKeywordNotAllowedInMatch,
}

func runKeywordNotAllowedInMatch(p *lint.Pass) {
	for _, problem := range problems(p) {
		label := blockName(p.Target, problem.Block)
		for b := problem.Block; label == "" && b >= 0; b = p.Config.Blocks[b].Parent {
			label = blockName(p.Target, b) // the line is included from inside the block
		}
		p.Report(lint.Diagnostic{
			Span:    spanOfProblem(problem),
			Message: fmt.Sprintf("%s may not stand inside a Match block, and this line belongs to '%s': sshd refuses the whole file and will not start", problem.Word, label),
			Help:    "move the line above the first Match, or put 'Match all' in front of it; indentation does not end a block",
			Related: blockNote(p.Target, resolve.Ref{File: int32(problem.File.Index), Line: int32(problem.Line), Block: problem.Block}),
		})
	}
}
