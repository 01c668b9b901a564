package logs

import (
	"cmp"
	"slices"
	"time"
)

type groupKey struct {
	source               Source
	server, user, client string
}

// wanted reports whether a time is within what the user asks for.
func (a *Analysis) wanted(t time.Time) bool {
	if a.o.Since.IsZero() && a.o.Until.IsZero() {
		return true
	}
	return !t.IsZero() && !t.Before(a.o.Since) && (a.o.Until.IsZero() || t.Before(a.o.Until))
}

// apart counts an end that is no death by silence.
func (a *Analysis) apart(rec *record, what Apart) {
	if a.wanted(rec.time) {
		a.res.Apart[what]++
	}
}

// befallsUse reports whether a kind also ends connections that are in use. The
// others are about silence by themselves.
func befallsUse(k Kind) bool { return k == Reset || k == BrokenPipe }

// count adds a death to the result.
func (a *Analysis) count(d *Death) {
	if !a.wanted(d.Time) {
		return
	}
	if befallsUse(d.Kind) && d.Silence >= 0 && d.Silence < Brief && d.Bound != AtLeast {
		a.res.Apart[InUse]++
		return
	}
	r := &a.res
	r.Deaths++
	r.ByKind[d.Kind]++
	if r.Example[d.Kind] == nil {
		r.Example[d.Kind] = d
	}
	r.First, r.Last = earlier(r.First, d.Time), later(r.Last, d.Time)
	a.countSilence(d)
	key := groupKey{d.Source, d.Server, d.User, d.Client}
	g := a.groups[key]
	if g == nil {
		if len(a.groups) >= maxGroups {
			r.Others++
			return
		}
		g = &Group{Source: d.Source, Server: d.Server, User: d.User, Client: d.Client, ByKind: map[Kind]int64{}, MinLength: -1, MaxLength: -1}
		a.groups[key] = g
	}
	g.add(d)
}

func (g *Group) add(d *Death) {
	g.Count++
	g.ByKind[d.Kind]++
	g.First, g.Last = earlier(g.First, d.Time), later(g.Last, d.Time)
	if d.Length >= 0 {
		if g.Timed == 0 || d.Length < g.MinLength {
			g.MinLength = d.Length
		}
		g.MaxLength = max(g.MaxLength, d.Length)
		g.Timed++
	}
	if d.Silence >= 0 {
		g.Silent++
		g.Shortest = shorter(g.Shortest, d)
		if g.Longest == nil || d.Silence > g.Longest.Silence {
			g.Longest = d
		}
	}
}

func (a *Analysis) countSilence(d *Death) {
	if d.Silence < 0 {
		return
	}
	r := &a.res
	r.Silent++
	switch {
	case d.Bound == AtLeast:
		r.Least = shorter(r.Least, d)
	case d.Kind == ServerGaveUp || d.Kind == ClosedStream:
		r.Patience, r.Shortest = shorter(r.Patience, d), shorter(r.Shortest, d)
	case d.Kind == ClientGaveUp:
		r.Shortest = shorter(r.Shortest, d)
	default:
		r.Path, r.Shortest = shorter(r.Path, d), shorter(r.Shortest, d)
	}
	for i, end := range bucketEnds {
		if d.Silence < end || end == 0 {
			a.buckets[i]++
			break
		}
	}
}

func shorter(a, b *Death) *Death {
	if a == nil || b.Silence < a.Silence {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Result returns what was found. The analysis may go on afterwards.
func (a *Analysis) Result() *Result {
	r := a.res
	r.Forgotten = a.sessions.forgotten
	r.Groups = r.Groups[:0:0]
	for _, g := range a.groups {
		r.Groups = append(r.Groups, g)
	}
	slices.SortFunc(r.Groups, func(x, y *Group) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Server, y.Server), cmp.Compare(x.User, y.User), cmp.Compare(x.Client, y.Client), cmp.Compare(x.Source, y.Source))
	})
	r.Histogram = nil
	for i, end := range bucketEnds {
		r.Histogram = append(r.Histogram, Bucket{end, a.buckets[i]})
	}
	return &r
}
