package kamal

import (
	"net/netip"
	"strings"

	"github.com/sshvet/sshvet/internal/lazy"
)

var (
	userAndPort = lazy.Regexp(`@.*:[0-9]+`)
	bracketed   = lazy.Regexp(`\[([a-fA-F0-9:]+)\](?::([0-9]+))?`)
)

// SplitHost takes a host string apart as SSHKit does (lib/sshkit/host.rb), its
// oddities included: the first form that fits counts. A string that SSHKit
// refuses is its own name.
func SplitHost(s string) Host {
	h := Host{Written: s, Name: s}
	switch {
	case !strings.ContainsAny(s, ":@"):
	case isIPv6(s):
	case !strings.ContainsAny(s, "@[]"):
		pieces := split(s, ":")
		h.Name, h.Port = piece(pieces, 0), piece(pieces, len(pieces)-1)
	case userAndPort().MatchString(s):
		pieces := split(s, ":@")
		h.User, h.Name, h.Port = piece(pieces, 0), piece(pieces, 1), piece(pieces, 2)
	case bracketed().MatchString(s):
		m := bracketed().FindStringSubmatch(s)
		h.Name, h.Port = m[1], m[2]
	case !strings.Contains(s, ":"):
		pieces := split(s, "@")
		h.User, h.Name = piece(pieces, 0), piece(pieces, len(pieces)-1)
	}
	return h
}

// split is String#split: empty pieces at the end are dropped.
func split(s, signs string) []string {
	var pieces []string
	for {
		i := strings.IndexAny(s, signs)
		if i < 0 {
			break
		}
		pieces, s = append(pieces, s[:i]), s[i+1:]
	}
	pieces = append(pieces, s)
	for len(pieces) > 0 && pieces[len(pieces)-1] == "" {
		pieces = pieces[:len(pieces)-1]
	}
	return pieces
}

// piece is one of the pieces, or nothing.
func piece(pieces []string, i int) string {
	if i < 0 || i >= len(pieces) {
		return ""
	}
	return pieces[i]
}

// Parsable reports whether SSHKit can take a host string apart; if not, the
// deploy ends with UnparsableHostStringError.
func Parsable(s string) bool {
	return !strings.ContainsAny(s, ":@") || isIPv6(s) || !strings.ContainsAny(s, "@[]") ||
		userAndPort().MatchString(s) || bracketed().MatchString(s) ||
		strings.Contains(s, "@") && !strings.Contains(s, ":")
}

func isIPv6(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6()
}

// Match reports whether a filter of Kamal's --hosts, with the wildcards of
// File.fnmatch, fits a name.
func Match(filter, name string) bool {
	budget := 10000
	return match(filter, name, &budget)
}

// match tries what a filter may mean; budget bounds the tries.
func match(filter, name string, budget *int) bool {
	for filter != "" {
		if *budget--; *budget < 0 {
			return false
		}
		switch c := filter[0]; c {
		case '*':
			for i := 0; i <= len(name); i++ {
				if match(filter[1:], name[i:], budget) {
					return true
				}
			}
			return false
		case '{':
			if alternatives, rest, ok := braces(filter); ok {
				for _, a := range alternatives {
					if match(a+rest, name, budget) {
						return true
					}
				}
				return false
			}
		case '[':
			if rest, hit, ok := class(filter, name); ok {
				if !hit {
					return false
				}
				filter, name = rest, name[1:]
				continue
			}
		case '\\':
			if len(filter) > 1 {
				filter = filter[1:]
			}
		}
		if name == "" || filter[0] != '?' && filter[0] != name[0] {
			return false
		}
		filter, name = filter[1:], name[1:]
	}
	return name == ""
}

// braces takes {a,b} apart.
func braces(filter string) (alternatives []string, rest string, ok bool) {
	depth, from := 0, 1
	for i := range len(filter) {
		switch filter[i] {
		case '{':
			depth++
		case ',':
			if depth == 1 {
				alternatives = append(alternatives, filter[from:i])
				from = i + 1
			}
		case '}':
			if depth--; depth == 0 {
				return append(alternatives, filter[from:i]), filter[i+1:], true
			}
		}
	}
	return nil, "", false
}

// class matches [abc], [a-c] and [^a] against one character.
func class(filter, name string) (rest string, hit, ok bool) {
	end := strings.IndexByte(filter[1:], ']')
	if end <= 0 {
		return "", false, false
	}
	set, rest := filter[1:1+end], filter[end+2:]
	if name == "" {
		return rest, false, true
	}
	not := set[0] == '^' || set[0] == '!'
	if not {
		set = set[1:]
	}
	for i := 0; i < len(set); i++ {
		low, high := set[i], set[i]
		if i+2 < len(set) && set[i+1] == '-' {
			high = set[i+2]
			i += 2
		}
		hit = hit || low <= name[0] && name[0] <= high
	}
	return rest, hit != not, true
}
