package keyword

import (
	"strconv"
	"strings"
)

// clientSpecial is the checker of a client keyword that differs from others of
// its kind, nil for the rest. name is canonical.
func clientSpecial(name string) checker {
	switch name {
	case "addkeystoagent":
		return eraChecker(R(8, 4), checkAddKeys, enumChecker(wordsAskConfirm))
	case "addressfamily":
		return enumChecker(wordsFamily)
	case "canonicaldomains":
		return checkCanonicalDomains
	case "canonicalizehostname":
		return enumChecker(wordsCanon)
	case "canonicalizepermittedcnames":
		return checkPermittedCNAMEs
	case "channeltimeout":
		return checkChannelTimeout
	case "ciphers":
		return checkCiphers
	case "macs":
		return checkMACs
	case "kexalgorithms":
		return checkKex
	case "gssapikexalgorithms":
		return checkGSSKex
	case "hostkeyalgorithms", "hostbasedacceptedalgorithms", "pubkeyacceptedalgorithms",
		"casignaturealgorithms":
		return checkKeyTypes
	case "compression":
		return eraChecker(R(8, 2), enumChecker(wordsYesNo), checkClientFlag)
	case "controlmaster":
		return enumChecker(wordsMaster)
	case "controlpath", "pkcs11provider", "securitykeyprovider":
		return checkClearable
	case "controlpersist":
		return checkControlPersist
	case "escapechar":
		return checkEscapeChar
	case "fingerprinthash":
		return checkFingerprint
	case "forwardagent":
		return eraChecker(R(8, 2), checkForwardAgent, checkClientFlag)
	case "hostkeyalias":
		return checkHostKeyAlias
	case "identityagent":
		return checkAgentPath
	}
	return clientSpecial2(name)
}

func clientSpecial2(name string) checker {
	switch name {
	case "globalknownhostsfile", "userknownhostsfile":
		return checkFiles
	case "ipqos":
		return checkIPQoS
	case "localforward", "remoteforward", "dynamicforward":
		return checkForward
	case "loglevel":
		return checkLogLevel
	case "logverbose":
		return checkLogVerbose
	case "obscurekeystroketiming":
		return checkKeystrokes
	case "permitremoteopen":
		return checkPermitRemoteOpen
	case "port":
		return checkClientPort
	case "proxyjump":
		return checkProxyJump
	case "pubkeyauthentication":
		return eraChecker(R(8, 9), enumChecker(wordsPubkey), checkClientFlag)
	case "rekeylimit":
		return checkRekeyLimit
	case "requesttty":
		return enumChecker(wordsTTY)
	case "revokedhostkeys":
		return checkRevokedHostKeys
	case "sendenv":
		return checkEnvNames
	case "sessiontype":
		return enumChecker(wordsSession)
	case "setenv":
		return checkSetEnv
	case "stricthostkeychecking":
		return enumChecker(wordsHostKey)
	case "syslogfacility":
		return checkFacility
	case "tunnel":
		return enumChecker(wordsTunnel)
	case "tunneldevice":
		return checkTunnelDevice
	case "updatehostkeys", "verifyhostkeydns":
		return enumChecker(wordsAsk)
	case "versionaddendum":
		return checkVersionAddendum
	case "warnweakcrypto":
		return enumChecker(wordsCrypto)
	}
	return nil
}

// checkString is parse_string of readconf.c, and the same on the server.
func checkString(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	return c.end(one(args[0]), args, 1)
}

// checkClearable is a string for which none, in any case, means that there is
// none: then nothing is printed.
func checkClearable(c ctx, args []string) (Value, *ValueError) {
	v, err := checkString(c, args)
	if err == nil && isNone(args[0]) {
		v.Items = nil
	}
	return v, err
}

// checkHostKeyAlias: ssh.c lower-cases the alias.
func checkHostKeyAlias(c ctx, args []string) (Value, *ValueError) {
	v, err := checkString(c, args)
	if err == nil {
		v.Items[0] = lowercase(v.Items[0])
	}
	return v, err
}

