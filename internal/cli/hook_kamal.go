package cli

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
	"go.yaml.in/yaml/v4"

	"github.com/sshvet/sshvet/internal/hookfile"
	"github.com/sshvet/sshvet/internal/resolve"
)

// kamalHookNames are the hooks before which a deploy can still be stopped
// unharmed. The first one is the default: nothing is connected yet.
var kamalHookNames = []string{"pre-connect", "pre-deploy"}

// Where Kamal has its files, if nobody says anything else.
const (
	kamalConfigFile = "config/deploy.yml"
	kamalHooks      = ".kamal/hooks"
)

// kamalHookNote is the first line of what sshvet has in a hook.
const kamalHookNote = "Made by 'sshvet hook install --kamal'; 'sshvet hook uninstall --kamal' takes it away."

// kamalHookBody stops a deploy for errors only. Whatever else is wrong with
// sshvet (it is missing on the machine of a colleague, it is too old, it cannot
// read a file) is no reason not to deploy. Hooks get secrets in their
// environment: nothing here prints it. Standard input is the old hook's.
const kamalHookBody = `# Errors stop the deploy, warnings do not. Kamal shows what a hook says only if it fails; to see the warnings, too:
# kamal deploy -v, or in deploy.yml (Kamal 2.11 and later): hooks_output: verbose
if command -v sshvet >/dev/null 2>&1; then
  sshvet_code=0
  sshvet kamal --fail-on error@FLAGS@ </dev/null || sshvet_code=$?
  case $sshvet_code in
  0) ;;
  1)
    echo 'sshvet: the errors above stop the deploy; to deploy in spite of them: kamal deploy --skip-hooks' >&2
    exit 1
    ;;
  *) echo "sshvet: the check could not be done (exit code $sshvet_code); the deploy goes on without" >&2 ;;
  esac
else
  echo 'sshvet: not installed here, so nothing is checked; to install it: go install github.com/sshvet/sshvet@latest' >&2
fi
`

func (p *program) installKamalHook(c *cli.Context) error {
	part, err := kamalHookPart(c)
	if err != nil {
		return err
	}
	dir, note, err := kamalHooksFolder(c)
	if err != nil {
		return err
	}
	if note != "" {
		p.hookNote(c, "%s", note)
	}
	made, err := makeFolders(dir)
	if err != nil {
		removeEmpty(made...)
		return err
	}
	name := kamalHookNames[0]
	if c.IsSet("hook") {
		name = c.String("hook")
	}
	path := filepath.Join(dir, name)
	r, err := hookfile.Install(path, part)
	if err != nil {
		removeEmpty(made...)
		return err
	}
	p.reportHook(c, path, r, map[hookfile.Outcome]string{
		hookfile.Nothing: "%s: already installed",
		hookfile.Made:    "%s: installed",
		hookfile.Chained: "%s: installed; the hook of before is called " + filepath.Base(r.Old) + " now and runs first; if hooks are in git, commit both",
		hookfile.Updated: "%s: brought up to date",
	})
	if r.Outcome != hookfile.Nothing {
		p.hookNote(c, "errors stop a deploy; warnings do not, and Kamal shows them only with 'kamal deploy -v' or 'hooks_output: verbose' in deploy.yml (Kamal 2.11 and later)")
	}
	return nil
}

// kamalHookPart is what sshvet has in a hook of Kamal.
func kamalHookPart(c *cli.Context) (hookfile.Part, error) {
	flags := ""
	if file := c.String("config-file"); file != kamalConfigFile {
		if !oneLine(file) {
			return hookfile.Part{}, usagef("hook: --config-file has characters that cannot stand in a hook; rename the file")
		}
		flags = " -c " + posixQuote(file)
	}
	return hookfile.Part{Note: kamalHookNote, Body: strings.ReplaceAll(kamalHookBody, "@FLAGS@", flags)}, nil
}

// posixQuote quotes a word for any POSIX shell. shellQuote is for people, whose
// shells know more.
func posixQuote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// uninstallKamalHooks takes sshvet out of the hook that was named, else out of
// all that it could be in.
func (p *program) uninstallKamalHooks(c *cli.Context) error {
	dir, note, err := kamalHooksFolder(c)
	if errors.Is(err, errNoConfig) {
		dir, note, err = kamalHooks, "", nil // nothing is lost by looking there
	}
	if err != nil {
		return err
	}
	if note != "" {
		p.hookNote(c, "%s", note)
	}
	names := kamalHookNames
	if c.IsSet("hook") {
		names = []string{c.String("hook")}
	}
	if !slices.Contains(p.uninstallHooks(c, dir, names), true) && p.code == exitOK {
		p.hookNote(c, "%s: nothing of sshvet is there", filepath.Join(dir, strings.Join(names, " or ")))
	}
	return nil
}

