package fix_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// leaveOut fixes one made-up configuration in which some findings are left out.
type leaveOut struct {
	*maker
	t        *testing.T
	name     string // of the file in messages
	settings lint.Settings
	unsafe   bool
	before   map[string]string // by path
}

// TestFixLeavesOutWhatIsSilenced makes up configurations with comments that
// silence findings, and fixes them: the fixes are proven and come to an end, and
// where all that was wrong with a line is silenced, its value among it, the line is
// as it was, and its comment above it, unless there is nothing to silence any more.
func TestFixLeavesOutWhatIsSilenced(t *testing.T) {
	silenced := 0
	forEachMadeUp(t, func(l *leaveOut) {
		for _, path := range l.files {
			l.comment(path)
		}
		bare := l.lint(lint.Settings{Profile: lint.Deploy, NoInlineIgnore: true})
		l.fix()
		silenced += l.checkComments(bare)
	})
	t.Logf("%d comments silenced something", silenced)
	if silenced == 0 {
		t.Error("no comment silenced anything")
	}
}

// TestFixLeavesOutTheBaseline is the same with a baseline of some findings: their
// lines stay as they are, if nothing else is wrong with them. With unsafe fixes such a
// line may have become the same as another one, which is another finding, and go
// with it.
func TestFixLeavesOutTheBaseline(t *testing.T) {
	known := 0
	forEachMadeUp(t, func(l *leaveOut) {
		res := l.lint(l.settings)
		unknown := map[string]bool{} // places of findings that are not in it
		res.Diagnostics = slices.DeleteFunc(res.Diagnostics, func(d lint.Diagnostic) bool {
			out := l.chance(50)
			unknown[placeOf(res, &d)] = unknown[placeOf(res, &d)] || out
			return out
		})
		l.settings.Baseline = lint.NewBaseline(res, "")
		l.fix()
		for i := range res.Diagnostics {
			if d := &res.Diagnostics[i]; d.Span.End > 0 && !l.unsafe && !unknown[placeOf(res, d)] {
				known++
				l.checkLine(res, d)
			}
		}
	})
	t.Logf("%d findings were known", known)
	if known == 0 {
		t.Error("no finding was known")
	}
}

// forEachMadeUp calls f with configurations of both sides.
func forEachMadeUp(t *testing.T, f func(*leaveOut)) {
	for _, side := range []keyword.Side{keyword.Client, keyword.Server} {
		for n := range uint64(*propertyFiles) {
			g := &maker{r: rand.New(rand.NewPCG(7, n)), side: side, dir: t.TempDir()}
			g.write(t)
			l := &leaveOut{maker: g, t: t, name: fmt.Sprintf("%s file %d", side, n), settings: lint.Settings{Profile: lint.Deploy}, unsafe: g.chance(30)}
			f(l)
		}
	}
}

// comment puts suppressions above lines of a file, each with a reason of its own.
func (l *leaveOut) comment(path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		l.t.Fatal(err)
	}
	names := []string{"slow-keepalive", "early-keepalive-timeout", "disabled-keepalive", "zero-keepalive-count", "shadowed-keepalive", "missing-keepalive",
		"host-scoped-keepalive", "match-scoped-keepalive", "duplicate-setting", "shadowed-setting", "unreachable-block", "go-divergence", "no-such-rule"}
	var out strings.Builder
	if l.chance(20) {
		fmt.Fprintf(&out, "# sshvet: ignore-file=%s%s", pick(l.maker, names...), l.eol)
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		for l.chance(35) {
			fmt.Fprintf(&out, "# sshvet: ignore=%s,%s reason %s-%d%s", pick(l.maker, names...), pick(l.maker, names...), filepath.Base(path), n, l.eol)
			n++
		}
		out.WriteString(line)
	}
	if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
		l.t.Fatal(err)
	}
}

func (l *leaveOut) entry() lint.Entry {
	data, err := os.ReadFile(l.files[0])
	if err != nil {
		l.t.Fatal(err)
	}
	return lint.Entry{
		Path: l.files[0], Dialect: keyword.Dialect{Side: l.side, Release: keyword.Newest}, Env: resolve.OSEnv(""),
		Sources: []resolve.Source{{Path: l.files[0], Data: append([]byte{}, data...)}},
	}
}

func (l *leaveOut) lint(s lint.Settings) *lint.Result {
	res, errs := lint.Run([]lint.Entry{l.entry()}, rules.All(), s)
	if len(errs) > 0 {
		l.t.Fatal(errs)
	}
	return res
}

