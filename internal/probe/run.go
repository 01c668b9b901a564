package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// run is one probe.
type run struct {
	ctx context.Context
	env Env
	o   Options

	group    sync.WaitGroup // all that runs besides
	slots    chan struct{}  // one for each session
	starting chan struct{}  // one for each that has not logged in
	ask      bool           // ssh has to ask at each connection

	mu  sync.Mutex
	res *Result
}

func newRun(ctx context.Context, env Env, o Options) *run {
	return &run{
		ctx: ctx, env: env, o: o, res: &Result{},
		slots: make(chan struct{}, MaxConnections), starting: make(chan struct{}, maxStarting),
	}
}

func (r *run) wait() { r.group.Wait() }

func (r *run) since(t time.Time) time.Duration { return r.env.Now().Sub(t) }

func (r *run) stopped() bool {
	select {
	case <-r.env.Stop:
		return true
	case <-r.ctx.Done():
		return true
	default:
		return false
	}
}

// sleep waits, unless the run is stopped.
func (r *run) sleep(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.env.Stop:
	case <-r.ctx.Done():
	}
}

func contextAfter(ctx context.Context, f func()) (stop func() bool) { return context.AfterFunc(ctx, f) }

// add keeps a sample and tells about it.
func (r *run) add(s Sample) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.res.Samples = append(r.res.Samples, s)
	r.res.Stopped = r.res.Stopped || r.stopped()
	if r.env.Sampled != nil {
		r.env.Sampled(s)
	}
}

func (r *run) off() []Sample {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.res.with(Off)
}

// firstSession tells whether the host can be probed at all, and whether somebody
// has to answer questions.
func (r *run) firstSession(setup Setup) (*session, error) {
	s, err := r.connect(setup, false)
	var start *StartError
	if errors.As(err, &start) && r.env.MayAsk && (start.Reason == HostKeyUnknown || start.Reason == Authentication) {
		if r.env.Asking != nil {
			r.env.Asking(string(start.Reason))
		}
		// A host key is asked for once; who gets in by a question is asked again.
		r.ask = start.Reason == Authentication
		s, err = r.connect(setup, true)
		if r.ask {
			r.starting = make(chan struct{}, 1)
		}
	}
	if err != nil {
		if r.stopped() {
			return nil, errStopped
		}
		return nil, err
	}
	r.res.Asked = r.ask
	r.res.Server, r.res.Client = s.log.versions()
	return s, nil
}

// How long the first echo may take: the connect, and what follows.
const (
	loginPatience = 30 * time.Second
	askPatience   = 3 * time.Minute // LoginGraceTime is two by default
)

// connect opens a session and sees an echo. It waits for its turn.
func (r *run) connect(setup Setup, ask bool) (*session, error) {
	for _, turn := range []chan struct{}{r.slots, r.starting} {
		select {
		case turn <- struct{}{}:
		case <-r.ctx.Done():
			return nil, r.ctx.Err()
		}
	}
	s, err := r.login(setup, ask)
	<-r.starting
	if err != nil {
		<-r.slots
	}
	return s, err
}

