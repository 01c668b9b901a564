package keyword

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// keywordNamed finds a keyword or ends the test.
func keywordNamed(t testing.TB, side Side, name string) *Keyword {
	t.Helper()
	k := Find(side, []byte(name))
	if k == nil {
		t.Fatalf("no keyword %s", name)
	}
	return k
}

// result is what Check says, in one string: the items between bars, or the
// message after !, with !! where reading ends.
func result(v Value, err *ValueError) string {
	switch {
	case err != nil && err.Fatal:
		return "!!" + err.Msg
	case err != nil:
		return "!" + err.Msg
	case v.Unset:
		return "unset " + strings.Join(v.Items, "|")
	}
	return strings.Join(v.Items, "|")
}

func TestParseTime(t *testing.T) {
	old, digits, fraction := R(9, 2), R(9, 8), R(10, 3)
	const bad = -1
	tests := []struct {
		text                 string
		old, digits, decimal int
	}{
		{"30", 30, 30, 30}, {"0", 0, 0, 0}, {"010", 10, 10, 10}, {"1h30", 3630, 3630, 3630},
		{"1H30M", 5400, 5400, 5400}, {"1w2d3h4m5s", 788645, 788645, 788645}, {"5s1m", 65, 65, 65},
		{"1m1m", 120, 120, 120}, {"30s30", 60, 60, bad}, {"1s1s", 2, 2, bad}, {"30s1m5", 95, 95, bad},
		{"+5", 5, bad, bad}, {"-0", 0, bad, bad}, {" 5", 5, bad, bad}, {"1m +5", 65, bad, bad},
		{"-1", bad, bad, bad}, {"", bad, bad, bad}, {"s", bad, bad, bad}, {"5 ", bad, bad, bad},
		{"30 30", bad, bad, bad}, {"0x10", bad, bad, bad}, {"1e3", bad, bad, bad}, {"1ms", bad, bad, bad},
		{"30sec", bad, bad, bad}, {"1y", bad, bad, bad}, {"none", bad, bad, bad},
		{"1.5", bad, bad, 1}, {".5", bad, bad, 0}, {"1.5s", bad, bad, 1}, {"1.9s1m", bad, bad, 61}, {"1m.9", bad, bad, 60},
		{"1.", bad, bad, bad}, {"1.5m", bad, bad, bad}, {".", bad, bad, bad}, {"1.2.3", bad, bad, bad}, {"1.m", bad, bad, bad},
		{"2147483647", math.MaxInt32, math.MaxInt32, math.MaxInt32}, {"2147483648", bad, bad, bad},
		{"3550w", 2147040000, 2147040000, 2147040000}, {"3551w", bad, bad, bad},
		{"99999999999999999999999", bad, bad, bad}, {"2147483647s0m", math.MaxInt32, math.MaxInt32, math.MaxInt32},
		{"2147483647m", bad, bad, bad},
	}
	for _, tt := range tests {
		for _, era := range []struct {
			from, to Release
			want     int
		}{{Oldest, R(9, 7), tt.old}, {digits, R(10, 2), tt.digits}, {fraction, Newest, tt.decimal}, {old, old, tt.old}} {
			for _, r := range []Release{era.from, era.to} {
				n, ok := ParseTime(tt.text, r)
				if !ok {
					n = bad
				}
				if n != era.want {
					t.Errorf("ParseTime(%q, %s) = %d, want %d", tt.text, r, n, era.want)
				}
			}
		}
	}
}

