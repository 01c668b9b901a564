package logs

import (
	"bytes"
	"fmt"
	"io"
	"time"
)

// Words is what a kind of death looks like in a log.
func (k Kind) Words() string {
	switch k {
	case ServerGaveUp:
		return "Timeout, client not responding"
	case ClientGaveUp:
		return "Timeout, server not responding"
	case NetSSHGaveUp:
		return "Net::SSH::Timeout: Timeout, server not responding"
	case Blocked:
		return "Blocking operation timed out! (Errno::ETIMEDOUT)"
	case ClosedStream:
		return "IOError: closed stream"
	case TimedOut:
		return "Connection timed out"
	case Reset:
		return "Connection reset"
	case BrokenPipe:
		return "Broken pipe"
	}
	return string(k)
}

// Means says what a kind of death tells. For Ruby's it is what was measured
// (docs/kamal.md, docs/kamal-reference.md).
func (k Kind) Means() string {
	switch k {
	case ServerGaveUp:
		return "sshd probed every ClientAliveInterval and hung up when ClientAliveCountMax probes had no answer: the client was asleep or cut off, or it was a connection in Kamal's pool, which answers no probes."
	case ClientGaveUp:
		return "ssh probed every ServerAliveInterval and gave up when ServerAliveCountMax probes had no answer: the server or the path was gone for that long."
	case NetSSHGaveUp:
		return "Kamal used a connection that had been idle in its pool; the path had forgotten it, and net-ssh's own probes (30 s, 3 of them), which it sends only while a command runs, had no answer. ServerAliveInterval in the ssh config has no part in it."
	case Blocked:
		return "Kamal used a connection that had been idle in its pool; the path had forgotten it, and the kernel gave up sending, on Linux after about 15 minutes. net-ssh would have noticed after 2, but a large ServerAliveCountMax (240) in the ssh config makes it wait."
	case ClosedStream:
		return "The server had hung up on a connection that was idle in Kamal's pool: its ClientAliveInterval x (ClientAliveCountMax + 1), or UnusedConnectionTimeout, is shorter than the silence."
	case TimedOut:
		return "What this end sent had no answer until its kernel gave up: the path had forgotten the connection and drops what belongs to it, or the other end was gone."
	case Reset:
		return "The other end, or a machine on the path that had forgotten the connection, answered with a reset."
	case BrokenPipe:
		return "This end had something to send when the connection was already gone: reset, or given up by the kernel."
	}
	return ""
}

// Means says what an end of a connection is that is counted apart.
func (w Apart) Means() string {
	switch w {
	case BeforeLogin:
		return "ended before anybody had logged in: scanners, mostly"
	case NeverConnected:
		return "could not be made: that is ConnectTimeout's business, not keep-alive's"
	case InUse:
		return fmt.Sprintf("broke within %d s of being used: not of silence", Brief/time.Second)
	case ClosedByServer:
		return "closed by the server: its own log says why"
	case ClosedByClient:
		return "closed by the client without a goodbye: it was killed, or gave up"
	case Unexplained:
		return "ended in sshd's log without a reason; LogLevel VERBOSE in sshd_config would say it"
	}
	return ""
}

// The pair that sshvet writes, and the pool's time that it writes for Kamal.
const (
	interval    = 60
	countMax    = 240
	poolTimeout = 30
)

// Interval is how often something has to be sent, in seconds: at most half the
// shortest silence that killed on the path, and never more than 60. ok is false
// if no such silence is known; 60 is what to take then.
func (r *Result) Interval() (seconds int, ok bool) {
	if r.Path == nil {
		return interval, false
	}
	return min(interval, max(1, int(r.Path.Silence/(2*time.Second)))), true
}

