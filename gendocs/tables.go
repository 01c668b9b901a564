package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/cli"
)

// A table stands between two comments: the first names the commands whose flags
// it has. One with two commands has the flags that both have, and is meant by
// "as above" further down.
const (
	tableStart = "<!-- generated: flags "
	tableEnd   = "<!-- generated: end -->"
)

// withTables renews all tables of a page. It fails for a mark that names no
// command, for one without an end, and if a command with flags has no table.
func withTables(text string, m *cli.Manual) (string, error) {
	var out strings.Builder
	shown := map[string]bool{} // commands with a table
	for {
		before, rest, found := strings.Cut(text, tableStart)
		out.WriteString(before)
		if !found {
			break
		}
		names, rest, closed := strings.Cut(rest, " -->\n")
		_, after, ended := strings.Cut(rest, tableEnd)
		if !closed || !ended || strings.Contains(names, "\n") {
			return "", fmt.Errorf("the table behind %q has no end, which is %s", tableStart+strings.SplitN(names, "\n", 2)[0], tableEnd)
		}
		table, err := flagTable(strings.Fields(names), m)
		if err != nil {
			return "", err
		}
		for _, name := range strings.Fields(names) {
			shown[name] = true
		}
		out.WriteString(tableStart + names + " -->\n" + table + tableEnd)
		text = after
	}
	for _, c := range m.Commands {
		if len(c.Flags) > 0 && !shown[c.Name] {
			return "", fmt.Errorf("there is no table of the flags of %s; put these two lines where it belongs:\n%s%s -->\n%s", c.Name, tableStart, c.Name, tableEnd)
		}
	}
	return out.String(), nil
}

// sharing are the two commands whose common flags have a table of their own.
var sharing = [2]string{"check", "fix"}

// flagTable is the table of the commands of that name.
func flagTable(names []string, m *cli.Manual) (string, error) {
	var b strings.Builder
	b.WriteString("| flag | meaning |\n|---|---|\n")
	common := commonFlags(m)
	switch {
	case slices.Equal(names, sharing[:]):
		for _, f := range common {
			b.WriteString(flagRow("", f, common))
		}
	case len(names) == 1 && command(m, names[0]) != nil:
		b.WriteString(ownRows(command(m, names[0]), common))
	default:
		return "", fmt.Errorf("%s%s -->: there is no such table; there is one for %s and one for each command", tableStart,
			strings.Join(names, " "), strings.Join(sharing[:], " "))
	}
	return b.String(), nil
}

// ownRows are the rows of a command less the common flags: those that it shares
// are named in the last one, unless it is one of the two whose table stands
// above.
func ownRows(c *cli.CommandInfo, common []cli.FlagInfo) string {
	var b strings.Builder
	var above []string
	for _, f := range c.Flags {
		switch {
		case !isCommon(c, f, common):
			b.WriteString(flagRow(c.Name, f, common))
		case !slices.Contains(sharing[:], c.Name):
			above = append(above, signature(f))
		}
	}
	if len(above) > 0 {
		fmt.Fprintf(&b, "| %s | as above |\n", strings.Join(above, ", "))
	}
	return b.String()
}

// same reports whether two flags of one name do the same: the program has the
// same words for them.
func same(a, b cli.FlagInfo) bool { return a.Names[0] == b.Names[0] && a.Usage == b.Usage }

// isCommon reports whether a flag of a command does what the common one of that
// name does. A text of its own in details says that it does not.
func isCommon(c *cli.CommandInfo, f cli.FlagInfo, common []cli.FlagInfo) bool {
	return details[c.Name+" "+f.Names[0]] == "" &&
		slices.ContainsFunc(common, func(g cli.FlagInfo) bool { return same(f, g) })
}

// commonFlags are the flags that check and fix share, by name: they are many,
// and looked up.
func commonFlags(m *cli.Manual) []cli.FlagInfo {
	var out []cli.FlagInfo
	a, b := command(m, sharing[0]), command(m, sharing[1])
	for _, f := range a.Flags {
		shared := slices.ContainsFunc(b.Flags, func(g cli.FlagInfo) bool { return same(f, g) })
		if shared && details[a.Name+" "+f.Names[0]] == "" {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b cli.FlagInfo) int { return strings.Compare(a.Names[0], b.Names[0]) })
	return out
}

func command(m *cli.Manual, name string) *cli.CommandInfo {
	for i := range m.Commands {
		if m.Commands[i].Name == name {
			return &m.Commands[i]
		}
	}
	return nil
}

func flagRow(command string, f cli.FlagInfo, common []cli.FlagInfo) string {
	return fmt.Sprintf("| %s | %s |\n", signature(f), cell(meaning(command, f, common)))
}

// signature is a flag as it is typed: `--config-file FILE`, `-c`.
func signature(f cli.FlagInfo) string {
	out := make([]string, len(f.Names))
	for i, name := range f.Names {
		out[i] = "`" + name + "`"
		if i == 0 && f.Value != "" {
			out[i] = "`" + name + " " + f.Value + "`"
		}
	}
	return strings.Join(out, ", ")
}

// meaning is what is said about a flag, Markdown: the text in details, which for
// a common flag has no command, else the short one of the program with its
// default.
func meaning(command string, f cli.FlagInfo, common []cli.FlagInfo) string {
	key := command + " " + f.Names[0]
	if slices.ContainsFunc(common, func(g cli.FlagInfo) bool { return same(f, g) }) && details[key] == "" {
		key = f.Names[0]
	}
	if text := details[key]; text != "" {
		return text
	}
	text := flagWord.ReplaceAllString(strings.ReplaceAll(f.Usage, "*", `\*`), "$1`$2`")
	if f.Default != "" {
		text += fmt.Sprintf(" (default: `%s`)", f.Default)
	}
	return text
}

// flagWord is a flag in a sentence.
var flagWord = regexp.MustCompile(`(^|[ (])(--[a-z][a-z-]*)`)

// checkDetails fails for texts about flags that are not there.
func checkDetails(m *cli.Manual) error {
	known := map[string]bool{}
	for _, c := range m.Commands {
		for _, f := range c.Flags {
			known[f.Names[0]], known[c.Name+" "+f.Names[0]] = true, true
		}
	}
	var unknown []string
	for key := range details {
		if !known[key] {
			unknown = append(unknown, key)
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return fmt.Errorf("details.go describes flags that are not there: %s", strings.Join(unknown, ", "))
	}
	return nil
}
