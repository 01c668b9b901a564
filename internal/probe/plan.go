package probe

import (
	"cmp"
	"slices"
	"time"
)

// plan says which silences to try next, shortest first; none: all is known that
// the options ask for.
func plan(samples []Sample, o Options) []time.Duration {
	lo, death, _ := bounds(samples)
	switch {
	case death == nil && lo >= o.Max:
		return nil
	case death == nil:
		return ladder(lo, o)
	}
	between := section(lo, death.Silence, o.Resolution)
	if deaths(samples, lo) < 2 {
		// One death may be an accident.
		between = append(between, death.again(o.Resolution))
	}
	return between
}

// again is the silence that should kill once more. One that ended by itself
// needs a little longer.
func (s *Sample) again(resolution time.Duration) time.Duration {
	if s.InSilence {
		return s.Silence + resolution
	}
	return s.Silence
}

// bounds are the longest silence that survived, the death of the shortest above
// that, and the deaths below it, which silence does not explain.
func bounds(samples []Sample) (survived time.Duration, death *Sample, unsteady []Sample) {
	for _, s := range samples {
		if s.Outcome == Survived {
			survived = max(survived, s.Silence)
		}
	}
	for i, s := range samples {
		switch {
		case s.Outcome != Died:
		case s.Silence <= survived:
			unsteady = append(unsteady, s)
		case death == nil || s.Silence < death.Silence:
			death = &samples[i]
		}
	}
	return survived, death, unsteady
}

// deaths counts the sessions that died of more than that silence.
func deaths(samples []Sample, silence time.Duration) int {
	n := 0
	for _, s := range samples {
		if s.Outcome == Died && s.Silence > silence {
			n++
		}
	}
	return n
}

// slack is by how much two silences may be further apart than the resolution:
// timers are late on a busy machine, and another round would gain nothing.
func slack(resolution time.Duration) time.Duration { return resolution / 5 }

// section divides what lies between two silences so that a round of sessions
// leaves a gap of the resolution, or as small a one as a round can.
func section(lo, hi, resolution time.Duration) []time.Duration {
	gap := hi - lo
	if gap <= resolution+slack(resolution) {
		return nil
	}
	parts := min(int((gap+resolution-1)/resolution), perRound)
	var out []time.Duration
	for i := 1; i < parts; i++ {
		out = append(out, lo+gap*time.Duration(i)/time.Duration(parts))
	}
	return out
}

// shortest is the silence that a ladder starts with: 30 s for 10 min.
const shortest = 30 * time.Second

// ladder are silences above lo up to the maximum, each about twice the one
// before; then the widest gaps are halved while there are sessions left.
func ladder(lo time.Duration, o Options) []time.Duration {
	first := min(shortest, o.Max/20)
	first = max(first.Round(time.Second), time.Second, o.Resolution/2)
	if lo > 0 {
		first = lo + max(first, o.Resolution)
	}
	var out []time.Duration
	for s := first; s < o.Max; s *= 2 {
		out = append(out, s)
	}
	if n := perRound - 1; len(out) > n {
		out = out[len(out)-n:]
	}
	out = append(out, o.Max)
	for len(out) < perRound {
		i, gap := widest(out)
		if gap <= 2*o.Resolution {
			break
		}
		out = slices.Insert(out, i, out[i]-gap/2)
	}
	return out
}

// widest is the widest gap between two of the silences, and the place behind it.
func widest(silences []time.Duration) (place int, gap time.Duration) {
	for i := 1; i < len(silences); i++ {
		if g := silences[i] - silences[i-1]; g > gap {
			place, gap = i, g
		}
	}
	return place, gap
}

// quickSilences are those of a quick probe: the longest counts, the others tell
// how far it came if that one dies.
func quickSilences(o Options) []time.Duration {
	out := []time.Duration{o.Max / 4, o.Max / 2, o.Max * 3 / 4, o.Max}
	return slices.DeleteFunc(out, func(d time.Duration) bool { return d < time.Second && d != o.Max })
}

// judge makes of the samples what they say.
func (r *run) judge() {
	r.mu.Lock()
	defer r.mu.Unlock()
	off := r.res.with(Off)
	r.res.Survived, r.res.Death, r.res.Unsteady = bounds(off)
	r.res.Complete = len(off) > 0 && len(plan(off, r.o)) == 0
	r.res.Configured = configured(r.res.with(Configured))
}

func (r *Result) with(setup Setup) []Sample {
	var out []Sample
	for _, s := range r.Samples {
		if s.Setup == setup {
			out = append(out, s)
		}
	}
	return out
}

// configured is the one sample that tells whether the keep-alive survives: the
// shortest silence that died, else the longest that survived.
func configured(samples []Sample) *Sample {
	var best *Sample
	for i := range samples {
		s := &samples[i]
		if s.Outcome != Died && s.Outcome != Survived {
			continue
		}
		if best == nil || better(s, best) < 0 {
			best = s
		}
	}
	return best
}

func better(a, b *Sample) int {
	rank := func(s *Sample) int {
		if s.Outcome == Died {
			return 0
		}
		return 1
	}
	if c := cmp.Compare(rank(a), rank(b)); c != 0 || rank(a) == 0 {
		return cmp.Or(c, cmp.Compare(a.Silence, b.Silence))
	}
	return cmp.Compare(b.Silence, a.Silence)
}
