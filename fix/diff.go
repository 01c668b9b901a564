package fix

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/aymanbagabas/go-udiff/lcs"

	"github.com/sshvet/sshvet/internal/share"
)

// contextLines is the number of unchanged lines around a change, as in diff -u.
const contextLines = 3

// Diff returns a unified diff of one file that `git apply` and `patch -p1`
// accept, or "" if the contents are equal. The label names the file; it comes
// from DiffPath. An old that is nil (not just empty) means that the file is
// new. The headers have no timestamps, and every byte of the contents, CR and
// NUL and invalid UTF-8 included, stands in the diff as it is.
//
// Both programs refuse to change a file through a symbolic link: label the file
// behind it, if the diff is to be applied.
func Diff(label string, old, new []byte) string {
	if bytes.Equal(old, new) {
		return ""
	}
	a, b := splitBoth(asText(old), asText(new))
	var out strings.Builder
	from := "/dev/null"
	if old != nil {
		from = headerName("a/", label)
	}
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", from, headerName("b/", label))
	diffs, ok := walkedDiffs(a, b)
	if !ok {
		diffs = lineDiffs(a, b, maxSplits)
	}
	groups := hunks(diffs)
	out.Grow(sizeOf(groups, a, b))
	for _, h := range groups {
		writeHunk(&out, a, b, h)
	}
	return out.String()
}

// headerName puts the prefix before a label: inside the quotes if it has some.
// A tab ends a name with spaces, as git writes it, else git apply would take
// what follows the space for a timestamp.
func headerName(prefix, label string) string {
	if strings.HasPrefix(label, `"`) {
		return `"` + prefix + label[1:]
	}
	if strings.Contains(label, " ") {
		return prefix + label + "\t"
	}
	return prefix + label
}

// DiffPath returns the label of a path in a diff: relative to dir if the path
// is inside it, else absolute less the leading slash (to be applied from the
// root; on Windows from the root of the drive). A relative path counts from
// dir. Slashes lean forward. A label with control characters, quotes,
// backslashes, non-ASCII bytes or a space at its end is quoted as git quotes
// paths; git and patch take all of them, but patch refuses names with a newline.
func DiffPath(path, dir string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		return quotePath(filepath.ToSlash(rel))
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	path = path[len(filepath.VolumeName(path)):]
	return quotePath(strings.TrimLeft(filepath.ToSlash(path), "/"))
}

// quotePath quotes a path as git does with core.quotePath: as a C string with
// octal escapes, if a byte needs it.
func quotePath(path string) string {
	var out strings.Builder
	for i := 0; i < len(path); i++ {
		out.WriteString(quoteByte(path[i]))
	}
	// patch takes a space at the end for no part of the name, if it is not quoted.
	if out.Len() == len(path) && !strings.HasSuffix(path, " ") {
		return path
	}
	return `"` + out.String() + `"`
}

func quoteByte(c byte) string {
	if i := strings.IndexByte("\a\b\t\n\v\f\r\"\\", c); i >= 0 {
		return `\` + `abtnvfr"\`[i:i+1]
	}
	if c < ' ' || c >= 0x7f {
		return fmt.Sprintf(`\%03o`, c)
	}
	return string(rune(c))
}

// asText is some bytes as a string, without a copy. They must not change as long as
// the string is used.
func asText(data []byte) string { return unsafe.String(unsafe.SliceData(data), len(data)) }

// splitBoth is splitLines for both sides, of which large ones are split by a processor
// each.
func splitBoth(old, new string) (a, b []string) {
	worth := 2
	if len(old) > 1<<20 {
		worth = 1
	}
	share.All(2, worth, func(_, from, to int) {
		if from == 0 {
			a = splitLines(old)
		}
		if to == 2 {
			b = splitLines(new)
		}
	})
	return a, b
}

// splitLines cuts a text after each newline; a last line may have none.
func splitLines(text string) []string {
	lines := make([]string, 0, strings.Count(text, "\n")+1)
	for line := range strings.Lines(text) {
		lines = append(lines, line)
	}
	return lines
}

