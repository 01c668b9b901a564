package cli

import (
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// Manual is the command line as pages describe it, taken from the program
// itself so that nothing can be forgotten.
type Manual struct {
	Usage    string // what sshvet is, without a full stop
	Synopsis []string
	Examples []string
	Flags    []FlagInfo // that need no command
	Commands []CommandInfo
}

// CommandInfo is one command.
type CommandInfo struct {
	Name        string
	Usage       string   // in a few words
	Description []string // paragraphs
	Synopsis    []string
	Examples    []string
	ExitCodes   string // one sentence, without the word
	Flags       []FlagInfo
}

// FlagInfo is one flag.
type FlagInfo struct {
	Names   []string // with their dashes, the longest first
	Value   string   // the placeholder of its value, "" if it takes none
	Usage   string   // less the marks around the placeholder
	Default string   // "" if there is none, or Usage says it
	Env     string   // the variable that stands for it
}

// Shells are those that there is a completion script for.
func Shells() []string { return shellNames() }

// Completion is what 'sshvet completion SHELL' prints, "" for other shells.
func Completion(shell string) string {
	for _, s := range shells {
		if s.name == shell {
			return s.script(completedCommands(describedApp()))
		}
	}
	return ""
}

// Describe returns the manual. It reads nothing and depends on nothing but the
// program.
func Describe() Manual {
	app := describedApp()
	top := partsOf(helpText(app, ""))
	m := Manual{Usage: app.Usage, Synopsis: top.synopsis, Examples: top.examples}
	for _, f := range app.Flags {
		m.Flags = append(m.Flags, flagInfo(f, false))
	}
	m.Flags = append(m.Flags, FlagInfo{Names: []string{"--help", "-h"}, Usage: "show a screen of help, of a command if one is named"})
	for _, cmd := range app.Commands {
		if cmd.Hidden {
			continue
		}
		help := partsOf(helpText(app, cmd.Name))
		c := CommandInfo{
			Name: cmd.Name, Usage: cmd.Usage, Description: help.description, Synopsis: help.synopsis,
			Examples: help.examples, ExitCodes: help.exitCodes,
		}
		for _, f := range cmd.Flags {
			c.Flags = append(c.Flags, flagInfo(f, true))
		}
		m.Commands = append(m.Commands, c)
	}
	return m
}

func describedApp() *cli.App {
	return (&program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}).app(nil)
}

func flagInfo(f cli.Flag, env bool) FlagInfo {
	info := FlagInfo{}
	names := slices.Clone(f.Names())
	slices.SortStableFunc(names, func(a, b string) int { return len(b) - len(a) })
	for _, name := range names {
		info.Names = append(info.Names, dashed(name))
	}
	if env {
		info.Env = environmentName(f.Names()[0])
	}
	doc, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return info
	}
	info.Value, info.Usage = placeholder(doc.GetUsage())
	if !doc.TakesValue() {
		info.Value = ""
	} else if !strings.Contains(info.Usage, "default: ") {
		info.Default = doc.GetValue()
	}
	return info
}

// dashed is a flag's name as it is typed.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// placeholder takes the word between backquotes out of a usage text. It is VALUE
// where there is none.
func placeholder(usage string) (word, plain string) {
	before, rest, found := strings.Cut(usage, "`")
	word, after, closed := strings.Cut(rest, "`")
	if !found || !closed {
		return "VALUE", usage
	}
	return word, before + word + after
}

// helpParts are the parts of a help text.
type helpParts struct {
	description, synopsis, examples []string
	exitCodes                       string
}

// partsOf takes a help text apart: a description, "Usage:" with the lines below
// it, flags, "Examples:" (or "Example:") and "Exit codes:". Every other paragraph that stands at
// the left edge belongs to the description.
func partsOf(text string) helpParts {
	var out helpParts
	for _, block := range strings.Split(strings.TrimSpace(text), "\n\n") {
		lines := strings.Split(block, "\n")
		switch {
		case strings.HasPrefix(block, "Usage:"):
			for i, line := range lines {
				if line = strings.TrimPrefix(line, "Usage:"); i > 0 && !strings.HasPrefix(line, "       ") {
					break
				}
				out.synopsis = append(out.synopsis, strings.TrimSpace(line))
			}
		case lines[0] == "Examples:" || lines[0] == "Example:":
			for _, line := range lines[1:] {
				out.examples = append(out.examples, strings.TrimSpace(line))
			}
		case strings.HasPrefix(block, "Exit codes: "):
			out.exitCodes = strings.Join(strings.Fields(strings.TrimPrefix(block, "Exit codes: ")), " ")
		case !strings.HasPrefix(block, " "):
			out.description = append(out.description, strings.Join(strings.Fields(block), " "))
		}
	}
	return out
}
