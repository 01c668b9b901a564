// Package report prints what a run found, in the formats that --format names.
package report

import (
	"bufio"
	"io"

	"github.com/sshvet/sshvet/lint"
)

// Options are what a format needs besides the result.
type Options struct {
	Color       bool                     // text, concise: use colours
	ToolVersion string                   // of sshvet
	Verbose     bool                     // text: name the hosts of each diagnostic
	RuleURL     func(rule string) string // the page of a rule; nil: there are none
}

// url is the page of a rule, "" if there is none.
func (o *Options) url(rule string) string {
	if o.RuleURL == nil {
		return ""
	}
	return o.RuleURL(rule)
}

// Format writes a whole result to w. The bytes depend on the result and the
// options only. The error is that of w.
type Format func(w io.Writer, r *lint.Result, o Options) error

// formats are the formats in the order in which help texts list them.
var formats = [...]struct {
	name  string
	write Format
}{
	{"text", Text},
	{"concise", Concise},
	{"json", JSON},
}

// Lookup returns the format with a name.
func Lookup(name string) (Format, bool) {
	for i := range formats {
		if formats[i].name == name {
			return formats[i].write, true
		}
	}
	return nil, false
}

// Names lists the names of the formats, the default one first.
func Names() []string {
	names := make([]string, len(formats))
	for i := range formats {
		names[i] = formats[i].name
	}
	return names
}

// bufferSize saves system calls: a finding in the text format has about 300 bytes.
const bufferSize = 32 << 10

func newWriter(w io.Writer) *bufio.Writer { return bufio.NewWriterSize(w, bufferSize) }

// position is the place of an offset in a file of r. A file without a source,
// because it does not exist, has one place: its beginning.
func position(r *lint.Result, file string, offset int) lint.Position {
	src := r.Sources[file]
	if src == nil {
		return lint.Position{Line: 1, Column: 1}
	}
	return src.Position(offset)
}
