package compare

import (
	"github.com/sshvet/sshvet/internal/reader"
)

// Report is what is printed as JSON. Lists are never null, and fields are only
// ever added.
type Report struct {
	Version int          `json:"version"`
	Tool    ReportTool   `json:"tool"`
	Against string       `json:"against,omitempty"`
	Files   []ReportFile `json:"files"`
	Rows    []ReportRow  `json:"rows"`
	Summary struct {
		Compared  int `json:"compared"`
		Different int `json:"different"`
		Unknown   int `json:"unknown"`
	} `json:"summary"`
}

// ReportTool is the program and its version.
type ReportTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// ReportFile is one file. Error is why it is not compared.
type ReportFile struct {
	Label string `json:"label"`
	Path  string `json:"path"`
	Kind  string `json:"kind"`
	Error string `json:"error,omitempty"`
}

// ReportRow is one keyword for one context.
type ReportRow struct {
	Context string       `json:"context"`
	Keyword string       `json:"keyword"`
	Differs bool         `json:"differs"`
	State   string       `json:"state"`
	Cells   []ReportCell `json:"cells"`
}

// ReportCell is what one file gives a keyword. Values are as ssh -G and sshd -T
// print them; an empty list is a keyword that is not set, unless Unknown says why
// the value is not known.
type ReportCell struct {
	Label       string               `json:"label"`
	Values      []string             `json:"values"`
	Default     bool                 `json:"default"`
	Differs     bool                 `json:"differs"` // from the base
	Unknown     string               `json:"unknown,omitempty"`
	Sources     []reader.Source      `json:"sources"`
	Conditional []reader.Conditional `json:"conditional"`
}

// Add adds the rows of a table, those that differ or all.
func (r *Report) Add(t *Table, all bool) {
	r.Summary.Compared += len(t.Rows)
	r.Summary.Different += t.Count(Different)
	r.Summary.Unknown += t.Count(Unknown)
	for _, row := range t.Shown(all) {
		out := ReportRow{Context: t.Context, Keyword: row.Keyword, Differs: row.State == Different, State: row.State.String()}
		for i := range row.Cells {
			out.Cells = append(out.Cells, t.reportCell(row, i))
		}
		r.Rows = append(r.Rows, out)
	}
}

func (t *Table) reportCell(row *Row, i int) ReportCell {
	c := &row.Cells[i]
	out := ReportCell{
		Label: t.Columns[i].Label, Values: append([]string{}, c.Items...), Default: c.Default, Differs: c.State == Different,
		Sources: append([]reader.Source{}, c.Sources...), Conditional: append([]reader.Conditional{}, c.Conditional...),
	}
	values := t.Columns[i].Values
	switch {
	case values.Unavailable != "":
		out.Unknown = values.Unavailable
	case c.Built:
		out.Unknown = "the default is chosen when OpenSSH is built"
	case c.Absent && values.Dump:
		out.Unknown = "sshd -T did not print it"
	case c.Absent:
		out.Unknown = "this OpenSSH does not know it"
	}
	return out
}
