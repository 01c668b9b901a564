package logs

import (
	"bytes"
	"time"
)

// peer is the other end of a connection as messages name it: "user deploy
// 192.0.2.2 port 58690", "authenticating user …", "invalid user …" or the
// address alone (packet.c, sshpkt_fmt_connection_id; auth.c and monitor.c set
// what is in front).
type peer struct {
	user          []byte
	address, port []byte
	early         bool // not logged in
}

// peerOf reads such a text, and what is behind it. A user's name may have blanks
// in it, and whoever knocks chooses it: the last " port " counts.
func peerOf(text []byte) (p peer, rest []byte, ok bool) {
	sep := []byte(" port ")
	i := bytes.LastIndex(text, sep)
	if i < 0 {
		return peer{}, nil, false
	}
	front, behind := text[:i], text[i+len(sep):]
	n := 0
	for n < len(behind) && behind[n] >= '0' && behind[n] <= '9' {
		n++
	}
	if n == 0 || n > 5 {
		return peer{}, nil, false
	}
	p.port, rest = behind[:n], behind[n:]
	blank := bytes.LastIndexByte(front, ' ')
	p.address = address(front[blank+1:])
	front = front[:max(blank, 0)]
	for _, early := range []string{"authenticating user ", "invalid user "} {
		if user, is := bytes.CutPrefix(front, []byte(early)); is {
			p.user, p.early = name(user), true
			return p, rest, isAddress(p.address)
		}
	}
	user, _ := bytes.CutPrefix(front, []byte("user "))
	p.user = name(user)
	return p, rest, isAddress(p.address)
}

// address is one as it is compared: IPv4 in IPv6 is IPv4.
func address(text []byte) []byte {
	return name(bytes.TrimPrefix(text, []byte("::ffff:")))
}

// isAddress reports whether a text can be an address as sshd writes it, with a
// scope or without, or "UNKNOWN" (canohost.c).
func isAddress(text []byte) bool {
	if len(text) == 0 || len(text) > 100 {
		return false
	}
	return bytes.IndexByte(text, '.') > 0 || bytes.IndexByte(text, ':') >= 0 || string(text) == "UNKNOWN"
}

// sshd reads a message of sshd.
func (a *Analysis) sshd(rec *record) bool {
	msg := rec.msg
	early := false
	if m, ok := bytes.CutSuffix(msg, preauth); ok {
		msg, early = bytes.TrimRight(m, " "), true
	}
	msg = bytes.TrimSuffix(msg, []byte(" [postauth]"))
	for _, m := range sshdMessages {
		at := 0
		if m.inside {
			if at = bytes.Index(msg, []byte(m.starts)); at > 0 && !isFunction(msg[:at]) {
				continue
			}
		}
		if at >= 0 && len(msg)-at >= len(m.starts) && string(msg[at:at+len(m.starts)]) == m.starts {
			return m.read(a, rec, msg[at+len(m.starts):], early)
		}
	}
	return false
}

// sshdMessages are the messages that are understood, by how they start. Those
// that are inside have the name of a function in front, or two.
var sshdMessages = []struct {
	starts string
	inside bool
	read   func(a *Analysis, rec *record, rest []byte, early bool) bool
}{
	{"Accepted ", false, (*Analysis).accepted},
	{"User child is on pid ", false, (*Analysis).child},
	{"Starting session: ", false, (*Analysis).activity},
	{"Close session: ", false, (*Analysis).activity},
	{"subsystem request for ", false, (*Analysis).subsystem},
	{"Timeout, client not responding", false, (*Analysis).clientSilent},
	{"Received disconnect from ", false, (*Analysis).goodbye},
	{"Disconnected from ", false, (*Analysis).goodbye},
	{"Connection closed by ", false, (*Analysis).closedBy},
	{"Closing connection to ", false, (*Analysis).goodbye},
	{"Connection reset by ", false, (*Analysis).resetBy},
	{"Read error from remote host ", false, (*Analysis).readError},
	{"Write failed: ", false, (*Analysis).writeFailed},
	{"Timeout before authentication for ", false, (*Analysis).tooSlow},
	{"pam_unix(sshd:session): session closed for user ", false, (*Analysis).sessionClosed},
	{"Connection from ", true, (*Analysis).connectionFrom},
}

