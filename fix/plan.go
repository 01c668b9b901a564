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
}

// Change is one file that fixes change.
type Change struct {
	Path    string
	Old     []byte // nil where the file does not exist yet
	New     []byte
	Create  bool
	Entry   int      // index of the entry whose fixes change it
	Effects []Effect // of the whole entry, all its files together
}

// Effect is one resolved value that a change changes, for all the contexts in
// which it does so.
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
	// Errors are entries that could not be read.
	Errors []error
}

// Make works out the changes. Nothing is written.
func Make(req Request) *Plan {
	o := newOverlay(req.Entries)
	m := maker{req: req, o: o, plan: &Plan{}, turnedDown: map[string]bool{}, effects: map[int][]Effect{}}
	m.plan.Before, m.plan.Errors = lint.Run(o.entries(), req.Rules, req.Settings)
	m.result = m.plan.Before
	m.rounds()
	m.dropRefused()
	m.dropHarmful()
	m.plan.After = m.result
	m.collect()
	return m.plan
}

type maker struct {
	req        Request
	o          *overlay
	plan       *Plan
	result     *lint.Result
	turnedDown map[string]bool  // fixes that failed the proof
	effects    map[int][]Effect // by entry
	made       []string         // rules whose fixes were made
	reveals    bool             // one of them reveals lines
}

func (m *maker) rounds() {
	for round := 0; ; round++ {
		chosen := m.choose()
		if len(chosen) == 0 {
			return
		}
		if round == maxRounds {
			m.plan.Unproven = append(m.plan.Unproven, fmt.Errorf(
				"the fixes of %s do not come to an end after %d rounds; this is a bug of the rule, nothing was changed", rulesOf(chosen), maxRounds))
			m.takeBack()
			return
		}
		m.apply(chosen)
	}
}

// takeBack undoes everything.
func (m *maker) takeBack() {
	m.o.reset()
	m.made, m.reveals = nil, false
	clear(m.effects)
	m.rerun()
}

func (m *maker) rerun() { m.result, _ = lint.Run(m.o.entries(), m.req.Rules, m.req.Settings) }

// choice is a fix that was picked, with the finding it belongs to.
type choice struct {
	d   *lint.Diagnostic
	fix lint.SuggestedFix
	key string
}

func rulesOf(chosen []choice) string {
	var names []string
	for _, c := range chosen {
		if !slices.Contains(names, c.d.Rule) {
			names = append(names, c.d.Rule)
		}
	}
	return strings.Join(names, ", ")
}

