package cli

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/openssh"
	"github.com/sshvet/sshvet/internal/report"
	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

func (r *fixRun) showAll(group []*fix.Change) error {
	for _, ch := range group {
		if err := r.show(ch); err != nil {
			return err
		}
	}
	return nil
}

// show prints the diff of a file and what it changes in resolved values.
func (r *fixRun) show(ch *fix.Change) error {
	if err := r.showDiff(ch.Path, ch.Old, ch.New); err != nil {
		return err
	}
	if (!r.o.quiet || r.mode == modeAsk) && !r.shown[ch.Entry] {
		r.shown[ch.Entry] = true // the files of an entry have their effects together
		r.writeEffects(ch.Effects)
		r.writeProof(ch.Entry)
	}
	if why := managedBy(ch); why != "" {
		fmt.Fprintf(r.p.stderr, "sshvet: warning: %s\n", why)
	}
	return nil
}

func (r *fixRun) showDiff(path string, old, now []byte) error {
	w := bufio.NewWriter(r.out())
	r.writeDiff(w, path, old, now)
	if err := w.Flush(); err != nil {
		return outputError(err)
	}
	return nil
}

func (r *fixRun) writeDiff(w io.Writer, path string, old, now []byte) {
	text := fix.Diff(r.diffLabel(path), old, now)
	if !r.color && !r.terminal {
		io.WriteString(w, text)
		return
	}
	for line := range strings.Lines(text) {
		fmt.Fprintln(w, r.paint(strings.TrimSuffix(line, "\n")))
	}
}

