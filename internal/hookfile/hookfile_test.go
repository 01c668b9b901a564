package hookfile

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var part = Part{Note: "Made by a test.", Body: "echo part\n"}

// TestRoundTrip: whatever a hook holds, and whatever its mode, it comes back as
// the same file.
func TestRoundTrip(t *testing.T) {
	pieces := []string{"", "#!/bin/sh\n", "\r\n", "\n", "echo a", "\x00\xff", "# >>> something\n", "exit 3\n", "# The hook that was here before is x.\n", "é"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		var content strings.Builder
		for range random.IntN(6) {
			content.WriteString(pieces[random.IntN(len(pieces))])
		}
		mode := os.FileMode(0o400 | random.IntN(0o400))
		path := writeHook(t, content.String(), mode)
		before, _ := os.Lstat(path)
		for _, want := range []Outcome{Chained, Nothing} {
			if r, err := Install(path, part); err != nil || r.Outcome != want {
				t.Fatalf("%q: install: %v, %v", content.String(), r, err)
			}
		}
		if r, err := Uninstall(path); err != nil || r.Outcome != Restored {
			t.Fatalf("%q: uninstall: %v, %v", content.String(), r, err)
		}
		after, err := os.Lstat(path)
		if err != nil || !os.SameFile(before, after) || before.Mode() != after.Mode() {
			t.Fatalf("%q: it is another file, or has another mode", content.String())
		}
		hasOnly(t, path, content.String())
	}
}

// TestNeverMissing: while the part comes and goes, the hook is there at each
// moment, and whole.
func TestNeverMissing(t *testing.T) {
	if windows {
		t.Skip("a file that is open cannot be replaced there")
	}
	old := "#!/bin/sh\n" + strings.Repeat("echo old\n", 2000)
	path := writeHook(t, old, 0o755)
	ours := shebang + part.text("pre-connect"+oldSuffix)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for {
			select {
			case <-stop:
				return
			default:
			}
			data, err := os.ReadFile(path)
			if err != nil || string(data) != old && string(data) != ours {
				t.Errorf("seen meanwhile: %.40q, %v", data, err)
				return
			}
		}
	}()
	for range 40 {
		if _, err := Install(path, part); err != nil {
			t.Fatal(err)
		}
		if _, err := Uninstall(path); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	wg.Wait()
	hasOnly(t, path, old)
}

// TestTogether: of several at once one installs, the others find it done or say
// that they were disturbed, and the hook of before survives.
func TestTogether(t *testing.T) {
	for range 25 {
		path := writeHook(t, "old", 0o755)
		var wg sync.WaitGroup
		for range 4 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				if _, err := Install(path, part); err != nil && !strings.Contains(err.Error(), "run the command again") {
					t.Error(err)
				}
			}()
		}
		wg.Wait()
		if r, err := Uninstall(path); err != nil || r.Outcome != Restored {
			t.Fatalf("%v, %v", r, err)
		}
		hasOnly(t, path, "old")
	}
}

// TestSwapByRename is the way of file systems without hard links.
func TestSwapByRename(t *testing.T) {
	path := writeHook(t, "old", 0o755)
	h, err := look(path)
	if err != nil {
		t.Fatal(err)
	}
	old := path + oldSuffix
	temp, err := finished(path, "new")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.swapByRename(filepath.Join(path+".missing", "x"), old); err == nil {
		t.Fatal("no error for a file that does not exist")
	}
	if got, _ := os.ReadFile(path); string(got) != "old" || exists(old) {
		t.Fatalf("after a failure the hook is %q", got)
	}
	if err := h.swapByRename(temp, old); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(path)
	kept, _ := os.ReadFile(old)
	if string(got) != "new" || string(kept) != "old" {
		t.Fatalf("the hook is %q, that of before %q", got, kept)
	}
	if err := h.swapByRename(temp, old); err == nil {
		t.Fatal("no error although the hook is another one now")
	}
	if kept, _ := os.ReadFile(old); string(kept) != "old" {
		t.Fatalf("the hook of before is %q", kept)
	}
}

