package fix

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/share"
	"github.com/sshvet/sshvet/lint"
)

// EntryProof is what the proof of one entry compared, and what differs.
type EntryProof struct {
	Entry int // index in Request.Entries
	// Contexts counts those that were compared: each host and pattern of a
	// client file and "any other host"; on a server everybody and each Match
	// block alone. Combinations counts what was compared beyond: hosts with
	// blocks that cannot be decided offline, Match blocks together.
	Contexts, Combinations int
	// Settings is how many keywords were compared for each of them: all that
	// this release knows and that have a value.
	Settings int
	// Effects are all values that differ, in the order of the contexts.
	Effects []Effect
	// Gone and New are the rules whose findings in the files of this entry went
	// and came, with how many. A finding that only moved is neither.
	Gone, New []RuleCount

	changed []string // files of the entry that differ
}

// RuleCount is a rule with a number of findings.
type RuleCount struct {
	Rule  string
	Count int
}

// String is the name of the rule, with the number unless that is 1.
func (c RuleCount) String() string {
	if c.Count == 1 {
		return c.Rule
	}
	return fmt.Sprintf("%s (%d)", c.Rule, c.Count)
}

// prove holds the present files against those of before: every host and
// context is resolved in both, and only what the fixes name may differ. It
// returns what was compared, by entry; entries of which no file differs are
// the same by nature and left out.
func (m *maker) prove(before *contents, fixes []lint.SuggestedFix) ([]EntryProof, error) {
	after := m.o.snapshot()
	defer m.o.restore(after)
	var out []EntryProof
	allowed, anything := allowedChanges(fixes), allowsAnything(fixes)
	for i := range m.req.Entries {
		if slices.Contains(m.result.Covered, m.req.Entries[i].Path) {
			continue // proven as part of the entry that includes it
		}
		m.o.restore(before)
		e := m.o.entry(i)
		old, errOld := lint.NewTarget(&e, m.req.Settings)
		m.o.restore(after)
		f := m.o.entry(i)
		now, errNow := lint.NewTarget(&f, m.req.Settings)
		if errOld != nil || errNow != nil {
			if errOld == nil {
				return nil, errNow
			}
			continue // it could not be read before either
		}
		changed := changedFiles(old, now)
		if len(changed) == 0 {
			continue
		}
		p := proof{old: old, now: now, allowed: allowed, anything: anything}
		if err := p.run(); err != nil {
			return nil, err
		}
		p.EntryProof.Entry, p.EntryProof.changed = i, changed
		out = append(out, p.EntryProof)
	}
	return out, nil
}

// changedFiles lists the files that two states of an entry read and that are not
// the same in both.
func changedFiles(old, now *lint.Target) []string {
	was := map[string][]byte{}
	old.Files(func(path string, src []byte) { was[path] = src })
	var out []string
	now.Files(func(path string, src []byte) {
		if before, ok := was[path]; !ok || !bytes.Equal(before, src) {
			out = append(out, path)
		}
		delete(was, path)
	})
	slices.Sort(out)
	out = slices.Compact(out)
	return append(out, slices.Sorted(maps.Keys(was))...) // no longer read
}

// proveWhole compares the files as they were with the files as all steps have
// made them, so that nothing adds up to what no step was allowed. A single step
// was compared just so already.
func (m *maker) proveWhole() {
	changed := slices.ContainsFunc(m.o.order, m.o.changed)
	if changed && (len(m.applied) != 1 || m.proofs == nil) {
		var err error
		if m.proofs, err = m.prove(pristine, m.fixes); err != nil {
			m.takeBack(fmt.Errorf("the fixes of %s do not add up: %w; this is a bug of the rule, nothing was changed", strings.Join(m.made, ", "), err))
			changed = false
		}
	}
	if !changed {
		return
	}
	m.plan.Proof = m.proofs
	for k := range m.plan.Proof {
		p := &m.plan.Proof[k]
		p.Settings = settingsOf(m.req.Entries[p.Entry].Dialect)
	}
	m.countFindings()
}

