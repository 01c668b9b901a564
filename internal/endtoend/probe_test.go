package endtoend

import (
	"context"
	"testing"
	"time"

	"github.com/sshvet/sshvet/internal/probe"
)

// TestProbe: `sshvet probe` over the real path of this package, whose connection
// tracking forgets: it finds after how much silence, sees that it is a silent
// drop, and that a keep-alive survives it.
func TestProbe(t *testing.T) {
	t.Parallel()
	programs := findPrograms(t)
	const probeForget = 5 * time.Second
	s := (&scenario{clientConfig: aliveClient, forget: probeForget}).withTimes()
	s.forget = probeForget
	p := newPath(t, programs, 100, probeForget)
	st := newStage(t, programs, makeKeys(t, programs), p, &s)
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	res, err := probe.Run(ctx, probe.Env{
		Start: probe.Starter([]string{p.ip, "netns", "exec", p.client, programs.ssh}, nil), Now: time.Now,
	}, probe.Options{
		Host: "server", SSHArgs: []string{"-F", st.clientConfig},
		Max: 9 * time.Second, Resolution: time.Second, Patience: 3 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	d := res.Death
	if d == nil || !res.Complete || d.How != probe.SilentDrop {
		t.Fatalf("%+v", res)
	}
	// Connection tracking looks at its clock once in a while.
	const late = 500 * time.Millisecond
	if res.Survived > probeForget+late || d.Silence < probeForget || d.Silence-res.Survived > 1200*time.Millisecond {
		t.Errorf("survived %v, died after %v; the path forgets after %v", res.Survived, d.Silence, probeForget)
	}
	if c := res.Configured; c == nil || c.Outcome != probe.Survived || c.Silence < d.Silence {
		t.Errorf("with a probe each second: %+v", c)
	}
	if n, err := p.dropped(); err != nil || n == 0 {
		t.Errorf("the path dropped %d packets (%v)", n, err)
	}
	t.Logf("survived %v, died after %v (%s)", res.Survived, d.Silence, d.How)
}
