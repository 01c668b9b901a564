package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/lint"
)

var missingKeepalive = &lint.Rule{
	Name:     "missing-keepalive",
	Category: "keepalive",
	Severity: lint.Warning,
	Sides:    lint.BothSides,
	Fix:      lint.Safe,
	Summary:  "No line sets the keep-alive interval, so that nothing is sent while a session is silent.",
	Run:      runMissingKeepalive,
}

func runMissingKeepalive(p *lint.Pass) {
	v := viewOf(p.Target)
	v.noteLeftOut(p)
	bare := v.unprotected()
	if p.Fragment || v.blamed || len(bare) == 0 || v.protectsSome() || v.maySetElsewhere() {
		return
	}
	d := lint.Diagnostic{
		Span:     lint.Span{File: p.Path},
		Hosts:    v.labels(bare...),
		Fixes:    v.fixesOf(bare[0]),
		Obstacle: v.obstacleOf(bare[0]),
	}
	if p.Dialect.Side == keyword.Server {
		d.Message = "ClientAliveInterval is not set, so it is 0: sshd sends nothing while a session is silent, " +
			"and a firewall or NAT that forgets idle connections (Azure after 240 s, AWS after 350 s) cuts a long deploy"
		d.Help = fmt.Sprintf("set ClientAliveInterval %d and ClientAliveCountMax %d for everybody; this half also keeps Kamal's idle connections alive",
			v.Settings.Profile.Interval, v.Settings.Profile.Count)
	} else {
		d.Message = v.missingOnClient(d.Hosts)
		where := "at the end of the file"
		if v.Absent {
			where = "in a new file ('sshvet fix' creates it)"
		}
		d.Help = fmt.Sprintf("set ServerAliveInterval %d and ServerAliveCountMax %d under 'Host *' "+where+"; "+
			"Kamal's own connections ignore the interval, for them set ClientAliveInterval on the servers",
			v.Settings.Profile.Interval, v.Settings.Profile.Count)
	}
	p.Report(d)
}

func (v *view) missingOnClient(hosts []string) string {
	who := "for " + listed(hosts)
	if len(hosts) == v.judgedContexts && v.Settings.Hosts == nil {
		who = "for any host"
	}
	absent := ""
	if v.Absent {
		absent = "there is no such file, and "
	}
	return absent + "ServerAliveInterval is not set " + who + ", so it is 0: ssh sends nothing while a session is silent, " +
		"and a firewall or NAT that forgets idle connections (Azure after 240 s, AWS after 350 s) cuts a long deploy"
}

// unprotected lists the pairs without an interval, less those that
// stale-control-master reports.
func (v *view) unprotected() []*pair {
	var out []*pair
	for _, q := range v.judged {
		if q.unset() && !q.master.ok {
			out = append(out, q)
		}
	}
	return out
}

// protectsSome reports whether some block sets an interval above 0 at all:
// then host-scoped-keepalive or match-scoped-keepalive tells who is left out.
func (v *view) protectsSome() bool { return len(v.protected()) > 0 }
