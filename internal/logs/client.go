package logs

import (
	"bytes"
	"time"
)

// clientState is what is known of the ssh that is talking. Its messages have
// nothing that tells two apart, so a log of several at the same time is read as
// one after the other.
type clientState struct {
	host, user     []byte // as asked for
	address        []byte
	opened, active time.Time
	loggedIn       bool
	verbose        bool  // there is -v output, so that loggedIn is known
	unread         int64 // the line of the last death by "Read from remote host"
}

// clientLine reads a message of ssh.
func (a *Analysis) clientLine(rec *record) bool {
	msg := rec.msg
	for _, prefix := range []string{"docker stderr: ", "docker stdout: ", "ssh: "} {
		msg = bytes.TrimPrefix(msg, []byte(prefix))
	}
	if debug, ok := bytes.CutPrefix(msg, []byte("debug1: ")); ok {
		return a.debugLine(rec, debug)
	}
	if rest, ok := bytes.CutPrefix(msg, []byte("Authenticated to ")); ok {
		a.authenticated(rec, rest)
		return true
	}
	if kind, server, ok := clientDeath(msg); ok {
		a.clientDied(rec, kind, server)
		return true
	}
	return a.clientApart(rec, msg)
}

// debugLine reads what ssh -v says. Each line is a sign of use.
func (a *Analysis) debugLine(rec *record, msg []byte) bool {
	c := &a.in.client
	if rest, ok := bytes.CutPrefix(msg, []byte("Connecting to ")); ok {
		host, rest, _ := bytes.Cut(rest, []byte(" "))
		*c = clientState{host: clone(host), verbose: true}
		if addr, _, ok := bytes.Cut(rest, []byte("] port ")); ok {
			c.address = clone(bytes.TrimPrefix(addr, []byte("[")))
		}
	}
	if rest, ok := bytes.CutPrefix(msg, []byte("Authenticating to ")); ok {
		// web1:22 as 'deploy'
		if _, user, ok := bytes.Cut(rest, []byte(" as '")); ok {
			c.user = clone(bytes.TrimSuffix(user, []byte("'")))
		}
		c.verbose = true
	}
	if bytes.HasPrefix(msg, []byte("Authentication succeeded")) || bytes.HasPrefix(msg, []byte("Entering interactive session")) {
		a.authenticated(rec, nil)
	}
	if c.verbose {
		c.active = rec.time
	}
	return c.verbose
}

// authenticated: web1 ([192.0.2.1]:22) using "publickey".
func (a *Analysis) authenticated(rec *record, rest []byte) {
	c := &a.in.client
	if host, _, ok := bytes.Cut(rest, []byte(" ")); ok && len(c.host) == 0 {
		c.host = clone(host)
	}
	if !c.loggedIn {
		c.opened = rec.time
	}
	c.loggedIn, c.verbose, c.active = true, true, rec.time
}

// clone is a name that outlives its line.
func clone(word []byte) []byte { return bytes.Clone(name(word)) }

// clientDeath reads the messages with which ssh ends (clientloop.c, packet.c).
// server is empty where the message does not name it.
func clientDeath(msg []byte) (kind Kind, server []byte, ok bool) {
	if rest, is := bytes.CutPrefix(msg, []byte("Timeout, server ")); is {
		server, ok = bytes.CutSuffix(rest, []byte(" not responding."))
		return ClientGaveUp, server, ok
	}
	if rest, is := bytes.CutPrefix(msg, []byte("Read from remote host ")); is {
		server, why, _ := bytes.Cut(rest, []byte(": "))
		kind, ok = kindOf(why)
		return kind, server, ok
	}
	for _, start := range []string{"client_loop: send disconnect: ", "Write failed: "} {
		if why, is := bytes.CutPrefix(msg, []byte(start)); is {
			kind, ok = kindOf(why)
			return kind, nil, ok
		}
	}
	// packet_write_wait: Connection to 192.0.2.1 port 22: Broken pipe
	if i := bytes.Index(msg, []byte("Connection to ")); i >= 0 && (i == 0 || bytes.HasSuffix(msg[:i], []byte(": "))) {
		if p, why, is := peerOf(msg[i+len("Connection to "):]); is {
			kind, ok = kindOf(why)
			return kind, p.address, ok
		}
	}
	return "", nil, false
}

// clientDied counts the death of the ssh that talks. It may have two last words:
// what it could not read, and that it could not say goodbye.
func (a *Analysis) clientDied(rec *record, kind Kind, server []byte) {
	c := &a.in.client
	const near = 3
	if c.unread > 0 && a.in.line-c.unread <= near && bytes.HasPrefix(rec.msg, []byte("client_loop: ")) {
		return
	}
	if c.verbose && !c.loggedIn {
		a.apart(rec, NeverConnected)
		return
	}
	d := &Death{
		Kind: kind, Source: SSH, Server: string(name(server)), User: string(c.user), Time: rec.time,
		Length: since(c.opened, rec.time), Silence: since(c.active, rec.time), Bound: AtMost, File: a.in.name, Line: a.in.line,
	}
	if len(c.host) > 0 && (len(server) == 0 || bytes.Equal(server, c.address) || bytes.Equal(server, c.host)) {
		d.Server = string(c.host)
	}
	a.in.client = clientState{}
	if bytes.HasPrefix(rec.msg, []byte("Read from ")) {
		a.in.client.unread = a.in.line
	}
	a.count(d)
}

// clientApart reads the ends of connections that are no deaths by silence.
func (a *Analysis) clientApart(rec *record, msg []byte) bool {
	switch {
	case bytes.HasPrefix(msg, []byte("Connection to ")) && bytes.HasSuffix(msg, []byte(" closed by remote host.")):
		a.apart(rec, ClosedByServer)
	case bytes.HasPrefix(msg, []byte("connect to host ")) && bytes.HasSuffix(msg, []byte("timed out")),
		(bytes.HasPrefix(msg, []byte("kex_exchange_identification: ")) || bytes.HasPrefix(msg, []byte("ssh_exchange_identification: "))) && len(rec.program) == 0:
		a.apart(rec, NeverConnected)
	default:
		return false
	}
	return true
}
