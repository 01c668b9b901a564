package kamal

import (
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
)

// option finds a key of a section. The pair is nil if it is not set; unknown
// says that it depends on ERB, whether it is there or not.
func (d *Deployment) option(section *pair, path, key string) (p *pair, unknown bool) {
	if section == nil {
		return nil, d.root.partial
	}
	if !section.known() {
		return nil, true
	}
	p = section.val.get(key)
	if p == nil {
		return nil, section.val.partial
	}
	if !p.known() {
		d.unknown(path+"/"+key, p.val.span())
		return p, true
	}
	return p, false
}

// sectionPair finds a section and records it where ERB decides about it.
func (d *Deployment) sectionPair(name string) *pair {
	p := d.section(name)
	switch {
	case p == nil:
		d.rootPartial()
	case !p.known():
		d.unknown(name, p.key.span())
	case p.val.partial:
		d.unknown(name, p.key.span())
	}
	return p
}

func stringOption(d *Deployment, section *pair, path, key string, v *Value[string]) {
	p, unknown := d.option(section, path, key)
	v.Unknown = unknown
	if p == nil {
		return
	}
	v.Set, v.Span, v.Key = true, p.val.span(), p.key.span()
	if !unknown && isStringish(p.val) {
		v.Value = p.val.text
	}
}

func intOption(d *Deployment, section *pair, path, key string, v *Value[int]) {
	p, unknown := d.option(section, path, key)
	v.Unknown = unknown
	if p == nil {
		return
	}
	v.Set, v.Span, v.Key = true, p.val.span(), p.key.span()
	if unknown {
		return
	}
	switch p.val.kind {
	case kInt:
		v.Value = p.val.num
	case kString:
		if n, err := strconv.Atoi(p.val.text); err == nil && key == "port" {
			v.Value = n
		}
	}
}

func boolOption(d *Deployment, section *pair, path, key string, v *Value[bool]) {
	p, unknown := d.option(section, path, key)
	v.Unknown = unknown
	if p == nil {
		return
	}
	v.Set, v.Span, v.Key = true, p.val.span(), p.key.span()
	if !unknown && p.val.kind == kBool {
		v.Value = p.val.num == 1
	}
}

func (d *Deployment) readSSH() {
	p := d.sectionPair("ssh")
	if p != nil {
		d.SSH.Key = p.key.span()
	}
	stringOption(d, p, "ssh", "user", &d.SSH.User)
	intOption(d, p, "ssh", "port", &d.SSH.Port)
	stringOption(d, p, "ssh", "proxy", &d.SSH.Proxy)
	stringOption(d, p, "ssh", "proxy_command", &d.SSH.ProxyCommand)
	boolOption(d, p, "ssh", "forward_agent", &d.SSH.ForwardAgent)
	d.readConfigOption(p)
}

func (d *Deployment) readConfigOption(section *pair) {
	c := &d.SSH.Config
	p, unknown := d.option(section, "ssh", "config")
	c.Unknown = unknown
	if p == nil {
		return
	}
	c.Set, c.Span = true, p.val.span()
	if unknown {
		return
	}
	switch v := p.val; v.kind {
	case kBool:
		c.Off = v.num == 0
	case kString:
		c.Paths, c.Spans = []string{v.text}, []Span{v.span()}
	case kSeq:
		c.List, c.Paths = true, []string{}
		for _, item := range v.items {
			if item.unknown || v.partial {
				c.Unknown = true
				d.unknown("ssh/config", item.span())
				continue
			}
			c.Paths = append(c.Paths, item.text)
			c.Spans = append(c.Spans, item.span())
		}
	}
}

func (d *Deployment) readSSHKit() {
	p := d.sectionPair("sshkit")
	if p != nil {
		d.SSHKit.Key = p.key.span()
	}
	intOption(d, p, "sshkit", "pool_idle_timeout", &d.SSHKit.PoolIdleTimeout)
}

// readBuilder finds the remote builder. Kamal 2 has its URL in remote; Kamal 1
// has a map with host there, and uses it with a local builder next to it or
// alone.
func (d *Deployment) readBuilder() { d.readBuilderFrom(d.section("builder")) }

