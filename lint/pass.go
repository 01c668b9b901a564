package lint

import (
	"slices"
	"sync"

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
	// Load reads the entry where that has been done before; nil: Read does.
	Load func(*Entry) (*Reading, error)
	// Dump is true for what sshd -T prints: no program reads it, so that only
	// its values are judged.
	Dump bool
	// Mine reports whether fix may change a file; nil: any.
	Mine func(path string) bool
	// Deploy makes the entry a deployment: Path is its deploy.yml, and Sources
	// are the client files that ssh reads on the machine that deploys. nil: the
	// entry is a configuration of OpenSSH.
	Deploy *Deployment
	// Template is set if the entry is a template of a configuration; Sources[0].Data
	// is its content then.
	Template *Template
	// Settings and Rules are what the entry is judged by where that differs from
	// the rest of the run: a configuration file may govern some files and not
	// others. nil: those of the run.
	Settings *Settings
	Rules    []*Rule
}

// settings are those of the entry, s being those of the run. Client files are
// held against the client's profile.
func (e *Entry) settings(s Settings) Settings {
	if e.Settings != nil {
		s = *e.Settings
	}
	if e.Dialect.Side == keyword.Client {
		s.Profile = s.clientProfile()
	}
	return s
}

// RulesOr are the rules for the entry, list being those of the run.
func (e *Entry) RulesOr(list []*Rule) []*Rule {
	if e.Rules != nil {
		return e.Rules
	}
	return list
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
	*Reading
	Settings Settings

	memo sync.Map // of *memoized
	left int      // see LeftOut

	asking   sync.Mutex // held while Entry.Mine is asked
	editable sync.Map   // its answers, by *resolve.File
}

// Settings are the choices of the user that rules look at.
type Settings struct {
	// Profile is what sshd's keep-alive is held against. If it is the one named
	// deploy, client files are held against it as well.
	Profile Profile
	// Client is what client files are held against where Profile is another one
	// than deploy: no baseline of servers says how long a client has to wait. Its
	// zero value stands for Deploy.
	Client Profile
	Hosts  []string // judge only these hosts; nil: all
	// ReleaseKnown is true where the release of the entries' Dialect is one that
	// the user names or that is installed, not just the newest.
	ReleaseKnown bool
	// FailOn is from which severity on a finding counts in Result.AtOrAbove. Only
	// that of an entry's own settings is looked at.
	FailOn Severity
	// Severities replace those of rules, by name: for reports and exit codes, not
	// for what fix holds its work against.
	Severities map[string]Severity
	// Ignored reports whether findings of a rule in a file are not wanted; nil:
	// all are.
	Ignored func(file, rule string) bool
	// NoInlineIgnore: comments silence nothing. Baseline are findings to leave out;
	// nil: none. Of both only those of the run count, not those of an entry.
	NoInlineIgnore bool
	Baseline       *Baseline
	// Sheltered are values that no fix may change beside those that are sheltered
	// anyway: Result.Sheltered of a run before. nil: none. Only those of the run count.
	Sheltered *Shelter
	// Workers is how many entries may be judged at a time; below 2: one after the
	// other. What comes out is the same. With workers the functions of the entries'
	// Env are called by several goroutines. Only that of the run counts.
	Workers int
}

// memoized is a value that Memo has computed.
type memoized struct {
	once  sync.Once
	value any
}

// Memo computes a value once for all rules that ask with the same key. Several
// goroutines may ask.
func Memo[T any](t *Target, key any, compute func() T) T {
	known, ok := t.memo.Load(key)
	if !ok {
		known, _ = t.memo.LoadOrStore(key, &memoized{})
	}
	m := known.(*memoized)
	m.once.Do(func() { m.value = compute() })
	return m.value.(T)
}

// View is what each program will use for the hosts of a deployment.
func (t *Target) View() *kamal.View { return t.view() }

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
type maskedSource struct{ positions, lines *Lines }

func (m maskedSource) Position(offset int) Position { return m.positions.Position(offset) }
func (m maskedSource) Line(n int) string            { return m.lines.Line(n) }

// Around is as for Lines. What is masked may have fewer bytes, but as many columns.
func (m maskedSource) Around(offset, reach int) LinePart {
	pos := m.positions.Position(offset)
	return m.lines.Around(m.lines.Offset(pos.Line, pos.Column), reach)
}

// Main is the first of the files that OpenSSH reads: the entry itself, for a
// deployment the user's client file.
func (t *Target) Main() *resolve.File { return t.Config.Files[0] }

// Contexts are the hosts or contexts that the files tell apart, and the hosts
// that the user names. There may be fewer, see LeftOut.
func (t *Target) Contexts() []resolve.Context {
	return Memo(t, "contexts", func() []resolve.Context {
		if t.Dialect.Side == keyword.Server {
			return t.within(t.Config.ServerContexts())
		}
		return t.within(t.Config.Hosts(t.Settings.Hosts...))
	})
}

// MaxTries bounds the hosts of an entry times the blocks that have to be tried for
// each of them because nothing tells which hosts they are for: 100 such blocks for
// each of 160,000 hosts, which is more than real files have. It takes about half a
// second.
const MaxTries = 1 << 24

// within is a list of contexts less those for which there is no time. Hosts that
// the user names are kept, and so is the last one, which stands for all others.
func (t *Target) within(all []resolve.Context) []resolve.Context {
	most := int(max(1, MaxTries/max(1, t.Config.Tries())))
	if len(all) <= most {
		return all
	}
	var out []resolve.Context
	for i := range all {
		named := t.Settings.Hosts != nil && t.Judged(&all[i])
		if i < most || named || i == len(all)-1 {
			out = append(out, all[i])
		}
	}
	t.left = len(all) - len(out)
	return out
}

// LeftOut is how many hosts are not looked at, because each of very many has to be
// held against very many blocks. What would be certain only with all of them is
// not reported then, and no fix is made, as it could not be proven.
func (t *Target) LeftOut() int {
	t.Contexts()
	return t.left
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
// path the entry owns. Several goroutines may ask.
func (t *Target) CanEdit(f *resolve.File) bool {
	if f == nil || f.System && !t.Main().System || t.LeftOut() > 0 {
		return false
	}
	if t.Mine == nil {
		return true
	}
	if known, ok := t.editable.Load(f); ok { // rules ask for each of very many lines
		return known.(bool)
	}
	t.asking.Lock()
	defer t.asking.Unlock()
	mine := t.Mine(f.Path)
	t.editable.Store(f, mine)
	return mine
}

// Pass is one rule's run over one target.
type Pass struct {
	Rule *Rule
	*Target
	report       func(Diagnostic)
	expect       func(n int) // makes room; nil: there is nothing to do
	suppressions []*Suppression
}

// Expect says how many findings are about to be reported, so that there is room for
// them: there may be very many.
func (p *Pass) Expect(n int) {
	if p.expect != nil && n > 0 {
		p.expect(n)
	}
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
	d.Inherent = d.Severity
	if p.Rule.InsteadOf != "" {
		d.InsteadOf = []FileFinding{{p.Rule.InsteadOf, p.Path}}
	}
	if s, ok := p.Settings.Severities[d.Rule]; ok {
		d.Severity = s
	}
	if p.Template != nil {
		p.Template.original(&d)
	}
	d.clip()
	p.report(d)
}
