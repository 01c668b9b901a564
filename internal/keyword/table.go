package keyword

import "sync"

// The rows are in tables_generated.go, which gendocs makes of the files in data:
// data of the program, so that nothing has to be read when it starts.

// table holds the keywords of one side. rows[0] is no keyword.
type table struct {
	rows []Keyword
	once sync.Once
	all  []*Keyword // without rows[0], listed at first use
}

var tables = [2]table{{rows: clientRows}, {rows: serverRows}}

func (t *table) list() {
	t.all = make([]*Keyword, 0, len(t.rows)-1)
	for i := 1; i < len(t.rows); i++ {
		t.all = append(t.all, &t.rows[i])
	}
}

// named is the keyword of a name in lower case, or nil.
func named(side Side, lower []byte) *Keyword {
	if side == Server {
		return ByID(side, serverNumber(lower))
	}
	return ByID(side, clientNumber(lower))
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
	return named(side, buf[:len(word)])
}

// ByID returns the keyword with this number.
// It is nil for ID 0.
func ByID(side Side, id ID) *Keyword {
	if id == 0 {
		return nil
	}
	return &tables[side].rows[id]
}

// Count is one more than the largest ID of a side, for tables indexed by ID.
func Count(side Side) int { return len(tables[side].rows) }

// All lists the keywords of a side, in the tables' order.
func All(side Side) []*Keyword {
	t := &tables[side]
	t.once.Do(t.list)
	return t.all
}

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
	return named(d.Side, []byte(name))
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
