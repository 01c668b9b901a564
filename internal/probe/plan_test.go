package probe

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestPlan plays paths of all kinds: the silence that kills is found within the
// resolution, in few rounds.
func TestPlan(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	most, worst := 0, time.Duration(0)
	for range 3000 {
		o := Options{Max: time.Duration(1+r.IntN(3600)) * time.Second}
		o.Resolution = max(time.Second, o.Max/time.Duration(1+r.IntN(100)))
		forget := time.Duration(r.Int64N(int64(o.Max * 5 / 4)))
		hangsUp := r.IntN(3) == 0
		rounds, silent, samples := play(t, o, forget, hangsUp)
		lo, death, unsteady := bounds(samples)
		switch {
		case len(unsteady) > 0 || lo > forget:
			t.Fatalf("%+v, forgets after %v: survived %v, unsteady %v", o, forget, lo, unsteady)
		case death == nil && forget < o.Max:
			t.Fatalf("%+v, forgets after %v: no death", o, forget)
		case death != nil && (death.Silence < forget || death.Silence-lo > o.Resolution+slack(o.Resolution)):
			t.Fatalf("%+v, forgets after %v: survived %v, died after %v", o, forget, lo, death.Silence)
		case death != nil && deaths(samples, lo) < 2:
			t.Fatalf("%+v, forgets after %v: nothing confirms the death", o, forget)
		}
		most, worst = max(most, rounds), max(worst, silent*10/o.Max)
	}
	t.Logf("at most %d rounds, %.1f times the longest silence", most, float64(worst)/10)
	if most > 6 {
		t.Errorf("%d rounds", most)
	}
}

// play is a path that forgets; the longer sessions of a round end with the first
// death.
func play(t *testing.T, o Options, forget time.Duration, hangsUp bool) (rounds int, silent time.Duration, samples []Sample) {
	t.Helper()
	for ; rounds < maxRounds; rounds++ {
		next := plan(samples, o)
		if len(next) == 0 {
			return rounds, silent, samples
		}
		if len(next) > perRound {
			t.Fatalf("%d sessions in a round: %v", len(next), next)
		}
		for i, s := range next {
			if s <= 0 || i > 0 && s <= next[i-1] {
				t.Fatalf("%+v: a round of %v", o, next)
			}
			silent += s * time.Duration((i+1)/len(next))
			if s < forget {
				samples = append(samples, Sample{Setup: Off, Silence: s, Outcome: Survived})
				continue
			}
			if hangsUp {
				s = forget
			}
			samples = append(samples, Sample{Setup: Off, Silence: s, Outcome: Died, InSilence: hangsUp})
			break
		}
	}
	t.Fatalf("%+v, forgets after %v: no end after %d rounds", o, forget, rounds)
	return
}

// TestPlanAccident: a session that dies for another reason does not stop the
// search, and is told apart.
func TestPlanAccident(t *testing.T) {
	o := Options{Max: 10 * time.Minute, Resolution: 15 * time.Second}
	samples := []Sample{
		{Silence: 30 * time.Second, Outcome: Survived}, {Silence: time.Minute, Outcome: Died},
	}
	next := plan(samples, o)
	if len(next) == 0 || next[len(next)-1] != time.Minute {
		t.Fatalf("the death is not tried again: %v", next)
	}
	for _, s := range next {
		samples = append(samples, Sample{Silence: s, Outcome: Survived})
	}
	if next = plan(samples, o); len(next) == 0 || next[len(next)-1] != o.Max || next[0] <= time.Minute {
		t.Fatalf("the search does not go on above the accident: %v", next)
	}
	if _, death, unsteady := bounds(samples); death != nil || len(unsteady) != 1 {
		t.Errorf("death %v, unsteady %v", death, unsteady)
	}
}

func TestDefaultLadder(t *testing.T) {
	got := ladder(0, Options{Max: 10 * time.Minute, Resolution: 15 * time.Second})
	want := []int{30, 60, 120, 180, 240, 360, 480, 600}
	if len(got) != len(want) {
		t.Fatal(got)
	}
	for i := range want {
		if got[i] != time.Duration(want[i])*time.Second {
			t.Fatal(got)
		}
	}
}
