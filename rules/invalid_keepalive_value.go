package rules

import (
	"fmt"
	"strconv"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var invalidKeepaliveValue = &lint.Rule{
	Name:     "invalid-keepalive-value",
	Category: "keepalive",
	Severity: lint.Error,
	Sides:    lint.BothSides,
	Fix:      lint.Safe,
	Summary:  "A keep-alive value that OpenSSH cannot read: it refuses the whole file.",
	Run:      runInvalidKeepaliveValue,
}

func runInvalidKeepaliveValue(p *lint.Pass) {
	v := viewOf(p.Target)
	for _, problem := range problems(p) {
		isCount := problem.Keyword.Is(v.count)
		value := v.Settings.Profile.Interval
		want := "a time in seconds, or with a unit, such as 60 or 1m"
		if isCount {
			value = v.Settings.Profile.Count
			want = "a whole number from 0 to 2147483647, without a unit"
		}
		d := lint.Diagnostic{
			Span:    spanOfProblem(problem),
			Message: fmt.Sprintf("%q is no value for %s: %s", v.arguments(problem), problem.Word, refuses(p.Dialect.Side)),
			Help:    fmt.Sprintf("%s takes %s; set %s %d", problem.Word, want, problem.Word, value),
		}
		if canEditLine(p.Target, problem.File, problem.Line) {
			d.Fixes = []lint.SuggestedFix{v.revalue(problem, isCount, value)}
		}
		p.Report(d)
	}
}

// arguments is what stands behind the keyword.
func (v *view) arguments(p *resolve.Problem) string {
	l := p.File.Line(p.Line)
	span := lineSpan(p.File, p.Line)
	return string(p.File.Src[l.Args.Start:max(l.Args.Start, span.End)])
}

// revalue gives the line a value that OpenSSH reads. The line may win or not:
// only contexts in which it stands can change.
func (v *view) revalue(p *resolve.Problem, isCount bool, value int) lint.SuggestedFix {
	key := v.interval
	if isCount {
		key = v.count
	}
	fix := lint.SuggestedFix{
		Message:       fmt.Sprintf("set %s to %d", p.Word, value),
		Applicability: lint.Safe,
		Edits:         []lint.TextEdit{replaceValue(p.File, p.Line, strconv.Itoa(value))},
	}
	fix.Changes = []lint.Change{{Keyword: key, Contexts: v.everyContext()}}
	return fix
}

// everyContext lists the keys of all contexts. It is one list for all who ask, and
// must not be changed.
func (v *view) everyContext() []string {
	return lint.Memo(v.Target, "every-context", func() []string {
		keys := make([]string, len(v.contexts))
		for i := range v.contexts {
			keys[i] = v.contexts[i].Key()
		}
		return keys
	})
}