// referenceTime is a second reading of openssh.md 3.1, by regular expression.
func referenceTime(s string, r Release) (int, bool) {
	number := `[0-9]+`
	switch {
	case r < R(9, 8):
		number = `[\t-\r ]*[-+]?[0-9]+`
	case r >= R(10, 3):
		number = `[0-9]*\.?[0-9]+`
	}
	item := regexp.MustCompile(`^(` + number + `)([smhdwSMHDW]|$)`)
	total, plain := 0.0, 0
	if s == "" {
		return 0, false
	}
	for s != "" {
		m := item.FindStringSubmatch(s)
		if m == nil {
			return 0, false
		}
		s = s[len(m[0]):]
		value, err := strconv.ParseFloat(strings.TrimLeft(m[1], "\t\n\v\f\r "), 64)
		if err != nil || value < 0 {
			return 0, false
		}
		switch strings.ToLower(m[2]) {
		case "w":
			value *= 7 * 86400
		case "d":
			value *= 86400
		case "h":
			value *= 3600
		case "m":
			value *= 60
		default:
			plain++
		}
		if fractional := strings.Contains(m[1], "."); fractional && !strings.Contains("sS", m[2]) {
			return 0, false
		}
		if total += value; total > math.MaxInt32 || plain > 1 && r >= R(10, 3) {
			return 0, false
		}
	}
	return int(total), true
}

func FuzzTime(f *testing.F) {
	for _, s := range timeValues {
		f.Add(s, uint16(902))
		f.Add(s, uint16(908))
		f.Add(s, uint16(1005))
	}
	f.Fuzz(func(t *testing.T, s string, release uint16) {
		r := Release(release)
		n, ok := ParseTime(s, r)
		want, wantOK := referenceTime(s, r)
		if n != want || ok != wantOK {
			if !ok && !wantOK {
				return
			}
			t.Errorf("ParseTime(%q, %s) = %d %v, the reference says %d %v", s, r, n, ok, want, wantOK)
		}
		if n < 0 {
			t.Errorf("ParseTime(%q, %s) = %d", s, r, n)
		}
	})
}

func TestParseCount(t *testing.T) {
	tests := []struct {
		text string
		n    int
		msg  string
	}{
		{"3", 3, ""}, {"0", 0, ""}, {"+010", 10, ""}, {" 3", 3, ""}, {"\t\n3", 3, ""}, {"-0", 0, ""},
		{"2147483647", math.MaxInt32, ""}, {"2147483648", 0, intTooLarge}, {"99999999999999999999", 0, intTooLarge},
		{"-1", 0, intTooSmall}, {"-99999999999999999999", 0, intTooSmall}, {"", 0, intMissing}, {" ", 0, intInvalid},
		{"3 ", 0, intInvalid}, {"3s", 0, intInvalid}, {"0x3", 0, intInvalid}, {"none", 0, intInvalid}, {"+-3", 0, intInvalid},
	}
	for _, tt := range tests {
		if n, msg := ParseCount(tt.text); n != tt.n || msg != tt.msg {
			t.Errorf("ParseCount(%q) = %d %q, want %d %q", tt.text, n, msg, tt.n, tt.msg)
		}
	}
}

