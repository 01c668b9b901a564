package lint

import (
	"slices"

	"github.com/sshvet/sshvet/internal/kamal"
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
	// Deploy makes the entry a deployment: Path is its deploy.yml, and Sources
	// are the client files that ssh reads on the machine that deploys. nil: the
	// entry is a configuration of OpenSSH.
	Deploy *Deployment
}

// Deployment is what an entry for a deploy.yml has beside the client files.
type Deployment struct {
	kamal.Request
	kamal.Machine
}

// KindKamal is the kind of a deploy.yml, as formats print it.
const KindKamal = "kamal"

// missing reports whether a file is the one that does not exist.
func (e *Entry) missing(path string) bool {
	return e.Absent && len(e.Sources) > 0 && path == e.Sources[0].Path
}

// Kind names the side of the entry as formats print it.
func (e *Entry) Kind() string {
	if e.Deploy != nil {
		return KindKamal
	}
	return e.Dialect.Side.String()
}

// Target is an entry that was read and can be asked what wins.
type Target struct {
	*Entry
	Config   *resolve.Config
	Settings Settings
	// Deployment is what a deploy.yml says; nil if the entry is none.
	Deployment *kamal.Deployment

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

// View is what each program will use for the hosts of a deployment.
func (t *Target) View() *kamal.View {
	return Memo(t, "deployment", func() *kamal.View {
		m := t.Deploy.Machine
		m.Dialect, m.Env = t.Dialect, t.Env
		return kamal.Evaluate(t.Deployment, &m, t.Config)
	})
}

// Files calls f for each file that was read, with its bytes.
func (t *Target) Files(f func(path string, src []byte)) {
	for _, file := range t.Config.Files {
		if !t.missing(file.Path) {
			f(file.Path, file.Src)
		}
	}
	if t.Deployment == nil {
		return
	}
	for _, file := range t.Deployment.Files {
		f(file.Path, file.Data)
	}
	for path, data := range t.View().Read {
		f(path, data)
	}
	for _, s := range t.Deploy.Servers {
		f(s.Path, s.Data)
	}
}

// source is a file for excerpts. Those of Kamal may hold secrets, which are
// masked.
func (t *Target) source(path string, src []byte) Source {
	lines := NewLines(src)
	if t.Deployment == nil || !slices.ContainsFunc(t.Deployment.Files, func(f kamal.File) bool { return f.Path == path }) {
		return lines
	}
	return maskedSource{lines, NewLines(kamal.Masked(src))}
}

// maskedSource has the positions of a file, and lines in which values may be
// replaced.
type maskedSource struct{ positions, lines Source }

func (m maskedSource) Position(offset int) Position { return m.positions.Position(offset) }
func (m maskedSource) Line(n int) string            { return m.lines.Line(n) }

// Main is the first of the files that OpenSSH reads: the entry itself, for a
// deployment the user's client file.
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
