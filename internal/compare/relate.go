package compare

import (
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/reader"
)

// State is how two values, or those of a row, stand to each other.
type State uint8

// The states. Unknown: it cannot be told from the files alone.
const (
	Same State = iota
	Unknown
	Different
)

var stateNames = [...]string{"same", "unknown", "different"}

func (s State) String() string { return stateNames[s] }

// side is a value with the file that it belongs to.
type side struct {
	*Values
	Value
}

// relate compares two values of a keyword.
func relate(name string, a, b side) State {
	if !slices.EqualFunc(a.Conditional, b.Conditional, sameCondition) {
		return Different
	}
	if a.Unavailable != "" || b.Unavailable != "" {
		return Unknown
	}
	if a.Absent || b.Absent {
		if a.Absent && b.Absent {
			return Same
		}
		return Unknown
	}
	if a.Built && b.Built {
		return Same
	}
	if a.Dump != b.Dump {
		if b.Dump {
			a, b = b, a
		}
		return relateDump(name, a, b)
	}
	if a.Built == b.Built && slices.Equal(a.comparable(name), b.comparable(name)) {
		return Same
	}
	return Different
}

// comparable is canonical, but an address to listen on with all of the server's
// ports is the address alone: another Port is a difference of Port.
func (s side) comparable(name string) []string {
	if name != "listenaddress" {
		return canonical(name, s.Items)
	}
	return withoutPorts(s.Items, canonical("port", s.Get("port").Items))
}

func withoutPorts(items, ports []string) []string {
	of := map[string][]string{}
	var out []string
	for _, item := range items {
		addr, domain, _ := strings.Cut(item, " ")
		at := strings.LastIndexByte(addr, ':')
		key := addr[:max(at, 0)] + " " + domain
		of[key] = append(of[key], addr[at+1:])
	}
	for key, list := range of {
		if list = canonical("port", list); !slices.Equal(list, ports) {
			key += " " + strings.Join(list, ",")
		}
		out = append(out, key)
	}
	slices.Sort(out)
	return out
}

func sameCondition(a, b reader.Conditional) bool {
	return a.Value == b.Value && a.Condition == b.Condition
}

// omitted reports whether sshd -T prints a keyword only if it is set (servconf.c,
// dump_config).
func omitted(name string) bool {
	k := keyword.Find(keyword.Server, []byte(name))
	if k == nil || k.Vendor != "" || k.Status != keyword.Active || isBuilt(k) {
		return false
	}
	d := keyword.Dialect{Side: keyword.Server, Release: keyword.Newest}
	return name == "channeltimeout" || name == "revokedkeys" || d.DefaultOf(k) == nil
}

// relateDump compares what sshd -T printed with a configuration.
func relateDump(name string, dump, conf side) State {
	a, b := dump.comparable(name), conf.comparable(name)
	k := keyword.Find(keyword.Server, []byte(name))
	switch {
	case conf.Built || k == nil:
		return Unknown
	case slices.Equal(a, b):
		return Same
	case conf.Default && isDefaultElsewhere(k, dump, conf):
		return Unknown
	case k.Kind == "alglist" && len(a) == 1 && len(b) == 1:
		return relateAlgorithms(a[0], b[0])
	case name == "persourcepenalties":
		return relatePenalties(a, b)
	case name == "listenaddress" && slices.ContainsFunc(conf.Items, isName):
		return Unknown
	case k.Kind == "path" && relativeOf(a, b):
		return Unknown
	}
	return Different
}

// isDefaultElsewhere reports whether what sshd -T printed is what the keyword is
// by default in a release or with a vendor that the user has not ruled out.
func isDefaultElsewhere(k *keyword.Keyword, dump, conf side) bool {
	printed := canonical(k.Lower, dump.Items)
	for r := keyword.Oldest; r <= keyword.Newest; r++ {
		if conf.ReleaseKnown && r != conf.Dialect.Release {
			continue
		}
		for vendor := keyword.NoVendor; vendor <= keyword.MacOS; vendor++ {
			if conf.VendorKnown && vendor != conf.Dialect.Vendor {
				continue
			}
			d := keyword.Dialect{Side: keyword.Server, Release: r, Vendor: vendor}
			if slices.Equal(printed, canonical(k.Lower, d.DefaultOf(k))) {
				return true
			}
		}
	}
	return false
}

// relateAlgorithms compares a list that sshd has worked out with one as it is
// written, in which +, - and ^ refer to the list of the build and patterns to
// what the build has (kex.c, kex_assemble_names).
func relateAlgorithms(printed, written string) State {
	have := strings.Split(printed, ",")
	if written == "" {
		return Different
	}
	names := strings.Split(strings.TrimLeft(written, "+-^"), ",")
	in := func(n string) bool {
		return slices.ContainsFunc(have, func(h string) bool { return pattern.Match(h, n) })
	}
	switch written[0] {
	case '+', '^':
		if slices.ContainsFunc(names, func(n string) bool { return !in(n) }) {
			return Different
		}
		return Unknown
	case '-':
		if slices.ContainsFunc(names, in) {
			return Different
		}
		return Unknown
	}
	if strings.ContainsAny(written, "*?!") {
		for _, h := range have {
			if pattern.MatchList(h, written, false) != 1 {
				return Different
			}
		}
		return Unknown
	}
	return Different
}

// relatePenalties: sshd -T prints all keys, a line of a file sets some.
func relatePenalties(printed, written []string) State {
	have, want := penalties(printed), penalties(written)
	for _, word := range want {
		if word != "yes" && !slices.Contains(have, word) || word == "yes" && slices.Contains(have, "no") {
			return Different
		}
	}
	return Unknown
}

// penalties are the words of PerSourcePenalties; times have decimals from 10.3 on.
func penalties(items []string) []string {
	words := strings.Fields(strings.Join(items, " "))
	for i, word := range words {
		if strings.Contains(word, ".") {
			words[i] = strings.TrimRight(strings.TrimRight(word, "0"), ".")
		}
	}
	return words
}

// isName reports whether an address is a host name, for which sshd asks the DNS.
func isName(addr string) bool {
	addr, _, _ = strings.Cut(addr, " ")
	return strings.Trim(addr, "[]0123456789abcdefABCDEF:.%") != ""
}

// relativeOf reports whether the paths of a file, which may be relative to the
// folder that sshd was started in, can be those that it printed.
func relativeOf(printed, written []string) bool {
	return slices.EqualFunc(printed, written, func(p, w string) bool {
		return p == w || !strings.HasPrefix(w, "/") && strings.HasSuffix(p, "/"+w)
	})
}

// canonical are values in a form in which those that mean the same are equal.
// The order of some keywords means nothing, and none is the same as not set.
func canonical(name string, items []string) []string {
	if len(items) == 1 && (items[0] == "none" || items[0] == "") {
		return nil
	}
	switch name {
	case "permitrootlogin": // two words for one value: releases print one or the other
		if len(items) == 1 && items[0] == "without-password" {
			return []string{"prohibit-password"}
		}
	case "acceptenv", "sendenv", "port", "listenaddress":
		items = slices.Clone(items)
		slices.Sort(items)
		return slices.Compact(items)
	}
	return items
}