func (r *run) login(setup Setup, ask bool) (*session, error) {
	s, err := r.newSession(setup, ask)
	if err != nil {
		return nil, fmt.Errorf("cannot run ssh: %w", err)
	}
	patience := max(r.res.Settings.connectTimeout, defaultConnectTimeout) + loginPatience
	if ask {
		patience = askPatience
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	ended := false
	select {
	case <-s.ask():
		s.p.Back()
		s.log.forget()
		s.begun = r.env.Now()
		return s, nil
	case <-s.ended:
		ended = true
	case <-timer.C:
	case <-r.env.Stop:
	case <-r.ctx.Done():
	}
	s.p.Kill()
	s.p.Back()
	<-s.ended
	// An ssh that asks has the terminal, and Ctrl-C is for it alone.
	if r.stopped() || ask && ended && s.exit == bySignal {
		return nil, errStopped
	}
	return nil, startError(r.o.Host, r.res.Settings.Jump, s.log.story(), ended, s.exit, patience)
}

// drop ends a session and waits for its end, so that no more than the allowed
// number is ever open.
func (r *run) drop(s *session) {
	s.p.Kill()
	<-s.ended
	<-r.slots
}

// round tries silences at the same time, the longest first, as it takes longest.
// Once one has died, those longer are given up: they would tell nothing new. The
// error is that of a session that did not come about.
func (r *run) round(setup Setup, silences []time.Duration) error {
	enough := make([]chan struct{}, len(silences))
	results := make(chan int, len(silences))
	samples := make([]Sample, len(silences))
	var failed error
	var once sync.Mutex
	for i := range enough {
		enough[i] = make(chan struct{})
	}
	for i, silence := range slices.Backward(silences) {
		r.group.Add(1)
		go func() {
			defer r.group.Done()
			defer func() { results <- i }()
			s, err := r.connect(setup, r.ask)
			if err != nil && r.stopped() {
				return // nothing is known of a session that was not begun
			}
			if err != nil {
				once.Lock()
				defer once.Unlock()
				failed = err
				samples[i] = Sample{Setup: setup, Planned: silence, Outcome: NotStarted, Said: err.Error()}
				return
			}
			samples[i] = r.untilGivenUp(s, setup, silence, enough[i])
		}()
		r.sleep(stagger)
	}
	for range silences {
		i := <-results
		if samples[i].Outcome == "" {
			continue // given up, or stopped before its login
		}
		r.add(samples[i])
		if samples[i].Outcome == Died {
			for j := i + 1; j < len(silences); j++ {
				closeOnce(enough[j])
			}
		}
	}
	if r.stopped() {
		return nil
	}
	return failed
}

// stagger is the time between two starts.
const stagger = 50 * time.Millisecond

func closeOnce(c chan struct{}) {
	select {
	case <-c:
	default:
		close(c)
	}
}

// untilGivenUp is silence, but for sessions that are not needed any more, which
// give an empty sample.
func (r *run) untilGivenUp(s *session, setup Setup, silence time.Duration, enough <-chan struct{}) Sample {
	done := make(chan Sample, 1)
	r.group.Add(1)
	go func() {
		defer r.group.Done()
		done <- r.silence(s, setup, silence, nil)
	}()
	select {
	case sample := <-done:
		return sample
	case <-enough:
	}
	s.p.Kill()
	<-done
	return Sample{}
}

// silence lets a session be silent, asks it whether it is still there, and ends
// it. The silence ends early once enough is closed or the run is stopped.
func (r *run) silence(s *session, setup Setup, planned time.Duration, enough <-chan struct{}) Sample {
	defer r.drop(s)
	out := Sample{Setup: setup, Planned: planned}
	patience := r.o.Patience
	timer := time.NewTimer(planned - r.since(s.begun))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-enough:
	case <-r.env.Stop:
		patience = min(patience, stopPatience)
	case <-s.ended:
		out.Silence, out.InSilence = r.since(s.begun), true
		r.dead(&out, s, 0)
		return out
	case <-r.ctx.Done():
		out.Silence, out.Outcome = r.since(s.begun), Unknown
		return out
	}
	out.Silence = r.since(s.begun)
	out.ServerProbes = s.log.probesSince(s.begun, out.Silence)
	if r.slept(s.begun) {
		out.Outcome = Slept
		return out
	}
	r.judgeEcho(&out, s, patience)
	return out
}

// stopPatience is how long sessions are asked once somebody wants the result.
const stopPatience = 3 * time.Second

// judgeEcho asks a session that was silent.
func (r *run) judgeEcho(out *Sample, s *session, patience time.Duration) {
	asked := r.env.Now()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-s.ask():
		out.Outcome = Survived
	case <-s.ended:
		r.dead(out, s, r.since(asked))
	case <-r.ctx.Done():
		out.Outcome = Unknown
	case <-timer.C:
		out.Outcome, out.How = Died, SilentDrop
		if patience < r.o.Patience {
			out.Outcome, out.How = Unknown, ""
		}
	}
	out.Answer = r.since(asked)
}

// dead judges a session whose ssh has ended.
func (r *run) dead(out *Sample, s *session, after time.Duration) {
	story := s.log.story()
	out.ServerProbes = s.log.probesSince(s.begun, out.Silence)
	if r.ctx.Err() != nil || story.aborted() {
		out.Outcome = Unknown
		return
	}
	out.Outcome = Died
	out.How, out.Channel, out.Said = death(story, after)
	if r.slept(s.begun) {
		out.Outcome = Slept
	}
}

// slept reports whether the machine was suspended: the clock on the wall went on
// and the one that times are measured with did not, or a silence took much
// longer than it should.
func (r *run) slept(begun time.Time) bool {
	now := r.env.Now()
	return now.Round(0).Sub(begun.Round(0))-now.Sub(begun) > sleepMargin
}

// sleepMargin is more than a clock is set right by at a time.
const sleepMargin = 5 * time.Second
