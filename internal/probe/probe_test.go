//go:build unix

package probe

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

const (
	resolution = time.Second
	patience   = 2 * time.Second
)

// TestForgetful: for five times after which a path forgets, in two ways, the
// silence that kills is found within the resolution, and whether the configured
// keep-alive survives.
func TestForgetful(t *testing.T) {
	for i, forget := range []time.Duration{2500 * time.Millisecond, 3400 * time.Millisecond, 4600 * time.Millisecond, 5500 * time.Millisecond, 6300 * time.Millisecond} {
		how, want := drops, SilentDrop
		if i%2 == 1 {
			how, want = resets, Reset
		}
		alive := i%3 != 0
		t.Run(fmt.Sprint(forget), func(t *testing.T) {
			t.Parallel()
			s := newServer(t, "")
			p := newPath(t, s, forget, how)
			keepalive := ""
			if alive {
				keepalive = "  ServerAliveInterval 1\n  ServerAliveCountMax 240\n"
			}
			res, err := s.run(Options{SSHArgs: []string{"-F", s.clientFile(p.port, keepalive)}, Max: 8 * time.Second, Resolution: resolution, Patience: patience})
			if err != nil {
				t.Fatal(err)
			}
			d := res.Death
			if d == nil || !res.Complete || len(res.Unsteady) > 0 {
				t.Fatalf("%+v", res)
			}
			t.Logf("survived %v, died after %v (%s: %q), %d connections, %d at a time", res.Survived, d.Silence, d.How, d.Said, p.total.Load(), p.most.Load())
			if res.Survived >= forget || d.Silence < forget || d.Silence-res.Survived > resolution+slack(resolution) {
				t.Errorf("survived %v, died after %v, but the path forgets after %v", res.Survived, d.Silence, forget)
			}
			if d.How != want {
				t.Errorf("it died by %s (%q), want %s", d.How, d.Said, want)
			}
			if safe := time.Duration(res.SafeInterval()) * time.Second; safe > d.Silence/2 || safe < time.Second {
				t.Errorf("%v is not safe", safe)
			}
			if c := res.Configured; c == nil || (c.Outcome == Survived) != alive || c.Silence < d.Silence {
				t.Errorf("configured: %+v", c)
			}
			if p.most.Load() > MaxConnections {
				t.Errorf("%d connections at a time", p.most.Load())
			}
		})
	}
}

func TestNoTimeout(t *testing.T) {
	t.Parallel()
	s := newServer(t, "MaxStartups 4:100:4\n") // more at a time would be turned away
	p := newPath(t, s, 0, drops)
	o := Options{SSHArgs: []string{"-F", s.clientFile(p.port, "")}, Max: 6 * time.Second, Resolution: resolution, Patience: patience}
	res, err := s.run(o)
	if err != nil {
		t.Fatal(err)
	}
	if res.Death != nil || !res.Complete || res.Survived < o.Max || res.SafeInterval() != 0 || res.Trouble != "" {
		t.Errorf("%+v", res)
	}
	if c := res.Configured; c == nil || c.Outcome != Survived || c.Silence < o.Max {
		t.Errorf("configured: %+v", c)
	}
	if res.ServerInterval() != 0 || !strings.HasPrefix(res.Server, "OpenSSH_") || !strings.HasPrefix(res.Client, "OpenSSH_") {
		t.Errorf("server %q, client %q, a probe each %v", res.Server, res.Client, res.ServerInterval())
	}
}

// TestServerProbes: where the server sends probes, the path is never silent.
func TestServerProbes(t *testing.T) {
	t.Parallel()
	s := newServer(t, "ClientAliveInterval 1\nClientAliveCountMax 240\n")
	p := newPath(t, s, 4500*time.Millisecond, drops)
	res, err := s.run(Options{SSHArgs: []string{"-F", s.clientFile(p.port, "")}, Max: 6 * time.Second, Resolution: resolution, Patience: patience})
	if err != nil {
		t.Fatal(err)
	}
	// The sshd of Debian 12 sends a probe at every second interval.
	if every := res.ServerInterval(); every < 500*time.Millisecond || every > 3*time.Second {
		t.Errorf("a probe each %v", every)
	}
	if res.Death != nil || res.Configured == nil || res.Configured.Outcome != Survived {
		t.Errorf("%+v", res)
	}
}

