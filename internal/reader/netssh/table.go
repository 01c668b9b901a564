package netssh

import "slices"

// table is Ruby's Hash of settings: it keeps the order in which keywords came.
// A keyword has one line, a listed one the lines of all its items.
type table struct {
	order []keyID
	lines [len(keys)][]*line
}

func (t *table) has(k keyID) bool { return t.lines[k] != nil }

// line is the line of a keyword that is there.
func (t *table) line(k keyID) *line { return t.lines[k][0] }

// set keeps the place of a keyword that is there.
func (t *table) set(k keyID, lines []*line) {
	if t.lines[k] == nil {
		t.order = append(t.order, k)
	}
	t.lines[k] = lines
}

func (t *table) add(l *line) { t.set(l.key, append(t.lines[l.key], l)) }

// remove returns the line of a keyword that is taken out; nil if there is none.
func (t *table) remove(k keyID) *line {
	if !t.has(k) {
		return nil
	}
	l := t.line(k)
	t.lines[k] = nil
	t.order = slices.DeleteFunc(t.order, func(other keyID) bool { return other == k })
	return l
}
