package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/openssh"
	"github.com/sshvet/sshvet/internal/report"
	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

func (p *program) fixCommand() *cli.Command {
	return &cli.Command{
		Name:      "fix",
		Usage:     "show the diff, then write the corrected files",
		ArgsUsage: "[PATH|-]...",
		Flags: append(commonFlags(),
			&cli.BoolFlag{Name: "diff", Usage: "only show what would change"},
			&cli.BoolFlag{Name: "check", Usage: "only say whether anything would change"},
			&cli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "write without asking"},
			&cli.BoolFlag{Name: "unsafe-fixes", Usage: "also make fixes that may change other values"},
			&cli.BoolFlag{Name: "exit-non-zero-on-fix", Usage: "exit 1 if something was changed"},
		),
		Action: p.fix,
	}
}

// fixRun is one run of the fix command.
type fixRun struct {
	p         *program
	o         *options
	pal       term.Palette
	color     bool
	terminal  bool         // the diff is for eyes, not for patch
	shown     map[int]bool // entries whose effects were shown
	mode      fixMode
	plan      *fix.Plan
	in        *inputs
	answers   *bufio.Reader
	wrote     map[string]*fix.Change // by path
	left      *lint.Result           // once remaining had to find out
	reload    bool                   // a file that the running sshd has read was written
	stdinOnly bool
}

type fixMode uint8

const (
	modeAsk fixMode = iota
	modeYes
	modeDiff
	modeCheck
)

func (p *program) fix(c *cli.Context) error {
	o, err := commonOptions(c)
	if err != nil {
		return err
	}
	r := &fixRun{p: p, o: o, shown: map[int]bool{}, wrote: map[string]*fix.Change{}}
	operands := c.Args().Slice()
	r.stdinOnly = slices.Contains(operands, "-")
	if r.stdinOnly && len(operands) > 1 {
		return usagef("fix: - stands alone: the fixed content goes to standard output")
	}
	if r.mode, err = r.chooseMode(c); err != nil {
		return err
	}
	r.terminal = term.IsTerminal(r.out())
	r.color = term.UseColor(o.color, r.terminal, getenv)
	r.pal = term.NewPalette(r.color)
	r.in = p.gather(o, operands)
	r.plan = fix.Make(fix.Request{Entries: r.in.entries, Rules: o.rules, Settings: o.settings, Unsafe: c.Bool("unsafe-fixes")})
	for _, err := range append(r.plan.Errors, r.plan.Unproven...) {
		p.fail(err)
	}
	if err := r.perform(); err != nil {
		return err
	}
	r.summary()
	r.exitCode(c.Bool("exit-non-zero-on-fix"))
	return nil
}

// chooseMode refuses to guess: without a terminal to ask on, one of the three
// flags has to say what to do.
func (r *fixRun) chooseMode(c *cli.Context) (fixMode, error) {
	modes := r.modesGiven(c, func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return r.p.given[n] })
	})
	if len(modes) == 0 { // the environment may have a say
		modes = r.modesGiven(c, func(...string) bool { return true })
	}
	switch {
	case len(modes) > 1:
		return 0, usagef("fix: --diff, --check and --yes exclude each other")
	case len(modes) == 1:
		return modes[0], nil
	case r.stdinOnly:
		return modeYes, nil
	case term.IsTerminal(r.p.stdin) && term.IsTerminal(r.p.stdout):
		return modeAsk, nil
	}
	return 0, usagef("fix: there is no terminal to ask on; say --diff to see, --check to test or --yes to write")
}

// modesGiven lists the flags among the three that are set and that count.
func (r *fixRun) modesGiven(c *cli.Context, counts func(names ...string) bool) []fixMode {
	var modes []fixMode
	if c.Bool("diff") && counts("diff") {
		modes = append(modes, modeDiff)
	}
	if c.Bool("check") && counts("check") {
		modes = append(modes, modeCheck)
	}
	if c.Bool("yes") && counts("yes", "y") {
		modes = append(modes, modeYes)
	}
	return modes
}

// out is where the diff goes: standard output, unless that takes the content.
func (r *fixRun) out() io.Writer {
	if r.stdinOnly && r.mode == modeYes {
		return r.p.stderr
	}
	return r.p.stdout
}

func (r *fixRun) perform() error {
	if r.stdinOnly && r.mode == modeYes {
		return r.writeStdout()
	}
	for i := range r.plan.Changes {
		ch := &r.plan.Changes[i]
		switch r.mode {
		case modeCheck:
			if _, err := fmt.Fprintf(r.out(), "%s would be changed\n", term.Escape(ch.Path)); err != nil {
				return outputError(err)
			}
			continue
		case modeDiff:
			if err := r.show(ch); err != nil {
				return err
			}
			continue
		}
		if err := r.show(ch); err != nil {
			return err // nothing is written unseen
		}
		quit, err := r.offer(ch)
		if err != nil {
			return err
		}
		if quit {
			return nil
		}
	}
	return nil
}

