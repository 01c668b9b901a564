package fix

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	oldText = "Host *\n\tServerAliveInterval 0\n"
	newText = "Host *\n\tServerAliveInterval 60\n"
)

// needTool skips a test whose program is missing, and fails it in CI, where it
// must not be skipped unseen.
func needTool(t *testing.T, debianPackage string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("the Debian package %s is missing", debianPackage)
	}
	t.Skipf("install the Debian package %s", debianPackage)
}

// tempDir is a folder whose path has no links (on macOS the usual one has).
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	return dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// symlink skips the test where links need a privilege, as on Windows.
func symlink(t *testing.T, target, link string) {
	t.Helper()
	if err := os.Symlink(target, link); err != nil {
		if runtime.GOOS != "windows" {
			t.Fatal(err)
		}
		t.Skip("no symbolic links:", err)
	}
}

// oldFile writes the file "config" with oldText into a folder of its own.
func oldFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(tempDir(t), "config")
	must(t, os.WriteFile(path, []byte(oldText), 0o600))
	return path
}

func request(path string) WriteRequest {
	return WriteRequest{Path: path, Old: []byte(oldText), New: []byte(newText)}
}

// written runs Write, which must succeed, and checks the content.
func written(t *testing.T, req WriteRequest) (warnings []string) {
	t.Helper()
	warnings, err := Write(req)
	must(t, err)
	wantContent(t, req.Path, string(req.New))
	return warnings
}

// refused runs Write, which must fail with a sentence that has all the words.
func refused(t *testing.T, req WriteRequest, words ...string) error {
	t.Helper()
	warnings, err := Write(req)
	if err == nil {
		t.Fatal("no error")
	}
	if warnings != nil {
		t.Errorf("warnings with an error: %q", warnings)
	}
	wantWords(t, err.Error(), append(words, req.Path)...)
	return err
}

func wantWords(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%q does not say %q", text, word)
		}
	}
	if strings.Contains(text, "\n") {
		t.Errorf("%q is more than one line", text)
	}
}

func wantContent(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	must(t, err)
	if string(got) != want {
		t.Errorf("%s: %s", path, cmp.Diff(want, string(got)))
	}
}

// names are the files in a folder, sorted.
func names(dir string) (names []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// wantNames checks that the folder holds these files and no others.
func wantNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	if d := cmp.Diff(want, names(dir)); d != "" {
		t.Errorf("files in the folder: %s", d)
	}
}

func TestWriteReplaces(t *testing.T) {
	path := oldFile(t)
	if warnings := written(t, request(path)); len(warnings) != losses() {
		t.Errorf("warnings: %q", warnings)
	}
	wantNames(t, filepath.Dir(path), "config")
}

func TestWriteRelativePath(t *testing.T) {
	path := oldFile(t)
	t.Chdir(filepath.Dir(path))
	req := request("config")
	req.Validate = func(temp string) error {
		if !filepath.IsAbs(temp) {
			t.Errorf("Validate got %q", temp)
		}
		return nil
	}
	written(t, req)
}

func TestWriteEmptyAndLarge(t *testing.T) {
	path := oldFile(t)
	written(t, WriteRequest{Path: path, Old: []byte(oldText), New: nil})
	large := bytes.Repeat([]byte("Host a\x00\xff\r\n"), 300_000)
	written(t, WriteRequest{Path: path, Old: nil, New: large})
	written(t, WriteRequest{Path: path, Old: large, New: large[1:]})
}

func TestWriteLongName(t *testing.T) {
	path := filepath.Join(tempDir(t), strings.Repeat("n", 255))
	must(t, os.WriteFile(path, []byte(oldText), 0o600))
	written(t, request(path))
}

func TestWriteEqualDoesNothing(t *testing.T) {
	req := WriteRequest{Path: filepath.Join(t.TempDir(), "none"), Old: []byte("a"), New: []byte("a")}
	if warnings, err := Write(req); err != nil || warnings != nil {
		t.Errorf("%q, %v", warnings, err)
	}
}

