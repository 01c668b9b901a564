package lint

import (
	"cmp"
	"hash/maphash"
	"path/filepath"
	"slices"
	"sync"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/resolve"
)

// Run checks entries with rules. An entry that cannot be read at all is left
// out of the result and its error is returned, in order, in errs.
//
// The order is: rules, suppressions, the rules about suppressions, the baseline.
func Run(entries []Entry, rules []*Rule, s Settings) (res *Result, errs []error) {
	res = &Result{Sources: map[string]Source{}, ran: map[string]bool{}}
	c := collector{res: res, seen: map[string]int{}, noComments: s.NoInlineIgnore, kept: s.Sheltered}
	for i := range entries {
		e := &entries[i]
		if _, again := c.seen[e.Path]; again && e.Deploy == nil {
			continue // one file that several machines share
		}
		c.rank(e.Path)
		res.Files = append(res.Files, File{Path: e.Path, Kind: e.Kind(), Fragment: e.Fragment})
	}
	// Drop-ins come last: those that an entry includes are judged there.
	for _, fragments := range []bool{false, true} {
		var turn []*Entry
		for i := range entries {
			if entries[i].Fragment == fragments {
				turn = append(turn, &entries[i])
			}
		}
		errs = append(errs, c.entries(turn, rules, s)...)
	}
	c.last()
	c.sort()
	if s.Baseline != nil {
		res.LeaveOut(s.Baseline)
	}
	return res, errs
}

// covered reports whether an entry is a drop-in that one before it includes.
func (c *collector) covered(e *Entry) bool {
	_, read := c.res.Sources[filepath.Clean(e.Path)]
	return e.Fragment && read
}

// entry checks one entry, unless it is a drop-in that another one includes. What
// was found ahead of its turn is nil where nobody has looked yet.
func (c *collector) entry(e *Entry, a *ahead, rules []*Rule, s Settings) error {
	if c.covered(e) {
		c.res.Covered = append(c.res.Covered, e.Path)
		return nil
	}
	if e.Template != nil {
		return c.template(e, e.RulesOr(rules), s)
	}
	if a == nil {
		t, err := NewTarget(e, s)
		a = &ahead{target: t, err: err, unjudged: true}
	}
	if a.err != nil {
		c.res.Files = slices.DeleteFunc(c.res.Files, func(f File) bool { return f.Path == e.Path })
		return a.err
	}
	c.failOn(a.target)
	c.target(a, e.RulesOr(rules))
	return nil
}

// failOn remembers the severity that counts in the files of an entry with
// settings of its own. An included file takes that of the entry that reads it
// first, unless it is an entry itself.
func (c *collector) failOn(t *Target) {
	own := t.Entry.Settings
	if own == nil {
		return
	}
	if c.res.failOn == nil {
		c.res.failOn = map[string]Severity{}
	}
	t.Files(func(path string, _ []byte) {
		if _, known := c.res.failOn[path]; !known {
			c.res.failOn[path] = own.FailOn
		}
	})
	c.res.failOn[t.Path] = own.FailOn
}

// Reading is what the files of an entry say. Targets may share one as long as no
// file has changed.
type Reading struct {
	Config     *resolve.Config
	Deployment *kamal.Deployment // what a deploy.yml says; nil if the entry is none
	view       func() *kamal.View
}

// Read reads an entry with all it includes.
func (e *Entry) Read() (*Reading, error) {
	c, err := resolve.Load(e.Dialect, e.Env, e.Sources, resolve.Options{NoIncludes: e.NoIncludes})
	if err != nil || e.Deploy == nil {
		return &Reading{Config: c}, err
	}
	req := e.Deploy.Request
	req.ReadFile = func(path string) ([]byte, error) {
		data, _, err := e.Env.ReadFile(path)
		return data, err
	}
	d, err := kamal.Load(req)
	if err != nil {
		return nil, err
	}
	return &Reading{c, d, sync.OnceValue(func() *kamal.View {
		m := e.Deploy.Machine
		m.Dialect, m.Env = e.Dialect, e.Env
		return kamal.Evaluate(d, &m, c)
	})}, nil
}

// NewTarget reads an entry, or has its Load do so, and makes it ready for rules.
func NewTarget(e *Entry, s Settings) (*Target, error) {
	read := (*Entry).Read
	if e.Load != nil {
		read = e.Load
	}
	r, err := read(e)
	if err != nil {
		return nil, err
	}
	return &Target{Entry: e, Reading: r, Settings: e.settings(s)}, nil
}

type collector struct {
	res  *Result
	seen map[string]int // file -> rank in the order of the output
	// keys are indices into res.Diagnostics, until they are sorted, by the hash of what
	// tells them apart; nil as long as no two can be the same, see isNew.
	keys  map[uint64]int
	hash  maphash.Seed
	begun map[string]bool // rules that have a finding

	kept       *Shelter             // what is silenced, before anything was fixed
	noComments bool                 // suppressions are not looked at
	comments   map[string]*comments // by file, of those that have any
	late       []*Pass              // of rules with Last set, to be run
}

// diagnosticKey tells apart the findings of a file that is reached from
// several entries.
type diagnosticKey struct {
	rule, file, message string
	start, end          int
}