// Advice is what to do, one whole paragraph each, most important first. Nothing
// is advised if nothing died.
func (r *Result) Advice() []string {
	if r.Deaths == 0 {
		return nil
	}
	seconds, known := r.Interval()
	var out []string
	server, client, pool := r.answeredBy()
	if server {
		out = append(out, serverAdvice(seconds))
	}
	if client {
		out = append(out, clientAdvice(seconds))
	}
	if pool {
		out = append(out, poolAdvice(seconds, r.ByKind[Blocked] > 0))
	}
	if !known {
		out = append(out, "How much silence the path bears these logs do not tell: 'sshvet probe HOST' measures it.")
	}
	if r.hasSource(SSHD) && r.Silent < r.Deaths {
		out = append(out, "The logins of some of these connections are not in the logs: read the older ones, too (auth.log*).")
	}
	if r.hasSource(SSHD) {
		out = append(out, "To know more exactly next time how long a connection was silent: LogLevel VERBOSE in sshd_config; sshd then logs each command, and why connections end.")
	}
	return out
}

// answeredBy says whose settings cure what has died: sshd's, the client's, or
// those of Kamal's pool.
func (r *Result) answeredBy() (server, client, pool bool) {
	for _, g := range r.Groups {
		for kind := range g.ByKind {
			switch {
			case kind == ServerGaveUp || g.Source == SSHD:
				server = true
			case g.Source == Kamal:
				server, pool = true, true
			default:
				client = true
			}
		}
	}
	return server, client, pool
}

func (r *Result) hasSource(s Source) bool {
	for _, g := range r.Groups {
		if g.Source == s {
			return true
		}
	}
	return false
}

func serverAdvice(seconds int) string {
	text := fmt.Sprintf("On the server, ClientAliveInterval %d and ClientAliveCountMax %d: its probes keep the path awake, and it hangs up after %s instead of sooner. ",
		seconds, countMax, hours(seconds*(countMax+1)))
	if seconds < interval {
		return text + fmt.Sprintf("'sudo sshvet fix /etc/ssh/sshd_config' puts the lines where they count; lower the interval to %d then, and reload sshd.", seconds)
	}
	return text + "'sudo sshvet fix /etc/ssh/sshd_config' puts the lines where they count; reload sshd then."
}

// hours is a number of seconds as people say it.
func hours(seconds int) string {
	if seconds < 3600 {
		return fmt.Sprintf("%d min", seconds/60)
	}
	return fmt.Sprintf("%d h %d min", seconds/3600, seconds%3600/60)
}

func clientAdvice(seconds int) string {
	text := fmt.Sprintf("For ssh, ServerAliveInterval %d and ServerAliveCountMax %d. ", seconds, countMax)
	if seconds < interval {
		return text + fmt.Sprintf("'sshvet fix ~/.ssh/config' puts the lines where they count; lower the interval to %d then.", seconds)
	}
	return text + "'sshvet fix ~/.ssh/config' puts the lines where they count."
}

func poolAdvice(seconds int, blocked bool) string {
	text := fmt.Sprintf("For Kamal: 2.6.1 or later, which connects after the build; and where the server cannot be changed 'pool_idle_timeout: %d' under 'sshkit:' in deploy.yml. "+
		"ServerAliveInterval in ~/.ssh/config does not reach Kamal's connections. 'sshvet kamal' shows what does.", min(poolTimeout, seconds))
	if blocked {
		text += " So that it fails after 2 minutes and not after 15, keep ServerAliveCountMax at 3 in ~/.ssh/config for the hosts of a deploy."
	}
	return text
}

// Start is the time of the first line of a log that has one, or zero: it tells in
// which order logs follow each other. It reads no more than a buffer.
func Start(r io.Reader, newest time.Time, loc *time.Location) time.Time {
	head := make([]byte, bufferSize)
	n, _ := io.ReadFull(r, head)
	a := New(Options{Location: loc})
	a.in = newInput("", newest, a.o.Location)
	for line := range bytes.Lines(head[:n]) {
		if rec, ok := a.takeApart(bytes.TrimRight(line, "\r\n")); ok && !rec.time.IsZero() {
			return rec.time
		}
	}
	return time.Time{}
}
