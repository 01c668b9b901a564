package kamal

import (
	"cmp"
	"strconv"
	"strings"
)

// AtLeast reports whether a version is that release or later. An unknown
// version ("") counts as the newest, as whoever has no Gemfile.lock mostly has
// installed Kamal lately.
func AtLeast(version, release string) bool {
	return version == "" || compareVersions(version, release) >= 0
}

// compareVersions compares numbers between dots; what is no number ends a
// version, so that 2.0.0.beta1 is 2.0.0.
func compareVersions(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(x), len(y)) {
		if c := cmp.Compare(part(x, i), part(y, i)); c != 0 {
			return c
		}
	}
	return 0
}

func part(list []string, i int) int {
	if i >= len(list) {
		return 0
	}
	n, err := strconv.Atoi(list[i])
	if err != nil {
		return 0
	}
	return n
}
