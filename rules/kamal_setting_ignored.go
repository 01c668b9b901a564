package rules

import (
	"fmt"
	"strconv"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/reader/netssh"
	"github.com/sshvet/sshvet/lint"
)

var kamalSettingIgnored = &lint.Rule{
	Name:     "kamal-setting-ignored",
	Category: categoryKamal,
	Severity: lint.Warning,
	Sides:    lint.DeploySide,
	Summary:  "User, Port or ForwardAgent of the ssh config, or a port in a host of deploy.yml, has no effect on Kamal.",
	Run: func(p *lint.Pass) {
		ignoredSetting(p, "user", userBeats)
		if kamal.AtLeast(p.Deployment.Versions.Kamal, "1.2.0") {
			ignoredSetting(p, "port", portBeats)
		}
		ignoredSetting(p, "forwardagent", agentBeats)
		ignoredHostPorts(p)
	},
}

// beats says what Kamal uses in place of a line's value, and why, and what to
// write in deploy.yml to get that; "" where both are the same.
type beats func(d *kamal.Deployment, h *kamal.HostView, value string) (instead, help string)

// because says who decides: deploy.yml, if it sets the option, or Kamal.
func because(set bool) string {
	if set {
		return ", as deploy.yml says"
	}
	return ", which is Kamal's default"
}

func userBeats(d *kamal.Deployment, h *kamal.HostView, value string) (instead, help string) {
	if value == h.NetSSH.User {
		return "", ""
	}
	return "logs in as " + h.NetSSH.User + because(h.Host.User != "" || d.SSH.User.Set), "set ssh: user: " + value + " in deploy.yml, or write the host there as " + value + "@" + h.Host.Name
}

func portBeats(d *kamal.Deployment, h *kamal.HostView, value string) (instead, help string) {
	if value == strconv.Itoa(h.NetSSH.Port) {
		return "", ""
	}
	return fmt.Sprintf("connects to port %d%s", h.NetSSH.Port, because(d.SSH.Port.Set)), "set ssh: port: " + value + " in deploy.yml; it holds for all hosts"
}

func agentBeats(d *kamal.Deployment, _ *kamal.HostView, value string) (instead, help string) {
	forward := !d.SSH.ForwardAgent.Set || d.SSH.ForwardAgent.Value // SSHKit switches it on
	if forward == (value != "no" && value != "false") {
		return "", ""
	}
	if forward {
		return "forwards your agent" + because(d.SSH.ForwardAgent.Set), "set ssh: forward_agent: false in deploy.yml (Kamal 2.12.0 and later)"
	}
	return "does not forward your agent" + because(true), "set ssh: forward_agent: true in deploy.yml"
}

// ignoredSetting reports the lines of one keyword that Kamal overrides with
// something else.
func ignoredSetting(p *lint.Pass, keyword string, by beats) {
	groups := groupByLine(judgedHosts(p), func(h *kamal.HostView) *netssh.Source {
		s := settingOf(h, keyword)
		if s == nil {
			return nil
		}
		if instead, _ := by(p.Deployment, h, s.Value.String()); instead == "" {
			return nil
		}
		return sourceIn(p, s)
	})
	for _, g := range groups {
		first := g.hosts[0]
		instead, help := by(p.Deployment, first, settingOf(first, keyword).Value.String())
		names := namesOfHosts(g.hosts)
		p.Report(lint.Diagnostic{
			Span:    spanOfSource(p, g.source),
			Hosts:   names,
			Message: fmt.Sprintf("'%s' has no effect on Kamal: for %s it %s", textAt(p, g.source), listed(names), instead),
			Help:    help,
		})
	}
}

// ignoredHostPorts reports hosts of deploy.yml whose port is lost.
func ignoredHostPorts(p *lint.Pass) {
	for _, h := range judgedHosts(p) {
		if h.Host.Port == "" || h.Host.Port == strconv.Itoa(h.NetSSH.Port) || !kamal.AtLeast(p.Deployment.Versions.Kamal, "1.2.0") {
			continue
		}
		p.Report(lint.Diagnostic{
			Span:    spanOr(p, h.Host.Span),
			Hosts:   []string{h.Host.Written},
			Message: fmt.Sprintf("the port of %s is lost: Kamal connects to port %d of %s", h.Host.Written, h.NetSSH.Port, h.Host.Name),
			Help:    "set ssh: port: " + h.Host.Port + "; it holds for all hosts. Hosts with different ports cannot be deployed to together",
		})
	}
}
