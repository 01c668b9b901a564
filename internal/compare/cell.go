package compare

import (
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/term"
)

// Words that stand for a value where there is none.
const (
	notSet  = "(not set)"
	built   = "(the build's default)"
	unknown = "?"
)

// plain is a cell in one line, with nothing escaped.
func (c *Cell) plain() string {
	text := c.value()
	if c.Default && !c.Built && len(c.Items) > 0 {
		text += " (default)"
	}
	for _, cond := range c.Conditional {
		text += ", or " + cond.Value + " if " + cond.Condition
	}
	return text
}

// value is plain without what lines and defaults have to do with it.
func (c *Cell) value() string {
	switch {
	case c.Absent:
		return unknown
	case c.Built:
		return built
	case len(c.Items) == 0:
		return notSet
	}
	return strings.Join(c.Items, ", ")
}

// Source names the lines that a value comes from: FILE:LINE, FILE:LINE, "" for a
// value that no line sets.
func (c *Cell) source() string {
	var out []string
	for _, s := range c.Sources {
		out = append(out, place(s.File, s.Line))
	}
	return strings.Join(out, ", ")
}

// elements are the parts of a list; nil where the value is none.
func elements(name string, side keyword.Side, items []string) []string {
	if len(items) > 1 {
		return items
	}
	k := keyword.Find(side, []byte(name))
	if len(items) != 1 || k == nil {
		return nil
	}
	if k.Kind == "alglist" && !strings.ContainsAny(items[0][:min(1, len(items[0]))], "+-^") {
		return strings.Split(items[0], ",")
	}
	if k.Repeat == keyword.Accumulate {
		return items
	}
	return nil
}

// change is what a list has more (+) and less (-) than that of the base, "" where
// they are no lists or differ only in order.
func change(name string, side keyword.Side, base, other *Cell) string {
	a, b := elements(name, side, base.Items), elements(name, side, other.Items)
	if a == nil || b == nil || len(base.Conditional)+len(other.Conditional) > 0 {
		return ""
	}
	var out []string
	for _, item := range less(b, a) {
		out = append(out, "+"+item)
	}
	for _, item := range less(a, b) {
		out = append(out, "-"+item)
	}
	return strings.Join(out, " ")
}

// less is a without what is in b.
func less(a, b []string) []string {
	in := make(map[string]bool, len(b))
	for _, item := range b {
		in[item] = true
	}
	return slices.DeleteFunc(slices.Clone(a), func(item string) bool { return in[item] })
}

// shown is a text for people: one line that no terminal and no build obeys,
// wherever on its line it stands.
func shown(text string) string {
	text = term.EscapeTab(text)
	if trimmed := strings.TrimLeft(text, " "); strings.HasPrefix(trimmed, "::") {
		return text[:len(text)-len(trimmed)] + `\x3a` + trimmed[1:]
	}
	return text
}
