package fix

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/sshvet/sshvet/lint"
)

// Answer is what somebody says to a proposed fix.
type Answer uint8

// Leave leaves things as they are, Take makes the fix. TakeAll makes it and all
// that follow without asking again. Stop leaves it and all that would follow;
// what was taken stays taken.
const (
	Leave Answer = iota
	Take
	TakeAll
	Stop
)

// Proposal is one fix, proven, before it is made.
type Proposal struct {
	Diagnostic *lint.Diagnostic
	// Also are further findings that the same edits put right.
	Also []*lint.Diagnostic
	Fix  lint.SuggestedFix
	// Changes are the files with this fix alone: Old is what they are now, with
	// the fixes that were taken before, and nil where there is no file yet.
	Changes []Change
	// Effects are the resolved values that this fix alone changes.
	Effects []Effect
	// Sources turn the offsets of Diagnostic, Also and Fix into lines: they are
	// the files as they were at the begin of the round, which is the first one for
	// most fixes.
	Sources map[string]lint.Source
	// Number counts the proposals from 1. Of is how many there will be, as far as
	// is known in this round: fixes that are taken may save others, or bring some
	// up.
	Number, Of int
}

// ask proposes the fixes of each round one by one, in the order of the files,
// until none is left. Within a round nothing is linted again, so that taking
// all of them one by one gives what taking all at once gives. It reports
// whether the rest is to be made without asking.
func (m *maker) ask() (goOn bool) {
	number := 0
	for rounds := 0; ; {
		chosen := m.choose()
		switch {
		case len(chosen) == 0:
			return false
		case rounds == maxRounds:
			m.endless(chosen, fmt.Sprintf("%d rounds", maxRounds))
			return false
		}
		r := asking{maker: m, chosen: chosen, number: number, of: number + len(m.picks())}
		answer := r.run()
		number = r.number
		if len(r.moved) > 0 { // rounds in which all was left come to an end by themselves
			rounds++
			m.rerun()
		}
		switch answer {
		case TakeAll:
			return true
		case Stop:
			m.stopped = true
			return false
		}
	}
}

// asking is one round of proposals.
type asking struct {
	*maker
	chosen     []choice
	number, of int
	done       map[lint.TextEdit]bool // edits of fixes that were taken in this round
	moved      []map[string]moves     // what they moved
}

// run asks about the fixes of a round. It returns TakeAll or Stop if that was an
// answer.
func (r *asking) run() Answer {
	for i, c := range r.chosen {
		now := r.present(c)
		if len(now.fix.Edits) == 0 {
			continue // other fixes have made it along
		}
		st, err := r.stage([]choice{now})
		if err != nil && len(r.moved) > 0 {
			return Take // it may only be out of date: the next round has it again
		}
		if err != nil {
			r.turnDown(c, err)
			continue
		}
		r.number++
		switch answer := r.req.Choose(r.proposal(c, st)); answer {
		case Take:
			r.take(c, st)
		case TakeAll:
			r.take(c, st)
			r.takeRest(r.chosen[i+1:])
			return TakeAll
		case Stop:
			return Stop
		default:
			r.verdicts = append(r.verdicts, r.left(c))
		}
	}
	return Take
}

// present is a fix with its edits where they belong now, less those that
// another fix of the round has made already.
func (r *asking) present(c choice) choice {
	var edits []lint.TextEdit
	for _, e := range c.fix.Edits {
		if r.done[e] {
			continue
		}
		at := newPlace(e.Span)
		for _, by := range r.moved {
			at.move(by)
		}
		if at.empty {
			at.to = at.from
		}
		e.Start, e.End = at.from, at.to
		edits = append(edits, e)
	}
	c.fix.Edits = edits
	return c
}

func (r *asking) take(c choice, st *staged) {
	r.commit(st)
	r.moved = append(r.moved, st.moves)
	if r.done == nil {
		r.done = map[lint.TextEdit]bool{}
	}
	for _, e := range c.fix.Edits {
		r.done[e] = true
	}
}

// takeRest takes what is left of a round all at once. If that fails, the rounds
// that follow have it again.
func (r *asking) takeRest(rest []choice) {
	for i := range rest {
		rest[i] = r.present(rest[i])
	}
	if len(rest) == 0 {
		return
	}
	if st, err := r.stage(rest); err == nil {
		r.commit(st)
	}
}

// left is the verdict on a fix that is not wanted, at its present place.
func (r *asking) left(c choice) verdict {
	v := newVerdict(c, nil)
	for _, by := range r.moved {
		v.move(by)
	}
	return v
}

func (r *asking) proposal(c choice, st *staged) Proposal {
	p := Proposal{
		Diagnostic: c.findings[0], Also: c.findings[1:], Fix: c.fix,
		Changes: r.changesBetween(st.before, st.after), Sources: r.result.Sources,
		Number: r.number, Of: r.of,
	}
	for _, proof := range st.proofs {
		p.Effects = append(p.Effects, proof.Effects...)
	}
	for i := range p.Changes {
		p.Changes[i].Effects = p.Effects
	}
	return p
}

// changesBetween lists the files that differ between two states.
func (m *maker) changesBetween(before, after *contents) []Change {
	var out []Change
	for _, path := range m.o.order {
		old, now := m.o.contentIn(before, path), m.o.contentIn(after, path)
		if bytes.Equal(old, now) {
			continue
		}
		c := Change{Path: path, Old: old, New: now, Entry: m.o.owner[path]}
		if e := &m.req.Entries[c.Entry]; len(c.Old) == 0 {
			mode, dropIn := m.o.created[path]
			c.Create, c.Mode = dropIn || e.Absent && e.Sources[0].Path == path, mode
		}
		if c.Create {
			c.Old = nil
		}
		out = append(out, c)
	}
	return out
}

