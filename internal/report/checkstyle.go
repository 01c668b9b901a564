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
	places := newPlaces(r, escapedName)
	for _, g := range groups(r) {
		places.open(g.path)
		x.tag(1, "file")
		x.attr("name", places.name)
		if g.from == g.to {
			x.print("/>\n")
			continue
		}
		x.print(">\n")
		x.findings(g, func(x *xmlText, i int) {
			d := &r.Diagnostics[i]
			x.checkstyleError(d, places.at(d.Span.Start))
		})
		x.close(1, "file")
	}
	x.close(0, "checkstyle")
	return x.end()
}

func (x *xmlText) checkstyleError(d *lint.Diagnostic, start lint.Position) {
	x.tag(2, "error")
	x.number("line", start.Line)
	x.number("column", start.Column)
	x.attr("severity", checkstyleSeverities[d.Severity])
	x.attr("message", message(d, "\nhelp: "))
	x.attr("source", "sshvet.", term.Escape(d.Rule))
	x.print("/>\n")
}
