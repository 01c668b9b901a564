package main

import (
	"fmt"
	"strings"

	"github.com/sshvet/sshvet/internal/config"
	"github.com/sshvet/sshvet/rules"
)

// configTables are the tables of docs/config.md, by the names in their marks.
var configTables = []struct {
	name  string
	table func() string
}{
	{"keys", config.Table},
	{"profiles", rules.ProfileTable},
	{"conflicts", rules.ConflictTable},
	{"identifiers", rules.IdentifierTable},
}

// withConfigTables renews them. It fails if one has no place.
func withConfigTables(page string) (string, error) {
	for _, t := range configTables {
		from, to := "<!-- table: "+t.name+" -->\n", "<!-- end -->"
		before, rest, opened := strings.Cut(page, from)
		_, after, closed := strings.Cut(rest, to)
		if !opened || !closed {
			return "", fmt.Errorf("there is no place for the table %s, between %q and %q", t.name, strings.TrimSpace(from), to)
		}
		page = before + from + t.table() + to + after
	}
	return page, nil
}
