package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader/netssh"
	"github.com/sshvet/sshvet/internal/report"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

func (p *program) kamalCommand() *cli.Command {
	return &cli.Command{
		Name:  "kamal",
		Usage: "show what Kamal will really use for each deploy host, and what will drop it",
		Flags: slices.Concat([]cli.Flag{
			&cli.StringFlag{Name: "config-file", Aliases: []string{"c"}, Usage: "Kamal's `FILE` (default: config/deploy.yml)"},
			&cli.StringFlag{Name: "destination", Aliases: []string{"d"}, Usage: "`DESTINATION`: deploy.DESTINATION.yml is merged over it (default: $KAMAL_DESTINATION)"},
			&cli.StringSliceFlag{Name: "hosts", Usage: "the deploy `HOSTS`, if ERB hides them (default: $KAMAL_HOSTS)"},
			&cli.StringFlag{Name: "kamal-config", Usage: "`FILE` with the output of 'kamal config', or - for standard input; it holds secrets, which are not shown"},
			&cli.StringSliceFlag{Name: "server-config", Usage: "`HOST=FILE`: that host's sshd_config, or what 'sshd -T' prints there; * for all"},
			&cli.StringFlag{Name: "kamal-version", Usage: "`VERSION` of Kamal (default: told from Gemfile.lock)"},
			&cli.StringSliceFlag{Name: "select", Usage: "only these `RULES` (default: kamal)"},
			&cli.StringSliceFlag{Name: "ignore", Usage: "not these `RULES`"},
		}, failFlags(), []cli.Flag{
			&cli.StringFlag{Name: "openssh", Usage: "the `VERSION` of OpenSSH that ssh and sshd have (default: " + keyword.Newest.String() + ")"},
			&cli.StringFlag{Name: "vendor", Usage: "whose OpenSSH: debian, fedora, macos or none (`VENDOR`; default: this machine's)"},
			formatFlag(),
			outputFlag(),
			&cli.StringFlag{Name: "config", Usage: "the configuration `FILE` of sshvet (default: .sshvet.yaml beside deploy.yml or above)"},
			&cli.BoolFlag{Name: "no-config", Usage: "read no configuration file of sshvet"},
		}, speechFlags(), []cli.Flag{verboseFlag()}),
		Action: p.kamal,
	}
}

func (p *program) kamal(c *cli.Context) error {
	if c.Args().Present() {
		return usagef("kamal: takes no operands; name another deploy.yml with -c %s", c.Args().First())
	}
	o, err := commonOptions(c)
	if err != nil {
		return err
	}
	if len(words(c.StringSlice("select"))) == 0 {
		o.keep, o.ownSelect = func(r *lint.Rule) bool { return r.Category == "kamal" }, true
		o.rules = slices.DeleteFunc(o.rules, func(r *lint.Rule) bool { return !o.keep(r) })
	}
	if err := o.chooseFormat(c.String("format")); err != nil {
		return err
	}
	e, err := p.kamalEntry(c, o)
	if err != nil {
		return err
	}
	res, errs := lint.Run([]lint.Entry{e}, o.rules, o.settings)
	if len(errs) > 0 {
		return errs[0]
	}
	t := res.Deployments[0]
	p.unknownServers(t, o)
	p.noteLeftOut(o, res)
	o.outside = p.deployTree(c, o, e)
	if err := p.writeReport(o, res, func() error { return p.printDeployment(t, res, o) }); err != nil {
		return err
	}
	if !o.exitZero && res.AtOrAbove(o.failOn) {
		p.found()
	}
	return nil
}

// deployTree tells files that are neither in the checkout nor named by a flag.
func (p *program) deployTree(c *cli.Context, o *options, e lint.Entry) func(path string) bool {
	in := &inputs{p: p, o: o, seen: map[string]bool{}, entries: []lint.Entry{e}}
	var named []string
	for _, value := range c.StringSlice("server-config") {
		_, path, _ := strings.Cut(value, "=")
		named = append(named, path)
	}
	deploy := cmp.Or(c.String("config-file"), defaultDeployFile)
	return in.checkedTree([]string{deploy}, append(named, c.String("kamal-config"))...).outside
}

// unknownServers says which hosts of --server-config are no deploy hosts.
func (p *program) unknownServers(t *lint.Target, o *options) {
	for _, s := range t.Deploy.Servers {
		known := slices.ContainsFunc(t.Deployment.Hosts, func(h kamal.Host) bool { return h.Name == s.Host || h.Written == s.Host })
		if s.Host != "*" && !known {
			p.note(o, "--server-config %s=%s is of no use: %s is no deploy host", s.Host, s.Path, s.Host)
		}
	}
}

