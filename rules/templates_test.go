package rules

import (
	"testing"

	"github.com/sshvet/sshvet/lint"
)

func TestInTemplatesNamesRules(t *testing.T) {
	for name := range inTemplates {
		if Find(name) == nil {
			t.Errorf("there is no rule %s", name)
		}
	}
	all := lint.Certainty{Line: true, Keyword: true, Branches: true, Always: true, Limited: true}
	if InTemplates("missing-keepalive", all) {
		t.Error("what is missing must not be reported")
	}
	keyword := lint.Certainty{Keyword: true}
	for rule, want := range map[string]bool{"slow-keepalive": false, "unknown-keyword": true, "deprecated-keyword": false, "keyword-not-allowed-in-match": false} {
		if got := InTemplates(rule, keyword); got != want || !InTemplates(rule, all) {
			t.Errorf("%s where the keyword alone is certain: %v", rule, got)
		}
	}
}