// uninstallHooks reports for each hook whether there was anything to take away.
func (p *program) uninstallHooks(c *cli.Context, dir string, names []string) (done []bool) {
	for _, name := range names {
		path := filepath.Join(dir, name)
		r, err := hookfile.Uninstall(path)
		if err != nil {
			p.fail(err)
			continue
		}
		kept := "%s: uninstalled; the lines around it stay"
		if r.Old != "" {
			kept += ", and so do those that run " + filepath.Base(r.Old) + ", the hook of before"
		}
		p.reportHook(c, path, r, map[hookfile.Outcome]string{
			hookfile.Removed:   "%s: uninstalled; the hook is gone, as nothing else was in it",
			hookfile.Restored:  "%s: uninstalled; the hook of before is back",
			hookfile.Shortened: kept,
		})
		if r.Outcome == hookfile.Removed {
			removeEmptyHooks(dir)
		}
		done = append(done, r.Outcome != hookfile.Nothing)
	}
	return done
}

// removeEmptyHooks removes the folder of the hooks if nothing is left in it:
// neither Kamal nor git would miss it.
func removeEmptyHooks(dir string) {
	if filepath.Clean(dir) == filepath.FromSlash(kamalHooks) {
		removeEmpty(dir, filepath.Dir(dir))
		return
	}
	removeEmpty(dir)
}

// errNoConfig is the error if there is no deploy.yml.
var errNoConfig = errors.New("there is no such file")

// kamalHooksFolder is the folder of the hooks, relative to the current folder,
// as for Kamal. note says what could not be found out, and is "" otherwise.
func kamalHooksFolder(c *cli.Context) (dir, note string, err error) {
	if c.IsSet("hooks-path") {
		if dir = c.String("hooks-path"); dir == "" {
			return "", "", usagef("hook: --hooks-path is empty; name a folder")
		}
		return dir, "", nil
	}
	file := c.String("config-file")
	data, _, err := resolve.ReadRegular(file)
	switch {
	case isNotExist(err):
		return "", "", fmt.Errorf("%s: %w; run the command where you run kamal, or name the file with --config-file, or the folder of the hooks with --hooks-path", file, errNoConfig)
	case err != nil:
		return "", "", errors.New(file + ": " + plainError(file, err))
	}
	return hooksPathIn(file, data)
}

// hooksPathIn reads hooks_path. ERB is left alone; where it decides over
// hooks_path nothing is guessed.
func hooksPathIn(file string, data []byte) (dir, note string, err error) {
	erb := bytes.Contains(data, []byte("<%"))
	var doc yaml.Node
	err = yaml.Unmarshal(data, &doc) // the first document, as Kamal
	switch {
	case err != nil && erb && mentionsHooksPath(data):
		return "", "", fmt.Errorf("%s has ERB, which sshvet does not run, and without it its hooks_path cannot be read; name the folder with --hooks-path", file)
	case err != nil && erb:
		return kamalHooks, fmt.Sprintf("%s has ERB, which sshvet does not run, and is no YAML without; %s is taken for the folder of the hooks (else name it with --hooks-path)", file, kamalHooks), nil
	case err != nil:
		return "", "", fmt.Errorf("%s cannot be read: %s; mend it, or name the folder of the hooks with --hooks-path", file, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	value := rootValue(&doc, "hooks_path")
	switch {
	case value == nil || value.Tag == "!!null":
		return kamalHooks, "", nil
	case value.Kind != yaml.ScalarNode || value.Tag != "!!str" || value.Value == "":
		return "", "", fmt.Errorf("%s:%d: hooks_path is no folder; mend it, or name the folder with --hooks-path", file, value.Line)
	case strings.Contains(value.Value, "<%"):
		return "", "", fmt.Errorf("%s:%d: hooks_path is made by ERB, which sshvet does not run; name the folder with --hooks-path", file, value.Line)
	}
	return value.Value, "", nil
}

// mentionsHooksPath finds the key in text that is no YAML.
func mentionsHooksPath(data []byte) bool {
	return regexp.MustCompile(`(?m)^[ \t]*["']?hooks_path["']?[ \t]*:`).Match(data)
}

// rootValue is the value of a key of the outermost map, nil if there is none.
// As for Kamal, the last of equal keys wins, and any of them beats a merged map.
func rootValue(doc *yaml.Node, key string) *yaml.Node {
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 {
		return nil
	}
	root := doc.Content[0]
	if value := lastValue(root, key); value != nil {
		return value
	}
	if merged := lastValue(root, "<<"); merged != nil {
		return lastValue(merged, key)
	}
	return nil
}

// lastValue is the value of the last of equal keys of a map, behind an alias.
func lastValue(n *yaml.Node, key string) (value *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			value = n.Content[i+1]
		}
	}
	if value != nil && value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	return value
}
