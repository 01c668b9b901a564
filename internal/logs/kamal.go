package logs

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// kamalState is what SSHKit's output says of the hosts.
type kamalState struct {
	commands map[string]*command // that run, by their identifier
	hosts    map[string]*deployHost
	pending  *Death // an error without a host; see kamalDied
}

// command is one that SSHKit runs on a host, or here.
type command struct {
	host    string
	started time.Time
	began   int64 // line
}

// deployHost is what is known of Kamal's connection to a host.
type deployHost struct {
	name, user string
	finished   time.Time // when the last command there ended
	ended      int64     // in which line; 0: none did
	running    int64     // in which line the last command there began
	started    time.Time
	elsewhere  time.Duration // the longest command that began after ended, and ended before running
	before     time.Duration // elsewhere when the running one began
	deathLine  int64
	died       Kind
}

// near is how many lines the words about one error may be apart: Ruby prints it
// again with each cause, and where it came from.
const near = 200

// kamalLine reads a line of SSHKit, or of the Ruby that runs it.
func (a *Analysis) kamalLine(rec *record) bool {
	msg := bytes.TrimLeft(rec.msg, " \t")
	if level, rest, ok := bytes.Cut(msg, []byte(" [")); ok && isLevel(level) {
		id, text, ok := bytes.Cut(rest, []byte("] "))
		return ok && a.sshkitLine(rec, string(name(id)), text)
	}
	return a.rubyError(rec, msg)
}

func isLevel(word []byte) bool {
	switch string(word) {
	case "DEBUG", "INFO", "WARN", "ERROR", "FATAL":
		return true
	}
	return false
}

// sshkitLine reads "Running … on HOST", "Running … as USER@HOST" and "Finished
// in 231.000 seconds with exit status 0 (successful).".
func (a *Analysis) sshkitLine(rec *record, id string, text []byte) bool {
	if rest, ok := bytes.CutPrefix(text, []byte("Running ")); ok {
		blank := bytes.LastIndexByte(rest, ' ')
		if blank < 0 {
			return false
		}
		switch host := rest[blank+1:]; {
		case bytes.HasSuffix(rest[:blank], []byte(" on")):
			a.started(rec, id, "", string(name(host)))
		case bytes.HasSuffix(rest[:blank], []byte(" as")):
			user, host, _ := bytes.Cut(host, []byte("@"))
			a.started(rec, id, string(name(user)), string(name(host)))
		default:
			return false
		}
		return true
	}
	if rest, ok := bytes.CutPrefix(text, []byte("Finished in ")); ok {
		number, _, _ := bytes.Cut(rest, []byte(" "))
		seconds, err := strconv.ParseFloat(string(number), 64)
		if err != nil || !(seconds >= 0 && seconds < 1e7) {
			return false
		}
		a.finished(rec, id, time.Duration(seconds*float64(time.Second)))
		return true
	}
	return false
}

// host is what is known of a host. With more than maxHosts the state is begun
// anew.
func (k *kamalState) host(name string) *deployHost {
	h := k.hosts[name]
	if h == nil {
		if k.hosts == nil || len(k.hosts) >= maxHosts {
			k.hosts = map[string]*deployHost{}
		}
		h = &deployHost{name: name}
		k.hosts[name] = h
	}
	return h
}

func (a *Analysis) started(rec *record, id, user, host string) {
	k := &a.in.kamal
	if k.commands == nil || len(k.commands) >= maxCommands {
		k.commands = map[string]*command{}
	}
	k.commands[id] = &command{host, rec.time, a.in.line}
	h := k.host(host)
	h.user, h.running, h.started, h.before = user, a.in.line, rec.time, h.elsewhere
	h.deathLine = 0
}

func (a *Analysis) finished(rec *record, id string, took time.Duration) {
	k := &a.in.kamal
	c := k.commands[id]
	if c == nil {
		return
	}
	delete(k.commands, id)
	for _, h := range k.hosts {
		if h.name != c.host && h.ended > 0 && c.began > h.ended {
			h.elsewhere = max(h.elsewhere, took)
		}
	}
	h := k.host(c.host)
	h.finished, h.ended, h.elsewhere, h.before = rec.time, a.in.line, 0, 0
}

// rubyError reads the words of an error, in any of the forms in which Kamal,
// Capistrano and Ruby print it. The host and the user are in SSHKit's own words.
func (a *Analysis) rubyError(rec *record, msg []byte) bool {
	class := errorClass(msg)
	host, user := "", ""
	if i := bytes.LastIndex(msg, []byte("Exception while executing ")); i >= 0 {
		host, user, msg = executing(msg[i+len("Exception while executing "):])
		if host == "" {
			return false
		}
	} else if class == "" {
		return false
	}
	if host == "" && !strings.HasPrefix(class, "Net::SSH::") && len(rec.program) > 0 && len(a.in.kamal.hosts) == 0 {
		return false // another program of a syslog, which is written in Ruby, too
	}
	kind, apart, ok := rubyKind(class, msg)
	switch {
	case !ok:
		return false
	case apart != "":
		a.apart(rec, apart)
	default:
		a.kamalDied(rec, kind, host, user)
	}
	return true
}

