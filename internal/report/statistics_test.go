package report

import (
	"bytes"
	"testing"

	"github.com/sshvet/sshvet/lint"
)

// counted is a result in which rules have found something in an order that is
// not the one of the statistics.
func counted() *lint.Result {
	fixable := []lint.SuggestedFix{{Applicability: lint.Safe}}
	unsafe := []lint.SuggestedFix{{Applicability: lint.Unsafe}}
	return &lint.Result{
		Files: make([]lint.File, 3),
		Diagnostics: []lint.Diagnostic{
			{Rule: "unknown-keyword", Severity: lint.Error, Fixes: unsafe},
			{Rule: "slow-keepalive", Severity: lint.Warning, Fixes: fixable},
			{Rule: "slow-keepalive", Severity: lint.Warning, Fixes: fixable},
			{Rule: "missing-keepalive", Severity: lint.Warning, Fixes: fixable},
			{Rule: "missing-keepalive", Severity: lint.Warning},
			{Rule: "missing-keepalive", Severity: lint.Warning},
			{Rule: "slow-keepalive", Severity: lint.Note, Fixes: fixable}, // a file with a setting of its own
		},
	}
}

func TestStatistics(t *testing.T) {
	tests := []struct {
		name, format string
		result       *lint.Result
		options      Options
		want         string
	}{
		{"text", "text", counted(), Options{}, `    3  missing-keepalive  [warning, 1 fixable]
    2  slow-keepalive     [warning, fixable]
    1  slow-keepalive     [note, fixable]
    1  unknown-keyword    [error]

Found 7 problems (1 errors, 5 warnings, 1 notes) in 3 files; 4 fixable with 'sshvet fix'. 1 more with --unsafe-fixes.
`},
		{"nothing found", "text", &lint.Result{Files: make([]lint.File, 2)}, Options{}, "No problems in 2 files.\n"},
		{"colours do not move columns", "text", &lint.Result{Diagnostics: []lint.Diagnostic{{Rule: "a"}, {Rule: "bb"}}}, Options{Color: true},
			"    1  \x1b[35ma\x1b[0m   [note]\n    1  \x1b[35mbb\x1b[0m  [note]\n\nFound 2 problems (0 errors, 0 warnings, 2 notes) in 0 files; 0 fixable with 'sshvet fix'.\n"},
		{"json", "json", &lint.Result{Diagnostics: counted().Diagnostics[1:3]}, Options{}, `{
  "statistics": [
    {
      "rule": "slow-keepalive",
      "severity": "warning",
      "count": 2,
      "fixable": 2
    }
  ]
}
`},
		{"json, nothing found", "json", &lint.Result{}, Options{}, "{\n  \"statistics\": []\n}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			write, ok := Statistics(tt.format)
			if !ok {
				t.Fatalf("no statistics as %s", tt.format)
			}
			var out bytes.Buffer
			if err := write(&out, tt.result, tt.options); err != nil {
				t.Fatal(err)
			}
			if out.String() != tt.want {
				t.Errorf("got\n%q\nwant\n%q", out.String(), tt.want)
			}
		})
	}
	for _, name := range Names() {
		if _, ok := Statistics(name); ok != (name == "text" || name == "json") {
			t.Errorf("statistics as %s: %v", name, ok)
		}
	}
}
