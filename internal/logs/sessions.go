package logs

import (
	"container/list"
	"strconv"
	"time"
)

// session is a connection that sshd has let in.
type session struct {
	keys         []string
	user, client string
	opened       time.Time // zero: not in the log
	active       time.Time // the last time that something is known to have gone over it
	dead         bool      // its death is counted
	at           *list.Element
}

// sessions finds sessions by process and by the client's address and port. Both
// are needed: the monitor and the process of the user have numbers of their own,
// and not each message has an address. There are no more than maxSessions.
type sessions struct {
	byKey     map[string]*session
	recent    *list.List // the one that was touched last is in front
	forgotten int64
}

func newSessions() *sessions {
	return &sessions{byKey: map[string]*session{}, recent: list.New()}
}

func pidKey(host []byte, pid int) string {
	return string(host) + "\x00" + strconv.Itoa(pid)
}

func addressKey(host, address, port []byte) string {
	return string(host) + "\x00" + string(address) + "\x00" + string(port)
}

// add makes a session known under a key. What was known under it has ended: the
// number of a process, or a port, is used again.
func (s *sessions) add(key string, n *session) {
	if old := s.byKey[key]; old != nil {
		s.remove(old)
	}
	if s.recent.Len() >= maxSessions {
		s.remove(s.recent.Back().Value.(*session))
		s.forgotten++
	}
	n.at = s.recent.PushFront(n)
	s.link(key, n)
}

// link makes a session known under one more key. There are few: a session has
// two processes at most and one address, and more are not remembered.
func (s *sessions) link(key string, n *session) {
	const mostKeys = 4
	old := s.byKey[key]
	if old == n || len(n.keys) >= mostKeys {
		return
	}
	if old != nil {
		s.remove(old)
	}
	n.keys = append(n.keys, key)
	s.byKey[key] = n
}

// find returns the session, or nil, and remembers that it was asked for.
func (s *sessions) find(key string) *session {
	n := s.byKey[key]
	if n != nil {
		s.recent.MoveToFront(n.at)
	}
	return n
}

func (s *sessions) remove(n *session) {
	for _, key := range n.keys {
		delete(s.byKey, key)
	}
	s.recent.Remove(n.at)
}
