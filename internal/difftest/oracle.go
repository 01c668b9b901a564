package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/sshvet/sshvet/internal/keyword"
)

// Answer is what a program makes of a query.
type Answer struct {
	Refused bool                `json:",omitempty"`
	Stderr  []string            `json:",omitempty"` // why, where refused
	Values  map[string][]string `json:",omitempty"` // lower-case keyword to printed values
}

// Oracle is one of the installed programs.
type Oracle struct {
	Dialect keyword.Dialect
	path    string
	hostKey string
}

// MissingError tells which Debian package has the program.
type MissingError struct {
	Package string
	Why     error
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("%v: install the Debian package %s", e.Why, e.Package)
}

// FindOracle finds the program of a side and its release. dir is a folder for
// what it needs: sshd wants a host key.
func FindOracle(side keyword.Side, dir string) (*Oracle, error) {
	pkg := "openssh-" + side.String()
	ssh, err := exec.LookPath("ssh")
	if err != nil {
		return nil, &MissingError{"openssh-client", err}
	}
	version, err := exec.Command(ssh, "-V").CombinedOutput()
	if err != nil {
		return nil, &MissingError{"openssh-client", err}
	}
	o := &Oracle{path: ssh, Dialect: keyword.Dialect{Side: side}}
	name, _, _ := strings.Cut(string(version), " ")
	if o.Dialect.Release, err = keyword.ParseRelease(strings.TrimSuffix(name, ",")); err != nil {
		return nil, err
	}
	if bytes.Contains(version, []byte("Debian")) || bytes.Contains(version, []byte("Ubuntu")) {
		o.Dialect.Vendor = keyword.Debian
	}
	if side == keyword.Server {
		if err := o.findServer(dir); err != nil {
			return nil, &MissingError{pkg, err}
		}
	}
	return o, nil
}

func (o *Oracle) findServer(dir string) error {
	var err error
	for _, path := range []string{"sshd", "/usr/sbin/sshd", "/usr/local/sbin/sshd"} {
		if o.path, err = exec.LookPath(path); err == nil {
			break
		}
	}
	if err != nil {
		return err
	}
	if o.path, err = filepath.Abs(o.path); err != nil { // sshd insists on it
		return err
	}
	o.hostKey = filepath.Join(dir, "hostkey")
	if _, err := os.Stat(o.hostKey); err == nil {
		return nil // made before
	}
	out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", o.hostKey).CombinedOutput()
	if err != nil {
		return fmt.Errorf("ssh-keygen: %w: %s", err, out)
	}
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		return err
	}
	if out, err = exec.Command(o.path, "-T", "-h", o.hostKey, "-f", empty).CombinedOutput(); err != nil {
		return fmt.Errorf("sshd -T: %w: %s", err, out)
	}
	return nil
}

// errCrashed: a signal ended the program. glob.c of 9.2 reads beyond the end of
// some bracket expressions that are not closed.
var errCrashed = errors.New("it crashed")

// Ask runs the program on the scenario's main file in dir.
func (o *Oracle) Ask(dir string, q Query) (*Answer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, o.path, o.arguments(dir, q)...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + filepath.Join(dir, homeDir), "SHELL=/bin/false"}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		return nil, fmt.Errorf("%s %q: %w", o.path, cmd.Args, errors.Join(err, ctx.Err()))
	}
	if exit != nil && exit.ExitCode() < 0 {
		return nil, fmt.Errorf("%s %q: %w: %w", o.path, cmd.Args, errCrashed, err)
	}
	a := &Answer{Refused: err != nil}
	if a.Refused {
		a.Stderr = complaints(strings.ReplaceAll(stderr.String(), dir, dirMark))
		return a, nil
	}
	a.Values = dump(strings.ReplaceAll(stdout.String(), dir, dirMark))
	return a, nil
}

func (o *Oracle) arguments(dir string, q Query) []string {
	file := filepath.Join(dir, mainFile)
	if o.Dialect.Side == keyword.Server {
		args := []string{"-T", "-h", o.hostKey, "-f", file}
		for _, opt := range q.Options {
			args = append(args, "-o", opt)
		}
		if q.Spec != "-" {
			args = append(args, "-C", q.Spec)
		}
		return args
	}
	args := []string{"-G", "-F", file}
	if q.User != "" {
		args = append(args, "-l", q.User)
	}
	for _, opt := range q.Options {
		args = append(args, "-o", opt)
	}
	return append(args, "--", q.Host)
}

// noise lists messages of the programs that refuse nothing.
var noise = []string{
	": terminating, ", "Pseudo-terminal will not be allocated", "Deprecated option", "Unsupported option",
	"Unable to load host key", "Could not load host ", "Could not connect to agent", "Unsupported KeyType",
	"debug1: ", "debug2: ", "debug3: ",
	// the lists of AuthenticationMethods at fault; a message for all follows
	"Disabled method ", "Unknown authentication method ", "empty authentication method list",
	// comes with the file and line in a second message
	"Unsupported KEX algorithm ", "Unknown cipher type ",
	// a missing word of a list is refused twice, with and without its text
	`unsupported option "(null)".`, `unsupported option "".`,
}

// complaints are the lines of stderr that say why a file is refused.
func complaints(stderr string) []string {
	var out []string
	for line := range strings.SplitSeq(stderr, "\n") {
		line = strings.TrimRight(line, "\r")
		if line != "" && !isNoise(line) {
			out = append(out, line)
		}
	}
	return out
}

func isNoise(line string) bool {
	return containsAny(line, noise) || strings.HasSuffix(line, ": unsupported option")
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// dump reads what -G and -T print.
func dump(stdout string) map[string][]string {
	values := map[string][]string{}
	for line := range strings.SplitSeq(stdout, "\n") {
		name, value, _ := strings.Cut(line, " ")
		if name = strings.ToLower(name); name != "" {
			values[name] = append(values[name], value)
		}
	}
	return values
}
