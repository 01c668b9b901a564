// Package kamal reads what Kamal deploys with: config/deploy.yml with the
// destination merged over it, the versions in Gemfile.lock, and the hooks.
//
// It reads text. ERB is recognised and never run: what depends on it is unknown
// and said to be. Secrets and the environment are not looked at.
package kamal

// PoolIdleTimeout is the option that a fix changes, by its path; Context is the
// context in which fixes announce that.
const (
	PoolIdleTimeout = "sshkit/pool_idle_timeout"
	Context         = "deploy.yml"
)

// Request says where a deployment is described.
type Request struct {
	File        string   // deploy.yml, as the user gave it
	Destination string   // -d or $KAMAL_DESTINATION; "" for none
	Hosts       []string // Kamal's own list ($KAMAL_HOSTS, --hosts); nil: from the files
	Command     string   // $KAMAL_COMMAND: deploy, setup, …; "" if unknown
	Subcommand  string   // $KAMAL_SUBCOMMAND
	// Dump is what `kamal config` printed, and its name; nil: none. Its hosts and
	// options come before those of the files.
	Dump     []byte
	DumpName string
	// Lockfile is the Gemfile.lock; "" for none. Kamal is a version that beats it.
	Lockfile string
	Kamal    string
	// Arch is the architecture for which the machine that deploys builds: amd64
	// or arm64; "" if unknown.
	Arch string

	// ReadFile reads a file; Exists reports whether a name exists. Relative names
	// are relative to the folder in which Kamal is started.
	ReadFile func(path string) ([]byte, error)
	Exists   func(path string) bool
}

// Span is a place in a file, in bytes; End is exclusive. The zero Span is
// nowhere: a default.
type Span struct {
	File       string
	Start, End int
}

// Known reports whether there is such a place.
func (s Span) Known() bool { return s.File != "" }

// Deployment is what Kamal would work with.
type Deployment struct {
	Request
	Files []File // deploy.yml, deploy.DEST.yml, output of kamal config, Gemfile.lock: those that were read

	Hosts []Host // those that a deploy connects to, in Kamal's order, each once
	// HostsFrom says where the list comes from.
	HostsFrom HostsFrom
	// Unknown are values that matter here and depend on ERB.
	Unknown []Unknown

	SSH     SSH
	SSHKit  SSHKit
	Builder Builder
	Hooks   Hooks

	Versions Versions
	// Problems are why Kamal refuses the files, in the order of the files.
	Problems []Problem

	values map[string]string // every scalar of the merged files by its path, for Same
	base   *source           // deploy.yml
	dest   *source           // deploy.DEST.yml; nil without a destination
	root   *node             // both merged; nil where one cannot be read
	tops   map[string]*pair  // see section; nil: not made yet
	roles  *roleList         // see roleList; nil: not made yet
	known  map[string]int    // index of each host in Hosts
	work   int               // hosts looked at so far, see maxWork
	asked  int               // how often a value was found to depend on ERB
	said   map[string]bool   // paths in Unknown
}

// File is one file that was read.
type File struct {
	Path string
	Data []byte
}

// HostsFrom says where a list of hosts comes from, best first.
type HostsFrom uint8

// The origins of a list of hosts.
const (
	FromFiles HostsFrom = iota // read from deploy.yml
	FromDump                   // from the output of kamal config
	FromUser                   // $KAMAL_HOSTS or --hosts
)

// Host is one host string of deploy.yml, taken apart as SSHKit does.
type Host struct {
	Written string   // as it stands there
	Name    string   // the key for ssh_config, and what is connected to: host part without user, port and brackets
	User    string   // of user@host; "" if none
	Port    string   // of host:port, which Kamal loses; "" if none
	Roles   []string // "web", "job", "accessory db"; sorted as Kamal has them
	Span    Span     // its scalar; zero if it comes from the user
}

// Value is an option with the place where it is set.
type Value[T any] struct {
	Value   T
	Set     bool // false: Value is Kamal's default
	Unknown bool // depends on ERB; Value is then Kamal's default
	Span    Span // of the value
	Key     Span // of the key
}

// SSH is the section ssh.
type SSH struct {
	User         Value[string] // default root
	Port         Value[int]    // default 22
	Proxy        Value[string] // as written
	ProxyCommand Value[string]
	Config       ConfigOption
	ForwardAgent Value[bool]
	Key          Span // of `ssh:` itself
}

// ConfigOption is ssh.config: unset or true (net-ssh's default files), false
// (none), a path, or a list of paths.
type ConfigOption struct {
	Set     bool
	Unknown bool
	Off     bool     // false
	List    bool     // written as a list
	Paths   []string // nil: the default files, unless Off
	Spans   []Span   // of each path
	Span    Span
}

// SSHKit is the section sshkit.
type SSHKit struct {
	PoolIdleTimeout Value[int] // seconds, default 900; 0 switches pooling off
	Key             Span       // of `sshkit:`
}

// Builder is the remote builder.
type Builder struct {
	// Remote is the ssh:// URL; Used is false where Kamal would not use it (the
	// architecture is the local one), UsedUnknown where that depends on the
	// machine that deploys.
	Remote            Value[string]
	Used, UsedUnknown bool
	User, Host, Port  string // of the URL
}

// Hooks are the hooks that exist.
type Hooks struct {
	Path  string   // folder
	Names []string // files of known names, sorted
}

// Versions are the releases in use; "" where unknown.
type Versions struct {
	Kamal, SSHKit, NetSSH string
	KamalSpan, SSHKitSpan Span // in Gemfile.lock
	FromUser              bool // Kamal's is from the user
}

// Unknown is a value that depends on ERB.
type Unknown struct {
	// Path is "servers", "ssh/user", "accessories/db/host"; "" is the whole file:
	// ERB may bring any key, or the file is YAML only once ERB has run.
	Path string
	Span Span
}

// ProblemKind tells problems apart.
type ProblemKind uint8

// The kinds of problems.
const (
	SyntaxProblem ProblemKind = iota // no YAML, or YAML that Kamal cannot read
	UnknownKey
	WrongValue // wrong type, or a combination that Kamal refuses
)

// Problem is a reason for Kamal to stop before it connects.
type Problem struct {
	Kind ProblemKind
	Span Span
	Path string // "ssh", "servers/web/hosts"
	Text string // what Kamal says, as far as it can be told: "ssh: unknown keys: keepalive"
	Help string // what to do; may be ""
	More []Span // further keys that Text names; Span is the first
}
