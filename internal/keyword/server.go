package keyword

import (
	"strconv"
	"strings"
)

// serverSpecial is the checker of a server keyword that differs from others of
// its kind, nil for the rest. name is canonical.
func serverSpecial(name string) checker {
	switch name {
	case "acceptenv":
		return checkEnvNames
	case "addressfamily":
		return enumChecker(wordsFamily)
	case "allowusers", "denyusers":
		return checkUsers
	case "allowgroups", "denygroups":
		return checkGroups
	case "allowtcpforwarding", "allowstreamlocalforwarding":
		return enumChecker(wordsForwarding)
	case "authenticationmethods":
		return checkAuthMethods
	case "authorizedkeyscommand", "authorizedprincipalscommand":
		return checkServerCommand
	case "authorizedkeyscommanduser", "authorizedprincipalscommanduser":
		return checkCommandUser
	case "authorizedkeysfile":
		return checkAuthorizedKeysFile
	case "authorizedprincipalsfile", "chrootdirectory", "securitykeyprovider":
		return checkServerText
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
		return enumChecker(wordsCompress)
	case "fingerprinthash":
		return checkFingerprint
	case "forcecommand":
		return checkForceCommand
	case "gatewayports":
		return enumChecker(wordsGateway)
	case "hostkeyagent":
		return checkHostKeyAgent
	case "ignorerhosts":
		return enumChecker(wordsRhosts)
	}
	return serverSpecial2(name)
}

func serverSpecial2(name string) checker {
	switch name {
	case "ipqos":
		return checkIPQoS
	case "listenaddress":
		return checkListenAddress
	case "loglevel":
		return checkLogLevel
	case "logverbose":
		return checkLogVerbose
	case "maxstartups":
		return checkMaxStartups
	case "pamservicename":
		return checkPAMService
	case "permitopen", "permitlisten":
		return checkPermitOpen
	case "permitrootlogin":
		return eraChecker(R(10, 4), enumChecker(wordsRoot), enumChecker(wordsRootOld))
	case "permittunnel":
		return checkPermitTunnel
	case "permituserenvironment":
		return eraChecker(R(7, 8), checkUserEnvironment, checkServerFlag)
	case "persourcemaxstartups":
		return checkIntOrNone
	case "persourcenetblocksize":
		return checkNetBlockSize
	case "persourcepenalties":
		return checkPenalties
	case "persourcepenaltyexemptlist":
		return checkExemptList
	case "port":
		return checkServerPort
	case "pubkeyauthoptions":
		return checkPubkeyOptions
	case "rdomain":
		return checkRDomain
	case "rekeylimit":
		return checkRekeyLimit
	case "revokedkeys":
		return eraChecker(R(10, 3), checkFiles, checkServerPath)
	case "setenv":
		return checkSetEnv
	case "subsystem":
		return checkSubsystem
	case "syslogfacility":
		return checkFacility
	case "unusedconnectiontimeout":
		return checkTimeOrNone
	case "versionaddendum":
		return checkVersionAddendum
	}
	return nil
}

// noneOr is a text for which none in any case is printed as none.
func noneOr(s string) Value {
	if isNone(s) {
		return Value{Items: noneItems}
	}
	return one(s)
}

// checkServerPath is parse_filename of servconf.c.
func checkServerPath(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "missing file name.")
	}
	return c.end(noneOr(args[0]), args, 1)
}

// checkServerText is a path or other text whose complaint names the keyword.
func checkServerText(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	return c.end(noneOr(args[0]), args, 1)
}

func checkHostKeyAgent(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "missing socket name.")
	}
	return c.end(noneOr(args[0]), args, 1)
}

func checkPAMService(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "missing argument.")
	}
	return c.end(one(args[0]), args, 1)
}

// checkCommandUser is parse_localuser of servconf.c.
func checkCommandUser(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "missing "+c.name()+" argument.")
	}
	return c.end(one(args[0]), args, 1)
}

// checkForceCommand: the rest of the line.
func checkForceCommand(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	return noneOr(rawValue(args, " \t\r\n")), nil
}

// checkServerCommand is parse_command of servconf.c: the rest of the line, an
// absolute path with arguments, or none.
func checkServerCommand(c ctx, args []string) (Value, *ValueError) {
	s := rawValue(args, " \t\r\n")
	if !strings.HasPrefix(s, "/") && !isNone(s) {
		return Value{}, c.refuse(at(args, 0), c.name()+" must be an absolute path")
	}
	return one(s), nil
}

// checkRDomain: routing domains are OpenBSD's; other builds refuse the keyword.
func checkRDomain(c ctx, _ []string) (Value, *ValueError) {
	return Value{}, c.refuse(-1, "setting RDomain not supported on this platform.")
}

// checkUserEnvironment is PermitUserEnvironment since 7.8: yes and no in that
// case only, anything else is a list of patterns.
func checkUserEnvironment(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	return c.end(one(args[0]), args, 1)
}

// scanInts is sscanf with "%d:%d…": how many numbers it reads. What follows
// the last of them is not looked at.
func scanInts(s string, into []int32) int {
	for i := range into {
		if i > 0 {
			if s == "" || s[0] != ':' {
				return i
			}
			s = s[1:]
		}
		n, rest, found := strtol(s, 10)
		if !found {
			return i
		}
		into[i], s = int32(n), rest
	}
	return len(into)
}

