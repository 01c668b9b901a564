// Package endtoend holds one test: that what README.md claims is so. An idle
// SSH connection dies on a path that forgets silent flows, and a server or a
// client that `sshvet fix` repaired keeps it alive.
//
// Nothing is imitated. The server is sshd, the clients are OpenSSH's ssh and the
// Ruby libraries that Kamal uses, net-ssh and SSHKit, and the files are repaired
// by package fix. Client, router and server each have a network namespace. The
// router is Linux's connection tracking, as in a NAT router or a firewall: it
// forgets a flow that was silent for a while and then drops what belongs to
// it, without a word to either end.
//
// A proxy that just stops to copy bytes would show something else: the kernel
// at its end goes on acknowledging what arrives, so that the sender never
// learns, by ETIMEDOUT, that nobody is there.
//
// The times are scaled: 1 s here is 1 min of life. sshvet's profile of 60 s and
// 240 probes is 1 s and 240 probes, Kamal's interval of 30 s is 0.5 s, the path
// forgets after 6 s (AWS: 350 s), the build between two commands takes 12 s, and
// TCP gives up after 6 to 13 s (Linux: 15 min), for which tcp_retries2 is
// lowered. Counts are not scaled. Two things cannot be: SSHKit looks after its
// pool every 5 s, so that its path forgets after 14 s; and the sshd of Debian 12
// probes at every second interval only.
//
// The scenarios run at the same time, each on a path of its own.
package endtoend

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"
)

// The times of most scenarios. Between any two that must not be confused lie two
// seconds or more, for slow machines.
const (
	forget = 6 * time.Second  // the path forgets a flow that was silent for this long
	idle   = 12 * time.Second // the silence between the first command and the second
	// patience is how long after the silence a client is watched.
	patience = 15 * time.Second
)

// The same for SSHKit, which sends a probe at most every 10 s from its pool.
const (
	poolForget = 14 * time.Second
	poolIdle   = 19 * time.Second
)

// Configuration files before sshvet sees them, without what only makes them
// work here.
const (
	bare        = ""
	smallServer = "ClientAliveInterval 1\nClientAliveCountMax 2\n"
	aliveClient = "ServerAliveInterval 1\nServerAliveCountMax 240\n"
)

// scenario is one connection that is idle, and what becomes of it.
type scenario struct {
	name         string
	client       client
	clientConfig string // keep-alive lines of the client's file
	serverConfig string // and of the server's
	fixClient    bool   // sshvet repairs the client's file
	fixServer    bool
	forget, idle time.Duration // 0: as above
	options      netsshOptions // net-ssh must say that it runs with these
	want         string        // what the client says in the end
	// The client says it this long after the silence; to 0 stands for patience.
	from, to time.Duration
	lost     bool // the path must have dropped something
	// Only an SSHKit before 1.22.2 does this.
	oldSSHKit bool
}

// netsshOptions are the options of a connection as net-ssh has them in the end.
// nil stands for an option that is not set.
type netsshOptions struct {
	Interval any `json:"interval"`
	Count    any `json:"count"`
}

// What a client can say. Ruby 3.3 has other words for timedOut.
const (
	timedOut      = "Errno::ETIMEDOUT: Connection timed out - recvfrom(2)"
	timedOut33    = "IO::TimeoutError: Blocking operation timed out!"
	notResponding = "Net::SSH::Timeout: Timeout, server " + serverAddress + " not responding."
	closedStream  = "IOError: closed stream"
	works         = "works"
	hangs         = "hangs"
	broken        = "exit status 255: client_loop: send disconnect: Broken pipe"
)

