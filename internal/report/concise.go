package report

import (
	"io"

	"github.com/sshvet/sshvet/lint"
)

// Concise writes one line for each diagnostic, the first of those that Text
// writes, and nothing else.
func Concise(w io.Writer, r *lint.Result, o Options) error {
	b := newWriter(w)
	inOrder(b, len(r.Diagnostics), func() piece {
		p := newPrinter(r, o)
		return func(out []byte, i int) []byte {
			p.out = out
			p.headline(&r.Diagnostics[i])
			return p.out
		}
	})
	return b.Flush()
}
