package fix_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// request is a request about files in memory, of which the first is the entry.
// Files at etc/ssh/ssh_config stand behind a client's own one.
func request(side keyword.Side, archive string) fix.Request {
	return requestOf(side, txtar.Parse([]byte(archive)).Files)
}

func requestOf(side keyword.Side, files []txtar.File) fix.Request {
	content := map[string][]byte{}
	for _, f := range files {
		content["/"+f.Name] = f.Data
	}
	entry := lint.Entry{
		Path:    "/" + files[0].Name,
		Dialect: keyword.Dialect{Side: side, Release: keyword.Newest},
		Env:     memory(content),
		Sources: []resolve.Source{{Path: "/" + files[0].Name, Data: content["/"+files[0].Name]}},
	}
	if system, ok := content["/etc/ssh/ssh_config"]; ok && side == keyword.Client && entry.Path != "/etc/ssh/ssh_config" {
		entry.Sources = append(entry.Sources, resolve.Source{Path: "/etc/ssh/ssh_config", Data: system, System: true})
	}
	on, _ := rules.Select(nil, nil)
	return fix.Request{Entries: []lint.Entry{entry}, Rules: on, Settings: lint.Settings{Profile: lint.Deploy}}
}

func memory(content map[string][]byte) resolve.Env {
	return resolve.Env{
		Home: "/home",
		ReadFile: func(path string) ([]byte, resolve.FileInfo, error) {
			data, ok := content[path]
			if !ok {
				return nil, resolve.FileInfo{}, os.ErrNotExist
			}
			return data, resolve.FileInfo{Mode: 0o644}, nil
		},
		ReadDir: func(dir string) ([]string, error) {
			var names []string
			for name := range content {
				if path.Dir(name) == path.Clean(dir) {
					names = append(names, path.Base(name))
				}
			}
			slices.Sort(names)
			return names, nil
		},
		Exists: func(path string) bool { _, ok := content[path]; return ok },
	}
}

// answers gives one answer after the other, and the last one for ever.
func answers(list ...fix.Answer) func(fix.Proposal) fix.Answer {
	return func(p fix.Proposal) fix.Answer { return list[min(p.Number, len(list))-1] }
}

// makePlan makes a plan that has to be without errors.
func makePlan(t *testing.T, req fix.Request) *fix.Plan {
	t.Helper()
	plan := fix.Make(req)
	for _, err := range append(plan.Unproven, plan.Errors...) {
		t.Errorf("not as it should be: %v", err)
	}
	return plan
}

func changed(plan *fix.Plan) map[string]string {
	m := map[string]string{}
	for _, c := range plan.Changes {
		m[c.Path] = string(c.New)
	}
	return m
}

// TestMakeManySharing: where more pairs than one fix repairs share a count line, and
// two of them each interval line, every fix is proven, and nobody is left weak.
func TestMakeManySharing(t *testing.T) {
	var b strings.Builder
	b.WriteString("-- home/.ssh/config --\n")
	for i := range 700 {
		fmt.Fprintf(&b, "Host h%d g%d\n  ServerAliveInterval %d\n", i, i, i%3*100)
	}
	b.WriteString("Host g*\n  ServerAliveCountMax 4\nHost *\n  ServerAliveCountMax 5\n")
	plan := makePlan(t, request(keyword.Client, b.String()))
	if n := len(plan.After.Diagnostics); n > 0 {
		t.Errorf("%d findings are left: %s", n, plan.After.Diagnostics[0].Message)
	}
}

// threeHosts has two faults for each host, repaired by one fix each.
const threeHosts = `-- home/.ssh/config --
Host a
  ServerAliveInterval 300
Host b
  ServerAliveInterval 301
Host c
  ServerAliveInterval 302
Host *
  ServerAliveInterval 60
  ServerAliveCountMax 240
`

