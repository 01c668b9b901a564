package cli

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/report"
	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// leftByUser is why a file or a fix stays that somebody said no to.
const leftByUser = "you left it as it is"

// offer shows a group of files, asks about each where somebody is to be asked,
// and writes them: all or none. If some are wanted and others not, what can be
// done without the others is worked out, proven and offered anew.
func (r *fixRun) offer(group []*fix.Change) error {
	var agreed []*fix.Change // that somebody has said yes to
	for len(group) > 0 {
		declined := 0
		for _, ch := range group {
			if r.mode == modeEach || slices.ContainsFunc(agreed, func(a *fix.Change) bool { return sameChange(a, ch) }) {
				continue // each fix of it was agreed to
			}
			if err := r.show(ch); err != nil {
				return err // nothing is written unseen
			}
			switch r.answer(ch) {
			case 'y':
				agreed = append(agreed, ch)
			case 'q':
				r.quit = true
				if len(agreed) > 0 {
					r.p.note(r.o, "%s was not written either: it is written together with what you left, or not at all", agreed[0].Path)
				}
				return nil
			default:
				r.frozen[ch.Path] = leftByUser
				declined++
			}
		}
		if declined == 0 {
			if r.mode == modeEach {
				r.proveGroup(group)
			}
			return r.write(group)
		}
		if declined == len(group) {
			return nil
		}
		group = r.without(group)
	}
	return nil
}

// proveGroup shows the proof of all fixes that were chosen, together.
func (r *fixRun) proveGroup(group []*fix.Change) {
	for _, ch := range group {
		if !r.shown[ch.Entry] {
			r.shown[ch.Entry] = true
			fmt.Fprintf(r.p.stderr, "%s, with all that you chose:\n", term.Escape(r.in.entries[ch.Entry].Path))
			r.writeProof(ch.Entry)
		}
	}
}

func sameChange(a, b *fix.Change) bool { return a.Path == b.Path && bytes.Equal(a.New, b.New) }

// without is what can be done for a group without the files that were left.
func (r *fixRun) without(group []*fix.Change) []*fix.Change {
	entries := map[int]bool{}
	for _, ch := range group {
		entries[ch.Entry] = true
	}
	plan := r.planFor(r.entriesNow())
	for _, err := range plan.Unproven {
		r.p.fail(err)
	}
	r.plan = r.merge(plan, entries)
	var out []*fix.Change
	for i := range r.plan.Changes {
		if ch := &r.plan.Changes[i]; entries[ch.Entry] && r.wrote[ch.Path] == nil {
			out = append(out, ch)
			delete(r.shown, ch.Entry)
		}
	}
	if len(out) == 0 {
		r.p.note(r.o, "%s was not written either: what is left to fix there changes the file that you left, too", other(group, r.frozen))
	}
	return out
}

// other is a file of a group that was not left.
func other(group []*fix.Change, left map[string]string) string {
	for _, ch := range group {
		if left[ch.Path] == "" {
			return ch.Path
		}
	}
	return group[0].Path
}

// merge puts the changes of a new plan for some entries into the present one,
// whose other changes are dealt with in their turn.
func (r *fixRun) merge(plan *fix.Plan, entries map[int]bool) *fix.Plan {
	var changes []fix.Change
	for _, ch := range r.plan.Changes {
		if !entries[ch.Entry] {
			changes = append(changes, ch)
		}
	}
	for _, ch := range plan.Changes {
		if entries[ch.Entry] {
			changes = append(changes, ch)
		}
	}
	plan.Changes = changes
	return plan
}

const filePromptHelp = `y  write this file
n  leave this file as it is
q  leave this and all further files as they are
`

// answer is y, n or q: what somebody says to a file.
func (r *fixRun) answer(ch *fix.Change) byte {
	if r.mode != modeAsk {
		return 'y'
	}
	return r.ask(term.EscapePath(ch.Path)+": Apply? [y/n/q/?] ", "ynq", filePromptHelp)
}

var answerWords = map[string]byte{"y": 'y', "yes": 'y', "n": 'n', "no": 'n', "q": 'q', "quit": 'q', "a": 'a', "all": 'a'}

// ask repeats a question until it gets one of the answers. The end of the input
// is q, and so is a signal: what was written before is told, nothing more is
// written.
func (r *fixRun) ask(question, answers, help string) byte {
	if r.answers == nil {
		r.answers = readLines(r.p.stdin)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, endings...)
	defer signal.Stop(signals)
	for {
		fmt.Fprint(r.p.stderr, question)
		select {
		case sig := <-signals:
			fmt.Fprintln(r.p.stderr)
			r.stopped, r.quit = sig, true
			return 'q'
		case line, ok := <-r.answers:
			if got := answerWords[strings.ToLower(strings.TrimSpace(line))]; got != 0 && strings.IndexByte(answers, got) >= 0 {
				return got
			}
			if !ok {
				fmt.Fprintln(r.p.stderr)
				r.quit = true
				return 'q'
			}
		}
		fmt.Fprint(r.p.stderr, help)
	}
}

// readLines sends the lines of a reader, until its end.
func readLines(in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return lines
}

const fixPromptHelp = `y  make this fix
n  leave what it is about as it is
a  make this fix and all that follow
q  leave this and all that follow; what you said yes to is written
`

// choose asks about one fix.
func (r *fixRun) choose(p fix.Proposal) fix.Answer {
	r.showFinding(&p)
	for i := range p.Changes {
		if err := r.showDiff(p.Changes[i].Path, p.Changes[i].Old, p.Changes[i].New); err != nil {
			r.p.fail(err)
			return fix.Stop
		}
		if why := managedBy(&p.Changes[i]); why != "" {
			fmt.Fprintf(r.p.stderr, "sshvet: warning: %s\n", why)
		}
	}
	r.writeEffects(p.Effects)
	question := fmt.Sprintf("fix %d of %d: %s. Apply? [y/n/a/q/?] ", p.Number, max(p.Of, p.Number), term.Escape(p.Fix.Message))
	switch r.ask(question, "ynaq", fixPromptHelp) {
	case 'y':
		return fix.Take
	case 'a':
		return fix.TakeAll
	case 'q':
		return fix.Stop
	}
	return fix.Leave
}

// showFinding prints what a fix is about.
func (r *fixRun) showFinding(p *fix.Proposal) {
	res := &lint.Result{Sources: p.Sources, Diagnostics: []lint.Diagnostic{*p.Diagnostic}}
	for _, d := range p.Also {
		res.Diagnostics = append(res.Diagnostics, *d)
	}
	concise, _ := report.Lookup("concise")
	opts := r.p.reportOptions(r.o)
	opts.Color = r.color
	fmt.Fprintln(r.p.stdout)
	concise(r.p.stdout, res, opts)
}