// rawValue is the value of a raw-line keyword: the rest of the line without the
// bytes of blanks at its start.
func rawValue(args []string, blanks string) string {
	if len(args) == 0 {
		return ""
	}
	return strings.TrimLeft(args[0], blanks)
}

// checkClientCommand is parse_command of readconf.c: the rest of the line, of
// which none is not printed.
func checkClientCommand(_ ctx, args []string) (Value, *ValueError) {
	s := rawValue(args, " \t\r\n=")
	if isNone(s) {
		return Value{}, nil
	}
	return one(s), nil
}

// checkVersionAddendum is VersionAddendum of both sides: the rest of the line,
// in which there may be no CR. The programs mean to cut it at #, but look for
// it before the value, so that it stays (sshd 9.2 and the sources of 10.5).
func checkVersionAddendum(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), c.name()+" missing argument.")
	}
	s := rawValue(args, " \t\r\n")
	switch {
	case strings.IndexByte(s, '\r') >= 0:
		return Value{}, c.refuse(0, "Invalid "+c.name()+" argument")
	case isNone(s) && c.k.Side == Client:
		return one(""), nil
	case isNone(s) || s == "" && c.k.Side == Server:
		return Value{Items: noneItems}, nil
	}
	return one(s), nil
}

// checkAddKeys is AddKeysToAgent since 8.4: a word, a time, or confirm and a
// time.
func checkAddKeys(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "missing argument.")
	}
	i := findWord(wordsAskConfirm, args[0], c.d.Release)
	if len(args) == 1 {
		if i >= 0 {
			return one(wordsAskConfirm[i].shown), nil
		}
		n, ok := ParseTime(args[0], c.d.Release)
		switch {
		case !ok:
			return Value{}, c.refuse(0, "unsupported option")
		case n == 0:
			return one("true"), nil
		}
		return one(seconds(n, args[0])), nil
	}
	if i < 0 || wordsAskConfirm[i].text != "confirm" {
		return Value{}, c.refuse(1, "unsupported option")
	}
	n, ok := ParseTime(args[1], c.d.Release)
	if !ok {
		return Value{}, c.refuse(1, "invalid time value.")
	}
	if n == 0 {
		return c.end(one("confirm"), args, 2)
	}
	return c.end(one("confirm "+seconds(n, args[1])), args, 2)
}

// checkControlPersist: its words are case-sensitive, and 0 is yes.
func checkControlPersist(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "Missing ControlPersist argument.")
	}
	switch args[0] {
	case "no", "false":
		return c.end(Value{Items: noItems}, args, 1)
	case "yes", "true":
		return c.end(Value{Items: yesItems}, args, 1)
	}
	n, ok := ParseTime(args[0], c.d.Release)
	switch {
	case !ok:
		return Value{}, c.refuse(0, "Bad ControlPersist argument.")
	case n == 0:
		return c.end(Value{Items: yesItems}, args, 1)
	}
	return c.end(one(seconds(n, args[0])), args, 1)
}

// checkEscapeChar: none, one byte, or ^ and a letter.
func checkEscapeChar(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	a := args[0]
	switch {
	case a == "none":
		return c.end(Value{Items: noneItems}, args, 1)
	case len(a) == 1:
		return c.end(one(visByte(a[0])), args, 1)
	case len(a) == 2 && a[0] == '^' && a[1] >= 64 && a[1] < 128:
		return c.end(one(visByte(a[1]&31)), args, 1)
	}
	return Value{}, c.refuse(0, "Bad escape character.")
}

