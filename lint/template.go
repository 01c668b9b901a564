package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/internal/template"
)

// Template makes an entry a template of a configuration: what its tags stand for
// is not known, so that only what is wrong whatever they stand for is reported,
// and nothing is fixed.
type Template struct {
	*template.Template
	// Judges reports whether a finding of a rule holds in a template: it comes
	// from lines that are there, not from what is missing or what wins.
	Judges func(rule string, c Certainty) bool

	seen map[place]int // the form in which a rule found something first
	form int           // the number of the one that is being checked
}

// Certainty is what is known of the place of a finding in a template.
type Certainty struct {
	Line     bool // no tag has a say in what stands there
	Keyword  bool // nor in its keyword, whatever the value
	Branches bool // it is known in which branches it stands
	Always   bool // it stands in no branch
	Limited  bool // the block in which it stands is not for everybody
}

// place is where a rule found something.
type place struct {
	rule       string
	start, end int
}

// template checks an entry that is a template, in each form that it may take.
func (c *collector) template(e *Entry, rules []*Rule, s Settings) error {
	original := e.Sources[0].Data
	if c.res.Sources[e.Path] == nil {
		c.res.Sources[e.Path] = NewLines(original)
	}
	if !c.noComments && c.mayHaveComments(e.Path, original) {
		c.readFile(e.Path, original, sshLines(syntax.Parse(e.Path, original, syntax.Options{Server: e.Dialect.Side == keyword.Server})))
	}
	profile := e.settings(s).Profile
	seen := map[place]int{}
	for i, text := range e.Template.Texts(filling(e.Dialect, profile)) {
		form, marked := *e, *e.Template
		marked.seen, marked.form = seen, i
		form.Template = &marked
		form.Load = nil        // it is read as this form, not as the entry
		form.NoIncludes = true // they are those of another machine
		form.Sources = []resolve.Source{{Path: e.Path, Data: text, System: e.Sources[0].System}, elsewhere(e.Dialect.Side, profile)}
		t, err := NewTarget(&form, s)
		if err != nil {
			return err
		}
		c.failOn(t)
		c.target(&ahead{target: t, unjudged: true}, rules)
	}
	delete(c.res.Sources, elsewherePath)
	return nil
}

// filling gives values to lines whose own are not known: keep-alive that is fine,
// and to keywords that may be wrong whatever the value one that is accepted. All
// other lines are left out.
func filling(d keyword.Dialect, p Profile) template.Fill {
	return func(word string) string {
		switch strings.ToLower(word) {
		case "serveraliveinterval", "clientaliveinterval":
			return strconv.Itoa(p.Interval)
		case "serveralivecountmax", "clientalivecountmax":
			return strconv.Itoa(p.Count)
		}
		k := d.Lookup([]byte(word))
		switch {
		case k == nil:
			return "x"
		case (k.Status == keyword.Active || k.Status == keyword.BuildDependent) && (d.Side == keyword.Client || d.AllowedInMatch(k)):
			return ""
		}
		for _, value := range []string{"no", "1", "*", "x"} {
			if _, err := d.Check(k, []string{value}); err == nil {
				return value
			}
		}
		return ""
	}
}

// elsewherePath is no path of a file.
const elsewherePath = "\x00elsewhere"

// elsewhere sets the keep-alive for whom the lines of a template that can be read
// do not: a tag may do so.
func elsewhere(side keyword.Side, p Profile) resolve.Source {
	text := fmt.Sprintf("ServerAliveInterval %d\nServerAliveCountMax %d\n", p.Interval, p.Count)
	if side == keyword.Server {
		text = fmt.Sprintf("ClientAliveInterval %d\nClientAliveCountMax %d\n", p.Interval, p.Count)
	}
	return resolve.Source{Path: elsewherePath, Data: []byte(text)}
}

// certain passes on the findings that hold whatever the tags stand for, without
// their fixes, and what several forms have in common once.
func (e *Entry) certain(report func(Diagnostic)) func(Diagnostic) {
	t := e.Template
	return func(d Diagnostic) {
		if d.Rule == "unknown-keyword" && t.Hides("IgnoreUnknown") {
			return
		}
		if d.Span.File != e.Path || !t.Judges(d.Rule, e.certainty(&d)) {
			return
		}
		for _, r := range d.Related {
			if r.File != e.Path || t.Touched(r.Start, r.End) && !t.IsHeader(r.Start) {
				return
			}
		}
		at := place{d.Rule, d.Span.Start, d.Span.End}
		if form, again := t.seen[at]; again && form != t.form {
			return
		}
		t.seen[at] = t.form
		d.Fixes, d.Obstacle = nil, nil
		report(d)
	}
}

// certainty is what is known of the place of a finding.
func (e *Entry) certainty(d *Diagnostic) Certainty {
	t, start := e.Template, d.Span.Start
	c := Certainty{
		Line:     !t.Touched(start, d.Span.End),
		Keyword:  t.KeywordIsPlain(start),
		Branches: !t.Broken(),
		Always:   t.Unconditional(start),
		Limited:  true,
	}
	for _, r := range d.Related {
		c.Limited = c.Limited && (!t.Touched(r.Start, r.End) || t.IsLimited(r.Start))
	}
	return c
}

// original puts what the file says in place of the words that were made up for
// its tags.
func (t *Template) original(d *Diagnostic) {
	d.Message, d.Help = t.Original(d.Message), t.Original(d.Help)
	d.Hosts = slices.Clone(d.Hosts)
	for i, host := range d.Hosts {
		d.Hosts[i] = t.Original(host)
	}
	d.Related = slices.Clone(d.Related)
	for i := range d.Related {
		d.Related[i].Message = t.Original(d.Related[i].Message)
	}
}
