package cli

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/fix"
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
			&cli.BoolFlag{Name: "interactive", Aliases: []string{"i"}, Usage: "ask for each fix"},
			&cli.BoolFlag{Name: "unsafe-fixes", Usage: "also make fixes that may change other values"},
			&cli.BoolFlag{Name: "drop-in", Usage: "write sshd_config.d/00-sshvet.conf and leave the other files alone"},
			&cli.BoolFlag{Name: "backup", Usage: "keep the old content next to each file"},
			&cli.BoolFlag{Name: "undo", Usage: "give files the content of their newest backup again"},
			&cli.BoolFlag{Name: "reload", Usage: "have sshd read its files again after they were written"},
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
	terminal  bool // the diff is for eyes, not for patch
	mode      fixMode
	stdinOnly bool
	unsafe    bool
	dropIn    bool
	backup    bool
	reload    bool // --reload

	in      *inputs
	plan    *fix.Plan
	shown   map[int]bool // entries whose effects were shown
	answers <-chan string
	wrote   map[string]*fix.Change // by path
	frozen  map[string]string      // files that stay as they are, and why
	locked  []string               // files that only root may write
	total   int                    // files of the first plan
	quit    bool                   // nothing more is to be written
	stopped os.Signal              // that came while a question stood
	running bool                   // a file that the running sshd reads was written
	left    *lint.Result           // once remaining had to find out
}

type fixMode uint8

const (
	modeAsk fixMode = iota
	modeEach
	modeYes
	modeDiff
	modeCheck
)

// writes reports whether files are written in this mode.
func (m fixMode) writes() bool { return m != modeDiff && m != modeCheck }

func (p *program) fix(c *cli.Context) error {
	o, err := commonOptions(c)
	if err != nil {
		return err
	}
	r := &fixRun{
		p: p, o: o, shown: map[int]bool{}, wrote: map[string]*fix.Change{}, frozen: map[string]string{},
		unsafe: c.Bool("unsafe-fixes"), dropIn: c.Bool("drop-in"), backup: c.Bool("backup"), reload: c.Bool("reload"),
	}
	operands := c.Args().Slice()
	r.stdinOnly = slices.Contains(operands, "-")
	if r.mode, err = r.chooseMode(c); err != nil && !c.Bool("show-config") {
		return err
	}
	if err := r.checkFlags(c, operands); err != nil {
		return err
	}
	r.terminal = term.IsTerminal(r.out())
	r.color = term.UseColor(o.color, r.terminal, getenv)
	r.pal = term.NewPalette(r.color)
	if c.Bool("undo") {
		return r.undo(operands, c.Bool("exit-non-zero-on-fix"))
	}
	if r.dropIn && len(operands) == 0 && o.kind == "" {
		o.kind = "server" // a client file has no drop-in to speak of
	}
	if r.in, err = p.inputsOf(o, operands, true); err != nil {
		return err
	}
	defer r.in.close()
	if c.Bool("show-config") {
		return p.showConfig(c, r.in)
	}
	p.noteProfiles(r.in)
	r.makePlan()
	r.onlyNewInPlan()
	if err := r.perform(); err != nil {
		return err
	}
	r.previewDeployments()
	p.noteLeftOut(o, r.plan.Before)
	r.renewBaseline()
	r.refuseHalfStaged()
	r.summary()
	r.sayTemplates()
	r.exitCode(c.Bool("exit-non-zero-on-fix"))
	r.endBySignal()
	return nil
}

