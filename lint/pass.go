package lint

import (
	"slices"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
)

// Entry is one file to check, with the files that OpenSSH reads along with it.
type Entry struct {
	Path     string // as the user gave it
	Fragment bool   // a drop-in: what is missing is no business of it
	Absent   bool   // the file does not exist; an empty one stands for it
	Dialect  keyword.Dialect
	Env      resolve.Env
	// Sources are read in order; the entry itself is the first.
	Sources    []resolve.Source
	NoIncludes bool
	// Dump is true for what sshd -T prints: no program reads it, so that only
	// its values are judged.
	Dump bool
	// Mine reports whether fix may change a file; nil: any.
	Mine func(path string) bool
}

// Kind names the side of the entry as formats print it.
func (e *Entry) Kind() string { return e.Dialect.Side.String() }

// Target is an entry that was read and can be asked what wins.
type Target struct {
	*Entry
	Config   *resolve.Config
	Settings Settings

	memo map[any]any
}

// Settings are the choices of the user that rules look at.
type Settings struct {
	Profile Profile
	Hosts   []string // judge only these hosts; nil: all
	// ReleaseKnown is true where the release of the entries' Dialect is one that
	// the user names or that is installed, not just the newest.
	ReleaseKnown bool
}

// Profile is what the keep-alive is held against and what fixes write.
type Profile struct {
	Name                     string
	MinInterval, MaxInterval int // seconds
	MinCount, MaxCount       int // MaxCount 0: no upper bound
	Interval, Count          int // what fixes write
}

// Deploy is the default profile: a probe after 60 s of silence, and patience
// for 240 of them.
var Deploy = Profile{
	Name: "deploy", MinInterval: 1, MaxInterval: 60, MinCount: 240, Interval: 60, Count: 240,
}

// Memo computes a value once for all rules that ask with the same key.
func Memo[T any](t *Target, key any, compute func() T) T {
	if v, ok := t.memo[key]; ok {
		return v.(T)
	}
	v := compute()
	t.memo[key] = v
	return v
}

// Main is the file of the entry itself.
func (t *Target) Main() *resolve.File { return t.Config.Files[0] }

// Contexts are the hosts or contexts that the files tell apart, and the hosts
// that the user names.
func (t *Target) Contexts() []resolve.Context {
	return Memo(t, "contexts", func() []resolve.Context {
		if t.Dialect.Side == keyword.Server {
			return t.Config.ServerContexts()
		}
		return t.Config.Hosts(t.Settings.Hosts...)
	})
}

// Judged reports whether findings about a context are wanted: all, unless the
// user names the hosts that matter.
func (t *Target) Judged(x *resolve.Context) bool {
	if t.Settings.Hosts == nil || t.Dialect.Side == keyword.Server {
		return true
	}
	return slices.Contains(t.Settings.Hosts, x.Name())
}

// CanEdit reports whether a fix may change the file: it was read from a
// path the entry owns.
func (t *Target) CanEdit(f *resolve.File) bool {
	if f == nil || f.System && !t.Main().System {
		return false
	}
	return t.Mine == nil || t.Mine(f.Path)
}

// Pass is one rule's run over one target.
type Pass struct {
	Rule *Rule
	*Target
	report func(Diagnostic)
}

// Report adds a finding of the rule: category and severity come from the rule
// unless the diagnostic has its own severity, set by ReportAs.
func (p *Pass) Report(d Diagnostic) {
	d.Severity = p.Rule.Severity
	p.ReportAs(d)
}

// ReportAs is Report for a finding that grades itself.
func (p *Pass) ReportAs(d Diagnostic) {
	d.Rule, d.Category = p.Rule.Name, p.Rule.Category
	d.clip()
	p.report(d)
}
