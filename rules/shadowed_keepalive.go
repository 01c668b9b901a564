package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var shadowedKeepalive = &lint.Rule{
	Name:     "shadowed-keepalive",
	Category: "keepalive",
	Severity: lint.Warning,
	Sides:    lint.BothSides,
	Fix:      lint.Unsafe,
	Summary:  "A keep-alive line that can never win: an earlier line beats it everywhere.",
	Run:      runShadowedKeepalive,
}

func runShadowedKeepalive(p *lint.Pass) {
	v := viewOf(p.Target)
	for _, l := range v.loses {
		if v.sameValue(l) || v.unsets(l.ref) || overrides(p.Target, l) {
			continue
		}
		d := lint.Diagnostic{
			Span: spanOf(p.Target, l.ref),
			Message: fmt.Sprintf("this line never has an effect: %s (%s) %s",
				placeOf(p.Target, l.by), lineText(p.Target, l.by), v.whyBeaten(l)),
			Help: v.shadowHelp(l),
			Related: []lint.Related{{
				Span:    spanOf(p.Target, l.by),
				Message: "this line wins",
			}},
		}
		if f := p.Config.FileOf(l.ref); p.CanEdit(f) {
			d.Fixes = []lint.SuggestedFix{{
				Message:       "remove the line",
				Applicability: lint.Unsafe,
				Edits:         []lint.TextEdit{removeLine(f, int(l.ref.Line))},
			}}
		}
		p.Report(d)
	}
}

// overrides reports whether a user file beats the system-wide one: that is
// what the user file is for.
func overrides(t *lint.Target, l lost) bool {
	return t.Config.FileOf(l.ref).System && !t.Config.FileOf(l.by).System
}

// whyBeaten says what lets the winner win. On a server the blocks that hold
// for a connection override the lines outside them.
func (v *view) whyBeaten(l lost) string {
	inside := v.Config.BlockLabel(l.by.Block)
	if v.Dialect.Side == keyword.Server && inside != "" && v.Config.BlockLabel(l.ref.Block) == "" {
		return fmt.Sprintf("stands in '%s', which overrides it", inside)
	}
	return "comes first wherever it holds, and OpenSSH takes the first value"
}

func (v *view) shadowHelp(l lost) string {
	if v.Dialect.Side == keyword.Client {
		return "put what is meant for single hosts above what is meant for all, or remove the line"
	}
	return "change the line that wins, or remove this one"
}

// sameValue reports whether winner and loser say the same: then the line is
// only a duplicate.
func (v *view) sameValue(l lost) bool {
	var r resolve.Result
	x := v.contexts[0]
	q := x.Query()
	v.Config.Eval(&q, &r)
	a, b := r.ItemsOf(l.ref), r.ItemsOf(l.by)
	return len(a) == 1 && len(b) == 1 && a[0] == b[0]
}

// unsets reports whether a line says "not set" (none): it asks for no value
// that another line could beat.
func (v *view) unsets(ref resolve.Ref) bool {
	f := v.Config.FileOf(ref)
	args, ok := f.Args(f.Line(int(ref.Line)), nil)
	return ok && len(args) == 1 && args[0].Text == "none"
}
