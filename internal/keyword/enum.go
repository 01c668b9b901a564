package keyword

// word is one of the words that an enumeration accepts, the word that the dump
// prints for it, and the first release that knows it (0: all of them).
type word struct {
	text, shown string
	since       Release
}

// Values that need no allocation.
var (
	yesItems  = []string{"yes"}
	noItems   = []string{"no"}
	noneItems = []string{"none"}
)

// checkClientFlag is parse_flag of readconf.c: yes, no, true and false in any
// case.
func checkClientFlag(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "missing argument.")
	}
	switch a := args[0]; {
	case equalFold(a, "yes"), equalFold(a, "true"):
		return c.end(Value{Items: yesItems}, args, 1)
	case equalFold(a, "no"), equalFold(a, "false"):
		return c.end(Value{Items: noItems}, args, 1)
	}
	return Value{}, c.unsupportedOption(args[0])
}

// checkServerFlag is parse_flag of servconf.c: yes and no in any case.
func checkServerFlag(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "missing argument.")
	}
	switch a := args[0]; {
	case equalFold(a, "yes"):
		return c.end(Value{Items: yesItems}, args, 1)
	case equalFold(a, "no"):
		return c.end(Value{Items: noItems}, args, 1)
	}
	return Value{}, c.unsupportedOption(args[0])
}

func (c ctx) unsupportedOption(a string) *ValueError {
	return c.refuse(0, `unsupported option "`+a+`".`)
}

// enumChecker is parse_multistate of readconf.c and servconf.c.
func enumChecker(words []word) checker {
	items := make([][]string, len(words))
	for i := range words {
		items[i] = []string{words[i].shown}
	}
	return func(c ctx, args []string) (Value, *ValueError) {
		if missing(args, 0) {
			return Value{}, c.refuse(at(args, 0), "missing argument.")
		}
		if i := findWord(words, args[0], c.d.Release); i >= 0 {
			return c.end(Value{Items: items[i]}, args, 1)
		}
		return Value{}, c.unsupportedOption(args[0])
	}
}

func findWord(words []word, text string, r Release) int {
	for i := range words {
		if words[i].since <= r && equalFold(words[i].text, text) {
			return i
		}
	}
	return -1
}

// eraChecker serves a keyword whose form changed in a release.
func eraChecker(since Release, now, before checker) checker {
	return func(c ctx, args []string) (Value, *ValueError) {
		if c.d.Release < since {
			return before(c, args)
		}
		return now(c, args)
	}
}

// The client's enumerations, as readconf.c has them: for words of one meaning
// the dump prints the first of them.
var (
	wordsAsk = []word{
		{"true", "true", 0}, {"false", "false", 0}, {"yes", "true", 0}, {"no", "false", 0},
		{"ask", "ask", 0},
	}
	wordsHostKey = []word{
		{"true", "true", 0}, {"false", "false", 0}, {"yes", "true", 0}, {"no", "false", 0},
		{"ask", "ask", 0}, {"off", "false", 706}, {"accept-new", "accept-new", 706},
	}
	wordsAskConfirm = []word{
		{"true", "true", 0}, {"false", "false", 0}, {"yes", "true", 0}, {"no", "false", 0},
		{"ask", "ask", 0}, {"confirm", "confirm", 0},
	}
	wordsFamily = []word{{"inet", "inet", 0}, {"inet6", "inet6", 0}, {"any", "any", 0}}
	wordsMaster = []word{
		{"true", "true", 0}, {"yes", "true", 0}, {"false", "false", 0}, {"no", "false", 0},
		{"auto", "auto", 0}, {"ask", "ask", 0}, {"autoask", "autoask", 0},
	}
	wordsTunnel = []word{
		{"ethernet", "ethernet", 0}, {"point-to-point", "point-to-point", 0},
		{"true", "point-to-point", 0}, {"yes", "point-to-point", 0},
		{"false", "false", 0}, {"no", "false", 0},
	}
	wordsTTY = []word{
		{"true", "true", 0}, {"yes", "true", 0}, {"false", "false", 0}, {"no", "false", 0},
		{"force", "force", 0}, {"auto", "auto", 0},
	}
	wordsSession = []word{{"none", "none", 0}, {"subsystem", "subsystem", 0}, {"default", "default", 0}}
	wordsCanon   = []word{
		{"true", "true", 0}, {"false", "false", 0}, {"yes", "true", 0}, {"no", "false", 0},
		{"always", "always", 0},
	}
	wordsPubkey = []word{
		{"true", "true", 0}, {"false", "false", 0}, {"yes", "true", 0}, {"no", "false", 0},
		{"unbound", "unbound", 0}, {"host-bound", "host-bound", 0},
	}
	wordsYesNo  = []word{{"yes", "yes", 0}, {"no", "no", 0}}
	wordsCrypto = []word{
		{"true", "yes", 0}, {"false", "no", 0}, {"yes", "yes", 0}, {"no", "no", 0},
		{"no-pq-kex", "no-pq-kex", 0},
	}
)

