package pattern

import (
	"net/netip"
	"strconv"
	"strings"
)

// MatchAddr matches an address against a list of addresses, CIDR networks and
// wildcard patterns (addrmatch.c, addr_match_list): 1 for a match, -1 for a
// negated one, 0 for none. With ok false OpenSSH refuses the list: a network
// with host bits set, a mask that is too long, an empty entry. addr may be ""
// to check the list only.
func MatchAddr(addr, list string) (result int, ok bool) {
	ip, isIP := ParseAddr(addr)
	for sub := range strings.SplitSeq(list, ",") {
		negated := strings.HasPrefix(sub, "!")
		if negated {
			sub = sub[1:]
		}
		if sub == "" {
			return 0, false
		}
		var hit bool
		switch network, kind := parseNetwork(sub); kind {
		case badNetwork:
			return 0, false
		case isNetwork:
			hit = isIP && network.contains(ip)
		default:
			hit = addr != "" && Match(addr, sub)
		}
		if hit && negated {
			return -1, true
		}
		if hit {
			result = 1
		}
	}
	if addr != "" && !isIP {
		return 0, true
	}
	return result, true
}

// MatchNetworks reports whether one of the addresses lies in a list of
// networks, for which no negation and no wildcard exists (addr_match_cidr_list).
// ok is false for a list that OpenSSH refuses.
func MatchNetworks(addrs []netip.Addr, list string) (match, ok bool) {
	for sub := range strings.SplitSeq(list, ",") {
		if sub == "" || len(sub) > 64 || strings.Trim(sub, "0123456789abcdefABCDEF.:/") != "" {
			return false, false
		}
		network, kind := parseNetwork(sub)
		if kind != isNetwork {
			return false, false
		}
		for _, a := range addrs {
			match = match || network.contains(a)
		}
	}
	return match, true
}

type networkKind uint8

const (
	notNetwork networkKind = iota
	isNetwork
	badNetwork
)

// network is an address range; its zone, if any, has to be the address's.
type network struct {
	netip.Prefix
	zone string
}

func (n network) contains(ip netip.Addr) bool {
	return n.zone == ip.Zone() && n.Contains(ip.WithZone(""))
}

// parseNetwork reads ADDRESS or ADDRESS/BITS. Words that are no address are
// notNetwork; an address with a wrong mask is badNetwork.
func parseNetwork(s string) (network, networkKind) {
	text, bits, hasMask := strings.Cut(s, "/")
	mask := -1
	if hasMask {
		n, err := strconv.ParseUint(bits, 10, 32)
		if err != nil || n > 128 {
			return network{}, notNetwork
		}
		mask = int(n)
	}
	ip, ok := ParseAddr(text)
	if !ok {
		return network{}, notNetwork
	}
	if mask < 0 {
		mask = ip.BitLen()
	}
	if mask > ip.BitLen() {
		return network{}, badNetwork
	}
	bare := ip.WithZone("")
	p := netip.PrefixFrom(bare, mask)
	if p.Masked().Addr() != bare {
		return network{}, badNetwork
	}
	return network{p, ip.Zone()}, isNetwork
}

// ParseAddr reads an address as getaddrinfo does with AI_NUMERICHOST: besides
// the usual forms it takes IPv4 addresses of fewer than four parts and parts
// in octal and hexadecimal (inet_aton).
func ParseAddr(s string) (netip.Addr, bool) {
	if ip, err := netip.ParseAddr(s); err == nil {
		return ip, true
	}
	return parseClassicIPv4(s)
}

func parseClassicIPv4(s string) (netip.Addr, bool) {
	parts := strings.Split(s, ".")
	if s == "" || len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 0, 32)
		if err != nil || strings.ContainsAny(part, "_bBoO") && !strings.HasPrefix(part, "0x") && !strings.HasPrefix(part, "0X") {
			return netip.Addr{}, false
		}
		width := 8
		if i == len(parts)-1 {
			width = 8 * (5 - len(parts))
		}
		if n >= 1<<width {
			return netip.Addr{}, false
		}
		value = value<<width | n
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}
