package kamal

import (
	"slices"
	"strings"
)

// role is one role with the elements of its list of hosts.
type role struct {
	name  string
	list  *node // the list; nil if there is none
	array bool  // written as a list, not as a map with hosts:
	path  string
}

// roleList are roles by their names, and in the order in which Kamal takes them.
type roleList struct {
	sorted []role
	named  map[string][]role
	unsure bool // something about them depends on ERB
}

// roleList lists the roles. It is made once, as each accessory asks for it.
func (d *Deployment) roleList() *roleList {
	if d.roles == nil {
		asked := d.asked
		l := &roleList{sorted: d.readRoles(), named: map[string][]role{}}
		for _, r := range l.sorted {
			l.named[r.name] = append(l.named[r.name], r)
		}
		l.unsure = d.asked > asked
		d.roles = l
	}
	return d.roles
}

// readHosts lists what a deploy connects to: the hosts of all roles by name,
// then those of the accessories in the order of the file, each once.
func (d *Deployment) readHosts() {
	roles := d.roleList()
	for _, r := range roles.sorted {
		for _, h := range d.roleHosts(r) {
			d.addHost(h, r.name)
		}
	}
	d.readAccessories(roles)
}

// found is one host with the place where it stands.
type found struct {
	name *node
	tags *node // nil without tags
}