// executing reads "on host 192.0.2.1: MESSAGE" and "as deploy@192.0.2.1: …".
func executing(text []byte) (host, user string, msg []byte) {
	where, msg, ok := bytes.Cut(text, []byte(": "))
	if rest, is := bytes.CutPrefix(where, []byte("on host ")); ok && is {
		return string(name(rest)), "", msg
	}
	if rest, is := bytes.CutPrefix(where, []byte("as ")); ok && is {
		u, h, _ := bytes.Cut(rest, []byte("@"))
		return string(name(h)), string(name(u)), msg
	}
	return "", "", msg
}

// classes are the errors of Ruby that are looked for.
var classes = []string{
	"IO::TimeoutError", "Errno::ETIMEDOUT", "Errno::ECONNRESET", "Errno::EPIPE", "IOError",
	"Net::SSH::ConnectionTimeout", "Net::SSH::Timeout", "Net::SSH::Disconnect",
}

// errorClass finds "ERROR (CLASS): …", "CLASS: …" and "… (CLASS)".
func errorClass(msg []byte) string {
	if bytes.HasSuffix(msg, []byte(")")) {
		if i := bytes.LastIndex(msg, []byte(" (")); i >= 0 {
			if c := classOf(msg[i+2 : len(msg)-1]); c != "" {
				return c
			}
		}
	}
	msg, _ = bytes.CutPrefix(msg, []byte("ERROR ("))
	end := bytes.IndexAny(msg[:min(len(msg), 64)], " )")
	if end <= 0 {
		return ""
	}
	return classOf(bytes.TrimSuffix(msg[:end], []byte(":")))
}

func classOf(word []byte) string {
	for _, c := range classes {
		if string(word) == c {
			return c
		}
	}
	return ""
}

// rubyKind is what an error means. Without its class the words have to do.
func rubyKind(class string, msg []byte) (Kind, Apart, bool) {
	has := func(words string) bool { return bytes.Contains(msg, []byte(words)) }
	switch {
	case class == "Net::SSH::ConnectionTimeout", has("connect(2)"):
		return "", NeverConnected, true
	case has("Blocking operation timed out!"):
		return Blocked, "", true
	case has("Timeout, server ") && has(" not responding"):
		return NetSSHGaveUp, "", true
	case has("closed stream"), has("connection closed by remote host"):
		return ClosedStream, "", true
	case has("Connection timed out"), has("Operation timed out"):
		return Blocked, "", true
	case has("Connection reset by peer"):
		return Reset, "", true
	case has("Broken pipe"):
		return BrokenPipe, "", true
	}
	return "", "", false
}

// kamalDied counts an error once, though Ruby prints it several times. One that
// names no host waits for one that does.
func (a *Analysis) kamalDied(rec *record, kind Kind, host, user string) {
	k := &a.in.kamal
	if k.pending != nil && (k.pending.Kind != kind || a.in.line-k.pending.Line > near) {
		a.endKamal()
	}
	if host == "" {
		for _, h := range k.hosts {
			if h.deathLine > 0 && h.died == kind && a.in.line-h.deathLine <= near {
				return
			}
		}
		if k.pending == nil {
			k.pending = a.kamalDeath(rec, kind, &deployHost{})
		}
		return
	}
	k.pending = nil
	h := k.host(host)
	if user != "" {
		h.user = user
	}
	if h.deathLine > 0 && a.in.line-h.deathLine <= near {
		return
	}
	h.deathLine, h.died = a.in.line, kind
	a.count(a.kamalDeath(rec, kind, h))
}

// kamalDeath works out the silence: with times from the end of the last command
// on that host to the beginning of the one that failed; without, the longest of
// the commands between the two, as they took that long, whatever else did.
func (a *Analysis) kamalDeath(rec *record, kind Kind, h *deployHost) *Death {
	d := &Death{
		Kind: kind, Source: Kamal, Server: h.name, User: h.user, Time: rec.time, Length: -1, Silence: -1,
		File: a.in.name, Line: a.in.line,
	}
	if h.ended == 0 || h.running <= h.ended {
		return d
	}
	switch silence := since(h.finished, h.started); {
	case silence >= 0:
		d.Silence, d.Bound = silence, Exact
	case h.before > 0:
		d.Silence, d.Bound = h.before, AtLeast
	}
	return d
}

// endKamal counts an error that never got a host.
func (a *Analysis) endKamal() {
	if d := a.in.kamal.pending; d != nil {
		a.in.kamal.pending = nil
		a.count(d)
	}
}
