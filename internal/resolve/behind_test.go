package resolve

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

func TestBehind(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("making links needs a privilege there")
	}
	root := filepath.Join(t.TempDir(), "root")
	for _, dir := range []string{"etc/ssh", "usr/share"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"usr/share/conf", "etc/ssh/conf", "../outside"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{
		"etc/ssh/absolute": "/usr/share/conf", "etc/ssh/relative": "../../usr/share/conf", "etc/ssh/twice": "absolute",
		"etc/ssh/here": filepath.Join(root, "usr/share/conf"), "lib": "/usr/share", "etc/ssh/folder": "/lib/conf",
		"etc/ssh/out": "../../../outside", "etc/ssh/host": filepath.Join(root, "../outside"), "etc/ssh/loop": "loop",
		"etc/ssh/dangling": "nothing", "etc/ssh/up": "/usr/share/../../etc/ssh/conf", "etc/ssh/over": "/usr/../../outside",
	} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		path, want string
		err        error
	}{
		{"etc/ssh/conf", "etc/ssh/conf", nil},
		{"etc/ssh/absolute", "usr/share/conf", nil},
		{"etc/ssh/relative", "usr/share/conf", nil},
		{"etc/ssh/twice", "usr/share/conf", nil},
		{"etc/ssh/here", "usr/share/conf", nil},
		{"etc/ssh/folder", "usr/share/conf", nil},
		{"lib/conf", "usr/share/conf", nil},
		{"etc/ssh/up", "etc/ssh/conf", nil},
		{"etc/ssh/out", "", ErrOutsideRoot},
		{"etc/ssh/over", "", ErrOutsideRoot},
		{"etc/ssh/host", "", ErrOutsideRoot},
		{"etc/ssh/loop", "", syscall.ELOOP},
		{"etc/ssh/dangling", "", fs.ErrNotExist},
		{"etc/ssh/none", "", fs.ErrNotExist},
	}
	for _, tt := range tests {
		got, err := Behind(root, filepath.Join(root, tt.path))
		if want := filepath.Join(root, tt.want); tt.err == nil && (err != nil || got != want) {
			t.Errorf("%s: %s, %v; not %s", tt.path, got, err, want)
		}
		if tt.err != nil && !errors.Is(err, tt.err) {
			t.Errorf("%s: %s, %v; not %v", tt.path, got, err, tt.err)
		}
	}
	if _, err := Behind(root, filepath.Join(root, "../outside")); !errors.Is(err, ErrOutsideRoot) {
		t.Errorf("a path beside the root: %v", err)
	}
	if got, err := Behind("", "x/../y"); got != "x/../y" || err != nil {
		t.Errorf("without a root: %s, %v", got, err)
	}
}

// TestBehindMissing: what an absolute link leads to is named as the machine itself
// would name it.
func TestBehindMissing(t *testing.T) {
	root := t.TempDir()
	for name, target := range map[string]string{"file": "/usr/share/conf", "folder": "/usr/share", "chain": "/file"} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{"file": "/usr/share/conf", "folder/x/y.conf": "/usr/share/x/y.conf", "chain": "/usr/share/conf"} {
		_, err := Behind(root, filepath.Join(root, path))
		var nowhere *LinkError
		if !errors.As(err, &nowhere) || nowhere.Missing != want {
			t.Errorf("%s: %v; want a LinkError about %s", path, err, want)
		}
	}
}
