package kamal

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Releases of Kamal that matter for what it accepts.
const (
	validates   = "1.7.0"  // it checks keys and types at all
	two         = "2.0.0"  // builder with arch, remote and local
	widerTags   = "2.6.0"  // role, tag and tags of accessories
	configFiles = "2.9.0"  // ssh.config may be a path
	unseen      = "2.13.0" // not known here: it may accept more
)

// sshKeys are the keys of ssh: with the release that brought them.
var sshKeys = map[string]string{
	"user": "0", "port": "1.2.0", "proxy": "0", "proxy_command": "0.11.0", "log_level": "1.0.0",
	"keys": "1.8.0", "keys_only": "1.8.0", "key_data": "1.8.0", "config": "2.1.0", "forward_agent": "2.12.0",
}

var sshkitKeys = map[string]string{
	"max_concurrent_starts": "0", "pool_idle_timeout": "0", "dns_retries": "2.9.0", "default_env": "0",
}

// rootKeys are the keys of the whole file in any release up to 2.12.
var rootKeys = sync.OnceValue(func() []string {
	return strings.Fields(`service image labels volumes registry servers env asset_path hooks_path hooks_output
	secrets_path error_pages_path require_destination primary_role allow_empty_roles retain_containers minimum_version
	readiness_delay deploy_timeout drain_timeout run_directory ssh builder accessories proxy sshkit boot logging output
	aliases traefik healthcheck stop_wait_time audit_broadcast_cmd`)
})

// keyHelp says what to do about keys that people try.
var keyHelp = map[string]string{
	"keepalive":           "remove it: Kamal always sends keep-alives, every 30 s while a command runs",
	"keepalive_interval":  "remove it: Kamal always uses 30 s",
	"keepalive_maxcount":  "remove it: net-ssh takes ServerAliveCountMax of the ssh_config, 3 if that is not set",
	"timeout":             "remove it: net-ssh takes ConnectTimeout of the ssh_config",
	"connect_timeout":     "remove it: net-ssh takes ConnectTimeout of the ssh_config",
	"ssh_timeout":         "remove it: there is no such option; net-ssh takes ConnectTimeout of the ssh_config",
	"pool_idle_timeout":   "write it under sshkit:",
	"serveraliveinterval": "remove it: that is an option of ssh_config, and Kamal always uses 30 s",
	"serveralivecountmax": "remove it: that is an option of ssh_config, where net-ssh reads it",
}

// check finds what Kamal refuses before it connects. Kamal stops at the first;
// here all are listed. Nothing is said about what depends on ERB.
func (d *Deployment) check() {
	if !AtLeast(d.Versions.Kamal, validates) {
		return
	}
	d.checkRoot()
	d.checkSSH()
	d.checkSSHKit()
	d.checkBuilder()
	d.checkServers()
	d.checkAccessories()
}

func (d *Deployment) wrong(path string, span Span, text, help string) {
	if path != "" {
		text = path + ": " + text
	}
	d.Problems = append(d.Problems, Problem{Kind: WrongValue, Span: span, Path: path, Text: text, Help: help})
}

// future reports whether the release is one whose keys are not known here.
func (d *Deployment) future() bool {
	return d.Versions.Kamal != "" && AtLeast(d.Versions.Kamal, unseen)
}

// place is where a value stands, or its key if it is empty.
func (p *pair) place() Span {
	if p.val.start == p.val.end {
		return p.key.span()
	}
	return p.val.span()
}

func (d *Deployment) checkRoot() {
	shape := map[string]string{"ssh": "a hash", "sshkit": "a hash", "builder": "a hash", "accessories": "a hash",
		"servers": "an array or a hash", "hooks_path": "a string"}
	var unknown []*node
	for _, p := range d.root.pairs {
		if p.unsure || p.key.unknown || p.key.kind != kString && p.key.kind != kSymbol {
			continue
		}
		key := p.key.text
		if want := shape[key]; want != "" && !p.val.unknown && !fits(p.val, want) {
			d.wrong(key, p.place(), "should be "+want, "")
		}
		if d.isUnknownRoot(key) {
			unknown = append(unknown, p.key)
		}
	}
	d.unknownKeys("", unknown)
}

// isUnknownRoot reports whether no release has had this key of the whole file.
// Which keys the newest release has is not known unless it is named; but
// keep-alives are not among them.
func (d *Deployment) isUnknownRoot(key string) bool {
	if slices.Contains(rootKeys(), key) || strings.HasPrefix(key, "x-") {
		return false
	}
	if d.Versions.Kamal != "" && !d.future() {
		return true
	}
	_, tried := keyHelp[strings.ToLower(key)]
	return tried
}

