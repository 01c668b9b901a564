package report

import (
	"io"

	"github.com/sshvet/sshvet/lint"
)

// JSONL writes one line for each diagnostic, the object that JSON has for it,
// and nothing else.
func JSONL(w io.Writer, r *lint.Result, o Options) error {
	b := newWriter(w)
	inOrder(b, len(r.Diagnostics), func() piece {
		d := newDiagnosticWriter(r, &o)
		return func(out []byte, i int) []byte {
			j := jsonText{out: out, oneLine: true}
			d.write(&j, &r.Diagnostics[i])
			return append(j.out, '\n')
		}
	})
	return b.Flush()
}
