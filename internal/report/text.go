package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// mostHosts is how many hosts of a diagnostic are named.
const mostHosts = 20

// Text writes the format for people: for each diagnostic the line that editors
// and grep understand, the excerpt, help and related places; then a summary.
func Text(w io.Writer, r *lint.Result, o Options) error {
	b := newWriter(w)
	inOrder(b, len(r.Diagnostics), func() piece {
		p := newPrinter(r, o)
		return func(out []byte, i int) []byte {
			p.out = out
			p.diagnostic(&r.Diagnostics[i])
			return p.out
		}
	})
	if len(r.Diagnostics) > 0 {
		b.WriteByte('\n')
	}
	b.WriteString(Summary(r.Counts()))
	b.WriteByte('\n')
	return b.Flush()
}

// printer writes diagnostics for people. Whatever may come from a file is
// escaped. It is for one goroutine.
type printer struct {
	out        []byte
	places     places
	palette    term.Palette
	severities [lint.Error + 1]string
	helpLabel  string
	verbose    bool
}

func newPrinter(r *lint.Result, o Options) *printer {
	p := &printer{palette: term.NewPalette(o.Color), verbose: o.Verbose}
	p.places = newPlaces(r, func(file string) (string, bool) { return p.palette.Path(term.EscapePath(file)), true })
	for s, paint := range [...]func(string) string{lint.Note: p.palette.Note, lint.Warning: p.palette.Warning, lint.Error: p.palette.Error} {
		p.severities[s] = paint(lint.Severity(s).String() + ":")
	}
	p.helpLabel = "  " + p.palette.Help("help:") + " "
	return p
}

func (p *printer) print(texts ...string) {
	for _, text := range texts {
		p.out = append(p.out, text...)
	}
}

func (p *printer) number(n int) { p.out = strconv.AppendInt(p.out, int64(n), 10) }

// diagnostic writes all lines of d.
func (p *printer) diagnostic(d *lint.Diagnostic) {
	pos := p.headline(d)
	if p.places.src != nil {
		p.excerpt(p.places.src, pos, d.Span.End-d.Span.Start)
	}
	p.help(d.Help)
	for i := range d.Related {
		rel := &d.Related[i]
		p.print("  ")
		p.place(rel.Span)
		p.print(p.severities[lint.Note], " ", term.Escape(rel.Message), "\n")
	}
	if p.verbose {
		p.hosts(d.Hosts)
	}
}

// headline writes PATH:LINE:COL: SEVERITY: MESSAGE [RULE], and returns the place.
func (p *printer) headline(d *lint.Diagnostic) lint.Position {
	pos := p.place(d.Span)
	p.print(p.severities[d.Severity], " ", term.Escape(d.Message),
		" [", p.palette.Rule(term.Escape(d.Rule)), "]\n")
	return pos
}

// place writes "PATH:LINE:COL: ". Its file is opened.
func (p *printer) place(s lint.Span) lint.Position {
	p.places.open(s.File)
	pos := p.places.at(s.Start)
	p.print(p.places.name, ":")
	p.number(pos.Line)
	p.print(":")
	p.number(pos.Column)
	p.print(": ")
	return pos
}

// excerpt writes the source line of a position and the marks below, both behind a
// gutter: ^ at the position, and ~ below the rest of a span of so many bytes, as
// far as it is in the line.
func (p *printer) excerpt(src lint.Source, pos lint.Position, length int) {
	p.print("  ")
	gutter := len(p.out)
	p.number(pos.Line)
	gutter = len(p.out) - gutter
	p.print(" | ")
	shown := len(p.out)
	line, from, to := appendExcerpt(p.out, src, pos, length)
	if len(line) == shown {
		line = line[:shown-1] // no blank at the end of an empty line
	}
	p.out = append(line, "\n  "...)
	p.out = appendTimes(p.out, ' ', gutter)
	p.print(" | ")
	p.out = appendTimes(p.out, ' ', from)
	p.print(p.palette.Caret(caret(to-from)), "\n")
}

// caret are the marks below a span of some columns, at least one.
func caret(columns int) string {
	const marks = "^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"
	if columns <= len(marks) {
		return marks[:max(1, columns)]
	}
	return "^" + strings.Repeat("~", columns-1)
}

// appendTimes appends a byte n times.
func appendTimes(out []byte, c byte, n int) []byte {
	for range n {
		out = append(out, c)
	}
	return out
}

// help writes a help text. Further lines of it stand below the first.
func (p *printer) help(text string) {
	if text == "" {
		return
	}
	label := p.helpLabel
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		p.print(label, escapeLine(line), "\n")
		label = "        "
	}
}

// hosts writes the hosts that a diagnostic touches.
func (p *printer) hosts(hosts []string) {
	if len(hosts) == 0 {
		return
	}
	p.print("  hosts: ")
	for i, host := range hosts[:min(len(hosts), mostHosts)] {
		if i > 0 {
			p.print(", ")
		}
		p.print(term.Escape(host))
	}
	if more := len(hosts) - mostHosts; more > 0 {
		p.print(" and ")
		p.number(more)
		p.print(" more")
	}
	p.print("\n")
}

// Summary is the last line of the text format, without its line end. Scripts
// read it, so that it has the same words whatever the numbers are.
func Summary(c lint.Counts) string {
	problems := c.Errors + c.Warnings + c.Notes
	if problems == 0 {
		return fmt.Sprintf("No problems in %d files.", c.Files)
	}
	line := fmt.Sprintf("Found %d problems (%d errors, %d warnings, %d notes) in %d files; %d fixable with 'sshvet fix'.",
		problems, c.Errors, c.Warnings, c.Notes, c.Files, c.Fixable)
	if c.Unsafe > 0 {
		line += fmt.Sprintf(" %d more with --unsafe-fixes.", c.Unsafe)
	}
	return line
}
