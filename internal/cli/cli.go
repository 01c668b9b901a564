// Package cli is the command line of sshvet: one file a command. It chooses
// what goes to standard output and to standard error and what the process
// exits with, and it is the only package that looks at the environment.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/config"
	"github.com/sshvet/sshvet/internal/report"
	"github.com/sshvet/sshvet/internal/term"
)

// Exit codes, as product documentation promises them.
const (
	exitOK       = 0 // nothing left to report
	exitFindings = 1
	exitFailure  = 2 // could not do the job; wins over exitFindings
)

// usageError is a mistake in the command line. It is one sentence.
type usageError struct{ msg string }

func (e usageError) Error() string { return e.msg }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// program is one run of sshvet.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	code           int
	inHook         bool            // git runs this: nothing is said unless there is something to say
	args           []string        // as permute has put them: program, command, flags, --, operands
	given          map[string]bool // flags of the command line, not of the environment
	configs        *configs        // see configsOf
	saidConfig     map[string]bool // see failConfig
	failures       []report.Failure
}

// Run runs sshvet with the arguments of a process and returns its exit code.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr}
	if err := p.run(args); err != nil {
		p.fail(err)
	}
	return p.code
}

func (p *program) run(args []string) error {
	app := p.app(args)
	args, err := permute(app, args)
	if err != nil {
		return err
	}
	if text, asked, err := helpFor(app, args); asked || err != nil {
		if failed := p.print(text); err == nil {
			err = failed
		}
		return err
	}
	p.args, p.given = args, givenFlags(args)
	return app.RunContext(context.Background(), args)
}

// print writes to standard output.
func (p *program) print(text string) error {
	if _, err := io.WriteString(p.stdout, text); err != nil {
		return outputError(err)
	}
	return nil
}

// fail prints an error as one line and remembers that the job was not done.
func (p *program) fail(err error) {
	var broken *config.Error
	if errors.As(err, &broken) {
		p.failConfig(broken)
		return
	}
	p.code = exitFailure
	text := strings.ReplaceAll(err.Error(), "\n", "; ")
	p.failures = append(p.failures, report.Failure{Message: text})
	fmt.Fprintf(p.stderr, "sshvet: %s\n", term.Escape(text))
}

// found remembers that there are findings.
func (p *program) found() {
	if p.code == exitOK {
		p.code = exitFindings
	}
}

// say prints a line for people on standard error.
func (p *program) say(format string, args ...any) {
	fmt.Fprintln(p.stderr, term.Escape(fmt.Sprintf(format, args...)))
}

// commands are all commands, or the one that the arguments begin with: it runs on
// every commit, and the flags of the others would be made for nothing.
func (p *program) commands(args []string) []*cli.Command {
	list := []struct {
		name string
		make func() *cli.Command
	}{
		{"check", p.checkCommand},
		{"fix", p.fixCommand},
		{"explain", p.explainCommand},
		{"kamal", p.kamalCommand},
		{"compare", p.compareCommand},
		{"probe", p.probeCommand},
		{"logs", p.logsCommand},
		{"rules", p.rulesCommand},
		{"hook", p.hookCommand},
		{"init", p.initCommand},
		{"completion", p.completionCommand},
	}
	for i, c := range list {
		if len(args) > 1 && args[1] == c.name {
			list = list[i : i+1]
			break
		}
	}
	var out []*cli.Command
	for _, c := range list {
		out = append(out, c.make())
	}
	return out
}

