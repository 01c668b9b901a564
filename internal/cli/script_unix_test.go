//go:build unix

package cli

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
)

// scriptCommand is a command in the environment of a script.
func scriptCommand(ts *testscript.TestScript, args []string) *exec.Cmd {
	path, err := exec.LookPath(args[0])
	ts.Check(err)
	cmd := exec.Command(path, args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"HOME", "PATH", "TERM", "TMPDIR", "TEST_SYSTEM", "NO_COLOR", "FORCE_COLOR", "SUDO_USER"} {
		if value := ts.Getenv(name); value != "" {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	return cmd
}

// as UID N PROGRAM ARG...: the program, run as another user, exits with N.
// Without root the script is skipped.
func scriptAs(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: as uid exit-code program [args...]")
	}
	uid, err := strconv.ParseUint(args[0], 10, 32)
	ts.Check(err)
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	if os.Geteuid() != 0 {
		skipScript(ts, "only root can be somebody else")
	}
	cmd := scriptCommand(ts, args[2:])
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	openUp(ts, cmd.Path)
	openUp(ts, ts.Getenv("WORK"))
	checkExit(ts, cmd.Run(), want)
}

// openUp lets everybody reach a path below the folder for temporary files.
func openUp(ts *testscript.TestScript, path string) {
	for dir := filepath.Dir(path); dir != os.TempDir() && strings.HasPrefix(dir, os.TempDir()); dir = filepath.Dir(dir) {
		ts.Check(os.Chmod(dir, 0o755))
	}
}

// terminal N ANSWERS PROGRAM ARG...: the program, run on a terminal of its own,
// exits with N. ANSWERS is a file of lines: `wait REGEXP` waits for output
// behind what was waited for before, `send TEXT` types (\n, \x03 for Ctrl-C,
// \x04 for Ctrl-D), `cp FROM TO` copies a file meanwhile. What the terminal
// showed is in stdout then.
func scriptTerminal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: terminal exit-code answers program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	cmd := scriptCommand(ts, args[2:])
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 200})
	ts.Check(err)
	screen := &screen{done: make(chan struct{})}
	go screen.read(tty)
	for line := range strings.Lines(ts.ReadFile(args[1])) {
		if err := screen.act(ts, tty, strings.TrimSuffix(line, "\n")); err != nil {
			cmd.Process.Kill()
			cmd.Wait()
			ts.Fatalf("%v; the terminal shows:\n%s", err, screen.text())
		}
	}
	err = cmd.Wait()
	<-screen.done
	tty.Close()
	fmt.Fprint(ts.Stdout(), screen.text())
	if state := cmd.ProcessState.Sys().(syscall.WaitStatus); state.Signaled() {
		if got := 128 + int(state.Signal()); got != want {
			ts.Fatalf("it was ended by %v", state.Signal())
		}
		return
	}
	checkExit(ts, err, want)
}

// screen is what a terminal has shown.
type screen struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	seen int
	done chan struct{}
}

func (s *screen) read(tty *os.File) {
	defer close(s.done)
	chunk := make([]byte, 4096)
	for {
		n, err := tty.Read(chunk)
		s.mu.Lock()
		s.buf.Write(chunk[:n])
		s.mu.Unlock()
		if err != nil {
			return // EIO: nobody has the terminal open any more
		}
	}
}

// text is all of it, with the line ends of files.
func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.ReplaceAll(s.buf.String(), "\r\n", "\n")
}

func (s *screen) act(ts *testscript.TestScript, tty *os.File, line string) error {
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "":
		return nil
	case "wait":
		return s.wait(rest)
	case "send":
		text, err := strconv.Unquote(`"` + rest + `"`)
		if err != nil {
			return err
		}
		_, err = tty.WriteString(text)
		return err
	case "cp":
		from, to, _ := strings.Cut(rest, " ")
		data, err := os.ReadFile(ts.MkAbs(from))
		if err != nil {
			return err
		}
		return os.WriteFile(ts.MkAbs(to), data, 0o644)
	}
	return fmt.Errorf("unknown action %q", line)
}

func (s *screen) wait(pattern string) error {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		s.mu.Lock()
		at := re.FindIndex(s.buf.Bytes()[s.seen:])
		if at != nil {
			s.seen += at[1]
		}
		s.mu.Unlock()
		if at != nil {
			return nil
		}
	}
	return fmt.Errorf("%q never came", pattern)
}
