package syntax

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

func TestLineKinds(t *testing.T) {
	for _, tt := range []struct {
		text string
		kind LineKind
		key  string
		args string
	}{
		{"", Blank, "", ""},
		{"   \t", Blank, "", ""},
		{"# c", Comment, "", ""},
		{"  #c", Comment, "", ""},
		{"Host web", Setting, "Host", "web"},
		{"\t Host \t web\t", Setting, "Host", "web"},
		{"K=V", Setting, "K", "V"},
		{"K = V", Setting, "K", "V"},
		{"K =V", Setting, "K", "V"},
		{"=K V", Setting, "K", "V"},
		{" = K = V", Setting, "K", "V"},
		{"K==V", Setting, "K", "=V"},
		{"K == V", Setting, "K", "= V"},
		{`"K" V`, Setting, "K", "V"},
		{`Ke"y" V`, Setting, "Key", "V"},
		{`"K"=V`, Setting, "K", "=V"},
		{`'K' V`, Setting, "'K'", "V"},
		{`K"V"`, NoArgument, "KV", ""},
		{`"K V`, Vanished, "", ""},
		{"K", NoArgument, "K", ""},
		{"K  \r", NoArgument, "K", ""},
		{"\f", NoArgument, "\f", ""},
		{"K\vV", NoArgument, "K\vV", ""},
		{"K V\f", Setting, "K", "V"},
	} {
		f := Parse("f", []byte(tt.text+"\n"), Options{})
		l := f.Line(0)
		if l.Kind != tt.kind {
			t.Errorf("%q: kind %d, want %d", tt.text, l.Kind, tt.kind)
			continue
		}
		if got := string(f.KeyText(l)); got != tt.key {
			t.Errorf("%q: keyword %q, want %q", tt.text, got, tt.key)
		}
		if got := string(f.ArgText(l)); got != tt.args {
			t.Errorf("%q: arguments %q, want %q", tt.text, got, tt.args)
		}
	}
}

func TestArgs(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
		ok   bool
	}{
		{"a b", []string{"a", "b"}, true},
		{`3"0"`, []string{"30"}, true},
		{`"a b" 'c d'`, []string{"a b", "c d"}, true},
		{`a\ b`, []string{"a b"}, true},
		{`"a\ b"`, []string{`a\ b`}, true},
		{`\" \' \\ \x`, []string{`"`, `'`, `\`, `\x`}, true},
		{"30 #x", []string{"30"}, true},
		{"30#x", []string{"30#x"}, true},
		{`"#30"`, []string{"#30"}, true},
		{`""`, []string{""}, true},
		{`"a`, nil, false},
		{"a\rb", []string{"a\rb"}, true},
	} {
		args, ok := argvSplit(tt.text, 0, nil)
		var got []string
		for _, a := range args {
			got = append(got, a.Text)
		}
		if ok != tt.ok || ok && !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q %v, want %q %v", tt.text, got, ok, tt.want, tt.ok)
		}
	}
}

func TestNULJoinsServerLines(t *testing.T) {
	src := "A 1\x00junk\n  B 2\nC 3\n"
	f := Parse("f", []byte(src), Options{Server: true})
	if f.Len() != 2 || f.Number(1) != 3 {
		t.Fatalf("%d lines, line 2 is number %d", f.Len(), f.Number(1))
	}
	if got := string(f.ArgText(f.Line(0))); got != "1B 2" {
		t.Errorf("arguments %q", got)
	}
	c := Parse("f", []byte(src), Options{})
	if c.Len() != 3 || string(c.ArgText(c.Line(0))) != "1" {
		t.Errorf("client: %d lines, %q", c.Len(), c.ArgText(c.Line(0)))
	}
}

func TestBlocks(t *testing.T) {
	src := "User a\nHost b\n X y\n  mAtCh all\n\"Host\" c\n"
	f := Parse("f", []byte(src), Options{})
	want := []Block{{Head, 0, 1}, {Host, 1, 3}, {Match, 3, 4}, {Host, 4, 5}}
	if !slices.Equal(f.Blocks(), want) {
		t.Errorf("%v, want %v", f.Blocks(), want)
	}
	if got := f.BlockOf(2); got != want[1] {
		t.Errorf("BlockOf(2) = %v", got)
	}
	s := Parse("f", []byte(src), Options{Server: true})
	if len(s.Blocks()) != 2 {
		t.Errorf("server: %v", s.Blocks())
	}
}

