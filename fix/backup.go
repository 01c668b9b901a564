package fix

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// BackupLayout is the form of WriteRequest.Backup, for time.Time.Format in UTC.
const BackupLayout = "20060102T150405Z"

// Backup is a file with the content that another file had before it was
// written.
type Backup struct {
	// Path is the absolute path of the backup.
	Path string
	// Stamp is the moment in the form of BackupLayout, and -2, -3 and so on
	// after it for further backups of the same second.
	Stamp string
}

// Backups lists the backups of a file, which lie next to it (next to the file
// behind the links, if path is one), the newest first. Only regular files of
// the same owner are listed: others may have been put there by anybody who can
// write into the folder. Temporary files are not backups. The error is a
// sentence and wraps the one of the operating system; the file itself has to
// exist.
func Backups(path string) ([]Backup, error) {
	dir, name, err := openFolderOf(path)
	if err != nil {
		return nil, backupError("looking for the backups of "+path, err)
	}
	defer dir.close()
	backups, err := backupsIn(dir, name)
	if err != nil {
		return nil, backupError("looking for the backups of "+path, err)
	}
	return backups, nil
}

func backupError(step string, err error) error {
	return newError(fmt.Sprintf("%s: %v", step, cause(err)), "", advice(err), err)
}

// openFolderOf opens the folder of the file behind the links.
func openFolderOf(path string) (dir *folder, name string, err error) {
	real, err := resolvePath(path)
	if err != nil {
		return nil, "", err
	}
	dir, err = openFolder(filepath.Dir(real))
	return dir, filepath.Base(real), err
}

func backupsIn(dir *folder, name string) (backups []Backup, err error) {
	file, err := dir.stat(name)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir.path)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		stamp, ok := strings.CutPrefix(e.Name(), tempPrefix(name))
		if _, _, valid := parseStamp(stamp); !ok || !valid {
			continue
		}
		s, err := dir.stat(e.Name())
		if err == nil && s.kind() == "" && s.sameOwner(file) {
			backups = append(backups, Backup{Path: dir.join(e.Name()), Stamp: stamp})
		}
	}
	slices.SortFunc(backups, newestFirst)
	return backups, nil
}

func newestFirst(a, b Backup) int {
	momentA, nA, _ := parseStamp(a.Stamp)
	momentB, nB, _ := parseStamp(b.Stamp)
	return cmp.Or(strings.Compare(momentB, momentA), cmp.Compare(nB, nA))
}

// parseStamp takes a stamp apart into its moment and the number after it, which
// is 1 where there is none.
func parseStamp(stamp string) (moment string, n int, ok bool) {
	moment, number, numbered := strings.Cut(stamp, "-")
	// The length, as time.Parse takes fractions of a second too.
	if _, err := time.Parse(BackupLayout, moment); err != nil || len(moment) != len(BackupLayout) {
		return "", 0, false
	}
	if !numbered {
		return moment, 1, true
	}
	n, err := strconv.Atoi(number)
	return moment, n, err == nil && n >= 2 && strconv.Itoa(n) == number
}

// Read returns the content of the backup. The error is a sentence and wraps the
// one of the operating system.
func (b Backup) Read() ([]byte, error) {
	content, err := b.read()
	if err != nil {
		return nil, backupError("reading the backup "+b.Path, err)
	}
	return content, nil
}

func (b Backup) read() ([]byte, error) {
	dir, err := openFolder(filepath.Dir(b.Path))
	if err != nil {
		return nil, err
	}
	defer dir.close()
	f, err := dir.openFile(filepath.Base(b.Path))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s, err := stateOf(f)
	if err != nil {
		return nil, err
	}
	if kind := s.kind(); kind != "" {
		return nil, fmt.Errorf("it is %s: %w", kind, fs.ErrInvalid)
	}
	return io.ReadAll(f)
}

// UndoRequest says which file gets the content of which backup again.
type UndoRequest struct {
	// Path is the file as the user named it, as in WriteRequest.
	Path string
	// Backup is one of Backups(Path).
	Backup Backup
	// Old is the content that the file has now, as it was shown to the user.
	Old []byte
	// New is the content of the backup, as it was shown to the user.
	New []byte
	// Validate is asked before the file is written, as in WriteRequest.
	Validate func(tempPath string) error
}

