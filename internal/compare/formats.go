package compare

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/sshvet/sshvet/internal/term"
)

// CSV prints a line of labels and one for each row, as RFC 4180 has it: context,
// keyword, state, then the value in each file.
// Values of one keyword are separated by "; ". A value that is not set is empty,
// one that is not known is ?. Control characters are escaped, and a cell that a
// spreadsheet would take for a formula has a ' in front.
func CSV(w io.Writer, tables []*Table, all bool) error {
	out := csv.NewWriter(w)
	head := []string{"context", "keyword", "state"}
	for i := range tables[0].Columns {
		head = append(head, csvCell(tables[0].Columns[i].Label))
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, t := range tables {
		for _, row := range t.Shown(all) {
			line := []string{csvCell(t.Context), row.Name, row.State.String()}
			for i := range row.Cells {
				line = append(line, csvCell(csvValue(&row.Cells[i])))
			}
			if err := out.Write(line); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

func csvValue(c *Cell) string {
	text := strings.Join(c.Items, "; ")
	if c.Absent || c.Built {
		text = c.value()
	}
	for _, cond := range c.Conditional {
		text += "; " + cond.Value + " if " + cond.Condition
	}
	return strings.TrimPrefix(text, "; ")
}

// csvCell makes a text safe for a terminal and for a spreadsheet.
func csvCell(text string) string {
	text = shown(text)
	if text != "" && strings.Contains("=+-@", text[:1]) {
		return "'" + text
	}
	return text
}

// Markdown prints a sentence and a table for each context, for a comment on a
// pull request. Nothing in a value can be anything but text.
func Markdown(w io.Writer, tables []*Table, all bool) error {
	b := bufio.NewWriter(w)
	some := false
	for i, t := range tables {
		rows := t.Shown(all)
		if len(rows) == 0 && i > 0 {
			continue
		}
		if some {
			b.WriteByte('\n')
		}
		some = true
		if len(tables) > 1 {
			fmt.Fprintf(b, "**%s**: ", markdown(t.Context))
		}
		fmt.Fprintf(b, "%s\n", t.Summary(markdown))
		if len(rows) > 0 {
			markdownTable(b, t, rows)
		}
	}
	return b.Flush()
}

func markdownTable(b *bufio.Writer, t *Table, rows []*Row) {
	b.WriteString("\n| |")
	for i := range t.Columns {
		fmt.Fprintf(b, " %s |", markdown(t.Columns[i].Label))
	}
	b.WriteString("\n|---|")
	b.WriteString(strings.Repeat("---|", len(t.Columns)))
	b.WriteByte('\n')
	for _, row := range rows {
		name := row.Name
		if row.State == Different {
			name = "**" + name + "**"
		}
		fmt.Fprintf(b, "| %s |", name)
		for i := range row.Cells {
			fmt.Fprintf(b, " %s |", markdownCell(&row.Cells[i]))
		}
		b.WriteByte('\n')
	}
}

func markdownCell(c *Cell) string {
	text := c.value()
	switch {
	case c.Absent, c.Built, len(c.Items) == 0:
	default:
		text = Code(text)
	}
	if c.Default && !c.Built && len(c.Items) > 0 {
		text += " (default)"
	}
	for _, cond := range c.Conditional {
		text += ", or " + Code(cond.Value) + " if " + Code(cond.Condition)
	}
	if c.State == Different {
		text = "**≠** " + text
	}
	return text
}

// markdown is a label: as it is if it is nothing but a word, else as code.
func markdown(text string) string {
	if strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-. /") == "" && strings.Trim(text, "-. /") != "" {
		return text
	}
	return Code(text)
}

// Code is a text as code in a cell of a table. A code span holds any text but
// backquotes and bars, and in one no mention, link or tag is looked for; with
// those the text is an element whose odd characters are all references.
func Code(text string) string {
	text = term.EscapeTab(text)
	if text != "" && !strings.ContainsAny(text, "`|\\") && strings.TrimSpace(text) == text {
		return "`" + text + "`"
	}
	var b strings.Builder
	for _, r := range text {
		if r < 0x80 && !isPlain(byte(r)) {
			fmt.Fprintf(&b, "&#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return "<code>" + b.String() + "</code>"
}

func isPlain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(" ,./-=", c) >= 0
}
