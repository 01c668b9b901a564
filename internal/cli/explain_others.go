package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/term"
)

// otherReaders writes what the programs other than OpenSSH make of the files.
type otherReaders struct {
	b        *strings.Builder
	pal      term.Palette
	x        *explainRequest
	ours     readerAnswer
	keywords []string // to compare
	given    []string // not to compare: the command line gives them
	interval bool     // somebody will wonder what Kamal makes of ServerAliveInterval
}

// writeOthers shows what the other readers make of the files, as far as it is
// not what OpenSSH does.
func writeOthers(b *strings.Builder, pal term.Palette, out explanation, x *explainRequest) {
	o := &otherReaders{b: b, pal: pal, x: x, ours: out.Readers[0], interval: slices.Contains(x.Keywords, "serveraliveinterval")}
	o.choose()
	var agree []string
	b.WriteString("\n")
	for _, a := range out.Readers[1:] {
		if o.write(a) {
			agree = append(agree, reader.Called(a.Name))
		}
	}
	switch len(agree) {
	case 0:
	case 1:
		fmt.Fprintf(b, "%s reads the same\n", agree[0])
	default:
		fmt.Fprintf(b, "%s read the same\n", strings.Join(agree, " and "))
	}
	if len(o.given) > 0 {
		fmt.Fprintf(b, "Not compared, because only ssh sees the command line: %s\n", strings.Join(o.given, ", "))
	}
	if o.interval {
		b.WriteString("Under Kamal the interval of net-ssh is 30 s, whatever the file says: see 'sshvet kamal'\n")
	}
}

// choose finds out what to compare: what was asked for, or what matters for
// reaching the host and keeping the connection.
func (o *otherReaders) choose() {
	keywords := o.x.Keywords
	if keywords == nil {
		keywords = reader.Reach
	}
	for _, k := range keywords {
		option := slices.ContainsFunc(o.ours.Settings, func(s reader.Setting) bool {
			return s.Keyword == k && s.Source != nil && s.Source.File == reader.CommandLine
		})
		name := reader.Spelled(o.x.Dialect.Side, k)
		switch {
		case option && !slices.Contains(o.given, name):
			o.given = append(o.given, name)
		case !option && !slices.Contains(o.keywords, k):
			o.keywords = append(o.keywords, k)
		}
	}
}

// write shows one program; same is true where it uses what OpenSSH uses, so
// that there is nothing to show.
func (o *otherReaders) write(a readerAnswer) (same bool) {
	name := reader.Called(a.Name)
	if a.Error != "" {
		fmt.Fprintf(o.b, "%s %s\n", name, o.pal.Error("cannot read this configuration:"))
		text := a.Error
		if a.Source != nil {
			text = fmt.Sprintf("%s:%d: %s", a.Source.File, a.Source.Line, text)
		}
		writeLines(o.b, text)
		return false
	}
	differs := reader.Differences(o.x.Query.Host, o.keywords, o.ours.Settings, a.Settings)
	switch {
	case o.ours.Error != "":
		fmt.Fprintf(o.b, "%s does not refuse it\n", name)
	case len(differs) == 0:
		return true
	default:
		fmt.Fprintf(o.b, "%s %s\n", name, o.pal.Warning("reads it differently:"))
	}
	for _, d := range differs {
		o.interval = o.interval || a.Name == "net-ssh" && d.Keyword == "serveraliveinterval"
		o.difference(d)
	}
	return false
}

// difference shows what a program uses in place of what OpenSSH does, and why
// if it has looked at OpenSSH's line.
func (o *otherReaders) difference(d reader.Difference) {
	name := o.pal.Bold(reader.Spelled(o.x.Dialect.Side, d.Keyword))
	if o.ours.Error != "" {
		for _, s := range d.Theirs {
			fmt.Fprintf(o.b, "  %s %s\n", name, o.valueOf(s))
		}
		return
	}
	fmt.Fprintf(o.b, "  %s %s, and OpenSSH %s\n", name, o.valuesOf(d.Theirs), o.valuesOf(d.Ours))
	for _, s := range d.Theirs {
		if s.Problem != "" {
			fmt.Fprintf(o.b, "      %s\n", term.Escape(s.Problem))
		}
		for _, l := range s.Shadowed {
			if usesLine(d.Ours, l) {
				fmt.Fprintf(o.b, "      %s:%d loses there: %s\n", term.Escape(l.File), l.Line, term.Escape(l.Reason))
			}
		}
	}
}

// usesLine reports whether one of the settings comes from a line.
func usesLine(list []reader.Setting, l reader.Shadowed) bool {
	return slices.ContainsFunc(list, func(s reader.Setting) bool {
		return s.Source != nil && *s.Source == reader.Source{File: l.File, Line: l.Line}
	})
}

func (o *otherReaders) valuesOf(list []reader.Setting) string {
	var out []string
	for _, s := range list {
		out = append(out, o.valueOf(s))
	}
	if out == nil {
		return "(not set)"
	}
	return strings.Join(out, ", ")
}

func (o *otherReaders) valueOf(s reader.Setting) string {
	value := term.Escape(s.Value)
	switch {
	case s.Problem != "":
		value = "(no value)"
	case value == "":
		value = "(not set)"
	}
	return value + " " + o.pal.Path("["+term.Escape(placeOf(s))+"]")
}
