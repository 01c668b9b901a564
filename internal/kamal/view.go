package kamal

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"math"
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader/netssh"
	"github.com/sshvet/sshvet/internal/resolve"
)

// What Kamal hands to net-ssh whatever the files say
// (lib/kamal/configuration/ssh.rb, since 0.16.0), and net-ssh's own default
// (lib/net/ssh/connection/keepalive.rb).
const (
	FixedInterval = 30 // seconds
	DefaultCount  = 3
)

// Machine is the machine that deploys: where its files are, and who deploys.
type Machine struct {
	Home     string // "" if unknown
	Dir      string // where Kamal is started; "" if unknown
	Below    string // Dir as seen from the current folder; "" if it is that
	User     string // the caller; "" if unknown
	Networks []netip.Addr
	Dialect  keyword.Dialect // of its ssh
	Env      resolve.Env
	Servers  []ServerFile
}

// ServerFile is what is known of a deploy host's sshd: its sshd_config, or what
// sshd -T prints there.
type ServerFile struct {
	Host string // a deploy host, or * for all that have no file of their own
	Path string
	Data []byte
	Dump bool // sshd -T
}

// View is what net-ssh, ssh and sshd will use for the hosts of a deployment.
type View struct {
	*Deployment
	*Machine
	Hosts []*HostView
	// LeftOut is how many further hosts are not looked at, because the files are too
	// long to do so for all.
	LeftOut int
	// Hops are the hosts that Kamal reaches with ssh itself: the remote builder
	// and jump hosts.
	Hops []*Hop
	// HopsLeftOut is how many further ones are not looked at.
	HopsLeftOut int
	// NetSSHFiles are the files that net-ssh looks for, in its order.
	NetSSHFiles []string
	// Project is the .ssh/config of the current folder, if it exists and SSHKit
	// reads it; "" if not.
	Project string
	// Missing are paths of ssh.config that cannot be read: index into
	// SSH.Config.Paths.
	Missing []int
	// Read are the files that net-ssh or ssh has read here, by path.
	Read map[string][]byte

	cache   netssh.Cache
	given   []string // options of net-ssh that Kamal sets, see overridden
	configs map[string]*resolve.Config
	system  *resolve.Config // the client files without ssh.config
	known   map[hopKey]*Hop // nil: left out
	lists   map[jumpList][]*Hop
	texts   map[textKey]string // values of lines
	result  resolve.Result     // of the host that is looked at, see sshView
}

// HostView is one deploy host.
type HostView struct {
	Host   Host
	NetSSH NetSSH
	SSH    SSHView     // kamal app exec -i and the like, and ssh by hand
	Server *ServerView // nil: not known
}

// NetSSH is what Kamal's own connections use.
type NetSSH struct {
	Result *netssh.Result
	// Err is the exception that ends the deploy, nil if there is none.
	Err *netssh.Error
	// Untold is why sshvet cannot tell what net-ssh makes of the files; "" if it
	// can.
	Untold string

	Interval     int            // seconds; 0: no keep-alive
	IntervalFrom *netssh.Source // nil: Kamal's constant
	Count        int
	CountFrom    *netssh.Source // nil: net-ssh's default
	HostName     string
	User         string
	Port         int
}

// Detection is after how many seconds a dead link is noticed while a command
// runs; ok is false if never.
func (n *NetSSH) Detection() (seconds int, ok bool) {
	if n.Interval == 0 || n.Count <= 0 {
		return 0, false
	}
	return n.Interval * (n.Count + 1), true
}

// SSHView is what ssh uses for a host.
type SSHView struct {
	Config   *resolve.Config
	Refused  string // why ssh refuses its files; "" if it does not
	Interval SSHValue
	Count    SSHValue
	HostName string
	User     SSHValue
	Port     SSHValue
	// Values are these and a few more by their keywords in lower case.
	Values map[string]SSHValue
}

// watchedKeywords are those of SSHView.Values.
var watchedKeywords = []string{"serveraliveinterval", "serveralivecountmax", "hostname", "user", "port", "connecttimeout", "proxyjump", "proxycommand"}

// SSHValue is one setting of ssh or sshd.
type SSHValue struct {
	Text string // as ssh -G prints it; the default if no line sets it
	Set  bool
	Ref  resolve.Ref // the line, if set
}