// target takes over what the rules find in a target, or have found ahead.
func (c *collector) target(a *ahead, rules []*Rule) {
	t := a.target
	if t.Deployment != nil {
		c.res.Deployments = append(c.res.Deployments, t)
	}
	t.Files(func(path string, src []byte) {
		if c.res.Sources[path] == nil {
			c.res.Sources[path] = t.source(path, src)
		}
	})
	report := c.add
	if ignored := t.Settings.Ignored; ignored != nil {
		report = func(d Diagnostic) {
			if !ignored(d.Span.File, d.Rule) && !d.coveredBy(func(f FileFinding) bool { return ignored(f.File, f.Rule) }) {
				c.add(d)
			}
		}
	}
	if t.Template != nil {
		report = t.Entry.certain(report)
	}
	var own []*Suppression
	if !c.noComments {
		c.readComments(t)
		own = c.own(t, rules)
	}
	for _, rule := range rules {
		switch {
		case !rule.Sides.judges(t):
		case rule.Last && len(own) > 0:
			c.late = append(c.late, &Pass{Rule: rule, Target: t, report: report, suppressions: own})
		case !rule.Last:
			c.res.ran[rule.Name] = true
			if a.unjudged {
				rule.Run(&Pass{Rule: rule, Target: t, report: report, expect: c.expect})
			}
		}
	}
	for _, d := range a.found {
		report(d)
	}
}

// expect makes room for findings.
func (c *collector) expect(n int) { c.res.Diagnostics = slices.Grow(c.res.Diagnostics, n) }

func (c *collector) rank(file string) int {
	if n, ok := c.seen[file]; ok {
		return n
	}
	n := len(c.seen)
	c.seen[file] = n
	return n
}

// add takes over a finding. One that another entry has had too is merged with it.
func (c *collector) add(d Diagnostic) {
	if c.keys != nil || !c.isNew(&d) {
		if at := c.find(&d); at < len(c.res.Diagnostics) {
			known := &c.res.Diagnostics[at]
			known.announceToo(d.Fixes)
			known.InsteadOf = append(known.InsteadOf[:len(known.InsteadOf):len(known.InsteadOf)], d.InsteadOf...)
			return
		}
	}
	if len(c.res.Diagnostics) == cap(c.res.Diagnostics) { // append grows large slices by a quarter only
		c.res.Diagnostics = slices.Grow(c.res.Diagnostics, max(16, len(c.res.Diagnostics)))
	}
	c.res.Diagnostics = append(c.res.Diagnostics, d)
}

// isNew reports whether a finding is surely the first of its kind: the first of its
// rule, or one behind all others of it. Most are, and then need no index.
func (c *collector) isNew(d *Diagnostic) bool {
	if !c.begun[d.Rule] {
		if c.begun == nil {
			c.begun = map[string]bool{}
		}
		c.begun[d.Rule] = true
		return true
	}
	if len(c.res.Diagnostics) == 0 { // they were all suppressed
		return true
	}
	last := &c.res.Diagnostics[len(c.res.Diagnostics)-1]
	return last.Rule == d.Rule && last.Span.File == d.Span.File && last.Span.Start < d.Span.Start
}

// find is the place of a finding among those that are known. If it is none of them,
// it is entered as the next one.
func (c *collector) find(d *Diagnostic) int {
	if c.keys == nil {
		c.keys, c.hash = make(map[uint64]int, cap(c.res.Diagnostics)), maphash.MakeSeed()
		for i := range c.res.Diagnostics {
			c.entered(&c.res.Diagnostics[i], i)
		}
	}
	return c.entered(d, len(c.res.Diagnostics))
}

// entered is the place that a finding has already, or gets.
func (c *collector) entered(d *Diagnostic, place int) int {
	key := d.key()
	hash := maphash.Comparable(c.hash, key)
	for at, taken := c.keys[hash]; taken; at, taken = c.keys[hash] {
		if c.res.Diagnostics[at].key() == key {
			return at
		}
		hash++
	}
	c.keys[hash] = place
	return place
}

// coveredBy reports whether a finding stands for others about whole files, and all
// of those are left out.
func (d *Diagnostic) coveredBy(leftOut func(FileFinding) bool) bool {
	return len(d.InsteadOf) > 0 && !slices.ContainsFunc(d.InsteadOf, func(f FileFinding) bool { return !leftOut(f) })
}

func (d *Diagnostic) key() diagnosticKey {
	return diagnosticKey{d.Rule, d.Span.File, d.Message, d.Span.Start, d.Span.End}
}

// announceToo adds what the same edits change for another entry that reads the
// file.
func (d *Diagnostic) announceToo(fixes []SuggestedFix) {
	for i := range d.Fixes {
		for k := range fixes {
			if f := &d.Fixes[i]; slices.Equal(f.Edits, fixes[k].Edits) {
				d.Fixes = slices.Clone(d.Fixes)
				d.Fixes[i].Changes = slices.Concat(d.Fixes[i].Changes, fixes[k].Changes)
			}
		}
	}
}

func (c *collector) sort() {
	named := len(c.seen)
	rank := func(file string) int {
		if n, ok := c.seen[file]; ok {
			return n
		}
		return named // included files come behind those that were named
	}
	inOrder := func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(rank(a.Span.File), rank(b.Span.File)),
			cmp.Compare(a.Span.File, b.Span.File),
			cmp.Compare(a.Span.Start, b.Span.Start),
			cmp.Compare(a.Span.End, b.Span.End),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
		)
	}
	if !slices.IsSortedFunc(c.res.Diagnostics, inOrder) { // one rule finds most
		slices.SortStableFunc(c.res.Diagnostics, inOrder)
	}
}

// AtOrAbove reports whether a diagnostic of at least that severity was found.
// In files of entries with settings of their own, the severity is theirs.
func (r *Result) AtOrAbove(s Severity) bool {
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		from, own := r.failOn[d.Span.File]
		if !own {
			from = s
		}
		if d.Severity >= from {
			return true
		}
	}
	return false
}
