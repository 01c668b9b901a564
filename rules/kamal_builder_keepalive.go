package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

var kamalBuilderKeepalive = &lint.Rule{
	Name:     "kamal-builder-keepalive",
	Category: categoryKamal,
	Severity: lint.Warning,
	Sides:    lint.DeploySide,
	Fix:      lint.Safe,
	Summary:  "ssh sends no keep-alive to the remote builder or a jump host.",
	Run: func(p *lint.Pass) {
		var silent []*kamal.Hop
		for _, h := range p.View().Hops {
			switch {
			case h.SSH.Refused != "":
				p.ReportAs(refusedHop(p, h))
			case h.SSH.Interval.Number() == 0:
				silent = append(silent, h)
			}
		}
		b := hopFix{Pass: p, obstacles: map[*kamal.Hop]*lint.Related{}, own: map[int32]bool{}}
		fixes := b.build(silent)
		for _, h := range silent {
			d := silentHop(p, h)
			if d.Obstacle = b.obstacles[h]; d.Obstacle == nil {
				d.Fixes = fixes
			}
			p.Report(d)
		}
	},
}

// refusedHop is about a host to which ssh does not get at all.
func refusedHop(p *lint.Pass, h *kamal.Hop) lint.Diagnostic {
	return lint.Diagnostic{
		Severity: lint.Error,
		Span:     spanOr(p, h.Span),
		Hosts:    []string{h.Name},
		Message:  fmt.Sprintf("ssh refuses its files and never gets to %s, the %s: %s", h.Name, h.Role, h.SSH.Refused),
		Help:     "correct that line; 'sshvet check' has more about it",
	}
}

func silentHop(p *lint.Pass, h *kamal.Hop) lint.Diagnostic {
	file := p.Main().Path
	if h.File != "" {
		file = p.View().ShownPath(h.File)
	}
	profile := p.Settings.Profile
	d := lint.Diagnostic{
		Span:  spanOr(p, h.Span),
		Hosts: []string{h.Name},
		Message: fmt.Sprintf("ssh sends no keep-alive to %s, the %s: ServerAliveInterval is 0 for it (%s), and what is silent for longer than a firewall or NAT remembers (Azure 240 s, AWS 350 s) is cut off",
			h.Name, h.Role, placeOfValue(h.SSH.Config, h.SSH.Interval)),
		Help: fmt.Sprintf("set ServerAliveInterval %d and ServerAliveCountMax %d for %s in %s", profile.Interval, profile.Count, h.Name, file),
	}
	if h.Role == "remote builder" {
		d.Help += "; docker reaches the builder with ssh, which reads that file, never ssh: config"
	}
	if len(h.For) > 0 {
		d.Help += "; all traffic to " + listed(h.For) + " goes through it"
	}
	return d
}

// hopFix gives hosts that ssh reaches a keep-alive in the user's client file and
// leaves all other hosts as they are.
type hopFix struct {
	*lint.Pass
	edits     []lint.TextEdit
	names     []string // hosts that need a new block
	count     bool     // which needs a count
	obstacles map[*kamal.Hop]*lint.Related
	own       map[int32]bool // see forThem; by block
}

func (b *hopFix) build(hops []*kamal.Hop) []lint.SuggestedFix {
	var names []string
	for _, h := range hops {
		names = append(names, h.Name)
	}
	var all []string
	for _, h := range hops {
		if b.obstacles[h] = b.inTheWay(h, names); b.obstacles[h] != nil {
			continue
		}
		b.hop(h, names)
		if !slices.Contains(all, h.Name) {
			all = append(all, h.Name)
		}
	}
	if len(all) == 0 {
		return nil
	}
	b.addBlock()
	profile := b.Settings.Profile
	return []lint.SuggestedFix{{
		Message:       fmt.Sprintf("set ServerAliveInterval to %d and ServerAliveCountMax to %d for %s", profile.Interval, profile.Count, joined(all)),
		Applicability: lint.Safe,
		Edits:         sortedEdits(b.edits),
		Changes:       []lint.Change{{Keyword: "serveraliveinterval", Contexts: all}, {Keyword: "serveralivecountmax", Contexts: all}},
	}}
}

// plainHost reports whether a name can stand in a Host line and means itself.
func plainHost(name string) bool {
	return name != "" && !strings.ContainsAny(name, "*?!,\"'\\# \t\r\n=") && name[0] != '-'
}

// inTheWay is why nothing can be done for a host; nil if something can.
func (b *hopFix) inTheWay(h *kamal.Hop, names []string) *lint.Related {
	main := b.Main()
	switch {
	case h.File != "":
		file := b.View().ShownPath(h.File)
		return &lint.Related{Span: lint.Span(h.Span), Message: fmt.Sprintf("ssh reads %s for it, as ssh: config says; set it there by hand, or run 'sshvet fix %s'", file, file)}
	case !plainHost(h.Name):
		return &lint.Related{Span: lint.Span(h.Span), Message: "the name cannot stand in a Host line"}
	case b.inOwnLines(h, names):
		return nil
	case !b.CanEdit(main):
		return &lint.Related{Span: lint.Span{File: main.Path}, Message: "fix may not change this file"}
	}
	for _, v := range []kamal.SSHValue{h.SSH.Interval, h.SSH.Count} {
		if v.Set && b.aboveAll(v.Ref) {
			return &lint.Related{
				Span:    spanOf(b.Target, v.Ref),
				Message: fmt.Sprintf("'%s' is read before every block of %s, so that no new block beats it; set it there", lineText(b.Target, v.Ref), main.Path),
			}
		}
	}
	return nil
}

