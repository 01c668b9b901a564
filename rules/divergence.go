package rules

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

// What the rules of category portability share: they hold what another program
// reads in a client file against what OpenSSH does, for the keywords that
// matter for reaching a host.

const categoryPortability = "portability"

// another is a program other than OpenSSH.
type another struct {
	name string // as reader.Called takes it
	// ask is what it uses for a host, and the lines that lose unless only winners are
	// wanted. The error is a *cannotRead, or why the program was not asked.
	ask func(host string, winnersOnly bool) ([]reader.Setting, error)
	// cost is about how many lines are looked at for each host.
	cost int
	// passes reports whether a line that loses stands in a block that the
	// program takes for one of other hosts, so that it does not look at it.
	passes func(reader.Shadowed) bool
	// headLast is true where blocks override what stands before the first one.
	headLast bool
	// advice is what to do about a line, where more is known than that the two
	// programs differ. It gets the line as it is written.
	advice func(c *difference, line string) string
	// mend is what to do about a file that it cannot read.
	mend func(text string) string
}

// cannotRead is the refusal of another program.
type cannotRead struct {
	at   reader.Source
	text string // its words
}

func (e *cannotRead) Error() string { return e.text }

// maxCompared bounds the work of a rule: the lines that the other program looks at,
// again for each host that is compared. The hosts behind that are left out, which a
// note says: net-ssh takes 0.2 µs a line, so that this is less than a second.
const maxCompared = 1 << 22

// comparison is one run of a rule.
type comparison struct {
	*lint.Pass
	with   *another
	read   map[string]bool // files that the other program has read
	blocks map[resolve.Ref][]int32
	r      resolve.Result
	found  map[place]*difference
	order  []*difference
	spent  int // of maxCompared
}

// place is where a finding stands; text tells refusals apart.
type place struct {
	file *resolve.File
	line int
	text string
}

// difference is what one line brings about.
type difference struct {
	place
	header  bool // the line is a Host, Match or Include line
	refusal bool
	hosts   []string
	// keywords differ; the first one is shown with the values of the first host.
	keywords     []string
	ours, theirs string
	varies       bool // other hosts have other values
	unset        bool // the other program has no value
	others       []lint.Related
}

// runDivergence compares the files of an entry as OpenSSH and another program
// read them. connect gets the request for all hosts; what it reads is noted.
func runDivergence(p *lint.Pass, connect func(reader.Request) *another) {
	if p.Absent || p.Dump {
		return
	}
	c := &comparison{Pass: p, read: map[string]bool{}, found: map[place]*difference{}}
	if c.refused() {
		return // there is nothing to hold anything against
	}
	c.with = connect(c.request())
	if left := c.compare(); left != "" {
		p.ReportAs(lint.Diagnostic{
			Severity: lint.Note,
			Span:     lint.Span{File: p.Path},
			Message:  left,
			Help:     "'sshvet explain HOST' compares one host; --host names those that matter to you",
		})
	}
	for _, d := range c.order {
		c.report(d)
	}
}

// refused reports whether OpenSSH does not accept the files.
func (c *comparison) refused() bool {
	contexts := c.Contexts()
	q := resolve.Query{Host: contexts[len(contexts)-1].Host()}
	c.Config.Eval(&q, &c.r)
	return len(c.r.Refusal()) > 0
}

// request is the entry as the readers take it. It notes what is read.
func (c *comparison) request() reader.Request {
	env := c.Env
	cache := map[string][]byte{}
	if read := env.ReadFile; read != nil {
		env.ReadFile = func(path string) ([]byte, resolve.FileInfo, error) {
			c.read[c.identity(path)] = true
			if data, ok := cache[path]; ok {
				return data, resolve.FileInfo{}, nil
			}
			data, info, err := read(path)
			if err == nil {
				cache[path] = data
			}
			return data, info, err
		}
	}
	for _, src := range c.Sources {
		c.read[c.identity(src.Path)] = true
	}
	return reader.Request{
		Dialect: c.Dialect, Env: env, Sources: c.Sources, NoIncludes: c.NoIncludes, Keywords: reader.Reach,
	}
}

// identity is the same for all names of a file.
func (c *comparison) identity(path string) string {
	if c.Env.Identity != nil {
		return c.Env.Identity(path)
	}
	return filepath.Clean(path)
}

