package probe

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Settings are what ssh will use for the host, by `ssh -G`.
type Settings struct {
	HostName, User, Port string
	Interval, CountMax   int // ServerAliveInterval in seconds, ServerAliveCountMax
	TCPKeepAlive         bool
	// Jump is the ProxyJump, or "ProxyCommand" where a command makes the
	// connection; "" if it is direct.
	Jump string

	connectTimeout time.Duration
	shared         bool     // ControlPath is set, so that connections may be shared
	overrides      []string // options that take back what would keep ssh from running `cat`
}

// proxyCommand is the Jump of a ProxyCommand.
const proxyCommand = "ProxyCommand"

// settings asks ssh. It does not set BatchMode: the ssh of Debian and Ubuntu
// then has 300 as the default of ServerAliveInterval, which is not what the user
// gets.
func (r *run) settings() (Settings, error) {
	out, err := r.shown(append(slices.Clone(r.o.SSHArgs), "--", r.o.Host))
	if err != nil {
		return Settings{}, err
	}
	s := readSettings(out)
	jump, err := r.jumpArgs(s.Jump)
	s.overrides = append(s.overrides, jump...)
	return s, err
}

// shown is what `ssh -G` prints for these arguments.
func (r *run) shown(args []string) ([]byte, error) {
	p, err := r.env.Start(append([]string{"-G"}, args...), false)
	if err != nil {
		return nil, fmt.Errorf("cannot run ssh: %w; install the OpenSSH client", err)
	}
	defer p.Close()
	timer := time.AfterFunc(settingsPatience, p.Kill) // Match exec may hang
	defer timer.Stop()
	stop := contextAfter(r.ctx, p.Kill)
	defer stop()
	said := make(chan []byte, 1)
	go func() {
		text, _ := io.ReadAll(io.LimitReader(p.Stderr(), 64<<10))
		said <- text
		io.Copy(io.Discard, p.Stderr())
	}()
	out, _ := io.ReadAll(io.LimitReader(p.Stdout(), 4<<20))
	text := <-said
	if err := p.Wait(); err != nil {
		if line := lastLine(text); line != "" {
			return nil, errors.New("ssh does not take this host or its configuration: " + line)
		}
		return nil, fmt.Errorf("ssh -G failed (%w)", err)
	}
	return out, nil
}

const settingsPatience = 30 * time.Second

func lastLine(text []byte) string {
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.TrimSpace(lines[len(lines)-1]))
}

// unwanted are values that `ssh -G` may show with which the session would not be
// a silent `cat`, and what they are set to. An option that is not shown may not
// be known to this release, and is not set.
var unwanted = map[string]string{
	"forkafterauthentication": "no",
	"stdinnull":               "no",
	"sessiontype":             "default",
	"remotecommand":           "none",
	"updatehostkeys":          "no",        // many sessions would write known_hosts at the same time
	"rekeylimit":              "default 0", // never for the time that has passed; "none" leaves that to the files
}

// readSettings reads what `ssh -G` prints: a keyword in lower case and its value
// on each line.
func readSettings(out []byte) Settings {
	s := Settings{CountMax: 3, TCPKeepAlive: true}
	for line := range bytes.Lines(out) {
		key, value, _ := strings.Cut(strings.TrimRight(string(line), "\r\n"), " ")
		switch key = strings.ToLower(key); key {
		case "hostname":
			s.HostName = value
		case "user":
			s.User = value
		case "port":
			s.Port = value
		case "serveraliveinterval":
			s.Interval, _ = strconv.Atoi(value)
		case "serveralivecountmax":
			s.CountMax, _ = strconv.Atoi(value)
		case "tcpkeepalive":
			s.TCPKeepAlive = value == "yes" || value == "true"
		case "proxyjump":
			s.Jump = value
		case "proxycommand":
			s.Jump = proxyCommand
		case "controlpath":
			s.shared = value != "none"
		case "connecttimeout":
			n, _ := strconv.Atoi(value)
			s.connectTimeout = time.Duration(n) * time.Second
		}
		if to, found := unwanted[key]; found && value != to {
			s.overrides = append(s.overrides, "-o", key+"="+to)
		}
	}
	return s
}

// always are the options that a session has in front of all others: nothing is
// shared with other connections, nothing is forwarded, and ssh tells on its
// standard error what happens to it.
var always = []string{
	"-T", "-x", "-a",
	"-o", "ControlMaster=no", "-o", "ControlPath=none",
	"-o", "ClearAllForwardings=yes", "-o", "Tunnel=no", "-o", "PermitLocalCommand=no",
	"-o", "LogLevel=DEBUG1", "-o", "VisualHostKey=no",
}

// defaultConnectTimeout bounds the TCP connect where no file does.
const defaultConnectTimeout = 20 * time.Second

// sessionArgs are the arguments of ssh for a session.
func (r *run) sessionArgs(setup Setup, ask bool) []string {
	s := &r.res.Settings
	args := append([]string(nil), always...)
	args = append(args, s.overrides...)
	if s.connectTimeout == 0 {
		args = append(args, "-o", "ConnectTimeout="+strconv.Itoa(int(defaultConnectTimeout/time.Second)))
	}
	if setup == Off {
		args = append(args, "-o", "ServerAliveInterval=0", "-o", "TCPKeepAlive=no")
	} else {
		// Said aloud, as BatchMode changes the default of Debian's ssh.
		args = append(args, "-o", "ServerAliveInterval="+strconv.Itoa(s.Interval))
	}
	if !ask {
		args = append(args, "-o", "BatchMode=yes")
	}
	args = append(args, r.o.SSHArgs...)
	return append(args, "--", r.o.Host, "cat")
}
