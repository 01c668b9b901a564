package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

var unreachableBlock = &lint.Rule{
	Name:     "unreachable-block",
	Category: "correctness",
	Severity: lint.Warning,
	Sides:    lint.BothSides,
	Summary:  "A block that holds for nobody, or in which every line is beaten by an earlier block for the same hosts.",
	Run:      runUnreachableBlock,
}

func runUnreachableBlock(p *lint.Pass) {
	faulty := faultyLines(p.Target)
	for id := range p.Config.Blocks {
		b := &p.Config.Blocks[id]
		why := whyNever(p.Config, int32(id))
		if why == "" || faulty.has(b.File, int(b.Line)) {
			continue
		}
		p.Report(lint.Diagnostic{
			Span:    lineSpan(b.File, int(b.Line)),
			Message: "this block holds for nobody: " + why,
			Help:    helpNever(p.Config, int32(id)),
		})
	}
	for _, dead := range lossesOf(p.Target).blocks {
		b := &p.Config.Blocks[dead.block]
		by := &p.Config.Blocks[dead.by.Block]
		p.Report(lint.Diagnostic{
			Span:    lineSpan(b.File, int(b.Line)),
			Message: fmt.Sprintf("this block never has an effect: '%s' (%s:%d) comes first and sets all that it sets", blockName(p.Target, dead.by.Block), by.File.Path, by.File.Number(int(by.Line))),
			Help:    "join the two blocks, or remove this one",
			Related: []lint.Related{{Span: lineSpan(by.File, int(by.Line)), Message: "this block wins"}},
		})
	}
}

func helpNever(c *resolve.Config, id int32) string {
	side, kind := c.Dialect.Side, c.Blocks[id].Kind
	switch {
	case c.Lost(id) != "":
		return "move the block into the file that sshd is started with"
	case kind == syntax.Host:
		return "add what it is meant for in front: 'Host * !name' holds for all but that name"
	case side == keyword.Server:
		return "add what it is meant for in front: 'Match User *,!name' holds for all but that name; all criteria of a line have to hold"
	}
	return "add what it is meant for: 'Match host *,!name' or 'Match !host name' holds for all but that name; all criteria of a line have to hold"
}

// whyNever says why a block can hold for nobody; "" if it may hold.
func whyNever(c *resolve.Config, id int32) string {
	b := &c.Blocks[id]
	switch {
	case b.Kind == syntax.Host && b.NamesOnly():
		return ""
	case b.Kind == syntax.Host:
		return neverHost(c, id)
	case b.Kind == syntax.Match:
		if why := c.Lost(id); why != "" {
			return why
		}
		return neverMatch(c.Condition(id).Criteria)
	}
	return ""
}

// neverHost judges the patterns of a Host line.
func neverHost(c *resolve.Config, id int32) string {
	negates, names := false, false
	for text := range c.Patterns(id) {
		negated := strings.HasPrefix(text, "!")
		negates, names = negates || negated, names || !negated
	}
	switch {
	case !negates && !names:
		return "it names no host"
	case !names:
		return "all its patterns are negated, and none says whom it is for"
	case !negates:
		return ""
	}
	if !allTakenAway(c, id) {
		return ""
	}
	return "what it names is negated in the same line"
}

// maxTakenAway bounds how many pairs of patterns of one line are compared.
const maxTakenAway = 1 << 16

// allTakenAway reports whether all that a Host line names is negated in it, as far
// as that is plain and found in reasonable time.
func allTakenAway(c *resolve.Config, id int32) bool {
	negated, wild := map[string]bool{}, []string{}
	for text := range c.Patterns(id) {
		if n, ok := strings.CutPrefix(text, "!"); ok {
			negated[n] = true
			if !pattern.IsLiteral(n) {
				wild = append(wild, n)
			}
		}
	}
	compared := 0
	for text := range c.Patterns(id) {
		if strings.HasPrefix(text, "!") || negated[text] {
			continue
		}
		if compared += len(wild); compared > maxTakenAway || !slices.ContainsFunc(wild, func(n string) bool { return coveredBy(text, n) }) {
			return false
		}
	}
	return true
}

// coveredBy reports whether all that a pattern matches another one matches,
// as far as that is plain.
func coveredBy(p, by string) bool {
	return by == "*" || p == by || pattern.IsLiteral(p) && pattern.Match(p, by)
}

// neverMatch judges the criteria of a Match line.
func neverMatch(criteria []resolve.Criterion) string {
	for i := range criteria {
		a := &criteria[i]
		if a.Name == "all" && a.Negate {
			return "'!all' is never true"
		}
		if !a.Negate && isList(a.Name) && onlyNegated(a.Arg) {
			return fmt.Sprintf("every name of '%s %s' is negated, and a list without any other matches nothing", a.Name, a.Arg)
		}
		for k := range criteria[:min(i, fewCriteria)] {
			if b := &criteria[k]; a.Name == b.Name && excludes(a, b) {
				return fmt.Sprintf("'%s' and '%s' are never true together", criterionText(b), criterionText(a))
			}
		}
	}
	return ""
}

// fewCriteria is how many criteria of a line are held against the others; nobody
// writes more of them.
const fewCriteria = 16

// isList reports whether a criterion takes a list of patterns.
func isList(name string) bool {
	switch name {
	case "user", "group", "host", "originalhost", "localuser", "address", "localaddress", "rdomain":
		return true
	}
	return false
}

func onlyNegated(list string) bool {
	for word := range strings.SplitSeq(list, ",") {
		if !strings.HasPrefix(word, "!") {
			return false
		}
	}
	return true
}

// excludes reports whether two criteria of one kind cannot both be true: one
// is the negation of the other, or both list names and have none in common. A
// user may be in several groups.
func excludes(a, b *resolve.Criterion) bool {
	if a.Negate != b.Negate {
		return a.Arg == b.Arg && a.Name != "exec"
	}
	switch a.Name {
	case "user", "host", "originalhost", "localuser", "rdomain":
	default:
		return false
	}
	if a.Negate || !literalNames(a.Arg) || !literalNames(b.Arg) {
		return false
	}
	same := func(name string) string { return name }
	if a.Name == "host" || a.Name == "originalhost" {
		same = pattern.Lower
	}
	names := map[string]bool{}
	for name := range strings.SplitSeq(b.Arg, ",") {
		names[same(name)] = true
	}
	for name := range strings.SplitSeq(a.Arg, ",") {
		if names[same(name)] {
			return false
		}
	}
	return true
}

// literalNames reports whether a list holds names only: no wildcards, nothing
// negated.
func literalNames(list string) bool {
	return pattern.IsLiteral(list) && !strings.Contains(list, "!")
}

func criterionText(c *resolve.Criterion) string {
	text := c.Name
	if c.Negate {
		text = "!" + text
	}
	if c.Arg != "" {
		text += " " + c.Arg
	}
	return text
}
