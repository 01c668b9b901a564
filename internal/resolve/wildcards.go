package resolve

import (
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/syntax"
)

// manyWildcards is from how many blocks with wildcards on they are looked up by
// the texts in their patterns; trying fewer is quicker.
const manyWildcards = 256

// indexWildcards has blocks with wildcards found by an index, so that ten thousand
// of them need not be tried for each of ten thousand hosts. Those with a pattern
// that has no text in it, such as *, stay among the ones that are tried always.
func (c *Config) indexWildcards() {
	if c.Dialect.Side == keyword.Server || len(c.always) < manyWildcards {
		return
	}
	var ids []int32
	for id := range c.Blocks {
		if list, _ := c.wildPatterns(int32(id)); list != nil {
			ids = append(ids, int32(id))
		}
	}
	if len(ids) < manyWildcards {
		return
	}
	for _, id := range ids {
		list, index := c.wildPatterns(id)
		for _, text := range list {
			index.Add(text, id)
		}
		c.Blocks[id].literal, c.Blocks[id].first = true, -1
	}
	for _, id := range append(c.wild.ReadyUpTo(manyWildcards), c.wildByName.ReadyUpTo(manyWildcards)...) {
		c.Blocks[id].literal = false
	}
	c.chainIndexed()
}

// chainIndexed takes the segments of the blocks that are found by an index from
// among those that are tried always.
func (c *Config) chainIndexed() {
	always := c.always
	c.always = nil
	for _, s := range always {
		b := &c.Blocks[c.segments[s].block]
		if b.literal { // it is for some hosts from now on, see Tries
			lines := int(c.segments[s].to - c.segments[s].from)
			c.alwaysLines -= lines
			c.namedLines += lines
		}
		switch {
		case !b.literal:
			c.always = append(c.always, s)
		case b.first < 0:
			b.first, b.last = s, s
		default:
			c.segments[b.last].next, b.last = s, s
		}
	}
}

// wildPatterns lists the patterns of which one has to match for a block to hold,
// if there is one with wildcards and a text is in each, and the index for them;
// else nil.
func (c *Config) wildPatterns(id int32) (list []string, index *pattern.Index) {
	b := &c.Blocks[id]
	switch {
	case b.literal:
		return nil, nil
	case b.Kind == syntax.Host:
		index = &c.wild
		for text := range c.Patterns(id) {
			list = append(list, text)
		}
	case b.Kind == syntax.Match:
		index = &c.wildByName
		for i := range b.cond.Criteria {
			crit := &b.cond.Criteria[i]
			if !crit.Negate && (crit.Name == "host" || crit.Name == "originalhost") {
				list = strings.Split(pattern.Lower(crit.Arg), ",")
				break // all criteria have to hold
			}
		}
	}
	wanted := list[:0]
	for _, text := range list {
		if strings.HasPrefix(text, "!") {
			continue
		}
		if strings.Trim(text, "*?") == "" {
			return nil, nil
		}
		wanted = append(wanted, text)
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	return wanted, index
}

// appendWild appends the segments of the blocks that an index finds for a name.
func (r *Result) appendWild(dst []int32, index *pattern.Index, name string) []int32 {
	if index.Len() == 0 {
		return dst
	}
	r.wild = index.Matches(r.wild[:0], name)
	for _, id := range r.wild {
		dst = r.c.appendBlock(dst, id)
	}
	return dst
}

// appendByName appends the segments of the Match blocks that ask for a host name.
func (r *Result) appendByName(dst []int32, name string) []int32 {
	name = pattern.Lower(name)
	dst = r.c.appendSegments(dst, r.c.byName, name)
	return r.appendWild(dst, &r.c.wildByName, name)
}

// asksByName reports whether some Match block is found by a host name.
func (c *Config) asksByName() bool { return len(c.byName) > 0 || c.wildByName.Len() > 0 }