func TestProposal(t *testing.T) {
	req := request(keyword.Client, strings.Replace(threeHosts, "Host b", "Host b\n  ServerAliveCountMax 3", 1))
	var got []string
	req.Choose = func(p fix.Proposal) fix.Answer {
		line := p.Sources[p.Diagnostic.Span.File].Position(p.Diagnostic.Span.Start).Line
		text := fmt.Sprintf("%d/%d %s:%d %s", p.Number, p.Of, p.Diagnostic.Rule, line, p.Fix.Message)
		for _, d := range p.Also {
			text += " +" + d.Rule
		}
		for _, e := range p.Effects {
			text += fmt.Sprintf(" | %s %s→%s %v", e.Keyword, e.Before, e.After, e.Contexts)
		}
		if len(p.Changes) != 1 || bytes.Equal(p.Changes[0].Old, p.Changes[0].New) {
			t.Errorf("proposal %d has the changes %v", p.Number, p.Changes)
		}
		text += " | " + strconv.Itoa(strings.Count(string(p.Changes[0].Old), "Interval 60")) + "→" + strconv.Itoa(strings.Count(string(p.Changes[0].New), "Interval 60"))
		got = append(got, text)
		return []fix.Answer{fix.Take, fix.Leave, fix.Take}[p.Number-1]
	}
	plan := makePlan(t, req)
	want := []string{
		"1/3 slow-keepalive:2 set ServerAliveInterval to 60 | ServerAliveInterval 300→60 [a] | 1→2",
		"2/3 early-keepalive-timeout:4 set ServerAliveInterval to 60 and ServerAliveCountMax to 240 +slow-keepalive | ServerAliveInterval 301→60 [b] | ServerAliveCountMax 3→240 [b] | 2→3",
		"3/3 slow-keepalive:7 set ServerAliveInterval to 60 | ServerAliveInterval 302→60 [c] | 2→3",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("proposals differ (-want +got):\n%s", diff)
	}
	if got := len(plan.After.Diagnostics); got != 2 {
		t.Errorf("%d findings are left, want the two about b", got)
	}
	for _, o := range plan.Obstacles {
		if o.Kind != fix.LeftByUser || o.Reason != "you left it" {
			t.Errorf("%s is left because %q", o.Diagnostic.Rule, o.Reason)
		}
	}
}

func TestAnswers(t *testing.T) {
	for _, tt := range []struct {
		name      string
		answers   []fix.Answer
		want      string // which of a, b, c were made
		proposals int
	}{
		{"none", []fix.Answer{fix.Leave}, "", 3},
		{"all", []fix.Answer{fix.Take}, "abc", 3},
		{"stop at once", []fix.Answer{fix.Stop}, "", 1},
		{"stop after one", []fix.Answer{fix.Take, fix.Stop}, "a", 2},
		{"all at once", []fix.Answer{fix.TakeAll}, "abc", 1},
		{"all after one was left", []fix.Answer{fix.Leave, fix.TakeAll}, "bc", 2},
		{"the last", []fix.Answer{fix.Leave, fix.Leave, fix.Take}, "c", 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := request(keyword.Client, threeHosts)
			asked, answer := 0, answers(tt.answers...)
			req.Choose = func(p fix.Proposal) fix.Answer { asked++; return answer(p) }
			plan := makePlan(t, req)
			got := ""
			text := changed(plan)["/home/.ssh/config"]
			for i, host := range []string{"a", "b", "c"} {
				if text != "" && !strings.Contains(text, fmt.Sprint("Interval 30", i)) {
					got += host
				}
			}
			if got != tt.want || asked != tt.proposals {
				t.Errorf("made %q after %d proposals, want %q after %d", got, asked, tt.want, tt.proposals)
			}
			if (len(plan.Proof) > 0) != (tt.want != "") {
				t.Errorf("the proof is %v", plan.Proof)
			}
		})
	}
}

// TestLeftStaysLeft takes fixes before and behind one that was left, so that it
// moves, and one that changes what its fix would write.
func TestLeftStaysLeft(t *testing.T) {
	req := request(keyword.Client, `-- home/.ssh/config --
Host a
  ServerAliveInterval 300
  ServerAliveCountMax 3
Host b
  ServerAliveInterval 1234567
Host c
  ServerAliveInterval 60
`)
	asked := map[string]int{}
	req.Choose = func(p fix.Proposal) fix.Answer {
		at := p.Sources[p.Diagnostic.Span.File].Line(p.Sources[p.Diagnostic.Span.File].Position(p.Diagnostic.Span.Start).Line)
		asked[p.Diagnostic.Rule+at]++
		if strings.Contains(at, "1234567") {
			return fix.Leave
		}
		return fix.Take
	}
	plan := makePlan(t, req)
	for what, n := range asked {
		if n > 1 {
			t.Errorf("asked %d times about %s", n, what)
		}
	}
	if text := changed(plan)["/home/.ssh/config"]; !strings.Contains(text, "1234567") || strings.Contains(text, "Interval 300") {
		t.Errorf("fixed to:\n%s", text)
	}
}

