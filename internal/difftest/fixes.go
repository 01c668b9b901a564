package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// checkFix fixes a scenario and asks the program before and after. What comes
// back as a mismatch is a broken promise of `sshvet fix`: what was accepted is
// accepted, no value but the keep-alive differs, the keep-alive is as the
// profile wants it or a finding is left, lines without a fix are as they were,
// and a second fix changes nothing.
func checkFix(o *Oracle, reader *Reader, s *Scenario, dir string) (found []Mismatch, asked, refused int, err error) {
	if err := s.Write(dir); err != nil {
		return nil, 0, 0, err
	}
	queries := plainQueries(s)
	before, refused, err := askAll(o, dir, queries)
	if err != nil {
		return nil, 0, 0, err
	}
	f := fixed{dialect: reader.Dialect, queries: queries, dir: dir, plan: reader.plan(dir)}
	for _, bad := range slices.Concat(f.plan.Unproven, f.plan.Errors) {
		f.broken("proof", "", bad.Error())
	}
	if err := f.write(); err != nil {
		f.broken("write", "", err.Error())
		return f.found, len(before), refused, nil
	}
	after, _, err := askAll(o, dir, queries)
	if err != nil {
		return nil, 0, 0, err
	}
	f.compare(before, after)
	f.otherLines()
	if again := reader.plan(dir); len(again.Changes) > 0 {
		f.broken("second fix", string(again.Changes[0].Old), string(again.Changes[0].New))
	}
	return f.found, len(before), refused, nil
}

// plainQueries are the questions without -o, and one about a stranger: options
// would hide what the files say.
func plainQueries(s *Scenario) []Query {
	stranger := Query{Host: "stranger.invalid"}
	if s.Side == keyword.Server {
		stranger = Query{Spec: "user=stranger,host=stranger.invalid,addr=198.51.100.7,laddr=192.0.2.1,lport=22"}
	}
	out := []Query{stranger}
	for _, q := range s.Queries {
		if len(q.Options) == 0 {
			out = append(out, q)
		}
	}
	return out
}

func askAll(o *Oracle, dir string, queries []Query) (answers []*Answer, refused int, err error) {
	for _, q := range queries {
		a, err := o.Ask(dir, q)
		if err != nil {
			return nil, 0, err
		}
		if a.Refused {
			refused++
		}
		answers = append(answers, a)
	}
	return answers, refused, nil
}

// plan is what `sshvet fix` would do to the main file and all it includes.
func (r *Reader) plan(dir string) *fix.Plan {
	path := filepath.Join(dir, mainFile)
	data, err := os.ReadFile(path)
	if err != nil {
		return &fix.Plan{Errors: []error{err}}
	}
	env := r.env(dir)
	env.Identity = realName
	e := lint.Entry{Path: path, Dialect: r.Dialect, Env: env, Sources: []resolve.Source{{Path: path, Data: data}}}
	return fix.Make(fix.Request{Entries: []lint.Entry{e}, Rules: rules.All(), Settings: lint.Settings{Profile: lint.Deploy}})
}

