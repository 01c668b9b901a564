package rules

import (
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

// losses are the lines without effect, each with the one rule that reports it:
// shadowed-keepalive for keep-alive lines, else unreachable-block,
// host-star-first, include-wins or include-after-setting, shadowed-setting. The
// same value again is only duplicate-setting.
type losses struct {
	duplicate    []lost
	hostStar     []lost
	includeWins  []lost
	includeAfter []lost
	shadowed     []lost
	blocks       []deadBlock
	deadBlocks   map[int32]bool // see dead
}

// deadBlock is a block whose settings an earlier one for the same hosts beats.
type deadBlock struct {
	block int32
	by    resolve.Ref
}

func lossesOf(t *lint.Target) *losses {
	return lint.Memo(t, "losses", func() *losses {
		v := viewOf(t)
		s := &losses{blocks: v.deadBlocks(), deadBlocks: map[int32]bool{}}
		for _, b := range s.blocks {
			s.deadBlocks[b.block] = true
		}
		for _, l := range v.loses {
			if !overrides(t, l) {
				s.add(v, l)
			}
		}
		return s
	})
}

// add sorts a line to its rule.
func (s *losses) add(v *view, l lost) {
	same := v.sameValue(l)
	switch {
	case v.isPair(l.id):
		if same && l.ref.Block == l.by.Block {
			s.duplicate = append(s.duplicate, l)
		}
	case s.dead(v, l.ref.Block):
	case same && l.ref.Block == l.by.Block:
		s.duplicate = append(s.duplicate, l)
	case same: // said again elsewhere: it does no harm, and may be on purpose
	case v.starFirst(l):
		s.hostStar = append(s.hostStar, l)
	case v.broughtBy(l.by, l.ref):
		s.includeWins = append(s.includeWins, l)
	case v.broughtBy(l.ref, l.by):
		s.includeAfter = append(s.includeAfter, l)
	default:
		s.shadowed = append(s.shadowed, l)
	}
}

// dead reports whether a block is reported as a whole: then its lines are not. It is
// asked for each line, and block headers may be long.
func (s *losses) dead(v *view, block int32) bool {
	dead, known := s.deadBlocks[block]
	if !known {
		dead = v.neverHolds(block)
		s.deadBlocks[block] = dead
	}
	return dead
}

// starFirst reports whether what holds for all hosts beats what is meant for
// some.
func (v *view) starFirst(l lost) bool {
	return v.Dialect.Side == keyword.Client && v.forAll(l.by.Block) && !v.Config.Unconditional(l.ref.Block)
}

// forAll reports whether a block holds for everybody from the start: the head
// of a file, `Host *` or `Match all`, but not `Match final all`.
func (v *view) forAll(block int32) bool {
	if !v.Config.Unconditional(block) {
		return false
	}
	for b := block; b >= 0; b = v.Config.Blocks[b].Parent {
		cond := v.Config.Condition(b)
		if cond == nil {
			continue
		}
		for i := range cond.Criteria {
			if cond.Criteria[i].Name != "all" {
				return false
			}
		}
	}
	return true
}

// broughtBy reports whether a line of a server is one that an Include brings
// into the file of another line, both for everybody.
func (v *view) broughtBy(inner, outer resolve.Ref) bool {
	if v.Dialect.Side == keyword.Client || !v.forAll(inner.Block) || !v.forAll(outer.Block) {
		return false
	}
	file := v.Config.FileOf(outer)
	for b := v.Config.Blocks[inner.Block].Parent; b >= 0; b = v.Config.Blocks[b].Parent {
		if v.Config.Blocks[b].File == file && v.Config.FileOf(inner) != file {
			return true
		}
	}
	return false
}

// neverHolds reports whether a block or one around it can hold for nobody.
func (v *view) neverHolds(block int32) bool {
	for b := block; b >= 0; b = v.Config.Blocks[b].Parent {
		if why := whyNever(v.Config, b); why != "" {
			return true
		}
	}
	return false
}

// deadBlocks lists the blocks in which every line is beaten by an earlier block
// for the same hosts.
func (v *view) deadBlocks() []deadBlock {
	type twins struct{ winner, loser int32 }
	known := map[twins]bool{} // many lines lose to the same block
	isTwin := func(l lost) bool {
		key := twins{l.by.Block, l.ref.Block}
		is, again := known[key]
		if !again {
			is = v.beatenByTwin(l)
			known[key] = is
		}
		return is
	}
	beaten := map[int32][]lost{}
	var order []int32
	for _, l := range v.loses {
		if isTwin(l) && !overrides(v.Target, l) {
			if beaten[l.ref.Block] == nil {
				order = append(order, l.ref.Block)
			}
			beaten[l.ref.Block] = append(beaten[l.ref.Block], l)
		}
	}
	if len(order) == 0 {
		return nil
	}
	lines := map[int32]int{}
	v.Config.EachSetting(func(_ keyword.ID, ref resolve.Ref, _ bool) {
		if beaten[ref.Block] != nil {
			lines[ref.Block]++
		}
	})
	for i := range v.Config.Includes {
		lines[v.Config.Includes[i].Block]++ // what it brings is looked at by itself
	}
	for i := range v.Config.Problems {
		lines[v.Config.Problems[i].Block]++ // a line that is refused, or excused, is meant to set something
	}
	var out []deadBlock
	for _, b := range order {
		pairsOnly := !slices.ContainsFunc(beaten[b], func(l lost) bool { return !v.isPair(l.id) })
		if len(beaten[b]) == lines[b] && !pairsOnly {
			out = append(out, deadBlock{b, beaten[b][0].by})
		}
	}
	return out
}

// beatenByTwin reports whether the winner of a line stands in an earlier block
// that names the same hosts, or more, in so many words.
func (v *view) beatenByTwin(l lost) bool {
	a, b := &v.Config.Blocks[l.by.Block], &v.Config.Blocks[l.ref.Block]
	if l.by.Block == l.ref.Block || a.Kind == syntax.Head || a.Kind != b.Kind || v.Config.Unconditional(l.by.Block) {
		return false
	}
	if b.Kind == syntax.Match {
		winner, loser := v.Config.Condition(l.by.Block), v.Config.Condition(l.ref.Block)
		return slices.EqualFunc(winner.Criteria, loser.Criteria, func(x, y resolve.Criterion) bool {
			return x.Name == y.Name && x.Arg == y.Arg && x.Negate == y.Negate
		})
	}
	named := map[string]bool{}
	for text := range v.Config.Patterns(l.by.Block) {
		named[text] = true
	}
	any := false
	for text := range v.Config.Patterns(l.ref.Block) {
		if !strings.HasPrefix(text, "!") && !named[text] {
			return false
		}
		any = true
	}
	return any
}
