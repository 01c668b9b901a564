package probe

import (
	"io"
	"os"
	"os/exec"
	"sync"
)

// Starter starts the program ssh, whose words may be several for a test. tty is
// the terminal that is given to an ssh that has to ask; it may be nil.
func Starter(program []string, tty *os.File) func(args []string, foreground bool) (Process, error) {
	return func(args []string, foreground bool) (Process, error) {
		words := append(append([]string(nil), program[1:]...), args...)
		cmd := exec.Command(program[0], words...)
		p := &process{cmd: cmd}
		if foreground {
			p.tty = tty
		}
		// Pipes of our own: those of exec are closed by Wait, whether they are
		// read or not.
		if err := p.pipes(); err != nil {
			return nil, err
		}
		err := startApart(cmd, p.tty)
		p.closeTheirs()
		if err != nil {
			p.closeOurs()
			return nil, err
		}
		return p, nil
	}
}

// process is a started ssh.
type process struct {
	cmd                   *exec.Cmd
	stdin, stdout, stderr *os.File // our ends
	theirs                []*os.File
	tty                   *os.File // it was given this
	mu                    sync.Mutex
	waited                bool
}

func (p *process) pipes() (err error) {
	in, stdin, err := os.Pipe()
	if err != nil {
		return err
	}
	p.stdin, p.theirs = stdin, append(p.theirs, in)
	var out, errs *os.File
	if p.stdout, out, err = os.Pipe(); err == nil {
		p.theirs = append(p.theirs, out)
		p.stderr, errs, err = os.Pipe()
	}
	if err != nil {
		p.closeTheirs()
		p.closeOurs()
		return err
	}
	p.theirs = append(p.theirs, errs)
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = in, out, errs
	return nil
}

func (p *process) closeTheirs() {
	for _, f := range p.theirs {
		f.Close()
	}
	p.theirs = nil
}

func (p *process) closeOurs() {
	for _, f := range []*os.File{p.stdin, p.stdout, p.stderr} {
		if f != nil {
			f.Close()
		}
	}
}

func (p *process) Write(b []byte) (int, error) {
	return p.stdin.Write(b)
}
func (p *process) Stdout() io.Reader { return p.stdout }
func (p *process) Stderr() io.Reader { return p.stderr }

// Wait also ends what the process leaves behind, such as a ProxyCommand that
// would keep the outputs open.
func (p *process) Wait() error {
	err := p.cmd.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waited = true
	killAll(p.cmd)
	return err
}

func (p *process) Close() { p.closeOurs() }

func (p *process) Kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waited {
		return
	}
	killAll(p.cmd)
}

// Back gives the terminal to our own process group again.
func (p *process) Back() {
	if p.tty != nil {
		takeTerminal(p.tty)
		p.tty = nil
	}
}
