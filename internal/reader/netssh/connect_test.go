package netssh

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sshvet/sshvet/internal/resolve"
)

// needProgram returns the path of a program, or skips the test and names the
// Debian package that has it; on CI a missing program is a failure.
func needProgram(t *testing.T, name, pkg string) string {
	t.Helper()
	for _, p := range []string{name, "/usr/sbin/" + name} {
		if path, err := exec.LookPath(p); err == nil {
			return path
		}
	}
	lacking(t, name, pkg)
	return ""
}

func lacking(t *testing.T, name, pkg string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed (Debian package %s)", name, pkg)
	}
	t.Skipf("%s is not installed (Debian package %s)", name, pkg)
}

// server is an sshd on loopback that lets the caller in with a key.
type server struct {
	dir, user string
	port      int
}

func startServer(t *testing.T) *server {
	t.Helper()
	sshd, keygen := needProgram(t, "sshd", "openssh-server"), needProgram(t, "ssh-keygen", "openssh-client")
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{dir: t.TempDir(), user: me.Username}
	for _, key := range [][]string{{"host", "ed25519"}, {"mine", "rsa"}} { // PEM, because this net-ssh reads no other RSA keys
		if out, err := exec.Command(keygen, "-q", "-t", key[1], "-m", "PEM", "-N", "", "-f", s.path(key[0])).CombinedOutput(); err != nil {
			t.Fatalf("ssh-keygen: %v: %s", err, out)
		}
	}
	if os.Getuid() == 0 {
		os.MkdirAll("/run/sshd", 0o755)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	l.Close()
	config := fmt.Sprintf("Port %d\nListenAddress 127.0.0.1\nHostKey %s\nAuthorizedKeysFile %s\nStrictModes no\nPidFile none\nMaxStartups 1000\nPermitRootLogin yes\nUsePAM no\n",
		s.port, s.path("host"), s.path("mine.pub"))
	if err := os.WriteFile(s.path("sshd_config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(sshd, "-D", "-e", "-f", s.path("sshd_config"))
	log, err := os.Create(s.path("log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for range 100 {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.port)); err == nil {
			c.Close()
			return s
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := os.ReadFile(s.path("log"))
	t.Fatalf("sshd does not listen: %s", text)
	return nil
}

func (s *server) path(name string) string { return filepath.Join(s.dir, name) }

// connector is a Ruby that connects.
type connector struct {
	in  io.WriteCloser
	out *bufio.Reader
}

func startConnector(t *testing.T) *connector {
	t.Helper()
	ruby := needProgram(t, "ruby", "ruby-net-ssh")
	if exec.Command(ruby, "-rnet/ssh", "-e", "").Run() != nil {
		lacking(t, "net-ssh", "ruby-net-ssh")
	}
	cmd := exec.Command(ruby, "-W0", "--disable=did_you_mean,error_highlight", "testdata/connect.rb")
	cmd.Env = append(os.Environ(), "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "RUBYOPT=", "SSH_AUTH_SOCK=")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	return &connector{in: in, out: bufio.NewReader(out)}
}

// ask connects with a configuration; "" is success.
func (c *connector) ask(t *testing.T, config string, options map[string]any) string {
	t.Helper()
	request, err := json.Marshal(map[string]any{"config": config, "options": options})
	if err != nil {
		t.Fatal(err)
	}
	c.in.Write(append(request, '\n'))
	text, err := c.out.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Class, Message string }
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Class == "" {
		return ""
	}
	return answer.Class + ": " + answer.Message
}

// crashing are lines that end a deploy, and harmless ones beside them that do
// not. Behind `keys`, keys of deploy.yml are missing; behind `plain`, what Kamal
// always gives: a Capistrano.
var crashing = []string{
	"", "ConnectTimeout 1m", "ConnectTimeout none", "ConnectTimeout yes", "ConnectTimeout no", "ConnectTimeout 0", "ConnectTimeout 5", "ConnectTimeout 1.5",
	"ConnectTimeout 99999999999", "ConnectTimeout 99999999999999999999", `ConnectTimeout ""`, "ConnectTimeout 5 # s", "ConnectTimeout=10",
	"BindAddress yes", "BindAddress no", "BindAddress 127.0.0.1",
	"ProxyCommand yes", "ProxyCommand no", "ProxyCommand 5", "ProxyCommand %x", "ProxyCommand ssh %r", "ProxyCommand none", `ProxyCommand ""`, "ProxyCommand é%é",
	"ProxyCommand yes\nBindAddress yes", "ProxyCommand none\nBindAddress yes",
	"ProxyJump yes", "ProxyJump no", "ProxyJump 5", "ProxyJump none", `ProxyJump ""`, "ProxyJump a b", "ProxyJump a:b", "ProxyJump a:22:22", "ProxyJump ,", "ProxyJump %h",
	"ProxyJump u%41@h", "ProxyJump h,%x", "ProxyJump \u00e9", "ProxyJump ssh://jump", "ProxyJump a#b c", `ProxyJump "a"x`, "ProxyJump none,none",
	"PreferredAuthentications gssapi-with-mic", "PreferredAuthentications ,", "PreferredAuthentications publickey", "PreferredAuthentications PublicKey,x",
	"PreferredAuthentications gssapi-with-mic,publickey", "PubkeyAuthentication yes\nPasswordAuthentication no",
	"Ciphers ^aes256-ctr", "Ciphers nosuch", "Ciphers aes256-ctr", "Ciphers ,", "Ciphers +nosuch", "Ciphers aes*", "Ciphers nosuch,aes256-ctr", "Ciphers aes128-ctr aes256-ctr",
	`Ciphers "aes128-ctr, aes256-ctr"`, "MACs nosuch", "MACs hmac-sha2-256", "MACs ^hmac-sha2-256", "HostKeyAlgorithms nosuch", "HostKeyAlgorithms +ssh-rsa", "HostKeyAlgorithms ^ssh-rsa",
	"Compression yes", "Compression no", "Compression delayed", "Compression 1", "Compression 0", "Compression none", "Compression yes # c",
	"Compression yes\nCompressionLevel 6", "Compression yes\nCompressionLevel 10", "Compression yes\nCompressionLevel high", "Compression yes\nCompressionLevel yes",
	"Compression yes\nCompressionLevel no", "Compression yes\nCompressionLevel 99999999999", "Compression yes\nCompressionLevel 99999999999999999999", "CompressionLevel high",
	"RekeyLimit 1G", "RekeyLimit 1G 1h", "RekeyLimit default none", "RekeyLimit -5k", "NumberOfPasswordPrompts 0", "SendEnv LANG [", "SetEnv A=b", "IdentityAgent none", "IdentityAgent 5",
	"FingerprintHash sha1", "FingerprintHash 5", "CheckHostIP 5", "ServerAliveCountMax 99999999999999999999", "ServerAliveInterval 99999999999999999999", "HostKeyAlias x",
	"GlobalKnownHostsFile 5", "GlobalKnownHostsFile yes", "GlobalKnownHostsFile no", "GlobalKnownHostsFile ~nosuchuser/x", "GlobalKnownHostsFile /a /b", "UserKnownHostsFile 5",
	"UserKnownHostsFile yes", "UserKnownHostsFile no", "UserKnownHostsFile ~nosuchuser/x", "UserKnownHostsFile /dev/null", "UserKnownHostsFile none",
	"UserKnownHostsFile @KNOWN@\nHostKeyAlias 5", "UserKnownHostsFile @KNOWN@\nHostKeyAlias yes", "UserKnownHostsFile @KNOWN@\nHostKeyAlias no",
	"HostKeyAlgorithms ssh-rsa,rsa-sha2-256,ssh-ed25519,ecdsa-sha2-nistp256\nStrictHostKeyChecking no\nUserKnownHostsFile 5\nHostKeyAlias 5",
	"CertificateFile 5", "CertificateFile yes", "CertificateFile /nonexistent", "StrictHostKeyChecking ask", "User 5", "Port 5", "Port yes", "ForwardAgent 5",
	"keys IdentityFile 5", "keys IdentityFile yes", "keys IdentityFile @KEY@\nIdentityFile no", "keys IdentityFile none\nIdentityFile @KEY@", "keys IdentityFile @KEY@\nIdentityFile ~nosuchuser/x",
	"keys IdentityFile @KEY@", "keys IdentityFile @KEY@\nCertificateFile 5", "IdentityFile 5",
	"plain ServerAliveInterval 99999999999999999999", "plain ServerAliveInterval 99999999999", "plain ServerAliveInterval 1m", "plain Port yes",
}

// TestCrashesOnConnect connects with each configuration, as Kamal does, and
// holds the exception against ours.
func TestCrashesOnConnect(t *testing.T) {
	connector := startConnector(t)
	needProgram(t, "ssh", "openssh-client")
	srv := startServer(t)
	known, err := os.ReadFile(srv.path("host.pub"))
	if err != nil {
		t.Fatal(err)
	}
	known = []byte(fmt.Sprintf("[127.0.0.1]:%d %s", srv.port, known))
	if err := os.WriteFile(srv.path("known"), known, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, lines := range crashing {
		t.Run(lines, func(t *testing.T) {
			lines, noKeys := strings.CutPrefix(lines, "keys ")
			lines, plain := strings.CutPrefix(lines, "plain ")
			lines = strings.NewReplacer("@KNOWN@", srv.path("known"), "@KEY@", srv.path("mine")).Replace(lines)
			config := srv.path("config")
			if err := os.WriteFile(config, []byte("Host web\nHostName 127.0.0.1\n"+lines+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			options := map[string]any{"user": srv.user}
			if !plain {
				options["keepalive"], options["keepalive_interval"], options["forward_agent"] = true, 30, true
			}
			if !plain || !strings.Contains(lines, "Port") {
				options["port"] = srv.port
			}
			if !noKeys {
				options["keys"] = []string{srv.path("mine")}
			}
			if !strings.Contains(lines, "UserKnownHostsFile") {
				options["user_known_hosts_file"] = srv.path("none")
			}
			var overridden []string
			for name := range options {
				overridden = append(overridden, name)
			}
			res, err := For(ForEnv(resolve.OSEnv(""), Request{Host: "web", Files: []string{config}, Dir: srv.dir, Home: srv.dir}))
			if err != nil {
				t.Fatal(err)
			}
			have := ""
			if e := CrashesOnConnect(res, overridden...); e != nil {
				if have = e.Error(); e.Source.File != config || e.Source.Line < 3 {
					t.Errorf("the exception comes from %s", e.Source)
				}
			}
			// net-ssh adds what we do not know: the user, and the config that ssh gets
			if want := connector.ask(t, config, options); !sameCrash(want, have) {
				t.Errorf("net-ssh: %q, ours: %q", want, have)
			}
		})
	}
}

func sameCrash(want, have string) bool {
	if strings.HasPrefix(have, "Net::SSH::Proxy::ConnectError") {
		return strings.HasPrefix(want, "Net::SSH::Proxy::ConnectError")
	}
	return want == have || have != "" && strings.HasPrefix(want, have)
}
