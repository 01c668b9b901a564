package gossh

import (
	"bytes"
	"strings"
)

// worthParting is from which size on a file is read in part: the library takes a
// minute for each hundred megabytes, or ten seconds for 100,000 hosts.
const worthParting = 1 << 16

// part leaves out the blocks of a guarded file that cannot hold for a host and
// that the library surely reads: a Host line of plain names, none of which is
// the host, and lines of a keyword with a plain value. Whatever is less plain is
// kept. lines are the numbers that the lines kept had.
func part(data []byte, host string) (kept []byte, lines []int) {
	block, dropping, first := 0, false, 1 // offset and first line of the block, and whether it may go
	number := 1
	finish := func(end int) {
		if !dropping {
			kept = append(kept, data[block:end]...)
			for n := first; n < number; n++ {
				lines = append(lines, n)
			}
		}
	}
	for at := 0; at < len(data); number++ {
		end := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		key, value, plain := plainLine(data[at:end])
		switch {
		case plain && isKeyword(key, "host"):
			finish(at)
			block, first, dropping = at, number, namesOthers(value, host)
		case !plain || isKeyword(key, "match") || isKeyword(key, placeholder):
			dropping = false
		}
		at = end
	}
	finish(len(data))
	return kept, lines
}

func isKeyword(key []byte, name string) bool {
	return len(key) == len(name) && strings.EqualFold(string(key), name)
}

// plainLine splits a line of a keyword, one or more blanks and a value, all of
// them ASCII without any sign that means something to a lexer. An empty line is
// plain, too, and has no keyword.
func plainLine(line []byte) (key, value []byte, plain bool) {
	line = bytes.TrimSuffix(line, []byte{'\n'})
	i := 0
	for i < len(line) && line[i] == ' ' {
		i++
	}
	start := i
	for i < len(line) && isLetter(line[i]) {
		i++
	}
	key = line[start:i]
	if i == len(line) {
		return nil, nil, i == 0
	}
	for i < len(line) && line[i] == ' ' {
		i++
	}
	value = line[i:]
	if len(key) == 0 || len(value) == 0 || start+len(key) == i || value[len(value)-1] == ' ' {
		return nil, nil, false
	}
	for _, c := range value {
		if !plainSign[c] {
			return nil, nil, false
		}
	}
	return key, value, true
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// plainSign marks what plain values are made of.
var plainSign = func() (plain [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .-_~/:@,+%") {
		plain[c] = true
	}
	return plain
}()

// namesOthers reports whether a list of plain names does without the host.
func namesOthers(list []byte, host string) bool {
	for len(list) > 0 {
		name := list
		if i := bytes.IndexByte(list, ' '); i >= 0 {
			name, list = list[:i], list[i+1:]
		} else {
			list = nil
		}
		if string(name) == host {
			return false
		}
	}
	return true
}
