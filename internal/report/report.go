// Package report prints what a run found, in the formats that --format names.
package report

import (
	"bufio"
	"io"

	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// Options are what a format needs besides the result. The zero value will do. RuleURL,
// RulePage and Real may be called by several goroutines at once.
type Options struct {
	Color       bool                     // text, concise: use colours
	ToolVersion func() string            // of sshvet
	Verbose     bool                     // text: name the hosts of each diagnostic
	RuleURL     func(rule string) string // the page of a rule on the web; nil: there are none
	RulePage    func(rule string) string // the page itself, Markdown; nil: there are none
	Rules       []*lint.Rule             // sarif: the rules of this run
	FailOn      lint.Severity            // junit: findings below it are no failures
	Incomplete  bool                     // sarif: something could not be read
	Failures    []Failure                // github, junit, sarif: what could not be done
	Dir         string                   // sarif, github, gitlab: the current folder, absolute; "": unknown
	Checkout    string                   // the root of the checkout, absolute; "": Dir
	// Real is a folder with links followed, so that a checkout is known by any of
	// its names. nil: names are taken as they are.
	Real func(folder string) string
	// Outside reports whether a file lies outside the checked tree: no format but
	// text quotes it. nil: none does.
	Outside func(file string) bool
}

// Failure is something that could not be done: a file that cannot be read, a
// mistake in a configuration of sshvet.
type Failure struct {
	Message string
	File    string // where that is; "": nowhere in particular
	Line    int    // from 1; 0: nowhere in particular
}

// url is the address of a rule's page, "" if there is none.
func (o *Options) url(rule string) string {
	if o.RuleURL == nil {
		return ""
	}
	return o.RuleURL(rule)
}

// page is the page of a rule, "" if there is none.
func (o *Options) page(rule string) string {
	if o.RulePage == nil {
		return ""
	}
	return o.RulePage(rule)
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
	{"jsonl", JSONL},
	{"sarif", SARIF},
	{"github", GitHub},
	{"gitlab", GitLab},
	{"checkstyle", Checkstyle},
	{"junit", JUnit},
}

// Lookup returns the format with a name. All but text, the one for whoever sits
// at the machine, keep to themselves what files outside the checked tree hold.
func Lookup(name string) (Format, bool) {
	for i := range formats {
		if formats[i].name != name {
			continue
		}
		write := formats[i].write
		if i == 0 {
			return write, true
		}
		return func(w io.Writer, r *lint.Result, o Options) error { return write(w, withhold(r, &o), o) }, true
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

func (o *Options) toolVersion() string {
	if o.ToolVersion == nil {
		return ""
	}
	return o.ToolVersion()
}

// bufferSize saves system calls: a finding in the text format has about 300 bytes.
// Most runs find nothing, and for them the memory of a larger one is felt.
const bufferSize = 8 << 10

func newWriter(w io.Writer) *bufio.Writer { return bufio.NewWriterSize(w, bufferSize) }

// message is what happens and what to do, with what joins the two. Both are
// escaped for people.
func message(d *lint.Diagnostic, join string) string {
	if d.Help == "" {
		return term.Escape(d.Message)
	}
	return term.Escape(d.Message) + join + escapeLines(d.Help)
}