// Number is the value as a number; 0 if it is none.
func (v SSHValue) Number() int {
	n, _ := strconv.Atoi(v.Text)
	return n
}

// Source is the line that sets the value; nil for a default and for an option of
// the command line.
func (v SSHValue) Source(c *resolve.Config) *netssh.Source {
	if !v.Set {
		return nil
	}
	f := c.FileOf(v.Ref)
	if f == nil {
		return nil
	}
	return &netssh.Source{File: f.Path, Line: f.Number(int(v.Ref.Line))}
}

// Hop is a host that ssh connects to on Kamal's behalf.
type Hop struct {
	Role string // "remote builder", "jump host"
	Name string
	User string
	Span Span     // where deploy.yml or the ssh config names it
	For  []string // jump host: the deploy hosts behind it
	// File is the ssh config that -F names; "" for the usual ones.
	File string
	SSH  SSHView
}

// ServerView is the keep-alive of one sshd.
type ServerView struct {
	ServerFile
	Config   *resolve.Config
	Interval SSHValue
	Count    SSHValue
	Unused   SSHValue // UnusedConnectionTimeout, in seconds; 0: none
}

// HangsUp is after how many seconds of silence sshd drops a client that does
// not answer; ok is false if never (serverloop.c, client_alive_check).
func (s *ServerView) HangsUp() (seconds int, ok bool) {
	interval, count := s.Interval.Number(), s.Count.Number()
	if interval > 0 && count > 0 {
		seconds, ok = interval*(count+1), true
	}
	if n := s.Unused.Number(); n > 0 && (!ok || n < seconds) {
		seconds, ok = n, true
	}
	return seconds, ok
}

// Protects reports whether the server's own probes keep a path awake on which
// flows are forgotten after a minute or more, for as long as pool_idle_timeout.
func (s *ServerView) Protects(pool int) bool {
	limit, dies := s.HangsUp()
	interval := s.Interval.Number()
	return interval > 0 && interval <= 60 && (!dies || limit > pool)
}

// Evaluate works out what each program will use. The client files are those
// that ssh reads on this machine without -F.
func Evaluate(d *Deployment, m *Machine, client *resolve.Config) *View {
	v := &View{Deployment: d, Machine: m, Read: map[string][]byte{}, configs: map[string]*resolve.Config{}, system: client,
		known: map[hopKey]*Hop{}, lists: map[jumpList][]*Hop{}, texts: map[textKey]string{}}
	v.given = d.overridden()
	for _, f := range client.Files {
		v.Read[f.Path] = f.Src
	}
	v.findFiles()
	perHost := v.linesPerHost()
	for i, h := range d.Hosts {
		if i > 0 && i*perHost+v.cache.Work() > maxLooked {
			v.LeftOut = len(d.Hosts) - i
			break
		}
		hv := &HostView{Host: h}
		hv.NetSSH = v.netSSH(h)
		hv.SSH = v.sshView(v.interactive(), resolve.Query{Host: h.Name, Identity: v.identity(hv.NetSSH.User, "")})
		hv.Server = v.server(h, hv.NetSSH.User)
		v.Hosts = append(v.Hosts, hv)
	}
	v.hops()
	return v
}

// maxLooked bounds how many lines are looked at for all hosts together: each host
// takes all lines of the files but those of Host blocks for others that have plain
// names. It is about half a second. hostLines is what a host costs without any.
const (
	maxLooked = 1 << 23
	hostLines = 400
)

// linesPerHost is what a host costs beside net-ssh's look-up.
func (v *View) linesPerHost() int {
	n := hostLines + int(v.interactive().Tries())
	for _, s := range v.Servers { // a host has one of them
		n += max(bytes.Count(s.Data, []byte{'\n'}), len(s.Data)/netssh.LineLength) / len(v.Servers)
	}
	return n
}

// PassesConfig reports whether this Kamal hands ssh.config to net-ssh (2.9.0).
func (d *Deployment) PassesConfig() bool { return AtLeast(d.Versions.Kamal, "2.9.0") }