// fits reports whether a value has one of the types that Kamal asks for. An
// object of another class is let through, as what it is is not known here.
func fits(n *node, want string) bool {
	if n.kind == kOther || n.object {
		return true
	}
	for w := range strings.SplitSeq(want, " or ") {
		ok := false
		switch w {
		case "a hash":
			ok = n.kind == kMap
		case "an array":
			ok = n.kind == kSeq
		case "a string":
			ok = isStringish(n)
		case "a boolean":
			ok = n.kind == kBool
		case "an integer":
			ok = n.kind == kInt
		}
		if ok {
			return true
		}
	}
	return false
}

// unknownKeys reports the keys of one section together, as Kamal does.
func (d *Deployment) unknownKeys(path string, keys []*node) {
	if len(keys) == 0 {
		return
	}
	var names, help []string
	var more []Span
	for i, k := range keys {
		names = append(names, k.text)
		if i > 0 {
			more = append(more, k.span())
		}
		if h := d.helpFor(path, k.text); h != "" && !slices.Contains(help, h) {
			help = append(help, h)
		}
	}
	word := "key"
	if len(keys) > 1 {
		word = "keys"
	}
	text := fmt.Sprintf("unknown %s: %s", word, strings.Join(names, ", "))
	if path != "" {
		text = path + ": " + text
	}
	d.Problems = append(d.Problems, Problem{Kind: UnknownKey, Span: keys[0].span(), Path: path, Text: text,
		Help: strings.Join(help, "; "), More: more})
}

func (d *Deployment) helpFor(path, key string) string {
	since := map[string]map[string]string{"ssh": sshKeys, "sshkit": sshkitKeys}[path][key]
	if since != "" {
		return fmt.Sprintf("%s came with Kamal %s, this is %s", key, since, d.Versions.Kamal)
	}
	return keyHelp[strings.ToLower(key)]
}

// unknownIn lists the keys of a section that Kamal does not know.
func (d *Deployment) unknownIn(n *node, known map[string]string) []*node {
	var out []*node
	for _, p := range n.pairs {
		if p.unsure || p.key.unknown || p.key.kind == kOther || p.key.kind == kMap || p.key.kind == kSeq {
			continue
		}
		since, ok := known[p.key.text]
		switch _, tried := keyHelp[strings.ToLower(p.key.text)]; {
		case p.key.kind == kString && ok && AtLeast(d.Versions.Kamal, since):
		case !ok && d.future() && !tried:
		default:
			out = append(out, p.key)
		}
	}
	return out
}

// checkType reports a value that has not the type Kamal wants.
func (d *Deployment) checkType(section *node, path, key, want, help string) {
	if p := section.get(key); p.known() && !fits(p.val, want) {
		d.wrong(path+"/"+key, p.place(), "should be "+want, help)
	}
}

// checkList reports a value that is no list of strings.
func (d *Deployment) checkList(section *node, path, key string) {
	p := section.get(key)
	if !p.known() {
		return
	}
	path += "/" + key
	if !fits(p.val, "an array") {
		d.wrong(path, p.place(), "should be an array", "")
		return
	}
	for i, item := range p.val.items {
		if !item.unknown && !fits(item, "a string") {
			d.wrong(fmt.Sprintf("%s/%d", path, i), item.span(), "should be a string", "")
		}
	}
}

func (d *Deployment) checkSSH() {
	p := d.section("ssh")
	if !p.known() || p.val.kind != kMap || p.val.object {
		return
	}
	d.unknownKeys("ssh", d.unknownIn(p.val, sshKeys))
	for _, key := range []string{"user", "port", "proxy", "proxy_command", "log_level"} {
		d.checkType(p.val, "ssh", key, "a string", "")
	}
	d.checkType(p.val, "ssh", "keys_only", "a boolean", "")
	d.checkType(p.val, "ssh", "forward_agent", "a boolean", "")
	d.checkList(p.val, "ssh", "keys")
	d.checkList(p.val, "ssh", "key_data")
	d.checkConfig(p.val)
}

func (d *Deployment) checkConfig(ssh *node) {
	p := ssh.get("config")
	if !p.known() {
		return
	}
	if !AtLeast(d.Versions.Kamal, configFiles) {
		d.checkType(ssh, "ssh", "config", "a boolean", "a path is possible since Kamal "+configFiles)
		return
	}
	switch p.val.kind {
	case kBool, kString, kOther:
	case kSeq:
		d.checkList(ssh, "ssh", "config")
	default:
		d.wrong("ssh/config", p.place(), "should be a boolean or a string or an array", "")
	}
}

func (d *Deployment) checkSSHKit() {
	p := d.section("sshkit")
	if !p.known() || p.val.kind != kMap || p.val.object {
		return
	}
	d.unknownKeys("sshkit", d.unknownIn(p.val, sshkitKeys))
	for _, key := range []string{"max_concurrent_starts", "pool_idle_timeout", "dns_retries"} {
		help := ""
		if v := p.val.get(key); v.known() && v.val.kind == kString {
			help = "write a number without quotes"
		}
		d.checkType(p.val, "sshkit", key, "an integer", help)
	}
}

