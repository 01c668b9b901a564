package kamal

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// shownKeys are the keys whose values may be shown, by the section that they
// stand in: what this package reads, and what cannot be a secret. "*" stands for
// any name: of a role, of an accessory, of a host.
var shownKeys = map[string][]string{
	"":              {"service", "image", "hooks_path", "require_destination", "primary_role", "allow_empty_roles", "minimum_version", "servers"},
	"servers":       {"*", "hosts"},
	"servers/*":     {"hosts", "*tag"},
	"ssh":           {"user", "port", "proxy", "config", "keys_only", "forward_agent", "log_level", "keepalive", "keepalive_interval", "keepalive_maxcount", "timeout", "connect_timeout"},
	"sshkit":        {"max_concurrent_starts", "pool_idle_timeout", "dns_retries"},
	"builder":       {"arch", "remote", "local", "multiarch", "driver"},
	"builder/local": {"arch", "host"}, "builder/remote": {"arch", "host"},
	"accessories/*": {"image", "host", "hosts", "role", "roles", "tag", "tags", "port"},
}

// Masked is a deploy.yml with every value that may be a secret replaced by as
// many asterisks as it has runes, so that lines and columns stay. It goes by
// lines and indentation, so that it works on a file that is no YAML, too; what
// it cannot place is masked.
func Masked(data []byte) []byte {
	var out strings.Builder
	var m masker
	for line := range strings.Lines(string(data)) {
		text := strings.TrimRight(line, "\r\n")
		out.WriteString(m.line(text))
		out.WriteString(line[len(text):])
	}
	return []byte(out.String())
}

// masker knows where in a file it is.
type masker struct {
	path []maskKey
	open int // brackets of flow collections that are not closed yet
}

// maskKey is a key above a line.
type maskKey struct {
	indent int
	name   string
}

func (m *masker) line(text string) string {
	body := strings.TrimLeft(text, " ")
	indent := len(text) - len(body)
	switch {
	case m.open > 0:
		m.count(body)
		return text[:indent] + stars(body)
	case body == "":
		return text
	case body[0] == '#':
		if strings.ContainsAny(body, ":=@") {
			return text[:indent] + stars(body)
		}
		return text
	}
	item := 0
	for strings.HasPrefix(body[item:], "- ") {
		item += 2
	}
	at := indent + item
	key, rest, isKey := plainKey(body[item:])
	m.count(body)
	value, shown := body[item:], false
	switch {
	case isKey:
		m.leave(at)
		m.path = append(m.path, maskKey{at, key})
		value, shown = strings.TrimLeft(rest, " "), m.shown(item > 0)
	case item > 0: // an element of the list below the last key
		m.leave(indent + 1)
		shown = m.shown(false)
	}
	start := len(text) - len(value)
	if shown && m.open == 0 && !dubious(value) {
		return text[:start] + maskComment(value)
	}
	return text[:start] + stars(value)
}

// leave forgets the keys that end where a line is indented so far.
func (m *masker) leave(indent int) {
	for len(m.path) > 0 && m.path[len(m.path)-1].indent >= indent {
		m.path = m.path[:len(m.path)-1]
	}
}

// count keeps the number of open brackets. Those within quotes count as well,
// which masks too much at worst.
func (m *masker) count(text string) {
	m.open += strings.Count(text, "{") + strings.Count(text, "[") - strings.Count(text, "}") - strings.Count(text, "]")
	m.open = max(m.open, 0)
}

// shown reports whether the value of the last key may be shown. tag is true for
// a key in an element of a list: `- web2: tag`.
func (m *masker) shown(tag bool) bool {
	n := len(m.path)
	if n == 0 {
		return false
	}
	var names []string
	for i, k := range m.path[:n-1] {
		if i == 1 {
			k.name = "*"
		}
		names = append(names, k.name)
	}
	last := m.path[n-1].name
	section := strings.Join(names, "/")
	if names != nil && names[0] == "servers" && tag {
		return section == "servers" || section == "servers/*" || section == "servers/*/hosts"
	}
	allowed := shownKeys[section]
	if section == "builder/*" {
		allowed = shownKeys["builder/"+m.path[1].name]
	}
	return slices.Contains(allowed, last) || slices.Contains(allowed, "*")
}

// plainKey takes the key off a line `key: value`.
func plainKey(text string) (key, rest string, ok bool) {
	key, rest, ok = strings.Cut(text, ":")
	if !ok || key == "" || rest != "" && rest[0] != ' ' || strings.ContainsAny(key, " \t{}[]#|>") {
		return "", "", false
	}
	return strings.Trim(key, `"'`), rest, true
}

// dubious reports whether a value may hold a secret in spite of its key: it is a
// map, or a password stands in front of an @.
func dubious(value string) bool {
	value, _, _ = strings.Cut(value, " #")
	before, _, at := strings.Cut(value, "@")
	return strings.Contains(value, "{") || at && strings.Contains(strings.TrimPrefix(strings.TrimLeft(before, `"'`), "ssh://"), ":")
}

// maskComment masks a comment behind a value if it may hold one itself.
func maskComment(value string) string {
	head, comment, ok := strings.Cut(value, " #")
	if !ok || !strings.ContainsAny(comment, ":=@") {
		return value
	}
	return head + " #" + stars(comment)
}

func stars(text string) string { return strings.Repeat("*", utf8.RuneCountInString(text)) }
