package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

// maxComponent bounds how many pairs one fix repairs together. Findings that
// share a line carry the identical edits; beyond this many, each repairs its
// own pair only, or the fixes would grow with the square of the file.
const maxComponent = 500

// fixesOf is the fix that leaves a pair as the profile wants it, as the list
// that diagnostics take; empty where no fix is possible.
func (v *view) fixesOf(p *pair) []lint.SuggestedFix {
	if !p.planned {
		v.plan(v.component(p))
	}
	if p.fix == nil {
		return nil
	}
	return []lint.SuggestedFix{*p.fix}
}

// obstacleOf is what stands in the way where fixesOf is empty; nil where that
// is not known.
func (v *view) obstacleOf(p *pair) *lint.Related {
	if !p.planned {
		v.plan(v.component(p))
	}
	if p.obstacle == nil {
		return nil
	}
	o := *p.obstacle
	return &o
}

// standsAlone reports whether a repair of p touches no other pair, so that it can be
// planned while others are.
func (v *view) standsAlone(p *pair) bool {
	for _, list := range v.touchedWith(p) {
		if len(list) > 1 || len(list) == 1 && list[0] != p {
			return false
		}
	}
	for _, l := range []line{p.interval, p.count} {
		if l.ok && len(v.duplicatesOf(l.Ref)) > maxComponent {
			return false // the first fix that is planned takes them along
		}
	}
	return true
}

// component collects the pairs that a repair of p touches, directly or
// through lines that they share.
func (v *view) component(p *pair) []*pair {
	if p.alone {
		return []*pair{p}
	}
	var seen map[*pair]bool // most pairs stand alone
	queue := []*pair{p}
	for i := 0; i < len(queue) && len(queue) < maxComponent; i++ {
		for _, list := range v.touchedWith(queue[i]) {
			for _, q := range list {
				if q == p || seen[q] {
					continue
				}
				if seen == nil {
					seen = map[*pair]bool{}
				}
				seen[q] = true
				queue = append(queue, q)
			}
		}
	}
	if len(queue) < maxComponent {
		return queue
	}
	for _, q := range queue { // they are part of it, too: nobody need find that out again
		q.alone = true
	}
	return []*pair{p}
}

// touchedWith gives lists of the pairs that change when p is repaired.
func (v *view) touchedWith(p *pair) (out [3][]*pair) {
	if v.wantsInterval(p) && v.editable(p.interval) {
		out[0] = v.sharing(p, true)
	}
	if v.badCount(p) && v.editable(p.count) {
		out[1] = v.sharing(p, false)
	}
	switch {
	case v.insertsApart(p):
		out[2] = v.inserters()
	case v.badCount(p) && !p.count.ok: // a count below the interval line is for all who share it
		out[2] = v.sharing(p, true)
	}
	return out
}

// insertsApart reports whether repairing p takes new lines where they hold for
// everybody who lacks them.
func (v *view) insertsApart(p *pair) bool {
	return v.insertsInterval(p) || v.badCount(p) && !v.editable(p.count) && !v.canStandBeside(p)
}

// canStandBeside reports whether the missing count of p can stand right below
// its interval line without beating a count that somebody gets from elsewhere:
// another line in a context that shares the interval, or in a block that may
// hold together with the one of the interval.
func (v *view) canStandBeside(p *pair) bool {
	if !v.editable(p.interval) {
		return false
	}
	for _, q := range v.sharing(p, true) {
		if q.count.ok {
			return false
		}
	}
	home := v.decider(p.interval.Block)
	if home < 0 {
		return true
	}
	rivals := lint.Memo(v.Target, "keepalive-count-deciders", func() map[int32]bool {
		m := map[int32]bool{}
		v.Config.Settings(v.count, func(ref resolve.Ref) {
			if d := v.decider(ref.Block); d >= 0 {
				m[d] = true
			}
		})
		return m
	})
	return len(rivals) == 0 || len(rivals) == 1 && rivals[home]
}

