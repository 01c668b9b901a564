package kamal

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// collect writes down every scalar of the merged files by its path, and all
// ERB, for Same.
func (d *Deployment) collect() {
	c := collector{values: d.values}
	c.add("", d.root, 0)
	for _, s := range []*source{d.base, d.dest} {
		if s == nil {
			continue
		}
		for i, t := range s.tags {
			c.values[fmt.Sprintf("ERB %d of %s", i+1, s.path)] = string(s.data[t.start:t.end])
		}
	}
	if c.cut {
		d.values = nil
	}
}

type collector struct {
	values map[string]string
	steps  int
	cut    bool // too many values, or a list that holds itself
}

func (c *collector) add(path string, n *node, depth int) {
	if c.steps++; depth > 100 || c.steps > maxWork {
		c.cut = true
	}
	if c.cut {
		return
	}
	switch n.kind {
	case kMap:
		for _, p := range n.pairs {
			c.add(join(path, pathKey(p.key, depth)), p.val, depth+1)
		}
		if len(n.pairs) == 0 {
			c.values[path] = "{}"
		}
	case kSeq:
		for i, item := range n.items {
			c.add(join(path, strconv.Itoa(i)), item, depth+1)
		}
		if len(n.items) == 0 {
			c.values[path] = "[]"
		}
	default:
		text := n.text
		if n.unknown {
			text = string(n.src.data[n.start:n.end])
		}
		c.values[path] = fmt.Sprint(n.kind, " ", text)
		if n.y != nil && n.kind == kOther {
			c.values[path] += n.y.Value
		}
	}
}

// pathKey tells keys apart that look the same: strings, symbols and numbers. At
// the root a symbol is a string.
func pathKey(key *node, depth int) string {
	switch {
	case (key.kind == kString || key.kind == kSymbol && depth == 0) && !strings.Contains(key.text, "/"):
		return key.text
	case key.kind == kSymbol:
		return ":" + key.text
	}
	return fmt.Sprint(key.kind, strconv.Quote(key.text))
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "/" + key
}

// Same proves that two readings of the same deployment differ at the given
// paths at most ("sshkit/pool_idle_timeout"). The error names the first path
// that differs, never what stands there.
func Same(before, after *Deployment, except ...string) error {
	if before.root == nil || after.root == nil || before.values == nil || after.values == nil {
		return fmt.Errorf("not all values of %s can be compared", before.File)
	}
	paths := slices.Sorted(maps.Keys(before.values))
	for path := range after.values {
		if _, ok := before.values[path]; !ok {
			paths = append(paths, path)
		}
	}
	for _, path := range paths {
		if slices.ContainsFunc(except, func(e string) bool { return e == path || strings.HasPrefix(e, path+"/") }) {
			continue // the option itself, or an empty section that now holds it
		}
		old, was := before.values[path]
		now, is := after.values[path]
		switch {
		case was && !is:
			return fmt.Errorf("%s would be lost", path)
		case is && !was:
			return fmt.Errorf("%s would be new", path)
		case old != now:
			return fmt.Errorf("%s would change", path)
		}
	}
	return nil
}
