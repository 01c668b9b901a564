// Written by gendocs from the files in data. DO NOT EDIT.

package keyword

var clientRows = []Keyword{
	{}, // ID 0 is no keyword
	{ID: 1, Side: 0, Name: "Protocol", Lower: "protocol", Status: 2, Kind: "ignored", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "silently ignored"},
	{ID: 2, Side: 0, Name: "Cipher", Lower: "cipher", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "debug-level message only; an argument is still required"},
	{ID: 3, Side: 0, Name: "FallBackToRsh", Lower: "fallbacktorsh", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "debug-level message only; an argument is still required"},
	{ID: 4, Side: 0, Name: "GlobalKnownHostsFile2", Lower: "globalknownhostsfile2", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 200, Notes: "debug-level message only; an argument is still required"},
	{ID: 5, Side: 0, Name: "RhostsAuthentication", Lower: "rhostsauthentication", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "debug-level message only; an argument is still required"},
	{ID: 6, Side: 0, Name: "UserKnownHostsFile2", Lower: "userknownhostsfile2", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 200, Notes: "debug-level message only; an argument is still required"},
	{ID: 7, Side: 0, Name: "UseRoaming", Lower: "useroaming", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 503, Notes: "debug-level message only; an argument is still required"},
	{ID: 8, Side: 0, Name: "UseRsh", Lower: "usersh", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "debug-level message only; an argument is still required"},
	{ID: 9, Side: 0, Name: "UsePrivilegedPort", Lower: "useprivilegedport", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "debug-level message only; an argument is still required"},
	{ID: 10, Side: 0, Name: "AFSTokenPassing", Lower: "afstokenpassing", Status: 4, Kind: "unsupported", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "error-level message on stderr but NOT fatal"},
	{ID: 11, Side: 0, Name: "KerberosAuthentication", Lower: "kerberosauthentication", Status: 4, Kind: "unsupported", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "error-level message on stderr but NOT fatal"},
	{ID: 12, Side: 0, Name: "KerberosTGTPassing", Lower: "kerberostgtpassing", Status: 4, Kind: "unsupported", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "error-level message on stderr but NOT fatal"},
	{ID: 13, Side: 0, Name: "RSAAuthentication", Lower: "rsaauthentication", Status: 4, Kind: "unsupported", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "error-level message on stderr but NOT fatal"},
	{ID: 14, Side: 0, Name: "RhostsRSAAuthentication", Lower: "rhostsrsaauthentication", Status: 4, Kind: "unsupported", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "error-level message on stderr but NOT fatal"},
	{ID: 15, Side: 0, Name: "CompressionLevel", Lower: "compressionlevel", Status: 4, Kind: "unsupported", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "error-level message on stderr but NOT fatal"},
	{ID: 16, Side: 0, Name: "GSSAPIAuthentication", Lower: "gssapiauthentication", Status: 5, Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 307, Notes: "without GSSAPI build: prints Unsupported option, not fatal"},
	{ID: 17, Side: 0, Name: "GSSAPIDelegateCredentials", Lower: "gssapidelegatecredentials", Status: 5, Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 307, Notes: "without GSSAPI build: prints Unsupported option, not fatal"},
	{ID: 18, Side: 0, Name: "PKCS11Provider", Lower: "pkcs11provider", Status: 5, Kind: "path", Values: "path|none", Default: "unset", MinArgs: 1, MaxArgs: 1, Since: 504, Notes: "Unsupported if built without PKCS#11"},
	{ID: 19, Side: 0, Name: "SmartcardDevice", Lower: "smartcarddevice", Status: 1, AliasOf: "pkcs11provider", Kind: "path", Values: "path|none", Default: "unset", MinArgs: 1, MaxArgs: 1, Since: 209, Notes: "Unsupported if built without PKCS#11"},
	{ID: 20, Side: 0, Name: "ForwardAgent", Lower: "forwardagent", Kind: "flag-or-path", Values: "yes|no|true|false|path|$ENV", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 102, Notes: "path form also sets yes"},
	{ID: 21, Side: 0, Name: "ForwardX11", Lower: "forwardx11", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 22, Side: 0, Name: "ForwardX11Trusted", Lower: "forwardx11trusted", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 308, Notes: "Debian default yes"},
	{ID: 23, Side: 0, Name: "ForwardX11Timeout", Lower: "forwardx11timeout", Kind: "time", Values: "convtime|none", Default: "1200", MinArgs: 1, MaxArgs: 1, Since: 506},
	{ID: 24, Side: 0, Name: "ExitOnForwardFailure", Lower: "exitonforwardfailure", Kind: "flag", Values: "yes|no|true|false", Default: "no (yes with -W)", MinArgs: 1, MaxArgs: 1, Since: 404},
	{ID: 25, Side: 0, Name: "XAuthLocation", Lower: "xauthlocation", Kind: "path", Default: "build-time", MinArgs: 1, MaxArgs: 1, Since: 201},
	{ID: 26, Side: 0, Name: "GatewayPorts", Lower: "gatewayports", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 27, Side: 0, Name: "PasswordAuthentication", Lower: "passwordauthentication", Kind: "flag", Values: "yes|no|true|false", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 28, Side: 0, Name: "KbdInteractiveAuthentication", Lower: "kbdinteractiveauthentication", Kind: "flag", Values: "yes|no|true|false", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 203},
	{ID: 29, Side: 0, Name: "KbdInteractiveDevices", Lower: "kbdinteractivedevices", Kind: "string", Default: "unset", MinArgs: 1, MaxArgs: 1, Since: 203},
	{ID: 30, Side: 0, Name: "ChallengeResponseAuthentication", Lower: "challengeresponseauthentication", Status: 1, AliasOf: "kbdinteractiveauthentication", Kind: "flag", Values: "yes|no|true|false", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 205},
	{ID: 31, Side: 0, Name: "SKeyAuthentication", Lower: "skeyauthentication", Status: 1, AliasOf: "kbdinteractiveauthentication", Kind: "flag", Values: "yes|no|true|false", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 32, Side: 0, Name: "TISAuthentication", Lower: "tisauthentication", Status: 1, AliasOf: "kbdinteractiveauthentication", Kind: "flag", Values: "yes|no|true|false", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 33, Side: 0, Name: "PubkeyAuthentication", Lower: "pubkeyauthentication", Kind: "enum", Values: "yes|no|true|false|unbound|host-bound", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 205},
	{ID: 34, Side: 0, Name: "DSAAuthentication", Lower: "dsaauthentication", Status: 1, AliasOf: "pubkeyauthentication", Kind: "enum", Values: "yes|no|true|false|unbound|host-bound", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 200},
	{ID: 35, Side: 0, Name: "HostbasedAuthentication", Lower: "hostbasedauthentication", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 209},
	{ID: 36, Side: 0, Name: "IdentityFile", Lower: "identityfile", Kind: "path", Values: "none|path", Default: "~/.ssh/id_{rsa,ecdsa,ecdsa_sk,ed25519,ed25519_sk,mldsa44_ed25519}", MinArgs: 1, MaxArgs: 1, Repeat: 2, Since: 102, Notes: "identical path (and same user/system origin) deduplicated; max 100"},
	{ID: 37, Side: 0, Name: "IdentityFile2", Lower: "identityfile2", Status: 1, AliasOf: "identityfile", Kind: "path", Values: "none|path", Default: "~/.ssh/id_{rsa,ecdsa,ecdsa_sk,ed25519,ed25519_sk,mldsa44_ed25519}", MinArgs: 1, MaxArgs: 1, Repeat: 2, Since: 200, Notes: "identical path (and same user/system origin) deduplicated; max 100"},
	{ID: 38, Side: 0, Name: "IdentitiesOnly", Lower: "identitiesonly", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 308},
	{ID: 39, Side: 0, Name: "CertificateFile", Lower: "certificatefile", Kind: "path", MinArgs: 1, MaxArgs: 1, Repeat: 2, Since: 702, Notes: "deduplicated; max 100"},
	{ID: 40, Side: 0, Name: "AddKeysToAgent", Lower: "addkeystoagent", Kind: "special", Values: "yes|no|true|false|ask|confirm [time]|time", Default: "no", MinArgs: 1, MaxArgs: 2, Since: 702},
	{ID: 41, Side: 0, Name: "IdentityAgent", Lower: "identityagent", Kind: "path", Values: "path|none|SSH_AUTH_SOCK|$ENV|${ENV}", Default: "unset", MinArgs: 1, MaxArgs: 1, Since: 703, Notes: "${ENV} must be set at parse time"},
	{ID: 42, Side: 0, Name: "HostName", Lower: "hostname", Kind: "string", Values: "%h and %% only", Default: "host argument", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 43, Side: 0, Name: "HostKeyAlias", Lower: "hostkeyalias", Kind: "string", Default: "unset", MinArgs: 1, MaxArgs: 1, Since: 205, Notes: "lowercased"},
	{ID: 44, Side: 0, Name: "ProxyCommand", Lower: "proxycommand", Kind: "rawline", Values: "rest of line|none", Default: "unset", MinArgs: 1, MaxArgs: -1, Since: 102, Notes: "raw text incl. # kept, but quotes must balance; ProxyJump and ProxyCommand: first of the two wins"},
	{ID: 45, Side: 0, Name: "Port", Lower: "port", Kind: "port", Values: "1..65535 or getservbyname", Default: "22", MinArgs: 1, MaxArgs: 1, Since: 102, Notes: "0 rejected"},
	{ID: 46, Side: 0, Name: "Ciphers", Lower: "ciphers", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 47, Side: 0, Name: "MACs", Lower: "macs", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, Since: 205},
	{ID: 48, Side: 0, Name: "RemoteForward", Lower: "remoteforward", Kind: "forward", Values: "[bind:]port|path [host:port|path]", MinArgs: 1, MaxArgs: 2, Repeat: 2, Since: 102, Notes: "1 arg = dynamic (SOCKS); exact duplicates dropped"},
	{ID: 49, Side: 0, Name: "LocalForward", Lower: "localforward", Kind: "forward", Values: "[bind:]port|path host:port|path", MinArgs: 2, MaxArgs: 2, Repeat: 2, Since: 102, Notes: "exact duplicates dropped"},
	{ID: 50, Side: 0, Name: "PermitRemoteOpen", Lower: "permitremoteopen", Kind: "list", Values: "host:port...|any|none", Default: "any", MinArgs: 1, MaxArgs: -1, Repeat: 1, Since: 805, Notes: "any/none must be alone; no arg or bad port is fatal"},
	{ID: 51, Side: 0, Name: "User", Lower: "user", Kind: "string", Values: "tokens expanded late", Default: "local user", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 52, Side: 0, Name: "Host", Lower: "host", Kind: "block", Values: "whitespace-separated patterns; leading ! negates; * ?", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "case-sensitive vs argv host (pass 1) / lowercased resolved host (pass 2); commas are literal"},
	{ID: 53, Side: 0, Name: "Match", Lower: "match", Kind: "block", Values: "criteria", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 605, Notes: "see semantics 1.6"},
	{ID: 54, Side: 0, Name: "Tag", Lower: "tag", Kind: "string", Default: "unset", MinArgs: 1, MaxArgs: 1, Since: 904},
	{ID: 55, Side: 0, Name: "EscapeChar", Lower: "escapechar", Kind: "special", Values: "none|c|^c", Default: "~", MinArgs: 1, MaxArgs: 1, Since: 102, Notes: "none is case-sensitive"},
	{ID: 56, Side: 0, Name: "GlobalKnownHostsFile", Lower: "globalknownhostsfile", Kind: "list", Values: "paths|none", Default: "/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2", MaxArgs: -1, Repeat: 1, Since: 102, Notes: "max 32"},
	{ID: 57, Side: 0, Name: "UserKnownHostsFile", Lower: "userknownhostsfile", Kind: "list", Values: "paths|none", Default: "~/.ssh/known_hosts ~/.ssh/known_hosts2", MaxArgs: -1, Repeat: 1, Since: 102, Notes: "max 32"},
	{ID: 58, Side: 0, Name: "ConnectionAttempts", Lower: "connectionattempts", Kind: "int", Values: "0..2147483647", Default: "1", MinArgs: 1, MaxArgs: 1, Since: 102, Notes: "0 is fatal after parsing"},
	{ID: 59, Side: 0, Name: "BatchMode", Lower: "batchmode", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 102, Notes: "Debian: yes changes the ServerAliveInterval default to 300"},
	{ID: 60, Side: 0, Name: "CheckHostIP", Lower: "checkhostip", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 61, Side: 0, Name: "StrictHostKeyChecking", Lower: "stricthostkeychecking", Kind: "enum", Values: "yes|no|true|false|ask|off|accept-new", Default: "ask", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 62, Side: 0, Name: "Compression", Lower: "compression", Kind: "enum", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 102, Notes: "true/false NOT accepted"},
	{ID: 63, Side: 0, Name: "TCPKeepAlive", Lower: "tcpkeepalive", Kind: "flag", Values: "yes|no|true|false", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 308},
	{ID: 64, Side: 0, Name: "KeepAlive", Lower: "keepalive", Status: 1, AliasOf: "tcpkeepalive", Kind: "flag", Values: "yes|no|true|false", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 65, Side: 0, Name: "NumberOfPasswordPrompts", Lower: "numberofpasswordprompts", Kind: "int", Values: "0..2147483647", Default: "3", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 66, Side: 0, Name: "SyslogFacility", Lower: "syslogfacility", Kind: "enum", Values: "DAEMON|USER|AUTH|AUTHPRIV|LOCAL0..LOCAL7", Default: "USER", MinArgs: 1, MaxArgs: 1, Since: 706, Notes: "applied even inside a non-matching Host/Match block (upstream quirk)"},
	{ID: 67, Side: 0, Name: "LogLevel", Lower: "loglevel", Kind: "enum", Values: "QUIET|FATAL|ERROR|INFO|VERBOSE|DEBUG|DEBUG1|DEBUG2|DEBUG3", Default: "INFO", MinArgs: 1, MaxArgs: 1, Since: 102, Notes: "Debian also SILENT"},
	{ID: 68, Side: 0, Name: "LogVerbose", Lower: "logverbose", Kind: "list", Values: "patterns|none", Default: "none", MaxArgs: -1, Since: 805, Notes: "only the FIRST pattern on the line is kept (upstream quirk)"},
	{ID: 69, Side: 0, Name: "DynamicForward", Lower: "dynamicforward", Kind: "forward", Values: "[bind:]port", MinArgs: 1, MaxArgs: 1, Repeat: 2, Since: 209, Notes: "exact duplicates dropped"},
	{ID: 70, Side: 0, Name: "PreferredAuthentications", Lower: "preferredauthentications", Kind: "string", Values: "comma list", Default: "unset", MinArgs: 1, MaxArgs: 1, Since: 205},
	{ID: 71, Side: 0, Name: "HostKeyAlgorithms", Lower: "hostkeyalgorithms", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, Since: 209},
	{ID: 72, Side: 0, Name: "CASignatureAlgorithms", Lower: "casignaturealgorithms", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, Since: 709},
	{ID: 73, Side: 0, Name: "BindAddress", Lower: "bindaddress", Kind: "string", Default: "unset", MinArgs: 1, MaxArgs: 1, Since: 209},
	{ID: 74, Side: 0, Name: "BindInterface", Lower: "bindinterface", Kind: "string", Default: "unset", MinArgs: 1, MaxArgs: 1, Since: 707},
	{ID: 75, Side: 0, Name: "ClearAllForwardings", Lower: "clearallforwardings", Kind: "flag", Values: "yes|no|true|false", Default: "no (yes with -W)", MinArgs: 1, MaxArgs: 1, Since: 209},
	{ID: 76, Side: 0, Name: "EnableSSHKeysign", Lower: "enablesshkeysign", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 306},
	{ID: 77, Side: 0, Name: "VerifyHostKeyDNS", Lower: "verifyhostkeydns", Kind: "enum", Values: "yes|no|true|false|ask", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 307},
	{ID: 78, Side: 0, Name: "NoHostAuthenticationForLocalhost", Lower: "nohostauthenticationforlocalhost", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 300},
	{ID: 79, Side: 0, Name: "RekeyLimit", Lower: "rekeylimit", Kind: "special", Values: "default|size[KMG] [none|time]", Default: "default none", MinArgs: 1, MaxArgs: 2, Since: 306, Notes: "size 0 or >=16"},
	{ID: 80, Side: 0, Name: "ConnectTimeout", Lower: "connecttimeout", Kind: "time", Values: "convtime|none", Default: "none", MinArgs: 1, MaxArgs: 1, Since: 307, Notes: "none does not block a later value"},
	{ID: 81, Side: 0, Name: "AddressFamily", Lower: "addressfamily", Kind: "enum", Values: "any|inet|inet6", Default: "any", MinArgs: 1, MaxArgs: 1, Since: 307},
	{ID: 82, Side: 0, Name: "ServerAliveInterval", Lower: "serveraliveinterval", Kind: "time", Values: "convtime|none", Default: "0", MinArgs: 1, MaxArgs: 1, Since: 308, Notes: "none is stored as unset so a later line still wins; Debian default 300 when BatchMode yes"},
	{ID: 83, Side: 0, Name: "ServerAliveCountMax", Lower: "serveralivecountmax", Kind: "int", Values: "0..2147483647", Default: "3", MinArgs: 1, MaxArgs: 1, Since: 308, Notes: "0 = drop after one idle interval without probing"},
	{ID: 84, Side: 0, Name: "SendEnv", Lower: "sendenv", Kind: "list", Values: "patterns; -pattern removes", MinArgs: 1, MaxArgs: -1, Repeat: 2, Since: 309, Notes: "not deduplicated: doubled by a second pass; = forbidden; no arg is fatal"},
	{ID: 85, Side: 0, Name: "SetEnv", Lower: "setenv", Kind: "list", Values: "NAME=VALUE...", MinArgs: 1, MaxArgs: -1, Repeat: 1, Since: 708, Notes: "first line only; duplicate NAME on the line ignored"},
	{ID: 86, Side: 0, Name: "ControlPath", Lower: "controlpath", Kind: "path", Values: "path|none", Default: "unset", MinArgs: 1, MaxArgs: 1, Since: 309},
	{ID: 87, Side: 0, Name: "ControlMaster", Lower: "controlmaster", Kind: "enum", Values: "yes|no|true|false|auto|ask|autoask", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 309},
	{ID: 88, Side: 0, Name: "ControlPersist", Lower: "controlpersist", Kind: "special", Values: "yes|no|true|false (case-sensitive)|time", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 506},
	{ID: 89, Side: 0, Name: "HashKnownHosts", Lower: "hashknownhosts", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 400, Notes: "Debian /etc/ssh/ssh_config sets yes"},
	{ID: 90, Side: 0, Name: "Include", Lower: "include", Kind: "include", Values: "paths; glob, ~ (user cfg only), %tokens, ${ENV}", MaxArgs: -1, Repeat: 5, Since: 703, Notes: "zero args after a comment is accepted"},
	{ID: 91, Side: 0, Name: "Tunnel", Lower: "tunnel", Kind: "enum", Values: "yes|no|true|false|point-to-point|ethernet", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 403},
	{ID: 92, Side: 0, Name: "TunnelDevice", Lower: "tunneldevice", Kind: "special", Values: "n|any[:n|any]", Default: "any:any", MinArgs: 1, MaxArgs: 1, Since: 403},
	{ID: 93, Side: 0, Name: "LocalCommand", Lower: "localcommand", Kind: "rawline", Values: "rest of line|none", Default: "unset", MinArgs: 1, MaxArgs: -1, Since: 403, Notes: "quotes must balance"},
	{ID: 94, Side: 0, Name: "PermitLocalCommand", Lower: "permitlocalcommand", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 403},
	{ID: 95, Side: 0, Name: "RemoteCommand", Lower: "remotecommand", Kind: "rawline", Values: "rest of line|none", Default: "unset", MinArgs: 1, MaxArgs: -1, Since: 706, Notes: "quotes must balance"},
	{ID: 96, Side: 0, Name: "VisualHostKey", Lower: "visualhostkey", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 501},
	{ID: 97, Side: 0, Name: "KexAlgorithms", Lower: "kexalgorithms", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, Since: 507},
	{ID: 98, Side: 0, Name: "IPQoS", Lower: "ipqos", Kind: "special", Values: "dscp|0..255|none [same]", Default: "ef cs0", MinArgs: 1, MaxArgs: 2, Since: 507, Notes: "lowdelay/throughput/reliability deprecated -> ignored"},
	{ID: 99, Side: 0, Name: "RequestTTY", Lower: "requesttty", Kind: "enum", Values: "yes|no|true|false|force|auto", Default: "auto", MinArgs: 1, MaxArgs: 1, Since: 509},
	{ID: 100, Side: 0, Name: "SessionType", Lower: "sessiontype", Kind: "enum", Values: "none|subsystem|default", Default: "default", MinArgs: 1, MaxArgs: 1, Since: 807},
	{ID: 101, Side: 0, Name: "StdinNull", Lower: "stdinnull", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 807},
	{ID: 102, Side: 0, Name: "ForkAfterAuthentication", Lower: "forkafterauthentication", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 807},
	{ID: 103, Side: 0, Name: "ProxyUseFdpass", Lower: "proxyusefdpass", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 603},
	{ID: 104, Side: 0, Name: "CanonicalDomains", Lower: "canonicaldomains", Kind: "list", Values: "domains|none", Default: "none", MinArgs: 1, MaxArgs: -1, Repeat: 1, Since: 605, Notes: "no arg is fatal"},
	{ID: 105, Side: 0, Name: "CanonicalizeFallbackLocal", Lower: "canonicalizefallbacklocal", Kind: "flag", Values: "yes|no|true|false", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 605},
	{ID: 106, Side: 0, Name: "CanonicalizeHostname", Lower: "canonicalizehostname", Kind: "enum", Values: "yes|no|true|false|always", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 605, Notes: "triggers second pass"},
	{ID: 107, Side: 0, Name: "CanonicalizeMaxDots", Lower: "canonicalizemaxdots", Kind: "int", Values: "0..2147483647", Default: "1", MinArgs: 1, MaxArgs: 1, Since: 605},
	{ID: 108, Side: 0, Name: "CanonicalizePermittedCNAMEs", Lower: "canonicalizepermittedcnames", Kind: "list", Values: "src:dst...|*|none", Default: "none", MinArgs: 1, MaxArgs: -1, Repeat: 1, Since: 605},
	{ID: 109, Side: 0, Name: "StreamLocalBindMask", Lower: "streamlocalbindmask", Kind: "octal", Values: "0..0777", Default: "0177", MinArgs: 1, MaxArgs: 1, Repeat: 3, Since: 607, Notes: "applied even inside a non-matching block and last one wins (upstream quirk)"},
	{ID: 110, Side: 0, Name: "StreamLocalBindUnlink", Lower: "streamlocalbindunlink", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 607},
	{ID: 111, Side: 0, Name: "RevokedHostKeys", Lower: "revokedhostkeys", Kind: "list", Values: "paths|none", Default: "none", MinArgs: 1, MaxArgs: -1, Repeat: 1, Since: 608, Notes: "multiple files since 10.3"},
	{ID: 112, Side: 0, Name: "FingerprintHash", Lower: "fingerprinthash", Kind: "enum", Values: "md5|sha1|sha256|sha384|sha512", Default: "sha256", MinArgs: 1, MaxArgs: 1, Since: 608},
	{ID: 113, Side: 0, Name: "UpdateHostKeys", Lower: "updatehostkeys", Kind: "enum", Values: "yes|no|true|false|ask", Default: "yes if UserKnownHostsFile default and VerifyHostKeyDNS no, else no", MinArgs: 1, MaxArgs: 1, Since: 608},
	{ID: 114, Side: 0, Name: "HostbasedAcceptedAlgorithms", Lower: "hostbasedacceptedalgorithms", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, Since: 807},
	{ID: 115, Side: 0, Name: "HostbasedKeyTypes", Lower: "hostbasedkeytypes", Status: 1, AliasOf: "hostbasedacceptedalgorithms", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, Since: 608},
	{ID: 116, Side: 0, Name: "PubkeyAcceptedAlgorithms", Lower: "pubkeyacceptedalgorithms", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, Since: 805},
	{ID: 117, Side: 0, Name: "PubkeyAcceptedKeyTypes", Lower: "pubkeyacceptedkeytypes", Status: 1, AliasOf: "pubkeyacceptedalgorithms", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, Since: 700},
	{ID: 118, Side: 0, Name: "IgnoreUnknown", Lower: "ignoreunknown", Kind: "string", Values: "comma pattern-list", Default: "unset", MinArgs: 1, MaxArgs: 1, Since: 603, Notes: "affects only lines after it; only set when block is active"},
	{ID: 119, Side: 0, Name: "ProxyJump", Lower: "proxyjump", Kind: "rawline", Values: "[user@]host[:port],...|none|ssh://", Default: "unset", MinArgs: 1, MaxArgs: -1, Since: 703, Notes: "# starts a comment; see ProxyCommand"},
	{ID: 120, Side: 0, Name: "SecurityKeyProvider", Lower: "securitykeyprovider", Kind: "path", Default: "$SSH_SK_PROVIDER or internal", MinArgs: 1, MaxArgs: 1, Since: 802},
	{ID: 121, Side: 0, Name: "KnownHostsCommand", Lower: "knownhostscommand", Kind: "rawline", Values: "rest of line|none", Default: "unset", MinArgs: 1, MaxArgs: -1, Since: 805, Notes: "quotes must balance"},
	{ID: 122, Side: 0, Name: "RequiredRSASize", Lower: "requiredrsasize", Kind: "int", Values: "0..2147483647", Default: "1024", MinArgs: 1, MaxArgs: 1, Since: 901},
	{ID: 123, Side: 0, Name: "EnableEscapeCommandline", Lower: "enableescapecommandline", Kind: "flag", Values: "yes|no|true|false", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 902},
	{ID: 124, Side: 0, Name: "ObscureKeystrokeTiming", Lower: "obscurekeystroketiming", Kind: "special", Values: "yes|no|true|false (case-sensitive)|interval:1..1000", Default: "yes (20 ms)", MinArgs: 1, MaxArgs: 1, Since: 905},
	{ID: 125, Side: 0, Name: "ChannelTimeout", Lower: "channeltimeout", Kind: "list", Values: "type=time...|none", Default: "none", MinArgs: 1, MaxArgs: -1, Repeat: 1, Since: 906, Notes: "bad pair is fatal"},
	{ID: 126, Side: 0, Name: "VersionAddendum", Lower: "versionaddendum", Kind: "rawline", Values: "rest of line|none", Default: "unset", MinArgs: 1, MaxArgs: -1, Since: 1000, Notes: "# starts a comment; no CR"},
	{ID: 127, Side: 0, Name: "RefuseConnection", Lower: "refuseconnection", Kind: "string", Values: "message", Default: "unset", MinArgs: 1, MaxArgs: 1, Since: 1001, Notes: "aborts parsing when its block is active"},
	{ID: 128, Side: 0, Name: "WarnWeakCrypto", Lower: "warnweakcrypto", Kind: "enum", Values: "yes|no|true|false|no-pq-kex", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 1001},
	{ID: 129, Side: 0, Name: "ProtocolKeepAlives", Lower: "protocolkeepalives", Status: 1, AliasOf: "serveraliveinterval", Kind: "time", Values: "convtime|none", Default: "0", MinArgs: 1, MaxArgs: 1, Vendor: "Debian/Ubuntu", Notes: "alias of ServerAliveInterval"},
	{ID: 130, Side: 0, Name: "SetupTimeOut", Lower: "setuptimeout", Status: 1, AliasOf: "serveraliveinterval", Kind: "time", Values: "convtime|none", Default: "0", MinArgs: 1, MaxArgs: 1, Vendor: "Debian/Ubuntu", Notes: "alias of ServerAliveInterval up to bookworm 9.2p1 packaging, of ConnectTimeout from the 2025-04 packaging (trixie 10.0p1)"},
	{ID: 131, Side: 0, Name: "UseBlacklistedKeys", Lower: "useblacklistedkeys", Status: 3, Kind: "deprecated", MinArgs: 1, MaxArgs: -1, Repeat: 5, Vendor: "Debian/Ubuntu", Notes: "ignored"},
	{ID: 132, Side: 0, Name: "GSSAPIKeyExchange", Lower: "gssapikeyexchange", Kind: "flag", MinArgs: 1, MaxArgs: 1, Vendor: "Debian/Ubuntu/Fedora", Notes: "gssapi.patch"},
	{ID: 133, Side: 0, Name: "GSSAPITrustDNS", Lower: "gssapitrustdns", Kind: "flag", MinArgs: 1, MaxArgs: 1, Vendor: "Debian/Ubuntu/Fedora", Notes: "gssapi.patch"},
	{ID: 134, Side: 0, Name: "GSSAPIClientIdentity", Lower: "gssapiclientidentity", Kind: "string", MinArgs: 1, MaxArgs: 1, Vendor: "Debian/Ubuntu/Fedora", Notes: "gssapi.patch"},
	{ID: 135, Side: 0, Name: "GSSAPIServerIdentity", Lower: "gssapiserveridentity", Kind: "string", MinArgs: 1, MaxArgs: 1, Vendor: "Debian/Ubuntu/Fedora", Notes: "gssapi.patch"},
	{ID: 136, Side: 0, Name: "GSSAPIRenewalForcesRekey", Lower: "gssapirenewalforcesrekey", Kind: "flag", MinArgs: 1, MaxArgs: 1, Vendor: "Debian/Ubuntu/Fedora", Notes: "gssapi.patch"},
	{ID: 137, Side: 0, Name: "GSSAPIKexAlgorithms", Lower: "gssapikexalgorithms", Kind: "alglist", MinArgs: 1, MaxArgs: 1, Vendor: "Debian/Ubuntu/Fedora", Notes: "gssapi.patch"},
	{ID: 138, Side: 0, Name: "UseKeychain", Lower: "usekeychain", Kind: "flag", MinArgs: 1, MaxArgs: 1, Vendor: "macOS", Notes: "Apple readconf.c"},
	{ID: 139, Side: 0, Name: "AppleMultiPath", Lower: "applemultipath", Kind: "flag", MinArgs: 1, MaxArgs: 1, Vendor: "macOS", Notes: "Apple readconf.c"},
	{ID: 140, Side: 0, Name: "NoHostAuthenticationForProxyCommand", Lower: "nohostauthenticationforproxycommand", Kind: "flag", MinArgs: 1, MaxArgs: 1, Vendor: "macOS", Notes: "Apple readconf.c"},
}