// How walkedDiffs meets again: after so many changed lines at most, at so many that
// are equal, or at the end.
const (
	mostApart = 16
	meetAgain = contextLines
)

// walkedDiffs goes through both sides once and finds changes of a few lines, which
// is what fixes make: the general search takes a second for 60,000 of them. ok is
// false where that does not give a shortest diff.
func walkedDiffs(a, b []string) (diffs []lcs.Diff, ok bool) {
	for i, j := 0, 0; i < len(a) || j < len(b); {
		if i < len(a) && j < len(b) && a[i] == b[j] {
			i, j = i+1, j+1
			continue
		}
		x, y, ok := apart(a[i:], b[j:])
		if !ok {
			return nil, false
		}
		diffs = append(diffs, lcs.Diff{Start: i, End: i + x, ReplStart: j, ReplEnd: j + y})
		i, j = i+x, j+y
	}
	return diffs, isShortest(a, b, diffs)
}

// apart is how many lines of each side are different, the fewest of both together.
func apart(a, b []string) (x, y int, ok bool) {
	for sum := 1; sum <= mostApart; sum++ {
		for x := max(0, sum-len(b)); x <= min(sum, len(a)); x++ {
			restA, restB := a[x:], b[sum-x:]
			n := min(meetAgain, len(restA), len(restB))
			if (n == meetAgain || len(restA) == len(restB)) && slices.Equal(restA[:n], restB[:n]) {
				return x, sum - x, true
			}
		}
	}
	return 0, 0, false
}

// isShortest reports whether no line that is deleted is inserted elsewhere. Then no
// diff is shorter: each has to make up for the difference in how often a line
// stands on either side, and this one does no more.
func isShortest(a, b []string, diffs []lcs.Diff) bool {
	deleted := map[string]bool{}
	for _, d := range diffs {
		for _, line := range a[d.Start:d.End] {
			deleted[line] = true
		}
	}
	for _, d := range diffs {
		for _, line := range b[d.ReplStart:d.ReplEnd] {
			if deleted[line] {
				return false
			}
		}
	}
	return true
}

// The lcs package stops searching at about searchLimit inserted and deleted
// lines and then calls nearly everything between the first and the last change
// different: 100 changed lines in a file of 10,000 became a diff of 10,308
// lines. lineDiffs therefore cuts such inputs into parts at the lines that both
// sides have exactly once; maxSplits is how often a part may be cut again.
const (
	searchLimit = 100
	maxSplits   = 16
)

// lineDiffs returns the replacements, in order, that turn the lines a into b.
func lineDiffs(a, b []string, splits int) []lcs.Diff {
	whole := lcs.DiffLines(a, b)
	if splits == 0 || cost(whole) <= searchLimit {
		return whole
	}
	anchors := commonUnique(a, b)
	if len(anchors) == 0 {
		return whole
	}
	var parts []lcs.Diff
	i, j := 0, 0
	for _, at := range append(anchors, pair{len(a), len(b)}) {
		for _, d := range lineDiffs(a[i:at.a], b[j:at.b], splits-1) {
			parts = append(parts, lcs.Diff{
				Start: i + d.Start, End: i + d.End,
				ReplStart: j + d.ReplStart, ReplEnd: j + d.ReplEnd,
			})
		}
		// The anchor itself is equal on both sides.
		i, j = at.a+1, at.b+1
	}
	if cost(parts) < cost(whole) {
		return parts
	}
	return whole
}

// cost is the number of lines deleted and inserted.
func cost(diffs []lcs.Diff) int {
	n := 0
	for _, d := range diffs {
		n += d.End - d.Start + d.ReplEnd - d.ReplStart
	}
	return n
}

// pair is the index of a line in the old and in the new lines.
type pair struct{ a, b int }

// commonUnique returns the longest run of lines, ascending on both sides, that
// each stand once in a and once in b.
func commonUnique(a, b []string) []pair {
	inB := uniqueLines(b)
	onceInA := uniqueLines(a)
	var common []pair
	for i, line := range a {
		if _, once := onceInA[line]; !once {
			continue
		}
		if j, ok := inB[line]; ok {
			common = append(common, pair{i, j})
		}
	}
	return longestAscending(common)
}

