package probe

import (
	"context"
	"time"
)

// WatchOptions say how a session is watched.
type WatchOptions struct {
	Host    string
	SSHArgs []string
	Every   time.Duration // between two questions
	Stall   time.Duration // an echo that takes longer is a stall
	// Patience is after how long without an echo a session that is stopped counts
	// as dead.
	Patience time.Duration
}

// Moment is one thing that happened to a watched session.
type Moment struct {
	At   time.Time
	Kind Kind
	// RoundTrip is how long the echo took, for Stalled how long it is waited
	// for so far.
	RoundTrip time.Duration
	How       How    // of Ended
	Said      string // of Ended, by ssh
}

// Kind is what happened.
type Kind string

const (
	Echo    Kind = "echo"
	Stalled Kind = "stall"  // said again each time that as much has passed
	Resumed Kind = "resume" // the echo of a stall has come
	Ended   Kind = "end"    // the session is dead
)

// Watched is what watching a session has shown.
type Watched struct {
	Settings       Settings
	Server, Client string
	Echoes, Stalls int
	Least, Most    time.Duration // round trips
	Sum            time.Duration
	Dead           *Moment // nil: it lived to the end
}

// Watch keeps one session with the configured keep-alive and asks it for an echo
// again and again, until env.Stop or its death. An error says that it never came
// about. It finds stalls and deaths, not the patience of the path with silence:
// what it sends keeps the path awake.
func Watch(ctx context.Context, env Env, o WatchOptions, tell func(Moment)) (*Watched, error) {
	ctx, cancel := context.WithCancel(ctx)
	r := newRun(ctx, env, Options{Host: o.Host, SSHArgs: o.SSHArgs})
	defer r.wait()
	defer cancel()
	var err error
	out := &Watched{}
	if r.res.Settings, err = r.settings(); err != nil {
		return out, err
	}
	s, err := r.firstSession(Configured)
	if err != nil {
		return out, err
	}
	defer r.drop(s)
	out.Settings, out.Server, out.Client = r.res.Settings, r.res.Server, r.res.Client
	w := watcher{run: r, s: s, o: o, out: out, tell: tell}
	for w.once() {
		r.sleep(o.Every)
	}
	return out, nil
}

type watcher struct {
	*run
	s    *session
	o    WatchOptions
	out  *Watched
	tell func(Moment)
}

// once asks for one echo and reports whether to go on.
func (w *watcher) once() bool {
	if w.stopped() {
		return false
	}
	asked := w.env.Now()
	stall := time.NewTicker(w.o.Stall)
	defer stall.Stop()
	echo, stalled := w.s.ask(), false
	for {
		select {
		case <-echo:
			w.echo(w.since(asked), stalled)
			return true
		case <-w.s.ended:
			w.end(w.since(asked))
			return false
		case <-stall.C:
			if !stalled {
				w.out.Stalls++
			}
			stalled = true
			w.tell(Moment{At: w.env.Now(), Kind: Stalled, RoundTrip: w.since(asked)})
		case <-w.env.Stop:
			w.stop(w.since(asked))
			return false
		case <-w.ctx.Done():
			return false
		}
	}
}

func (w *watcher) echo(took time.Duration, stalled bool) {
	o := w.out
	if o.Echoes == 0 || took < o.Least {
		o.Least = took
	}
	o.Echoes, o.Sum, o.Most = o.Echoes+1, o.Sum+took, max(o.Most, took)
	kind := Echo
	if stalled {
		kind = Resumed
	}
	w.tell(Moment{At: w.env.Now(), Kind: kind, RoundTrip: took})
}

// stop judges a session that is waited for: nobody knows whether an echo would
// come yet, but one for which a probe would not wait as long is called dead.
func (w *watcher) stop(waited time.Duration) {
	if waited < w.o.Patience {
		return
	}
	m := Moment{At: w.env.Now(), Kind: Ended, How: SilentDrop}
	w.out.Dead = &m
	w.tell(m)
}

func (w *watcher) end(after time.Duration) {
	m := Moment{At: w.env.Now(), Kind: Ended}
	m.How, _, m.Said = death(w.s.log.story(), after)
	w.out.Dead = &m
	w.tell(m)
}
