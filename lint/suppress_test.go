package lint_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

// wordRule reports every word of that text, wherever it stands. Its fix, which
// claims to be safe, removes the word.
func wordRule(name, word string) *lint.Rule {
	return &lint.Rule{
		Name: name, Category: "test", Severity: lint.Warning, Sides: lint.BothSides, Fix: lint.Safe,
		Run: func(p *lint.Pass) {
			p.Files(func(path string, src []byte) {
				for at := 0; ; at += len(word) {
					next := bytes.Index(src[at:], []byte(word))
					if next < 0 {
						return
					}
					at += next
					span := lint.Span{File: path, Start: at, End: at + len(word)}
					p.Report(lint.Diagnostic{Span: span, Message: "there is a " + word, Fixes: []lint.SuggestedFix{
						{Applicability: lint.Safe, Edits: []lint.TextEdit{{Span: span}}},
					}})
				}
			})
		},
	}
}

// fileRule reports each file at its very start.
var fileRule = &lint.Rule{
	Name: "missing", Category: "test", Severity: lint.Note, Sides: lint.BothSides,
	Run: func(p *lint.Pass) { p.Report(lint.Diagnostic{Span: lint.Span{File: p.Path}, Message: "missing"}) },
}

// unusedRule reports what is unused, as the real rule does.
var unusedRule = &lint.Rule{
	Name: "unused", Category: "test", Severity: lint.Warning, Sides: lint.EverySide, Last: true,
	Run: func(p *lint.Pass) {
		for _, s := range p.Suppressions() {
			for _, n := range s.Names {
				if n.Unused {
					p.Report(lint.Diagnostic{Span: n.Span, Message: "unused " + n.Name})
				}
			}
		}
	},
}

func entryOf(path, text string, files map[string]string) lint.Entry {
	return lint.Entry{
		Path:    path,
		Dialect: keyword.Dialect{Side: keyword.Client, Release: keyword.Newest},
		Env: resolve.Env{
			Home: "/home/u",
			ReadFile: func(path string) ([]byte, resolve.FileInfo, error) {
				if data, ok := files[path]; ok {
					return []byte(data), resolve.FileInfo{}, nil
				}
				return nil, resolve.FileInfo{}, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
			},
			ReadDir: func(string) ([]string, error) { return nil, nil },
			Exists:  func(path string) bool { _, ok := files[path]; return ok },
		},
		Sources: []resolve.Source{{Path: path, Data: []byte(text)}},
	}
}

var testRules = []*lint.Rule{wordRule("bad", "BAD"), wordRule("worse", "WORSE"), fileRule, unusedRule}

func run(t testing.TB, s lint.Settings, entries ...lint.Entry) *lint.Result {
	t.Helper()
	res, errs := lint.Run(entries, testRules, s)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return res
}

// found lists findings as FILE:LINE RULE, and MESSAGE for those of unused.
func found(res *lint.Result) []string {
	out := []string{}
	for i := range res.Diagnostics {
		d := &res.Diagnostics[i]
		what := d.Rule
		if what == "unused" {
			what = d.Message
		}
		out = append(out, fmt.Sprintf("%s:%d %s", d.Span.File, res.Sources[d.Span.File].Position(d.Span.Start).Line, what))
	}
	return out
}

