package rules

import (
	"strconv"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

// line is a winning line, if there is one.
type line struct {
	resolve.Ref
	ok bool
}

// pair is the keep-alive of the contexts that get it from the same lines:
// interval and count are one setting with two lines.
type pair struct {
	interval, count line
	batch           line // the BatchMode line that makes Debian's default 300
	master          line // a ControlMaster line that turns sharing on
	seconds         int  // the interval in force; 0: off
	patience        int  // the count in force
	contexts        []int32
	fix             *lint.SuggestedFix
	planned         bool
}

// pairKey tells pairs apart.
type pairKey struct{ interval, count, batch, master line }

// view is the keep-alive of a whole target.
type view struct {
	*lint.Target
	names
	contexts []resolve.Context
	pairs    []*pair
	// blamed is true where a refused line means to set the interval: what is
	// missing then is the line's fault.
	blamed bool
	// loses lists the keep-alive lines that hold somewhere and win nowhere.
	loses []lost
}

// viewOf resolves the keep-alive of every context, once for all rules.
func viewOf(t *lint.Target) *view {
	return lint.Memo(t, "keepalive", func() *view {
		v := &view{Target: t, names: namesOf(t.Dialect.Side)}
		v.blamed = v.refusesInterval()
		v.resolve()
		return v
	})
}

// watched are the keyword numbers that make up a pair.
type watched struct{ interval, count, batch, master keyword.ID }

func (v *view) watched() watched {
	id := func(name string) keyword.ID {
		if k := keyword.Find(v.Dialect.Side, []byte(name)); k != nil {
			return k.ID
		}
		return 0
	}
	w := watched{interval: id(v.interval), count: id(v.count)}
	if v.Dialect.Side == keyword.Client {
		w.master = id("controlmaster")
		if v.Dialect.Vendor == keyword.Debian {
			w.batch = id("batchmode")
		}
	}
	return w
}

func (v *view) resolve() {
	w := v.watched()
	groups := map[pairKey]*pair{}
	relevant := v.keepaliveBlocks()
	track := newLoserTrack(v)
	var r resolve.Result
	see := func(x resolve.Context) {
		q := x.Query()
		v.Config.Eval(&q, &r)
		v.add(groups, w, &r, x)
		track.see(&r)
	}
	for _, x := range v.Target.Contexts() {
		see(x)
		if v.Dialect.Side == keyword.Server || len(r.Maybes) == 0 {
			continue
		}
		var blocks []int32
		for _, b := range r.Maybes {
			if relevant[b] {
				blocks = append(blocks, b)
			}
		}
		for _, y := range v.Config.With(x, blocks) {
			see(y)
		}
	}
	v.loses = track.lost()
}

// keepaliveBlocks are the blocks that hold a keep-alive line, themselves or in
// a file that they include.
func (v *view) keepaliveBlocks() map[int32]bool {
	blocks := map[int32]bool{}
	for _, name := range []string{v.interval, v.count} {
		v.Config.Settings(name, func(ref resolve.Ref) {
			for b := ref.Block; b >= 0 && !blocks[b]; b = v.Config.Blocks[b].Parent {
				blocks[b] = true
			}
		})
	}
	return blocks
}

func (v *view) add(groups map[pairKey]*pair, w watched, r *resolve.Result, x resolve.Context) {
	key := pairKey{interval: winner(r, w.interval), count: winner(r, w.count)}
	if w.batch != 0 && !key.interval.ok {
		key.batch = enabled(r, w.batch)
	}
	if w.master != 0 {
		key.master = enabled(r, w.master)
	}
	p := groups[key]
	if p == nil {
		p = &pair{interval: key.interval, count: key.count, batch: key.batch, master: key.master}
		p.seconds = v.number(r, key.interval, 0)
		if key.batch.ok {
			p.seconds = debianBatchInterval
		}
		p.patience = v.number(r, key.count, defaultCount)
		groups[key] = p
		v.pairs = append(v.pairs, p)
	}
	p.contexts = append(p.contexts, int32(len(v.contexts)))
	v.contexts = append(v.contexts, x)
}

// debianBatchInterval is the default interval of Debian's ssh with BatchMode
// yes, in seconds (patch keepalive-extensions).
const debianBatchInterval = 300

// defaultCount is the default of both CountMax keywords.
const defaultCount = 3

func winner(r *resolve.Result, id keyword.ID) line {
	ref, ok := r.WinnerID(id)
	return line{ref, ok}
}

// enabled is the winning line of a keyword that is not `no`.
func enabled(r *resolve.Result, id keyword.ID) line {
	l := winner(r, id)
	if !l.ok {
		return line{}
	}
	for _, item := range r.ItemsOf(l.Ref) {
		if item == "no" || item == "false" {
			return line{}
		}
	}
	return l
}

// number is the value of a line, or what holds without one.
func (v *view) number(r *resolve.Result, l line, without int) int {
	if !l.ok {
		return without
	}
	items := r.ItemsOf(l.Ref)
	if len(items) != 1 {
		return without
	}
	n, err := strconv.Atoi(items[0])
	if err != nil {
		return without
	}
	return n
}

// labels are the names of the contexts of some pairs.
func (v *view) labels(pairs ...*pair) []string {
	var out []string
	for _, p := range pairs {
		for _, i := range p.contexts {
			out = append(out, v.contexts[i].Label)
		}
	}
	return out
}

// The verdicts on a pair.

func (p *pair) unset() bool    { return !p.interval.ok && !p.batch.ok }
func (p *pair) off() bool      { return p.seconds == 0 }
func (p *pair) disabled() bool { return p.interval.ok && p.seconds == 0 }

func (v *view) slow(p *pair) bool { return p.seconds > v.Settings.Profile.MaxInterval }

// zeroCount: it has an effect only with an interval.
func (v *view) zeroCount(p *pair) bool { return !p.off() && p.count.ok && p.patience == 0 }

func (v *view) early(p *pair) bool {
	return !p.off() && p.patience < v.Settings.Profile.MinCount && !v.zeroCount(p)
}

// badInterval and badCount say which half of the pair a fix has to change.
func (v *view) badInterval(p *pair) bool { return p.off() || v.slow(p) }
func (v *view) badCount(p *pair) bool    { return p.patience < v.Settings.Profile.MinCount }

// detection is after how many seconds a dead peer is noticed: interval ×
// (count + 1), as measured (clientloop.c, serverloop.c).
func (p *pair) detection() int { return p.seconds * (p.patience + 1) }

// refusesInterval reports whether a line that OpenSSH refuses means to set the
// interval: a bad value, a keyword of the wrong side, a misspelt one.
func (v *view) refusesInterval() bool {
	other := namesOf(v.Dialect.Side.Other())
	for i := range v.Config.Problems {
		p := &v.Config.Problems[i]
		if p.Keyword != nil && p.Keyword.Is(v.interval) {
			return true
		}
		if p.Kind != resolve.UnknownKeyword {
			continue
		}
		if k := keyword.Find(v.Dialect.Side.Other(), []byte(p.Word)); k != nil && k.Is(other.interval) {
			return true
		}
		if name, ok := nearestKeyword(v.Dialect, p.Word); ok && name == v.Interval {
			return true
		}
	}
	return false
}
