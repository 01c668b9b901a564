package rules

import (
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

// inTemplates are the rules whose findings hold in a template as well: they come
// from lines that stand there. What is missing may come from a tag or from
// another file, and what wins over what may be meant so, as in
//
//	{% if strict %}
//	PermitRootLogin no
//	{% endif %}
//	PermitRootLogin prohibit-password
//
// The value says what has to be certain.
var inTemplates = map[string]needed{
	"slow-keepalive":               theLine,
	"disabled-keepalive":           theLine,
	"early-keepalive-timeout":      theLine,
	"zero-keepalive-count":         theLine,
	"flapping-keepalive":           theLine,
	"endless-keepalive":            theLine,
	"invalid-keepalive-value":      theLine,
	"misplaced-keepalive":          theKeyword,
	"syntax-error":                 theLine,
	"unknown-keyword":              theKeyword,
	"unsupported-keyword":          theKeywordAlways,
	"deprecated-keyword":           theKeywordAlways,
	"invalid-value":                theLine,
	"wrong-side-keyword":           theKeyword,
	"keyword-not-allowed-in-match": theBlock,
	"byte-order-mark":              theLine,
	"control-character":            theLine,
	"comma-in-host":                theLine,
	"prefix-comment-in-value":      theLine,
}

type needed uint8

const (
	theLine    needed = iota
	theKeyword        // whatever the value
	theBlock          // the keyword, and that it stands in a block
	// The keyword, and that it stands in no branch of a condition: such a branch may
	// be there for the very release or vendor that knows the keyword.
	theKeywordAlways
)

// InTemplates reports whether a finding of a rule holds in a template.
func InTemplates(rule string, c lint.Certainty) bool {
	if r := Find(rule); r != nil && r.Last {
		return c.Line // it judges comments
	}
	what, ok := inTemplates[rule]
	if !ok {
		return false
	}
	switch what {
	case theKeyword:
		return c.Keyword
	case theBlock:
		return c.Keyword && c.Branches && c.Limited
	case theKeywordAlways:
		return c.Keyword && c.Always
	}
	return c.Line
}

// knows reports whether both lines of a pair are certain, and whether one stands
// wherever the other does: those of a template may not.
func (v *view) knows(q *pair) bool {
	if v.Template == nil {
		return true
	}
	a, okA := v.plainPlace(q.interval)
	b, okB := v.plainPlace(q.count)
	return okA && okB && v.Template.Together(a, b)
}

// plainPlace is where a line begins in the template; ok is false if it does not
// stand there, or not for certain.
func (v *view) plainPlace(l line) (start int, ok bool) {
	if !l.ok || v.Config.Files[l.File] != v.Main() {
		return 0, false
	}
	s := lineSpan(v.Main(), int(l.Line))
	return s.Start, !v.Template.Touched(s.Start, s.End)
}

// maxTried bounds how many refused lines of a template are given to all releases.
const maxTried = 200

// meantForAnother reports whether a refused line stands in a branch of a
// template's condition and some release or vendor accepts it: the branch may be
// there for that one.
func meantForAnother(t *lint.Target, p *resolve.Problem) bool {
	if t.Template == nil || p.Line < 0 || p.Kind == resolve.UnknownKeyword {
		return false
	}
	l := p.File.Line(p.Line)
	if t.Template.Unconditional(l.Start) {
		return false
	}
	tried := lint.Memo(t, "tried", func() *int { return new(int) })
	if *tried++; *tried > maxTried {
		return true
	}
	text := append([]byte{}, p.File.Src[l.Start:l.End]...)
	if p.Kind == resolve.NotInMatch {
		text = append([]byte("Match User x\n"), text...)
	}
	return acceptedSomewhere(t.Dialect, resolve.Source{Path: p.File.Path, Data: text, System: p.File.System})
}

// acceptedSomewhere reports whether a release of some vendor has nothing against
// a file.
func acceptedSomewhere(d keyword.Dialect, file resolve.Source) bool {
	for d.Release = keyword.Oldest; d.Release <= keyword.Newest; d.Release++ {
		if d.Release%100 > 9 && d.Release != keyword.R99p1 {
			continue // there was none
		}
		for d.Vendor = keyword.NoVendor; d.Vendor <= keyword.MacOS; d.Vendor++ {
			c, err := resolve.Load(d, resolve.Env{}, []resolve.Source{file}, resolve.Options{NoIncludes: true})
			if err == nil && len(c.Problems) == 0 {
				return true
			}
		}
	}
	return false
}
