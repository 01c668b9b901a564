package report

import (
	"io"

	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// checkstyleSeverities are Checkstyle's names of the severities.
var checkstyleSeverities = [...]string{lint.Note: "info", lint.Warning: "warning", lint.Error: "error"}

// Checkstyle writes the XML of Checkstyle 4.3, which many programs read: an
// element for each file that was checked, with an error element for each
// diagnostic.
func Checkstyle(w io.Writer, r *lint.Result, o Options) error {
	x := newXMLWriter(w)
	x.print(`<checkstyle version="4.3">` + "\n")
	for _, g := range groups(r) {
		x.tag(1, "file")
		x.attr("name", term.Escape(g.path))
		if g.from == g.to {
			x.print("/>\n")
			continue
		}
		x.print(">\n")
		for i := g.from; i < g.to; i++ {
			x.checkstyleError(r, &r.Diagnostics[i])
		}
		x.close(1, "file")
	}
	x.close(0, "checkstyle")
	return x.w.Flush()
}

func (x *xmlWriter) checkstyleError(r *lint.Result, d *lint.Diagnostic) {
	start := position(r, d.Span.File, d.Span.Start)
	x.tag(2, "error")
	x.number("line", start.Line)
	x.number("column", start.Column)
	x.attr("severity", checkstyleSeverities[d.Severity])
	x.attr("message", message(d, "\nhelp: "))
	x.attr("source", "sshvet."+term.Escape(d.Rule))
	x.print("/>\n")
}
