package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/sshvet/sshvet/internal/probe"
	"github.com/sshvet/sshvet/internal/term"
)

// stallAfter is how long an echo may take before that is called a stall.
const stallAfter = time.Second

// watch prints a line for each round trip, until a signal or the death of the
// session, which is a finding.
func (p *program) watch(signals *probeSignals, env probe.Env, req *probeRequest) error {
	env.Asking = func(string) { p.say("ssh has to ask you") }
	if !req.quiet {
		p.say("%s: connecting; a round trip each %s, Ctrl-C ends it", req.Host, span(req.every))
	}
	w := &watchPrinter{p: p, req: req, failed: signals.cancel}
	out, err := probe.Watch(signals.ctx, env, probe.WatchOptions{
		Host: req.Host, SSHArgs: req.SSHArgs, Every: req.every, Stall: stallAfter, Patience: req.Patience,
	}, w.moment)
	if err != nil {
		return err
	}
	if out.Dead != nil {
		p.found()
	}
	w.summary(out)
	if w.err != nil {
		return outputError(w.err)
	}
	return nil
}

type watchPrinter struct {
	p   *program
	req *probeRequest
	err error // of writing
	// failed is called where nobody can be told any more.
	failed func()
}

// momentJSON is one line of --watch --format json.
type momentJSON struct {
	Time  string   `json:"time"`
	Event string   `json:"event"`
	RTT   *float64 `json:"rtt,omitempty"`
	How   string   `json:"how,omitempty"`
	Said  string   `json:"said,omitempty"`
}

type watchedJSON struct {
	Event  string  `json:"event"` // summary
	Echoes int     `json:"echoes"`
	Stalls int     `json:"stalls"`
	Least  float64 `json:"least"`
	Mean   float64 `json:"mean"`
	Most   float64 `json:"most"`
	Alive  bool    `json:"alive"`
}

func (w *watchPrinter) print(text string, value any) {
	line := []byte(term.Escape(text))
	if w.req.json {
		line, _ = json.Marshal(value)
	}
	if _, err := w.p.stdout.Write(append(line, '\n')); err != nil && w.err == nil {
		w.err = err
		w.failed()
	}
}

func (w *watchPrinter) moment(m probe.Moment) {
	out := momentJSON{Time: m.At.Format(time.RFC3339Nano), Event: string(m.Kind), How: string(m.How), Said: m.Said}
	if m.Kind != probe.Ended {
		rtt := roundTripOf(m.RoundTrip)
		out.RTT = &rtt
	}
	at := m.At.Format("15:04:05")
	switch m.Kind {
	case probe.Echo:
		w.print(fmt.Sprintf("%s  %s", at, span(m.RoundTrip)), out)
	case probe.Stalled:
		w.print(fmt.Sprintf("%s  stall: no answer for %s", at, span(m.RoundTrip)), out)
	case probe.Resumed:
		w.print(fmt.Sprintf("%s  answered after %s", at, span(m.RoundTrip)), out)
	case probe.Ended:
		r := probeReport{req: w.req}
		w.print(fmt.Sprintf("%s  dead: %s", at, r.howWords(probe.Sample{How: m.How, Said: m.Said})), out)
	}
}

func (w *watchPrinter) summary(out *probe.Watched) {
	sum := watchedJSON{
		Event: "summary", Echoes: out.Echoes, Stalls: out.Stalls, Alive: out.Dead == nil,
		Least: roundTripOf(out.Least), Most: roundTripOf(out.Most),
	}
	text := fmt.Sprintf("%s, %s", count(out.Echoes, "round trip"), count(out.Stalls, "stall"))
	if out.Echoes > 0 {
		mean := out.Sum / time.Duration(out.Echoes)
		sum.Mean = roundTripOf(mean)
		text += fmt.Sprintf("; %s at least, %s on average, %s at most", span(out.Least), span(mean), span(out.Most))
	}
	w.print(text, sum)
}
