package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/resolve"
)

// Context is a connection, or a class of them, to compare files for.
type Context struct {
	Label string
	// Query is what resolves it in one of the files.
	Query func(c *Config) resolve.Query
	// Except are keywords that mean nothing in it.
	Except []string
	// Narrow is true where a file is told apart from others by a block: what sshd
	// -T printed says nothing about it, and what is as in the first context is
	// not repeated.
	Narrow bool
}

// Blocks lists the contexts that the blocks of client or server files tell apart,
// but for the one in which none holds: each condition of Match blocks of
// servers, each alias and pattern of clients. Of more than limit, the first ones are taken;
// left is how many are not.
func Blocks(configs []*Config, base resolve.Query, server bool, limit int) (list []Context, left int) {
	f := finder{seen: map[string]int{}, base: base}
	for _, c := range configs {
		if server {
			f.addMatches(c)
		} else {
			f.addHosts(c)
		}
	}
	if len(f.out) > limit {
		left = len(f.out) - limit
		f.out = f.out[:limit]
	}
	return f.out, left
}

// OtherHost is a made-up name that no line of a client file names; only
// wildcards match it.
func OtherHost() string {
	c, _ := resolve.Load(keyword.Dialect{Release: keyword.Newest}, resolve.Env{}, nil, resolve.Options{}) // nothing that could fail is read
	return c.Hosts()[0].Host()
}

type finder struct {
	base resolve.Query
	seen map[string]int // by what tells contexts apart: where in out
	out  []Context
	own  []map[*Config]resolve.Query // server: what resolves a context in the files that have its block
}

func (f *finder) addHosts(c *Config) {
	hosts := c.Hosts()
	for _, x := range hosts[:len(hosts)-1] {
		if _, met := f.seen[x.Label]; met {
			continue
		}
		f.seen[x.Label] = len(f.out)
		ctx := Context{Label: x.Label, Narrow: true, Query: func(*Config) resolve.Query {
			q := f.base
			q.Host = x.Host()
			return q
		}}
		if !pattern.IsLiteral(x.Label) {
			ctx.Except = []string{"hostname"} // the name is made up
		}
		f.out = append(f.out, ctx)
	}
}

func (f *finder) addMatches(c *Config) {
	everybody := resolve.Context{Label: resolve.Everybody}
	for _, x := range c.With(everybody, c.Undecided()) {
		key, label := conditions(c, x.Held())
		at, met := f.seen[key]
		if !met {
			at = len(f.out)
			f.seen[key] = at
			queries := map[*Config]resolve.Query{}
			f.out = append(f.out, Context{Label: label, Narrow: true, Query: func(c *Config) resolve.Query {
				if q, ok := queries[c]; ok {
					return q
				}
				return everybody.Query()
			}})
			f.own = append(f.own, queries)
		}
		f.own[at][c] = x.Query()
	}
}

// conditions are what is the same for blocks with the same conditions, in
// whatever file and however they are written, and how people know them.
func conditions(c *Config, held []int32) (key, label string) {
	var keys, labels []string
	for _, id := range held {
		one := ""
		if cond := c.Condition(id); cond != nil {
			for _, crit := range cond.Criteria {
				one += fmt.Sprintf(" %t %s %q", crit.Negate, crit.Name, crit.Arg)
			}
		}
		if !slices.Contains(keys, one) {
			keys, labels = append(keys, one), append(labels, c.BlockLabel(id))
		}
	}
	slices.Sort(keys)
	return strings.Join(keys, "\n"), strings.Join(labels, " and ")
}

// DropRepeated removes the rows that say what they say in another table of the
// same files.
func (t *Table) DropRepeated(of *Table) {
	t.Narrow = true
	rows := map[string]*Row{}
	for i := range of.Rows {
		rows[of.Rows[i].Keyword] = &of.Rows[i]
	}
	t.Rows = slices.DeleteFunc(t.Rows, func(row Row) bool {
		first := rows[row.Keyword]
		if first == nil {
			return false
		}
		for i := range row.Cells {
			if t.Columns[i].Values.Unavailable == "" && !sameCell(&row.Cells[i], &first.Cells[i]) {
				return false
			}
		}
		return true
	})
	t.Rows = slices.Clip(t.Rows)
}

func sameCell(a, b *Cell) bool {
	return slices.Equal(a.Items, b.Items) && a.Absent == b.Absent && a.Built == b.Built &&
		slices.EqualFunc(a.Conditional, b.Conditional, sameCondition)
}
