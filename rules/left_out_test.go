package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// TestLeftOut: in files in which not all hosts are looked at, nothing is said that
// is certain only with all of them, and nothing is fixed.
func TestLeftOut(t *testing.T) {
	const n = 5200
	many := func(format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(format, "%d", fmt.Sprint(i)))
		}
		return b.String()
	}
	tried := many("Match !host x%d !user root\n  Port 1%d\n")
	for _, c := range []struct {
		name, text string
		rules      []string // that report something
		message    string   // a part of one
	}{
		{"those left out have it", tried + many("Host h%d\n  ServerAliveInterval 60\n  ServerAliveCountMax 240\n"), nil, ""},
		{"some of those left out have it", tried + "Match host h5000,h5001\n  ServerAliveInterval 60\n" + many("Host h%d\n  Compression yes\n"), nil, ""},
		{"nobody has it", tried + many("Host h%d\n  Compression yes\n"), []string{"missing-keepalive"}, "is not set for any host"},
		{"it is off at the end", tried + many("Host h%d\n  Compression yes\n") + "Host *\n  ServerAliveInterval 0\n", []string{"disabled-keepalive"}, "switches keep-alive off for x0, x1"},
	} {
		entry := lint.Entry{
			Path: "config", Dialect: keyword.Dialect{Side: keyword.Client, Release: keyword.Newest},
			Sources: []resolve.Source{{Path: "config", Data: []byte(c.text)}},
		}
		keepalive := slices.DeleteFunc(slices.Clone(rules.All()), func(r *lint.Rule) bool { return r.Off || r.Category != "keepalive" })
		res, errs := lint.Run([]lint.Entry{entry}, keepalive, lint.Settings{Profile: lint.Deploy})
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		noted, said := false, c.message == ""
		var found []string
		for _, d := range res.Diagnostics {
			if d.Rule == "missing-keepalive" && d.Severity == lint.Note {
				noted = strings.Contains(d.Message, "hosts are not looked at")
				continue
			}
			found = append(found, d.Rule)
			said = said || strings.Contains(d.Message, c.message)
			if len(d.Fixes) > 0 || d.Obstacle == nil || !strings.Contains(d.Obstacle.Message, "could not prove") {
				t.Errorf("%s: %s offers %v and says %v", c.name, d.Rule, d.Fixes, d.Obstacle)
			}
		}
		if !noted || !said || !slices.Equal(found, c.rules) {
			t.Errorf("%s: noted %v, found %v, want %v with %q", c.name, noted, found, c.rules, c.message)
		}
	}
}