// compare goes through the hosts. It says what it had to leave out.
func (c *comparison) compare() (left string) {
	contexts := c.Contexts()
	done := 0
	for i := range contexts {
		x := &contexts[i]
		if !c.Judged(x) {
			continue
		}
		if done > 0 && c.spent+c.with.cost > maxCompared {
			return fmt.Sprintf("only the first %d hosts are compared with what %s reads, because the files are large", done, reader.Called(c.with.name))
		}
		done++
		var refusal *cannotRead
		switch theirs, err := c.ask(x.Host(), true); {
		case errors.As(err, &refusal):
			c.refuses(x, refusal)
		case err != nil:
			return fmt.Sprintf("%s is not compared: %v", reader.Called(c.with.name), err)
		default:
			c.host(x, theirs)
		}
	}
	return ""
}

func (c *comparison) ask(host string, winnersOnly bool) ([]reader.Setting, error) {
	c.spent += c.with.cost
	return c.with.ask(host, winnersOnly)
}

// refuses notes that the other program cannot read the files for a host.
func (c *comparison) refuses(x *resolve.Context, e *cannotRead) {
	file, line := c.line(e.at)
	d := c.at(place{file, line, e.text}, x)
	d.refusal = true
}

// line finds a line by its number; one that OpenSSH does not read is found by
// the first line of the entry.
func (c *comparison) line(at reader.Source) (*resolve.File, int) {
	want := c.identity(at.File)
	for _, f := range c.Config.Files {
		if c.identity(f.Path) == want {
			return f, min(max(at.Line-1, 0), max(f.Len()-1, 0))
		}
	}
	for i := range c.Config.Includes {
		if inc := &c.Config.Includes[i]; inc.File == c.Main() {
			return inc.File, inc.Line
		}
	}
	return c.Main(), 0
}

// reads reports whether OpenSSH reads a file.
func (c *comparison) reads(path string) bool {
	want := c.identity(path)
	return slices.ContainsFunc(c.Config.Files, func(f *resolve.File) bool { return c.identity(f.Path) == want })
}

// at is the difference of a place, with one more host.
func (c *comparison) at(p place, x *resolve.Context) *difference {
	d := c.found[p]
	if d == nil {
		d = &difference{place: p}
		c.found[p] = d
		c.order = append(c.order, d)
	}
	if !slices.Contains(d.hosts[max(0, len(d.hosts)-1):], x.Label) {
		d.hosts = append(d.hosts, x.Label)
	}
	return d
}

// host compares what is used for one host.
func (c *comparison) host(x *resolve.Context, theirs []reader.Setting) {
	q := resolve.Query{Host: x.Host()}
	c.Config.Eval(&q, &c.r)
	if len(c.r.Refusal()) > 0 {
		return
	}
	ours, winners := c.ours()
	diffs := c.differences(x, ours, theirs)
	if len(diffs) == 0 {
		return
	}
	// The lines that lose tell why, and are listed only now, as there may be many.
	if theirs, err := c.ask(x.Host(), false); err == nil {
		diffs = c.differences(x, ours, theirs)
	}
	for i := range diffs {
		file, line, header := c.cause(&diffs[i], winners[diffs[i].Keyword])
		c.add(c.at(place{file: file, line: line}, x), x, &diffs[i], header)
	}
}

// differences are those that are certain.
func (c *comparison) differences(x *resolve.Context, ours, theirs []reader.Setting) []reader.Difference {
	all := reader.Differences(x.Host(), reader.Reach, ours, theirs)
	return slices.DeleteFunc(all, func(d reader.Difference) bool { return c.uncertain(d.Keyword) })
}

// ours is what OpenSSH uses, and the first line that each keyword comes from.
func (c *comparison) ours() (out []reader.Setting, winners map[string]resolve.Ref) {
	winners = map[string]resolve.Ref{}
	for _, name := range reader.Reach {
		k := keyword.Find(keyword.Client, []byte(name))
		for i, ref := range c.r.Refs(k.ID) {
			if i == 0 {
				winners[name] = ref
			}
			f := c.Config.FileOf(ref)
			for _, item := range c.r.ItemsOf(ref) {
				if name == "hostname" {
					item = c.r.HostName()
				}
				out = append(out, reader.Setting{Keyword: name, Value: item, Source: &reader.Source{File: f.Path, Line: f.Number(int(ref.Line))}})
			}
		}
	}
	return out, winners
}

