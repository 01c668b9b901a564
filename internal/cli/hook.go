package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/hookfile"
	"github.com/sshvet/sshvet/internal/term"
)

// hookActions are what can be done to a hook. To run one is for git's alone.
var hookActions = []string{"install", "uninstall", "run"}

func (p *program) hookCommand() *cli.Command {
	return &cli.Command{
		Name:      "hook",
		Usage:     "run sshvet before each commit or each deploy, or no longer",
		ArgsUsage: strings.Join(hookActions, "|"),
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "kamal", Usage: "the hook is one of Kamal (default: of git)"},
			&cli.StringFlag{Name: "hook", Usage: "which one: pre-connect or pre-deploy (`NAME`; default: install pre-connect, uninstall both)"},
			&cli.StringFlag{Name: "config-file", Aliases: []string{"c"}, Value: kamalConfigFile, Usage: "the deploy.yml that names the folder of the hooks, and that the hook checks (`FILE`)"},
			&cli.StringFlag{Name: "hooks-path", Usage: "the folder of the hooks (`DIR`; default: hooks_path in deploy.yml, else " + kamalHooks + ")"},
			&cli.BoolFlag{Name: "quiet", Usage: "nothing on standard error but warnings and failures"},
		},
		Action: p.hook,
	}
}

// hook says which program the hook is of; each has its own folder, names and
// part.
func (p *program) hook(c *cli.Context) error {
	action := c.Args().First()
	switch {
	case c.NArg() != 1:
		return usagef("hook: say what to do: install, uninstall or run; see 'sshvet hook -h'")
	case !slices.Contains(hookActions, action):
		return usagef("hook: there is no %q; use install, uninstall or run", action)
	case !c.Bool("kamal"):
		return p.gitHook(c, action)
	case action == "run":
		return usagef("hook: run is for the hook of git; Kamal's runs 'sshvet kamal'")
	}
	if c.IsSet("hook") && !slices.Contains(kamalHookNames, c.String("hook")) {
		return usagef("hook: --hook %s: the hooks are %s", c.String("hook"), strings.Join(kamalHookNames, " and "))
	}
	held := holdSignals() // from leaving an unfinished file behind
	defer held.release()
	if action == "install" {
		return p.installKamalHook(c)
	}
	return p.uninstallKamalHooks(c)
}

// reportHook says what became of a hook. done are the sentences for each
// outcome, in which %s is the path.
func (p *program) reportHook(c *cli.Context, path string, r hookfile.Result, done map[hookfile.Outcome]string) {
	for _, w := range r.Warnings {
		p.say("sshvet: warning: %s", w)
	}
	if text := done[r.Outcome]; text != "" {
		p.hookNote(c, text, path)
	}
	if r.Copy != "" {
		p.hookNote(c, "the lines of sshvet in it were edited; a copy of the whole hook is kept in %s", r.Copy)
	}
}

func (p *program) hookNote(c *cli.Context, format string, args ...any) {
	p.note(&options{quiet: c.Bool("quiet")}, format, args...)
}

// makeFolders makes a folder and those above it that are missing, for anybody
// to use as the umask says. It returns what it made, the innermost first, also
// with an error.
func makeFolders(dir string) (made []string, err error) {
	for at := filepath.Clean(dir); ; at = filepath.Dir(at) {
		if _, err := os.Stat(at); err == nil || at == filepath.Dir(at) {
			break
		}
		made = append(made, at)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return made, fmt.Errorf("the folder %s cannot be made: %w", dir, unwrapPath(err))
	}
	return made, nil
}

// removeEmpty removes folders that are empty, the innermost first. A link to a
// folder stays.
func removeEmpty(dirs ...string) {
	for _, dir := range dirs {
		if st, err := os.Lstat(dir); err != nil || !st.IsDir() || os.Remove(dir) != nil {
			return
		}
	}
}

// unwrapPath is an error less the path, for sentences that name it.
func unwrapPath(err error) error {
	if e, ok := err.(*fs.PathError); ok {
		return e.Err
	}
	return err
}

// oneLine reports whether a text can stand in a script or a message as it is.
func oneLine(text string) bool { return term.EscapeTab(text) == text }
