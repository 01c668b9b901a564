//go:build unix

package cli

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// preCommitRun is pre-commit at work in a repository of a user, with a copy of this
// repository to take the hooks from, and without any network.
type preCommitRun struct {
	t     *testing.T
	env   []string
	hooks string // the repository of the hooks
	rev   string // its commit
	stamp string // the version of the program that is built from it, and of no other
	repo  string // the user's
}

func newPreCommit(t *testing.T) *preCommitRun {
	t.Helper()
	if testing.Short() {
		t.Skip("it builds the program")
	}
	for _, tool := range [][2]string{{"pre-commit", "pre-commit"}, {"git", "git"}, {"go", "golang-go"}} {
		if _, err := exec.LookPath(tool[0]); err == nil {
			continue
		}
		message := fmt.Sprintf("%s is missing; on Debian it is in the package %s", tool[0], tool[1])
		if os.Getenv("CI") == "true" {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	dir := t.TempDir()
	p := &preCommitRun{t: t, hooks: filepath.Join(dir, "hooks"), repo: filepath.Join(dir, "repo"), stamp: fmt.Sprintf("precommit-%d", time.Now().UnixNano())}
	p.environment(dir)
	p.copyModule()
	p.rev = strings.TrimSpace(p.commitAll(p.hooks))
	if err := os.Mkdir(p.repo, 0o755); err != nil {
		t.Fatal(err)
	}
	p.git(p.repo, "init", "-q")
	return p
}

// environment lets Go have what it has downloaded, and no more. The sshvet that
// comes first on the PATH is a wrong one.
func (p *preCommitRun) environment(dir string) {
	goenv := func(name string) string {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			p.t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	for _, v := range os.Environ() {
		if !inherited.MatchString(v) && !strings.HasPrefix(v, "GO") && !strings.HasPrefix(v, "PRE_COMMIT") {
			p.env = append(p.env, v)
		}
	}
	wrong := filepath.Join(dir, "wrong")
	p.write(filepath.Join(wrong, "sshvet"), "#!/bin/sh\necho 'the wrong sshvet ran'\n")
	if err := os.Chmod(filepath.Join(wrong, "sshvet"), 0o755); err != nil {
		p.t.Fatal(err)
	}
	p.env = append(p.env,
		"PATH="+wrong+":"+os.Getenv("PATH"), "HOME="+dir, "PRE_COMMIT_HOME="+filepath.Join(dir, "cache"),
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "LC_ALL=C.UTF-8",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b",
		"GOPROXY=file://"+filepath.ToSlash(goenv("GOMODCACHE"))+"/cache/download", "GOSUMDB=off", "GOTOOLCHAIN=local", "GOENV=off",
		"GOCACHE="+goenv("GOCACHE"), "CGO_ENABLED=0",
	)
}

// copyModule makes a repository of this module as it is now, with the stamp for
// a version.
func (p *preCommitRun) copyModule() {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		switch {
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata"):
			return fs.SkipDir
		case d.Name() == ".git": // a linked worktree has a file of that name
			return nil
		case !d.Type().IsRegular(), strings.HasSuffix(path, "_test.go"), filepath.Ext(path) == ".test", rel == "sshvet":
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		p.write(filepath.Join(p.hooks, rel), string(data))
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.write(filepath.Join(p.hooks, "internal", "cli", "stamp.go"), fmt.Sprintf("package cli\n\nfunc init() { version = %q }\n", p.stamp))
	p.git(p.hooks, "init", "-q")
}

func (p *preCommitRun) write(path, text string) {
	p.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// try runs a program and returns what it prints.
func (p *preCommitRun) try(dir, program string, args ...string) (out string, ok bool) {
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env = dir, p.env
	text, err := cmd.CombinedOutput()
	return string(text), err == nil
}

func (p *preCommitRun) git(dir string, args ...string) string {
	p.t.Helper()
	out, ok := p.try(dir, "git", args...)
	if !ok {
		p.t.Fatalf("git %v: %s", args, out)
	}
	return out
}

// commitAll commits what there is without asking hooks.
func (p *preCommitRun) commitAll(dir string) string {
	p.t.Helper()
	p.git(dir, "add", "-A", "-f", ".")
	p.git(dir, "commit", "-q", "--no-verify", "-m", "x")
	return p.git(dir, "rev-parse", "HEAD")
}

// configure says which hooks the user's repository has.
func (p *preCommitRun) configure(hooks string) {
	p.write(filepath.Join(p.repo, ".pre-commit-config.yaml"), fmt.Sprintf("repos:\n- repo: %s\n  rev: %s\n  hooks:\n%s", p.hooks, p.rev, hooks))
}

// result is the object that the hook prints, of which the stamp must be that of
// the program just built.
func (p *preCommitRun) result(out string) (files []string, rules []string) {
	p.t.Helper()
	var got struct {
		Tool        struct{ Version string }
		Files       []struct{ Path string }
		Diagnostics []struct{ Rule, File string }
	}
	at := strings.Index(out, "\n{")
	if at < 0 {
		p.t.Fatalf("the hook printed no result:\n%s", out)
	}
	if err := json.NewDecoder(strings.NewReader(out[at:])).Decode(&got); err != nil {
		p.t.Fatalf("%v:\n%s", err, out)
	}
	if got.Tool.Version != p.stamp {
		p.t.Fatalf("sshvet %s ran, not the one that was built (%s)", got.Tool.Version, p.stamp)
	}
	for _, f := range got.Files {
		files = append(files, f.Path)
	}
	for _, d := range got.Diagnostics {
		rules = append(rules, d.File+" "+d.Rule)
	}
	return files, rules
}

const weakClient = "Host *\n  ServerAliveInterval 300\n  ServerAliveCountMax 240\n"

// TestPreCommit runs the hooks of .pre-commit-hooks.yaml by the real pre-commit.
func TestPreCommit(t *testing.T) {
	p := newPreCommit(t)
	t.Run("names", p.testNames)
	t.Run("commit", p.testCommit)
	t.Run("fix", p.testFix)
}

// on is p with another test to fail.
func (p *preCommitRun) on(t *testing.T) *preCommitRun {
	q := *p
	q.t = t
	return &q
}

// testNames: which files of a repository the hooks look at.
func (p *preCommitRun) testNames(t *testing.T) {
	p = p.on(t)
	want, other := repositoryFiles(), otherFiles()
	for name, text := range want {
		p.write(filepath.Join(p.repo, name), text)
	}
	for _, name := range other {
		p.write(filepath.Join(p.repo, name), "this is no configuration\n")
	}
	p.write(filepath.Join(p.repo, "config/deploy.yml"), "no: deployment\n") // another hook's
	for name, first := range scriptFiles {
		p.write(filepath.Join(p.repo, name), first+"\nexit 1\n")
		if err := os.Chmod(filepath.Join(p.repo, name), 0o755); err != nil {
			t.Fatal(err)
		}
		other = append(other, name)
	}
	p.configure("  - id: sshvet\n    args: [--format=json, --no-config, --fail-on=error]\n    verbose: true\n")
	p.git(p.repo, "add", "-A", "-f", ".")
	out, ok := p.try(p.repo, "pre-commit", "run", "--all-files", "--color=never")
	if !ok {
		t.Fatalf("it fails:\n%s", out)
	}
	files, _ := p.result(out)
	var names []string
	for name := range want {
		names = append(names, name)
	}
	slices.Sort(names)
	slices.Sort(files)
	if !slices.Equal(files, names) {
		t.Errorf("looked at %q\nwant      %q", files, names)
	}
	for name := range want {
		os.Remove(filepath.Join(p.repo, name))
	}
	for _, name := range append(other, "config/deploy.yml") {
		os.Remove(filepath.Join(p.repo, name))
	}
	p.commitAll(p.repo)
}

// testCommit: the hook as git runs it.
func (p *preCommitRun) testCommit(t *testing.T) {
	p = p.on(t)
	p.configure("  - id: sshvet\n    args: [--format=json]\n")
	p.write(filepath.Join(p.repo, ".ssh/config"), weakClient)
	p.git(p.repo, "add", "-A", "-f", ".")
	if out, ok := p.try(p.repo, "pre-commit", "install"); !ok {
		t.Fatal(out)
	}
	p.write(filepath.Join(p.repo, ".ssh/config"), goodClient) // not staged
	out, ok := p.try(p.repo, "git", "commit", "-m", "weak")
	if ok {
		t.Fatalf("the commit was made:\n%s", out)
	}
	if _, rules := p.result(out); !slices.Contains(rules, ".ssh/config slow-keepalive") {
		t.Errorf("found %q", rules)
	}
	p.git(p.repo, "add", ".ssh/config")
	if out, ok := p.try(p.repo, "git", "commit", "-m", "good"); !ok {
		t.Errorf("the commit was refused:\n%s", out)
	}
}

// testFix: the hook that repairs fails when it changed something, and passes
// then.
func (p *preCommitRun) testFix(t *testing.T) {
	p = p.on(t)
	p.configure("  - id: sshvet-fix\n")
	p.write(filepath.Join(p.repo, ".ssh/config"), weakClient)
	template := "ClientAliveInterval 900\nPort {{ port }}\n"
	p.write(filepath.Join(p.repo, "templates/sshd_config.j2"), template)
	p.git(p.repo, "add", "-A", "-f", ".")
	out, ok := p.try(p.repo, "pre-commit", "run", "--color=never")
	if ok || !strings.Contains(out, "files were modified by this hook") || strings.Contains(out, "the wrong sshvet ran") {
		t.Errorf("it did not fail, or changed nothing:\n%s", out)
	}
	if !strings.Contains(out, "templates/sshd_config.j2 is a template (Jinja); fix it by hand") {
		t.Errorf("it does not say that a template is left:\n%s", out)
	}
	for name, want := range map[string]string{".ssh/config": goodClient, "templates/sshd_config.j2": template} {
		if got, err := os.ReadFile(filepath.Join(p.repo, name)); err != nil || string(got) != want {
			t.Errorf("%s is %q (%v)", name, got, err)
		}
	}
	p.git(p.repo, "rm", "-q", "-f", "templates/sshd_config.j2")
	p.git(p.repo, "add", "-A", ".")
	if out, ok := p.try(p.repo, "pre-commit", "run", "--all-files", "--color=never"); !ok {
		t.Errorf("it fails although nothing is to be done:\n%s", out)
	}
}