func TestWriteKeepsSymlinks(t *testing.T) {
	path := oldFile(t)
	dir := filepath.Dir(path)
	must(t, os.MkdirAll(filepath.Join(dir, "home", ".ssh"), 0o700))
	links := map[string]string{
		filepath.Join(dir, "absolute"):               path,
		filepath.Join(dir, "relative"):               "config",
		filepath.Join(dir, "chain"):                  "relative",
		filepath.Join(dir, "home", ".ssh", "config"): filepath.Join("..", "..", "chain"),
		filepath.Join(dir, "user"):                   "home",
	}
	for link, target := range links {
		symlink(t, target, link)
	}
	names := []string{"absolute", "relative", "chain", filepath.Join("user", ".ssh", "config")}
	for i, name := range names {
		old, new := fmt.Sprint(oldText, i), fmt.Sprint(oldText, i+1)
		must(t, os.WriteFile(path, []byte(old), 0o600))
		written(t, WriteRequest{Path: filepath.Join(dir, name), Old: []byte(old), New: []byte(new)})
		wantContent(t, path, new)
		for link, target := range links {
			if got, err := os.Readlink(link); err != nil || got != target {
				t.Errorf("%s: the link %s leads to %q, not to %q: %v", name, link, got, target, err)
			}
		}
	}
	wantNames(t, dir, "absolute", "chain", "config", "home", "relative", "user")
}

func TestWriteWarnsOfHardLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the number of links is not known there")
	}
	path := oldFile(t)
	other := path + "-2"
	must(t, os.Link(path, other))
	warnings := written(t, request(path))
	if len(warnings) != 1 {
		t.Fatalf("warnings: %q", warnings)
	}
	wantWords(t, warnings[0], path, "2 names", "the other names of the file keep the old content")
	wantContent(t, other, oldText)
}

func TestWriteRefusesChangedFile(t *testing.T) {
	path := oldFile(t)
	elsewhere := filepath.Join(tempDir(t), "config")
	must(t, os.WriteFile(elsewhere, []byte(oldText), 0o600))
	later := oldText + "# by hand\n"
	rewrite := func() error { return os.WriteFile(path, []byte(later), 0o600) }
	tests := map[string]struct {
		before, during func() error
		want           string
	}{
		"before":            {before: rewrite, want: later},
		"shorter":           {before: func() error { return os.Truncate(path, 3) }, want: oldText[:3]},
		"during Validate":   {during: rewrite, want: later},
		"another file":      {during: func() error { return os.Rename(elsewhere, path) }, want: oldText},
		"the same, touched": {during: func() error { return os.Chtimes(path, time.Time{}, time.Unix(1, 0)) }, want: oldText},
		"mode":              {during: func() error { return os.Chmod(path, 0o400) }, want: oldText},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			must(t, os.WriteFile(path, []byte(oldText), 0o600))
			if tt.before != nil {
				must(t, tt.before())
			}
			req := request(path)
			req.Validate = func(string) error {
				if tt.during != nil {
					must(t, tt.during())
				}
				return nil
			}
			err := refused(t, req)
			want := path + " changed while sshvet was looking at it; nothing was written; run the command again"
			if err.Error() != want || !errors.Is(err, ErrChanged) {
				t.Errorf("error %q", err)
			}
			wantContent(t, path, tt.want)
			wantNames(t, filepath.Dir(path), "config")
			must(t, os.Chmod(path, 0o600))
		})
	}
}

func TestWriteRefusesFileGoneMeanwhile(t *testing.T) {
	path := oldFile(t)
	req := request(path)
	req.Validate = func(string) error { return os.Remove(path) }
	if err := refused(t, req); !errors.Is(err, ErrChanged) {
		t.Errorf("error %q", err)
	}
	wantNames(t, filepath.Dir(path))
}

func TestWriteRefusesLinkMovedMeanwhile(t *testing.T) {
	path, other := oldFile(t), oldFile(t)
	link := filepath.Join(tempDir(t), "link")
	symlink(t, path, link)
	req := request(link)
	req.Validate = func(string) error {
		return errors.Join(os.Remove(link), os.Symlink(other, link))
	}
	if err := refused(t, req); !errors.Is(err, ErrChanged) {
		t.Errorf("error %q", err)
	}
	wantContent(t, path, oldText)
	wantContent(t, other, oldText)
	wantNames(t, filepath.Dir(path), "config")
}

// The folder is renamed and another one, with the same file, takes its place:
// neither of the two files is touched.
func TestWriteRefusesFolderMovedMeanwhile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("folders are kept by path there")
	}
	top := tempDir(t)
	dir, path := filepath.Join(top, "ssh"), filepath.Join(top, "ssh", "config")
	must(t, os.Mkdir(dir, 0o700))
	must(t, os.WriteFile(path, []byte(oldText), 0o600))
	req := request(path)
	req.Validate = func(string) error {
		return errors.Join(os.Rename(dir, dir+"-2"), os.Mkdir(dir, 0o700), os.WriteFile(path, []byte(oldText), 0o600))
	}
	if err := refused(t, req); !errors.Is(err, ErrChanged) {
		t.Errorf("error %q", err)
	}
	wantContent(t, path, oldText)
	wantNames(t, dir, "config")
	wantContent(t, filepath.Join(dir+"-2", "config"), oldText)
	wantNames(t, dir+"-2", "config")
}

