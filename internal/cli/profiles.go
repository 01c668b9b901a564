package cli

import (
	"fmt"
	"strings"

	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// profileInfo is a profile as `rules --profile NAME --format json` prints it.
type profileInfo struct {
	Name         string        `json:"name"`
	Title        string        `json:"title"`
	Interval     boundsInfo    `json:"interval"` // seconds
	Count        boundsInfo    `json:"count"`
	TCPKeepAlive string        `json:"tcpKeepAlive,omitempty"` // yes or no; absent: either
	Writes       pairInfo      `json:"writes"`
	Deploy       string        `json:"deploy"` // passes or fails: 60/240
	Demands      []rulesDemand `json:"demands"`
	Words        string        `json:"words"`
	Sources      []string      `json:"sources"`
}

type boundsInfo struct {
	Min int `json:"min"`
	Max int `json:"max,omitempty"` // absent: any
}

type pairInfo struct {
	Interval int `json:"interval"`
	Count    int `json:"count"`
}

type rulesDemand struct {
	Setting     string   `json:"setting"`
	Identifiers []string `json:"identifiers"`
}

// ruleProfile is what a profile asks for where a rule looks.
type ruleProfile struct {
	Profile     string   `json:"profile"`
	Title       string   `json:"title"`
	Bounds      string   `json:"bounds"`
	Identifiers []string `json:"identifiers"`
	Words       string   `json:"words"`
}

// findProfile is a built-in profile, or one of the configuration that governs
// the current folder.
func (p *program) findProfile(name string) (*rules.Baseline, error) {
	if b := rules.FindBaseline(name); b != nil {
		return b, nil
	}
	o := &options{}
	c, err := p.configsOf(o).forFile(".sshvet.yaml")
	if err != nil {
		return nil, err
	}
	own, ok := c.FindProfile(name)
	if !ok {
		return nil, unknownProfile(name, c)
	}
	return &rules.Baseline{Profile: own, Title: "a profile of " + c.Path, Words: besideDeploy(&own)}, nil
}

// showProfile prints the page of a profile.
func (p *program) showProfile(name, format string) error {
	b, err := p.findProfile(name)
	if err != nil {
		return err
	}
	if format == "json" {
		return p.printJSON(infoOfProfile(b))
	}
	_, err = fmt.Fprint(p.stdout, profilePage(b))
	return err
}

func infoOfProfile(b *rules.Baseline) profileInfo {
	verdict := "fails"
	if b.Passes(lint.Deploy.Interval, lint.Deploy.Count) {
		verdict = "passes"
	}
	out := profileInfo{
		Name: b.Name, Title: b.Title, TCPKeepAlive: b.TCPKeepAlive, Deploy: verdict, Words: b.Words,
		Interval: boundsInfo{b.MinInterval, b.MaxInterval}, Count: boundsInfo{b.MinCount, b.MaxCount},
		Writes: pairInfo{b.Interval, b.Count}, Demands: []rulesDemand{}, Sources: append([]string{}, b.Sources...),
	}
	for _, d := range b.Demands {
		out.Demands = append(out.Demands, rulesDemand{d.Setting, d.Identifiers})
	}
	return out
}

// profilePage is a profile as Markdown.
func profilePage(b *rules.Baseline) string {
	var t strings.Builder
	fmt.Fprintf(&t, "# %s\n\n%s.", b.Name, b.Title)
	if b.Baseline() {
		t.WriteString(" It is for sshd; client files are held against deploy.")
	}
	fmt.Fprintf(&t, "\n\n## Bounds\n\n%s\n\n## What fix writes\n\n```\nClientAliveInterval %d\nClientAliveCountMax %d\n", rules.Bounds(b.Profile), b.Interval, b.Count)
	if b.TCPKeepAlive != "" {
		fmt.Fprintf(&t, "TCPKeepAlive %s\n", b.TCPKeepAlive)
	}
	fmt.Fprintf(&t, "```\n\n## Beside 60/240\n\n%s.\n", upperFirst(b.Words))
	if len(b.Demands) > 0 {
		t.WriteString("\n## Identifiers\n\n")
	}
	for _, d := range b.Demands {
		fmt.Fprintf(&t, "- %s: %s\n", d.Setting, strings.Join(d.Identifiers, ", "))
	}
	if len(b.Sources) > 0 {
		t.WriteString("\n## Sources\n\n")
	}
	for _, s := range b.Sources {
		fmt.Fprintf(&t, "- %s\n", s)
	}
	return t.String()
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// profilesOf is what the baselines ask for where a rule looks.
func profilesOf(rule string) []ruleProfile {
	var out []ruleProfile
	for _, b := range rules.Baselines() {
		if ids := b.Identifiers(rule); ids != nil {
			out = append(out, ruleProfile{b.Name, b.Title, rules.Bounds(b.Profile), ids, b.Words})
		}
	}
	return out
}

// profileSection is that as the end of a rule's page; "" where there is nothing.
func profileSection(rule string) string {
	list := profilesOf(rule)
	if list == nil {
		return ""
	}
	var t strings.Builder
	t.WriteString("\n## Profiles\n\n")
	for _, r := range list {
		fmt.Fprintf(&t, "- `--profile %s` (%s): %s. %s.\n  Identifiers: %s\n", r.Profile, r.Title, r.Bounds, upperFirst(r.Words), strings.Join(r.Identifiers, ", "))
	}
	return t.String()
}
