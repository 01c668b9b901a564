package rules_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// order is the order of the manual: the list in rules.All has to follow it,
// because reports of all rules and the pages do.
var order = []string{
	"missing-keepalive",
	"disabled-keepalive",
	"slow-keepalive",
	"early-keepalive-timeout",
	"zero-keepalive-count",
	"invalid-keepalive-value",
	"misplaced-keepalive",
	"match-scoped-keepalive",
	"host-scoped-keepalive",
	"shadowed-keepalive",
	"conditional-keepalive-include",
	"tcp-keepalive-only",
	"stale-control-master",
	"flapping-keepalive",
	"endless-keepalive",

	"syntax-error",
	"unknown-keyword",
	"unsupported-keyword",
	"deprecated-keyword",
	"invalid-value",
	"wrong-side-keyword",
	"keyword-not-allowed-in-match",
	"shadowed-setting",
	"duplicate-setting",
	"unreachable-block",
	"host-star-first",
	"include-after-setting",
	"include-wins",
	"conditional-include",
	"missing-include",
	"include-cycle",
	"unreadable-include",
	"include-not-config",
	"byte-order-mark",
	"control-character",
	"unsafe-permissions",
	"comma-in-host",
	"prefix-comment-in-value",
	"unused-suppression",
	"unknown-suppression",

	"kamal-interval-ignored",
	"kamal-slow-dead-link",
	"kamal-idle-window",
	"kamal-server-hangs-up",
	"kamal-server-silent",
	"kamal-builder-keepalive",
	"kamal-config-path",
	"kamal-setting-ignored",
	"kamal-alias-mismatch",
	"kamal-divergence",
	"kamal-crash",
	"kamal-unknown-key",
	"kamal-unknown-hosts",
	"kamal-project-ssh-config",

	"net-ssh-divergence",
	"go-divergence",
}

func TestRulesAreRegisteredInOrder(t *testing.T) {
	got := rules.Names()
	for _, name := range got {
		if !slices.Contains(order, name) {
			t.Errorf("%s is new: add it to the list 'order' of this test, in the place it has in rules.All", name)
		}
	}
	for _, name := range order {
		if !slices.Contains(got, name) {
			t.Errorf("%s is not registered: add its *lint.Rule to rules.All in rules/rules.go", name)
		}
	}
	if !t.Failed() && !slices.Equal(got, order) {
		t.Errorf("rules.All lists the rules in the order\n%v\nwant\n%v", got, order)
	}
	if categories := rules.Categories(); !slices.Equal(categories, []string{"keepalive", "correctness", "kamal", "portability"}) {
		t.Errorf("the categories are %v; keep the rules of one category together", categories)
	}
}

func TestRulesAreDescribed(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rules.All() {
		if seen[r.Name] {
			t.Errorf("two rules are named %s", r.Name)
		}
		seen[r.Name] = true
		if strings.ToLower(r.Name) != r.Name || strings.ContainsAny(r.Name, " _.") {
			t.Errorf("%q: names of rules are lower-case words joined by hyphens", r.Name)
		}
		if r.Run == nil || r.Category == "" || r.Sides == 0 {
			t.Errorf("%s: Run, Category and Sides have to be set", r.Name)
		}
		if !strings.HasSuffix(r.Summary, ".") || strings.Contains(r.Summary, "\n") {
			t.Errorf("%s: the Summary %q has to be one sentence with a full stop", r.Name, r.Summary)
		}
		if rules.Find(r.Name) == nil {
			t.Errorf("rules.Find(%q) finds nothing", r.Name)
		}
	}
}

// TestNothingIsLeftBehind finds files that belong to no rule, as after a
// rename.
func TestNothingIsLeftBehind(t *testing.T) {
	for _, pattern := range []string{"doc/*", casesDir + "/*"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			name := strings.TrimSuffix(filepath.Base(path), ".md")
			if rules.Find(name) == nil {
				t.Errorf("rules/%s belongs to no rule: remove or rename it", path)
			}
		}
	}
}

