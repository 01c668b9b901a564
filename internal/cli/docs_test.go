package cli

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/report"
)

// console are the blocks of a page that show commands with their output.
var console = regexp.MustCompile("(?s)```console\n(.*?)```")

// TestReadme runs the commands that README.md and other pages show.
// UPDATE_SCRIPTS=1 writes what they print.
func TestReadme(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands name files as Unix does")
	}
	for _, name := range []string{"README.md", "docs/compare.md", "docs/logs.md"} {
		checkConsole(t, name)
	}
}

func checkConsole(t *testing.T, name string) {
	path := filepath.Join("..", "..", filepath.FromSlash(name))
	page := readPage(t, path)
	fresh := console.ReplaceAllStringFunc(page, func(block string) string {
		var out strings.Builder
		for _, command := range regexp.MustCompile(`(?m)^\$ sshvet (.*)$`).FindAllStringSubmatch(block, -1) {
			if out.Len() > 0 {
				out.WriteString("\n")
			}
			out.WriteString(command[0] + "\n" + runHere(t, strings.Fields(command[1])))
		}
		return "```console\n" + out.String() + "```"
	})
	if fresh == page {
		return
	}
	if os.Getenv("UPDATE_SCRIPTS") != "" {
		if err := os.WriteFile(path, []byte(fresh), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s shows output that sshvet no longer prints; run UPDATE_SCRIPTS=1 go test ./internal/cli -run Readme", name)
}

// runHere is what a command prints in the root of the repository.
func runHere(t *testing.T, args []string) string {
	t.Helper()
	path, err := exec.LookPath("sshvet")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = []string{"HOME=/nonexistent", "PATH=" + os.Getenv("PATH")}
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != exitFindings {
		t.Fatalf("%v: %v\n%s", args, err, out.String())
	}
	return out.String()
}

func readPage(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestPagesNameEverything: every command stands in README.md and in docs/cli.md,
// every flag in docs/cli.md and in the help of its command, every format there.
func TestPagesNameEverything(t *testing.T) {
	readme := readPage(t, filepath.Join("..", "..", "README.md"))
	page := readPage(t, filepath.Join("..", "..", "docs", "cli.md"))
	app := (&program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}).app(nil)
	for _, cmd := range app.Commands {
		for name, text := range map[string]string{"README.md": readme, "docs/cli.md": page} {
			if !strings.Contains(text, "sshvet "+cmd.Name) {
				t.Errorf("%s does not name the command %s", name, cmd.Name)
			}
		}
		help := helpText(app, cmd.Name)
		for _, f := range cmd.Flags {
			flag := completeFlag(cmd.Name, f)
			if !names(page, flag.names) {
				t.Errorf("docs/cli.md does not name %v of %s", flag.names, cmd.Name)
			}
			if !names(help, flag.names) {
				t.Errorf("the help of %s does not name %v", cmd.Name, flag.names)
			}
		}
	}
	for _, format := range report.Names() {
		if !strings.Contains(page, "`"+format+"`") {
			t.Errorf("docs/cli.md does not name the format %s", format)
		}
	}
}

// names reports whether a page has all names of a flag as words.
func names(page string, flags []string) bool {
	for _, f := range flags {
		if !regexp.MustCompile("(^|[\\s`\\[(])" + regexp.QuoteMeta(f) + "($|[^-\\w])").MatchString(page) {
			return false
		}
	}
	return true
}
