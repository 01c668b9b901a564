package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"time"

	"github.com/sshvet/sshvet/internal/keyword"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("difftest", flag.ContinueOnError)
	flags.SetOutput(stderr)
	n := flags.Int("n", 10000, "files of each side")
	first := flags.Int("from", 0, "number of the first file, to take up a hunt where it was")
	side := flags.String("side", "", "client or server; both without it")
	seed := flags.Uint64("seed", uint64(time.Now().UnixNano()), "seed")
	save := flags.String("save", "", "folder for shrunk cases; none are written without it")
	most := flags.Int("shrink", 12, "how many different mismatches to shrink")
	workers := flags.Int("j", runtime.NumCPU(), "programs to run at a time")
	renew := flags.String("renew", "", "folder of saved cases: ask the installed programs again and write their answers")
	stats := flags.Bool("stats", true, "print files per keyword, criterion and trap")
	fixes := flags.Bool("fix", false, "fix each file and compare what the program says before and after, instead of what it and the reader say")
	plant := flags.Bool("mutants", false, "plant faults in the reader, one by one, and see that each is found; run it in the module's root")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if *plant {
		root, err := filepath.Abs(".")
		if err == nil {
			err = runMutants(root, *seed, stdout)
		}
		if err != nil {
			fmt.Fprintf(stderr, "difftest: %v\n", err)
			return 1
		}
		return 0
	}
	sides := []keyword.Side{keyword.Client, keyword.Server}
	switch *side {
	case "client":
		sides = sides[:1]
	case "server":
		sides = sides[1:]
	case "":
	default:
		fmt.Fprintf(stderr, "difftest: -side %q: want client or server\n", *side)
		return 2
	}
	if *renew != "" {
		if err := renewCases(*renew); err != nil {
			fmt.Fprintf(stderr, "difftest: %v\n", err)
			return 2
		}
		return 0
	}
	code := 0
	for _, s := range sides {
		o := options{side: s, first: *first, n: *n, seed: *seed, save: *save, most: *most, workers: *workers, stats: *stats, check: checkReader}
		if *fixes {
			o.check = checkFix
		}
		found, err := o.run(stdout, stderr)
		if err != nil {
			fmt.Fprintf(stderr, "difftest: %v\n", err)
			return 2
		}
		if found {
			code = 1
		}
	}
	return code
}

type options struct {
	side    keyword.Side
	first   int
	n       int
	seed    uint64
	save    string
	most    int
	workers int
	stats   bool
	check   Check
}

// run does one side and reports whether anything differed.
func (o *options) run(stdout, stderr io.Writer) (found bool, err error) {
	dir, err := os.MkdirTemp("", "difftest")
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	oracle, err := FindOracle(o.side, dir)
	if err != nil {
		return false, err
	}
	start := time.Now()
	last := start
	rn := &Runner{Oracle: oracle, Seed: o.seed, First: o.first, Count: o.n, Dir: dir, Workers: o.workers, Check: o.check, Progress: func(done int, r *Report) {
		if time.Since(last) > 2*time.Second {
			last = time.Now()
			fmt.Fprintf(stderr, "\r%s: %d of %d files, %d differences ", o.side, done, o.n, len(r.Findings))
		}
	}}
	report, err := rn.Run()
	fmt.Fprintln(stderr)
	if err != nil {
		return false, err
	}
	fmt.Fprintf(stdout, "%s: OpenSSH %s (%s), seed %d: %d files, %d questions, %.1f %% refused, %d differences, %s\n", o.side, oracle.Dialect.Release,
		oracle.Dialect.Vendor, o.seed, report.Files, report.Asked, 100*float64(report.Refused)/float64(max(1, report.Asked)), len(report.Findings),
		time.Since(start).Round(time.Second))
	if report.Crashed > 0 {
		fmt.Fprintf(stdout, "%s: %d files crash the program and were not compared\n", o.side, report.Crashed)
	}
	if o.stats {
		fmt.Fprint(stdout, report.Stats)
	}
	return len(report.Findings) > 0, o.explain(stdout, oracle, report, filepath.Join(dir, "shrink"))
}

// explain shrinks one finding of each signature, the most frequent first.
func (o *options) explain(stdout io.Writer, oracle *Oracle, report *Report, dir string) error {
	groups := Group(report.Findings)
	for i, g := range groups {
		fmt.Fprintf(stdout, "\n== %d × %s (first: file %d)\n", len(g), g[0].Mismatch.Signature(), g[0].Number)
		if i >= o.most {
			continue
		}
		s, m := Shrink(oracle, o.check, NewReader(oracle), g[0], dir)
		fmt.Fprintf(stdout, "%s\n%s", &m, describe(s))
		if o.save == "" {
			continue
		}
		name := fmt.Sprintf("%s-%s", o.side, slug(m.Signature()))
		if err := Save(oracle, s, dir, filepath.Join(o.save, name+".json")); err != nil {
			return err
		}
	}
	return nil
}

// Group puts findings with the same signature together, the largest group
// first.
func Group(findings []Finding) [][]Finding {
	at := map[string]int{}
	var groups [][]Finding
	for _, f := range findings {
		sig := f.Mismatch.Signature()
		i, ok := at[sig]
		if !ok {
			i = len(groups)
			at[sig] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	sort.SliceStable(groups, func(i, j int) bool { return len(groups[i]) > len(groups[j]) })
	return groups
}

func describe(s *Scenario) string {
	var b strings.Builder
	for _, f := range s.Files {
		fmt.Fprintf(&b, "  -- %s", f.Name)
		if f.Mode != 0 {
			fmt.Fprintf(&b, " mode %o", f.Mode)
		}
		if f.Link != "" {
			fmt.Fprintf(&b, " -> %s", f.Link)
		}
		fmt.Fprintln(&b)
		for line := range strings.SplitAfterSeq(string(f.Data), "\n") {
			if line != "" {
				fmt.Fprintf(&b, "     %q\n", line)
			}
		}
	}
	return b.String()
}

func slug(s string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(s) {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() > 48 {
			break
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}
