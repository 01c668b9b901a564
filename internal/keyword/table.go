package keyword

import (
	_ "embed" // the tables
	"strconv"
	"strings"
	"sync"
)

//go:embed data/client-keywords.tsv
var clientTSV string

//go:embed data/client-keywords-vendor.tsv
var clientVendorTSV string

//go:embed data/server-keywords.tsv
var serverTSV string

//go:embed data/server-keywords-vendor.tsv
var serverVendorTSV string

// table holds the keywords of one side. rows[0] is nil, so that ID 0 is no
// keyword; a name that both upstream and a vendor row have keeps the upstream
// row.
type table struct {
	once   sync.Once
	rows   []*Keyword
	byName map[string]*Keyword
}

var tables [2]table

func tableOf(side Side) *table {
	t := &tables[side]
	t.once.Do(func() { t.load(side) })
	return t
}

func (t *table) load(side Side) {
	upstream, vendor := clientTSV, clientVendorTSV
	if side == Server {
		upstream, vendor = serverTSV, serverVendorTSV
	}
	t.rows = make([]*Keyword, 1, 160)
	t.byName = make(map[string]*Keyword, 160)
	arena := make([]Keyword, 0, 160)
	readTSV(upstream, func(get func(string) string) {
		arena = append(arena, upstreamRow(side, get))
	})
	readTSV(vendor, func(get func(string) string) {
		arena = append(arena, vendorRow(side, get))
	})
	for i := range arena {
		k := &arena[i]
		if t.byName[k.Lower] != nil {
			continue
		}
		k.ID = ID(len(t.rows))
		t.rows = append(t.rows, k)
		t.byName[k.Lower] = k
	}
	for _, k := range t.rows[1:] {
		inheritAlias(t, k)
	}
}

// inheritAlias copies from the keyword that k is another name of what the
// vendor tables leave out.
func inheritAlias(t *table, k *Keyword) {
	target := t.byName[k.AliasOf]
	if target == nil || k.Vendor == "" {
		return
	}
	k.Kind, k.Values, k.Default = target.Kind, target.Values, target.Default
	k.MinArgs, k.MaxArgs, k.Repeat = target.MinArgs, target.MaxArgs, target.Repeat
	k.InMatch = target.InMatch
}

// readTSV calls row for each line after the heading; get returns a column of
// it by the heading's name, "" where the table has no such column.
func readTSV(text string, row func(get func(column string) string)) {
	head, body, _ := strings.Cut(text, "\n")
	columns := strings.Split(strings.TrimSuffix(head, "\r"), "\t")
	fields := make([]string, len(columns))
	get := func(column string) string {
		for i, c := range columns {
			if c == column {
				return fields[i]
			}
		}
		return ""
	}
	for line := range strings.SplitSeq(body, "\n") {
		if line == "" {
			continue
		}
		i := 0
		for field := range strings.SplitSeq(line, "\t") {
			if i < len(fields) {
				fields[i] = field
			}
			i++
		}
		row(get)
	}
}

func upstreamRow(side Side, get func(string) string) Keyword {
	k := Keyword{
		Side: side, Lower: get("keyword"), Name: get("name"),
		AliasOf: get("alias_of"), Kind: get("kind"), Values: get("values"),
		Default: get("default"), InMatch: get("in_match") == "yes",
		Since: sinceRelease(get("since")), Notes: get("notes"),
	}
	k.Status = parseStatus(get("status"))
	k.MinArgs, k.MaxArgs = parseArgs(get("args"))
	k.Repeat = parseRepeat(get("repeat"))
	return k
}

func vendorRow(side Side, get func(string) string) Keyword {
	k := Keyword{
		Side: side, Lower: get("keyword"), Name: get("name"),
		Vendor: get("vendor"), Kind: get("kind"), Notes: get("effect"),
		MinArgs: 1, MaxArgs: 1, Repeat: First,
	}
	switch k.Kind {
	case "deprecated":
		k.Status, k.Repeat, k.MaxArgs = Deprecated, NoRepeat, -1
	case "unsupported":
		k.Status, k.Repeat, k.MaxArgs = Unsupported, NoRepeat, -1
	}
	switch k.Lower {
	case "protocolkeepalives", "setuptimeout":
		k.Status, k.AliasOf = Alias, "serveraliveinterval"
	case "gssapicleanupcreds":
		k.Status, k.AliasOf = Alias, "gssapicleanupcredentials"
	}
	return k
}