// TestLeftRevealsNothing: a fix that was left has read a file that nothing else
// reads. That file is no part of the plan.
func TestLeftRevealsNothing(t *testing.T) {
	req := request(keyword.Client, "-- home/.ssh/config --\n\xef\xbb\xbfInclude /home/.ssh/more\nHost *\n  ServerAliveInterval 60\n  ServerAliveCountMax 240\n-- home/.ssh/more --\nUser deploy\n")
	asked := 0
	req.Choose = func(p fix.Proposal) fix.Answer {
		asked++
		if !p.Fix.Reveals {
			t.Errorf("proposed: %s", p.Fix.Message)
		}
		return fix.Leave
	}
	if plan := makePlan(t, req); asked != 1 || len(plan.Changes) > 0 {
		t.Errorf("after %d proposals the plan changes %v", asked, changed(plan))
	}
}

func TestCreateIsProposed(t *testing.T) {
	req := request(keyword.Client, "-- home/.ssh/config --\n")
	req.Entries[0].Absent, req.Entries[0].Sources[0].Data = true, []byte{}
	req.Choose = func(p fix.Proposal) fix.Answer {
		if c := p.Changes[0]; !c.Create || c.Old != nil || len(c.New) == 0 {
			t.Errorf("proposed is %+v", c)
		}
		return fix.Take
	}
	if plan := makePlan(t, req); len(plan.Changes) != 1 || !plan.Changes[0].Create {
		t.Errorf("planned is %+v", plan.Changes)
	}
}

const twoFiles = `-- home/.ssh/config --
Include /home/.ssh/a.conf
Host web
  ServerAliveInterval 600
  ServerAliveCountMax 240
-- home/.ssh/a.conf --
Host *
  ServerAliveCountMax 3
Host db
  ServerAliveInterval 0
`

func TestFrozen(t *testing.T) {
	for _, tt := range []struct {
		name, frozen string
		files        string
		changes      []string
		reasons      []string
	}{
		{
			"nothing frozen", "", twoFiles,
			[]string{"/home/.ssh/config", "/home/.ssh/a.conf"},
			nil,
		},
		{
			"the included file", "/home/.ssh/a.conf", twoFiles,
			nil,
			[]string{
				"/home/.ssh/a.conf:2: 'ServerAliveCountMax 3' wins, and fix may not change this file; set ServerAliveCountMax 240 there, or set ServerAliveCountMax 240 above /home/.ssh/config:1, which includes it (you left it as it is)",
				"it can be fixed with --unsafe-fixes only, because other values may change with it", // a count that never wins
				"/home/.ssh/a.conf:4: 'ServerAliveInterval 0' wins, and fix may not change this file; set ServerAliveInterval 60 there (you left it as it is)",
			},
		},
		{
			"elsewhere", "/home/.ssh/a.conf", `-- home/.ssh/config --
Include /home/.ssh/a.conf
Host web
  ServerAliveInterval 600
  ServerAliveCountMax 240
-- home/.ssh/a.conf --
Host db
  ServerAliveInterval 0
  ServerAliveCountMax 240
`,
			[]string{"/home/.ssh/config"},
			[]string{"/home/.ssh/a.conf:2: 'ServerAliveInterval 0' wins, and fix may not change this file; set ServerAliveInterval 60 there (you left it as it is)"},
		},
		{
			"another place is known", "/etc/ssh/ssh_config", `-- home/.ssh/config --
Host web
  User deploy
-- etc/ssh/ssh_config --
Host *
  ServerAliveInterval 0
  ServerAliveCountMax 3
`,
			[]string{"/home/.ssh/config"}, nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := request(keyword.Client, tt.files)
			req.Frozen = func(path string) string {
				if path == tt.frozen {
					return "you left it as it is"
				}
				return ""
			}
			plan := makePlan(t, req)
			var changes, reasons []string
			for _, c := range plan.Changes {
				changes = append(changes, c.Path)
			}
			for _, o := range plan.Obstacles {
				if !slices.Contains(reasons, o.Reason) {
					reasons = append(reasons, o.Reason)
				}
			}
			if diff := cmp.Diff(tt.changes, changes); diff != "" {
				t.Errorf("changes differ (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.reasons, reasons); diff != "" {
				t.Errorf("obstacles differ (-want +got):\n%s", diff)
			}
			if len(plan.Obstacles) != len(plan.After.Diagnostics) {
				t.Errorf("%d obstacles for %d findings", len(plan.Obstacles), len(plan.After.Diagnostics))
			}
		})
	}
}

