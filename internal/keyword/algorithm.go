package keyword

import "strings"

// algorithm is one name of a list of algorithms, with the releases that have
// it: from since (0: all) up to, and without, gone (0: still there).
type algorithm struct {
	name        string
	since, gone Release
}

// The names are those of cipher.c, mac.c, kex-names.c and sshkey.c.
var (
	ciphers = []algorithm{
		{"3des-cbc", 0, 0}, {"aes128-cbc", 0, 0}, {"aes192-cbc", 0, 0}, {"aes256-cbc", 0, 0},
		{"aes128-ctr", 0, 0}, {"aes192-ctr", 0, 0}, {"aes256-ctr", 0, 0},
		{"aes128-gcm@openssh.com", 0, 0}, {"aes256-gcm@openssh.com", 0, 0},
		{"chacha20-poly1305@openssh.com", 0, 0},
		{"rijndael-cbc@lysator.liu.se", 0, 805},
		{"blowfish-cbc", 0, 706}, {"cast128-cbc", 0, 706}, {"arcfour", 0, 706},
		{"arcfour128", 0, 706}, {"arcfour256", 0, 706},
	}
	macs = []algorithm{
		{"hmac-sha1", 0, 0}, {"hmac-sha1-96", 0, 0}, {"hmac-sha2-256", 0, 0},
		{"hmac-sha2-512", 0, 0}, {"hmac-md5", 0, 0}, {"hmac-md5-96", 0, 0},
		{"umac-64@openssh.com", 0, 0}, {"umac-128@openssh.com", 0, 0},
		{"hmac-sha1-etm@openssh.com", 0, 0}, {"hmac-sha1-96-etm@openssh.com", 0, 0},
		{"hmac-sha2-256-etm@openssh.com", 0, 0}, {"hmac-sha2-512-etm@openssh.com", 0, 0},
		{"hmac-md5-etm@openssh.com", 0, 0}, {"hmac-md5-96-etm@openssh.com", 0, 0},
		{"umac-64-etm@openssh.com", 0, 0}, {"umac-128-etm@openssh.com", 0, 0},
		{"hmac-ripemd160", 0, 706}, {"hmac-ripemd160@openssh.com", 0, 706},
		{"hmac-ripemd160-etm@openssh.com", 0, 706},
	}
	kexes = []algorithm{
		{"diffie-hellman-group1-sha1", 0, 0}, {"diffie-hellman-group14-sha1", 0, 0},
		{"diffie-hellman-group14-sha256", 0, 0}, {"diffie-hellman-group16-sha512", 0, 0},
		{"diffie-hellman-group18-sha512", 0, 0}, {"diffie-hellman-group-exchange-sha1", 0, 0},
		{"diffie-hellman-group-exchange-sha256", 0, 0}, {"ecdh-sha2-nistp256", 0, 0},
		{"ecdh-sha2-nistp384", 0, 0}, {"ecdh-sha2-nistp521", 0, 0},
		{"curve25519-sha256", 0, 0}, {"curve25519-sha256@libssh.org", 0, 0},
		{"sntrup4591761x25519-sha512@tinyssh.org", 800, 805},
		{"sntrup761x25519-sha512@openssh.com", 805, 0},
		{"mlkem768x25519-sha256", 909, 0},
		// 9.9 upstream; Debian has it in its 9.2 as well.
		{"sntrup761x25519-sha512", 902, 0},
	}
	keyTypes = []algorithm{
		{"ssh-ed25519", 0, 0}, {"ssh-ed25519-cert-v01@openssh.com", 0, 0},
		{"ecdsa-sha2-nistp256", 0, 0}, {"ecdsa-sha2-nistp256-cert-v01@openssh.com", 0, 0},
		{"ecdsa-sha2-nistp384", 0, 0}, {"ecdsa-sha2-nistp384-cert-v01@openssh.com", 0, 0},
		{"ecdsa-sha2-nistp521", 0, 0}, {"ecdsa-sha2-nistp521-cert-v01@openssh.com", 0, 0},
		{"ssh-rsa", 0, 0}, {"ssh-rsa-cert-v01@openssh.com", 0, 0},
		{"rsa-sha2-256", 0, 0}, {"rsa-sha2-512", 0, 0},
		{"rsa-sha2-256-cert-v01@openssh.com", 708, 0},
		{"rsa-sha2-512-cert-v01@openssh.com", 708, 0},
		{"ssh-dss", 0, 1000}, {"ssh-dss-cert-v01@openssh.com", 0, 1000},
		{"sk-ssh-ed25519@openssh.com", 802, 0},
		{"sk-ssh-ed25519-cert-v01@openssh.com", 802, 0},
		{"sk-ecdsa-sha2-nistp256@openssh.com", 802, 0},
		{"sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", 802, 0},
		{"webauthn-sk-ecdsa-sha2-nistp256@openssh.com", 804, 0},
	}
	// The short names, which count in any case.
	keyNames = []algorithm{
		{"RSA", 0, 0}, {"DSA", 0, 1000}, {"ECDSA", 0, 0}, {"ED25519", 0, 0},
		{"ECDSA-SK", 802, 0}, {"ED25519-SK", 802, 0},
	}
	// The starts of the names of GSSAPI key exchanges, in the vendors' patch.
	gssKexes = []string{
		"gss-gex-sha1-", "gss-group1-sha1-", "gss-group14-sha1-", "gss-group14-sha256-",
		"gss-group16-sha512-", "gss-nistp256-sha256-", "gss-curve25519-sha256-",
	}
)

