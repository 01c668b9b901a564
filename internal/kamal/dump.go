package kamal

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// readDump takes hosts and options from what `kamal config` printed. It holds
// secrets: nothing of it is kept but hosts and a few options, no place in it is
// given to anybody, and errors show none of its text.
func (d *Deployment) readDump() error {
	if d.Dump == nil {
		return nil
	}
	d.Files = append(d.Files, File{Path: d.DumpName})
	root, err := parseDump(d.Dump)
	if err != nil {
		return fmt.Errorf("%s: %w", d.DumpName, err)
	}
	hosts := root.named("hosts")
	if hosts == nil || hosts.kind != kSeq {
		return fmt.Errorf("%s: no list of :hosts: in it; it should be what kamal config prints", d.DumpName)
	}
	d.dumpHosts(hosts)
	d.dumpSSH(root.named("ssh_options"))
	d.dumpSSHKit(root.named("sshkit"))
	d.dumpBuilder(root.named("builder"))
	d.Unknown = slices.DeleteFunc(d.Unknown, func(u Unknown) bool { return u.Path != "hooks_path" })
	return nil
}

// parseDump reads the output from its first line of three dashes on; lines
// before it are warnings of gems. ERB has run: there are no tags.
func parseDump(data []byte) (*node, error) {
	if len(data) > maxSize {
		return nil, fmt.Errorf("it has %d bytes; more than %d are not read", len(data), maxSize)
	}
	for at := 0; at < len(data); {
		end := lineEnd(data, at)
		if bytes.HasPrefix(data[at:end], []byte("---")) {
			data = data[at:]
			break
		}
		if at = end + 1; at < len(data) && data[end] == '\r' {
			at++
		}
	}
	s := &source{data: data, masked: data}
	err := s.parse()
	var broken *yamlError
	if errors.As(err, &broken) {
		return nil, fmt.Errorf("it is no YAML (line %d); it should be what kamal config prints", broken.line)
	}
	if s.root == nil || s.root.kind != kMap {
		return nil, errors.New("it should be what kamal config prints, but holds no map")
	}
	return s.root, nil
}

// named is the value of a key, a symbol or a string; nil without one.
func (n *node) named(key string) *node {
	if n == nil || n.kind != kMap {
		return nil
	}
	for _, p := range n.pairs {
		if (p.key.kind == kSymbol || p.key.kind == kString) && p.key.text == key {
			return p.val
		}
	}
	return nil
}

func (d *Deployment) dumpHosts(list *node) {
	known := d.Hosts
	d.Hosts, d.HostsFrom = nil, FromDump
	once := map[string]bool{}
	for _, item := range list.items {
		if item.kind != kString || item.text == "" {
			continue
		}
		h := SplitHost(item.text)
		if i, ok := d.known[h.Written]; ok && i < len(known) {
			h = known[i]
		}
		d.appendOnce(h, once)
	}
}

// dumpString sets an option from the dump. The place in the files stays where
// they say the same; ERB may be what stands there.
func dumpString(v *Value[string], n *node, standard string) {
	value := standard
	if n != nil && isStringish(n) {
		value = n.text
	}
	if v.Unknown || v.Value != value {
		*v = Value[string]{Value: value, Set: value != standard, Span: v.Span, Key: v.Key}
	}
}

func dumpInt(v *Value[int], n *node, standard int) {
	value := standard
	if n != nil && n.kind == kInt {
		value = n.num
	} else if n != nil && n.kind == kString && intForm().MatchString(n.text) {
		value = parseInt(n.text)
	}
	if v.Unknown || v.Value != value {
		*v = Value[int]{Value: value, Set: value != standard, Span: v.Span, Key: v.Key}
	}
}

func (d *Deployment) dumpSSH(n *node) {
	if n == nil {
		return
	}
	dumpString(&d.SSH.User, n.named("user"), "root")
	dumpInt(&d.SSH.Port, n.named("port"), 22)
	d.dumpProxy(n.named("proxy"))
	if a := n.named("forward_agent"); a != nil && a.kind == kBool {
		v := &d.SSH.ForwardAgent
		v.Set, v.Unknown, v.Value = true, false, a.num == 1
	}
	d.SSH.ForwardAgent.Unknown = false
	d.dumpConfig(n.named("config"))
}

// dumpProxy reads the object that Kamal has made of proxy or proxy_command.
func (d *Deployment) dumpProxy(n *node) {
	var jump, command *node
	if n != nil && n.y != nil && strings.Contains(n.y.Tag, "Jump") {
		jump = n.named("jump_proxies")
	} else {
		command = n.named("command_line_template")
	}
	if v := &d.SSH.Proxy; jump == nil || "root@"+v.Value != jump.text {
		dumpString(v, jump, "")
	}
	dumpString(&d.SSH.ProxyCommand, command, "")
}

// dumpConfig reads ssh.config. Kamal before 2.9.0 does not hand it on; what the
// files say about it stays then.
func (d *Deployment) dumpConfig(n *node) {
	c := &d.SSH.Config
	if n == nil {
		if AtLeast(d.Versions.Kamal, configFiles) && c.Unknown {
			*c = ConfigOption{Span: c.Span}
		}
		return
	}
	var paths []string
	switch n.kind {
	case kString:
		paths = []string{n.text}
	case kSeq:
		paths = []string{}
		for _, item := range n.items {
			paths = append(paths, item.text)
		}
	}
	off := n.kind == kBool && n.num == 0
	if !c.Unknown && c.Off == off && slices.Equal(c.Paths, paths) {
		return
	}
	*c = ConfigOption{Set: true, Off: off, List: n.kind == kSeq, Paths: paths, Span: c.Span, Spans: make([]Span, len(paths))}
	for i := range c.Spans {
		c.Spans[i] = c.Span
	}
}

func (d *Deployment) dumpSSHKit(n *node) {
	if n != nil {
		dumpInt(&d.SSHKit.PoolIdleTimeout, n.named("pool_idle_timeout"), 900)
	}
}

func (d *Deployment) dumpBuilder(n *node) {
	if n == nil || n.kind != kMap {
		return
	}
	span, key := d.Builder.Remote.Span, d.Builder.Remote.Key
	d.Builder = Builder{}
	strip(n)
	d.readBuilderFrom(&pair{key: &node{}, val: n})
	d.Builder.Remote.Span, d.Builder.Remote.Key = span, key
}

// strip makes the keys of a map of the dump strings: some releases print
// symbols.
func strip(n *node) {
	for _, p := range n.pairs {
		if p.key.kind == kSymbol {
			p.key.kind = kString
		}
	}
}
