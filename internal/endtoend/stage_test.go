package endtoend

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/openssh"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// short is sshvet's profile, scaled like the rest: a minute is a second.
var short = lint.Profile{
	Name: "deploy", MinInterval: 1, MaxInterval: 1, MinCount: lint.Deploy.MinCount, Interval: 1, Count: lint.Deploy.Count,
}

// keys are the paths of a host key and of a user's key. Both are ECDSA, as
// net-ssh reads Ed25519 only with more libraries.
type keys struct{ host, user string }

func makeKeys(t *testing.T, programs *programs) *keys {
	t.Helper()
	dir := t.TempDir()
	k := &keys{host: filepath.Join(dir, "host"), user: filepath.Join(dir, "user")}
	for _, path := range []string{k.host, k.user} {
		out, err := exec.Command(programs.keygen, "-q", "-t", "ecdsa", "-m", "PEM", "-N", "", "-f", path).CombinedOutput()
		if err != nil {
			t.Fatalf("ssh-keygen: %v: %s", err, out)
		}
	}
	return k
}

// stage is a path with a running server at its end.
type stage struct {
	*path
	keys         *keys
	home         string // of the client
	clientConfig string // path of the client's file
}

// newStage writes the files of a scenario, has sshvet repair those that are to
// be repaired, and starts the server.
func newStage(t *testing.T, programs *programs, keys *keys, p *path, s *scenario) *stage {
	t.Helper()
	dir := t.TempDir()
	st := &stage{path: p, keys: keys, home: dir, clientConfig: filepath.Join(dir, "ssh_config")}
	serverConfig := filepath.Join(dir, "sshd_config")
	write(t, st.clientConfig, st.clientText(s.clientConfig))
	write(t, serverConfig, st.serverText(s.serverConfig))
	if s.fixClient {
		repair(t, st.clientConfig, keyword.Client, func(candidate string) error {
			return exec.Command(programs.ssh, "-G", "-F", candidate, "server").Run()
		})
	}
	if s.fixServer {
		repair(t, serverConfig, keyword.Server, func(candidate string) error {
			return openssh.ValidateServer(serverConfig, candidate)
		})
	}
	st.acceptServer(t, serverConfig)
	st.startServer(t, serverConfig)
	return st
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// clientText is a client's file. A line added at its end would hold for one host
// only, and not for this server.
func (st *stage) clientText(keepalive string) string {
	text := `Host server
  HostName ` + serverAddress + `
  User root
  IdentityFile ` + st.keys.user + `
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  GlobalKnownHostsFile /dev/null
  LogLevel ERROR

`
	if keepalive != "" {
		text += "Host *\n  " + strings.ReplaceAll(strings.TrimSpace(keepalive), "\n", "\n  ") + "\n"
	}
	return text + "\nHost elsewhere\n  Port 2222\n"
}

// serverText is a server's file. A line added at its end would hold for one user
// only, who is not the one that logs in.
func (st *stage) serverText(keepalive string) string {
	return `HostKey ` + st.keys.host + `
AuthorizedKeysFile ` + st.keys.user + `.pub
PidFile none
StrictModes no
UsePAM no
PermitUserRC no
PermitRootLogin yes
#ClientAliveInterval 0
#ClientAliveCountMax 3
` + keepalive + `
Match User deploy
	X11Forwarding no
`
}

// repair is `sshvet fix` with the short profile. accept is asked about the new
// file before it is written.
func repair(t *testing.T, path string, side keyword.Side, accept func(candidate string) error) {
	t.Helper()
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	entry := lint.Entry{
		Path:    path,
		Dialect: keyword.Dialect{Side: side, Release: keyword.Newest},
		Env: resolve.Env{
			Home:     filepath.Dir(path),
			ReadFile: func(string) ([]byte, resolve.FileInfo, error) { return nil, resolve.FileInfo{}, os.ErrNotExist },
			ReadDir:  func(string) ([]string, error) { return nil, os.ErrNotExist },
		},
		Sources: []resolve.Source{{Path: path, Data: old}},
	}
	plan := fix.Make(fix.Request{Entries: []lint.Entry{entry}, Rules: rules.All(), Settings: lint.Settings{Profile: short}})
	if len(plan.Changes) != 1 || len(plan.Unproven)+len(plan.Refused)+len(plan.Errors) > 0 {
		t.Fatalf("fix makes %d changes, want 1: %v %v %v", len(plan.Changes), plan.Unproven, plan.Refused, plan.Errors)
	}
	change := plan.Changes[0]
	_, err = fix.Write(fix.WriteRequest{Path: path, Old: change.Old, New: change.New, Validate: accept})
	if err != nil {
		t.Fatal(err)
	}
}

// acceptServer asks sshd itself about its file.
func (st *stage) acceptServer(t *testing.T, config string) {
	t.Helper()
	if out, err := exec.Command(st.sshd, "-t", "-f", config).CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("sshd -t: %v: %s", err, out)
	}
}

// startServer returns when sshd listens. It ends with the path.
func (st *stage) startServer(t *testing.T, config string) {
	t.Helper()
	logFile, err := os.Create(filepath.Join(st.home, "sshd.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer logFile.Close()
	cmd := st.command(context.Background(), st.server, st.sshd, "-D", "-e", "-f", config)
	cmd.Stderr = logFile
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for deadline := time.After(20 * time.Second); ; {
		said, _ := os.ReadFile(logFile.Name())
		if bytes.Contains(said, []byte("Server listening on")) {
			return
		}
		select {
		case err := <-ended:
			t.Fatalf("sshd ended: %v: %s", err, said)
		case <-deadline:
			t.Fatalf("sshd does not listen: %s", said)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// play runs the client of a scenario.
func (st *stage) play(ctx context.Context, s *scenario) outcome {
	out := s.client.run(ctx, st, s)
	if out.err != nil {
		said, _ := os.ReadFile(filepath.Join(st.home, "sshd.log"))
		out.err = fmt.Errorf("%w\nsshd says: %s", out.err, said)
		return out
	}
	out.dropped, out.err = st.dropped()
	return out
}
