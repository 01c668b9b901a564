package main

import (
	"fmt"
	"strings"

	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

const rulesIntro = `<!-- Written by 'go run ./gendocs' from the rules; edit those. -->

# Rules

%d rules in %d categories. ` + "`sshvet rules NAME`" + ` shows the page of one without a network; names and categories are what
` + "`--select` and `--ignore`" + ` take.

- **severity**: an *error* is refused by OpenSSH, or does the opposite of what it says; a *warning* will bite; a *note* is worth
  knowing. The exit code is 1 from warnings on, unless ` + "`--fail-on`" + ` says otherwise.
- **side**: which files it judges: *client* (ssh_config), *server* (sshd_config), *both*, *deploy.yml*, or *all* of these.
- **fix**: the best it may offer. *safe*: changes the resolved value of nothing else, made by ` + "`sshvet fix`" + `; *unsafe*: needs
  ` + "`--unsafe-fixes`" + `; *display*: is shown, never made; none where it is empty.
- A rule that is marked **off** runs only if it is selected by its name, by its category, or by ` + "`all`" + `.
`

// rulesPage is docs/rules.md: the rules by category, in the order of
// 'sshvet rules'.
func rulesPage() string {
	var b strings.Builder
	fmt.Fprintf(&b, rulesIntro, len(rules.All()), len(rules.Categories()))
	for _, category := range rules.Categories() {
		fmt.Fprintf(&b, "\n## %s\n\n| rule | severity | side | fix | what it finds |\n|---|---|---|---|---|\n", category)
		for _, r := range rules.All() {
			if r.Category == category {
				b.WriteString(ruleRow(r))
			}
		}
	}
	return b.String()
}

func ruleRow(r *lint.Rule) string {
	severity := r.Severity.String()
	if r.Off {
		severity += ", off"
	}
	return fmt.Sprintf("| [%s](../rules/doc/%s.md) | %s | %s | %s | %s |\n", r.Name, r.Name, severity, r.Sides, r.Fix, cell(r.Summary))
}

// cell is a text as it can stand in a table.
func cell(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "|", `\|`), "\n", " ")
}
