package keyword

import (
	"net/netip"
	"strings"
)

// validAddressList is addr_match_list of addrmatch.c when there is no address
// to match: parts of a comma-separated list may be negated, but not empty; an
// address with a mask must have no bits set below the mask. What is no address
// passes, as it may be a pattern.
func validAddressList(list string) bool {
	for part := range strings.SplitSeq(list, ",") {
		part = strings.TrimPrefix(part, "!")
		if part == "" || !consistentMask(part) {
			return false
		}
	}
	return true
}

// consistentMask is addr_pton_cidr of addr.c, without the difference between
// good addresses and no addresses.
func consistentMask(s string) bool {
	if len(s) >= 64 {
		return true // longer than the program's buffer: no address
	}
	text, mask, hasMask := strings.Cut(s, "/")
	bits, rest := int64(0), ""
	if hasMask {
		bits, rest, _ = strtol(mask, 10)
		if mask == "" || !isDigit(mask[0]) || rest != "" || bits > 128 {
			return true
		}
	}
	addr, ok := parseAddress(text)
	if !ok || !hasMask {
		return true
	}
	if int(bits) > addr.BitLen() {
		return false
	}
	prefix, err := addr.WithZone("").Prefix(int(bits))
	return err == nil && prefix.Addr() == addr.WithZone("")
}

// parseAddress reads what getaddrinfo takes for a numeric address: IPv6, and
// IPv4 in the forms of inet_aton.
func parseAddress(s string) (netip.Addr, bool) {
	if strings.IndexByte(s, ':') >= 0 {
		addr, err := netip.ParseAddr(s)
		return addr, err == nil
	}
	return parseIPv4(s)
}

// parseIPv4 is inet_aton: one to four numbers, decimal, octal or hexadecimal,
// the last of which fills the bytes that are left.
func parseIPv4(s string) (netip.Addr, bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint32
	for i, part := range parts {
		if part == "" || !isDigit(part[0]) {
			return netip.Addr{}, false
		}
		n, rest, _ := strtol(part, 0)
		last := i == len(parts)-1
		limit := int64(255)
		if last {
			limit = 1<<(8*(4-i)) - 1
		}
		if rest != "" || n > limit {
			return netip.Addr{}, false
		}
		if last {
			value |= uint32(n)
		} else {
			value |= uint32(n) << (24 - 8*i)
		}
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}

// hostPort is hpdelim of misc.c: it cuts "HOST:PORT" or "[HOST]:PORT". hasPort
// tells whether there was a colon.
func hostPort(s string) (host, port string, hasPort, ok bool) {
	host, port, delim, ok := cutHost(s)
	return host, port, delim == ':', ok && delim != '/'
}

// cutHost is hpdelim2 of misc.c, for which / ends a host as well; delim is 0
// when the host is all there is.
func cutHost(s string) (host, rest string, delim byte, ok bool) {
	end := strings.IndexAny(s, ":/")
	if s != "" && s[0] == '[' {
		if end = strings.IndexByte(s, ']') + 1; end == 0 {
			return "", "", 0, false
		}
		if end == len(s) {
			end = -1
		}
	}
	switch {
	case end < 0:
		return s, "", 0, true
	case s[end] != ':' && s[end] != '/':
		return "", "", 0, false
	}
	return s[:end], s[end+1:], s[end], true
}

// cleanHost is cleanhostname of misc.c: it takes brackets off.
func cleanHost(s string) string {
	if len(s) > 1 && s[0] == '[' && s[len(s)-1] == ']' {
		return s[1 : len(s)-1]
	}
	return s
}

// checkListenAddress is ListenAddress of servconf.c. The ports that a line does
// not name come from other lines, so they are left out.
func checkListenAddress(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "missing address")
	}
	shown, err := c.listenAddress(args[0])
	switch {
	case err != nil:
		return Value{}, err
	case len(args) == 1:
		return one(shown), nil
	}
	if args[1] != "rdomain" || len(args) == 2 {
		return Value{}, c.refuse(1, "bad ListenAddress syntax")
	}
	return c.end(one(shown+" rdomain "+args[2]), args, 3)
}

