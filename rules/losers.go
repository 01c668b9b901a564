package rules

import (
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
)

// lost is a line that holds somewhere and wins nowhere.
type lost struct {
	ref resolve.Ref
	by  resolve.Ref // the line that beats it in the first context it holds in
}

// loserTrack watches, over all contexts, the keep-alive lines that have a
// rival at all.
type loserTrack struct {
	v     *view
	lines []tracked
}

type tracked struct {
	id      keyword.ID
	ref     resolve.Ref
	held    bool
	won     bool
	by      resolve.Ref
	unsetOf bool
}

// newLoserTrack lists the lines to watch: with one line of a keyword only,
// nothing can be beaten.
func newLoserTrack(v *view) *loserTrack {
	t := &loserTrack{v: v}
	for _, name := range []string{v.interval, v.count, "tcpkeepalive"} {
		from := len(t.lines)
		k := keyword.Find(v.Dialect.Side, []byte(name))
		v.Config.Settings(name, func(ref resolve.Ref) {
			t.lines = append(t.lines, tracked{id: k.ID, ref: ref})
		})
		if len(t.lines)-from < 2 {
			t.lines = t.lines[:from]
		}
	}
	if len(t.lines) > maxTracked {
		t.lines = nil
	}
	return t
}

// maxTracked bounds the work of a file with very many keep-alive lines: each
// is looked at for each context.
const maxTracked = 2000

func (t *loserTrack) see(r *resolve.Result) {
	for i := range t.lines {
		l := &t.lines[i]
		if l.won || !r.Holds(l.ref.Block) {
			continue
		}
		ref, ok := r.WinnerID(l.id)
		switch {
		case ok && ref == l.ref:
			l.won = true
		case !l.held:
			l.held = true
			l.by, l.unsetOf = ref, !ok
		}
	}
}

func (t *loserTrack) lost() []lost {
	var out []lost
	for _, l := range t.lines {
		if l.held && !l.won && !l.unsetOf {
			out = append(out, lost{l.ref, l.by})
		}
	}
	return out
}