func TestSuppressions(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"none", "User BAD\n", []string{"1 missing", "1 bad"}},
		{"the line below", "# sshvet: ignore=bad why\nUser BAD\nUser BAD\n", []string{"1 missing", "3 bad"}},
		{"one of two", "# sshvet: ignore=bad\nUser BAD WORSE\n", []string{"1 missing", "2 worse"}},
		{"both", "#sshvet:ignore=bad,worse\nUser BAD WORSE\n", []string{"1 missing"}},
		{"in a row", "# sshvet: ignore=bad\n# x\n# sshvet: ignore=worse\nUser BAD WORSE\n", []string{"1 missing"}},
		{"a comment below", "# sshvet: ignore=bad\n# BAD\nUser BAD\n", []string{"1 missing"}},
		{"but none above", "# BAD\n# sshvet: ignore=worse\n# BAD\n# sshvet: ignore=bad\nUser BAD WORSE\n", []string{"1 missing", "1 bad", "3 bad"}},
		{"a blank line ends it", "# sshvet: ignore=bad\n\nUser BAD\n", []string{"1 missing", "1 unused bad", "3 bad"}},
		{"a block is several lines", "# sshvet: ignore=bad\nHost x\n  User BAD\n", []string{"1 missing", "1 unused bad", "3 bad"}},
		{"the file", "# x\n\n# sshvet: ignore-file=bad,missing y\nUser BAD\nHost x\nUser BAD\n", []string{}},
		{"too late", "Host x\n# sshvet: ignore-file=bad\nUser BAD\n", []string{"1 missing", "2 unused bad", "3 bad"}},
		{"the first line is no line", "# sshvet: ignore=missing\nUser x\n", []string{"1 missing", "1 unused missing"}},
		{"unused in the file", "# sshvet: ignore-file=bad\nUser x\n", []string{"1 missing", "1 unused bad"}},
		{"twice", "# sshvet: ignore=bad,bad\n# sshvet: ignore=bad\nUser BAD\n", []string{"1 missing", "1 unused bad", "2 unused bad"}},
		{"file and line", "# sshvet: ignore=bad\n# sshvet: ignore-file=bad\nUser BAD\n", []string{"1 missing", "1 unused bad"}},
		{"itself", "# sshvet: ignore-file=unused\n# sshvet: ignore=bad\nUser x\n", []string{"1 missing"}},
		{"not that rule", "# sshvet: ignore=baddish\nUser BAD\n", []string{"1 missing", "2 bad"}},
		{"no rule that ran", "# sshvet: ignore=other\nUser x\n", []string{"1 missing"}},
		{"at the end", "User BAD\n# sshvet: ignore=bad", []string{"1 missing", "1 bad", "2 unused bad"}},
		{"the last line", "# sshvet: ignore=bad\nUser BAD", []string{"1 missing"}},
		{"Windows", "\xef\xbb\xbf# sshvet: ignore-file=missing\r\n# sshvet: ignore=bad\r\n\tUser BAD\r\n", []string{}},
		{"behind a setting", "User BAD # sshvet: ignore=bad\n", []string{"1 missing", "1 bad", "1 unused bad"}},
		{"quoted", "User \"# sshvet: ignore=bad\"\nUser BAD\n", []string{"1 missing", "2 bad"}},
		{"not at the start of the comment", "# see sshvet: ignore=bad\nUser BAD\n", []string{"1 missing", "2 bad"}},
		{"twice commented out", "## sshvet: ignore=bad\nUser BAD\n", []string{"1 missing", "2 bad"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var want []string
			for _, w := range tc.want {
				want = append(want, "a:"+w)
			}
			res := run(t, lint.Settings{}, entryOf("a", tc.text, nil))
			if got := found(res); !slices.Equal(got, want) {
				t.Errorf("%q: found %q, want %q", tc.text, got, want)
			}
			bare := run(t, lint.Settings{NoInlineIgnore: true}, entryOf("a", tc.text, nil))
			unused := 0
			for _, d := range res.Diagnostics {
				if d.Rule == "unused" {
					unused++
				}
			}
			lost := 0
			if tc.name == "itself" {
				lost = 1
			}
			if len(bare.Diagnostics) != len(res.Diagnostics)-unused+res.Suppressed-lost || bare.Suppressed != 0 {
				t.Errorf("%q: without comments %q", tc.text, found(bare))
			}
		})
	}
}

// TestSuppressionsOfIncludedFiles: a file that two entries read has its comments
// once; what one of them uses is used. What none uses may be of use to others, unless
// it lies in a folder of the entry's own.
func TestSuppressionsOfIncludedFiles(t *testing.T) {
	files := map[string]string{
		"/home/u/.ssh/shared": "# sshvet: ignore=bad,worse\nUser BAD\n",
		"/home/u/.ssh/a.d/x":  "# sshvet: ignore=bad,worse\nUser BAD\n",
	}
	a := entryOf("a", "# sshvet: ignore-file=missing\nInclude shared a.d/x\nUser WORSE\n", files)
	b := entryOf("b", "# sshvet: ignore-file=bad,missing\nInclude shared\n", files)
	res := run(t, lint.Settings{}, a, b)
	want := []string{"a:3 worse", "b:1 unused bad", "/home/u/.ssh/a.d/x:1 unused worse"}
	if got := found(res); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if res.Suppressed != 4 {
		t.Errorf("%d are suppressed, want 4: what two entries find in one file is one finding", res.Suppressed)
	}
}

// TestWithheldFixes: a fix of another finding does not change what is silenced
// on its own line.
func TestWithheldFixes(t *testing.T) {
	text := "# sshvet: ignore=a\nUser BAD\nPort WORSE\n"
	line2, line3 := lint.Span{File: "f", Start: 24, End: 27}, lint.Span{File: "f", Start: 33, End: 38}
	both := []lint.SuggestedFix{{Applicability: lint.Safe, Edits: []lint.TextEdit{{Span: line2, NewText: "x"}, {Span: line3, NewText: "y"}}}}
	alone := lint.SuggestedFix{Applicability: lint.Safe, Edits: []lint.TextEdit{{Span: line3, NewText: "z"}}}
	report := func(name string, span lint.Span, fixes []lint.SuggestedFix) *lint.Rule {
		return &lint.Rule{Name: name, Sides: lint.BothSides, Run: func(p *lint.Pass) {
			p.Report(lint.Diagnostic{Span: span, Message: name, Fixes: fixes})
		}}
	}
	list := []*lint.Rule{report("a", line2, both), report("b", line3, append(slices.Clone(both), alone)), report("c", line3, both)}
	res, _ := lint.Run([]lint.Entry{entryOf("f", text, nil)}, list, lint.Settings{})
	if len(res.Diagnostics) != 2 {
		t.Fatalf("found %v", res.Diagnostics)
	}
	b, c := res.Diagnostics[0], res.Diagnostics[1]
	if len(b.Fixes) != 1 || b.Fixes[0].Edits[0] != alone.Edits[0] || b.Obstacle == nil {
		t.Errorf("of two fixes those are left: %v, because of %v", b.Fixes, b.Obstacle)
	}
	if c.BestFix() != lint.NoFix || c.Obstacle == nil || c.Obstacle.Span != line2 || !strings.Contains(c.Obstacle.Message, "silences a here") {
		t.Errorf("the fix was not taken away: %v, because of %v", c.Fixes, c.Obstacle)
	}
}