// decider is the undecided block that a block depends on; -1 if it depends on
// none.
func (v *view) decider(block int32) int32 {
	held := lint.Memo(v.Target, "keepalive-held", func() map[int32]bool {
		m := map[int32]bool{}
		for i := range v.contexts {
			for _, b := range v.contexts[i].Held() {
				m[b] = true
			}
		}
		return m
	})
	for b := block; b >= 0; b = v.Config.Blocks[b].Parent {
		if held[b] {
			return b
		}
	}
	return -1
}

// inserters lists the pairs that take new lines apart from their present
// ones: one insertion serves them all.
func (v *view) inserters() []*pair {
	return lint.Memo(v.Target, "keepalive-inserters", func() []*pair {
		var out []*pair
		for _, p := range v.pairs {
			if v.insertsApart(p) {
				out = append(out, p)
			}
		}
		return out
	})
}

// sharing lists the pairs that have the interval (or the count) of p from the same
// line, p among them.
func (v *view) sharing(p *pair, interval bool) []*pair {
	lint.Memo(v.Target, "keepalive-sharing", v.findSharing)
	if interval {
		return p.withInterval
	}
	return p.withCount
}

func (v *view) findSharing() bool {
	byLine := make(map[linePlace][]*pair, len(v.pairs))
	v.fillSharing(byLine, func(p *pair) (linePlace, *[]*pair) { return p.interval.place(), &p.withInterval })
	clear(byLine)
	v.fillSharing(byLine, func(p *pair) (linePlace, *[]*pair) { return p.count.place(), &p.withCount })
	return true
}

func (v *view) fillSharing(byLine map[linePlace][]*pair, of func(*pair) (linePlace, *[]*pair)) {
	for i, p := range v.pairs {
		at, _ := of(p)
		if list, known := byLine[at]; known {
			byLine[at] = append(list, p)
		} else {
			byLine[at] = v.pairs[i : i+1 : i+1] // most have their line alone
		}
	}
	for _, p := range v.pairs {
		at, list := of(p)
		*list = byLine[at]
	}
}

type sharedLine struct {
	linePlace
	interval bool
}

// editable reports whether a line is there and may be changed where it is.
func (v *view) editable(l line) bool {
	return l.ok && canEditLine(v.Target, v.Config.FileOf(l.Ref), int(l.Line))
}

// outOfReach reports whether a line may not be changed and a new line would not
// beat it: it stands in an included file that is not ours. (Lines of the
// system-wide client file come last; any line of the user file beats them.)
func (v *view) outOfReach(l line) bool {
	return l.ok && !v.editable(l) && !v.Config.FileOf(l.Ref).System
}

// insertsInterval reports whether repairing p takes a new interval line.
func (v *view) insertsInterval(p *pair) bool {
	return v.wantsInterval(p) && !v.editable(p.interval)
}

// plan works out the common fix of some pairs. Pairs whose own lines are out of
// reach stay as they are, and the others are repaired without them.
func (v *view) plan(pairs []*pair) {
	if why := v.unprovable(); why != "" {
		for _, p := range pairs {
			p.planned, p.obstacle = true, &lint.Related{Span: lint.Span{File: v.Path}, Message: why + "; change the lines by hand"}
		}
		return
	}
	var within, beyond []*pair
	for _, p := range pairs {
		if b := v.builder(); b.reach(p) {
			within = append(within, p)
		} else {
			p.planned, p.obstacle = true, b.obstacle
			beyond = append(beyond, p)
		}
	}
	b := v.builder()
	for _, p := range within {
		b.repair(p)
	}
	if len(pairs) == 1 && pairs[0].alone {
		b.alone = pairs[0]
	}
	fix := b.fix(beyond)
	for _, p := range within {
		p.planned, p.fix, p.obstacle = true, fix, b.obstacle
	}
}

func (v *view) builder() *fixBuilder {
	return &fixBuilder{v: v}
}

// fixBuilder gathers edits and what they change.
type fixBuilder struct {
	v        *view
	edits    []lint.TextEdit
	seen     map[lint.TextEdit]bool
	contexts struct{ interval, count []int32 } // in which they change
	changed  []sharedLine
	needs    struct {
		interval, count bool
		tcp             string // the value of a new TCPKeepAlive line; "": none
	}
	alone   *pair // that is repaired without those that share its lines; nil if there are none
	inserts bool  // a count line is new, so that it reaches all who lack one
	// obstacle is the first thing that makes the fix impossible; nil if nothing does
	obstacle *lint.Related
}

