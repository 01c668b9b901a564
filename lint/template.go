package lint

import (
	"fmt"

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
	// Judges reports whether findings of a rule hold in a template: those that
	// come from lines that are there, not from what is missing or what wins.
	// branches is true where it is known which lines are of the same branch, pair
	// where the keep-alive has both its lines.
	Judges func(rule string, branches, pair bool) bool

	pair bool // of the form that is being checked
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
	for _, text := range e.Template.Texts(template.Values{Interval: profile.Interval, Count: profile.Count}) {
		form, marked := *e, *e.Template
		marked.pair = marked.HasPair(text)
		form.Template = &marked
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
// their fixes.
func (e *Entry) certain(report func(Diagnostic)) func(Diagnostic) {
	unknown := func(s Span) bool { return s.File != e.Path || e.Template.Touched(s.Start, s.End) }
	return func(d Diagnostic) {
		switch {
		case !e.Template.Judges(d.Rule, !e.Template.Broken(), e.Template.pair), unknown(d.Span):
			return
		case d.Rule == "unknown-keyword" && e.Template.Hides("IgnoreUnknown"):
			return
		}
		for _, r := range d.Related {
			if unknown(r.Span) && !(r.File == e.Path && e.Template.IsHeader(r.Start)) {
				return
			}
		}
		d.Fixes, d.Obstacle = nil, nil
		report(d)
	}
}