// diffLabel names a file in a diff. It is the file behind a link, as git and
// patch change no link.
func (r *fixRun) diffLabel(path string) string {
	wd, err := os.Getwd()
	if err != nil {
		return fix.DiffPath(path, "")
	}
	abs := absolute(path)
	real, err := filepath.EvalSymlinks(abs)
	realWd, errWd := filepath.EvalSymlinks(wd)
	if err != nil || errWd != nil || r.stdinOnly {
		return fix.DiffPath(path, wd)
	}
	if rel, err := filepath.Rel(wd, abs); err == nil && filepath.IsLocal(rel) && filepath.Join(realWd, rel) == real {
		return fix.DiffPath(path, wd)
	}
	return fix.DiffPath(real, realWd)
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
// standard error, so that standard output is a diff and nothing else.
func (r *fixRun) writeEffects(effects []fix.Effect) {
	w := tabwriter.NewWriter(r.p.stderr, 0, 1, 1, ' ', 0)
	for _, keyword := range changedKeywords(effects) {
		for _, e := range effects {
			if e.Keyword == keyword {
				fmt.Fprintf(w, "  %s\t%s → %s\tfor %s\n", e.Keyword, term.Escape(orUnset(e.Before)), term.Escape(orUnset(e.After)),
					term.Escape(r.someOf(e.Contexts)))
			}
		}
	}
	w.Flush()
}

func orUnset(value string) string {
	if value == "" {
		return "(not set)"
	}
	return value
}

// someOf lists labels, all of them with --verbose.
func (r *fixRun) someOf(labels []string) string {
	const most = 6
	if len(labels) > most && !r.o.verbose {
		return fmt.Sprintf("%s and %d more", strings.Join(labels[:most], ", "), len(labels)-most)
	}
	return strings.Join(labels, ", ")
}

// writeProof says what was compared before anything is written, and how it
// ended.
func (r *fixRun) writeProof(entry int) {
	for i := range r.plan.Proof {
		if p := &r.plan.Proof[i]; p.Entry == entry {
			fmt.Fprintf(r.p.stderr, "  proof: %s\n  findings: %s\n", proofText(p, r.in.entries[entry].Dialect.Side), findingsText(p))
		}
	}
}

func proofText(p *fix.EntryProof, side keyword.Side) string {
	what := "host"
	if side == keyword.Server {
		what = "context"
	}
	text := fmt.Sprintf("of %d settings × %s", p.Settings, plural(p.Contexts, what))
	if p.Combinations > 0 {
		text += fmt.Sprintf(" and %s", plural(p.Combinations, "combination"))
	}
	switch changed := changedKeywords(p.Effects); len(changed) {
	case 0:
		return text + " none changes"
	case 1:
		return text + " only " + changed[0] + " changes"
	default:
		return text + " only " + enumerate(changed) + " change"
	}
}

func findingsText(p *fix.EntryProof) string {
	gone, came := "none", "none"
	if len(p.Gone) > 0 {
		gone = ruleCounts(p.Gone)
	}
	if len(p.New) > 0 {
		came = ruleCounts(p.New)
	}
	return gone + " gone, " + came + " new"
}

func changedKeywords(effects []fix.Effect) []string {
	var out []string
	for _, e := range effects {
		if !slices.Contains(out, e.Keyword) {
			out = append(out, e.Keyword)
		}
	}
	return out
}

func ruleCounts(counts []fix.RuleCount) string {
	var out []string
	for _, c := range counts {
		out = append(out, c.String())
	}
	return strings.Join(out, ", ")
}

// enumerate is "a", "a and b", "a, b and c".
func enumerate(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// summary says on standard error what was done and what is left.
func (r *fixRun) summary() {
	after := r.remaining()
	counts := after.Counts()
	for _, path := range r.plan.Refused {
		r.sayRefused(path, counts.Unsafe > 0 && !r.unsafe)
	}
	if len(after.Diagnostics) > 0 && !r.o.quiet && r.stopped == nil {
		r.printRemaining(after)
	}
	total := max(r.total, len(r.plan.Changes))
	switch {
	case total == 0 && counts.Errors+counts.Warnings+counts.Notes == 0 && r.p.code == exitOK:
		r.p.note(r.o, "nothing to fix")
	case !r.mode.writes():
		r.p.note(r.o, "%d %s would be changed", total, files(total))
		r.sayWhereToApply()
	case total > 0 && !r.stdinOnly:
		r.p.note(r.o, "%d of %d %s changed", len(r.wrote), total, files(total))
	}
	r.reloadServer()
	if counts.Unsafe > 0 && !r.unsafe {
		r.p.note(r.o, "%d more can be fixed with --unsafe-fixes, which may change other values; see them with --diff", counts.Unsafe)
	}
}

// sayWhereToApply: paths in a diff begin at the current folder, or at the root
// for files outside of it; one command cannot apply both.
func (r *fixRun) sayWhereToApply() {
	wd, err := os.Getwd()
	if err != nil || r.mode != modeDiff || wd == "/" {
		return
	}
	outside := slices.ContainsFunc(r.plan.Changes, func(ch fix.Change) bool {
		rel, err := filepath.Rel(wd, absolute(ch.Path))
		return err != nil || !filepath.IsLocal(rel)
	})
	if outside {
		r.p.note(r.o, "for files outside of this folder the diff starts at /: apply it with patch -p1 -d /")
	}
}

func absolute(path string) string {
	if abs, err := absolutePath(path); err == nil {
		return abs
	}
	return path
}

// sayRefused says why nothing was done to a file that OpenSSH would refuse all
// the same.
func (r *fixRun) sayRefused(path string, unsafe bool) {
	what := "mend the errors listed here by hand first"
	if unsafe {
		what = "--unsafe-fixes may mend the errors listed here (see it with --diff), or do it by hand first"
	}
	changed := "nothing was changed"
	if r.mode == modeEach {
		changed += ", nor is what you chose"
	}
	r.p.note(r.o, "%s: %s, as OpenSSH would refuse the file all the same; %s", path, changed, what)
}

func files(n int) string {
	if n == 1 {
		return "file"
	}
	return "files"
}

// reloadServer has the running sshd read its files again, or says how.
func (r *fixRun) reloadServer() {
	switch {
	case !r.running && r.reload && r.mode.writes():
		text := "sshd was not reloaded, as none of its files on this machine was written"
		if line := openssh.FindService(serviceRoot).Command(os.Geteuid() == 0); line != "" {
			text += "; to do it all the same run: " + line
		}
		r.p.note(r.o, "%s", text)
		return
	case !r.running:
		return
	}
	root := os.Geteuid() == 0
	service := openssh.FindService(serviceRoot)
	if !r.reload || len(service.Reload) == 0 || r.stopped != nil {
		r.p.note(r.o, "%s", service.Advice(root))
		return
	}
	ctx, stop := interruptible()
	defer stop()
	if err := service.Run(ctx); err != nil {
		r.p.fail(err)
		return
	}
	r.p.note(r.o, "sshd was told to read its files again (%s); open sessions keep their old settings", service.Command(true))
}

// serviceRoot is where the services of this machine are looked for. A variable
// so that tests have a machine of their own.
var serviceRoot = ""

// printRemaining lists the findings that are left, with what stands in the way
// of their fixes, on standard error: what fix prints on standard output is the
// diff alone.
func (r *fixRun) printRemaining(res *lint.Result) {
	var buf bytes.Buffer
	concise, _ := report.Lookup("concise")
	opts := r.p.reportOptions(r.o)
	opts.Color = term.UseColor(r.o.color, term.IsTerminal(r.p.stderr), getenv)
	if err := concise(&buf, res, opts); err != nil {
		return
	}
	r.p.note(r.o, "left to look at:")
	w := bufio.NewWriter(r.p.stderr)
	defer w.Flush()
	n, obstacles := 0, obstaclesOf(r.plan)
	for line := range strings.Lines(buf.String()) { // one for each finding
		w.WriteString(line)
		if n < len(res.Diagnostics) {
			r.printObstacle(w, &res.Diagnostics[n], obstacles)
		}
		n++
	}
}

// printObstacle says why a finding was not fixed, if that is not plain.
func (r *fixRun) printObstacle(w io.Writer, d *lint.Diagnostic, obstacles map[findingKey]*fix.Obstacle) {
	if r.frozen[d.Span.File] == leftByUser {
		fmt.Fprintf(w, "    not fixed: %s\n", leftByUser)
		return
	}
	o := obstacles[findingKey{d.Rule, d.Span}]
	if o == nil || !isWorthSaying(o) {
		return
	}
	if strings.Contains(o.Reason, onlyRoot) && r.p.code == exitFailure {
		return // said with the line to run
	}
	if slices.ContainsFunc(r.plan.Refusals, func(err error) bool { return err.Error() == o.Reason }) {
		return // said already
	}
	fmt.Fprintf(w, "    not fixed: %s\n", term.Escape(o.Reason))
}

// findingKey is what a finding is found by among the obstacles.
type findingKey struct {
	rule string
	span lint.Span
}

func isWorthSaying(o *fix.Obstacle) bool { return o.Kind == fix.InTheWay || o.Kind == fix.LeftByUser }

// obstaclesOf are the obstacles of a plan by their findings, if one of them is worth
// saying: there may be as many as there are lines.
func obstaclesOf(plan *fix.Plan) map[findingKey]*fix.Obstacle {
	if !slices.ContainsFunc(plan.Obstacles, func(o fix.Obstacle) bool { return isWorthSaying(&o) }) {
		return nil
	}
	out := make(map[findingKey]*fix.Obstacle, len(plan.Obstacles))
	for i := range plan.Obstacles {
		o := &plan.Obstacles[i]
		key := findingKey{o.Diagnostic.Rule, o.Diagnostic.Span}
		if out[key] == nil {
			out[key] = o
		}
	}
	return out
}
