// Package gitx asks the installed git about a repository: what is staged, what
// the index holds, where hooks belong. Only git's plumbing is run, never through
// a shell, and what git hands to its hooks (GIT_DIR, GIT_INDEX_FILE) counts.
//
// Paths are those of git: below the top of the work tree, with slashes, any
// bytes but NUL.
package gitx

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// Git is the program as it is run for one repository: in the folder Dir ("" is
// the current one) with the environment Env. What git prints is not for people,
// so that its language does not matter; what it complains about is made English.
type Git struct {
	Dir string
	Env []string
}

// ErrNoGit is the error if there is no git.
var ErrNoGit = errors.New("git is not installed, or not on the PATH")

// Repo is a repository with a work tree.
type Repo struct {
	Git
	// Top is the folder of the work tree, absolute, without symbolic links.
	Top string
}

// Open finds the repository that the folder belongs to. Errors are one line:
// there is no git, there is no repository, it is bare, or git refuses to work in
// it (safe.directory).
func (g Git) Open() (*Repo, error) {
	out, err := g.run("rev-parse", "--is-inside-work-tree")
	switch {
	case err != nil:
		return nil, plain(err)
	case strings.TrimSpace(string(out)) != "true":
		bare, _ := g.run("rev-parse", "--is-bare-repository")
		if strings.TrimSpace(string(bare)) == "true" {
			return nil, errors.New("this is a bare repository: it has no index and no work tree")
		}
		return nil, errors.New("this folder is no part of the work tree: run it there")
	}
	top, err := g.line("rev-parse", "--show-toplevel")
	if err != nil {
		return nil, plain(err)
	}
	real, err := filepath.EvalSymlinks(filepath.FromSlash(top))
	if err != nil {
		return nil, fmt.Errorf("the work tree cannot be found: %w", err)
	}
	return &Repo{Git: g, Top: real}, nil
}

// line is the one line that a command prints.
func (g Git) line(args ...string) (string, error) {
	out, err := g.run(args...)
	return strings.TrimSuffix(strings.TrimSuffix(string(out), "\n"), "\r"), err
}

// failure is a git that ended with an error.
type failure struct {
	command string
	stderr  string
	code    int
}

func (f *failure) Error() string {
	if f.stderr != "" {
		return "git " + f.command + ": " + f.stderr
	}
	return fmt.Sprintf("git %s: exit code %d", f.command, f.code)
}

// run runs git and returns its standard output.
func (g Git) run(args ...string) ([]byte, error) { return g.runWith(nil, args...) }

func (g Git) runWith(stdin []byte, args ...string) ([]byte, error) {
	cmd, err := g.command(args...)
	if err != nil {
		return nil, err
	}
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(stdin), &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return out, &failure{args[0], oneLine(stderr.String()), exit.ExitCode()}
	}
	return out, err
}

// command is git, told to take no lock that is not needed, to take operands for
// names and not for patterns, to ask nobody, and to fetch nothing.
func (g Git) command(args ...string) (*exec.Cmd, error) {
	path, err := exec.LookPath("git")
	if err != nil {
		return nil, ErrNoGit
	}
	cmd := exec.Command(path, append([]string{"--no-optional-locks", "--literal-pathspecs"}, args...)...)
	cmd.Dir = g.Dir
	cmd.Env = append(g.Env[:len(g.Env):len(g.Env)], "LC_ALL=C", "LANGUAGE=C", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1")
	return cmd, nil
}

// oneLine joins what git complains about.
func oneLine(text string) string {
	var parts []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			parts = append(parts, line)
		}
	}
	return strings.Join(parts, " ")
}

// plain puts what git says about a whole repository in words that say what to
// do.
func plain(err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return err
	}
	switch {
	case strings.Contains(f.stderr, "dubious ownership"):
		return errors.New("git refuses to work here, as the repository belongs to somebody else: " + strings.TrimPrefix(f.stderr, "fatal: "))
	case strings.Contains(f.stderr, "not a git repository"):
		return errors.New("this is not a git repository: run it in one")
	case strings.Contains(f.stderr, "must be run in a work tree"):
		return errors.New("there is no work tree here: run it in one")
	}
	return err
}
