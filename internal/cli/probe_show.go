package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sshvet/sshvet/internal/probe"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// probeReport is what a probe tells.
type probeReport struct {
	req    *probeRequest
	res    *probe.Result
	file   string // the client file to change; "" if none is known
	places []probePlace
}

// probePlace is the line that a keyword gets its value from; nil for a default.
type probePlace struct {
	keyword string
	source  *reader.Source
}

func (r *probeReport) place(keyword string) (source *reader.Source, known bool) {
	for _, p := range r.places {
		if p.keyword == keyword {
			return p.source, true
		}
	}
	return nil, false
}

// survives is whether the configured keep-alive does.
func (r *probeReport) survives() (survives, known bool) {
	s := r.res.Configured
	if s == nil || s.Outcome == probe.Survived && r.res.Stopped && r.res.Death == nil && s.Silence < r.req.Max {
		return false, false
	}
	return s.Outcome == probe.Survived, true
}

// interval is the one to set: sshvet's, or less where the path is in a hurry.
func (r *probeReport) interval() int {
	if safe := r.res.SafeInterval(); safe > 0 {
		return min(lint.Deploy.Interval, safe)
	}
	if late := r.late(); late > 0 {
		return min(lint.Deploy.Interval, max(1, int(late/2/time.Second)))
	}
	return lint.Deploy.Interval
}

// late is what a quick probe knows of a path that its keep-alive did not survive:
// the silence that there was, which is no longer than the interval of the probes
// that did not help. 0: nothing, or it was not silence.
func (r *probeReport) late() time.Duration {
	s := r.res.Configured
	if !r.req.Quick || s == nil || s.Outcome != probe.Died || s.Channel {
		return 0
	}
	late := s.Silence
	if i := r.res.Settings.Interval; i > 0 {
		late = min(late, time.Duration(i)*time.Second)
	}
	if len(s.ServerProbes) > 0 {
		late = min(late, s.ServerProbes[0])
	}
	return late
}

// serverKeeps reports whether the probes of the server keep the path awake.
func (r *probeReport) serverKeeps() bool {
	every := r.res.ServerInterval()
	return every > 0 && r.late() == 0 && (r.res.Death == nil || every < r.res.Death.Silence)
}

func (p *program) printProbe(r *probeReport) error {
	var b strings.Builder
	r.writeHead(&b)
	r.writeSamples(&b)
	for _, line := range r.findings() {
		fmt.Fprintln(&b, term.Escape(line))
	}
	if todo := r.todo(); len(todo) > 0 {
		fmt.Fprintln(&b)
		for _, line := range todo {
			fmt.Fprintln(&b, term.Escape(line))
		}
	}
	if _, err := fmt.Fprint(p.stdout, b.String()); err != nil {
		return outputError(err)
	}
	return nil
}

func (r *probeReport) writeHead(b *strings.Builder) {
	s := r.res.Settings
	head := fmt.Sprintf("%s: %s@%s port %s", r.req.Host, s.User, s.HostName, s.Port)
	if s.Jump != "" {
		head += ", by way of " + s.Jump
	}
	if r.res.Server != "" {
		head += ", " + r.res.Server
	}
	fmt.Fprintf(b, "%s\n\n", term.Escape(head))
}

// writeSamples is the table: one line a session, by silence.
func (r *probeReport) writeSamples(b *strings.Builder) {
	samples := slices.Clone(r.res.Samples)
	slices.SortStableFunc(samples, func(a, b probe.Sample) int {
		return cmp.Or(cmp.Compare(b.Setup, a.Setup), cmp.Compare(silenceOf(a), silenceOf(b)))
	})
	w := tabwriter.NewWriter(b, 0, 8, 2, ' ', 0)
	for _, s := range samples {
		fmt.Fprintf(w, "%s\t%s\t%s\n", setupWords[s.Setup], span(silenceOf(s)), term.Escape(r.became(s)))
	}
	w.Flush()
	if len(samples) > 0 {
		fmt.Fprintln(b)
	}
}

var setupWords = map[probe.Setup]string{probe.Off: "no keep-alive", probe.Configured: "as configured"}

