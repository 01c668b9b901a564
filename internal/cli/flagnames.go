package cli

import (
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/report"
)

// The library works out the names of a flag by a regular expression each time it
// is asked for them, and asks a flag for each other one: a tenth of a short run.
// These know their names.

type quickString struct {
	*cli.StringFlag
	names []string
}

func (f quickString) Names() []string { return f.names }

type quickBool struct {
	*cli.BoolFlag
	names []string
}

func (f quickBool) Names() []string { return f.names }

type quickSlice struct {
	*cli.StringSliceFlag
	names []string
}

func (f quickSlice) Names() []string { return f.names }

// quick gives flags the names that they have anyway, and lets SSHVET_NAME stand
// for every flag --name. An empty variable counts as none.
func quick(flags []cli.Flag) {
	for i, f := range flags {
		switch f := f.(type) {
		case *cli.StringFlag:
			f.EnvVars = fromEnvironment(f.Name)
			flags[i] = quickString{f, append([]string{f.Name}, f.Aliases...)}
		case *cli.BoolFlag:
			f.EnvVars = fromEnvironment(f.Name)
			flags[i] = quickBool{f, append([]string{f.Name}, f.Aliases...)}
		case *cli.StringSliceFlag:
			f.EnvVars = fromEnvironment(f.Name)
			flags[i] = quickSlice{f, append([]string{f.Name}, f.Aliases...)}
		}
	}
}

// fromEnvironment is the variable that stands for a flag, if it is set.
func fromEnvironment(flag string) []string {
	env := environmentName(flag)
	if getenv(env) == "" {
		return nil
	}
	return []string{env}
}

// keepOwnFormats lets SSHVET_FORMAT pass a command by that does not have that
// format, if another one has: it is set for a whole build, in which not all
// commands print findings.
func keepOwnFormats(cmd *cli.Command) {
	value := getenv(environmentName("format"))
	if value == "" || !slices.Contains(append(report.Names(), compareFormats...), value) {
		return
	}
	for _, f := range cmd.Flags {
		if q, ok := f.(quickString); ok && q.Name == "format" && !slices.Contains(completeFlag(cmd.Name, f).values, value) {
			q.EnvVars = nil
		}
	}
}