func TestObstacles(t *testing.T) {
	for _, tt := range []struct {
		name   string
		side   keyword.Side
		files  string
		change func(*fix.Request)
		rule   string
		kind   fix.ObstacleKind
		reason string
	}{
		{
			"a drop-in that is not ours wins", keyword.Server,
			"-- etc/ssh/sshd_config --\nInclude /etc/ssh/sshd_config.d/*.conf\n-- etc/ssh/sshd_config.d/50-cloud-init.conf --\n# cloud\nClientAliveInterval 600\nClientAliveCountMax 240\n",
			func(r *fix.Request) {
				r.Entries[0].Mine = func(path string) bool { return path == "/etc/ssh/sshd_config" }
			},
			"slow-keepalive", fix.InTheWay,
			"/etc/ssh/sshd_config.d/50-cloud-init.conf:2: 'ClientAliveInterval 600' wins, and fix may not change this file; set ClientAliveInterval 60 there, or set ClientAliveInterval 60 above /etc/ssh/sshd_config:1, which includes it",
		},
		{
			"a Match block in a file that is not ours", keyword.Server,
			"-- etc/ssh/sshd_config --\nClientAliveInterval 60\nClientAliveCountMax 240\nInclude /etc/ssh/sshd_config.d/*.conf\n-- etc/ssh/sshd_config.d/50.conf --\nMatch User bob\n  ClientAliveInterval 0\n",
			func(r *fix.Request) {
				r.Entries[0].Mine = func(path string) bool { return path == "/etc/ssh/sshd_config" }
			},
			"disabled-keepalive", fix.InTheWay,
			"/etc/ssh/sshd_config.d/50.conf:2: 'ClientAliveInterval 0' wins, and fix may not change this file; set ClientAliveInterval 60 there",
		},
		{
			"the file is not ours", keyword.Server, "-- etc/ssh/sshd_config --\nPort 22\n",
			func(r *fix.Request) { r.Entries[0].Mine = func(string) bool { return false } },
			"missing-keepalive", fix.InTheWay,
			"/etc/ssh/sshd_config:1: fix may not change this file; set ClientAliveInterval 60 and ClientAliveCountMax 240 here",
		},
		{
			"a good line of the system file", keyword.Client,
			"-- home/.ssh/config --\nHost web\n  User deploy\n-- etc/ssh/ssh_config --\nHost web\n  ServerAliveInterval 30\n  ServerAliveCountMax 500\n",
			nil, "host-scoped-keepalive", fix.InTheWay,
			"/etc/ssh/ssh_config:2: 'ServerAliveInterval 30' is as it should be, and a new line for everybody in /home/.ssh/config would beat it; set ServerAliveInterval 60 and ServerAliveCountMax 240 by hand for those who lack it",
		},
		{
			"an included count for everybody", keyword.Client,
			"-- home/.ssh/config --\nInclude /home/.ssh/a\nHost *\n  ServerAliveInterval 60\n-- home/.ssh/a --\nServerAliveCountMax 3\n",
			func(r *fix.Request) {
				r.Entries[0].Mine = func(path string) bool { return path == "/home/.ssh/config" }
			},
			"early-keepalive-timeout", fix.InTheWay,
			"/home/.ssh/a:1: 'ServerAliveCountMax 3' wins, and fix may not change this file; set ServerAliveCountMax 240 there, or set ServerAliveCountMax 240 above /home/.ssh/config:1, which includes it",
		},
		{
			"unsafe", keyword.Client, "-- home/.ssh/config --\nHost *\n  ServerAliveInterval 60\n  ServerAliveCountMax 240\n  ServerAliveCountMax 3\n",
			nil, "shadowed-keepalive", fix.NeedsUnsafe,
			"it can be fixed with --unsafe-fixes only, because other values may change with it",
		},
		{
			"refused for another reason", keyword.Client, "-- home/.ssh/config --\nHost *\n  ServerAliveInterval 0\n  Frobnicate yes\n",
			nil, "disabled-keepalive", fix.StillRefused,
			"OpenSSH would refuse /home/.ssh/config even with all fixes (/home/.ssh/config: line 3: Bad configuration option: frobnicate), so that nothing is changed",
		},
		{
			"nothing to offer", keyword.Client, "-- home/.ssh/config --\nHost *\n  ServerAliveInterval 1\n  ServerAliveCountMax 240\n",
			nil, "flapping-keepalive", fix.NothingOffered,
			"no change here is certain to be right, so that it is left to you",
		},
		{
			"a refused line of a file that is not ours", keyword.Client,
			"-- home/.ssh/config --\nInclude /home/.ssh/a\nHost *\n  ServerAliveInterval 60\n  ServerAliveCountMax 240\n-- home/.ssh/a --\nServerAliveInterval sixty\n",
			func(r *fix.Request) {
				r.Entries[0].Mine = func(path string) bool { return path == "/home/.ssh/config" }
			},
			"invalid-keepalive-value", fix.InTheWay,
			"/home/.ssh/a:1: fix may not change this file; change it by hand",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := request(tt.side, tt.files)
			if tt.change != nil {
				tt.change(&req)
			}
			plan := makePlan(t, req)
			for _, o := range plan.Obstacles {
				if o.Diagnostic.Rule != tt.rule {
					continue
				}
				if o.Kind != tt.kind || o.Reason != tt.reason {
					t.Errorf("kind %d, %s\nwant %d, %s", o.Kind, o.Reason, tt.kind, tt.reason)
				}
				return
			}
			t.Errorf("no obstacle for %s among %v", tt.rule, plan.Obstacles)
		})
	}
}

