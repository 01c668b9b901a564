package reader

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
)

// OpenSSH is ssh and sshd.
var OpenSSH = Reader{Name: "openssh", Resolve: resolveOpenSSH}

func resolveOpenSSH(req Request) ([]Setting, error) {
	e := explainer{req: req}
	if req.Dialect.Side == keyword.Server {
		e.req.MostElsewhere = 0
	}
	if err := e.eval(); err != nil {
		return nil, err
	}
	if e.r.TwoPass && e.req.MostElsewhere > 0 { // a block may hold in one pass only
		e.req.MostElsewhere = 0
		if err := e.eval(); err != nil {
			return nil, err
		}
	}
	if err := refusal(&e.r); err != nil {
		return nil, err
	}
	e.index()
	var out []Setting
	for _, k := range e.keywords() {
		out = append(out, e.settings(k)...)
	}
	return out, nil
}

// eval reads the files and resolves them.
func (e *explainer) eval() (err error) {
	e.c, err = resolve.Load(e.req.Dialect, e.req.Env, e.req.Sources, resolve.Options{
		NoIncludes: e.req.NoIncludes, OnlyHost: e.req.Query.Host, MostElsewhere: e.req.MostElsewhere,
	})
	if err != nil {
		return err
	}
	q := e.req.Query
	q.Trace, q.MostElsewhere = true, e.req.MostElsewhere
	e.c.Eval(&q, &e.r)
	return nil
}

// refusal is why OpenSSH gives up, in its own words.
func refusal(r *resolve.Result) error {
	var lines []string
	for _, p := range r.Refusal() {
		lines = append(lines, p.Text)
	}
	if len(lines) == 0 && r.Error != "" {
		lines = []string{r.Error}
	}
	if len(lines) == 0 {
		return nil
	}
	return errors.New(strings.Join(lines, "\n"))
}

type explainer struct {
	req    Request
	c      *resolve.Config
	r      resolve.Result
	events map[keyword.ID][]resolve.Event // one a line, in reading order
}

// index keeps one event a line: what the last pass made of it, unless only an
// earlier one applied it.
func (e *explainer) index() {
	e.events = map[keyword.ID][]resolve.Event{}
	at := map[resolve.Ref]int{}
	for _, ev := range e.r.Events {
		list := e.events[ev.Key]
		if i, ok := at[ev.Ref]; ok {
			if ev.State > list[i].State || ev.Won {
				list[i] = ev
			}
			continue
		}
		at[ev.Ref] = len(list)
		e.events[ev.Key] = append(list, ev)
	}
}

// keywords lists what to explain: what was asked for, or all that is set.
func (e *explainer) keywords() []*keyword.Keyword {
	side := e.req.Dialect.Side
	var out []*keyword.Keyword
	if e.req.Keywords != nil {
		for _, name := range e.req.Keywords {
			k := keyword.Find(side, []byte(name))
			out = append(out, e.req.Dialect.Target(k))
		}
		return out
	}
	for _, k := range keyword.All(side) {
		if e.r.IsSet(k.ID) || isKeepalive(k.Lower) || e.conditional(k.ID) != nil {
			out = append(out, k)
		}
	}
	slices.SortStableFunc(out, func(a, b *keyword.Keyword) int {
		return cmp.Or(cmp.Compare(rank(a.Lower), rank(b.Lower)), strings.Compare(a.Lower, b.Lower))
	})
	return out
}

var keepaliveKeywords = []string{
	"serveraliveinterval", "serveralivecountmax", "clientaliveinterval", "clientalivecountmax", "tcpkeepalive",
}

func isKeepalive(name string) bool { return slices.Contains(keepaliveKeywords, name) }

// rank puts the keep-alive first.
func rank(name string) int {
	if i := slices.Index(keepaliveKeywords, name); i >= 0 {
		return i
	}
	return len(keepaliveKeywords)
}

// settings explains one keyword.
func (e *explainer) settings(k *keyword.Keyword) []Setting {
	refs := e.r.Refs(k.ID)
	var out []Setting
	for _, ref := range refs {
		for _, item := range e.r.ItemsOf(ref) {
			out = append(out, Setting{Keyword: k.Lower, Value: item, Source: e.source(ref)})
		}
	}
	if len(out) == 0 {
		for _, item := range e.defaults(k) {
			out = append(out, Setting{Keyword: k.Lower, Value: item, Default: true})
		}
	}
	if k.Lower == "hostname" && len(out) > 0 && e.req.Dialect.Side == keyword.Client {
		out[0].Value = e.r.HostName()
	}
	shadowed, conditional := e.shadowed(k.ID, refs), e.conditional(k.ID)
	if len(out) == 0 && (len(shadowed) > 0 || len(conditional) > 0) {
		out = append(out, Setting{Keyword: k.Lower, Default: true})
	}
	for i := range out {
		out[i].Shadowed, out[i].Conditional = []Shadowed{}, []Conditional{}
	}
	if len(out) > 0 {
		out[0].Shadowed = append(out[0].Shadowed, shadowed...)
		out[0].Conditional = append(out[0].Conditional, conditional...)
		out[0].Elsewhere = e.r.Unrecorded(k.ID)
	}
	return out
}

