// Package fix turns the edits that rules propose into new files: it applies
// them in rounds, proves that they change what they are meant to change and
// nothing else, shows them as a diff, and writes them without ever leaving
// half a file behind.
package fix

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

// maxRounds is how often fixes are applied and the result linted again. Fixes
// that overlap wait for the next round; more rounds than this means that two
// rules undo each other.
const maxRounds = 10

// Request is what to fix.
type Request struct {
	Entries  []lint.Entry
	Rules    []*lint.Rule
	Settings lint.Settings
	Unsafe   bool // apply unsafe fixes too
	// Choose is asked about each fix before it is made; nil: all are made.
	Choose func(Proposal) Answer
	// Frozen says why a file must not be changed, for people: "you left it as it
	// is"; "" where it may be. nil: every file may be. A fix that would edit such a
	// file is not made; rules that know another place for it take that.
	Frozen func(path string) string
}

// Change is one file that fixes change.
type Change struct {
	Path    string
	Old     []byte // nil where the file does not exist yet
	New     []byte
	Create  bool
	Mode    fs.FileMode // of a created file; 0 leaves it to Write
	Entry   int         // index of the entry whose fixes change it
	Effects []Effect    // of the whole entry, all its files together
}

// Effect is one resolved value that a change changes, for all the contexts in
// which it does so, in the order of the file.
type Effect struct {
	Keyword       string // as the manual spells it
	Before, After string
	Contexts      []string // labels
}

// Plan is what would be written, and what was found before and would be found
// after.
type Plan struct {
	Changes []Change
	Before  *lint.Result
	After   *lint.Result
	// Unproven are fixes that the proof turned down. Each is a bug of the rule
	// that it names.
	Unproven []error
	// Refused are entries that OpenSSH would refuse even after all fixes, so
	// that nothing is written for them.
	Refused []string
	// Proof says what was compared and what differs, for each entry that reads
	// a changed file: the files as they were against the files with all changes.
	Proof []EntryProof
	// Obstacles say of each finding in After why it is left: one each, in the same
	// order.
	Obstacles []Obstacle
	// Refusals say, by MakeDropIn, why no drop-in is written for an entry, and
	// what to do instead.
	Refusals []error
	// Errors are entries that could not be read.
	Errors []error
}

// Make works out the changes. Nothing is written.
func Make(req Request) *Plan {
	m := newMaker(req)
	if req.Choose == nil || m.ask() {
		m.rounds()
	}
	return m.finish()
}

func newMaker(req Request) *maker {
	frozen := remembered(req.Frozen)
	req.Entries = guarded(req.Entries, frozen)
	m := &maker{req: req, o: newOverlay(req.Entries), plan: &Plan{}, frozen: frozen}
	m.plan.Before, m.plan.Errors = lint.Run(m.o.entries(), req.Rules, req.Settings)
	m.result = m.plan.Before
	m.req.Settings.Sheltered = &m.plan.Before.Sheltered
	return m
}

// finish judges what was made as a whole and fills in the plan.
func (m *maker) finish() *Plan {
	m.dropRefused()
	m.dropHarmful()
	m.proveWhole()
	m.plan.After = m.result
	m.collect()
	m.explain()
	return m.plan
}

type maker struct {
	req      Request
	o        *overlay
	plan     *Plan
	result   *lint.Result
	frozen   func(path string) string // Request.Frozen
	verdicts []verdict                // fixes that are not to be made
	stopped  bool                     // somebody wants no further fix
	applied  []map[string]moves       // what moved where, step by step
	fixes    []lint.SuggestedFix      // that were made
	proofs   []EntryProof             // of the last step
	made     []string                 // rules whose fixes were made
	reveals  bool                     // one of them reveals lines
	undone   error                    // why everything was taken back
	dropped  map[string]string        // files that stay as they were, and why
}

func (m *maker) rounds() {
	for round := 0; ; round++ {
		chosen := m.choose()
		if len(chosen) == 0 {
			return
		}
		if round == maxRounds {
			m.endless(chosen, fmt.Sprintf("%d rounds", maxRounds))
			return
		}
		if m.apply(chosen); m.undone != nil {
			return
		}
	}
}

