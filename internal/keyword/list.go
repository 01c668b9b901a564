package keyword

import "strings"

// nothing is what becomes of a list keyword whose line has no arguments, as in
// `SendEnv # comment`: up to 9.4 it stored nothing without a word; since then
// only the keywords that may be empty do.
func (c ctx) nothing() (Value, *ValueError) {
	if c.k.MinArgs == 0 || c.d.Release < R(9, 5) {
		return c.unset(), nil
	}
	return Value{}, c.fatal(-1, "no "+c.name()+" specified")
}

func (c ctx) emptyArgument(i int) *ValueError {
	return c.counted(i, "keyword "+c.name()+" empty argument")
}

func (c ctx) mustBeAlone(i int, word string) *ValueError {
	return c.counted(i, "keyword "+c.name()+` "`+word+`" argument must appear alone.`)
}

// maxHostFiles is SSH_MAX_HOSTS_FILES of readconf.h.
const maxHostFiles = 32

// checkFiles is a list of files on one line, in which none may only stand
// alone: parse_char_array of readconf.c, parse_filenames of servconf.c.
func checkFiles(c ctx, args []string) (Value, *ValueError) {
	if len(args) == 0 {
		return c.nothing()
	}
	for i, a := range args {
		switch {
		case a == "":
			return Value{}, c.emptyArgument(i)
		case isNone(a) && len(args) > 1:
			return Value{}, c.mustBeAlone(i, "none")
		case i >= maxHostFiles && c.k.Side == Client:
			return Value{}, c.counted(i, "too many "+c.name()+" entries.")
		}
	}
	if len(args) == 1 && isNone(args[0]) && c.k.Side == Client && !c.k.Is("logverbose") {
		return Value{Items: noneItems}, nil
	}
	return joined(args), nil
}

// checkRevokedHostKeys: several files since 10.3; none is not printed.
func checkRevokedHostKeys(c ctx, args []string) (Value, *ValueError) {
	if c.d.Release < R(10, 3) {
		return checkClearable(c, args)
	}
	v, err := checkFiles(c, args)
	if err == nil && len(args) == 1 && isNone(args[0]) {
		v.Items = nil
	}
	return v, err
}

// checkAuthorizedKeysFile: up to 9.4 none was a file name like others.
func checkAuthorizedKeysFile(c ctx, args []string) (Value, *ValueError) {
	if c.d.Release >= R(9, 5) {
		return checkFiles(c, args)
	}
	if len(args) == 0 {
		return c.nothing()
	}
	for i, a := range args {
		if a == "" {
			return Value{}, c.emptyArgument(i)
		}
	}
	return joined(args), nil
}

// checkLogVerbose: the client keeps only the first pattern of the line.
func checkLogVerbose(c ctx, args []string) (Value, *ValueError) {
	v, err := checkFiles(c, args)
	if err == nil && len(args) > 1 && c.k.Side == Client {
		return one(args[0]), nil
	}
	return v, err
}

// checkEnvNames is SendEnv and AcceptEnv: patterns without =.
func checkEnvNames(c ctx, args []string) (Value, *ValueError) {
	if len(args) == 0 {
		return c.nothing()
	}
	for i, a := range args {
		if a == "" || strings.IndexByte(a, '=') >= 0 {
			return Value{}, c.refuse(i, "Invalid environment name.")
		}
	}
	return lines(args), nil
}

// checkSetEnv is SetEnv of both sides: NAME=VALUE, of which the first of a name
// counts.
func checkSetEnv(c ctx, args []string) (Value, *ValueError) {
	if len(args) == 0 {
		return c.nothing()
	}
	items := make([]string, 0, len(args))
	names := make(map[string]bool, len(args))
	for i, a := range args {
		name, _, found := strings.Cut(a, "=")
		if !found {
			msg := "Invalid SetEnv."
			if c.k.Side == Server {
				msg = "Invalid environment."
			}
			return Value{}, c.refuse(i, msg)
		}
		if !names[name] {
			names[name] = true
			items = append(items, a)
		}
	}
	return Value{Items: items}, nil
}

// checkCanonicalDomains is oCanonicalDomains of readconf.c.
func checkCanonicalDomains(c ctx, args []string) (Value, *ValueError) {
	if len(args) == 0 {
		return c.nothing()
	}
	domains := make([]string, len(args))
	for i, a := range args {
		if a == "" {
			return Value{}, c.emptyArgument(i)
		}
		if isNone(a) && len(args) > 1 {
			return Value{}, c.mustBeAlone(i, "none")
		}
		if wrong := invalidDomain(a); wrong != "" {
			return Value{}, c.refuse(i, wrong)
		}
		if i >= maxHostFiles {
			return Value{}, c.refuse(i, "too many hostname suffixes.")
		}
		domains[i] = strings.TrimSuffix(lowercase(a), ".")
	}
	return joined(domains), nil
}

// invalidDomain is valid_domain of misc.c: what is wrong with a domain name,
// "" if nothing is. The name is lower-cased up to where it is wrong.
func invalidDomain(s string) string {
	if s == "" {
		return "empty domain name"
	}
	if digitValue(s[0]) == 99 {
		return `domain name "` + upTo100(s) + `" starts with invalid character`
	}
	for i := 0; i < len(s); i++ {
		ch := s[i]
		if ch == '.' && i > 0 && s[i-1] == '.' {
			return `domain name "` + upTo100(lowercase(s[:i])+s[i:]) + `" contains consecutive separators`
		}
		if ch != '.' && ch != '-' && ch != '_' && digitValue(ch) == 99 {
			return `domain name "` + upTo100(lowercase(s[:i])+s[i:]) + `" contains invalid characters`
		}
	}
	return ""
}

