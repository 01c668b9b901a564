package cli

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// copyTree copies a folder.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// codeBlocks are the blocks of a page in a language.
func codeBlocks(page, language string) []string {
	var out []string
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```").FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

// sshvetLine is a line of a shell, a workflow or a pipeline that runs sshvet.
var sshvetLine = regexp.MustCompile(`(?m)^\s*(?:- |- run: |sh ')?(sshvet (?:check|kamal) [^'\n]*(?:'[^'\n]*'[^'\n]+)*)'?$`)

// TestCIPage runs the command lines of docs/ci.md on the example, and reads
// what they write.
func TestCIPage(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the lines are for a POSIX shell")
	}
	page := readPage(t, filepath.Join("..", "..", "docs", "ci.md"))
	lines := sshvetLine.FindAllStringSubmatch(page, -1)
	if mentioned := strings.Count(page, "sshvet check --") + strings.Count(page, "sshvet kamal --"); len(lines) != mentioned || mentioned < 10 {
		t.Fatalf("%d command lines of %d are found: %q", len(lines), mentioned, lines)
	}
	for _, line := range lines {
		t.Run(line[1], func(t *testing.T) {
			dir := t.TempDir()
			copyTree(t, filepath.Join("..", "..", "testdata", "example"), dir)
			cmd := exec.Command("sh", "-c", line[1])
			cmd.Dir = dir
			cmd.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH")}
			var stderr strings.Builder
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			var exit *exec.ExitError
			if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != exitFindings) {
				t.Fatalf("%v\n%s%s", err, out, stderr.String())
			}
			if _, name, found := strings.Cut(line[1], "--output "); found {
				name, _, _ = strings.Cut(name, " ")
				if len(out) > 0 {
					t.Errorf("on standard output: %s", out)
				}
				readReport(t, filepath.Join(dir, name))
			}
		})
	}
}

// readReport reads a report, by its name JSON or XML, which holds something.
func readReport(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Ext(path) != ".xml" {
		if !json.Valid(data) || !strings.Contains(string(data), "match-scoped-keepalive") {
			t.Errorf("%s", data)
		}
		return
	}
	for d := xml.NewDecoder(strings.NewReader(string(data))); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(string(data), "match-scoped-keepalive") {
		t.Errorf("%s", data)
	}
}

// actionFile is what the tests look at of action.yml.
type actionFile struct {
	Inputs  map[string]struct{ Description, Default string }
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []struct {
			ID, Name, If, Uses, Run, Shell string
			WorkingDirectory               string `yaml:"working-directory"`
			With, Env                      map[string]string
		}
	}
}

func readAction(t *testing.T) actionFile {
	t.Helper()
	var a actionFile
	if err := yaml.Unmarshal([]byte(readPage(t, filepath.Join("..", "..", "action.yml"))), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// TestAction: nothing that a workflow says gets into the text of a script, and
// every input that is used is declared.
func TestAction(t *testing.T) {
	a := readAction(t)
	if a.Runs.Using != "composite" || len(a.Runs.Steps) == 0 {
		t.Fatalf("%+v", a)
	}
	for name, in := range a.Inputs {
		if in.Description == "" {
			t.Errorf("the input %s is not described", name)
		}
	}
	used := map[string]bool{}
	for _, s := range a.Runs.Steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("%s: an expression in a script: %s", s.Name, s.Run)
		}
		if s.Run != "" && s.Shell != "bash" {
			t.Errorf("%s: the shell is %q", s.Name, s.Shell)
		}
		texts := append(slices.Collect(maps.Values(s.Env)), slices.Collect(maps.Values(s.With))...)
		for _, m := range regexp.MustCompile(`inputs\.([a-z-]+)`).FindAllStringSubmatch(strings.Join(append(texts, s.If, s.WorkingDirectory), " "), -1) {
			used[m[1]] = true
		}
	}
	if want := slices.Sorted(maps.Keys(a.Inputs)); !slices.Equal(slices.Sorted(maps.Keys(used)), want) {
		t.Errorf("inputs used: %v, declared: %v", slices.Sorted(maps.Keys(used)), want)
	}
	script := readPage(t, filepath.Join("..", "..", ".github", "action.sh"))
	for _, s := range a.Runs.Steps {
		for name := range s.Env {
			if !strings.Contains(script, "$"+name) && !strings.Contains(script, "${"+name) {
				t.Errorf("action.sh does not use %s", name)
			}
		}
	}
}

