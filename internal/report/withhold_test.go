package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/lint"
)

// TestWithhold: no word of a file outside the checked tree gets into a format
// but text, whichever part of a finding quotes it.
func TestWithhold(t *testing.T) {
	const secret = "S3cretW0rd"
	r := &lint.Result{
		Files: []lint.File{{Path: "config", Kind: "client"}},
		Sources: map[string]lint.Source{
			"config": lint.NewLines([]byte("Include /x\nHost mine\n")),
			"/x":     lint.NewLines([]byte("Host " + secret + "\n")),
		},
		Diagnostics: []lint.Diagnostic{
			{Rule: "a", Message: "quotes " + secret, Span: lint.Span{File: "/x", Start: 0, End: 4}, Hosts: []string{secret}},
			{Rule: "a", Message: "for s3cretw0rd, in lower case", Span: lint.Span{File: "config"}},
			{Rule: "a", Message: "fine", Help: `quoted "` + secret + `"`, Span: lint.Span{File: "config"}},
			{Rule: "a", Message: "fine, for mine", Span: lint.Span{File: "config"}, Hosts: []string{"mine", secret},
				Related: []lint.Related{{Span: lint.Span{File: "config"}, Message: "as " + secret + " has it"}},
				Fixes: []lint.SuggestedFix{
					{Message: "set it", Applicability: lint.Safe, Edits: []lint.TextEdit{{Span: lint.Span{File: "config"}, NewText: "Host " + secret + "\n"}}},
					{Message: "remove it", Applicability: lint.Safe, Edits: []lint.TextEdit{{Span: lint.Span{File: "config"}, NewText: ""}}},
				}},
			{Rule: "a", Message: "points there", Span: lint.Span{File: "config"}, Related: []lint.Related{{Span: lint.Span{File: "/x"}, Message: "this line"}}},
		},
	}
	o := sampleOptions
	o.Rules = []*lint.Rule{{Name: "a", Summary: "The summary of a."}}
	o.Outside = func(file string) bool { return file == "/x" }
	for _, format := range Names() {
		out := strings.ToLower(write(t, format, r, o))
		if quotes := strings.Contains(out, strings.ToLower(secret)); quotes != (format == "text") {
			t.Errorf("%s:\n%s", format, out)
		}
	}
	out := write(t, "json", r, o)
	for _, want := range []string{`"message": "fine, for mine"`, `"message": "The summary of a"`, `"message": "remove it"`, `"newText": ""`, `"fixable": 1`} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is missing:\n%s", want, out)
		}
	}
	if strings.Contains(out, "points there") {
		t.Errorf("%s", out)
	}
	var all bytes.Buffer
	if err := EncodeJSON(&all, Diagnostics(r, o)); err != nil || strings.Contains(all.String(), secret) {
		t.Errorf("%v\n%s", err, all.String())
	}
	if r.Diagnostics[0].Hosts[0] != secret {
		t.Error("the result itself was changed")
	}
}
