package cli

import (
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/config"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/report"
	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// commonFlags are the flags of every command that lints.
func commonFlags() []cli.Flag {
	return slices.Concat(knownFlags(), configFlags(), []cli.Flag{
		&cli.StringFlag{Name: "profile", Value: lint.Deploy.Name, Usage: "hold servers against `PROFILE`: " + strings.Join(rules.ProfileNames(), ", ") + ", or one of the configuration"},
		&cli.StringFlag{Name: "kind", Usage: "`KIND` of the files: client, server or sshd-T (default: told from name and content)"},
		&cli.StringFlag{Name: "stdin-filename", Usage: "`NAME` that standard input goes by"},
		&cli.StringFlag{Name: "root", Usage: "resolve absolute paths below `DIR`, an image or a repository of server files"},
		&cli.StringFlag{Name: "system", Usage: "read the system-wide client `FILE` after each user file"},
		&cli.BoolFlag{Name: "staged", Usage: "git: read what is staged, not the work tree"},
		&cli.BoolFlag{Name: "no-includes", Usage: "read the named files alone"},
		&cli.StringSliceFlag{Name: "select", Usage: "only these `RULES`: names, categories or all"},
		&cli.StringSliceFlag{Name: "ignore", Usage: "not these `RULES`"},
		&cli.StringSliceFlag{Name: "host", Usage: "judge only these `HOSTS`, the ones you deploy to"},
	}, failFlags(), []cli.Flag{
		&cli.StringFlag{Name: "openssh", Usage: "the `VERSION` of OpenSSH the files are for (default: " + keyword.Newest.String() + ")"},
		&cli.StringFlag{Name: "vendor", Usage: "whose OpenSSH: debian, fedora, macos or none (`VENDOR`; default: this machine's for its own files, else none)"},
	}, speechFlags(), []cli.Flag{verboseFlag()})
}

// failFlags say which findings end a command with 1.
func failFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "fail-on", Value: "warning", Usage: "exit 1 from this `SEVERITY` on: error, warning or note"},
		&cli.BoolFlag{Name: "exit-zero", Usage: "exit 0 in spite of findings"},
	}
}

// speechFlags say how a command talks to people.
func speechFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "color", Value: "auto", Usage: "auto, always or never (`WHEN`)"},
		&cli.BoolFlag{Name: "quiet", Usage: "no lines for people on standard error"},
	}
}

func verboseFlag() cli.Flag {
	return &cli.BoolFlag{Name: "verbose", Usage: "more of them, and all hosts of each finding"}
}

// options are the common flags, checked.
type options struct {
	kind       string
	stdinName  string
	root       string
	system     string
	noIncludes bool
	staged     bool
	rules      []*lint.Rule
	settings   lint.Settings
	failOn     lint.Severity
	exitZero   bool
	release    keyword.Release
	vendor     *keyword.Vendor // nil: to be told
	color      string
	quiet      bool
	verbose    bool
	format     report.Format
	formatName string
	output     string // of --output
	// outside tells files outside the checked tree, in commands whose report may be
	// for others; see checkedTree.
	outside func(path string) bool

	set          map[string]bool // those of inConfig that flags or the environment set
	config       string          // of --config
	noConfig     bool
	profile      string // its name
	profileKnown bool   // it is built in, and settings have it
	selected     []string
	ignored      []string
	// keep leaves out rules that a command does not run, and ownSelect is true
	// where what a configuration selects is not for the command.
	keep      func(*lint.Rule) bool
	ownSelect bool
	// For the files that a configuration governs: itself, and their kind by it.
	governedBy *config.Config
	fileKind   string

	writeBaseline string // of --write-baseline
	baseline      string // of --baseline
}

func commonOptions(c *cli.Context) (*options, error) {
	o := &options{
		kind:       c.String("kind"),
		stdinName:  c.String("stdin-filename"),
		root:       c.String("root"),
		system:     c.String("system"),
		noIncludes: c.Bool("no-includes"),
		staged:     c.Bool("staged"),
		exitZero:   c.Bool("exit-zero"),
		quiet:      c.Bool("quiet"),
		verbose:    c.Bool("verbose"),
		output:     c.String("output"),
		settings:   lint.Settings{Profile: lint.Deploy},
		profile:    c.String("profile"),
	}
	if err := o.configuration(c); err != nil {
		return nil, err
	}
	o.builtinProfile()
	if err := o.program(c); err != nil {
		return nil, err
	}
	if err := o.selection(c); err != nil {
		return nil, err
	}
	if err := o.known(c); err != nil {
		return nil, err
	}
	o.settings.ReleaseKnown = c.String("openssh") != ""
	if hosts := words(c.StringSlice("host")); len(hosts) > 0 {
		o.settings.Hosts = hosts
	}
	return o, nil
}

