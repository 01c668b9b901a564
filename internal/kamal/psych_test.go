package kamal

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand"
	"os/exec"
	"strings"
	"testing"
)

var (
	psychN    = flag.Int("psych.n", 2000, "files to compare with Psych")
	psychSeed = flag.Int64("psych.seed", 1, "seed of these files")
)

// psychScript reads documents, a JSON list, and writes what Psych makes of each
// in the notation of notation, or "error …".
const psychScript = `
require "yaml"; require "json"; require "date"
def show(v, depth = 0)
  return "deep" if depth > 20
  case v
  when nil then "null"
  when true, false then "bool " + v.to_s
  when Integer then "int " + v.to_s
  when Float then "float"
  when String then "str " + v
  when Symbol then "sym " + v.to_s
  when Time, Date then "time"
  when Array then "[" + v.map { |x| show(x, depth + 1) }.join("; ") + "]"
  when Hash then "{" + v.map { |k, x| show(k, depth + 1) + " => " + show(x, depth + 1) }.join("; ") + "}"
  else "other"
  end
end
out = JSON.parse(STDIN.read).map do |text|
  begin
    show(YAML.unsafe_load(text)).scrub
  rescue Exception => e
    "error " + e.message.scrub
  end
end
puts JSON.dump(out)
`

func psych(t *testing.T, docs []string) []string {
	t.Helper()
	in, err := json.Marshal(docs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(needRuby(t), "-W0", "-Ku", "-e", psychScript)
	cmd.Env = append(cmd.Environ(), "LC_ALL=C.UTF-8")
	cmd.Stdin = strings.NewReader(string(in))
	stdout, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("%v: %s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var out []string
	if err := json.Unmarshal(stdout, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// ours is what we make of a document, in the same notation.
func ours(text string) string {
	s := &source{data: []byte(text), masked: []byte(text)}
	if err := s.parse(); err != nil {
		var e *yamlError
		if errors.As(err, &e) && e.limit {
			return "limit " + err.Error()
		}
		return "error " + e.psych()
	}
	if s.root == nil {
		return "bool false"
	}
	return notation(s.root, 0)
}

func notation(n *node, depth int) string {
	if depth > 20 {
		return "deep"
	}
	switch n.kind {
	case kNull:
		return "null"
	case kBool:
		return "bool " + n.text
	case kInt:
		return fmt.Sprint("int ", n.num)
	case kFloat:
		return "float"
	case kString:
		return "str " + n.text
	case kSymbol:
		return "sym " + n.text
	case kTime:
		return "time"
	case kSeq:
		var parts []string
		for _, item := range n.items {
			parts = append(parts, notation(item, depth+1))
		}
		return "[" + strings.Join(parts, "; ") + "]"
	case kMap:
		var parts []string
		for _, p := range n.pairs {
			parts = append(parts, notation(p.key, depth+1)+" => "+notation(p.val, depth+1))
		}
		return "{" + strings.Join(parts, "; ") + "}"
	}
	return "other"
}

var psychScalars = strings.Split(`yes|no|Yes|NO|on|Off|oN|true|True|TRUE|false|y|n|Y|N|null|Null|~|nULL|nil|t|f|tr|yess|truex|
0|1|-1|+1|007|010|0o17|0x1F|0b101|0b2|09|1_000|1,000|1_|_1|1__0|0_7|12e3|1e3|1.5|1.|.5|.|-.|+.|1.5e3|1.5e+3|1.5E-3|1,5.5|-0|-0.0|+.5|1.2.3|
1:30|1:30:00|1:60|01:30|-1:30|190:20:30|190:20:30.15|1:2:3:4|10:22|web:22|:web|:"web"|:'we b'|::1|:|: |2001:db8::1|::ffff:1.2.3.4|fe80::1|
10.0.0.5|192.168.0.1|1.2|10.20|2024-01-01|2024-1-1|2024-13-01|2024-02-31|2024-01-01 10:00:00|2024-01-01T10:00:00Z|2024-01-01 10:00:00 +02:00|12:30:45|
.inf|-.inf|+.INF|.nan|.NaN|inf|web|web-1|web.example.com|deploy@web:2222|a:b|a b|a-b|=|<<|<|*|-|--|---a|+|+a|$a|1a|a1|0xg|0x|é|5é|1 2|"x"|'x'|"5"|'yes'|!!str 5|!!int "5"|!!float 1|!!bool yes|
!!str yes|!foo 5|!foo bar|! 5|!ruby/symbol x|!ruby/sym y|!!null x|!!binary aGk=|123456789|1.0|99.|0.1.0|1-2|12-34|1/2|1%|%a|5m|30s|1h|3.7-alpine|16|"|16"|1.16|0644|"0644"|0888|1_0.5|-_1|0b_1|0x_f|,1|1,|{}|[]|{a: 1}|[a, b]|
ssh://docker@host:22|~/.ssh/id|"a\tb"|"a\u00e9"|'it''s'|"\x41"|@a|%|?|? |- a|:a: b|-1.5|- 5|0.5.|12_34_56|0b|0b11|0B11|0X1f|1E5|1.e5|+0x1F|-010|TRUE |oFF|nO|No|ON|`, "|")

var psychDocs = []string{
	"", "# x\n", "---\n", "--- a\n", "a: 1\n", "a: 1\na: 2\nb: 3\na: 4\n", "a:\n- 1\n- 2\n", "a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\n",
	"a: &x {b: 1, c: 2}\nd:\n  b: 5\n  <<: *x\n", "a: &x {b: 1}\ny: &y {b: 2, z: 3}\nd:\n  <<: [*x, *y]\n", "d:\n  <<: {q: 1}\n  q: 2\n", "d: {<<: 5}\n", "d: {<<: [5]}\n",
	"d: {\"<<\": {a: 1}}\n", "d: {!!str <<: {a: 1}}\n", "&a [*a]\n", "a: &a\n  b: *a\n", "a: *b\n", "a: &x [{b: 1}]\nc: {<<: *x}\n", "a: &x {b: 1}\nc: {<<: [*x]}\n", "a: {b: -}\n", "a: &x 1\nb: &x 2\nc: *x\n", "? a\n: b\n", "? [a, b]\n: c\n", "a: |\n  x\n  y\nb: >\n  x\n  y\n",
	"a: |-\n  x\nb: |+\n  x\n\nc: 1\n", "a: \"x\n  y\"\n", "a: x\n  y\n  z\nb: 1\n", "%YAML 1.1\n---\na: 1\n", "%YAML 1.2\n---\na: 1\n", "%YAML 2.0\n---\na: 1\n", "%TAG ! !foo\n---\na: !x 1\n",
	"a: 1\n---\nb: [\n", "a: 1\n...\nb: 2\n", "\ufeffa: 1\n", "a: \u2028\n", "a: b\u0085c: d\n", "a:\tb\n", "a: b\t\n", "\ta: b\n", "a:\n\tb: c\n", "a: b: c\n", "a: [b\n", "a: {b\n", "a: \"b\n", "a: 'b\n",
	"- a\n-b\n", "a\nb: c\n", "a: @b\n", "a: `b\n", "a: %b\n", "a: - b\n", "a: b #c\n", "a: b#c\n", "a: #c\n", "a: 'b'c\n", "[a]: b\n", "{a: b}: c\n", "a: !!set {x, y}\n", "a: {x, y: }\n", "a: [x: y]\n", "a: [x: y, z]\n",
	"a: [1, 2,]\n", "a: [,]\n", "a: {,}\n", "a: &\n", "a: *\n", "a: !\n", "a: &b\n", "a: &b\nc: *b\n", "a: !!str\nb: 1\n", "a: &x !!str\nb: *x\n", "a: \x7f\n", "a: \x01\n", "a: \u00a0\n", "a: \ufffe\n", "a: x\ufeffy\n", "a: \"\\q\"\n", "a: \"\\x4\"\n",
	"a:\n  b: 1\n c: 2\n", "a:\n    b: 1\n  c: 2\n", "- - a\n  - b\n- c: 1\n  d: 2\n", "a:\n  - b\n  -\n  - c\n", "a: >-\n\n  x\n\n  y\n", "a: |2\n   x\n", "a: |0\n x\n", "a: |10\n x\n", "--- |\nfoo\n", "--- >\n", "a: 1 # x\n# y\n  # z\nb: 2\n",
	"a: {b: 1,\nc: 2}\n", "a: [\nb,\nc\n]\n", "a: [\n- b\n]\n", "a: {b:1}\n", "a: {\"b\":1}\n", "a: [b:1]\n", "a: ::1\n", "a: :b:c\n", "a : b\n", "\"a\": b\n", "'a' : b\n", "a: b\r\nc: d\r\n", "a: b\rc: d\r", "!foo\na: b\n", "a: !foo\n  b: c\n", "a: !ruby/object:Object {b: c}\n",
	"a: !ruby/hash:Hash {b: c}\n", "a: !ruby/array:Array [b]\n", "? |\n  x\n: y\n", "a: -1\n", "a: -\n", "- -\n", "-\n", "?\n", ":\n", ": a\n", "a: ? b\n", "x: [a, [b, {c: d}]]\n", "a: b\n\n\n", "a: b", "a:", "a: ", "- a", "a: |", "a: 'b'", "a: [b]", "é: ü\n", "a: 😀\nb: [😀, c]\n",
}

// TestPsych compares values and errors with the real Psych.
func TestPsych(t *testing.T) {
	var docs []string
	for _, s := range psychScalars {
		s = strings.Trim(s, "\n")
		docs = append(docs, "a: "+s, "- "+s, "{x: [ "+s+" ]}", s+": b", "a: "+s+" # c\nb: 1\n")
	}
	docs = append(docs, psychDocs...)
	comparePsych(t, docs)
}

// TestPsychMutated compares with Psych on deploy files in which a few
// characters are changed.
func TestPsychMutated(t *testing.T) {
	r := rand.New(rand.NewSource(*psychSeed))
	const signs = " \n\t:-#[]{}&*!|>'\"%@`,?a0<x.é~\r"
	var docs []string
	for range *psychN {
		text := []rune(samples[r.Intn(len(samples))])
		for range 1 + r.Intn(4) {
			i := r.Intn(len(text))
			c := []rune(signs)[r.Intn(len([]rune(signs)))]
			switch r.Intn(3) {
			case 0:
				text[i] = c
			case 1:
				text = append(text[:i], text[i+1:]...)
			default:
				text = append(text[:i], append([]rune{c}, text[i:]...)...)
			}
		}
		docs = append(docs, string(text))
	}
	comparePsych(t, docs)
}

func comparePsych(t *testing.T, docs []string) {
	t.Helper()
	want := psych(t, docs)
	differ, words, lenient := 0, 0, 0
	for i, doc := range docs {
		got := ours(doc)
		if strings.HasPrefix(got, "limit") {
			continue
		}
		wrong, refused := strings.HasPrefix(got, "error"), strings.HasPrefix(want[i], "error")
		if wrong && refused {
			if got != want[i] && !strings.HasPrefix(want[i], got) {
				words++
			}
			continue
		}
		if refused && !wrong {
			lenient++
			t.Logf("only Psych refuses %q:\n  we    %s\n  Psych %s", doc, got, want[i])
			continue
		}
		if wrong && !strings.HasPrefix(want[i], "{") {
			continue // no map: Kamal refuses it, too, in other words
		}
		if got != want[i] && !strings.Contains(doc, "!!binary") && !strings.Contains(doc, "!ruby/object") && doc != "--- |\nfoo\n" {
			differ++
			t.Errorf("%q:\n  we    %s\n  Psych %s", doc, got, want[i])
		}
	}
	t.Logf("%d documents, %d differ, %d errors in other words, %d refused by Psych only", len(docs), differ, words, lenient)
}
