package lint

import (
	"bytes"
	"math/rand"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

func TestLines(t *testing.T) {
	l := NewLines([]byte("ab\r\né\xff\tx\n\rlast\r"))
	for _, c := range []struct{ offset, line, column, clamped int }{
		{-1, 1, 1, 0}, {0, 1, 1, 0}, {1, 1, 2, 1}, {2, 1, 3, 2}, {3, 1, 4, 3},
		{4, 2, 1, 4}, {5, 2, 1, 5}, {6, 2, 2, 6}, {7, 2, 3, 7}, {8, 2, 4, 8}, {9, 2, 5, 9},
		{10, 3, 1, 10}, {11, 3, 2, 11}, {16, 3, 7, 16}, {99, 3, 7, 16},
	} {
		want := Position{Line: c.line, Column: c.column, Offset: c.clamped}
		if got := l.Position(c.offset); got != want {
			t.Errorf("Position(%d) = %v, want %v", c.offset, got, want)
		}
	}
	for n, want := range map[int]string{-1: "", 0: "", 1: "ab", 2: "é\xff\tx", 3: "\rlast\r", 4: "", 99: ""} {
		if got := l.Line(n); got != want {
			t.Errorf("Line(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestLinesOfNothing(t *testing.T) {
	for _, text := range []string{"", "\n"} {
		l := NewLines([]byte(text))
		want := Position{Line: len(text) + 1, Column: 1, Offset: len(text)}
		if got := l.Position(9); got != want {
			t.Errorf("%q: Position(9) = %v, want %v", text, got, want)
		}
		for n := range 3 {
			if got := l.Line(n); got != "" {
				t.Errorf("%q: Line(%d) = %q", text, n, got)
			}
		}
	}
}

// randomText has lines of very different lengths, so that the marks of the
// index fall into lines, between them and into runes.
func randomText(r *rand.Rand, length int) []byte {
	parts := []string{"a", "é", "日", "\U0001f600", "\xff", "\xe6\x97", "\t", "\r"}
	var b bytes.Buffer
	for b.Len() < length {
		for range r.Intn(1 << r.Intn(15)) {
			b.WriteString(parts[r.Intn(len(parts))])
		}
		b.WriteString([]string{"\n", "\r\n"}[r.Intn(2)])
	}
	return b.Bytes()[:length]
}

// referencePosition and referenceLine are the definitions.
func referencePosition(src []byte, offset int) Position {
	start := bytes.LastIndexByte(src[:offset], '\n') + 1
	p := Position{Line: 1 + bytes.Count(src[:offset], []byte("\n")), Column: 1, Offset: offset}
	for at := start; ; p.Column++ {
		_, size := utf8.DecodeRune(src[at:])
		if at+size > offset || size == 0 {
			return p
		}
		at += size
	}
}

func referenceLine(src []byte, n int) string {
	lines := strings.SplitAfter(string(src), "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	line, ended := strings.CutSuffix(lines[n-1], "\n")
	if ended {
		line = strings.TrimSuffix(line, "\r")
	}
	return line
}

func TestLinesAgainstReference(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	for _, length := range []int{1, 100, markEvery - 1, markEvery, markEvery + 1, 10 * markEvery, 50_001} {
		src := randomText(r, length)
		l := NewLines(src)
		for range 300 {
			offset := r.Intn(length + 1)
			if r.Intn(3) == 0 { // near a mark
				offset = min(length, offset/markEvery*markEvery+r.Intn(5))
			}
			checkOffset(t, l, src, offset)
		}
		checkOffset(t, l, src, length)
		n := 0
		for line := range l.All {
			if n++; line != referenceLine(src, n) {
				t.Fatalf("length %d: line %d of all is %q, want %q", length, n, line, referenceLine(src, n))
			}
		}
		if want := bytes.Count(src, []byte("\n")) + 1; n != want {
			t.Fatalf("length %d: %d lines, want %d", length, n, want)
		}
		for n := range bytes.Count(src, []byte("\n")) + 3 {
			if got, want := l.Line(n), referenceLine(src, n); got != want {
				t.Fatalf("length %d: Line(%d) = %q, want %q", length, n, got, want)
			}
		}
	}
}

// checkOffset compares Position with its definition, and a part of the line
// with the whole line.
func checkOffset(t *testing.T, l *Lines, src []byte, offset int) {
	t.Helper()
	pos, want := l.Position(offset), referencePosition(src, offset)
	if pos != want {
		t.Fatalf("length %d: Position(%d) = %v, want %v", len(src), offset, pos, want)
	}
	if got := l.Offset(pos.Line, pos.Column); l.Position(got) != (Position{pos.Line, pos.Column, got}) || got > offset || offset-got >= utf8.UTFMax {
		t.Fatalf("length %d: Offset(%d, %d) = %d, want %d", len(src), pos.Line, pos.Column, got, offset)
	}
	whole := l.Line(pos.Line)
	for _, reach := range []int{0, 3, 40, len(src)} {
		p := l.Around(offset, reach)
		if p.CutRight {
			p.Text = strings.TrimSuffix(p.Text, "\r") // which may belong to the line end
		}
		if !strings.Contains(whole, p.Text) || !p.CutLeft && !strings.HasPrefix(whole, p.Text) || !p.CutRight && !strings.HasSuffix(whole, p.Text) {
			t.Fatalf("length %d: Around(%d, %d) = %+v of %q", len(src), offset, reach, p, whole)
		}
		if p.At < len(p.Text) && p.Text[p.At] != src[offset] {
			t.Fatalf("length %d: Around(%d, %d) points at %q, not %q", len(src), offset, reach, p.Text[p.At], src[offset])
		}
	}
}

func TestLinesConcurrently(t *testing.T) {
	src := randomText(rand.New(rand.NewSource(4)), 20_000)
	l := NewLines(src)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for offset := g; offset < len(src); offset += 997 {
				if got := l.Position(offset); got != referencePosition(src, offset) {
					t.Errorf("Position(%d) = %v", offset, got)
				}
			}
		}()
	}
	wg.Wait()
}

func TestNewLinesIsFree(t *testing.T) {
	src := make([]byte, 14<<20)
	if n := testing.AllocsPerRun(10, func() { NewLines(src) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
	if l := NewLines(src); l.marks != nil {
		t.Error("there is an index before the first use")
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("Host a\r\n\tUser \xff日\n"), 9)
	f.Fuzz(func(t *testing.T, src []byte, offset int) {
		l := NewLines(src)
		offset = l.clamp(offset)
		if got, want := l.Position(offset), referencePosition(src, offset); got != want {
			t.Fatalf("Position(%d) = %v, want %v", offset, got, want)
		}
		n := l.Position(offset).Line
		if got, want := l.Line(n), referenceLine(src, n); got != want {
			t.Fatalf("Line(%d) = %q, want %q", n, got, want)
		}
		checkOffset(t, l, src, offset)
	})
}

func BenchmarkIndex(b *testing.B) {
	src := []byte(strings.Repeat("Host web-1\n\tHostName 10.0.0.1\n\tServerAliveInterval 300\n", 14<<20/56))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		NewLines(src).Position(len(src))
	}
}