func (c ctx) listenAddress(a string) (string, *ValueError) {
	host, port, hasPort := a, "", false
	if strings.IndexByte(a, '[') >= 0 || strings.Count(a, ":") < 2 {
		var ok bool
		if host, port, hasPort, ok = hostPort(a); !ok {
			return "", c.refuse(0, "bad address:port usage")
		}
		host = cleanHost(host)
	}
	if hasPort && parsePort(port) <= 0 {
		return "", c.refuse(0, "bad port number")
	}
	if strings.IndexByte(host, ':') >= 0 {
		host = "[" + host + "]"
	}
	if hasPort {
		host += ":" + seconds(parsePort(port), port)
	}
	return host, nil
}

// permittedPort reports whether a port of PermitOpen and its like is good: a
// port or *.
func permittedPort(s string) bool { return s == "*" || parsePort(s) > 0 }

// checkPermitOpen is PermitOpen and PermitListen of servconf.c.
func checkPermitOpen(c ctx, args []string) (Value, *ValueError) {
	if len(args) == 0 || args[0] == "" && c.d.Release < R(9, 5) {
		return Value{}, c.noArgument(args)
	}
	if c.d.Release < R(9, 5) {
		if args[0] == "any" || args[0] == "none" {
			return c.end(one(args[0]), args, 1)
		}
		// An empty argument ended the list.
		for i, a := range args {
			if a == "" {
				if i+1 < len(args) {
					return c.end(Value{}, args, i+1)
				}
				args = args[:i]
				break
			}
		}
	}
	shown := make([]string, len(args))
	for i, a := range args {
		if c.d.Release >= R(9, 5) && (a == "any" || a == "none") {
			if i > 0 {
				return Value{}, c.refuse(i, a+" must appear alone on a "+c.name()+" line.")
			}
			shown[i] = a
			continue
		}
		var err *ValueError
		if shown[i], err = c.permitted(i, a); err != nil {
			return Value{}, err
		}
	}
	return joined(shown), nil
}

// permitted checks one HOST:PORT of PermitOpen, or [HOST:]PORT of PermitListen.
func (c ctx) permitted(i int, a string) (string, *ValueError) {
	port, shown, hasPort := a, a, true
	if c.k.Is("permitlisten") && strings.IndexByte(a, ':') < 0 {
		shown = "*:" + a
	} else {
		var ok bool
		if _, port, hasPort, ok = hostPort(a); !ok {
			return "", c.refuse(i, c.name()+" missing host")
		}
	}
	if !hasPort || !permittedPort(port) {
		return "", c.refuse(i, c.name()+" bad port number")
	}
	return shown, nil
}

// checkPermitRemoteOpen is PermitRemoteOpen of readconf.c. From 8.7 to 9.1 the
// first argument was skipped unless it was any or none.
func checkPermitRemoteOpen(c ctx, args []string) (Value, *ValueError) {
	if len(args) == 0 || args[0] == "" && c.d.Release < R(9, 2) {
		return Value{}, c.fatal(at(args, 0), "missing "+c.name()+" specification")
	}
	first := 0
	if r := c.d.Release; r >= R(8, 7) && r < R(9, 2) && !anyOrNone(args[0]) {
		first = 1
	}
	for i := first; i < len(args); i++ {
		a := args[i]
		if anyOrNone(a) {
			if len(args) > 1 {
				return Value{}, c.mustBeAlone(i, a)
			}
			continue
		}
		_, port, hasPort, ok := hostPort(a)
		if !ok {
			return Value{}, c.fatal(i, "missing host in "+c.name())
		}
		if !hasPort || !permittedPort(port) {
			return Value{}, c.fatal(i, "bad port number in "+c.name())
		}
	}
	if first == len(args) {
		return c.unset(), nil
	}
	return joined(args[first:]), nil
}

func anyOrNone(s string) bool { return equalFold(s, "any") || isNone(s) }
