package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var tcpKeepaliveOnly = &lint.Rule{
	Name:     "tcp-keepalive-only",
	Category: "keepalive",
	Severity: lint.Note,
	Sides:    lint.BothSides,
	Summary:  "TCPKeepAlive is no substitute: its first probe goes out after two hours.",
	Run:      runTCPKeepaliveOnly,
}

func runTCPKeepaliveOnly(p *lint.Pass) {
	v := viewOf(p.Target)
	if !v.anyOff() {
		return
	}
	var r resolve.Result
	order := []resolve.Ref{}
	seen := map[resolve.Ref][]string{}
	for i := range v.contexts {
		if !p.Judged(&v.contexts[i]) {
			continue
		}
		q := v.contexts[i].Query()
		p.Config.Eval(&q, &r)
		ref, ok := r.Winner("tcpkeepalive")
		if !ok || !v.offFor(&r) {
			continue
		}
		if seen[ref] == nil {
			order = append(order, ref)
		}
		seen[ref] = append(seen[ref], v.contexts[i].Label)
	}
	for _, ref := range order {
		message := "TCPKeepAlive does not stand in for %s, which is 0%s: the kernel sends its first probe after 7200 s (Linux), long after firewalls have forgotten the connection"
		if items := r.ItemsOf(ref); len(items) == 1 && items[0] == "no" {
			message = "TCPKeepAlive no, and %s is 0%s: nothing is ever sent in silence, and a dead connection is held for ever"
		}
		p.Report(lint.Diagnostic{
			Span:    spanOf(p.Target, ref),
			Message: fmt.Sprintf(message, v.Interval, v.forWhom(seen[ref])),
			Help:    fmt.Sprintf("set %s %d; TCPKeepAlive may stay as it is", v.Interval, v.Settings.Profile.Interval),
			Hosts:   seen[ref],
		})
	}
}

func (v *view) anyOff() bool {
	tcp := false
	v.Config.Settings("tcpkeepalive", func(resolve.Ref) { tcp = true })
	if !tcp {
		return false
	}
	for _, q := range v.judged {
		if q.off() {
			return true
		}
	}
	return false
}

// offFor reports whether no probe is sent in the context just resolved.
func (v *view) offFor(r *resolve.Result) bool {
	w := v.watched()
	interval := winner(r, w.interval)
	if !interval.ok && w.batch != 0 && v.enabled(r, w.batch).ok {
		return false
	}
	return v.number(r, interval, 0) == 0
}