// known reports whether that release has the algorithm. Post-quantum names are
// still being added, so newer releases are believed to have any of them.
func known(list []algorithm, name string, r Release) bool {
	for i := range list {
		a := &list[i]
		if a.name == name {
			return a.since <= r && (a.gone == 0 || r < a.gone)
		}
	}
	return r > R(10, 0) && (strings.HasPrefix(name, "mlkem") || strings.Contains(name, "mldsa"))
}

// validNames reports whether every name of a comma-separated list is valid. As
// in ciphers_valid and its like, an empty list is not, and what follows an
// empty name is not looked at.
func validNames(list string, valid func(string) bool) bool {
	if list == "" {
		return false
	}
	for name := range strings.SplitSeq(list, ",") {
		if name == "" {
			return true
		}
		if !valid(name) {
			return false
		}
	}
	return true
}

// checkAlgorithms checks a list of algorithms. The list of a line that starts
// with - is not validated, as it holds patterns; + and ^ are cut off first.
// complaint is the error's start.
func (c ctx) checkAlgorithms(args []string, complaint string, valid func(string) bool) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	list := args[0]
	switch list[0] {
	case '-':
		if c.d.Release >= R(7, 5) {
			return c.end(one(list), args, 1)
		}
	case '^':
		if c.d.Release >= R(8, 0) {
			list = list[1:]
		}
	case '+':
		list = list[1:]
	}
	if !validNames(list, valid) {
		return Value{}, c.refuse(0, complaint+" '"+args[0]+"'.")
	}
	return c.end(one(args[0]), args, 1)
}

func checkCiphers(c ctx, args []string) (Value, *ValueError) {
	return c.checkAlgorithms(args, "Bad SSH2 cipher spec", func(name string) bool {
		return known(ciphers, name, c.d.Release)
	})
}

func checkMACs(c ctx, args []string) (Value, *ValueError) {
	complaint := "Bad SSH2 MAC spec"
	if c.k.Side == Server {
		complaint = "Bad SSH2 mac spec"
	}
	return c.checkAlgorithms(args, complaint, func(name string) bool {
		return known(macs, name, c.d.Release)
	})
}

func checkKex(c ctx, args []string) (Value, *ValueError) {
	return c.checkAlgorithms(args, "Bad SSH2 KexAlgorithms", func(name string) bool {
		return known(kexes, name, c.d.Release) ||
			(c.d.Vendor == Debian || c.d.Vendor == Fedora) && isGSSKex(name)
	})
}

// checkGSSKex is GSSAPIKexAlgorithms of the vendors' patch, for which + - and ^
// have no meaning.
func checkGSSKex(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "Missing argument.")
	}
	if !validNames(args[0], isGSSKex) {
		return Value{}, c.refuse(0, "Bad GSSAPI KexAlgorithms '"+args[0]+"'.")
	}
	return c.end(one(args[0]), args, 1)
}

func isGSSKex(name string) bool {
	for _, start := range gssKexes {
		if strings.HasPrefix(name, start) {
			return true
		}
	}
	return false
}

// checkKeyTypes is parse_pubkey_algos of readconf.c and servconf.c, which takes
// patterns too, as long as they match some key type.
func checkKeyTypes(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "Missing argument.")
	}
	return c.checkAlgorithms(args, "Bad key types", func(name string) bool {
		r := c.d.Release
		if known(keyTypes, name, r) {
			return true
		}
		for _, short := range keyNames {
			if equalFold(short.name, name) {
				return known(keyNames, short.name, r)
			}
		}
		return matchesKeyType(name, r)
	})
}

// matchesKeyType reports whether a pattern, negated or not, matches the name of
// a key type.
func matchesKeyType(pattern string, r Release) bool {
	pattern = strings.TrimPrefix(pattern, "!")
	for i := range keyTypes {
		if known(keyTypes, keyTypes[i].name, r) && glob(pattern, keyTypes[i].name) {
			return true
		}
	}
	return false
}

// glob is match_pattern of match.c: * and ? only.
func glob(pattern, s string) bool {
	star, mark, p, i := -1, 0, 0, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