// checkBuilder judges only with a known release: the forms of Kamal 1 and 2
// exclude each other.
func (d *Deployment) checkBuilder() {
	p := d.section("builder")
	if d.Versions.Kamal == "" || !p.known() || p.val.kind != kMap || p.val.object {
		return
	}
	if !AtLeast(d.Versions.Kamal, two) {
		d.checkType(p.val, "builder", "remote", "a hash", "Kamal 1 wants arch and host below remote")
		return
	}
	if m := p.val.get("multiarch"); m != nil && !m.unsure {
		d.unknownKeys("builder", []*node{m.key})
	}
	d.checkType(p.val, "builder", "remote", "a string", "Kamal 2 wants the URL itself: remote: ssh://user@host")
	d.checkType(p.val, "builder", "local", "a boolean", "")
	local, remote := p.val.get("local"), p.val.get("remote")
	if local.known() && local.val.kind == kBool && local.val.num == 0 && remote == nil && !p.val.partial {
		d.wrong("builder", local.place(), "Cannot disable local builds, no remote is set", "")
	}
}

// checkServers follows Kamal's check of the roles, then that of their hosts.
func (d *Deployment) checkServers() {
	p := d.section("servers")
	if p == nil {
		d.checkNoServers()
		return
	}
	if !p.known() {
		return
	}
	switch p.val.kind {
	case kSeq:
		d.checkHostList(p.val, "servers")
	case kMap:
		for _, r := range p.val.pairs {
			d.checkRole(r)
		}
	default:
		return
	}
	d.checkRoles(p)
}

func (d *Deployment) checkNoServers() {
	accessories := d.section("accessories")
	if d.root.partial || accessories != nil && (!accessories.known() || len(accessories.val.pairs) > 0 || accessories.val.partial) {
		return
	}
	span := Span{File: d.base.path, Start: d.base.root.start, End: lineEnd(d.base.data, d.base.root.start)}
	text := "No servers or accessories specified"
	if !AtLeast(d.Versions.Kamal, two) {
		text = "Missing required configuration for servers"
	}
	d.Problems = append(d.Problems, Problem{Kind: WrongValue, Span: span, Path: "servers", Text: text, Help: "add servers:"})
}

func (d *Deployment) checkRole(p *pair) {
	if !p.known() || p.key.unknown {
		return
	}
	path := "servers/" + p.key.text
	switch {
	case !fits(p.val, "an array or a hash"):
		d.wrong(path, p.place(), "should be an array or a hash", "")
	case p.val.kind == kSeq:
		d.checkHostList(p.val, path)
	case p.val.kind == kMap:
		d.checkHostsKey(p.val, path)
	}
}

// checkHostsKey checks hosts: of a role or an accessory.
func (d *Deployment) checkHostsKey(n *node, path string) {
	hosts := n.get("hosts")
	if !hosts.known() {
		return
	}
	if !fits(hosts.val, "an array") {
		d.wrong(path+"/hosts", hosts.place(), "should be an array", "write each host as an item of a list")
		return
	}
	d.checkHostList(hosts.val, path+"/hosts")
}

// checkHostList checks the elements of a list of hosts: strings, or maps of
// one host to its tags.
func (d *Deployment) checkHostList(list *node, path string) {
	for i, item := range list.items {
		if d.work++; d.work > maxWork {
			return
		}
		at := fmt.Sprintf("%s/%d", path, i)
		switch {
		case item.unknown || item.partial || item.object:
		case !fits(item, "a string or a hash"):
			d.wrong(at, item.span(), "should be a string or a hash", "")
		case item.kind != kMap:
		case len(item.pairs) != 1:
			d.wrong(at, item.span(), "multiple hosts found", "write each host as an item of its own")
		default:
			d.checkTags(item.pairs[0], at)
		}
	}
}

func (d *Deployment) checkTags(p *pair, path string) {
	if !p.known() || p.key.unknown {
		return
	}
	path += "/" + p.key.text
	if !fits(p.val, "a string or an array") {
		d.wrong(path, p.place(), "should be a string or an array", "")
		return
	}
	for i, item := range p.val.items {
		if !item.unknown && !fits(item, "a string") {
			d.wrong(fmt.Sprintf("%s/%d", path, i), item.span(), "should be a string", "")
		}
	}
}

