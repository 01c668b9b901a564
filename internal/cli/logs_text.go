package cli

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sshvet/sshvet/internal/logs"
	"github.com/sshvet/sshvet/internal/term"
)

const (
	logsRows  = 20 // of the table, without --verbose
	logsWidth = 100
	barWidth  = 40
)

// printLogs prints what was found, for people. What stands in logs was chosen by
// strangers: nothing of it is printed as it is.
func (p *program) printLogs(r *logs.Result, req *logsRequest) error {
	var b strings.Builder
	if r.Deaths == 0 {
		fmt.Fprintf(&b, "%s\n", req.palette.Bold("No connection died of silence, as far as these logs tell."))
	} else {
		fmt.Fprintf(&b, "%s\n\n", req.palette.Bold(logsTitle(r, req)))
		logsTable(&b, r, req)
		logsKinds(&b, r, req)
		logsHistogram(&b, r, req)
		logsEvidence(&b, r)
	}
	logsApart(&b, r)
	if advice := r.Advice(); len(advice) > 0 {
		fmt.Fprintf(&b, "\n%s\n", req.palette.Bold("What to do:"))
		for i, text := range advice {
			wrap(&b, fmt.Sprintf("%2d. ", i+1), text)
		}
	}
	_, err := io.WriteString(p.stdout, b.String())
	return err
}

func logsTitle(r *logs.Result, req *logsRequest) string {
	text := fmt.Sprintf("%d connections died of silence", r.Deaths)
	if r.Deaths == 1 {
		text = "One connection died of silence"
	}
	switch first, last := logTime(r.First, req), logTime(r.Last, req); {
	case r.First.IsZero():
		return text + "."
	case first == last:
		return text + ", at " + first + "."
	default:
		return text + ", between " + first + " and " + last + "."
	}
}

// logTime is a time to the minute, in the user's zone, or "-".
func logTime(t time.Time, req *logsRequest) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(req.options.Location).Format("2006-01-02 15:04")
}

func logsTable(b *strings.Builder, r *logs.Result, req *logsRequest) {
	w := tabwriter.NewWriter(b, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "deaths\tuser\tfrom\tto\tfirst\tlast\tlength\tsilence")
	for i, g := range r.Groups {
		if i == logsRows && !req.verbose {
			break
		}
		fmt.Fprintf(w, "%6d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", g.Count, logName(g.User), logName(clientOf(g)), logName(g.Server),
			logTime(g.First, req), logTime(g.Last, req), lengthText(g), silenceRange(g))
	}
	w.Flush()
	if left := len(r.Groups) - logsRows; left > 0 && !req.verbose {
		fmt.Fprintf(b, "and %d more rows; --verbose shows them\n", left)
	}
}

// logName is a name out of a log, made harmless and not too long.
func logName(name string) string {
	const most = 40
	name = term.EscapeTab(cmp.Or(name, "-"))
	if r := []rune(name); len(r) > most {
		name = string(r[:most-1]) + "…"
	}
	return name
}

func clientOf(g *logs.Group) string {
	if g.Client == "" && g.Source != logs.SSHD {
		return string(g.Source)
	}
	return g.Client
}

func lengthText(g *logs.Group) string {
	if g.Timed == 0 {
		return "-"
	}
	return spanText(g.MinLength, g.MaxLength)
}

// silenceRange is the shortest and the longest silence of a group.
func silenceRange(g *logs.Group) string {
	if g.Silent == 0 {
		return "-"
	}
	sign := ""
	switch g.Shortest.Bound {
	case logs.AtMost:
		sign = "≤ "
	case logs.AtLeast:
		sign = "≥ "
	}
	return sign + spanText(g.Shortest.Silence, g.Longest.Silence)
}

func spanText(from, to time.Duration) string {
	if a, b := shortDuration(from), shortDuration(to); a != b {
		return a + " to " + b
	}
	return shortDuration(from)
}

// shortDuration is a time in its two largest units: 3m51s, 2h5m, 3d4h.
func shortDuration(d time.Duration) string {
	d = d.Round(time.Second)
	s := int64(d / time.Second)
	part := func(n int64, unit string) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprintf("%d%s", n, unit)
	}
	switch {
	case s < 60:
		return fmt.Sprintf("%ds", s)
	case s < 3600:
		return part(s/60, "m") + part(s%60, "s")
	case s < 86400:
		return part(s/3600, "h") + part(s%3600/60, "m")
	}
	return part(s/86400, "d") + part(s%86400/3600, "h")
}

func logsKinds(b *strings.Builder, r *logs.Result, req *logsRequest) {
	fmt.Fprintf(b, "\n%s\n", req.palette.Bold("How they died:"))
	for _, k := range logs.Kinds {
		if n := r.ByKind[k]; n > 0 {
			fmt.Fprintf(b, "%6d  %s (first: %s)\n", n, k.Words(), logPlace(r.Example[k]))
			wrap(b, "        ", k.Means())
		}
	}
}

