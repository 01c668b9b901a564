package rules

import (
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
)

// lost is a line that holds somewhere and wins nowhere.
type lost struct {
	ref resolve.Ref
	by  resolve.Ref // the line that beats it in the first context it holds in
}

// loserTrack finds the keep-alive lines that never win. It notes the winners
// of every context, and looks again only at those lines that are none.
type loserTrack struct {
	v   *view
	ids []keyword.ID
	won map[linePlace]bool
}

func newLoserTrack(v *view) *loserTrack {
	t := &loserTrack{v: v, won: map[linePlace]bool{}}
	for _, name := range []string{v.interval, v.count, "tcpkeepalive"} {
		lines := 0
		v.Config.Settings(name, func(resolve.Ref) { lines++ })
		if lines > 1 { // one line alone is beaten by nothing
			t.ids = append(t.ids, keyword.Find(v.Dialect.Side, []byte(name)).ID)
		}
	}
	return t
}

// see notes the winners of a context.
func (t *loserTrack) see(r *resolve.Result) {
	for _, id := range t.ids {
		if ref, ok := r.WinnerID(id); ok {
			t.won[line{ref, true}.place()] = true
		}
	}
}

// maxLooks bounds how many contexts are looked at for lines that stand in no
// Host block; there are few such lines in real files.
const maxLooks = 1 << 20

// lost lists the lines that hold in some context and win in none.
func (t *loserTrack) lost() []lost {
	var out []lost
	looks := 0
	var byKey map[string]int
	var r resolve.Result
	for _, id := range t.ids {
		name := keyword.ByID(t.v.Dialect.Side, id).Lower
		t.v.Config.Settings(name, func(ref resolve.Ref) {
			if t.won[line{ref, true}.place()] || looks > maxLooks {
				return
			}
			if byKey == nil {
				byKey = t.contextsByKey()
			}
			for _, x := range t.contextsOf(ref, byKey) {
				looks++
				if by, ok := t.beaten(&r, x, id, ref); ok {
					out = append(out, lost{ref, by})
					return
				}
			}
		})
	}
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
func (t *loserTrack) beaten(r *resolve.Result, context int, id keyword.ID, ref resolve.Ref) (by resolve.Ref, ok bool) {
	q := t.v.contexts[context].Query()
	t.v.Config.Eval(&q, r)
	if !r.Holds(ref.Block) {
		return by, false
	}
	by, ok = r.WinnerID(id)
	return by, ok && by != ref
}
