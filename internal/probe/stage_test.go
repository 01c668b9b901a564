//go:build unix

package probe

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// need returns the path of a program. Without it the test is skipped, except in
// CI, where it must not be skipped unseen.
func need(t *testing.T, name, debianPackage string) string {
	t.Helper()
	for _, path := range []string{name, filepath.Join("/usr/sbin", name)} {
		if found, err := exec.LookPath(path); err == nil {
			return found
		}
	}
	unable(t, "install the Debian package "+debianPackage)
	return ""
}

func unable(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// server is a real sshd on loopback, and the client's file for it.
type server struct {
	t         *testing.T
	ssh       string
	dir, port string
}

// newServer starts an sshd with these lines. It ends with the test.
func newServer(t *testing.T, lines string) *server {
	t.Helper()
	s := &server{t: t, ssh: need(t, "ssh", "openssh-client"), dir: t.TempDir()}
	sshd, keygen := need(t, "sshd", "openssh-server"), need(t, "ssh-keygen", "openssh-client")
	if _, err := os.Stat("/run/sshd"); err != nil && os.Geteuid() == 0 {
		unable(t, "sshd cannot run here: make the folder /run/sshd")
	}
	for _, key := range []string{"host", "user"} {
		if out, err := exec.Command(keygen, "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(s.dir, key)).CombinedOutput(); err != nil {
			t.Fatalf("ssh-keygen: %v: %s", err, out)
		}
	}
	for range 3 { // somebody else may take the port
		s.port = freePort(t)
		if s.start(sshd, lines) {
			return s
		}
	}
	t.Fatal("sshd does not listen")
	return nil
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func (s *server) file(name string) string { return filepath.Join(s.dir, name) }

func (s *server) start(sshd, lines string) bool {
	s.t.Helper()
	config, log := s.file("sshd_config"), s.file("sshd.log")
	text := fmt.Sprintf("ListenAddress 127.0.0.1\nPort %s\nHostKey %s\nAuthorizedKeysFile %s\nPidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n%s",
		s.port, s.file("host"), s.file("user.pub"), lines)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	if out, err := exec.Command(sshd, "-t", "-f", config).CombinedOutput(); err != nil {
		if strings.Contains(string(out), "Bad configuration option") {
			s.t.Skipf("this sshd does not know it: %s", out)
		}
		s.t.Fatalf("sshd -t: %s", out)
	}
	said, err := os.Create(log)
	if err != nil {
		s.t.Fatal(err)
	}
	defer said.Close()
	cmd := exec.Command(sshd, "-D", "-e", "-f", config)
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		text, _ := os.ReadFile(log)
		switch {
		case bytes.Contains(text, []byte("Server listening on")):
			return true
		case bytes.Contains(text, []byte("Cannot bind")):
			return false
		}
	}
	return false
}

// clientFile is an ssh_config for the host "there" behind a port.
func (s *server) clientFile(port, lines string) string {
	s.t.Helper()
	known, key := s.file("known_hosts"), must(os.ReadFile(s.file("host.pub")))
	me := must(user.Current())
	name := s.file("ssh_config_" + port)
	text := fmt.Sprintf("Host there\n  HostName 127.0.0.1\n  Port %s\n  User %s\n  HostKeyAlias there\n  UserKnownHostsFile %s\n  GlobalKnownHostsFile /dev/null\n"+
		"  IdentityFile %s\n  IdentitiesOnly yes\n  IdentityAgent none\n  KexAlgorithms curve25519-sha256\n%s", port, me.Username, known, s.file("user"), lines)
	for file, text := range map[string]string{known: "there " + string(key), name: text} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	return name
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// forgetful is how a path forgets a flow.
type forgetful int

const (
	drops  forgetful = iota // both directions, in silence
	resets                  // answers what comes later with a reset
	oneWay                  // from the server's next packet on, what the client sends is lost
)

// path is a proxy in front of a server that forgets a flow which was silent for
// some time; 0: it never does.
type path struct {
	forget  time.Duration
	how     forgetful
	port    string
	now     atomic.Int32
	most    atomic.Int32 // connections at a time
	total   atomic.Int32
	deliver string
}

func newPath(t *testing.T, s *server, forget time.Duration, how forgetful) *path {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p := &path{forget: forget, how: how, deliver: "127.0.0.1:" + s.port}
	_, p.port, _ = net.SplitHostPort(l.Addr().String())
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go p.carry(conn.(*net.TCPConn))
		}
	}()
	return p
}

// flow is one connection over a path.
type flow struct {
	*path
	client, server *net.TCPConn
	mu             sync.Mutex
	last           time.Time
	forgotten      bool
}

func (p *path) carry(client *net.TCPConn) {
	defer client.Close()
	p.total.Add(1)
	n := p.now.Add(1)
	defer p.now.Add(-1)
	for most := p.most.Load(); n > most && !p.most.CompareAndSwap(most, n); most = p.most.Load() {
	}
	conn, err := net.Dial("tcp", p.deliver)
	if err != nil {
		return
	}
	defer conn.Close()
	f := &flow{path: p, client: client, server: conn.(*net.TCPConn), last: time.Now()}
	done := make(chan struct{}, 2)
	go func() { f.copy(f.server, f.client, true); done <- struct{}{} }()
	go func() { f.copy(f.client, f.server, false); done <- struct{}{} }()
	<-done
	if f.how == resets && f.isForgotten() {
		f.client.SetLinger(0)
		f.server.SetLinger(0)
	}
	if f.how == oneWay || !f.isForgotten() {
		return
	}
	if f.how == drops {
		<-done // the other end learns nothing
	}
}

func (f *flow) isForgotten() bool { f.mu.Lock(); defer f.mu.Unlock(); return f.forgotten }

// passes judges a packet.
func (f *flow) passes(fromClient bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.forget > 0 && time.Since(f.last) >= f.forget && (f.how != oneWay || !fromClient) {
		f.forgotten = true
	}
	f.last = time.Now()
	return !f.forgotten || f.how == oneWay && !fromClient
}

func (f *flow) copy(to, from *net.TCPConn, fromClient bool) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			if !f.isForgotten() || f.how == oneWay {
				to.CloseWrite()
			}
			return
		}
		switch {
		case f.passes(fromClient):
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		case f.how == resets:
			return
		}
	}
}

// tracked is a Starter that remembers what it started.
type tracked struct {
	start func([]string, bool) (Process, error)
	mu    sync.Mutex
	all   []*process
}

func (k *tracked) Start(args []string, foreground bool) (Process, error) {
	p, err := k.start(args, foreground)
	if err == nil {
		k.mu.Lock()
		k.all = append(k.all, p.(*process))
		k.mu.Unlock()
	}
	return p, err
}

// left counts the processes that are still there.
func (k *tracked) left() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := 0
	for _, p := range k.all {
		if p.cmd.ProcessState == nil {
			n++
		}
	}
	return n
}

// env is what a probe in a test needs.
func (s *server) env() (Env, *tracked) {
	k := &tracked{start: Starter([]string{s.ssh}, nil)}
	return Env{Start: k.Start, Now: time.Now}, k
}

// run probes the host "there".
func (s *server) run(o Options) (*Result, error) {
	s.t.Helper()
	env, k := s.env()
	o.Host = "there"
	res, err := Run(context.Background(), env, o)
	if n := k.left(); n > 0 {
		s.t.Errorf("%d of %d processes are left behind", n, len(k.all))
	}
	return res, err
}