// block gives the fix up because of something at a place.
func (b *fixBuilder) block(at lint.Span, format string, args ...any) {
	if b.obstacle == nil {
		b.obstacle = &lint.Related{Span: at, Message: fmt.Sprintf(format, args...)}
	}
}

// reach reports whether the lines of a pair that are at fault can be changed or
// beaten; if not, the obstacle is set.
func (b *fixBuilder) reach(p *pair) bool {
	v := b.v
	switch {
	case v.wantsInterval(p) && v.outOfReach(p.interval):
		b.blockedBy(p.interval, v.Interval, v.Settings.Profile.Interval)
	case v.badCount(p) && v.outOfReach(p.count):
		b.blockedBy(p.count, v.Count, v.Settings.Profile.Count)
	}
	return b.obstacle == nil
}

func (b *fixBuilder) repair(p *pair) {
	v := b.v
	if v.wantsInterval(p) {
		b.changes(v.interval, p)
		if v.editable(p.interval) {
			b.setValue(p.interval.Ref, v.Settings.Profile.Interval)
			b.change(sharedLine{p.interval.place(), true})
		} else {
			b.needs.interval = true
		}
	}
	if !v.badCount(p) && !v.lacksCount(p) {
		return
	}
	b.changes(v.count, p)
	switch {
	case v.editable(p.count):
		b.setValue(p.count.Ref, v.Settings.Profile.Count)
		b.change(sharedLine{p.count.place(), false})
	case v.insertsInterval(p), !b.besideInterval(p):
		b.needs.count = true
	}
}

// lacksCount reports whether a repair of the interval has to bring a count along
// though the one in force is good: in a drop-in checked by itself a count from
// elsewhere may be too small for it, and where the interval is new, the default
// is written beside it, as who checks a baseline wants to see both.
func (v *view) lacksCount(p *pair) bool {
	return !p.count.ok && !v.blamedCount && (v.Fragment && v.wantsInterval(p) || v.insertsInterval(p))
}

// touches announces what the edits change for pairs that are not repaired.
func (b *fixBuilder) touches(pairs []*pair) {
	if len(pairs) == 0 {
		return // as nearly always
	}
	changed := make(map[sharedLine]bool, len(b.changed))
	for _, l := range b.changed {
		changed[l] = true
	}
	for _, p := range pairs {
		if changed[sharedLine{p.interval.place(), true}] {
			b.changes(b.v.interval, p)
		}
		if changed[sharedLine{p.count.place(), false}] {
			b.changes(b.v.count, p)
		}
	}
}

// blockedBy says that a winning line may not be changed, and what to do instead.
func (b *fixBuilder) blockedBy(l line, name string, value int) {
	v := b.v
	f := v.Config.FileOf(l.Ref)
	at := spanOf(v.Target, l.Ref)
	if v.CanEdit(f) {
		b.block(at, "'%s' wins, and a NUL byte joins the line to another one, so that fix does not change it; remove the byte first", lineText(v.Target, l.Ref))
		return
	}
	instead := ""
	if inc := v.includeOf(l.Ref); inc != nil && v.Config.Unconditional(l.Block) && v.CanEdit(v.Main()) {
		instead = fmt.Sprintf(", or set %s %d above %s:%d, which includes it", name, value, inc.File.Path, inc.File.Number(inc.Line))
	}
	b.block(at, "'%s' wins, and fix may not change this file; set %s %d there%s", lineText(v.Target, l.Ref), name, value, instead)
}

// includeOf is the Include line of the main file that brought a line, if it
// did; nil if not.
func (v *view) includeOf(ref resolve.Ref) *resolve.Include {
	f := v.Config.FileOf(ref)
	for i := range v.Config.Includes {
		inc := &v.Config.Includes[i]
		for _, a := range inc.Args {
			if inc.File == v.Main() && slices.Contains(a.Files, f) {
				return inc
			}
		}
	}
	return nil
}

func (b *fixBuilder) change(l sharedLine) { b.changed = append(b.changed, l) }

