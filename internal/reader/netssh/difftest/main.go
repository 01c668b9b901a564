package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("difftest", flag.ContinueOnError)
	flags.SetOutput(stderr)
	n := flags.Int("n", 10000, "scenarios")
	first := flags.Int("from", 0, "number of the first scenario, to take up a hunt where it was")
	seed := flags.Uint64("seed", uint64(time.Now().UnixNano()), "seed")
	most := flags.Int("shrink", 12, "how many different mismatches to shrink")
	stats := flags.Bool("stats", true, "print how often each thing was generated")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	h := &hunt{seed: *seed, first: *first, count: *n, progress: stderr}
	found, err := h.report(stdout, *most, *stats)
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "difftest: %v\n", err)
		return 2
	case found:
		return 1
	}
	return 0
}

// hunt compares a number of scenarios.
type hunt struct {
	seed         uint64
	first, count int
	progress     io.Writer

	oracle   *oracle
	findings []finding
	asked    int
	raised   int
	files    int
	marks    map[string]int
}

// finding is a scenario with its first mismatch.
type finding struct {
	number   int
	scenario *scenario
	mismatch *mismatch
}

// run compares all.
func (h *hunt) run(dir string) error {
	h.marks = map[string]int{}
	last := time.Now()
	for i := range h.count {
		number := h.first + i
		s := generate(h.seed, uint64(number), h.marks)
		found, raised, err := check(h.oracle, s, dir)
		if err != nil {
			return fmt.Errorf("seed %d, scenario %d: %w\n%s", h.seed, number, err, s)
		}
		h.asked += len(s.Hosts)
		h.files += len(s.Files)
		h.raised += raised
		if len(found) > 0 {
			h.findings = append(h.findings, finding{number, s, found[0]})
		}
		if h.progress != nil && time.Since(last) > 2*time.Second {
			last = time.Now()
			fmt.Fprintf(h.progress, "\r%d of %d scenarios, %d differences ", i+1, h.count, len(h.findings))
		}
	}
	return nil
}

// groups puts findings with the same signature together, the largest group
// first.
func (h *hunt) groups() [][]finding {
	by := map[string][]finding{}
	for _, f := range h.findings {
		by[f.mismatch.signature()] = append(by[f.mismatch.signature()], f)
	}
	return slices.SortedFunc(maps.Values(by), func(a, b []finding) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a[0].number, b[0].number))
	})
}

// report runs the hunt and prints what it found.
func (h *hunt) report(stdout io.Writer, most int, stats bool) (found bool, err error) {
	if h.oracle, err = startOracle(); err != nil {
		return false, err
	}
	defer h.oracle.Close()
	dir, err := os.MkdirTemp("", "difftest")
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	start := time.Now()
	if err := h.run(filepath.Join(dir, "s")); err != nil {
		return false, err
	}
	fmt.Fprintf(stdout, "net-ssh %s on Ruby %s, seed %d: %s, %s\n", h.oracle.NetSSH, h.oracle.Ruby, h.seed, h, time.Since(start).Round(time.Second))
	if stats {
		fmt.Fprintln(stdout, h.generated())
	}
	for i, g := range h.groups() {
		fmt.Fprintf(stdout, "\n== %d × %s (first: scenario %d)\n", len(g), g[0].mismatch.signature(), g[0].number)
		if i < most {
			s, m := shrink(h.oracle, g[0].scenario, g[0].mismatch, filepath.Join(dir, "shrink"))
			fmt.Fprintf(stdout, "%s\n%s", m, s)
		}
	}
	return len(h.findings) > 0, nil
}

// generated is how often each thing was generated.
func (h *hunt) generated() string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(h.marks)) {
		list = append(list, fmt.Sprintf("%s %d", name, h.marks[name]))
	}
	return strings.Join(list, ", ")
}

// String is the figures of the hunt.
func (h *hunt) String() string {
	return fmt.Sprintf("%d scenarios, %d files, %d questions, %.1f %% raise, %d differences",
		h.count, h.files, h.asked, 100*float64(h.raised)/float64(max(1, h.asked)), len(h.findings))
}
