package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/report"
	"github.com/sshvet/sshvet/rules"
)

// shells are the shells that completion scripts are made for.
var shells = []struct {
	name   string
	script func([]completedCommand) string
}{
	{"bash", bashCompletion},
	{"zsh", zshCompletion},
	{"fish", fishCompletion},
	{"powershell", powershellCompletion},
}

func shellNames() []string {
	var out []string
	for _, s := range shells {
		out = append(out, s.name)
	}
	return out
}

func (p *program) completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print the completion script of a shell",
		ArgsUsage: strings.Join(shellNames(), "|"),
		Action:    p.completion,
	}
}

func (p *program) completion(c *cli.Context) error {
	if c.NArg() != 1 {
		return usagef("completion: name one shell: %s", strings.Join(shellNames(), ", "))
	}
	for _, s := range shells {
		if s.name == c.Args().First() {
			_, err := fmt.Fprint(p.stdout, s.script(completedCommands(describedApp())))
			return err
		}
	}
	return usagef("completion: there is no script for %q; the shells are %s", c.Args().First(), strings.Join(shellNames(), ", "))
}

// completedCommand is what a script completes behind one command.
type completedCommand struct {
	name, usage string
	flags       []completedFlag
	words       []string // what operands can be; nil: files, if files is true
	files       bool
	hosts       bool // operands can be hosts, too
}

// completedFlag is one flag with what its value can be.
type completedFlag struct {
	names  []string // with their dashes
	usage  string
	takes  bool     // a value
	values []string // nil: one of those below, or nothing that could be listed
	list   bool     // the values are joined with commas
	files  bool
	dirs   bool
	// The shells list these themselves: the aliases in ~/.ssh/config, and the
	// DESTINATION of each config/deploy.DESTINATION.yml. They offer names of
	// letters, digits and ._:%@- only, and none of it is ever evaluated.
	hosts        bool
	destinations bool
}

// completedCommands takes the commands and flags from the app, so that none can
// be forgotten.
func completedCommands(app *cli.App) []completedCommand {
	var out []completedCommand
	for _, cmd := range app.Commands {
		c := completedCommand{name: cmd.Name, usage: cmd.Usage}
		for _, f := range cmd.Flags {
			c.flags = append(c.flags, completeFlag(cmd.Name, f))
		}
		c.flags = append(c.flags, completedFlag{names: []string{"-h", "--help"}, usage: "show the help of the command"})
		switch cmd.Name {
		case "rules":
			c.words = rules.Names()
		case "completion":
			c.words = shellNames()
		case "hook":
			c.words = hookActions
		case "explain":
			c.words, c.hosts = allKeywords(), true
		case "probe":
			c.hosts = true
		default:
			c.files = true
		}
		out = append(out, c)
	}
	return out
}

func completeFlag(command string, f cli.Flag) completedFlag {
	out := completedFlag{}
	for _, name := range f.Names() {
		if len(name) == 1 {
			out.names = append(out.names, "-"+name)
			continue
		}
		out.names = append(out.names, "--"+name)
	}
	if doc, ok := f.(cli.DocGenerationFlag); ok {
		out.usage, out.takes = strings.ReplaceAll(doc.GetUsage(), "`", ""), doc.TakesValue()
	}
	switch name := f.Names()[0]; name {
	case "kind":
		out.values = kinds
	case "format":
		out.values = []string{"text", "json"}
		if command == "check" || command == "kamal" {
			out.values = report.Names()
		}
		if command == "compare" {
			out.values = compareFormats
		}
	case "vendor":
		out.values = []string{"debian", "fedora", "macos", "none"}
	case "profile":
		out.values = rules.ProfileNames()
	case "fail-on":
		out.values = []string{"error", "warning", "note"}
	case "color":
		out.values = []string{"auto", "always", "never"}
	case "select", "ignore":
		out.list = true
		out.values = slices.Concat(rules.Names(), rules.Categories(), []string{"all"})
	case "host":
		out.list, out.hosts = true, true
	case "keywords":
		out.list, out.values = true, allKeywords()
	case "destination":
		out.destinations = true
	case "openssh":
		out.values = releaseNames()
	case "hook":
		out.values = kamalHookNames
	case "root", "hooks-path":
		out.dirs = true
	case "config", "system", "F", "config-file", "output", "baseline", "write-baseline":
		out.files = true
	}
	return out
}

// allKeywords lists the keywords of both sides, each once.
func allKeywords() []string {
	out := slices.Concat(keywordNames(keyword.Client), keywordNames(keyword.Server))
	slices.Sort(out)
	return slices.Compact(out)
}

// releaseNames lists the releases that --openssh takes and that the tables
// know, the newest first.
func releaseNames() []string {
	var out []string
	for r := keyword.Newest; r >= keyword.Oldest; r-- {
		if minor := r % 100; minor < 10 || r == keyword.R99p1 {
			out = append(out, r.String())
		}
	}
	return out
}

// flagNames lists all names of a command's flags.
func (c *completedCommand) flagNames() []string {
	var out []string
	for _, f := range c.flags {
		out = append(out, f.names...)
	}
	return out
}

// quoted puts a text between single quotes; escape is how the shell writes one
// inside them.
func quoted(text, escape string) string {
	return "'" + strings.ReplaceAll(text, "'", escape) + "'"
}
