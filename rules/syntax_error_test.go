package rules_test

import (
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// TestSyntaxErrorsLeftOut: of very many lines that cannot be read the first are
// listed, and the others are counted.
func TestSyntaxErrorsLeftOut(t *testing.T) {
	const limit = 100_000
	for _, c := range []struct {
		lines, findings int
		last            string
	}{
		{limit, limit, "a has no value"},
		{limit + 1, limit + 1, "this line and 0 more cannot be read"},
		{limit + 300, limit + 1, "this line and 299 more cannot be read"},
	} {
		entry := lint.Entry{
			Path: "config", Dialect: keyword.Dialect{Side: keyword.Server, Release: keyword.Newest},
			Sources: []resolve.Source{{Path: "config", Data: []byte(strings.Repeat("a\n", c.lines))}},
		}
		rule := rules.Find("syntax-error")
		res, errs := lint.Run([]lint.Entry{entry}, []*lint.Rule{rule}, lint.Settings{Profile: lint.Deploy})
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		found := res.Diagnostics
		if len(found) != c.findings || !strings.Contains(found[len(found)-1].Message, c.last) {
			t.Errorf("%d lines: %d findings, the last is %q; want %d, the last with %q", c.lines, len(found), found[len(found)-1].Message, c.findings, c.last)
		}
	}
}