func clientNumber(lower []byte) ID {
	switch string(lower) {
	case "protocol":
		return 1
	case "cipher":
		return 2
	case "fallbacktorsh":
		return 3
	case "globalknownhostsfile2":
		return 4
	case "rhostsauthentication":
		return 5
	case "userknownhostsfile2":
		return 6
	case "useroaming":
		return 7
	case "usersh":
		return 8
	case "useprivilegedport":
		return 9
	case "afstokenpassing":
		return 10
	case "kerberosauthentication":
		return 11
	case "kerberostgtpassing":
		return 12
	case "rsaauthentication":
		return 13
	case "rhostsrsaauthentication":
		return 14
	case "compressionlevel":
		return 15
	case "gssapiauthentication":
		return 16
	case "gssapidelegatecredentials":
		return 17
	case "pkcs11provider":
		return 18
	case "smartcarddevice":
		return 19
	case "forwardagent":
		return 20
	case "forwardx11":
		return 21
	case "forwardx11trusted":
		return 22
	case "forwardx11timeout":
		return 23
	case "exitonforwardfailure":
		return 24
	case "xauthlocation":
		return 25
	case "gatewayports":
		return 26
	case "passwordauthentication":
		return 27
	case "kbdinteractiveauthentication":
		return 28
	case "kbdinteractivedevices":
		return 29
	case "challengeresponseauthentication":
		return 30
	case "skeyauthentication":
		return 31
	case "tisauthentication":
		return 32
	case "pubkeyauthentication":
		return 33
	case "dsaauthentication":
		return 34
	case "hostbasedauthentication":
		return 35
	case "identityfile":
		return 36
	case "identityfile2":
		return 37
	case "identitiesonly":
		return 38
	case "certificatefile":
		return 39
	case "addkeystoagent":
		return 40
	case "identityagent":
		return 41
	case "hostname":
		return 42
	case "hostkeyalias":
		return 43
	case "proxycommand":
		return 44
	case "port":
		return 45
	case "ciphers":
		return 46
	case "macs":
		return 47
	case "remoteforward":
		return 48
	case "localforward":
		return 49
	case "permitremoteopen":
		return 50
	case "user":
		return 51
	case "host":
		return 52
	case "match":
		return 53
	case "tag":
		return 54
	case "escapechar":
		return 55
	case "globalknownhostsfile":
		return 56
	case "userknownhostsfile":
		return 57
	case "connectionattempts":
		return 58
	case "batchmode":
		return 59
	case "checkhostip":
		return 60
	case "stricthostkeychecking":
		return 61
	case "compression":
		return 62
	case "tcpkeepalive":
		return 63
	case "keepalive":
		return 64
	case "numberofpasswordprompts":
		return 65
	case "syslogfacility":
		return 66
	case "loglevel":
		return 67
	case "logverbose":
		return 68
	case "dynamicforward":
		return 69
	case "preferredauthentications":
		return 70
	case "hostkeyalgorithms":
		return 71
	case "casignaturealgorithms":
		return 72
	case "bindaddress":
		return 73
	case "bindinterface":
		return 74
	case "clearallforwardings":
		return 75
	case "enablesshkeysign":
		return 76
	case "verifyhostkeydns":
		return 77
	case "nohostauthenticationforlocalhost":
		return 78
	case "rekeylimit":
		return 79
	case "connecttimeout":
		return 80
	case "addressfamily":
		return 81
	case "serveraliveinterval":
		return 82
	case "serveralivecountmax":
		return 83
	case "sendenv":
		return 84
	case "setenv":
		return 85
	case "controlpath":
		return 86
	case "controlmaster":
		return 87
	case "controlpersist":
		return 88
	case "hashknownhosts":
		return 89
	case "include":
		return 90
	case "tunnel":
		return 91
	case "tunneldevice":
		return 92
	case "localcommand":
		return 93
	case "permitlocalcommand":
		return 94
	case "remotecommand":
		return 95
	case "visualhostkey":
		return 96
	case "kexalgorithms":
		return 97
	case "ipqos":
		return 98
	case "requesttty":
		return 99
	case "sessiontype":
		return 100
	case "stdinnull":
		return 101
	case "forkafterauthentication":
		return 102
	case "proxyusefdpass":
		return 103
	case "canonicaldomains":
		return 104
	case "canonicalizefallbacklocal":
		return 105
	case "canonicalizehostname":
		return 106
	case "canonicalizemaxdots":
		return 107
	case "canonicalizepermittedcnames":
		return 108
	case "streamlocalbindmask":
		return 109
	case "streamlocalbindunlink":
		return 110
	case "revokedhostkeys":
		return 111
	case "fingerprinthash":
		return 112
	case "updatehostkeys":
		return 113
	case "hostbasedacceptedalgorithms":
		return 114
	case "hostbasedkeytypes":
		return 115
	case "pubkeyacceptedalgorithms":
		return 116
	case "pubkeyacceptedkeytypes":
		return 117
	case "ignoreunknown":
		return 118
	case "proxyjump":
		return 119
	case "securitykeyprovider":
		return 120
	case "knownhostscommand":
		return 121
	case "requiredrsasize":
		return 122
	case "enableescapecommandline":
		return 123
	case "obscurekeystroketiming":
		return 124
	case "channeltimeout":
		return 125
	case "versionaddendum":
		return 126
	case "refuseconnection":
		return 127
	case "warnweakcrypto":
		return 128
	case "protocolkeepalives":
		return 129
	case "setuptimeout":
		return 130
	case "useblacklistedkeys":
		return 131
	case "gssapikeyexchange":
		return 132
	case "gssapitrustdns":
		return 133
	case "gssapiclientidentity":
		return 134
	case "gssapiserveridentity":
		return 135
	case "gssapirenewalforcesrekey":
		return 136
	case "gssapikexalgorithms":
		return 137
	case "usekeychain":
		return 138
	case "applemultipath":
		return 139
	case "nohostauthenticationforproxycommand":
		return 140
	}
	return 0
}