// verdict keeps a fix from being made: somebody left it, or its proof failed.
//
// It has to be known again in later rounds, when other fixes have moved what
// stands behind them, so it is kept as places that move along. What was left is
// left whatever text a later round would put in its place: with the count put
// right, say, the fix of the same interval is a shorter one. It is the same
// fix if a finding of the same rule wants to edit the same places, or if the
// same finding (the same rule at the same place) wants something else: whoever
// leaves a finding as it is does not want to be asked about it again. Only the
// next one of several fixes of a finding is another question, which is why its
// index counts. A fix that failed its proof is the same only if its text is.
type verdict struct {
	findings []foundAt
	index    int // of the fix among those of the finding
	edits    []place
	texts    []string
	err      error // why the proof turned it down; nil: somebody left it
}

// foundAt is the identity of a finding across rounds.
type foundAt struct {
	rule string
	at   place
}

func newVerdict(c choice, err error) verdict {
	v := verdict{index: c.index, err: err}
	for _, d := range c.findings {
		v.findings = append(v.findings, foundAt{d.Rule, newPlace(d.Span)})
	}
	for _, e := range c.fix.Edits {
		v.edits = append(v.edits, newPlace(e.Span))
		v.texts = append(v.texts, e.NewText)
	}
	return v
}

// holdsFor reports whether a verdict is about a fix of a finding.
func (v *verdict) holdsFor(d *lint.Diagnostic, index int, f *lint.SuggestedFix) bool {
	if v.err != nil {
		return v.sameEdits(f, true)
	}
	return slices.ContainsFunc(v.findings, func(known foundAt) bool {
		return known.rule == d.Rule && (v.index == index && known.at.is(d.Span) || v.sameEdits(f, false))
	})
}

func (v *verdict) sameEdits(f *lint.SuggestedFix, andTexts bool) bool {
	if len(v.edits) != len(f.Edits) {
		return false
	}
	for i, e := range f.Edits {
		if !v.edits[i].is(e.Span) || andTexts && v.texts[i] != e.NewText {
			return false
		}
	}
	return true
}

func (v *verdict) move(by map[string]moves) {
	for i := range v.findings {
		v.findings[i].at.move(by)
	}
	for i := range v.edits {
		v.edits[i].move(by)
	}
}

// verdictOn is the verdict on a fix; nil if there is none.
func (m *maker) verdictOn(d *lint.Diagnostic, index int) *verdict {
	for i := range m.verdicts {
		if v := &m.verdicts[i]; v.holdsFor(d, index, &d.Fixes[index]) {
			return v
		}
	}
	return nil
}

// turnDown keeps a fix that failed its proof from being tried again.
func (m *maker) turnDown(c choice, err error) {
	m.verdicts = append(m.verdicts, newVerdict(c, err))
	m.plan.Unproven = append(m.plan.Unproven, fmt.Errorf("%s: the fix of %s was not made: %w",
		c.findings[0].Span.File, rulesOf([]choice{c}), err))
}

// remembered asks about each file once: rules ask for every line. It never
// freezes anything where nobody is to be asked.
func remembered(frozen func(string) string) func(string) string {
	if frozen == nil {
		return func(string) string { return "" }
	}
	known := map[string]string{}
	return func(path string) string {
		why, ok := known[path]
		if !ok {
			why = frozen(path)
			known[path] = why
		}
		return why
	}
}

// guarded are entries less the right to change frozen files: rules then look
// for another place, where they know one.
func guarded(entries []lint.Entry, frozen func(string) string) []lint.Entry {
	out := slices.Clone(entries)
	for i := range out {
		mine := out[i].Mine
		out[i].Mine = func(path string) bool { return frozen(path) == "" && (mine == nil || mine(path)) }
	}
	return out
}

// editsFrozen reports whether a fix edits a file that must not be changed.
func (m *maker) editsFrozen(f *lint.SuggestedFix) bool {
	return m.req.Frozen != nil && slices.ContainsFunc(f.Edits, func(e lint.TextEdit) bool { return m.frozen(e.File) != "" })
}

// Groups puts changes together of which either all are to be written or none:
// those of one entry, and those of entries that read a changed file in common.
// Groups and the changes in them are in the order of Changes.
func (p *Plan) Groups() [][]*Change {
	group := make([]int, len(p.Changes)) // index of the first change it is joined to
	for i := range group {
		group[i] = i
	}
	join := func(a, b int) {
		from, to := max(group[a], group[b]), min(group[a], group[b])
		for i := range group {
			if group[i] == from {
				group[i] = to
			}
		}
	}
	first := map[string]int{} // by entry or reader
	meet := func(key string, i int) {
		if known, ok := first[key]; ok {
			join(known, i)
			return
		}
		first[key] = i
	}
	for i := range p.Changes {
		meet(fmt.Sprint("entry ", p.Changes[i].Entry), i)
		for k := range p.Proof {
			if slices.Contains(p.Proof[k].changed, p.Changes[i].Path) {
				meet(fmt.Sprint("entry ", p.Proof[k].Entry), i)
			}
		}
	}
	var out [][]*Change
	at := map[int]int{}
	for i := range p.Changes {
		n, ok := at[group[i]]
		if !ok {
			n = len(out)
			at[group[i]] = n
			out = append(out, nil)
		}
		out[n] = append(out[n], &p.Changes[i])
	}
	return out
}