// settingsOf counts the keywords that have a value in a release.
func settingsOf(d keyword.Dialect) int {
	n := 0
	for _, k := range keyword.All(d.Side) {
		if d.Knows(k) && (k.Status == keyword.Active || k.Status == keyword.BuildDependent) && k.Repeat != keyword.NoRepeat {
			n++
		}
	}
	return n
}

// countFindings fills in which findings went and which came.
func (m *maker) countFindings() {
	type finding struct {
		rule string
		at   place
	}
	type counted struct {
		entry int
		rule  string
	}
	left := map[finding]int{}
	for i := range m.result.Diagnostics {
		d := &m.result.Diagnostics[i]
		left[finding{d.Rule, newPlace(d.Span)}]++
	}
	gone, come := map[counted]int{}, map[counted]int{}
	for i := range m.plan.Before.Diagnostics {
		d := &m.plan.Before.Diagnostics[i]
		f := finding{d.Rule, newPlace(d.Span)}
		for _, step := range m.applied {
			f.at.move(step)
		}
		if f.at.empty {
			f.at.to = f.at.from
		}
		if left[f] > 0 {
			left[f]--
			continue
		}
		gone[counted{m.o.owner[d.Span.File], d.Rule}]++
	}
	for f, n := range left {
		if n > 0 {
			come[counted{m.o.owner[f.at.file], f.rule}] += n
		}
	}
	for k := range m.plan.Proof {
		p := &m.plan.Proof[k]
		for _, r := range m.req.Entries[p.Entry].RulesOr(m.req.Rules) {
			if n := gone[counted{p.Entry, r.Name}]; n > 0 {
				p.Gone = append(p.Gone, RuleCount{r.Name, n})
			}
			if n := come[counted{p.Entry, r.Name}]; n > 0 {
				p.New = append(p.New, RuleCount{r.Name, n})
			}
		}
	}
}

// proof compares two states of one entry.
type proof struct {
	old, now *lint.Target
	allowed  map[string]*allowance // by keyword
	fingers  []finger              // in those that were asked
	anything bool                  // among them is an unsafe fix that names no values, or one that reveals lines
	EntryProof
	byChange    map[effectKey]int
	nowByKey    map[string]int32 // blocks of the new state by their keys
	a, b        resolve.Result   // of the two states, kept: each has a slot a block
	queries     [2]resolve.Query // of the two, kept likewise
	texts       [2]texts         // of the two states
	keys        []string         // scratch space of hostKeys
	looked      []keyword.ID     // those with a value in the old state, in their order
	differences []difference     // of the context that was compared last
	spent       int64            // see spend
}

// errTooMuch is what a proof wraps that would take too long.
var errTooMuch = errors.New("proving what it changes would take too long")

// maxSpent bounds the work of a proof: contexts times the blocks tried for each.
const maxSpent = 2 * lint.MaxTries

// combined is what making and comparing a context costs for each undecided block
// that holds in it, in blocks tried.
const combined = 128

// spend counts the work for a number of contexts in which so many blocks hold that
// cannot be decided.
func (p *proof) spend(contexts, held int) error {
	if p.spent += int64(contexts) * (p.old.Config.Tries() + combined*int64(held)); p.spent > maxSpent {
		return fmt.Errorf("%w: too many hosts or Match blocks have to be held against each other; change the file by hand", errTooMuch)
	}
	return nil
}

type changeKey struct{ keyword, context string }

// difference is a value that differs in a context.
type difference struct {
	key           *keyword.Keyword
	wasSet, isSet bool
	before, after string
}

// effectKey is an effect without its contexts, to group by.
type effectKey struct{ keyword, before, after string }

// allowance is what fixes may change of one keyword.
type allowance struct {
	whereUnset bool // in every context in which no line sets it (lint.Change.WhereUnset)
	lists      [][]string

	// Once somebody asks, as most fixes are for where nothing is set:
	listOnce sync.Once
	contexts []string // of the lists
	setOnce  sync.Once
	set      map[string]bool // of the contexts, if they are asked for in another order
}

