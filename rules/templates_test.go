package rules

import "testing"

func TestInTemplatesNamesRules(t *testing.T) {
	for name := range inTemplates {
		if Find(name) == nil {
			t.Errorf("there is no rule %s", name)
		}
	}
	if InTemplates("missing-keepalive", true, true) || InTemplates("early-keepalive-timeout", true, false) || !InTemplates("slow-keepalive", false, false) {
		t.Error("what is missing, and what takes two lines, must not be reported where it is not certain")
	}
}