// silenceOf is how long a session was silent, or was to be.
func silenceOf(s probe.Sample) time.Duration {
	if s.Outcome == probe.NotStarted {
		return s.Planned
	}
	return s.Silence
}

// became says what became of a session.
func (r *probeReport) became(s probe.Sample) string {
	switch s.Outcome {
	case probe.Survived:
		return "survived, echo after " + span(s.Answer)
	case probe.Died:
		return "dead: " + r.howWords(s)
	case probe.NotStarted:
		return "not tried: " + s.Said
	case probe.Slept:
		return "not known: this machine was suspended meanwhile"
	}
	return "not known: stopped"
}

// howWords says how a session died.
func (r *probeReport) howWords(s probe.Sample) string {
	text := map[probe.How]string{
		probe.SilentDrop: "what was sent is lost, no echo within " + span(r.req.Patience),
		probe.Reset:      "reset when something was sent",
		probe.HungUp:     "the server hung up",
		probe.GaveUp:     "ssh gave up, as nobody answered its probes",
		probe.Other:      "ssh ended",
	}[s.How]
	switch {
	case s.How == probe.SilentDrop && s.Said != "":
		text = "what was sent is lost, and the system gave up after " + span(s.Answer)
	case s.How == probe.Reset && s.InSilence:
		text = "reset"
	case s.Channel:
		text = "the server ended the session, not the connection"
	}
	if s.InSilence {
		text += ", in the midst of the silence"
	}
	if s.Said != "" {
		text += " (ssh: " + s.Said + ")"
	}
	return text
}

