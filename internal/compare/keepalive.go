package compare

import (
	"strconv"

	"github.com/sshvet/sshvet/internal/keyword"
)

// Pair is the keep-alive of a file.
type Pair struct {
	Interval, Count int
	Known           bool
}

// KeepAlive is the keep-alive of each column; nil unless it differs.
func (t *Table) KeepAlive(side keyword.Side) []Pair {
	names := [2]string{"serveraliveinterval", "serveralivecountmax"}
	if side == keyword.Server {
		names = [2]string{"clientaliveinterval", "clientalivecountmax"}
	}
	var rows [2]*Row
	differs := false
	for i := range t.Rows {
		for k, name := range names {
			if row := &t.Rows[i]; row.Keyword == name {
				rows[k] = row
				differs = differs || row.State == Different
			}
		}
	}
	if !differs {
		return nil
	}
	out := make([]Pair, len(t.Columns))
	for i := range out {
		interval, okInterval := t.number(rows[0], names[0], i)
		count, okCount := t.number(rows[1], names[1], i)
		out[i] = Pair{interval, count, okInterval && okCount}
	}
	return out
}

// number is the value of a file, also where the row itself is not in the table.
func (t *Table) number(row *Row, name string, i int) (int, bool) {
	value := t.Columns[i].Values.Get(name)
	if row != nil {
		value = row.Cells[i].Value
	}
	if len(value.Items) != 1 {
		return 0, false
	}
	n, err := strconv.Atoi(value.Items[0])
	return n, err == nil
}