func TestFindKnowsOnlyRules(t *testing.T) {
	for _, name := range []string{"", "keepalive", "all", "no-such-rule"} {
		if r := rules.Find(name); r != nil {
			t.Errorf("Find(%q) = %s, want nil", name, r.Name)
		}
		if page := rules.Page(name); page != "" {
			t.Errorf("Page(%q) gives %d bytes, want none", name, len(page))
		}
	}
}

func TestURLNamesThePage(t *testing.T) {
	for _, r := range rules.All() {
		url := rules.URL(r.Name)
		if !strings.HasPrefix(url, "https://") || !strings.HasSuffix(url, "/rules/doc/"+r.Name+".md") {
			t.Errorf("URL(%q) = %s, which is not the address of rules/doc/%s.md", r.Name, url, r.Name)
		}
	}
}

func TestSelect(t *testing.T) {
	keepalive := ofCategory("keepalive")
	others := append(ofCategory("correctness"), ofCategory("kamal")...)
	all := rules.Names()
	portability := ofCategory("portability")
	on := slices.DeleteFunc(rules.Names(), func(name string) bool { return rules.Find(name).Off })
	for _, tc := range []struct {
		name              string
		selected, ignored []string
		want, unknown     []string
	}{
		{name: "nothing said means all that are not off", want: on},
		{name: "a category that is off", selected: []string{"portability"}, want: portability},
		{name: "a rule that is off", selected: []string{"go-divergence"}, want: []string{"go-divergence"}},
		{name: "one that is off does not come by ignoring another", ignored: []string{"keepalive", "correctness", "kamal"}},
		{name: "all", selected: []string{"all"}, want: all},
		{name: "a rule", selected: []string{"slow-keepalive"}, want: []string{"slow-keepalive"}},
		{name: "a category", selected: []string{"keepalive"}, want: keepalive},
		{name: "the order of the manual, not of the words", selected: []string{"syntax-error", "slow-keepalive"},
			want: []string{"slow-keepalive", "syntax-error"}},
		{name: "named twice counts once", selected: []string{"slow-keepalive", "slow-keepalive"}, want: []string{"slow-keepalive"}},
		{name: "without a rule", ignored: []string{"slow-keepalive"}, want: without(on, "slow-keepalive")},
		{name: "without a category", ignored: []string{"keepalive"}, want: others},
		{name: "a category without one of its rules", selected: []string{"keepalive"}, ignored: []string{"slow-keepalive"},
			want: without(keepalive, "slow-keepalive")},
		{name: "a rule by name beats its category ignored", selected: []string{"slow-keepalive"}, ignored: []string{"keepalive"},
			want: []string{"slow-keepalive"}},
		{name: "a rule by name beats all ignored", selected: []string{"all", "slow-keepalive"}, ignored: []string{"all"},
			want: []string{"slow-keepalive"}},
		{name: "selected and ignored by name", selected: []string{"slow-keepalive"}, ignored: []string{"slow-keepalive"}},
		{name: "all ignored", ignored: []string{"all"}},
		{name: "unknown words come back in order", selected: []string{"slow", "keepalive"}, ignored: []string{"nothing"},
			want: keepalive, unknown: []string{"slow", "nothing"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, unknown := rules.Select(tc.selected, tc.ignored)
			if names := namesOf(got); !slices.Equal(names, tc.want) {
				t.Errorf("Select(%v, %v) = %v, want %v", tc.selected, tc.ignored, names, tc.want)
			}
			if !slices.Equal(unknown, tc.unknown) {
				t.Errorf("unknown words are %v, want %v", unknown, tc.unknown)
			}
		})
	}
}

func TestSelectLeavesItsArgumentsAlone(t *testing.T) {
	words := make([]string, 1, 4)
	words[0] = "slow-keepalive"
	rules.Select(words, []string{"keepalive"})
	if rest := words[:2]; rest[1] != "" {
		t.Errorf("Select wrote %q behind the end of its argument", rest[1])
	}
}

func ofCategory(category string) []string {
	var out []string
	for _, r := range rules.All() {
		if r.Category == category {
			out = append(out, r.Name)
		}
	}
	return out
}

func without(names []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s == name })
}

func namesOf(list []*lint.Rule) []string {
	var out []string
	for _, r := range list {
		out = append(out, r.Name)
	}
	return out
}

// readFile is os.ReadFile for files that the test cannot do without.
func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
