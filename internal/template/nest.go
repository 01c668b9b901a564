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
	away   bool // its text is used elsewhere, or that of a block around it
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
	words := wordings{}
	for i := range t.tokens {
		tk := &t.tokens[i]
		if tk.content == "\x00" || len(stack) > maxDepth || len(t.conds) > maxConds {
			t.broken = true
		}
		if !t.broken {
			tk.guards = guardsOf(stack)
		}
		away := len(stack) > 0 && stack[len(stack)-1].away
		tk.captured = away
		if tk.kind != control {
			continue
		}
		switch l.action(tk.content) {
		case decide:
			t.conds = append(t.conds, 1)
			t.keys = append(t.keys, []int{words.number(0, tk.content)})
			stack = append(stack, frame{cond: len(t.conds) - 1, start: tk.start, away: away})
		case repeat, literal:
			stack = append(stack, frame{cond: -1, start: tk.start, away: away})
		case capture:
			stack = append(stack, frame{cond: -1, start: tk.start, away: true})
		case branch:
			if len(stack) == 0 {
				t.broken = true
				continue
			}
			t.nextBranch(&stack[len(stack)-1], tk.content, words)
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
func (t *Template) nextBranch(f *frame, content string, words wordings) {
	if f.cond < 0 {
		return
	}
	f.branch++
	t.conds[f.cond]++
	keys := t.keys[f.cond]
	t.keys[f.cond] = append(keys, words.number(keys[len(keys)-1], content))
	f.other = otherwise().MatchString(content) && !elseIf(content)
}

// wordings gives numbers to branches: those with the same words, behind others
// with the same words, have the same number.
type wordings map[wording]int

type wording struct {
	before  int // the number of the branch in front of it; 0: it is the first
	content string
}

func (w wordings) number(before int, content string) int {
	key := wording{before, strings.Join(strings.Fields(content), " ")}
	if w[key] == 0 {
		w[key] = len(w) + 1
	}
	return w[key]
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

// maxWays bounds how many texts are made of one template, maxLines how many lines
// they have together: no template of a person has as many as would be left out.
const (
	maxWays  = 32
	maxLines = 1 << 18
)

// ways are choices of a branch for each condition, by which every branch is
// taken at least once, if the bounds allow. In each way conditions with as many
// branches go the same way, as people write the same condition twice.
func (t *Template) ways() [][]int {
	var out [][]int
	bound := min(maxWays, max(2, maxLines/(len(t.lines)+1)))
	most := 1
	for _, n := range t.conds {
		most = max(most, n)
	}
	for v := range min(most, bound) {
		way := make([]int, len(t.conds))
		for c, n := range t.conds {
			way[c] = min(v, n-1)
		}
		out = append(out, way)
	}
	for i := range t.tokens {
		g := t.tokens[i].guards
		if len(out) < bound && !slices.ContainsFunc(out, func(way []int) bool { return taken(g, way) }) {
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