// choose picks one fix a finding, in the order of the findings. A fix that
// overlaps one picked before waits for the next round; identical ones count
// once. Only fixes of one class are picked, so that what one class may change
// is never allowed to another.
func (m *maker) choose() []choice {
	for _, class := range []fixClass{revealing, announced, free} {
		if out := m.chooseOf(class); len(out) > 0 {
			return out
		}
	}
	return nil
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

func classOf(f lint.SuggestedFix) fixClass {
	switch {
	case f.Reveals:
		return revealing
	case f.Applicability == lint.Unsafe && f.Changes == nil:
		return free
	}
	return announced
}

func (m *maker) chooseOf(class fixClass) []choice {
	var out []choice
	var spans editSet
	for i := range m.result.Diagnostics {
		d := &m.result.Diagnostics[i]
		for _, f := range d.Fixes {
			if f.Applicability != lint.Safe && !(m.req.Unsafe && f.Applicability == lint.Unsafe) {
				continue
			}
			key := fixKey(f)
			if m.turnedDown[key] {
				continue
			}
			if classOf(f) == class && spans.add(f.Edits) {
				out = append(out, choice{d, f, key})
			}
			break
		}
	}
	return out
}

func fixKey(f lint.SuggestedFix) string { return fmt.Sprint(f.Edits) }

// editSet holds edits of which no two overlap.
type editSet struct {
	byFile map[string][]lint.TextEdit // sorted; of equal places in the order of adding
	whole  map[string]bool            // keys of fixes that are in
}

// add takes all edits of a fix, or none if one of them overlaps an edit of
// another fix.
func (s *editSet) add(edits []lint.TextEdit) bool {
	if s.byFile == nil {
		s.byFile, s.whole = map[string][]lint.TextEdit{}, map[string]bool{}
	}
	key := fmt.Sprint(edits)
	if s.whole[key] {
		return true
	}
	for _, e := range edits {
		if s.overlaps(e) {
			return false
		}
	}
	for _, e := range edits {
		list := s.byFile[e.File]
		from := startingAt(list, e.Start)
		at := from
		for at < len(list) && compareEdits(list[at], e) <= 0 {
			at++
		}
		if !slices.Contains(list[from:at], e) {
			s.byFile[e.File] = slices.Insert(list, at, e)
		}
	}
	s.whole[key] = true
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

// apply makes the chosen edits and proves them; if the proof fails for all
// together, one by one, leaving out those that fail.
func (m *maker) apply(chosen []choice) {
	if m.try(chosen) == nil {
		return
	}
	for _, c := range chosen {
		if err := m.try([]choice{c}); err != nil {
			m.turnedDown[c.key] = true
			if !errors.Is(err, errSuperseded) {
				m.plan.Unproven = append(m.plan.Unproven, fmt.Errorf("%s: the fix of %s was not made: %w", c.d.Span.File, c.d.Rule, err))
			}
			continue
		}
		return // offsets have moved; the rest waits for the next round
	}
}

var errSuperseded = errors.New("made already")

// try applies and proves some fixes; on an error nothing has changed.
func (m *maker) try(chosen []choice) error {
	before := m.o.snapshot()
	var edits editSet
	fixes := make([]lint.SuggestedFix, 0, len(chosen))
	for _, c := range chosen {
		edits.add(c.fix.Edits)
		fixes = append(fixes, c.fix)
	}
	for file, list := range edits.byFile {
		src, err := Apply(m.o.content(file), list)
		if err != nil {
			m.o.restore(before)
			return err
		}
		m.o.set(file, src)
	}
	effects, err := m.prove(before, fixes)
	if err != nil {
		m.o.restore(before)
		return err
	}
	for i, list := range effects {
		m.effects[i] = mergeEffects(m.effects[i], list)
	}
	for _, c := range chosen {
		m.reveals = m.reveals || c.fix.Reveals
		if !slices.Contains(m.made, c.d.Rule) {
			m.made = append(m.made, c.d.Rule)
		}
	}
	m.rerun()
	return nil
}

// Apply makes edits to a file's bytes. They must not overlap; insertions at
// one place keep their order.
func Apply(src []byte, edits []lint.TextEdit) ([]byte, error) {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, compareEdits)
	var out bytes.Buffer
	at := 0
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
// refuse: a half-mended file must not look mended.
func (m *maker) dropRefused() {
	dropped := false
	for i := range m.req.Entries {
		e := m.o.entry(i)
		t, err := lint.NewTarget(&e, m.req.Settings)
		if err != nil || len(refusals(t)) == 0 {
			continue
		}
		changed := false
		for _, f := range t.Config.Files {
			if m.o.changed(f.Path) {
				changed = true
				m.o.revert(f.Path)
			}
		}
		if changed {
			delete(m.effects, i)
			m.plan.Refused = append(m.plan.Refused, e.Path)
			dropped = true
		}
	}
	if dropped {
		m.rerun()
	}
}

// dropHarmful takes everything back if the fixes brought in an error or a
// warning that was not there before. Files that OpenSSH refused before are
// another matter, and so are lines that OpenSSH did not read: they had no
// effect and have one now. So are lines that
// never win: they were dead before, and now have another value than the winner.
func (m *maker) dropHarmful() {
	before := loudByRule(m.plan.Before)
	for key, n := range loudByRule(m.result) {
		if n <= before[key] || key.rule == "shadowed-keepalive" || m.reveals || !m.acceptedBefore() {
			continue
		}
		m.plan.Unproven = append(m.plan.Unproven, fmt.Errorf(
			"the fixes of %s bring in %s in %s; this is a bug of the rule, nothing was changed", strings.Join(m.made, ", "), key.rule, key.file))
		m.takeBack()
		return
	}
}

type ruleInFile struct{ rule, file string }

// loudByRule counts the errors and warnings of each rule in each file.
func loudByRule(r *lint.Result) map[ruleInFile]int {
	counts := map[ruleInFile]int{}
	for i := range r.Diagnostics {
		if d := &r.Diagnostics[i]; d.Severity >= lint.Warning {
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

// collect lists the files that changed.
func (m *maker) collect() {
	owners := map[int]bool{}
	for _, path := range m.o.order {
		if !m.o.changed(path) {
			continue
		}
		c := Change{Path: path, Old: m.o.original[path], New: m.o.current[path], Entry: m.o.owner[path]}
		c.Effects = m.effects[c.Entry]
		owners[c.Entry] = true
		e := m.req.Entries[c.Entry]
		c.Create = e.Absent && e.Path == path
		if c.Create {
			c.Old = nil
		}
		m.plan.Changes = append(m.plan.Changes, c)
	}
	if len(m.plan.Changes) == 0 {
		return
	}
	// An entry may be touched through a file that another entry read first.
	first := &m.plan.Changes[0]
	for i := range m.req.Entries {
		if !owners[i] {
			first.Effects = mergeEffects(first.Effects, m.effects[i])
		}
	}
}
