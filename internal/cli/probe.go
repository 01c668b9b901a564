package cli

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/probe"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/term"
)

// The silences that are tried where nothing else is asked for. The idle timers
// of clouds end between 4 min (Azure) and 10 min (Google).
const (
	probeMax        = "10m"
	probeResolution = "15s"
	probePatience   = "20s"
	probeIdle       = "6m"
	probeEvery      = "5s"
)

func (p *program) probeCommand() *cli.Command {
	return &cli.Command{
		Name:      "probe",
		Usage:     "connect to a host, find out after how much silence the path drops it, and whether the keep-alive survives",
		ArgsUsage: "HOST",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "max", Value: probeMax, Usage: "the longest silence to try (`DURATION`)"},
			&cli.StringFlag{Name: "resolution", Value: probeResolution, Usage: "how exactly to find the silence that kills (`DURATION`)"},
			&cli.StringFlag{Name: "patience", Value: probePatience, Usage: "how long the echo may take after the silence (`DURATION`)"},
			&cli.BoolFlag{Name: "quick", Usage: "only see whether the configured keep-alive survives"},
			&cli.StringFlag{Name: "idle", Value: probeIdle, Usage: "quick: the silence that it has to survive (`DURATION`)"},
			&cli.BoolFlag{Name: "watch", Usage: "keep one session, print round-trip times and stalls until Ctrl-C"},
			&cli.StringFlag{Name: "every", Value: probeEvery, Usage: "watch: the time between two round trips (`DURATION`)"},
			&cli.StringFlag{Name: "F", Usage: "the configuration `FILE`, as for ssh"},
			&cli.StringSliceFlag{Name: "o", Usage: "`KEY=VALUE`, as for ssh"},
			&cli.StringFlag{Name: "port", Aliases: []string{"p"}, Usage: "ssh's -p (`PORT`)"},
			&cli.StringFlag{Name: "user", Aliases: []string{"l"}, Usage: "the user to log in as, ssh's -l (`USER`)"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT`: text or json"},
		}, speechFlags()...),
		Action: p.probe,
	}
}

// probeRequest is the command line of probe, checked.
type probeRequest struct {
	probe.Options
	watch   bool
	every   time.Duration
	json    bool
	quiet   bool
	palette term.Palette
}

func (p *program) probe(c *cli.Context) error {
	req, err := p.probeRequest(c)
	if err != nil {
		return err
	}
	ssh, err := exec.LookPath("ssh")
	if err != nil {
		return errors.New("probe: there is no ssh on this machine; install the OpenSSH client (Debian: openssh-client)")
	}
	signals := newProbeSignals()
	defer signals.release()
	tty := p.terminal()
	env := probe.Env{
		Start: probe.Starter([]string{ssh}, tty), Program: ssh, Now: time.Now, MayAsk: tty != nil, Stop: signals.stop,
	}
	if req.watch {
		return p.watch(signals, env, req)
	}
	progress := p.newProbeProgress(req)
	env.Planned, env.Sampled, env.Asking = progress.planned, progress.sampled, progress.asking
	res, err := probe.Run(signals.ctx, env, req.Options)
	progress.done()
	if err != nil {
		return err
	}
	report := probeReport{req: req, res: res}
	report.keepalive(p, c)
	p.probeCode(&report)
	if req.json {
		return p.printJSON(report.json())
	}
	return p.printProbe(&report)
}

// probeCode chooses what the process exits with.
func (p *program) probeCode(r *probeReport) {
	switch survives, known := r.survives(); {
	case !known:
		p.code = exitFailure
	case !survives:
		p.found()
	}
}

// terminal is the one at which somebody can answer what ssh asks, or nil.
func (p *program) terminal() *os.File {
	in, ok := p.stdin.(*os.File)
	if !ok || !term.IsTerminal(in) || !term.IsTerminal(p.stderr) {
		return nil
	}
	return in
}

func (p *program) probeRequest(c *cli.Context) (*probeRequest, error) {
	req := &probeRequest{watch: c.Bool("watch"), quiet: c.Bool("quiet"), json: c.String("format") == "json"}
	if f := c.String("format"); f != "text" && f != "json" {
		return nil, usagef("probe: --format %s: use text or json", f)
	}
	color, err := colorFlag(c)
	if err != nil {
		return nil, err
	}
	req.palette = term.NewPalette(term.UseColor(color, term.IsTerminal(p.stdout), getenv))
	if c.NArg() != 1 || hostOf(c.Args().First()) == "" {
		return nil, usagef("probe: name one host, as for ssh; see 'sshvet probe -h'")
	}
	req.Host = c.Args().First()
	req.SSHArgs = sshArgs(c)
	if err := p.probeModes(c, req); err != nil {
		return nil, err
	}
	return req, probeTimes(c, req)
}

// sshArgs are the flags that ssh gets as they are.
func sshArgs(c *cli.Context) []string {
	var args []string
	if file := c.String("F"); file != "" {
		args = append(args, "-F", file)
	}
	for _, option := range c.StringSlice("o") {
		args = append(args, "-o", option)
	}
	if port := c.String("port"); port != "" {
		args = append(args, "-p", port)
	}
	if user := c.String("user"); user != "" {
		args = append(args, "-l", user)
	}
	return args
}

// probeModes refuses flags that have no meaning together. Those of the
// environment are for whatever they are good for.
func (p *program) probeModes(c *cli.Context, req *probeRequest) error {
	req.Quick = c.Bool("quick")
	switch given := func(name string) bool { return p.given[name] }; {
	case req.watch && req.Quick:
		return usagef("probe: --watch and --quick are two things; use one")
	case given("idle") && !req.Quick:
		return usagef("probe: --idle is for --quick; the longest silence of a whole probe is --max")
	case given("every") && !req.watch:
		return usagef("probe: --every is for --watch")
	case req.Quick && (given("max") || given("resolution")):
		return usagef("probe: --quick tries the silence of --idle; --max and --resolution are for a whole probe")
	case req.watch && (given("max") || given("resolution")):
		return usagef("probe: --watch knows no silences; --max and --resolution are for a whole probe")
	}
	return nil
}

// mostSilence keeps a mistyped unit from making a probe of weeks.
const mostSilence = 24 * time.Hour

func probeTimes(c *cli.Context, req *probeRequest) error {
	longest := "max"
	if req.Quick {
		longest = "idle"
	}
	for _, t := range []struct {
		flag string
		to   *time.Duration
	}{{longest, &req.Max}, {"resolution", &req.Resolution}, {"patience", &req.Patience}, {"every", &req.every}} {
		d, ok := parseSpan(c.String(t.flag))
		if !ok || d < time.Second || d > mostSilence {
			return usagef("probe: --%s %s: a duration from 1s to 24h, such as 90s, 10m or 1h30m", t.flag, c.String(t.flag))
		}
		*t.to = d
	}
	return nil
}

// parseSpan reads a duration as ssh_config has it (90, 10m, 1h30) or as Go does
// (1m30.5s).
func parseSpan(text string) (time.Duration, bool) {
	if seconds, ok := keyword.ParseTime(text, keyword.Newest); ok {
		return time.Duration(seconds) * time.Second, true
	}
	d, err := time.ParseDuration(text)
	return d, err == nil
}

// probeSignals has the first signal end the silences, for the result so far, and
// the second everything.
type probeSignals struct {
	ctx    context.Context
	stop   chan struct{}
	cancel context.CancelFunc
	c      chan os.Signal
}

func newProbeSignals() *probeSignals {
	s := &probeSignals{stop: make(chan struct{}), c: make(chan os.Signal, 2)}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	signal.Notify(s.c, endings...)
	go s.wait()
	return s
}

// sameSignal is how long after the first a signal is taken for the same one: a
// terminal sends Ctrl-C to all programs of a pipeline, and some of those that run
// others (timeout, sudo, npm) pass it on besides.
const sameSignal = 500 * time.Millisecond

// wait ends with the second signal, or when c is closed.
func (s *probeSignals) wait() {
	first, ok := <-s.c
	if !ok {
		return
	}
	at := time.Now()
	close(s.stop)
	if first != os.Interrupt && first != syscall.SIGTERM {
		s.cancel() // the terminal is gone
	}
	for again := range s.c {
		if again != first || time.Since(at) > sameSignal {
			s.cancel()
		}
	}
}

// release lets signals through again.
func (s *probeSignals) release() {
	signal.Stop(s.c)
	close(s.c)
	s.cancel()
}

// keepalive finds the lines that the configured values come from, by our own
// reading. Where that comes to another value than ssh (Match exec), it says
// nothing.
func (r *probeReport) keepalive(p *program, c *cli.Context) {
	r.file = c.String("F")
	x, err := p.explainRequest(c)
	if err != nil || x.refused != "" {
		return
	}
	if len(x.Sources) > 0 && r.file == "" {
		r.file = x.Sources[0].Path
	}
	x.Keywords = []string{"serveraliveinterval", "serveralivecountmax"}
	settings, err := reader.OpenSSH.Resolve(x.Request)
	if err != nil {
		return
	}
	for _, s := range settings {
		value := r.res.Settings.Interval
		if s.Keyword == "serveralivecountmax" {
			value = r.res.Settings.CountMax
		}
		if n, ok := keyword.ParseTime(s.Value, keyword.Newest); ok && n == value {
			r.places = append(r.places, probePlace{strings.ToLower(s.Keyword), s.Source})
		}
	}
}