// list makes one list of all. Findings often share a list, which may be long.
func (a *allowance) list() {
	known := map[*string]int{}
	for _, list := range a.lists {
		if len(list) == 0 || known[&list[0]] >= len(list) {
			continue
		}
		known[&list[0]] = len(list)
		a.contexts = append(a.contexts, list...)
	}
}

func (a *allowance) makeSet() {
	a.set = make(map[string]bool, min(len(a.contexts), 1<<16)) // the lists may all have the same
	for _, x := range a.contexts {
		a.set[x] = true
	}
}

// finger looks contexts up in an allowance, from behind the one that it found last:
// hosts are compared in the order in which findings list them, mostly, and then there
// is no need for a set. misses is how many it has looked at in vain.
type finger struct {
	in         *allowance
	at, misses int
}

func (f *finger) finds(context string) bool {
	a := f.in
	a.listOnce.Do(a.list)
	n := len(a.contexts)
	for range n {
		if f.at++; f.at >= n {
			f.at = 0
		}
		if a.contexts[f.at] == context {
			return true
		}
		if f.misses++; f.misses > 4*n {
			a.setOnce.Do(a.makeSet)
			return a.set[context]
		}
	}
	return false
}

// fingerIn is the finger that is kept for an allowance.
func (p *proof) fingerIn(a *allowance) *finger {
	for i := range p.fingers {
		if p.fingers[i].in == a {
			return &p.fingers[i]
		}
	}
	p.fingers = append(p.fingers, finger{in: a, at: -1})
	return &p.fingers[len(p.fingers)-1]
}

// allowedChanges is what some fixes announce, by keyword.
func allowedChanges(fixes []lint.SuggestedFix) map[string]*allowance {
	m := map[string]*allowance{}
	for _, f := range fixes {
		for _, c := range f.Changes {
			a := m[c.Keyword]
			if a == nil {
				a = &allowance{}
				m[c.Keyword] = a
			}
			a.whereUnset = a.whereUnset || c.WhereUnset
			a.lists = append(a.lists, c.Contexts)
		}
	}
	return m
}

func allowsAnything(fixes []lint.SuggestedFix) bool {
	return slices.ContainsFunc(fixes, func(f lint.SuggestedFix) bool { return classOf(f) != announced })
}

func (p *proof) run() error {
	if err := p.stillAccepted(); err != nil {
		return err
	}
	p.byChange = map[effectKey]int{}
	if err := p.deployment(); err != nil {
		return err
	}
	if p.old.Dialect.Side == keyword.Server {
		return p.server()
	}
	return p.client()
}

// deployment compares what two states of a deploy.yml say: only the options
// that the fixes name may differ, and Kamal must not refuse what it took.
func (p *proof) deployment() error {
	old, now := p.old.Deployment, p.now.Deployment
	if old == nil {
		return nil
	}
	if len(now.Problems) > len(old.Problems) {
		return fmt.Errorf("it would make Kamal refuse the file: %s", now.Problems[0].Text)
	}
	var announced []string
	for key, a := range p.allowed {
		if p.fingerIn(a).finds(kamal.Context) {
			announced = append(announced, key)
		}
	}
	if err := kamal.Same(old, now, announced...); err != nil {
		return err
	}
	before, after := old.SSHKit.PoolIdleTimeout, now.SSHKit.PoolIdleTimeout
	if before.Value != after.Value {
		p.record(kamal.PoolIdleTimeout, shownValue(strconv.Itoa(before.Value), before.Set), strconv.Itoa(after.Value), "Kamal")
	}
	return nil
}

// stillAccepted refuses fixes that bring in an error: the number of refused
// lines must not grow.
func (p *proof) stillAccepted() error {
	was, is := len(p.old.Config.Problems), len(p.now.Config.Problems)
	if is <= was {
		return nil
	}
	known := map[string]int{}
	for i := range p.old.Config.Problems {
		known[p.old.Config.Problems[i].Word]++
	}
	for i := range p.now.Config.Problems {
		q := &p.now.Config.Problems[i]
		if known[q.Word]--; known[q.Word] < 0 {
			return fmt.Errorf("OpenSSH would refuse the result: %s", q.Text)
		}
	}
	return errors.New("OpenSSH would refuse the result")
}