// findings are the sentences that answer the question.
func (r *probeReport) findings() []string {
	var out []string
	if r.res.Stopped {
		out = append(out, "Stopped: this is what was known by then.")
	}
	if !r.req.Quick {
		out = append(out, r.pathFinding())
	}
	out = append(out, r.serverFinding()...)
	out = append(out, r.configuredFinding())
	if r.res.Settings.Jump != "" {
		out = append(out, "The way to the jump host has its own connection, with the keep-alive of the jump host's own settings in all sessions: what was found is about the whole way with that.")
	}
	if n := len(r.res.Unsteady); n > 0 {
		out = append(out, fmt.Sprintf("%s died of less silence (the shortest: %s) than others survived: something besides silence ends connections here.", count(n, "session"), span(r.res.Unsteady[0].Silence)))
	}
	if r.res.Trouble != "" {
		out = append(out, "Not all silences were tried: "+r.res.Trouble+".")
	}
	return out
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// pathFinding is what the sessions without keep-alive tell.
func (r *probeReport) pathFinding() string {
	d := r.res.Death
	switch {
	case d == nil && r.res.Survived == 0:
		return "Without keep-alive: nothing is known."
	case d == nil && !r.res.Complete:
		return fmt.Sprintf("Without keep-alive a connection survives %s of silence; longer ones were not tried.", span(r.res.Survived))
	case d == nil:
		return fmt.Sprintf("Without keep-alive a connection survives %s of silence, the longest that was tried (--max).", span(r.res.Survived))
	}
	text := fmt.Sprintf("Without keep-alive a connection is dead after %s of silence", span(d.Silence))
	if r.res.Survived > 0 {
		text = fmt.Sprintf("Without keep-alive a connection survives %s of silence and is dead after %s", span(r.res.Survived), span(d.Silence))
	}
	if d.Channel {
		return text + ": the server ends the session."
	}
	return text + ": " + deathMeaning[d.How]
}

var deathMeaning = map[probe.How]string{
	probe.SilentDrop: "something on the path forgets it and drops what is sent later, without a word to either end.",
	probe.Reset:      "something on the path forgets it, and answers what is sent later with a reset.",
	probe.HungUp:     "the server, or a load balancer in front of it, hangs up.",
	probe.GaveUp:     "ssh gives it up.",
	probe.Other:      "ssh ends, and does not say why.",
}

// serverFinding is about the server's own probes, which keep a silent session
// from being silent.
func (r *probeReport) serverFinding() []string {
	every := r.res.ServerInterval()
	switch {
	case every == 0 && !r.req.Quick && r.res.Survived+silenceOfDeath(r.res) > 0:
		return []string{fmt.Sprintf("The server sent no probe (ClientAliveInterval) within %s.", span(r.longestSilence()))}
	case every == 0:
		return nil
	case r.serverKeeps():
		return []string{fmt.Sprintf("The server sends a probe after %s of silence (ClientAliveInterval): the path was never silent for longer, so that this is about server and path together.", span(every))}
	}
	return []string{fmt.Sprintf("The server sends a probe after %s of silence (ClientAliveInterval), which is too late for this path.", span(every))}
}

func silenceOfDeath(res *probe.Result) time.Duration {
	if res.Death == nil {
		return 0
	}
	return res.Death.Silence
}

func (r *probeReport) longestSilence() time.Duration {
	var longest time.Duration
	for _, s := range r.res.Samples {
		longest = max(longest, s.Silence)
	}
	return longest
}

// configuredFinding is whether the keep-alive survives.
func (r *probeReport) configuredFinding() string {
	s, with := r.res.Configured, r.keepaliveWords()
	if s == nil {
		return "With " + with + ": nothing is known."
	}
	if s.Outcome == probe.Survived {
		text := fmt.Sprintf("With %s it survives %s of silence.", with, span(s.Silence))
		if i, safe := r.res.Settings.Interval, r.res.SafeInterval(); safe > 0 && i > safe && !r.serverKeeps() {
			text += fmt.Sprintf(" A probe each %d s is late: one that is lost would be one too many.", i)
		}
		return text
	}
	verdict := "does not survive"
	if s.InSilence {
		verdict = "is dead after"
	}
	return fmt.Sprintf("With %s it %s %s of silence: %s.", with, verdict, span(s.Silence), r.howWords(*s))
}

// keepaliveWords are the configured values and where they come from.
func (r *probeReport) keepaliveWords() string {
	s := r.res.Settings
	if s.Interval == 0 {
		return "what is configured (ServerAliveInterval 0: no keep-alive" + r.fromWords("serveraliveinterval") + ")"
	}
	return fmt.Sprintf("what is configured (ServerAliveInterval %d%s, ServerAliveCountMax %d%s)",
		s.Interval, r.fromWords("serveraliveinterval"), s.CountMax, r.fromWords("serveralivecountmax"))
}

func (r *probeReport) fromWords(keyword string) string {
	source, known := r.place(keyword)
	switch {
	case !known:
		return ""
	case source == nil:
		return " by default"
	case source.File == reader.CommandLine:
		return " on the command line"
	}
	return fmt.Sprintf(" in %s:%d", source.File, source.Line)
}

// todo says what to change, and where.
func (r *probeReport) todo() []string {
	survives, known := r.survives()
	var out []string
	if d := r.death(); d != nil && d.Channel {
		return hungUpAdvice(d)
	}
	if safe := r.res.SafeInterval(); safe > 0 {
		out = append(out, fmt.Sprintf("Safe: a probe each %d s or more often, half of the silence that kills; set %d.", safe, r.interval()))
	}
	if late := r.late(); late > 0 {
		out = append(out, fmt.Sprintf("%s without a probe is too long: set one each %d s, and try again. Without --quick, probe finds how much the path bears.", span(late), r.interval()))
	}
	if d := r.death(); d != nil && d.How == probe.HungUp {
		out = append(out, hungUpAdvice(d)...)
	}
	needed := known && !survives || r.res.Death != nil && r.res.Settings.Interval > r.res.SafeInterval() && !r.serverKeeps()
	if needed {
		out = append(out, r.change()...)
	}
	return append(out, r.kamal()...)
}

func hungUpAdvice(d *probe.Sample) []string {
	if d.Channel {
		return []string{"The server ends sessions that are idle: that is ChannelTimeout in its sshd_config, which no keep-alive resets."}
	}
	return []string{"If it is sshd itself: a small ClientAliveInterval × ClientAliveCountMax hangs up on clients whose answers are lost; see its log ('Timeout, client not responding')."}
}

// change are the two ends at which a probe can be switched on.
func (r *probeReport) change() []string {
	i, n := r.interval(), lint.Deploy.Count
	file := cmp.Or(r.file, "~/.ssh/config")
	if strings.EqualFold(file, "none") {
		file = "~/.ssh/config"
	}
	out := []string{
		fmt.Sprintf("Here:  ServerAliveInterval %d and ServerAliveCountMax %d for this host in %s", i, n, file),
		fmt.Sprintf("There: ClientAliveInterval %d and ClientAliveCountMax %d in /etc/ssh/sshd_config of the server", i, n),
	}
	if i < lint.Deploy.Interval {
		return append(out, fmt.Sprintf("'sshvet fix' writes %d s, too late for this path, unless .sshvet.yaml has keepalive: {interval: %d, max-interval: %d}.", lint.Deploy.Interval, i, i))
	}
	return append(out, fmt.Sprintf("Either is enough for ssh. 'sshvet fix %s' here, or 'sudo sshvet fix --reload /etc/ssh/sshd_config' there, shows and writes it.", file))
}

// kamalIdle is how long Kamal keeps idle connections (pool_idle_timeout of its
// configuration/sshkit.rb).
const kamalIdle = 900 * time.Second

// kamal is what all this means for a deploy by Kamal, whose own connections are
// not OpenSSH's.
func (r *probeReport) kamal() []string {
	const kamal = "Kamal: its own connections send nothing while they are idle, and ServerAliveInterval is not for them."
	switch {
	case r.serverKeeps():
		return []string{kamal + " The server's probes keep the path awake for them, too, as long as its ClientAliveCountMax is large (240): idle ones answer none."}
	case r.res.Death != nil:
		return []string{fmt.Sprintf("%s For a deploy set the server's ClientAliveInterval %d and ClientAliveCountMax %d, or sshkit: pool_idle_timeout: %d in deploy.yml. 'sshvet kamal' checks both.",
			kamal, r.interval(), lint.Deploy.Count, min(30, r.res.SafeInterval()))}
	}
	switch survives, known := r.survives(); {
	case !known:
		return nil
	case survives && r.req.Quick && r.res.Settings.Interval > 0:
		return []string{"Nothing has to change for ssh. " + kamal + " What they meet is tried by '--quick --idle 16m -o ServerAliveInterval=0'."}
	case survives && r.req.Max < kamalIdle:
		return []string{"Nothing has to change for what was tried. Kamal keeps idle connections for up to 15 min (pool_idle_timeout 900): " + r.longestFlag() + " 16m tries that."}
	case survives:
		return []string{"Nothing has to change for what was tried."}
	case !survives:
		return []string{kamal + " For a deploy the server's ClientAliveInterval counts; 'sshvet kamal' checks it."}
	}
	return nil
}

// death is what silence did to a session: to one without keep-alive, or in a
// quick probe, which has none, to the configured one; nil: nothing.
func (r *probeReport) death() *probe.Sample {
	if c := r.res.Configured; r.req.Quick && c != nil && c.Outcome == probe.Died {
		return c
	}
	return r.res.Death
}

// longestFlag is the flag that the longest silence is set by.
func (r *probeReport) longestFlag() string {
	if r.req.Quick {
		return "--idle"
	}
	return "--max"
}

// span writes a duration for people.
func span(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "less than 1 ms"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < 20*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', tenths(d), 64) + " s"
	case d < time.Minute:
		return strconv.Itoa(int(d.Round(time.Second)/time.Second)) + " s"
	}
	d = d.Round(time.Second)
	var parts []string
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if n := d / unit.length; n > 0 {
			parts = append(parts, strconv.Itoa(int(n))+" "+unit.name)
			d -= n * unit.length
		}
	}
	return strings.Join(parts, " ")
}

// tenths is 1 where a tenth of a second is to be shown.
func tenths(d time.Duration) int {
	if d.Round(100*time.Millisecond)%time.Second == 0 {
		return 0
	}
	return 1
}
