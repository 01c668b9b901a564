package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/lint"
)

// known are the fingerprints of one finding in a file, by format and key.
func known(t *testing.T, text, at string) map[string]string {
	t.Helper()
	d := lint.Diagnostic{Rule: "r", Span: lint.Span{File: "c"}}
	if at != "" {
		d.Span.Start = strings.Index(text, at)
		d.Span.End = d.Span.Start + len(at)
	}
	r := &lint.Result{Diagnostics: []lint.Diagnostic{d}, Sources: map[string]lint.Source{"c": lint.NewLines([]byte(text))}}
	var log struct {
		Runs []struct {
			Results []struct {
				Prints map[string]string `json:"partialFingerprints"`
			}
		}
	}
	if err := json.Unmarshal([]byte(write(t, "sarif", r, ciOptions())), &log); err != nil {
		t.Fatal(err)
	}
	out := log.Runs[0].Results[0].Prints
	out["gitlab"] = readGitLab(t, r)[0].Fingerprint
	return out
}

// TestKnownAgain: what is missing in a file has the same names whatever is in it, and
// what is about a line has its own name whatever stands around it. The hash of the
// line is GitHub's, and goes by what follows, too.
func TestKnownAgain(t *testing.T) {
	const text = "Host a\n  Port 1\nHost b\n"
	missing := known(t, text, "")
	for _, other := range []string{"# c\n" + text, "\n" + text, text + "Host c\n", ""} {
		for key, got := range known(t, other, "") {
			if got != missing[key] {
				t.Errorf("%q: %s of what is missing is %s and was %s", other, key, got, missing[key])
			}
		}
	}
	line := known(t, text, "Port 1")
	renamed := known(t, "# c\n"+strings.Replace(text, "Host b", "Host other", 1), "Port 1")
	for _, key := range []string{"gitlab", "sshvetFinding/v1"} {
		if line[key] != renamed[key] || line[key] == missing[key] || line[key] == "" {
			t.Errorf("%s: %s, then %s; of what is missing %s", key, line[key], renamed[key], missing[key])
		}
	}
	if line["primaryLocationLineHash"] == renamed["primaryLocationLineHash"] {
		t.Error("the hash of the line is not GitHub's")
	}
	first := known(t, text, "Host a")
	if first["gitlab"] == missing["gitlab"] || first["primaryLocationLineHash"] == missing["primaryLocationLineHash"] {
		t.Error("a finding about the first line has the name of one about the file")
	}
}