func (r *fixRun) writeStdout() error {
	content := r.in.stdin
	for _, ch := range r.plan.Changes {
		if err := r.show(&ch); err != nil {
			return err
		}
		content = ch.New
	}
	if _, err := r.p.stdout.Write(content); err != nil {
		return outputError(err)
	}
	return nil
}

// show prints the diff of a file and what it changes in resolved values.
func (r *fixRun) show(ch *fix.Change) error {
	w := bufio.NewWriter(r.out())
	r.writeDiff(w, ch)
	if err := w.Flush(); err != nil {
		return outputError(err)
	}
	if !r.o.quiet || r.mode == modeAsk {
		r.writeEffects(ch)
	}
	if why := managedBy(ch); why != "" {
		fmt.Fprintf(r.p.stderr, "sshvet: warning: %s\n", why)
	}
	return nil
}

func (r *fixRun) writeDiff(w io.Writer, ch *fix.Change) {
	wd, err := os.Getwd()
	if err != nil {
		wd = ""
	}
	text := fix.Diff(fix.DiffPath(ch.Path, wd), ch.Old, ch.New)
	if !r.color && !r.terminal {
		io.WriteString(w, text)
		return
	}
	for line := range strings.Lines(text) {
		fmt.Fprintln(w, r.paint(strings.TrimSuffix(line, "\n")))
	}
}

// paint colours a line of a diff. On a terminal control characters are made
// visible; elsewhere the diff has to stay applicable.
func (r *fixRun) paint(line string) string {
	shown := term.Escape(strings.TrimSuffix(line, "\r"))
	switch {
	case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"):
		return r.pal.Bold(shown)
	case strings.HasPrefix(line, "@@"):
		return r.pal.DiffHunk(shown)
	case strings.HasPrefix(line, "+"):
		return r.pal.DiffAdd(shown)
	case strings.HasPrefix(line, "-"):
		return r.pal.DiffDel(shown)
	}
	return shown
}

// writeEffects lists the resolved values before and after, for people: on
// standard error, so that standard output is a diff and nothing else. The files
// of an entry have their effects together, so they are shown once.
func (r *fixRun) writeEffects(ch *fix.Change) {
	if r.shown[ch.Entry] {
		return
	}
	r.shown[ch.Entry] = true
	for _, e := range ch.Effects {
		fmt.Fprintf(r.p.stderr, "  %s: %s %s → %s\n", term.Escape(someOf(e.Contexts)), e.Keyword,
			term.Escape(orUnset(e.Before)), term.Escape(orUnset(e.After)))
	}
}

func orUnset(value string) string {
	if value == "" {
		return "(not set)"
	}
	return value
}

func someOf(labels []string) string {
	const most = 6
	if len(labels) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(labels[:most], ", "), len(labels)-most)
	}
	return strings.Join(labels, ", ")
}

// offer asks for a file where somebody is to be asked, and writes it.
func (r *fixRun) offer(ch *fix.Change) (quit bool, err error) {
	if r.mode == modeAsk {
		switch answer, err := r.ask(ch); {
		case err != nil:
			return true, err
		case answer == 'q':
			return true, nil
		case answer != 'y':
			return false, nil
		}
	}
	return false, r.write(ch)
}

const promptHelp = `y  write this file
n  leave this file as it is
q  leave this and all further files as they are
`

func (r *fixRun) ask(ch *fix.Change) (byte, error) {
	if r.answers == nil {
		r.answers = bufio.NewReader(r.p.stdin)
	}
	for {
		fmt.Fprintf(r.p.stderr, "%s: Apply? [y/n/q/?] ", term.Escape(ch.Path))
		line, err := r.answers.ReadString('\n')
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return 'y', nil
		case "n", "no":
			return 'n', nil
		case "q", "quit":
			return 'q', nil
		}
		if err != nil {
			fmt.Fprintln(r.p.stderr)
			return 'q', nil
		}
		fmt.Fprint(r.p.stderr, promptHelp)
	}
}

