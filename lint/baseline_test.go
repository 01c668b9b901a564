package lint_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/lint"
)

// hashes are the fingerprints of the findings in a file that lies in a folder.
func hashes(t *testing.T, path, dir, text string) []string {
	t.Helper()
	var out []string
	for _, f := range run(t, lint.Settings{}, entryOf(path, text, nil)).Fingerprints(dir) {
		out = append(out, f.String())
	}
	return out
}

func TestFingerprints(t *testing.T) {
	dir := filepath.FromSlash("/home/me/repo")
	was := hashes(t, "a/config", dir, "Host x\n  User BAD\n  User BAD\n")
	if len(was) != 3 || !strings.HasSuffix(was[1], ":1") || was[2] != strings.TrimSuffix(was[1], "1")+"2" || len(was[1]) != 34 {
		t.Fatalf("the fingerprints are %v", was)
	}
	for name, same := range map[string][]string{
		"shifted lines, other names":   hashes(t, "a/config", dir, "\n# x\nHost y\n\tUser BAD \nPort 22\nUser BAD\n"),
		"CR LF":                        hashes(t, "a/config", dir, "Host x\r\n  User BAD\r\n  User BAD\r\n"),
		"another folder":               hashes(t, "a/config", filepath.FromSlash("/tmp/x"), "User BAD\nUser BAD\n"),
		"an absolute path":             hashes(t, filepath.FromSlash("/home/me/repo/a/config"), dir, "User BAD\nUser BAD\n"),
		"a path with dots":             hashes(t, filepath.FromSlash("./b/../a/config"), dir, "User BAD\nUser BAD\n"),
		"no current folder to be told": hashes(t, "a/config", "", "User BAD\nUser BAD\n"),
	} {
		if !slices.Equal(was, same) {
			t.Errorf("%s: %v, want %v", name, same, was)
		}
	}
	for name, other := range map[string][]string{
		"another line": hashes(t, "a/config", dir, "User BADBAD\n")[1:],
		"another file": hashes(t, "b/config", dir, "User BAD\n"),
		"another rule": hashes(t, "a/config", dir, "User WORSE\n")[1:],
	} {
		for _, h := range other {
			if slices.Contains(was, h) {
				t.Errorf("%s has the fingerprint %s, too", name, h)
			}
		}
	}
	outside := filepath.FromSlash("/etc/ssh/config")
	if a, b := hashes(t, outside, dir, "User BAD\n"), hashes(t, outside, filepath.FromSlash("/other"), "User BAD\n"); !slices.Equal(a, b) {
		t.Errorf("outside of the folder: %v and %v", a, b)
	}
}

func TestBaseline(t *testing.T) {
	old := run(t, lint.Settings{}, entryOf("a", "User BAD\nUser BAD\nPort WORSE\n", nil))
	data := lint.NewBaseline(old, "").Encode()
	if !lint.IsBaseline(data) {
		t.Fatalf("IsBaseline does not know\n%s", data)
	}
	b, err := lint.ReadBaseline(data, "")
	if err != nil {
		t.Fatal(err)
	}
	if b.Len() != 4 || !bytes.Equal(b.Encode(), data) {
		t.Errorf("%d findings are read, and written again they are\n%s", b.Len(), b.Encode())
	}
	for _, tc := range []struct {
		text        string
		want        []string
		known, gone int
	}{
		{"User BAD\nUser BAD\nPort WORSE\n", []string{}, 4, 0},
		{"User BAD\nUser BAD\nUser BAD\n", []string{"a:3 bad"}, 3, 1},
		{"Port 22\n", []string{}, 1, 3},
		{"Port BAD\n# sshvet: ignore=worse\nPort WORSE\n", []string{"a:1 bad"}, 1, 3},
	} {
		res := run(t, lint.Settings{Baseline: b}, entryOf("a", tc.text, nil))
		if got := found(res); !slices.Equal(got, tc.want) || res.Known != tc.known || res.Gone != tc.gone {
			t.Errorf("%q: %q are new, %d known, %d gone; want %q, %d, %d", tc.text, got, res.Known, res.Gone, tc.want, tc.known, tc.gone)
		}
	}
	other := run(t, lint.Settings{Baseline: b}, entryOf("b", "Port 22\n", nil))
	if other.Gone != 0 {
		t.Errorf("%d of a file that was not read are gone", other.Gone)
	}
}

// TestBaselineProtectsItsLines: what changes a line of a known finding would make
// a new one of it.
func TestBaselineProtectsItsLines(t *testing.T) {
	known := run(t, lint.Settings{}, entryOf("a", "Port BAD\n", nil))
	b := lint.NewBaseline(known, "")
	text := "User WORSE\nPort BAD\nUser WORSE\n"
	overlapping := &lint.Rule{Name: "wide", Sides: lint.BothSides, Run: func(p *lint.Pass) {
		for _, at := range [][2]int{{0, 10}, {0, 11}, {0, 12}, {11, 11}, {15, 16}, {18, 18}, {19, 20}, {20, 25}} {
			span := lint.Span{File: "a", Start: at[0], End: at[1]}
			p.Report(lint.Diagnostic{Span: span, Message: "x", Fixes: []lint.SuggestedFix{{Edits: []lint.TextEdit{{Span: span, NewText: "y"}}}}})
		}
	}}
	res, _ := lint.Run([]lint.Entry{entryOf("a", text, nil)}, append(slices.Clone(testRules), overlapping), lint.Settings{Baseline: b})
	var left [][2]int
	for _, d := range res.Diagnostics {
		if d.Rule == "wide" && len(d.Fixes) > 0 {
			left = append(left, [2]int{d.Span.Start, d.Span.End})
		}
	}
	if want := [][2]int{{0, 10}, {0, 11}, {11, 11}, {18, 18}, {19, 20}, {20, 25}}; !slices.Equal(left, want) {
		t.Errorf("fixes of %v are left, want %v", left, want)
	}
}

func TestReadBaselineRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "is no baseline that sshvet has written",
		"Host *\n":                        "is no baseline that sshvet has written",
		"[]":                              "is no baseline that sshvet has written",
		`{"tool":"other"}`:                "is no baseline that sshvet has written",
		`{"tool": {"name": "x"}}`:         "is no baseline that sshvet has written",
		`{"tool":"sshvet"}`:               "has version 0, and this sshvet reads version 1",
		"{\"tool\": \"sshvet\",\n<<<":     "is no JSON (line 2: ",
		`{"tool":"sshvet","version":"1"}`: "has values that",
		`{"tool":"sshvet","version":1,"findings":[{"rule":"a"}]}`: "in finding 1",
	} {
		_, err := lint.ReadBaseline([]byte(text), "")
		if err == nil || !strings.HasPrefix(err.Error(), want) && !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzReadBaseline(f *testing.F) {
	f.Add([]byte(`{"version":1,"tool":"sshvet","findings":[{"rule":"a","file":"b","fingerprint":"c","count":1,"message":"d"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := lint.ReadBaseline(data, "")
		if err != nil {
			return
		}
		again, err := lint.ReadBaseline(b.Encode(), "")
		if err != nil || again.Len() != b.Len() || !bytes.Equal(again.Encode(), b.Encode()) {
			t.Errorf("%q is read as %q, and then %v", data, b.Encode(), err)
		}
	})
}