// findFiles lists the files that net-ssh will look for.
func (v *View) findFiles() {
	option := v.SSH.Config
	switch {
	case option.Off && v.PassesConfig():
		return
	case option.Paths != nil && v.PassesConfig():
		for i, path := range option.Paths {
			v.NetSSHFiles = append(v.NetSSHFiles, path)
			if _, err := v.readConfig(path); err != nil {
				v.Missing = append(v.Missing, i)
			}
		}
		return
	}
	if v.Home != "" {
		v.NetSSHFiles = append(v.NetSSHFiles, filepath.Join(v.Home, ".ssh", "config"))
	}
	for _, path := range []string{"/etc/ssh_config", "/etc/ssh/ssh_config"} {
		v.NetSSHFiles = append(v.NetSSHFiles, strings.TrimSuffix(v.Env.Root, "/")+path)
	}
	if project := filepath.Join(".ssh", "config"); v.Dir != v.Home {
		if _, err := v.readConfig(project); err == nil {
			v.Project = v.shown(project)
		}
		v.NetSSHFiles = append(v.NetSSHFiles, project)
	}
}

// readConfig reads a file of net-ssh or ssh and remembers it under the name that
// findings use.
func (v *View) readConfig(path string) ([]byte, error) {
	key := v.shown(path)
	if data, ok := v.Read[key]; ok {
		return data, nil
	}
	if v.Env.ReadFile == nil {
		return nil, fs.ErrNotExist
	}
	data, _, err := v.Env.ReadFile(v.absolute(path))
	if err != nil {
		return nil, err
	}
	v.Read[key] = data
	return data, nil
}

// absolute is a path as Kamal takes it: ~ is the home folder, and what is
// relative counts from where it is started.
func (v *View) absolute(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok && v.Home != "" {
		return filepath.Join(v.Home, rest)
	}
	if !filepath.IsAbs(path) && v.Dir != "" {
		return filepath.Join(v.Dir, path)
	}
	return path
}

// ShownPath is a path of deploy.yml as findings name it.
func (v *View) ShownPath(path string) string { return v.shown(path) }

// shown is a path as findings name it: below the folder of the project as seen
// from here, unless it is one of the user's files.
func (v *View) shown(path string) string {
	if _, ok := v.Read[path]; ok {
		return path
	}
	if rel, ok := strings.CutPrefix(path, v.Dir+string(filepath.Separator)); ok && v.Dir != "" {
		path = rel
	}
	if filepath.IsAbs(path) || strings.HasPrefix(path, "~") {
		return path
	}
	return filepath.Join(v.Below, path)
}

func (v *View) netSSH(h Host) NetSSH {
	n := NetSSH{Interval: FixedInterval, Count: DefaultCount, HostName: h.Name, User: cmp.Or(h.User, v.SSH.User.Value), Port: v.SSH.Port.Value}
	r, err := netssh.For(netssh.ForEnv(v.Env, netssh.Request{
		Host: h.Name, Files: v.NetSSHFiles, Dir: v.Dir, Home: v.Home, ReadFile: v.readConfig, Cache: &v.cache, WinnersOnly: true,
	}))
	if err == nil {
		n.Result = r
		n.Err = netssh.CrashesOnConnect(r, v.given...)
	}
	switch {
	case n.Err != nil || errors.As(err, &n.Err):
		n.Err.Source = v.Shown(n.Err.Source)
	case err != nil:
		n.Untold = err.Error()
	}
	if r == nil {
		return n
	}
	if !AtLeast(v.Versions.Kamal, "0.16.0") {
		n.Interval = v.ownInterval(&n)
	}
	if o, ok := r.Option("keepalive_maxcount"); ok {
		n.Count, n.CountFrom = number(o.Value), v.from(o)
	}
	if o, ok := r.Option("host_name"); ok {
		n.HostName = o.Value.String()
	}
	if o, ok := r.Option("port"); ok && !AtLeast(v.Versions.Kamal, "1.2.0") {
		n.Port = number(o.Value)
	}
	return n
}

// ownInterval is the interval of the files, which counted before 0.16.0.
func (v *View) ownInterval(n *NetSSH) int {
	on, ok := n.Result.Option("keepalive")
	if !ok || !on.Value.Truthy() {
		return 0
	}
	o, ok := n.Result.Option("keepalive_interval")
	if !ok {
		return 300 // session.rb, DEFAULT_KEEPALIVE_INTERVAL
	}
	n.IntervalFrom = v.from(o)
	return number(o.Value)
}

