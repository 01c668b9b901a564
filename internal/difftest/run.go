package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/sshvet/sshvet/internal/pattern"
)

// Finding is a scenario whose answers differ.
type Finding struct {
	Number   uint64
	Scenario *Scenario
	Mismatch Mismatch
}

// Report is the outcome of a run.
type Report struct {
	Seed     uint64
	Files    int // scenarios
	Asked    int // queries
	Refused  int // queries that the program refused
	Crashed  int // scenarios that the program did not survive: there is nothing to compare
	Stats    *Stats
	Findings []Finding
}

// Runner compares many scenarios of one side.
type Runner struct {
	Oracle   *Oracle
	Seed     uint64
	First    int // number of the first scenario
	Count    int
	Dir      string // for the scenarios' files
	Workers  int
	Progress func(done int, r *Report)
	Check    Check // nil: checkReader
}

// Check asks about one scenario, whose files it writes to dir, and returns what
// differs from what is promised.
type Check func(o *Oracle, reader *Reader, s *Scenario, dir string) (found []Mismatch, asked, refused int, err error)

// Run generates and compares. It returns an error only where a program could
// not be asked.
func (rn *Runner) Run() (*Report, error) {
	report := &Report{Seed: rn.Seed, Stats: newStats()}
	check := rn.Check
	if check == nil {
		check = checkReader
	}
	var next atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	for w := range rn.Workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			dir := filepath.Join(rn.Dir, fmt.Sprintf("w%d", w))
			reader := NewReader(rn.Oracle)
			for {
				n := next.Add(1) - 1
				if n >= int64(rn.Count) {
					return
				}
				n += int64(rn.First)
				stats := newStats()
				s := Generate(rn.Oracle.Dialect, rn.Seed, uint64(n), stats)
				found, asked, refused, err := check(rn.Oracle, reader, s, dir)
				mu.Lock()
				if errors.Is(err, errCrashed) {
					err = nil
					report.Crashed++
				}
				if err != nil {
					failed = fmt.Errorf("scenario %d of seed %d: %w", n, rn.Seed, err)
					next.Store(int64(rn.Count))
				}
				report.Files++
				report.Asked += asked
				report.Refused += refused
				report.Stats.add(stats)
				for _, m := range found {
					report.Findings = append(report.Findings, Finding{uint64(n), s, m})
				}
				if rn.Progress != nil {
					rn.Progress(report.Files, report)
				}
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	sort.SliceStable(report.Findings, func(i, j int) bool { return report.Findings[i].Number < report.Findings[j].Number })
	return report, failed
}

// checkReader asks the program and our reader about one scenario.
func checkReader(o *Oracle, reader *Reader, s *Scenario, dir string) (found []Mismatch, asked, refused int, err error) {
	if err := s.Write(dir); err != nil {
		return nil, 0, 0, err
	}
	c, err := reader.Load(dir)
	if err != nil {
		return nil, 0, 0, err
	}
	linted := false
	for _, q := range s.Queries {
		want, err := o.Ask(dir, q)
		if err != nil {
			return nil, asked, refused, err
		}
		asked++
		if want.Refused {
			refused++
		}
		ms, err := reader.Compare(c, dir, q, want)
		if err != nil {
			return nil, asked, refused, err
		}
		found = append(found, ms...)
		if want.Refused || linted || len(q.Options) > 0 {
			continue
		}
		linted = true // what is accepted for one question has no error
		if ms, err = falseAlarms(reader, s, dir, q); err != nil {
			return nil, asked, refused, err
		}
		found = append(found, ms...)
	}
	return found, asked, refused, nil
}

// falseAlarms looks for errors that the rules report on a scenario that is
// accepted. An IgnoreUnknown may excuse a line for some hosts and users and not
// for others, for whom the error is one, so that scenarios with it are left out.
func falseAlarms(reader *Reader, s *Scenario, dir string, q Query) ([]Mismatch, error) {
	for i := range s.Files {
		if strings.Contains(pattern.Lower(strings.ReplaceAll(string(s.Files[i].Data), `"`, "")), "ignoreunknown") {
			return nil, nil
		}
	}
	return reader.FalseAlarms(dir, q)
}

func sortedKeys(m map[string]int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
