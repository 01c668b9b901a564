package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/lint"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const configText = "# my hosts\n" +
	"Host web-1 web-2 *.example.com\n" +
	"\tServerAliveInterval\t300 # five minutes\r\n" +
	"\tServerAliveCountMax 2\n" +
	"Host 日本 db\n" +
	"  User \"deploy\n"

// at is the span of the nth (from 0) occurrence of part in text.
func at(file, text, part string, nth int) lint.Span {
	start := 0
	for ; nth > 0; nth-- {
		start += strings.Index(text[start:], part) + len(part)
	}
	i := strings.Index(text[start:], part)
	if i < 0 {
		panic("no " + part)
	}
	return lint.Span{File: file, Start: start + i, End: start + i + len(part)}
}

// sample is a result with every kind of thing in it.
func sample() *lint.Result {
	const path, absent = ".ssh/config", "/home/me/.ssh/config"
	span := func(part string) lint.Span { return at(path, configText, part, 0) }
	return &lint.Result{
		Files: []lint.File{{Path: path, Kind: "client"}, {Path: absent, Kind: "client"},
			{Path: "conf.d/a.conf", Kind: "server", Fragment: true}},
		Sources: map[string]lint.Source{path: lint.NewLines([]byte(configText))},
		Diagnostics: []lint.Diagnostic{
			{
				Rule: "missing-keepalive", Category: "keepalive", Severity: lint.Warning,
				Message: "no ServerAliveInterval for db", Span: lint.Span{File: path},
				Hosts: []string{"db"},
				Fixes: []lint.SuggestedFix{{
					Message: "add a Host * block", Applicability: lint.Unsafe,
					Edits: []lint.TextEdit{{
						Span:    lint.Span{File: path, Start: len(configText), End: len(configText)},
						NewText: "Host *\n\tServerAliveInterval 60\n"}},
				}},
			},
			{
				Rule: "weak-keepalive", Category: "keepalive", Severity: lint.Warning,
				Message: "ServerAliveInterval 300 <lets> the path & the connection die",
				Help:    "set it to 60 or less\nsee the manual", Span: span("ServerAliveInterval\t300"),
				Hosts: hostNames(23),
				Related: []lint.Related{
					{Span: span("Host web-1 web-2 *.example.com"), Message: "in this block"},
					{Span: lint.Span{File: absent, Start: 9, End: 12}, Message: "not set here"}},
				Fixes: []lint.SuggestedFix{{Message: "set ServerAliveInterval to 60", Applicability: lint.Safe,
					Edits: []lint.TextEdit{{Span: span("300"), NewText: "60"}}}},
			},
			{
				Rule: "over-lines", Category: "style", Severity: lint.Note, Message: "over two lines",
				Span: lint.Span{File: path, Start: span("CountMax 2").Start, End: span("db").Start},
			},
			{
				Rule: "odd-name", Category: "correctness", Severity: lint.Note, Message: "a wide name",
				Span: span("日本"),
			},
			{
				Rule: "open-quote", Category: "correctness", Severity: lint.Error, Message: "the quote is never closed",
				Span: span("\"deploy"), Hosts: []string{"日本", "db"},
				Fixes: []lint.SuggestedFix{{Message: "close it", Applicability: lint.Display}},
			},
			{
				Rule: "end", Category: "correctness", Severity: lint.Note, Message: "at the end of a line",
				Span: lint.Span{File: path, Start: span(" db\n").End - 1, End: span(" db\n").End - 1},
			},
			{
				Rule: "missing-keepalive", Category: "keepalive", Severity: lint.Warning,
				Message: "the file does not exist", Help: "run sshvet fix", Span: lint.Span{File: absent},
			},
		},
	}
}

func hostNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("web-%d", i+1)
	}
	return names
}

var sampleOptions = Options{
	ToolVersion: func() string { return "1.2.3" },
	RuleURL:     func(rule string) string { return "https://example.com/rules/" + rule },
}

func write(t testing.TB, format string, r *lint.Result, o Options) string {
	t.Helper()
	f, ok := Lookup(format)
	if !ok {
		t.Fatalf("no format %q", format)
	}
	var b bytes.Buffer
	if err := f(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (run with -update to accept):\n%s", file, got)
	}
}

func TestGolden(t *testing.T) {
	verbose, colored := sampleOptions, sampleOptions
	verbose.Verbose, colored.Color = true, true
	for _, c := range []struct {
		name, format string
		result       *lint.Result
		options      Options
	}{
		{"text", "text", sample(), sampleOptions},
		{"text-verbose", "text", sample(), verbose},
		{"text-color", "text", sample(), colored},
		{"text-hostile", "text", hostile(), verbose},
		{"concise", "concise", sample(), sampleOptions},
		{"concise-hostile", "concise", hostile(), sampleOptions},
		{"json", "json", sample(), sampleOptions},
		{"json-hostile", "json", hostile(), sampleOptions},
		{"json-empty", "json", &lint.Result{}, Options{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := write(t, c.format, c.result, c.options)
			golden(t, c.name, got)
			if again := write(t, c.format, c.result, c.options); again != got {
				t.Error("the second time it is different")
			}
		})
	}
}

