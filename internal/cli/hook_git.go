package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/gitx"
	"github.com/sshvet/sshvet/internal/hookfile"
)

// gitHookName is the hook that git runs before it makes a commit.
// legacyHookName is the one that pre-commit's hook runs before its own: the hook
// that was there before it. A hook in its place would be taken for such a one
// whenever somebody runs 'pre-commit install' again, with pre-commit's own hook
// behind it, and no commit would go through then.
const (
	gitHookName    = "pre-commit"
	legacyHookName = "pre-commit.legacy"
)

// gitHookPart is what sshvet has in a hook of git. Git passes over hooks that are
// not executable, with a hint, and so does this one. Findings stop the commit, and
// so does a check that could not be done: both are for whoever commits to see
// to, and nothing is lost by it. A sshvet that is missing, or that is none of
// this machine, stops nobody: hooks are shared, and colleagues may not have it.
var gitHookPart = hookfile.Part{
	Note:      "Made by 'sshvet hook install'; 'sshvet hook uninstall' takes it away.",
	PassInert: true,
	Body: `if command -v sshvet >/dev/null 2>&1; then
  sshvet_code=0
  sshvet hook run </dev/null || sshvet_code=$?
  case $sshvet_code in
  0) ;;
  1 | 2)
    echo 'sshvet: nothing was committed; to commit in spite of this: git commit --no-verify' >&2
    exit "$sshvet_code"
    ;;
  *) echo "sshvet: the check could not be done (exit code $sshvet_code); the commit goes on without" >&2 ;;
  esac
else
  echo 'sshvet: not installed here, so nothing is checked; to install it: go install github.com/sshvet/sshvet@latest' >&2
fi
`,
}

// kamalOnly are the flags that say something about hooks of Kamal alone.
var kamalOnly = []string{"hook", "config-file", "hooks-path"}

// gitHook does one of the actions for the repository of the current folder.
func (p *program) gitHook(c *cli.Context, action string) error {
	for _, name := range kamalOnly {
		if p.givenFlag(c, name) {
			return usagef("hook: --%s goes with --kamal", name)
		}
	}
	if action == "run" {
		return p.runGitHook(c.Bool("quiet"))
	}
	repo, err := gitx.Git{Env: os.Environ()}.Open()
	if err != nil {
		return fmt.Errorf("hook: %w", err)
	}
	hooks, err := repo.Hooks()
	if errors.Is(err, gitx.ErrHooksOff) {
		return fmt.Errorf("hook: %w; to have hooks again run: git config --unset core.hooksPath (with --global if it is set there)", err)
	}
	if err != nil {
		return err
	}
	held := holdSignals() // from leaving an unfinished file behind
	defer held.release()
	if action == "install" {
		return p.installGitHook(c, hooks)
	}
	if !slices.Contains(p.uninstallHooks(c, shortPath(hooks.Dir), []string{gitHookName, legacyHookName}), true) && p.code == exitOK {
		p.hookNote(c, "%s: nothing of sshvet is there", filepath.Join(shortPath(hooks.Dir), gitHookName))
	}
	return nil
}

// givenFlag reports whether a flag is on the command line.
func (p *program) givenFlag(c *cli.Context, name string) bool {
	for _, f := range c.Command.Flags {
		if slices.Contains(f.Names(), name) {
			return slices.ContainsFunc(f.Names(), func(n string) bool { return p.given[n] })
		}
	}
	return false
}

// runGitHook checks what is staged, as the hook does. Flags come from the
// environment and from the configuration of the repository.
func (p *program) runGitHook(quiet bool) error {
	p.inHook = true
	args := []string{"sshvet", "check", "--staged"}
	if quiet {
		args = append(args, "--quiet")
	}
	return p.run(args)
}

