package rules

import (
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
)

// lost is a line that holds somewhere and wins nowhere.
type lost struct {
	ref resolve.Ref
	by  resolve.Ref // the line that beats it in the first context it holds in
	id  keyword.ID
}

// loserTrack finds the lines that never win. It notes the winners of every
// context, and looks again only at those lines that are none. It follows the
// keywords with several lines of which one wins; where values add up, or the
// scope does not count, no line is beaten.
type loserTrack struct {
	v    *view
	base int // how many of the contexts hold no undecided block
	ids  []keyword.ID
	on   []bool    // by keyword: whether it is followed
	won  []lineSet // by file
	r    resolve.Result
}

// lineSet is a set of lines of a file, a bit each.
type lineSet []uint64

func newLineSet(lines int) lineSet { return make(lineSet, lines/64+1) }

func (s lineSet) add(line int32)      { s[line/64] |= 1 << (line % 64) }
func (s lineSet) remove(line int32)   { s[line/64] &^= 1 << (line % 64) }
func (s lineSet) has(line int32) bool { return s[line/64]&(1<<(line%64)) != 0 }

func newLoserTrack(v *view) *loserTrack {
	t := &loserTrack{v: v, base: len(v.Target.Contexts()), on: make([]bool, keyword.Count(v.Dialect.Side))}
	lines := make([]int, len(t.on))
	v.Config.EachSetting(func(id keyword.ID, _ resolve.Ref, _ bool) { lines[id]++ })
	for id, n := range lines {
		if n > 1 && v.oneWins(keyword.ByID(v.Dialect.Side, keyword.ID(id))) { // one line alone is beaten by nothing
			t.ids = append(t.ids, keyword.ID(id))
			t.on[id] = true
		}
	}
	t.won = make([]lineSet, len(v.Config.Files))
	for i, f := range v.Config.Files {
		if len(t.ids) > 0 {
			t.won[i] = newLineSet(f.Len())
		}
	}
	return t
}

// oneWins is oneWins of the dialect, less ForwardAgent where a line has a path: that
// beats yes and no that come before it.
func (v *view) oneWins(k *keyword.Keyword) bool {
	path := false
	if k != nil && k.Lower == "forwardagent" {
		var r resolve.Result
		v.Config.Eval(&resolve.Query{}, &r)
		v.Config.Settings(k.Lower, func(ref resolve.Ref) {
			items := r.ItemsOf(ref)
			path = path || len(items) == 1 && items[0] != "yes" && items[0] != "no"
		})
	}
	return !path && oneWins(v.Dialect, k)
}

// oneWins reports whether one line of a keyword wins and nothing but its scope
// and its place decides which.
func oneWins(d keyword.Dialect, k *keyword.Keyword) bool {
	if k == nil {
		return false
	}
	if repeat := d.RepeatOf(k); repeat != keyword.First && repeat != keyword.FirstLine {
		return false
	}
	switch k.Lower {
	case "rekeylimit", // size and time may come from two lines
		"logverbose", "refuseconnection",
		"authorizedprincipalscommand", // from 8.7 to 9.3 another keyword decided
		"unusedconnectiontimeout":     // none replaces an earlier value
		return false
	case "syslogfacility", "streamlocalbindmask": // ssh looks at no scope
		return d.Side == keyword.Server
	}
	return true
}

// share is a track for some of the contexts, to be joined later.
func (t *loserTrack) share() *loserTrack {
	part := &loserTrack{ids: t.ids, won: make([]lineSet, len(t.won))}
	for i := range t.won {
		part.won[i] = make(lineSet, len(t.won[i]))
	}
	return part
}

// join takes over the winners that a part has seen.
func (t *loserTrack) join(part *loserTrack) {
	for i, won := range part.won {
		for k, bits := range won {
			t.won[i][k] |= bits
		}
	}
}

// see notes the winners of a context.
func (t *loserTrack) see(r *resolve.Result) {
	for _, id := range t.ids {
		if ref, ok := r.WinnerID(id); ok && ref.File >= 0 {
			t.won[ref.File].add(ref.Line)
		}
	}
}

// maxLooks bounds how many contexts are looked at for lines that stand in no
// Host block; there are few such lines in real files.
const maxLooks = 1 << 18

// lost lists the lines that hold in some context and win in none, in reading
// order.
func (t *loserTrack) lost() []lost {
	if len(t.ids) == 0 {
		return nil
	}
	candidates := t.candidates()
	var out []lost
	var byKey map[string]int
	looks := 0
	pending := map[int32][]int{} // by block: lines that held in no context so far
	for i := range candidates {
		c := &candidates[i]
		if byKey == nil {
			byKey = t.contextsByKey()
		}
		for _, x := range t.contextsOf(c.ref, byKey) {
			if looks++; looks > maxLooks {
				break
			}
			if by, ok := t.beaten(&t.v.contexts[x], c.id, c.ref); ok {
				c.by = by
				break
			}
		}
		if c.by.File < 0 && looks <= maxLooks {
			pending[c.ref.Block] = append(pending[c.ref.Block], i)
		}
	}
	t.lookInUndecided(candidates, pending)
	for _, c := range candidates {
		if c.by.File >= 0 && !t.won[c.ref.File].has(c.ref.Line) {
			out = append(out, c)
		}
	}
	return out
}

