package gossh

import (
	"bytes"
	"strings"
)

// worthParting is from which size on a file is read in part: the library takes a
// minute for each hundred megabytes, or ten seconds for 100,000 hosts.
const worthParting = 1 << 16

// part leaves out the blocks of a file that cannot hold for a host and that the
// library surely reads: a Host line of plain names, none of which is the host, and
// lines of a keyword with a plain value. Whatever is less plain is kept, and so is
// what an Include stands in. lines are the numbers that the lines kept had; effort is
// as for effortOf, found out on the way.
func part(data []byte, host string) (kept []byte, lines []int, effort int64) {
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
		key, value, length, plain := plainLine(data[at:])
		effort += int64(length) * int64(length)
		switch {
		case plain && isKeyword(key, "host"):
			finish(at)
			block, first, dropping = at, number, namesOthers(value, host)
		case !plain || isKeyword(key, "match") || isKeyword(key, "include"):
			dropping = false
		}
		at += length
	}
	finish(len(data))
	return kept, lines, effort
}

func isKeyword(key []byte, name string) bool {
	return len(key) == len(name) && strings.EqualFold(string(key), name)
}

// plainLine splits the first line of data: a keyword, one or more blanks and a
// value, all of them ASCII without any sign that means something to a lexer. An
// empty line is plain, too, and has no keyword. length is that of the line with its
// line feed.
//
// It is done for each line of a large file, and looks at each byte once: in a plain
// line the end need not be looked for.
func plainLine(data []byte) (key, value []byte, length int, plain bool) {
	i := 0
	for i < len(data) && data[i] == ' ' {
		i++
	}
	start := i
	for i < len(data) && isLetter(data[i]) {
		i++
	}
	stop := i
	for i < len(data) && data[i] == ' ' {
		i++
	}
	from := i
	for i < len(data) && plainSign[data[i]] {
		i++
	}
	switch {
	case i < len(data) && data[i] != '\n':
		return nil, nil, i + lineLength(data[i:]), false
	case i == 0: // empty
		plain = true
	case start < stop && stop < from && from < i && data[i-1] != ' ':
		key, value, plain = data[start:stop], data[from:i], true
	}
	return key, value, min(i+1, len(data)), plain
}

// lineLength is how long the first line of data is, with its line feed.
func lineLength(data []byte) int {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1
	}
	return len(data)
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
