package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"

	"github.com/sshvet/sshvet/internal/probe"
	"github.com/sshvet/sshvet/internal/term"
)

// probeProgress tells what a probe is doing: on a terminal by a bar, else by a
// line now and then.
type probeProgress struct {
	p    *program
	req  *probeRequest
	bar  progress.Writer // nil: lines
	now  *progress.Tracker
	from time.Time
	stop chan struct{}
}

func (p *program) newProbeProgress(req *probeRequest) *probeProgress {
	g := &probeProgress{p: p, req: req}
	if !req.quiet && term.IsTerminal(p.stderr) && getenv("TERM") != "dumb" {
		g.bar = newBar(p.stderr)
	}
	if !req.quiet {
		p.say("%s: connecting; this takes up to about %s, Ctrl-C gives the result so far", req.Host, span(longestProbe(req)))
	}
	return g
}

// longestProbe is how long a probe takes at most where nothing goes wrong: all
// silences, then those between two of them.
func longestProbe(req *probeRequest) time.Duration {
	d := req.Max + req.Patience
	if !req.Quick {
		d *= 2
	}
	if d < time.Minute {
		return d.Round(time.Second)
	}
	return d.Round(10 * time.Second)
}

func newBar(w io.Writer) progress.Writer {
	bar := progress.NewWriter()
	bar.SetOutputWriter(w)
	bar.SetAutoStop(false)
	bar.SetTrackerLength(25)
	bar.SetMessageLength(40)
	bar.SetUpdateFrequency(500 * time.Millisecond)
	bar.SetStyle(progress.StyleBlocks)
	bar.Style().Visibility = progress.StyleVisibility{Percentage: true, Tracker: true}
	return bar
}

// planned is told the silences of a round.
func (g *probeProgress) planned(silences []time.Duration) {
	if g.req.quiet {
		return
	}
	longest := slices.Max(silences)
	var words []string
	for _, s := range silences {
		words = append(words, span(s))
	}
	text := "silent for " + strings.Join(words, ", ")
	if g.bar == nil {
		g.p.say("%s", text)
		return
	}
	g.endRound()
	g.show(fmt.Sprintf("%s, %s", count(len(silences), "session"), "silent for up to "+span(longest)), longest+g.req.Patience)
}

// show starts the bar of a round, which goes by the clock.
func (g *probeProgress) show(text string, length time.Duration) {
	tracker := &progress.Tracker{Message: text, Total: int64(length / time.Millisecond)}
	g.now, g.from, g.stop = tracker, time.Now(), make(chan struct{})
	g.bar.AppendTracker(tracker)
	if !g.bar.IsRenderInProgress() {
		go g.bar.Render()
	}
	go func(stop chan struct{}, from time.Time) {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				tracker.SetValue(min(time.Since(from).Milliseconds(), tracker.Total-1))
			}
		}
	}(g.stop, g.from)
}

func (g *probeProgress) endRound() {
	if g.now != nil {
		close(g.stop)
		g.now.MarkAsDone()
		g.now = nil
	}
}

// sampled is told what became of a session.
func (g *probeProgress) sampled(s probe.Sample) {
	if g.req.quiet {
		return
	}
	r := probeReport{req: g.req}
	text := fmt.Sprintf("%s, %s of silence: %s", setupWords[s.Setup], span(silenceOf(s)), r.became(s))
	if g.bar != nil && g.bar.IsRenderInProgress() {
		g.bar.Log("%s", term.Escape(text))
		return
	}
	g.p.say("%s", text)
}

// asking is told that ssh will ask.
func (g *probeProgress) asking(reason string) {
	text := "ssh has to ask you; it will not ask again"
	if reason == string(probe.Authentication) {
		text = "ssh has to ask you, at each of some ten connections; a key in ssh-agent spares you that"
	}
	g.p.say("%s", text)
}

// done takes the bar away.
func (g *probeProgress) done() {
	if g.bar == nil || !g.bar.IsRenderInProgress() {
		return
	}
	g.endRound()
	g.bar.Stop()
	for g.bar.IsRenderInProgress() {
		time.Sleep(10 * time.Millisecond)
	}
}