// readRoles lists the roles as Kamal sorts them.
func (d *Deployment) readRoles() []role {
	servers := d.section("servers")
	if servers == nil {
		d.rootPartial()
		return nil
	}
	if servers.unsure || servers.val.unknown {
		d.unknown("servers", servers.val.span())
		return nil
	}
	if servers.val.kind == kSeq {
		return []role{{name: "web", list: servers.val, array: true, path: "servers"}}
	}
	if servers.val.kind != kMap {
		return nil
	}
	if servers.val.partial {
		d.unknown("servers", servers.key.span())
	}
	var out []role
	for _, p := range servers.val.pairs {
		if p.key.kind == kString || p.key.kind == kSymbol || p.key.kind == kInt {
			if r, ok := d.role(p); ok {
				out = append(out, r)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b role) int { return strings.Compare(a.name, b.name) })
	return out
}

func (d *Deployment) role(p *pair) (role, bool) {
	r := role{name: p.key.text, path: "servers/" + p.key.text}
	switch {
	case p.unsure || p.val.unknown || p.key.unknown:
		if p.key.unknown {
			r.path = "servers"
		}
		d.unknown(r.path, p.val.span())
		return r, false
	case p.val.kind == kSeq:
		r.list, r.array = p.val, true
	case p.val.kind == kMap:
		hosts := p.val.get("hosts")
		r.path += "/hosts"
		switch {
		case hosts == nil:
			if p.val.partial {
				d.unknown(r.path, p.key.span())
			}
		case !hosts.known():
			d.unknown(r.path, hosts.val.span())
		case hosts.val.kind == kSeq:
			r.list = hosts.val
		case hosts.val.kind == kString: // Array("x") is a list of one; Kamal before 1.7.0 takes it
			r.list = &node{kind: kSeq, src: hosts.val.src, start: hosts.val.start, end: hosts.val.end, items: []*node{hosts.val}}
		}
	}
	return r, true
}

// roleHosts are the elements that Kamal takes for hosts: strings, and the first
// key of maps. Whatever is no string, such as a number, it passes over.
func (d *Deployment) roleHosts(r role) []found {
	if r.list == nil {
		return nil
	}
	if r.list.partial {
		d.unknown(r.path, r.list.span())
	}
	var out []found
	for _, item := range r.list.items {
		if d.work++; d.work > maxWork {
			return out
		}
		switch {
		case item.unknown:
			if !r.list.partial {
				d.unknown(r.path, item.span())
			}
		case item.kind == kString:
			out = append(out, found{name: item})
		case item.kind == kMap && len(item.pairs) > 0:
			p := item.pairs[0]
			if p.key.unknown || p.unsure {
				d.unknown(r.path, p.key.span())
				continue
			}
			out = append(out, found{name: p.key, tags: p.val})
		}
	}
	return out
}

// addHost adds a host to the list, or a role to the host.
func (d *Deployment) addHost(f found, label string) {
	if f.name.text == "" {
		return
	}
	if i, ok := d.known[f.name.text]; ok {
		// Roles come one after the other, so that a host has the role already only if
		// it is the last one.
		if roles := d.Hosts[i].Roles; roles[len(roles)-1] != label {
			d.Hosts[i].Roles = append(roles, label)
		}
		return
	}
	if d.known == nil {
		d.known = map[string]int{}
	}
	d.known[f.name.text] = len(d.Hosts)
	h := SplitHost(f.name.text)
	h.Roles = []string{label}
	h.Span = f.name.span()
	if !Parsable(h.Written) {
		d.Problems = append(d.Problems, Problem{Kind: WrongValue, Span: h.Span, Path: "servers",
			Text: "Cannot parse host string " + h.Written, Help: "write it as host or user@host"})
	}
	d.Hosts = append(d.Hosts, h)
}

func (d *Deployment) readAccessories(roles *roleList) {
	accessories := d.section("accessories")
	if accessories == nil {
		d.rootPartial()
		return
	}
	if !accessories.known() {
		d.unknown("accessories", accessories.val.span())
		return
	}
	if accessories.val.partial {
		d.unknown("accessories", accessories.key.span())
	}
	for _, p := range accessories.val.pairs {
		path := "accessories/" + p.key.text
		switch {
		case p.key.unknown:
			d.unknown("accessories", p.key.span())
		case !p.known():
			d.unknown(path, p.val.span())
		case p.val.kind == kMap:
			d.readAccessory(p, path, roles)
		}
	}
}

// readAccessory follows Kamal's order: host, hosts, role, roles, tag, tags.
func (d *Deployment) readAccessory(p *pair, path string, roles *roleList) {
	label := "accessory " + p.key.text
	for _, key := range accessoryKeys {
		v := p.val.get(key)
		if v == nil {
			continue
		}
		if !v.known() {
			d.unknown(path+"/"+key, v.val.span())
			return
		}
		for _, h := range d.accessoryHosts(v.val, key, path+"/"+key, roles) {
			d.addHost(h, label)
		}
		return
	}
	if p.val.partial {
		d.unknown(path, p.key.span())
	}
}

var accessoryKeys = []string{"host", "hosts", "role", "roles", "tag", "tags"}

func (d *Deployment) accessoryHosts(v *node, key, path string, roles *roleList) []found {
	list := v.items
	if strings.TrimSuffix(key, "s") == key {
		list = []*node{v}
	} else if v.partial {
		d.unknown(path, v.span())
	}
	var out []found
	for _, item := range list {
		if d.work++; d.work > maxWork {
			return out
		}
		switch {
		case item.unknown:
			d.unknown(path, item.span())
		case strings.HasPrefix(key, "host"):
			if item.kind == kMap && len(item.pairs) == 1 {
				item = item.pairs[0].key
			}
			if item.kind != kMap && item.kind != kSeq && item.kind != kNull {
				out = append(out, found{name: item})
			}
		case strings.HasPrefix(key, "role"):
			for _, r := range roles.named[item.text] {
				out = append(out, d.roleHosts(r)...)
			}
		default:
			out = append(out, d.tagged(roles, item.text)...)
		}
	}
	return out
}

// tagged finds the hosts with a tag. Kamal looks only at roles written as lists
// in a map, in the order of the file; in a string it finds the tag as a part.
func (d *Deployment) tagged(roles *roleList, tag string) []found {
	servers := d.section("servers")
	if servers == nil || servers.val.kind != kMap {
		return nil
	}
	var out []found
	d.work += len(servers.val.pairs)
	for _, p := range servers.val.pairs {
		for _, r := range roles.named[p.key.text] {
			if !r.array {
				continue
			}
			for _, f := range d.roleHosts(r) {
				if f.tags != nil && d.hasTag(f.tags, tag, r.path) {
					out = append(out, f)
				}
			}
		}
	}
	return out
}

func (d *Deployment) hasTag(tags *node, tag, path string) bool {
	if tags.unknown || tags.partial {
		d.unknown(path, tags.span())
		return false
	}
	if tags.kind == kString {
		return strings.Contains(tags.text, tag)
	}
	d.work += len(tags.items)
	return slices.ContainsFunc(tags.items, func(n *node) bool { return n.kind == kString && n.text == tag })
}

// rootPartial says that ERB may bring any section, where one is missing.
func (d *Deployment) rootPartial() {
	if d.root != nil && d.root.partial {
		d.unknown("", d.holeSpan())
	}
}

// holeSpan is the first place where ERB puts in what is not seen.
func (d *Deployment) holeSpan() Span {
	for _, s := range []*source{d.base, d.dest} {
		if s == nil {
			continue
		}
		for _, r := range s.regions {
			if r.hole || !r.used {
				return Span{s.path, r.start, r.end}
			}
		}
	}
	return Span{}
}

// selectHosts narrows the list to the hosts that the user names; a name may
// hold wildcards. One that is not in the list is taken as it stands.
func (d *Deployment) selectHosts() {
	if d.Request.Hosts == nil {
		return
	}
	known := d.Hosts
	d.Hosts, d.HostsFrom = nil, FromUser
	once, places := map[string]bool{}, map[string]int{}
	for i, h := range known {
		places[h.Written] = i
	}
	for _, filter := range d.Request.Hosts {
		any := false
		candidates := known
		if !strings.ContainsAny(filter, `*?[]{}\`) { // it means itself
			candidates = nil
			if i, ok := places[filter]; ok {
				candidates = known[i : i+1]
			}
		}
		for _, h := range candidates {
			if Match(filter, h.Written) {
				any = true
				d.appendOnce(h, once)
			}
		}
		if !any && !strings.ContainsAny(filter, "*?[]{}") || !any && strings.HasPrefix(filter, "[") {
			d.appendOnce(SplitHost(filter), once)
		}
	}
}

// appendOnce adds a host unless one with its name is there.
func (d *Deployment) appendOnce(h Host, there map[string]bool) {
	if !there[h.Written] {
		there[h.Written] = true
		d.Hosts = append(d.Hosts, h)
	}
}
