package rules

import (
	"fmt"
	"strings"
	"sync"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

// names are the keywords of one side's keep-alive.
type names struct {
	Interval, Count string // as the manual spells them
	interval, count string // as OpenSSH compares them
	program         string // who sends the probes
	peer            string // who answers them
}

func namesOf(side keyword.Side) names {
	if side == keyword.Server {
		return names{"ClientAliveInterval", "ClientAliveCountMax", "clientaliveinterval", "clientalivecountmax", "sshd", "client"}
	}
	return names{"ServerAliveInterval", "ServerAliveCountMax", "serveraliveinterval", "serveralivecountmax", "ssh", "server"}
}

// isKeepalive reports whether k is one of the two keywords, or an alias.
func (n names) isKeepalive(k *keyword.Keyword) bool {
	return k != nil && (k.Is(n.interval) || k.Is(n.count))
}

// listed joins labels for a message: the first few, then a count.
func listed(labels []string) string {
	const most = 3
	if n := len(labels); n > most+1 {
		return fmt.Sprintf("%s and %d more", strings.Join(labels[:most], ", "), n-most)
	}
	return joined(labels)
}

// joined puts commas and an "and" between words.
func joined(list []string) string {
	n := len(list)
	switch n {
	case 0:
		return "nobody"
	case 1:
		return list[0]
	}
	return strings.Join(list[:n-1], ", ") + " and " + list[n-1]
}

// seconds gives a time as people read it: "90 s", "14460 s (4 h 1 min)".
func seconds(n int) string {
	if n < 120 {
		return fmt.Sprintf("%d s", n)
	}
	var parts []string
	for _, unit := range []struct {
		size int
		name string
	}{{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}} {
		if n/unit.size%1000000 > 0 && len(parts) < 2 {
			parts = append(parts, fmt.Sprintf("%d %s", n/unit.size, unit.name))
			n %= unit.size
		} else if len(parts) > 0 {
			break
		}
	}
	return strings.Join(parts, " ")
}

// exact is seconds with the plain figure in front.
func exact(n int) string {
	if n < 120 {
		return seconds(n)
	}
	return fmt.Sprintf("%d s (%s)", n, seconds(n))
}

// placeOf names a line as FILE:LINE.
func placeOf(t *lint.Target, ref resolve.Ref) string {
	f := t.Config.FileOf(ref)
	if f == nil {
		return "the command line"
	}
	return fmt.Sprintf("%s:%d", f.Path, f.Number(int(ref.Line)))
}

// lineText is a line as written, without indentation and comment and with
// single blanks.
func lineText(t *lint.Target, ref resolve.Ref) string {
	f := t.Config.FileOf(ref)
	l := f.Line(int(ref.Line))
	return resolve.SingleBlanks(f.Text(l.Text.Start, f.CommentStart(l)))
}

// lineSpan is the span of a line's keyword and arguments.
func lineSpan(f *resolve.File, line int) lint.Span {
	l := f.Line(line)
	end := max(f.CommentStart(l), l.Key.End)
	for end > l.Key.End && (f.Src[end-1] == ' ' || f.Src[end-1] == '\t') {
		end--
	}
	return lint.Span{File: f.Path, Start: l.Key.Start, End: end}
}

// spanOf is lineSpan for a line that was met in reading order.
func spanOf(t *lint.Target, ref resolve.Ref) lint.Span {
	return lineSpan(t.Config.FileOf(ref), int(ref.Line))
}

// blockNote points at the block a line stands in; nil for the head of a file.
func blockNote(t *lint.Target, ref resolve.Ref) []lint.Related {
	label := blockName(t, ref.Block)
	if label == "" {
		return nil
	}
	b := &t.Config.Blocks[ref.Block]
	return []lint.Related{{Span: lineSpan(b.File, int(b.Line)), Message: "in this block: " + label}}
}

// plural picks the word for a number.
func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// middleboxes names the common idle timers that an interval is too long for.
// Sources: docs/rules of the vendors, listed in doc/slow-keepalive.md.
func middleboxes(interval int) []string {
	var exceeded []string
	for _, box := range []struct {
		timer int
		name  string
	}{
		{60, "a classic AWS ELB (60 s)"},
		{240, "an Azure load balancer (240 s)"},
		{350, "an AWS NLB, NAT gateway or Nitro instance (350 s)"},
		{600, "a Google Cloud VPC (600 s)"},
	} {
		if interval >= box.timer {
			exceeded = append(exceeded, box.name)
		}
	}
	return exceeded
}

// namesKey is a keyword as OpenSSH compares it.
func namesKey(name string) string { return strings.ToLower(name) }

// longestLabel is how many bytes of the header of a block messages show.
const longestLabel = 300

// blockName is the header of a block for messages; "" for the head of a file. A long
// one is cut, and read once: it may be quoted for each of very many lines.
func blockName(t *lint.Target, id int32) string {
	if b := &t.Config.Blocks[id]; b.Kind != syntax.Head && len(b.File.Bytes(int(b.Line))) <= longestLabel {
		return t.Config.BlockLabel(id)
	}
	known := blockNamesOf(t)
	known.Lock()
	defer known.Unlock()
	name, again := known.names[id]
	if !again {
		name = t.Config.BlockLabel(id)
		if len(name) > longestLabel {
			name = strings.ToValidUTF8(name[:longestLabel], "") + "…"
		}
		known.names[id] = name
	}
	return name
}

// blockNames are the names that blockName has found. Several goroutines may ask.
type blockNames struct {
	sync.Mutex
	names map[int32]string
}

func blockNamesOf(t *lint.Target) *blockNames {
	return lint.Memo(t, "block-names", func() *blockNames { return &blockNames{names: map[int32]string{}} })
}