// defaults is what holds where no line sets a keyword.
func (e *explainer) defaults(k *keyword.Keyword) []string {
	if e.req.Dialect.Side == keyword.Server {
		return e.req.Dialect.DefaultOf(k)
	}
	id := e.req.Query.Identity
	switch k.Lower {
	case "hostname":
		return []string{e.r.HostName()}
	case "user":
		return []string{cmp.Or(id.User, id.LocalUser)}
	case "serveraliveinterval":
		if batch, _ := e.r.Value("batchmode"); e.req.Dialect.Vendor == keyword.Debian && len(batch) == 1 && batch[0] == "yes" {
			return []string{"300"} // Debian's patch keepalive-extensions
		}
	}
	return e.req.Dialect.DefaultOf(k)
}

func (e *explainer) source(ref resolve.Ref) *Source {
	f := e.c.FileOf(ref)
	if f == nil {
		return &Source{File: CommandLine, Line: int(ref.Line) + 1}
	}
	return &Source{File: f.Path, Line: f.Number(int(ref.Line))}
}

// shadowed lists the lines of a keyword that lose.
func (e *explainer) shadowed(id keyword.ID, winners []resolve.Ref) []Shadowed {
	wins := make(map[resolve.Ref]bool, len(winners))
	for _, w := range winners {
		wins[w] = true
	}
	var out []Shadowed
	for _, ev := range e.events[id] {
		if wins[ev.Ref] || ev.State == resolve.Maybe {
			continue
		}
		src := e.source(ev.Ref)
		out = append(out, Shadowed{
			File: src.File, Line: src.Line,
			Value:  strings.Join(e.r.ItemsOf(ev.Ref), " "),
			Reason: e.reason(ev, winners),
		})
	}
	return out
}

// reason says why a line loses.
func (e *explainer) reason(ev resolve.Event, winners []resolve.Ref) string {
	if ev.State == resolve.No {
		return e.blockReason(ev.Ref.Block)
	}
	if len(winners) == 0 {
		return "it means: not set"
	}
	w := winners[0]
	src := e.source(w)
	place := fmt.Sprintf("%s:%d", src.File, src.Line)
	if src.File == CommandLine {
		return "the command line comes first"
	}
	if e.req.Dialect.Side == keyword.Server && e.c.BlockLabel(w.Block) != "" && e.c.BlockLabel(ev.Ref.Block) == "" {
		return place + " stands in a Match block that holds, which overrides this line"
	}
	k := keyword.ByID(e.req.Dialect.Side, ev.Key)
	if e.req.Dialect.RepeatOf(k) == keyword.Last {
		return place + " comes last, and of this keyword the last value wins"
	}
	if k.Lower == "forwardagent" && isFlag(e.r.ItemsOf(ev.Ref)) && !isFlag(e.r.ItemsOf(w)) {
		return place + " has a path, which beats yes and no wherever they stand"
	}
	if strings.EqualFold(strings.Join(e.r.ItemsOf(ev.Ref), " "), "none") && !e.before(w, ev.Ref) {
		return "it means: not set, so a later line wins"
	}
	return place + " comes first, and the first value wins"
}

func isFlag(items []string) bool { return len(items) == 1 && (items[0] == "yes" || items[0] == "no") }

// before reports whether a stands above b in the same file.
func (e *explainer) before(a, b resolve.Ref) bool { return a.File != b.File || a.Line < b.Line }

// blockReason says why a block does not hold: its own condition, or that of a
// block whose Include brought it.
func (e *explainer) blockReason(id int32) string {
	for b := id; b >= 0; b = e.c.Blocks[b].Parent {
		blk := e.c.Blocks[b]
		if blk.Kind == syntax.Head {
			continue
		}
		label := e.c.BlockLabel(b)
		at := fmt.Sprintf("%s:%d", blk.File.Path, blk.File.Number(int(blk.Line)))
		if blk.Kind == syntax.Host {
			return fmt.Sprintf("'%s' at %s does not match %s", label, at, e.req.Query.Host)
		}
		return fmt.Sprintf("'%s' at %s does not hold", label, at)
	}
	return "its block does not hold"
}

// conditional lists the lines that would win if something unknown held.
func (e *explainer) conditional(id keyword.ID) []Conditional {
	var out []Conditional
	for _, cond := range e.r.Conditional {
		if cond.Key != id {
			continue
		}
		src := e.source(cond.Ref)
		out = append(out, Conditional{
			File: src.File, Line: src.Line,
			Value:     strings.Join(e.r.ItemsOf(cond.Ref), " "),
			Condition: e.c.BlockLabel(cond.Ref.Block),
		})
	}
	return out
}

// Spelled is a keyword as the manual writes it.
func Spelled(side keyword.Side, lower string) string {
	if k := keyword.Find(side, []byte(pattern.Lower(lower))); k != nil {
		return k.Name
	}
	return lower
}
