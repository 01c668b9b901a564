package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/term"
)

func TestShellQuote(t *testing.T) {
	for arg, want := range map[string]string{
		"/etc/ssh/sshd_config":  "/etc/ssh/sshd_config",
		"--select=a,b":          "--select=a,b",
		"":                      "''",
		"a b":                   "'a b'",
		"it's":                  `'it'\''s'`,
		"~/x":                   "'~/x'",
		"=ls":                   "'=ls'",
		"$(id)":                 "'$(id)'",
		`a\b`:                   `'a\b'`,
		"é":                     "'é'",
		"a\nb":                  `$'a\012b'`,
		"a\t9":                  `$'a\0119'`,
		"\x1b[31m'\\":           `$'\033[31m\'\\'`,
		"\u202egpj":             `$'\342\200\256gpj'`,
		"\xff":                  `$'\377'`,
		"*?[a]{b,c}#!;&|<>()^`": "'*?[a]{b,c}#!;&|<>()^`'",
	} {
		if got := shellQuote(arg); got != want {
			t.Errorf("shellQuote(%q) = %s, want %s", arg, got, want)
		}
	}
}

// TestShellQuoteShells has real shells read what was quoted.
func TestShellQuoteShells(t *testing.T) {
	args := []string{"", "a b", "it's", "-n", "~", "=ls", "$HOME", "a\\nb", "`id`", "\"", "!x", "é", "{a,b}", "x*"}
	odd := []string{"\n", "a\n", "\t1", "\x1b7", "\\\x01'", "\u202e8", "\xff\xfe"}
	for shell, args := range map[string][]string{"sh": args, "bash": slices.Concat(args, odd), "zsh": slices.Concat(args, odd)} {
		path, err := exec.LookPath(shell)
		if err != nil {
			t.Logf("no %s here", shell)
			continue
		}
		var words []string
		for _, arg := range args {
			words = append(words, shellQuote(arg))
		}
		line := strings.Join(words, " ")
		if term.EscapeTab(line) != line {
			t.Errorf("a terminal would obey %q", line)
		}
		out, err := exec.Command(path, "-c", `printf '%s\0' `+line).Output()
		if want := strings.Join(args, "\x00") + "\x00"; err != nil || string(out) != want {
			t.Errorf("%s reads %q, %v; want %q", shell, out, err, want)
		}
	}
}

func TestSudoLine(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no sudo, no mode bits")
	}
	dir := t.TempDir()
	file := func(name string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	home := file("home/go bin/sshvet", 0o755)
	first, second := filepath.Join(dir, "first"), filepath.Join(dir, "second")
	inSecond := file("second/sshvet", 0o755)
	file("first/not-program", 0o644)
	renamed := file("second/not-program", 0o755)
	shadowed := file("second/tool", 0o755)
	file("first/tool", 0o755)
	behind := file("lib/linked", 0o755)
	if err := os.Symlink(behind, filepath.Join(first, "linked")); err != nil {
		t.Fatal(err)
	}
	args := []string{"fix", "--yes", "/etc/ssh/sshd config"}
	for exe, want := range map[string]string{
		home:                  "'" + home + "'",
		inSecond:              "sshvet",
		renamed:               "not-program",
		shadowed:              shadowed,
		behind:                "linked",
		"/nonexistent/sshvet": "/nonexistent/sshvet",
	} {
		got := sudoLineFor(exe, []string{first, second}, args)
		if want := "sudo " + want + " fix --yes '/etc/ssh/sshd config'"; got != want {
			t.Errorf("%s: %s\nwant %s", exe, got, want)
		}
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sudoLine([]string{"fix"}), "sudo "+shellQuote(exe)+" fix"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
