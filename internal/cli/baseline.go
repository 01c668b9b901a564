package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

// knownFlags are the flags about findings that somebody knows of already.
func knownFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "baseline", Usage: "leave out the findings in `FILE`"},
		&cli.StringFlag{Name: "write-baseline", Usage: "write all findings of this run to `FILE`, for --baseline"},
		&cli.BoolFlag{Name: "no-inline-ignore", Usage: "comments '# sshvet: ignore=RULE' silence nothing"},
	}
}

// known reads those flags. A run that writes a baseline has all findings, so
// that an old one does not count.
func (o *options) known(c *cli.Context) (err error) {
	o.settings.NoInlineIgnore = c.Bool("no-inline-ignore")
	switch o.writeBaseline = c.String("write-baseline"); {
	case o.writeBaseline == "-":
		return usagef("--write-baseline -: a baseline is a file for later runs; name one, such as baseline.json")
	case o.writeBaseline != "" && o.toFile() && samePath(linkTarget(o.writeBaseline), linkTarget(o.output)):
		return usagef("--write-baseline and --output name the same file, %s; name two", o.output)
	case o.writeBaseline != "":
		return nil
	}
	path := c.String("baseline")
	o.baseline = path
	if path == "" {
		return nil
	}
	data, _, err := resolve.ReadRegular(path)
	switch {
	case isNotExist(err):
		return fmt.Errorf("--baseline %s: there is no such file; write it with --write-baseline %s", path, shellQuote(path))
	case err != nil:
		return fmt.Errorf("--baseline %s: %s", path, plainError(path, err))
	}
	if o.settings.Baseline, err = lint.ReadBaseline(data, currentFolder()); err != nil {
		return fmt.Errorf("--baseline %s: the file %w", path, err)
	}
	return nil
}

// currentFolder is where names of files in a baseline begin; "" if it cannot be
// told.
func currentFolder() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	return dir
}

// renewBaseline writes the findings of a run to the file of --write-baseline, if
// that is given, and leaves them out of the result. A failure is reported, and
// the result stays as it is.
func (p *program) renewBaseline(o *options, res *lint.Result) {
	path := o.writeBaseline
	if path == "" {
		return
	}
	if p.code == exitFailure {
		p.fail(fmt.Errorf("--write-baseline %s: it was not written, because something could not be checked", path))
		return
	}
	b := lint.NewBaseline(res, currentFolder())
	if err := p.writeBaselineFile(path, b.Encode()); err != nil {
		p.fail(fmt.Errorf("--write-baseline %s: %w", path, err))
		return
	}
	res.LeaveOut(b)
	p.note(o, "%s in %s now; --baseline %s leaves them out", are(b.Len(), "finding"), path, shellQuote(path))
	res.Known, res.Gone = 0, 0 // that is said
}

// writeBaselineFile puts the file in place as a whole, or leaves the old one. It
// replaces nothing but a baseline.
func (p *program) writeBaselineFile(path string, data []byte) error {
	req := fix.WriteRequest{Path: path, New: data}
	old, _, err := resolve.ReadRegular(path)
	switch {
	case isNotExist(err) && readByName(path):
		return errors.New("it would be read as a configuration there; name another file")
	case isNotExist(err):
		req.Create, req.Mode = true, 0o644
		if folder := filepath.Dir(path); !isFolder(folder) {
			return fmt.Errorf("there is no folder %s; make it first", folder)
		}
	case err != nil:
		return errors.New(plainError(path, err))
	case len(old) > 0 && !lint.IsBaseline(old):
		return errors.New("the file is no baseline that sshvet has written, so that it is left alone; name another one, or remove it")
	default:
		req.Old = old
	}
	warnings, err := fix.Write(req)
	for _, w := range warnings {
		p.say("sshvet: warning: %s", w)
	}
	return err
}

func isFolder(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}

// noteLeftOut says how many findings are not shown, and why.
func (p *program) noteLeftOut(o *options, res *lint.Result) {
	if res.Suppressed > 0 && o.verbose {
		p.note(o, "%s suppressed by comments", are(res.Suppressed, "finding"))
	}
	switch {
	case res.Known > 0 && res.Gone > 0:
		p.note(o, "%s left out; %d in it %s gone: write it anew with --write-baseline", ofBaseline(res.Known), res.Gone, isOrAre(res.Gone))
	case res.Known > 0:
		p.note(o, "%s left out", ofBaseline(res.Known))
	case res.Gone > 0:
		p.note(o, "%d of the baseline %s gone: write it anew with --write-baseline", res.Gone, isOrAre(res.Gone))
	}
}

func ofBaseline(n int) string {
	return plural(n, "finding") + " of the baseline " + isOrAre(n)
}

// are is "1 thing is" or "2 things are".
func are(n int, what string) string { return plural(n, what) + " " + isOrAre(n) }

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