// isFunction reports whether a text is the name of a function of sshd and what it
// was about to do, "server_input_global_request: send reply: ", and nothing that
// a stranger chose.
func isFunction(text []byte) bool {
	return bytes.HasSuffix(text, []byte(": ")) && len(bytes.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789_ :")) == 0
}

// find returns the session of a record: by the peer if the message names one, or
// by its process. A process that speaks of an address is that session's.
func (a *Analysis) find(rec *record, p *peer) *session {
	if p != nil && len(p.port) > 0 {
		n := a.sessions.find(addressKey(rec.host, p.address, p.port))
		if n != nil && rec.pid > 0 {
			a.sessions.link(pidKey(rec.host, rec.pid), n)
		}
		return n
	}
	if rec.pid == 0 {
		return nil
	}
	return a.sessions.find(pidKey(rec.host, rec.pid))
}

// accepted: Accepted publickey for deploy from 192.0.2.2 port 58690 ssh2: …
func (a *Analysis) accepted(rec *record, rest []byte, _ bool) bool {
	_, rest, ok := bytes.Cut(rest, []byte(" for "))
	from := bytes.LastIndex(rest, []byte(" from "))
	if !ok || from < 0 {
		return false
	}
	p, _, ok := peerOf(rest[from+len(" from "):])
	if !ok {
		return false
	}
	n := &session{user: string(name(rest[:from])), client: string(p.address), opened: rec.time, active: rec.time}
	a.sessions.add(addressKey(rec.host, p.address, p.port), n)
	if rec.pid > 0 {
		a.sessions.link(pidKey(rec.host, rec.pid), n)
	}
	return true
}

// child: User child is on pid 1390
func (a *Analysis) child(rec *record, rest []byte, _ bool) bool {
	pid, ok := number(rest, len(rest))
	if n := a.find(rec, nil); ok && n != nil && len(rest) < 10 {
		a.sessions.link(pidKey(rec.host, pid), n)
	}
	return ok
}

// activity: command for deploy from 192.0.2.2 port 58690 id 0, or
// user deploy from 192.0.2.2 port 58690 id 0
func (a *Analysis) activity(rec *record, rest []byte, _ bool) bool {
	from := bytes.LastIndex(rest, []byte(" from "))
	if from < 0 {
		return false
	}
	p, _, ok := peerOf(rest[from+len(" from "):])
	if !ok {
		return false
	}
	a.touch(rec, a.find(rec, &p))
	return true
}

// subsystem: sftp by user deploy
func (a *Analysis) subsystem(rec *record, _ []byte, _ bool) bool {
	a.touch(rec, a.find(rec, nil))
	return true
}

func (a *Analysis) touch(rec *record, n *session) {
	if n != nil && rec.time.After(n.active) {
		n.active = rec.time
	}
}

// clientSilent: " from user deploy 192.0.2.2 port 58690"; "." in older releases.
func (a *Analysis) clientSilent(rec *record, rest []byte, _ bool) bool {
	rest, _ = bytes.CutPrefix(rest, []byte(" from "))
	if p, _, ok := peerOf(rest); ok {
		a.died(rec, ServerGaveUp, &p, a.find(rec, &p))
		return true
	}
	if n := a.find(rec, nil); n != nil || rec.pid == 0 {
		a.died(rec, ServerGaveUp, &peer{}, n)
		return true
	}
	a.endOrphan()
	a.orphan = &orphan{time: rec.time, line: a.in.line, death: a.newDeath(rec, ServerGaveUp, &peer{}, nil)}
	return true
}

// goodbye ends a session in the usual way: 192.0.2.2 port 58690:11: disconnected
// by user, or user deploy 192.0.2.2 port 58690.
func (a *Analysis) goodbye(rec *record, rest []byte, early bool) bool {
	if early {
		return false
	}
	p, _, ok := peerOf(rest)
	if !ok { // old releases have no port: 192.0.2.2: 11: disconnected by user
		if n := a.find(rec, nil); n != nil {
			a.sessions.remove(n)
			return true
		}
		a.endOrphan()
		a.orphan = &orphan{time: rec.time, line: a.in.line}
		return true
	}
	if n := a.find(rec, &p); n != nil && !n.dead {
		a.sessions.remove(n)
	}
	return true
}

// closedBy: [user deploy ]192.0.2.2 port 58690. The client's end was closed
// without its goodbye: the program was killed, or gave up on this server.
func (a *Analysis) closedBy(rec *record, rest []byte, early bool) bool {
	p, _, ok := peerOf(rest)
	if !ok {
		return false
	}
	n := a.find(rec, &p)
	switch {
	case early || p.early || n == nil && len(p.user) == 0:
		a.apart(rec, BeforeLogin)
	case n == nil || !n.dead:
		a.apart(rec, ClosedByClient)
	}
	if n != nil && !n.dead {
		a.sessions.remove(n)
	}
	return true
}

// resetBy: [user deploy ]192.0.2.2 port 58690
func (a *Analysis) resetBy(rec *record, rest []byte, early bool) bool {
	p, _, ok := peerOf(rest)
	if !ok {
		return false
	}
	if len(rec.program) == 0 && string(p.port) == "22" {
		return true // ssh says so when it got no connection, behind another message
	}
	a.broken(rec, Reset, &p, early)
	return true
}

// readError: 192.0.2.2 port 58690: Connection timed out. Only sessions after the
// login have this message.
func (a *Analysis) readError(rec *record, rest []byte, early bool) bool {
	host, why, _ := bytes.Cut(rest, []byte(": "))
	if i := bytes.LastIndex(rest, []byte(": ")); i >= 0 { // an address may have colons, but no blank behind them
		host, why = rest[:i], rest[i+2:]
	}
	kind, ok := kindOf(why)
	if !ok {
		return false
	}
	p, _, ok := peerOf(host)
	if !ok {
		p = peer{address: address(host)}
	}
	if early {
		a.apart(rec, BeforeLogin)
		return true
	}
	a.died(rec, kind, &p, a.find(rec, &p))
	return true
}

// writeFailed: Broken pipe. It names no peer.
func (a *Analysis) writeFailed(rec *record, rest []byte, early bool) bool {
	kind, ok := kindOf(rest)
	if !ok || !isServer(rec.program) {
		return false
	}
	if early {
		a.apart(rec, BeforeLogin)
		return true
	}
	a.died(rec, kind, &peer{}, a.find(rec, nil))
	return true
}

// connectionFrom: [user deploy ]192.0.2.2 port 58690: Broken pipe, or … timed
// out. "Connection from A port N on B port M" is the beginning of one instead.
func (a *Analysis) connectionFrom(rec *record, rest []byte, early bool) bool {
	if bytes.Contains(rest, []byte(" on ")) {
		if peerText, _, ok := bytes.Cut(rest, []byte(" on ")); ok {
			if p, _, ok := peerOf(peerText); ok {
				if n := a.sessions.byKey[addressKey(rec.host, p.address, p.port)]; n != nil {
					a.sessions.remove(n)
				}
			}
		}
		return true
	}
	p, why, ok := peerOf(rest)
	if !ok {
		return false
	}
	kind, ok := kindOf(why)
	if !ok {
		return false
	}
	a.broken(rec, kind, &p, early)
	return true
}

// tooSlow: 192.0.2.2 port 58690
func (a *Analysis) tooSlow(rec *record, _ []byte, _ bool) bool {
	a.apart(rec, BeforeLogin)
	return true
}

// sessionClosed: deploy. It is the monitor's last word, whatever the reason.
func (a *Analysis) sessionClosed(rec *record, rest []byte, _ bool) bool {
	n := a.find(rec, nil)
	if n == nil {
		return true
	}
	if !n.dead {
		switch o := a.orphan; {
		case o != nil && o.death != nil:
			a.orphan = nil
			o.death.Line = o.line
			a.adopt(o, n)
		case o != nil:
			a.orphan = nil
		default:
			a.apart(rec, Unexplained)
		}
	}
	a.sessions.remove(n)
	return true
}

// broken is a connection that the other end or the path has broken: a death if
// somebody had logged in. Without a name and without a session that is known
// nobody had, or it was before the log.
func (a *Analysis) broken(rec *record, kind Kind, p *peer, early bool) {
	n := a.find(rec, p)
	if early || p.early || n == nil && len(p.user) == 0 {
		a.apart(rec, BeforeLogin)
		return
	}
	a.died(rec, kind, p, n)
}

// kindOf is the kind of a death by the words of the C library (strerror(3)), in
// which macOS and the BSDs differ.
func kindOf(why []byte) (Kind, bool) {
	switch {
	case bytes.Contains(why, []byte("Broken pipe")):
		return BrokenPipe, true
	case bytes.Contains(why, []byte("onnection reset")):
		return Reset, true
	case bytes.Contains(why, []byte("timed out")):
		return TimedOut, true
	}
	return "", false
}

// died counts the death of a session, once.
func (a *Analysis) died(rec *record, kind Kind, p *peer, n *session) {
	if n != nil && n.dead {
		return
	}
	d := a.newDeath(rec, kind, p, n)
	if n == nil {
		// What follows about the same connection is not another death.
		n = &session{user: d.User, client: d.Client}
		if key, ok := keyOf(rec, p); ok {
			a.sessions.add(key, n)
		}
	}
	n.dead = true
	a.count(d)
}

func keyOf(rec *record, p *peer) (string, bool) {
	switch {
	case len(p.port) > 0:
		return addressKey(rec.host, p.address, p.port), true
	case rec.pid > 0:
		return pidKey(rec.host, rec.pid), true
	}
	return "", false
}

// newDeath is a death in sshd's log. What is known about the session's use is
// what is logged of it: the silence was that long at most.
func (a *Analysis) newDeath(rec *record, kind Kind, p *peer, n *session) *Death {
	d := &Death{
		Kind: kind, Source: SSHD, Server: string(rec.host), User: string(p.user), Client: string(p.address),
		Time: rec.time, Length: -1, Silence: -1, Bound: AtMost, File: a.in.name, Line: a.in.line,
	}
	if n != nil {
		d.ofSession(n)
	}
	return d
}

func (d *Death) ofSession(n *session) {
	d.User, d.Client = n.user, n.client
	d.Length, d.Silence = since(n.opened, d.Time), since(n.active, d.Time)
}

// since is -1 where a time is not known, or clocks went back.
func since(from, to time.Time) time.Duration {
	if from.IsZero() || to.IsZero() || to.Before(from) {
		return -1
	}
	return to.Sub(from)
}

// orphan is a message of a process of which is not known whose session it is:
// older releases do not say which client does not respond, nor which port says
// goodbye, and at LogLevel INFO the log does not tell which monitor the process
// belongs to. The monitor closes the session at once, so that the next session
// that ends is taken for it.
type orphan struct {
	time  time.Time
	line  int64
	death *Death // nil: a goodbye
}

// adopt gives a death its session.
func (a *Analysis) adopt(o *orphan, n *session) {
	o.death.ofSession(n)
	a.count(o.death)
}

// expireOrphan gives up on an orphan that nothing followed.
func (a *Analysis) expireOrphan(rec *record) {
	const patience, most = 2 * time.Second, 50
	if o := a.orphan; o != nil && (rec.time.Sub(o.time) > patience || a.in.line-o.line > most) {
		a.endOrphan()
	}
}

func (a *Analysis) endOrphan() {
	if a.orphan != nil && a.orphan.death != nil {
		a.count(a.orphan.death)
	}
	a.orphan = nil
}
