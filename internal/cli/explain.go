package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/reader/gossh"
	"github.com/sshvet/sshvet/internal/reader/netssh"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/term"
)

func (p *program) explainCommand() *cli.Command {
	return &cli.Command{
		Name:      "explain",
		Usage:     "show what each program will use for a host, and which line each value comes from",
		ArgsUsage: "HOST [KEYWORD]...",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "F", Usage: "only this `FILE`, as for ssh; none: no file (default: the live files)"},
			&cli.BoolFlag{Name: "server", Usage: "explain sshd"},
			&cli.StringFlag{Name: "C", Usage: "the connection that sshd judges, as for sshd -T: `SPEC`"},
			&cli.StringFlag{Name: "user", Usage: "the user to log in as, ssh's -l (`USER`)"},
			&cli.StringSliceFlag{Name: "o", Usage: "`KEY=VALUE`, as for ssh and sshd"},
			&cli.StringFlag{Name: "root", Usage: "resolve absolute paths below `DIR`"},
			&cli.BoolFlag{Name: "no-includes", Usage: "read the named file alone"},
			&cli.StringFlag{Name: "openssh", Usage: "the `VERSION` of OpenSSH (default: " + keyword.Newest.String() + ")"},
			&cli.StringFlag{Name: "vendor", Usage: "whose OpenSSH: debian, fedora, macos or none (`VENDOR`)"},
			&cli.StringFlag{Name: "config", Usage: "the configuration `FILE` of sshvet (default: .sshvet.yaml beside the file or above)"},
			&cli.BoolFlag{Name: "no-config", Usage: "read no configuration file of sshvet"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT`: text or json"},
		}, speechFlags()...),
		Action: p.explain,
	}
}

// explanation is what explain prints as JSON.
type explanation struct {
	Host    string         `json:"host"`
	Readers []readerAnswer `json:"readers"`
}

type readerAnswer struct {
	Name     string           `json:"name"`
	Error    string           `json:"error,omitempty"`
	Source   *reader.Source   `json:"source,omitempty"` // the line at fault, where a program other than OpenSSH tells
	Settings []reader.Setting `json:"settings"`
}

// readers are the programs that read the files of a side, OpenSSH first.
func readers(side keyword.Side) []reader.Reader {
	if side == keyword.Server {
		return []reader.Reader{reader.OpenSSH}
	}
	return []reader.Reader{reader.OpenSSH, netssh.Reader, gossh.Reader}
}

func (p *program) explain(c *cli.Context) error {
	x, err := p.explainRequest(c)
	if err != nil {
		return err
	}
	if c.String("format") == "text" {
		x.MostElsewhere = mostElsewhere
	}
	out := explanation{Host: x.Query.Host, Readers: x.ask()}
	if out.Readers[0].Error != "" {
		p.found()
	}
	if c.String("format") == "json" {
		return p.writeExplanation(out)
	}
	return p.printExplanation(out, x)
}

// resolve asks a reader, or takes the answer that sshd has printed.
func (x *explainRequest) resolve(rd reader.Reader) ([]reader.Setting, error) {
	if x.dump {
		return x.dumpSettings(), nil
	}
	return rd.Resolve(x.Request)
}

// mostElsewhere is how many lines of blocks for other hosts people are shown of a
// keyword.
const mostElsewhere = 100

// ask lets all readers answer at the same time.
func (x *explainRequest) ask() []readerAnswer {
	list := readers(x.Dialect.Side)
	answers := make([]readerAnswer, len(list))
	var wg sync.WaitGroup
	for i, rd := range list {
		wg.Add(1)
		go func() {
			defer wg.Done()
			answers[i] = x.answer(rd)
		}()
	}
	wg.Wait()
	if x.refused != "" { // by OpenSSH: no other takes options
		answers[0] = readerAnswer{Name: list[0].Name, Error: x.refused, Settings: []reader.Setting{}}
	}
	return answers
}

func (x *explainRequest) answer(rd reader.Reader) readerAnswer {
	a := readerAnswer{Name: rd.Name, Settings: []reader.Setting{}}
	settings, err := x.resolve(rd)
	if err != nil {
		a.Error, a.Source = refusal(err)
		return a
	}
	a.Settings = append(a.Settings, settings...)
	return a
}

// refusal is why a program cannot read the files, in its words, and the line at
// fault if it is known.
func refusal(err error) (text string, at *reader.Source) {
	var raised *netssh.Error
	var library *gossh.Error
	switch {
	case errors.As(err, &raised) && raised.Source.Line > 0:
		return raised.Error(), &reader.Source{File: raised.Source.File, Line: raised.Source.Line}
	case errors.As(err, &raised):
		return raised.Error(), nil
	case errors.As(err, &library) && !library.Limit && library.At.Line > 0:
		return library.Text, &library.At
	}
	return err.Error(), nil
}

// writeExplanation prints the object, indented.
func (p *program) writeExplanation(out explanation) error {
	return p.printJSON(out)
}

type explainRequest struct {
	reader.Request
	server  bool
	dump    bool   // the file is the output of sshd -T
	refused string // sshd would not take the -C specification in this release
	color   bool
}

func (p *program) explainRequest(c *cli.Context) (*explainRequest, error) {
	x := &explainRequest{server: c.Bool("server")}
	if f := c.String("format"); f != "text" && f != "json" {
		return nil, usagef("explain: --format %s: use text or json", f)
	}
	o := &options{quiet: c.Bool("quiet"), root: c.String("root"), noIncludes: c.Bool("no-includes"), profileKnown: true}
	if err := o.configuration(c); err != nil {
		return nil, err
	}
	if err := o.program(c); err != nil {
		return nil, err
	}
	x.color = term.UseColor(o.color, term.IsTerminal(p.stdout), getenv)
	x.NoIncludes = o.noIncludes
	operands := c.Args().Slice()
	side := keyword.Server
	if !x.server {
		side = keyword.Client
		if len(operands) == 0 || hostOf(operands[0]) == "" {
			return nil, usagef("explain: name a host, or say --server; see 'sshvet explain -h'")
		}
		x.Query.Host, operands = hostOf(operands[0]), operands[1:]
	}
	if x.server && c.String("user") != "" {
		return nil, usagef("explain: --user is for the client; with --server use -C user=%s", c.String("user"))
	}
	if !x.server && c.String("C") != "" {
		return nil, usagef("explain: -C is for the server; add --server")
	}
	if err := p.explainSources(c, x, o, side); err != nil {
		return nil, err
	}
	x.Env.ReadFile = readOnce(x.Env.ReadFile)
	for i := range x.Sources {
		if err := readable(x.Env, &x.Sources[i]); err != nil {
			return nil, err
		}
	}
	if err := x.keywords(operands); err != nil {
		return nil, err
	}
	return x, x.connection(c)
}

// hostOf is the host part of what ssh takes: [user@]host or an ssh:// URI.
func hostOf(word string) string {
	_, host, _ := destination(word)
	return host
}

// destination takes apart what ssh takes. The port is "" unless a URI has one.
func destination(word string) (user, host, port string) {
	rest, uri := strings.CutPrefix(word, "ssh://")
	if uri {
		rest, _, _ = strings.Cut(rest, "/")
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		user, rest = rest[:i], rest[i+1:]
	}
	if i := strings.LastIndexByte(rest, ':'); uri && i > strings.LastIndexByte(rest, ']') {
		rest, port = rest[:i], rest[i+1:]
	}
	return user, strings.Trim(rest, "[]"), port
}

// explainSources finds the files: the one named, or the live ones.
func (p *program) explainSources(c *cli.Context, x *explainRequest, o *options, side keyword.Side) error {
	in := inputs{p: p, o: o, seen: map[string]bool{}}
	file := c.String("F")
	o, err := in.explained(file, side)
	if err != nil {
		return err
	}
	switch {
	case strings.EqualFold(file, "none"):
		x.Dialect = o.dialect(side, false)
		x.Env = environment(o.root)
		return nil
	case file == "-":
		if err := in.readStdin(); err != nil {
			return err
		}
		x.Sources = []resolve.Source{{Path: "-", Data: in.stdin}}
		x.Dialect, x.Env = o.dialect(side, false), environment(o.root)
		return x.takeDump(&in, c)
	case file != "":
		x.Sources = []resolve.Source{{Path: file}}
		root := o.root
		if root == "" && !in.isLive(file) {
			root = impliedRoot(file)
		}
		x.Dialect, x.Env = o.dialect(side, in.isLive(file)), environment(root)
		x.Env.CheckOwners = true
		return x.takeDump(&in, c)
	case side == keyword.Server:
		for _, path := range in.systemFiles("sshd_config") {
			x.Sources = append(x.Sources, resolve.Source{Path: path})
			break
		}
	default:
		if user := in.userFile(); o.root == "" && len(existing([]string{user})) > 0 {
			x.Sources = append(x.Sources, resolve.Source{Path: user, CheckOwner: true})
		}
		for _, path := range in.systemFiles("ssh_config") {
			x.Sources = append(x.Sources, resolve.Source{Path: path, System: true})
			break
		}
	}
	x.Dialect, x.Env = o.dialect(side, o.root == ""), environment(o.root)
	x.Env.CheckOwners = o.root == ""
	if side == keyword.Server && len(x.Sources) == 0 {
		return errors.New("this machine has no sshd_config; name a file with -F")
	}
	return nil
}

// explained are the options for the files that are explained: those of the first.
func (in *inputs) explained(file string, side keyword.Side) (*options, error) {
	switch {
	case strings.EqualFold(file, "none"):
		return in.o, nil
	case file == "" && side == keyword.Client:
		file = in.userFile()
	case file == "":
		file = filepath.Join(systemFolders[0], "sshd_config")
	}
	return in.optionsFor(file)
}

// readOnce reads each file once for all readers, which ask at the same time: all
// of them are to speak of the same bytes.
func readOnce(read func(string) ([]byte, resolve.FileInfo, error)) func(string) ([]byte, resolve.FileInfo, error) {
	type content struct {
		data []byte
		info resolve.FileInfo
		err  error
		once sync.Once
	}
	var known sync.Map
	return func(path string) ([]byte, resolve.FileInfo, error) {
		found, _ := known.LoadOrStore(path, &content{})
		c := found.(*content)
		c.once.Do(func() { c.data, c.info, c.err = read(path) })
		return c.data, c.info, c.err
	}
}

// readable tells a file that cannot be read, which is our failure, from one
// that OpenSSH refuses.
func readable(env resolve.Env, src *resolve.Source) error {
	if src.Data != nil {
		return nil
	}
	if _, _, err := env.ReadFile(src.Path); err != nil {
		return errors.New(src.Path + ": " + plainError(src.Path, err))
	}
	return nil
}

func (x *explainRequest) keywords(names []string) error {
	for _, name := range names {
		k := keyword.Find(x.Dialect.Side, []byte(name))
		if k == nil {
			return unknownKeyword(x.Dialect.Side, name)
		}
		x.Keywords = append(x.Keywords, k.Lower)
	}
	return nil
}

func unknownKeyword(side keyword.Side, name string) error {
	if k := keyword.Find(side.Other(), []byte(name)); k != nil && side == keyword.Client {
		return usagef("explain: %s is a keyword of sshd; say explain --server %s", k.Name, k.Name)
	} else if k != nil {
		return usagef("explain: %s is a keyword of ssh, not of sshd; leave out --server and name a host", k.Name)
	}
	if near, ok := nearest(name, keywordNames(side)); ok {
		return usagef("explain: there is no %s keyword %q; did you mean %s?", side, name, near)
	}
	return usagef("explain: there is no %s keyword %q", side, name)
}

// keywordNames lists the keywords of a side as the manual spells them.
func keywordNames(side keyword.Side) []string {
	var all []string
	for _, k := range keyword.All(side) {
		all = append(all, k.Name)
	}
	return all
}

// connection fills in who connects.
func (x *explainRequest) connection(c *cli.Context) error {
	for _, text := range c.StringSlice("o") {
		opt, err := resolve.ParseOption(x.Dialect, text)
		if err != nil {
			x.refused = err.Error()
			return nil
		}
		x.Query.Options = append(x.Query.Options, opt)
	}
	version := "OpenSSH_" + x.Dialect.Release.String() + "p1"
	if !x.server {
		x.Query.Identity = resolve.Identity{
			Known: true, LocalUser: callerName(), User: c.String("user"), SessionType: "shell",
			Version: version, Networks: localAddresses(),
		}
		return x.destination(c.Args().First())
	}
	x.Query.Spec = &resolve.ServerSpec{}
	if text := c.String("C"); text != "" {
		spec, err := resolve.ParseSpec(text, x.Dialect)
		if err != nil && strings.HasSuffix(err.Error(), "invalid-user") {
			x.refused = err.Error() // a word of later releases
			return nil
		}
		if err != nil {
			return usagef("explain: -C %s: %v", text, err)
		}
		x.Query.Spec = spec
	}
	x.Query.Spec.Groups = groupsOf
	return nil
}

// destination takes user and port from the operand; the flags come first.
func (x *explainRequest) destination(word string) error {
	user, _, port := destination(word)
	if x.Query.Identity.User == "" {
		x.Query.Identity.User = user
	}
	if user = x.Query.Identity.User; user != "" { // ssh takes -l as it takes -o User
		x.Query.Options = append(x.Query.Options, resolve.Option{
			Key:  keyword.Find(keyword.Client, []byte("user")).ID,
			Args: []string{user}, Value: keyword.Value{Items: []string{user}},
		})
	}
	if port == "" {
		return nil
	}
	opt, err := resolve.ParseOption(x.Dialect, "Port="+port)
	if err != nil {
		x.refused = err.Error()
		return nil
	}
	x.Query.Options = append(x.Query.Options, opt)
	return nil
}

// printExplanation is the text form: all that OpenSSH uses, and of the others
// what differs.
func (p *program) printExplanation(out explanation, x *explainRequest) error {
	pal := term.NewPalette(x.color)
	var b strings.Builder
	if a := out.Readers[0]; a.Error != "" {
		fmt.Fprintf(&b, "%s: OpenSSH refuses this configuration:\n", pal.Error("error"))
		writeLines(&b, a.Error)
	} else {
		for _, s := range a.Settings {
			writeSetting(&b, pal, x.Dialect.Side, s)
		}
	}
	if len(out.Readers) > 1 && len(x.Sources) > 0 {
		writeOthers(&b, pal, out, x)
	}
	if _, err := fmt.Fprint(p.stdout, b.String()); err != nil {
		return outputError(err)
	}
	return nil
}

func writeLines(b *strings.Builder, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(b, "  %s\n", term.Escape(line))
	}
}

func writeSetting(b *strings.Builder, pal term.Palette, side keyword.Side, s reader.Setting) {
	value := s.Value
	if value == "" {
		value = "(not set)"
	}
	fmt.Fprintf(b, "%s %s  %s\n", pal.Bold(reader.Spelled(side, s.Keyword)), term.Escape(value), pal.Path("["+term.Escape(placeOf(s))+"]"))
	for _, l := range s.Shadowed {
		fmt.Fprintf(b, "    %s:%d: %s loses: %s\n", term.Escape(l.File), l.Line, term.Escape(l.Value), term.Escape(l.Reason))
	}
	if s.Elsewhere > 0 {
		fmt.Fprintf(b, "    and %d more lines in blocks that do not hold; --format json lists them\n", s.Elsewhere)
	}
	for _, l := range s.Conditional {
		fmt.Fprintf(b, "    %s:%d: %s only if this holds, which cannot be known here: %s\n",
			term.Escape(l.File), l.Line, term.Escape(l.Value), term.Escape(l.Condition))
	}
}

// placeOf says where a value comes from.
func placeOf(s reader.Setting) string {
	switch {
	case s.Source == nil:
		return "default"
	case s.Source.File == reader.CommandLine:
		return reader.CommandLine
	}
	return fmt.Sprintf("%s:%d", s.Source.File, s.Source.Line)
}
