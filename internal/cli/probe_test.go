package cli

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sshvet/sshvet/internal/probe"
)

// quickReport is that of a quick probe of which this decides.
func quickReport(interval int, s probe.Sample) *probeReport {
	s.Setup = probe.Configured
	req := &probeRequest{Options: probe.Options{Host: "web", Quick: true, Max: 6 * time.Minute, Patience: 20 * time.Second}}
	return &probeReport{req: req, res: &probe.Result{
		Settings: probe.Settings{Interval: interval, CountMax: 240}, Samples: []probe.Sample{s}, Configured: &s,
	}}
}

// TestQuickAdvice: what a quick probe advises is less than what did not help.
func TestQuickAdvice(t *testing.T) {
	died := func(silence time.Duration, s probe.Sample) probe.Sample {
		s.Outcome, s.Silence = probe.Died, silence
		return s
	}
	for _, test := range []struct {
		name     string
		interval int
		sample   probe.Sample
		want     int // the interval
		says     string
	}{
		{"without keep-alive", 0, died(90*time.Second, probe.Sample{How: probe.SilentDrop}), 45, "1 min 30 s without a probe is too long: set one each 45 s"},
		{"much silence", 0, died(6*time.Minute, probe.Sample{How: probe.SilentDrop}), 60, "set one each 60 s"},
		{"probes too late", 60, died(3*time.Minute, probe.Sample{How: probe.GaveUp}), 30, "'sshvet fix' writes 60 s, too late for this path"},
		{"the server's, too", 0, died(3*time.Minute, probe.Sample{How: probe.Reset, ServerProbes: []time.Duration{20 * time.Second}}), 10, "set one each 10 s"},
		{"no keep-alive helps", 60, died(3*time.Minute, probe.Sample{How: probe.HungUp, Channel: true}), 60, "ChannelTimeout"},
		{"ssh is well", 60, probe.Sample{Outcome: probe.Survived, Silence: 6 * time.Minute}, 60, "'--quick --idle 16m -o ServerAliveInterval=0'"},
		{"the path is well", 0, probe.Sample{Outcome: probe.Survived, Silence: 6 * time.Minute}, 60, "--idle 16m tries that"},
	} {
		r := quickReport(test.interval, test.sample)
		if got := r.interval(); got != test.want {
			t.Errorf("%s: %d s, want %d", test.name, got, test.want)
		}
		todo := strings.Join(r.todo(), "\n")
		if !strings.Contains(todo, test.says) || strings.Contains(todo, "--max") {
			t.Errorf("%s: %s", test.name, todo)
		}
		if r.serverKeeps() {
			t.Errorf("%s: the server's probes do not keep it alive", test.name)
		}
	}
}

// TestLongestProbe: a short one is no "less than 1 ms".
func TestLongestProbe(t *testing.T) {
	req := &probeRequest{Options: probe.Options{Quick: true, Max: 2 * time.Second, Patience: 2 * time.Second}}
	if d := longestProbe(req); d != 4*time.Second {
		t.Error(d)
	}
	req = &probeRequest{Options: probe.Options{Max: 10 * time.Minute, Patience: 20 * time.Second}}
	if d := longestProbe(req); d != 20*time.Minute+40*time.Second {
		t.Error(d)
	}
}

// TestProbeSignals: the first signal ends the silences. The same one at once, by
// a program that passes it on, is the first; another, or a later one, ends all.
func TestProbeSignals(t *testing.T) {
	for _, test := range []struct {
		sent []os.Signal
		ends bool
	}{
		{[]os.Signal{os.Interrupt}, false},
		{[]os.Signal{os.Interrupt, os.Interrupt}, false},
		{[]os.Signal{os.Interrupt, syscall.SIGTERM}, true},
		{[]os.Signal{syscall.SIGHUP}, true},
	} {
		s := newProbeSignals()
		for _, sig := range test.sent {
			s.c <- sig
		}
		<-s.stop
		ended := false
		select {
		case <-s.ctx.Done():
			ended = true
		case <-time.After(200 * time.Millisecond):
		}
		if ended != test.ends {
			t.Errorf("%v: ended %v", test.sent, ended)
		}
		s.release()
	}
}
