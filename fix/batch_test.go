package fix

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// batchIn writes the files a, b and c and returns requests to replace them.
func batchIn(t *testing.T, dir string) (reqs []WriteRequest) {
	t.Helper()
	for _, name := range []string{"a", "b", "c"} {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(oldText), 0o600))
		reqs = append(reqs, request(path))
	}
	return reqs
}

func wantAll(t *testing.T, reqs []WriteRequest) {
	t.Helper()
	for _, r := range reqs {
		wantContent(t, r.Path, string(r.New))
	}
}

func wantNone(t *testing.T, reqs []WriteRequest) {
	t.Helper()
	for _, r := range reqs {
		if !r.Create {
			wantContent(t, r.Path, string(r.Old))
		} else if _, err := os.Lstat(r.Path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s exists: %v", r.Path, err)
		}
	}
}

// losses are the warnings of each Write that replaces a file.
func losses() int {
	if notKept != "" {
		return 1
	}
	return 0
}

func TestWriteAllWrites(t *testing.T) {
	dir := tempDir(t)
	reqs := batchIn(t, dir)
	reqs = append(reqs, WriteRequest{Path: filepath.Join(dir, "new.d", "x", "d"), New: []byte(newText), Create: true, Mode: 0o644})
	reqs = append(reqs, WriteRequest{Path: filepath.Join(dir, "new.d", "x", "e"), New: []byte(newText), Create: true})
	reqs = append(reqs, WriteRequest{Path: filepath.Join(dir, "none"), Old: []byte("a"), New: []byte("a")})
	reqs[1].Backup = stampForTest
	verified := 0
	done, err := WriteAll(reqs, func() error {
		verified++
		wantAll(t, reqs[:5])
		return nil
	})
	must(t, err)
	wantAll(t, reqs[:5])
	backup := filepath.Join(dir, ".b.sshvet-"+stampForTest)
	if verified != 1 || len(done.Warnings) != losses() || len(done.Backups) != 1 || done.Backups[0] != backup {
		t.Errorf("verified %d times, %+v", verified, done)
	}
	wantContent(t, backup, oldText)
	wantNames(t, dir, filepath.Base(backup), "a", "b", "c", "new.d")
	wantNames(t, filepath.Join(dir, "new.d", "x"), "d", "e")
	if runtime.GOOS != "windows" {
		wantMode(t, reqs[3].Path, 0o644)
		wantMode(t, reqs[4].Path, 0o600)
	}
}

func TestWriteAllOfNothing(t *testing.T) {
	for _, reqs := range [][]WriteRequest{nil, {{Path: "none", Old: []byte("a"), New: []byte("a")}}} {
		done, err := WriteAll(reqs, func() error { t.Error("verify is called"); return nil })
		if err != nil || done.Warnings != nil || done.Backups != nil {
			t.Errorf("%+v, %v", done, err)
		}
	}
}

func TestWriteAllVerifyRefuses(t *testing.T) {
	dir := tempDir(t)
	reqs := batchIn(t, dir)
	reqs[0].Backup, reqs[1].Backup = stampForTest, stampForTest
	reqs = append(reqs, WriteRequest{Path: filepath.Join(dir, "new.d", "x", "d"), New: []byte(newText), Create: true})
	reqs = append(reqs, WriteRequest{Path: filepath.Join(dir, "new.d", "x", "e"), New: []byte(newText), Create: true})
	bad := errors.New("Bad configuration option")
	done, err := WriteAll(reqs, func() error { wantAll(t, reqs); return bad })
	if err == nil || err.Error() != "the new content was refused: Bad configuration option; all 5 files are as they were" {
		t.Errorf("error %v", err)
	}
	if !errors.Is(err, bad) || errors.Is(err, ErrNotRestored) || done.Warnings != nil || done.Backups != nil {
		t.Errorf("%+v, error %v", done, err)
	}
	wantNone(t, reqs)
	wantNames(t, dir, "a", "b", "c")
}

func TestWriteAllVerifyRefusesOne(t *testing.T) {
	path := oldFile(t)
	no := func() error { return errors.New("no") }
	_, err := WriteAll([]WriteRequest{request(path)}, no)
	if want := path + " was not written: the new content was refused: no; it is as it was"; err == nil || err.Error() != want {
		t.Errorf("error %v", err)
	}
	wantContent(t, path, oldText)
	created := filepath.Join(filepath.Dir(path), "x", "new")
	_, err = WriteAll([]WriteRequest{{Path: created, Create: true}}, no)
	if want := created + " was not written: the new content was refused: no; it does not exist, as before"; err == nil || err.Error() != want {
		t.Errorf("error %v", err)
	}
	wantNames(t, filepath.Dir(path), "config")
}

func TestWriteAllVerifyPanics(t *testing.T) {
	dir := tempDir(t)
	reqs := batchIn(t, dir)
	func() {
		defer func() { _ = recover() }()
		_, _ = WriteAll(reqs, func() error { panic("bug") })
		t.Error("no panic")
	}()
	wantNone(t, reqs)
	wantNames(t, dir, "a", "b", "c")
}

