package config

import (
	"slices"

	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// kind is what the value of a key has to be.
type kind uint8

const (
	textKind    kind = iota
	versionKind      // text that YAML may take for a number: 9.2
	numberKind       // a whole number
	textsKind        // a list of texts
	tableKind        // fixed keys
	tablesKind       // a list of tables
	namedKind        // names of the user's choice, each with a table
)

func (k kind) String() string {
	return [...]string{"a text", "a version", "a whole number", "a list", "a table of keys", "a list of tables", "a table of names"}[k]
}

// key is one key of the file. The table of them is the one source of what is
// read, of the JSON schema, of the file that init writes and of docs/config.md.
type key struct {
	name string
	kind kind
	// doc says what it is for, in whole sentences of Markdown.
	doc string
	// preset is the default as YAML; "" where there is none to speak of.
	preset string
	// example is what init shows in a comment where preset is empty.
	example string
	// words lists what a text, or each text of a list, may be; nil: anything.
	// For a table of names: what the names may be.
	words func() []string
	// taken lists what the names of a table of names must not be; nil: nothing.
	taken func() []string
	// open: words that the file itself defines are fine, too.
	open     bool
	least    int // for numbers
	keys     []key
	required bool
	isGlob   bool // a text, or each text of a list, is one
}

// most is the largest number that OpenSSH reads in these places.
const most = 1<<31 - 1

func top() []key {
	return []key{
		{name: "version", kind: numberKind, preset: "1", least: 1, doc: "Version of this format. There is one so far: 1."},
		{name: "profile", kind: textKind, preset: lint.Deploy.Name, words: rules.ProfileNames, open: true,
			doc: "What server files are held against, and what `fix` writes there: a built-in profile or one of `profiles`. Client files stay at `keepalive`."},
		{name: "profiles", kind: namedKind, keys: profileKeys(), taken: rules.ProfileNames,
			example: "corp: {interval: 60, count: 10}",
			doc:     "Profiles of your own, by name. A name of a built-in profile cannot be used again."},
		{name: "keepalive", kind: tableKind, keys: keepaliveKeys(),
			doc: "The bounds of profile `deploy`, and of client files under every profile."},
		{name: "fail-on", kind: textKind, preset: "warning", words: severities,
			doc: "Exit 1 from this severity on."},
		{name: "select", kind: textsKind, example: "[all]", words: selectable,
			doc: "Only these rules: names, categories or `all`. Not set: all that are not off."},
		{name: "ignore", kind: textsKind, preset: "[]", words: selectable,
			doc: "Not these rules: names, categories or `all`."},
		{name: "rules", kind: namedKind, keys: ruleKeys(), words: rules.Names,
			example: "endless-keepalive: {severity: warning}",
			doc:     "Settings of single rules, by their names."},
		{name: "files", kind: tablesKind, keys: fileKeys(),
			example: `[{glob: "servers/*/sshd_config", kind: server, profile: stig}]`,
			doc:     "Settings of single files. All entries whose glob matches apply in their order: the last kind and the last profile win, what is ignored adds up."},
		{name: "exclude", kind: textsKind, preset: "[]", example: `["vendor/**"]`, isGlob: true,
			doc: "Globs of files and folders that are left out where a folder is walked. Files that are named are always read."},
		{name: "root", kind: textKind, example: ".",
			doc: "The folder below which absolute paths in the files are looked for, as for `--root`, relative to the folder of this file."},
		{name: "openssh", kind: versionKind, example: `"9.2"`,
			doc: "The release of OpenSSH that the files are for. Not set: the newest that sshvet knows."},
	}
}

func profileKeys() []key {
	return []key{
		{name: "interval", kind: numberKind, least: 1, required: true, doc: "What `fix` writes as ClientAliveInterval, in seconds."},
		{name: "count", kind: numberKind, least: 1, required: true, doc: "What `fix` writes as ClientAliveCountMax."},
		{name: "min-interval", kind: numberKind, least: 1, doc: "The shortest interval that stays. Not set: 1."},
		{name: "max-interval", kind: numberKind, least: 1, doc: "The longest interval that stays. Not set: `interval`."},
		{name: "min-count", kind: numberKind, least: 1, doc: "The smallest count that stays. Not set: `count`, or 1 if `max-count` is set."},
		{name: "max-count", kind: numberKind, least: 1, doc: "The largest count that stays. Not set: any."},
		{name: "tcp-keepalive", kind: textKind, words: func() []string { return []string{"yes", "no"} }, doc: "What TCPKeepAlive has to be. Not set: either."},
	}
}

func keepaliveKeys() []key {
	return []key{
		{name: "max-interval", kind: numberKind, preset: "60", least: 1, doc: "The longest interval that stays, in seconds. Not set: 60, or `interval` if that is more."},
		{name: "min-count", kind: numberKind, preset: "240", least: 1, doc: "The smallest count that stays. Not set: 240, or `count` if that is less."},
		{name: "interval", kind: numberKind, preset: "60", least: 1, doc: "The interval that `fix` writes. Not set: 60, or `max-interval` if that is less."},
		{name: "count", kind: numberKind, preset: "240", least: 1, doc: "The count that `fix` writes. Not set: 240, or `min-count` if that is more."},
	}
}

func ruleKeys() []key {
	return []key{
		{name: "severity", kind: textKind, words: severities, doc: "What the findings of the rule are. To switch a rule off put it into `ignore`."},
		{name: "options", kind: tableKind, doc: "Options of the rule. No rule has one so far: the bounds of the keep-alive are under `keepalive`."},
	}
}

func fileKeys() []key {
	return []key{
		{name: "glob", kind: textKind, required: true, isGlob: true, doc: "Which files."},
		{name: "kind", kind: textKind, words: func() []string { return []string{"client", "server", "sshd-T"} },
			doc: "What they are. A comment `# sshvet: kind=…` in the file beats it."},
		{name: "profile", kind: textKind, words: rules.ProfileNames, open: true, doc: "As above, for these files."},
		{name: "ignore", kind: textsKind, words: selectable, doc: "Rules whose findings in these files are not wanted, besides those above. This holds for `--select`, too."},
	}
}

func severities() []string { return []string{"error", "warning", "note"} }

func selectable() []string {
	return slices.Concat(rules.Names(), rules.Categories(), []string{"all"})
}
