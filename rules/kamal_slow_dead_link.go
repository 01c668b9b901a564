package rules

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/reader/netssh"
	"github.com/sshvet/sshvet/lint"
)

// patientCount is from which count on a dead link is noticed late: 30 s × 11.
const patientCount = 10

// tcpGivesUp is about when Linux gives up sending a packet again, in seconds
// (net.ipv4.tcp_retries2 is 15).
const tcpGivesUp = 15 * 60

var kamalSlowDeadLink = &lint.Rule{
	Name:     "kamal-slow-dead-link",
	Category: categoryKamal,
	Severity: lint.Note,
	Sides:    lint.DeploySide,
	Summary:  "ServerAliveCountMax reaches Kamal's connections, so that a large one makes a dead link hang.",
	Run: func(p *lint.Pass) {
		groups := groupByLine(judgedHosts(p), func(h *kamal.HostView) *netssh.Source {
			n := &h.NetSSH
			if n.Interval > 0 && (n.Count >= patientCount || n.Count <= 0) {
				return n.CountFrom
			}
			return nil
		})
		for _, g := range groups {
			reportSlowDeadLink(p, g)
		}
	},
}

func reportSlowDeadLink(p *lint.Pass, g *atLine) {
	names := namesOfHosts(g.hosts)
	n := &g.hosts[0].NetSSH
	d := lint.Diagnostic{
		Span:  spanOfSource(p, g.source),
		Hosts: names,
		Help:  quickerHelp(p, g),
	}
	usual := n.Interval * (kamal.DefaultCount + 1)
	if late, ends := n.Detection(); ends {
		d.Message = fmt.Sprintf("Kamal takes this count for %s: a link that dies while a command runs is noticed after %s instead of %d s",
			listed(names), exact(late), usual)
		if late > tcpGivesUp {
			d.Message += ", and on Linux TCP mostly gives up first, after about 15 min"
		}
		p.Report(d)
		return
	}
	d.Severity = lint.Error
	d.Message = fmt.Sprintf("Kamal takes this count for %s, and net-ssh reads 0 as 'never give up': a link that dies while a command runs is never noticed; ssh reads 0 the other way round and cuts a silent session at the first interval",
		listed(names))
	p.ReportAs(d)
}

// quickerHelp says how the deploy hosts get a small count and all others keep
// theirs.
func quickerHelp(p *lint.Pass, g *atLine) string {
	block := fmt.Sprintf("'Host %s' with 'ServerAliveCountMax 3'", strings.Join(hostPatterns(g.hosts), " "))
	const unless = "; '# sshvet: ignore=early-keepalive-timeout' above the 3 keeps sshvet from raising it"
	switch {
	case g.hosts[0].NetSSH.Count <= 0:
		return "write 'ServerAliveCountMax 3' there, or for ssh alone 240"
	case aboveBlocks(p, g):
		return "move the lines above the first Host into 'Host *' at the end, and put " + block + " above that" + unless
	}
	return "put a block above it, " + block + ", and keep the large count for the remote builder and jump hosts" + unless
}

// aboveBlocks reports whether a line stands above the first Host or Match line of
// its file: a block put above it would swallow it.
func aboveBlocks(p *lint.Pass, g *atLine) bool {
	file := g.source.File
	return g.source.Line <= lint.Memo(p.Target, firstHeader{file}, func() int { return findHeader(p.View().Read[file]) })
}

// firstHeader is the key of what findHeader says of a file.
type firstHeader struct{ file string }

// findHeader is the number of the first Host or Match line, or of the line behind the
// last one.
func findHeader(data []byte) int {
	n := 1
	for line := range bytes.Lines(data) {
		word, _, _ := bytes.Cut(bytes.TrimLeft(line, " \t"), []byte(" "))
		if bytes.EqualFold(word, []byte("host")) || bytes.EqualFold(word, []byte("match")) {
			return n
		}
		n++
	}
	return n
}

// hostPatterns are the first few hosts as a Host line names them.
func hostPatterns(hosts []*kamal.HostView) []string {
	const most = 4
	var out []string
	for _, h := range hosts {
		if len(out) == most {
			return append(out, "…")
		}
		out = append(out, h.Host.Name)
	}
	return out
}
