package fix

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aymanbagabas/go-udiff/lcs"
	"github.com/google/go-cmp/cmp"
)

// change is one file before and after. A nil old is a file that is new.
type change struct {
	name     string
	old, new []byte
}

func TestDiffEqual(t *testing.T) {
	for _, content := range [][]byte{nil, {}, []byte("a"), []byte("a\r\n\x00\xff")} {
		if got := Diff("f", content, bytes.Clone(content)); got != "" {
			t.Errorf("%q: %q", content, got)
		}
	}
}

func TestDiffText(t *testing.T) {
	for _, tt := range []struct{ name, label, old, new, want string }{
		{"change", "f", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nX\n6\n7\n8\n9\n",
			"--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n"},
		{"crlf", "f", "a\r\nb\r\n", "a\r\nc\r\n", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"},
		{"no newline in the old", "f", "a\nb", "a\nb\n",
			"--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"},
		{"no newline in the new", "f", "b\n", "b",
			"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-b\n+b\n\\ No newline at end of file\n"},
		{"no newline in both", "f", "a\nb", "c\nb",
			"--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-a\n+c\n b\n\\ No newline at end of file\n"},
		{"from empty", "f", "", "a\n", "--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+a\n"},
		{"to empty", "f", "a\nb\n", "", "--- a/f\n+++ b/f\n@@ -1,2 +0,0 @@\n-a\n-b\n"},
		{"space", "my f", "a\n", "b\n", "--- a/my f\t\n+++ b/my f\t\n@@ -1 +1 @@\n-a\n+b\n"},
		{"quoted", `"\303\251"`, "a\n", "b\n", "--- \"a/\\303\\251\"\n+++ \"b/\\303\\251\"\n@@ -1 +1 @@\n-a\n+b\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, Diff(tt.label, []byte(tt.old), []byte(tt.new))); d != "" {
				t.Error(d)
			}
		})
	}
	want := "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n"
	if d := cmp.Diff(want, Diff("f", nil, []byte("a\n"))); d != "" {
		t.Error(d)
	}
}

func TestDiffPath(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the paths are those of Unix")
	}
	for _, tt := range []struct{ path, dir, want string }{
		{"/home/u/x/config", "/home/u", "x/config"},
		{"/home/u/config", "/home/u/", "config"},
		{"config", "/home/u", "config"},
		{"./x/../config", "/home/u", "config"},
		{"..config", "/home/u", "..config"},
		{"../v/config", "/home/u", "home/v/config"},
		{"/etc/ssh/sshd_config", "/home/u", "etc/ssh/sshd_config"},
		{"/etc/ssh/sshd_config", "/", "etc/ssh/sshd_config"},
		{"/home/user/config", "/home/u", "home/user/config"},
		{"my config", "/d", "my config"},
		{`a"b`, "/d", `"a\"b"`},
		{`a\b`, "/d", `"a\\b"`},
		{"a'b", "/d", "a'b"},
		{"a\tb\nc\x01\x7f", "/d", `"a\tb\nc\001\177"`},
		{"é ü", "/d", `"\303\251 \303\274"`},
		{"\xff", "/d", `"\377"`},
		{"end ", "/d", `"end "`},
	} {
		if got := DiffPath(tt.path, tt.dir); got != tt.want {
			t.Errorf("DiffPath(%q, %q) = %q, not %q", tt.path, tt.dir, got, tt.want)
		}
	}
}

// The quoting is compared with that of git itself.
func TestDiffPathQuotesAsGit(t *testing.T) {
	git := findTool(t, "git")
	dir := repository(t, git)
	for c := 1; c < 256; c++ {
		if c == '/' {
			continue
		}
		name := fmt.Sprintf("%03d-%s-x", c, []byte{byte(c)})
		if os.WriteFile(filepath.Join(dir, name), nil, 0o600) != nil {
			continue // not every file system takes every name
		}
		got, _, _ := strings.Cut(run(t, dir, "", git, "-c", "core.quotePath=true", "ls-files", "--others", fmt.Sprintf("%03d-*", c)), "\n")
		if got != DiffPath(name, dir) {
			t.Errorf("%q: DiffPath %s, git %s", name, DiffPath(name, dir), got)
		}
	}
}