// manySuppressions are files of n comments, by what is odd about them.
var manySuppressions = map[string]func(n int) string{
	"in a row":        func(n int) string { return strings.Repeat("# sshvet: ignore=bad,unused\n", n) + "User BAD\n" },
	"each its line":   func(n int) string { return strings.Repeat("# sshvet: ignore=bad\nUser BAD\n", n) },
	"for the file":    func(n int) string { return strings.Repeat("# sshvet: ignore-file=bad,bad\n", n) + "User BAD\n" },
	"names":           func(n int) string { return "# sshvet: ignore=x" + strings.Repeat(",bad", n) + "\nUser BAD\n" },
	"behind":          func(n int) string { return strings.Repeat("User BAD # sshvet: ignore=bad\n", n) },
	"late, unused":    func(n int) string { return "User x\n" + strings.Repeat("# sshvet: ignore-file=bad\n", n) },
	"only the marker": func(n int) string { return "User BAD\n#" + strings.Repeat(" sshvet:", n) + "\n" },
	"long comments": func(n int) string {
		return strings.Repeat("#\n", n) + "# sshvet: ignore=bad\n" + strings.Repeat("#\n", n) + "User BAD\n"
	},
}

// TestManySuppressions comes to an end soon if the work does not grow with the
// square of the comments; BenchmarkSuppressions has the figures.
func TestManySuppressions(t *testing.T) {
	for name, text := range manySuppressions {
		t.Run(name, func(t *testing.T) { run(t, lint.Settings{}, entryOf("a", text(40_000), nil)) })
	}
}

// BenchmarkSuppressions: ten times the comments take about ten times as long.
func BenchmarkSuppressions(b *testing.B) {
	for name, text := range manySuppressions {
		for _, n := range []int{4_000, 40_000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					run(b, lint.Settings{}, entryOf("a", text(n), nil))
				}
			})
		}
	}
}

func FuzzSuppressions(f *testing.F) {
	for _, seed := range []string{
		"# sshvet: ignore=bad\nUser BAD\n", "#sshvet:ignore-file=bad,,missing, x\r\nHost a\r\n", "\xef\xbb\xbf# sshvet: ignore-file=missing",
		"User BAD # sshvet: ignore=bad", "# sshvet: ignore\x00=bad\nUser BAD\n", "# sshvet: kind=server ignore=bad\n", "= # sshvet: ignore=bad\nBAD", "\"# sshvet: ignore=bad\" x\nBAD",
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, src []byte, server bool) {
		e := entryOf("a", "", nil)
		e.Sources[0].Data = src
		if server {
			e.Dialect.Side = keyword.Server
		}
		check := func(p *lint.Pass) {
			at := 0
			for _, s := range p.Suppressions() {
				checkSuppression(t, src, s, at)
				at = s.Text.End
			}
		}
		list := append(slices.Clone(testRules), &lint.Rule{Name: "last", Sides: lint.EverySide, Last: true, Run: check})
		res, errs := lint.Run([]lint.Entry{e}, list, lint.Settings{})
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		bare, _ := lint.Run([]lint.Entry{e}, testRules[:3], lint.Settings{NoInlineIgnore: true})
		kept := slices.DeleteFunc(slices.Clone(res.Diagnostics), func(d lint.Diagnostic) bool { return d.Rule == "unused" })
		if len(bare.Diagnostics) > len(kept)+res.Suppressed {
			t.Errorf("%q: findings are lost: %d, %d left and %d suppressed", src, len(bare.Diagnostics), len(kept), res.Suppressed)
		}
	})
}

// checkSuppression: a comment lies behind the one before, and all its spans are
// where they say.
func checkSuppression(t *testing.T, src []byte, s *lint.Suppression, from int) {
	if s.Text.Start < from || s.Text.End > len(src) || !bytes.HasPrefix(src[s.Text.Start:s.Text.End], []byte("#")) {
		t.Fatalf("%q: comment %+v", src, s)
	}
	if s.Whole.Start != s.Whole.End && (s.Whole.Start > s.Text.Start || s.Whole.End < s.Text.End || s.Whole.End > len(src)) {
		t.Fatalf("%q: whole %+v", src, s)
	}
	for _, n := range s.Names {
		if string(src[n.Span.Start:n.Span.End]) != n.Name {
			t.Fatalf("%q: name %+v", src, n)
		}
	}
}
