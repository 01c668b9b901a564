package fix

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

// DropInName is the name of the file that MakeDropIn plans.
const DropInName = lint.DropInName

// dropInMode is the mode of a drop-in where that of the main file is unknown.
const dropInMode fs.FileMode = 0o644

// instead is what to do where a drop-in does not help.
const instead = "run 'sshvet fix' without --drop-in"

// dropInComment stands above the settings of a new drop-in.
const dropInComment = `# Written by 'sshvet fix --drop-in', so that a long silent session is not cut by a
# firewall or NAT that forgets idle connections. sshd takes the first value that it
# reads, hence the 00. To undo it, delete this file and reload sshd.
`

// The keywords that a drop-in sets, canonical.
const (
	clientInterval = "clientaliveinterval"
	clientCount    = "clientalivecountmax"
)

// MakeDropIn works out, for each sshd_config of the request, the drop-in
// 00-sshvet.conf that puts the keep-alive for everybody right, in a folder that
// an Include of it reads. Only what the findings want is set, and no other file
// is changed; a 00-sshvet.conf that exists is edited. Where a drop-in would not
// be read, would not win, or would bring in what it cannot mend, nothing is
// planned for the entry and Plan.Refusals says which line is in the way.
// Request.Choose is not asked. Nothing is written.
func MakeDropIn(req Request) *Plan {
	m := newMaker(req)
	refused := map[int]error{}
	for i := range m.req.Entries {
		if err := (&dropIn{maker: m, entry: i}).make(); err != nil {
			refused[i] = err
			m.plan.Refusals = append(m.plan.Refusals, err)
		}
	}
	plan := m.finish()
	m.explainDropIn(refused)
	return plan
}

// explainDropIn says why findings are left that have a fix: there is none in a
// drop-in.
func (m *maker) explainDropIn(refused map[int]error) {
	for i := range m.plan.Obstacles {
		x := &m.plan.Obstacles[i]
		if x.Kind != NothingOffered || !slices.ContainsFunc(x.Diagnostic.Fixes, func(f lint.SuggestedFix) bool { return m.permitted(&f) }) {
			continue
		}
		x.Kind, x.Reason = InTheWay, m.lineOf(x.Diagnostic.Span)+": --drop-in changes no other file; "+instead
		if err := refused[m.o.owner[x.Diagnostic.Span.File]]; err != nil && x.Diagnostic.Category == "keepalive" {
			x.Reason = err.Error()
		}
	}
}

// dropIn is the work on one entry.
type dropIn struct {
	*maker
	entry int
	old   *lint.Target // before anything is done to the entry
	wants wants
}

// wants are the keep-alive values that findings want changed.
type wants struct {
	global    []string    // canonical keywords, for everybody
	elsewhere []changeKey // for those of Match blocks only

	seen map[changeKey]bool // what is in either
}

// make plans the drop-in of the entry. An error is why there is none; the
// overlay is as before then.
func (d *dropIn) make() error {
	e := d.o.entry(d.entry)
	if slices.Contains(d.plan.Before.Covered, e.Path) {
		return nil // it is a drop-in itself; the entry that includes it counts
	}
	if err := unfitForDropIn(&e); err != nil {
		return err
	}
	var err error
	if d.old, err = lint.NewTarget(&e, d.req.Settings); err != nil {
		return nil // it is among Plan.Errors
	}
	if bad := refusals(d.old); len(bad) > 0 {
		return fmt.Errorf("%s: sshd refuses the configuration as it is, and a drop-in does not change that; mend it first ('sshvet check' says what is wrong)",
			lineAt(bad[0].File, bad[0].Line))
	}
	d.wants = d.look()
	if len(d.wants.global) == 0 && len(d.wants.elsewhere) == 0 {
		return nil
	}
	sites, err := d.sites()
	if err != nil {
		return err
	}
	return d.firstThatWins(sites)
}

// unfitForDropIn says why there can be no drop-in for an entry, whatever is in
// it; nil if there can.
func unfitForDropIn(e *lint.Entry) error {
	switch {
	case e.Dialect.Side != keyword.Server:
		return fmt.Errorf("%s: is a client file; --drop-in is for an sshd_config; %s", e.Path, instead)
	case e.Dump:
		return fmt.Errorf("%s: is what sshd -T printed; --drop-in needs the sshd_config itself", e.Path)
	case e.Fragment:
		return fmt.Errorf("%s: is a drop-in itself; name the sshd_config that includes it", e.Path)
	case e.NoIncludes:
		return fmt.Errorf("%s: --no-includes leaves out the Include that would read a drop-in; leave one of the two flags away", e.Path)
	case e.Dialect.Lookup([]byte("include")) == nil:
		return fmt.Errorf("%s: OpenSSH %s has no Include for sshd_config (it came with 8.2), so it reads no drop-in; %s", e.Path, e.Dialect.Release, instead)
	}
	return nil
}

