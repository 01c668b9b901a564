package netssh

import "sync"

// keyID is a keyword that net-ssh does something with.
type keyID uint8

const (
	unknown keyID = iota
	keyHost
	keyMatch
	keyInclude
	keyJump
	keyCommand
	// keyProxy is where net-ssh keeps a ProxyJump or ProxyCommand. A line that
	// names it by itself makes it raise.
	keyProxy
	keyIdentity
	keyCertificates
	keyInterval
	keyCountMax
	keyHostname
	keyChallenge
	keyInteractive
	keyRekeyLimit
	keySendEnv
	keySetEnv
	keyStrict
	keyPrompts
	firstPlain // the others have no name here
)

// how a keyword becomes an option.
type how uint8

const (
	byItself  how = iota // see translation.special
	asItIs               // the value unchanged
	splitList            // the value split at commas
	method               // adds to auth_methods, or takes away
)

// longestKey is more than the length of the longest of their names.
const longestKey = 40

// keys lists the keywords; all others are read and forgotten.
var keys = [...]struct {
	name   string // lower case
	how    how
	option string // its name; of method, the method
}{
	keyHost:         {name: "host"},
	keyMatch:        {name: "match"},
	keyInclude:      {name: "include"},
	keyJump:         {name: "proxyjump"},
	keyCommand:      {name: "proxycommand"},
	keyProxy:        {name: "proxy"},
	keyIdentity:     {"identityfile", asItIs, "keys"},
	keyCertificates: {"certificatefile", asItIs, "keycerts"},
	keyInterval:     {name: "serveraliveinterval"},
	keyCountMax:     {name: "serveralivecountmax"},
	keyHostname:     {name: "hostname"},
	keyChallenge:    {"challengeresponseauthentication", method, "challenge-response"},
	keyInteractive:  {"kbdinteractiveauthentication", method, "keyboard-interactive"},
	keyRekeyLimit:   {name: "rekeylimit"},
	keySendEnv:      {name: "sendenv"},
	keySetEnv:       {name: "setenv"},
	keyStrict:       {name: "stricthostkeychecking"},
	keyPrompts:      {name: "numberofpasswordprompts"},
	firstPlain:      {"bindaddress", asItIs, "bind_address"},
	firstPlain + 1:  {"checkhostip", asItIs, "check_host_ip"},
	firstPlain + 2:  {"compression", asItIs, "compression"},
	firstPlain + 3:  {"compressionlevel", asItIs, "compression_level"},
	firstPlain + 4:  {"connecttimeout", asItIs, "timeout"},
	firstPlain + 5:  {"fingerprinthash", asItIs, "fingerprint_hash"},
	firstPlain + 6:  {"forwardagent", asItIs, "forward_agent"},
	firstPlain + 7:  {"globalknownhostsfile", asItIs, "global_known_hosts_file"},
	firstPlain + 8:  {"hostkeyalias", asItIs, "host_key_alias"},
	firstPlain + 9:  {"identitiesonly", asItIs, "keys_only"},
	firstPlain + 10: {"identityagent", asItIs, "identity_agent"},
	firstPlain + 11: {"port", asItIs, "port"},
	firstPlain + 12: {"user", asItIs, "user"},
	firstPlain + 13: {"userknownhostsfile", asItIs, "user_known_hosts_file"},
	firstPlain + 14: {"ciphers", splitList, "encryption"},
	firstPlain + 15: {"hostkeyalgorithms", splitList, "host_key"},
	firstPlain + 16: {"macs", splitList, "hmac"},
	firstPlain + 17: {"preferredauthentications", splitList, "auth_methods"},
	firstPlain + 18: {"hostbasedauthentication", method, "hostbased"},
	firstPlain + 19: {"passwordauthentication", method, "password"},
	firstPlain + 20: {"pubkeyauthentication", method, "publickey"},
}

// byName is made when it is first needed, as start-up counts.
var byName = sync.OnceValue(func() map[string]keyID {
	ids := make(map[string]keyID, len(keys))
	for i := range keys[1:] {
		ids[keys[i+1].name] = keyID(i + 1)
	}
	return ids
})

// byLength are the keywords by the length of their names: for a word of a file few
// have to be compared.
var byLength = sync.OnceValue(func() *[longestKey][]keyID {
	var ids [longestKey][]keyID
	for i := range keys[1:] {
		n := len(keys[i+1].name)
		ids[n] = append(ids[n], keyID(i+1))
	}
	return &ids
})

// listed reports whether every line of a keyword counts, not the first alone.
func (k keyID) listed() bool { return k == keyIdentity || k == keyCertificates }
