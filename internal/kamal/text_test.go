package kamal

import (
	"strings"
	"testing"
)

// TestTexts: each # of these begins a comment unless it is in one of the texts.
func TestTexts(t *testing.T) {
	text := strings.Join([]string{
		"# comment",
		"service: app",
		"env:",
		"  clear:",
		"    A: |",
		"      # text",
		"",
		"      # text",
		"    # comment",
		"    B: \"one",
		"      # text",
		"      \\\" # text\"",
		"    C: 'one",
		"",
		"      # text'",
		"    D: plain",
		"    # comment",
		"    ? >-",
		"      # text",
		"    : &x !!str |2-",
		"        # text",
		"    E: [a, # comment",
		"      # comment",
		"      b]",
		"    F: |",
		"      # text",
		"# comment",
	}, "\n")
	d, err := Load(Request{File: "deploy.yml", ReadFile: func(string) ([]byte, error) { return []byte(text), nil }})
	if err != nil {
		t.Fatal(err)
	}
	texts := d.Texts("deploy.yml")
	for at := 0; at < len(text); at++ {
		if text[at] != '#' {
			continue
		}
		inText := false
		for _, s := range texts {
			inText = inText || s.Start <= at && at < s.End
		}
		line := 1 + strings.Count(text[:at], "\n")
		if want := strings.HasPrefix(text[at:], "# text"); inText != want {
			t.Errorf("line %d: in a text: %v, want %v", line, inText, want)
		}
	}
	if got := d.Texts("other.yml"); got != nil {
		t.Errorf("another file has texts: %v", got)
	}
}
