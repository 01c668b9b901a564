//go:build linux || darwin

package fix

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// A backup has the owner and the mode of the original.
func TestBackupKeepsOwnerAndMode(t *testing.T) {
	path := oldFile(t)
	if os.Geteuid() == 0 {
		must(t, os.Chown(path, 1000, 1001))
	}
	must(t, os.Chmod(path, 0o640))
	var want, got unix.Stat_t
	must(t, unix.Stat(path, &want))
	req := request(path)
	req.Backup = stampForTest
	written(t, req)
	must(t, unix.Stat(filepath.Join(filepath.Dir(path), ".config.sshvet-"+stampForTest), &got))
	if got.Uid != want.Uid || got.Gid != want.Gid || got.Mode != want.Mode {
		t.Errorf("owner %d, group %d, mode %o", got.Uid, got.Gid, got.Mode)
	}
}

// Anybody may have put it there.
func TestBackupsOfAnotherOwner(t *testing.T) {
	r := backedUp(t)
	must(t, os.Chmod(r.Backup.Path, 0o644))
	if err := os.Chown(r.Backup.Path, 1000, -1); err != nil {
		t.Skip("needs root, to give files away")
	}
	if backups, err := Backups(r.Path); err != nil || len(backups) != 0 {
		t.Errorf("%v, %v", backups, err)
	}
}

// A file that is brought back is the same file as before.
func TestWriteAllBringsTheSameFileBack(t *testing.T) {
	reqs := batchIn(t, tempDir(t))
	for i, mode := range []uint32{0o4755, 0o444, 0o640} {
		must(t, unix.Chmod(reqs[i].Path, mode))
	}
	var before [3]unix.Stat_t
	for i, r := range reqs {
		must(t, unix.Stat(r.Path, &before[i]))
	}
	if _, err := WriteAll(reqs, func() error { return errors.New("no") }); err == nil {
		t.Fatal("no error")
	}
	for i, r := range reqs {
		var now unix.Stat_t
		must(t, unix.Stat(r.Path, &now))
		if now.Ino != before[i].Ino || now.Mode != before[i].Mode || now.Uid != before[i].Uid || now.Mtim != before[i].Mtim || now.Nlink != before[i].Nlink {
			t.Errorf("%+v, not %+v", now, before[i])
		}
	}
	wantNone(t, reqs)
}

// nobodysBatch makes two files that everybody may write, and one that only the
// caller of the test may.
func nobodysBatch(t *testing.T) (job childJob) {
	t.Helper()
	for range 2 {
		path := oldFile(t)
		dir := filepath.Dir(path)
		openWay(t, dir)
		must(t, errors.Join(os.Chown(dir, 65534, 65534), os.Chown(path, 65534, 65534)))
		job.Files = append(job.Files, childFile{Path: path, Size: 10, Backup: stampForTest})
	}
	path := oldFile(t)
	openWay(t, filepath.Dir(path))
	must(t, os.Chmod(path, 0o644))
	job.Files = append(job.Files, childFile{Path: path, Size: 10, Backup: stampForTest})
	return job
}

// wantUntouched checks that the files are the same files as before.
func wantUntouched(t *testing.T, job childJob, before []unix.Stat_t) {
	t.Helper()
	for i, f := range job.Files {
		var now unix.Stat_t
		must(t, unix.Stat(f.Path, &now))
		if now.Ino != before[i].Ino || now.Mode != before[i].Mode || now.Uid != before[i].Uid {
			t.Errorf("%s is another file", f.Path)
		}
		wantContent(t, f.Path, oldText)
		wantNames(t, filepath.Dir(f.Path), "config")
	}
}

// One file of three may not be written: the two others stay as they are.
func TestWriteAllAsNobody(t *testing.T) {
	tests := map[string]struct {
		change func(path string) error
		words  string
		errno  error
	}{
		"read-only folder":  {func(string) error { return nil }, "permission denied", unix.EACCES},
		"unreadable":        {func(path string) error { return os.Chmod(path, 0o600) }, "opening it: permission denied", unix.EACCES},
		"chown refused":     {func(path string) error { return os.Chmod(filepath.Dir(path), 0o777) }, "the owner 0 and group 0", unix.EPERM},
		"group of a folder": {groupWritable, "the owner 0 and group 0", unix.EPERM},
		"closed folder":     {func(path string) error { return os.Chmod(filepath.Dir(path), 0o700) }, "permission denied", unix.EACCES},
		// The folder may be read and written, but what others own may not be renamed.
		"sticky folder": {func(path string) error {
			return errors.Join(os.Chown(path, 0, 65534), os.Chmod(filepath.Dir(path), 0o777|os.ModeSticky))
		}, "the owner 0 and group 65534", unix.EPERM},
	}
	if os.Geteuid() != 0 {
		t.Skip("needs root, to become another user")
	}
	survived := 0
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			job := nobodysBatch(t)
			before := make([]unix.Stat_t, 3)
			last := job.Files[2].Path
			must(t, tt.change(last))
			for i, f := range job.Files {
				must(t, unix.Stat(f.Path, &before[i]))
			}
			got := runAsNobody(t, job)
			wantWords(t, got.Error, last, "was not written", tt.words, "all 3 files are as they were", "run the command with sudo")
			if !errors.Is(got.Errno, tt.errno) {
				t.Errorf("errno %v", got.Errno)
			}
			wantUntouched(t, job, before)
			if !t.Failed() {
				survived++
			}
		})
	}
	t.Logf("%d refusals to a user without rights: %d left all files as they were", len(tests), survived)
}

// groupWritable gives the folder to the group of the user, and not the file.
func groupWritable(path string) error {
	dir := filepath.Dir(path)
	return errors.Join(os.Chown(dir, 0, 65534), os.Chmod(dir, 0o775))
}

// A limit on the size of files cuts the last of three off.
func TestWriteAllCutOff(t *testing.T) {
	var job childJob
	before := make([]unix.Stat_t, 3)
	for i, size := range []int{10, 10, 100_000} {
		path := oldFile(t)
		must(t, unix.Stat(path, &before[i]))
		job.Files = append(job.Files, childFile{Path: path, Size: size, Backup: stampForTest})
	}
	job.FileLimit = 50_000
	got := runChild(t, job.command(t, testProgram(t)))
	wantWords(t, got.Error, job.Files[2].Path, "was not written", "file too large", "all 3 files are as they were", "ulimit -f")
	wantUntouched(t, job, before)
}