func (v *View) from(o netssh.Option) *netssh.Source {
	if len(o.From) == 0 {
		return nil
	}
	src := v.Shown(o.From[0])
	return &src
}

// Shown is a line with its file named as findings name it.
func (v *View) Shown(src netssh.Source) netssh.Source {
	src.File = v.shown(src.File)
	return src
}

// number is a Ruby integer; one that is too large for us counts as very large.
func number(v netssh.Value) int {
	if n, ok := v.Int64(); ok && n <= math.MaxInt32 && n >= math.MinInt32 {
		return int(n)
	}
	if v.Positive() {
		return math.MaxInt32
	}
	return 0
}

// identity is who connects with ssh: nobody in particular where the caller is
// not known.
func (v *View) identity(user, command string) resolve.Identity {
	id := resolve.Identity{
		Known: v.Machine.User != "", LocalUser: v.Machine.User, User: user, Command: command, SessionType: "shell",
		Version: "OpenSSH_" + v.Dialect.Release.String() + "p1", Networks: v.Networks,
	}
	if command != "" {
		id.SessionType = "exec"
	}
	return id
}

// interactive are the files of the ssh that Kamal runs for app exec -i: since
// 2.11.0 those of ssh.config, of a list only the last.
func (v *View) interactive() *resolve.Config {
	option := v.SSH.Config
	switch {
	case !AtLeast(v.Versions.Kamal, "2.11.0"):
		return v.system
	case option.Off:
		return v.load("")
	case len(option.Paths) > 0:
		return v.load(option.Paths[len(option.Paths)-1])
	}
	return v.system
}

// load reads the file that -F names; "" is no file.
func (v *View) load(path string) *resolve.Config {
	if c, ok := v.configs[path]; ok {
		return c
	}
	var sources []resolve.Source
	if path != "" {
		data, err := v.readConfig(path)
		if err != nil {
			data = []byte{}
		}
		sources = append(sources, resolve.Source{Path: v.shown(path), Data: data})
	}
	c, err := resolve.Load(v.Dialect, v.Env, sources, resolve.Options{})
	if err != nil {
		c = v.system
	}
	v.configs[path] = c
	return c
}

func (v *View) sshView(c *resolve.Config, q resolve.Query) SSHView {
	r := &v.result
	c.Eval(&q, r)
	s := SSHView{Config: c, HostName: r.HostName(), Refused: refusal(r), Values: map[string]SSHValue{}}
	for _, name := range watchedKeywords {
		s.Values[name] = v.valueOf(c, r, name)
	}
	s.Interval, s.Count = s.Values["serveraliveinterval"], s.Values["serveralivecountmax"]
	s.User, s.Port = s.Values["user"], s.Values["port"]
	if q.Identity.User != "" {
		s.User = SSHValue{Text: q.Identity.User}
	}
	return s
}

func refusal(r *resolve.Result) string {
	if list := r.Refusal(); len(list) > 0 {
		return list[0].Text
	}
	return r.Error
}

// textKey is a line of some files.
type textKey struct {
	config *resolve.Config
	ref    resolve.Ref
}

// valueOf is the value of a keyword that one line sets. The line may win for very
// many hosts, so it is read once.
func (v *View) valueOf(c *resolve.Config, r *resolve.Result, name string) SSHValue {
	k := keyword.Find(c.Dialect.Side, []byte(name))
	if !r.IsSet(k.ID) {
		return SSHValue{Text: strings.Join(c.Dialect.DefaultOf(k), " ")}
	}
	ref, _ := r.Winner(name)
	text, ok := v.texts[textKey{c, ref}]
	if !ok {
		items, _ := r.Value(name)
		text = strings.Join(items, " ")
		v.texts[textKey{c, ref}] = text
	}
	return SSHValue{Text: text, Set: true, Ref: ref}
}