// realName is a path with all links and detours followed, as for the program.
func realName(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// fixed is one scenario after its fix.
type fixed struct {
	dialect keyword.Dialect
	queries []Query
	dir     string
	plan    *fix.Plan
	found   []Mismatch
}

func (f *fixed) broken(promise, want, got string) { f.brokenFor(f.queries[0], promise, want, got) }

func (f *fixed) brokenFor(q Query, promise, want, got string) {
	hide := func(s string) []string { return []string{strings.ReplaceAll(s, f.dir, dirMark)} }
	f.found = append(f.found, Mismatch{Query: q, Kind: "fix: " + promise, Want: hide(want), Got: hide(got)})
}

func (f *fixed) write() error {
	var reqs []fix.WriteRequest
	for _, ch := range f.plan.Changes {
		reqs = append(reqs, fix.WriteRequest{Path: ch.Path, Old: ch.Old, New: ch.New, Create: ch.Create, Mode: ch.Mode})
	}
	_, err := fix.WriteAll(reqs, nil)
	return err
}

// compare looks at what the program says before and after.
func (f *fixed) compare(before, after []*Answer) {
	interval, count := "serveraliveinterval", "serveralivecountmax"
	if f.dialect.Side == keyword.Server {
		interval, count = "clientaliveinterval", "clientalivecountmax"
	}
	for i, q := range f.queries {
		was, is := before[i], after[i]
		if is.Refused {
			if !was.Refused {
				f.brokenFor(q, "accepted before, refused after", "", strings.Join(is.Stderr, "; "))
			}
			continue
		}
		if was.Refused {
			continue // a line that could not be read can be read now
		}
		for _, key := range slices.Sorted(maps.Keys(is.Values)) {
			if key != interval && key != count && !slices.Equal(was.Values[key], is.Values[key]) {
				f.brokenFor(q, "changes "+key, fmt.Sprint(was.Values[key]), fmt.Sprint(is.Values[key]))
			}
		}
		if good(was, interval, count) && !good(is, interval, count) || !good(is, interval, count) && !f.findingLeft() {
			f.brokenFor(q, "weak and nothing said", pairOf(was, interval, count), pairOf(is, interval, count))
		}
	}
}

// good reports whether the pair that a program prints is within the bounds.
func good(a *Answer, interval, count string) bool {
	seconds, patience := number(a, interval), number(a, count)
	return 1 <= seconds && seconds <= lint.Deploy.Interval && patience >= lint.Deploy.Count
}

func number(a *Answer, key string) int {
	if n, err := strconv.Atoi(strings.Join(a.Values[key], "")); err == nil {
		return n
	}
	return -1
}

func pairOf(a *Answer, interval, count string) string {
	return fmt.Sprintf("%v/%v", a.Values[interval], a.Values[count])
}

// findingLeft reports whether a finding is left that is about the keep-alive,
// or says why OpenSSH reads less than it should.
func (f *fixed) findingLeft() bool {
	return slices.ContainsFunc(f.plan.After.Diagnostics, func(d lint.Diagnostic) bool {
		return d.Severity >= lint.Warning && d.Rule != "shadowed-keepalive" &&
			(d.Category == "keepalive" || d.Severity == lint.Error || d.Rule == "control-character")
	})
}

// otherLines looks for lines that are gone though no fix was about them.
func (f *fixed) otherLines() {
	for _, ch := range f.plan.Changes {
		kept := map[string]int{}
		for line := range bytes.Lines(ch.New) {
			kept[plainLine(line)]++
		}
		at := 0
		for line := range bytes.Lines(ch.Old) {
			start, end := at, at+len(line)
			at = end
			if kept[plainLine(line)]--; kept[plainLine(line)] >= 0 || aboutKeepalive(line) || f.edited(ch.Path, start, end) {
				continue
			}
			f.broken("loses a line", string(line), "")
		}
	}
}

// plainLine is a line without its line end, which a last line may get.
func plainLine(line []byte) string { return strings.TrimRight(string(line), "\r\n") }

// aboutKeepalive reports whether a line holds one of the keywords of a pair, or
// a byte-order mark, which may stand in a file that is read only once another
// line is mended.
func aboutKeepalive(line []byte) bool {
	text := pattern.Lower(strings.ReplaceAll(string(line), `"`, ""))
	return containsAny(text, []string{"alive", "protocolkeepalives", "setuptimeout", "\ufeff"})
}

// edited reports whether a fix that was offered edits a place.
func (f *fixed) edited(path string, start, end int) bool {
	for i := range f.plan.Before.Diagnostics {
		for _, fx := range f.plan.Before.Diagnostics[i].Fixes {
			if fx.Applicability == lint.Safe && slices.ContainsFunc(fx.Edits, func(e lint.TextEdit) bool {
				return e.File == path && e.Start < end && start < e.End
			}) {
				return true
			}
		}
	}
	return false
}
