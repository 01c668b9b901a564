package keyword

import (
	"strconv"
	"strings"
)

// Limits of readconf.c: the length of its buffer for a forwarding, of a host
// name (NI_MAXHOST) and of a socket's path.
const (
	maxForward  = 255
	maxHostName = 1025
	maxSunPath  = 108
)

// checkForward is LocalForward, RemoteForward and DynamicForward.
func checkForward(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	remote, dynamic := c.k.Is("remoteforward"), c.k.Is("dynamicforward")
	spec, used := args[0], 1
	if !dynamic {
		used = 2
		switch {
		case !missing(args, 1):
			spec += ":" + args[1]
		case remote:
			dynamic = true
		default:
			return Value{}, c.refuse(at(args, 1), "Missing target argument.")
		}
	}
	if len(spec) > maxForward {
		spec = spec[:maxForward]
	}
	shown, ok := forward(spec, dynamic, remote)
	switch {
	case !validDollars(spec):
		ok = false
	case strings.Contains(spec, "${"):
		// What it means depends on the environment.
		ok, shown = true, strings.Join(args[:min(used, len(args))], " ")
	}
	if !ok {
		return Value{}, c.refuse(0, "Bad forwarding specification.")
	}
	return c.end(one(shown), args, used)
}

// forward checks one forwarding and gives its printed form.
func forward(spec string, dynamic, remote bool) (string, bool) {
	fields, ok := forwardFields(spec)
	if !ok {
		return "", false
	}
	f := makeForwarding(fields)
	if !f.valid(len(fields), dynamic, remote) {
		return "", false
	}
	if dynamic && !remote {
		return f.listen.String(), true
	}
	return f.listen.String() + " " + f.connect.String(), true
}

// field is one of the parts of a forwarding between colons.
type field struct {
	text string
	path bool // it has a slash
}

// forwardFields is the loop over parse_fwd_field of readconf.c: up to four
// parts, brackets around a part hide its colons, a backslash any other byte.
func forwardFields(s string) ([]field, bool) {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	var fields []field
	for s != "" && len(fields) < 4 {
		var f field
		var ok bool
		if f, s, ok = cutField(s); !ok {
			return nil, false
		}
		fields = append(fields, f)
	}
	return fields, s == "" && len(fields) > 0
}

func cutField(s string) (f field, rest string, ok bool) {
	if s[0] == '[' {
		end := strings.IndexByte(s, ']')
		if end < 0 || end+1 < len(s) && s[end+1] != ':' {
			return f, "", false
		}
		f = field{text: s[1:end], path: strings.IndexByte(s[1:end], '/') >= 0}
		return f, strings.TrimPrefix(s[end+1:], ":"), true
	}
	var text strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ':':
			f.text = text.String()
			return f, s[i+1:], true
		case '\\':
			if i++; i == len(s) {
				return f, "", false
			}
		case '/':
			f.path = true
		}
		text.WriteByte(s[i])
	}
	f.text = text.String()
	return f, "", true
}

// endpoint is one end of a forwarding: a host and port, or the path of a
// socket. hasHost is false for a port that is on no address in particular.
type endpoint struct {
	host, path      string
	port            int
	hasHost, isPath bool
}

func hostEnd(host, port string) endpoint {
	return endpoint{host: host, port: parsePort(port), hasHost: true}
}

func pathEnd(path string) endpoint { return endpoint{path: path, isPath: true} }

func portEnd(port string) endpoint { return endpoint{port: parsePort(port)} }

// String is the end as dump_cfg_forwards of readconf.c prints it.
func (e endpoint) String() string {
	switch {
	case e.isPath:
		return e.path
	case !e.hasHost:
		return strconv.Itoa(e.port)
	}
	return "[" + e.host + "]:" + strconv.Itoa(e.port)
}

// forwarding is where ssh listens and where it connects to.
type forwarding struct{ listen, connect endpoint }

// makeForwarding gives the parts their meaning, by their number and by which of
// them are paths (parse_forward of readconf.c).
func makeForwarding(f []field) forwarding {
	socks := endpoint{host: "socks", hasHost: true}
	switch {
	case len(f) == 1 && f[0].path:
		return forwarding{pathEnd(f[0].text), socks}
	case len(f) == 1:
		return forwarding{portEnd(f[0].text), socks}
	case len(f) == 2 && f[0].path && f[1].path:
		return forwarding{pathEnd(f[0].text), pathEnd(f[1].text)}
	case len(f) == 2 && f[1].path:
		return forwarding{portEnd(f[0].text), pathEnd(f[1].text)}
	case len(f) == 2:
		return forwarding{hostEnd(f[0].text, f[1].text), socks}
	case len(f) == 3 && f[0].path:
		return forwarding{pathEnd(f[0].text), hostEnd(f[1].text, f[2].text)}
	case len(f) == 3 && f[2].path:
		return forwarding{hostEnd(f[0].text, f[1].text), pathEnd(f[2].text)}
	case len(f) == 3:
		return forwarding{portEnd(f[0].text), hostEnd(f[1].text, f[2].text)}
	}
	return forwarding{hostEnd(f[0].text, f[1].text), hostEnd(f[2].text, f[3].text)}
}

