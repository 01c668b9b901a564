package probe

import (
	"fmt"
	"strings"
	"time"
)

// soon is how long after the first byte a reset is an answer to it. What comes
// later comes from the kernel, which gave up sending (ETIMEDOUT): ssh says Broken
// pipe for both.
const soon = 3 * time.Second

// death tells how a session died whose ssh has ended. after is the time since
// the silence, 0 if it died within.
func death(s story, after time.Duration) (how How, channel bool, said string) {
	if line, found := s.says("not responding"); found {
		return GaveUp, false, line
	}
	if line, found := s.says("Connection timed out", "Operation timed out"); found {
		return SilentDrop, false, line
	}
	if line, found := s.says("Connection reset by peer", "Connection aborted", "Connection was aborted"); found {
		return Reset, false, line
	}
	if line, found := s.says("closed by remote host", "Received disconnect from", "Disconnected from", "Connection closed by"); found {
		return HungUp, false, line
	}
	if line, found := s.says("Broken pipe", "send disconnect"); found {
		if after > soon {
			return SilentDrop, false, line
		}
		return Reset, false, line
	}
	if s.exit != "" { // the server closed the channel and kept the connection
		return HungUp, true, s.last()
	}
	return Other, false, s.last()
}

// aborted reports whether ssh was ended by a signal, which says nothing about
// the path.
func (s story) aborted() bool {
	_, found := s.says("Killed by signal")
	return found
}

// StartError says why a session did not come about.
type StartError struct {
	Reason Reason
	Said   string // by ssh; "" if nothing
	Text   string // what happened and what to do, one sentence
}

func (e *StartError) Error() string {
	if e.Said == "" {
		return e.Text
	}
	return e.Text + " (ssh says: " + e.Said + ")"
}

// Reason is why a session did not come about.
type Reason string

const (
	Unreachable    Reason = "unreachable"
	HostKeyUnknown Reason = "host-key-unknown"
	HostKeyChanged Reason = "host-key-changed"
	Authentication Reason = "authentication"
	Refused        Reason = "refused"
	NoEcho         Reason = "no-echo"
	Elsewhere      Reason = "other"
)

// reasons are messages of ssh that tell why it did not connect, the more telling
// first. %[1]s is the host, %[2]s the host or those that are on the way to it.
var reasons = []struct {
	says   []string
	reason Reason
	text   string
}{
	{[]string{"REMOTE HOST IDENTIFICATION HAS CHANGED"}, HostKeyChanged,
		"the host key of %[2]s is not the one in known_hosts: find out why before you connect"},
	{[]string{"Host key verification failed"}, HostKeyUnknown,
		"ssh does not know the host key of %[2]s and would have to ask: connect once by hand with 'ssh %[1]s', or run this on a terminal"},
	{[]string{"Permission denied", "Too many authentication failures", "No more authentication methods", "no more authentication methods"}, Authentication,
		"%[2]s does not let you in without a question: load your key into ssh-agent (ssh-add), or run this on a terminal"},
	{[]string{"Could not resolve hostname"}, Unreachable, "there is no host %[2]s: look at the name, and at HostName in the ssh config"},
	{[]string{"Connection refused"}, Unreachable, "nothing listens for ssh on %[2]s: look at the host and the port"},
	{[]string{"timed out", "No route to host", "Network is unreachable", "Host is down", "host is unreachable"}, Unreachable,
		"%[2]s cannot be reached: look at the network, the address and the firewalls between"},
	{[]string{"UNKNOWN port"}, Unreachable,
		"the jump host or ProxyCommand of %[1]s does not connect: try 'ssh %[1]s'"},
	{[]string{"kex_exchange_identification", "banner exchange", "Connection closed by", "Connection reset by"}, Refused,
		"%[2]s ends the connection before the login: it may count too many connections (MaxStartups, PerSourcePenalties, fail2ban), so wait a while and try again"},
}

// startError tells why ssh ended, or did not get on, before the first echo.
func startError(host, jump string, s story, ended bool, exit int, waited time.Duration) *StartError {
	for _, r := range reasons {
		if line, found := s.says(r.says...); found && !s.loggedIn {
			if line == s.last() { // a jump host says the reason before
				line = strings.Join(s.said[max(0, len(s.said)-3):], "; ")
			}
			return &StartError{r.reason, line, withHost(r.text, host, jump)}
		}
	}
	switch {
	case s.loggedIn && ended && exit == 127:
		return &StartError{NoEcho, s.last(), "there is no program 'cat' on " + host + ", which the probe needs: a POSIX shell is expected there"}
	case s.loggedIn && ended:
		return &StartError{NoEcho, s.last(), fmt.Sprintf("the session on %s ended (%d) before it gave back what was sent to 'cat': a forced command or a restricted shell there; probe as another user (--user)", host, exit)}
	case s.loggedIn:
		return &StartError{NoEcho, s.last(), fmt.Sprintf("the session on %s does not give back within %v what is sent to 'cat': a forced command or another kind of shell there; probe as another user (--user)", host, waited)}
	case ended:
		return &StartError{Elsewhere, s.last(), fmt.Sprintf("ssh cannot connect to %s (exit %d)", host, exit)}
	}
	return &StartError{Unreachable, s.last(), fmt.Sprintf("no login on %s within %v", host, waited)}
}

// withHost puts the host into a text. ssh's messages do not tell which of several
// hosts they are about.
func withHost(text, host, jump string) string {
	either := host
	if jump != "" && jump != proxyCommand {
		either += " (or its jump host " + jump + ")"
	}
	return strings.NewReplacer("%[1]s", host, "%[2]s", either).Replace(text)
}
