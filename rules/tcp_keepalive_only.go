package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var tcpKeepaliveOnly = &lint.Rule{
	Name:     "tcp-keepalive-only",
	Category: "keepalive",
	Severity: lint.Note,
	Sides:    lint.BothSides,
	Fix:      lint.Safe,
	Summary:  "TCPKeepAlive is no substitute: its first probe goes out after two hours.",
	Run:      runTCPKeepaliveOnly,
}

func runTCPKeepaliveOnly(p *lint.Pass) {
	v := viewOf(p.Target)
	if v.otherTCPThanProfile(p) || !v.anyOff() {
		return
	}
	var r resolve.Result
	order := []resolve.Ref{}
	seen := map[resolve.Ref][]string{}
	for i := range v.contexts {
		if !p.Judged(&v.contexts[i]) {
			continue
		}
		q := v.contexts[i].Query()
		p.Config.Eval(&q, &r)
		ref, ok := r.Winner("tcpkeepalive")
		if !ok || !v.offFor(&r) {
			continue
		}
		if seen[ref] == nil {
			order = append(order, ref)
		}
		seen[ref] = append(seen[ref], v.contexts[i].Label)
	}
	for _, ref := range order {
		message := "TCPKeepAlive does not stand in for %s, which is 0%s: the kernel sends its first probe after 7200 s (Linux), long after firewalls have forgotten the connection"
		if items := r.ItemsOf(ref); len(items) == 1 && items[0] == "no" {
			message = "TCPKeepAlive no, and %s is 0%s: nothing is ever sent in silence, and a dead connection is held for ever"
		}
		p.Report(lint.Diagnostic{
			Span:    spanOf(p.Target, ref),
			Message: fmt.Sprintf(message, v.Interval, v.forWhom(seen[ref])),
			Help:    fmt.Sprintf("set %s %d; TCPKeepAlive may stay as it is", v.Interval, v.Settings.Profile.Interval),
			Hosts:   seen[ref],
		})
	}
}

func (v *view) anyOff() bool {
	tcp := false
	v.Config.Settings("tcpkeepalive", func(resolve.Ref) { tcp = true })
	if !tcp {
		return false
	}
	for _, q := range v.judged {
		if q.off() {
			return true
		}
	}
	return false
}

// offFor reports whether no probe is sent in the context just resolved.
func (v *view) offFor(r *resolve.Result) bool {
	w := v.watched()
	interval := winner(r, w.interval)
	if !interval.ok && w.batch != 0 && turnedOn(r, w.batch) {
		return false
	}
	return v.number(r, interval, 0) == 0
}

// otherTCPThanProfile reports, as a warning, a TCPKeepAlive of sshd that is not
// what the profile demands. The keyword is none for Match blocks: there is one
// value for everybody.
func (v *view) otherTCPThanProfile(p *lint.Pass) bool {
	want := v.Settings.Profile.TCPKeepAlive
	if want == "" || v.Dialect.Side != keyword.Server || v.readingEndsEarly() || hidesLines(v.Target) || v.refusesTCP() {
		return false
	}
	var r resolve.Result
	q := v.contexts[0].Query()
	p.Config.Eval(&q, &r)
	ref, set := r.Winner("tcpkeepalive")
	d := lint.Diagnostic{
		Span:    lint.Span{File: p.Path},
		Message: "TCPKeepAlive is not set, so it is yes",
		Help:    fmt.Sprintf("set TCPKeepAlive %s; it is %s and %s that keep a deploy alive", want, v.Interval, v.Count),
	}
	if set {
		if items := r.ItemsOf(ref); len(items) == 1 && items[0] == want {
			return false
		}
		d.Span, d.Message = spanOf(p.Target, ref), lineText(p.Target, ref)
	} else if p.Fragment || want == "yes" {
		return false
	}
	d.Message += v.profiled("wants %s", want)
	d.Severity = lint.Warning
	b := v.builder()
	if fix := b.setTCP(line{ref, set}, want); fix != nil {
		d.Fixes = []lint.SuggestedFix{*fix}
	}
	d.Obstacle = b.obstacle
	p.ReportAs(d)
	return true
}

// setTCP gives TCPKeepAlive a value: in the line that wins and in those without
// effect that repeat it, or in a new line.
func (b *fixBuilder) setTCP(winner line, value string) *lint.SuggestedFix {
	v := b.v
	if winner.ok {
		b.replaceTCP(winner.Ref, value)
	} else {
		b.insertTCP(value)
	}
	if b.obstacle != nil || len(b.edits) == 0 {
		return nil
	}
	change := lint.Change{Keyword: "tcpkeepalive", Contexts: v.everyContext()}
	return &lint.SuggestedFix{
		Message: "set TCPKeepAlive to " + value, Applicability: lint.Safe,
		Edits: sortedEdits(b.edits), Changes: []lint.Change{change},
	}
}

// insertTCP writes a new line below its commented default, else below the
// keep-alive lines, else where those would go.
func (b *fixBuilder) insertTCP(value string) {
	v := b.v
	beside := v.pairOf(0).interval
	if count := v.pairOf(0).count; count.ok && count.Line > beside.Line {
		beside = count
	}
	if b.needs.tcp = value; !v.editable(beside) || v.Config.FileOf(beside.Ref) != v.Main() || !v.Config.Unconditional(beside.Block) {
		b.insertMissing()
		return
	}
	if b.atCommentedDefault(tcpKeepalive, value) {
		return
	}
	st := styleOf(v.Main(), int(beside.Line))
	b.addEdit(insertBelow(v.Main(), int(beside.Line), []string{st.setting(tcpKeepalive, value)}, st.eol))
}

// pairOf is the pair that holds in a context.
func (v *view) pairOf(context int32) *pair {
	return v.pairs[slices.IndexFunc(v.pairs, func(p *pair) bool { return p.contexts.has(context) })]
}

func (b *fixBuilder) replaceTCP(winner resolve.Ref, value string) {
	v := b.v
	v.Config.Settings("tcpkeepalive", func(ref resolve.Ref) {
		f := v.Config.FileOf(ref)
		switch {
		case ref != winner && !strings.EqualFold(argumentOf(f, ref), argumentOf(v.Config.FileOf(winner), winner)):
		case !canEditLine(v.Target, f, int(ref.Line)):
			b.blockedTCP(ref, value)
		default:
			b.addEdit(replaceValue(f, int(ref.Line), value))
		}
	})
}

// argumentOf is the first word behind the keyword of a line.
func argumentOf(f *resolve.File, ref resolve.Ref) string {
	args, _ := f.Args(f.Line(int(ref.Line)), nil)
	if len(args) == 0 {
		return ""
	}
	return strings.Trim(string(f.Src[args[0].Start:args[0].End]), `"'`)
}

func (b *fixBuilder) blockedTCP(ref resolve.Ref, value string) {
	b.block(spanOf(b.v.Target, ref), "'%s' counts, and fix may not change this line; set TCPKeepAlive %s there", lineText(b.v.Target, ref), value)
}

// refusesTCP reports whether OpenSSH refuses a TCPKeepAlive line: that is put
// right first.
func (v *view) refusesTCP() bool {
	return slices.ContainsFunc(v.Config.Problems, func(p resolve.Problem) bool {
		return p.Keyword != nil && p.Keyword.Is("tcpkeepalive")
	})
}