func (b *fixBuilder) changes(key string, p *pair) {
	set := b.changedContexts(key)
	for i := range p.contexts.all() {
		*set = append(*set, i)
	}
}

// changedContexts are those in which a keyword of the pair changes.
func (b *fixBuilder) changedContexts(key string) *[]int32 {
	if key == b.v.interval {
		return &b.contexts.interval
	}
	return &b.contexts.count
}

func (b *fixBuilder) setValue(ref resolve.Ref, value int) {
	text := strconv.Itoa(value)
	b.addEdit(replaceValue(b.v.Config.FileOf(ref), int(ref.Line), text))
	dups := b.v.duplicatesOf(ref)
	if len(dups) > maxComponent {
		// One of the fixes that change the line takes them along; in each of
		// thousands they would grow with the square of the file.
		taken := lint.Memo(b.v.Target, "keepalive-duplicates-taken", func() map[resolve.Ref]bool { return map[resolve.Ref]bool{} })
		if taken[ref] {
			return
		}
		taken[ref] = true
	}
	for _, dup := range dups {
		b.addEdit(replaceValue(b.v.Config.FileOf(dup), int(dup.Line), text))
	}
}

// duplicatesOf lists the lines without effect that repeat what a winning line
// says. They follow its new value, or they would say something else than what
// is in force from then on.
func (v *view) duplicatesOf(ref resolve.Ref) []resolve.Ref {
	index := lint.Memo(v.Target, "keepalive-duplicates", func() map[resolve.Ref][]resolve.Ref {
		m := map[resolve.Ref][]resolve.Ref{}
		for _, l := range v.loses {
			if canEditLine(v.Target, v.Config.FileOf(l.ref), int(l.ref.Line)) && v.sameValue(l) {
				m[l.by] = append(m[l.by], l.ref)
			}
		}
		return m
	})
	return index[ref]
}

func (b *fixBuilder) addEdit(e lint.TextEdit) {
	if len(b.edits) < fewEdits {
		if !slices.Contains(b.edits, e) {
			b.edits = append(b.edits, e)
		}
		return
	}
	if b.seen == nil {
		b.seen = map[lint.TextEdit]bool{}
		for _, e := range b.edits {
			b.seen[e] = true
		}
	}
	if !b.seen[e] {
		b.seen[e] = true
		b.edits = append(b.edits, e)
	}
}

// fewEdits is up to how many edits it is quicker to look through them.
const fewEdits = 8

// besideInterval puts the missing count right below the interval line, unless
// that would beat a count that other contexts get from elsewhere, or the line
// has a commented default of its own.
func (b *fixBuilder) besideInterval(p *pair) bool {
	v := b.v
	if !v.canStandBeside(p) {
		return false
	}
	if v.Dialect.Side == keyword.Server && v.Config.Unconditional(p.interval.Block) && p.interval.File == 0 {
		if b.atCommentedDefault(v.Count, strconv.Itoa(v.Settings.Profile.Count)) {
			return true
		}
	}
	b.inserts = true
	f := v.Config.FileOf(p.interval.Ref)
	st := styleOf(f, int(p.interval.Line))
	b.addEdit(insertBelow(f, int(p.interval.Line), []string{st.setting(v.Count, strconv.Itoa(v.Settings.Profile.Count))}, st.eol))
	return true
}

// fix assembles what was gathered; nil where it is impossible. others are pairs
// of the same component that are not repaired.
func (b *fixBuilder) fix(others []*pair) *lint.SuggestedFix {
	b.touches(others)
	if b.needs.interval || b.needs.count {
		b.insertMissing()
	}
	if b.obstacle != nil || len(b.edits) == 0 {
		return nil
	}
	fix := &lint.SuggestedFix{Message: b.message(), Applicability: lint.Safe, Edits: sortedEdits(b.edits)}
	for _, key := range []string{b.v.interval, b.v.count} {
		if set := *b.changedContexts(key); set != nil {
			unset := key == b.v.count && (b.inserts || b.needs.count) || key == b.v.interval && b.needs.interval && b.alone != nil
			fix.Changes = append(fix.Changes, lint.Change{Keyword: key, Contexts: b.changesIn(key, set), WhereUnset: unset})
		}
	}
	return fix
}