// TestCIPageYAML: the workflows of docs/ci.md are YAML, and use inputs of the
// action that there are.
func TestCIPageYAML(t *testing.T) {
	inputs := readAction(t).Inputs
	for _, block := range codeBlocks(readPage(t, filepath.Join("..", "..", "docs", "ci.md")), "yaml") {
		var file struct {
			Jobs map[string]struct {
				Steps []struct {
					Uses string
					With map[string]any
				}
			}
		}
		if err := yaml.Unmarshal([]byte(block), &file); err != nil {
			t.Fatalf("%v\n%s", err, block)
		}
		for _, job := range file.Jobs {
			for _, s := range job.Steps {
				if !strings.HasPrefix(s.Uses, "sshvet/sshvet@") {
					continue
				}
				for name := range s.With {
					if _, ok := inputs[name]; !ok {
						t.Errorf("the action has no input %s", name)
					}
				}
			}
		}
	}
}

// runAction runs a step of the action in a folder.
func runAction(t *testing.T, dir, step string, env ...string) (out string, outputs map[string]string, code int) {
	t.Helper()
	script, err := filepath.Abs(filepath.Join("..", "..", ".github", "action.sh"))
	if err != nil {
		t.Fatal(err)
	}
	results := filepath.Join(t.TempDir(), "outputs")
	cmd := exec.Command("bash", script, step)
	cmd.Dir = dir
	cmd.Env = append([]string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "GITHUB_OUTPUT=" + results, "GITHUB_WORKSPACE=" + dir}, env...)
	var both strings.Builder
	cmd.Stdout, cmd.Stderr = &both, &both
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	outputs = map[string]string{}
	data, _ := os.ReadFile(results)
	for line := range strings.Lines(string(data)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		outputs[name] = value
	}
	return both.String(), outputs, cmd.ProcessState.ExitCode()
}

func needBash(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the files have Unix names")
	}
	needProgram(t, "bash", "bash")
}

// needProgram skips a test whose program is missing, which CI must not do.
func needProgram(t *testing.T, name, pkg string) string {
	t.Helper()
	path, err := lookProgram(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing; on Debian it is in the package %s", name, pkg)
	}
	t.Skipf("%s is missing; on Debian it is in the package %s", name, pkg)
	return ""
}

// example is a checkout with the files of the example.
func example(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	copyTree(t, filepath.Join("..", "..", "testdata", "example"), dir)
	return dir
}