func (p *program) kamalEntry(c *cli.Context, o *options) (lint.Entry, error) {
	f := deployFlags{
		file:        cmp.Or(c.String("config-file"), defaultDeployFile),
		destination: c.String("destination"),
		version:     c.String("kamal-version"),
		hosts:       words(c.StringSlice("hosts")),
	}
	if f.version != "" && (f.version[0] < '0' || f.version[0] > '9') {
		return lint.Entry{}, usagef("kamal: --kamal-version %s: say a version such as 2.6.1", f.version)
	}
	in := &inputs{p: p, o: o, seen: map[string]bool{}}
	var err error
	if _, err = in.optionsFor(f.file); err != nil {
		return lint.Entry{}, err
	}
	if f.servers, err = p.serverFiles(c.StringSlice("server-config"), o); err != nil {
		return lint.Entry{}, err
	}
	switch f.dumpName = c.String("kamal-config"); f.dumpName {
	case "":
	case "-":
		if err := in.readStdin(); err != nil {
			return lint.Entry{}, err
		}
		f.dump = in.stdin
	default:
		data, err := readGiven(f.dumpName)
		if err != nil {
			return lint.Entry{}, fmt.Errorf("%s: %s", f.dumpName, plainError(f.dumpName, err))
		}
		f.dump = data
	}
	return in.deployment(f), nil
}

// printDeployment prints the hosts and the findings.
func (p *program) printDeployment(t *lint.Target, res *lint.Result, o *options) error {
	ro := p.reportOptions(o)
	switch o.formatName {
	case "text":
		if err := p.printHosts(t, ro.Color); err != nil {
			return err
		}
		if err := o.format(p.stdout, res, ro); err != nil {
			return err
		}
		return p.previewDeployFixes(t, res, ro.Color)
	case "json":
		return p.printJSON(deploymentJSON(t, res, ro))
	}
	return o.format(p.stdout, res, ro)
}

