package report

import (
	"io"

	"github.com/sshvet/sshvet/lint"
)

// JSONL writes one line for each diagnostic, the object that JSON has for it,
// and nothing else.
func JSONL(w io.Writer, r *lint.Result, o Options) error {
	j := newJSONWriter(w)
	for i := range r.Diagnostics {
		j.line(diagnosticJSON(r, &r.Diagnostics[i], &o))
	}
	return j.flush()
}