// changesIn names the contexts in which a keyword changes. Where a pair is repaired
// without those that share its line, they get the new value all the same; there may
// be very many, so that all fixes of the line have one list of them.
func (b *fixBuilder) changesIn(key string, contexts []int32) []string {
	v, p := b.v, b.alone
	if p == nil {
		return b.keys(contexts)
	}
	l := p.count
	if key == v.interval {
		l = p.interval
	}
	list := v.sharing(p, key == v.interval)
	if !v.editable(l) || len(list) < 2 {
		return b.keys(contexts)
	}
	return lint.Memo(v.Target, sharedLine{l.place(), key == v.interval}, func() []string {
		var all []int32
		for _, q := range list {
			for i := range q.contexts.all() {
				all = append(all, i)
			}
		}
		return b.keys(all)
	})
}

// keys names contexts, in their order.
func (b *fixBuilder) keys(contexts []int32) []string {
	slices.Sort(contexts)
	out := make([]string, 0, len(contexts))
	for _, i := range slices.Compact(contexts) {
		out = append(out, b.v.contexts[i].Key())
	}
	return out
}

func sortedEdits(edits []lint.TextEdit) []lint.TextEdit {
	slices.SortStableFunc(edits, func(a, b lint.TextEdit) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Start - b.Start
	})
	return edits
}

func (b *fixBuilder) message() string {
	p := b.v.Settings.Profile
	var parts []string
	if b.contexts.interval != nil {
		parts = append(parts, b.v.Interval+" to "+strconv.Itoa(p.Interval))
	}
	if b.contexts.count != nil {
		parts = append(parts, b.v.Count+" to "+strconv.Itoa(p.Count))
	}
	return "set " + strings.Join(parts, " and ")
}

// insertMissing puts the missing lines where they win for everybody who lacks
// them.
func (b *fixBuilder) insertMissing() {
	f := b.v.Main()
	nul := f.NUL()
	at := lint.Span{File: f.Path, Start: max(nul, 0), End: max(nul, 0)}
	switch {
	case b.v.Fragment:
		b.block(at, "this is a drop-in checked by itself; set %s in the file that includes it", b.missingNames())
		return
	case !b.v.CanEdit(f):
		b.block(at, "fix may not change this file; set %s here", b.missingNames())
		return
	case b.v.Dialect.Side == keyword.Server && nul >= 0:
		b.block(at, "a NUL byte would join new lines to old ones, so that fix adds none; remove it first")
		return
	case b.v.readingEndsEarly():
		b.block(at, "OpenSSH does not read the files to their end, so that new lines may not count; mend that first")
		return
	}
	if b.beatsGoodValues(); b.obstacle != nil {
		return
	}
	if b.v.Dialect.Side == keyword.Server {
		b.insertServer()
		return
	}
	b.insertClient(f)
}

// beatsGoodValues gives the fix up if the new lines would come before lines of
// the system file that are within the bounds: those are to stay.
func (b *fixBuilder) beatsGoodValues() {
	v := b.v
	if !slices.ContainsFunc(v.Config.Files, func(f *resolve.File) bool { return f.System }) {
		return // there are no such lines: the pairs need not be gone through for each fix
	}
	guard := func(needed bool, l line, bad bool) {
		if needed && l.ok && !bad && !v.editable(l) && v.Config.FileOf(l.Ref).System {
			b.block(spanOf(v.Target, l.Ref), "'%s' is as it should be, and a new line for everybody in %s would beat it; set %s by hand for those who lack it",
				lineText(v.Target, l.Ref), v.Main().Path, b.missingNames())
		}
	}
	for _, p := range v.pairs {
		guard(b.needs.interval, p.interval, v.wantsInterval(p))
		guard(b.needs.count, p.count, v.badCount(p))
	}
}

// missingNames are the lines to insert, in words.
func (b *fixBuilder) missingNames() string {
	var names []string
	for _, m := range b.missing() {
		names = append(names, m[0]+" "+m[1])
	}
	return joined(names)
}

