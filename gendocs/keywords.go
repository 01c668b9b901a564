package main

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
)

// keywordTables writes the tables of package keyword as Go: sshvet runs on every
// commit, and reading them anew each time would be a good part of a short run.
func keywordTables(root string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("// Written by gendocs from the files in data. DO NOT EDIT.\n\npackage keyword\n\n")
	for _, side := range []keyword.Side{keyword.Client, keyword.Server} {
		rows, err := readKeywords(root, side)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "var %sRows = []Keyword{\n{}, // ID 0 is no keyword\n", side)
		for _, k := range rows {
			b.WriteString(goRow(k))
		}
		b.WriteString("}\n\n")
		goNumbers(&b, side, rows)
	}
	return format.Source(b.Bytes())
}

// goNumbers writes the index of a table: a switch needs nothing made at start,
// as a map would.
func goNumbers(b *bytes.Buffer, side keyword.Side, rows []*keyword.Keyword) {
	fmt.Fprintf(b, "func %sNumber(lower []byte) ID {\nswitch string(lower) {\n", side)
	for _, k := range rows {
		fmt.Fprintf(b, "case %q:\nreturn %d\n", k.Lower, k.ID)
	}
	b.WriteString("}\nreturn 0\n}\n\n")
}

// goRow is a row as a composite literal, without the fields that are zero.
func goRow(k *keyword.Keyword) string {
	var b strings.Builder
	field := func(name string, value any, zero bool) {
		if !zero {
			fmt.Fprintf(&b, "%s: %#v, ", name, value)
		}
	}
	fmt.Fprintf(&b, "{ID: %d, Side: %d, ", k.ID, k.Side)
	field("Name", k.Name, k.Name == "")
	field("Lower", k.Lower, false)
	field("Status", int(k.Status), k.Status == 0)
	field("AliasOf", k.AliasOf, k.AliasOf == "")
	field("Kind", k.Kind, k.Kind == "")
	field("Values", k.Values, k.Values == "")
	field("Default", k.Default, k.Default == "")
	field("MinArgs", k.MinArgs, k.MinArgs == 0)
	field("MaxArgs", k.MaxArgs, k.MaxArgs == 0)
	field("Repeat", int(k.Repeat), k.Repeat == 0)
	field("InMatch", k.InMatch, !k.InMatch)
	field("Since", int(k.Since), k.Since == 0)
	field("Vendor", k.Vendor, k.Vendor == "")
	field("Notes", k.Notes, k.Notes == "")
	return strings.TrimSuffix(b.String(), ", ") + "},\n"
}

// readKeywords reads the tables of a side. A name that both upstream and a vendor
// row have keeps the upstream row.
func readKeywords(root string, side keyword.Side) ([]*keyword.Keyword, error) {
	var rows []*keyword.Keyword
	byName := map[string]*keyword.Keyword{}
	add := func(k keyword.Keyword) {
		if byName[k.Lower] == nil {
			k.ID = keyword.ID(len(rows) + 1)
			rows = append(rows, &k)
			byName[k.Lower] = &k
		}
	}
	for _, table := range []struct {
		file string
		row  func(get func(string) string) keyword.Keyword
	}{
		{"-keywords.tsv", func(get func(string) string) keyword.Keyword { return upstreamRow(side, get) }},
		{"-keywords-vendor.tsv", func(get func(string) string) keyword.Keyword { return vendorRow(side, get) }},
	} {
		data, err := os.ReadFile(filepath.Join(root, "internal", "keyword", "data", side.String()+table.file))
		if err != nil {
			return nil, err
		}
		readTSV(string(data), func(get func(string) string) { add(table.row(get)) })
	}
	for _, k := range rows {
		inheritAlias(byName, k)
	}
	return rows, nil
}

// inheritAlias copies from the keyword that k is another name of what the
// vendor tables leave out.
func inheritAlias(byName map[string]*keyword.Keyword, k *keyword.Keyword) {
	target := byName[k.AliasOf]
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

func upstreamRow(side keyword.Side, get func(string) string) keyword.Keyword {
	k := keyword.Keyword{
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

func vendorRow(side keyword.Side, get func(string) string) keyword.Keyword {
	k := keyword.Keyword{
		Side: side, Lower: get("keyword"), Name: get("name"),
		Vendor: get("vendor"), Kind: get("kind"), Notes: get("effect"),
		MinArgs: 1, MaxArgs: 1, Repeat: keyword.First,
	}
	switch k.Kind {
	case "deprecated":
		k.Status, k.Repeat, k.MaxArgs = keyword.Deprecated, keyword.NoRepeat, -1
	case "unsupported":
		k.Status, k.Repeat, k.MaxArgs = keyword.Unsupported, keyword.NoRepeat, -1
	}
	switch k.Lower {
	case "protocolkeepalives", "setuptimeout":
		k.Status, k.AliasOf = keyword.Alias, "serveraliveinterval"
	case "gssapicleanupcreds":
		k.Status, k.AliasOf = keyword.Alias, "gssapicleanupcredentials"
	}
	return k
}

// sinceRelease reads the since column, where releases before 7.4 need no
// distinction; "3.6.1" and the like count as their first two numbers.
func sinceRelease(s string) keyword.Release {
	parts := strings.SplitN(s, ".", 3)
	if len(parts) < 2 {
		return 0
	}
	major, _ := strconv.Atoi(parts[0])
	minor, _ := strconv.Atoi(parts[1])
	return keyword.R(major, minor)
}

func parseStatus(s string) keyword.Status {
	switch s {
	case "alias":
		return keyword.Alias
	case "ignored":
		return keyword.Ignored
	case "deprecated":
		return keyword.Deprecated
	case "unsupported":
		return keyword.Unsupported
	case "build-dependent", "active-if-gssapi", "active-if-pkcs11":
		return keyword.BuildDependent
	}
	return keyword.Active
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

func parseRepeat(s string) keyword.Repeat {
	switch s {
	case "first", "fatal":
		return keyword.First
	case "first-line":
		return keyword.FirstLine
	case "accumulate":
		return keyword.Accumulate
	case "last":
		return keyword.Last
	case "first per name", "first per key":
		return keyword.FirstPerName
	}
	return keyword.NoRepeat
}