var scenarios = []scenario{
	// Kamal: a connection in the pool, which nothing looks after.
	{
		name: "net-ssh, nothing set", client: heldSession{},
		options: netsshOptions{Interval: 0.5},
		want:    notResponding, from: 1500 * time.Millisecond, to: 6 * time.Second, lost: true,
	}, {
		name: "net-ssh, client file 1/240", client: heldSession{}, clientConfig: aliveClient,
		options: netsshOptions{Interval: 0.5, Count: 240.0}, // the interval of the file is not used
		want:    timedOut, from: 6 * time.Second, lost: true,
	}, {
		name: "net-ssh, server fixed", client: heldSession{}, fixServer: true,
		options: netsshOptions{Interval: 0.5},
		want:    works,
	}, {
		name: "net-ssh, client file 1/240, server fixed", client: heldSession{}, clientConfig: aliveClient, fixServer: true,
		options: netsshOptions{Interval: 0.5, Count: 240.0},
		want:    works,
	}, {
		name: "net-ssh, server 1/2", client: heldSession{}, serverConfig: smallServer,
		options: netsshOptions{Interval: 0.5},
		want:    closedStream,
	}, {
		name: "net-ssh, server 1/2 fixed", client: heldSession{}, serverConfig: smallServer, fixServer: true,
		options: netsshOptions{Interval: 0.5},
		want:    works,
	},
	// The same with SSHKit's pool.
	{
		name: "SSHKit before 1.22.2, nothing set", client: pool{}, oldSSHKit: true,
		forget: poolForget, idle: poolIdle, options: netsshOptions{Interval: 1.0},
		want: works,
	}, {
		name: "SSHKit as from 1.22.2 on, nothing set", client: pool{leavesIdleAlone: true},
		forget: poolForget, idle: poolIdle, options: netsshOptions{Interval: 1.0},
		want: notResponding, from: 1500 * time.Millisecond, to: 8 * time.Second, lost: true,
	}, {
		name: "SSHKit as from 1.22.2 on, server fixed", client: pool{leavesIdleAlone: true}, fixServer: true,
		forget: poolForget, idle: poolIdle, options: netsshOptions{Interval: 1.0},
		want: works,
	},
	// OpenSSH's own client.
	{
		name: "ssh, silent command, nothing set", client: silentCommand{},
		want: hangs, from: patience, lost: true,
	}, {
		name: "ssh, silent command, client fixed", client: silentCommand{}, fixClient: true,
		want: works,
	}, {
		name: "ssh, silent command, server fixed", client: silentCommand{}, fixServer: true,
		want: works,
	}, {
		name: "ssh, somebody types, nothing set", client: typing{},
		want: broken, from: 6 * time.Second, lost: true,
	}, {
		name: "ssh, somebody types, client fixed", client: typing{}, fixClient: true,
		want: works,
	},
}

// outcome is what became of a connection.
type outcome struct {
	said    string
	after   time.Duration // after the silence
	ruby    string        // the release of Ruby, where it is a Ruby client
	sshkit  string        // and of SSHKit
	options netsshOptions
	dropped int // packets of a forgotten flow
	err     error
}

func TestIdleConnection(t *testing.T) {
	programs := findPrograms(t)
	keys := makeKeys(t, programs)
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	t.Cleanup(cancel)

	outcomes := make([]chan outcome, len(scenarios))
	for i := range scenarios {
		s := scenarios[i].withTimes()
		p := newPath(t, programs, i, s.forget)
		st := newStage(t, programs, keys, p, &s)
		outcomes[i] = make(chan outcome, 1)
		go func() { outcomes[i] <- st.play(ctx, &s) }()
	}

	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "scenario\tforgets\tidle\tclient keep-alive\tserver keep-alive\tresult\tafter\tdropped")
	for i := range scenarios {
		s := scenarios[i].withTimes()
		out := <-outcomes[i]
		t.Run(s.name, func(t *testing.T) { s.check(t, out) })
		fmt.Fprintf(w, "%s\t%v\t%v\t%s\t%s\t%s\t%.1f s\t%d\n",
			s.name, s.forget, s.idle, s.clientPair(out), s.serverPair(), out.said, out.after.Seconds(), out.dropped)
	}
	w.Flush()
	t.Logf("1 s here is 1 min of life. \"after\" counts from the end of the silence.\n%s", table.String())
}

func (s scenario) withTimes() scenario {
	if s.idle == 0 {
		s.forget, s.idle = forget, idle
	}
	return s
}

