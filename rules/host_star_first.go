package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var hostStarFirst = &lint.Rule{
	Name:     "host-star-first",
	Category: "correctness",
	Severity: lint.Warning,
	Sides:    lint.ClientSide,
	Summary:  "A line for all hosts stands above those for single hosts and beats them.",
	Run:      runHostStarFirst,
}

func runHostStarFirst(p *lint.Pass) {
	v := viewOf(p.Target)
	beaten := map[linePlace][]lost{}
	var order []linePlace
	for _, l := range lossesOf(p.Target).hostStar {
		at := line{l.by, true}.place()
		if beaten[at] == nil {
			order = append(order, at)
		}
		beaten[at] = append(beaten[at], l)
	}
	for _, at := range order {
		v.reportStar(p, beaten[at])
	}
}

// reportStar reports one line and all that it beats.
func (v *view) reportStar(p *lint.Pass, beaten []lost) {
	by := beaten[0].by
	var blocks []string
	var related []lint.Related
	for _, l := range beaten {
		if label := v.blockAround(l.ref); !slices.Contains(blocks[:min(len(blocks), 8)], label) {
			blocks = append(blocks, label)
		}
		if len(related) < 3 {
			related = append(related, lint.Related{Span: spanOf(p.Target, l.ref), Message: "this line never has an effect"})
		}
	}
	where, help := "at the head of the file, above all blocks", "put it under 'Host *' at the end of the file"
	if label := v.blockAround(by); label != "" {
		where = "in '" + label + "' above them"
		help = "move '" + label + "' to the end of the file"
	}
	p.Report(lint.Diagnostic{
		Span: spanOf(p.Target, by),
		Message: fmt.Sprintf("this line stands %s, and ssh takes the first value: the %s that %s %s never has an effect",
			where, keyword.ByID(v.Dialect.Side, beaten[0].id).Name, listed(quoted(blocks)), plural(len(blocks), "sets", "set")),
		Help:    help,
		Hosts:   hostsOf(blocks),
		Related: related,
	})
}

// blockAround is the header of the block that a line stands in, or that
// includes its file; "" for none.
func (v *view) blockAround(ref resolve.Ref) string {
	for b := ref.Block; b >= 0; b = v.Config.Blocks[b].Parent {
		if label := blockName(v.Target, b); label != "" {
			return label
		}
	}
	return ""
}

func quoted(labels []string) []string {
	out := make([]string, len(labels))
	for i, label := range labels {
		out[i] = "'" + label + "'"
	}
	return out
}

// hostsOf are the names behind the keyword of Host lines.
func hostsOf(labels []string) []string {
	var out []string
	for _, label := range labels {
		if words := strings.Fields(label); len(words) > 1 && strings.EqualFold(words[0], "host") {
			out = append(out, words[1:]...)
		}
	}
	return out
}