// The last file has changed: the others are not touched, or brought back.
func TestWriteAllRefusesChange(t *testing.T) {
	for _, early := range []bool{true, false} {
		dir := tempDir(t)
		reqs := batchIn(t, dir)
		reqs[0].Backup = stampForTest
		later := oldText + "# by hand\n"
		change := func(string) error { return os.WriteFile(reqs[2].Path, []byte(later), 0o600) }
		if early {
			must(t, change(""))
		} else {
			reqs[2].Validate = change
		}
		_, err := WriteAll(reqs, nil)
		want := reqs[2].Path + " changed while sshvet was looking at it; all 3 files are as they were; run the command again"
		if err == nil || err.Error() != want || !errors.Is(err, ErrChanged) {
			t.Errorf("error %v", err)
		}
		wantNone(t, reqs[:2])
		wantContent(t, reqs[2].Path, later)
		wantNames(t, dir, "a", "b", "c")
	}
}

// Each Validate is asked while nothing is replaced yet.
func TestWriteAllValidatesFirst(t *testing.T) {
	dir := tempDir(t)
	reqs := batchIn(t, dir)
	asked := 0
	for i := range reqs {
		reqs[i].Validate = func(temp string) error {
			asked++
			wantNone(t, reqs)
			wantContent(t, temp, newText)
			if i == 2 {
				return errors.New("no")
			}
			return nil
		}
	}
	_, err := WriteAll(reqs, func() error { t.Error("verify is called"); return nil })
	if want := reqs[2].Path + " was not written: the new content was refused: no; all 3 files are as they were"; err == nil || err.Error() != want {
		t.Errorf("error %v", err)
	}
	if asked != 3 {
		t.Errorf("%d asked", asked)
	}
	wantNone(t, reqs)
	wantNames(t, dir, "a", "b", "c")
}

func TestWriteAllSameFileTwice(t *testing.T) {
	path := oldFile(t)
	link := path + "-link"
	symlink(t, path, link)
	reqs := []WriteRequest{request(path), request(link)}
	asked := ""
	reqs[1].Validate = func(temp string) error { asked = temp; return nil }
	done, err := WriteAll(reqs, nil)
	must(t, err)
	wantContent(t, path, newText)
	if asked == "" || len(done.Warnings) != losses() {
		t.Errorf("asked %q, %+v", asked, done)
	}
	must(t, os.WriteFile(path, []byte(oldText), 0o600))
	reqs[1].New = []byte("other")
	_, err = WriteAll(reqs, nil)
	if want := path + " and " + link + " lead to the same file, which cannot get two contents; all 2 files are as they were; name only one of them"; err == nil || err.Error() != want {
		t.Errorf("error %v", err)
	}
	wantContent(t, path, oldText)
	wantNames(t, filepath.Dir(path), "config", "config-link")
}

func TestWriteAllCreatesSameFileTwice(t *testing.T) {
	path := filepath.Join(tempDir(t), "d", "config")
	req := WriteRequest{Path: path, New: []byte(newText), Create: true}
	other := req
	other.New = []byte(oldText)
	if _, err := WriteAll([]WriteRequest{req, other}, nil); err == nil {
		t.Error("no error")
	}
	wantNames(t, filepath.Dir(filepath.Dir(path)))
	_, err := WriteAll([]WriteRequest{req, req}, nil)
	must(t, err)
	wantContent(t, path, newText)
}

func TestWriteAllHardLinks(t *testing.T) {
	path := oldFile(t)
	other := path + "-2"
	must(t, os.Link(path, other))
	_, err := WriteAll([]WriteRequest{request(path), request(other)}, nil)
	if err == nil {
		t.Fatal("no error")
	}
	wantWords(t, err.Error(), path, other, "are two names of one file", "name only one of them")
	wantContent(t, path, oldText)
	wantNames(t, filepath.Dir(path), "config", "config-2")
}

// A program that changes a file after it was replaced is not undone: its
// content stays, and the old one lies where the error says.
func TestWriteAllLeavesWhatOthersWrote(t *testing.T) {
	theirs := oldText + "# theirs\n"
	for name, change := range map[string]func(path string) error{
		"in place": func(path string) error { return os.WriteFile(path, []byte(theirs), 0o600) },
		"another file": func(path string) error {
			return errors.Join(os.WriteFile(path+"-new", []byte(theirs), 0o600), os.Rename(path+"-new", path))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tempDir(t)
			reqs := batchIn(t, dir)
			_, err := WriteAll(reqs, func() error { return errors.Join(change(reqs[1].Path), errors.New("no")) })
			if !errors.Is(err, ErrNotRestored) {
				t.Fatalf("error %v", err)
			}
			wantWords(t, err.Error(), "the new content was refused: no; but "+reqs[1].Path+" was changed by another program meanwhile and is left like that; "+
				"its old content is in "+filepath.Join(dir, ".b.sshvet-"), "to b to have it back; all other files are as they were")
			wantContent(t, reqs[1].Path, theirs)
			wantNone(t, []WriteRequest{reqs[0], reqs[2]})
			got := names(dir)
			if len(got) != 4 || !strings.Contains(err.Error(), got[0]) {
				t.Fatalf("%v: %q", err, got)
			}
			wantContent(t, filepath.Join(dir, got[0]), oldText)
		})
	}
}