// valid is the second half of parse_forward, for a forwarding of n parts.
func (f forwarding) valid(n int, dynamic, remote bool) bool {
	if dynamic {
		if n > 2 {
			return false
		}
	} else {
		if n < 3 && !f.connect.isPath && !f.listen.isPath {
			return false
		}
		if !f.connect.isPath && f.connect.port <= 0 {
			return false
		}
	}
	if !f.listen.isPath && (f.listen.port < 0 || f.listen.port == 0 && !remote) {
		return false
	}
	return f.listen.fits() && f.connect.fits()
}

func (e endpoint) fits() bool { return len(e.host) < maxHostName && len(e.path) < maxSunPath }

// validDollars reports whether every ${ of s starts a ${NAME} (dollar_expand of
// misc.c). Whether the variable is set cannot be told from a file.
func validDollars(s string) bool {
	for {
		i := strings.Index(s, "${")
		if i < 0 {
			return true
		}
		s = s[i+2:]
		if end := strings.IndexByte(s, '}'); end <= 0 {
			return false
		} else {
			s = s[end+1:]
		}
	}
}

// checkProxyJump is ProxyJump of readconf.c: hops separated by commas, each
// [USER@]HOST[:PORT] or ssh://…. # starts a comment, and the trimming of what
// is before it (rtrim of misc.c) cuts at the first blank. Only the last hop is
// printed anew, the others as written. `none # comment` is a host called none,
// as none is looked for before the comment is cut.
func checkProxyJump(c ctx, args []string) (Value, *ValueError) {
	raw := rawValue(args, " \t\r\n=")
	if isNone(raw) {
		return Value{}, nil
	}
	text, _, _ := strings.Cut(raw, "#")
	for i := 1; i < len(text); i++ {
		if isSpace(text[i]) {
			text = text[:i]
		}
	}
	var last hop
	for part := range strings.SplitSeq(text, ",") {
		var ok bool
		if last, ok = parseHop(part); !ok {
			return Value{}, c.refuse(0, `Invalid ProxyJump "`+raw+`"`)
		}
	}
	shown := last.String()
	if i := strings.LastIndexByte(text, ','); i >= 0 {
		shown = text[:i+1] + shown
	}
	return one(shown), nil
}

// hop is one host of ProxyJump.
type hop struct {
	user, host string
	port       int // -1: not given
}

// String is the hop as ssh -G prints it: numeric addresses get brackets.
func (h hop) String() string {
	s := h.host
	if strings.IndexByte(s, ':') >= 0 || strings.Trim(s, "1234567890.") == "" {
		s = "[" + s + "]"
	}
	if h.user != "" {
		s = h.user + "@" + s
	}
	if h.port > 0 {
		s += ":" + strconv.Itoa(h.port)
	}
	return s
}

func parseHop(s string) (hop, bool) {
	if uri, ok := strings.CutPrefix(s, "ssh://"); ok {
		return parseURIHop(uri)
	}
	h := hop{port: -1}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		if i == 0 {
			return h, false
		}
		h.user, s = s[:i], s[i+1:]
	}
	host, port, _, ok := hostPort(s)
	if !ok || host == "" {
		return h, false
	}
	h.host = cleanHost(host)
	return h.withPort(port)
}

func (h hop) withPort(port string) (hop, bool) {
	if port != "" {
		if h.port = parsePort(port); h.port <= 0 {
			return h, false
		}
	}
	return h, true
}

// parseURIHop is parse_ssh_uri of readconf.c, after the scheme.
func parseURIHop(s string) (hop, bool) {
	h := hop{port: -1}
	if user, rest, found := strings.Cut(s, "@"); found {
		user, _, _ = strings.Cut(user, ";")
		var ok bool
		if h.user, ok = urlDecode(user); !ok || user == "" {
			return h, false
		}
		s = rest
	}
	host, rest, delim, ok := cutHost(s)
	if !ok || host == "" {
		return h, false
	}
	h.host = cleanHost(host)
	if invalidDomain(h.host) != "" {
		return h, false
	}
	h.host = strings.TrimSuffix(h.host, ".")
	port := ""
	if delim == ':' {
		port, rest, _ = strings.Cut(rest, "/")
		if port == "" && rest != "" {
			return h, false
		}
	}
	if rest != "" {
		return h, false // a path is not allowed
	}
	return h.withPort(port)
}

// urlDecode is urldecode of misc.c, for which + is a blank.
func urlDecode(s string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '+':
			b.WriteByte(' ')
		case '%':
			if i+2 >= len(s) || digitValue(s[i+1]) > 15 || digitValue(s[i+2]) > 15 {
				return "", false
			}
			b.WriteByte(byte(digitValue(s[i+1])<<4 | digitValue(s[i+2])))
			i += 2
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), true
}