func logPlace(d *logs.Death) string {
	return fmt.Sprintf("%s:%d", term.EscapePath(d.File), d.Line)
}

func logsHistogram(b *strings.Builder, r *logs.Result, req *logsRequest) {
	if r.Silent == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s%s\n", req.palette.Bold("Silence before death:"), silenceLegend(r))
	first, last, most := -1, 0, int64(1)
	for i, bucket := range r.Histogram {
		if bucket.Count > 0 {
			if first < 0 {
				first = i
			}
			last, most = i, max(most, bucket.Count)
		}
	}
	for i := first; i <= last; i++ {
		label := "over " + shortDuration(bucketStart(r, i))
		if to := r.Histogram[i].To; to > 0 {
			label = "under " + shortDuration(to)
		}
		n := r.Histogram[i].Count
		bar := strings.Repeat("#", int((n*barWidth+most-1)/most))
		b.WriteString(strings.TrimRight(fmt.Sprintf("  %-10s %6d  %s", label, n, bar), " ") + "\n")
	}
}

// silenceLegend says of how many the silence is known, and what the signs mean.
func silenceLegend(r *logs.Result) string {
	text := ""
	if r.Silent < r.Deaths {
		text = fmt.Sprintf(" known of %d.", r.Silent)
	}
	if r.Shortest != nil && r.Shortest.Bound == logs.AtMost {
		text += "\n  ≤: what passed since the last sign of use in the log; the silence may have been shorter"
	}
	if r.Least != nil {
		text += "\n  ≥: the longest command that Kamal ran elsewhere meanwhile; the silence was longer"
	}
	return text
}

func bucketStart(r *logs.Result, i int) time.Duration {
	if i == 0 {
		return 0
	}
	return r.Histogram[i-1].To
}

// logsEvidence says which silences killed, and what interval that asks for.
func logsEvidence(b *strings.Builder, r *logs.Result) {
	b.WriteString("\n")
	if d := r.Path; d != nil {
		seconds, _ := r.Interval()
		text := fmt.Sprintf("The shortest silence behind which the path was dead: %s (%s). Keep-alive has to send something within half of that", boundText(d), logPlace(d))
		if seconds < 60 {
			text += fmt.Sprintf(": the usual 60 s are too long here, take %d.", seconds)
		} else {
			text += ": the 60 s that sshvet writes do."
		}
		if d.Silence < 30*time.Second {
			text += " No path that is known forgets that fast: look whether the server, or a machine on the way, was restarted then."
		}
		wrap(b, "", text)
	}
	if d := r.Patience; d != nil {
		wrap(b, "", fmt.Sprintf("sshd hung up after %s of silence (%s): there, ClientAliveInterval x (ClientAliveCountMax + 1) is no more than that. With 60 and 240 it is 4 h 1 min.", boundText(d), logPlace(d)))
	}
	if d := r.Least; d != nil && r.Path == nil {
		wrap(b, "", fmt.Sprintf("A silence of %s was deadly for Kamal (%s). How short a deadly one can be its output does not tell; with times in it (GitHub's have them) it would tell more.", boundText(d), logPlace(d)))
	}
	if r.Silent == 0 {
		wrap(b, "", "How long the connections had been silent is not in these logs: sshd's has it with the lines of the login in it, Kamal's with its 'Running' and 'Finished' lines, ssh's with -v and times.")
	}
}

func boundText(d *logs.Death) string {
	switch d.Bound {
	case logs.AtMost:
		return "at most " + shortDuration(d.Silence)
	case logs.AtLeast:
		return "at least " + shortDuration(d.Silence)
	}
	return shortDuration(d.Silence)
}

func logsApart(b *strings.Builder, r *logs.Result) {
	said := false
	for _, w := range logs.Aparts {
		n := r.Apart[w]
		if n == 0 {
			continue
		}
		if !said {
			b.WriteString("\nNot counted:\n")
			said = true
		}
		fmt.Fprintf(b, "%6d  %s\n", n, w.Means())
	}
}

// wrap writes a paragraph in lines of logsWidth columns. lead is in front of the
// first, and as many blanks in front of the others.
func wrap(b *strings.Builder, lead, text string) {
	width := len(lead)
	b.WriteString(lead)
	for i, word := range strings.Fields(text) {
		n := len([]rune(word))
		if i > 0 {
			if width+1+n > logsWidth {
				b.WriteString("\n" + strings.Repeat(" ", len(lead)))
				width = len(lead)
			} else {
				b.WriteString(" ")
				width++
			}
		}
		b.WriteString(word)
		width += n
	}
	b.WriteString("\n")
}