// TestEras has what the installed programs cannot show: other releases and
// vendors. Words are separated by blanks; _ stands for an empty argument and a
// missing text for no arguments at all.
func TestEras(t *testing.T) {
	tests := []struct {
		side    Side
		release Release
		vendor  Vendor
		line    string
		want    string
	}{
		// Times (openssh.md 3.1).
		{Client, R(9, 7), 0, "ServerAliveInterval 30s30", "60"},
		{Client, R(10, 2), 0, "ServerAliveInterval 30s30", "60"},
		{Client, R(10, 3), 0, "ServerAliveInterval 30s30", "!invalid time value."},
		{Client, R(10, 5), 0, "ServerAliveInterval 1.5", "1"},
		{Client, R(10, 5), 0, "ServerAliveInterval 1.5m", "!invalid time value."},
		{Client, R(10, 5), 0, "ServerAliveInterval +30", "!invalid time value."},
		{Client, R(10, 5), 0, "ServerAliveInterval None", "!invalid time value."},
		{Client, R(10, 5), 0, "ServerAliveInterval none", "unset 0"},
		{Client, R(10, 5), 0, "ServerAliveInterval", "!missing time value."},
		{Client, R(10, 5), 0, "ServerAliveInterval 30 s", "!keyword serveraliveinterval extra arguments at end of line"},
		{Client, R(10, 5), 0, "ConnectTimeout none", "unset none"},
		{Client, R(10, 5), 0, "ForwardX11Timeout none", "unset 1200"},
		{Server, R(10, 5), 0, "ClientAliveInterval none", "!!invalid time value."},
		{Server, R(10, 5), 0, "ClientAliveInterval 30s30", "!!invalid time value."},
		{Server, R(10, 5), 0, "ClientAliveInterval 30 60", "!keyword ClientAliveInterval extra arguments at end of line"},
		{Server, R(10, 5), 0, "UnusedConnectionTimeout None", "none"},
		{Client, R(9, 2), Debian, "SetupTimeOut none", "unset 0"},
		{Client, R(9, 9), Debian, "SetupTimeOut none", "unset none"},
		{Client, R(9, 9), Debian, "ProtocolKeepAlives 1m", "60"},
		{Client, R(10, 5), 0, "ServerAliveCountMax +010", "10"},
		{Client, R(10, 5), 0, "ServerAliveCountMax 2147483648", "!integer value too large."},
		{Server, R(10, 5), 0, "ClientAliveCountMax x", "!!ClientAliveCountMax integer value invalid."},
		// Before 8.7 the rest of the line had another name.
		{Client, R(8, 4), 0, "BatchMode yes x", `!!garbage at end of line; "x".`},
		{Server, R(8, 4), 0, "UseDNS yes x", `!!garbage at end of line; "x".`},
		// Words by release.
		{Client, R(7, 5), 0, "StrictHostKeyChecking accept-new", `!!unsupported option "accept-new".`},
		{Client, R(7, 6), 0, "StrictHostKeyChecking accept-new", "accept-new"},
		{Client, R(8, 1), 0, "Compression true", "yes"},
		{Client, R(9, 2), 0, "Compression true", `!unsupported option "true".`},
		{Client, R(8, 8), 0, "PubkeyAuthentication yes", "yes"},
		{Client, R(8, 8), 0, "PubkeyAuthentication unbound", `!unsupported option "unbound".`},
		{Client, R(8, 9), 0, "PubkeyAuthentication yes", "true"},
		{Client, R(8, 1), 0, "ForwardAgent /sock", `!!unsupported option "/sock".`},
		{Client, R(8, 2), 0, "ForwardAgent /sock", "/sock"},
		{Client, R(8, 3), 0, "AddKeysToAgent 5m", `!!unsupported option "5m".`},
		{Client, R(8, 4), 0, "AddKeysToAgent 5m", "300"},
		{Client, R(9, 2), 0, "LogLevel SILENT", "!unsupported log level 'SILENT'"},
		{Client, R(9, 2), 0, "LogLevel QUIET", "QUIET"},
		{Client, R(9, 2), Debian, "LogLevel quiet", "SILENT"},
		{Client, R(10, 1), 0, "IPQoS lowdelay ef", "none ef"},
		{Client, R(10, 1), 0, "IPQoS 0x10", "0x10 0x10"},
		{Client, R(7, 7), 0, "IPQoS none", "!!Bad IPQoS value: none"},
		{Client, R(10, 5), 0, "WarnWeakCrypto no-pq-kex", "no-pq-kex"},
		{Client, R(8, 8), 0, "CanonicalizePermittedCNAMEs none", `!Invalid permitted CNAME "none"`},
		{Server, R(8, 2), 0, "IgnoreRhosts shosts-only", `!!unsupported option "shosts-only".`},
		{Server, R(8, 3), 0, "IgnoreRhosts shosts-only", "shosts-only"},
		{Server, R(7, 7), 0, "PermitUserEnvironment LANG", `!!unsupported option "LANG".`},
		{Server, R(7, 8), 0, "PermitUserEnvironment LANG", "LANG"},
		{Server, R(10, 5), 0, "PermitRootLogin without-password", "prohibit-password"},
		{Server, R(9, 2), 0, "PermitRootLogin prohibit-password", "without-password"},
		{Server, R(10, 5), 0, "ClientAliveInterval 1.9", "1"},
		// Lists.
		{Client, R(9, 4), 0, "SendEnv", "unset "},
		{Client, R(10, 5), 0, "SendEnv", "!!no sendenv specified"},
		{Client, R(10, 5), 0, "SetEnv", "!!no setenv specified"},
		{Client, R(10, 5), 0, "CanonicalDomains", "!!no canonicaldomains specified"},
		{Client, R(10, 5), 0, "UserKnownHostsFile", "unset ~/.ssh/known_hosts ~/.ssh/known_hosts2"},
		{Client, R(10, 5), 0, "ChannelTimeout session:*=5m *=1h", "session:*=5m *=1h"},
		{Client, R(10, 5), 0, "ChannelTimeout none", "none"},
		{Client, R(10, 5), 0, "ChannelTimeout x", "!!invalid channel timeout x"},
		{Client, R(10, 5), 0, "ChannelTimeout x=1.5", "x=1.5"},
		{Server, R(9, 4), 0, "ChannelTimeout x=1 none", "x=1 none"},
		{Server, R(9, 5), 0, "ChannelTimeout x=1 none", `!keyword ChannelTimeout "none" argument must appear alone.`},
		{Server, R(10, 5), 0, "AllowUsers", "!!no AllowUsers specified"},
		{Server, R(10, 5), 0, "AuthorizedKeysFile a none", `!keyword AuthorizedKeysFile "none" argument must appear alone.`},
		{Server, R(10, 2), 0, "RevokedKeys a b", "!keyword RevokedKeys extra arguments at end of line"},
		{Server, R(10, 3), 0, "RevokedKeys a b", "a b"},
		{Client, R(10, 3), 0, "RevokedHostKeys a b", "a b"},
		{Client, R(10, 3), 0, "RevokedHostKeys none", ""},
		{Client, R(9, 1), 0, "PermitRemoteOpen x a:1", "a:1"},
		{Client, R(9, 1), 0, "PermitRemoteOpen x", "unset any"},
		{Client, R(9, 2), 0, "PermitRemoteOpen x", "!!bad port number in permitremoteopen"},
		{Server, R(9, 5), 0, "PermitOpen a:1 any", "!!any must appear alone on a PermitOpen line."},
		{Server, R(9, 5), 0, "PermitOpen _", "!!PermitOpen bad port number"},
		// Keywords that the installed release does not have.
		{Client, R(10, 5), 0, "ObscureKeystrokeTiming interval:80", "interval:80"},
		{Client, R(10, 5), 0, "ObscureKeystrokeTiming interval:20", "yes"},
		{Client, R(10, 5), 0, "ObscureKeystrokeTiming interval:0", "!value out of range."},
		{Client, R(10, 5), 0, "ObscureKeystrokeTiming YES", `!unsupported argument "YES"`},
		{Client, R(10, 5), 0, "ObscureKeystrokeTiming yes no", "!invalid arguments"},
		{Client, R(10, 5), 0, "ObscureKeystrokeTiming", "!missing argument"},
		{Client, R(10, 5), 0, "Tag x", "x"},
		{Client, R(10, 5), 0, "RefuseConnection no", "no"},
		{Server, R(9, 8), 0, "PerSourcePenalties crash:90 noauth:1m max-sources4:100", "crash:90|noauth:60|max-sources4:100"},
		{Server, R(10, 5), 0, "PerSourcePenalties crash:1.5 overflow:deny-all", "crash:1.500000|overflow:deny-all"},
		{Server, R(10, 5), 0, "PerSourcePenalties NO", "no"},
		{Server, R(10, 5), 0, "PerSourcePenalties no crash:1", `!!keyword PerSourcePenalties "no" argument must appear alone.`},
		{Server, R(10, 5), 0, "PerSourcePenalties x:1", "!!unsupported PerSourcePenalties keyword x:1"},
		{Server, R(10, 5), 0, "PerSourcePenalties crash:x", "!!invalid PerSourcePenalties time value."},
		{Server, R(10, 5), 0, "PerSourcePenalties max-sources4:x", "!!PerSourcePenalties value invalid."},
		{Server, R(10, 5), 0, "PerSourcePenalties", "!!no PerSourcePenalties specified"},
		{Server, R(10, 5), 0, "PerSourcePenaltyExemptList 10.0.0.0/8,!::1", "10.0.0.0/8,!::1"},
		{Server, R(10, 5), 0, "PerSourcePenaltyExemptList 10.0.0.1/8", "!!keyword PerSourcePenaltyExemptList invalid address argument."},
		{Server, R(10, 5), 0, "PAMServiceName _", "!!missing argument."},
		{Server, R(10, 5), 0, "RefuseConnection yes", "yes"},
		{Server, R(10, 5), 0, "SshdSessionPath /x", "/x"},
		{Server, R(10, 5), 0, `Subsystem x /y it's`, `x /y it\'s`},
		{Server, R(9, 4), 0, `Subsystem x /y it's`, `x /y it's`},
		{Server, R(10, 5), 0, `Subsystem x`, `!!Subsystem missing argument.`},
		// Algorithms.
		{Client, R(9, 8), 0, "HostKeyAlgorithms ssh-dss", "ssh-dss"},
		{Client, R(10, 0), 0, "HostKeyAlgorithms ssh-dss", "!Bad key types 'ssh-dss'."},
		{Client, R(9, 8), 0, "KexAlgorithms mlkem768x25519-sha256", "!Bad SSH2 KexAlgorithms 'mlkem768x25519-sha256'."},
		{Client, R(9, 9), 0, "KexAlgorithms mlkem768x25519-sha256", "mlkem768x25519-sha256"},
		{Client, R(10, 5), 0, "HostKeyAlgorithms ssh-mldsa-44-ed25519@openssh.com", "ssh-mldsa-44-ed25519@openssh.com"},
		{Client, R(7, 9), 0, "Ciphers ^aes128-ctr", "!!Bad SSH2 cipher spec '^aes128-ctr'."},
		{Server, R(10, 5), 0, "Ciphers +3des-cbc", "+3des-cbc"},
		{Server, R(10, 5), 0, "Macs x", "!!Bad SSH2 mac spec 'x'."},
		{Client, R(10, 5), 0, "KexAlgorithms gss-gex-sha1-", "!Bad SSH2 KexAlgorithms 'gss-gex-sha1-'."},
		// No effect.
		{Client, R(10, 5), 0, "Protocol x y z", ""},
		{Client, R(10, 5), 0, "RSAAuthentication", ""},
		{Server, R(10, 5), 0, "UsePrivilegeSeparation sandbox x", ""},
		{Server, R(10, 5), Fedora, "GSSAPIUseSessionCredCache x", ""},
		// macOS.
		{Client, R(10, 0), MacOS, "UseKeychain YES", "yes"},
		{Server, R(10, 0), MacOS, "AppleBaseSystem true", `!!unsupported option "true".`},
	}
	for _, tt := range tests {
		words := strings.Split(tt.line, " ")
		k := keywordNamed(t, tt.side, words[0])
		args := words[1:]
		for i, a := range args {
			if a == "_" {
				args[i] = ""
			}
		}
		d := Dialect{tt.side, tt.release, tt.vendor}
		if got := result(d.Check(k, args)); got != tt.want {
			t.Errorf("%s %s %s: %s: %q, want %q", tt.side, tt.release, tt.vendor, tt.line, got, tt.want)
		}
	}
}

