package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/report"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

func (p *program) rulesCommand() *cli.Command {
	return &cli.Command{
		Name:      "rules",
		Usage:     "list the rules, or show the page of one",
		ArgsUsage: "[NAME]",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT`: text or json"},
			&cli.StringFlag{Name: "profile", Usage: "show the page of a `PROFILE`: " + strings.Join(rules.ProfileNames(), ", ") + ", or one of the configuration"},
		},
		Action: p.rules,
	}
}

// ruleInfo is a rule as --format json prints it.
type ruleInfo struct {
	Name     string `json:"name"`
	Category string `json:"category"`
	Severity string `json:"severity"`
	Side     string `json:"side"`
	Fix      string `json:"fix"` // safe, unsafe or none
	Off      bool   `json:"off"` // runs only if it is selected
	Summary  string `json:"summary"`
	URL      string `json:"url"`
	Page     string `json:"page,omitempty"` // Markdown; with NAME only
	// Profiles are those that ask for something that the rule looks at.
	Profiles []ruleProfile `json:"profiles,omitempty"`
}

func infoOf(r *lint.Rule) ruleInfo {
	fix := r.Fix.String()
	if fix == "" {
		fix = "none"
	}
	return ruleInfo{r.Name, r.Category, r.Severity.String(), r.Sides.String(), fix, r.Off, r.Summary, rules.URL(r.Name), "", profilesOf(r.Name)}
}

func (p *program) rules(c *cli.Context) error {
	format := c.String("format")
	if format != "text" && format != "json" {
		return usagef("rules: --format %s: use text or json", format)
	}
	switch profile := c.String("profile"); {
	case p.given["profile"] && c.NArg() > 0:
		return usagef("rules: a rule's page has what all profiles ask for; leave out --profile or %s", c.Args().First())
	case p.given["profile"]:
		return p.showProfile(profile, format)
	}
	switch c.NArg() {
	case 0:
		return p.listRules(format)
	case 1:
		return p.showRule(c.Args().First(), format)
	}
	return usagef("rules: takes one rule name; see 'sshvet rules -h'")
}

func (p *program) listRules(format string) error {
	if format == "json" {
		var list []ruleInfo
		for _, r := range rules.All() {
			list = append(list, infoOf(r))
		}
		return p.printJSON(list)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 8, 2, ' ', 0)
	for _, r := range rules.All() {
		info := infoOf(r)
		off := ""
		if info.Off {
			off = "\toff"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\tfix: %s%s\n", info.Name, info.Category, info.Severity, info.Side, info.Fix, off)
	}
	return w.Flush()
}

func (p *program) showRule(name, format string) error {
	r := rules.Find(name)
	if r == nil {
		if near, ok := nearest(name, rules.Names()); ok {
			return usagef("there is no rule %q; did you mean %q?", name, near)
		}
		return usagef("there is no rule %q; 'sshvet rules' lists them", name)
	}
	if format == "json" {
		info := infoOf(r)
		info.Page = pageOf(r)
		return p.printJSON(info)
	}
	_, err := fmt.Fprintln(p.stdout, strings.TrimRight(strings.TrimRight(pageOf(r), "\n")+"\n"+profileSection(r.Name), "\n"))
	return err
}

// pageOf is the page of a rule; its summary where there is none.
func pageOf(r *lint.Rule) string {
	if page := rules.Page(r.Name); page != "" {
		return page
	}
	return "# " + r.Name + "\n\n" + r.Summary + "\n"
}

func (p *program) printJSON(v any) error {
	return report.EncodeJSON(p.stdout, v)
}