// missing lists keyword and value of the lines to insert.
func (b *fixBuilder) missing() [][2]string {
	p := b.v.Settings.Profile
	var out [][2]string
	if b.needs.interval {
		out = append(out, [2]string{b.v.Interval, strconv.Itoa(p.Interval)})
	}
	if b.needs.count {
		out = append(out, [2]string{b.v.Count, strconv.Itoa(p.Count)})
	}
	if b.needs.tcp != "" {
		out = append(out, [2]string{tcpKeepalive, b.needs.tcp})
	}
	return out
}

// insertClient adds to the last block that holds for everybody, unless a
// later line sets one of the keywords; else it appends a new `Host *`.
func (b *fixBuilder) insertClient(f *resolve.File) {
	header := "Host *"
	block, ok := b.lastOpenBlock(f)
	if waiting := b.secondPassSets(); waiting != nil {
		if !b.v.Config.SecondPass() {
			// Asking for a second pass would make blocks hold that did not.
			b.block(spanOf(b.v.Target, *waiting), "'%s' holds for those hosts only whose names are made canonical, after all others, and new lines would beat it; set %s by hand",
				lineText(b.v.Target, *waiting), b.missingNames())
			return
		}
		// A value of the first pass would beat those of the second.
		header, ok = "Match final all", false
	}
	if !ok {
		indent := blockIndent(f)
		st := fileStyle(f)
		st.indent = indent
		lines := []string{header}
		if n := f.Len(); n > 0 && !isBlankLine(f, n-1) {
			lines = []string{"", header}
		}
		for _, m := range b.missing() {
			lines = append(lines, st.setting(m[0], m[1]))
		}
		b.addEdit(appendLines(f, lines, st.eol))
		return
	}
	at, st := b.endOfBlock(f, block)
	var lines []string
	for _, m := range b.missing() {
		lines = append(lines, st.setting(m[0], m[1]))
	}
	b.addEdit(insertBelow(f, at, lines, st.eol))
}

// endOfBlock finds the line below which new settings of a block go, and their
// style: the last keep-alive line of the block, else its last setting.
func (b *fixBuilder) endOfBlock(f *resolve.File, block syntax.Block) (int, style) {
	at, st := block.First, fileStyle(f)
	st.indent = blockIndent(f)
	for i := block.First + 1; i < block.End; i++ {
		l := f.Line(i)
		if l.Kind != syntax.Setting {
			continue
		}
		at, st = i, styleOf(f, i)
		if f.IsKeyword(l, b.v.interval) || f.IsKeyword(l, b.v.count) {
			break
		}
	}
	return at, st
}

// lastOpenBlock is the last block of the file that holds for everybody; ok is
// false if there is none, or if a line behind it sets one of the keywords.
func (b *fixBuilder) lastOpenBlock(f *resolve.File) (syntax.Block, bool) {
	type openBlock struct {
		syntax.Block
		ok bool
	}
	open := lint.Memo(b.v.Target, "keepalive-open-block:"+f.Path, func() openBlock {
		block, ok := b.findOpenBlock(f)
		return openBlock{block, ok}
	})
	return open.Block, open.ok
}

func (b *fixBuilder) findOpenBlock(f *resolve.File) (syntax.Block, bool) {
	found, ok := syntax.Block{}, false
	for id := range b.v.Config.Blocks {
		blk := &b.v.Config.Blocks[id]
		if blk.File == f && blk.Parent < 0 && blk.Kind != syntax.Head && b.v.Config.Unconditional(int32(id)) && !b.waits(int32(id)) {
			found, ok = f.BlockOf(int(blk.Line)), true
		}
	}
	if !ok {
		return found, false
	}
	for _, name := range []string{b.v.interval, b.v.count} {
		b.v.Config.Settings(name, func(ref resolve.Ref) {
			top := b.topLine(ref)
			if top.file == f && top.line >= found.End {
				ok = false
			}
		})
	}
	return found, ok
}

// secondPassSets is a line of a block that waits for the second pass and sets
// one of the keywords; nil if there is none, or if there is no second pass.
func (b *fixBuilder) secondPassSets() *resolve.Ref {
	return lint.Memo(b.v.Target, "keepalive-second-pass", b.findSecondPass)
}

