package netssh

import (
	"cmp"
	"fmt"
	"slices"
)

// losers are the lines without effect, by keyword.
type losers struct {
	off   bool // nobody asks for them
	most  int  // of a keyword in blocks that do not match; 0: all
	host  string
	lines [len(keys)][]lost
}

// lost is one of them. Its reason is put into words when somebody asks: a file
// can have a hundred thousand.
type lost struct {
	line   *line
	why    why
	winner *line
	block  *block
}

type why uint8

const (
	comesLater      why = iota // winner stands before it
	overwritten                // among lines before the first block the last wins
	beforeBlocks               // a block's line overrides it
	proxyTaken                 // winner is of the other proxy keyword
	proxyNo                    // `no` for a proxy keyword is as good as no line
	proxyForgotten             // it stands before the first block, and nothing took it over
	blockNotMatched            // its block does not match
)

func (l *lost) reason(host string) string {
	switch l.why {
	case comesLater:
		return fmt.Sprintf("%s comes first, and the first value wins", l.winner.at())
	case overwritten:
		return fmt.Sprintf("%s comes later, and of the lines before the first Host or Match the last wins", l.winner.at())
	case beforeBlocks:
		return fmt.Sprintf("%s stands in a block that matches, which overrides lines before the first Host or Match", l.winner.at())
	case proxyTaken:
		return fmt.Sprintf("%s comes first, and ProxyJump and ProxyCommand have one place together", l.winner.at())
	case proxyNo:
		return "'no' is taken for no line at all"
	case proxyForgotten:
		return "a ProxyJump or ProxyCommand before the first Host or Match is forgotten"
	}
	if l.block.never {
		return fmt.Sprintf("'%s' at %s never holds: net-ssh knows only 'Match all' and 'Match host'", l.block.label(), l.block.line.at())
	}
	return fmt.Sprintf("'%s' at %s does not match %s", l.block.label(), l.block.line.at(), host)
}

// add records a line once; if it is read again, it loses for the reason that
// held last.
func (ls *losers) add(l *line, why lost) {
	if ls.off {
		return
	}
	why.line = l
	list := &ls.lines[l.key]
	if ls.most > 0 && len(*list) >= ls.most && why.why == blockNotMatched && l.lost == 0 {
		return
	}
	if l.lost > 0 {
		(*list)[l.lost-1] = why
		return
	}
	*list = append(*list, why)
	l.lost = int32(len(*list))
}

// drop forgets a line that does have an effect after all: on another visit.
func (ls *losers) drop(l *line) {
	if l.lost > 0 {
		ls.lines[l.key][l.lost-1].line = nil
	}
}

// of lists the losing lines of a keyword in reading order.
func (ls *losers) of(k keyID) []Loser {
	if k == unknown {
		return nil
	}
	lines := slices.DeleteFunc(slices.Clone(ls.lines[k]), func(l lost) bool { return l.line == nil })
	slices.SortStableFunc(lines, func(a, b lost) int {
		return cmp.Or(cmp.Compare(a.line.t.order, b.line.t.order), cmp.Compare(a.line.num, b.line.num))
	})
	var out []Loser
	for i := range lines {
		l := &lines[i]
		out = append(out, Loser{Source: l.line.at(), Value: l.line.value(), Reason: l.reason(ls.host)})
	}
	return out
}