// hostile is a result in which everything that can come from a file or a
// command line tries to reach the terminal.
func hostile() *lint.Result {
	const evil = "\x1b[2J\u202e\u2066\x00\r\n\x7f\u009b31m\ufeff\u200b\u2028\xff\x80"
	const path = "a" + evil + "/config"
	text := "\ufeffHost a\x1b]0;title\a \u202etxet \xff\xfe end\rback\n" +
		"Host \tb\t\u200bc\n"
	long := "Host " + strings.Repeat("é\x1b", 3000) + "HERE" + strings.Repeat("\xff日", 3000)
	d := lint.Diagnostic{
		Rule: "rule" + evil, Category: "cat" + evil, Severity: lint.Error, Message: "message" + evil, Help: "help" + evil,
		Span: at(path, text, "end", 0), Hosts: []string{"host" + evil},
	}
	d.Related = []lint.Related{{Span: at(path, text, "\u200bc", 0), Message: "related" + evil}}
	d.Fixes = []lint.SuggestedFix{{Message: "fix" + evil, Applicability: lint.Safe,
		Edits: []lint.TextEdit{{Span: d.Span, NewText: "new" + evil}}}}
	second, third := d, d
	second.Span = at(path, text, "b\t\u200bc", 0)
	third.Span = at("long", long, "HERE", 0)
	return &lint.Result{
		Files:       []lint.File{{Path: path, Kind: "client"}, {Path: "long", Kind: "client"}},
		Sources:     map[string]lint.Source{path: lint.NewLines([]byte(text)), "long": lint.NewLines([]byte(long))},
		Diagnostics: []lint.Diagnostic{d, second, third},
	}
}

// TestHostile checks what the golden files show: nothing but printable text
// gets out, and every finding stays on its lines.
func TestHostile(t *testing.T) {
	r := hostile()
	for format, linesEach := range map[string]int{"text": 7, "concise": 1} {
		out := write(t, format, r, Options{Verbose: true})
		lines := strings.Count(out, "\n")
		if format == "text" {
			lines -= 2 // the summary
		}
		if want := linesEach * len(r.Diagnostics); lines != want {
			t.Errorf("%s: %d lines, want %d", format, lines, want)
		}
		if i := strings.IndexFunc(out, func(c rune) bool {
			return c < ' ' && c != '\n' || c >= 0x7f && c <= 0x9f || c == 0xfffd || strings.ContainsRune("\u202e\u2066\ufeff\u200b\u2028", c)
		}); i >= 0 {
			t.Errorf("%s: control characters at %d: %q", format, i, out[i:min(len(out), i+20)])
		}
	}
}

// TestJSONStream compares the output, made piece by piece, with what
// encoding/json makes of the object as a whole.
func TestJSONStream(t *testing.T) {
	for _, r := range []*lint.Result{sample(), hostile(), {}} {
		out := write(t, "json", r, sampleOptions)
		if !json.Valid([]byte(out)) {
			t.Fatalf("invalid: %s", out)
		}
		var compact, indented bytes.Buffer
		if err := json.Compact(&compact, []byte(out)); err != nil {
			t.Fatal(err)
		}
		if err := json.Indent(&indented, compact.Bytes(), "", "  "); err != nil {
			t.Fatal(err)
		}
		if indented.String()+"\n" != out {
			t.Errorf("indented otherwise than json.Indent does:\n%s", out)
		}
		if strings.Contains(out, "null") {
			t.Errorf("null in %s", out)
		}
	}
}

