package kamal

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// shownSections are the parts of deploy.yml whose values may be shown in an
// excerpt: what this package reads. Everything else may hold a secret.
var shownSections = []string{"service", "image", "servers", "ssh", "sshkit", "builder", "accessories", "hooks_path", "require_destination", "primary_role"}

// hiddenKeys are keys within those sections below which secrets are found.
var hiddenKeys = []string{
	"env", "clear", "secret", "secrets", "password", "token", "key_data", "keys", "options", "args", "labels", "cmd", "files",
	"directories", "volumes", "logging", "proxy_command", "registry", "username", "cache", "tags_env", "aliases",
}

// Masked is a deploy.yml with every value that may be a secret replaced by as
// many asterisks as it has runes, so that lines and columns stay. It goes by
// lines and indentation, so that it works on a file that is no YAML, too; what
// it cannot place is masked.
func Masked(data []byte) []byte {
	var out strings.Builder
	var path []maskKey
	for line := range strings.Lines(string(data)) {
		text := strings.TrimRight(line, "\r\n")
		out.WriteString(maskLine(text, &path))
		out.WriteString(line[len(text):])
	}
	return []byte(out.String())
}

// maskKey is a key above a line.
type maskKey struct {
	indent int
	name   string
}

func maskLine(text string, path *[]maskKey) string {
	body := strings.TrimLeft(text, " ")
	indent := len(text) - len(body)
	if body == "" || body[0] == '#' && shown(*path) {
		return text
	}
	item := 0
	for strings.HasPrefix(body[item:], "- ") {
		item += 2
	}
	at := indent + item
	key, rest, isKey := plainKey(body[item:])
	if !isKey {
		for len(*path) > 0 && (*path)[len(*path)-1].indent >= indent && body[0] != '-' {
			*path = (*path)[:len(*path)-1]
		}
		if shown(*path) && !dubious(body) {
			return text
		}
		return text[:at] + stars(text[at:])
	}
	for len(*path) > 0 && (*path)[len(*path)-1].indent >= at {
		*path = (*path)[:len(*path)-1]
	}
	*path = append(*path, maskKey{at, key})
	if shown(*path) && !dubious(rest) {
		return text
	}
	start := len(text) - len(strings.TrimLeft(rest, " "))
	return text[:start] + stars(text[start:])
}

// plainKey takes the key off a line `key: value`.
func plainKey(text string) (key, rest string, ok bool) {
	key, rest, ok = strings.Cut(text, ":")
	if !ok || key == "" || rest != "" && rest[0] != ' ' || strings.ContainsAny(key, " \t{}[]#|>") {
		return "", "", false
	}
	return strings.Trim(key, `"'`), rest, true
}

// shown reports whether values below a path may be shown.
func shown(path []maskKey) bool {
	if len(path) == 0 || !slices.Contains(shownSections, path[0].name) {
		return false
	}
	return !slices.ContainsFunc(path, func(k maskKey) bool { return slices.Contains(hiddenKeys, k.name) })
}

// dubious reports whether a value may hold keys of its own, one of them hidden.
func dubious(value string) bool {
	return strings.ContainsAny(value, "{}") && slices.ContainsFunc(hiddenKeys, func(k string) bool { return strings.Contains(value, k) })
}

func stars(text string) string { return strings.Repeat("*", utf8.RuneCountInString(text)) }
