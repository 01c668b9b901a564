package resolve

import (
	"sync"

	"github.com/sshvet/sshvet/internal/keyword"
)

// role is what is special about a keyword when files are resolved.
type role uint8

const (
	ordinary role = iota
	hostNameRole
	userRole
	tagRole
	refuseRole        // RefuseConnection of the client
	ignoreUnknownRole // IgnoreUnknown
	settledRole       // the second pass cannot change it
	proxyJumpRole
	proxyCommandRole
	rekeyRole      // two values in one line, which may come from two lines
	agentRole      // ForwardAgent: a path is kept beside yes and no, and beats them
	subsystemRole  // a name may be defined once
	methodsRole    // AuthenticationMethods: `any` has to be the first one
	unusedRole     // `none` replaces an earlier value
	principalsRole // AuthorizedPrincipalsCommand, see wrongTest
	listRole       // values add up, equal ones once
	forwardRole    // the same, and ClearAllForwardings drops them
	tunnelRole     // ClearAllForwardings drops it
	// The client stores these without a look at the scope, so that they take
	// effect from any block: the first or the last one.
	firstSticksRole
	lastSticksRole
)

// noted reports whether a line of the keyword counts beyond its block, see walk.note.
func (r role) noted() bool {
	switch r {
	case subsystemRole, methodsRole, ignoreUnknownRole, firstSticksRole, lastSticksRole:
		return true
	}
	return false
}

var roleNames = [2]map[string]role{
	{
		"hostname": hostNameRole, "user": userRole, "tag": tagRole, "refuseconnection": refuseRole, "ignoreunknown": ignoreUnknownRole,
		"canonicalizehostname": settledRole, "canonicalizemaxdots": settledRole, "canonicalizefallbacklocal": settledRole,
		"proxyjump": proxyJumpRole, "proxycommand": proxyCommandRole, "rekeylimit": rekeyRole, "forwardagent": agentRole, "identityfile": listRole,
		"certificatefile": listRole, "localforward": forwardRole, "remoteforward": forwardRole, "dynamicforward": forwardRole,
		"tunnel": tunnelRole, "syslogfacility": firstSticksRole, "streamlocalbindmask": lastSticksRole,
	},
	{"rekeylimit": rekeyRole, "subsystem": subsystemRole, "authenticationmethods": methodsRole, "unusedconnectiontimeout": unusedRole, "authorizedprincipalscommand": principalsRole},
}

// wellKnown are the numbers of the client's keywords that the resolver asks
// for itself.
type wellKnown struct {
	hostName, proxyJump, proxyCommand, proxyFd, clear, canonicalize, fork, remoteCommand, sessionType, attempts keyword.ID

	keysCommand keyword.ID // of the server
}

// sideTable is what is worked out once for each side.
type sideTable struct {
	once  sync.Once
	roles []role // by keyword ID
	known wellKnown
}

var sideTables [2]sideTable

func tableOf(side keyword.Side) *sideTable {
	t := &sideTables[side]
	t.once.Do(func() {
		t.roles = make([]role, keyword.Count(side))
		id := func(name string) keyword.ID {
			if k := keyword.Find(side, []byte(name)); k != nil {
				return k.ID
			}
			return 0
		}
		for name, role := range roleNames[side] {
			t.roles[id(name)] = role
		}
		t.known = wellKnown{
			hostName: id("hostname"), proxyJump: id("proxyjump"), proxyCommand: id("proxycommand"), proxyFd: id("proxyusefdpass"),
			clear: id("clearallforwardings"), canonicalize: id("canonicalizehostname"), fork: id("forkafterauthentication"),
			remoteCommand: id("remotecommand"), sessionType: id("sessiontype"), attempts: id("connectionattempts"),
			keysCommand: id("authorizedkeyscommand"),
		}
	})
	return t
}

// repeats tells for each keyword what becomes of a second line.
func repeats(d keyword.Dialect) []keyword.Repeat {
	out := make([]keyword.Repeat, keyword.Count(d.Side))
	for _, k := range keyword.All(d.Side) {
		out[k.ID] = d.RepeatOf(k)
	}
	return out
}