// inOwnLines reports whether the lines to change stand in blocks for these hosts
// alone.
func (b *hopFix) inOwnLines(h *kamal.Hop, names []string) bool {
	interval, count := h.SSH.Interval, h.SSH.Count
	return interval.Set && b.ownLine(interval.Ref, names) && (!b.weak(count) || !count.Set || b.ownLine(count.Ref, names))
}

func (b *hopFix) weak(count kamal.SSHValue) bool { return count.Number() < b.Settings.Profile.MinCount }

// hop changes the lines of a block that is for these hosts only, or asks for a
// new block above those that win.
func (b *hopFix) hop(h *kamal.Hop, names []string) {
	weak := b.weak(h.SSH.Count)
	if b.inOwnLines(h, names) {
		b.inPlace(h.SSH.Interval.Ref, h.SSH.Count, weak)
		return
	}
	if !slices.Contains(b.names, h.Name) {
		b.names = append(b.names, h.Name)
	}
	b.count = b.count || weak
}

// ownLine reports whether a line stands in a Host block that is for these hosts
// and nobody else.
func (b *hopFix) ownLine(ref resolve.Ref, names []string) bool {
	f := b.Config.FileOf(ref)
	return b.CanEdit(f) && canEditLine(b.Target, f, int(ref.Line)) && b.forThem(ref.Block, names)
}

// forThem reports whether a block is a Host block for no others than these hosts.
func (b *hopFix) forThem(block int32, names []string) bool {
	known, ok := b.own[block]
	if !ok {
		blk := b.Config.Blocks[block]
		var args []syntax.Arg
		if blk.Kind == syntax.Host {
			f := blk.File
			args, ok = f.Args(f.Line(int(blk.Line)), nil)
		}
		known = ok && !slices.ContainsFunc(args, func(a syntax.Arg) bool { return !slices.Contains(names, a.Text) })
		b.own[block] = known
	}
	return known
}

func (b *hopFix) inPlace(interval resolve.Ref, count kamal.SSHValue, weak bool) {
	f, profile := b.Config.FileOf(interval), b.Settings.Profile
	b.add(replaceValue(f, int(interval.Line), strconv.Itoa(profile.Interval)))
	switch {
	case !weak:
	case count.Set:
		b.add(replaceValue(b.Config.FileOf(count.Ref), int(count.Ref.Line), strconv.Itoa(profile.Count)))
	default:
		st := styleOf(f, int(interval.Line))
		b.add(insertBelow(f, int(interval.Line), []string{st.setting("ServerAliveCountMax", strconv.Itoa(profile.Count))}, st.eol))
	}
}

func (b *hopFix) add(e lint.TextEdit) {
	if !slices.Contains(b.edits, e) {
		b.edits = append(b.edits, e)
	}
}

// aboveAll reports whether a line is read before every block of the user's file.
func (b *hopFix) aboveAll(ref resolve.Ref) bool {
	top := ref.Block
	for b.Config.Blocks[top].Parent >= 0 {
		top = b.Config.Blocks[top].Parent
	}
	blk := b.Config.Blocks[top]
	return blk.File == b.Main() && blk.Kind == syntax.Head
}

// addBlock adds the new block: at the end where nobody sets anything for these
// hosts, else above all other blocks.
func (b *hopFix) addBlock() {
	if len(b.names) == 0 {
		return
	}
	f, profile := b.Main(), b.Settings.Profile
	st := fileStyle(f)
	st.indent = blockIndent(f)
	lines := []string{"Host " + strings.Join(b.names, " "), st.setting("ServerAliveInterval", strconv.Itoa(profile.Interval))}
	if b.count {
		lines = append(lines, st.setting("ServerAliveCountMax", strconv.Itoa(profile.Count)))
	}
	end := f.Blocks()[0].End
	if b.setSomewhere() && end < f.Len() {
		at := end
		for at > 0 && f.Line(at-1).Kind == syntax.Comment {
			at--
		}
		b.add(insertAbove(f, at, append(lines, ""), st.eol))
		return
	}
	if n := f.Len(); n > 0 && !isBlankLine(f, n-1) {
		lines = append([]string{""}, lines...)
	}
	b.add(appendLines(f, lines, st.eol))
}

// setSomewhere reports whether any line sets one of the two keywords, so that
// the place of the new block matters.
func (b *hopFix) setSomewhere() bool {
	found := false
	for _, name := range []string{"serveraliveinterval", "serveralivecountmax"} {
		b.Config.Settings(name, func(resolve.Ref) { found = true })
	}
	return found
}