// printHosts prints a line a host.
func (p *program) printHosts(t *lint.Target, color bool) error {
	v, pal := t.View(), term.NewPalette(color)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", term.Escape(deploymentTitle(v)))
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	for _, h := range v.Hosts {
		server := ""
		if h.Server != nil {
			server = "  sshd " + serverText(h.Server)
		}
		fmt.Fprintf(w, "%s\t%s\tKamal %s\tssh %s%s\n", term.EscapePath(h.Host.Written), term.Escape(strings.Join(h.Host.Roles, ", ")),
			term.Escape(netSSHText(&h.NetSSH)), term.Escape(sshText(&h.SSH)), term.Escape(server))
	}
	for _, h := range v.Hops {
		fmt.Fprintf(w, "%s\t%s\t\tssh %s\n", term.EscapePath(h.Name), h.Role, term.Escape(sshText(&h.SSH)))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(v.Hosts) == 0 {
		b.WriteString("no deploy host is known\n")
	}
	b.WriteString("\n")
	_, err := io.WriteString(p.stdout, boldFirstLine(b.String(), pal))
	return err
}

func boldFirstLine(text string, pal term.Palette) string {
	first, rest, _ := strings.Cut(text, "\n")
	return pal.Bold(first) + "\n" + rest
}

// deploymentTitle says what was read: files, destination, versions, and where
// the hosts come from.
func deploymentTitle(v *kamal.View) string {
	text := v.File
	if v.Destination != "" {
		text += ", destination " + v.Destination
	}
	switch version := v.Versions.Kamal; {
	case version == "":
		text += ", Kamal of unknown version (taken for 2.6 or later; --kamal-version tells)"
	case v.Versions.FromUser:
		text += ", Kamal " + version
	default:
		text += ", Kamal " + version + " (Gemfile.lock)"
	}
	switch v.HostsFrom {
	case kamal.FromUser:
		text += ", hosts as given"
	case kamal.FromDump:
		text += ", hosts of 'kamal config'"
	}
	return text
}

// netSSHText is interval and count of Kamal's own connections, with the lines
// that they come from.
func netSSHText(n *kamal.NetSSH) string {
	if n.Err != nil {
		return n.Err.Class + fmt.Sprintf(" [%s]", n.Err.Source)
	}
	switch {
	case n.Untold != "":
		return "unknown: " + n.Untold
	case n.Interval == 0:
		return "no keep-alive"
	}
	text := fmt.Sprintf("%d s × %d [%s, %s]", n.Interval, n.Count, orDefault(n.IntervalFrom, "Kamal"), orDefault(n.CountFrom, "net-ssh's default"))
	if seconds, ok := n.Detection(); ok {
		return text + fmt.Sprintf(" dead after %d s", seconds)
	}
	return text + " never dead"
}

func orDefault(src *netssh.Source, otherwise string) string {
	if src == nil {
		return otherwise
	}
	return src.String()
}

func sshText(s *kamal.SSHView) string {
	if s.Refused != "" {
		return "refuses its files"
	}
	return aliveText(s.Config, s.Interval, s.Count)
}

func serverText(s *kamal.ServerView) string {
	text := aliveText(s.Config, s.Interval, s.Count)
	if after, ends := s.HangsUp(); ends {
		text += fmt.Sprintf(" hangs up after %d s", after)
	}
	return text
}

// aliveText is interval and count of ssh or sshd with the lines they come from.
func aliveText(c *resolve.Config, interval, count kamal.SSHValue) string {
	if interval.Number() == 0 {
		return fmt.Sprintf("no keep-alive [%s]", valuePlace(c, interval))
	}
	return fmt.Sprintf("%s s × %s [%s, %s]", interval.Text, count.Text, valuePlace(c, interval), valuePlace(c, count))
}

func valuePlace(c *resolve.Config, v kamal.SSHValue) string {
	if src := v.Source(c); src != nil {
		return src.String()
	}
	return "default"
}

// previewDeployFixes shows what unsafe fixes would make of deploy.yml, with what
// may be secret masked.
func (p *program) previewDeployFixes(t *lint.Target, res *lint.Result, color bool) error {
	path, before, after := deployPreview(t, res)
	if after == nil {
		return nil
	}
	r := fixRun{p: p, terminal: true, pal: term.NewPalette(color), color: color}
	fmt.Fprintf(p.stdout, "\n'sshvet fix --unsafe-fixes %s' would change it like this:\n", shellQuote(path))
	r.writeDiff(p.stdout, path, kamal.Masked(before), kamal.Masked(after))
	return nil
}

// previewDeployments shows, on standard error, what --unsafe-fixes would make of
// each deploy.yml.
func (r *fixRun) previewDeployments() {
	if r.unsafe || r.o.quiet || r.quit || r.stdinOnly {
		return
	}
	for _, t := range r.plan.After.Deployments {
		if path, before, after := deployPreview(t, r.plan.After); after != nil {
			r.p.say("%s is left as it is; --unsafe-fixes would change it like this:", path)
			r.writeDiff(r.p.stderr, path, kamal.Masked(before), kamal.Masked(after))
		}
	}
}

// deployPreview is a deploy.yml before and after the first unsafe fix that a
// finding has for it; after is nil if there is none.
func deployPreview(t *lint.Target, res *lint.Result) (path string, before, after []byte) {
	for i := range res.Diagnostics {
		for _, f := range res.Diagnostics[i].Fixes {
			if f.Applicability != lint.Unsafe || len(f.Edits) == 0 {
				continue
			}
			path = f.Edits[0].File
			for _, file := range t.Deployment.Files {
				if file.Path == path {
					before = file.Data
				}
			}
			if after, err := fix.Apply(before, f.Edits); err == nil {
				return path, before, after
			}
		}
	}
	return "", nil, nil
}

// The parts of the object that --format json prints.
type (
	deployJSON struct {
		Destination string     `json:"destination"`
		File        string     `json:"file"`
		Kamal       string     `json:"kamal"` // version; "" if unknown
		HostsFrom   string     `json:"hostsFrom"`
		Hosts       []hostJSON `json:"hosts"`
		Hops        []hopJSON  `json:"hops"`
		Unknown     []string   `json:"unknown"`
		Diagnostics any        `json:"diagnostics"`
	}
	hostJSON struct {
		Host    string      `json:"host"`
		Role    string      `json:"role"`
		Roles   []string    `json:"roles"`
		OpenSSH sshJSON     `json:"openssh"`
		NetSSH  netSSHJSON  `json:"net-ssh"`
		Server  *serverJSON `json:"server,omitempty"`
	}
	hopJSON struct {
		Host    string   `json:"host"`
		Role    string   `json:"role"`
		For     []string `json:"for"`
		OpenSSH sshJSON  `json:"openssh"`
	}
	// Times are in seconds; detection is after how many a dead link is noticed,
	// null for never. A source is absent for a default.
	sshJSON struct {
		Interval       int         `json:"interval"`
		MaxCount       int         `json:"maxcount"`
		Detection      *int        `json:"detection"`
		HostName       string      `json:"hostname"`
		User           string      `json:"user"`
		Port           string      `json:"port"`
		IntervalSource *sourceJSON `json:"intervalSource,omitempty"`
		MaxCountSource *sourceJSON `json:"maxcountSource,omitempty"`
		Error          string      `json:"error,omitempty"`
	}
	netSSHJSON struct {
		Keepalive      bool        `json:"keepalive"`
		Interval       int         `json:"interval"`
		MaxCount       int         `json:"maxcount"`
		Detection      *int        `json:"detection"`
		HostName       string      `json:"hostname"`
		User           string      `json:"user"`
		Port           int         `json:"port"`
		IntervalSource *sourceJSON `json:"intervalSource,omitempty"`
		MaxCountSource *sourceJSON `json:"maxcountSource,omitempty"`
		Error          string      `json:"error,omitempty"`
	}
	serverJSON struct {
		File     string `json:"file"`
		Interval int    `json:"interval"`
		MaxCount int    `json:"maxcount"`
		HangsUp  *int   `json:"hangsUp"` // after how many seconds of silence; null: never
	}
	sourceJSON struct {
		File string `json:"file"`
		Line int    `json:"line"`
	}
)

var hostsFromNames = [...]string{kamal.FromFiles: "files", kamal.FromDump: "kamal-config", kamal.FromUser: "hosts"}

func deploymentJSON(t *lint.Target, res *lint.Result, o report.Options) deployJSON {
	v := t.View()
	out := deployJSON{
		Destination: v.Destination, File: v.File, Kamal: v.Versions.Kamal, HostsFrom: hostsFromNames[v.HostsFrom],
		Hosts: []hostJSON{}, Hops: []hopJSON{}, Unknown: []string{}, Diagnostics: report.Diagnostics(res, o),
	}
	for _, u := range v.Unknown {
		out.Unknown = append(out.Unknown, u.Path)
	}
	quotes := report.Quotes(res, o)
	for _, h := range v.Hosts {
		roles := append([]string{}, h.Host.Roles...)
		out.Hosts = append(out.Hosts, hostJSON{
			Host: h.Host.Written, Role: strings.Join(roles, ","), Roles: roles,
			OpenSSH: sshToJSON(&h.SSH, quotes), NetSSH: netSSHToJSON(&h.NetSSH, quotes), Server: serverToJSON(h.Server),
		})
	}
	for _, h := range v.Hops {
		out.Hops = append(out.Hops, hopJSON{h.Name, h.Role, append([]string{}, h.For...), sshToJSON(&h.SSH, quotes)})
	}
	return out
}

// notShown takes the place of an error that quotes a file outside the checked tree.
const notShown = "a file outside the checked tree is refused, of which nothing is shown here; --format text shows it"

func sshToJSON(s *kamal.SSHView, quotes func(string) bool) sshJSON {
	switch {
	case s.Refused == "":
	case quotes(s.Refused):
		return sshJSON{Error: notShown}
	default:
		return sshJSON{Error: s.Refused}
	}
	out := sshJSON{
		Interval: s.Interval.Number(), MaxCount: s.Count.Number(), HostName: s.HostName, User: s.User.Text, Port: s.Port.Text,
		IntervalSource: sourceToJSON(s.Interval.Source(s.Config)), MaxCountSource: sourceToJSON(s.Count.Source(s.Config)),
	}
	if out.Interval > 0 {
		detection := out.Interval * (out.MaxCount + 1)
		out.Detection = &detection
	}
	return out
}

func netSSHToJSON(n *kamal.NetSSH, quotes func(string) bool) netSSHJSON {
	out := netSSHJSON{
		Keepalive: n.Interval > 0, Interval: n.Interval, MaxCount: n.Count, HostName: n.HostName, User: n.User, Port: n.Port,
		IntervalSource: sourceToJSON(n.IntervalFrom), MaxCountSource: sourceToJSON(n.CountFrom),
	}
	if seconds, ok := n.Detection(); ok {
		out.Detection = &seconds
	}
	out.Error = n.Untold
	switch {
	case n.Err == nil:
	case quotes(n.Err.Error()):
		out.Error = n.Err.Class + ": " + notShown
	default:
		out.Error = n.Err.Error()
	}
	return out
}

func serverToJSON(s *kamal.ServerView) *serverJSON {
	if s == nil {
		return nil
	}
	out := &serverJSON{File: s.Path, Interval: s.Interval.Number(), MaxCount: s.Count.Number()}
	if after, ends := s.HangsUp(); ends {
		out.HangsUp = &after
	}
	return out
}

func sourceToJSON(src *netssh.Source) *sourceJSON {
	if src == nil {
		return nil
	}
	return &sourceJSON{src.File, src.Line}
}
