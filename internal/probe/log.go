package probe

import (
	"bufio"
	"io"
	"strings"
	"sync"
	"time"
)

// The messages of ssh with LogLevel DEBUG1 that are understood (clientloop.c,
// packet.c, sshconnect.c). They are the same in all locales.
const (
	saysProbe     = "rtype keepalive@openssh.com" // a global request, or one of the channel
	saysServer    = "remote software version "
	saysClient    = "Local version string SSH-2.0-"
	saysLoggedIn  = "Authenticated to "
	saysRunning   = "Sending command: "
	saysExit      = "Exit status "
	mostSaid      = 30
	longestOfLine = 1000
)

// sshLog is what a session says on its standard error, as far as it matters.
type sshLog struct {
	mu             sync.Mutex
	probes         []time.Time
	server, client string
	loggedIn       bool
	running        bool
	exit           string // "-1": the server gave none
	said           []string
}

// read reads to the end.
func (l *sshLog) read(r io.Reader, now func() time.Time) {
	in := bufio.NewReaderSize(r, 4096)
	for {
		line, err := in.ReadSlice('\n')
		if len(line) > 0 {
			l.line(strings.TrimRight(string(line[:min(len(line), longestOfLine)]), "\r\n"), now)
		}
		if err != nil && err != bufio.ErrBufferFull {
			return
		}
	}
}

func (l *sshLog) line(line string, now func() time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	text, debug := strings.CutPrefix(line, "debug1: ")
	switch {
	case debug && strings.Contains(text, saysProbe):
		l.probes = append(l.probes, now())
	case debug && strings.HasPrefix(text, saysExit):
		l.exit = strings.TrimPrefix(text, saysExit)
	case debug && strings.Contains(text, saysRunning):
		l.running = true
	case debug && strings.HasPrefix(text, saysClient):
		l.client = strings.TrimPrefix(text, saysClient)
	case debug && strings.Contains(text, saysServer):
		_, l.server, _ = strings.Cut(text, saysServer)
	case debug, strings.TrimSpace(text) == "", strings.HasPrefix(text, "Transferred: "), strings.HasPrefix(text, "Bytes per second: "):
	case strings.HasPrefix(text, saysLoggedIn):
		l.loggedIn = true
	case len(l.said) < mostSaid:
		l.said = append(l.said, text)
	default:
		copy(l.said, l.said[1:])
		l.said[len(l.said)-1] = text
	}
}

// forget drops what was said so far: it belongs to the login, not to the end.
func (l *sshLog) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = nil
}

// story is what a log tells about the end of a session.
type story struct {
	said              []string
	exit              string
	loggedIn, running bool
}

func (l *sshLog) story() story {
	l.mu.Lock()
	defer l.mu.Unlock()
	return story{append([]string(nil), l.said...), l.exit, l.loggedIn, l.running}
}

func (l *sshLog) versions() (server, client string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.server, l.client
}

// probesSince are the times of the server's probes after a moment.
func (l *sshLog) probesSince(begun time.Time, until time.Duration) []time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []time.Duration
	for _, at := range l.probes {
		if d := at.Sub(begun); d > 0 && d <= until {
			out = append(out, d)
		}
	}
	return out
}

// last is the line that says why a session ended: the last one, as what the
// server shows before the login comes first.
func (s story) last() string {
	if len(s.said) == 0 {
		return ""
	}
	return s.said[len(s.said)-1]
}

// says looks for one of the phrases, and returns the last line that has one.
func (s story) says(phrases ...string) (line string, found bool) {
	for i := len(s.said) - 1; i >= 0; i-- {
		for _, p := range phrases {
			if strings.Contains(s.said[i], p) {
				return s.said[i], true
			}
		}
	}
	return "", false
}