// checkRoles wants hosts for the primary role, and for all others unless
// allow_empty_roles says otherwise.
func (d *Deployment) checkRoles(servers *pair) {
	primary, empty := d.section("primary_role"), d.section("allow_empty_roles")
	if servers.val.partial || d.root.partial || primary != nil && !primary.known() || empty != nil && !empty.known() {
		return
	}
	name := "web"
	if primary != nil && isStringish(primary.val) {
		name = primary.val.text
	}
	roles, asked := d.roleList(), d.asked
	hosts := map[string]int{}
	for _, r := range roles.sorted {
		hosts[r.name] = len(d.roleHosts(r))
	}
	if roles.unsure || d.asked > asked {
		return
	}
	written := map[string]*pair{}
	for _, p := range servers.val.pairs {
		if p.key.kind == kString {
			written[p.key.text] = p
		}
	}
	n, ok := hosts[name]
	switch {
	case !ok:
		d.Problems = append(d.Problems, Problem{Kind: WrongValue, Span: servers.key.span(), Path: "servers",
			Text: fmt.Sprintf("The primary_role %s isn't defined", name), Help: "add the role, or name another with primary_role:"})
	case n == 0:
		d.noHosts(servers, written[name], name, "No servers specified for the %s primary_role")
	}
	if empty != nil && !(empty.val.kind == kBool && empty.val.num == 0 || empty.val.kind == kNull) {
		return
	}
	for _, role := range slices.Sorted(maps.Keys(hosts)) {
		if hosts[role] == 0 && role != name {
			d.noHosts(servers, written[role], role, "No servers specified for the %s role. You can ignore this with allow_empty_roles: true")
		}
	}
}

// noHosts reports a role without hosts; p is its entry, nil if there is none.
func (d *Deployment) noHosts(servers, p *pair, role, text string) {
	span, path := servers.key.span(), "servers"
	if p != nil {
		span, path = p.key.span(), "servers/"+role
		if !fits(p.val, "an array or a hash") {
			return // said already
		}
		if h := p.val.get("hosts"); h != nil && !fits(h.val, "an array") {
			return
		}
	}
	d.Problems = append(d.Problems, Problem{Kind: WrongValue, Span: span, Path: path, Text: fmt.Sprintf(text, role)})
}

func (d *Deployment) checkAccessories() {
	p := d.section("accessories")
	if !p.known() || p.val.kind != kMap || p.val.object {
		return
	}
	for _, a := range p.val.pairs {
		path := "accessories/" + a.key.text
		switch {
		case !a.known() || a.key.unknown || a.val.object || a.val.kind == kOther:
		case a.val.kind != kMap:
			d.wrong(path, a.place(), "should be a hash", "")
		default:
			d.checkAccessory(a, path)
		}
	}
}

func (d *Deployment) checkAccessory(a *pair, path string) {
	var set, early []*node
	for _, key := range accessoryKeys {
		p := a.val.get(key)
		if p == nil {
			continue
		}
		if p.unsure {
			return
		}
		set = append(set, p.key)
		if slices.Contains([]string{"role", "tag", "tags"}, key) && !AtLeast(d.Versions.Kamal, widerTags) {
			early = append(early, p.key)
		}
	}
	d.unknownKeys(path, early)
	d.checkHostsKey(a.val, path)
	for _, key := range []string{"host", "role", "tag"} {
		d.checkType(a.val, path, key, "a string", "")
	}
	d.checkList(a.val, path, "roles")
	d.checkList(a.val, path, "tags")
	if len(set) == 1 || len(early) > 0 || a.val.partial {
		d.checkAccessoryRoles(a, path)
		return
	}
	span := a.key.span()
	if len(set) > 1 {
		span = set[1].span()
	}
	text := "specify one of `host`, `hosts`, `role`, `roles`, `tag` or `tags`"
	if !AtLeast(d.Versions.Kamal, widerTags) {
		text = "specify one of `host`, `hosts` or `roles`"
	}
	d.wrong(path, span, text, "")
}

// checkAccessoryRoles wants the roles of an accessory to exist.
func (d *Deployment) checkAccessoryRoles(a *pair, path string) {
	servers := d.section("servers")
	if servers != nil && (!servers.known() || servers.val.partial) || d.root.partial {
		return
	}
	roles := d.roleList()
	if roles.unsure {
		return
	}
	missing := func(n *node) bool { return n.kind == kString && !n.unknown && roles.named[n.text] == nil }
	if p := a.val.get("role"); p.known() && missing(p.val) {
		d.wrong(path, p.val.span(), "unknown role "+p.val.text, "")
	}
	if p := a.val.get("roles"); p.known() && p.val.kind == kSeq && !p.val.partial {
		var names []string
		span := p.val.span()
		for _, item := range p.val.items {
			if missing(item) {
				names = append(names, item.text)
			}
		}
		if len(names) > 0 {
			d.wrong(path, span, "unknown roles "+strings.Join(names, ", "), "")
		}
	}
}
