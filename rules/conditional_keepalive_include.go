package rules

import (
	"fmt"
	"slices"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var conditionalKeepaliveInclude = &lint.Rule{
	Name:     "conditional-keepalive-include",
	Category: "keepalive",
	Severity: lint.Warning,
	Sides:    lint.ClientSide,
	Summary:  "The Include that brings the keep-alive stands inside a Host or Match block and holds only there.",
	Run:      runConditionalKeepaliveInclude,
}

func runConditionalKeepaliveInclude(p *lint.Pass) {
	v := viewOf(p.Target)
	v.eachKeepaliveInclude(func(inc *resolve.Include, f *resolve.File) { v.reportConditionalInclude(p, inc, f) })
}

// eachKeepaliveInclude calls f for each Include inside a block that brings an
// interval which some host lacks, with the file it is in.
func (v *view) eachKeepaliveInclude(f func(*resolve.Include, *resolve.File)) {
	if v.Fragment || !slices.ContainsFunc(v.judged, (*pair).unset) {
		return // nobody lacks what the Include brings
	}
	setting := v.filesSettingInterval()
	for i := range v.Config.Includes {
		inc := &v.Config.Includes[i]
		if v.Config.Unconditional(inc.Block) {
			continue
		}
		for _, arg := range inc.Args {
			for _, file := range arg.Files {
				if setting[file] {
					f(inc, file)
					break
				}
			}
		}
	}
}

// keepaliveIncludes are the lines that conditional-keepalive-include reports.
func keepaliveIncludes(t *lint.Target) map[lineKey]bool {
	lines := map[lineKey]bool{}
	if t.Dialect.Side == keyword.Client {
		viewOf(t).eachKeepaliveInclude(func(inc *resolve.Include, _ *resolve.File) { lines[lineKey{inc.File, inc.Line}] = true })
	}
	return lines
}

// filesSettingInterval are the files with a line that sets the interval.
func (v *view) filesSettingInterval() map[*resolve.File]bool {
	files := map[*resolve.File]bool{}
	v.Config.Settings(v.interval, func(ref resolve.Ref) { files[v.Config.FileOf(ref)] = true })
	return files
}

func (v *view) reportConditionalInclude(p *lint.Pass, inc *resolve.Include, f *resolve.File) {
	label := p.Config.BlockLabel(inc.Block)
	p.Report(lint.Diagnostic{
		Span: lineSpan(inc.File, inc.Line),
		Message: fmt.Sprintf("this Include stands inside '%s', so that the keep-alive of %s holds only there",
			label, f.Path),
		Help:    "move the Include above the first Host or Match line; indentation does not end a block",
		Related: blockNote(p.Target, resolve.Ref{File: int32(inc.File.Index), Line: int32(inc.Line), Block: inc.Block}),
	})
}