// sinceRelease reads the since column, where releases before 7.4 need no
// distinction; "3.6.1" and the like count as their first two numbers.
func sinceRelease(s string) Release {
	parts := strings.SplitN(s, ".", 3)
	if len(parts) < 2 {
		return 0
	}
	major, _ := strconv.Atoi(parts[0])
	minor, _ := strconv.Atoi(parts[1])
	return R(major, minor)
}

func parseStatus(s string) Status {
	switch s {
	case "alias":
		return Alias
	case "ignored":
		return Ignored
	case "deprecated":
		return Deprecated
	case "unsupported":
		return Unsupported
	case "build-dependent", "active-if-gssapi", "active-if-pkcs11":
		return BuildDependent
	}
	return Active
}

func parseArgs(s string) (lo, hi int) {
	from, to, isRange := strings.Cut(s, "-")
	lo, _ = strconv.Atoi(from)
	if !isRange {
		return lo, lo
	}
	if to == "n" {
		return lo, -1
	}
	hi, _ = strconv.Atoi(to)
	return lo, hi
}

func parseRepeat(s string) Repeat {
	switch s {
	case "first", "fatal":
		return First
	case "first-line":
		return FirstLine
	case "accumulate":
		return Accumulate
	case "last":
		return Last
	case "first per name", "first per key":
		return FirstPerName
	}
	return NoRepeat
}

// maxName is longer than every keyword: what is longer is looked up without
// being copied.
const maxName = 40

// Find returns the keyword of a side whatever the release and vendor, or nil.
// word may be in any case. It does not allocate.
func Find(side Side, word []byte) *Keyword {
	if len(word) > maxName {
		return nil
	}
	var buf [maxName]byte
	for i, c := range word {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	return tableOf(side).byName[string(buf[:len(word)])]
}

// ByID returns the keyword with this number.
func ByID(side Side, id ID) *Keyword { return tableOf(side).rows[id] }

// Count is one more than the largest ID of a side, for tables indexed by ID.
func Count(side Side) int { return len(tableOf(side).rows) }

// All lists the keywords of a side, in the tables' order.
func All(side Side) []*Keyword { return tableOf(side).rows[1:] }

// Lookup returns the keyword that this program knows by that word, or nil:
// keywords of later releases and of other vendors are unknown to it.
// It does not allocate.
func (d Dialect) Lookup(word []byte) *Keyword {
	k := Find(d.Side, word)
	if k == nil || !d.Knows(k) {
		return nil
	}
	return k
}

// Knows reports whether this program has the keyword at all.
func (d Dialect) Knows(k *Keyword) bool {
	if k.Since > d.Release {
		return false
	}
	switch k.Vendor {
	case "":
		return true
	case "macOS":
		return d.Vendor == MacOS
	case "Debian/Ubuntu":
		return d.Vendor == Debian
	case "Debian/Ubuntu/Fedora":
		return d.Vendor == Debian || d.Vendor == Fedora
	}
	return false
}

// Target is the keyword under which this program stores what k sets: k itself,
// or the one it is another name of.
func (d Dialect) Target(k *Keyword) *Keyword {
	name := k.AliasOf
	if k.Lower == "setuptimeout" && d.Release >= R(9, 9) {
		name = "connecttimeout"
	}
	if name == "" {
		return k
	}
	return tableOf(d.Side).byName[name]
}

// AllowedInMatch reports whether sshd accepts k inside a Match block
// (servconf.h, SSHCFG_MATCH). A nil keyword is unknown and never allowed.
func (d Dialect) AllowedInMatch(k *Keyword) bool {
	if k == nil || !k.InMatch {
		return false
	}
	switch k.Lower {
	case "ignorerhosts":
		return d.Release >= R(8, 3)
	case "subsystem":
		return d.Release >= R(9, 5)
	case "loglevel":
		return d.Release >= R(7, 6)
	}
	return true
}

// MatchApplies reports whether a value set inside a Match block reaches the
// connection: PAMServiceName is accepted there but not copied
// (servconf.c, copy_set_server_options).
func (k *Keyword) MatchApplies() bool { return k.InMatch && k.Lower != "pamservicename" }

// RepeatOf is how this program treats repeats of k. Some keywords took the
// last value in older releases.
func (d Dialect) RepeatOf(k *Keyword) Repeat {
	if d.Side == Server {
		switch k.Lower {
		case "maxstartups", "persourcenetblocksize", "persourcemaxstartups":
			if d.Release < R(10, 1) {
				return Last
			}
		case "ipqos":
			if d.Release < R(10, 3) {
				return Last
			}
		}
	}
	return k.Repeat
}