func (p *program) installGitHook(c *cli.Context, hooks gitx.Hooks) error {
	dir := shortPath(hooks.Dir)
	path := filepath.Join(dir, gitHookName)
	manager := managerOf(hooks, path)
	if manager == husky {
		return fmt.Errorf("hook: %s belongs to husky, which goes by the names of these files and may write them anew; put %s instead", dir, huskyPlace(dir))
	}
	if manager == preCommit {
		path = filepath.Join(dir, legacyHookName)
	}
	made, err := makeFolders(dir)
	if err != nil {
		removeEmpty(made...)
		return err
	}
	r, err := hookfile.Install(path, gitHookPart)
	if err != nil {
		removeEmpty(made...)
		return err
	}
	p.reportHook(c, path, r, map[hookfile.Outcome]string{
		hookfile.Nothing: "%s: already installed",
		hookfile.Made:    "%s: installed",
		hookfile.Chained: "%s: installed; the hook of before is called " + filepath.Base(r.Old) + " now and runs first",
		hookfile.Updated: "%s: brought up to date",
	})
	if r.Outcome == hookfile.Made || r.Outcome == hookfile.Chained {
		p.sayAboutGitHook(c, hooks, dir, manager)
	}
	return nil
}

// sayAboutGitHook says for whom a hook is, and what other programs will do to it.
func (p *program) sayAboutGitHook(c *cli.Context, hooks gitx.Hooks, dir, manager string) {
	switch {
	case hooks.Shared:
		p.hookNote(c, "core.hooksPath is set for all repositories of this machine or user, so the hook runs in all that use %s", dir)
	case hooks.Configured != "":
		p.hookNote(c, "core.hooksPath is %s; if that folder is in git, commit the hook", hooks.Configured)
	}
	switch manager {
	case preCommit:
		p.hookNote(c, "pre-commit's hook stays as it is, and runs this one first ('pre-commit install -f' takes it away); instead you can put sshvet into .pre-commit-config.yaml: its hooks are sshvet and sshvet-fix")
	case lefthook:
		p.hookNote(c, "lefthook's hook is kept and runs first, but lefthook may put it in place of this one again; better put the command 'sshvet hook run' into lefthook.yml")
	}
}

// Programs that manage the hooks of a repository.
const (
	husky     = "husky"
	preCommit = "pre-commit"
	lefthook  = "lefthook"
)

// managerOf recognises the program that put a hook there; "" if none is known.
// Husky, since version 9, has what it generates in a folder _ below the hooks of
// people, which git is pointed to; versions 5 to 8 point it to those hooks, which
// read _/husky.sh; before that all is generated, among git's own hooks. Each
// goes by the name it is called by.
func managerOf(hooks gitx.Hooks, path string) string {
	for _, name := range []string{"husky.sh", filepath.Join("_", "husky.sh")} {
		if exists(filepath.Join(hooks.Dir, name)) {
			return husky
		}
	}
	if filepath.Base(hooks.Dir) == "_" && exists(filepath.Join(hooks.Dir, "h")) {
		return husky
	}
	data, err := os.ReadFile(path)
	switch {
	case err != nil:
	case bytes.Contains(data, []byte("reated by Husky v")), bytes.Contains(data, []byte("/_/husky.sh")):
		return husky
	case bytes.Contains(data, []byte("File generated by pre-commit")):
		return preCommit
	case bytes.Contains(data, []byte("call_lefthook")):
		return lefthook
	}
	return ""
}

// huskyPlace says what to put where for husky to run it.
func huskyPlace(dir string) string {
	line := "the line 'sshvet hook run' into "
	switch {
	case filepath.Base(dir) == "_":
		return line + filepath.Join(filepath.Dir(dir), gitHookName)
	case filepath.Base(dir) == "hooks": // git's own, up to version 4
		return "'sshvet hook run' among the commands that package.json or .huskyrc names for " + gitHookName
	}
	return line + filepath.Join(dir, gitHookName)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// shortPath is a path as seen from the current folder, if it is below that.
func shortPath(path string) string {
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	for _, from := range []string{wd, realName(wd)} {
		if rel, err := filepath.Rel(from, path); err == nil && !strings.HasPrefix(rel, "..") {
			return rel
		}
	}
	return path
}
