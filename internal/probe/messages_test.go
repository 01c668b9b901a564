package probe

import (
	"strings"
	"testing"
	"time"
)

func TestDeath(t *testing.T) {
	for _, tt := range []struct {
		said, exit string
		after      time.Duration
		how        How
		channel    bool
	}{
		{"Timeout, server web1 not responding.", "", 0, GaveUp, false},
		{"client_loop: send disconnect: Connection reset by peer", "", 0, Reset, false},
		{"Read from remote host 192.0.2.1: Connection reset by peer\nclient_loop: send disconnect: Broken pipe", "", 0, Reset, false},
		{"client_loop: send disconnect: Broken pipe", "", 40 * time.Millisecond, Reset, false},
		{"client_loop: send disconnect: Broken pipe", "", 15 * time.Second, SilentDrop, false},
		{"Read from remote host 192.0.2.1: Connection timed out\nclient_loop: send disconnect: Broken pipe", "", 15 * time.Second, SilentDrop, false},
		{"Read from remote host 192.0.2.1: Operation timed out", "", time.Second, SilentDrop, false},
		{"Connection to 192.0.2.1 closed by remote host.", "", 0, HungUp, false},
		{"Received disconnect from 192.0.2.1 port 22:2: bye\nDisconnected from 192.0.2.1 port 22", "", 0, HungUp, false},
		{"", "-1", 0, HungUp, true},
		{"", "", 0, Other, false},
	} {
		s := story{exit: tt.exit, said: strings.Split(tt.said, "\n")}
		if how, channel, _ := death(s, tt.after); how != tt.how || channel != tt.channel {
			t.Errorf("%q after %v: %s, %v; want %s, %v", tt.said, tt.after, how, channel, tt.how, tt.channel)
		}
	}
}

func TestStartError(t *testing.T) {
	for _, tt := range []struct {
		said     string
		loggedIn bool
		ended    bool
		exit     int
		reason   Reason
		text     string
	}{
		{"ssh: connect to host h port 22: Connection refused", false, true, 255, Unreachable, "nothing listens"},
		{"ssh: connect to host h port 22: Connection timed out", false, true, 255, Unreachable, "cannot be reached"},
		{"ssh: Could not resolve hostname h: Name or service not known", false, true, 255, Unreachable, "there is no host h"},
		{"Host key verification failed.", false, true, 255, HostKeyUnknown, "'ssh h'"},
		{"@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.", false, true, 255, HostKeyChanged, "find out why"},
		{"socat: no such host\nConnection closed by UNKNOWN port 65535", false, true, 255, Unreachable, "ProxyCommand of h does not connect: try 'ssh h' (ssh says: socat: no such host; Conn"},
		{"u@h: Permission denied (publickey).", false, true, 255, Authentication, "ssh-agent"},
		{"kex_exchange_identification: Connection closed by remote host", false, true, 255, Refused, "wait a while"},
		{"sh: 1: cat: not found", true, true, 127, NoEcho, "no program 'cat'"},
		{"Permission denied by the forced command", true, true, 1, NoEcho, "forced command"},
		{"", true, false, 0, NoEcho, "does not give back within 50s"},
		{"", false, false, 0, Unreachable, "no login on h within 50s"},
		{"something else", false, true, 255, Elsewhere, "exit 255"},
	} {
		s := story{said: strings.Split(tt.said, "\n"), loggedIn: tt.loggedIn}
		err := startError("h", "", s, tt.ended, tt.exit, 50*time.Second)
		if err.Reason != tt.reason || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%q: %s, %v", tt.said, err.Reason, err)
		}
	}
	s := story{said: []string{"ssh: connect to host h port 22: Connection refused"}}
	if err := startError("h", "jump", s, true, 255, time.Second); !strings.Contains(err.Error(), "h (or its jump host jump)") {
		t.Error(err)
	}
}

func TestReadSettings(t *testing.T) {
	s := readSettings([]byte("user deploy\r\nhostname 192.0.2.1\nport 2222\nserveraliveinterval 60\nserveralivecountmax 240\ntcpkeepalive no\n" +
		"proxyjump bastion\nconnecttimeout 7\nremotecommand tmux attach\nforkafterauthentication yes\nstdinnull no\nsessiontype default\n"))
	if s.HostName != "192.0.2.1" || s.User != "deploy" || s.Port != "2222" || s.Interval != 60 || s.CountMax != 240 || s.TCPKeepAlive ||
		s.Jump != "bastion" || s.connectTimeout != 7*time.Second {
		t.Errorf("%+v", s)
	}
	if got := strings.Join(s.overrides, " "); got != "-o remotecommand=none -o forkafterauthentication=no" {
		t.Error(got)
	}
	// What no line says: ssh prints "connecttimeout none".
	if s := readSettings([]byte("connecttimeout none\n")); s.connectTimeout != 0 || s.CountMax != 3 || !s.TCPKeepAlive {
		t.Errorf("%+v", s)
	}
}

// TestLog: what fills the log keeps neither memory nor the words that count.
func TestLog(t *testing.T) {
	var l sshLog
	text := strings.Repeat("noise "+strings.Repeat("x", 5000)+"\n", 200) +
		"debug1: client_input_channel_req: channel 0 rtype keepalive@openssh.com reply 1\n" +
		"debug1: client_input_global_request: rtype keepalive@openssh.com want_reply 1\n" +
		"debug1: Remote protocol version 2.0, remote software version OpenSSH_9.6p1 Ubuntu\n" +
		"rtype keepalive@openssh.com\n" + "Connection reset by peer"
	now := time.Unix(1000, 0)
	l.read(strings.NewReader(text), func() time.Time { return now })
	if server, _ := l.versions(); server != "OpenSSH_9.6p1 Ubuntu" {
		t.Error(server)
	}
	if got := l.probesSince(now.Add(-time.Second), time.Minute); len(got) != 2 {
		t.Errorf("probes %v", got)
	}
	if s := l.story(); len(s.said) > mostSaid || s.last() != "Connection reset by peer" {
		t.Errorf("%d lines, last %q", len(s.said), s.last())
	}
}
