package report

import (
	"cmp"
	"io"
	"strconv"

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
		return x.end()
	}
	x.print(">\n")
	places := newPlaces(r, escapedName)
	for _, g := range all {
		places.open(g.path)
		x.junitSuite(r, g, &places, &o)
	}
	if len(o.Failures) > 0 {
		x.junitFailures(o.Failures, failed)
	}
	x.close(0, "testsuites")
	return x.end()
}

// junitFailures writes the suite of what could not be done.
func (x *xmlWriter) junitFailures(failures []Failure, c junitCounts) {
	x.tag(1, "testsuite")
	x.attr("name", "sshvet")
	x.junitCounts(c)
	x.print(">\n")
	for i, f := range failures {
		x.tag(2, "testcase")
		x.attr("name", "could not be done (", strconv.Itoa(i+1), ")")
		x.junitPlace(term.Escape(cmp.Or(f.File, "sshvet")))
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

func (x *xmlText) junitCounts(c junitCounts) {
	x.number("tests", c.tests)
	x.number("failures", c.failures)
	x.number("errors", c.errors)
	x.number("skipped", c.skipped)
	x.attr("time", "0")
}

// junitSuite writes the suite of a file, which is opened.
func (x *xmlWriter) junitSuite(r *lint.Result, g group, places *places, o *Options) {
	x.tag(1, "testsuite")
	x.attr("name", places.name)
	x.junitCounts(countJUnit(r, g, o.FailOn))
	x.print(">\n")
	if g.from == g.to {
		x.tag(2, "testcase")
		x.attr("name", "sshvet check")
		x.junitPlace(places.name)
		x.print("/>\n")
	}
	x.findings(g, func(x *xmlText, i int) {
		x.junitFinding(&r.Diagnostics[i], places, o.FailOn)
	})
	x.close(1, "testsuite")
}

// junitPlace ends the attributes that each test case has.
func (x *xmlText) junitPlace(path string) {
	x.attr("classname", path)
	x.attr("file", path)
	x.attr("time", "0")
}

func (x *xmlText) junitFinding(d *lint.Diagnostic, places *places, failOn lint.Severity) {
	start := places.at(d.Span.Start)
	line, column := strconv.Itoa(start.Line), strconv.Itoa(start.Column)
	rule := term.Escape(d.Rule)
	x.tag(2, "testcase")
	x.attr("name", rule, " (", line, ":", column, ")")
	x.junitPlace(places.name)
	x.attr("line", line)
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
	for _, text := range [...]string{places.name, ":", line, ":", column, ": ", d.Severity.String(), ": ", message(d, "\nhelp: "), " [", rule, "]"} {
		x.text(text)
	}
	x.print("</", outcome, ">\n")
	x.close(2, "testcase")
}
