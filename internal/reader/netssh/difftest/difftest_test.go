package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// How many scenarios the tests compare; each has one to nine files. Most are
// the same each time: a rare difference that only a new seed finds is work for
// the next hunt (`go run ./internal/reader/netssh/difftest`).
const (
	fixedScenarios = 2000
	freshScenarios = 100
)

// TestFixedSeed and TestFreshSeed compare the reader with the real net-ssh.
// The second makes up new files each time; what it prints is enough to run it
// again.
func TestFixedSeed(t *testing.T) { compareWithRuby(t, 20260821, fixedScenarios) }

func TestFreshSeed(t *testing.T) { compareWithRuby(t, uint64(time.Now().UnixNano()), freshScenarios) }

func compareWithRuby(t *testing.T, seed uint64, count int) {
	o := needOracle(t)
	defer o.Close()
	h := &hunt{seed: seed, count: count, oracle: o}
	dir := filepath.Join(t.TempDir(), "s")
	if err := h.run(dir); err != nil {
		t.Fatal(err)
	}
	t.Logf("net-ssh %s, Ruby %s, seed %d: %s", o.NetSSH, o.Ruby, seed, h)
	if raised := 100 * h.raised / h.asked; count >= 500 && (raised < 20 || raised > 60) {
		t.Errorf("%d %% of the questions raise; the generator should keep that between 20 and 60", raised)
	}
	for i, g := range h.groups() {
		if i == 3 {
			t.Error("and more")
			break
		}
		s, m := shrink(o, g[0].scenario, g[0].mismatch, dir)
		t.Errorf("seed %d, scenario %d, %d times like it: %s\n%s", seed, g[0].number, len(g), m, s)
	}
}

// needOracle skips where Ruby or net-ssh is missing, and fails where it has to
// be there.
func needOracle(t *testing.T) *oracle {
	t.Helper()
	o, err := startOracle()
	var missing *missingError
	switch {
	case errors.As(err, &missing) && os.Getenv("CI") != "true":
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	return o
}

// TestDeterministic: the same seed makes the same files.
func TestDeterministic(t *testing.T) {
	for n := range uint64(50) {
		a, b := generate(7, n, map[string]int{}), generate(7, n, map[string]int{})
		if fmt.Sprint(*a) != fmt.Sprint(*b) {
			t.Fatalf("scenario %d differs", n)
		}
	}
}
