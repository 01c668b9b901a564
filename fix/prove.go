package fix

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

// prove holds the present files against those of before: every host and
// context is resolved in both, and only what the fixes name may differ. It
// returns what differs, by entry.
func (m *maker) prove(before map[string][]byte, fixes []lint.SuggestedFix) (map[int][]Effect, error) {
	after := m.o.snapshot()
	effects := map[int][]Effect{}
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
		p := proof{old: old, now: now, allowed: allowedChanges(fixes), anything: allowsAnything(fixes)}
		if err := p.run(); err != nil {
			return nil, err
		}
		effects[i] = p.effects
	}
	return effects, nil
}

// proof compares two states of one entry.
type proof struct {
	old, now *lint.Target
	allowed  map[changeKey]bool
	anything bool // among them is an unsafe fix that names no values, or one that reveals lines
	effects  []Effect
	byChange map[effectKey]int
	nowByKey map[string]int32 // blocks of the new state by their keys
	a, b     resolve.Result   // of the two states, kept: each has a slot a block
}

type changeKey struct{ keyword, context string }

// effectKey is an effect without its contexts, to group by.
type effectKey struct{ keyword, before, after string }

func allowedChanges(fixes []lint.SuggestedFix) map[changeKey]bool {
	m := map[changeKey]bool{}
	for _, f := range fixes {
		for _, c := range f.Changes {
			for _, x := range c.Contexts {
				m[changeKey{c.Keyword, x}] = true
			}
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
	if p.old.Dialect.Side == keyword.Server {
		return p.server()
	}
	return p.client()
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
	seen := map[string]bool{}
	for _, x := range append(p.old.Config.Hosts(), p.now.Config.Hosts()...) {
		if seen[x.Key()] {
			continue
		}
		seen[x.Key()] = true
		maybes, err := p.compare(x, []string{x.Key()}, true)
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

// combinations compares a context with undecided blocks: each alone, each pair
// that can hold together, all together.
func (p *proof) combinations(x resolve.Context, blocks []int32, bare bool) error {
	if bare {
		if _, err := p.compare(x, []string{x.Key()}, true); err != nil {
			return err
		}
	}
	singles := p.old.Config.With(x, blocks)
	for i, y := range p.old.Config.Combinations(x, blocks) {
		keys := []string{x.Key(), y.Key()}
		for _, s := range singles {
			if containsAll(y.Held(), s.Held()) {
				keys = append(keys, s.Key())
			}
		}
		if _, err := p.compare(y, keys, i < len(singles)); err != nil {
			return err
		}
	}
	return nil
}

func containsAll(set, subset []int32) bool {
	for _, v := range subset {
		if !slices.Contains(set, v) {
			return false
		}
	}
	return true
}

// compare resolves one context in both states. keys are the names under which
// fixes may have announced changes to it. With show, differences are recorded
// as effects. It returns the blocks that could not be decided.
func (p *proof) compare(x resolve.Context, keys []string, show bool) (maybes []int32, err error) {
	a, b := &p.a, &p.b
	q := x.Query()
	p.old.Config.Eval(&q, a)
	maybes = slices.Clone(a.Maybes)
	y := x.In(p.translate(x.Held()))
	r := y.Query()
	p.now.Config.Eval(&r, b)

	side := p.old.Dialect.Side
	done := map[keyword.ID]bool{}
	check := func(id keyword.ID) {
		if done[id] || err != nil {
			return
		}
		done[id] = true
		before, after := valueText(p.old, a, id), valueText(p.now, b, id)
		if before == after {
			return
		}
		k := keyword.ByID(side, id)
		if !p.mayChange(k.Canonical(), keys) {
			err = fmt.Errorf("it would change %s for %s from %q to %q", k.Name, x.Label, before, after)
			return
		}
		if show {
			p.record(k.Name, before, after, x.Label)
		}
	}
	a.Keys(check)
	b.Keys(check)
	return maybes, err
}

func (p *proof) mayChange(key string, contexts []string) bool {
	if p.anything {
		return true
	}
	for _, x := range contexts {
		if p.allowed[changeKey{key, x}] {
			return true
		}
	}
	return false
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

func (p *proof) record(key, before, after, label string) {
	e := effectKey{key, before, after}
	i, ok := p.byChange[e]
	if !ok {
		i = len(p.effects)
		p.byChange[e] = i
		p.effects = append(p.effects, Effect{Keyword: key, Before: before, After: after})
	}
	p.effects[i].Contexts = append(p.effects[i].Contexts, label)
}

// mergeEffects joins what two steps change: a value that the second changes
// again keeps the first's before.
func mergeEffects(first, second []Effect) []Effect {
	type key struct{ keyword, context string }
	var order []key
	values := map[key][2]string{}
	for _, list := range [][]Effect{first, second} {
		for _, e := range list {
			for _, x := range e.Contexts {
				k := key{e.Keyword, x}
				v, ok := values[k]
				if !ok {
					order = append(order, k)
					v[0] = e.Before
				}
				v[1] = e.After
				values[k] = v
			}
		}
	}
	p := proof{byChange: map[effectKey]int{}}
	for _, k := range order {
		if v := values[k]; v[0] != v[1] {
			p.record(k.keyword, v[0], v[1], k.context)
		}
	}
	return p.effects
}
