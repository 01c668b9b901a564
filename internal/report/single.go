package report

import (
	"io"

	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// Excerpt writes the line of a place with the marks below, as Text does: start
// and length are in bytes. The error is that of w.
func Excerpt(w io.Writer, src lint.Source, start, length int, color bool) error {
	p := printer{palette: term.NewPalette(color)}
	p.excerpt(src, src.Position(start), length)
	_, err := w.Write(p.out)
	return err
}
