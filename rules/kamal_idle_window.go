package rules

import (
	"fmt"
	"slices"

	"github.com/sshvet/sshvet/lint"
)

var kamalIdleWindow = &lint.Rule{
	Name:     "kamal-idle-window",
	Category: categoryKamal,
	Severity: lint.Error,
	Sides:    lint.DeploySide,
	Fix:      lint.Unsafe,
	Summary:  "Kamal uses connections again that were silent for longer than a firewall or NAT remembers them.",
	Run: func(p *lint.Pass) {
		e := exposureOf(p)
		switch {
		case !e.open:
		case e.old:
			p.ReportAs(oldIdleWindow(p, e))
		case !e.protected:
			p.ReportAs(newIdleWindow(p, e))
		}
	},
}

// oldIdleWindow is about a Kamal that connects, builds, and uses the same
// connections.
func oldIdleWindow(p *lint.Pass, e exposure) lint.Diagnostic {
	d := lint.Diagnostic{
		Span:     poolSpan(p),
		Severity: lint.Error,
		Message: fmt.Sprintf("%s connects before the build and uses the same connections after it: where the path forgets them within %s of silence, the deploy ends with 'Blocking operation timed out!', whatever ~/.ssh/config says",
			versionText(p.Deployment), exact(e.pool)),
		Hosts: namesOfHosts(judgedHosts(p)),
		Help: "any one of these cures it: Kamal 2.6.1 or later; ClientAliveInterval 60 and ClientAliveCountMax 240 on every server ('sshvet fix' there);\n" +
			fmt.Sprintf("sshkit: pool_idle_timeout: %d here; deploying in stages, 'kamal build push', then 'kamal deploy -P'. There is no --ssh-timeout", suggestedPool),
	}
	if at := p.Deployment.Versions.KamalSpan; at.Known() {
		d.Related = []lint.Related{{Span: lint.Span(at), Message: "this version; since 2.6.0 a deploy connects after the build"}}
	}
	if e.protected {
		d.Severity = lint.Note
		d.Message = fmt.Sprintf("%s connects to the servers before the build and uses the same connections after it; they survive the silence because the servers' own probes keep the path awake",
			versionText(p.Deployment))
		d.Help = "keep ClientAliveInterval and ClientAliveCountMax on the servers as they are, or update to Kamal 2.6.1 or later"
		return d
	}
	if e.other {
		d.Severity = lint.Note // kamal app logs and the like do not build
	}
	d.Fixes = poolFix(p, suggestedPool)
	return d
}

// newIdleWindow is about a Kamal that builds first.
func newIdleWindow(p *lint.Pass, e exposure) lint.Diagnostic {
	d := lint.Diagnostic{
		Span:     poolSpan(p),
		Severity: lint.Note,
		Message: fmt.Sprintf("%s builds before it connects, but still uses connections again after up to %s of silence in 'kamal setup', behind a long pre-deploy hook, while it waits for the slowest host, and with --lock-wait",
			versionText(p.Deployment), exact(e.pool)),
		Hosts: namesOfHosts(judgedHosts(p)),
		Help: fmt.Sprintf("ClientAliveInterval 60 and ClientAliveCountMax 240 on every server cover all of these ('sshvet fix' there; --server-config tells sshvet about them); so does sshkit: pool_idle_timeout: %d here",
			suggestedPool),
	}
	why := ""
	switch {
	case p.Deploy.Command == "setup":
		why = "'kamal setup' connects first, then builds, while the connections are silent"
	case slices.Contains(p.Deployment.Hooks.Names, "pre-deploy"):
		why = "connections are open and silent while the pre-deploy hook runs"
	default:
		return d
	}
	d.Severity = lint.Warning
	d.Message = fmt.Sprintf("%s, and they are used again after up to %s: a path that forgets them ends the deploy with 'Blocking operation timed out!'", why, exact(e.pool))
	d.Fixes = poolFix(p, suggestedPool)
	return d
}