// candidates are the lines that won nowhere, and those that an earlier line of
// the same scope beats whatever the context.
func (t *loserTrack) candidates() []lost {
	type first struct {
		block int32 // from 1
		ref   resolve.Ref
	}
	var out []lost
	nobody := resolve.Ref{File: -1}
	inBlock := make([]first, len(t.on))
	t.v.Config.EachSetting(func(id keyword.ID, ref resolve.Ref, none bool) {
		if !t.on[id] || none {
			return
		}
		by := nobody
		if f := inBlock[id]; f.block == ref.Block+1 {
			by = f.ref
		} else {
			inBlock[id] = first{ref.Block + 1, ref}
		}
		if by != nobody {
			t.won[ref.File].remove(ref.Line)
		} else if t.won[ref.File].has(ref.Line) {
			return
		}
		out = append(out, lost{ref, by, id})
	})
	return out
}

func (t *loserTrack) contextsByKey() map[string]int {
	m := make(map[string]int, len(t.v.contexts))
	for i := range t.v.contexts {
		m[t.v.contexts[i].Key()] = i
	}
	return m
}

// contextsOf lists the contexts in which a line may hold: those that its Host
// line names, else all of them.
func (t *loserTrack) contextsOf(ref resolve.Ref, byKey map[string]int) []int {
	c := t.v.Config
	for b := ref.Block; b >= 0; b = c.Blocks[b].Parent {
		if c.Blocks[b].Kind != syntax.Host || c.Unconditional(b) {
			continue
		}
		var out []int
		for _, a := range c.Condition(b).Hosts {
			if i, ok := byKey[a.Text]; ok && !strings.HasPrefix(a.Text, "!") {
				out = append(out, i)
			}
		}
		return out
	}
	all := make([]int, len(t.v.contexts))
	for i := range all {
		all[i] = i
	}
	return all
}

// beaten reports whether a line holds in a context, and which line wins there.
func (t *loserTrack) beaten(x *resolve.Context, id keyword.ID, ref resolve.Ref) (by resolve.Ref, ok bool) {
	q := x.Query()
	t.v.Config.Eval(&q, &t.r)
	if !t.r.Holds(ref.Block) {
		return resolve.Ref{File: -1}, false
	}
	by, ok = t.r.WinnerID(id)
	if !ok || by == ref || !t.covers(by.Block, ref.Block) {
		return resolve.Ref{File: -1}, false
	}
	return by, true
}

// covers guards against a winner that only matches the name that stands for a
// pattern: `Host ?-prod` does not beat all of `Host *-prod`.
func (t *loserTrack) covers(winner, loser int32) bool {
	c := t.v.Config
	if c.Blocks[winner].Kind != syntax.Host || winner == loser {
		return true
	}
	var beaten []syntax.Arg
	if cond := c.Condition(loser); cond != nil {
		beaten = cond.Hosts
	}
	literal := !slices.ContainsFunc(beaten, func(b syntax.Arg) bool { return !pattern.IsLiteral(b.Text) })
	for _, a := range c.Condition(winner).Hosts {
		same := func(b syntax.Arg) bool { return a.Text == b.Text }
		if strings.Contains(a.Text, "?") && !slices.ContainsFunc(beaten, same) && (len(beaten) == 0 || !literal) {
			return false
		}
	}
	return true
}

// maxUndecided bounds how many combinations of a host with an undecided block
// are looked at.
const maxUndecided = 1 << 14

// lookInUndecided looks at lines in blocks that cannot be decided offline: for
// each host with its block.
func (t *loserTrack) lookInUndecided(candidates []lost, pending map[int32][]int) {
	if t.v.Dialect.Side == keyword.Server || len(pending)*t.base > maxUndecided {
		return
	}
	for block, lines := range pending {
		for i := range t.base {
			for _, x := range t.v.Config.With(t.v.contexts[i], []int32{block}) {
				t.lookAgain(candidates, lines, &x)
			}
		}
	}
}

func (t *loserTrack) lookAgain(candidates []lost, lines []int, x *resolve.Context) {
	for n, i := range lines {
		c := &candidates[i]
		if n == 0 {
			q := x.Query()
			t.v.Config.Eval(&q, &t.r)
		}
		if !t.r.Holds(c.ref.Block) {
			return
		}
		by, ok := t.r.WinnerID(c.id)
		switch {
		case !ok || by == c.ref || !t.covers(by.Block, c.ref.Block):
			t.won[c.ref.File].add(c.ref.Line)
		case c.by.File < 0:
			c.by = by
		}
	}
}