func TestActionCheck(t *testing.T) {
	needBash(t)
	dir := example(t)
	if err := os.MkdirAll(filepath.Join(dir, "a b", "*"), 0o755); err != nil {
		t.Fatal(err)
	}
	odd := filepath.Join("a b", "*", "sshd_config")
	if err := os.WriteFile(filepath.Join(dir, odd), []byte("ClientAliveInterval 60\nClientAliveCountMax 240\nNoSuchWord ##[error]x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(want int, env ...string) (string, map[string]string) {
		t.Helper()
		out, outputs, code := runAction(t, dir, "check", append([]string{"SSHVET=sshvet"}, env...)...)
		if code != want || outputs["exit-code"] != string(rune('0'+want)) {
			t.Fatalf("exit code %d, outputs %v, want %d:\n%s", code, outputs, want, out)
		}
		return out, outputs
	}

	out, _ := run(1, "INPUT_PATHS=sshd_config")
	if !strings.HasPrefix(out, "::warning file=sshd_config,line=11,endLine=11,col=1,endColumn=23,title=match-scoped-keepalive::") {
		t.Errorf("%s", out)
	}
	run(0, "INPUT_PATHS=sshd_config", "INPUT_FAIL_ON=error")
	run(0, "INPUT_PATHS=sshd_config", "INPUT_ARGS=--ignore  keepalive --quiet")

	// Paths may hold blanks and wildcards; a file cannot speak to the build.
	out, _ = run(1, "INPUT_PATHS=\n"+odd+"\r\n", "INPUT_FORMAT=concise")
	if !strings.HasPrefix(out, "::add-matcher::") || !strings.Contains(out, "\na b/*/sshd_config:3:1: error: ") || strings.Contains(out, "##[") {
		t.Errorf("%s", out)
	}

	// Nothing is read as shell or as a flag.
	for _, evil := range []string{"$(touch owned)", "`touch owned`", "; touch owned", "x' 'y", "--exit-zero", "-"} {
		runAction(t, dir, "check", "SSHVET=sshvet", "INPUT_PATHS="+evil, "INPUT_ARGS="+evil, "INPUT_FORMAT="+evil, "INPUT_FAIL_ON="+evil, "INPUT_SARIF_FILE="+evil)
	}
	if _, err := os.Stat(filepath.Join(dir, "owned")); err == nil {
		t.Error("an input was run")
	}

	_, outputs := run(1, "INPUT_PATHS=.", "INPUT_SARIF_FILE=r.sarif")
	if outputs["sarif"] != "true" {
		t.Errorf("%v", outputs)
	}
	readReport(t, filepath.Join(dir, "r.sarif"))
	out, outputs = run(2, "INPUT_PATHS=sshd_config\nmissing", "INPUT_SARIF_FILE=r2.sarif")
	if report := readPage(t, filepath.Join(dir, "r2.sarif")); outputs["sarif"] != "true" || !strings.Contains(report, `"executionSuccessful": false`) {
		t.Errorf("%v\n%s\n%s", outputs, out, report)
	}
	out, outputs = run(2, "INPUT_PATHS=sshd_config", "INPUT_SARIF_FILE=nowhere/r.sarif")
	if outputs["sarif"] != "" || !strings.Contains(out, "sshvet: --output nowhere/r.sarif: there is no folder nowhere") {
		t.Errorf("%v\n%s", outputs, out)
	}
	out, outputs = run(2, "INPUT_PATHS=sshd_config", "INPUT_FORMAT=text", "INPUT_ARGS=--statistics", "INPUT_SARIF_FILE=r3.sarif")
	if outputs["sarif"] != "" || !strings.Contains(out, "--statistics goes with --format text or json") {
		t.Errorf("%v\n%s", outputs, out)
	}
	// A report of before is not taken for a new one.
	if _, outputs = run(2, "INPUT_PATHS=sshd_config", "INPUT_ARGS=--no-such-flag", "INPUT_SARIF_FILE=r.sarif"); outputs["sarif"] != "" {
		t.Errorf("%v", outputs)
	}
	if _, outputs = run(1, "INPUT_PATHS=sshd_config", "INPUT_SARIF_FILE=r.sarif"); outputs["sarif"] != "true" {
		t.Errorf("%v", outputs)
	}
	out, outputs = run(2, "INPUT_PATHS=sshd_config", "INPUT_UPLOAD_SARIF=true")
	if outputs["sarif"] != "" || !strings.Contains(out, "upload-sarif needs sarif-file") {
		t.Errorf("%v\n%s", outputs, out)
	}
	// No paths are the whole folder, not the files of the machine.
	if out, _ = run(1, "INPUT_PATHS=\n"); !strings.Contains(out, "file=sshd_config,line=11") {
		t.Errorf("%s", out)
	}
}

func TestActionBuild(t *testing.T) {
	needBash(t)
	needProgram(t, "go", "golang-go")
	if _, outputs, code := runAction(t, t.TempDir(), "build", "INPUT_PROGRAM=/opt/sshvet"); code != 0 || outputs["program"] != "/opt/sshvet" {
		t.Errorf("%d, %v", code, outputs)
	}
	if testing.Short() {
		t.Skip("builds the program")
	}
	temp := t.TempDir()
	var env []string
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(value)))
	}
	out, outputs, code := runAction(t, temp, "build", append(env, "RUNNER_TEMP="+temp)...)
	if code != 0 {
		t.Fatalf("%d\n%s", code, out)
	}
	version, err := exec.Command(outputs["program"], "--version").Output()
	if err != nil || !strings.HasPrefix(string(version), "sshvet ") {
		t.Errorf("%v: %s", err, version)
	}
}
