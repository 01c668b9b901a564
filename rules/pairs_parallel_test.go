package rules_test

import (
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// TestSharedSurvey compares what is found on one processor with what is found on
// several, in files of enough hosts to be shared out.
func TestSharedSurvey(t *testing.T) {
	for name, tail := range map[string]string{
		"plain":     "Host *\n  ServerAliveInterval 60\n",
		"undecided": "Match localuser deploy\n  ServerAliveInterval 300\nHost *\n  ServerAliveCountMax 240\n",
		"faults":    "Host *\n  ServerAliveInterval 7200\n", // very many, each with a fix
	} {
		var b strings.Builder
		hosts := 20000
		if tail[0] == 'M' {
			hosts = 4200 // with two names each
		}
		for i := range hosts {
			fmt.Fprintf(&b, "Host host%d alias%d\n  User u%d\n", i, i, i%3)
			if name == "faults" && i%2 == 0 {
				b.WriteString("  ServerAliveInterval 3\n  ServerAliveCountMax 0\n")
				continue
			}
			switch i % 1000 {
			case 1:
				b.WriteString("  ServerAliveInterval 0\n")
			case 2:
				fmt.Fprintf(&b, "Host host%d\n  User other\n", i-1)
			case 3:
				b.WriteString("  ServerAliveInterval 60\n  ServerAliveCountMax 3\n  User late\n")
			}
		}
		b.WriteString(tail)
		entry := lint.Entry{
			Path: "config", Dialect: keyword.Dialect{Side: keyword.Client, Release: keyword.Newest},
			Sources: []resolve.Source{{Path: "config", Data: []byte(b.String())}},
		}
		on := slices.DeleteFunc(slices.Clone(rules.All()), func(r *lint.Rule) bool { return r.Off })
		found := func(processors int) []lint.Diagnostic {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
			res, errs := lint.Run([]lint.Entry{entry}, on, lint.Settings{Profile: lint.Deploy})
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			return res.Diagnostics
		}
		one, several := found(1), found(4)
		if len(one) < 20 {
			t.Errorf("%s: only %d findings", name, len(one))
		}
		if !reflect.DeepEqual(one, several) {
			t.Errorf("%s: %d findings on one processor are not the %d on four", name, len(one), len(several))
		}
	}
}
