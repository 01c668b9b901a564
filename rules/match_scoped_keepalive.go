package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/lint"
)

var matchScopedKeepalive = &lint.Rule{
	Name:     "match-scoped-keepalive",
	Category: "keepalive",
	Severity: lint.Warning,
	Sides:    lint.ServerSide,
	Fix:      lint.Safe,
	Summary:  "The keep-alive is set inside a Match block only, so that everybody else has none.",
	// That it is missing where nothing sets it is what both say.
	InsteadOf: "missing-keepalive",
	Run:       runMatchScopedKeepalive,
}

func runMatchScopedKeepalive(p *lint.Pass) {
	v := viewOf(p.Target)
	set, bare := v.scoped()
	if set == nil {
		return
	}
	who := v.labels(bare...)
	p.Report(lint.Diagnostic{
		Span: spanOf(p.Target, set.interval.Ref),
		Message: fmt.Sprintf("this line stands inside a Match block and holds for %s only; for %s ClientAliveInterval is 0 and nothing is sent while a session is silent",
			listed(v.labels(v.sharing(set, true)...)), listed(elseEverybody(who))),
		Help: fmt.Sprintf("a Match block goes on to the next Match or the end of the file, indentation does not end it; set ClientAliveInterval %d and ClientAliveCountMax %d above the first Match",
			v.Settings.Profile.Interval, v.Settings.Profile.Count),
		Hosts:    who,
		Related:  blockNote(p.Target, set.interval.Ref),
		Fixes:    v.fixesOf(bare[0]),
		Obstacle: v.obstacleOf(bare[0]),
	})
}

// scoped returns the first pair that has an interval above 0 from a line, and
// the pairs that have none, where there are both; nil where the keep-alive is
// not a matter of scope.
func (v *view) scoped() (set *pair, bare []*pair) {
	set, bare = v.firstSet(), v.unprotected()
	if v.Fragment || v.blamed || set == nil || len(bare) == 0 || v.maySetElsewhere() {
		return nil, nil
	}
	return set, bare
}

func (v *view) firstSet() *pair {
	if set := v.protected(); len(set) > 0 {
		return set[0]
	}
	return nil
}
