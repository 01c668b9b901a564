package compare

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/term"
)

// TextOptions say how text is printed.
type TextOptions struct {
	Side    keyword.Side
	All     bool // also rows that do not differ
	Verbose bool // with the line of each value
	Titles  bool // each table begins with its context
	Width   int  // of the terminal; 0 for none: nothing is folded then
	Palette term.Palette
}

// widest is how wide a cell of the table may be; a row with a wider one is
// printed below its keyword, one file a line.
const widest = 44

// narrowest is the width of a cell for which a table is no good any more.
const narrowest = 8

// Text prints tables, those with nothing to show left out.
func Text(w io.Writer, tables []*Table, o TextOptions) error {
	b := bufio.NewWriter(w)
	some := false
	for _, t := range tables {
		rows := t.Shown(o.All)
		if len(rows) == 0 {
			continue
		}
		if some {
			b.WriteByte('\n')
		}
		some = true
		p := textTable{Table: t, TextOptions: o, rows: rows, w: b}
		p.print()
	}
	return b.Flush()
}

type textTable struct {
	*Table
	TextOptions
	rows   []*Row
	labels []string
	cells  [][]string // by row, escaped
	key    int        // width of the first column
	widths []int      // of the others; nil: every row is printed below its keyword
	w      *bufio.Writer
}

func (p *textTable) print() {
	if p.Titles {
		fmt.Fprintf(p.w, "%s\n", p.Palette.Bold(shown(p.Context)+":"))
	}
	for i := range p.Columns {
		p.labels = append(p.labels, shown(p.Columns[i].Label))
	}
	for _, row := range p.rows {
		var cells []string
		for i := range row.Cells {
			cells = append(cells, p.cell(row, i))
		}
		p.cells = append(p.cells, cells)
		p.key = max(p.key, term.Width(row.Name))
	}
	if !p.Verbose {
		p.measure()
	}
	if p.anyFits() {
		p.header()
	}
	for i, row := range p.rows {
		if p.fits(i) {
			p.line(row, p.cells[i])
		} else {
			p.stack(row)
		}
	}
}

// cell is the text of a cell in the table; with --against, what is as the base
// has it is only said to be.
func (p *textTable) cell(row *Row, i int) string {
	if p.Against && i != p.Base && row.Cells[i].State == Same {
		return "="
	}
	return shown(row.Cells[i].plain())
}

// marked is the mark behind a cell that differs from that of the base, so that
// colours are not needed.
const marked = " *"

// markWidth is the room that a column needs for marks.
func (p *textTable) markWidth(i int) int {
	if i == p.Base {
		return 0
	}
	return len(marked)
}

// measure finds the widths of the columns so that as many rows as possible fit
// the terminal beside each other.
func (p *textTable) measure() {
	limit := widest
	for {
		p.widths = p.fitted(limit)
		total := p.key
		for i, w := range p.widths {
			total += 2 + w + p.markWidth(i)
		}
		if p.Width == 0 || total <= p.Width {
			return
		}
		room := (p.Width-p.key)/len(p.labels) - 2 - len(marked)
		if room < narrowest || limit <= room {
			p.widths = nil
			return
		}
		limit = room
	}
}

// fitted are the widths of the columns if no cell may be wider than limit; nil if
// a label is.
func (p *textTable) fitted(limit int) []int {
	widths := make([]int, len(p.labels))
	for i, label := range p.labels {
		if widths[i] = term.Width(label); widths[i] > limit {
			return nil
		}
	}
	for _, cells := range p.cells {
		if tooWide(cells, limit) {
			continue
		}
		for i, text := range cells {
			widths[i] = max(widths[i], term.Width(text))
		}
	}
	return widths
}

func tooWide(cells []string, limit int) bool {
	for _, text := range cells {
		if term.Width(text) > limit {
			return true
		}
	}
	return false
}

// anyFits reports whether there is a row below a header.
func (p *textTable) anyFits() bool {
	for i := range p.rows {
		if p.fits(i) {
			return true
		}
	}
	return false
}

