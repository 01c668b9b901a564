// Package probe finds out after how much silence the path to a host drops an SSH
// connection, and whether the configured keep-alive survives it. It connects for
// real, by the installed OpenSSH client, so that keys, jump hosts, agents and the
// configuration of the user do what they always do; it has no SSH of its own.
//
// A session runs `cat` on the far side. A few bytes are echoed, then both ends
// are silent for a while, then a few bytes are written again: their echo has to
// be back within a stated patience. Nothing is installed and nothing but the
// time of login is left behind there.
package probe

import (
	"cmp"
	"context"
	"errors"
	"time"
)

// The bounds that a probe keeps, whatever it is asked for.
const (
	// MaxConnections is how many sessions are open at a time.
	MaxConnections = 10
	// maxStarting is how many of them have not logged in yet: sshd refuses some
	// from the tenth on (MaxStartups 10:30:100, sshd_config(5)), and others log
	// in at the same time.
	maxStarting = 3
	// perRound is how many silences are tried at a time; one session more is
	// silent with the configured keep-alive.
	perRound  = 8
	maxRounds = 16
)

// Setup is which keep-alive a session has.
type Setup string

const (
	// Off: no keep-alive at our end, of SSH or of TCP.
	Off Setup = "off"
	// Configured: whatever the files and options say.
	Configured Setup = "configured"
)

// Outcome is what became of a session.
type Outcome string

const (
	Survived Outcome = "survived"
	Died     Outcome = "died"
	// Unknown: it was stopped before it could be told.
	Unknown Outcome = "unknown"
	// NotStarted: this one could not log in, while others could.
	NotStarted Outcome = "not-started"
	// Slept: this machine was suspended meanwhile, so that nothing was measured.
	Slept Outcome = "machine-slept"
)

// How is the way in which a session died.
type How string

const (
	// SilentDrop: what is sent is lost, and nobody says so.
	SilentDrop How = "silent-drop"
	// Reset: the connection was refused by somebody who no longer knows it.
	Reset How = "reset"
	// HungUp: the server, or something that speaks for it, ended the connection
	// or the session in an orderly way.
	HungUp How = "server-hung-up"
	// GaveUp: ssh itself did, as its probes were not answered.
	GaveUp How = "client-gave-up"
	// Other: ssh ended, and its messages do not tell why.
	Other How = "other"
)

// Options say what to measure.
type Options struct {
	Host string
	// SSHArgs are options of ssh (-F, -o, -p, -l) as the user gave them. Those
	// that the probe needs stand in front of them and win.
	SSHArgs    []string
	Max        time.Duration // the longest silence
	Resolution time.Duration // how far apart the silence that survives and the one that dies may be
	Patience   time.Duration // how long the echo may take after the silence
	// Quick leaves out the sessions without keep-alive, and Max is how long the
	// configured one has to survive.
	Quick bool
}

// Env is what a probe needs of the process.
type Env struct {
	Start func(args []string, foreground bool) (Process, error)
	// Program is the ssh that Start starts, for a jump host; "" is that of PATH.
	Program string
	Now     func() time.Time
	// MayAsk says that somebody is there who can answer what ssh asks.
	MayAsk bool
	// Stop, once closed, ends all silences at once: what is known so far is
	// the result. A context that ends does not even ask the sessions.
	Stop <-chan struct{}
	// Planned, Asking and Sampled are told what goes on; each may be nil. They
	// are never called at the same time.
	Planned func(silences []time.Duration)
	Asking  func(reason string)
	Sampled func(Sample)
}

func (e *Env) program() string { return cmp.Or(e.Program, "ssh") }

// Sample is one session and what became of it.
type Sample struct {
	Setup   Setup
	Planned time.Duration
	// Silence is how long it was silent, or the silence until it died by itself.
	Silence time.Duration
	Outcome Outcome
	How     How
	// InSilence: it died before anything was written to it.
	InSilence bool
	// Channel: the server ended the session and kept the connection.
	Channel bool
	// Answer is how long the echo took, or how long after the silence it was
	// clear that none would come.
	Answer time.Duration
	Said   string // what ssh said last; "" if nothing
	// ServerProbes are the times within the silence at which the server sent a
	// probe, so that the path was not silent then.
	ServerProbes []time.Duration
}

