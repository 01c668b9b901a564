package rules

import (
	"fmt"
	"path/filepath"
	"slices"

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
		if !v.isPair(l.id) || v.sameValue(l) || overrides(p.Target, l) {
			continue
		}
		p.Report(v.neverWins(l, v.whyBeaten(l), v.shadowHelp(l)))
	}
}

// isPair reports whether a keyword is one that shadowed-keepalive is about.
func (v *view) isPair(id keyword.ID) bool {
	k := keyword.ByID(v.Dialect.Side, id)
	return v.isKeepalive(k) || k.Is("tcpkeepalive")
}

// neverWins reports a line that another one beats.
func (v *view) neverWins(l lost, why, help string) lint.Diagnostic {
	d := lint.Diagnostic{
		Span: spanOf(v.Target, l.ref),
		Message: fmt.Sprintf("this line never has an effect: %s (%s) %s",
			placeOf(v.Target, l.by), lineText(v.Target, l.by), why),
		Help: help,
		Related: []lint.Related{{
			Span:    spanOf(v.Target, l.by),
			Message: "this line wins",
		}},
	}
	d.Fixes = v.removal(l.ref)
	return d
}

// removal removes a line that has no effect.
func (v *view) removal(ref resolve.Ref) []lint.SuggestedFix {
	f := v.Config.FileOf(ref)
	if !canEditLine(v.Target, f, int(ref.Line)) {
		return nil
	}
	return []lint.SuggestedFix{{
		Message:       "remove the line",
		Applicability: lint.Unsafe,
		Edits:         []lint.TextEdit{removeLine(f, int(ref.Line))},
	}}
}

// overrides reports whether a line is beaten by a file that is there to beat
// others: a user file the system-wide one, and sshvet's own drop-in those of
// the distribution.
func overrides(t *lint.Target, l lost) bool {
	loser, winner := t.Config.FileOf(l.ref), t.Config.FileOf(l.by)
	return loser.System && !winner.System || loser != winner && filepath.Base(winner.Path) == lint.DropInName
}

// whyBeaten says what lets the winner win. On a server the blocks that hold
// for a connection override the lines outside them.
func (v *view) whyBeaten(l lost) string {
	inside := blockName(v.Target, l.by.Block)
	if v.Dialect.Side == keyword.Server && inside != "" && blockName(v.Target, l.ref.Block) == "" {
		return fmt.Sprintf("stands in '%s', which overrides it", inside)
	}
	return "comes first wherever it holds, and OpenSSH takes the first value"
}

func (v *view) shadowHelp(l lost) string {
	if l.ref.Block == l.by.Block {
		return "keep the one that is meant, and remove the other"
	}
	if v.Dialect.Side == keyword.Client {
		return "put what is meant for single hosts above what is meant for all, or remove the line"
	}
	return "change the line that wins, or remove this one"
}

// sameValue reports whether winner and loser say the same: then the line is
// only a duplicate.
func (v *view) sameValue(l lost) bool {
	r := lint.Memo(v.Target, "items", func() *resolve.Result {
		q := v.contexts[0].Query()
		r := new(resolve.Result)
		v.Config.Eval(&q, r)
		return r
	})
	return slices.Equal(r.ItemsOf(l.ref), r.ItemsOf(l.by))
}
