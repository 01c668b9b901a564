package probe

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"os/exec"
	"sync"
	"time"
)

// Process is a running ssh.
type Process interface {
	io.Writer // its standard input
	Stdout() io.Reader
	Stderr() io.Reader
	// Wait returns once it has ended. What it wrote before can still be read.
	Wait() error
	// Close gives the pipes back, and ends reads from them.
	Close()
	// Kill ends it and all that it has started. It may be called again.
	Kill()
	// Back gives the terminal back, if it was given to the process.
	Back()
}

// session is an ssh that runs `cat` on the far side.
type session struct {
	p     Process
	log   sshLog
	begun time.Time     // of the silence: the last echo
	ended chan struct{} // closed once ssh has ended
	exit  int

	mu   sync.Mutex
	want []byte // nil: nothing is waited for
	seen chan struct{}
	tail []byte // of the output
}

// newSession starts ssh.
func (r *run) newSession(setup Setup, ask bool) (*session, error) {
	p, err := r.env.Start(r.sessionArgs(setup, ask), ask)
	if err != nil {
		return nil, err
	}
	s := &session{p: p, ended: make(chan struct{})}
	var readers sync.WaitGroup
	readers.Add(2)
	go func() { defer readers.Done(); s.log.read(p.Stderr(), r.env.Now) }()
	go func() { defer readers.Done(); s.read(p.Stdout()) }()
	r.group.Add(1)
	go func() {
		defer r.group.Done()
		s.exit = exitCode(p.Wait())
		// Whatever still has the outputs open is no concern of ours.
		timer := time.AfterFunc(lastWords, p.Close)
		readers.Wait()
		timer.Stop()
		p.Close()
		close(s.ended)
	}()
	return s, nil
}

// lastWords is how long the outputs of an ended ssh are read.
const lastWords = time.Second

func exitCode(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	return bySignal
}

// bySignal is the exit code of a process that was ended by a signal, which is
// what (*os.ProcessState).ExitCode has for it.
const bySignal = -1

// mostTail is how much of the output is looked at for an echo.
const mostTail = 64 << 10

// read looks for the echo that is waited for. What shells print besides, such as
// a greeting, is passed over.
func (s *session) read(r io.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		s.mu.Lock()
		s.tail = append(s.tail, buf[:n]...)
		if s.want != nil && bytes.Contains(s.tail, s.want) {
			close(s.seen)
			s.want = nil
		}
		if over := len(s.tail) - mostTail; over > 0 {
			s.tail = append(s.tail[:0], s.tail[over:]...)
		}
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// ask writes a new word and returns what is closed once it has come back. A
// write never blocks: it is short, and pipes hold more.
func (s *session) ask() <-chan struct{} {
	word := make([]byte, 8)
	rand.Read(word)
	line := []byte("sshvet-" + hex.EncodeToString(word) + "\n")
	s.mu.Lock()
	s.want, s.seen, s.tail = line[:len(line)-1], make(chan struct{}), nil
	seen := s.seen
	s.mu.Unlock()
	s.p.Write(line) // where it fails, ssh has ended
	return seen
}