func (r *fixRun) write(ch *fix.Change) error {
	e := r.in.entries[ch.Entry]
	req := fix.WriteRequest{Path: ch.Path, Old: ch.Old, New: ch.New, Create: ch.Create}
	live := e.Dialect.Side == keyword.Server && r.in.isLive(e.Path)
	if live && ch.Path == e.Path {
		req.Validate = func(candidate string) error { return openssh.ValidateServer(ch.Path, candidate) }
	}
	dropIn := live && ch.Path != e.Path
	// What sshd refuses before (a newer keyword) it is not asked about after.
	ask := dropIn && openssh.ValidateServer(e.Path, e.Path) == nil
	warnings, err := fix.Write(req)
	for _, w := range warnings {
		r.p.say("sshvet: warning: %s", w)
	}
	if err != nil {
		r.p.fail(err)
		return nil
	}
	if ask && !r.validateDropIn(&e, ch) {
		return nil
	}
	r.wrote[ch.Path] = ch
	r.reload = r.reload || live
	return nil
}

// validateDropIn asks sshd about the whole once a drop-in is in place, and
// takes the drop-in back if sshd no longer accepts what it accepted before.
func (r *fixRun) validateDropIn(e *lint.Entry, ch *fix.Change) bool {
	err := openssh.ValidateServer(e.Path, e.Path)
	if err == nil {
		return true
	}
	if _, undo := fix.Write(fix.WriteRequest{Path: ch.Path, Old: ch.New, New: ch.Old}); undo != nil {
		err = errors.Join(err, undo)
	}
	r.p.fail(fmt.Errorf("%s is as it was: %w", ch.Path, err))
	return false
}

// summary says on standard error what was done and what is left.
func (r *fixRun) summary() {
	for _, path := range r.plan.Refused {
		r.p.note(r.o, "%s: OpenSSH refuses this file for reasons that no fix here removes; nothing was changed. 'sshvet check' lists them", path)
	}
	after := r.remaining()
	counts := after.Counts()
	if len(after.Diagnostics) > 0 && !r.o.quiet {
		r.printRemaining(after)
	}
	total := len(r.plan.Changes)
	switch {
	case total == 0 && counts.Errors+counts.Warnings+counts.Notes == 0 && r.p.code == exitOK:
		r.p.note(r.o, "nothing to fix")
	case r.mode == modeDiff || r.mode == modeCheck:
		r.p.note(r.o, "%d %s would be changed", total, files(total))
	case total > 0 && !r.stdinOnly:
		r.p.note(r.o, "%d of %d %s changed", len(r.wrote), total, files(total))
	}
	if r.reload {
		r.p.note(r.o, "for new connections to use it run: %s (open sessions keep their old settings)", openssh.ReloadCommand())
	}
	if counts.Unsafe > 0 {
		r.p.note(r.o, "%d more can be fixed with --unsafe-fixes, which may change other values; see them with --diff", counts.Unsafe)
	}
}

func files(n int) string {
	if n == 1 {
		return "file"
	}
	return "files"
}

// remaining is what is left to report once the changes are made.
func (r *fixRun) remaining() *lint.Result {
	wouldWrite := r.mode == modeDiff || r.mode == modeCheck || r.stdinOnly
	if wouldWrite || len(r.wrote) == len(r.plan.Changes) {
		return r.plan.After
	}
	if r.left == nil {
		r.left, _ = lint.Run(r.entriesNow(), r.o.rules, r.o.settings)
	}
	return r.left
}

// entriesNow are the entries with what was written; some was declined or
// failed.
func (r *fixRun) entriesNow() []lint.Entry {
	entries := slices.Clone(r.in.entries)
	for i := range entries {
		e := &entries[i]
		e.Sources = slices.Clone(e.Sources)
		for k := range e.Sources {
			if ch := r.wrote[e.Sources[k].Path]; ch != nil {
				e.Sources[k].Data = ch.New
				e.Absent = e.Absent && e.Sources[k].Path != e.Path
			}
		}
	}
	return entries
}

// printRemaining lists the findings that are left, on standard error: what
// fix prints on standard output is the diff alone.
func (r *fixRun) printRemaining(res *lint.Result) {
	var buf bytes.Buffer
	concise, _ := report.Lookup("concise")
	opts := r.p.reportOptions(r.o)
	opts.Color = term.UseColor(r.o.color, term.IsTerminal(r.p.stderr), getenv)
	if err := concise(&buf, res, opts); err == nil {
		r.p.note(r.o, "left to look at:")
		r.p.stderr.Write(buf.Bytes())
	}
}

func (r *fixRun) exitCode(nonZeroOnFix bool) {
	would := (r.mode == modeDiff || r.mode == modeCheck) && len(r.plan.Changes) > 0
	left := r.remaining().AtOrAbove(r.o.failOn) || len(r.plan.Refused) > 0
	changed := nonZeroOnFix && (len(r.wrote) > 0 || r.stdinOnly && len(r.plan.Changes) > 0)
	if (would || left || changed) && !r.o.exitZero {
		r.p.found()
	}
}
