package netssh

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// CrashesOnConnect returns the exception that Net::SSH.start ends in for values
// that Net::SSH::Config.for takes without a word; nil if there is none.
// overridden are the options that the program gives itself, so that those of
// the files do not count: user, port, keepalive, keepalive_interval and
// forward_agent under Kamal; proxy, keys and keys_only as well if deploy.yml
// sets them.
//
// It knows what fails on every server: values of the wrong type, proxies that
// cannot be started, lists without a single algorithm or method that any
// net-ssh (7.0 to 8.0) knows. It does not look at whether files and hosts
// exist, nor at what a server offers. Values that net-ssh understands
// otherwise than OpenSSH without failing are no crashes.
func CrashesOnConnect(r *Result, overridden ...string) *Error {
	c := &connecting{r: r, overridden: overridden}
	checks := []func() *Error{
		c.proxy, c.bindAddress, c.port, c.timeout, c.compression, c.algorithms, c.knownHosts, c.hostKeyAlias,
		c.files, c.methods, c.compressionLevel, c.interval,
	}
	for _, check := range checks { // in the order in which net-ssh comes to them
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// connecting is one attempt.
type connecting struct {
	r          *Result
	overridden []string
}

// option is what the files say of an option, if they are heard.
func (c *connecting) option(name string) (v Value, at Source, ok bool) {
	if slices.Contains(c.overridden, name) {
		return Value{}, Source{}, false
	}
	o, ok := c.r.Option(name)
	if len(o.From) > 0 {
		at = o.From[len(o.From)-1]
	}
	return o.Value, at, ok
}

// conversion is Ruby's answer to an object that is no String (or Integer).
func conversion(v Value, to string, at Source) *Error {
	return &Error{Class: "TypeError", Message: fmt.Sprintf("no implicit conversion of %s into %s", named(v), to), Source: at}
}

// named is an object as it stands in a TypeError.
func named(v Value) string {
	switch v.Kind {
	case Nil, False, True:
		return map[Kind]string{Nil: "nil", False: "false", True: "true"}[v.Kind]
	case Int:
		return "Integer"
	}
	return "String"
}

func tooBig(at Source) *Error {
	return &Error{Class: "RangeError", Message: "bignum too big to convert into `long'", Source: at}
}

// timeout: a number of seconds, or nothing. `no` is neither.
func (c *connecting) timeout() *Error {
	v, at, ok := c.option("timeout")
	if !ok {
		return nil
	}
	if v.Kind != Int {
		class := map[Kind]string{False: "FalseClass", True: "TrueClass", String: "String"}[v.Kind]
		return &Error{Class: "TypeError", Message: "can't convert " + class + " into time interval", Source: at}
	}
	n, fits := v.Int64()
	switch {
	case !fits:
		return tooBig(at)
	case n == 0:
		return &Error{Class: "Net::SSH::ConnectionTimeout", Message: "timeout during server version negotiating", Source: at}
	}
	return nil
}

// bindAddress is not used with a proxy.
func (c *connecting) bindAddress() *Error {
	if v, _, ok := c.option("proxy"); ok && v.Truthy() {
		return nil
	}
	if v, at, ok := c.option("bind_address"); ok && v.Kind == True {
		return conversion(v, "String", at)
	}
	return nil
}

func (c *connecting) port() *Error {
	if v, at, ok := c.option("port"); ok && v.Kind == True {
		return conversion(v, "String", at)
	}
	return nil
}

// proxy: Command takes the text apart when it connects, Jump makes a command
// line first.
func (c *connecting) proxy() *Error {
	v, at, ok := c.option("proxy")
	if !ok {
		return nil
	}
	text, method := v.Items[0], "gsub"
	if v.Kind == Jump {
		method = "split"
	}
	if text.Kind != String {
		return raisedAt(text.noMethod(method), at)
	}
	command := text.Text
	if v.Kind == Jump {
		var err *Error
		if command, err = jumpCommand(text.Text); err != nil {
			return raisedAt(err, at)
		}
	}
	return placedError(checkCommand(command), at)
}

func placedError(err *Error, at Source) *Error {
	if err == nil {
		return nil
	}
	return raisedAt(err, at)
}

// checkCommand looks at the tokens of a command line; net-ssh knows %h, %p and
// %%. For %r it would want an option that is set by hand alone.
func checkCommand(command string) *Error {
	if strings.TrimSpace(command) == "" {
		return &Error{Class: "Net::SSH::Proxy::ConnectError", Message: "No such file or directory - " + command}
	}
	for i := 0; i+1 < len(command); i++ {
		if command[i] != '%' {
			continue
		}
		i++
		switch command[i] {
		case 'h', 'p', '%':
		case 'r':
			return &Error{Class: "ArgumentError", Message: "remote user name not available"}
		default:
			token := []rune(command[i:])[0]
			return &Error{Class: "ArgumentError", Message: "unknown key: " + string(token)}
		}
	}
	return nil
}

// hostAndPort is an ssh URI as Ruby's URI takes it (RFC 3986): user, host,
// port, and a path, query and fragment that net-ssh does not look at.
var hostAndPort = sync.OnceValue(func() *regexp.Regexp {
	const (
		plain    = `[!$&-.0-9;=A-Z_a-z~]`
		encoded  = `%[0-9A-Fa-f]{2}`
		user     = `(?:((?:` + encoded + `|:|` + plain + `)*)@)?`
		host     = `(\[[0-9A-Fa-f:.]+\]|(?:` + encoded + `|` + plain + `)*)`
		port     = `(?::([0-9]*))?`
		path     = `((?:/(?:` + encoded + `|[:@/]|` + plain + `)*)?)`
		query    = `(?:\?(?:` + encoded + `|[:@/?]|` + plain + `)*)?`
		fragment = `(?:#(?:` + encoded + `|[:@/?]|` + plain + `)*)?`
	)
	return regexp.MustCompile(`^` + user + host + port + path + query + fragment + `$`)
})

// jumpCommand is the command line for a ProxyJump, as far as its tokens go.
// net-ssh knows no "none", and no ssh://: both are taken for hosts of those
// names.
func jumpCommand(jumps string) (string, *Error) {
	first, rest, more := strings.Cut(jumps, ",")
	if i := strings.IndexFunc(first, func(r rune) bool { return r > '~' }); i >= 0 {
		return "", &Error{Class: "URI::InvalidURIError", Message: "URI must be ascii only " + asciiInspect("ssh://"+first)}
	}
	m := hostAndPort().FindStringSubmatch(first)
	if m == nil {
		return "", &Error{Class: "URI::InvalidURIError", Message: "bad URI(is not URI?): " + rubyInspect("ssh://"+first)}
	}
	user, host, port := m[1], m[2], m[3]
	command := "ssh"
	if user != "" {
		name, _, _ := strings.Cut(user, ":")
		command += " -l " + name
	}
	if port != "" {
		command += " -p " + port
	}
	if more && rest != "" {
		command += " -J " + rest
	}
	command += " -W %h:%p " + host
	if err := checkCommand(command); err != nil {
		return "", err
	}
	if host == "" || host == "none" || host == "ssh" && strings.HasPrefix(m[4], "//") {
		return "", &Error{Class: "Net::SSH::Proxy::ConnectError", Message: "command failed: " + command}
	}
	return command, nil
}

// known lists the algorithms of net-ssh 7.0 to 8.0, by option.
func known(option string) []string {
	switch option {
	case "encryption":
		return []string{
			"aes256-ctr", "aes192-ctr", "aes128-ctr", "aes256-cbc", "aes192-cbc", "aes128-cbc", "rijndael-cbc@lysator.liu.se",
			"blowfish-ctr", "blowfish-cbc", "cast128-ctr", "cast128-cbc", "3des-ctr", "3des-cbc", "idea-cbc", "none",
			"chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com",
		}
	case "hmac":
		return []string{
			"hmac-sha2-512-etm@openssh.com", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512", "hmac-sha2-256", "hmac-sha1",
			"hmac-sha2-512-96", "hmac-sha2-256-96", "hmac-sha1-96", "hmac-ripemd160", "hmac-ripemd160@openssh.com", "hmac-md5",
			"hmac-md5-96", "none",
		}
	case "host_key":
		return []string{
			"ecdsa-sha2-nistp521-cert-v01@openssh.com", "ecdsa-sha2-nistp384-cert-v01@openssh.com",
			"ecdsa-sha2-nistp256-cert-v01@openssh.com", "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp256",
			"ssh-rsa-cert-v01@openssh.com", "ssh-rsa-cert-v00@openssh.com", "ssh-rsa", "rsa-sha2-256", "rsa-sha2-512", "ssh-dss",
			"ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519",
		}
	}
	return []string{"none", "zlib", "zlib@openssh.com"} // compression
}

// algorithms: a list of which net-ssh knows nothing leaves nothing to agree
// on. It knows no patterns, and `+` and `-`, but not `^`, in front of a list.
func (c *connecting) algorithms() *Error {
	for _, name := range []string{"host_key", "encryption", "hmac"} {
		v, at, ok := c.option(name)
		if ok && hopeless(name, v.Items) {
			return notSettled(name, at)
		}
	}
	return nil
}

func notSettled(name string, at Source) *Error {
	if name != "host_key" {
		name += "_client"
	}
	return &Error{Class: "Net::SSH::Exception", Message: "could not settle on " + name + " algorithm", Source: at}
}

func hopeless(name string, list []Value) bool {
	if len(list) > 0 && strings.ContainsAny(list[0].Text[:min(1, len(list[0].Text))], "+-") {
		return false
	}
	return !slices.ContainsFunc(list, func(v Value) bool { return slices.Contains(known(name), v.Text) })
}

// compression is yes, no, or the name of one algorithm.
func (c *connecting) compression() *Error {
	v, at, ok := c.option("compression")
	switch {
	case !ok:
	case v.Kind == Int:
		return raisedAt(v.noMethod("start_with?"), at)
	case v.Kind == String && hopeless("compression", []Value{v}):
		return notSettled("compression", at)
	}
	return nil
}

// compressionLevel counts once there is something to compress.
func (c *connecting) compressionLevel() *Error {
	v, _, _ := c.option("compression")
	level, at, ok := c.option("compression_level")
	if !ok || !level.Truthy() || v.Kind != True && v.Text != "zlib@openssh.com" {
		return nil
	}
	n, fits := level.Int64()
	switch {
	case level.Kind != Int:
		return conversion(level, "Integer", at)
	case !fits:
		return tooBig(at)
	case n > 1<<31-1:
		return &Error{Class: "RangeError", Message: fmt.Sprintf("integer %d too big to convert to `int'", n), Source: at}
	case n > 9:
		return &Error{Class: "Zlib::StreamError", Message: "stream error", Source: at}
	}
	return nil
}

// noHostKeys reports whether net-ssh never looks for known keys of the host:
// the algorithms are given, and no key is checked.
func (c *connecting) noHostKeys() bool {
	_, _, given := c.option("host_key")
	v, _, ok := c.option("verify_host_key")
	return given && ok && v.Text == "never"
}

// knownHosts are paths.
func (c *connecting) knownHosts() *Error {
	if c.noHostKeys() {
		return nil
	}
	for _, name := range []string{"user_known_hosts_file", "global_known_hosts_file"} {
		v, at, ok := c.option(name)
		if !ok || !v.Truthy() {
			continue
		}
		if err := c.path(v, at); err != nil {
			return err
		}
	}
	return nil
}

// path is what File.expand_path takes.
func (c *connecting) path(v Value, at Source) *Error {
	if v.Kind != String {
		return conversion(v, "String", at)
	}
	if c.r.expand == nil {
		return nil
	}
	return placedError(c.r.expand(v.Text), at)
}

// hostKeyAlias is a name. net-ssh by itself comes to it only if there is a
// file of known hosts; SSHKit always.
func (c *connecting) hostKeyAlias() *Error {
	if v, at, ok := c.option("host_key_alias"); ok && !c.noHostKeys() && (v.Kind == Int || v.Kind == True) {
		return raisedAt(v.noMethod("split"), at)
	}
	return nil
}

// files are those of keys and certificates.
func (c *connecting) files() *Error {
	for _, name := range []string{"keys", "keycerts"} {
		v, _, ok := c.option(name)
		if !ok {
			continue
		}
		o, _ := c.r.Option(name)
		for i, item := range v.Items {
			if err := c.path(item, o.From[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// methods: of those that net-ssh does not know, none can succeed.
func (c *connecting) methods() *Error {
	v, at, _ := c.option("auth_methods")
	names := []string{"none", "publickey", "password", "keyboard-interactive", "hostbased"}
	if slices.ContainsFunc(v.Items, func(m Value) bool { return slices.Contains(names, strings.ToLower(m.Text)) }) {
		return nil
	}
	return &Error{Class: "Net::SSH::AuthenticationFailed", Message: "Authentication failed for user", Source: at}
}

// interval is what the event loop waits.
func (c *connecting) interval() *Error {
	if v, at, ok := c.option("keepalive_interval"); ok {
		if _, fits := v.Int64(); !fits {
			return tooBig(at)
		}
	}
	return nil
}