// fits reports whether a row is printed as one line.
func (p *textTable) fits(i int) bool {
	if p.widths == nil {
		return false
	}
	for k, text := range p.cells[i] {
		if term.Width(text) > p.widths[k] {
			return false
		}
	}
	return true
}

func (p *textTable) header() {
	line := strings.Repeat(" ", p.key)
	for i, label := range p.labels {
		line += "  " + pad(label, p.widths[i]+p.markWidth(i))
	}
	fmt.Fprintln(p.w, p.Palette.Bold(strings.TrimRight(line, " ")))
}

func (p *textTable) line(row *Row, cells []string) {
	p.w.WriteString(p.Palette.Bold(row.Name))
	gap := p.key - term.Width(row.Name)
	for i, text := range cells {
		p.w.WriteString(strings.Repeat(" ", gap+2))
		mark := ""
		if row.Cells[i].State == Different {
			mark = marked
		}
		p.w.WriteString(p.paint(row, i, text+mark))
		gap = p.widths[i] + p.markWidth(i) - term.Width(text) - len(mark)
	}
	p.w.WriteByte('\n')
}

// paint colours the cells of a row that differ, in another colour what the base
// has.
func (p *textTable) paint(row *Row, i int, text string) string {
	switch {
	case row.Cells[i].State == Different:
		return p.Palette.Warning(text)
	case row.State == Different && i == p.Base:
		return p.Palette.Note(text)
	}
	return text
}

// stack prints a row below its keyword, one file a line.
func (p *textTable) stack(row *Row) {
	fmt.Fprintln(p.w, p.Palette.Bold(row.Name))
	width := 0
	for _, label := range p.labels {
		width = max(width, term.Width(label))
	}
	for i := range row.Cells {
		mark := "    "
		if row.Cells[i].State == Different {
			mark = "  * "
		}
		for k, text := range p.lines(row, i) {
			head := mark + pad(p.labels[i], width)
			if k > 0 {
				head = strings.Repeat(" ", 4+width)
			}
			p.fold(head+"  ", 6+width, text, func(s string) string { return p.paint(row, i, s) })
		}
	}
}

// lines are what is said of a cell that has a line of its own: of a long list
// only what is other than in the base, unless the user wants more.
func (p *textTable) lines(row *Row, i int) []string {
	cell := &row.Cells[i]
	text := p.cell(row, i)
	diff := ""
	if cell.State == Different {
		diff = shown(change(row.Keyword, p.Side, &row.Cells[p.Base], cell))
	}
	if !p.Verbose {
		if diff != "" && term.Width(diff) < term.Width(text) {
			return []string{diff}
		}
		return []string{text}
	}
	source := shown(cell.source())
	if source != "" {
		text += "  [" + source + "]"
	}
	out := []string{text}
	if diff != "" && len(row.Cells[p.Base].Items)+len(cell.Items) > 2 || diff != "" && term.Width(diff) < term.Width(text) {
		out = append(out, diff)
	}
	for _, c := range cell.Conditional {
		out = append(out, shown(c.Value+" if "+c.Condition)+"  ["+shown(place(c.File, c.Line))+"]")
	}
	return out
}

func place(file string, line int) string { return fmt.Sprintf("%s:%d", file, line) }

// fold prints a text behind a head of a width, on as many lines of the terminal
// as it needs, broken behind commas and blanks where there are any.
func (p *textTable) fold(head string, indent int, text string, paint func(string) string) {
	room := p.Width - indent
	for p.Width > 0 && room >= narrowest && term.Width(text) > room {
		at := breakAt(text, room)
		fmt.Fprintf(p.w, "%s%s\n", head, paint(strings.TrimRight(text[:at], " ")))
		head, text = strings.Repeat(" ", indent), strings.TrimLeft(text[at:], " ")
	}
	fmt.Fprintf(p.w, "%s%s\n", head, paint(text))
}

// breakAt is where to break a text that is wider than room.
func breakAt(text string, room int) int {
	width, best := 0, 0
	for i, r := range text {
		if width += term.RuneWidth(r); width > room {
			if best > 0 {
				return best
			}
			return max(i, 1)
		}
		if r == ',' || r == ' ' {
			best = i + 1
		}
	}
	return len(text)
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-term.Width(text)))
}
