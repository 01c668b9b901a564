package compare

import (
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader"
)

// Column is one file.
type Column struct {
	Label  string
	Values *Values
}

// Table is what several files give one connection.
type Table struct {
	Context string // for whom: a host, a connection, "everybody"
	Columns []Column
	Base    int  // the column that others are held against
	Against bool // the user has named the base: only what differs from it counts
	Narrow  bool // Rows are only those that are not as in another table: see DropRepeated
	Rows    []Row
}

// Row is one keyword. Rows in which no file has a value are left out.
type Row struct {
	Keyword string // lower case
	Name    string // as the manual spells it
	State   State
	Cells   []Cell // as the columns
}

// Cell is what one file gives the keyword of a row.
type Cell struct {
	Value
	State State // against the base
}

// Options say what to compare.
type Options struct {
	Side     keyword.Side
	Context  string
	Against  int      // index of a column; -1 for none
	Keywords []string // in lower case; nil for all
	Except   []string // that mean nothing in this context
}

// Make compares columns, all of one side: the keep-alive first, then by name.
func Make(columns []Column, o Options) *Table {
	t := &Table{Context: o.Context, Columns: columns, Base: max(o.Against, 0), Against: o.Against >= 0}
	for _, name := range names(columns, o) {
		row := Row{Keyword: name, Name: reader.Spelled(o.Side, name)}
		sides := make([]side, len(columns))
		some := false
		for i := range columns {
			sides[i] = side{columns[i].Values, columns[i].Values.Get(name)}
			some = some || len(sides[i].Items) > 0 || sides[i].Built || len(sides[i].Conditional) > 0
		}
		if !some {
			continue
		}
		t.fill(&row, sides)
		t.Rows = append(t.Rows, row)
	}
	return t
}

// names are the keywords to compare, in order.
func names(columns []Column, o Options) []string {
	var out []string
	seen := map[string]bool{}
	for i := range columns {
		for name := range columns[i].Values.byName {
			if seen[name] || slices.Contains(o.Except, name) || o.Keywords != nil && !slices.Contains(o.Keywords, name) {
				continue
			}
			seen[name] = true
			out = append(out, name)
		}
	}
	slices.SortFunc(out, reader.Compare)
	return out
}

// fill compares the cells of a row with the base and, unless the user has named
// one, with each other.
func (t *Table) fill(row *Row, sides []side) {
	row.Cells = make([]Cell, len(sides))
	for i := range sides {
		row.Cells[i].Value = sides[i].Value
		if i != t.Base {
			row.Cells[i].State = relate(row.Keyword, sides[t.Base], sides[i])
		}
		row.State = max(row.State, row.Cells[i].State)
	}
	if t.Against || row.State != Unknown {
		return
	}
	// What is not known of the base may still differ between the others.
	others := distinct(sides)
	for i, a := range others {
		for _, b := range others[i+1:] {
			row.State = max(row.State, relate(row.Keyword, a, b))
		}
	}
}

// distinct keeps one side of each value.
func distinct(sides []side) []side {
	var out []side
	seen := map[string]bool{}
	for _, s := range sides {
		var key strings.Builder
		for _, flag := range []bool{s.Dump, s.Default, s.Built, s.Absent} {
			key.WriteByte("01"[b2i(flag)])
		}
		key.WriteString(s.Unavailable)
		for _, item := range s.Items {
			key.WriteString("\x00" + item)
		}
		for _, c := range s.Conditional {
			key.WriteString("\x01" + c.Value + "\x01" + c.Condition)
		}
		if !seen[key.String()] {
			seen[key.String()] = true
			out = append(out, s)
		}
	}
	return out
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Count is how many rows have a state.
func (t *Table) Count(s State) int {
	n := 0
	for i := range t.Rows {
		if t.Rows[i].State == s {
			n++
		}
	}
	return n
}

// Shown are the rows to show: those that differ, or all.
func (t *Table) Shown(all bool) []*Row {
	var out []*Row
	for i := range t.Rows {
		if all || t.Rows[i].State == Different {
			out = append(out, &t.Rows[i])
		}
	}
	return out
}
