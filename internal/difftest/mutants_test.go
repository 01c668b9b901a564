package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMutantsStillApply holds the list of planted faults against the code: the
// hunt itself takes minutes and is a command of its own (-mutants).
func TestMutantsStillApply(t *testing.T) {
	if len(mutants) < 20 {
		t.Errorf("%d planted faults, want at least 20", len(mutants))
	}
	for _, m := range mutants {
		src, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(m.file)))
		if err != nil {
			t.Error(err)
			continue
		}
		if n := strings.Count(string(src), m.old); n != 1 {
			t.Errorf("%s: %s: the text to be replaced occurs %d times, not once", m.name, m.file, n)
		}
	}
}
