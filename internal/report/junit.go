package report

import (
	"cmp"
	"fmt"
	"io"

	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// JUnit writes the XML of JUnit: a suite for each file that was checked, a test
// case for each diagnostic, which fails, or one that passes. Diagnostics
// below Options.FailOn are skipped tests, as they do not let the run fail. What
// could not be done is a suite of its own, of tests with errors.
func JUnit(w io.Writer, r *lint.Result, o Options) error {
	x := newXMLWriter(w)
	all := groups(r)
	var total junitCounts
	for _, g := range all {
		total.add(countJUnit(r, g, o.FailOn))
	}
	failed := junitCounts{tests: len(o.Failures), errors: len(o.Failures)}
	total.add(failed)
	x.tag(0, "testsuites")
	x.attr("name", "sshvet")
	x.junitCounts(total)
	if total.tests == 0 {
		x.print("/>\n")
		return x.w.Flush()
	}
	x.print(">\n")
	for _, g := range all {
		x.junitSuite(r, g, &o)
	}
	if len(o.Failures) > 0 {
		x.junitFailures(o.Failures, failed)
	}
	x.close(0, "testsuites")
	return x.w.Flush()
}

// junitFailures writes the suite of what could not be done.
func (x *xmlWriter) junitFailures(failures []Failure, c junitCounts) {
	x.tag(1, "testsuite")
	x.attr("name", "sshvet")
	x.junitCounts(c)
	x.print(">\n")
	for i, f := range failures {
		x.junitCase(fmt.Sprintf("could not be done (%d)", i+1), term.Escape(cmp.Or(f.File, "sshvet")))
		x.print(">\n")
		x.tag(3, "error")
		x.attr("message", term.Escape(f.Message))
		x.attr("type", "failure")
		x.print("/>\n")
		x.close(2, "testcase")
	}
	x.close(1, "testsuite")
}

// junitCounts are how many tests there are, how many of them fail, could not be
// done and are skipped.
type junitCounts struct{ tests, failures, errors, skipped int }

func (c *junitCounts) add(d junitCounts) {
	c.tests += d.tests
	c.failures += d.failures
	c.errors += d.errors
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
	x.number("errors", c.errors)
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