// endless takes everything back because fixes bring up each other.
func (m *maker) endless(chosen []choice, after string) {
	m.takeBack(fmt.Errorf("the fixes of %s do not come to an end after %s; this is a bug of the rule, nothing was changed", rulesOf(chosen), after))
}

// takeBack undoes everything because of an error, which is a bug of a rule.
func (m *maker) takeBack(err error) {
	m.plan.Unproven = append(m.plan.Unproven, err)
	m.undone = err
	m.o.reset()
	m.made, m.fixes, m.proofs, m.applied, m.reveals = nil, nil, nil, nil, false
	m.result = m.plan.Before
}

func (m *maker) rerun() { m.result, _ = lint.Run(m.o.entries(), m.req.Rules, m.req.Settings) }

// choice is a fix that was picked, with the findings that carry it.
type choice struct {
	findings []*lint.Diagnostic
	fix      lint.SuggestedFix
	// same are fixes of those findings with the same edits, which may announce
	// other changes.
	same  []lint.SuggestedFix
	index int // of the fix among those of the first finding
	// before is the index of the pick before this one that begins at the same place;
	// -1: there is none. It is good only in picks.
	before int
}

func rulesOf(chosen []choice) string {
	var names []string
	for _, c := range chosen {
		names = c.addRules(names)
	}
	return strings.Join(names, ", ")
}

// addRules adds the rules that want a fix to a list that has each once.
func (c *choice) addRules(names []string) []string {
	for _, d := range c.findings {
		if !slices.Contains(names, d.Rule) {
			names = append(names, d.Rule)
		}
	}
	return names
}