func (b *fixBuilder) findSecondPass() *resolve.Ref {
	if !b.v.Config.SecondPass() && !b.v.canonicalises() {
		return nil
	}
	var found *resolve.Ref
	for _, name := range []string{b.v.interval, b.v.count} {
		b.v.Config.Settings(name, func(ref resolve.Ref) {
			for id := ref.Block; id >= 0 && found == nil; id = b.v.Config.Blocks[id].Parent {
				if cond := b.v.Config.Condition(id); cond != nil && b.waits(id) {
					found = &ref
				}
			}
		})
	}
	return found
}

// canonicalises reports whether some line may have host names made canonical,
// which makes ssh read its files a second time.
func (v *view) canonicalises() bool {
	found := false
	v.Config.Settings("canonicalizehostname", func(resolve.Ref) { found = true })
	return found
}

// waits reports whether a block holds only in a second pass: `Match final all`
// comes too late for values that the first pass has set.
func (b *fixBuilder) waits(id int32) bool {
	for _, crit := range b.v.Config.Condition(id).Criteria {
		if crit.Name == "final" || crit.Name == "canonical" {
			return true
		}
	}
	return false
}

// topLine is where a line stands in the entry file: itself, or the Include
// line that brought it.
func (b *fixBuilder) topLine(ref resolve.Ref) struct {
	file *resolve.File
	line int
} {
	type place = struct {
		file *resolve.File
		line int
	}
	f := b.v.Config.FileOf(ref)
	if f == b.v.Main() {
		return place{f, int(ref.Line)}
	}
	top := ref.Block
	for b.v.Config.Blocks[top].Parent >= 0 {
		top = b.v.Config.Blocks[top].Parent
	}
	last := -1
	for i := range b.v.Config.Includes {
		inc := &b.v.Config.Includes[i]
		if inc.Block == top && inc.File == b.v.Main() {
			last = max(last, inc.Line)
		}
	}
	return place{b.v.Config.Blocks[top].File, last}
}

// insertServer puts each missing line right below its commented default, or
// all of them before the first Match, or at the end.
func (b *fixBuilder) insertServer() {
	f := b.v.Main()
	var rest [][2]string
	for _, m := range b.missing() {
		if !b.atCommentedDefault(m[0], m[1]) {
			rest = append(rest, m)
		}
	}
	if len(rest) == 0 {
		return
	}
	st := fileStyle(f)
	var lines []string
	for _, m := range rest {
		lines = append(lines, st.setting(m[0], m[1]))
	}
	end := f.Blocks()[0].End
	if end == f.Len() {
		b.addEdit(appendLines(f, lines, st.eol))
		return
	}
	b.insertBeforeMatch(f, end, lines, st.eol)
}

// insertBeforeMatch puts lines above the first Match line and the comment that
// belongs to it, set off by a blank line.
func (b *fixBuilder) insertBeforeMatch(f *resolve.File, header int, lines []string, eol string) {
	at := header
	for at > 0 && f.Line(at-1).Kind == syntax.Comment {
		at--
	}
	if at <= lastInclude(f, header) || at == 0 && at != header && !isBlankLine(f, 0) {
		at = header
	}
	if at == 0 || isBlankLine(f, at-1) {
		lines = append(lines, "")
	}
	b.addEdit(insertAbove(f, at, lines, eol))
}

// lastInclude is the last Include line before a line; -1 if there is none.
func lastInclude(f *resolve.File, before int) int {
	last := -1
	for i := range before {
		if f.IsKeyword(f.Line(i), "include") {
			last = i
		}
	}
	return last
}

// atCommentedDefault puts one line below its commented default, if that stands
// after the Includes and before the first Match.
func (b *fixBuilder) atCommentedDefault(key, value string) bool {
	f := b.v.Main()
	end := f.Blocks()[0].End
	i := commentedDefault(f, key, lastInclude(f, end)+1, end)
	if i < 0 {
		return false
	}
	text := string(f.Bytes(i))
	st := fileStyle(f)
	st.indent = text[:len(text)-len(strings.TrimLeft(text, " \t"))]
	if tail := string(lineTail(f.Bytes(i))); tail != "" {
		st.eol = tail
	}
	b.addEdit(insertBelow(f, i, []string{st.setting(key, value)}, st.eol))
	return true
}