// Undo gives files the content of their backups again, all of them or none, as
// WriteAll does, and removes the backups. The files keep the owner, mode and
// attributes that they have now. Where Old equals New the backup is removed and
// nothing else. A backup that is no longer what was shown is kept, with a
// warning.
func Undo(reqs []UndoRequest, verify func() error) (Written, error) {
	var writes []WriteRequest
	for _, r := range reqs {
		if err := r.check(); err != nil {
			return Written{}, err
		}
		writes = append(writes, WriteRequest{Path: r.Path, Old: r.Old, New: r.New, Validate: r.Validate})
	}
	done, err := WriteAll(writes, verify)
	if err != nil {
		return Written{}, err
	}
	for _, r := range reqs {
		if err := r.removeBackup(); err != nil {
			done.Warnings = append(done.Warnings, fmt.Sprintf("%s has the content of the backup %s again, but the backup was not removed: %v",
				r.Path, r.Backup.Path, cause(err)))
		}
	}
	return done, nil
}

// check refuses a backup of another file. Where WriteAll has nothing to write,
// it looks in its place whether the file is what the user saw.
func (r *UndoRequest) check() error {
	backups, err := Backups(r.Path)
	if err != nil {
		return err
	}
	if !slices.Contains(backups, r.Backup) {
		return newError(fmt.Sprintf("%s is no backup of %s, or is gone", r.Backup.Path, r.Path), nothingWritten, "run the command again", fs.ErrNotExist)
	}
	if !bytes.Equal(r.Old, r.New) {
		return nil
	}
	dir, name, err := openFolderOf(r.Path)
	if err != nil {
		return backupError("looking at "+r.Path, err)
	}
	defer dir.close()
	if err := contentIs(dir, name, r.Old); err != nil {
		return (&writer{req: WriteRequest{Path: r.Path}}).changed()
	}
	return nil
}

func (r *UndoRequest) removeBackup() error {
	dir, err := openFolder(filepath.Dir(r.Backup.Path))
	if err != nil {
		return err
	}
	defer dir.close()
	name := filepath.Base(r.Backup.Path)
	if err := contentIs(dir, name, r.New); err != nil {
		return err
	}
	return dir.remove(name)
}

// contentIs returns an error if a file does not have this content.
func contentIs(dir *folder, name string, content []byte) error {
	f, err := dir.openFile(name)
	if err != nil {
		return err
	}
	defer f.Close()
	same, err := hasContent(f, content)
	if err == nil && !same {
		err = errors.New("another program changed it")
	}
	return err
}

// checkBackup refuses what could not be found again as a backup.
func (w *writer) checkBackup() error {
	if w.req.Backup == "" {
		return nil
	}
	if moment, _, ok := parseStamp(w.req.Backup); !ok || moment != w.req.Backup {
		return newError(fmt.Sprintf("%s: %q does not name a moment, as %s does", w.req.Path, w.req.Backup, BackupLayout),
			nothingWritten, "", fs.ErrInvalid)
	}
	if len(w.name) > longestName {
		return newError(fmt.Sprintf("the name of %s has %d bytes, which is too long for a backup", w.req.Path, len(w.name)),
			nothingWritten, fmt.Sprintf("run the command without a backup, or give the file a name of at most %d bytes", longestName), fs.ErrInvalid)
	}
	return nil
}

// publishBackup gives the finished backup its name, and flushes that to disk.
func (w *writer) publishBackup() error {
	if w.copy == "" {
		return nil
	}
	const most = 1000 // in one second
	for n := 1; n <= most; n++ {
		name := tempPrefix(w.name) + w.req.Backup
		if n > 1 {
			name += "-" + strconv.Itoa(n)
		}
		err := w.dir.renameNew(w.copy, name)
		if errors.Is(err, fs.ErrExist) && n < most {
			continue
		}
		if err != nil {
			return w.failed("naming the backup", err)
		}
		w.copy, w.backup = "", name
		break
	}
	if err := w.dir.sync(); err != nil {
		return w.failed("flushing the backup to disk", err)
	}
	return nil
}
