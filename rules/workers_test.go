package rules_test

import (
	"fmt"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// TestWorkers: rules may judge several entries at a time, and find the same. The
// race detector looks at all of them here.
func TestWorkers(t *testing.T) {
	var entries []lint.Entry
	for _, path := range archives(t, casesDir+"/*/*.txtar") {
		c := readCase(t, path)
		c.writeInputs(t)
		entries = append(entries, c.lintEntries(t)...)
	}
	if len(entries) < 100 {
		t.Fatalf("%d entries show nothing", len(entries))
	}
	s := lint.Settings{Profile: lint.Deploy}
	want, wantErrs := lint.Run(entries, rules.All(), s)
	s.Workers = 8
	for range 2 {
		got, errs := lint.Run(entries, rules.All(), s)
		if d := gocmp.Diff(want.Diagnostics, got.Diagnostics); d != "" {
			t.Errorf("findings of %d entries (-alone +with workers):\n%s", len(entries), d)
		}
		if d := gocmp.Diff(want.Files, got.Files); d != "" {
			t.Errorf("files (-alone +with workers):\n%s", d)
		}
		if fmt.Sprint(errs) != fmt.Sprint(wantErrs) {
			t.Errorf("errors are %v, not %v", errs, wantErrs)
		}
	}
}
