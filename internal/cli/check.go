package cli

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

func (p *program) checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "report what is wrong; never writes anything",
		ArgsUsage: "[PATH|-]...",
		Flags:     append(commonFlags(), formatFlag()),
		Action:    p.check,
	}
}

func (p *program) check(c *cli.Context) error {
	o, err := commonOptions(c)
	if err != nil {
		return err
	}
	if err := o.chooseFormat(c.String("format")); err != nil {
		return err
	}
	in := p.gather(o, c.Args().Slice())
	res, errs := lint.Run(in.entries, o.rules, o.settings)
	for _, err := range errs {
		p.fail(err)
	}
	if len(res.Files) == 0 && p.code == exitFailure && o.formatName == "text" {
		return nil // "No problems" would be a lie
	}
	if err := o.format(p.stdout, res, p.reportOptions(o)); err != nil {
		return outputError(err)
	}
	if !o.exitZero && res.AtOrAbove(o.failOn) {
		p.found()
	}
	return nil
}

// outputError is a failure to print what was asked for.
func outputError(err error) error { return fmt.Errorf("standard output: %s", plainError("", err)) }

// note prints a line for people on standard error, unless --quiet.
func (p *program) note(o *options, format string, args ...any) {
	if !o.quiet {
		fmt.Fprintf(p.stderr, "sshvet: %s\n", term.Escape(fmt.Sprintf(format, args...)))
	}
}
