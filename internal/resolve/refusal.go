package resolve

import (
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/syntax"
)

// Refusal returns the problems for which OpenSSH refuses to go on for this
// query, up to where it stops reading: at a fatal problem, or at the end of
// the first file that has any. It is empty where the files are accepted.
func (r *Result) Refusal() []*Problem {
	c := r.c
	var out []*Problem
	counts := map[int32]bool{}
	for _, at := range c.reading {
		if at < 0 {
			if counts[-1-at] {
				return out
			}
			continue
		}
		p := &c.Problems[at]
		if p.Uncertain || p.Kind == UnknownKeyword && r.Ignored(p) || p.emptyHost > 1 && r.stopsBefore(p) {
			continue
		}
		out = append(out, p)
		counts[p.visit] = true
		if p.Fatal {
			return out
		}
	}
	return out
}

// stopsBefore reports whether ssh never comes to the empty pattern of a Host
// line: it reads no further where the block cannot hold anyway, and behind a
// negated pattern that matches (readconf.c, oHost).
func (r *Result) stopsBefore(p *Problem) bool {
	if r.stateWhileReading(r.c.Blocks[p.Block].Parent) == No {
		return true
	}
	args, _ := p.File.Args(p.File.Line(p.Line), nil)
	for _, host := range append([]string{r.q.Host}, r.hosts...) {
		if !negatedBefore(args[:p.emptyHost-1], host) {
			return false
		}
	}
	return true
}

func negatedBefore(args []syntax.Arg, host string) bool {
	for _, a := range args {
		if rest, negated := strings.CutPrefix(a.Text, "!"); negated && pattern.Match(host, rest) {
			return true
		}
	}
	return false
}

// Ignored reports whether an IgnoreUnknown that stands before the line and
// holds for this query excuses an unknown keyword. The first one that holds
// is the only one that counts (readconf.c, parse_token).
func (r *Result) Ignored(p *Problem) bool {
	c := r.c
	if c.Dialect.Side == keyword.Server {
		return false
	}
	for i, o := range r.q.Options {
		if keyword.ByID(keyword.Client, o.Key).Lower == "ignoreunknown" {
			return r.matchesIgnored(Ref{File: -1, Line: int32(i)}, p)
		}
	}
	i := r.ignoring
	if i < 0 {
		return false
	}
	if c.ignoredOrder[i] > p.order {
		return false
	}
	return r.matchesIgnored(c.ignored[i], p)
}

// Ignoring is the IgnoreUnknown line that holds for this query, if one of the files
// does.
func (r *Result) Ignoring() (line Ref, ok bool) {
	if r.ignoring < 0 {
		return Ref{}, false
	}
	return r.c.ignored[r.ignoring], true
}

// noteIgnored finds the IgnoreUnknown line that holds in the first pass: errors
// end the reading before there is a second one.
func (r *Result) noteIgnored() {
	r.ignoring = -1
	if len(r.c.Problems) == 0 {
		return // there is nothing to excuse
	}
	for i, ref := range r.c.ignored {
		if r.stateWhileReading(ref.Block) == Yes {
			r.ignoring = i
			return
		}
	}
}

// stateWhileReading is the state of a block as far as the rest of a file goes
// that is refused anyway: a Match line that cannot be read opens no block, so
// that what held before it still does.
func (r *Result) stateWhileReading(id int32) State {
	c := r.c
	for len(c.Problems) > 0 && id >= 0 {
		b := &c.Blocks[id]
		switch {
		case b.Kind == syntax.Match && len(b.cond.Criteria) == 0:
			for id--; c.Blocks[id].File != b.File || c.Blocks[id].Parent != b.Parent; {
				id--
			}
		case b.Kind == syntax.Head && b.Parent >= 0:
			id = b.Parent
		default:
			return r.blockState(id)
		}
	}
	return r.blockState(id)
}

func (r *Result) matchesIgnored(ref Ref, p *Problem) bool {
	if r.ignoredSet == nil || r.ignoredRef != ref || ref.File < 0 { // many lines are asked about one
		r.ignoredSet, r.ignoredRef = pattern.NewSet(pattern.Lower(r.firstArg(ref)), false), ref
	}
	return r.ignoredSet.Match(pattern.Lower(p.Word)) == 1
}
