package rules

import (
	"fmt"
	"strings"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var syntaxError = &lint.Rule{
	Name:     "syntax-error",
	Category: "correctness",
	Severity: lint.Error,
	Sides:    lint.BothSides,
	Summary:  "A line that OpenSSH cannot read: an argument is missing or too many, a quote is not closed.",
	Run:      runSyntaxError,
}

// maxSyntaxErrors is how many are listed: a file with more is no configuration, and a
// line may have two bytes where its finding has a thousand.
const maxSyntaxErrors = 100_000

func runSyntaxError(p *lint.Pass) {
	list := problems(p)
	for _, problem := range list[:min(len(list), maxSyntaxErrors)] {
		what, help := explainSyntax(problem)
		p.Report(lint.Diagnostic{
			Span:    spanOfProblem(problem),
			Message: what + ": " + refuses(p.Dialect.Side),
			Help:    help,
		})
	}
	if more := len(list) - maxSyntaxErrors; more > 0 {
		p.Report(lint.Diagnostic{
			Span:    spanOfProblem(list[maxSyntaxErrors]),
			Message: fmt.Sprintf("this line and %d more cannot be read and are not listed: %s", more-1, refuses(p.Dialect.Side)),
			Help:    "this is no configuration of OpenSSH; give sshvet another file",
		})
	}
}

// explainSyntax says what is wrong with a line and what to do.
func explainSyntax(p *resolve.Problem) (what, help string) {
	switch p.Kind {
	case resolve.NoArgument:
		return fmt.Sprintf("%s has no value", p.Word), fmt.Sprintf("give %s a value, or remove the line", p.Word)
	case resolve.MissingValue:
		return fmt.Sprintf("the value of %s is empty or a comment", p.Word), fmt.Sprintf("give %s a value, or remove the line", p.Word)
	case resolve.BadQuotes:
		return "a quote is opened and not closed", "close the quote, or write \\\" for a quote that is meant"
	case resolve.ExtraArguments:
		return fmt.Sprintf("%s has more values than it takes", p.Word), "remove what is too much; a value with blanks needs double quotes around it"
	case resolve.Unreadable:
		return fmt.Sprintf("the Include brings in %s, which cannot be opened (%s)", p.Path, lastPart(p.Text)), "make the file readable, or remove it or the link"
	case resolve.LineTooLong:
		return "the line has more than 4,094 bytes, more than releases before 7.8 can read", "make it shorter, or several lines of it"
	case resolve.BadMatch:
		return matchFault(p), "see 'Match' in the manual page: criteria are separated by blanks, their values by commas"
	}
	return lastPart(p.Text), "see the manual page"
}

// matchFault puts OpenSSH's own words about a Match or Host line into one
// line.
func matchFault(p *resolve.Problem) string {
	first, _, _ := strings.Cut(p.Text, "\n")
	if i := strings.Index(first, " line "); i >= 0 && strings.HasPrefix(first, p.File.Path) {
		if _, after, ok := strings.Cut(first[i:], ": "); ok {
			first = after
		}
	}
	return "OpenSSH cannot read this line: " + strings.TrimSuffix(first, ".")
}

// lastPart is what stands behind the last colon of a message.
func lastPart(text string) string {
	if i := strings.LastIndex(text, ": "); i >= 0 {
		text = text[i+2:]
	}
	return strings.TrimSuffix(text, ".")
}
