// Package pattern matches host names, user names and addresses against the
// patterns of OpenSSH configuration (match.c, addrmatch.c, addr.c).
package pattern

import "strings"

// Match reports whether s matches a pattern in which `*` stands for any bytes
// and `?` for one. It compares bytes, is case-sensitive, and takes time in
// proportion to the product of the lengths at worst.
func Match(s, pattern string) bool {
	var i, j int
	star, mark := -1, 0
	for i < len(s) {
		switch {
		case j < len(pattern) && pattern[j] == '*':
			star, mark = j, i
			j++
		case j < len(pattern) && (pattern[j] == '?' || pattern[j] == s[i]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = mark, star+1
		default:
			return false
		}
	}
	for j < len(pattern) && pattern[j] == '*' {
		j++
	}
	return j == len(pattern)
}

// IsLiteral reports whether a pattern has no wildcard.
func IsLiteral(pattern string) bool {
	return strings.IndexByte(pattern, '*') < 0 && strings.IndexByte(pattern, '?') < 0
}

// maxSub is the longest sub-pattern of a list; a longer one makes the whole
// list fail (match.c, match_pattern_list).
const maxSub = 1023

// MatchList matches s against a comma-separated list: 1 if a pattern matches
// and no negated one does, -1 if a negated one matches, 0 otherwise. With
// foldCase the patterns are lowered; s has to be lower case already.
func MatchList(s, list string, foldCase bool) int {
	result := 0
	for list != "" {
		sub, rest, _ := strings.Cut(list, ",")
		list = rest
		negated := strings.HasPrefix(sub, "!")
		if negated {
			sub = sub[1:]
		}
		if len(sub) >= maxSub {
			return 0
		}
		if foldCase {
			sub = Lower(sub)
		}
		if !Match(s, sub) {
			continue
		}
		if negated {
			return -1
		}
		result = 1
	}
	return result
}

// Lower lowers ASCII letters only, as OpenSSH does in its C locale.
func Lower(s string) string {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			return lowerFrom(s, i)
		}
	}
	return s
}

func lowerFrom(s string, i int) string {
	b := []byte(s)
	for ; i < len(b); i++ {
		if 'A' <= b[i] && b[i] <= 'Z' {
			b[i] += 'a' - 'A'
		}
	}
	return string(b)
}
