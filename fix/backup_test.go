package fix

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const stampForTest = "20261123T064020Z"

func TestBackupNames(t *testing.T) {
	path := oldFile(t)
	dir := filepath.Dir(path)
	link := filepath.Join(tempDir(t), "link")
	symlink(t, path, link)
	var want []Backup
	contents := []string{oldText, "second", "third"}
	for i, suffix := range []string{"", "-2", "-3"} {
		must(t, os.WriteFile(path, []byte(contents[i]), 0o600))
		done, err := WriteAll([]WriteRequest{{Path: link, Old: []byte(contents[i]), New: []byte(newText), Backup: stampForTest}}, nil)
		must(t, err)
		b := Backup{Path: filepath.Join(dir, ".config.sshvet-"+stampForTest+suffix), Stamp: stampForTest + suffix}
		if len(done.Backups) != 1 || done.Backups[0] != b.Path {
			t.Errorf("backups %q", done.Backups)
		}
		wantContent(t, b.Path, contents[i])
		want = append([]Backup{b}, want...)
	}
	for _, p := range []string{path, link} {
		got, err := Backups(p)
		must(t, err)
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
}

func TestBackupsAreTheNewestFirst(t *testing.T) {
	path := oldFile(t)
	dir := filepath.Dir(path)
	stamps := []string{
		"20270101T000000Z", "20261123T064020Z-11", "20261123T064020Z-2", "20261123T064020Z", "20251231T235959Z-2",
	}
	others := []string{
		".config.sshvet-abcdefghij", ".config.sshvet-20261123t064020z", ".config.sshvet-20261123T064020Z-1",
		".config.sshvet-20261123T064020Z-02", ".config.sshvet-20261123T064020Z-", ".config.sshvet-20261323T064020Z",
		".config.sshvet-20261123T064020.5Z", ".config.sshvet-20261123T064020Z.old", ".config.sshvet-",
		".other.sshvet-20261123T064020Z", "config.sshvet-20261123T064020Z",
	}
	for _, s := range stamps {
		must(t, os.WriteFile(filepath.Join(dir, ".config.sshvet-"+s), nil, 0o600))
	}
	for _, name := range others {
		must(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	must(t, os.Mkdir(filepath.Join(dir, ".config.sshvet-20280101T000000Z"), 0o700))
	symlink(t, path, filepath.Join(dir, ".config.sshvet-20280102T000000Z"))
	backups, err := Backups(path)
	must(t, err)
	var got []string
	for _, b := range backups {
		got = append(got, b.Stamp)
	}
	if d := cmp.Diff(stamps, got); d != "" {
		t.Error(d)
	}
}

func TestBackupsRefused(t *testing.T) {
	path := filepath.Join(tempDir(t), "none")
	_, err := Backups(path)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	wantWords(t, err.Error(), "looking for the backups of "+path, "check the path")
	if backups, err := Backups(oldFile(t)); err != nil || len(backups) != 0 {
		t.Errorf("%v, %v", backups, err)
	}
}

func TestBackupRefused(t *testing.T) {
	path := oldFile(t)
	for _, bad := range []string{"x", "../x", stampForTest + "-2", "20261123", "/" + stampForTest} {
		req := request(path)
		req.Backup = bad
		refused(t, req, "does not name a moment", "nothing was written")
	}
	wantContent(t, path, oldText)
	wantNames(t, filepath.Dir(path), "config")
	long := filepath.Join(filepath.Dir(path), strings.Repeat("n", 201))
	must(t, os.WriteFile(long, []byte(oldText), 0o600))
	req := request(long)
	req.Backup = stampForTest
	refused(t, req, "has 201 bytes, which is too long for a backup")
	wantContent(t, long, oldText)
}

// No backup is left where nothing is written.
func TestBackupOfNothing(t *testing.T) {
	path := oldFile(t)
	req := request(path)
	req.Backup = stampForTest
	req.Validate = func(string) error { return errors.New("no") }
	refused(t, req)
	req.Validate, req.New = nil, req.Old
	_, err := Write(req)
	must(t, err)
	wantNames(t, filepath.Dir(path), "config")
}

// backedUp writes a file with a backup and returns the request to undo that.
func backedUp(t *testing.T) UndoRequest {
	t.Helper()
	path := oldFile(t)
	req := request(path)
	req.Backup = stampForTest
	written(t, req)
	backups, err := Backups(path)
	must(t, err)
	if len(backups) != 1 {
		t.Fatalf("%d backups", len(backups))
	}
	content, err := backups[0].Read()
	must(t, err)
	if string(content) != oldText {
		t.Errorf("the backup has %q", content)
	}
	return UndoRequest{Path: path, Backup: backups[0], Old: []byte(newText), New: content}
}

func undone(t *testing.T, reqs ...UndoRequest) Written {
	t.Helper()
	done, err := Undo(reqs, nil)
	must(t, err)
	return done
}

func TestUndo(t *testing.T) {
	a, b := backedUp(t), backedUp(t)
	if done := undone(t, a, b); len(done.Warnings) != losses() || done.Backups != nil {
		t.Errorf("%+v", done)
	}
	for _, r := range []UndoRequest{a, b} {
		wantContent(t, r.Path, oldText)
		wantNames(t, filepath.Dir(r.Path), "config")
	}
}

// The file has the content of the backup already, as after a crash between the
// writing and the removal.
func TestUndoOfEqual(t *testing.T) {
	r := backedUp(t)
	must(t, os.WriteFile(r.Path, r.New, 0o600))
	r.Old = r.New
	undone(t, r)
	wantContent(t, r.Path, oldText)
	wantNames(t, filepath.Dir(r.Path), "config")
}

func TestUndoRefused(t *testing.T) {
	no := errors.New("no")
	tests := map[string]struct {
		change func(r *UndoRequest)
		verify error
		want   error
	}{
		"changed":           {change: func(r *UndoRequest) { must(t, os.WriteFile(r.Path, []byte("x"), 0o600)) }, want: ErrChanged},
		"changed, equal":    {change: func(r *UndoRequest) { r.Old = r.New }, want: ErrChanged},
		"no backup":         {change: func(r *UndoRequest) { r.Backup.Path += "-2" }, want: fs.ErrNotExist},
		"backup of another": {change: func(r *UndoRequest) { r.Backup = backedUp(t).Backup }, want: fs.ErrNotExist},
		"Validate":          {change: func(r *UndoRequest) { r.Validate = func(string) error { return no } }, want: no},
		"verify":            {change: func(*UndoRequest) {}, verify: no, want: no},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			other, r := backedUp(t), backedUp(t)
			tt.change(&r)
			before, err := os.ReadFile(r.Path)
			must(t, err)
			done, err := Undo([]UndoRequest{other, r}, func() error { return tt.verify })
			if !errors.Is(err, tt.want) || done.Warnings != nil {
				t.Errorf("%+v, error %v", done, err)
			}
			wantContent(t, r.Path, string(before))
			wantContent(t, other.Path, newText)
			for _, path := range []string{r.Path, other.Path} {
				wantNames(t, filepath.Dir(path), ".config.sshvet-"+stampForTest, "config")
			}
		})
	}
}

// A backup that is no longer what the user saw is kept.
func TestUndoKeepsChangedBackup(t *testing.T) {
	r := backedUp(t)
	must(t, os.WriteFile(r.Backup.Path, []byte("more"), 0o600))
	done := undone(t, r)
	if len(done.Warnings) != 1+losses() {
		t.Fatalf("%+v", done)
	}
	wantWords(t, done.Warnings[losses()], r.Path, r.Backup.Path, "was not removed: another program changed it")
	wantContent(t, r.Path, oldText)
	wantContent(t, r.Backup.Path, "more")
}

func TestBackupRead(t *testing.T) {
	dir := tempDir(t)
	large := bytes.Repeat([]byte(oldText), 10_000)
	path := filepath.Join(dir, ".config.sshvet-"+stampForTest)
	must(t, os.WriteFile(path, large, 0o600))
	got, err := Backup{Path: path}.Read()
	must(t, err)
	if !bytes.Equal(got, large) {
		t.Errorf("%d bytes", len(got))
	}
	_, err = Backup{Path: path + "-2"}.Read()
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	if runtime.GOOS != "windows" {
		_, err = Backup{Path: dir}.Read()
		wantWords(t, err.Error(), "it is a folder")
	}
}
