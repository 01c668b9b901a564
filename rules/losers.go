package rules

import (
	"math/bits"
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
	for i := range t.on {
		id := keyword.ID(i)
		// One line alone is beaten by nothing.
		if v.Config.Stores(id) > 1 && v.oneWins(keyword.ByID(v.Dialect.Side, id)) {
			t.ids = append(t.ids, id)
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
	if k != nil && k.Lower == "forwardagent" && v.Config.HasAgentPath() {
		return false
	}
	return oneWins(v.Dialect, k)
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

// isNew reports whether a line of a keyword that is followed has won in no context.
func (t *loserTrack) isNew(id keyword.ID, ref resolve.Ref) bool {
	return slices.Contains(t.ids, id) && ref.File >= 0 && !t.won[ref.File].has(ref.Line)
}

// maxLooks bounds how often lines are held against contexts; only lines that
// stand in no Host block and lose nowhere come near it.
const maxLooks = 1 << 18

// lost lists the lines that hold in some context and win in none, in reading
// order.
func (t *loserTrack) lost() []lost {
	if len(t.ids) == 0 {
		return nil
	}
	if t.allWin() {
		return nil
	}
	candidates := t.candidates()
	if len(candidates) == 0 {
		return nil
	}
	pending := t.lookInContexts(candidates)
	t.lookInUndecided(candidates, pending)
	var out []lost
	for _, c := range candidates {
		if c.by.File >= 0 && !t.won[c.ref.File].has(c.ref.Line) {
			out = append(out, c)
		}
	}
	return out
}

// allWin reports whether as many lines have won as there are of the keywords that
// are followed, as in most files. Where a file is read twice, its lines count twice.
func (t *loserTrack) allWin() bool {
	lines := 0
	for _, id := range t.ids {
		lines += t.v.Config.Stores(id)
	}
	for _, won := range t.won {
		for _, set := range won {
			lines -= bits.OnesCount64(set)
		}
	}
	return lines == 0
}

// lookInContexts finds the line that beats each candidate, in the first context
// in which one does. It goes context by context, for resolving one costs more
// than looking at many lines in it, and block by block, for the lines of a block
// hold together. It returns what held in no context, by block.
func (t *loserTrack) lookInContexts(candidates []lost) (pending map[int32][]int) {
	pending = map[int32][]int{}
	var blocks []int32
	for i, c := range candidates {
		if pending[c.ref.Block] == nil {
			blocks = append(blocks, c.ref.Block)
		}
		pending[c.ref.Block] = append(pending[c.ref.Block], i)
	}
	byContext, anywhere := t.blocksByContext(blocks)
	looks := 0
	look := func(block int32) {
		open := pending[block]
		if looks += max(1, len(open)); looks > maxLooks || len(open) == 0 || !t.r.Holds(block) {
			return
		}
		pending[block] = slices.DeleteFunc(open, func(i int) bool {
			c := &candidates[i]
			by, ok := t.beaten(c.id, c.ref)
			if ok {
				c.by = by
			}
			return ok
		})
	}
	for x := range t.v.contexts {
		if looks > maxLooks || len(byContext[x]) == 0 && len(anywhere) == 0 {
			continue
		}
		q := t.v.contexts[x].Query()
		t.v.Config.Eval(&q, &t.r)
		for _, b := range byContext[x] {
			look(b)
		}
		for _, b := range anywhere {
			look(b)
		}
		anywhere = slices.DeleteFunc(anywhere, func(b int32) bool { return len(pending[b]) == 0 })
	}
	if looks > maxLooks {
		return nil // nobody knows whether they hold
	}
	for b, lines := range pending {
		lines = slices.DeleteFunc(lines, func(i int) bool { return candidates[i].by.File >= 0 })
		if pending[b] = lines; len(lines) == 0 {
			delete(pending, b)
		}
	}
	return pending
}

// blocksByContext sorts blocks by the contexts in which they may hold; those
// that may hold in any are returned apart.
func (t *loserTrack) blocksByContext(blocks []int32) (byContext map[int][]int32, anywhere []int32) {
	index := newContextIndex(t.v)
	byContext = map[int][]int32{}
	for _, b := range blocks {
		list, all := t.contextsOf(b, index)
		if all {
			anywhere = append(anywhere, b)
		}
		for _, x := range list {
			byContext[x] = append(byContext[x], b)
		}
	}
	return byContext, anywhere
}

// contextIndex finds contexts by their keys, and those of a server by the Match
// blocks that hold in them.
type contextIndex struct {
	byKey  map[string]int
	byHeld map[int32][]int
}

func newContextIndex(v *view) *contextIndex {
	index := &contextIndex{byKey: map[string]int{}, byHeld: map[int32][]int{}}
	for i := range v.contexts {
		x := &v.contexts[i]
		if v.Dialect.Side == keyword.Client {
			index.byKey[x.Key()] = i
			continue
		}
		for _, b := range x.Held() {
			index.byHeld[b] = append(index.byHeld[b], i)
		}
	}
	return index
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

// contextsOf lists the contexts in which a block may hold: those that its Host
// line names, on a server those made of it. all is true where it may be any.
func (t *loserTrack) contextsOf(block int32, index *contextIndex) (list []int, all bool) {
	c := t.v.Config
	for b := block; b >= 0; b = c.Blocks[b].Parent {
		if held := index.byHeld[b]; held != nil {
			return held, false
		}
		if c.Blocks[b].Kind != syntax.Host || c.Unconditional(b) {
			continue
		}
		for text := range c.Patterns(b) {
			if i, ok := index.byKey[text]; ok && !strings.HasPrefix(text, "!") {
				list = append(list, i)
			}
		}
		return list, false
	}
	return nil, true
}

// beaten reports whether another line than ref wins in the context that was
// resolved last, in which the block of ref holds.
func (t *loserTrack) beaten(id keyword.ID, ref resolve.Ref) (by resolve.Ref, ok bool) {
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
	if winner == loser {
		return true
	}
	singles := false // most winners have none of these
	for text := range c.Patterns(winner) {
		singles = singles || strings.Contains(text, "?")
	}
	if !singles {
		return true
	}
	beaten, literal := map[string]bool{}, true
	for text := range c.Patterns(loser) {
		beaten[text] = true
		literal = literal && pattern.IsLiteral(text)
	}
	for text := range c.Patterns(winner) {
		if strings.Contains(text, "?") && !beaten[text] && (len(beaten) == 0 || !literal) {
			return false
		}
	}
	return true
}

// maxUndecided bounds how many combinations of a host with an undecided block
// are looked at.
const maxUndecided = 1 << 14

// maxUndecidedTries bounds the blocks that are tried for them; each costs about as
// much as 64 more.
const (
	maxUndecidedTries = 1 << 23
	triesEach         = 64
)

// lookInUndecided looks at lines in blocks that cannot be decided offline: for
// each host with its block.
func (t *loserTrack) lookInUndecided(candidates []lost, pending map[int32][]int) {
	combined := int64(len(pending)) * int64(t.base)
	if t.v.Dialect.Side == keyword.Server || combined > maxUndecided || combined*(triesEach+t.v.Config.Tries()) > maxUndecidedTries {
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