// program reads the flags that say which program reads the files.
func (o *options) program(c *cli.Context) (err error) {
	if o.release, err = releaseFlag(c); err != nil {
		return err
	}
	if o.vendor, err = vendorFlag(c); err != nil {
		return err
	}
	if o.color, err = colorFlag(c); err != nil {
		return err
	}
	if o.kind != "" && !slices.Contains(kinds, o.kind) {
		return usagef("--kind %s: the kinds are client, server and sshd-T", o.kind)
	}
	return checkRoot(o)
}

// checkRoot refuses a root that is no folder, by the name of what states it. With
// --staged, one may be in the index alone.
func checkRoot(o *options) error {
	if o.root == "" || o.staged {
		return nil
	}
	name := "--root"
	if env := environmentName("root"); getenv(env) == o.root {
		name = env
	}
	switch st, err := os.Stat(o.root); {
	case isNotExist(err):
		return usagef("%s %s: there is no such folder", name, o.root)
	case err != nil:
		return usagef("%s %s: %s", name, o.root, plainError(o.root, err))
	case !st.IsDir():
		return usagef("%s %s: it is no folder; name the one that stands for /", name, o.root)
	}
	return nil
}

// kinds are the values of --kind.
var kinds = []string{"client", "server", "sshd-T"}

func releaseFlag(c *cli.Context) (keyword.Release, error) {
	text := c.String("openssh")
	if text == "" {
		return keyword.Newest, nil
	}
	r, err := keyword.ParseRelease(text)
	if err != nil {
		return 0, usagef("--openssh: %v", err)
	}
	return r, nil
}

func vendorFlag(c *cli.Context) (*keyword.Vendor, error) {
	text := c.String("vendor")
	if text == "" {
		return nil, nil
	}
	v, err := keyword.ParseVendor(text)
	if err != nil {
		return nil, usagef("--vendor: %v", err)
	}
	return &v, nil
}

func colorFlag(c *cli.Context) (string, error) {
	switch when := c.String("color"); when {
	case "auto", "always", "never":
		return when, nil
	default:
		return "", usagef("--color %s: use auto, always or never", when)
	}
}

// selection reads the flags that say what is looked for.
func (o *options) selection(c *cli.Context) error {
	var unknown []string
	o.selected, o.ignored = words(c.StringSlice("select")), words(c.StringSlice("ignore"))
	if o.rules, unknown = rules.Select(o.selected, o.ignored); len(unknown) > 0 {
		candidates := append(rules.Names(), rules.Categories()...)
		if near, ok := nearest(unknown[0], candidates); ok {
			return usagef("there is no rule or category %q; did you mean %q?", unknown[0], near)
		}
		return usagef("there is no rule or category %q; 'sshvet rules' lists them", unknown[0])
	}
	var ok bool
	if o.failOn, ok = lint.ParseSeverity(c.String("fail-on")); !ok {
		return usagef("--fail-on %s: use error, warning or note", c.String("fail-on"))
	}
	return nil
}

// formatFlag is the flag of commands that print findings.
func formatFlag() cli.Flag {
	return &cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` of the findings: " + strings.Join(report.Names(), ", ")}
}

func (o *options) chooseFormat(name string) error {
	f, ok := report.Lookup(name)
	if !ok {
		return usagef("--format %s: the formats are %s", name, strings.Join(report.Names(), ", "))
	}
	o.format, o.formatName = f, name
	return nil
}

// dialect is the program that reads a file of one side.
func (o *options) dialect(side keyword.Side, live bool) keyword.Dialect {
	d := keyword.Dialect{Side: side, Release: o.release}
	switch {
	case o.vendor != nil:
		d.Vendor = *o.vendor
	case live:
		d.Vendor = machineVendor()
	}
	return d
}

// reportOptions are what formats are told.
func (p *program) reportOptions(o *options) report.Options {
	color := term.UseColor(o.color, term.IsTerminal(p.stdout), getenv)
	if o.toFile() {
		color = o.color == "always" // FORCE_COLOR is about what is shown
	}
	dir, _ := os.Getwd() // without it absolute paths stay
	return report.Options{
		Color:       color,
		ToolVersion: toolVersion,
		Verbose:     o.verbose,
		RuleURL:     rules.URL,
		RulePage:    rules.Page,
		Rules:       o.rules,
		FailOn:      o.failOn,
		Incomplete:  p.code == exitFailure,
		Failures:    p.failures,
		Dir:         dir,
		Checkout:    checkout(dir),
		Real:        realFolder(),
		Outside:     o.outside,
	}
}
