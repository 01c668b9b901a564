package resolve

import (
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
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
		if p.Kind == UnknownKeyword && r.Ignored(p) {
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
			return c.matchesIgnored(r.q, Ref{File: -1, Line: int32(i)}, p)
		}
	}
	for i, ref := range c.ignored {
		if c.ignoredOrder[i] > p.order {
			return false
		}
		if r.blockState(ref.Block) == Yes {
			return c.matchesIgnored(r.q, ref, p)
		}
	}
	return false
}

func (c *Config) matchesIgnored(q *Query, ref Ref, p *Problem) bool {
	list := pattern.Lower(c.firstItem(q, ref))
	return pattern.MatchList(pattern.Lower(p.Word), list, false) == 1
}