func TestWriteRefusesFolderAndMissing(t *testing.T) {
	dir := tempDir(t)
	err := refused(t, request(dir), "a folder", "name a regular file")
	if !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("error %q", err)
	}
	err = refused(t, request(filepath.Join(dir, "none")), "check the path")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %q", err)
	}
	wantNames(t, dir)
}

func TestWriteValidate(t *testing.T) {
	path := oldFile(t)
	bad := errors.New("Bad configuration option")
	var temp string
	req := request(path)
	req.Validate = func(path string) error {
		temp = path
		wantContent(t, path, newText)
		return bad
	}
	if err := refused(t, req, "Bad configuration option"); !errors.Is(err, bad) {
		t.Errorf("error %q does not wrap the one of Validate", err)
	}
	name := filepath.Base(temp)
	if filepath.Dir(temp) != filepath.Dir(path) || !strings.HasPrefix(name, ".config.sshvet-") {
		t.Errorf("the new file is %s", temp)
	}
	wantContent(t, path, oldText)
	wantNames(t, filepath.Dir(path), "config")
}

func TestWriteValidatePanics(t *testing.T) {
	path := oldFile(t)
	req := request(path)
	req.Validate = func(string) error { panic("bug") }
	func() {
		defer func() { _ = recover() }()
		_, _ = Write(req)
		t.Error("no panic")
	}()
	wantContent(t, path, oldText)
	wantNames(t, filepath.Dir(path), "config")
}

func TestWriteCreates(t *testing.T) {
	for _, name := range []string{"config", filepath.Join(".ssh", "config"), filepath.Join("a", "b", "config")} {
		dir := tempDir(t)
		path := filepath.Join(dir, name)
		if warnings := written(t, WriteRequest{Path: path, New: []byte(newText), Create: true}); len(warnings) > 0 {
			t.Errorf("warnings: %q", warnings)
		}
		wantNames(t, filepath.Dir(path), "config")
		if runtime.GOOS == "windows" {
			continue
		}
		wantMode(t, path, 0o600)
		for folder := filepath.Dir(path); folder != dir; folder = filepath.Dir(folder) {
			wantMode(t, folder, fs.ModeDir|0o700)
		}
	}
}

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Lstat(path)
	must(t, err)
	if info.Mode() != want {
		t.Errorf("%s has mode %v, not %v", path, info.Mode(), want)
	}
}

func TestWriteCreatesEmptyFile(t *testing.T) {
	written(t, WriteRequest{Path: filepath.Join(tempDir(t), "config"), Create: true})
}

func TestWriteCreateRefused(t *testing.T) {
	path := oldFile(t)
	dir := filepath.Dir(path)
	dangling := filepath.Join(dir, "dangling")
	symlink(t, "nothing", dangling)
	valid := filepath.Join(dir, "link")
	symlink(t, "config", valid)
	for _, tt := range []struct{ path, words string }{
		{path, "exists already"},
		{valid, "exists already"},
		{dangling, "is a symbolic link to nothing, which does not exist"},
		{dir, "exists already"},
	} {
		err := refused(t, WriteRequest{Path: tt.path, New: []byte(newText), Create: true}, tt.words)
		if !errors.Is(err, fs.ErrExist) {
			t.Errorf("error %q", err)
		}
	}
	refused(t, WriteRequest{Path: filepath.Join(path, "config"), New: []byte(newText), Create: true})
	wantContent(t, path, oldText)
	wantNames(t, dir, "config", "dangling", "link")
}

func TestWriteCreateRefusedMeanwhile(t *testing.T) {
	path := filepath.Join(tempDir(t), "config")
	req := WriteRequest{Path: path, New: []byte(newText), Create: true}
	req.Validate = func(string) error { return os.WriteFile(path, []byte(oldText), 0o600) }
	if err := refused(t, req, "exists meanwhile"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("error %q", err)
	}
	wantContent(t, path, oldText)
	wantNames(t, filepath.Dir(path), "config")
}

func TestWriteCreateTakesFoldersBack(t *testing.T) {
	dir := tempDir(t)
	req := WriteRequest{Path: filepath.Join(dir, "a", "b", "config"), New: []byte(newText), Create: true}
	req.Validate = func(string) error { return errors.New("no") }
	refused(t, req)
	wantNames(t, dir)
}
