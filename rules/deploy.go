package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/reader/netssh"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

// What the kamal rules share. Facts and their sources: docs/kamal-reference.md.

// categoryKamal is the category of the rules about deployments.
const categoryKamal = "kamal"

// safePool is up to how many seconds of pool_idle_timeout no connection idles
// long enough to be forgotten: the shortest timer of a common middlebox.
const safePool = 60

// suggestedPool is the pool_idle_timeout that fixes write, in seconds.
const suggestedPool = 30

// judgedHosts are the deploy hosts that findings are wanted for.
func judgedHosts(p *lint.Pass) []*kamal.HostView {
	hosts := p.View().Hosts
	if p.Settings.Hosts == nil {
		return hosts
	}
	return slices.DeleteFunc(slices.Clone(hosts), func(h *kamal.HostView) bool {
		return !slices.Contains(p.Settings.Hosts, h.Host.Name) && !slices.Contains(p.Settings.Hosts, h.Host.Written)
	})
}

// namesOfHosts are the hosts as deploy.yml writes them.
func namesOfHosts(hosts []*kamal.HostView) []string {
	var out []string
	for _, h := range hosts {
		out = append(out, h.Host.Written)
	}
	return out
}

// atLine are the hosts that get something from the same line of the ssh config.
type atLine struct {
	source netssh.Source
	hosts  []*kamal.HostView
}

// groupByLine puts hosts together by the line that a function finds for them;
// nil leaves one out.
func groupByLine(hosts []*kamal.HostView, line func(*kamal.HostView) *netssh.Source) []*atLine {
	var out []*atLine
	known := map[netssh.Source]*atLine{}
	for _, h := range hosts {
		src := line(h)
		if src == nil {
			continue
		}
		g := known[*src]
		if g == nil {
			g = &atLine{source: *src}
			known[*src] = g
			out = append(out, g)
		}
		g.hosts = append(g.hosts, h)
	}
	return out
}

// spanOfSource is the span of a line that net-ssh has read.
func spanOfSource(p *lint.Pass, src netssh.Source) lint.Span {
	v := p.View()
	switch {
	case src.File == "":
		return deployStart(p)
	case src.Line == 0:
		return lint.Span{File: src.File}
	}
	data := v.Read[src.File]
	lines := lint.Memo(p.Target, linesOf{src.File}, func() *lint.Lines { return lint.NewLines(data) })
	return lint.Span(kamal.LineSpan(src.File, data, lines.Offset(src.Line, 1)))
}

// linesOf is the key of the lines of a file.
type linesOf struct{ file string }

// textAt is a span's text on one line, for messages.
func textAt(p *lint.Pass, src netssh.Source) string {
	s := spanOfSource(p, src)
	data := p.View().Read[src.File]
	if s.End > len(data) {
		return ""
	}
	return strings.Join(strings.Fields(string(data[s.Start:s.End])), " ")
}

// settingOf is a keyword of the ssh config as net-ssh settled it for a host, and
// its line; nil if none sets it.
func settingOf(h *kamal.HostView, keyword string) *netssh.Setting {
	if h.NetSSH.Result == nil {
		return nil
	}
	for i := range h.NetSSH.Result.Settings {
		if s := &h.NetSSH.Result.Settings[i]; s.Keyword == keyword {
			return s
		}
	}
	return nil
}

// sourceIn is the line of a setting, its file named as findings name it.
func sourceIn(p *lint.Pass, s *netssh.Setting) *netssh.Source {
	if s == nil {
		return nil
	}
	src := p.View().Shown(s.Source)
	return &src
}

// deployStart is the beginning of deploy.yml, for what is set nowhere.
func deployStart(p *lint.Pass) lint.Span { return lint.Span{File: p.Deploy.File} }

// spanOr is a span of deploy.yml if it is known, else the first of the others
// that is.
func spanOr(p *lint.Pass, spans ...kamal.Span) lint.Span {
	for _, s := range spans {
		if s.Known() {
			return lint.Span(s)
		}
	}
	return deployStart(p)
}

