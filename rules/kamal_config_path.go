package rules

import (
	"fmt"
	"strings"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/lint"
)

var kamalConfigPath = &lint.Rule{
	Name:     "kamal-config-path",
	Category: categoryKamal,
	Severity: lint.Error,
	Sides:    lint.DeploySide,
	Summary:  "ssh: config names a file that is not read, or has another effect than it seems.",
	Run: func(p *lint.Pass) {
		option, version := &p.Deployment.SSH.Config, p.Deployment.Versions.Kamal
		switch {
		case !option.Set || option.Unknown:
		case !p.Deployment.PassesConfig():
			reportOldConfig(p, option, version)
		case option.Off:
			reportConfigOff(p, option)
		default:
			reportMissingConfig(p, option)
			if option.List {
				reportConfigList(p, option)
			}
		}
	},
}

// reportOldConfig: before 2.9.0 the option has no effect (kamal#1688).
func reportOldConfig(p *lint.Pass, option *kamal.ConfigOption, version string) {
	d := lint.Diagnostic{
		Span: spanOr(p, option.Span),
		Help: "update to Kamal 2.9.0 or later, or take the option out and use ~/.ssh/config",
	}
	switch {
	case len(option.Paths) > 0 && kamal.AtLeast(version, "2.1.0"):
		d.Message = fmt.Sprintf("Kamal %s takes no path for ssh: config and stops with 'ssh/config: should be a boolean'", version)
	case kamal.AtLeast(version, "1.7.0") && !kamal.AtLeast(version, "2.1.0"):
		return // an unknown key, which is reported as such
	case len(option.Paths) > 0 || option.Off:
		d.Message = fmt.Sprintf("Kamal %s does not pass ssh: config on: the usual files are read all the same", version)
	default:
		return // true: what happens anyway
	}
	p.Report(d)
}

func reportConfigOff(p *lint.Pass, option *kamal.ConfigOption) {
	d := lint.Diagnostic{
		Severity: lint.Note,
		Span:     spanOr(p, option.Span),
		Message: fmt.Sprintf("with ssh: config off, Kamal's own connections read no ssh config: no HostName, no key, no jump host of ~/.ssh/config counts, and a dead link is noticed after %d s",
			kamal.FixedInterval*(kamal.DefaultCount+1)),
		Help: "the remote builder (docker) and jump hosts read ~/.ssh/config all the same; keep ServerAliveInterval 60 and ServerAliveCountMax 240 there for them",
	}
	p.ReportAs(d)
}

func reportMissingConfig(p *lint.Pass, option *kamal.ConfigOption) {
	for _, i := range p.View().Missing {
		path := option.Paths[i]
		at := option.Span
		if i < len(option.Spans) {
			at = option.Spans[i]
		}
		p.Report(lint.Diagnostic{
			Span:    spanOr(p, at),
			Message: fmt.Sprintf("ssh: config names %s, which cannot be read: net-ssh says nothing and goes on without it, and without what it says of hosts, users and keys", path),
			Help:    "create the file, or correct the path: it is taken from the folder in which Kamal is started",
		})
	}
}

func reportConfigList(p *lint.Pass, option *kamal.ConfigOption) {
	if len(option.Paths) < 2 {
		return
	}
	last := option.Paths[len(option.Paths)-1]
	p.ReportAs(lint.Diagnostic{
		Severity: lint.Warning,
		Span:     spanOr(p, option.Span),
		Message: fmt.Sprintf("a list of ssh configs is read differently by each program: net-ssh reads %s, the first wins; the ssh of 'app exec -i' reads %s only; the ssh of a jump host gets a broken -F",
			strings.Join(option.Paths, ", "), last),
		Help: "name one file, and let it Include the others",
	})
}