// The same for a file that was created.
func TestWriteAllLeavesWhatOthersWroteIntoNewFile(t *testing.T) {
	path := filepath.Join(tempDir(t), "d", "config")
	_, err := WriteAll([]WriteRequest{{Path: path, New: []byte(newText), Create: true}}, func() error {
		return errors.Join(os.WriteFile(path, []byte("theirs"), 0o600), errors.New("no"))
	})
	if !errors.Is(err, ErrNotRestored) {
		t.Errorf("error %v", err)
	}
	wantWords(t, err.Error(), path+" was changed by another program meanwhile and is left like that")
	wantContent(t, path, "theirs")
	wantNames(t, filepath.Dir(path), "config")
}

// Somebody removed the old content from under its dot name.
func TestWriteAllOldContentGone(t *testing.T) {
	for _, backup := range []string{"", stampForTest} {
		path := oldFile(t)
		dir := filepath.Dir(path)
		req := request(path)
		req.Backup = backup
		_, err := WriteAll([]WriteRequest{req}, func() error {
			for _, name := range names(dir) {
				if strings.HasPrefix(name, ".") && !strings.HasSuffix(name, stampForTest) {
					must(t, os.Remove(filepath.Join(dir, name)))
				}
			}
			return errors.New("no")
		})
		if !errors.Is(err, ErrNotRestored) {
			t.Fatalf("error %v", err)
		}
		wantContent(t, path, newText)
		if backup == "" {
			wantWords(t, err.Error(), "could not be brought back", "and has its new content; its old content is gone from "+dir)
			continue
		}
		wantWords(t, err.Error(), "its old content is in "+filepath.Join(dir, ".config.sshvet-"+backup)+": rename")
		wantNames(t, dir, ".config.sshvet-"+backup, "config")
	}
}

// A program that has the old file open writes to it, after it was replaced.
func TestWriteAllKeepsLateWrite(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files that are open are not replaced there")
	}
	path := oldFile(t)
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	defer f.Close()
	done, err := WriteAll([]WriteRequest{request(path)}, func() error {
		_, err := f.WriteString("# late\n")
		return err
	})
	must(t, err)
	got := names(filepath.Dir(path))
	if len(got) != 2 || len(done.Warnings) != 1 {
		t.Fatalf("%q, %+v", got, done)
	}
	wantWords(t, done.Warnings[0], path+" is written, but "+filepath.Join(filepath.Dir(path), got[0]), "another program changed it")
	wantContent(t, path, newText)
	wantContent(t, filepath.Join(filepath.Dir(path), got[0]), oldText+"# late\n")
}

// Who reads while files are replaced and brought back always finds the old
// content or the new one.
func TestWriteAllUnderReaders(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open is not replaced there")
	}
	reqs := batchIn(t, tempDir(t))
	stop, reads := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		defer func() { reads <- n }()
		for {
			select {
			case <-stop:
				return
			default:
			}
			for _, r := range reqs {
				if got, err := os.ReadFile(r.Path); err != nil || string(got) != oldText && string(got) != newText {
					t.Errorf("%q, %v", got, err)
				}
				n++
			}
		}
	}()
	const rounds = 50
	for range rounds {
		if _, err := WriteAll(reqs, func() error { return errors.New("no") }); err == nil || errors.Is(err, ErrNotRestored) {
			t.Fatal(err)
		}
	}
	close(stop)
	t.Logf("%d reads during %d replacements that were taken back: all whole", <-reads, rounds*len(reqs))
}

// Two at the same time: at most one has its way, and what it wrote stays.
func TestWriteAllTwoAtOnce(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only where files can swap names for sure")
	}
	path := oldFile(t)
	var won, none int
	for i := range 100 {
		must(t, os.WriteFile(path, []byte(oldText), 0o600))
		results := make(chan string, 2)
		for k := range 2 {
			text := fmt.Sprint(newText, i, k)
			go func() {
				_, err := WriteAll([]WriteRequest{{Path: path, Old: []byte(oldText), New: []byte(text)}}, nil)
				if err != nil {
					text = ""
				}
				results <- text
			}()
		}
		a, b := <-results, <-results
		switch {
		case a != "" && b != "":
			t.Fatal("both say that they wrote")
		case a+b == "":
			none++
			wantContent(t, path, oldText)
		default:
			won++
			wantContent(t, path, a+b)
		}
		wantNames(t, filepath.Dir(path), "config")
	}
	t.Logf("%d races: one wrote in %d, none in %d", won+none, won, none)
}

func TestWriteAllWarnsOfLosses(t *testing.T) {
	if notKept == "" {
		t.Skip("nothing is lost here")
	}
	done, err := WriteAll(batchIn(t, tempDir(t)), nil)
	must(t, err)
	if len(done.Warnings) != 1 {
		t.Errorf("warnings: %q", done.Warnings)
	}
}
