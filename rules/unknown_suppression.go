package rules

import (
	"fmt"
	"maps"
	"strings"

	"github.com/sshvet/sshvet/internal/spell"
	"github.com/sshvet/sshvet/lint"
)

var unknownSuppression = &lint.Rule{
	Name:     "unknown-suppression",
	Category: "correctness",
	Severity: lint.Warning,
	Sides:    lint.EverySide,
	Fix:      lint.Safe,
	Last:     true,
	Summary:  "A comment 'sshvet: ignore' that names no rule, or one that does not exist.",
	Run:      runUnknownSuppression,
}

// suppressionSyntax is what a suppression looks like.
const suppressionSyntax = "a suppression is '# sshvet: ignore=RULE[,RULE] reason' on the line above, or '# sshvet: ignore-file=RULE[,RULE] reason' at the top of the file"

// mostGuesses is for how many unknown names of a run a near one is looked for:
// beyond that nobody reads on, and it is the slowest part.
const mostGuesses = 100

func runUnknownSuppression(p *lint.Pass) {
	u := unknownNames{Pass: p, known: knownNames(p), guesses: mostGuesses}
	for _, s := range p.Suppressions() {
		switch s.Kind {
		case lint.IgnoreMalformed:
			p.Report(lint.Diagnostic{
				Span:    s.Text,
				Message: malformed(s),
				Help:    helpFor(s),
				Fixes:   withoutNames(p, s, everyName),
			})
		case lint.IgnoreBelow, lint.IgnoreFile:
			u.report(s)
		}
	}
}

// helpFor is what to do about a comment that silences nothing.
func helpFor(s *lint.Suppression) string {
	if s.Word == "kind" && !isKind(s.Value) {
		return "write '# sshvet: kind=client' or '# sshvet: kind=server' on a line of its own in the first ten, or remove it"
	}
	return suppressionSyntax
}

func isKind(name string) bool { return name == "client" || name == "server" }

// malformed says what is wrong with a comment that silences nothing.
func malformed(s *lint.Suppression) string {
	switch {
	case s.Marker != "":
		return fmt.Sprintf("a comment for sshvet begins with '# sshvet:', not with '%s', so that this one does nothing", s.Marker)
	case s.Word == "kind" && !isKind(s.Value):
		return fmt.Sprintf("there is no kind %q, so that this comment does nothing; a file is 'kind=client' or 'kind=server'", s.Value)
	case s.Word == "kind":
		return "ignore has to stand in a comment of its own, not behind kind: here it silences nothing"
	case s.Word == "ignore", s.Word == "ignore-file":
		return "this suppression names no rule, so that it silences nothing"
	}
	return fmt.Sprintf("sshvet knows no %q in a comment, so that it silences nothing", s.Word)
}

// unknownNames reports the names that are no rules.
type unknownNames struct {
	*lint.Pass
	known   map[string]bool
	guesses int // left
}

func (u *unknownNames) report(s *lint.Suppression) {
	unknown := func(n *lint.SuppressedRule) bool { return !u.known[n.Name] }
	var fixes []lint.SuggestedFix
	for i := range s.Names {
		n := &s.Names[i]
		if !unknown(n) {
			continue
		}
		if fixes == nil && !u.goOn(s) {
			fixes = withoutNames(u.Pass, s, unknown) // one for all of them
		}
		d := lint.Diagnostic{Span: n.Span, Fixes: fixes}
		d.Message, d.Help = u.describe(n.Name, len(s.Names) == 1)
		if n.Name == "" {
			d.Span = s.Text
		}
		u.Report(d)
	}
}

// goOn reports whether what stands for a reason is another name, behind a
// comma and a blank.
func (u *unknownNames) goOn(s *lint.Suppression) bool {
	next, _, _ := strings.Cut(s.Reason, " ")
	return s.Names[len(s.Names)-1].Name == "" && u.known[strings.Trim(next, ",")]
}

func (u *unknownNames) describe(name string, alone bool) (message, help string) {
	var near string
	if u.guesses > 0 {
		u.guesses--
		near, _ = spell.Nearest(name, maps.Keys(u.known))
	}
	switch {
	case name == "" && alone:
		return "this suppression names no rule, so that it silences nothing", suppressionSyntax
	case name == "":
		return "there is no name next to a comma in this suppression", "names are joined by commas without blanks; " + suppressionSyntax
	case near != "":
		return fmt.Sprintf("there is no rule %q, so that nothing is silenced", name), "did you mean " + near + "?"
	}
	return fmt.Sprintf("there is no rule %q, so that nothing is silenced", name), "'sshvet rules' lists the names; " + suppressionSyntax
}

// knownNames are the names of all rules. They are told by their pages here: the
// list of the rules holds this one, so that it cannot be asked by it.
func knownNames(p *lint.Pass) map[string]bool {
	return lint.Memo(p.Target, "names of rules", func() map[string]bool {
		list, err := pages.ReadDir("doc")
		if err != nil {
			panic(err) // the folder is part of the program
		}
		known := make(map[string]bool, len(list))
		for _, page := range list {
			known[strings.TrimSuffix(page.Name(), ".md")] = true
		}
		return known
	})
}