// findTool skips the test where the program is missing; its package has its
// name.
func findTool(t *testing.T, name string) string {
	t.Helper()
	program, err := exec.LookPath(name)
	if err != nil {
		needTool(t, name)
	}
	return program
}

// run returns what the program says, and fails the test if it fails.
func run(t *testing.T, dir, input string, words ...string) string {
	t.Helper()
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Dir = dir
	cmd.Stdin = strings.NewReader(input)
	// No configuration but that of the repository, and English messages.
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v\n%s", words, err, out)
	}
	return string(out)
}

func repository(t *testing.T, git string) string {
	t.Helper()
	dir := tempDir(t)
	run(t, dir, "", git, "init", "-q")
	return dir
}

// lay writes the old files and returns one diff of them all.
func lay(t *testing.T, dir string, changes []change) string {
	t.Helper()
	var patch strings.Builder
	for _, c := range changes {
		path := filepath.Join(dir, filepath.FromSlash(c.name))
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		if c.old != nil {
			must(t, os.WriteFile(path, c.old, 0o600))
		}
		patch.WriteString(Diff(DiffPath(path, dir), c.old, c.new))
	}
	return patch.String()
}

// wantChanged compares the files with what they should be; view, if any, says
// what of them counts.
func wantChanged(t *testing.T, dir string, changes []change, view ...func([]byte) []byte) {
	t.Helper()
	for _, c := range changes {
		got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(c.name)))
		want := c.new
		for _, f := range view {
			got, want = f(got), f(want)
		}
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%q: got %q, want %q (old %q): %v\n%s", c.name, got, c.new, c.old, err, Diff("f", c.old, c.new))
			return // one is enough to see why
		}
	}
}

// applyBoth applies the changes with git, for each way it may be told to handle
// line ends, and with patch.
func applyBoth(t *testing.T, changes []change) {
	t.Helper()
	for _, autocrlf := range []string{"false", "input", "true"} {
		t.Run("git autocrlf="+autocrlf, func(t *testing.T) {
			git := findTool(t, "git")
			dir := repository(t, git)
			run(t, dir, "", git, "config", "core.autocrlf", autocrlf)
			patch := lay(t, dir, changes)
			run(t, dir, patch, git, "apply", "--check")
			run(t, dir, patch, git, "apply")
			if autocrlf == "true" {
				// git was told to write CRLF, so it does.
				wantChanged(t, dir, changes, withoutCR)
			} else {
				wantChanged(t, dir, changes)
			}
		})
	}
	t.Run("patch", func(t *testing.T) {
		dir := tempDir(t)
		out := run(t, dir, lay(t, dir, changes), findTool(t, "patch"), "-p1", "--binary")
		for _, word := range []string{"fuzz", "offset", "Stripping", "garbage"} {
			if strings.Contains(out, word) {
				t.Errorf("patch says %q: %.300s", word, out)
			}
		}
		wantChanged(t, dir, changes)
	})
}

func TestDiffApplies(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	changes := []change{
		{"empty-old", []byte{}, []byte("a\nb\n")},
		{"empty-old-no-newline", []byte{}, []byte("a")},
		{"empty-new", []byte("a\nb\n"), []byte{}},
		{"empty-new-no-newline", []byte("a"), []byte{}},
		{"new", nil, []byte("a\r\nb\n")},
		{"folder/new", nil, []byte("a")},
		{"dashes", []byte("-- a\n++ b\n@@ -1 +1 @@\n"), []byte("-- b\n++ a\n@@ -1 +1 @@\n--- a/x\n+++ b/x\n")},
		{"backslash", []byte("\\ No newline at end of file\na"), []byte("\\ No newline at end of file")},
		{"only-cr", []byte("a\rb\rc"), []byte("a\rB\rc\r")},
	}
	for i := range 600 {
		name := fmt.Sprintf("f%03d", i)
		old := randomFile(r, i%6)
		changes = append(changes, change{name, old, edited(r, old, i%6)})
	}
	applyBoth(t, differing(changes))
}