// TestServerHangsUp: the answers of the client are lost, so that the server ends
// the connection, in the midst of the silence if that is long enough.
func TestServerHangsUp(t *testing.T) {
	t.Parallel()
	s := newServer(t, "ClientAliveInterval 2\nClientAliveCountMax 1\n")
	p := newPath(t, s, 1500*time.Millisecond, oneWay)
	// Patience enough for those that wrote before the server hung up.
	res, err := s.run(Options{SSHArgs: []string{"-F", s.clientFile(p.port, "")}, Max: 9 * time.Second, Resolution: resolution, Patience: 9 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	d := res.Death
	if d == nil || d.How != HungUp || d.Channel || d.Silence < 1500*time.Millisecond || d.Silence > 9*time.Second {
		t.Fatalf("%+v", res)
	}
	if res.ServerInterval() == 0 || res.Configured == nil || res.Configured.Outcome != Died {
		t.Errorf("%+v", res)
	}
	// Silences of 15 s and more: the server hangs up within 8 s, before any is over.
	res, err = s.run(Options{SSHArgs: []string{"-F", s.clientFile(p.port, "")}, Max: time.Minute, Quick: true, Patience: patience})
	if err != nil {
		t.Fatal(err)
	}
	if c := res.Configured; c == nil || c.How != HungUp || !c.InSilence || c.Silence > 15*time.Second {
		t.Errorf("it should have ended in the midst of the silence: %+v", res)
	}
}

// TestChannelTimeout: the server ends the session and keeps the connection.
func TestChannelTimeout(t *testing.T) {
	t.Parallel()
	s := newServer(t, "ChannelTimeout session:*=3\n")
	p := newPath(t, s, 0, drops)
	keepalive := "  ServerAliveInterval 1\n"
	res, err := s.run(Options{SSHArgs: []string{"-F", s.clientFile(p.port, keepalive)}, Max: 8 * time.Second, Resolution: resolution, Patience: patience})
	if err != nil {
		t.Fatal(err)
	}
	if d := res.Death; d == nil || d.How != HungUp || !d.Channel || d.Silence < 1500*time.Millisecond || d.Silence > 5*time.Second {
		t.Fatalf("%+v", d)
	}
	if res.SafeInterval() != 0 || res.Configured == nil || res.Configured.Outcome != Died {
		t.Errorf("%+v", res)
	}
}

// TestGivesUp: a keep-alive that is late, with a count of 1, ends the session.
func TestGivesUp(t *testing.T) {
	t.Parallel()
	s := newServer(t, "")
	p := newPath(t, s, 2500*time.Millisecond, drops)
	args := []string{"-F", s.clientFile(p.port, "  ServerAliveInterval 3\n  ServerAliveCountMax 1\n")}
	res, err := s.run(Options{SSHArgs: args, Max: 9 * time.Second, Quick: true, Patience: patience})
	if err != nil {
		t.Fatal(err)
	}
	if res.Settings.Interval != 3 || res.Settings.CountMax != 1 || len(res.with(Off)) > 0 || res.Death != nil {
		t.Errorf("%+v", res)
	}
	c := res.Configured
	if c == nil || c.Outcome != Died || c.Silence < 2500*time.Millisecond {
		t.Fatalf("%+v", c)
	}
	found := false
	for _, sample := range res.Samples {
		found = found || sample.How == GaveUp // in silence, or on a slow machine when it writes again
	}
	if !found && c.Silence > 6*time.Second {
		t.Errorf("ssh did not give up: %+v", res.Samples)
	}
}

// TestNotStarted: what cannot be tested, and why.
func TestNotStarted(t *testing.T) {
	s := newServer(t, "Match LocalPort 0\n")
	plain := s.clientFile(s.port, "")
	forced := newServer(t, "ForceCommand echo no shell for you; exit 3\n")
	for _, tt := range []struct {
		name   string
		args   []string
		reason Reason
		says   string
	}{
		{"refused", []string{"-F", s.clientFile(freePort(t), "")}, Unreachable, "nothing listens for ssh on there"},
		{"host key", []string{"-F", plain, "-o", "UserKnownHostsFile=/dev/null"}, HostKeyUnknown, "connect once by hand"},
		{"key", []string{"-F", plain, "-o", "PubkeyAuthentication=no"}, Authentication, "ssh-agent"},
		{"forced command", []string{"-F", forced.clientFile(forced.port, "")}, NoEcho, "a forced command"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			res, err := s.run(Options{SSHArgs: tt.args, Max: 4 * time.Second, Resolution: resolution, Patience: patience})
			var start *StartError
			if !errors.As(err, &start) || start.Reason != tt.reason || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v; %+v", err, res)
			}
		})
	}
}