// TestDefaults compares DefaultOf with what the installed programs print for an
// empty file.
func TestDefaults(t *testing.T) {
	// Computed, or a path of the build.
	computed := []string{"user", "hostname", "host", "pidfile", "xauthlocation", "listenaddress", "hostkey"}
	for _, side := range []Side{Client, Server} {
		t.Run(side.String(), func(t *testing.T) {
			o := findOracle(t, side)
			for _, k := range All(side) {
				if !o.d.Knows(k) || k.Kind == "alglist" || slices.Contains(computed, k.Lower) || k.Status == Alias || unbuilt[k.Lower] != "" {
					continue
				}
				got, want := o.d.DefaultOf(k), o.base[k.Lower]
				if n := normal[k.Lower]; n != nil {
					got, want = n(got), n(want)
				}
				if !slices.Equal(got, want) && unprinted[k.Lower] == "" {
					t.Errorf("%s: DefaultOf is %q, the program prints %q", k.Name, got, want)
				}
			}
		})
	}
}

// TestDefaultsEras is DefaultOf for other releases.
func TestDefaultsEras(t *testing.T) {
	tests := []struct {
		side    Side
		release Release
		vendor  Vendor
		name    string
		want    string
	}{
		{Client, R(10, 5), 0, "ipqos", "ef cs0"}, {Client, R(9, 2), 0, "ipqos", "af21 cs1"},
		{Client, R(9, 2), Debian, "ipqos", "lowdelay throughput"}, {Client, R(7, 4), 0, "ipqos", "lowdelay throughput"},
		{Client, R(10, 5), 0, "forwardx11trusted", "no"}, {Client, R(10, 5), Debian, "forwardx11trusted", "yes"},
		{Client, R(8, 4), 0, "checkhostip", "yes"}, {Client, R(10, 5), 0, "checkhostip", "no"},
		{Client, R(10, 5), 0, "serveraliveinterval", "0"}, {Client, R(10, 5), 0, "serveralivecountmax", "3"},
		{Client, R(10, 5), 0, "keepalive", "yes"}, {Client, R(10, 5), 0, "protocol", ""},
		{Client, R(10, 5), 0, "stricthostkeychecking", "ask"}, {Client, R(10, 5), 0, "canonicalizehostname", "false"},
		{Server, R(10, 5), 0, "clientaliveinterval", "0"}, {Server, R(10, 5), 0, "logingracetime", "120"},
		{Server, R(10, 5), 0, "permitrootlogin", "prohibit-password"}, {Server, R(9, 2), 0, "permitrootlogin", "without-password"},
		{Server, R(10, 5), 0, "compression", "yes"}, {Server, R(10, 5), 0, "channeltimeout", "none"},
	}
	for _, tt := range tests {
		d := Dialect{tt.side, tt.release, tt.vendor}
		if got := strings.Join(d.DefaultOf(keywordNamed(t, tt.side, tt.name)), "|"); got != tt.want {
			t.Errorf("%v: DefaultOf(%s) = %q, want %q", d, tt.name, got, tt.want)
		}
	}
}

