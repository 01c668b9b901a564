package cli

import (
	"fmt"
	"io"
	"runtime"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/report"
	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

func (p *program) checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "report what is wrong; never writes anything",
		ArgsUsage: "[PATH|-]...",
		Flags:     append(commonFlags(), formatFlag(), outputFlag(), statisticsFlag()),
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
	if c.Bool("statistics") {
		if err := o.countFindings(); err != nil {
			return err
		}
	}
	in, err := p.inputsOf(o, c.Args().Slice(), false)
	if err != nil {
		return err
	}
	defer in.close()
	if c.Bool("show-config") {
		return p.showConfig(c, in)
	}
	p.noteProfiles(in)
	o.settings.Workers = runtime.GOMAXPROCS(0)
	res, errs := lint.Run(in.entries, o.rules, o.settings)
	o.rules = rulesRun(o.rules, in.entries)
	for _, err := range errs {
		p.fail(err)
	}
	in.onlyNew(res, nil)
	p.renewBaseline(o, res)
	p.noteLeftOut(o, res)
	if o.formatName != "text" {
		o.outside = in.checkedTree(c.Args().Slice()).outside
	}
	if len(res.Files) == 0 && p.code == exitFailure && o.formatName == "text" { // "No problems" would be a lie
		if !o.toFile() {
			return nil
		}
		o.format = nothingChecked
	}
	if p.inHook && len(res.Diagnostics) == 0 && (o.formatName == "text" || o.formatName == "concise") {
		return nil
	}
	err = p.writeReport(o, res, func() error { return o.format(p.stdout, res, p.reportOptions(o)) })
	if err != nil {
		return err
	}
	if o.staged && o.formatName == "text" && res.Counts().Fixable > 0 { // the summary names the fix of files
		p.note(o, "to fix what is staged, and stage the fix, run: sshvet fix --staged")
	}
	if !o.exitZero && res.AtOrAbove(o.failOn) {
		p.found()
	}
	return nil
}

// nothingChecked takes the place of an old report, which would pass for a new one.
func nothingChecked(w io.Writer, _ *lint.Result, _ report.Options) error {
	_, err := io.WriteString(w, "Nothing could be checked.\n")
	return err
}

// outputError is a failure to print what was asked for.
func outputError(err error) error { return fmt.Errorf("standard output: %s", plainError("", err)) }

// note prints a line for people on standard error, unless --quiet.
func (p *program) note(o *options, format string, args ...any) {
	if !o.quiet {
		fmt.Fprintf(p.stderr, "sshvet: %s\n", term.Escape(fmt.Sprintf(format, args...)))
	}
}