// The server's enumerations, as servconf.c has them.
var (
	// Up to 10.3 PermitRootLogin is printed under its old word.
	wordsRootOld = []word{
		{"without-password", "without-password", 0}, {"prohibit-password", "without-password", 0},
		{"forced-commands-only", "forced-commands-only", 0}, {"yes", "yes", 0}, {"no", "no", 0},
	}
	wordsRoot = []word{
		{"prohibit-password", "prohibit-password", 0}, {"without-password", "prohibit-password", 0},
		{"forced-commands-only", "forced-commands-only", 0}, {"yes", "yes", 0}, {"no", "no", 0},
	}
	wordsRhosts   = []word{{"yes", "yes", 0}, {"no", "no", 0}, {"shosts-only", "shosts-only", 803}}
	wordsCompress = []word{{"yes", "yes", 0}, {"delayed", "yes", 0}, {"no", "no", 0}}
	wordsGateway  = []word{
		{"clientspecified", "clientspecified", 0}, {"yes", "yes", 0}, {"no", "no", 0},
	}
	wordsForwarding = []word{
		{"yes", "yes", 0}, {"all", "yes", 0}, {"no", "no", 0}, {"remote", "remote", 0},
		{"local", "local", 0},
	}
)

// Words of log.c and digest-openssl.c, in any case.
var (
	wordsLevel = []word{
		{"QUIET", "QUIET", 0}, {"FATAL", "FATAL", 0}, {"ERROR", "ERROR", 0}, {"INFO", "INFO", 0},
		{"VERBOSE", "VERBOSE", 0}, {"DEBUG", "DEBUG", 0}, {"DEBUG1", "DEBUG", 0},
		{"DEBUG2", "DEBUG2", 0}, {"DEBUG3", "DEBUG3", 0},
	}
	wordsFacility = []word{
		{"DAEMON", "DAEMON", 0}, {"USER", "USER", 0}, {"AUTH", "AUTH", 0},
		{"AUTHPRIV", "AUTHPRIV", 0}, {"LOCAL0", "LOCAL0", 0}, {"LOCAL1", "LOCAL1", 0},
		{"LOCAL2", "LOCAL2", 0}, {"LOCAL3", "LOCAL3", 0}, {"LOCAL4", "LOCAL4", 0},
		{"LOCAL5", "LOCAL5", 0}, {"LOCAL6", "LOCAL6", 0}, {"LOCAL7", "LOCAL7", 0},
	}
	wordsDigest = []word{
		{"MD5", "MD5", 0}, {"SHA1", "SHA1", 0}, {"SHA256", "SHA256", 0},
		{"SHA384", "SHA384", 0}, {"SHA512", "SHA512", 0},
	}
)

// checkLogLevel is LogLevel on both sides. Debian's builds keep the older word
// SILENT for QUIET, and print it.
func checkLogLevel(c ctx, args []string) (Value, *ValueError) {
	return c.logWord(args, "level", func(a string) (string, bool) {
		debian := c.d.Vendor == Debian
		if debian && equalFold(a, "SILENT") {
			return "SILENT", true
		}
		i := findWord(wordsLevel, a, c.d.Release)
		if i < 0 {
			return "", false
		}
		if debian && i == 0 {
			return "SILENT", true
		}
		return wordsLevel[i].shown, true
	})
}

// checkFacility is SyslogFacility on both sides.
func checkFacility(c ctx, args []string) (Value, *ValueError) {
	return c.logWord(args, "facility", func(a string) (string, bool) {
		i := findWord(wordsFacility, a, c.d.Release)
		if i < 0 {
			return "", false
		}
		return wordsFacility[i].shown, true
	})
}

func (c ctx) logWord(args []string, what string, find func(string) (string, bool)) (Value, *ValueError) {
	text := "<NONE>"
	if len(args) > 0 {
		text = args[0]
		if shown, ok := find(text); ok {
			return c.end(one(shown), args, 1)
		}
	}
	return Value{}, c.refuse(at(args, 0), "unsupported log "+what+" '"+text+"'")
}

// checkFingerprint is FingerprintHash on both sides.
func checkFingerprint(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	if i := findWord(wordsDigest, args[0], c.d.Release); i >= 0 {
		return c.end(one(wordsDigest[i].shown), args, 1)
	}
	if c.k.Side == Client {
		return Value{}, c.refuse(0, `Invalid hash algorithm "`+args[0]+`".`)
	}
	return Value{}, c.refuse(0, "Invalid "+c.name()+` algorithm "`+args[0]+`".`)
}

// checkPermitTunnel is PermitTunnel of servconf.c, whose words are
// case-sensitive.
func checkPermitTunnel(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	switch args[0] {
	case "no", "point-to-point", "ethernet", "yes":
		return c.end(one(args[0]), args, 1)
	}
	return Value{}, c.refuse(0, "bad "+c.name()+" argument "+args[0])
}