// app is the program; args are those of the process, nil for all commands.
func (p *program) app(args []string) *cli.App {
	app := &cli.App{
		Name:            "sshvet",
		Usage:           "checks and repairs OpenSSH client and server configuration",
		HideHelp:        true,
		HideVersion:     true,
		HideHelpCommand: true,
		Compiled:        time.Unix(0, 0), // nobody is shown it; the library would look at the program's file
		// -o KEY=VALUE has commas of its own; where commas separate, words splits.
		DisableSliceFlagSeparator: true,
		Writer:                    p.stderr,
		ErrWriter:                 p.stderr,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              func(_ *cli.Context, err error, _ bool) error { return usageError{plainUsage(nil, err)} },
		Commands:                  p.commands(args),
		Flags:                     []cli.Flag{&cli.BoolFlag{Name: "version", Usage: "print version, commit and the newest OpenSSH release known"}},
		Action: func(c *cli.Context) error {
			if c.Bool("version") {
				return p.print(versionText() + "\n")
			}
			if c.Args().Present() {
				return unknownCommand(c.App, c.Args().First())
			}
			fmt.Fprint(p.stderr, helpText(c.App, ""))
			p.code = exitFailure
			return nil
		},
	}
	quick(app.Flags)
	for _, cmd := range app.Commands {
		cmd.HideHelp = true
		cmd.OnUsageError = func(c *cli.Context, err error, _ bool) error {
			return usagef("%s: %s; see 'sshvet %s -h'", c.Command.Name, plainUsage(c.Command.Flags, err), c.Command.Name)
		}
		quick(cmd.Flags)
		keepOwnFormats(cmd)
	}
	return app
}

// usagePatterns are messages of the flag packages and ours in their place.
var usagePatterns = []struct {
	theirs, ours string
}{
	{`^flag needs an argument: -+(.*)$`, "the flag --$1 needs a value"},
	{`^bad flag syntax: (.*)$`, "there is no flag $1"},
	{`^invalid boolean value "(.*)" for -+([^:]*): .*$`, "--$2 is true or false, not $1"},
	{`^could not parse "(.*)" as bool value from environment variable "(.*)" for flag .*$`, "$2 is true or false, not $1"},
}

// plainUsage puts the flag package's words into ours.
func plainUsage(flags []cli.Flag, err error) string {
	msg := err.Error()
	if name, ok := strings.CutPrefix(msg, "flag provided but not defined: -"); ok {
		return unknownFlag(flags, strings.TrimLeft(name, "-"))
	}
	for _, p := range usagePatterns {
		if re := regexp.MustCompile(p.theirs); re.MatchString(msg) {
			return re.ReplaceAllString(msg, p.ours)
		}
	}
	return msg
}

// otherNames are what flags are called elsewhere.
var otherNames = map[string]string{
	"dry-run": "--diff", "n": "--diff", "preview": "--diff", "force": "--yes", "f": "--yes", "i": "--interactive", "fix": "the command 'sshvet fix'", "revert": "--undo",
}

// wrongAdvice answers flags that people read of and that no program has.
var wrongAdvice = map[string]string{
	"ssh-timeout": "there is no flag --ssh-timeout, here or in Kamal, and there never was: a silent connection is kept by ClientAliveInterval 60 and ClientAliveCountMax 240 on the server, given up in time by sshkit: pool_idle_timeout: 30 in deploy.yml, and made in time by ConnectTimeout in the ssh config",
}

func unknownFlag(flags []cli.Flag, name string) string {
	if other := otherNames[name]; other != "" {
		return fmt.Sprintf("there is no flag --%s; here it is %s", name, other)
	}
	if answer := wrongAdvice[name]; answer != "" {
		return answer
	}
	var names []string
	for _, f := range flags {
		names = append(names, f.Names()...)
	}
	if near, ok := nearest(name, names); ok && len(near) > 1 {
		return fmt.Sprintf("there is no flag --%s; did you mean --%s?", name, near)
	}
	if len(name) == 1 {
		return "there is no flag -" + name
	}
	return "there is no flag --" + name
}

func unknownCommand(app *cli.App, word string) error {
	var names []string
	for _, c := range app.Commands {
		names = append(names, c.Name)
	}
	if near, ok := nearest(word, names); ok {
		return usagef("there is no command %q; did you mean %q?", word, near)
	}
	return usagef("there is no command %q; the commands are %s", word, strings.Join(names, ", "))
}

// getenv is the environment; a variable so that nothing else asks os for it.
var getenv = os.Getenv

// isNotExist reports whether an error says that a file is not there.
func isNotExist(err error) bool { return errors.Is(err, os.ErrNotExist) }