// choose picks one fix a finding, in the order of the findings. A fix that
// overlaps one picked before waits for the next round; identical ones count
// once. Only fixes of one class are picked, so that what one class may change
// is never allowed to another.
func (m *maker) choose() []choice {
	picks := m.picks()
	for _, class := range classes {
		out := picks[:0] // in place, for there may be very many
		var spans editSet
		for _, c := range picks {
			if classOf(c.fix) == class && spans.add(c.fix.Edits) {
				out = append(out, c)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// picks lists the fixes that may be made now: of each finding the first that is
// permitted. Identical ones are one.
func (m *maker) picks() []choice {
	most := m.result.Counts()
	n := most.Fixable + most.Unsafe
	out := make([]choice, 0, n)
	var last lastAt
	known := map[*lint.TextEdit]bool{} // fixes among those that are the same as one picked
	list := m.result.Diagnostics
	for i := range list {
		d := &list[i]
		index, ok := m.pick(d)
		if !ok {
			continue
		}
		f := d.Fixes[index]
		before := last.find(out, startOf(&f))
		n := m.sameAs(&f, out, before)
		if n < 0 {
			last.added(out, startOf(&f))
			out = append(out, choice{findings: []*lint.Diagnostic{d}, fix: f, index: index, before: before})
			continue
		}
		out[n].findings = append(out[n].findings, d)
		if !sameMemory(&f, &out[n].fix) && !known[&f.Edits[0]] {
			known[&f.Edits[0]] = true
			out[n].same = append(out[n].same, f)
		}
	}
	return out
}

// sameMemory reports whether two fixes are one: findings often share it.
func sameMemory(f, g *lint.SuggestedFix) bool {
	return len(f.Edits) == len(g.Edits) && &f.Edits[0] == &g.Edits[0]
}

// start is where the first edit of a fix begins.
type start struct {
	file   string
	offset int
}

func startOf(f *lint.SuggestedFix) start { return start{f.Edits[0].File, f.Edits[0].Start} }

// lastAt knows the last fix picked that begins at a place. As long as none begins
// before the one before it, as findings mostly come, that needs no index: what begins
// behind the last one begins behind all.
type lastAt struct{ index map[start]int }

// find is its place among those picked; -1: there is none.
func (l *lastAt) find(picked []choice, at start) int {
	if l.index == nil {
		if len(picked) == 0 {
			return -1
		}
		end := startOf(&picked[len(picked)-1].fix)
		switch {
		case at == end:
			return len(picked) - 1
		case at.offset > end.offset:
			return -1
		}
		l.index = make(map[start]int, cap(picked))
		for i := range picked {
			l.index[startOf(&picked[i].fix)] = i
		}
	}
	if i, met := l.index[at]; met {
		return i
	}
	return -1
}

// added is to be called for each that is picked.
func (l *lastAt) added(picked []choice, at start) {
	if l.index != nil {
		l.index[at] = len(picked)
	}
}

// sameAs is the index of the fix with the same edits, among the one at an index and
// those before it that begin at the same place; -1 if there is none.
func (m *maker) sameAs(f *lint.SuggestedFix, picked []choice, i int) int {
	for ; i >= 0; i = picked[i].before {
		if g := &picked[i].fix; classOf(*g) == classOf(*f) && (sameMemory(f, g) || slices.Equal(g.Edits, f.Edits)) {
			return int(i)
		}
	}
	return -1
}

// pick is the index of the first fix of a finding that may be made.
func (m *maker) pick(d *lint.Diagnostic) (index int, ok bool) {
	for i := range d.Fixes {
		f := &d.Fixes[i]
		if m.permitted(f) && len(f.Edits) > 0 && !m.editsFrozen(f) && m.verdictOn(d, i) == nil {
			return i, true
		}
	}
	return 0, false
}

// permitted reports whether fixes of that applicability are wanted.
func (m *maker) permitted(f *lint.SuggestedFix) bool {
	return f.Applicability == lint.Safe || m.req.Unsafe && f.Applicability == lint.Unsafe
}

// fixClass says what the proof holds a fix to.
type fixClass uint8

// Revealing fixes come first: lines that OpenSSH could not read take effect,
// whatever they say. Announced ones may change what they name and nothing
// else. Free ones are unsafe fixes that name nothing.
const (
	revealing fixClass = iota
	announced
	free
)

var classes = [...]fixClass{revealing, announced, free}

func classOf(f lint.SuggestedFix) fixClass {
	switch {
	case f.Reveals:
		return revealing
	case f.Applicability == lint.Unsafe && f.Changes == nil:
		return free
	}
	return announced
}

// editSet holds edits of which no two overlap.
type editSet struct {
	byFile map[string][]lint.TextEdit // sorted; of equal places in the order of adding
}

// add takes all edits of a fix, or none if one of them overlaps an edit of
// another fix.
func (s *editSet) add(edits []lint.TextEdit) bool {
	if s.byFile == nil {
		s.byFile = map[string][]lint.TextEdit{}
	}
	for _, e := range edits {
		if s.overlaps(e) {
			return false
		}
	}
	for _, e := range edits {
		list := s.byFile[e.File]
		if n := len(list); n == 0 || list[n-1].Start < e.Start { // they mostly come in order
			if n == cap(list) { // append grows large slices by a quarter only
				list = slices.Grow(list, max(1, n))
			}
			s.byFile[e.File] = append(list, e)
			continue
		}
		from := startingAt(list, e.Start)
		at := from
		for at < len(list) && compareEdits(list[at], e) <= 0 {
			at++
		}
		if !slices.Contains(list[from:at], e) {
			s.byFile[e.File] = slices.Insert(list, at, e)
		}
	}
	return true
}

// startingAt is the index of the first edit that starts at an offset or behind
// it.
func startingAt(list []lint.TextEdit, offset int) int {
	i, _ := slices.BinarySearchFunc(list, offset, func(e lint.TextEdit, offset int) int { return e.Start - offset })
	return i
}

func compareEdits(a, b lint.TextEdit) int {
	return cmp.Or(a.Start-b.Start, a.End-b.End)
}

func (s *editSet) overlaps(e lint.TextEdit) bool {
	list := s.byFile[e.File]
	if n := len(list); n == 0 || list[n-1].End < e.Start {
		return false // as mostly, for they come in order
	}
	// They do not overlap each other, so that of those before e only the last
	// can reach into it.
	for i := max(0, startingAt(list, e.Start)-1); i < len(list) && list[i].Start <= e.End; i++ {
		o := list[i]
		if o == e {
			continue
		}
		if o.Start == o.End && e.Start == e.End {
			if o.Start == e.Start {
				return true
			}
			continue
		}
		if e.Start < o.End && o.Start < e.End {
			return true
		}
	}
	return false
}

// maxAlone is how many fixes are tried one by one: each of them takes a proof for all
// hosts. That it comes to this is a bug of a rule.
const maxAlone = 64

// apply makes the chosen edits and proves them; if the proof fails for all
// together, one by one, leaving out those that fail.
func (m *maker) apply(chosen []choice) {
	st, err := m.stage(chosen)
	switch {
	case err == nil:
		m.commit(st)
		m.rerun()
		return
	case errors.Is(err, errTooMuch): // for each of them alone as well
		m.takeBack(fmt.Errorf("%s: nothing was changed: %w", chosen[0].findings[0].Span.File, err))
		return
	}
	for i, c := range chosen {
		if i == maxAlone {
			m.takeBack(fmt.Errorf("%s: %d fixes of %s were held back, and there is no time to try the others one by one; nothing was changed",
				c.findings[0].Span.File, maxAlone, rulesOf(chosen[:maxAlone])))
			return
		}
		st, err := m.stage([]choice{c})
		if err == nil {
			m.commit(st)
			m.rerun()
			return // offsets have moved; the rest waits for the next round
		}
		m.turnDown(c, err)
	}
}

// staged is some fixes that are made and proven together.
type staged struct {
	chosen        []choice
	fixes         []lint.SuggestedFix
	moves         map[string]moves
	before, after *contents
	proofs        []EntryProof
}

// stage works out a step and proves it. The files are left as they are.
func (m *maker) stage(chosen []choice) (*staged, error) {
	st := &staged{chosen: chosen, before: m.o.snapshot(), moves: map[string]moves{}}
	defer m.o.restore(st.before)
	var edits editSet
	st.fixes = make([]lint.SuggestedFix, 0, len(chosen))
	for _, c := range chosen {
		edits.add(c.fix.Edits)
		st.fixes = append(append(st.fixes, c.fix), c.same...)
	}
	edited := map[string][]byte{}
	for file, list := range edits.byFile {
		src, err := Apply(m.o.content(file), list)
		if err != nil {
			return nil, err
		}
		edited[file], st.moves[file] = src, newMoves(list)
	}
	m.o.edit(edited)
	var err error
	st.proofs, err = m.prove(st.before, st.fixes)
	st.after = m.o.snapshot()
	return st, err
}

// commit takes a step. The findings are those of before until rerun.
func (m *maker) commit(st *staged) {
	m.o.restore(st.after)
	for _, c := range st.chosen {
		m.reveals = m.reveals || c.fix.Reveals
		m.made = c.addRules(m.made)
	}
	m.record(st)
}

// record notes what a step did to the files.
func (m *maker) record(st *staged) {
	m.applied = append(m.applied, st.moves)
	m.fixes = append(m.fixes, st.fixes...)
	m.proofs = st.proofs
	for i := range m.verdicts {
		m.verdicts[i].move(st.moves)
	}
}

// Apply makes edits to a file's bytes. They must not overlap; insertions at
// one place keep their order.
func Apply(src []byte, edits []lint.TextEdit) ([]byte, error) {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, compareEdits)
	var out bytes.Buffer
	size, at := len(src), 0
	for _, e := range sorted {
		size += len(e.NewText)
	}
	out.Grow(size)
	for _, e := range sorted {
		if e.Start < at || e.End < e.Start || e.End > len(src) {
			return nil, fmt.Errorf("%s: an edit of bytes %d to %d is out of place", e.File, e.Start, e.End)
		}
		out.Write(src[at:e.Start])
		out.WriteString(e.NewText)
		at = e.End
	}
	out.Write(src[at:])
	return out.Bytes(), nil
}

// dropRefused takes back the changes of entries that OpenSSH would still
// refuse: a half-mended file must not look mended. Entries that share a changed
// file with them stay as they were, too.
func (m *maker) dropRefused() {
	if len(m.applied) == 0 {
		return
	}
	touched := make([][]string, len(m.req.Entries)) // changed files that each reads
	why := make([]string, len(m.req.Entries))
	for i := range m.req.Entries {
		e := m.o.entry(i)
		t, err := lint.NewTarget(&e, m.req.Settings)
		if err != nil {
			continue
		}
		for _, f := range t.Config.Files {
			if m.o.changed(f.Path) {
				touched[i] = append(touched[i], f.Path)
			}
		}
		if list := refusals(t); len(list) > 0 && len(touched[i]) > 0 {
			why[i] = fmt.Sprintf("OpenSSH would refuse %s even with all fixes (%s), so that nothing is changed", e.Path, m.asItWas(i, list[0]))
			m.plan.Refused = append(m.plan.Refused, e.Path)
		}
	}
	m.drop(touched, why)
}

// asItWas is OpenSSH's complaint with the line that it has in the files as they
// were.
func (m *maker) asItWas(entry int, p *resolve.Problem) string {
	fixed := m.o.snapshot()
	defer m.o.restore(fixed)
	m.o.reset()
	e := m.o.entry(entry)
	if t, err := lint.NewTarget(&e, m.req.Settings); err == nil {
		for i := range t.Config.Problems {
			q := &t.Config.Problems[i]
			if q.Kind == p.Kind && q.Word == p.Word && q.Arg == p.Arg && q.File.Path == p.File.Path {
				return q.Text
			}
		}
	}
	return p.Text
}

// drop reverts the files of the entries for which there is a reason, and of
// those that are tied to them by a file that both read.
func (m *maker) drop(touched [][]string, why []string) {
	m.dropped = map[string]string{}
	for more := true; more; {
		more = false
		for i, files := range touched {
			for _, f := range files {
				if why[i] == "" {
					why[i] = m.dropped[f]
				}
			}
			for _, f := range files {
				if why[i] != "" && m.dropped[f] == "" {
					m.dropped[f] = why[i]
					more = true
				}
			}
		}
	}
	if len(m.dropped) == 0 {
		return
	}
	isDropped := func(e lint.TextEdit) bool { return m.dropped[e.File] != "" }
	m.fixes = slices.DeleteFunc(m.fixes, func(f lint.SuggestedFix) bool { return slices.ContainsFunc(f.Edits, isDropped) })
	m.o.revert(maps.Keys(m.dropped))
	for f := range m.dropped {
		for _, mv := range m.applied {
			delete(mv, f)
		}
	}
	m.proofs = nil
	if m.o.now == pristine {
		m.result = m.plan.Before
		return
	}
	m.rerun()
}

// dropHarmful takes everything back if the fixes brought in an error or a
// warning that was not there before. Files that OpenSSH refused before are
// another matter, and so are lines that OpenSSH did not read: they had no
// effect and have one now. So are lines that
// never win: they were dead before, and now have another value than the winner.
// Nor does it count what a fix would remove that somebody left, or that a comment
// has nothing to silence any more.
func (m *maker) dropHarmful() {
	before := loudByRule(m.plan.Before.Diagnostics)
	left := slices.DeleteFunc(slices.Clone(m.result.Diagnostics), func(d lint.Diagnostic) bool { return m.leftByUser(&d) })
	for key, n := range loudByRule(left) {
		if n <= before[key] || comesAlong(key.rule) || m.reveals || !m.acceptedBefore() {
			continue
		}
		m.takeBack(fmt.Errorf(
			"the fixes of %s bring in %s in %s; this is a bug of the rule, nothing was changed", strings.Join(m.made, ", "), key.rule, key.file))
		return
	}
}

// comesAlong reports whether findings of a rule may come of a good fix: a line
// that never wins was dead before, and a comment may have nothing left to
// silence.
func comesAlong(rule string) bool {
	return rule == "shadowed-keepalive" || rule == "unused-suppression"
}

// leftByUser reports whether somebody wanted no fix of a finding that has one.
func (m *maker) leftByUser(d *lint.Diagnostic) bool {
	if d.Held {
		return true
	}
	for i := range d.Fixes {
		if !m.permitted(&d.Fixes[i]) {
			continue
		}
		v := m.verdictOn(d, i)
		if m.stopped && v == nil || v != nil && v.err == nil {
			return true
		}
	}
	return false
}

type ruleInFile struct{ rule, file string }

// loudByRule counts the errors and warnings of each rule in each file.
func loudByRule(list []lint.Diagnostic) map[ruleInFile]int {
	counts := map[ruleInFile]int{}
	for i := range list {
		// What other programs make of the file is no harm done to it: where they
		// do not see a value, they did not see the one before either.
		if d := &list[i]; d.Inherent >= lint.Warning && d.Category != "portability" {
			counts[ruleInFile{d.Rule, d.Span.File}]++
		}
	}
	return counts
}

// acceptedBefore reports whether OpenSSH accepted all entries as they were.
func (m *maker) acceptedBefore() bool {
	fixed := m.o.snapshot()
	defer m.o.restore(fixed)
	m.o.reset()
	for i := range m.req.Entries {
		e := m.o.entry(i)
		if t, err := lint.NewTarget(&e, m.req.Settings); err == nil && len(t.Config.Problems) > 0 {
			return false
		}
	}
	return true
}

// refusals lists why OpenSSH refuses an entry for anybody.
func refusals(t *lint.Target) []*resolve.Problem {
	if len(t.Config.Problems) == 0 {
		return nil
	}
	var r resolve.Result
	for _, x := range t.Contexts() {
		q := x.Query()
		t.Config.Eval(&q, &r)
		if list := r.Refusal(); len(list) > 0 {
			return list
		}
	}
	return nil
}

// collect lists the files that changed, each with the effects of its entry.
func (m *maker) collect() {
	m.plan.Changes = m.withoutTwins(m.changesBetween(pristine, m.o.now))
	shown := map[int]bool{}
	for i := range m.plan.Changes {
		c := &m.plan.Changes[i]
		for k := range m.plan.Proof {
			if p := &m.plan.Proof[k]; p.Entry == c.Entry {
				c.Effects = p.Effects
				shown[p.Entry] = true
			}
		}
	}
	// An entry may be touched through a file that another entry read first.
	for k := range m.plan.Proof {
		p := &m.plan.Proof[k]
		i := slices.IndexFunc(m.plan.Changes, func(c Change) bool { return slices.Contains(p.changed, c.Path) })
		if !shown[p.Entry] && i >= 0 {
			c := &m.plan.Changes[i]
			c.Effects = append(c.Effects[:len(c.Effects):len(c.Effects)], p.Effects...)
		}
	}
}

// withoutTwins leaves out the changes that another one makes, too: of a file that two
// entries reach by different names. The first stands for both. Where they are to
// become different, both stay, and the writing of the second is refused.
func (m *maker) withoutTwins(list []Change) []Change {
	if len(list) < 2 {
		return list
	}
	type content struct{ file, old, new string }
	first := map[content]string{}
	return slices.DeleteFunc(list, func(c Change) bool {
		identity := m.req.Entries[c.Entry].Env.Identity
		if identity == nil || c.Create {
			return false
		}
		key := content{identity(c.Path), string(c.Old), string(c.New)}
		known, again := first[key]
		if !again {
			first[key] = c.Path
			return false
		}
		for i := range m.plan.Proof {
			if p := &m.plan.Proof[i]; slices.Contains(p.changed, c.Path) {
				p.changed = append(slices.Clone(p.changed), known) // they belong together
			}
		}
		return true
	})
}