// poolSpan is where pool_idle_timeout is set, or would be.
func poolSpan(p *lint.Pass) lint.Span {
	kit := &p.Deployment.SSHKit
	return spanOr(p, kit.PoolIdleTimeout.Span, kit.Key)
}

// poolFix is the fix that lowers pool_idle_timeout; none where it cannot be
// placed.
func poolFix(p *lint.Pass, to int) []lint.SuggestedFix {
	file, start, end, text, err := p.Deployment.SetPoolIdleTimeout(to)
	if err != nil {
		return nil
	}
	return []lint.SuggestedFix{{
		Message:       fmt.Sprintf("set pool_idle_timeout to %d: a connection that was idle for longer is not used again", to),
		Applicability: lint.Unsafe,
		Edits:         []lint.TextEdit{{Span: lint.Span{File: file, Start: start, End: end}, NewText: text}},
		Changes:       []lint.Change{{Keyword: kamal.PoolIdleTimeout, Contexts: []string{kamal.Context}}},
	}}
}

// exposure says whether a pooled connection can stay silent for long and be used
// again afterwards.
type exposure struct {
	pool      int  // seconds
	open      bool // it can
	protected bool // but every server is known to keep the path awake
	old       bool // Kamal connects before the build (before 2.6.0)
	// other: the command that Kamal says it runs builds nothing
	other bool
}

func exposureOf(p *lint.Pass) exposure {
	return lint.Memo(p.Target, "kamal-exposure", func() exposure {
		d := p.Deployment
		e := exposure{pool: d.SSHKit.PoolIdleTimeout.Value, old: !kamal.AtLeast(d.Versions.Kamal, "2.6.0")}
		switch p.Deploy.Command {
		case "", "deploy", "redeploy", "setup":
		default:
			e.other = true
		}
		// Up to 1.22.1 the thread that empties SSHKit's pool looked after idle
		// connections.
		serviced := d.Versions.SSHKit != "" && !kamal.AtLeast(d.Versions.SSHKit, "1.22.2")
		e.open = e.pool > safePool && !serviced && poolKnown(d)
		hosts := p.View().Hosts
		e.protected = len(hosts) > 0 && !slices.ContainsFunc(hosts, func(h *kamal.HostView) bool {
			return h.Server == nil || !h.Server.Protects(e.pool)
		})
		return e
	})
}

// poolKnown reports whether pool_idle_timeout can be told: deploy.yml is YAML,
// and no ERB decides it.
func poolKnown(d *kamal.Deployment) bool {
	return !d.SSHKit.PoolIdleTimeout.Unknown && !slices.ContainsFunc(d.Problems, func(pr kamal.Problem) bool { return pr.Kind == kamal.SyntaxProblem })
}

// versionText names the Kamal that a finding is about.
func versionText(d *kamal.Deployment) string {
	if d.Versions.Kamal == "" {
		return "Kamal (version unknown, taken for 2.6 or later)"
	}
	return "Kamal " + d.Versions.Kamal
}

// serverLine is the span of a line of a server's file; its beginning for what no
// line sets.
func serverLine(s *kamal.ServerView, value kamal.SSHValue) lint.Span {
	if !value.Set {
		return lint.Span{File: s.Path}
	}
	return lineSpan(s.Config.FileOf(value.Ref), int(value.Ref.Line))
}

// serverGroup are hosts that share a server file.
type serverGroup struct {
	server *kamal.ServerView
	hosts  []*kamal.HostView
}

func serverGroups(hosts []*kamal.HostView) []*serverGroup {
	var out []*serverGroup
	known := map[string]*serverGroup{}
	for _, h := range hosts {
		if h.Server == nil {
			continue
		}
		key := fmt.Sprint(h.Server.Path, h.Server.Interval, h.Server.Count)
		g := known[key]
		if g == nil {
			g = &serverGroup{server: h.Server}
			known[key] = g
			out = append(out, g)
		}
		g.hosts = append(g.hosts, h)
	}
	return out
}

// placeOfValue names the line of a value of ssh or sshd as FILE:LINE.
func placeOfValue(c *resolve.Config, v kamal.SSHValue) string {
	if src := v.Source(c); src != nil {
		return src.String()
	}
	if v.Set {
		return "the command line"
	}
	return "the default"
}
