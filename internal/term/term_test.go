package term

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestUseColor(t *testing.T) {
	for _, c := range []struct {
		mode     string
		terminal bool
		env      map[string]string
		want     bool
	}{
		{"auto", true, nil, true},
		{"auto", false, nil, false},
		{"", true, nil, true},
		{"always", false, map[string]string{"NO_COLOR": "1", "TERM": "dumb"}, true},
		{"never", true, map[string]string{"FORCE_COLOR": "1"}, false},
		{"auto", true, map[string]string{"NO_COLOR": "1", "FORCE_COLOR": "1"}, false},
		{"auto", true, map[string]string{"NO_COLOR": "0"}, false},
		{"auto", true, map[string]string{"NO_COLOR": ""}, true},
		{"auto", false, map[string]string{"FORCE_COLOR": "1", "TERM": "dumb"}, true},
		{"auto", false, map[string]string{"FORCE_COLOR": "0"}, false},
		{"auto", true, map[string]string{"FORCE_COLOR": "0"}, true},
		{"auto", true, map[string]string{"TERM": "dumb"}, false},
		{"auto", true, map[string]string{"TERM": "xterm"}, true},
	} {
		got := UseColor(c.mode, c.terminal, func(name string) string { return c.env[name] })
		if got != c.want {
			t.Errorf("UseColor(%q, %v, %v) = %v", c.mode, c.terminal, c.env, got)
		}
	}
}

// functions are all functions of a palette.
func functions(p Palette) []func(string) string {
	return []func(string) string{p.Path, p.Error, p.Warning, p.Note, p.Rule, p.Caret, p.Help,
		p.DiffAdd, p.DiffDel, p.DiffHunk, p.Bold}
}

func TestPalette(t *testing.T) {
	// What the library makes of its own switch in this environment is not to matter.
	for _, noColor := range []string{"", "1"} {
		t.Setenv("NO_COLOR", noColor)
		for i, f := range functions(NewPalette(true)) {
			got := f("text")
			if !strings.HasPrefix(got, "\x1b[") || !strings.HasSuffix(got, "m") || !strings.Contains(got, "mtext\x1b[") {
				t.Errorf("NO_COLOR=%q: function %d of the palette with colours gives %q", noColor, i, got)
			}
			if got := f(""); got != "" {
				t.Errorf("function %d: nothing becomes %q", i, got)
			}
		}
		for i, f := range functions(NewPalette(false)) {
			if got := f("text"); got != "text" {
				t.Errorf("NO_COLOR=%q: function %d of the palette without colours gives %q", noColor, i, got)
			}
		}
	}
}

func TestIsTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, w := range []any{f, (*os.File)(nil), &bytes.Buffer{}, nil} {
		if IsTerminal(w) {
			t.Errorf("%T is a terminal", w)
		}
	}
}

func TestEscape(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"Host *.example.com", "Host *.example.com"},
		{"日本語 é \U0001f600 \ufffd", "日本語 é \U0001f600 \ufffd"},
		{`a\x1b\n`, `a\x1b\n`},
		{"a\tb", "a\tb"},
		{"\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"\x00\a\b\n\r\x1f\x7f", `\x00\x07\x08\x0a\x0d\x1f\x7f`},
		{"\u0080\u009b1m\u009f\u00a0", `\u0080\u009b1m\u009f` + "\u00a0"},
		{"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
			`\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069`},
		{"\ufeffHost\u200b", `\ufeffHost\u200b`},
		{"a\u2028b\u2029c", `a\u2028b\u2029c`},
		{"\xff\x80é\xc3", `\xff\x80é\xc3`},
		{"\xed\xa0\x80", `\xed\xa0\x80`}, // a surrogate
		{"\U000e0041", `\U000e0041`},
		{"##[error]x #\u200b# ## [x] #[y]", `\x23#[error]x #\u200b# ## [x] #[y]`},
		{"a ###[x] ##VSO[y] ##9[z]", `a #\x23#[x] \x23#VSO[y] ##9[z]`},
	} {
		if got := Escape(c.in); got != c.want {
			t.Errorf("Escape(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	if got := EscapeTab("a\tb\n"); got != `a\x09b\x0a` {
		t.Errorf("EscapeTab gives %q", got)
	}
}

func TestEscapeReturnsCleanText(t *testing.T) {
	clean := strings.Repeat("Host 日本語\tü ", 20)
	if n := testing.AllocsPerRun(100, func() { Escape(clean) }); n > 0 {
		t.Errorf("%v allocations for a text without anything to escape", n)
	}
}

func TestVisible(t *testing.T) {
	for _, c := range []struct {
		in, text string
		size     int
	}{
		{"", "", 0}, {"ab", "a", 1}, {"é", "é", 2}, {"\tb", `\x09`, 1}, {"\xe2\x80", `\xe2`, 1},
		{"##[", `\x23`, 1}, {"##", "#", 1}, {"\u202ex", `\u202e`, 3}, {"\ufffd", "\ufffd", 3},
	} {
		if text, size := Visible(c.in); text != c.text || size != c.size {
			t.Errorf("Visible(%q) = %q, %d", c.in, text, size)
		}
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("Host \x1b[2J\u202e\xff\tx")
	f.Fuzz(func(t *testing.T, s string) {
		out := Escape(s)
		if !utf8.ValidString(out) || len(out) < len(s) {
			t.Fatalf("Escape(%q) = %q", s, out)
		}
		if Escape(out) != out {
			t.Fatalf("Escape(%q) = %q still has something to escape", s, out)
		}
		var joined strings.Builder
		for rest := s; rest != ""; {
			text, size := Visible(rest)
			joined.WriteString(text)
			rest = rest[size:]
		}
		if got := EscapeTab(s); got != joined.String() {
			t.Fatalf("EscapeTab(%q) = %q, its runes give %q", s, got, joined.String())
		}
	})
}