// check holds an outcome against what is claimed.
func (s *scenario) check(t *testing.T, out outcome) {
	if out.err != nil {
		t.Fatal(out.err)
	}
	want := s.want
	switch {
	case s.oldSSHKit && atLeast(out.sshkit, 1, 22, 2):
		t.Skipf("SSHKit %s leaves idle connections alone: %q", out.sshkit, out.said)
	case s.want == timedOut && atLeast(out.ruby, 3, 3, 0):
		want = timedOut33
	}
	if out.said != want {
		t.Errorf("after %.1f s: %q, want %q", out.after.Seconds(), out.said, want)
	}
	to := cmp.Or(s.to, patience)
	if out.after < s.from || out.after > to {
		t.Errorf("%q came after %.1f s, want %v to %v", out.said, out.after.Seconds(), s.from, to)
	}
	if s.options != out.options {
		t.Errorf("net-ssh ran with %+v, want %+v", out.options, s.options)
	}
	if s.lost && out.dropped == 0 {
		t.Error("the path dropped nothing: this is not what ended the connection")
	}
}

// atLeast compares a release of a Ruby library or of Ruby, such as 3.1.2.
func atLeast(release string, want ...int) bool {
	var have [3]int
	if _, err := fmt.Sscanf(release, "%d.%d.%d", &have[0], &have[1], &have[2]); err != nil {
		return false
	}
	return slices.Compare(have[:], want) >= 0
}

// clientPair is interval/count of the client, for the table.
func (s *scenario) clientPair(out outcome) string {
	switch {
	case out.options != netsshOptions{}:
		count := out.options.Count
		if count == nil {
			count = "default 3"
		}
		return fmt.Sprintf("%v/%v", out.options.Interval, count)
	case s.fixClient:
		return "1/240 by sshvet"
	}
	return "none"
}

func (s *scenario) serverPair() string {
	switch {
	case s.fixServer:
		return "1/240 by sshvet"
	case s.serverConfig == smallServer:
		return "1/2"
	}
	return "none"
}

// programs are the paths of what the test runs.
type programs struct{ ip, nft, sh, sshd, ssh, keygen, ruby string }

// findPrograms skips the test where it cannot run.
func findPrograms(t *testing.T) *programs {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("network namespaces are a thing of Linux")
	}
	if os.Geteuid() != 0 {
		unable(t, "only root may make network namespaces and run sshd")
	}
	p := &programs{}
	for _, tool := range []struct {
		path         *string
		name, debian string
	}{
		{&p.ip, "ip", "iproute2"}, {&p.nft, "nft", "nftables"}, {&p.sh, "sh", "dash"},
		{&p.sshd, "sshd", "openssh-server"}, {&p.ssh, "ssh", "openssh-client"}, {&p.keygen, "ssh-keygen", "openssh-client"},
		{&p.ruby, "ruby", "ruby"},
	} {
		if *tool.path = findProgram(tool.name); *tool.path == "" {
			unable(t, "install the Debian package "+tool.debian)
		}
	}
	for _, lib := range []struct{ name, debian string }{{"net/ssh", "ruby-net-ssh"}, {"sshkit", "ruby-sshkit"}} {
		if exec.Command(p.ruby, "-e", "require '"+lib.name+"'").Run() != nil {
			unable(t, "install the Debian package "+lib.debian)
		}
	}
	if _, err := os.Stat("/run/sshd"); err != nil {
		unable(t, "sshd cannot run here: make the folder /run/sshd")
	}
	return p
}

// findProgram looks in the folders of the administrator, too.
func findProgram(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, dir := range []string{"/usr/sbin", "/sbin"} {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path
		}
	}
	return ""
}

// unable skips the test, and fails it in CI, where it must not be skipped
// unseen.
func unable(t *testing.T, why string) {
	t.Helper()
	const needs = "this test needs Linux, root, and the Debian packages iproute2, nftables, openssh-client, openssh-server, ruby-net-ssh and ruby-sshkit"
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s (%s)", why, needs)
	}
	t.Skipf("%s (%s)", why, needs)
}

// seconds writes a duration as programs read it.
func seconds(d time.Duration) string { return fmt.Sprint(int(math.Ceil(d.Seconds()))) }
