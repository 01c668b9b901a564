package rules

import (
	"slices"
	"sync/atomic"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/share"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

// line is a winning line, if there is one.
type line struct {
	resolve.Ref
	ok bool
}

// linePlace tells lines apart, whatever visit of their file they were met in:
// a file that is included twice has its lines once.
type linePlace struct {
	file, line int32
	ok         bool
}

func (l line) place() linePlace { return linePlace{l.File, l.Line, l.ok} }

// pair is the keep-alive of the contexts that get it from the same lines:
// interval and count are one setting with two lines.
type pair struct {
	pairKey
	seconds  int // the interval in force; 0: off
	patience int // the count in force
	contexts contextSet
	judged   bool
	fix      *lint.SuggestedFix
	obstacle *lint.Related // why there is no fix
	planned  bool
	alone    bool  // its component is too large, see maxComponent
	into     *pair // the one that it became a part of, see survey.join
	// withInterval and withCount are the pairs with the same lines, see sharing.
	withInterval, withCount []*pair
}

// pairKey tells pairs apart: the lines that they come from.
type pairKey struct {
	interval, count line
	batch           line // the BatchMode line that makes Debian's default 300
	master          line // a ControlMaster line that turns sharing on
}

// pairLines is a pairKey in half the room, as there may be one for each of very
// many hosts: block and line of interval, count, batch and master. A block tells the
// file, and without a line both are 0.
type pairLines [8]int32

func (k *pairKey) lines() (out pairLines) {
	for i, l := range [...]line{k.interval, k.count, k.batch, k.master} {
		if l.ok {
			out[2*i], out[2*i+1] = l.Block, l.Line+1
		}
	}
	return out
}

// view is the keep-alive of a whole target.
type view struct {
	*lint.Target
	names
	contexts []resolve.Context
	pairs    []*pair
	// judged are the pairs of the contexts that the user wants judged (all,
	// unless --host names some); judgedContexts counts those contexts.
	judged         []*pair
	judgedContexts int
	// blamed is true where a refused line means to set the interval, where
	// reading ends early, or where hidden bytes hide lines: what is missing then
	// is that line's fault.
	// blamedCount is the same for the count.
	blamed, blamedCount bool
	// leftAlone counts the hosts that are not looked at together with blocks that
	// cannot be decided offline.
	leftAlone int
	// loses lists the keep-alive lines that hold somewhere and win nowhere.
	loses []lost
}

// viewOf resolves the keep-alive of every context, once for all rules.
func viewOf(t *lint.Target) *view {
	return lint.Memo(t, "keepalive", func() *view {
		v := &view{Target: t, names: namesOf(t.Dialect.Side)}
		cut := v.readingEndsEarly() || hidesLines(t)
		v.blamed = cut || v.refuses(v.interval)
		v.blamedCount = cut || v.refuses(v.count)
		v.resolve()
		return v
	})
}

// watched are the keyword numbers that make up a pair.
type watched struct{ interval, count, batch, master keyword.ID }

func (v *view) watched() watched {
	id := func(name string) keyword.ID {
		if k := keyword.Find(v.Dialect.Side, []byte(name)); k != nil {
			return k.ID
		}
		return 0
	}
	w := watched{interval: id(v.interval), count: id(v.count)}
	if v.Dialect.Side == keyword.Client {
		w.master = id("controlmaster")
		if v.Dialect.Vendor == keyword.Debian {
			w.batch = id("batchmode")
		}
	}
	return w
}

func (v *view) resolve() {
	track := newLoserTrack(v)
	s := newSurvey(v, track)
	if !s.parallel() {
		s.all()
	}
	v.pairs, v.judged, v.judgedContexts = s.pairs, s.judged, s.judgedContexts
	if v.LeftOut()+v.leftAlone == 0 { // a line that never wins might do so for a host that was left out
		v.loses = track.lost()
	}
}

// survey goes through contexts and groups them into pairs.
type survey struct {
	v        *view
	w        watched
	track    *loserTrack
	relevant map[int32]bool
	// noOffline: none of the blocks that are undecided for every host is relevant
	noOffline bool
	groups    map[pairLines]*pair
	room      []pair               // for those to come, as each by itself costs more
	last      *pair                // of the context before
	seen      int                  // which context that is
	on        map[resolve.Ref]bool // lines that say something else than no
	// what is found, see view
	pairs, judged  []*pair
	judgedContexts int
	q              resolve.Query
	r              resolve.Result
}

func newSurvey(v *view, track *loserTrack) *survey {
	base := v.Target.Contexts()
	v.contexts = base[:len(base):len(base)]
	s := &survey{v: v, w: v.watched(), track: track, relevant: v.keepaliveBlocks()}
	s.groups = make(map[pairLines]*pair, s.mostPairs(1))
	s.noOffline = !slices.ContainsFunc(v.Config.Offline(), s.isRelevant)
	return s
}

// see resolves a context and reports whether blocks that count are undecided in
// it.
func (s *survey) see(i int) (undecided bool) {
	if s.last != nil && s.r.Serves(&s.v.contexts[s.seen], &s.v.contexts[i]) {
		s.seen = i
		s.take(i)
		return false
	}
	s.seen = i
	s.q = s.v.contexts[i].Query()
	s.q.NoOffline = s.noOffline
	s.v.Config.Eval(&s.q, &s.r)
	s.add(i)
	s.track.see(&s.r)
	return s.v.Dialect.Side == keyword.Client && slices.ContainsFunc(s.r.Maybes, s.isRelevant)
}

func (s *survey) isRelevant(b int32) bool { return s.relevant[b] }

// all goes through all contexts, and adds those in which undecided blocks hold.
// Blocks with the same condition hold together, so that all of them are looked
// at.
func (s *survey) all() {
	tries, combined, hosts := int64(0), 0, len(s.v.contexts)
	for i := range hosts {
		if !s.see(i) {
			continue
		}
		named := s.v.Settings.Hosts != nil && s.v.Judged(&s.v.contexts[i])
		need := int64(len(s.r.Maybes)) * s.v.Config.Tries()
		if need > lint.MaxTries || (tries+need > lint.MaxTries/4 || combined > maxCombined) && !named {
			s.v.leftAlone++
			continue
		}
		tries += need
		for _, y := range s.v.Config.WithAny(s.v.contexts[i], slices.Clone(s.r.Maybes), s.isRelevant) {
			s.v.contexts = append(s.v.contexts, y)
			s.see(len(s.v.contexts) - 1)
			combined += len(y.Held())
		}
	}
}

// maxCombined bounds how many hosts are looked at together with a block that
// cannot be decided offline, and lint.MaxTries how many other blocks are tried for
// them.
const maxCombined = 1 << 17

// worthSharing is how many contexts are worth a goroutine of their own.
const worthSharing = 1 << 12

// parallel goes through the contexts on all processors, a stretch of them on
// each. It gives up, and reports so, where undecided blocks make more contexts:
// their place in the order depends on all before them.
func (s *survey) parallel() (done bool) {
	n := share.Processors(len(s.v.contexts), worthSharing)
	if n < 2 {
		return false
	}
	parts := make([]*survey, n)
	var giveUp atomic.Bool
	share.All(len(s.v.contexts), worthSharing, func(k, from, to int) {
		part := &survey{v: s.v, w: s.w, track: s.track.share(), relevant: s.relevant, noOffline: s.noOffline}
		part.groups = make(map[pairLines]*pair, s.mostPairs(n))
		parts[k] = part
		for i := from; i < to && !giveUp.Load(); i++ {
			if part.see(i) {
				giveUp.Store(true)
			}
		}
	})
	if giveUp.Load() {
		return false
	}
	s.groups = parts[0].groups
	s.takeOver(parts[0])
	for i, part := range parts[1:] {
		s.join(part, i == len(parts)-2)
	}
	return true
}

// mostPairs is a guess at how many pairs there will be in one of some parts.
func (s *survey) mostPairs(parts int) int {
	lines := s.v.Config.Stores(s.w.interval) + s.v.Config.Stores(s.w.count)
	return min(len(s.v.contexts), lines)/parts + 1
}

// takeOver begins with what the first part has found.
func (s *survey) takeOver(part *survey) {
	s.track.join(part.track)
	s.pairs, s.judged, s.judgedContexts = part.pairs, part.judged, part.judgedContexts
}

// join takes over what the next stretch of contexts has brought.
func (s *survey) join(part *survey, last bool) {
	s.judgedContexts += part.judgedContexts
	for _, p := range part.pairs {
		if p.into = s.known(&p.pairKey); p.into != nil {
			p.into.contexts.join(&p.contexts)
			continue
		}
		s.pairs = append(s.pairs, p)
		if !last { // nobody asks after the last part
			s.groups[p.lines()] = p
		}
	}
	s.track.join(part.track)
	for _, p := range part.judged {
		if known := p.into; known == nil {
			s.judged = append(s.judged, p)
		} else if !known.judged {
			known.judged = true
			s.judged = append(s.judged, known)
		}
	}
}

// keepaliveBlocks are the blocks that hold a keep-alive line, themselves or in
// a file that they include, and those that may decide whether others hold: a
// HostName, User or Tag of a Match block is what later Match lines ask for.
func (v *view) keepaliveBlocks() map[int32]bool {
	blocks := map[int32]bool{}
	mark := func(ref resolve.Ref) {
		for b := ref.Block; b >= 0 && !blocks[b]; b = v.Config.Blocks[b].Parent {
			blocks[b] = true
		}
	}
	v.Config.Settings(v.interval, mark)
	v.Config.Settings(v.count, mark)
	if v.Dialect.Side == keyword.Server {
		return blocks
	}
	for name, criterion := range map[string]string{"hostname": "host", "user": "user", "tag": "tagged"} {
		if !v.asksFor(criterion) {
			continue
		}
		v.Config.Settings(name, func(ref resolve.Ref) {
			if b := &v.Config.Blocks[ref.Block]; b.Kind == syntax.Match || b.Parent >= 0 {
				mark(ref)
			}
		})
	}
	return blocks
}

// asksFor reports whether some Match line has a criterion. What Host lines are
// compared with may change, too, if the files are read a second time.
func (v *view) asksFor(name string) bool {
	if name == "host" && (v.Config.SecondPass() || v.canonicalises()) {
		return true
	}
	for id := range v.Config.Blocks {
		if v.Config.Blocks[id].Kind != syntax.Match {
			continue
		}
		for i := range v.Config.Condition(int32(id)).Criteria {
			if v.Config.Condition(int32(id)).Criteria[i].Name == name {
				return true
			}
		}
	}
	return false
}

// add puts a context to the others that get their keep-alive from the same lines.
func (s *survey) add(context int) {
	v, r := s.v, &s.r
	key := pairKey{interval: winner(r, s.w.interval), count: winner(r, s.w.count)}
	if s.w.batch != 0 && !key.interval.ok {
		key.batch = s.enabled(s.w.batch)
	}
	if s.w.master != 0 {
		key.master = s.enabled(s.w.master)
	}
	p := s.last
	if p == nil || p.pairKey != key { // most contexts are like the one before
		p = s.known(&key)
	}
	if p == nil {
		p = s.newPair(key)
		p.seconds = v.number(r, key.interval, 0)
		if key.batch.ok {
			p.seconds = debianBatchInterval
		}
		p.patience = v.number(r, key.count, defaultCount)
		s.groups[key.lines()] = p
		s.pairs = append(s.pairs, p)
	}
	s.last = p
	s.take(context)
}

// known is the pair that comes from the same lines; nil if there is none so far. An
// interval that has won nowhere yet makes a new pair: that is quicker to see, and
// there may be one in each of very many blocks.
func (s *survey) known(key *pairKey) *pair {
	if l := key.interval; l.ok && s.track.isNew(s.w.interval, l.Ref) {
		return nil
	}
	return s.groups[key.lines()]
}

func (s *survey) newPair(key pairKey) *pair {
	if len(s.room) == cap(s.room) {
		s.room = make([]pair, 0, min(512, 2*cap(s.room)+1))
	}
	s.room = append(s.room, pair{pairKey: key})
	return &s.room[len(s.room)-1]
}

// take puts a context to those of the pair that was met last.
func (s *survey) take(context int) {
	v, p := s.v, s.last
	if v.Judged(&v.contexts[context]) {
		s.judgedContexts++
		if !p.judged {
			p.judged = true
			s.judged = append(s.judged, p)
		}
	}
	p.contexts.add(int32(context))
}

// debianBatchInterval is the default interval of Debian's ssh with BatchMode
// yes, in seconds (patch keepalive-extensions).
const debianBatchInterval = 300

// defaultCount is the default of both CountMax keywords.
const defaultCount = 3

func winner(r *resolve.Result, id keyword.ID) line {
	ref, ok := r.WinnerID(id)
	return line{ref, ok}
}

// turnedOn reports whether a line sets a keyword to something else than no.
func turnedOn(r *resolve.Result, id keyword.ID) bool {
	ref, ok := r.WinnerID(id)
	return ok && !slices.ContainsFunc(r.ItemsOf(ref), func(item string) bool { return item == "no" || item == "false" })
}

// enabled is the winning line of a keyword that is not `no`.
func (s *survey) enabled(id keyword.ID) line {
	l := winner(&s.r, id)
	if !l.ok {
		return line{}
	}
	on, known := s.on[l.Ref]
	if !known {
		on = turnedOn(&s.r, id)
		if s.on == nil {
			s.on = map[resolve.Ref]bool{}
		}
		s.on[l.Ref] = on
	}
	if !on {
		return line{}
	}
	return l
}

// number is the value of a line, or what holds without one.
func (v *view) number(r *resolve.Result, l line, without int) int {
	if !l.ok {
		return without
	}
	if n, ok := r.Number(l.Ref); ok {
		return n
	}
	return without
}

// labels are the names of the judged contexts of some pairs.
func (v *view) labels(pairs ...*pair) []string {
	var out []string
	for _, p := range pairs {
		for i := range p.contexts.all() {
			if v.Judged(&v.contexts[i]) {
				out = append(out, v.contexts[i].Label)
			}
		}
	}
	return out
}

// The verdicts on a pair.

func (p *pair) unset() bool    { return !p.interval.ok && !p.batch.ok }
func (p *pair) off() bool      { return p.seconds == 0 }
func (p *pair) disabled() bool { return p.interval.ok && p.seconds == 0 }

func (v *view) slow(p *pair) bool { return p.seconds > v.Settings.Profile.MaxInterval }

// fast: the profile wants a longer interval.
func (v *view) fast(p *pair) bool { return !p.off() && p.seconds < v.Settings.Profile.MinInterval }

// zeroCount: it has an effect only with an interval.
func (v *view) zeroCount(p *pair) bool { return !p.off() && p.count.ok && p.patience == 0 }

func (v *view) early(p *pair) bool {
	return !p.off() && v.badCount(p) && !v.overCount(p) && !v.zeroCount(p)
}

// over: the profile wants a smaller count.
func (v *view) over(p *pair) bool {
	return !p.off() && v.badCount(p) && v.overCount(p)
}

func (v *view) overCount(p *pair) bool {
	most := v.Settings.Profile.MaxCount
	return most > 0 && p.patience > most
}

// badInterval and badCount say which half of the pair a fix has to change.
func (v *view) badInterval(p *pair) bool { return p.off() || v.slow(p) || v.fast(p) }
func (v *view) badCount(p *pair) bool {
	if !p.count.ok && (v.blamedCount || v.Fragment) {
		return false // a refused line is put right first; a drop-in may lack it
	}
	return p.patience < v.Settings.Profile.MinCount || v.overCount(p)
}

// detection is after how many seconds a dead peer is noticed: interval ×
// (count + 1), as measured (clientloop.c, serverloop.c).
func (p *pair) detection() int { return p.seconds * (p.patience + 1) }

// refuses reports whether a line that OpenSSH refuses means to set the
// keyword: a bad value, a keyword of the wrong side, one of another vendor, a
// misspelt one. key is v.interval or v.count.
func (v *view) refuses(key string) bool {
	other := namesOf(v.Dialect.Side.Other())
	counterpart, spelled := other.interval, v.Interval
	if key == v.count {
		counterpart, spelled = other.count, v.Count
	}
	excused := excusedProblems(v.Target)
	for i := range v.Config.Problems {
		p := &v.Config.Problems[i]
		if excused[p] {
			continue
		}
		if p.Keyword != nil && p.Keyword.Is(key) {
			return true
		}
		if fault := faultOf(v.Target, p); fault != nil && fault.meant != nil && fault.meant.Is(key) {
			return true
		}
		if p.Kind != resolve.UnknownKeyword {
			continue
		}
		if k := keyword.Find(v.Dialect.Side, []byte(p.Word)); k != nil && k.Is(key) {
			return true
		}
		if k := keyword.Find(v.Dialect.Side.Other(), []byte(p.Word)); k != nil && k.Is(counterpart) {
			return true
		}
		if name, ok := nearestKeyword(v.Target, p.Word); ok && name == spelled {
			return true
		}
	}
	return false
}

// readingEndsEarly reports whether an Include loop or a file that ssh refuses to
// open cut the reading short, so that some lines were not seen.
func (v *view) readingEndsEarly() bool {
	for i := range v.Config.Problems {
		switch v.Config.Problems[i].Kind {
		case resolve.IncludeTooDeep, resolve.TooManyIncludes, resolve.BadPermissions:
			return true
		}
	}
	return false
}
