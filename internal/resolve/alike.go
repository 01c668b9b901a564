package resolve

import (
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/syntax"
)

// Names of one Host line that no other block tells apart get everything from the
// same lines. People give most machines several names, so that half of the work
// for a large file is spared by noticing that.

// tellers are the blocks that may tell such names apart: those with wildcards.
type tellers struct {
	// plain is true where nothing but Host lines decides what a host gets.
	plain  bool
	blocks []int32
}

// maxTellers is up to how many blocks it is worth to compare them.
const maxTellers = 16

func (c *Config) findTellers() {
	t := &c.tellers
	if c.Dialect.Side == keyword.Server || c.wantPass2 || c.Stores(c.table.known.canonicalize) > 0 || c.wild.Len() > 0 || c.asksByName() || len(c.offline) > 0 {
		return
	}
	for _, s := range c.always {
		id := c.segments[s].block
		b := &c.Blocks[id]
		switch {
		case c.Unconditional(id):
		case b.Kind == syntax.Host && b.Parent < 0 && len(t.blocks) < maxTellers:
			t.blocks = append(t.blocks, id)
		default:
			return
		}
	}
	t.plain = true
}

// Serves reports whether the result of a host's query, which was the last one, is
// that of another host, too, as far as it tells which lines win. Where it says no,
// it may still be.
func (r *Result) Serves(of, x *Context) bool {
	c := r.c
	c.tellersOnce.Do(c.findTellers)
	if !c.tellers.plain || r.Error != "" || of.combo != nil || x.combo != nil || of.link == 0 || x.link == 0 {
		return false
	}
	names := c.index()
	if !names.isFirst(c, of.link-1, of.Label) || !names.isFirst(c, x.link-1, x.Label) {
		return false // they are of another state of the files
	}
	a, b := &names.links[of.link-1], &names.links[x.link-1]
	if a.block != b.block || a.next >= 0 || b.next >= 0 {
		return false
	}
	if block := &c.Blocks[a.block]; !block.plain || block.Parent >= 0 {
		return false
	}
	for _, id := range c.tellers.blocks {
		block := &c.Blocks[id]
		if stateOf(block.File.matchHost(x.Label, block.host)) != r.State(id) {
			return false
		}
	}
	return true
}
