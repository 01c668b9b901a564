//go:build unix

package openssh

import (
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestAsk: only a program that came to its end without a complaint has accepted
// a file.
func TestAsk(t *testing.T) {
	defer func(d time.Duration) { timeout = d }(timeout)
	timeout = time.Second
	for _, tt := range []struct {
		script, complaint string
		refused           bool
	}{
		{"exit 0", "", false},
		{"echo bad >&2; exit 255", "bad", true},
		{"echo only a warning >&2; exit 0", "", false},
		{"exit 3", "exit status 3", true},
		{"kill -INT $$; sleep 5", "it was stopped (signal: interrupt)", true},
		{"kill -KILL $$", "it was stopped (signal: killed)", true},
		{"sleep 20", "nothing within 1 s", true},
	} {
		complaint, refused := ask(exec.Command("sh", "-c", tt.script))
		if refused != tt.refused || !strings.Contains(complaint, tt.complaint) || !refused && complaint != "" {
			t.Errorf("%s: %q, %v; want %q, %v", tt.script, complaint, refused, tt.complaint, tt.refused)
		}
	}
	if _, refused := ask(exec.Command("/nonexistent/program")); refused {
		t.Error("a program that cannot be run refuses")
	}
}
