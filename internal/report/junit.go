package report

import (
	"fmt"
	"io"

	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// JUnit writes the XML of JUnit: a suite for each file that was checked, a test
// case for each diagnostic, which fails, or one that passes. Diagnostics
// below Options.FailOn are skipped tests, as they do not let the run fail.
func JUnit(w io.Writer, r *lint.Result, o Options) error {
	x := newXMLWriter(w)
	all := groups(r)
	var total junitCounts
	for _, g := range all {
		total.add(countJUnit(r, g, o.FailOn))
	}
	x.tag(0, "testsuites")
	x.attr("name", "sshvet")
	x.junitCounts(total)
	if len(all) == 0 {
		x.print("/>\n")
		return x.w.Flush()
	}
	x.print(">\n")
	for _, g := range all {
		x.junitSuite(r, g, &o)
	}
	x.close(0, "testsuites")
	return x.w.Flush()
}

// junitCounts are how many tests there are, how many of them fail and are skipped.
type junitCounts struct{ tests, failures, skipped int }

func (c *junitCounts) add(d junitCounts) {
	c.tests += d.tests
	c.failures += d.failures
	c.skipped += d.skipped
}

func countJUnit(r *lint.Result, g group, failOn lint.Severity) junitCounts {
	c := junitCounts{tests: max(1, g.to-g.from)}
	for i := g.from; i < g.to; i++ {
		if r.Diagnostics[i].Severity >= failOn {
			c.failures++
		} else {
			c.skipped++
		}
	}
	return c
}

func (x *xmlWriter) junitCounts(c junitCounts) {
	x.number("tests", c.tests)
	x.number("failures", c.failures)
	x.number("errors", 0)
	x.number("skipped", c.skipped)
	x.attr("time", "0")
}

func (x *xmlWriter) junitSuite(r *lint.Result, g group, o *Options) {
	path := term.Escape(g.path)
	x.tag(1, "testsuite")
	x.attr("name", path)
	x.junitCounts(countJUnit(r, g, o.FailOn))
	x.print(">\n")
	if g.from == g.to {
		x.junitCase("sshvet check", path)
		x.print("/>\n")
	}
	for i := g.from; i < g.to; i++ {
		x.junitFinding(r, &r.Diagnostics[i], path, o.FailOn)
	}
	x.close(1, "testsuite")
}

// junitCase starts a test case.
func (x *xmlWriter) junitCase(name, path string) {
	x.tag(2, "testcase")
	x.attr("name", name)
	x.attr("classname", path)
	x.attr("file", path)
	x.attr("time", "0")
}

func (x *xmlWriter) junitFinding(r *lint.Result, d *lint.Diagnostic, path string, failOn lint.Severity) {
	start := position(r, d.Span.File, d.Span.Start)
	rule := term.Escape(d.Rule)
	x.junitCase(fmt.Sprintf("%s (%d:%d)", rule, start.Line, start.Column), path)
	x.number("line", start.Line)
	x.print(">\n")
	outcome := "failure"
	if d.Severity < failOn {
		outcome = "skipped"
	}
	x.tag(3, outcome)
	x.attr("message", term.Escape(d.Message))
	if outcome == "failure" {
		x.attr("type", d.Severity.String())
	}
	x.print(">")
	x.text(fmt.Sprintf("%s:%d:%d: %s: %s [%s]", path, start.Line, start.Column, d.Severity, message(d, "\nhelp: "), rule))
	x.print("</" + outcome + ">\n")
	x.close(2, "testcase")
}
