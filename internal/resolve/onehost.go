package resolve

import (
	"slices"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/syntax"
)

// onlyFor says what may be left out because it makes no difference for the one host
// that will be asked about: plain settings in Host blocks that do not match it, of
// which the first of each keyword are kept and the others counted, and the Host lines
// of blocks of which nothing is kept, if another Host line follows. Of a file of
// 100,000 hosts little remains. Lines with problems are kept, as OpenSSH refuses them
// wherever they stand, and so is what counts beyond its block.
type onlyFor struct {
	host  string
	most  int    // of a keyword to keep; 0: nothing is left out
	roles []role // by keyword
}

func (c *Config) onlyFor() onlyFor {
	if c.Dialect.Side != keyword.Client {
		return onlyFor{}
	}
	return onlyFor{host: c.opts.OnlyHost, most: c.opts.MostElsewhere, roles: c.table.roles}
}

// leaveOut takes back the n-th statement, the last one, if it is to be left out.
func (comp *compiler) leaveOut(n int) {
	switch st := &comp.stmts[n]; st.kind {
	case host:
		comp.elsewhere = !comp.isFaulty(st) && !matchArgs(comp.only.host, comp.args)
		if comp.bare {
			comp.dropHost(n - 1)
		}
		comp.bare = comp.elsewhere
		return
	case match:
		comp.elsewhere = false
	case setting, unset, inert:
		if comp.elsewhere && comp.isBeyond(st) {
			comp.stmts = comp.stmts[:n]
			return
		}
	}
	comp.bare = false
}

// isBeyond counts a setting in a block for other hosts, and reports whether enough of
// its keyword are kept.
func (comp *compiler) isBeyond(st *stmt) bool {
	if st.kind == inert {
		return true
	}
	if comp.only.roles[st.key].noted() {
		return false
	}
	if comp.kept == nil {
		comp.kept, comp.left = make([]int, len(comp.only.roles)), make([]int, len(comp.only.roles))
	}
	if comp.kept[st.key] < comp.only.most {
		comp.kept[st.key]++
		return false
	}
	comp.left[st.key]++
	return true
}

// isFaulty reports whether a line has a problem; it is the last one that was compiled.
func (comp *compiler) isFaulty(st *stmt) bool {
	return len(comp.bad) > 0 && comp.bad[len(comp.bad)-1].Line == int(st.line)
}

// dropHost removes the n-th statement, which is the last Host line but one.
func (comp *compiler) dropHost(n int) {
	comp.stmts = slices.Delete(comp.stmts, n, n+1)
	comp.headers--
	comp.dropBeforeLast()
}

// matchArgs is matchHost for a line that is being compiled.
func matchArgs(host string, args []syntax.Arg) bool {
	found := false
	for i := range args {
		if rulesOut(host, args[i].Text, &found) {
			return false
		}
	}
	return found
}

// addCounts adds numbers by keyword; nil stands for none of any.
func addCounts(to, more []int) []int {
	if to == nil {
		return slices.Clone(more)
	}
	for i, n := range more {
		to[i] += n
	}
	return to
}
