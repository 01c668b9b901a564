package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sshvet/sshvet/internal/cli"
)

// TestFresh: the pages are what this program would write.
func TestFresh(t *testing.T) {
	for _, p := range pagesOf(t) {
		fresh, err := p.fresh("..")
		if err != nil {
			t.Fatal(err)
		}
		if !fresh {
			t.Errorf("%s is not what the code says; run: go run ./gendocs", p.name)
		}
	}
}

// TestSameBytes: twice gives the same.
func TestSameBytes(t *testing.T) {
	again := pagesOf(t)
	for i, p := range pagesOf(t) {
		if !bytes.Equal(p.content, again[i].content) {
			t.Errorf("%s differs from run to run", p.name)
		}
	}
}

func pagesOf(t *testing.T) []page {
	t.Helper()
	pages, err := generate("..")
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// TestRunWritesWhatIsStale writes into a folder of its own; what is up to date is
// not touched.
func TestRunWritesWhatIsStale(t *testing.T) {
	root := t.TempDir()
	if err := run(root, io.Discard); err == nil || !strings.Contains(err.Error(), "go run ./gendocs") {
		t.Errorf("in a folder that is not the repository: %v", err)
	}
	if err := os.Mkdir(filepath.Join(root, "gendocs"), 0o777); err != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Hour).Truncate(time.Second)
	sources, err := filepath.Glob("../internal/keyword/data/*.tsv")
	if err != nil || len(sources) != 4 {
		t.Fatalf("the tables of keywords are %q, %v", sources, err)
	}
	for _, source := range append(sources, "../docs/cli.md", "../docs/config.md") {
		data, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(root, source[len("../"):])
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, data, 0o666), os.Chtimes(path, past, past)); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(root, io.Discard); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(filepath.Join(root, "docs", "cli.md")); err != nil || !st.ModTime().Equal(past) {
		t.Errorf("docs/cli.md was written again: %v, %v", st.ModTime(), err)
	}
	for _, p := range pagesOf(t) {
		if fresh, err := p.fresh(root); err != nil || !fresh {
			t.Errorf("%s: fresh %v, %v", p.name, fresh, err)
		}
	}
}

// TestTables: marks that cannot be filled are errors that say what to do.
func TestTables(t *testing.T) {
	m := cli.Manual{Commands: []cli.CommandInfo{
		{Name: "check", Flags: []cli.FlagInfo{
			{Names: []string{"--kind"}, Value: "KIND", Usage: "of the files"},
			{Names: []string{"--also"}, Usage: "a | b, see --kind"},
			{Names: []string{"--format"}, Value: "FORMAT", Usage: "how", Default: "text"},
		}},
		{Name: "fix", Flags: []cli.FlagInfo{
			{Names: []string{"--also"}, Usage: "a | b, see --kind"},
			{Names: []string{"--kind"}, Value: "KIND", Usage: "of the files"},
			{Names: []string{"--yes", "-y"}, Usage: "do not ask"},
		}},
		{Name: "look", Flags: []cli.FlagInfo{
			{Names: []string{"--also"}, Usage: "a | b, see --kind"},
			{Names: []string{"--kind"}, Value: "KIND", Usage: "of something else"},
		}},
		{Name: "bare"},
	}}
	mark := func(names string) string { return tableStart + names + " -->\nold\n" + tableEnd + "\n" }
	tests := []struct{ name, text, want, err string }{
		{"all", "a\n" + mark("check fix") + mark("check") + "b\n" + mark("fix") + mark("look") + "c",
			"a\n" +
				tableStart + "check fix -->\n| flag | meaning |\n|---|---|\n| `--also` | a \\| b, see `--kind` |\n" +
				"| `--kind KIND` | `client`, `server`, or `sshd-T` for the output of `sshd -T` |\n" + tableEnd + "\n" +
				tableStart + "check -->\n| flag | meaning |\n|---|---|\n| `--format FORMAT` | how (default: `text`) |\n" + tableEnd + "\nb\n" +
				tableStart + "fix -->\n| flag | meaning |\n|---|---|\n| `--yes`, `-y` | do not ask |\n" + tableEnd + "\n" +
				tableStart + "look -->\n| flag | meaning |\n|---|---|\n| `--kind KIND` | of something else |\n| `--also` | as above |\n" + tableEnd + "\nc", ""},
		{"one missing", mark("check fix") + mark("look"), "", ""},
		{"none for look", mark("check fix"), "", "no table of the flags of look; put these two lines"},
		{"no end", tableStart + "look -->\n", "", "has no end"},
		{"unknown", mark("lok"), "", "there is no such table"},
		{"two others", mark("check look"), "", "there is no such table"},
	}
	saved := details
	details = map[string]string{"--kind": saved["--kind"]}
	t.Cleanup(func() { details = saved })
	for _, tt := range tests {
		got, err := withTables(tt.text, &m)
		switch {
		case tt.err != "":
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: error %v, want %q", tt.name, err, tt.err)
			}
		case err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case tt.want != "" && got != tt.want:
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// TestInline turns Markdown into what man shows.
func TestInline(t *testing.T) {
	for text, want := range map[string]string{
		"plain":                  "plain",
		".SH is no request":      `\&.SH is no request`,
		`back\slash`:             `back\eslash`,
		"`--kind KIND`, say":     `\fB\-\-kind KIND\fR, say`,
		"`*=FILE` and `*`":       `\fB*=FILE\fR and \fB*\fR`,
		"*PATH* and **no**":      `\fIPATH\fR and \fBno\fR`,
		"see [fix.md](fix.md)":   "see fix.md",
		`sshvet's \* and ~ → 60`: `sshvet\(aqs * and \(ti \[u2192] 60`,
	} {
		if got := inline(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// TestManPage has the real formatters read the page.
func TestManPage(t *testing.T) {
	path := filepath.Join("..", "docs", "man", "sshvet.1")
	for _, width := range []string{"60", "80", "120"} {
		out, messages := runTool(t, "man-db", []string{"MANWIDTH=" + width}, "man", "--warnings", "-l", path)
		if messages != "" {
			t.Errorf("man, %s columns: %s", width, messages)
		}
		for _, want := range []string{"NAME", "SYNOPSIS", "--write-baseline FILE", "EXIT STATUS"} {
			if !strings.Contains(out, want) {
				t.Errorf("man, %s columns: does not show %q", width, want)
			}
		}
		if strings.Contains(out, `\`) {
			t.Errorf("man, %s columns: shows a backslash", width)
		}
	}
	out, _ := runTool(t, "man-db", nil, "lexgrog", path)
	if !strings.Contains(out, `"sshvet - `) {
		t.Errorf("apropos would not find it: %s", out)
	}
	out, messages := runTool(t, "mandoc", nil, "mandoc", "-Tlint", "-Wstyle", path)
	for line := range strings.Lines(out + messages) {
		if !strings.Contains(line, "missing date") { // on purpose: it would change with nothing else
			t.Errorf("mandoc: %s", line)
		}
	}
}

// runTool runs a program of a Debian package. It skips where there is none,
// except in continuous integration.
func runTool(t *testing.T, pkg string, env []string, name string, args ...string) (stdout, stderr string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("there is no %s; install the Debian package %s", name, pkg)
		}
		t.Skipf("needs %s of the Debian package %s", name, pkg)
	}
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), append([]string{"LC_ALL=C.UTF-8", "MANPAGER=cat", "MANROFFOPT="}, env...)...)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String()
}