// checkFlags refuses what contradicts itself.
func (r *fixRun) checkFlags(c *cli.Context, operands []string) error {
	undo := c.Bool("undo")
	switch {
	case r.stdinOnly && len(operands) > 1:
		return usagef("fix: - stands alone: the fixed content goes to standard output")
	case r.stdinOnly && (undo || r.dropIn || r.backup || r.mode == modeEach):
		return usagef("fix: --undo, --drop-in, --backup and --interactive are for files, not for standard input")
	case undo && (r.dropIn || r.unsafe || r.mode == modeEach):
		return usagef("fix: --undo restores a backup; it does not go with --drop-in, --unsafe-fixes or --interactive")
	case undo && len(operands) == 0:
		return usagef("fix: --undo needs the name of the file to restore")
	case r.dropIn && (r.unsafe || r.mode == modeEach):
		return usagef("fix: --drop-in writes one file with the keep-alive; it does not go with --unsafe-fixes or --interactive")
	case r.o.staged && (undo || r.dropIn):
		return usagef("fix: --staged is about staged files; it does not go with --undo or --drop-in")
	case r.reload && !r.mode.writes():
		return usagef("fix: --reload goes with writing; --diff and --check write nothing")
	case r.o.writeBaseline != "" && (!r.mode.writes() || r.stdinOnly):
		return usagef("fix: --write-baseline takes what is left once files are written; without writing say 'sshvet check --write-baseline'")
	case r.backup && !r.mode.writes():
		return usagef("fix: --backup goes with writing; --diff and --check write nothing")
	}
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
	asking := term.IsTerminal(r.p.stdin) && term.IsTerminal(r.p.stdout)
	switch {
	case len(modes) > 1:
		return 0, usagef("fix: --diff, --check, --yes and --interactive exclude each other")
	case len(modes) == 1 && modes[0] == modeEach && !asking:
		return 0, usagef("fix: --interactive asks, and there is no terminal to ask on; say --diff to see, --check to test or --yes to write")
	case len(modes) == 1:
		return modes[0], nil
	case r.stdinOnly:
		return modeYes, nil
	case asking:
		return modeAsk, nil
	case term.IsTerminal(r.p.stdin):
		return 0, usagef("fix: standard output is not a terminal, so nobody sees what is asked; say --diff to see, --check to test or --yes to write")
	}
	return 0, usagef("fix: there is no terminal to ask on; say --diff to see, --check to test or --yes to write")
}

