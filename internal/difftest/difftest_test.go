package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sshvet/sshvet/internal/keyword"
)

// How many files of each side the tests compare. Most are the same each time:
// a rare difference that only a new seed finds is work for the next hunt
// (`go run ./internal/difftest`), and should seldom turn a change red that has
// nothing to do with it.
const (
	fixedFiles = 1900
	freshFiles = 100
	// files of each side that are fixed
	fixedFixes = 900
	freshFixes = 100
)

// TestFixedSeed and TestFreshSeed compare the reader with the installed
// programs. The second finds new files each time; what it prints is enough to
// run it again.
func TestFixedSeed(t *testing.T) { compareSides(t, 20260821, fixedFiles) }

func TestFreshSeed(t *testing.T) { compareSides(t, uint64(time.Now().UnixNano()), freshFiles) }

// TestFixes fixes files and asks the programs before and after.
func TestFixes(t *testing.T) {
	for _, side := range []keyword.Side{keyword.Client, keyword.Server} {
		t.Run(side.String(), func(t *testing.T) {
			compareSide(t, side, checkFix, 20260821, fixedFixes)
			compareSide(t, side, checkFix, uint64(time.Now().UnixNano()), freshFixes)
		})
	}
}

func compareSides(t *testing.T, seed uint64, count int) {
	for _, side := range []keyword.Side{keyword.Client, keyword.Server} {
		t.Run(side.String(), func(t *testing.T) { compareSide(t, side, checkReader, seed, count) })
	}
}

func compareSide(t *testing.T, side keyword.Side, check Check, seed uint64, count int) {
	dir := t.TempDir()
	oracle := findOracle(t, side, dir)
	rn := &Runner{Oracle: oracle, Seed: seed, Count: count, Dir: dir, Workers: 2, Check: check}
	report, err := rn.Run()
	if err != nil {
		t.Fatal(err)
	}
	refused := 100 * report.Refused / report.Asked
	t.Logf("OpenSSH %s, seed %d: %d files, %d questions, %d %% refused", oracle.Dialect.Release, seed, report.Files, report.Asked, refused)
	if count >= 500 && (refused < 20 || refused > 60) {
		t.Errorf("%d %% of the questions are refused; the generator should keep that between 20 and 60", refused)
	}
	for i, g := range Group(report.Findings) {
		if i == 3 {
			t.Errorf("and more")
			break
		}
		s, m := Shrink(oracle, check, NewReader(oracle), g[0], filepath.Join(dir, "shrink"))
		t.Errorf("seed %d, file %d, %d times like it: %s\n%s", seed, g[0].Number, len(g), &m, describe(s))
	}
}

// findOracle skips where the program is missing, and fails where it has to be
// there.
func findOracle(t *testing.T, side keyword.Side, dir string) *Oracle {
	t.Helper()
	oracle, err := FindOracle(side, dir)
	var missing *MissingError
	switch {
	case errors.As(err, &missing) && os.Getenv("CI") != "true":
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	return oracle
}

// TestFound replays the cases that were found before, with the programs'
// answers, whether or not a program is installed.
func TestFound(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/openssh/found/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatal("no cases in testdata/openssh/found")
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) { replay(t, path) })
	}
}

func replay(t *testing.T, path string) {
	c, err := LoadCase(path)
	if err != nil {
		t.Fatal(err)
	}
	s, reader, err := c.Scenario()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := s.Write(dir); err != nil {
		t.Fatal(err)
	}
	cfg, err := reader.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range s.Queries {
		found, err := reader.Compare(cfg, dir, q, c.Answers[i])
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found {
			t.Errorf("%s\n%s", &m, describe(s))
		}
	}
}

// TestDeterministic: the same seed makes the same files.
func TestDeterministic(t *testing.T) {
	d := keyword.Dialect{Side: keyword.Client, Release: keyword.R(9, 2), Vendor: keyword.Debian}
	for n := range uint64(50) {
		a, b := Generate(d, 7, n, newStats()), Generate(d, 7, n, newStats())
		if fmt.Sprint(*a) != fmt.Sprint(*b) {
			t.Fatalf("file %d differs", n)
		}
	}
}

// TestForbidden: nothing that runs a command or looks up a name is asked.
func TestForbidden(t *testing.T) {
	for _, text := range []string{
		"Match exec true", "Match e\"x\"ec true", "match EXE\\C \"x\"", "CanonicalizeHostname yes", "canonicalizehostname=always",
		"CanonicalizePermittedCNAMEs a:b", "Match ex\x00ec",
	} {
		if !forbidden(&Scenario{Files: []File{{Data: Text(text)}}}) {
			t.Errorf("%q is not forbidden", text)
		}
	}
}
