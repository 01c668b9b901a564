package report

import (
	"bufio"
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
	p := newPrinter(w, r, o)
	inOrder(p.w, len(r.Diagnostics), func(w *bufio.Writer, i int) {
		part := *p
		part.w = w
		part.diagnostic(&r.Diagnostics[i])
	})
	if len(r.Diagnostics) > 0 {
		p.print("\n")
	}
	p.print(Summary(r.Counts()), "\n")
	return p.w.Flush()
}

// printer writes diagnostics for people. Whatever may come from a file is
// escaped. Errors stay in w until its Flush.
type printer struct {
	w       *bufio.Writer
	result  *lint.Result
	palette term.Palette
	verbose bool
}

func newPrinter(w io.Writer, r *lint.Result, o Options) *printer {
	return &printer{newWriter(w), r, term.NewPalette(o.Color), o.Verbose}
}

func (p *printer) print(texts ...string) {
	for _, text := range texts {
		p.w.WriteString(text)
	}
}

// diagnostic writes all lines of d.
func (p *printer) diagnostic(d *lint.Diagnostic) {
	pos := position(p.result, d.Span.File, d.Span.Start)
	p.headline(d, pos)
	if src := p.result.Sources[d.Span.File]; src != nil {
		text, marks := excerpt(src, pos, d.Span.End-d.Span.Start)
		p.excerpt(pos.Line, text, marks)
	}
	p.help(d.Help)
	for i := range d.Related {
		rel := &d.Related[i]
		p.print("  ")
		p.place(rel.File, position(p.result, rel.File, rel.Start))
		p.print(p.palette.Note("note:"), " ", term.Escape(rel.Message), "\n")
	}
	if p.verbose {
		p.hosts(d.Hosts)
	}
}

// headline writes PATH:LINE:COL: SEVERITY: MESSAGE [RULE].
func (p *printer) headline(d *lint.Diagnostic, pos lint.Position) {
	p.place(d.Span.File, pos)
	p.print(p.severity(d.Severity), " ", term.Escape(d.Message),
		" [", p.palette.Rule(term.Escape(d.Rule)), "]\n")
}

// place writes "PATH:LINE:COL: ".
func (p *printer) place(file string, pos lint.Position) {
	p.print(p.palette.Path(term.EscapePath(file)),
		":", strconv.Itoa(pos.Line), ":", strconv.Itoa(pos.Column), ": ")
}

func (p *printer) severity(s lint.Severity) string {
	paint := p.palette.Note
	switch s {
	case lint.Error:
		paint = p.palette.Error
	case lint.Warning:
		paint = p.palette.Warning
	}
	return paint(s.String() + ":")
}

// excerpt writes the source line and the marks below, both behind a gutter.
func (p *printer) excerpt(line int, text, marks string) {
	number := strconv.Itoa(line)
	p.print("  ", number, " |")
	if text != "" {
		p.print(" ", text)
	}
	p.print("\n  ", strings.Repeat(" ", len(number)), " | ")
	caret := strings.TrimLeft(marks, " ")
	p.print(marks[:len(marks)-len(caret)], p.palette.Caret(caret), "\n")
}

// help writes a help text. Further lines of it stand below the first.
func (p *printer) help(text string) {
	if text == "" {
		return
	}
	label := "  " + p.palette.Help("help:") + " "
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
		p.print(" and ", strconv.Itoa(more), " more")
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
