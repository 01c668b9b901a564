// Package term is what output for people needs: whether a stream is a terminal,
// whether to use colour, the colours, and making control characters visible.
// It looks at no stream and no environment but those it is given.
package term

import (
	"os"
	"strings"

	"github.com/fatih/color"
	xterm "golang.org/x/term"
)

// IsTerminal reports whether w is a file that is a terminal.
func IsTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && f != nil && xterm.IsTerminal(int(f.Fd()))
}

// UseColor decides whether a stream gets colours. A mode of always or never
// decides alone; for any other one (auto) the first of these that applies does:
// NO_COLOR is set and not empty: no; FORCE_COLOR is set and neither empty nor
// 0: yes; TERM is dumb: no; else whether the stream is a terminal.
func UseColor(mode string, isTerminal bool, getenv func(string) string) bool {
	switch mode {
	case "always":
		return true
	case "never":
		return false
	}
	if getenv("NO_COLOR") != "" {
		return false
	}
	if force := getenv("FORCE_COLOR"); force != "" && force != "0" {
		return true
	}
	return isTerminal && getenv("TERM") != "dumb"
}

// Palette colours texts by their role. Each function returns its text as it is
// if the palette has no colours.
type Palette struct {
	Path, Error, Warning, Note, Rule, Caret, Help func(string) string
	DiffAdd, DiffDel, DiffHunk                    func(string) string
	Bold                                          func(string) string
}

// NewPalette returns the palette with colours or, if on is false, without. It
// depends on nothing but on: see UseColor for the decision.
func NewPalette(on bool) Palette {
	paint := painter
	if !on {
		paint = func(...color.Attribute) func(string) string { return plain }
	}
	return Palette{
		Path:     paint(color.Bold),
		Error:    paint(color.FgRed, color.Bold),
		Warning:  paint(color.FgYellow, color.Bold),
		Note:     paint(color.FgCyan, color.Bold),
		Rule:     paint(color.FgMagenta),
		Caret:    paint(color.FgGreen, color.Bold),
		Help:     paint(color.FgGreen),
		DiffAdd:  paint(color.FgGreen),
		DiffDel:  paint(color.FgRed),
		DiffHunk: paint(color.FgCyan),
		Bold:     paint(color.Bold),
	}
}

func plain(s string) string { return s }

// painter returns a function that puts a text between the sequences that start
// and end the attributes. EnableColor is called on the one value because with
// NO_COLOR set or stdout redirected the package's own switch stays off. The
// sequences are formatted here, once, and not for each text.
func painter(attributes ...color.Attribute) func(string) string {
	c := color.New(attributes...)
	c.EnableColor()
	const text = "x"
	start, end, _ := strings.Cut(c.Sprint(text), text)
	return func(s string) string {
		if s == "" {
			return ""
		}
		return start + s + end
	}
}