func upTo100(s string) string { return s[:min(len(s), 100)] }

// checkPermittedCNAMEs is oCanonicalizePermittedCNAMEs of readconf.c: none
// (since 8.9), * or SOURCES:TARGETS.
func checkPermittedCNAMEs(c ctx, args []string) (Value, *ValueError) {
	if len(args) == 0 {
		return c.nothing()
	}
	rules := make([]string, len(args))
	for i, a := range args {
		switch {
		case isNone(a) && c.d.Release >= R(8, 9):
			if len(args) > 1 {
				return Value{}, c.mustBeAlone(i, "none")
			}
			return Value{Items: noneItems}, nil
		case a == "*":
			rules[i] = "*:*"
		default:
			rules[i] = lowercase(a)
			if _, targets, _ := strings.Cut(a, ":"); targets == "" {
				return Value{}, c.refuse(i, `Invalid permitted CNAME "`+rules[i]+`"`)
			}
		}
		if i >= maxHostFiles {
			return Value{}, c.refuse(i, "too many permitted CNAMEs.")
		}
	}
	return joined(rules), nil
}

// checkChannelTimeout is ChannelTimeout of both sides: TYPE=TIME…, or none. Up
// to 9.4 sshd let none pass as the last of several; 9.2 does not print it.
func checkChannelTimeout(c ctx, args []string) (Value, *ValueError) {
	if len(args) == 0 {
		return c.nothing()
	}
	for i, a := range args {
		if isNone(a) {
			if i+1 < len(args) || i > 0 && c.d.Release >= R(9, 5) {
				return Value{}, c.mustBeAlone(i, "none")
			}
			continue
		}
		kind, interval, _ := strings.Cut(a, "=")
		if _, ok := ParseTime(interval, c.d.Release); !ok || kind == "" {
			return Value{}, c.fatal(i, "invalid channel timeout "+a)
		}
	}
	if len(args) > 1 || !isNone(args[0]) {
		return joined(args), nil
	}
	if c.d.Release < R(9, 3) {
		return Value{}, nil
	}
	return Value{Items: noneItems}, nil
}

// checkUsers is AllowUsers and DenyUsers of servconf.c: patterns USER or
// USER@HOSTS, of which HOSTS must be good as a list of addresses.
func checkUsers(c ctx, args []string) (Value, *ValueError) {
	if len(args) == 0 {
		return c.nothing()
	}
	for i, a := range args {
		_, hosts, hasHosts := strings.Cut(a, "@")
		if a == "" || hasHosts && !validAddressList(hosts) {
			return Value{}, c.refuse(i, "invalid "+c.name()+` pattern: "`+a+`"`)
		}
	}
	return lines(args), nil
}

// checkGroups is AllowGroups and DenyGroups of servconf.c.
func checkGroups(c ctx, args []string) (Value, *ValueError) {
	if len(args) == 0 {
		return c.nothing()
	}
	for i, a := range args {
		if a == "" {
			return Value{}, c.refuse(i, "empty "+c.name()+" pattern")
		}
	}
	return lines(args), nil
}

// authMethods are the methods of auth2-methods.c.
var authMethods = []string{
	"none", "publickey", "gssapi-with-mic", "password", "keyboard-interactive", "hostbased",
}

// checkAuthMethods is AuthenticationMethods of servconf.c: lists of methods, or
// any alone.
func checkAuthMethods(c ctx, args []string) (Value, *ValueError) {
	if len(args) == 0 {
		return Value{}, c.fatal(-1, "no "+c.name()+" specified")
	}
	for i, a := range args {
		if len(args) > 1 && (a == "any" && i > 0 || i > 0 && args[0] == "any") {
			return Value{}, c.refuse(i, `"any" must appear alone in `+c.name())
		}
		if a != "any" && !c.validMethods(a) {
			return Value{}, c.refuse(i, "invalid "+c.name()+" method list.")
		}
	}
	return joined(args), nil
}

// validMethods is auth2_methods_valid: METHOD[:DEVICE], separated by commas.
func (c ctx) validMethods(list string) bool {
	for part := range strings.SplitSeq(list, ",") {
		name, _, _ := strings.Cut(part, ":")
		found := name == "gssapi-keyex" && (c.d.Vendor == Debian || c.d.Vendor == Fedora)
		for _, m := range authMethods {
			found = found || m == name
		}
		if !found {
			return false
		}
	}
	return true
}

// checkPubkeyOptions is PubkeyAuthOptions of servconf.c: the words add up, and
// none adds nothing.
func checkPubkeyOptions(c ctx, args []string) (Value, *ValueError) {
	touch, verify := false, false
	for i, a := range args {
		switch {
		case isNone(a):
		case equalFold(a, "touch-required"):
			touch = true
		case equalFold(a, "verify-required"):
			verify = true
		default:
			return Value{}, c.counted(i, "unsupported "+c.name()+" option "+a)
		}
	}
	switch {
	case touch && verify:
		return one("touch-required verify-required"), nil
	case touch:
		return one("touch-required"), nil
	case verify:
		return one("verify-required"), nil
	}
	return Value{Items: noneItems}, nil
}
