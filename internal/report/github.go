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
	inOrder(b, len(r.Diagnostics), func() piece {
		places := newPlaces(r, func(file string) (string, bool) {
			path, inside := o.checkoutPath(file)
			return githubProperty(term.Escape(path)), inside
		})
		return func(out []byte, i int) []byte { return appendGitHub(out, &r.Diagnostics[i], &places) }
	})
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

// appendGitHub appends the command for a finding.
func appendGitHub(out []byte, d *lint.Diagnostic, places *places) []byte {
	start, end := places.ends(d.Span)
	out = appendAll(out, "::", githubLevels[d.Severity], " file=", places.name)
	out = strconv.AppendInt(append(out, ",line="...), int64(start.Line), 10)
	out = strconv.AppendInt(append(out, ",endLine="...), int64(lastLine(start, end)), 10)
	if end.Line == start.Line { // GitHub refuses columns of a range over lines
		out = strconv.AppendInt(append(out, ",col="...), int64(start.Column), 10)
		out = strconv.AppendInt(append(out, ",endColumn="...), int64(end.Column), 10)
	}
	out = appendAll(out, ",title=", githubProperty(term.Escape(d.Rule)), "::")
	return append(replaceBytes(out, message(d, "\nhelp: "), &githubBytes), '\n')
}

// githubBytes are the escapes of a message. Its only lines are those of message.
var githubBytes = [256]string{'%': "%25", '\r': "%0D", '\n': "%0A"}

// githubPropertyBytes are the escapes of the value of a property.
var githubPropertyBytes = [256]string{'%': "%25", '\r': "%0D", '\n': "%0A", ':': "%3A", ',': "%2C"}

func githubData(s string) string { return string(replaceBytes(nil, s, &githubBytes)) }

func githubProperty(s string) string { return string(replaceBytes(nil, s, &githubPropertyBytes)) }