// Result is what a probe has found out.
type Result struct {
	Settings Settings
	Server   string // the version that the server gives, such as OpenSSH_9.6p1
	Client   string
	Samples  []Sample // in the order in which they ended
	// Survived is the longest silence that a session without keep-alive
	// survived, Death the one with the shortest silence that did not; nil: none.
	Survived time.Duration
	Death    *Sample
	// Complete: Survived and Death are no further apart than the resolution, or
	// Max was survived.
	Complete bool
	// Unsteady are sessions that died of a shorter silence than one that
	// others survived: something else than silence kills there.
	Unsteady []Sample
	// Configured is the session with the configured keep-alive; nil: none came
	// to an end. For Quick it is the longest that survived or the shortest that died.
	Configured *Sample
	// Asked: ssh had to ask somebody at each connection.
	Asked   bool
	Stopped bool
	// Trouble is why silences are missing, one sentence; "" if none are.
	Trouble string
}

// ServerInterval is how often the server sends probes; 0: none were seen.
func (r *Result) ServerInterval() time.Duration {
	var first time.Duration
	for _, s := range r.Samples {
		if len(s.ServerProbes) > 0 && (first == 0 || s.ServerProbes[0] < first) {
			first = s.ServerProbes[0]
		}
	}
	return first
}

// SafeInterval is the longest interval at which probes keep the path from
// forgetting: half of the shortest silence that died, in whole seconds, at least
// one. It is 0 if none died, or of what no probe prevents.
func (r *Result) SafeInterval() int {
	if r.Death == nil || r.Death.Channel {
		return 0
	}
	return max(1, int(r.Death.Silence/2/time.Second))
}

// Run probes a host. An error says that it could not be tested; what a result
// beside it holds is not to be used. The error is one sentence.
func Run(ctx context.Context, env Env, o Options) (*Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends all sessions
	r := newRun(ctx, env, o)
	defer r.wait()
	defer cancel()
	var err error
	if r.res.Settings, err = r.settings(); err != nil {
		return r.res, err
	}
	if o.Quick {
		err = r.quick()
	} else {
		err = r.full()
	}
	r.judge()
	return r.res, err
}

// errStopped is what a run that is ended before the first login comes to.
var errStopped = errors.New("stopped before it was connected")

// full runs both phases at the same time: the session with the configured
// keep-alive is as silent as all others, and is asked once they are done.
func (r *run) full() error {
	configured, err := r.firstSession(Configured)
	if err != nil {
		return err
	}
	enough := make(chan struct{})
	done := make(chan Sample, 1)
	r.group.Add(1)
	go func() {
		defer r.group.Done()
		done <- r.silence(configured, Configured, r.o.Max, enough)
	}()
	r.rounds()
	if r.judge(); r.res.Death != nil {
		r.sleep(r.res.Death.Silence - r.since(configured.begun))
		close(enough)
	}
	r.add(<-done)
	return nil
}

// mostFailed is how many rounds may have sessions that do not come about.
const mostFailed = 3

// rounds finds the silence that kills.
func (r *run) rounds() {
	failed := 0
	for range maxRounds {
		next := plan(r.off(), r.o)
		if len(next) == 0 || r.stopped() {
			return
		}
		if r.env.Planned != nil {
			r.env.Planned(next)
		}
		if err := r.round(Off, next); err == nil {
			continue
		} else if failed++; failed == mostFailed {
			r.res.Trouble = "the first connection came about, others did not: " + err.Error()
			return
		}
		// Firewalls that count connections (ufw limit: 6 in 30 s) forget.
		r.sleep(min(r.o.Max, 35*time.Second))
	}
}

// quick tries silences up to the longest with the configured keep-alive.
func (r *run) quick() error {
	first, err := r.firstSession(Configured)
	if err != nil {
		return err
	}
	silences := quickSilences(r.o)
	if r.env.Planned != nil {
		r.env.Planned(silences)
	}
	last := len(silences) - 1
	enough, done := make(chan struct{}), make(chan Sample, 1)
	r.group.Add(1)
	go func() {
		defer r.group.Done()
		done <- r.silence(first, Configured, silences[last], enough)
	}()
	if err := r.round(Configured, silences[:last]); err != nil {
		r.res.Trouble = "the first connection came about, others did not: " + err.Error()
	}
	if r.judge(); r.res.Configured != nil && r.res.Configured.Outcome == Died {
		close(enough)
	}
	r.add(<-done)
	return nil
}