// checkLossless holds what every caller relies on: lines cover the file
// without a gap, and every span lies inside its line.
func checkLossless(t *testing.T, src []byte, opts Options) {
	f := Parse("f", src, opts)
	var all []byte
	var args []Arg
	for i := range f.Len() {
		l := f.Line(i)
		all = append(all, f.Bytes(i)...)
		for _, s := range []Span{l.Text, l.Key, l.Args} {
			if s.Start < l.Start || s.End > l.End || s.Start > s.End {
				t.Fatalf("line %d of %q: span %v outside %v", i, src, s, l.Span)
			}
		}
		args, _ = f.Args(l, args[:0])
		for _, a := range args {
			if a.Start < l.Start || a.End > l.End {
				t.Fatalf("line %d of %q: argument %v outside %v", i, src, a, l.Span)
			}
		}
		f.DelimArgs(l, nil)
		f.CommentStart(l)
		f.BlockOf(i)
		if f.LineAt(l.Start) != i {
			t.Fatalf("LineAt(%d) = %d, want %d", l.Start, f.LineAt(l.Start), i)
		}
	}
	if !bytes.Equal(all, src) {
		t.Fatalf("lines of %q add up to %q", src, all)
	}
	end := 0
	for _, b := range f.Blocks() {
		if b.First != end || b.End < b.First {
			t.Fatalf("blocks of %q: %v", src, f.Blocks())
		}
		end = b.End
	}
	if end != f.Len() {
		t.Fatalf("blocks of %q end at %d of %d", src, end, f.Len())
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "\n", "Host web\n  ServerAliveInterval 60\n", "A\x00b\nC d", "\ufeffHost x\r\n",
		"\"K\"=V # c\n", "Match all\n\f\n", "a\rb\r", "K \"unclosed\nK 'x' \\",
	} {
		f.Add([]byte(seed))
	}
	paths, _ := filepath.Glob("../../testdata/*/*.conf")
	for _, p := range paths {
		if b, err := os.ReadFile(p); err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, server := range []bool{false, true} {
			for _, era := range []Era{Argv, CutComments, NoComments} {
				checkLossless(t, src, Options{Server: server, Era: era})
				samePlainly(t, src, Options{Server: server, Era: era, KeepFormFeed: len(src)%2 == 1})
			}
		}
	})
}

// TestPlainLine compares the short way for plain lines with the whole one, on all
// lines of up to five of the characters that matter, by all rules.
func TestPlainLine(t *testing.T) {
	const signs = "aZ \t=\"#\r\f1\x00"
	plains := 0
	for n := range 6 {
		for code, end := 0, pow(len(signs), n); code < end; code++ {
			text := make([]byte, n, n+1)
			for i, c := 0, code; i < n; i, c = i+1, c/len(signs) {
				text[i] = signs[c%len(signs)]
			}
			for _, src := range [][]byte{text, append(text, '\n')} {
				for _, opts := range []Options{{}, {Server: true}, {Era: CutComments}, {Era: NoComments}, {KeepFormFeed: true}} {
					plains += samePlainly(t, src, opts)
				}
			}
		}
	}
	if plains < 10000 {
		t.Errorf("only %d lines were plain", plains)
	}
}

// samePlainly compares Line with the whole way for all lines of a file, and counts those
// that have a short way.
func samePlainly(t *testing.T, src []byte, opts Options) (plains int) {
	t.Helper()
	f := Parse("f", src, opts)
	for i := range f.Len() {
		got, want := f.Line(i), Line{Span: Span{int(f.starts[i]), int(f.starts[i+1])}}
		plain := want
		f.anyLine(&want)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("line %d of %q with %+v is %+v, want %+v", i, src, opts, got, want)
		}
		if f.plain && f.plainLine(&plain) {
			plains++
		}
	}
	return plains
}

func pow(base, n int) int {
	out := 1
	for range n {
		out *= base
	}
	return out
}