// uniqueLines maps each line that occurs once to its index.
func uniqueLines(lines []string) map[string]int {
	index := make(map[string]int, len(lines))
	count := make(map[string]int, len(lines))
	for i, line := range lines {
		index[line] = i
		count[line]++
	}
	for line, n := range count {
		if n > 1 {
			delete(index, line)
		}
	}
	return index
}

// longestAscending returns the longest subsequence of pairs, given in the order
// of a, whose b ascends (patience sorting).
func longestAscending(pairs []pair) []pair {
	var tails []int // index of the pair that ends the best run of each length
	previous := make([]int, len(pairs))
	for i, p := range pairs {
		at, _ := slices.BinarySearchFunc(tails, p.b, func(t, b int) int { return pairs[t].b - b })
		previous[i] = -1
		if at > 0 {
			previous[i] = tails[at-1]
		}
		if at == len(tails) {
			tails = append(tails, i)
		} else {
			tails[at] = i
		}
	}
	if len(tails) == 0 {
		return nil
	}
	run := make([]pair, len(tails))
	for k, i := len(tails)-1, tails[len(tails)-1]; k >= 0; k, i = k-1, previous[i] {
		run[k] = pairs[i]
	}
	return run
}

// hunks groups the changes whose contexts touch.
func hunks(diffs []lcs.Diff) [][]lcs.Diff {
	var groups [][]lcs.Diff
	for i, d := range diffs {
		if i == 0 || d.Start-diffs[i-1].End > 2*contextLines {
			groups = append(groups, nil)
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], d)
	}
	return groups
}

// writeHunk writes one group of changes with its context. The lines between
// changes are equal, so the context is as long on both sides.
func writeHunk(out *strings.Builder, a, b []string, changes []lcs.Diff) {
	first, last := changes[0], changes[len(changes)-1]
	before := min(contextLines, first.Start)
	after := min(contextLines, len(a)-last.End)
	at, end := first.Start-before, last.End+after
	var room [64]byte // there may be very many hunks
	header := appendRange(append(room[:0], "@@ -"...), at, end)
	header = appendRange(append(header, " +"...), first.ReplStart-before, last.ReplEnd+after)
	out.Write(append(header, " @@\n"...))
	for _, d := range changes {
		writeLines(out, ' ', a[at:d.Start])
		writeLines(out, '-', a[d.Start:d.End])
		writeLines(out, '+', b[d.ReplStart:d.ReplEnd])
		at = d.End
	}
	writeLines(out, ' ', a[at:end])
}

// sizeOf is about how many bytes hunks take, and seldom less.
func sizeOf(groups [][]lcs.Diff, a, b []string) int {
	n := 0
	for _, changes := range groups {
		first, last := changes[0], changes[len(changes)-1]
		n += len("@@ -1234567,123 +1234567,123 @@\n")
		for _, line := range a[max(0, first.Start-contextLines):min(len(a), last.End+contextLines)] {
			n += len(line) + 1
		}
		for _, d := range changes {
			for _, line := range b[d.ReplStart:d.ReplEnd] {
				n += len(line) + 1
			}
		}
	}
	return n
}

// appendRange appends the lines from start up to end, counted from 0, as diff -u
// writes them. A range without lines names the line before it; here that is always 0,
// as the context leaves no empty range but the one of an empty file.
func appendRange(to []byte, start, end int) []byte {
	n := end - start
	if n > 0 {
		start++
	}
	to = strconv.AppendInt(to, int64(start), 10)
	if n == 1 {
		return to
	}
	return strconv.AppendInt(append(to, ','), int64(n), 10)
}

func writeLines(out *strings.Builder, sign byte, lines []string) {
	for _, line := range lines {
		out.WriteByte(sign)
		out.WriteString(line)
		if !strings.HasSuffix(line, "\n") {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}