// fix fixes the files on disk, and holds what every fix has to hold.
func (l *leaveOut) fix() {
	l.before = map[string]string{}
	for _, path := range l.files {
		data, _ := os.ReadFile(path)
		l.before[path] = string(data)
	}
	plan := l.plan()
	for _, c := range plan.Changes {
		if err := os.WriteFile(c.Path, c.New, 0o644); err != nil {
			l.t.Fatal(err)
		}
	}
	for _, err := range append(plan.Unproven, plan.Errors...) {
		l.errorf("%v", err)
	}
	if again := l.plan(); len(again.Changes) > 0 {
		l.errorf("a second fix changes %s:\n%s", again.Changes[0].Path, again.Changes[0].New)
	}
}

func (l *leaveOut) plan() *fix.Plan {
	return fix.Make(fix.Request{Entries: []lint.Entry{l.entry()}, Rules: rules.All(), Settings: l.settings, Unsafe: l.unsafe})
}

func (l *leaveOut) errorf(format string, args ...any) {
	l.t.Helper()
	var before strings.Builder
	for _, path := range l.files {
		fmt.Fprintf(&before, "-- %s --\n%s\n", filepath.Base(path), l.before[path])
	}
	l.t.Errorf("%s (unsafe %v): %s\n--- before\n%s--- after\n%s", l.name, l.unsafe, fmt.Sprintf(format, args...), before.String(), l.all())
}

// aboutValues are rules whose findings say that the value of their line is wrong.
// Who silences one of the others may see the value changed.
var aboutValues = []string{"slow-keepalive", "early-keepalive-timeout", "disabled-keepalive", "zero-keepalive-count"}

// checkComments looks at each comment that silenced something, and counts them.
func (l *leaveOut) checkComments(bare *lint.Result) int {
	n := 0
	for _, path := range l.files {
		now, _ := os.ReadFile(path)
		was := targets(l.before[path])
		is := targets(string(now))
		for reason, old := range was {
			used, others := 0, 0
			for _, d := range bare.Diagnostics {
				switch {
				case d.Span.File != path || d.Span.Start < old.start || old.end <= d.Span.Start || d.Span.End == 0:
				case slices.Contains(old.names, d.Rule):
					if slices.Contains(aboutValues, d.Rule) {
						used++
					}
				default:
					others++
				}
			}
			if used == 0 || others > 0 || old.again {
				continue
			}
			n++
			if there, ok := is[reason]; ok && there.text != old.text {
				l.errorf("the comment %q of %s stood above %q and stands above %q", reason, filepath.Base(path), old.text, there.text)
			}
			if !l.unsafe && count(now, old.text) == 0 {
				l.errorf("the line %q of %s is gone, though %v are silenced", old.text, filepath.Base(path), old.names)
			}
		}
	}
	return n
}

// target is the line that a comment is about.
type target struct {
	names      []string
	text       string
	start, end int
	again      bool // another comment may be the one that silences
}

// targets are the lines that comments are about, by their reasons.
func targets(text string) map[string]target {
	out := map[string]target{}
	open := map[string]target{}
	wholeFile := strings.Contains(text, "ignore-file=")
	at := 0
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		if names, ok := strings.CutPrefix(trimmed, "# sshvet: ignore="); ok {
			names, reason, _ := strings.Cut(names, " reason ")
			open[reason] = target{names: strings.Split(names, ","), again: wholeFile || len(open) > 0}
		} else if !strings.HasPrefix(trimmed, "#") {
			for reason, t := range open {
				t.text, t.start, t.end = trimmed, at, at+len(line)
				out[reason] = t
			}
			clear(open)
		}
		at += len(line)
	}
	return out
}

func placeOf(res *lint.Result, d *lint.Diagnostic) string {
	return fmt.Sprintf("%s:%d", d.Span.File, res.Sources[d.Span.File].Position(d.Span.Start).Line)
}

// checkLine: the line of a known finding is there as it was, as often as before.
func (l *leaveOut) checkLine(res *lint.Result, d *lint.Diagnostic) {
	old := []byte(l.before[d.Span.File])
	now, _ := os.ReadFile(d.Span.File)
	text := strings.TrimSpace(res.Sources[d.Span.File].Line(res.Sources[d.Span.File].Position(d.Span.Start).Line))
	if count(now, text) < min(1, count(old, text)) {
		l.errorf("the line %q of a known %s is gone", text, d.Rule)
	}
}

func count(text []byte, line string) int {
	n := 0
	for l := range bytes.Lines(text) {
		if string(bytes.TrimSpace(l)) == line {
			n++
		}
	}
	return n
}