// visByte is vis(3) with VIS_WHITE, in which ssh -G prints the escape character.
func visByte(b byte) string {
	switch {
	case b == '\\':
		return `\\`
	case b > ' ' && b < 0x7f:
		return string(rune(b))
	case b&0x7f == ' ':
		return `\` + strconv.FormatInt(int64(b)+01000, 8)[1:]
	}
	s := `\`
	if b >= 0x80 {
		s += "M"
		b &= 0x7f
	}
	switch {
	case b == 0x7f:
		return s + "^?"
	case b < ' ':
		return s + "^" + string(rune(b+'@'))
	}
	return s + "-" + string(rune(b))
}

// checkForwardAgent is ForwardAgent since 8.2: a boolean, or where the agent's
// socket is.
func checkForwardAgent(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "missing argument.")
	}
	switch a := args[0]; {
	case equalFold(a, "yes"), equalFold(a, "true"):
		return c.end(Value{Items: yesItems}, args, 1)
	case equalFold(a, "no"), equalFold(a, "false"):
		return c.end(Value{Items: noItems}, args, 1)
	}
	return checkAgentPath(c, args)
}

// checkAgentPath is parse_agent_path of readconf.c: a path, $NAME, or a text
// with ${NAME} (since 8.4). That the variables are set is taken for granted.
func checkAgentPath(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	a := args[0]
	if c.d.Release >= R(8, 4) && !validDollars(a) {
		return Value{}, c.refuse(0, "Invalid environment expansion "+a+".")
	}
	if a[0] == '$' && !strings.HasPrefix(a, "${") && !validEnvName(a[1:]) {
		return Value{}, c.refuse(0, "Invalid environment name "+a+".")
	}
	return c.end(one(a), args, 1)
}

func validEnvName(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] != '_' && digitValue(s[i]) == 99 {
			return false
		}
	}
	return s != ""
}

// tunMax is SSH_TUNID_MAX of misc.h: the numbers above stand for any device and
// for an error.
const tunMax = 0x7fffffff - 2

// checkTunnelDevice is TunnelDevice of readconf.c: LOCAL[:REMOTE], numbers or
// any.
func checkTunnelDevice(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	local, remote, both := strings.Cut(args[0], ":")
	if !both {
		remote = "any"
	}
	a, okA := tunDevice(local)
	b, okB := tunDevice(remote)
	if !okA || !okB {
		return Value{}, c.refuse(0, "Bad tun device.")
	}
	return c.end(one(a+":"+b), args, 1)
}

func tunDevice(s string) (string, bool) {
	if equalFold(s, "any") {
		return "any", true
	}
	n, wrong := strtonum(s, tunMax)
	return strconv.FormatInt(n, 10), wrong == ""
}

// checkKeystrokes is ObscureKeystrokeTiming of readconf.c, whose words are
// case-sensitive; 20 ms is what yes stands for.
func checkKeystrokes(c ctx, args []string) (Value, *ValueError) {
	if len(args) == 0 {
		return Value{}, c.refuse(-1, "missing argument")
	}
	v, err := c.keystrokes(args[0])
	if err == nil && len(args) > 1 {
		return Value{}, c.refuse(1, "invalid arguments")
	}
	return v, err
}

func (c ctx) keystrokes(a string) (Value, *ValueError) {
	switch a {
	case "yes", "true":
		return Value{Items: yesItems}, nil
	case "no", "false":
		return Value{Items: noItems}, nil
	}
	text, found := strings.CutPrefix(a, "interval:")
	if !found {
		return Value{}, c.refuse(0, `unsupported argument "`+a+`"`)
	}
	n, wrong := ParseCount(text)
	switch {
	case wrong != "":
		return Value{}, c.refuse(0, wrong)
	case n <= 0 || n > 1000:
		return Value{}, c.refuse(0, "value out of range.")
	case n == 20:
		return Value{Items: yesItems}, nil
	}
	return one("interval:" + strconv.Itoa(n)), nil
}

// checkRekeyLimit is RekeyLimit of both sides: a number of bytes, and maybe a
// time. Both are printed as numbers, 0 for what is not limited.
func checkRekeyLimit(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	bytes, err := c.rekeyBytes(args[0])
	if err != nil {
		return Value{}, err
	}
	shown := strconv.FormatInt(bytes, 10)
	switch {
	case len(args) == 1:
		return one(shown + " 0"), nil
	case args[1] == "none":
		return c.end(one(shown+" 0"), args, 2)
	case args[1] == "":
		return Value{}, c.refuse(1, "missing time value.")
	}
	n, ok := ParseTime(args[1], c.d.Release)
	if !ok {
		return Value{}, c.refuse(1, "invalid time value.")
	}
	return c.end(one(shown+" "+strconv.Itoa(n)), args, 2)
}

func (c ctx) rekeyBytes(a string) (int64, *ValueError) {
	if a == "default" {
		return 0, nil
	}
	number, name := " number '", c.name()
	if c.k.Side == Client {
		number, name = "number '", "RekeyLimit"
	}
	n, wrong := scanScaled(a)
	if wrong != "" {
		what := "Bad "
		if c.k.Side == Server {
			what += name
		}
		return 0, c.refuse(0, what+number+a+"': "+wrong)
	}
	if n != 0 && n < 16 {
		return 0, c.refuse(0, name+" too small")
	}
	return n, nil
}

// ipqosWord is a name of parse_ipqos of misc.c and its value; what is printed
// for a value is its first name.
type ipqosWord struct {
	name  string
	value int
	since Release
}

// ipqosNone is what misc.c stores for none, which is not 0, as that is cs0.
const ipqosNone = maxInt

var ipqosWords = []ipqosWord{
	{"none", ipqosNone, 708},
	{"af11", 0x28, 0}, {"af12", 0x30, 0}, {"af13", 0x38, 0}, {"af21", 0x48, 0},
	{"af22", 0x50, 0}, {"af23", 0x58, 0}, {"af31", 0x68, 0}, {"af32", 0x70, 0},
	{"af33", 0x78, 0}, {"af41", 0x88, 0}, {"af42", 0x90, 0}, {"af43", 0x98, 0},
	{"cs0", 0x00, 0}, {"cs1", 0x20, 0}, {"cs2", 0x40, 0}, {"cs3", 0x60, 0},
	{"cs4", 0x80, 0}, {"cs5", 0xa0, 0}, {"cs6", 0xc0, 0}, {"cs7", 0xe0, 0},
	{"ef", 0xb8, 0}, {"le", 0x04, 802}, {"va", 0xb0, 1001},
}

// ipqosOld are the words for types of service. Since 10.1 they are accepted
// but mean that nothing is set.
var ipqosOld = []ipqosWord{{"lowdelay", 0x10, 0}, {"throughput", 0x08, 0}, {"reliability", 0x04, 0}}

// checkIPQoS is IPQoS of both sides: one value, or one for interactive and one
// for other sessions.
func checkIPQoS(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) && c.k.Side == Server {
		return Value{}, c.noArgument(args)
	}
	if len(args) == 0 {
		return Value{}, c.refuse(-1, "Bad IPQoS value: (null)")
	}
	var shown [2]string
	for i := range shown {
		if i == 1 && len(args) == 1 {
			shown[1] = shown[0]
			break
		}
		var ok bool
		if shown[i], ok = ipqos(args[i], c.d.Release); !ok {
			return Value{}, c.refuse(i, "Bad IPQoS value: "+args[i])
		}
	}
	return c.end(one(shown[0]+" "+shown[1]), args, 2)
}

// ipqos reads one value and gives its printed form.
func ipqos(s string, r Release) (string, bool) {
	for _, w := range ipqosWords {
		if w.since <= r && equalFold(w.name, s) {
			return w.name, true
		}
	}
	value := int64(-1)
	for _, w := range ipqosOld {
		if equalFold(w.name, s) {
			if r >= R(10, 1) {
				return "none", true
			}
			value = int64(w.value)
		}
	}
	if value < 0 {
		n, rest, found := strtol(s, 0)
		if !found || rest != "" || n < 0 || n > 255 {
			return "", false
		}
		value = n
	}
	return ipqosText(int(value), r), true
}

func ipqosText(value int, r Release) string {
	for _, w := range ipqosWords {
		if w.value == value && w.since <= r {
			return w.name
		}
	}
	for _, w := range ipqosOld {
		if w.value == value && r < R(10, 1) {
			return w.name
		}
	}
	const hex = "0123456789abcdef"
	return "0x" + string(hex[value>>4]) + string(hex[value&15])
}
