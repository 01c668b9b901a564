package compare

import (
	"path"
	"slices"
	"strings"
)

// Labels are short names for paths with slashes: the names of the files if no
// two are the same, else the part in which they differ, as in staging and
// production for staging/etc/ssh/sshd_config and production/etc/ssh/sshd_config.
// Equal paths get equal labels.
func Labels(paths []string) []string {
	if bases := each(paths, path.Base); distinctWords(bases) {
		return withoutExtension(bases)
	}
	parts := make([][]string, len(paths))
	for i, p := range paths {
		parts[i] = strings.Split(path.Clean(p), "/")
	}
	from, to := common(parts)
	middle := make([]string, len(paths))
	first := make([]string, len(paths))
	for i, p := range parts {
		p = p[from : len(p)-to]
		middle[i], first[i] = strings.Join(p, "/"), p[0]
		if middle[i] == "" { // only the root itself is left
			middle[i], first[i] = paths[i], paths[i]
		}
	}
	if distinctWords(first) {
		return withoutExtension(first)
	}
	return middle
}

// common is how many parts at the beginning and at the end all paths share, so
// that each keeps one at least.
func common(parts [][]string) (from, to int) {
	shortest := len(parts[0])
	for _, p := range parts {
		shortest = min(shortest, len(p))
	}
	same := func(at func(p []string) string) bool {
		return !slices.ContainsFunc(parts, func(p []string) bool { return at(p) != at(parts[0]) })
	}
	for from < shortest-1 && same(func(p []string) string { return p[from] }) {
		from++
	}
	for to < shortest-1-from && same(func(p []string) string { return p[len(p)-1-to] }) {
		to++
	}
	return from, to
}

// withoutExtension cuts an extension that all names have, .conf or .txt.
func withoutExtension(names []string) []string {
	ext := path.Ext(names[0])
	if ext == "" || slices.ContainsFunc(names, func(n string) bool { return path.Ext(n) != ext || n == ext }) {
		return names
	}
	return each(names, func(n string) string { return strings.TrimSuffix(n, ext) })
}

func each(list []string, f func(string) string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = f(s)
	}
	return out
}

func distinctWords(list []string) bool {
	seen := map[string]bool{}
	for _, s := range list {
		if seen[s] {
			return false
		}
		seen[s] = true
	}
	return true
}