func (p *proof) server() error {
	all := resolve.Context{Label: resolve.Everybody}
	return p.combinations(all, p.old.Config.Undecided(), true)
}

func (p *proof) client() error {
	hosts := hostsOfBoth(p.old.Config, p.now.Config)
	if err := p.spend(len(hosts), 0); err != nil {
		return err
	}
	if done, err := p.shared(hosts); done {
		return err
	}
	for i, x := range hosts {
		p.Contexts++
		maybes, err := p.compareHost(hosts, i, 0)
		if err != nil {
			return err
		}
		if len(maybes) > 0 {
			if err := p.combinations(x, maybes, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// worthSharing is how many hosts are worth a goroutine of their own.
const worthSharing = 1 << 12

// shared compares the hosts on all processors, a stretch of them on each. It gives
// up, and reports so, where blocks cannot be decided: combinations are compared
// one after the other.
func (p *proof) shared(hosts []resolve.Context) (done bool, err error) {
	n := share.Processors(len(hosts), worthSharing)
	if n < 2 {
		return false, nil
	}
	parts := make([]proof, n)
	errs := make([]error, n)
	var giveUp atomic.Bool
	share.All(len(hosts), worthSharing, func(k, from, to int) {
		part := &parts[k]
		*part = proof{old: p.old, now: p.now, allowed: p.allowed, anything: p.anything, byChange: map[effectKey]int{}}
		for i := from; i < to && errs[k] == nil && !giveUp.Load(); i++ {
			var maybes []int32
			if maybes, errs[k] = part.compareHost(hosts, i, from); len(maybes) > 0 {
				giveUp.Store(true)
			}
		}
	})
	if giveUp.Load() {
		return false, nil
	}
	p.Contexts += len(hosts)
	for k := range parts {
		if errs[k] != nil {
			return true, errs[k]
		}
		for i := range parts[k].Effects {
			e := &parts[k].Effects[i]
			into := p.effect(e.Keyword, e.Before, e.After)
			into.Contexts = append(into.Contexts, e.Contexts...)
		}
	}
	return true, nil
}

// hostsOfBoth lists the hosts of two states, each once.
func hostsOfBoth(old, now *resolve.Config) []resolve.Context {
	hosts, more := old.Hosts(), now.Hosts()
	if slices.EqualFunc(hosts, more, func(x, y resolve.Context) bool { return hostKey(&x) == hostKey(&y) }) {
		return hosts // as nearly always: fixes add no hosts
	}
	seen := make(map[string]bool, len(hosts))
	for i := range hosts {
		seen[hostKey(&hosts[i])] = true
	}
	for i := range more {
		if !seen[hostKey(&more[i])] {
			hosts = append(hosts, more[i])
		}
	}
	return hosts
}

// hostKey is the identity of a host. Any host becomes any other host once some
// line names one.
func hostKey(x *resolve.Context) string {
	if x.Key() == resolve.AnyHost {
		return resolve.AnyOtherHost
	}
	return x.Key()
}

// hostKeys are the names under which changes for a host may be announced. The
// list is good until the next call.
func (p *proof) hostKeys(x *resolve.Context) []string {
	p.keys = append(p.keys[:0], hostKey(x))
	if p.keys[0] == resolve.AnyOtherHost {
		p.keys = append(p.keys, resolve.AnyHost)
	}
	return p.keys
}

// combinations compares a context with undecided blocks: each alone, each pair
// that can hold together, all together.
func (p *proof) combinations(x resolve.Context, blocks []int32, bare bool) error {
	if bare {
		p.Contexts++
		if _, err := p.compare(x, []string{x.Key()}, true); err != nil {
			return err
		}
	}
	if err := p.spend(resolve.CountCombinations(len(blocks)), 1); err != nil {
		return err
	}
	if err := p.spend(1, len(blocks)); err != nil { // all of them together
		return err
	}
	singles := p.old.Config.With(x, blocks)
	within := newSubsets(singles, blocks)
	for i, y := range p.old.Config.Combinations(x, blocks) {
		keys := within.add([]string{x.Key(), y.Key()}, y.Held())
		if bare && i < len(singles) {
			p.Contexts++
		} else {
			p.Combinations++
		}
		if _, err := p.compare(y, keys, i < len(singles)); err != nil {
			return err
		}
	}
	return nil
}

// subsets finds the contexts of which all undecided blocks hold in another one.
// The blocks around them that hold anyway, such as a Match all, do not count:
// the combination of all blocks does not list them. The work is that of the
// blocks that hold, however many contexts there are.
type subsets struct {
	keys    []string          // of the contexts
	blocks  [][]int32         // undecided ones that hold in them
	byBlock map[int32][]int32 // indices of contexts by their first block
}

func newSubsets(contexts []resolve.Context, undecided []int32) *subsets {
	open := make(map[int32]bool, len(undecided))
	for _, b := range undecided {
		open[b] = true
	}
	s := &subsets{byBlock: map[int32][]int32{}}
	for i := range contexts {
		var blocks []int32
		for _, b := range contexts[i].Held() {
			if open[b] {
				blocks = append(blocks, b)
			}
		}
		if len(blocks) > 0 {
			s.byBlock[blocks[0]] = append(s.byBlock[blocks[0]], int32(len(s.keys)))
			s.keys, s.blocks = append(s.keys, contexts[i].Key()), append(s.blocks, blocks)
		}
	}
	return s
}

// add appends the keys of the contexts whose blocks are among those that hold.
func (s *subsets) add(keys []string, held []int32) []string {
	holds := make(map[int32]bool, len(held))
	for _, b := range held {
		holds[b] = true
	}
	for _, b := range held {
		for _, i := range s.byBlock[b] {
			if !slices.ContainsFunc(s.blocks[i], func(b int32) bool { return !holds[b] }) {
				keys = append(keys, s.keys[i])
			}
		}
	}
	return keys
}

// compare resolves one context in both states. keys are the names under which
// fixes may have announced changes to it. With show, differences are recorded
// as effects. It returns the blocks that could not be decided.
func (p *proof) compare(x resolve.Context, keys []string, show bool) (maybes []int32, err error) {
	a, b := &p.a, &p.b
	p.queries[0] = x.Query()
	p.old.Config.Eval(&p.queries[0], a)
	maybes = slices.Clone(a.Maybes)
	y := x.In(p.translate(x.Held()))
	p.queries[1] = y.Query()
	p.now.Config.Eval(&p.queries[1], b)

	p.findDifferences()
	return maybes, p.judge(x.Label, keys, show)
}

// compareHost is compare for a host with nothing undecided, one of a list of which it
// is asked for one after the other from some index on. Names of one block mostly get
// everything from the same lines, so that what differs is known from the name before.
func (p *proof) compareHost(hosts []resolve.Context, i, from int) (maybes []int32, err error) {
	x := &hosts[i]
	if i > from && p.a.Serves(&hosts[i-1], x) && p.b.Serves(&hosts[i-1], x) {
		return nil, p.judge(x.Label, p.hostKeys(x), true)
	}
	return p.compare(*x, p.hostKeys(x), true)
}

// findDifferences lists the values that differ in the context that was resolved last.
func (p *proof) findDifferences() {
	a, b, side := &p.a, &p.b, p.old.Dialect.Side
	check := func(id keyword.ID) {
		if a.SameLines(b, id) {
			return
		}
		before, after := p.texts[0].of(p.old, a, id), p.texts[1].of(p.now, b, id)
		if before != after {
			p.differences = append(p.differences, difference{keyword.ByID(side, id), a.IsSet(id), b.IsSet(id), before, after})
		}
	}
	p.looked, p.differences = p.looked[:0], p.differences[:0]
	a.Keys(func(id keyword.ID) {
		p.looked = append(p.looked, id)
		check(id)
	})
	b.Keys(func(id keyword.ID) { // in the same order
		if _, again := slices.BinarySearch(p.looked, id); !again {
			check(id)
		}
	})
}

// judge turns down differences that no fix announces for a context, which has several
// names; with show, it records the others as effects.
func (p *proof) judge(label string, keys []string, show bool) error {
	for i := range p.differences {
		c := &p.differences[i]
		if !p.mayChange(c.key.Canonical(), c.wasSet, keys) {
			return fmt.Errorf("it would change %s for %s from %q to %q", c.key.Name, label, c.before, c.after)
		}
		if show {
			p.record(c.key.Name, shownValue(c.before, c.wasSet), shownValue(c.after, c.isSet), label)
		}
	}
	return nil
}

// shownValue marks a value that nobody wrote.
func shownValue(value string, set bool) string {
	if set || value == "" {
		return value
	}
	return value + " (default)"
}

// mayChange reports whether fixes announce a change of a keyword in a context, which
// has several names.
func (p *proof) mayChange(key string, wasSet bool, contexts []string) bool {
	if p.anything {
		return true
	}
	a := p.allowed[key]
	return a != nil && (!wasSet && a.whereUnset || slices.ContainsFunc(contexts, p.fingerIn(a).finds))
}

// translate finds the blocks of the old state in the new one.
func (p *proof) translate(blocks []int32) []int32 {
	if len(blocks) == 0 {
		return nil
	}
	if p.nowByKey == nil {
		p.nowByKey = map[string]int32{}
		for id := range p.now.Config.Blocks {
			p.nowByKey[p.now.Config.BlockKey(int32(id))] = int32(id)
		}
	}
	var out []int32
	for _, b := range blocks {
		if id, ok := p.nowByKey[p.old.Config.BlockKey(b)]; ok {
			out = append(out, id)
		}
	}
	return out
}

// valueText is a value as effects show it: what OpenSSH prints, or the
// default where no line sets it.
func valueText(t *lint.Target, r *resolve.Result, id keyword.ID) string {
	k := keyword.ByID(t.Dialect.Side, id)
	items, ok := r.Value(k.Lower)
	if !ok {
		items = t.Dialect.DefaultOf(k)
	}
	return strings.Join(items, ", ")
}

// texts remembers the values of the last context: many hosts get them from the
// same lines.
type texts map[keyword.ID]lastText

type lastText struct {
	line string // as it is written
	set  bool
	text string
}

func (m *texts) of(t *lint.Target, r *resolve.Result, id keyword.ID) string {
	k := keyword.ByID(t.Dialect.Side, id)
	if repeat := t.Dialect.RepeatOf(k); repeat != keyword.First && repeat != keyword.FirstLine || k.Lower == "rekeylimit" || k.Lower == "tunnel" {
		return valueText(t, r, id) // other lines count, too
	}
	ref, set := r.WinnerID(id)
	line := ""
	if set {
		f, whole := t.Config.FileOf(ref), false
		if f != nil {
			line, whole = f.Raw(int(ref.Line))
		}
		if !whole {
			return valueText(t, r, id)
		}
	}
	last, known := (*m)[id]
	if known && last.line == line && last.set == set {
		return last.text
	}
	if *m == nil {
		*m = texts{}
	}
	text := valueText(t, r, id)
	(*m)[id] = lastText{line, set, text}
	return text
}

func (p *proof) record(key, before, after, label string) {
	e := p.effect(key, before, after)
	e.Contexts = append(e.Contexts, label)
}

// effect is the one of a change, which may be new.
func (p *proof) effect(key, before, after string) *Effect {
	e := effectKey{key, before, after}
	i, ok := p.byChange[e]
	if !ok {
		i = len(p.Effects)
		p.byChange[e] = i
		p.Effects = append(p.Effects, Effect{Keyword: key, Before: before, After: after})
	}
	return &p.Effects[i]
}
