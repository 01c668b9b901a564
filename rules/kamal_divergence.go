package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/reader/netssh"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var kamalDivergence = &lint.Rule{
	Name:     "kamal-divergence",
	Category: categoryKamal,
	Severity: lint.Warning,
	Sides:    lint.DeploySide,
	Summary:  "Kamal's net-ssh reads another value than ssh from the same file.",
	Run: func(p *lint.Pass) {
		diverging(p, "serveralivecountmax", "for %[1]s Kamal waits for %[2]s unanswered probes, and ssh for %[3]s: net-ssh and ssh read this file differently",
			func(h *kamal.HostView) string { return strconv.Itoa(h.NetSSH.Count) },
			func(h *kamal.HostView) string { return h.SSH.Count.Text })
		diverging(p, "hostname", "for %[1]s Kamal connects to %[2]s, and ssh to %[3]s: net-ssh and ssh read this file differently",
			func(h *kamal.HostView) string { return strings.ToLower(h.NetSSH.HostName) },
			func(h *kamal.HostView) string { return strings.ToLower(h.SSH.HostName) })
	},
}

// diverging reports the hosts for which one keyword has two values, by the line
// that net-ssh takes it from, or else ssh. The message is told the hosts, the
// value of net-ssh and that of ssh.
func diverging(p *lint.Pass, keyword, message string, ruby, ssh func(*kamal.HostView) string) {
	type values struct{ ruby, ssh string }
	known := map[netssh.Source]values{}
	groups := groupByLine(judgedHosts(p), func(h *kamal.HostView) *netssh.Source {
		if !sameFiles(p) {
			return nil
		}
		if h.NetSSH.Result == nil || h.NetSSH.Err != nil || h.SSH.Refused != "" || p.Deployment.SSH.Config.Off || ruby(h) == ssh(h) {
			return nil
		}
		src := sshSource(h, keyword)
		if s := settingOf(h, keyword); s != nil {
			src = sourceIn(p, s)
		}
		if src == nil || !readBySSH(h, src.File) {
			return nil
		}
		now := values{ruby(h), ssh(h)}
		if v, ok := known[*src]; ok && v != now {
			return nil // one finding a line
		}
		known[*src] = now
		return src
	})
	for _, g := range groups {
		names := namesOfHosts(g.hosts)
		v := known[g.source]
		d := lint.Diagnostic{
			Span:    spanOfSource(p, g.source),
			Hosts:   names,
			Message: fmt.Sprintf(message, listed(names), v.ruby, v.ssh),
			Help:    "write it so that both agree: settings below a Host line (never above the first one), one plain name or pattern list a Host line without quotes and comments, no Match but 'Match all', plain numbers",
		}
		if src := sshSource(g.hosts[0], keyword); src != nil && *src != g.source {
			d.Related = []lint.Related{{Span: spanOfSource(p, *src), Message: "ssh takes this line"}}
		}
		p.Report(d)
	}
}

// sshSource is the line that ssh takes a keyword from; nil for a default.
func sshSource(h *kamal.HostView, keyword string) *netssh.Source {
	return h.SSH.Values[keyword].Source(h.SSH.Config)
}

// sameFiles reports whether Kamal's net-ssh and the ssh of a user are told to read
// the same files.
func sameFiles(p *lint.Pass) bool {
	option, version := &p.Deployment.SSH.Config, p.Deployment.Versions.Kamal
	switch {
	case !option.Set:
		return true
	case option.Off, option.Unknown, option.List:
		return false
	}
	return len(option.Paths) == 0 || kamal.AtLeast(version, "2.11.0")
}

// readBySSH reports whether ssh reads a file for a host, too.
func readBySSH(h *kamal.HostView, path string) bool {
	return slices.ContainsFunc(h.SSH.Config.Files, func(f *resolve.File) bool { return f.Path == path })
}