func (d *Deployment) readBuilderFrom(p *pair) {
	if p == nil {
		d.Builder.Remote.Unknown = d.root.partial
		d.rootPartial()
		return
	}
	if p.known() && p.val.kind != kMap {
		return
	}
	b := &d.Builder
	remote, unknown := d.option(p, "builder", "remote")
	if remote == nil {
		b.Remote.Unknown = unknown
		if unknown {
			d.unknown("builder/remote", p.key.span())
		}
		return
	}
	if unknown {
		b.Remote.Set, b.Remote.Unknown = true, true
		b.Remote.Span, b.Remote.Key = remote.val.span(), remote.key.span()
		return
	}
	if remote.val.kind == kMap {
		d.readOldBuilder(p.val, remote)
		return
	}
	if remote.val.kind == kNull {
		return
	}
	stringOption(d, p, "builder", "remote", &b.Remote)
	b.split()
	d.builderUsed(p.val)
}

// readOldBuilder reads builder.remote.host of Kamal 1. Its builder runs on the
// remote host for the architecture of remote; the local one is there for its
// own. Whatever the machine, the remote one is used.
func (d *Deployment) readOldBuilder(section *node, remote *pair) {
	stringOption(d, remote, "builder/remote", "host", &d.Builder.Remote)
	if d.Builder.Remote.Set && !d.Builder.Remote.Unknown {
		d.Builder.split()
		d.Builder.Used = d.Builder.Remote.Value != ""
	}
	if p := section.get("multiarch"); p != nil && p.known() && p.val.kind == kBool && p.val.num == 0 && section.get("local") == nil {
		// multiarch: false with a remote is a builder of its own: used as well.
		d.Builder.Used = d.Builder.Remote.Value != ""
	}
}

// builderUsed decides whether there is an architecture that is not built here.
func (d *Deployment) builderUsed(section *node) {
	b := &d.Builder
	arches, known := builderArches(section)
	if !known || b.Remote.Value == "" {
		b.UsedUnknown = b.Remote.Value != ""
		return
	}
	if local := section.get("local"); local != nil {
		if !local.known() {
			b.UsedUnknown = true
			return
		}
		if local.val.kind == kBool && local.val.num == 0 {
			b.Used = len(arches) > 0
			return
		}
	}
	others := slices.DeleteFunc(slices.Clone(arches), func(a string) bool { return a == d.Arch })
	switch {
	case len(arches) == 0:
	case d.Arch == "" && len(arches) == 1:
		b.UsedUnknown = true
	default:
		// Two architectures: one of them is not the local one.
		b.Used = len(others) > 0
	}
}

// builderArches is builder.arch as a list without repetitions; known is false
// if ERB has a part in it.
func builderArches(section *node) (arches []string, known bool) {
	p := section.get("arch")
	if p == nil {
		return []string{"amd64", "arm64"}, !section.partial
	}
	if !p.known() || p.val.partial {
		return nil, false
	}
	list := p.val.items
	if p.val.kind != kSeq {
		list = []*node{p.val}
	}
	for _, item := range list {
		if item.unknown {
			return nil, false
		}
		if item.kind != kNull && !slices.Contains(arches, item.text) {
			arches = append(arches, item.text)
		}
	}
	return arches, true
}

// split takes ssh://[user@]host[:port] apart as docker does. A builder that is
// reached in another way has no host here.
func (b *Builder) split() {
	u, err := url.Parse(b.Remote.Value)
	if err != nil || u.Scheme != "ssh" {
		return
	}
	if u.User != nil {
		b.User = u.User.Username()
	}
	b.Host, b.Port = u.Hostname(), u.Port()
}

// Names of the hooks of all releases (kamal 0.13.0 to 2.12.0).
var hookNames = []string{
	"docker-setup", "post-app-boot", "post-deploy", "post-proxy-reboot", "post-traefik-reboot",
	"pre-app-boot", "pre-build", "pre-connect", "pre-deploy", "pre-proxy-reboot", "pre-traefik-reboot",
}

func (d *Deployment) readHooks() {
	p := d.section("hooks_path")
	switch {
	case p == nil:
	case !p.known():
		d.unknown("hooks_path", p.val.span())
		d.Hooks.Path = ""
	case isStringish(p.val) && !(p.val.kind == kBool && p.val.num == 0):
		d.Hooks.Path = p.val.text
	}
}

func (d *Deployment) findHooks() {
	if d.Hooks.Path == "" || d.Exists == nil {
		return
	}
	for _, name := range hookNames {
		if d.Exists(filepath.Join(d.Hooks.Path, name)) {
			d.Hooks.Names = append(d.Hooks.Names, name)
		}
	}
}

// isStringish is Kamal's idea of what may stand for a string.
func isStringish(n *node) bool {
	switch n.kind {
	case kString, kSymbol, kInt, kFloat, kBool:
		return true
	}
	return false
}