// TestCheckAllocations: the plain kinds allocate no more than the slice of
// items, and words that are shared nothing.
func TestCheckAllocations(t *testing.T) {
	tests := []struct {
		side Side
		name string
		arg  string
		most float64
	}{
		{Client, "tcpkeepalive", "yes", 0}, {Client, "stricthostkeychecking", "accept-new", 0},
		{Client, "serveraliveinterval", "300", 1}, {Client, "serveralivecountmax", "3", 1},
		{Client, "user", "x", 1}, {Client, "identityfile", "~/.ssh/id", 1}, {Client, "port", "2222", 1},
		{Server, "clientaliveinterval", "300", 1}, {Server, "usedns", "no", 0}, {Server, "permitrootlogin", "no", 0},
		{Server, "maxsessions", "10", 1},
	}
	for _, tt := range tests {
		k := keywordNamed(t, tt.side, tt.name)
		d := Dialect{tt.side, Newest, NoVendor}
		args := []string{tt.arg}
		if _, err := d.Check(k, args); err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() { _, _ = d.Check(k, args) }); n > tt.most {
			t.Errorf("Check(%s %s) allocates %v times, want at most %v", tt.name, tt.arg, n, tt.most)
		}
	}
}

// TestItemsAreCopies: the caller may use its arguments again.
func TestItemsAreCopies(t *testing.T) {
	for _, side := range []Side{Client, Server} {
		d := Dialect{side, Newest, Debian}
		for _, k := range All(side) {
			for _, args := range [][]string{{"yes"}, {"x"}, {"a", "b"}, {"A=B", "C=D"}, {"a:1", "b:2"}} {
				v, err := d.Check(k, args)
				if err != nil {
					continue
				}
				before := slices.Clone(v.Items)
				for i := range args {
					args[i] = "overwritten"
				}
				if !slices.Equal(before, v.Items) {
					t.Errorf("%s: items change with the arguments", k.Name)
				}
			}
		}
	}
}