// checkMaxStartups: BEGIN:RATE:FULL, or one number that is both BEGIN and FULL.
func checkMaxStartups(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	var n [3]int32
	ok := false
	switch scanInts(args[0], n[:]) {
	case 3:
		ok = n[0] <= n[2] && n[1] <= 100 && n[1] >= 1
	case 1:
		ok, n[1], n[2] = true, 30, n[0]
	}
	if !ok || n[0] <= 0 || n[2] <= 0 {
		return Value{}, c.refuse(0, "Invalid "+c.name()+" spec.")
	}
	return c.end(one(colons(n[:]...)), args, 1)
}

func colons(numbers ...int32) string {
	parts := make([]string, len(numbers))
	for i, n := range numbers {
		parts[i] = strconv.Itoa(int(n))
	}
	return strings.Join(parts, ":")
}

// checkNetBlockSize is PerSourceNetBlockSize: IPv4[:IPv6] mask lengths.
func checkNetBlockSize(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	n := [2]int32{0, 128}
	if c.d.Release < R(10, 1) {
		n[1] = 0 // left as it was initialised
	}
	count := scanInts(args[0], n[:])
	if count == 0 || n[0] < 0 || n[0] > 32 || count == 2 && (n[1] < 0 || n[1] > 128) {
		return Value{}, c.refuse(0, "Invalid "+c.name()+" spec.")
	}
	return c.end(one(colons(n[:]...)), args, 1)
}

// checkExemptList is PerSourcePenaltyExemptList: a list of addresses.
func checkExemptList(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "missing argument.")
	}
	if !validAddressList(args[0]) {
		return Value{}, c.refuse(0, "keyword "+c.name()+" invalid address argument.")
	}
	return c.end(one(args[0]), args, 1)
}

// penaltyTimes are the keys of PerSourcePenalties that have a time.
var penaltyTimes = []word{
	{text: "crash:"}, {text: "authfail:"}, {text: "noauth:"}, {text: "grace-exceeded:"},
	{text: "max:"}, {text: "min:"},
	{text: "refuseconnection:", since: 909}, {text: "invaliduser:", since: 1003},
}

// checkPenalties is PerSourcePenalties: yes or no alone, or KEY:VALUE…; the
// first of a key counts.
func checkPenalties(c ctx, args []string) (Value, *ValueError) {
	if len(args) == 0 {
		return Value{}, c.fatal(-1, "no "+c.name()+" specified")
	}
	shown := make([]string, 0, len(args))
	for i, a := range args {
		if equalFold(a, "no") || equalFold(a, "yes") {
			if i+1 < len(args) {
				return Value{}, c.refuse(i, "keyword "+c.name()+` "`+a+`" argument must appear alone.`)
			}
			shown = append(shown, lowercase(a))
			continue
		}
		item, err := c.penalty(i, a)
		if err != nil {
			return Value{}, err
		}
		shown = append(shown, item)
	}
	return Value{Items: shown}, nil
}

// penalty checks one KEY:VALUE and gives its printed form.
func (c ctx) penalty(i int, a string) (string, *ValueError) {
	for _, key := range penaltyTimes {
		if text, found := strings.CutPrefix(a, key.text); found && key.since <= c.d.Release {
			return c.penaltyTime(i, key.text, text)
		}
	}
	for _, key := range []string{"max-sources4:", "max-sources6:"} {
		if text, found := strings.CutPrefix(a, key); found {
			n, wrong := ParseCount(text)
			if wrong != "" {
				return "", c.refuse(i, c.name()+strings.TrimPrefix(wrong, "integer"))
			}
			return key + strconv.Itoa(n), nil
		}
	}
	switch a {
	case "overflow:deny-all", "overflow:permissive", "overflow6:deny-all", "overflow6:permissive":
		return a, nil
	}
	return "", c.refuse(i, "unsupported "+c.name()+" keyword "+a)
}

// penaltyTime reads a penalty, which has decimals since 10.3.
func (c ctx) penaltyTime(i int, key, text string) (string, *ValueError) {
	if c.d.Release >= R(10, 3) {
		if f, ok := parseTimeFraction(text); ok && text != "" {
			return key + strconv.FormatFloat(f, 'f', 6, 64), nil
		}
	} else if n, ok := ParseTime(text, c.d.Release); ok {
		return key + strconv.Itoa(n), nil
	}
	return "", c.refuse(i, "invalid "+c.name()+" time value.")
}

// checkSubsystem: a name and a command with arguments.
func checkSubsystem(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	if missing(args, 1) {
		if c.d.Release < R(9, 5) {
			return Value{}, c.refuse(at(args, 1), "Missing subsystem command.")
		}
		return Value{}, c.refuse(at(args, 1), c.name()+" missing argument.")
	}
	if c.d.Release < R(9, 5) {
		return joined(args), nil
	}
	shown := make([]string, len(args))
	shown[0] = args[0]
	for i, a := range args[1:] {
		shown[i+1] = quoteArgument(a)
	}
	return joined(shown), nil
}

// quoteArgument is argv_assemble of misc.c for one argument.
func quoteArgument(a string) string {
	if !strings.ContainsAny(a, " \t\\'\"") {
		return a
	}
	var b strings.Builder
	for i := 0; i < len(a); i++ {
		if a[i] == '\\' || a[i] == '\'' || a[i] == '"' {
			b.WriteByte('\\')
		}
		b.WriteByte(a[i])
	}
	if strings.ContainsAny(a, " \t") {
		return `"` + b.String() + `"`
	}
	return b.String()
}