// TestNoise: a greeting on the output does no harm, nor do settings that would
// keep `cat` from running.
func TestNoise(t *testing.T) {
	t.Parallel()
	s := newServer(t, "ForceCommand echo Welcome to $USER; eval \"$SSH_ORIGINAL_COMMAND\"\n")
	args := []string{"-F", s.clientFile(s.port, "  RemoteCommand sleep 100\n  RequestTTY force\n  LogLevel QUIET\n  ControlMaster auto\n  ControlPath "+s.file("control")+"\n  LocalForward 127.0.0.1:1 127.0.0.1:2\n  ExitOnForwardFailure yes\n")}
	res, err := s.run(Options{SSHArgs: args, Max: 2 * time.Second, Quick: true, Patience: patience})
	if err != nil {
		t.Fatal(err)
	}
	if c := res.Configured; c == nil || c.Outcome != Survived || res.Trouble != "" {
		t.Errorf("%+v", res)
	}
}

// TestStop: whoever stops gets what is known so far, at once.
func TestStop(t *testing.T) {
	t.Parallel()
	s := newServer(t, "")
	p := newPath(t, s, 0, drops)
	env, k := s.env()
	stop := make(chan struct{})
	env.Stop = stop
	time.AfterFunc(4*time.Second, func() { close(stop) })
	began := time.Now()
	o := Options{Host: "there", SSHArgs: []string{"-F", s.clientFile(p.port, "")}, Max: time.Hour, Resolution: resolution, Patience: patience}
	res, err := Run(context.Background(), env, o)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 9*time.Second {
		t.Errorf("it took %v", took)
	}
	if !res.Stopped || res.Complete || res.Survived == 0 || res.Configured == nil || k.left() > 0 {
		t.Errorf("%+v, %d left", res, k.left())
	}
}

// TestCancel: who gets out leaves nothing behind.
func TestCancel(t *testing.T) {
	t.Parallel()
	s := newServer(t, "")
	env, k := s.env()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	o := Options{Host: "there", SSHArgs: []string{"-F", s.clientFile(s.port, "")}, Max: time.Hour, Resolution: resolution, Patience: patience}
	Run(ctx, env, o)
	if k.left() > 0 {
		t.Errorf("%d processes are left behind", k.left())
	}
}

// TestWatch: a stall and a death are told.
func TestWatch(t *testing.T) {
	t.Parallel()
	s := newServer(t, "")
	p := newPath(t, s, 3*time.Second, resets)
	env, k := s.env()
	kinds := map[Kind]int{}
	// The path forgets between two questions, once they are too far apart.
	o := WatchOptions{Host: "there", SSHArgs: []string{"-F", s.clientFile(p.port, "")}, Every: 4 * time.Second, Stall: time.Second}
	out, err := Watch(context.Background(), env, o, func(m Moment) { kinds[m.Kind]++ })
	if err != nil {
		t.Fatal(err)
	}
	if out.Dead == nil || out.Dead.How != Reset || out.Echoes != 1 || kinds[Echo] != 1 || kinds[Ended] != 1 || k.left() > 0 {
		t.Errorf("%+v, %v", out, kinds)
	}
}

// TestWatchStopped: a session that is waited for when the watch ends is dead if a
// probe would call it so.
func TestWatchStopped(t *testing.T) {
	t.Parallel()
	s := newServer(t, "")
	p := newPath(t, s, 2*time.Second, drops)
	for _, patience := range []time.Duration{time.Second, time.Minute} {
		env, _ := s.env()
		stop := make(chan struct{})
		env.Stop = stop
		o := WatchOptions{Host: "there", SSHArgs: []string{"-F", s.clientFile(p.port, "")}, Every: 3 * time.Second, Stall: 1500 * time.Millisecond, Patience: patience}
		out, err := Watch(context.Background(), env, o, func(m Moment) {
			if m.Kind == Stalled {
				close(stop)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if dead := out.Dead != nil && out.Dead.How == SilentDrop; dead != (patience == time.Second) || out.Stalls != 1 {
			t.Errorf("patience %v: %+v", patience, out)
		}
	}
}