// uncertain reports whether OpenSSH may use another value, because of a block
// that cannot be decided offline.
func (c *comparison) uncertain(name string) bool {
	for _, cond := range c.r.Conditional {
		k := keyword.ByID(keyword.Client, cond.Key)
		if k.Lower == name || strings.HasPrefix(name, "proxy") && strings.HasPrefix(k.Lower, "proxy") {
			return true
		}
	}
	return false
}

// cause finds the line that has to change. Where the two programs disagree
// whether a block holds, that is its first line; where one of them does not
// read a file, the Include; else it is the line that OpenSSH takes.
func (c *comparison) cause(diff *reader.Difference, winner resolve.Ref) (file *resolve.File, line int, header bool) {
	var theirs *reader.Source
	if len(diff.Theirs) > 0 {
		theirs = diff.Theirs[0].Source
	}
	if theirs != nil && !c.reads(theirs.File) {
		file, line = c.line(*theirs)
		return file, line, true
	}
	if len(diff.Ours) == 0 {
		file, line = c.line(*theirs)
		if b := c.refusing(file, line); b >= 0 {
			return c.Config.Blocks[b].File, int(c.Config.Blocks[b].Line), true
		}
		return file, line, false
	}
	if theirs != nil && *theirs != *diff.Ours[0].Source {
		file, line = c.line(*theirs)
		if b := c.refusing(file, line); b >= 0 {
			return c.Config.Blocks[b].File, int(c.Config.Blocks[b].Line), true
		}
	}
	file, line = c.Config.FileOf(winner), int(winner.Line)
	switch seen := c.seen(diff); {
	case !c.read[c.identity(file.Path)], seen && c.with.headLast && c.inHead(winner.Block):
		if inc := c.includeOf(file); inc != nil {
			return inc.File, inc.Line, true
		}
	case !seen:
		if b := c.header(winner.Block); b >= 0 {
			return c.Config.Blocks[b].File, int(c.Config.Blocks[b].Line), true
		}
	}
	return file, line, false
}

// seen reports whether the other program has looked at the line that wins for
// OpenSSH: it takes it, or has a better one.
func (c *comparison) seen(diff *reader.Difference) bool {
	at := *diff.Ours[0].Source
	for _, s := range diff.Theirs {
		if s.Source != nil && *s.Source == at {
			return true
		}
		for _, l := range s.Shadowed {
			if l.File == at.File && l.Line == at.Line {
				return !c.with.passes(l)
			}
		}
	}
	return false
}

// refusing is the block around a line that does not hold for OpenSSH; -1 for
// none.
func (c *comparison) refusing(file *resolve.File, line int) int32 {
	if c.blocks == nil {
		c.blocks = map[resolve.Ref][]int32{}
		c.Config.EachSetting(func(_ keyword.ID, ref resolve.Ref, _ bool) {
			key := resolve.Ref{File: ref.File, Line: ref.Line}
			c.blocks[key] = append(c.blocks[key], ref.Block)
		})
	}
	all := c.blocks[resolve.Ref{File: int32(file.Index), Line: int32(line)}]
	if len(all) == 0 || slices.ContainsFunc(all, c.r.Holds) {
		return -1
	}
	for b := all[0]; b >= 0; b = c.Config.Blocks[b].Parent {
		if c.Config.Blocks[b].Kind != syntax.Head {
			return b
		}
	}
	return -1
}

// header is the Host or Match block around a block; -1 for none.
func (c *comparison) header(b int32) int32 {
	for b >= 0 && c.Config.Blocks[b].Kind == syntax.Head {
		b = c.Config.Blocks[b].Parent
	}
	return b
}

// inHead reports whether a block stands in a file that the head of another
// includes.
func (c *comparison) inHead(b int32) bool {
	if b < 0 || c.Config.Blocks[b].Kind == syntax.Head {
		return false
	}
	p := c.Config.Blocks[b].Parent
	return p >= 0 && c.Config.Blocks[p].Kind == syntax.Head
}

// includeOf is the first Include line that brings a file; nil for none.
func (c *comparison) includeOf(file *resolve.File) *resolve.Include {
	for i := range c.Config.Includes {
		for _, arg := range c.Config.Includes[i].Args {
			if slices.Contains(arg.Files, file) {
				return &c.Config.Includes[i]
			}
		}
	}
	return nil
}