// checkAnything runs Check for every keyword and looks at the form of the
// answer.
func checkAnything(t *testing.T, d Dialect, args []string) {
	t.Helper()
	for _, k := range All(d.Side) {
		if k.Kind == "block" || k.Kind == "include" {
			continue
		}
		a := args
		if k.Kind == "rawline" {
			a = []string{strings.Join(args, " ")}
		}
		v, err := d.Check(k, a)
		if err == nil {
			continue
		}
		if err.Msg == "" || err.Arg < -1 || err.Arg >= len(a) {
			t.Errorf("%s %q: %+v", k.Name, a, err)
		}
		if v.Items != nil || v.Unset {
			t.Errorf("%s %q: refused, but has the value %q", k.Name, a, v.Items)
		}
	}
}

func TestCheckEverywhere(t *testing.T) {
	lists := [][]string{nil, {""}, {"", ""}, {"x"}, {"x", "y", "z", "w"}, {"\x00"}, {"\xff\xfe"}, {strings.Repeat("9", 5000)},
		{"["}, {"]"}, {"[]"}, {":"}, {"@"}, {"="}, {"/"}, {"\\"}, {"${"}, {"$"}, {"-"}, {"+"}, {"^"}, {","}, {"."}, {"!"}, {"*"}, {"\\", "\\"}, {"[", "["}}
	for _, side := range []Side{Client, Server} {
		for r := Oldest; r <= Newest; r++ {
			for v := NoVendor; v <= MacOS; v++ {
				if r%100 > 10 {
					continue
				}
				for _, args := range lists {
					checkAnything(t, Dialect{side, r, v}, args)
				}
			}
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, list := range plenty {
		for _, args := range list {
			f.Add(strings.Join(args, " "), true, uint16(902))
			f.Add(strings.Join(args, " "), false, uint16(1005))
		}
	}
	f.Fuzz(func(t *testing.T, line string, client bool, release uint16) {
		d := Dialect{Server, Release(release), Vendor(release % 4)}
		if client {
			d.Side = Client
		}
		checkAnything(t, d, strings.Split(line, " "))
	})
}

func BenchmarkCheck(b *testing.B) {
	d := Dialect{Client, Newest, NoVendor}
	for _, name := range []string{"tcpkeepalive yes", "serveraliveinterval 300", "user root", "hostkeyalgorithms ssh-ed25519,rsa-sha2-512", "localforward 8080 localhost:80"} {
		words := strings.Split(name, " ")
		k := keywordNamed(b, Client, words[0])
		b.Run(words[0], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = d.Check(k, words[1:])
			}
		})
	}
}
