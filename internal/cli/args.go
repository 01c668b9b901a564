package cli

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/spell"
)

// permute moves flags in front of operands, since cli stops reading flags at
// the first operand, and flags in front of the command behind it. `--` ends
// flags.
func permute(app *cli.App, args []string) ([]string, error) {
	if len(args) == 0 {
		return []string{"sshvet"}, nil
	}
	at, lead := commandIndex(app, args)
	if at < 0 {
		return args, nil
	}
	cmd := app.Command(args[at])
	if cmd == nil {
		return args, nil
	}
	var flags, operands []string
	rest := append(slices.Clone(lead), args[at+1:]...) // lead may end in --
	for i := 0; i < len(rest); i++ {
		arg := rest[i]
		switch {
		case arg == "--":
			operands = append(operands, rest[i+1:]...)
			i = len(rest)
		case len(arg) < 2 || arg[0] != '-':
			operands = append(operands, arg)
		default:
			flags = append(flags, arg)
			if takesValue(cmd.Flags, arg) {
				if i+1 == len(rest) {
					return nil, usagef("%s: the flag %s needs a value; see 'sshvet %s -h'", cmd.Name, arg, cmd.Name)
				}
				i++
				flags[len(flags)-1] = arg + "=" + rest[i]
			}
		}
	}
	out := append([]string{args[0], args[at]}, flags...)
	return append(append(out, "--"), operands...), nil
}

// commandIndex finds the command among the arguments and returns the flags in
// front of it.
func commandIndex(app *cli.App, args []string) (int, []string) {
	for i := 1; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			if i+1 < len(args) {
				return i + 1, args[1 : i+1]
			}
			return -1, nil
		}
		if !strings.HasPrefix(arg, "-") || arg == "-" {
			return i, args[1:i]
		}
		for _, cmd := range app.Commands {
			if takesValue(cmd.Flags, arg) {
				i++
				break
			}
		}
	}
	return -1, nil
}

// takesValue reports whether a flag as written takes the next argument.
func takesValue(flags []cli.Flag, arg string) bool {
	if strings.Contains(arg, "=") {
		return false
	}
	name := strings.TrimLeft(arg, "-")
	for _, f := range flags {
		doc, ok := f.(cli.DocGenerationFlag)
		if ok && slices.Contains(f.Names(), name) {
			return doc.TakesValue()
		}
	}
	return false
}

// givenFlags are the names of the flags in permuted arguments.
func givenFlags(args []string) map[string]bool {
	given := map[string]bool{}
	for _, arg := range args[min(len(args), 1):] {
		if arg == "--" {
			break
		}
		if name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "="); name != arg {
			given[name] = true
		}
	}
	return given
}

// environmentName is the variable that stands for a flag.
func environmentName(flag string) string {
	return "SSHVET_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// nameOf is a flag by the name under which it was set.
func (p *program) nameOf(flag string) string {
	if env := environmentName(flag); !p.given[flag] && getenv(env) != "" {
		return env
	}
	return "--" + flag
}

// nearest is the word somebody probably meant.
func nearest(word string, candidates []string) (string, bool) {
	return spell.Nearest(word, slices.Values(candidates))
}

// words splits comma-separated values of a flag that may be given repeatedly.
func words(values []string) []string {
	var out []string
	for _, v := range values {
		for w := range strings.SplitSeq(v, ",") {
			if w = strings.TrimSpace(w); w != "" {
				out = append(out, w)
			}
		}
	}
	return out
}
