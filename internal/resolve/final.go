package resolve

import (
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
)

// finish applies what the programs do once all files are read and before they
// connect or listen: checks of values against each other.
func (r *Result) finish() {
	if r.Error == "" && r.c.Dialect.Side == keyword.Client && r.q.Identity.Known {
		r.finishClient()
	}
}

// finishClient is the end of main of ssh.c.
func (r *Result) finishClient() {
	r.Error = r.clientClash()
}

// clientClash names values that do not go together, in the order of ssh.c.
func (r *Result) clientClash() string {
	command := r.q.Identity.Command != ""
	switch {
	case r.is("proxycommand", "-") && r.is("proxyusefdpass", "yes"):
		return "ProxyCommand=- and ProxyUseFDPass are incompatible"
	case r.is("connectionattempts", "0"):
		return "Invalid number of ConnectionAttempts"
	case command && r.given("remotecommand"):
		return "Cannot execute command-line and remote command."
	case r.is("forkafterauthentication", "yes") && !command && !r.given("remotecommand") && !r.is("sessiontype", "none"):
		return "Cannot fork into background without a command to execute."
	}
	return ""
}

// serverClash names start-up values of a server that do not go together
// (sshd.c, main). They are looked at before any Match block.
func (r *Result) serverClash() string {
	for _, name := range [...]string{"AuthorizedKeysCommand", "AuthorizedPrincipalsCommand"} {
		lower := pattern.Lower(name)
		if _, user := r.Value(lower + "user"); r.given(lower) && !user {
			return name + " set without " + name + "User"
		}
	}
	lists, ok := r.Value("authenticationmethods")
	if !ok || len(lists) != 1 || lists[0] == "any" {
		return ""
	}
	for list := range strings.SplitSeq(lists[0], " ") {
		if r.methodsEnabled(list) {
			return ""
		}
	}
	return "AuthenticationMethods cannot be satisfied by enabled authentication methods"
}

// methodsEnabled is auth2_methods_valid of auth2.c for a list that was
// accepted.
func (r *Result) methodsEnabled(list string) bool {
	for method := range strings.SplitSeq(list, ",") {
		method, _, _ = strings.Cut(method, ":")
		name := map[string]string{
			"publickey": "pubkeyauthentication", "password": "passwordauthentication", "keyboard-interactive": "kbdinteractiveauthentication",
			"hostbased": "hostbasedauthentication", "gssapi-with-mic": "gssapiauthentication", "gssapi-keyex": "gssapikeyexchange",
		}[method]
		if name == "" {
			continue
		}
		v, ok := r.Value(name)
		if !ok {
			v = r.DefaultOf(name)
		}
		if len(v) == 1 && v[0] == "no" {
			return false
		}
	}
	return true
}

// is reports whether a keyword is set to a word.
func (r *Result) is(name, word string) bool {
	v, ok := r.Value(name)
	return ok && len(v) == 1 && v[0] == word
}

// given reports whether a keyword has a value other than none.
func (r *Result) given(name string) bool {
	v, ok := r.Value(name)
	return ok && len(v) > 0 && v[0] != "none"
}

// DefaultOf is what a keyword is where no line sets it, as far as it is known
// here: some defaults depend on other keywords.
func (r *Result) DefaultOf(name string) []string {
	k := keyword.Find(r.c.Dialect.Side, []byte(name))
	if k == nil {
		return nil
	}
	if r.c.Dialect.Side == keyword.Client {
		switch k.Lower {
		case "serveraliveinterval":
			if r.c.Dialect.Vendor == keyword.Debian && r.is("batchmode", "yes") {
				return []string{"300"} // Debian's keepalive-extensions.patch
			}
		case "updatehostkeys":
			// readconf.c, fill_default_options
			_, files := r.Value("userknownhostsfile")
			if v, ok := r.Value("verifyhostkeydns"); files || ok && len(v) == 1 && v[0] != "false" {
				return []string{"false"}
			}
		}
	}
	return r.c.Dialect.DefaultOf(k)
}
