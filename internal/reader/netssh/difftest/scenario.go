// Command difftest finds places where internal/reader/netssh and the real
// net-ssh differ: it makes up configurations, asks a Ruby with net-ssh what it
// makes of them, asks our reader the same, and shrinks what differs to a few
// lines.
//
//	go run ./internal/reader/netssh/difftest -n 100000 -seed 1
//
// It compares all options that Net::SSH::Config.for returns, in their order, or
// the exception. Nothing is connected to and nothing is executed.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/reader/netssh"
	"github.com/sshvet/sshvet/internal/resolve"
)

// dirMark stands for the folder of a scenario.
const dirMark = "@DIR@"

// scenario is a set of files and the hosts they are asked for.
type scenario struct {
	Files []file
	Top   []string // what net-ssh is given; relative to the folder, or with ~ or dirMark
	Hosts []string
}

// file is an entry of the folder: a file, a folder, or a link.
type file struct {
	Name, Data, Link string
	Dir              bool
}

// homeDir is the user's home in the scenario's folder.
const homeDir = "home"

// write puts the files into an empty folder.
func (s *scenario) write(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, homeDir), 0o755); err != nil {
		return err
	}
	for _, f := range s.Files {
		if err := f.write(dir); err != nil {
			return err
		}
	}
	return nil
}

func (f *file) write(dir string) error {
	path := filepath.Join(dir, f.Name)
	if f.Dir {
		return os.MkdirAll(path, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if f.Link != "" {
		return os.Symlink(strings.ReplaceAll(f.Link, dirMark, dir), path)
	}
	return os.WriteFile(path, []byte(strings.ReplaceAll(f.Data, dirMark, dir)), 0o644)
}

// clone is deep enough for the shrinker.
func (s *scenario) clone() *scenario {
	return &scenario{Files: slices.Clone(s.Files), Top: slices.Clone(s.Top), Hosts: slices.Clone(s.Hosts)}
}

func (s *scenario) top(dir string) []string {
	out := make([]string, len(s.Top))
	for i, name := range s.Top {
		out[i] = strings.ReplaceAll(name, dirMark, dir)
	}
	return out
}

func (s *scenario) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "  files %q, hosts %q\n", s.Top, s.Hosts)
	for _, f := range s.Files {
		fmt.Fprintf(&b, "  -- %s", f.Name)
		if f.Link != "" {
			fmt.Fprintf(&b, " -> %s", f.Link)
		}
		if f.Dir {
			b.WriteString("/")
		}
		b.WriteByte('\n')
		for line := range strings.SplitAfterSeq(f.Data, "\n") {
			if line != "" {
				fmt.Fprintf(&b, "     %q\n", line)
			}
		}
	}
	return b.String()
}

// ours is what our reader makes of the files in dir.
func ours(s *scenario, dir, host string) (verdict, error) {
	env := resolve.OSEnv("")
	env.Home = filepath.Join(dir, homeDir)
	env.HomeOf = func(name string) (string, bool) {
		u, err := user.Lookup(name)
		if err != nil {
			return "", false
		}
		return u.HomeDir, true
	}
	env.Identity = func(path string) string {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return real
		}
		return path
	}
	res, err := netssh.For(netssh.ForEnv(env, netssh.Request{Host: host, Files: s.top(dir), Dir: dir}))
	var raised *netssh.Error
	switch {
	case errors.As(err, &raised):
		return stable(verdict{Class: raised.Class, Message: raised.Message}), nil
	case err != nil:
		return verdict{}, err
	}
	var v verdict
	for _, o := range res.Options {
		v.Options = append(v.Options, o.Name+"="+o.Value.Canonical())
	}
	return v, nil
}

// mismatch is a difference.
type mismatch struct {
	Host        string
	Want, Have  verdict
	Differences []string // signature: names of options, or classes of exceptions
}

func (m *mismatch) signature() string { return strings.Join(m.Differences, ", ") }

func (m *mismatch) String() string {
	return fmt.Sprintf("host %q: %s\n  net-ssh: %s\n  ours:    %s", m.Host, m.signature(), m.Want, m.Have)
}

// compare returns nil if both say the same.
func compare(host string, want, have verdict) *mismatch {
	if want.String() == have.String() {
		return nil
	}
	m := &mismatch{Host: host, Want: want, Have: have}
	if want.Class != "" || have.Class != "" {
		m.Differences = []string{fmt.Sprintf("%q for %q", have.Class, want.Class)}
		return m
	}
	for _, pair := range [][2][]string{{want.Options, have.Options}, {have.Options, want.Options}} {
		for _, o := range pair[0] {
			name, _, _ := strings.Cut(o, "=")
			if !slices.Contains(pair[1], o) && !slices.Contains(m.Differences, name) {
				m.Differences = append(m.Differences, name)
			}
		}
	}
	if m.Differences == nil {
		m.Differences = []string{"order"}
	}
	return m
}

// check writes a scenario and compares the answers for all its hosts.
func check(o *oracle, s *scenario, dir string) (found []*mismatch, raised int, err error) {
	if err := s.write(dir); err != nil {
		return nil, 0, err
	}
	for _, host := range s.Hosts {
		want, err := o.ask(dir, filepath.Join(dir, homeDir), host, s.top(dir))
		if err != nil {
			return nil, 0, err
		}
		have, err := ours(s, dir, host)
		if err != nil {
			return nil, 0, err
		}
		if want.Class != "" {
			raised++
		}
		if m := compare(host, want, have); m != nil {
			found = append(found, m)
		}
	}
	return found, raised, nil
}
