package rules

import (
	"fmt"
	"strings"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

var kamalAliasMismatch = &lint.Rule{
	Name:     "kamal-alias-mismatch",
	Category: categoryKamal,
	Severity: lint.Note,
	Sides:    lint.DeploySide,
	Summary:  "deploy.yml names a host by its address, and the ssh config has a block for its alias only.",
	Run: func(p *lint.Pass) {
		aliases := map[*resolve.Config]map[string][]resolve.Ref{}
		for _, h := range judgedHosts(p) {
			c := h.SSH.Config
			if !strings.ContainsAny(h.Host.Name, ".:") {
				continue // a name, not an address
			}
			if aliases[c] == nil {
				aliases[c] = hostNameLines(c)
			}
			reportAlias(p, h, aliases[c][strings.ToLower(h.Host.Name)])
		}
	},
}

// hostNameLines are the HostName lines of Host blocks, by their values.
func hostNameLines(c *resolve.Config) map[string][]resolve.Ref {
	lines := map[string][]resolve.Ref{}
	c.Settings("hostname", func(ref resolve.Ref) {
		if c.Blocks[ref.Block].Kind != syntax.Host {
			return
		}
		f := c.FileOf(ref)
		args, ok := f.Args(f.Line(int(ref.Line)), nil)
		if ok && len(args) == 1 {
			name := strings.ToLower(args[0].Text)
			lines[name] = append(lines[name], ref)
		}
	})
	return lines
}

// reportAlias reports the first block for an alias of a host that does not hold
// for the host itself.
func reportAlias(p *lint.Pass, h *kamal.HostView, lines []resolve.Ref) {
	if len(lines) == 0 {
		return
	}
	c := h.SSH.Config
	var r resolve.Result
	c.Eval(&resolve.Query{Host: h.Host.Name}, &r)
	for _, ref := range lines {
		if r.Holds(ref.Block) {
			return
		}
	}
	ref := lines[0]
	f, b := c.FileOf(ref), c.Blocks[ref.Block]
	label := c.BlockLabel(ref.Block)
	p.Report(lint.Diagnostic{
		Span:    lineSpan(f, int(ref.Line)),
		Hosts:   []string{h.Host.Written},
		Message: fmt.Sprintf("deploy.yml says %s, and the block '%s' does not hold for that name: Kamal looks up what deploy.yml says, so that nothing of this block counts", h.Host.Written, label),
		Help:    fmt.Sprintf("write the alias in deploy.yml, or add the address to the line: '%s %s'", label, h.Host.Name),
		Related: []lint.Related{{Span: lineSpan(b.File, int(b.Line)), Message: "in this block: " + label}},
	})
}
