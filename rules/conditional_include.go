package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

var conditionalInclude = &lint.Rule{
	Name:     "conditional-include",
	Category: "correctness",
	Severity: lint.Note,
	Sides:    lint.BothSides,
	Summary:  "An Include inside a Host or Match block: all that it brings holds only there.",
	Run:      runConditionalInclude,
}

func runConditionalInclude(p *lint.Pass) {
	reported := keepaliveIncludes(p.Target)
	for i := range p.Config.Includes {
		inc := &p.Config.Includes[i]
		if !opensConditional(p.Config, inc.Block) || reported[lineKey{inc.File, inc.Line}] {
			continue
		}
		label := p.Config.BlockLabel(inc.Block)
		help := "if it is meant for everybody, move it above the first Host or Match line; indentation does not end a block"
		if p.Dialect.Side == keyword.Server {
			help = "if it is meant for everybody, move it above the first Match line; indentation does not end a block"
		}
		p.Report(lint.Diagnostic{
			Span:    lineSpan(inc.File, inc.Line),
			Message: fmt.Sprintf("this Include stands inside '%s': what it brings holds only for the connections that it matches, whatever Host and Match lines it has of its own", label),
			Help:    help,
			Related: blockNote(p.Target, resolve.Ref{File: int32(inc.File.Index), Line: int32(inc.Line), Block: inc.Block}),
		})
	}
}

// opensConditional reports whether a block is a Host or Match block that does
// not hold for everybody, while what it stands in does.
func opensConditional(c *resolve.Config, block int32) bool {
	b := &c.Blocks[block]
	return b.Kind != syntax.Head && c.Unconditional(b.Parent) && !c.Unconditional(block)
}
