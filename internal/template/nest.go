package template

import (
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/lazy"
)

// frame is a block that is open.
type frame struct {
	cond   int // -1: it is always taken
	branch int
	other  bool // a branch stands for all other cases
	start  int
}

// mark is a range of bytes.
type mark struct{ start, end int }

// No template of a person nests deeper or has more conditions. One that does is
// read as if its tags did not pair.
const (
	maxDepth = 64
	maxConds = 2048
)

// nest tells for each token in which branches it stands.
func (t *Template) nest(l *language) {
	var stack []frame
	for i := range t.tokens {
		tk := &t.tokens[i]
		if tk.content == "\x00" || len(stack) > maxDepth || len(t.conds) > maxConds {
			t.broken = true
		}
		if !t.broken {
			tk.guards = guardsOf(stack)
		}
		if tk.kind != control {
			continue
		}
		switch l.action(tk.content) {
		case decide:
			t.conds = append(t.conds, 1)
			stack = append(stack, frame{cond: len(t.conds) - 1, start: tk.start})
		case repeat, literal:
			stack = append(stack, frame{cond: -1, start: tk.start})
		case branch:
			if len(stack) == 0 {
				t.broken = true
				continue
			}
			t.nextBranch(&stack[len(stack)-1], tk.content)
		case closing:
			if len(stack) == 0 {
				t.broken = true
				continue
			}
			t.close(stack[len(stack)-1], tk.end)
			stack = stack[:len(stack)-1]
		}
	}
	for _, f := range stack {
		t.broken = true
		t.close(f, len(t.src))
	}
}

func guardsOf(stack []frame) []guard {
	var out []guard
	for _, f := range stack {
		if f.cond >= 0 {
			out = append(out, guard{f.cond, f.branch})
		}
	}
	return out
}

// nextBranch goes on to the next branch of a condition. What a loop does where
// there is nothing to repeat is taken along with the rest.
func (t *Template) nextBranch(f *frame, content string) {
	if f.cond < 0 {
		return
	}
	f.branch++
	t.conds[f.cond]++
	f.other = otherwise().MatchString(content) && !elseIf(content)
}

// otherwise matches the branch for all other cases; Puppet writes `} else {`.
var otherwise = lazy.Regexp(`^(\}\s*)?else\b`)

// elseIf recognises Go's way to begin one more branch with a condition.
func elseIf(content string) bool {
	rest := strings.TrimSpace(strings.TrimPrefix(content, "else"))
	return strings.HasPrefix(rest, "if") || strings.HasPrefix(rest, "with")
}

// close ends a block. Without an else there is one more way: nothing of it.
func (t *Template) close(f frame, end int) {
	if f.cond >= 0 && !f.other {
		t.conds[f.cond]++
	}
	t.open = append(t.open, mark{f.start, end})
}

// maxWays bounds how many texts are made of one template.
const maxWays = 32

// ways are choices of a branch for each condition, by which every branch is
// taken at least once, if maxWays allows. In each way conditions with as many
// branches go the same way, as people write the same condition twice.
func (t *Template) ways() [][]int {
	var out [][]int
	most := 1
	for _, n := range t.conds {
		most = max(most, n)
	}
	for v := range min(most, maxWays) {
		way := make([]int, len(t.conds))
		for c, n := range t.conds {
			way[c] = min(v, n-1)
		}
		out = append(out, way)
	}
	for i := range t.tokens {
		g := t.tokens[i].guards
		if len(out) < maxWays && !slices.ContainsFunc(out, func(way []int) bool { return taken(g, way) }) {
			way := make([]int, len(t.conds))
			for _, x := range g {
				way[x.cond] = x.branch
			}
			out = append(out, way)
		}
	}
	return out
}

func taken(guards []guard, way []int) bool {
	return !slices.ContainsFunc(guards, func(g guard) bool { return way[g.cond] != g.branch })
}