// look runs the rules over the entry as it is now. What their fixes announce is
// what is to change, wherever the lines stand that they would edit.
func (d *dropIn) look() wants {
	e := d.o.entry(d.entry)
	e.Mine = nil
	res, _ := lint.Run([]lint.Entry{e}, d.req.Rules, d.req.Settings)
	w := wants{seen: map[changeKey]bool{}}
	for i := range res.Diagnostics {
		for _, f := range res.Diagnostics[i].Fixes {
			if f.Applicability == lint.Safe {
				w.add(f.Changes)
			}
		}
	}
	slices.Sort(w.global) // the count comes before the interval then
	slices.Reverse(w.global)
	return w
}

func (w *wants) add(changes []lint.Change) {
	all := everybody().Key()
	for _, c := range changes {
		if c.Keyword != clientInterval && c.Keyword != clientCount {
			continue
		}
		for _, x := range c.Contexts {
			k := changeKey{c.Keyword, x}
			switch {
			case w.seen[k]:
			case x != all:
				w.elsewhere = append(w.elsewhere, k)
			default:
				w.global = append(w.global, c.Keyword)
			}
			w.seen[k] = true
		}
	}
}

// everybody is the context outside all Match blocks.
func everybody() *resolve.Context { return &resolve.Context{Label: resolve.Everybody} }

// site is where a drop-in may go.
type site struct {
	path    string
	include *resolve.Include
	arg     *resolve.IncludeArg
	matches bool // the pattern seems to match DropInName; reading it decides
}

// maxSites is in how many folders a drop-in is tried, each with a proof. Servers have
// one that Include reads, seldom two.
const maxSites = 4

