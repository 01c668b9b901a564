package rules_test

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// FuzzLint runs all rules on any bytes as a client and as a server file, in any
// release: nothing panics, every finding stands in a file that was read and
// inside of it, its edits can be made, a second run says the same, the input is
// left alone, and a file that is refused has an error.
func FuzzLint(f *testing.F) {
	for _, seed := range []string{
		"", "\n", "Host *\n  ServerAliveInterval 0\n", "ClientAliveInterval 60\x00junk\n", "\xef\xbb\xbfHost web\r\n", "Include b\nPort 22",
		"Match User bob\n\tClientAliveInterval 300", "ServerAliveInterval sixty\nServerAliveCountMax 3 4\n", "Host a,b !a\n", "Match all\nInclude *\nUser \x1b[31m\n",
		"IgnoreUnknown Client*\nClientAliveInterval 60\n", "Match final host w*\n ServerAliveInterval 1\nHost a\n", "-----BEGIN OPENSSH PRIVATE KEY-----\n",
		"# sshvet: ignore-file=missing-keepalive,slow-keepalive,no-such-rule why\n# sshvet: ignore=slow-keepalive\nServerAliveInterval 300\nPort 22 # sshvet: ignore=x\n",
		"\xef\xbb\xbf#sshvet:ignore=,,x, y\r\n# sshvet: ignore\r\nClientAliveInterval 300\r\n# sshvet: ignore-file=x\r\n# sshvet: ignore=zero-keepalive-count", "# sshvet: ignore=duplicate-setting\x00\nUseDNS no\nUseDNS no\n# sshvet: kind=server ignore=a",
		"#ClientAliveInterval 0\n#ClientAliveCountMax 3\nMatch all\n", "host=a\nserveraliveinterval=\"600\" # x\nMatch exec true\nServerAliveCountMax 1\n",
	} {
		f.Add([]byte(seed), []byte("ServerAliveInterval 600\nInclude a\n"), uint16(0))
		f.Add([]byte(seed), []byte(seed), uint16(702))
	}
	f.Fuzz(func(t *testing.T, src, other []byte, release uint16) {
		for _, side := range []keyword.Side{keyword.Client, keyword.Server} {
			lintBytes(t, side, src, other, release)
		}
	})
}

func lintBytes(t *testing.T, side keyword.Side, src, other []byte, release uint16) {
	d := keyword.Dialect{Side: side, Release: keyword.Oldest + keyword.Release(release)%(keyword.Newest-keyword.Oldest+1), Vendor: keyword.Vendor(release % 4)}
	files := map[string][]byte{"/home/u/.ssh/config": src, "/home/u/.ssh/a": other, "/home/u/.ssh/b": other, "/etc/ssh/b": other, "/etc/ssh/a": other}
	kept := bytes.Clone(src)
	entry := func() lint.Entry {
		return lint.Entry{
			Path: "/home/u/.ssh/config", Dialect: d,
			Env: resolve.Env{
				Home:     "/home/u",
				ReadFile: func(path string) ([]byte, resolve.FileInfo, error) { return files[path], resolve.FileInfo{}, nil },
				ReadDir:  func(string) ([]string, error) { return []string{"a"}, nil },
				Exists:   func(path string) bool { return files[path] != nil },
			},
			Sources: []resolve.Source{{Path: "/home/u/.ssh/config", Data: src}},
		}
	}
	run := func(comments bool) *lint.Result {
		s := lint.Settings{Profile: lint.Deploy, ReleaseKnown: true, NoInlineIgnore: !comments}
		res, errs := lint.Run([]lint.Entry{entry()}, rules.All(), s)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		return res
	}
	res := run(true)
	if !bytes.Equal(src, kept) {
		t.Fatalf("linting changed its input from %q to %q", kept, src)
	}
	for i := range res.Diagnostics {
		checkDiagnostic(t, &res.Diagnostics[i], files)
	}
	all := run(false)
	checkRefusal(t, entry(), all)
	if n := len(all.Diagnostics); n > len(res.Diagnostics)+res.Suppressed {
		t.Errorf("%s %s: without comments there are %d findings, with them %d and %d suppressed", side, d.Release, n, len(res.Diagnostics), res.Suppressed)
	}
	if again := run(true); !reflect.DeepEqual(res.Diagnostics, again.Diagnostics) {
		t.Errorf("%s %s: two runs differ\n%v\n%v", side, d.Release, res.Diagnostics, again.Diagnostics)
	}
}

// checkRefusal: what OpenSSH refuses for everybody is an error.
func checkRefusal(t *testing.T, e lint.Entry, res *lint.Result) {
	c, err := resolve.Load(e.Dialect, e.Env, e.Sources, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var r resolve.Result
	c.Eval(&resolve.Query{Host: "host", Identity: resolve.Identity{Known: true, LocalUser: "u"}}, &r)
	refusal := r.Refusal()
	loud := func(d lint.Diagnostic) bool { return d.Severity == lint.Error || d.Rule == "unsupported-keyword" }
	if len(refusal) == 0 || slices.ContainsFunc(res.Diagnostics, loud) {
		return
	}
	t.Errorf("%s %s refuses %q, and there is no error among %v", e.Dialect.Side, e.Dialect.Release, refusal[0].Text, res.Diagnostics)
}

func checkDiagnostic(t *testing.T, d *lint.Diagnostic, files map[string][]byte) {
	inside := func(s lint.Span) bool {
		data, ok := files[s.File]
		return ok && 0 <= s.Start && s.Start <= s.End && s.End <= len(data)
	}
	if !inside(d.Span) || d.Message == "" || !slices.Contains(rules.Names(), d.Rule) {
		t.Errorf("a finding that is out of place: %+v", d)
	}
	for _, r := range d.Related {
		if !inside(r.Span) {
			t.Errorf("%s: a related place that is out of place: %+v", d.Rule, r)
		}
	}
	for _, fx := range d.Fixes {
		at := map[string]int{}
		for _, e := range fx.Edits {
			if !inside(lint.Span{File: e.File, Start: e.Start, End: e.End}) || e.Start < at[e.File] {
				t.Errorf("%s: an edit that cannot be made: %+v", d.Rule, e)
			}
			at[e.File] = e.End
		}
	}
}