// modesGiven lists the flags among the four that are set and that count.
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
	if c.Bool("interactive") && counts("interactive", "i") {
		modes = append(modes, modeEach)
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

// makePlan works out what would be written. Files that this user may not write
// are left alone from the start: nobody is asked about what cannot be done, and
// where a rule knows another place for its fix, it takes that.
func (r *fixRun) makePlan() {
	r.plan = r.planFor(r.in.entries)
	if len(r.locked) > 0 {
		r.sayLocked()
	}
	for _, err := range slices.Concat(r.plan.Errors, r.plan.Unproven, r.plan.Refusals) {
		if r.p.code == exitOK || !strings.Contains(err.Error(), onlyRoot) { // said already
			r.p.fail(err)
		}
	}
	r.total = len(r.plan.Changes)
}

// planFor is the plan for the entries as they are now.
func (r *fixRun) planFor(entries []lint.Entry) *fix.Plan {
	req := r.request(entries)
	req.Frozen = r.whyFrozen
	switch {
	case r.dropIn:
		return fix.MakeDropIn(req)
	case r.mode == modeEach:
		req.Choose = r.choose
	}
	return fix.Make(req)
}

func (r *fixRun) request(entries []lint.Entry) fix.Request {
	return fix.Request{Entries: entries, Rules: r.o.rules, Settings: r.o.settings, Unsafe: r.unsafe}
}

// onlyRoot is why a file stays that this user may not write.
const onlyRoot = "only root may write it"

// whyFrozen says why a file must not be changed; "" where it may be.
func (r *fixRun) whyFrozen(path string) string {
	if why := r.frozen[path]; why != "" {
		return why
	}
	if slices.ContainsFunc(r.in.entries, func(e lint.Entry) bool { return e.Dump && e.Path == path }) {
		return whyDump
	}
	if why := r.in.whyNotStaged(path); why != "" {
		r.frozen[path] = why
		return why
	}
	if r.in.isLive(path) && !slices.ContainsFunc(r.in.entries, func(e lint.Entry) bool { return e.Deploy != nil || r.in.isLive(e.Path) }) {
		r.frozen[path] = "it belongs to this machine, and the file that includes it is a copy; if that is for another machine say --root"
		return r.frozen[path]
	}
	if real := r.in.strayLink(path); real != "" {
		return "it is behind an absolute link, which leads somewhere else on this machine; name the file itself: " + term.Escape(real)
	}
	if !r.mode.writes() || r.stdinOnly || mayWrite(path) {
		return ""
	}
	r.locked = append(r.locked, path)
	r.frozen[path] = onlyRoot
	return r.frozen[path]
}

// sayLocked gives the line to run as root, where that would fix more.
func (r *fixRun) sayLocked() {
	open := fix.Make(r.request(r.in.entries))
	if r.dropIn {
		open = fix.MakeDropIn(r.request(r.in.entries))
	}
	if len(open.After.Diagnostics) >= len(r.plan.After.Diagnostics) {
		return
	}
	said := map[string]bool{}
	for _, ch := range open.Changes {
		name := r.asRoot(&ch)
		if said[name] || !slices.Contains(r.locked, ch.Path) {
			continue
		}
		said[name] = true
		if samePath(name, r.in.userFile()) && foreignGroup(ch.Path) == "" {
			r.p.fail(fmt.Errorf("%s was not written: you may not write it, though it is your own file; 'ls -ld' shows whose it and its folder are", name))
			continue
		}
		r.p.fail(fmt.Errorf("%s was not written: %s; run: %s", ch.Path, takesRoot(ch.Path), sudoLine(r.p.again(name))))
	}
}

// takesRoot says that a file that this user may not write is for root, and why that
// is so where 'ls -l' seems to say otherwise.
func takesRoot(path string) string {
	if group := foreignGroup(path); group != "" {
		return fmt.Sprintf("that takes root, as the file belongs to the group %s, of which you are no member: a new one could not get it", group)
	}
	return "that takes root"
}

// asRoot is the file to name to root for a change: the entry, or if that is one
// of this user the changed file alone.
func (r *fixRun) asRoot(ch *fix.Change) string {
	if entry := r.in.entries[ch.Entry].Path; slices.Contains(r.locked, entry) {
		return entry
	}
	return ch.Path
}

// perform shows the changes and makes them, group by group: what belongs
// together is written together.
func (r *fixRun) perform() error {
	if r.stdinOnly && r.mode == modeYes {
		return r.writeStdout()
	}
	if r.quit {
		return nil // stopped while fixes were chosen
	}
	for _, group := range r.plan.Groups() {
		var err error
		switch {
		case r.mode == modeCheck:
			err = r.tell(group)
		case r.mode == modeDiff:
			err = r.showAll(group)
		default:
			err = r.offer(group)
		}
		if err != nil || r.quit {
			return err
		}
	}
	return nil
}

// tell says which files would be changed.
func (r *fixRun) tell(group []*fix.Change) error {
	for _, ch := range group {
		what := "changed"
		if ch.Create {
			what = "created"
		}
		if _, err := fmt.Fprintf(r.out(), "%s would be %s\n", term.EscapePath(ch.Path), what); err != nil {
			return outputError(err)
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

// remaining is what is left to report once the changes are made.
func (r *fixRun) remaining() *lint.Result {
	if r.left != nil {
		return r.left
	}
	if !r.mode.writes() || r.stdinOnly || len(r.wrote) == len(r.plan.Changes) {
		return r.plan.After
	}
	r.left = r.lintNow()
	return r.left
}

// renewBaseline writes what is left to the file of --write-baseline.
func (r *fixRun) renewBaseline() {
	if r.o.writeBaseline == "" || r.quit {
		return
	}
	r.left = r.lintNow()
	r.p.renewBaseline(r.o, r.left)
}

// lintNow checks the files as they are now.
func (r *fixRun) lintNow() *lint.Result {
	res, _ := lint.Run(r.entriesNow(), r.o.rules, r.o.settings)
	r.in.onlyNew(res, nil)
	return res
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
				e.Absent = e.Absent && k > 0
			}
		}
	}
	return entries
}

func (r *fixRun) exitCode(nonZeroOnFix bool) {
	would := !r.mode.writes() && len(r.plan.Changes) > 0
	left := r.remaining().AtOrAbove(r.o.failOn) || len(r.plan.Refused) > 0
	changed := nonZeroOnFix && (len(r.wrote) > 0 || r.stdinOnly && len(r.plan.Changes) > 0)
	if (would || left || changed) && !r.o.exitZero {
		r.p.found()
	}
}