func withoutCR(content []byte) []byte { return bytes.ReplaceAll(content, []byte("\r"), nil) }

func differing(changes []change) (out []change) {
	for _, c := range changes {
		if !bytes.Equal(c.old, c.new) {
			out = append(out, c)
		}
	}
	return out
}

// randomFile has few different lines, so that they repeat, and one kind of line
// end: LF, CRLF, mixed, none in the end, bytes that are no UTF-8, NULs.
func randomFile(r *rand.Rand, kind int) []byte {
	var out []byte
	for range r.IntN(40) {
		out = append(out, randomLine(r, kind)...)
	}
	if r.IntN(3) == 0 {
		out = bytes.TrimRight(out, "\r\n")
	}
	return append([]byte{}, out...)
}

func randomLine(r *rand.Rand, kind int) string {
	lines := []string{"", "Host *", "\tServerAliveInterval 60", " # é", "-- x", "Host a", "Port 22 "}
	line, end := lines[r.IntN(len(lines))], "\n"
	switch kind {
	case 1:
		end = "\r\n"
	case 2:
		end = []string{"\n", "\r\n", "\r\r\n"}[r.IntN(3)]
	case 4:
		line += string([]byte{0xff, byte(0x80 + r.IntN(64)), 0xe2, 0x28})
	case 5:
		line += "\x00" + string(rune('a'+r.IntN(3)))
	}
	return line + end
}

// edited changes, deletes and inserts lines, and the newline at the end.
func edited(r *rand.Rand, old []byte, kind int) []byte {
	lines := splitLines(string(old))
	for range 1 + r.IntN(5) {
		i := r.IntN(len(lines) + 1)
		switch {
		case r.IntN(3) == 0 || i == len(lines):
			lines = append(lines[:i:i], append([]string{randomLine(r, kind)}, lines[i:]...)...)
		case r.IntN(2) == 0:
			lines[i] = randomLine(r, kind)
		default:
			lines = append(lines[:i:i], lines[i+1:]...)
		}
	}
	out := []byte(strings.Join(lines, ""))
	switch r.IntN(6) {
	case 0:
		out = bytes.TrimRight(out, "\r\n")
	case 1:
		out = append(out, '\n')
	}
	return append([]byte{}, out...)
}

func TestDiffAppliesToOddNames(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the names are those of Unix")
	}
	var changes []change
	for _, name := range []string{
		"my config", " leading", "trailing ", "two  spaces", "a b/c d", "it's", `quote".conf`, `back\slash`,
		"tab\there", "é", "日本 語", "\xff\xfe", "a 2024-01-01 00:00:00.000000000 +0000", "dev/null",
		"-dash", "#hash", "a\x01b", `"quoted"`, "..dots", "a/b/c/d", ".sshd_config", "semi;colon", "$HOME", "*", "x.orig",
	} {
		changes = append(changes,
			change{name, []byte("a\nb\nc\n"), []byte("a\nB\nc\n")},
			change{"new-" + name, nil, []byte("a\n")})
	}
	applyBoth(t, changes)
}

// git takes a name with a newline; patch refuses any such.
func TestDiffAppliesToNameWithNewline(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the names are those of Unix")
	}
	git := findTool(t, "git")
	dir := repository(t, git)
	changes := []change{{"new\nline", []byte("a\n"), []byte("b\n")}}
	run(t, dir, lay(t, dir, changes), git, "apply")
	wantChanged(t, dir, changes)
}

// hosts is a file of n hosts, five lines each, of which most repeat.
func hosts(n int) []string {
	var lines []string
	for i := range n {
		lines = append(lines, fmt.Sprintf("Host h%d\n", i), fmt.Sprintf("    HostName 10.0.%d.%d\n", i/250, i%250),
			"    User root\n", "    ServerAliveInterval 0\n", "\n")
	}
	return lines
}

