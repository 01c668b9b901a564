package fix

import (
	"fmt"
	"slices"

	"github.com/sshvet/sshvet/lint"
)

// Obstacle says why a finding is left.
type Obstacle struct {
	Diagnostic *lint.Diagnostic // one of Plan.After
	Kind       ObstacleKind
	Reason     string // one sentence without full stop; the line in the way comes first, as FILE:LINE
}

// ObstacleKind says what sort of reason it is.
type ObstacleKind uint8

// The kinds of obstacles. NothingOffered: the rule has no change that is certain
// to be right. NeedsUnsafe: only --unsafe-fixes makes it. LeftByUser: the answer
// was no. InTheWay: a line that may not be changed, or that is right as it is,
// stands in the way. StillRefused: OpenSSH would refuse the entry even so.
// TurnedDown: the proof failed, which is a bug and among Plan.Unproven.
const (
	NothingOffered ObstacleKind = iota
	NeedsUnsafe
	LeftByUser
	InTheWay
	StillRefused
	TurnedDown
)

// explain says of each finding that is left why it is.
func (m *maker) explain() {
	m.plan.Obstacles = slices.Grow(m.plan.Obstacles, len(m.result.Diagnostics))
	for i := range m.result.Diagnostics {
		d := &m.result.Diagnostics[i]
		kind, reason := m.whyLeft(d)
		m.plan.Obstacles = append(m.plan.Obstacles, Obstacle{d, kind, reason})
	}
}

func (m *maker) whyLeft(d *lint.Diagnostic) (ObstacleKind, string) {
	kind, reason := NothingOffered, ""
	for i := range d.Fixes {
		// The last one counts: the others were declined before it.
		if k, why := m.whyNotMade(d, i); why != "" {
			kind, reason = k, why
		}
	}
	switch {
	case reason != "":
		return kind, reason
	case d.Obstacle != nil:
		return InTheWay, m.lineOf(d.Obstacle.Span) + ": " + d.Obstacle.Message + m.because(d.Obstacle.File)
	case !m.mayChange(d.Span.File) && m.usuallyFixes(d.Rule):
		return InTheWay, m.lineOf(d.Span) + ": fix may not change this file" + m.because(d.Span.File) + "; change it by hand"
	}
	return NothingOffered, "no change here is certain to be right, so that it is left to you"
}

// whyNotMade says why one fix of a finding was not made; "" where that is for
// another fix of it to say.
func (m *maker) whyNotMade(d *lint.Diagnostic, index int) (ObstacleKind, string) {
	f := &d.Fixes[index]
	switch {
	case f.Applicability == lint.Unsafe && !m.req.Unsafe:
		return NeedsUnsafe, "it can be fixed with --unsafe-fixes only, because other values may change with it"
	case !m.permitted(f):
		return 0, ""
	case m.undone != nil:
		return TurnedDown, m.undone.Error()
	}
	for _, e := range f.Edits {
		if why := m.dropped[e.File]; why != "" {
			return StillRefused, why
		}
		if m.frozen(e.File) != "" {
			return InTheWay, m.lineOf(e.Span) + ": fix may not change this file" + m.because(e.File)
		}
	}
	switch v := m.verdictOn(d, index); {
	case v != nil && v.err != nil:
		return TurnedDown, "its fix was not made: " + v.err.Error()
	case v != nil || m.stopped:
		return LeftByUser, "you left it"
	}
	return NothingOffered, ""
}

// because gives the reason for which a file is frozen, in brackets; nothing
// where it is not.
func (m *maker) because(file string) string {
	if why := m.frozen(file); why != "" {
		return " (" + why + ")"
	}
	return ""
}

// mayChange reports whether the entry that a file belongs to lets fix change
// it.
func (m *maker) mayChange(file string) bool {
	e := &m.req.Entries[m.o.owner[file]]
	if e.Mine != nil && !e.Mine(file) {
		return false
	}
	for _, src := range e.Sources {
		if src.System && src.Path == file && file != e.Path {
			return false
		}
	}
	return true
}

// usuallyFixes reports whether a rule has fixes.
func (m *maker) usuallyFixes(name string) bool {
	named := func(r *lint.Rule) bool { return r.Name == name && r.Fix != lint.NoFix }
	if slices.ContainsFunc(m.req.Rules, named) {
		return true
	}
	return slices.ContainsFunc(m.req.Entries, func(e lint.Entry) bool { return slices.ContainsFunc(e.Rules, named) })
}

// lineOf is the place of a span in the final files, as FILE:LINE.
func (m *maker) lineOf(s lint.Span) string {
	if src := m.result.Sources[s.File]; src != nil {
		return fmt.Sprintf("%s:%d", s.File, src.Position(s.Start).Line)
	}
	return s.File
}