// hops finds the remote builder and the jump hosts.
func (v *View) hops() {
	if b := &v.Builder; b.Host != "" && (b.Used || b.UsedUnknown) {
		user, _, _ := strings.Cut(b.User, ":")
		if h := v.hop(hopKey{role: "remote builder", name: b.Host, user: user}, "docker system dial-stdio"); h != nil {
			h.Span = b.Remote.Span
		}
	}
	file := ""
	if len(v.SSH.Config.Paths) == 1 && !v.SSH.Config.List && v.PassesConfig() {
		file = v.SSH.Config.Paths[0]
	}
	if proxy := v.SSH.Proxy; proxy.Set && !proxy.Unknown && proxy.Value != "" && proxy.Value != "false" {
		v.forAll(v.jumps(jumpList{text: proxy.Value, user: "root", file: file}), proxy.Span)
		return
	}
	if command := v.SSH.ProxyCommand; command.Set {
		if !command.Unknown {
			v.forAll(v.jumps(jumpList{text: command.Value, command: true}), command.Span)
		}
		return
	}
	for _, h := range v.Hosts {
		v.jumpsOf(h, file)
	}
}

// forAll puts all deploy hosts behind hops that deploy.yml names.
func (v *View) forAll(hops []*Hop, span Span) {
	names := make([]string, 0, len(v.Hosts))
	for _, h := range v.Hosts {
		names = append(names, h.Host.Name)
	}
	for _, h := range hops {
		h.Span, h.For = span, names
	}
}

// jumpsOf finds the jump hosts that the ssh config names for a host.
func (v *View) jumpsOf(h *HostView, file string) {
	if h.NetSSH.Result == nil {
		return
	}
	for _, s := range h.NetSSH.Result.Settings {
		list := jumpList{text: s.Value.String(), file: file}
		switch {
		case s.Keyword == "proxycommand":
			list = jumpList{text: list.text, command: true}
		case s.Keyword != "proxyjump" || strings.EqualFold(list.text, "none"):
			continue
		}
		for _, hop := range v.jumps(list) {
			if hop.For == nil {
				hop.Span = v.lineSpan(v.Shown(s.Source))
			}
			hop.For = append(hop.For, h.Host.Name)
		}
	}
}

// jumpList is where jump hosts are named: the value of ProxyJump or, with
// command, of ProxyCommand.
type jumpList struct {
	text    string
	command bool
	user    string // of those that are named without one
	file    string // as in Hop
}

// jumps are the hops of a list, each once, less those that are left out. Many
// hosts may have the same list, so it is read once.
func (v *View) jumps(list jumpList) []*Hop {
	if known, ok := v.lists[list]; ok {
		return known
	}
	var out []*Hop
	add := func(user, name string) {
		h := v.hop(hopKey{role: "jump host", name: name, user: user, file: list.file}, "")
		if h != nil && !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	if list.command {
		if user, name, ok := sshDestination(list.text); ok {
			add(user, name)
		}
	} else {
		for hop := range strings.SplitSeq(list.text, ",") {
			add(splitHop(hop, list.user))
		}
	}
	v.lists[list] = out
	return out
}

// maxHops is how many hops are looked at, which is more than anybody has.
const maxHops = 256

// hopKey is what tells hops apart; see Hop.
type hopKey struct{ role, name, user, file string }

// hop finds a hop or adds it; nil if it has no name or is left out. The command is
// what ssh runs there.
func (v *View) hop(k hopKey, command string) *Hop {
	if known, ok := v.known[k]; ok || k.name == "" {
		return known
	}
	if len(v.Hops) == maxHops {
		v.HopsLeftOut++
		v.known[k] = nil
		return nil
	}
	c := v.system
	if k.file != "" {
		c = v.load(k.file)
	}
	id := v.identity(k.user, command)
	if k.role == "jump host" {
		id.SessionType = "none" // ssh -W
	}
	h := &Hop{Role: k.role, Name: k.name, User: k.user, File: k.file}
	h.SSH = v.sshView(c, resolve.Query{Host: h.Name, Identity: id})
	v.Hops = append(v.Hops, h)
	v.known[k] = h
	return h
}

// sshDestination is where a ProxyCommand connects to, if it is a plain ssh.
func sshDestination(command string) (user, name string, ok bool) {
	words := strings.Fields(command)
	if len(words) < 2 || filepath.Base(words[0]) != "ssh" {
		return "", "", false
	}
	for i := 1; i < len(words); i++ {
		word := words[i]
		switch {
		case strings.ContainsAny(word, "\"'$`|;&<>"):
			return "", "", false
		case word[0] != '-':
			user, name = splitHop(word, user)
			return user, name, name != "" && !strings.Contains(name, "%")
		case len(word) == 2 && strings.ContainsRune("BbcDEeFIiJLlmOoPpQRSWw", rune(word[1])): // ssh(1): these take a value
			i++
			if word == "-F" || i == len(words) {
				return "", "", false
			}
			if word == "-l" {
				user = words[i]
			}
		}
	}
	return "", "", false
}

// splitHop takes [user@]host[:port] apart.
func splitHop(text, user string) (string, string) {
	text = strings.TrimSpace(text)
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		user, text = text[:i], text[i+1:]
		user, _, _ = strings.Cut(user, ":") // a password has no business there, nor in what we print
	}
	if i := strings.LastIndexByte(text, ':'); i >= 0 && (strings.Count(text, ":") == 1 || strings.HasPrefix(text, "[")) {
		text = text[:i]
	}
	return user, strings.Trim(text, "[]")
}