// Many scattered changes cost what each of them costs, not the whole file.
func TestDiffStaysSmall(t *testing.T) {
	old := hosts(10_000)
	for _, every := range []int{1, 7, 100, 5000} {
		new := append([]string{}, old...)
		changed := 0
		for i := 3; i < len(new); i += 5 * every {
			new[i] = "    ServerAliveInterval 60\n"
			changed++
		}
		a, b := []byte(strings.Join(old, "")), []byte(strings.Join(new, ""))
		start := time.Now()
		diff := Diff("config", a, b)
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("every %d: took %v", every, took)
		}
		deleted, inserted := strings.Count(diff, "\n-"), strings.Count(diff, "\n+")
		// The header +++ follows a newline, the header --- does not.
		if deleted != changed || inserted != changed+1 {
			t.Errorf("every %d: %d lines changed, but %d deleted and %d inserted", every, changed, deleted, inserted-1)
		}
	}
}

// Large edits take the way around the limit of the library; they apply too.
func TestDiffAppliesLarge(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var changes []change
	for i := range 40 {
		lines := hosts(400)
		for range 20 + r.IntN(400) {
			switch at := r.IntN(len(lines)); r.IntN(4) {
			case 0:
				lines[at] = fmt.Sprintf("Port %d\n", r.IntN(9))
			case 1:
				lines = append(lines[:at:at], lines[min(at+1+r.IntN(9), len(lines)):]...)
			case 2:
				lines = append(lines[:at:at], append([]string{"Host *\n", "\n"}, lines[at:]...)...)
			default: // a block moves
				n := min(at+5, len(lines))
				block := append([]string{}, lines[at:n]...)
				lines = append(append(lines[:at:at], lines[n:]...), block...)
			}
		}
		changes = append(changes, change{fmt.Sprintf("f%d", i), []byte(strings.Join(hosts(400), "")), []byte(strings.Join(lines, ""))})
	}
	applyBoth(t, changes)
}

// Without a line that both sides have once, the library's answer stands.
func TestDiffOfRepeatedLines(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var a, b []byte
	for range 2000 {
		a = append(a, byte('a'+r.IntN(3)), '\n')
		b = append(b, byte('a'+r.IntN(3)), '\n')
	}
	applyBoth(t, []change{{"f", a, b}})
}

func BenchmarkDiff(b *testing.B) {
	old := []byte(strings.Join(hosts(10_000), ""))
	new := bytes.ReplaceAll(old, []byte("ServerAliveInterval 0"), []byte("ServerAliveInterval 60"))
	for b.Loop() {
		Diff("config", old, new)
	}
}

// TestWalkedDiffs: where going through both sides once gives a diff, it is a right
// one and none is shorter.
func TestWalkedDiffs(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	walked := 0
	for range 5000 {
		var a, b []string
		line := func() string { return string(rune('a'+r.IntN(12))) + "\n" }
		for range r.IntN(40) {
			l := line()
			switch r.IntN(12) {
			case 0:
				a = append(a, l)
			case 1:
				b = append(b, l)
			case 2:
				a, b = append(a, l), append(b, line())
			default:
				a, b = append(a, l), append(b, l)
			}
		}
		diffs, ok := walkedDiffs(a, b)
		if !ok {
			continue
		}
		walked++
		var made []string
		at := 0
		for _, d := range diffs {
			made = append(append(made, a[at:d.Start]...), b[d.ReplStart:d.ReplEnd]...)
			at = d.End
		}
		if made = append(made, a[at:]...); !slices.Equal(made, b) {
			t.Fatalf("%q to %q: %v gives %q", a, b, diffs, made)
		}
		if got, want := cost(diffs), cost(lcs.DiffLines(a, b)); got > want {
			t.Fatalf("%q to %q: %v takes %d lines, not %d", a, b, diffs, got, want)
		}
	}
	if walked < 500 {
		t.Errorf("only %d of 5000 were walked", walked)
	}
}