func TestProofOfPlan(t *testing.T) {
	req := request(keyword.Client, strings.Replace(threeHosts, "Host c", "Match exec true user bob\n  ServerAliveInterval 400\nHost c", 1))
	plan := makePlan(t, req)
	if len(plan.Proof) != 1 {
		t.Fatalf("proof is %+v", plan.Proof)
	}
	p := plan.Proof[0]
	if p.Contexts != 4 || p.Combinations != 4 { // a, b, c, any other host; each with the Match block
		t.Errorf("%d contexts and %d combinations were compared, want 4 and 4", p.Contexts, p.Combinations)
	}
	if p.Settings < 80 || p.Settings > 120 {
		t.Errorf("%d settings were compared; ssh -G prints about 90", p.Settings)
	}
	if fmt.Sprint(p.Gone) != "[slow-keepalive (4) endless-keepalive]" || len(p.New) > 0 {
		t.Errorf("gone: %v, new: %v", p.Gone, p.New)
	}
	const match = " (if Match exec true user bob)"
	want := []fix.Effect{
		{Keyword: "ServerAliveInterval", Before: "300", After: "60", Contexts: []string{"a", "a" + match}},
		{Keyword: "ServerAliveInterval", Before: "301", After: "60", Contexts: []string{"b", "b" + match}},
		{Keyword: "ServerAliveInterval", Before: "302", After: "60", Contexts: []string{"c"}},
		{Keyword: "ServerAliveInterval", Before: "400", After: "60", Contexts: []string{"c" + match, "any other host" + match}},
	}
	if diff := cmp.Diff(want, p.Effects); diff != "" {
		t.Errorf("effects differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(p.Effects, plan.Changes[0].Effects); diff != "" {
		t.Errorf("the change has other effects (-proof +change):\n%s", diff)
	}
}

// TestProofOfNewFindings: what a fix reveals is new.
func TestProofOfNewFindings(t *testing.T) {
	req := request(keyword.Client, "-- home/.ssh/config --\n\xef\xbb\xbfHost web\n  ServerAliveInterval 60\n  ServerAliveCountMax 240\nHost *\n  ServerAliveInterval 60\n  ServerAliveCountMax 5000\n")
	plan := makePlan(t, req)
	if len(plan.Proof) != 1 {
		t.Fatalf("proof is %+v", plan.Proof)
	}
	p := plan.Proof[0]
	if fmt.Sprint(p.Gone, p.New) != "[shadowed-keepalive byte-order-mark] [endless-keepalive]" {
		t.Errorf("gone: %v, new: %v", p.Gone, p.New)
	}
	want := []fix.Effect{{Keyword: "ServerAliveCountMax", Before: "240", After: "5000", Contexts: []string{"any host"}}}
	if diff := cmp.Diff(want, p.Effects); diff != "" {
		t.Errorf("effects differ (-want +got):\n%s", diff)
	}
}

// TestWholeIsProven: rounds and single steps add up to the same effects.
func TestWholeIsProven(t *testing.T) {
	once := makePlan(t, request(keyword.Client, threeHosts))
	req := request(keyword.Client, threeHosts)
	req.Choose = answers(fix.Take)
	if diff := cmp.Diff(once.Proof[0].Effects, makePlan(t, req).Proof[0].Effects); diff != "" {
		t.Errorf("one by one has other effects (-at once +one by one):\n%s", diff)
	}
}

// TestProofInsideMatchAll: three Match blocks, one of them in a file that a Match
// all includes, all hold together in one of the contexts that are compared.
func TestProofInsideMatchAll(t *testing.T) {
	plan := makePlan(t, request(keyword.Server, `-- etc/ssh/sshd_config --
ClientAliveInterval 60
ClientAliveCountMax 240
Match all
  Include /etc/ssh/more
Match Group root
-- etc/ssh/more --
Match User bob
  ClientAliveInterval 2m
Match User alice,bob
`))
	if len(plan.Changes) != 1 || plan.Proof[0].Combinations == 0 {
		t.Errorf("changes %v, proof %+v", changed(plan), plan.Proof)
	}
}

func TestGroups(t *testing.T) {
	files := txtar.Parse([]byte(`-- etc/ssh/sshd_config --
Include /etc/ssh/shared
ClientAliveCountMax 3
-- etc/ssh/other_sshd_config --
ClientAliveCountMax 3
Include /etc/ssh/shared
-- etc/ssh/third_sshd_config --
ClientAliveInterval 0
-- etc/ssh/shared --
ClientAliveInterval 300
`)).Files
	req := requestOf(keyword.Server, files)
	for _, name := range []string{"/etc/ssh/third_sshd_config", "/etc/ssh/other_sshd_config"} {
		e := req.Entries[0]
		data, _, _ := e.Env.ReadFile(name)
		e.Path, e.Sources = name, []resolve.Source{{Path: name, Data: data}}
		req.Entries = append(req.Entries, e)
	}
	plan := makePlan(t, req)
	var got []string
	for _, g := range plan.Groups() {
		var names []string
		for _, c := range g {
			names = append(names, filepath.Base(c.Path))
		}
		slices.Sort(names)
		got = append(got, strings.Join(names, " "))
	}
	want := []string{"other_sshd_config shared sshd_config", "third_sshd_config"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("groups differ (-want +got):\n%s", diff)
	}
	if len(plan.Proof) != 3 {
		t.Errorf("%d entries are proven, want 3", len(plan.Proof))
	}
}

// TestRefusedTogether: an entry that shares a changed file with one that OpenSSH
// would still refuse stays as it was, too.
func TestRefusedTogether(t *testing.T) {
	files := txtar.Parse([]byte(`-- etc/ssh/sshd_config --
Include /etc/ssh/shared
Frobnicate yes
-- etc/ssh/other_sshd_config --
ClientAliveCountMax 3
Include /etc/ssh/shared
-- etc/ssh/shared --
ClientAliveInterval 300
`)).Files
	req := requestOf(keyword.Server, files)
	e := req.Entries[0]
	e.Path, e.Sources = "/etc/ssh/other_sshd_config", []resolve.Source{{Path: "/etc/ssh/other_sshd_config", Data: files[1].Data}}
	req.Entries = append(req.Entries, e)
	plan := makePlan(t, req)
	if len(plan.Changes) > 0 || len(plan.Proof) > 0 || !slices.Equal(plan.Refused, []string{"/etc/ssh/sshd_config"}) {
		t.Errorf("changes %v, refused %v", changed(plan), plan.Refused)
	}
}

// theCases calls a test with the request of each case in testdata that needs
// nothing but its files.
func theCases(t *testing.T, test func(t *testing.T, req func() fix.Request)) {
	var paths []string
	for _, pattern := range []string{"../testdata/rules/*/*.txtar", "../testdata/corpus/*.txtar"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	if len(paths) < 100 {
		t.Fatalf("only %d cases in testdata", len(paths))
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if req := caseRequest(t, txtar.Parse(data)); req != nil {
			name := filepath.Base(filepath.Dir(path)) + "/" + strings.TrimSuffix(filepath.Base(path), ".txtar")
			t.Run(name, func(t *testing.T) { test(t, req) })
		}
	}
}

var (
	caseFlag   = regexp.MustCompile(`(?m)^([a-z-]+): (.*)$`)
	caseEscape = regexp.MustCompile(`\\x[0-9a-f]{2}`)
)

// caseRequest reads a case as package rules describes it; nil for those with
// special files or several entries.
func caseRequest(t *testing.T, a *txtar.Archive) func() fix.Request {
	flags := map[string]string{}
	for _, m := range caseFlag.FindAllStringSubmatch(string(a.Comment), -1) {
		flags[m[1]] = strings.TrimSpace(m[2])
	}
	for _, special := range []string{"deny", "writable", "stranger", "outside", "cr", "system", "absent"} {
		if flags[special] != "" {
			return nil
		}
	}
	files := caseFiles(a, flags)
	entry := flags["entry"]
	if entry == "" && len(files) > 0 {
		entry = files[0].Name
	}
	at := slices.IndexFunc(files, func(f txtar.File) bool { return f.Name == entry })
	if at < 0 {
		return nil
	}
	files[0], files[at] = files[at], files[0]
	side := keyword.Client
	if flags["kind"] == "server" || flags["kind"] == "" && strings.Contains(entry, "sshd_config") {
		side = keyword.Server
	}
	return func() fix.Request {
		req := requestOf(side, files)
		e := &req.Entries[0]
		e.Fragment = flags["fragment"] == "true"
		e.Sources[0].System = strings.HasPrefix(entry, "etc/ssh/ssh_config")
		req.Unsafe = flags["unsafe"] == "true"
		var err error
		if v := flags["openssh"]; v != "" {
			if e.Dialect.Release, err = keyword.ParseRelease(v); err != nil {
				t.Fatal(err)
			}
		}
		if v := flags["vendor"]; v != "" {
			if e.Dialect.Vendor, err = keyword.ParseVendor(v); err != nil {
				t.Fatal(err)
			}
		}
		return req
	}
}

func caseFiles(a *txtar.Archive, flags map[string]string) []txtar.File {
	var out []txtar.File
	for _, f := range a.Files {
		if f.Name == "want" || f.Name == "left" || strings.HasPrefix(f.Name, "fixed/") {
			continue
		}
		data := f.Data
		has := func(flag string) bool {
			return slices.Contains(strings.FieldsFunc(flags[flag], func(r rune) bool { return r == ',' || r == ' ' }), f.Name)
		}
		if has("crlf") {
			data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
		}
		if has("trim-final-newline") {
			data = bytes.TrimSuffix(bytes.TrimSuffix(data, []byte("\n")), []byte("\r"))
		}
		if has("escapes") {
			data = caseEscape.ReplaceAllFunc(data, func(text []byte) []byte {
				n, _ := strconv.ParseUint(string(text[2:]), 16, 8)
				return []byte{byte(n)}
			})
		}
		if has("bom") {
			data = append([]byte("\xef\xbb\xbf"), data...)
		}
		out = append(out, txtar.File{Name: f.Name, Data: data})
	}
	return out
}

// TestOneByOne: all fixes taken one by one give the same bytes as all at once,
// with and without unsafe ones.
func TestOneByOne(t *testing.T) {
	steps := 0
	theCases(t, func(t *testing.T, request func() fix.Request) {
		for _, unsafe := range []bool{false, true} {
			req := request()
			req.Unsafe = req.Unsafe || unsafe
			want := changed(makePlan(t, req))
			req.Choose = func(p fix.Proposal) fix.Answer {
				steps++
				if p.Number > p.Of || len(p.Changes) == 0 {
					t.Errorf("proposal %d of %d changes %d files", p.Number, p.Of, len(p.Changes))
				}
				return fix.Take
			}
			if diff := cmp.Diff(want, changed(makePlan(t, req))); diff != "" {
				t.Errorf("unsafe %t: one by one gives something else (-at once +one by one):\n%s", unsafe, diff)
			}
		}
	})
	t.Logf("%d fixes taken one by one", steps)
}

// TestStop: whatever was taken before a stop is accepted, proven, and fixed to
// the end by another run.
func TestStop(t *testing.T) {
	stops := 0
	theCases(t, func(t *testing.T, request func() fix.Request) {
		for k := 0; ; k++ {
			req, stopped := request(), false
			req.Unsafe = true
			req.Choose = func(p fix.Proposal) fix.Answer {
				if p.Number > k {
					stopped = true
					return fix.Stop
				}
				return fix.Take
			}
			plan := makePlan(t, req)
			checkState(t, req, plan)
			stops++
			if !stopped {
				return
			}
		}
	})
	t.Logf("%d states", stops)
}

// TestLeaveSome: whatever is left, nothing is asked twice in the same words and
// place, and the outcome is accepted and proven.
func TestLeaveSome(t *testing.T) {
	theCases(t, func(t *testing.T, request func() fix.Request) {
		for seed := range uint64(4) {
			r := rand.New(rand.NewPCG(seed, 1))
			req := request()
			req.Unsafe = true
			left := map[string]bool{}
			req.Choose = func(p fix.Proposal) fix.Answer {
				src := p.Sources[p.Diagnostic.Span.File]
				line := src.Line(src.Position(p.Diagnostic.Span.Start).Line)
				key := p.Diagnostic.Rule + " " + p.Diagnostic.Span.File + " " + line + p.Diagnostic.Message
				if left[key] {
					t.Errorf("asked again about %s", key)
				}
				if r.IntN(2) == 0 {
					return fix.Take
				}
				left[key] = true
				return fix.Leave
			}
			checkState(t, req, makePlan(t, req))
		}
	})
}

// checkState looks at what a plan would leave behind.
func checkState(t *testing.T, req fix.Request, plan *fix.Plan) {
	t.Helper()
	if (len(plan.Changes) > 0) != (len(plan.Proof) > 0) {
		t.Errorf("%d changes, and the proof is %v", len(plan.Changes), plan.Proof)
	}
	if len(plan.Obstacles) != len(plan.After.Diagnostics) {
		t.Errorf("%d obstacles for %d findings", len(plan.Obstacles), len(plan.After.Diagnostics))
	}
	for _, o := range plan.Obstacles {
		if o.Reason == "" || strings.Contains(o.Reason, "\n") || o.Kind == fix.TurnedDown {
			t.Errorf("%s is left because %q", o.Diagnostic.Rule, o.Reason)
		}
	}
	was, is := problemsOf(t, req.Entries[0], nil), problemsOf(t, req.Entries[0], plan)
	if is > was || is > 0 && len(plan.Changes) > 0 && was == 0 {
		t.Errorf("OpenSSH refuses %d lines and refused %d before", is, was)
	}
}

// problemsOf counts what OpenSSH refuses, with the changes of a plan made.
func problemsOf(t *testing.T, e lint.Entry, plan *fix.Plan) int {
	t.Helper()
	now := map[string]string{}
	if plan != nil {
		now = changed(plan)
	}
	read := e.Env.ReadFile
	e.Env.ReadFile = func(path string) ([]byte, resolve.FileInfo, error) {
		data, info, err := read(path)
		if text, ok := now[path]; ok {
			data = []byte(text)
		}
		return data, info, err
	}
	e.Sources = slices.Clone(e.Sources)
	for i := range e.Sources {
		if text, ok := now[e.Sources[i].Path]; ok {
			e.Sources[i].Data = []byte(text)
		}
	}
	target, err := lint.NewTarget(&e, lint.Settings{Profile: lint.Deploy})
	if err != nil {
		t.Fatal(err)
	}
	return len(target.Config.Problems)
}

// BenchmarkMake fixes every one of many hosts and Match blocks, all at once:
// ten times the blocks are to take about ten times as long.
func BenchmarkMake(b *testing.B) {
	for _, n := range []int{300, 3000} {
		b.Run(fmt.Sprintf("hosts-%d", n), func(b *testing.B) {
			benchmarkMake(b, keyword.Client, "home/.ssh/config", "Host h%d\n  HostName 10.0.0.1\n  ServerAliveInterval 300\n\n", n)
		})
		b.Run(fmt.Sprintf("matches-%d", n), func(b *testing.B) {
			benchmarkMake(b, keyword.Server, "etc/ssh/sshd_config", "Match User u%d\n  Banner none\n  ClientAliveInterval 300\n\n", n)
		})
	}
}

func benchmarkMake(b *testing.B, side keyword.Side, path, block string, n int) {
	var text strings.Builder
	fmt.Fprintf(&text, "-- %s --\n", path)
	for i := range n {
		fmt.Fprintf(&text, block, i)
	}
	req := request(side, text.String())
	for b.Loop() {
		if plan := fix.Make(req); len(plan.Changes) != 1 {
			b.Fatal("nothing was fixed")
		}
	}
}