// lineSpan is the span of a line of a file that was read, without blanks.
func (v *View) lineSpan(src netssh.Source) Span {
	data, start := v.Read[src.File], 0
	for line := src.Line; line > 1; line-- {
		i := bytes.IndexByte(data[start:], '\n')
		if i < 0 {
			break
		}
		start += i + 1
	}
	return LineSpan(src.File, data, start)
}

// LineSpan is the span of the line that starts at an offset, without the blanks
// around it.
func LineSpan(file string, data []byte, start int) Span {
	end := len(data)
	if i := bytes.IndexByte(data[start:], '\n'); i >= 0 {
		end = start + i
	}
	text := string(data[start:end])
	trimmed := strings.TrimLeft(text, " \t\r\ufeff")
	start += len(text) - len(trimmed)
	return Span{File: file, Start: start, End: start + len(strings.TrimRight(trimmed, " \t\r"))}
}

// server reads what is known of the sshd of a host.
func (v *View) server(h Host, user string) *ServerView {
	i := slices.IndexFunc(v.Servers, func(s ServerFile) bool { return s.Host == h.Name || s.Host == h.Written })
	if i < 0 {
		i = slices.IndexFunc(v.Servers, func(s ServerFile) bool { return s.Host == "*" })
	}
	if i < 0 {
		return nil
	}
	s := &ServerView{ServerFile: v.Servers[i]}
	c, ok := v.configs["server\x00"+s.Path]
	if !ok {
		d := v.Dialect
		d.Side = keyword.Server
		var err error
		if c, err = resolve.Load(d, v.Env, []resolve.Source{{Path: s.Path, Data: s.Data}}, resolve.Options{NoIncludes: s.Dump}); err != nil {
			return nil
		}
		v.configs["server\x00"+s.Path] = c
	}
	s.Config = c
	q := resolve.Query{Spec: &resolve.ServerSpec{User: &user}}
	r := &v.result
	c.Eval(&q, r)
	s.Interval, s.Count = v.valueOf(c, r, "clientaliveinterval"), v.valueOf(c, r, "clientalivecountmax")
	s.Unused = v.valueOf(c, r, "unusedconnectiontimeout")
	return s
}

// overridden are the options that this Kamal gives net-ssh itself.
func (d *Deployment) overridden() []string {
	list := []string{"user", "forward_agent"}
	for release, options := range map[string][]string{"1.2.0": {"port"}, "0.16.0": {"keepalive", "keepalive_interval"}} {
		if AtLeast(d.Versions.Kamal, release) {
			list = append(list, options...)
		}
	}
	if d.SSH.Proxy.Set || d.SSH.ProxyCommand.Set {
		list = append(list, "proxy")
	}
	for _, key := range []string{"keys", "keys_only"} {
		if d.sets("ssh/" + key) {
			list = append(list, key)
		}
	}
	return list
}

// sets reports whether the files say anything below a path.
func (d *Deployment) sets(path string) bool {
	for key := range d.values {
		if key == path || strings.HasPrefix(key, path+"/") {
			return true
		}
	}
	return false
}
