package compare

import (
	"fmt"
	"strings"
)

// Summary says in a sentence how many settings differ. name makes a label fit
// for where the sentence is shown.
func (t *Table) Summary(name func(string) string) string {
	n, total := t.Count(Different), len(t.Rows)
	var text string
	switch {
	case t.Against && n == 0:
		text = fmt.Sprintf("All %s are as in %s", settings(total), name(t.Columns[t.Base].Label))
	case t.Narrow && t.Against:
		text = fmt.Sprintf("%s %s not as in %s", settings(n), plural(n, "is", "are"), name(t.Columns[t.Base].Label))
	case t.Narrow:
		text = fmt.Sprintf("%s %s between %s", settings(n), plural(n, "differs", "differ"), t.between(name))
	case t.Against:
		text = fmt.Sprintf("%d of %s %s not as in %s", n, settings(total), plural(n, "is", "are"), name(t.Columns[t.Base].Label))
	case n == 0:
		text = fmt.Sprintf("No difference in %s between %s", settings(total), t.between(name))
	default:
		text = fmt.Sprintf("%d of %s %s between %s", n, settings(total), plural(n, "differs", "differ"), t.between(name))
	}
	if unknown := t.Count(Unknown); unknown > 0 {
		text += fmt.Sprintf("; %d cannot be compared (--all shows %s)", unknown, plural(unknown, "it", "them"))
	}
	return text
}

// most is how many labels a sentence takes.
const most = 6

// between lists the labels: a, b and c.
func (t *Table) between(name func(string) string) string {
	if len(t.Columns) > most {
		return fmt.Sprintf("%d files", len(t.Columns))
	}
	var list []string
	for i := range t.Columns {
		list = append(list, name(t.Columns[i].Label))
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " and " + list[last]
}

func settings(n int) string { return fmt.Sprintf("%d %s", n, plural(n, "setting", "settings")) }

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