// sites lists the folders that the Include lines read, the most promising
// first: those whose pattern matches, and of those sshd_config.d. Each folder comes
// once, and there are at most maxSites.
func (d *dropIn) sites() ([]site, error) {
	c := d.old.Config
	var out []site
	for i := range c.Includes {
		inc := &c.Includes[i]
		for k := range inc.Args {
			arg := &inc.Args[k]
			at := strings.LastIndexByte(arg.Pattern, '/') + 1
			dir, base := arg.Pattern[:at], arg.Pattern[at:]
			matches, _ := path.Match(base, DropInName)
			matches = matches && !strings.ContainsAny(dir, `*?[\`)
			out = append(out, site{path.Clean(dir + DropInName), inc, arg, matches})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no Include line reads a folder of drop-ins; %s, or %s", d.old.Main().Path, d.addInclude(), instead)
	}
	rank := func(p site) int {
		switch {
		case p.matches && path.Base(path.Dir(p.path)) == "sshd_config.d":
			return 0
		case p.matches:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(out, func(a, b site) int { return rank(a) - rank(b) })
	// Where a drop-in stands decides what it does, not which of the lines reads it.
	tried := map[string]bool{}
	out = slices.DeleteFunc(out, func(p site) bool {
		again := tried[p.path]
		tried[p.path] = true
		return again
	})
	return out[:min(len(out), maxSites)], nil
}

// addInclude is the advice to add the line that is missing.
func (d *dropIn) addInclude() string {
	const line = "add the line 'Include /etc/ssh/sshd_config.d/*.conf'"
	f := d.old.Main()
	for i := range f.Len() {
		if k := f.Line(i).Kind; k == syntax.Setting || k == syntax.NoArgument {
			return fmt.Sprintf("%s above line %d, the first setting", line, f.Number(i))
		}
	}
	return line
}

// firstThatWins takes the first place where a drop-in does what it is for. If
// there is none, the error is about the most promising one.
func (d *dropIn) firstThatWins(sites []site) error {
	var first error
	for _, p := range sites {
		undo := d.remember()
		err := d.try(p)
		if err == nil {
			d.made = append(d.made, "--drop-in")
			return nil
		}
		undo()
		if first == nil {
			first = err
		}
	}
	return first
}

// remember returns what takes everything back to the present state.
func (d *dropIn) remember() (undo func()) {
	files, state, entry := d.o.snapshot(), *d.maker, *d
	return func() {
		*d.maker, *d = state, entry
		d.o.restore(files)
	}
}

// try lays the drop-in over the files, at one place, and judges the result.
func (d *dropIn) try(p site) error {
	e := &d.req.Entries[d.entry]
	existing := fileAt(d.old, p.path)
	if existing != nil {
		p.path = existing.Path
	}
	if e.Mine != nil && !e.Mine(p.path) {
		return fmt.Errorf("%s: is not a file that may be written here%s; %s", p.path, d.because(p.path), instead)
	}
	if existing != nil {
		return d.edit(p, existing)
	}
	if err := d.folder(p, e); err != nil {
		return err
	}
	if len(d.wants.global) == 0 {
		return d.nothingCured()
	}
	before, text := d.o.snapshot(), d.text()
	d.o.create(d.entry, p.path, text, d.mode(e))
	return d.judge(p, before, []lint.TextEdit{{Span: lint.Span{File: p.path}, NewText: string(text)}})
}

// folder says what is wrong with the folder that the drop-in is to go to.
func (d *dropIn) folder(p site, e *lint.Entry) error {
	at := lineAt(p.include.File, p.include.Line)
	if !p.matches {
		return fmt.Errorf("%s: 'Include %s' does not read a file named %s; %s, or %s", at, p.arg.Text, DropInName, d.addInclude(), instead)
	}
	dir := path.Dir(p.path)
	if e.Env.ReadDir == nil {
		return nil
	}
	_, err := e.Env.ReadDir(dir)
	switch {
	case err == nil && e.Env.Exists != nil && e.Env.Exists(p.path):
		return fmt.Errorf("%s: exists, but it cannot be read as a file; look at it, or %s", p.path, instead)
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist) && (e.Env.Exists == nil || !e.Env.Exists(dir)):
		return fmt.Errorf("%s: the folder that 'Include %s' reads does not exist; make it with 'mkdir -m 755 %s', or %s", at, p.arg.Text, dir, instead)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: the folder %s that 'Include %s' reads is a link to nowhere; mend it, or %s", at, dir, p.arg.Text, instead)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: you may not read the folder %s, so nobody can say what wins there; try sudo, or %s", at, dir, instead)
	}
	return fmt.Errorf("%s: the folder %s cannot be read (%w), so nobody can say what wins there; %s", at, dir, reason(err), instead)
}

// reason is what went wrong, without system call and path.
func reason(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// text is the content of a new drop-in.
func (d *dropIn) text() []byte {
	var b bytes.Buffer
	b.WriteString(dropInComment)
	for _, key := range d.wants.global {
		b.WriteString(d.setting(key) + "\n")
	}
	return b.Bytes()
}

// setting is the line that the profile wants for a keyword.
func (d *dropIn) setting(key string) string { return spelled(key) + " " + d.value(key) }

func (d *dropIn) value(key string) string {
	if key == clientInterval {
		return strconv.Itoa(d.old.Settings.Profile.Interval)
	}
	return strconv.Itoa(d.old.Settings.Profile.Count)
}

// spelled is a server keyword as the manual has it.
func spelled(key string) string { return keyword.Find(keyword.Server, []byte(key)).Name }

// mode is that of the main file, as far as reading and the owner's writing go.
func (d *dropIn) mode(e *lint.Entry) fs.FileMode {
	if e.Env.ReadFile == nil {
		return dropInMode
	}
	_, info, err := e.Env.ReadFile(e.Path)
	if mode := info.Mode.Perm() &^ 0o133; err == nil && mode != 0 {
		return mode
	}
	return dropInMode
}

// edit mends a drop-in that exists: by the fixes of the rules, as far as they
// change this file alone, and with what is still missing then.
func (d *dropIn) edit(p site, f *resolve.File) error {
	if d.o.content(f.Path) == nil {
		return fmt.Errorf("%s: exists, but it cannot be read as a file; look at it, or %s", f.Path, instead)
	}
	d.onlyMine(f.Path)
	if d.wants.global = d.look().global; len(d.wants.global) == 0 {
		if !d.o.changed(f.Path) {
			return d.nothingCured()
		}
		return nil // each of those fixes was proven
	}
	e := d.o.entry(d.entry)
	var err error
	if d.old, err = lint.NewTarget(&e, d.req.Settings); err != nil {
		return err
	}
	before, edits := d.o.snapshot(), d.edits(fileAt(d.old, f.Path))
	src, err := Apply(d.o.content(f.Path), edits)
	if err != nil {
		return err
	}
	d.o.edit(map[string][]byte{f.Path: src})
	if err := d.judge(p, before, edits); err != nil {
		return err
	}
	d.onlyMine(f.Path) // Match blocks of the file may need their half of the pair now
	return d.noLouder(f.Path)
}

// noLouder checks that an edited file has no more errors and warnings than it
// had. Its lines have moved, so that they are counted.
func (d *dropIn) noLouder(file string) error {
	before, now := loudByRule(d.plan.Before.Diagnostics), loudByRule(d.result.Diagnostics)
	for i := range d.result.Diagnostics {
		x := &d.result.Diagnostics[i]
		key := ruleInFile{x.Rule, file}
		if x.Span.File == file && x.Inherent >= lint.Warning && now[key] > before[key] && !comesAlong(x.Rule) && !x.Held {
			return d.atFault(x, file)
		}
	}
	return nil
}

// onlyMine applies the fixes of the rules to one file and to no other.
func (d *dropIn) onlyMine(file string) {
	d.o.base = slices.Clone(d.req.Entries)
	for i := range d.o.base {
		d.o.base[i].Mine = func(path string) bool { return i == d.entry && path == file }
	}
	d.rerun()
	d.rounds()
	d.o.base = d.req.Entries
	d.rerun()
}

// edits changes the lines of a drop-in that win but say something else than
// wanted, and adds the missing ones above its first Match block.
func (d *dropIn) edits(f *resolve.File) []lint.TextEdit {
	winners := evaluate(d.old, everybody())
	eol := "\n"
	if bytes.Contains(f.Src, []byte("\r\n")) {
		eol = "\r\n"
	}
	var out []lint.TextEdit
	var missing strings.Builder
	for _, key := range d.wants.global {
		if ref, ok := winners.Winner(key); ok && d.old.Config.FileOf(ref) == f {
			out = append(out, lint.TextEdit{Span: arguments(f, int(ref.Line)), NewText: d.value(key)})
			continue
		}
		missing.WriteString(d.setting(key) + eol)
	}
	if missing.Len() == 0 {
		return out
	}
	at, text := len(f.Src), missing.String()
	if end := f.Blocks()[0].End; end < f.Len() {
		at = f.Line(end).Start
	} else if at > 0 && f.Src[at-1] != '\n' {
		text = eol + text
	}
	return append(out, lint.TextEdit{Span: lint.Span{File: f.Path, Start: at, End: at}, NewText: text})
}

// arguments is where the arguments of a line stand that OpenSSH accepts.
func arguments(f *resolve.File, line int) lint.Span {
	l := f.Line(line)
	span := lint.Span{File: f.Path, Start: l.Args.Start, End: l.Args.End}
	if args, ok := f.Args(l, nil); ok && len(args) > 0 {
		span.Start, span.End = args[0].Start, args[len(args)-1].End
	}
	return span
}

// judge looks at the files with the drop-in laid over them: it is read, it
// wins, it changes what it is for and nothing else, and it brings in nothing
// new.
func (d *dropIn) judge(p site, before *contents, edits []lint.TextEdit) error {
	e := d.o.entry(d.entry)
	now, err := lint.NewTarget(&e, d.req.Settings)
	if err != nil {
		return err
	}
	if err := d.isRead(now, p); err != nil {
		return err
	}
	if err := d.wins(now, p); err != nil {
		return err
	}
	if err := d.mainIsSilent(p); err != nil {
		return err
	}
	st, err := d.proveDropIn(p, before, edits)
	if err != nil {
		return err
	}
	d.record(st)
	found := d.result
	d.rerun()
	if err := d.bringsNothing(found, p); err != nil {
		return err
	}
	if left := d.look().global; len(left) > 0 {
		return fmt.Errorf("%s: would leave the finding about %s as it is; %s", p.path, spelled(left[0]), instead)
	}
	return nil
}

// isRead checks that some Include reads the drop-in for everybody.
func (d *dropIn) isRead(now *lint.Target, p site) error {
	var conditional *resolve.Include
	c := now.Config
	isDropIn := map[*resolve.File]bool{}
	for _, f := range c.Files {
		isDropIn[f] = path.Clean(f.Path) == path.Clean(p.path)
	}
	for i := range c.Includes {
		inc := &c.Includes[i]
		if !slices.ContainsFunc(inc.Args, func(a resolve.IncludeArg) bool {
			return slices.ContainsFunc(a.Files, func(f *resolve.File) bool { return isDropIn[f] })
		}) {
			continue
		}
		if c.Unconditional(inc.Block) {
			return nil
		}
		if conditional == nil {
			conditional = inc
		}
	}
	if conditional == nil {
		return fmt.Errorf("%s: 'Include %s' does not read a file named %s; %s, or %s",
			lineAt(p.include.File, p.include.Line), p.arg.Text, DropInName, d.addInclude(), instead)
	}
	return fmt.Errorf("%s: the Include that would read %s stands inside '%s', so it does not hold for everybody; %s, or %s",
		lineAt(conditional.File, conditional.Line), p.path, matchOf(c, conditional.Block), d.addInclude(), instead)
}

// matchOf is the header of the Match block that a block stands in; "" for none.
func matchOf(c *resolve.Config, block int32) string {
	for b := block; b >= 0; b = c.Blocks[b].Parent {
		if label := c.BlockLabel(b); label != "" {
			return label
		}
	}
	return ""
}

// wins checks that the drop-in sets what is wanted for everybody.
func (d *dropIn) wins(now *lint.Target, p site) error {
	c := now.Config
	r := evaluate(now, everybody())
	for _, key := range d.wants.global {
		ref, ok := r.Winner(key)
		if !ok {
			return fmt.Errorf("%s: would not set %s; %s", p.path, spelled(key), instead)
		}
		f := c.FileOf(ref)
		if path.Clean(f.Path) == path.Clean(p.path) {
			continue
		}
		at, name := lineAt(f, int(ref.Line)), spelled(key)
		switch label := matchOf(c, ref.Block); {
		case label != "":
			return fmt.Errorf("%s: sets %s in '%s', which overrides a drop-in for everybody; %s, which changes that line", at, name, label, instead)
		case f == now.Main():
			return fmt.Errorf("%s: sets %s above the Include that reads %s, and sshd takes the first value; %s, which changes that line", at, name, p.path, instead)
		}
		return fmt.Errorf("%s: sets %s and is read before %s, and sshd takes the first value; %s, which changes that line", at, name, p.path, instead)
	}
	return nil
}

func evaluate(t *lint.Target, x *resolve.Context) *resolve.Result {
	q, r := x.Query(), new(resolve.Result)
	t.Config.Eval(&q, r)
	return r
}

// mainIsSilent checks that the main file does not set for everybody what the
// drop-in sets: whoever edits that line later would wonder why it has no
// effect.
func (d *dropIn) mainIsSilent(p site) error {
	c := d.old.Config
	r := evaluate(d.old, everybody())
	for _, key := range d.wants.global {
		if ref, ok := r.Winner(key); ok && path.Clean(c.FileOf(ref).Path) == path.Clean(p.path) {
			continue // it has no effect now
		}
		var line *resolve.Ref
		c.Settings(key, func(ref resolve.Ref) {
			if line == nil && c.FileOf(ref) == d.old.Main() && c.Unconditional(ref.Block) {
				line = &ref
			}
		})
		if line != nil {
			return fmt.Errorf("%s: sets %s itself, and %s would leave that line without effect; %s, which changes the line",
				lineAt(c.FileOf(*line), int(line.Line)), spelled(key), p.path, instead)
		}
	}
	return nil
}

// proveDropIn runs the proof of all fixes. The contexts that may change are
// those that have the present value from where everybody has it.
func (d *dropIn) proveDropIn(p site, before *contents, edits []lint.TextEdit) (*staged, error) {
	f, labels := d.announce()
	f.Edits = edits
	st := &staged{fixes: []lint.SuggestedFix{f}, moves: map[string]moves{p.path: newMoves(edits)}}
	var err error
	if st.proofs, err = d.prove(before, st.fixes); err != nil {
		return nil, fmt.Errorf("%s: cannot be proven harmless: %w; %s", p.path, err, instead)
	}
	for _, proof := range st.proofs {
		labels := labels
		if proof.Entry != d.entry {
			labels = d.wantedBy(proof.Entry, before)
		}
		for _, e := range proof.Effects {
			for _, x := range e.Contexts {
				if !labels[changeKey{strings.ToLower(e.Keyword), x}] {
					return nil, fmt.Errorf("%s: would also change %s for '%s' in %s, from %s to %s; %s",
						p.path, e.Keyword, x, d.req.Entries[proof.Entry].Path, e.Before, e.After, instead)
				}
			}
		}
	}
	return st, nil
}

// wantedBy is what another entry, which reads the drop-in as well, wants
// changed.
func (d *dropIn) wantedBy(entry int, before *contents) map[changeKey]bool {
	after := d.o.snapshot()
	defer d.o.restore(after)
	d.o.restore(before)
	other := dropIn{maker: d.maker, entry: entry}
	e := d.o.entry(entry)
	var err error
	if other.old, err = lint.NewTarget(&e, d.req.Settings); err != nil {
		return nil
	}
	other.wants = other.look()
	_, labels := other.announce()
	return labels
}

// announce is the drop-in as a fix, and the labels of the contexts in which it
// changes something.
func (d *dropIn) announce() (lint.SuggestedFix, map[changeKey]bool) {
	f, labels := lint.SuggestedFix{Applicability: lint.Safe}, map[changeKey]bool{}
	all := evaluate(d.old, everybody())
	for _, key := range d.wants.global {
		f.Changes = append(f.Changes, lint.Change{Keyword: key})
	}
	contexts, r := d.old.Contexts(), new(resolve.Result)
	for i := range contexts {
		x := &contexts[i]
		q := x.Query()
		d.old.Config.Eval(&q, r)
		for k, key := range d.wants.global {
			ref, ok := all.Winner(key)
			if got, has := r.Winner(key); got == ref && has == ok {
				f.Changes[k].Contexts = append(f.Changes[k].Contexts, x.Key())
				labels[changeKey{key, x.Label}] = true
			}
		}
	}
	return f, labels
}

// bringsNothing checks that there is no error or warning that was not there
// before, such as a count of a Match block that is too small for the interval
// it gets. Lines that the drop-in beats are reported from now on; that is no
// harm.
func (d *dropIn) bringsNothing(before *lint.Result, p site) error {
	type finding struct {
		rule string
		lint.Span
	}
	known := map[finding]bool{}
	for i := range before.Diagnostics {
		known[finding{before.Diagnostics[i].Rule, before.Diagnostics[i].Span}] = true
	}
	for i := range d.result.Diagnostics {
		x := &d.result.Diagnostics[i]
		_, edited := d.o.original[x.Span.File]
		edited = edited && x.Span.File == p.path // for noLouder
		if x.Inherent < lint.Warning || comesAlong(x.Rule) || x.Held || edited || known[finding{x.Rule, x.Span}] {
			continue
		}
		return d.atFault(x, p.path)
	}
	return nil
}

// atFault refuses a drop-in that brings in a finding.
func (d *dropIn) atFault(x *lint.Diagnostic, file string) error {
	at := x.Span.File
	if src := d.result.Sources[at]; src != nil {
		at = fmt.Sprintf("%s:%d", at, src.Position(x.Span.Start).Line)
	}
	return fmt.Errorf("%s: with %s this line would be at fault (%s), and a drop-in cannot change it; %s", at, file, x.Rule, instead)
}

// nothingCured says which line of a Match block is at fault: it overrides what
// any drop-in says.
func (d *dropIn) nothingCured() error {
	list := d.old.Contexts()
	contexts := make(map[string]*resolve.Context, len(list))
	for i := range list {
		contexts[list[i].Key()] = &list[i]
	}
	for _, want := range d.wants.elsewhere {
		x := contexts[want.context]
		if x == nil {
			continue
		}
		if ref, ok := evaluate(d.old, x).Winner(want.keyword); ok {
			return fmt.Errorf("%s: sets %s for '%s', which overrides a drop-in, and for everybody else it is right already; %s, which changes that line",
				lineAt(d.old.Config.FileOf(ref), int(ref.Line)), spelled(want.keyword), x.Label, instead)
		}
	}
	return fmt.Errorf("%s: a drop-in would cure nothing; %s", d.old.Path, instead)
}

// fileAt is the file of a target with that path; nil if it was not read.
func fileAt(t *lint.Target, name string) *resolve.File {
	for _, f := range t.Config.Files {
		if path.Clean(f.Path) == path.Clean(name) {
			return f
		}
	}
	return nil
}

// lineAt is file and line as messages give them. A negative index stands for
// the file as a whole.
func lineAt(f *resolve.File, index int) string {
	if index < 0 {
		return f.Path
	}
	return fmt.Sprintf("%s:%d", f.Path, f.Number(index))
}