func TestSummary(t *testing.T) {
	for _, c := range []struct {
		counts lint.Counts
		want   string
	}{
		{lint.Counts{}, "No problems in 0 files."},
		{lint.Counts{Files: 1}, "No problems in 1 files."},
		{lint.Counts{Files: 3, Errors: 1, Warnings: 2}, "Found 3 problems (1 errors, 2 warnings, 0 notes) in 3 files; 0 fixable with 'sshvet fix'."},
		{lint.Counts{Files: 1, Warnings: 1, Fixable: 1},
			"Found 1 problems (0 errors, 1 warnings, 0 notes) in 1 files; 1 fixable with 'sshvet fix'."},
		{lint.Counts{Files: 2, Errors: 2, Warnings: 3, Notes: 1, Fixable: 4, Unsafe: 1},
			"Found 6 problems (2 errors, 3 warnings, 1 notes) in 2 files; 4 fixable with 'sshvet fix'. 1 more with --unsafe-fixes."},
		{lint.Counts{Files: 2, Notes: 2, Unsafe: 2},
			"Found 2 problems (0 errors, 0 warnings, 2 notes) in 2 files; 0 fixable with 'sshvet fix'. 2 more with --unsafe-fixes."},
	} {
		if got := Summary(c.counts); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestNoProblems(t *testing.T) {
	r := &lint.Result{Files: []lint.File{{Path: "config", Kind: "client"}}}
	if got := write(t, "text", r, Options{}); got != "No problems in 1 files.\n" {
		t.Errorf("text: %q", got)
	}
	if got := write(t, "concise", r, Options{}); got != "" {
		t.Errorf("concise: %q", got)
	}
}

func TestColorChangesNoText(t *testing.T) {
	plain, colored := sampleOptions, sampleOptions
	colored.Color = true
	for _, format := range []string{"text", "concise"} {
		out := write(t, format, sample(), colored)
		for {
			before, rest, found := strings.Cut(out, "\x1b[")
			if !found {
				break
			}
			_, after, _ := strings.Cut(rest, "m")
			out = before + after
		}
		if want := write(t, format, sample(), plain); out != want {
			t.Errorf("%s without its colours:\n%s\nwant:\n%s", format, out, want)
		}
	}
}

func TestLookup(t *testing.T) {
	if want := []string{"text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "checkstyle", "junit"}; !slices.Equal(Names(), want) {
		t.Errorf("Names() = %q, want %q", Names(), want)
	}
	for _, name := range Names() {
		if f, ok := Lookup(name); !ok || f == nil {
			t.Errorf("no format %q", name)
		}
	}
	for _, name := range []string{"", "Text", "xml"} {
		if _, ok := Lookup(name); ok {
			t.Errorf("there is a format %q", name)
		}
	}
}

// fullDisk takes some bytes and then fails.
type fullDisk struct{ free int }

var errFull = errors.New("disk full")

func (d *fullDisk) Write(p []byte) (int, error) {
	n := min(len(p), d.free)
	d.free -= n
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func TestWriteErrors(t *testing.T) {
	r := manyFindings(500)
	for _, name := range Names() {
		f, _ := Lookup(name)
		for _, free := range []int{0, 10, 40_000} {
			if err := f(&fullDisk{free}, r, Options{}); !errors.Is(err, errFull) {
				t.Errorf("%s: error %v with room for %d bytes", name, err, free)
			}
		}
	}
}

// manyFindings is a result of n diagnostics, one for each host block of a file.
func manyFindings(n int) *lint.Result {
	var src bytes.Buffer
	r := &lint.Result{Files: []lint.File{{Path: "config", Kind: "client"}}}
	for i := range n {
		fmt.Fprintf(&src, "Host web-%d\n\tHostName 10.0.0.1\n\tServerAliveInterval ", i)
		span := lint.Span{File: "config", Start: src.Len(), End: src.Len() + 3}
		src.WriteString("300\n")
		r.Diagnostics = append(r.Diagnostics, lint.Diagnostic{
			Rule: "weak-keepalive", Category: "keepalive", Severity: lint.Warning,
			Message: "ServerAliveInterval 300 is too long for the path", Help: "set it to 60", Span: span,
			Hosts: []string{fmt.Sprintf("web-%d", i)},
			Fixes: []lint.SuggestedFix{{Message: "set ServerAliveInterval to 60", Applicability: lint.Safe,
				Edits: []lint.TextEdit{{Span: span, NewText: "60"}}}},
		})
	}
	r.Sources = map[string]lint.Source{"config": lint.NewLines(src.Bytes())}
	return r
}

func BenchmarkFormats(b *testing.B) {
	r := manyFindings(10_000)
	for _, name := range Names() {
		f, _ := Lookup(name)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var out countingWriter
				if err := f(&out, r, Options{ToolVersion: func() string { return "1" }}); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(out))
			}
		})
	}
}

type countingWriter int

func (w *countingWriter) Write(p []byte) (int, error) {
	*w += countingWriter(len(p))
	return len(p), nil
}

// BenchmarkOneLongLine has all its findings in one line: the cost must not be
// their number times the length of the line.
func BenchmarkOneLongLine(b *testing.B) {
	const n = 10_000
	src := []byte("Host" + strings.Repeat(" häuser.example.com", n) + "\n")
	r := &lint.Result{Sources: map[string]lint.Source{"config": lint.NewLines(src)}}
	for i := range n {
		start := 4 + 20*i + 1
		r.Diagnostics = append(r.Diagnostics, lint.Diagnostic{Rule: "rule", Message: "message",
			Span: lint.Span{File: "config", Start: start, End: start + 19}})
	}
	for b.Loop() {
		if err := Text(new(countingWriter), r, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
