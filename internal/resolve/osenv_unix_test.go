//go:build unix

package resolve

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestReadListed: what has become something else than a regular file since it was
// listed is neither followed nor waited for.
func TestReadListed(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	text := bytes.Repeat([]byte("Port 22\n"), 1000)
	must(os.WriteFile(at("file"), text, 0o600))
	must(os.WriteFile(at("empty"), nil, 0o600))
	must(os.Symlink("file", at("link")))
	must(os.Mkdir(at("folder"), 0o700))
	must(unix.Mkfifo(at("fifo"), 0o600))
	limit := int64(len(text) + 1)

	for name, want := range map[string][]byte{"file": text, "empty": {}} {
		data, st, err := ReadListed(at(name), limit)
		if err != nil || !bytes.Equal(data, want) || data == nil || st.Size() != int64(len(want)) {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
	if _, _, err := ReadListed(at("link"), limit); !errors.Is(err, unix.ELOOP) && !errors.Is(err, unix.EMLINK) {
		t.Errorf("a link is followed: %v", err)
	}
	done := make(chan error, 3)
	go func() {
		for _, name := range []string{"fifo", "folder"} {
			_, _, err := ReadListed(at(name), limit)
			done <- err
		}
		_, _, err := ReadListed(at("file"), limit-1)
		done <- err
	}()
	for _, what := range []string{"a FIFO", "a folder", "a large file"} {
		select {
		case err := <-done:
			if !errors.Is(err, ErrNotRegular) {
				t.Errorf("%s is read: %v", what, err)
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("%s is waited for", what)
		}
	}
}
