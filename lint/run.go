package lint

import (
	"cmp"
	"path/filepath"
	"slices"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/resolve"
)

// Run checks entries with rules. An entry that cannot be read at all is left
// out of the result and its error is returned, in order, in errs.
func Run(entries []Entry, rules []*Rule, s Settings) (res *Result, errs []error) {
	res = &Result{Sources: map[string]Source{}}
	c := collector{res: res, seen: map[string]int{}}
	for i := range entries {
		e := &entries[i]
		c.rank(e.Path)
		res.Files = append(res.Files, File{Path: e.Path, Kind: e.Kind(), Fragment: e.Fragment})
	}
	// Drop-ins come last: those that an entry includes are judged there.
	for _, fragments := range []bool{false, true} {
		for i := range entries {
			if entries[i].Fragment != fragments {
				continue
			}
			if err := c.entry(&entries[i], rules, s); err != nil {
				errs = append(errs, err)
			}
		}
	}
	c.sort()
	return res, errs
}

// entry checks one entry, unless it is a drop-in that another one includes.
func (c *collector) entry(e *Entry, rules []*Rule, s Settings) error {
	if _, read := c.res.Sources[filepath.Clean(e.Path)]; e.Fragment && read {
		c.res.Covered = append(c.res.Covered, e.Path)
		return nil
	}
	t, err := NewTarget(e, s)
	if err != nil {
		c.res.Files = slices.DeleteFunc(c.res.Files, func(f File) bool { return f.Path == e.Path })
		return err
	}
	c.target(t, rules)
	return nil
}

// NewTarget reads an entry with all it includes.
func NewTarget(e *Entry, s Settings) (*Target, error) {
	c, err := resolve.Load(e.Dialect, e.Env, e.Sources, resolve.Options{NoIncludes: e.NoIncludes})
	if err != nil {
		return nil, err
	}
	t := &Target{Entry: e, Config: c, Settings: s, memo: map[any]any{}}
	if e.Deploy != nil {
		req := e.Deploy.Request
		req.ReadFile = func(path string) ([]byte, error) {
			data, _, err := e.Env.ReadFile(path)
			return data, err
		}
		if t.Deployment, err = kamal.Load(req); err != nil {
			return nil, err
		}
	}
	return t, nil
}

type collector struct {
	res  *Result
	seen map[string]int        // file -> rank in the order of the output
	keys map[diagnosticKey]int // index into res.Diagnostics, until they are sorted
}

// diagnosticKey tells apart the findings of a file that is reached from
// several entries.
type diagnosticKey struct {
	rule, file, message string
	start, end          int
}

func (c *collector) target(t *Target, rules []*Rule) {
	t.Files(func(path string, src []byte) {
		if c.res.Sources[path] == nil {
			c.res.Sources[path] = t.source(path, src)
		}
	})
	for _, rule := range rules {
		if !rule.Sides.judges(t) {
			continue
		}
		rule.Run(&Pass{Rule: rule, Target: t, report: c.add})
	}
}

func (c *collector) rank(file string) int {
	if n, ok := c.seen[file]; ok {
		return n
	}
	n := len(c.seen)
	c.seen[file] = n
	return n
}

func (c *collector) add(d Diagnostic) {
	key := diagnosticKey{d.Rule, d.Span.File, d.Message, d.Span.Start, d.Span.End}
	if c.keys == nil {
		c.keys = map[diagnosticKey]int{}
	}
	if at, again := c.keys[key]; again {
		c.res.Diagnostics[at].announceToo(d.Fixes)
		return
	}
	c.keys[key] = len(c.res.Diagnostics)
	c.res.Diagnostics = append(c.res.Diagnostics, d)
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
	slices.SortStableFunc(c.res.Diagnostics, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(rank(a.Span.File), rank(b.Span.File)),
			cmp.Compare(a.Span.File, b.Span.File),
			cmp.Compare(a.Span.Start, b.Span.Start),
			cmp.Compare(a.Span.End, b.Span.End),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
		)
	})
}

// AtOrAbove reports whether a diagnostic of at least that severity was found.
func (r *Result) AtOrAbove(s Severity) bool {
	for i := range r.Diagnostics {
		if r.Diagnostics[i].Severity >= s {
			return true
		}
	}
	return false
}
