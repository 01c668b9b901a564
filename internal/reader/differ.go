package reader

import (
	"slices"
	"strconv"
	"strings"
)

// Reach lists the keywords that decide whether a host is reached, as whom, and
// how long a silent connection lives.
var Reach = []string{
	"serveraliveinterval", "serveralivecountmax", "hostname", "port", "user",
	"identityfile", "proxyjump", "proxycommand", "connecttimeout",
}

// Difference is a keyword of which two programs use different values. Ours is
// what OpenSSH uses; either list is empty where nothing is set.
type Difference struct {
	Keyword      string
	Ours, Theirs []Setting
}

// Differences compares what OpenSSH and another program use for a host. Where
// both use a default of their own there is no difference, because no line makes
// it; values that mean the same are none either.
func Differences(host string, keywords []string, ours, theirs []Setting) []Difference {
	var out []Difference
	for _, k := range keywords {
		d := Difference{Keyword: k, Ours: of(ours, k), Theirs: of(theirs, k)}
		if !same(host, d) && !settledByOther(k, ours, theirs) {
			out = append(out, d)
		}
	}
	return out
}

func of(list []Setting, name string) []Setting {
	var out []Setting
	for _, s := range list {
		if s.Keyword == name {
			out = append(out, s)
		}
	}
	return out
}

// settledByOther reports whether both programs agree on ProxyJump or
// ProxyCommand, so that the other of the two is of no importance.
func settledByOther(name string, ours, theirs []Setting) bool {
	other := map[string]string{"proxyjump": "proxycommand", "proxycommand": "proxyjump"}[name]
	if other == "" {
		return false
	}
	a, b := effective("", other, of(ours, other)), effective("", other, of(theirs, other))
	return len(a) > 0 && slices.Equal(a, b)
}

func same(host string, d Difference) bool {
	if unset(d.Ours) && unset(d.Theirs) {
		return true
	}
	a, b := effective(host, d.Keyword, d.Ours), effective(host, d.Keyword, d.Theirs)
	if slices.Equal(a, b) {
		return true
	}
	if slices.Contains(Reach, d.Keyword) || unset(d.Ours) || unset(d.Theirs) {
		return false
	}
	// Of other keywords nobody knows how the program understands the words.
	return d.Theirs[0].Problem == "" && *d.Ours[0].Source == *d.Theirs[0].Source
}

// unset reports whether no line gives a value.
func unset(list []Setting) bool { return len(list) == 0 || list[0].Source == nil }

// effective is what a list of settings means, in a form that can be compared.
func effective(host, name string, list []Setting) []string {
	if unset(list) {
		return unsetMeans(host, name, list)
	}
	var out []string
	for _, s := range list {
		if s.Problem != "" {
			return unusable(host, name)
		}
		out = append(out, canonical(name, s.Value))
	}
	if name == "identityfile" {
		slices.Sort(out) // all are tried
	}
	if len(out) == 1 && out[0] == "" {
		return unsetMeans(host, name, nil)
	}
	return out
}

// unusable is what a program has that gets no value although a line gives one:
// no time, or nothing that OpenSSH could have.
func unusable(host, name string) []string {
	if name == "serveraliveinterval" || name == "connecttimeout" {
		return unsetMeans(host, name, nil)
	}
	return []string{"\x00"}
}

// unsetMeans is what holds where no line sets a keyword: the same for all
// programs, as far as it is compared.
func unsetMeans(host, name string, list []Setting) []string {
	switch name {
	case "serveraliveinterval":
		if len(list) == 1 {
			return []string{canonical(name, list[0].Value)} // Debian's BatchMode
		}
		return []string{"0"}
	case "serveralivecountmax":
		return []string{"3"}
	case "port":
		return []string{"22"}
	case "hostname":
		return []string{strings.ToLower(host)}
	}
	return nil
}

// canonical is one spelling of values that mean the same.
func canonical(name, value string) string {
	switch name {
	case "hostname":
		return strings.ToLower(value)
	case "serveraliveinterval", "serveralivecountmax", "port", "connecttimeout":
		if n, err := strconv.ParseUint(value, 10, 64); err == nil {
			value = strconv.FormatUint(n, 10)
		}
		if name == "connecttimeout" && (value == "0" || strings.EqualFold(value, "none")) {
			return ""
		}
		if name == "serveraliveinterval" && (value == "" || strings.EqualFold(value, "none")) {
			return "0"
		}
		return value
	case "proxycommand":
		value = strings.Join(strings.Fields(value), " ")
	case "user", "identityfile":
		return value
	case "proxyjump":
		hops := strings.Split(value, ",")
		for i, hop := range hops {
			hops[i] = strings.TrimPrefix(hop, "ssh://")
		}
		value = strings.Join(hops, ",")
	default:
		value = strings.ToLower(value)
		switch value {
		case "true":
			return "yes"
		case "false":
			return "no"
		}
		return value
	}
	if strings.EqualFold(value, "none") {
		return ""
	}
	return value
}
