// Package keyword knows every keyword of OpenSSH's client and server
// configuration: its spelling, since which release it exists, who patched it
// in, what kind of value it takes and how repeats of it combine.
//
// The tables are the TSV files in data/, one row a keyword; tables_generated.go is
// made of them. Rows were taken from readconf.c and servconf.h of openssh-portable and
// checked against the programs; see docs/openssh.md.
package keyword

import (
	"fmt"
	"strconv"
	"strings"
)

// Side says which of the two programs reads a file.
type Side uint8

// The two sides: ssh reads ssh_config, sshd reads sshd_config.
const (
	Client Side = iota
	Server
)

func (s Side) String() string {
	if s == Server {
		return "server"
	}
	return "client"
}

// Other is the opposite side.
func (s Side) Other() Side { return 1 - s }

// Release is an OpenSSH release as major*100+minor: 9.2 is 902, 10.5 is 1005. Tables
// write the number, as R in them would be worked out at each start.
type Release uint16

// The releases at the ends of what the tables describe.
const (
	Oldest Release = 704
	Newest Release = 1005
)

// R99p1 is exactly 9.9p1, in which `Match criterion=argument` is broken
// (mended in 9.9p2, which is what 9.9 stands for). It takes the number of 9.10,
// which was never released, so that it sorts where it belongs.
const R99p1 Release = 910

// R makes a Release of its two numbers.
func R(major, minor int) Release { return Release(major*100 + minor) }

func (r Release) String() string {
	if r == R99p1 {
		return "9.9p1"
	}
	return fmt.Sprintf("%d.%d", r/100, r%100)
}

// Portable is the release as `ssh -V` and `Match version` know it.
func (r Release) Portable() string {
	if r == R99p1 {
		return "OpenSSH_9.9p1"
	}
	return "OpenSSH_" + r.String() + "p1"
}

// ParseRelease reads "9.2" and "9.2p1" (with or without a leading "OpenSSH_").
// The number behind the p counts only in 9.9p1. It fails for anything else and
// for releases before Oldest.
func ParseRelease(s string) (Release, error) {
	text := strings.TrimPrefix(s, "OpenSSH_")
	if text == "9.9p1" {
		return R99p1, nil
	}
	major, rest, ok := strings.Cut(text, ".")
	if i := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		if rest[i] != 'p' {
			ok = false
		}
		rest = rest[:i]
	}
	a, errA := strconv.Atoi(major)
	b, errB := strconv.Atoi(rest)
	if !ok || errA != nil || errB != nil || a < 0 || a > 600 || b < 0 || b > 99 {
		return 0, fmt.Errorf("%q is no OpenSSH release (like 9.2 or 10.0)", s)
	}
	r := R(a, b)
	if r == R99p1 {
		return 0, fmt.Errorf("there is no OpenSSH 9.10; the release after 9.9 is 10.0")
	}
	if r < Oldest {
		return 0, fmt.Errorf("OpenSSH %s is older than %s, the oldest release sshvet knows", r, Oldest)
	}
	return r, nil
}

// Vendor is whose build of OpenSSH reads the file: vendors patch keywords and
// defaults in.
type Vendor uint8

// The vendors whose patches the tables know. NoVendor is upstream OpenSSH.
const (
	NoVendor Vendor = iota
	Debian
	Fedora
	MacOS
)

var vendorNames = [...]string{"none", "debian", "fedora", "macos"}

func (v Vendor) String() string { return vendorNames[v] }

// ParseVendor reads the names that Vendor prints.
func ParseVendor(s string) (Vendor, error) {
	for i, name := range vendorNames {
		if strings.EqualFold(s, name) {
			return Vendor(i), nil
		}
	}
	return 0, fmt.Errorf("%q is no vendor; use debian, fedora, macos or none", s)
}

// Dialect is the program that reads a file: side, release and vendor.
type Dialect struct {
	Side    Side
	Release Release
	Vendor  Vendor
}

// Status is how the program treats a keyword it knows.
type Status uint8

// The statuses. Deprecated, Ignored and Unsupported lines have no effect and
// are no error; BuildDependent ones have an effect where the build has the
// library (PAM, GSSAPI, Kerberos, PKCS#11), which cannot be told from a file.
const (
	Active Status = iota
	Alias
	Ignored
	Deprecated
	Unsupported
	BuildDependent
)

// Repeat says what becomes of a second line with the same keyword.
type Repeat uint8

// First: the first value wins. FirstLine: the first line wins, with all its
// arguments. Accumulate: values add up. Last: the last value wins.
// FirstPerName: the first line for each first argument wins (Subsystem) or the
// first for each key (PerSourcePenalties). NoRepeat: the line stores nothing
// (Host, Match, Include and lines without effect).
const (
	First Repeat = iota
	FirstLine
	Accumulate
	Last
	FirstPerName
	NoRepeat
)

// ID numbers a keyword within its side; 0 is no keyword.
type ID uint16

// Keyword is one row of the tables.
type Keyword struct {
	ID      ID
	Side    Side
	Name    string // as the manual spells it: ServerAliveInterval
	Lower   string // as the programs compare it: serveraliveinterval
	Status  Status
	AliasOf string // lower-case name of the keyword this one is another name of
	Kind    string // kind of value: flag, time, int, enum, …, see values.go
	Values  string // the values column: accepted words or a form
	Default string // the value when no line sets it; a description where it is computed
	MinArgs int
	MaxArgs int // -1: any number
	Repeat  Repeat
	InMatch bool // server: allowed inside Match
	Since   Release
	Vendor  string // vendors who patch it in, "" for upstream
	Notes   string
}

// Is reports whether the keyword, after aliases, is the one named. name is
// lower case.
func (k *Keyword) Is(name string) bool {
	return k.Lower == name || k.AliasOf == name
}

// WholeLine reports whether the value is the rest of the line as it stands, with
// what would be a comment behind other keywords (parse_command of readconf.c;
// sForceCommand and others of servconf.c).
func (k *Keyword) WholeLine() bool { return k.Kind == "rawline" }

// Canonical is the lower-case name under which the program stores the value:
// an alias is stored under the keyword it stands for.
func (k *Keyword) Canonical() string {
	if k.AliasOf != "" {
		return k.AliasOf
	}
	return k.Lower
}
