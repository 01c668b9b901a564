package report

import (
	"io"

	"github.com/sshvet/sshvet/lint"
)

// Concise writes one line for each diagnostic, the first of those that Text
// writes, and nothing else.
func Concise(w io.Writer, r *lint.Result, o Options) error {
	p := newPrinter(w, r, o)
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		p.headline(d, position(r, d.Span.File, d.Span.Start))
	}
	return p.w.Flush()
}