var serverRows = []Keyword{
	{}, // ID 0 is no keyword
	{ID: 1, Side: 1, Name: "Port", Lower: "port", Kind: "port", Values: "1..65535 or service name", Default: "22", MinArgs: 1, MaxArgs: 1, Repeat: 2, Since: 102, Notes: "max 256; ignored if -p given; not subject to the active flag"},
	{ID: 2, Side: 1, Name: "ListenAddress", Lower: "listenaddress", Kind: "special", Values: "addr[:port] [rdomain r]", Default: "all addresses", MinArgs: 1, MaxArgs: 3, Repeat: 2, Since: 102, Notes: "queued and combined with all Ports"},
	{ID: 3, Side: 1, Name: "HostKey", Lower: "hostkey", Kind: "path", Default: "/etc/ssh/ssh_host_{rsa,ecdsa,ed25519,mldsa44_ed25519}_key", MinArgs: 1, MaxArgs: 1, Repeat: 2, Since: 102, Notes: "not deduplicated"},
	{ID: 4, Side: 1, Name: "IPQoS", Lower: "ipqos", Kind: "special", Values: "dscp|0..255|none [same]", Default: "ef cs0", MinArgs: 1, MaxArgs: 2, InMatch: true, Since: 507, Notes: "first-wins since 10.3, earlier last-wins"},
	{ID: 5, Side: 1, Name: "GatewayPorts", Lower: "gatewayports", Kind: "enum", Values: "yes|no|clientspecified", Default: "no", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 200},
	{ID: 6, Side: 1, Name: "StreamLocalBindMask", Lower: "streamlocalbindmask", Kind: "octal", Values: "0..0777", Default: "0177", MinArgs: 1, MaxArgs: 1, Repeat: 3, InMatch: true, Since: 607, Notes: "last value wins"},
	{ID: 7, Side: 1, Name: "StreamLocalBindUnlink", Lower: "streamlocalbindunlink", Kind: "flag", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 607},
	{ID: 8, Side: 1, Name: "SyslogFacility", Lower: "syslogfacility", Kind: "enum", Values: "DAEMON|USER|AUTH|AUTHPRIV|LOCAL0..7", Default: "AUTH", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 9, Side: 1, Name: "LogLevel", Lower: "loglevel", Kind: "enum", Values: "QUIET|FATAL|ERROR|INFO|VERBOSE|DEBUG|DEBUG1..3", Default: "INFO", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 102},
	{ID: 10, Side: 1, Name: "PermitUserEnvironment", Lower: "permituserenvironment", Kind: "special", Values: "yes|no (case-sensitive)|pattern-list", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 305},
	{ID: 11, Side: 1, Name: "Subsystem", Lower: "subsystem", Kind: "special", Values: "name command [args]", Default: "none", MinArgs: 2, MaxArgs: -1, Repeat: 4, InMatch: true, Since: 201, Notes: "duplicate name ignored (fatal before 9.5); allowed in Match since 9.5"},
	{ID: 12, Side: 1, Name: "MaxStartups", Lower: "maxstartups", Kind: "special", Values: "n|begin:rate:full", Default: "10:30:100", MinArgs: 1, MaxArgs: 1, Since: 201, Notes: "first-wins since 10.1, earlier last-wins"},
	{ID: 13, Side: 1, Name: "PerSourceNetBlockSize", Lower: "persourcenetblocksize", Kind: "special", Values: "v4[:v6]", Default: "32:128", MinArgs: 1, MaxArgs: 1, Since: 805, Notes: "first-wins since 10.1"},
	{ID: 14, Side: 1, Name: "PerSourcePenalties", Lower: "persourcepenalties", Kind: "special", Values: "yes|no|key:time...", Default: "enabled with defaults", MinArgs: 1, MaxArgs: -1, Repeat: 4, Since: 908},
	{ID: 15, Side: 1, Name: "RekeyLimit", Lower: "rekeylimit", Kind: "special", Values: "default|size [none|time]", Default: "default none", MinArgs: 1, MaxArgs: 2, InMatch: true, Since: 603},
	{ID: 16, Side: 1, Name: "AddressFamily", Lower: "addressfamily", Kind: "enum", Values: "any|inet|inet6", Default: "any", MinArgs: 1, MaxArgs: 1, Since: 400},
	{ID: 17, Side: 1, Name: "RDomain", Lower: "rdomain", Kind: "string", Default: "none", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 504, Notes: "fatal on Linux builds (unsupported platform)"},
	{ID: 18, Side: 1, Name: "HostCertificate", Lower: "hostcertificate", Kind: "path", MinArgs: 1, MaxArgs: 1, Repeat: 2, Since: 504},
	{ID: 19, Side: 1, Name: "HostKeyAgent", Lower: "hostkeyagent", Kind: "path", Values: "path|SSH_AUTH_SOCK", Default: "none", MinArgs: 1, MaxArgs: 1, Since: 603},
	{ID: 20, Side: 1, Name: "PidFile", Lower: "pidfile", Kind: "path", Values: "path|none", Default: "build-time", MinArgs: 1, MaxArgs: 1, Since: 200},
	{ID: 21, Side: 1, Name: "ModuliFile", Lower: "modulifile", Kind: "path", Default: "/etc/ssh/moduli", MinArgs: 1, MaxArgs: 1, Since: 806},
	{ID: 22, Side: 1, Name: "LoginGraceTime", Lower: "logingracetime", Kind: "time", Values: "convtime (no none)", Default: "120", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 23, Side: 1, Name: "PermitRootLogin", Lower: "permitrootlogin", Kind: "enum", Values: "yes|no|prohibit-password|without-password|forced-commands-only", Default: "prohibit-password", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 102},
	{ID: 24, Side: 1, Name: "IgnoreRhosts", Lower: "ignorerhosts", Kind: "enum", Values: "yes|no|shosts-only", Default: "yes", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 102},
	{ID: 25, Side: 1, Name: "IgnoreUserKnownHosts", Lower: "ignoreuserknownhosts", Kind: "flag", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 26, Side: 1, Name: "PrintMotd", Lower: "printmotd", Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 27, Side: 1, Name: "X11Forwarding", Lower: "x11forwarding", Kind: "flag", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 102},
	{ID: 28, Side: 1, Name: "X11DisplayOffset", Lower: "x11displayoffset", Kind: "int", Values: "0..2147483647", Default: "10", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 102},
	{ID: 29, Side: 1, Name: "X11UseLocalhost", Lower: "x11uselocalhost", Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 301},
	{ID: 30, Side: 1, Name: "XAuthLocation", Lower: "xauthlocation", Kind: "path", Values: "path|none", Default: "build-time", MinArgs: 1, MaxArgs: 1, Since: 201},
	{ID: 31, Side: 1, Name: "PermitTTY", Lower: "permittty", Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 605},
	{ID: 32, Side: 1, Name: "PermitUserRC", Lower: "permituserrc", Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 607},
	{ID: 33, Side: 1, Name: "StrictModes", Lower: "strictmodes", Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 34, Side: 1, Name: "TCPKeepAlive", Lower: "tcpkeepalive", Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 308},
	{ID: 35, Side: 1, Name: "Ciphers", Lower: "ciphers", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 36, Side: 1, Name: "Macs", Lower: "macs", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, Since: 205},
	{ID: 37, Side: 1, Name: "KexAlgorithms", Lower: "kexalgorithms", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, Since: 507},
	{ID: 38, Side: 1, Name: "LogVerbose", Lower: "logverbose", Kind: "list", Values: "patterns|none", Default: "none", MinArgs: 1, MaxArgs: -1, Repeat: 1, InMatch: true, Since: 805},
	{ID: 39, Side: 1, Name: "HostbasedAuthentication", Lower: "hostbasedauthentication", Kind: "flag", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 209},
	{ID: 40, Side: 1, Name: "HostbasedUsesNameFromPacketOnly", Lower: "hostbasedusesnamefrompacketonly", Kind: "flag", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 209},
	{ID: 41, Side: 1, Name: "HostbasedAcceptedAlgorithms", Lower: "hostbasedacceptedalgorithms", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 805},
	{ID: 42, Side: 1, Name: "HostKeyAlgorithms", Lower: "hostkeyalgorithms", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, Since: 700},
	{ID: 43, Side: 1, Name: "CASignatureAlgorithms", Lower: "casignaturealgorithms", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 709},
	{ID: 44, Side: 1, Name: "PubkeyAuthOptions", Lower: "pubkeyauthoptions", Kind: "list", Values: "none|touch-required|verify-required", Default: "none", MaxArgs: -1, InMatch: true, Since: 802},
	{ID: 45, Side: 1, Name: "PubkeyAuthentication", Lower: "pubkeyauthentication", Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 205},
	{ID: 46, Side: 1, Name: "PubkeyAcceptedAlgorithms", Lower: "pubkeyacceptedalgorithms", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 805},
	{ID: 47, Side: 1, Name: "PasswordAuthentication", Lower: "passwordauthentication", Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 102},
	{ID: 48, Side: 1, Name: "KbdInteractiveAuthentication", Lower: "kbdinteractiveauthentication", Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 203},
	{ID: 49, Side: 1, Name: "PermitEmptyPasswords", Lower: "permitemptypasswords", Kind: "flag", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 102},
	{ID: 50, Side: 1, Name: "Compression", Lower: "compression", Kind: "enum", Values: "yes|delayed|no", Default: "delayed (shown as yes)", MinArgs: 1, MaxArgs: 1, Since: 303},
	{ID: 51, Side: 1, Name: "AllowTcpForwarding", Lower: "allowtcpforwarding", Kind: "enum", Values: "yes|all|no|remote|local", Default: "yes", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 203},
	{ID: 52, Side: 1, Name: "AllowStreamLocalForwarding", Lower: "allowstreamlocalforwarding", Kind: "enum", Values: "yes|all|no|remote|local", Default: "yes", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 607},
	{ID: 53, Side: 1, Name: "AllowAgentForwarding", Lower: "allowagentforwarding", Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 501},
	{ID: 54, Side: 1, Name: "DisableForwarding", Lower: "disableforwarding", Kind: "flag", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 704},
	{ID: 55, Side: 1, Name: "AllowUsers", Lower: "allowusers", Kind: "list", Values: "patterns user[@host|cidr]", MinArgs: 1, MaxArgs: -1, Repeat: 2, InMatch: true, Since: 102, Notes: "a matching Match block REPLACES the global list"},
	{ID: 56, Side: 1, Name: "DenyUsers", Lower: "denyusers", Kind: "list", Values: "patterns user[@host|cidr]", MinArgs: 1, MaxArgs: -1, Repeat: 2, InMatch: true, Since: 102, Notes: "a matching Match block REPLACES the global list"},
	{ID: 57, Side: 1, Name: "AllowGroups", Lower: "allowgroups", Kind: "list", Values: "patterns", MinArgs: 1, MaxArgs: -1, Repeat: 2, InMatch: true, Since: 102, Notes: "a matching Match block REPLACES the global list"},
	{ID: 58, Side: 1, Name: "DenyGroups", Lower: "denygroups", Kind: "list", Values: "patterns", MinArgs: 1, MaxArgs: -1, Repeat: 2, InMatch: true, Since: 102, Notes: "a matching Match block REPLACES the global list"},
	{ID: 59, Side: 1, Name: "AcceptEnv", Lower: "acceptenv", Kind: "list", Values: "patterns", MinArgs: 1, MaxArgs: -1, Repeat: 2, InMatch: true, Since: 309, Notes: "a matching Match block REPLACES the global list"},
	{ID: 60, Side: 1, Name: "SetEnv", Lower: "setenv", Kind: "list", Values: "NAME=VALUE...", MinArgs: 1, MaxArgs: -1, Repeat: 1, InMatch: true, Since: 708, Notes: "only the first line counts"},
	{ID: 61, Side: 1, Name: "PerSourceMaxStartups", Lower: "persourcemaxstartups", Kind: "int-or-none", Values: "0..2147483647|none", Default: "none", MinArgs: 1, MaxArgs: 1, Since: 805},
	{ID: 62, Side: 1, Name: "PerSourcePenaltyExemptList", Lower: "persourcepenaltyexemptlist", Kind: "string", Values: "address list", Default: "none", MinArgs: 1, MaxArgs: 1, Since: 908},
	{ID: 63, Side: 1, Name: "MaxAuthTries", Lower: "maxauthtries", Kind: "int", Values: "0..2147483647", Default: "6", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 309},
	{ID: 64, Side: 1, Name: "MaxSessions", Lower: "maxsessions", Kind: "int", Values: "0..2147483647", Default: "10", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 501},
	{ID: 65, Side: 1, Name: "Banner", Lower: "banner", Kind: "path", Values: "path|none", Default: "none", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 205},
	{ID: 66, Side: 1, Name: "UseDNS", Lower: "usedns", Kind: "flag", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 307},
	{ID: 67, Side: 1, Name: "ClientAliveInterval", Lower: "clientaliveinterval", Kind: "time", Values: "convtime (none NOT accepted)", Default: "0", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 209},
	{ID: 68, Side: 1, Name: "ClientAliveCountMax", Lower: "clientalivecountmax", Kind: "int", Values: "0..2147483647", Default: "3", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 209, Notes: "0 = probe but never disconnect (since 8.2)"},
	{ID: 69, Side: 1, Name: "AuthorizedKeysFile", Lower: "authorizedkeysfile", Kind: "list", Values: "paths|none", Default: ".ssh/authorized_keys .ssh/authorized_keys2", MinArgs: 1, MaxArgs: -1, Repeat: 1, InMatch: true, Since: 209, Notes: "Debian same"},
	{ID: 70, Side: 1, Name: "ForceCommand", Lower: "forcecommand", Kind: "rawline", Values: "rest of line|none", Default: "none", MinArgs: 1, MaxArgs: -1, InMatch: true, Since: 404, Notes: "# kept; quotes must balance"},
	{ID: 71, Side: 1, Name: "PermitTunnel", Lower: "permittunnel", Kind: "enum", Values: "yes|no|point-to-point|ethernet (case-sensitive)", Default: "no", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 403},
	{ID: 72, Side: 1, Name: "PermitOpen", Lower: "permitopen", Kind: "list", Values: "host:port...|any|none", Default: "any", MinArgs: 1, MaxArgs: -1, Repeat: 1, InMatch: true, Since: 404},
	{ID: 73, Side: 1, Name: "PermitListen", Lower: "permitlisten", Kind: "list", Values: "[host:]port...|any|none", Default: "any", MinArgs: 1, MaxArgs: -1, Repeat: 1, InMatch: true, Since: 708},
	{ID: 74, Side: 1, Name: "ChrootDirectory", Lower: "chrootdirectory", Kind: "path", Values: "path|none", Default: "none", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 409},
	{ID: 75, Side: 1, Name: "RevokedKeys", Lower: "revokedkeys", Kind: "list", Values: "paths|none", Default: "none", MinArgs: 1, MaxArgs: -1, Repeat: 1, InMatch: true, Since: 504, Notes: "multiple files since 10.3"},
	{ID: 76, Side: 1, Name: "TrustedUserCAKeys", Lower: "trustedusercakeys", Kind: "path", Values: "path|none", Default: "none", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 504},
	{ID: 77, Side: 1, Name: "AuthorizedKeysCommand", Lower: "authorizedkeyscommand", Kind: "rawline", Values: "absolute path ...|none", Default: "none", MinArgs: 1, MaxArgs: -1, InMatch: true, Since: 602, Notes: "# kept"},
	{ID: 78, Side: 1, Name: "AuthorizedKeysCommandUser", Lower: "authorizedkeyscommanduser", Kind: "string", Default: "none", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 602},
	{ID: 79, Side: 1, Name: "AuthorizedPrincipalsFile", Lower: "authorizedprincipalsfile", Kind: "path", Values: "path|none", Default: "none", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 506},
	{ID: 80, Side: 1, Name: "AuthorizedPrincipalsCommand", Lower: "authorizedprincipalscommand", Kind: "rawline", Values: "absolute path ...|none", Default: "none", MinArgs: 1, MaxArgs: -1, InMatch: true, Since: 609, Notes: "# kept"},
	{ID: 81, Side: 1, Name: "AuthorizedPrincipalsCommandUser", Lower: "authorizedprincipalscommanduser", Kind: "string", Default: "none", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 609},
	{ID: 82, Side: 1, Name: "VersionAddendum", Lower: "versionaddendum", Kind: "rawline", Values: "text|none", Default: "none", MinArgs: 1, MaxArgs: -1, Since: 601, Notes: "# starts a comment; no CR"},
	{ID: 83, Side: 1, Name: "AuthenticationMethods", Lower: "authenticationmethods", Kind: "list", Values: "comma-lists...|any", Default: "any", MinArgs: 1, MaxArgs: -1, Repeat: 1, InMatch: true, Since: 602},
	{ID: 84, Side: 1, Name: "FingerprintHash", Lower: "fingerprinthash", Kind: "enum", Values: "md5|sha1|sha256|sha384|sha512", Default: "sha256", MinArgs: 1, MaxArgs: 1, Repeat: 3, Since: 608, Notes: "last value wins"},
	{ID: 85, Side: 1, Name: "ExposeAuthInfo", Lower: "exposeauthinfo", Kind: "flag", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 706},
	{ID: 86, Side: 1, Name: "SecurityKeyProvider", Lower: "securitykeyprovider", Kind: "path", Values: "path|internal", Default: "internal", MinArgs: 1, MaxArgs: 1, Since: 802},
	{ID: 87, Side: 1, Name: "RequiredRSASize", Lower: "requiredrsasize", Kind: "int", Values: "0..2147483647", Default: "1024", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 901},
	{ID: 88, Side: 1, Name: "ChannelTimeout", Lower: "channeltimeout", Kind: "list", Values: "type=time...|none", Default: "none", MinArgs: 1, MaxArgs: -1, Repeat: 1, InMatch: true, Since: 902},
	{ID: 89, Side: 1, Name: "UnusedConnectionTimeout", Lower: "unusedconnectiontimeout", Kind: "time-or-none", Values: "convtime|none (any case)", Default: "none", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 902, Notes: "\"none\" is NOT first-wins: it overwrites an earlier value with 0"},
	{ID: 90, Side: 1, Name: "SshdSessionPath", Lower: "sshdsessionpath", Kind: "path", Default: "build-time", MinArgs: 1, MaxArgs: 1, Since: 908},
	{ID: 91, Side: 1, Name: "SshdAuthPath", Lower: "sshdauthpath", Kind: "path", Default: "build-time", MinArgs: 1, MaxArgs: 1, Since: 1000},
	{ID: 92, Side: 1, Name: "RefuseConnection", Lower: "refuseconnection", Kind: "flag", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 909},
	{ID: 93, Side: 1, Name: "ServerKeyBits", Lower: "serverkeybits", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "log at INFO"},
	{ID: 94, Side: 1, Name: "KeyRegenerationInterval", Lower: "keyregenerationinterval", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "log at INFO"},
	{ID: 95, Side: 1, Name: "RHostsAuthentication", Lower: "rhostsauthentication", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "log at INFO"},
	{ID: 96, Side: 1, Name: "RhostsRSAAuthentication", Lower: "rhostsrsaauthentication", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, InMatch: true, Since: 102, Notes: "log at INFO"},
	{ID: 97, Side: 1, Name: "RSAAuthentication", Lower: "rsaauthentication", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, InMatch: true, Since: 102, Notes: "log at INFO"},
	{ID: 98, Side: 1, Name: "CheckMail", Lower: "checkmail", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "log at INFO"},
	{ID: 99, Side: 1, Name: "UseLogin", Lower: "uselogin", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "log at INFO"},
	{ID: 100, Side: 1, Name: "VerifyReverseMapping", Lower: "verifyreversemapping", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 301, Notes: "log at INFO"},
	{ID: 101, Side: 1, Name: "ReverseMappingCheck", Lower: "reversemappingcheck", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 205, Notes: "log at INFO"},
	{ID: 102, Side: 1, Name: "AuthorizedKeysFile2", Lower: "authorizedkeysfile2", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, InMatch: true, Since: 209, Notes: "log at INFO"},
	{ID: 103, Side: 1, Name: "UsePrivilegeSeparation", Lower: "useprivilegeseparation", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 302, Notes: "log at INFO"},
	{ID: 104, Side: 1, Name: "KerberosTgtPassing", Lower: "kerberostgtpassing", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "log at INFO"},
	{ID: 105, Side: 1, Name: "AFSTokenPassing", Lower: "afstokenpassing", Status: 3, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "log at INFO"},
	{ID: 106, Side: 1, Name: "Protocol", Lower: "protocol", Status: 2, Kind: "deprecated", Values: "any", MinArgs: 1, MaxArgs: -1, Repeat: 5, Since: 102, Notes: "log at DEBUG2"},
	{ID: 107, Side: 1, Name: "HostDSAKey", Lower: "hostdsakey", Status: 1, AliasOf: "hostkey", Kind: "path", Default: "/etc/ssh/ssh_host_{rsa,ecdsa,ed25519,mldsa44_ed25519}_key", MinArgs: 1, MaxArgs: 1, Repeat: 2, Since: 200, Notes: "not deduplicated"},
	{ID: 108, Side: 1, Name: "HostBasedAcceptedKeyTypes", Lower: "hostbasedacceptedkeytypes", Status: 1, AliasOf: "hostbasedacceptedalgorithms", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 608},
	{ID: 109, Side: 1, Name: "PubkeyAcceptedKeyTypes", Lower: "pubkeyacceptedkeytypes", Status: 1, AliasOf: "pubkeyacceptedalgorithms", Kind: "alglist", Values: "[+-^]list", Default: "built-in", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 608},
	{ID: 110, Side: 1, Name: "DSAAuthentication", Lower: "dsaauthentication", Status: 1, AliasOf: "pubkeyauthentication", Kind: "flag", Values: "yes|no", MinArgs: 1, MaxArgs: 1, Since: 200},
	{ID: 111, Side: 1, Name: "ChallengeResponseAuthentication", Lower: "challengeresponseauthentication", Status: 1, AliasOf: "kbdinteractiveauthentication", Kind: "flag", Values: "yes|no", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 205},
	{ID: 112, Side: 1, Name: "SKeyAuthentication", Lower: "skeyauthentication", Status: 1, AliasOf: "kbdinteractiveauthentication", Kind: "flag", Values: "yes|no", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 102},
	{ID: 113, Side: 1, Name: "KeepAlive", Lower: "keepalive", Status: 1, AliasOf: "tcpkeepalive", Kind: "flag", Values: "yes|no", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 114, Side: 1, Name: "UsePAM", Lower: "usepam", Status: 5, Kind: "flag", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 307},
	{ID: 115, Side: 1, Name: "PAMServiceName", Lower: "pamservicename", Status: 5, Kind: "string", Default: "sshd", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 908, Notes: "accepted in Match but not copied, so no effect there; unsupported without PAM"},
	{ID: 116, Side: 1, Name: "PrintLastLog", Lower: "printlastlog", Status: 5, Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 209},
	{ID: 117, Side: 1, Name: "KerberosGetAFSToken", Lower: "kerberosgetafstoken", Status: 5, Kind: "flag", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, Since: 308},
	{ID: 118, Side: 1, Name: "KerberosAuthentication", Lower: "kerberosauthentication", Status: 5, Kind: "flag", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 102},
	{ID: 119, Side: 1, Name: "KerberosOrLocalPasswd", Lower: "kerberosorlocalpasswd", Status: 5, Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 120, Side: 1, Name: "KerberosTicketCleanup", Lower: "kerberosticketcleanup", Status: 5, Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 102},
	{ID: 121, Side: 1, Name: "GSSAPIAuthentication", Lower: "gssapiauthentication", Status: 5, Kind: "flag", Values: "yes|no", Default: "no", MinArgs: 1, MaxArgs: 1, InMatch: true, Since: 307},
	{ID: 122, Side: 1, Name: "GSSAPICleanupCredentials", Lower: "gssapicleanupcredentials", Status: 5, Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 308},
	{ID: 123, Side: 1, Name: "GSSAPIDelegateCredentials", Lower: "gssapidelegatecredentials", Status: 5, Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 1003},
	{ID: 124, Side: 1, Name: "GSSAPIStrictAcceptorCheck", Lower: "gssapistrictacceptorcheck", Status: 5, Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, Since: 609},
	{ID: 125, Side: 1, Name: "Match", Lower: "match", Kind: "block", Values: "criteria", MinArgs: 1, MaxArgs: -1, Repeat: 5, InMatch: true, Since: 404},
	{ID: 126, Side: 1, Name: "Include", Lower: "include", Kind: "include", Values: "paths (glob; no ~, no tokens)", MinArgs: 1, MaxArgs: -1, Repeat: 5, InMatch: true, Since: 802, Notes: "Include with zero args after a comment is fatal"},
	{ID: 127, Side: 1, Name: "DebianBanner", Lower: "debianbanner", Kind: "flag", MinArgs: 1, MaxArgs: 1, Vendor: "Debian/Ubuntu", Notes: "default yes, global only"},
	{ID: 128, Side: 1, Name: "PermitBlacklistedKeys", Lower: "permitblacklistedkeys", Status: 3, Kind: "deprecated", MinArgs: 1, MaxArgs: -1, Repeat: 5, Vendor: "Debian/Ubuntu", Notes: "ignored"},
	{ID: 129, Side: 1, Name: "GSSAPIKeyExchange", Lower: "gssapikeyexchange", Kind: "flag", MinArgs: 1, MaxArgs: 1, Vendor: "Debian/Ubuntu/Fedora", Notes: "gssapi.patch"},
	{ID: 130, Side: 1, Name: "GSSAPIStoreCredentialsOnRekey", Lower: "gssapistorecredentialsonrekey", Kind: "flag", MinArgs: 1, MaxArgs: 1, Vendor: "Debian/Ubuntu/Fedora", Notes: "gssapi.patch"},
	{ID: 131, Side: 1, Name: "GSSAPIKexAlgorithms", Lower: "gssapikexalgorithms", Kind: "alglist", MinArgs: 1, MaxArgs: 1, Vendor: "Debian/Ubuntu/Fedora", Notes: "gssapi.patch"},
	{ID: 132, Side: 1, Name: "GSSAPICleanupCreds", Lower: "gssapicleanupcreds", Status: 1, AliasOf: "gssapicleanupcredentials", Kind: "flag", Values: "yes|no", Default: "yes", MinArgs: 1, MaxArgs: 1, Vendor: "Debian/Ubuntu/Fedora", Notes: "of GSSAPICleanupCredentials"},
	{ID: 133, Side: 1, Name: "GSSAPIUseSessionCredCache", Lower: "gssapiusesessioncredcache", Status: 4, Kind: "unsupported", MinArgs: 1, MaxArgs: -1, Repeat: 5, Vendor: "Debian/Ubuntu/Fedora", Notes: "ignored"},
	{ID: 134, Side: 1, Name: "AppleBaseSystem", Lower: "applebasesystem", Kind: "flag", MinArgs: 1, MaxArgs: 1, Vendor: "macOS", Notes: "Apple servconf.c"},
}

