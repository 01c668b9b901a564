package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sshvet/sshvet/lint"
)

// excerpt is a line as the screen shows it, and the marks below.
func excerpt(src lint.Source, pos lint.Position, length int) (text, marks string) {
	out, from, to := appendExcerpt(nil, src, pos, length)
	return string(out), strings.Repeat(" ", from) + caret(to-from)
}

func TestExcerpt(t *testing.T) {
	for _, c := range []struct{ name, src, text, marks string }{
		// « and » are the ends of the span in the source.
		{"word", "Host «web» x", "Host web x", "     ^~~"},
		{"empty span", "Host «»web", "Host web", "     ^"},
		{"one rune", "«H»ost", "Host", "^"},
		{"end of line", "Host«»\nUser", "Host", "    ^"},
		{"the line feed", "Host«\n»User", "Host", "    ^"},
		{"CRLF", "Host«\r\n»User", "Host", "    ^"},
		{"span over lines", "Host «web x\nUser» a", "Host web x", "     ^~~~~"},
		{"span over CRLF lines", "Host «web x\r\nUser» a", "Host web x", "     ^~~~~"},
		{"second line", "Host\n«User»", "User", "^~~~"},
		{"tabs", "\tA\t«b\tc»", "    A   b   c", "        ^~~~~"},
		{"tab as the span", "a«\t»b", "a   b", " ^~~"},
		{"wide", "日本 «日本» x", "日本 日本 x", "     ^~~~"},
		{"wide and tab", "日\t«x»", "日  x", "    ^"},
		{"combining", "e\u0301 «x»", "e\u0301 x", "  ^"},
		{"emoji", "\U0001f600«x»", "\U0001f600x", "  ^"},
		{"latin", "é «ü»", "é ü", "  ^"},
		{"escaped before", "\x1b[«x»", `\x1b[x`, "     ^"},
		{"escaped span", "a «\u202e\xff» b", `a \u202e\xff b`, "  ^~~~~~~~~~"},
		{"lone CR", "a\rb «c»", `a\x0db c`, "       ^"},
		{"BOM", "\ufeff«Host»", `\ufeffHost`, "      ^~~~"},
		{"nothing", "«»", "", "^"},
		{"empty line", "«»\nHost", "", "^"},
	} {
		before, rest, _ := strings.Cut(c.src, "«")
		inside, after, _ := strings.Cut(rest, "»")
		l := lint.NewLines([]byte(before + inside + after))
		text, marks := excerpt(l, l.Position(len(before)), len(inside))
		if text != c.text || marks != c.marks {
			t.Errorf("%s:\n%q\n%q\nwant:\n%q\n%q", c.name, text, marks, c.text, c.marks)
		}
		wholeText, wholeMarks := excerpt(onlySource{l}, l.Position(len(before)), len(inside))
		if wholeText != text || wholeMarks != marks {
			t.Errorf("%s: from the whole line:\n%q\n%q", c.name, wholeText, wholeMarks)
		}
	}
}

func TestExcerptOfLongLines(t *testing.T) {
	for _, unit := range []string{"x", "é", "日", "\U0001f600"} {
		for _, c := range []struct {
			name          string
			before, after int // runes around the four of HERE
			lead, shown   int // expected: runes before the caret, all runes
			left, right   bool
		}{
			{"all fits", 90, 106, 90, 200, false, false},
			{"start", 0, 500, 0, 200, false, true},
			{"near the start", 50, 500, 50, 200, false, true},
			{"middle", 500, 500, leadRunes, 200, true, true},
			{"near the end", 500, 50, 146, 200, true, false},
			{"end", 500, 0, 196, 200, true, false},
			{"far", 100_000, 100_000, leadRunes, 200, true, true},
			{"just cut at the left", 81, 300, leadRunes, 200, true, true},
		} {
			src := strings.Repeat(unit, c.before) + "HERE" + strings.Repeat(unit, c.after)
			l := lint.NewLines([]byte(src))
			text, marks := excerpt(l, l.Position(strings.Index(src, "HERE")), 4)
			left, right := strings.HasPrefix(text, ellipsis), strings.HasSuffix(text, ellipsis)
			shown := strings.TrimPrefix(strings.TrimSuffix(text, ellipsis), ellipsis)
			lead := utf8.RuneCountInString(shown[:max(0, strings.Index(shown, "HERE"))])
			if left != c.left || right != c.right || lead != c.lead || utf8.RuneCountInString(shown) != c.shown {
				t.Errorf("%s, %s: %d runes, %d before the caret, cut %v %v", c.name, unit,
					utf8.RuneCountInString(shown), lead, left, right)
			}
			first, _ := utf8.DecodeRuneInString(unit)
			indent := lead * runeWidth(first)
			if left {
				indent++
			}
			if marks != strings.Repeat(" ", indent)+"^~~~" {
				t.Errorf("%s, %s: marks %q", c.name, unit, marks)
			}
		}
	}
}

func TestExcerptOfLongSpan(t *testing.T) {
	src := strings.Repeat("x", 1000)
	l := lint.NewLines([]byte(src))
	text, marks := excerpt(l, l.Position(0), len(src))
	if text != src[:mostRunes]+ellipsis || marks != "^"+strings.Repeat("~", mostRunes-1) {
		t.Errorf("%q\n%q", text, marks)
	}
}

func TestRuneWidth(t *testing.T) {
	for r, want := range map[rune]int{
		'a': 1, 'é': 1, 'ß': 1, 'Ж': 1, '—': 1, '日': 2, 'か': 2, '한': 2, '！': 2, '\U0001f600': 2,
		'\U00020000': 2, '\u0301': 0, '\ufe0f': 0, '\ufffd': 1, '\U0010ffff': 1,
	} {
		if got := runeWidth(r); got != want {
			t.Errorf("runeWidth(%U) = %d, want %d", r, got, want)
		}
	}
	for i, w := range wide {
		if w.first > w.last || i > 0 && wide[i-1].last >= w.first {
			t.Errorf("the table is not sorted at %U", w.first)
		}
	}
}

// onlySource hides that a source can give parts of lines.
type onlySource struct{ lint.Source }

// TestExcerptOfPart: a part of a line gives the excerpt that the whole gives.
func TestExcerptOfPart(t *testing.T) {
	for _, src := range []string{
		strings.Repeat("Host web é日\n", 30), strings.Repeat("x日\t", 900), "a\n" + strings.Repeat("\xff\U0001f600", 700) + "\r\nb", "",
	} {
		l := lint.NewLines([]byte(src))
		for offset := 0; offset <= len(src); offset += 7 {
			if offset < len(src) && !utf8.RuneStart(src[offset]) {
				continue
			}
			pos := l.Position(offset)
			text, marks := excerpt(l, pos, 7)
			wantText, wantMarks := excerpt(onlySource{l}, pos, 7)
			if text != wantText || marks != wantMarks {
				t.Fatalf("at %d of %.20q:\n%s\n%s\nof the whole line:\n%s\n%s", offset, src, text, marks, wantText, wantMarks)
			}
		}
	}
}