// add notes a keyword that differs because of a line.
func (c *comparison) add(d *difference, x *resolve.Context, diff *reader.Difference, header bool) {
	ours, theirs := c.used(x, diff.Keyword, diff.Ours), c.used(x, diff.Keyword, diff.Theirs)
	if d.keywords == nil {
		d.header, d.ours, d.theirs = header, ours, theirs
		d.unset = len(diff.Theirs) == 0 || diff.Theirs[0].Source == nil
		d.others = append(c.takes("OpenSSH", diff.Ours, d), c.takes(c.with.name, diff.Theirs, d)...)
	}
	if !slices.Contains(d.keywords, diff.Keyword) {
		d.keywords = append(d.keywords, diff.Keyword)
	}
	if d.keywords[0] == diff.Keyword && (d.ours != ours || d.theirs != theirs) {
		d.varies = true
	}
}

// takes points at the line that a program takes, if it is not that of the
// finding.
func (c *comparison) takes(who string, list []reader.Setting, d *difference) []lint.Related {
	if len(list) == 0 || list[0].Source == nil {
		return nil
	}
	file, line := c.line(*list[0].Source)
	if file == d.file && line == d.line {
		return nil
	}
	return []lint.Related{{Span: lineSpan(file, line), Message: who + " takes this line"}}
}

// used are the values in words.
func (c *comparison) used(x *resolve.Context, name string, list []reader.Setting) string {
	var out []string
	for _, s := range list {
		switch {
		case s.Problem != "":
			return "no value at all"
		case s.Source != nil:
			out = append(out, c.named(x, s.Value))
		}
	}
	if out != nil {
		return strings.Join(out, ", ")
	}
	switch name {
	case "serveraliveinterval":
		return "0"
	case "serveralivecountmax":
		return "3"
	case "port":
		return "22"
	case "hostname":
		return "the name as it is typed"
	}
	return "none"
}

// named puts the name of a host, or what stands for it, in place of one that
// was made up.
func (c *comparison) named(x *resolve.Context, value string) string {
	if x.Host() == x.Label {
		return value
	}
	name := x.Label
	if strings.Contains(name, " ") {
		name = "HOST"
	}
	return strings.NewReplacer(x.Host(), name, strings.ToLower(x.Host()), name).Replace(value)
}

// report reports one difference.
func (c *comparison) report(d *difference) {
	who := reader.Called(c.with.name)
	diag := lint.Diagnostic{Span: c.span(d), Hosts: d.hosts, Related: d.others}
	hosts := listed(d.hosts)
	if d.refusal {
		diag.Message = fmt.Sprintf("%s cannot read this, and so uses nothing of it for %s: %s", who, hosts, oneLine(d.text))
		diag.Help = c.with.mend(d.text)
		c.Report(diag)
		return
	}
	if d.varies {
		hosts = d.hosts[0]
	}
	diag.Message = fmt.Sprintf("for %s OpenSSH uses %s %s, and %s %s", hosts, reader.Spelled(keyword.Client, d.keywords[0]), d.ours, who, d.theirs)
	if d.varies {
		diag.Message += fmt.Sprintf("; %d more %s with other values", len(d.hosts)-1, plural(len(d.hosts)-1, "host differs", "hosts differ"))
	}
	if more := d.keywords[1:]; len(more) > 0 {
		var names []string
		for _, k := range more {
			names = append(names, reader.Spelled(keyword.Client, k))
		}
		diag.Message += fmt.Sprintf("; they differ in %s, too", joined(names))
	}
	line := strings.Join(strings.Fields(string(d.file.Bytes(d.line))), " ")
	if diag.Help = c.with.advice(d, line); diag.Help == "" {
		diag.Help = "write it so that both programs read the same; 'sshvet explain " + exampleHost(d.hosts[0]) + "' shows what each makes of it"
	}
	c.Report(diag)
}

// exampleHost is a host as it can be typed.
func exampleHost(label string) string {
	if strings.ContainsAny(label, " *?!") {
		return "HOST"
	}
	return label
}

// isNumber reports whether a value is a plain number.
func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func (c *comparison) span(d *difference) lint.Span {
	if d.file.Len() == 0 {
		return lint.Span{File: d.file.Path}
	}
	span := lineSpan(d.file, d.line)
	if l := d.file.Line(d.line); d.header {
		span.End = max(span.End, l.Text.End) // with a comment, which may be the cause
	}
	return span
}