func serverNumber(lower []byte) ID {
	switch string(lower) {
	case "port":
		return 1
	case "listenaddress":
		return 2
	case "hostkey":
		return 3
	case "ipqos":
		return 4
	case "gatewayports":
		return 5
	case "streamlocalbindmask":
		return 6
	case "streamlocalbindunlink":
		return 7
	case "syslogfacility":
		return 8
	case "loglevel":
		return 9
	case "permituserenvironment":
		return 10
	case "subsystem":
		return 11
	case "maxstartups":
		return 12
	case "persourcenetblocksize":
		return 13
	case "persourcepenalties":
		return 14
	case "rekeylimit":
		return 15
	case "addressfamily":
		return 16
	case "rdomain":
		return 17
	case "hostcertificate":
		return 18
	case "hostkeyagent":
		return 19
	case "pidfile":
		return 20
	case "modulifile":
		return 21
	case "logingracetime":
		return 22
	case "permitrootlogin":
		return 23
	case "ignorerhosts":
		return 24
	case "ignoreuserknownhosts":
		return 25
	case "printmotd":
		return 26
	case "x11forwarding":
		return 27
	case "x11displayoffset":
		return 28
	case "x11uselocalhost":
		return 29
	case "xauthlocation":
		return 30
	case "permittty":
		return 31
	case "permituserrc":
		return 32
	case "strictmodes":
		return 33
	case "tcpkeepalive":
		return 34
	case "ciphers":
		return 35
	case "macs":
		return 36
	case "kexalgorithms":
		return 37
	case "logverbose":
		return 38
	case "hostbasedauthentication":
		return 39
	case "hostbasedusesnamefrompacketonly":
		return 40
	case "hostbasedacceptedalgorithms":
		return 41
	case "hostkeyalgorithms":
		return 42
	case "casignaturealgorithms":
		return 43
	case "pubkeyauthoptions":
		return 44
	case "pubkeyauthentication":
		return 45
	case "pubkeyacceptedalgorithms":
		return 46
	case "passwordauthentication":
		return 47
	case "kbdinteractiveauthentication":
		return 48
	case "permitemptypasswords":
		return 49
	case "compression":
		return 50
	case "allowtcpforwarding":
		return 51
	case "allowstreamlocalforwarding":
		return 52
	case "allowagentforwarding":
		return 53
	case "disableforwarding":
		return 54
	case "allowusers":
		return 55
	case "denyusers":
		return 56
	case "allowgroups":
		return 57
	case "denygroups":
		return 58
	case "acceptenv":
		return 59
	case "setenv":
		return 60
	case "persourcemaxstartups":
		return 61
	case "persourcepenaltyexemptlist":
		return 62
	case "maxauthtries":
		return 63
	case "maxsessions":
		return 64
	case "banner":
		return 65
	case "usedns":
		return 66
	case "clientaliveinterval":
		return 67
	case "clientalivecountmax":
		return 68
	case "authorizedkeysfile":
		return 69
	case "forcecommand":
		return 70
	case "permittunnel":
		return 71
	case "permitopen":
		return 72
	case "permitlisten":
		return 73
	case "chrootdirectory":
		return 74
	case "revokedkeys":
		return 75
	case "trustedusercakeys":
		return 76
	case "authorizedkeyscommand":
		return 77
	case "authorizedkeyscommanduser":
		return 78
	case "authorizedprincipalsfile":
		return 79
	case "authorizedprincipalscommand":
		return 80
	case "authorizedprincipalscommanduser":
		return 81
	case "versionaddendum":
		return 82
	case "authenticationmethods":
		return 83
	case "fingerprinthash":
		return 84
	case "exposeauthinfo":
		return 85
	case "securitykeyprovider":
		return 86
	case "requiredrsasize":
		return 87
	case "channeltimeout":
		return 88
	case "unusedconnectiontimeout":
		return 89
	case "sshdsessionpath":
		return 90
	case "sshdauthpath":
		return 91
	case "refuseconnection":
		return 92
	case "serverkeybits":
		return 93
	case "keyregenerationinterval":
		return 94
	case "rhostsauthentication":
		return 95
	case "rhostsrsaauthentication":
		return 96
	case "rsaauthentication":
		return 97
	case "checkmail":
		return 98
	case "uselogin":
		return 99
	case "verifyreversemapping":
		return 100
	case "reversemappingcheck":
		return 101
	case "authorizedkeysfile2":
		return 102
	case "useprivilegeseparation":
		return 103
	case "kerberostgtpassing":
		return 104
	case "afstokenpassing":
		return 105
	case "protocol":
		return 106
	case "hostdsakey":
		return 107
	case "hostbasedacceptedkeytypes":
		return 108
	case "pubkeyacceptedkeytypes":
		return 109
	case "dsaauthentication":
		return 110
	case "challengeresponseauthentication":
		return 111
	case "skeyauthentication":
		return 112
	case "keepalive":
		return 113
	case "usepam":
		return 114
	case "pamservicename":
		return 115
	case "printlastlog":
		return 116
	case "kerberosgetafstoken":
		return 117
	case "kerberosauthentication":
		return 118
	case "kerberosorlocalpasswd":
		return 119
	case "kerberosticketcleanup":
		return 120
	case "gssapiauthentication":
		return 121
	case "gssapicleanupcredentials":
		return 122
	case "gssapidelegatecredentials":
		return 123
	case "gssapistrictacceptorcheck":
		return 124
	case "match":
		return 125
	case "include":
		return 126
	case "debianbanner":
		return 127
	case "permitblacklistedkeys":
		return 128
	case "gssapikeyexchange":
		return 129
	case "gssapistorecredentialsonrekey":
		return 130
	case "gssapikexalgorithms":
		return 131
	case "gssapicleanupcreds":
		return 132
	case "gssapiusesessioncredcache":
		return 133
	case "applebasesystem":
		return 134
	}
	return 0
}
