package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/logs"
	"github.com/sshvet/sshvet/internal/term"
)

// logsSources are commands that show what to read, for those who name nothing.
const logsSources = "name a log or pipe one: 'sudo journalctl -u ssh -o short-iso | sshvet logs -', 'sudo sshvet logs /var/log/auth.log*', or 'kamal deploy 2>&1 | tee deploy.log', then 'sshvet logs deploy.log'"

func (p *program) logsCommand() *cli.Command {
	return &cli.Command{
		Name:      "logs",
		Usage:     "read logs of sshd, ssh and Kamal and find the connections that died of silence",
		ArgsUsage: "[FILE|-]...",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "since", Usage: "count only deaths since `TIME`: 7d, 36h, 2026-11-20, '2026-11-20 13:00'"},
			&cli.StringFlag{Name: "until", Usage: "count only deaths before `TIME`"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT`: text or json"},
			&cli.BoolFlag{Name: "exit-zero", Usage: "exit 0 in spite of deaths"},
			&cli.BoolFlag{Name: "verbose", Usage: "all rows of the table, and what was read"},
		}, speechFlags()...),
		Action: p.logs,
	}
}

// logsRequest is the command line of logs, checked.
type logsRequest struct {
	options  logs.Options
	now      time.Time
	operands []string
	json     bool
	exitZero bool
	quiet    bool
	verbose  bool
	palette  term.Palette
}

func (p *program) logs(c *cli.Context) error {
	req, err := p.logsRequest(c)
	if err != nil {
		return err
	}
	analysis := logs.New(req.options)
	files := p.logFiles(req)
	for _, f := range files {
		if err := p.readLog(req, analysis, f); err != nil {
			p.fail(fmt.Errorf("%s: %w", f.name, err))
		}
	}
	res := analysis.Result()
	if res.Lines == 0 {
		if p.code == exitOK {
			return errors.New("logs: there is not one line to read; journalctl shows the system's journal only to root and the groups adm and systemd-journal, and a log that was just rotated is empty")
		}
		return nil
	}
	if res.Known == 0 && p.code == exitFailure {
		return nil // nothing that was read says anything
	}
	p.logsNotes(req, res)
	if req.json {
		err = p.printJSON(logsToJSON(res, req))
	} else {
		err = p.printLogs(res, req)
	}
	if err != nil {
		return outputError(err)
	}
	if res.Deaths > 0 && !req.exitZero {
		p.found()
	}
	return nil
}

func (p *program) logsRequest(c *cli.Context) (*logsRequest, error) {
	req := &logsRequest{
		now: now(), operands: c.Args().Slice(), json: c.String("format") == "json",
		exitZero: c.Bool("exit-zero"), quiet: c.Bool("quiet"), verbose: c.Bool("verbose"),
	}
	if f := c.String("format"); f != "text" && f != "json" {
		return nil, usagef("logs: --format %s: use text or json", f)
	}
	color, err := colorFlag(c)
	if err != nil {
		return nil, err
	}
	req.palette = term.NewPalette(term.UseColor(color, term.IsTerminal(p.stdout), getenv))
	req.options.Location = time.Local
	for _, bound := range []struct {
		flag string
		to   *time.Time
	}{{"since", &req.options.Since}, {"until", &req.options.Until}} {
		text := c.String(bound.flag)
		if text == "" {
			continue
		}
		t, ok := timeOf(text, req.now)
		if !ok {
			return nil, usagef("logs: --%s %s: say how long ago, such as 36h or 7d, or a time, such as 2026-11-20 or '2026-11-20 13:00'", bound.flag, text)
		}
		*bound.to = t
	}
	if len(req.operands) == 0 {
		if term.IsTerminal(p.stdin) {
			return nil, usagef("logs: %s", logsSources)
		}
		req.operands = []string{"-"}
	}
	return req, nil
}

// timeOf reads a time, or how long ago it was, with the units s, m, h, d and w.
func timeOf(text string, now time.Time) (time.Time, bool) {
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	if unit, ok := units[text[len(text)-1]]; ok {
		const most = 100 * 365 * 24 * time.Hour
		n, err := strconv.Atoi(text[:len(text)-1])
		return now.Add(-time.Duration(n) * unit), err == nil && n >= 0 && time.Duration(n) <= most/unit
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// logFile is one that is read.
type logFile struct {
	path  string    // "-" is standard input
	name  string    // as it is shown
	start time.Time // of its first line; zero: not known
}

// logFiles are the operands in the order in which they were written: a shell puts
// auth.log before auth.log.1, which is older. Those without times come behind, and
// standard input is the newest.
func (p *program) logFiles(req *logsRequest) []logFile {
	var out []logFile
	stdin := false
	for _, path := range req.operands {
		if path == "-" {
			stdin = true
			continue
		}
		f := logFile{path: path, name: path}
		// What cannot be read is said when it is its turn. A pipe can be read only
		// once.
		if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() && len(req.operands) > 1 {
			if r, err := openLog(path, req.now); err == nil {
				f.start = logs.Start(r.text, r.newest, req.options.Location)
				r.close()
			}
		}
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b logFile) int {
		switch {
		case a.start.IsZero() && b.start.IsZero():
			return 0
		case a.start.IsZero():
			return 1
		case b.start.IsZero():
			return -1
		}
		return a.start.Compare(b.start)
	})
	if stdin {
		out = append(out, logFile{path: "-", name: "standard input"})
	}
	return out
}

// openedLog is a log that is open.
type openedLog struct {
	text   io.Reader
	newest time.Time // no line is much newer
	file   *os.File
}

func (l *openedLog) close() { l.file.Close() }

// openLog opens a file and unpacks it. Its newest line is as old as the file, or
// as the one that gzip made it of.
func openLog(path string, now time.Time) (*openedLog, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	newest := now
	if st, err := f.Stat(); err == nil {
		if st.IsDir() {
			f.Close()
			return nil, errors.New("it is a folder; name the logs in it")
		}
		if st.Mode().IsRegular() {
			newest = st.ModTime()
		}
	}
	text, packed, err := logs.Open(f)
	if err != nil {
		f.Close()
		return nil, err
	}
	if !packed.IsZero() {
		newest = packed
	}
	return &openedLog{text, newest, f}, nil
}

func (p *program) readLog(req *logsRequest, analysis *logs.Analysis, f logFile) error {
	if f.path == "-" {
		text, packed, err := logs.Open(p.stdin)
		if err != nil {
			return logError("-", err)
		}
		newest := req.now
		if !packed.IsZero() {
			newest = packed
		}
		return logError("-", analysis.Read(f.name, newest, text))
	}
	l, err := openLog(f.path, req.now)
	if err != nil {
		return logError(f.path, err)
	}
	defer l.close()
	return logError(f.path, analysis.Read(f.name, l.newest, l.text))
}

// logError puts an error into plain words.
func logError(path string, err error) error {
	var refusal *logs.Refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refusal):
		return errors.New(strings.ReplaceAll(refusal.Error(), "FILE", shellWord(path)))
	case errors.Is(err, os.ErrPermission):
		return errors.New("you may not read it; try sudo, or the groups adm and systemd-journal")
	}
	return errors.New(plainError(path, err))
}

// shellWord is a path as one may copy it into a shell.
func shellWord(path string) string {
	if strings.Trim(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+/~@:") == "" {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// logsNotes says what was not, or not wholly, understood.
func (p *program) logsNotes(req *logsRequest, res *logs.Result) {
	if req.quiet {
		return
	}
	note := func(format string, args ...any) { p.say("sshvet: "+format, args...) }
	if res.Known == 0 {
		note("none of the %d lines speaks of an SSH connection (journalctl's json-pretty, export and verbose output is not read); %s", res.Lines, logsSources)
	}
	if res.Broken > 0 {
		note("%s skipped: no text, or broken JSON", are(int(res.Broken), "line"))
	}
	if res.Long > 0 {
		note("%s longer than 64 KiB; only the beginning was looked at", are(int(res.Long), "line"))
	}
	if res.Others > 0 {
		note("%s in no row: there are more than 4,096 pairs of machines", are(int(res.Others), "death"))
	}
	if res.Forgotten > 0 {
		note("more than 16,384 connections had no end in the log; the %d oldest were forgotten, so that the length of some is not known", res.Forgotten)
	}
	if res.Backward > 0 {
		note("a log without years in its times holds more than a year: dates before its last New Year are too late")
	}
	if req.verbose {
		note("%d lines read, %d of them about connections", res.Lines, res.Known)
		if res.YearGuessed {
			note("some times have no year; they were taken to be from the year before the file was last written to")
		}
	}
}
