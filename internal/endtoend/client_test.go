package endtoend

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// client is a program that opens a connection, leaves it idle and uses it again.
type client interface {
	run(ctx context.Context, st *stage, s *scenario) outcome
}

// local is a client's command, with an environment that has nothing of the
// user's.
func (st *stage) local(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := st.command(ctx, st.path.client, program, args...)
	cmd.Env = []string{"HOME=" + st.home, "PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	return cmd
}

// heldSession is net-ssh holding a session without running its loop, as SSHKit
// does from 1.22.2 on with connections in its pool.
type heldSession struct{}

func (heldSession) run(ctx context.Context, st *stage, s *scenario) outcome {
	return st.runRuby(ctx, "testdata/netssh.rb", s.idle, "0.5")
}

// pool is SSHKit with its pool of connections.
type pool struct{ leavesIdleAlone bool }

func (p pool) run(ctx context.Context, st *stage, s *scenario) outcome {
	args := []string{"1"}
	if p.leavesIdleAlone {
		args = append(args, "leave-idle-alone")
	}
	return st.runRuby(ctx, "testdata/sshkit.rb", s.idle, args...)
}

// runRuby runs a script, which prints what happened as JSON.
func (st *stage) runRuby(ctx context.Context, script string, idle time.Duration, args ...string) outcome {
	args = append([]string{script, "server", st.clientConfig, seconds(idle)}, args...)
	cmd := st.local(ctx, st.ruby, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err != nil {
		return outcome{err: fmt.Errorf("%s: %w: %s", script, err, stderr.Bytes())}
	}
	var said struct {
		Ruby, SSHKit  string
		First, Second string
		Error         string
		Seconds       float64
		Options       netsshOptions
	}
	if err := json.Unmarshal(stdout, &said); err != nil {
		return outcome{err: fmt.Errorf("%s: %w: %s", script, err, stdout)}
	}
	out := outcome{said: said.Error, ruby: said.Ruby, sshkit: said.SSHKit, options: said.Options, after: time.Duration(said.Seconds * float64(time.Second))}
	switch {
	case !strings.HasPrefix(said.First, clientAddress+" "):
		out.err = fmt.Errorf("the first command says %q", said.First)
	case said.Error == "" && said.Second != said.First:
		out.said = "works over a second connection"
	case said.Error == "":
		out.said = works
	}
	return out
}

// silentCommand is ssh with a command that prints nothing before it is done.
type silentCommand struct{}

func (silentCommand) run(ctx context.Context, st *stage, s *scenario) outcome {
	ctx, cancel := context.WithTimeout(ctx, s.idle+patience)
	defer cancel()
	cmd := st.local(ctx, st.ssh, "-F", st.clientConfig, "server", "echo ready; sleep "+seconds(s.idle)+"; echo done")
	return st.talk(ctx, cmd, s.idle, nil)
}

// typing is ssh with a program that prints what is typed, and a user who pauses.
type typing struct{}

func (typing) run(ctx context.Context, st *stage, s *scenario) outcome {
	ctx, cancel := context.WithTimeout(ctx, s.idle+patience)
	defer cancel()
	cmd := st.local(ctx, st.ssh, "-F", st.clientConfig, "server", "echo ready; cat")
	keyboard, err := cmd.StdinPipe()
	if err != nil {
		return outcome{err: err}
	}
	return st.talk(ctx, cmd, s.idle, func() {
		time.Sleep(s.idle)
		io.WriteString(keyboard, "done\n")
		keyboard.Close()
	})
}

// talk runs ssh until it ends, or until ctx does. It must print "ready", and
// then "done" or its complaint. typed runs once it is ready.
func (st *stage) talk(ctx context.Context, cmd *exec.Cmd, idle time.Duration, typed func()) outcome {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return outcome{err: err}
	}
	if err := cmd.Start(); err != nil {
		return outcome{err: err}
	}
	stdout := bufio.NewReader(pipe)
	first, _ := stdout.ReadString('\n')
	start := time.Now()
	if typed != nil && first == "ready\n" {
		go typed()
	}
	rest, _ := io.ReadAll(stdout)
	err = cmd.Wait()
	// The server began its silence before "ready" was seen here.
	out := outcome{after: max(0, time.Since(start)-idle)}
	switch {
	case first != "ready\n":
		out.err = fmt.Errorf("ssh: %v: %s", err, stderr.Bytes())
	case ctx.Err() != nil && len(rest)+stderr.Len() == 0:
		out.said, out.after = hangs, patience
	case err == nil && string(rest) == "done\n":
		out.said = works
	default:
		out.said = strings.TrimSpace(fmt.Sprintf("%v: %s%s", err, rest, stderr.Bytes()))
	}
	return out
}