// TestFind: only a whole pair of marks is a part.
func TestFind(t *testing.T) {
	text := part.text("pre-connect" + oldSuffix)
	begin, rest, _ := strings.Cut(text, "\n")
	for _, c := range []struct {
		content           string
		ok, whole, edited bool
	}{
		{"", false, true, false},
		{"#!/bin/sh\necho '# >>> sshvet hook'\n", false, true, false},
		{shebang + text, true, true, false},
		{strings.ReplaceAll(shebang+text, "\n", "\r\n"), true, true, false},
		{shebang + text + "echo after", true, true, false},
		{shebang + strings.TrimSuffix(text, "\n"), true, true, false},
		{strings.Replace(text, "echo", "printf", 1), true, true, true},
		{strings.Replace(text, " 1, ", " 1, 0", 1), true, true, true},
		{text + text, true, false, false},
		{begin + "\n", true, false, false},
		{rest, true, false, false},
		{rest + begin + "\n", true, false, false},
	} {
		at, ok, whole := find(c.content)
		if ok != c.ok || whole != c.whole || at.edited != c.edited {
			t.Errorf("%q: part %v, whole %v, edited %v", c.content, ok, whole, at.edited)
		}
		if ok && whole && (at.before+at.part+at.after != c.content || at.chained != "pre-connect"+oldSuffix) {
			t.Errorf("%q: %+v", c.content, at)
		}
	}
}

// TestForeignChain: a name that Install would not give is never renamed.
func TestForeignChain(t *testing.T) {
	for _, name := range []string{"../../etc/passwd", "pre-deploy.before-sshvet", "pre-connect", "pre-connect.before-sshvet-", "pre-connect.before-sshvet/x"} {
		if isOldName("pre-connect", name) {
			t.Errorf("%s is taken for a name of ours", name)
		}
		path := writeHook(t, shebang+part.text(name), 0o755)
		if r, err := Uninstall(path); err != nil || r.Outcome != Removed {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
}

// TestReadsOwnName: what a script does with the name it is called by, and not
// with the folder it lies in.
func TestReadsOwnName(t *testing.T) {
	for script, want := range map[string]bool{
		`name=$(basename "$0")`:                                true,
		`name=${0##*/}`:                                        true,
		"case $0 in\n*/pre-commit) ;;\nesac":                   true,
		`case "$0" in *commit) ;; esac`:                        true,
		`File.basename(__FILE__)`:                              true,
		`File.basename($PROGRAM_NAME, ".rb")`:                  true,
		`hook = os.path.basename(__file__)`:                    true,
		`hook = os.path.basename(sys.argv[0])`:                 true,
		`hook = pathlib.Path(__file__).resolve().name`:         true,
		`if __file__.endswith("pre-commit"):`:                  true,
		`const hook = path.basename(process.argv[1])`:          true,
		`const hook = require("path").basename(__filename)`:    true,
		`run() if $0 =~ /pre-commit/;`:                         true,
		`cd "$(dirname "$0")"`:                                 false,
		`"${0%/*}/../lint"`:                                    false,
		`root = os.path.dirname(os.path.abspath(__file__))`:    false,
		`root = pathlib.Path(__file__).resolve().parent`:       false,
		`if __FILE__ == $0`:                                    false,
		`if [ "$(basename "$PWD")" = shop ]; then exit 0; fi`:  false,
		`const root = path.dirname(process.argv[1])`:           false,
		`echo "pre-commit of $(git config user.name)" && true`: false,
	} {
		if readsOwnName([]byte(script)) != want {
			t.Errorf("%s: %v", script, !want)
		}
	}
}

func writeHook(t *testing.T, content string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pre-connect")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// hasOnly: the hook has this content, and nothing else is in its folder.
func hasOnly(t *testing.T, path, content string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, []byte(content)) {
		t.Errorf("it is %.60q, %v; it was %.60q", got, err, content)
	}
	files, _ := os.ReadDir(filepath.Dir(path))
	if len(files) != 1 {
		t.Errorf("left in the folder: %v", files)
	}
}
