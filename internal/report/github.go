package report

import (
	"io"
	"strconv"

	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// githubLevels are GitHub's names of the severities.
var githubLevels = [...]string{lint.Note: "notice", lint.Warning: "warning", lint.Error: "error"}

// GitHub writes a workflow command for each diagnostic and each failure, which GitHub Actions
// turns into an annotation. Every line starts with our command, so that nothing
// in it can be taken for another.
func GitHub(w io.Writer, r *lint.Result, o Options) error {
	b := newWriter(w)
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		start, end := ends(r, d.Span)
		path, _ := o.checkoutPath(d.Span.File)
		last := lastLine(start, end)
		b.WriteString("::" + githubLevels[d.Severity] + " file=" + githubProperty(term.Escape(path)))
		b.WriteString(",line=" + strconv.Itoa(start.Line) + ",endLine=" + strconv.Itoa(last))
		if end.Line == start.Line { // GitHub refuses columns of a range over lines
			b.WriteString(",col=" + strconv.Itoa(start.Column) + ",endColumn=" + strconv.Itoa(end.Column))
		}
		b.WriteString(",title=" + githubProperty(term.Escape(d.Rule)) + "::" + githubData(message(d, "\nhelp: ")) + "\n")
	}
	for _, f := range o.Failures {
		b.WriteString("::error ")
		if f.File != "" {
			path, _ := o.checkoutPath(f.File)
			b.WriteString("file=" + githubProperty(term.Escape(path)) + ",line=" + strconv.Itoa(max(1, f.Line)) + ",")
		}
		b.WriteString("title=sshvet::" + githubData(term.Escape(f.Message)) + "\n")
	}
	return b.Flush()
}

// githubData escapes a message. Its only lines are those of message.
func githubData(s string) string {
	return replaceBytes(s, func(c byte) string {
		switch c {
		case '%':
			return "%25"
		case '\r':
			return "%0D"
		case '\n':
			return "%0A"
		}
		return ""
	})
}

// githubProperty escapes the value of a property.
func githubProperty(s string) string {
	return replaceBytes(githubData(s), func(c byte) string {
		switch c {
		case ':':
			return "%3A"
		case ',':
			return "%2C"
		}
		return ""
	})
}
