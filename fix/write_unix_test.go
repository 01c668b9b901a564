//go:build linux || darwin

package fix

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// childJob is what a child process, which is the test program started anew,
// does instead of the tests.
type childJob struct {
	Files []childFile
	// Refuse has verify refuse what was written.
	Refuse bool
	// FileLimit is the RLIMIT_FSIZE of the child in bytes, 0 for none.
	FileLimit uint64
}

type childFile struct {
	Path   string
	Create bool
	Backup string
	// Size is the size of the new content in bytes.
	Size int
}

const childEnv = "SSHVET_TEST_WRITE"

// childResult is what the child prints.
type childResult struct {
	Error    string
	Errno    syscall.Errno
	Warnings []string
	// Lost is set if a file was not brought back.
	Lost bool
}

// init, and not TestMain, as it always runs on the first thread of the process:
// the one whose system calls strace counts.
func init() {
	var job childJob
	if json.Unmarshal([]byte(os.Getenv(childEnv)), &job) != nil {
		return
	}
	runtime.LockOSThread()
	if job.FileLimit > 0 {
		signal.Ignore(syscall.SIGXFSZ)
		limit := unix.Rlimit{Cur: job.FileLimit, Max: job.FileLimit}
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
			panic(err)
		}
	}
	_, _ = unix.Getsid(0) // marks the start in the trace
	done, err := WriteAll(job.requests(), job.verify())
	_, _ = unix.Getsid(0)
	result := childResult{Warnings: done.Warnings}
	if err != nil {
		result.Error = err.Error()
		result.Lost = errors.Is(err, ErrNotRestored)
		errors.As(err, &result.Errno)
	}
	_ = json.NewEncoder(os.Stdout).Encode(result)
	os.Exit(0)
}

func (j childJob) requests() (reqs []WriteRequest) {
	for _, f := range j.Files {
		reqs = append(reqs, WriteRequest{Path: f.Path, Create: f.Create, Backup: f.Backup, Old: []byte(oldText), New: f.content()})
	}
	return reqs
}

func (j childJob) verify() func() error {
	if !j.Refuse {
		return nil
	}
	return func() error { return errors.New("Bad configuration option") }
}

// content repeats a line up to the size, so that a cut shows.
func (f childFile) content() []byte {
	text := make([]byte, 0, f.Size+len(newText))
	for len(text) < f.Size {
		text = append(text, newText...)
	}
	return text
}

// replacing is the job to replace one file.
func replacing(path string) childJob {
	return childJob{Files: []childFile{{Path: path, Size: 10}}}
}

// command returns the command that does the job, behind the words of prefix.
func (j childJob) command(t *testing.T, program string, prefix ...string) *exec.Cmd {
	t.Helper()
	job, err := json.Marshal(j)
	must(t, err)
	words := append(prefix, program)
	cmd := exec.Command(words[0], words[1:]...)
	// The race detector lets each process sleep for a second at its end.
	race := "GORACE=" + os.Getenv("GORACE") + " atexit_sleep_ms=0"
	cmd.Env = append(os.Environ(), childEnv+"="+string(job), race)
	return cmd
}

func runChild(t *testing.T, cmd *exec.Cmd) (r childResult) {
	t.Helper()
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	must(t, err)
	must(t, json.Unmarshal(out, &r))
	return r
}

func testProgram(t *testing.T) string {
	t.Helper()
	program, err := os.Executable()
	must(t, err)
	return program
}

// runAsNobody does the job as the user 65534. The test program is copied, as
// the folder it lies in is closed to others.
func runAsNobody(t *testing.T, job childJob) childResult {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root, to become another user")
	}
	dir := tempDir(t)
	program := filepath.Join(dir, "program")
	copyProgram(t, program)
	openWay(t, dir)
	cmd := job.command(t, program)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return runChild(t, cmd)
}

func copyProgram(t *testing.T, to string) {
	t.Helper()
	in, err := os.Open(testProgram(t))
	must(t, err)
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o755)
	must(t, err)
	_, err = io.Copy(out, in)
	must(t, errors.Join(err, out.Close(), os.Chmod(to, 0o755)))
}

// openWay lets everybody pass to a folder of this test.
func openWay(t *testing.T, dir string) {
	t.Helper()
	must(t, os.Chmod(dir, 0o755))
	must(t, os.Chmod(filepath.Dir(dir), 0o755))
}

func modeOf(t *testing.T, path string) uint32 {
	t.Helper()
	var st unix.Stat_t
	must(t, unix.Lstat(path, &st))
	return uint32(st.Mode) & 0o7777
}

func TestWriteKeepsMode(t *testing.T) {
	// A umask that takes nothing would hide a missing chmod, and one that takes
	// all would hide a missing one on creation.
	for _, umask := range []int{0, 0o777} {
		for _, mode := range []uint32{0o600, 0o640, 0o644, 0o444, 0o666, 0o4755, 0o2750, 0o1777, 0o7777} {
			t.Run(fmt.Sprintf("%04o umask %03o", mode, umask), func(t *testing.T) {
				path := oldFile(t)
				must(t, unix.Chmod(path, mode))
				before := unix.Umask(umask)
				warnings, err := Write(request(path))
				unix.Umask(before)
				if err != nil || len(warnings) > 0 {
					t.Fatal(warnings, err)
				}
				if got := modeOf(t, path); got != mode {
					t.Errorf("mode %04o", got)
				}
				wantContent(t, path, newText)
			})
		}
	}
}

func TestWriteKeepsOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to give files away")
	}
	for _, mode := range []uint32{0o640, 0o6755} {
		path := oldFile(t)
		must(t, os.Chown(path, 1000, 1001))
		must(t, unix.Chmod(path, mode))
		written(t, request(path))
		var st unix.Stat_t
		must(t, unix.Stat(path, &st))
		if st.Uid != 1000 || st.Gid != 1001 || uint32(st.Mode)&0o7777 != mode {
			t.Errorf("owner %d, group %d, mode %04o", st.Uid, st.Gid, uint32(st.Mode)&0o7777)
		}
	}
}

// The owner cannot be kept, so nothing is written, though the folder would
// allow it.
func TestWriteRefusesWhenOwnerIsLost(t *testing.T) {
	path := oldFile(t)
	dir := filepath.Dir(path)
	openWay(t, dir)
	must(t, os.Chmod(dir, 0o777))
	must(t, os.Chmod(path, 0o644))
	got := runAsNobody(t, replacing(path))
	wantWords(t, got.Error, path, "was not written", "the owner 0 and group 0", "run the command with sudo")
	if got.Errno != unix.EPERM {
		t.Errorf("errno %v", got.Errno)
	}
	wantContent(t, path, oldText)
	wantNames(t, dir, "config")
}

func TestWriteReadOnlyFolder(t *testing.T) {
	path := oldFile(t)
	dir := filepath.Dir(path)
	openWay(t, dir)
	must(t, os.Chmod(path, 0o666))
	got := runAsNobody(t, replacing(path))
	wantWords(t, got.Error, path, "was not written", "permission denied", "run the command with sudo")
	if got.Errno != unix.EACCES {
		t.Errorf("errno %v", got.Errno)
	}
	wantContent(t, path, oldText)
	wantNames(t, dir, "config")
}

func TestWriteUnreadableFile(t *testing.T) {
	path := oldFile(t)
	openWay(t, filepath.Dir(path))
	got := runAsNobody(t, replacing(path))
	wantWords(t, got.Error, path, "opening it", "permission denied", "run the command with sudo")
	wantContent(t, path, oldText)
}

func TestWriteCreateInReadOnlyFolder(t *testing.T) {
	dir := tempDir(t)
	openWay(t, dir)
	for _, name := range []string{"config", "a/config"} {
		job := replacing(filepath.Join(dir, name))
		job.Files[0].Create = true
		got := runAsNobody(t, job)
		wantWords(t, got.Error, filepath.Join(dir, name), "permission denied", "run the command with sudo")
	}
	wantNames(t, dir)
}

// A limit on the size of files cuts the new file off half way, as a full disk
// does.
func TestWriteCutOff(t *testing.T) {
	for _, create := range []bool{false, true} {
		path := oldFile(t)
		file := childFile{Path: path, Size: 100_000}
		if create {
			file.Path, file.Create = filepath.Join(filepath.Dir(path), "sub", "new"), true
		}
		job := childJob{Files: []childFile{file}, FileLimit: 50_000}
		got := runChild(t, job.command(t, testProgram(t)))
		wantWords(t, got.Error, file.Path, "was not written", "file too large", "ulimit -f")
		if got.Errno != unix.EFBIG {
			t.Errorf("errno %v", got.Errno)
		}
		wantContent(t, path, oldText)
		wantNames(t, filepath.Dir(path), "config")
	}
}

// inTime fails the test if the function hangs, as opening a FIFO would.
func inTime(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Fatal("hangs")
	}
}

func TestWriteRefusesWhatIsNoFile(t *testing.T) {
	dir := tempDir(t)
	fifo, link := filepath.Join(dir, "fifo"), filepath.Join(dir, "link")
	must(t, unix.Mkfifo(fifo, 0o600))
	symlink(t, fifo, link)
	socket := filepath.Join(dir, "socket")
	listen(t, socket)
	for path, words := range map[string]string{
		fifo: "a named pipe", link: "a named pipe", socket: "a socket", "/dev/null": "a device", dir: "a folder",
	} {
		inTime(t, func() {
			if err := refused(t, request(path), words, "nothing was written"); !errors.Is(err, fs.ErrInvalid) {
				t.Errorf("error %q", err)
			}
		})
	}
	wantNames(t, dir, "fifo", "link", "socket")
}

func listen(t *testing.T, path string) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	must(t, err)
	t.Cleanup(func() { unix.Close(fd) })
	// The path of a socket is short, and that of a test is long.
	t.Chdir(filepath.Dir(path))
	must(t, unix.Bind(fd, &unix.SockaddrUnix{Name: filepath.Base(path)}))
}

// A FIFO that takes the place of the file after the first look hangs nobody.
func TestWriteRefusesFIFOMeanwhile(t *testing.T) {
	path := oldFile(t)
	req := request(path)
	req.Validate = func(string) error { return errors.Join(os.Remove(path), unix.Mkfifo(path, 0o600)) }
	inTime(t, func() { refused(t, req, "changed") })
	dir, err := openFolder(filepath.Dir(path))
	must(t, err)
	defer dir.close()
	inTime(t, func() {
		if f, err := dir.openFile("config"); err == nil {
			f.Close()
		}
	})
	wantNames(t, filepath.Dir(path), "config")
}

// renameNew must not replace a file in any of its ways.
func TestRenameNewFallback(t *testing.T) {
	path := oldFile(t)
	dir, err := openFolder(filepath.Dir(path))
	must(t, err)
	defer dir.close()
	must(t, os.WriteFile(dir.join("new"), []byte(newText), 0o600))
	for _, rename := range []func(string, string) error{dir.renameNew, dir.linkNew} {
		if err := rename("new", "config"); !errors.Is(err, fs.ErrExist) {
			t.Errorf("error %v", err)
		}
	}
	wantContent(t, path, oldText)
	must(t, dir.linkNew("new", "newer"))
	wantNames(t, dir.path, "config", "newer")
}
