package fix

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
)

// setXattr skips the test where the file system has no such attribute.
func setXattr(t *testing.T, path, name string, value []byte) {
	t.Helper()
	err := unix.Setxattr(path, name, value, 0)
	if errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.EPERM) {
		t.Skipf("cannot set %s here: %v", name, err)
	}
	must(t, err)
}

func xattr(t *testing.T, path, name string) []byte {
	t.Helper()
	value := make([]byte, 64<<10)
	n, err := unix.Getxattr(path, name, value)
	if errors.Is(err, unix.ENODATA) {
		return nil
	}
	must(t, err)
	return value[:n]
}

// acl returns the POSIX ACL that gives user 1000 these rights, as the kernel
// takes it: a version, then tag, rights and id of each entry.
func acl(user, group, mask uint16) []byte {
	const none = 0xffffffff
	out := binary.LittleEndian.AppendUint32(nil, 2)
	for _, e := range []struct {
		tag, rights uint16
		id          uint32
	}{{1, 6, none}, {2, user, 1000}, {4, group, none}, {0x10, mask, none}, {0x20, 0, none}} {
		out = binary.LittleEndian.AppendUint16(out, e.tag)
		out = binary.LittleEndian.AppendUint16(out, e.rights)
		out = binary.LittleEndian.AppendUint32(out, e.id)
	}
	return out
}

func TestWriteKeepsXattrs(t *testing.T) {
	path := oldFile(t)
	values := map[string][]byte{
		"user.x":     []byte("a\x00b"),
		"user.empty": {},
		"user.large": bytes.Repeat([]byte("x"), 2000),
	}
	for name, value := range values {
		setXattr(t, path, name, value)
	}
	// The owner cannot write the file; its attributes are copied all the same.
	must(t, os.Chmod(path, 0o444))
	written(t, request(path))
	for name, value := range values {
		if got := xattr(t, path, name); !bytes.Equal(got, value) {
			t.Errorf("%s is %q, not %q", name, got, value)
		}
	}
}

// The label of SELinux and the trusted attributes need root.
func TestWriteKeepsPrivilegedXattrs(t *testing.T) {
	for name, value := range map[string]string{
		"trusted.x":        "y",
		"security.selinux": "system_u:object_r:etc_t:s0\x00",
	} {
		t.Run(name, func(t *testing.T) {
			path := oldFile(t)
			setXattr(t, path, name, []byte(value))
			written(t, request(path))
			if got := xattr(t, path, name); string(got) != value {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestWriteKeepsACL(t *testing.T) {
	for _, want := range [][]byte{acl(4, 0, 4), acl(6, 4, 6), acl(6, 4, 0)} {
		path := oldFile(t)
		setXattr(t, path, aclXattr, want)
		mode := modeOf(t, path)
		written(t, request(path))
		if got := xattr(t, path, aclXattr); !bytes.Equal(got, want) {
			t.Errorf("ACL %x, not %x", got, want)
		}
		if got := modeOf(t, path); got != mode {
			t.Errorf("mode %04o, not %04o", got, mode)
		}
	}
}

// The folder hands an ACL down to new files. The original has none, and so must
// the new file.
func TestWriteDropsInheritedACL(t *testing.T) {
	path := oldFile(t)
	must(t, os.Chmod(path, 0o640))
	dir := filepath.Dir(path)
	setXattr(t, dir, "system.posix_acl_default", acl(7, 7, 7))
	must(t, os.WriteFile(filepath.Join(dir, "other"), nil, 0o600))
	if xattr(t, filepath.Join(dir, "other"), aclXattr) == nil {
		t.Skip("ACLs are not handed down here")
	}
	written(t, request(path))
	if got := xattr(t, path, aclXattr); got != nil {
		t.Errorf("ACL %x", got)
	}
	if got := modeOf(t, path); got != 0o640 {
		t.Errorf("mode %04o", got)
	}
}

// tmpfs is another file system, with its own answers to each call.
func TestWriteOnTmpfs(t *testing.T) {
	dir, err := os.MkdirTemp("/dev/shm", "sshvet")
	if err != nil {
		t.Skip("no /dev/shm:", err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "config")
	must(t, os.WriteFile(path, []byte(oldText), 0o640))
	written(t, request(path))
	written(t, WriteRequest{Path: filepath.Join(dir, "new", "config"), New: []byte(newText), Create: true})
}

// step is a system call of Write: the number-th of its name in the process.
type step struct {
	call   string
	number int
}

func (s step) String() string { return fmt.Sprintf("%s-%d", s.call, s.number) }

// traced are the calls that can fail or leave something half done. getsid
// marks where Write begins and ends.
const traced = "openat,newfstatat,fstat,stat,lstat,statx,read,write,ftruncate,fchown,fchownat,fchmod,fchmodat," +
	"flistxattr,fgetxattr,fsetxattr,fremovexattr,fsync,close,renameat,renameat2,rename,linkat,unlinkat,mkdirat,mkdir,getsid"

// steps runs the job under strace and lists its system calls in order.
func steps(t *testing.T, strace string, job childJob) []step {
	t.Helper()
	log := filepath.Join(t.TempDir(), "trace")
	runChild(t, job.command(t, testProgram(t), strace, "-o", log, "-e", "trace="+knownCalls(t, strace)))
	trace, err := os.ReadFile(log)
	must(t, err)
	var out []step
	seen := map[string]int{}
	name := regexp.MustCompile(`(?m)^(\w+)\(`)
	for _, m := range name.FindAllStringSubmatch(string(trace), -1) {
		seen[m[1]]++
		if m[1] != "getsid" && seen["getsid"] == 1 {
			out = append(out, step{m[1], seen[m[1]]})
		}
	}
	if len(out) < 15 || seen["getsid"] != 2 {
		t.Fatalf("the trace has too little:\n%s", trace)
	}
	return out
}

// knownCalls marks each name with "?", as not every architecture has them all.
func knownCalls(t *testing.T, strace string) string {
	t.Helper()
	return "?" + strings.ReplaceAll(traced, ",", ",?")
}

// findStrace skips the test where strace is missing or may not trace.
func findStrace(t *testing.T) string {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		needTool(t, "strace")
	}
	if out, err := exec.Command(strace, "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("strace does not work here: %v: %s", err, out)
	}
	return strace
}

// scene is a job on a folder made afresh for each step.
type scene struct {
	name string
	job  func(t *testing.T) childJob
}

var scenes = []scene{
	{"replace", func(t *testing.T) childJob {
		path := oldFile(t)
		must(t, os.Chmod(path, 0o640))
		if os.Geteuid() == 0 {
			must(t, os.Chown(path, 1000, 1000))
		}
		_ = unix.Setxattr(path, "user.x", []byte("y"), 0)
		return childJob{Path: path, Size: 200_000}
	}},
	{"create", func(t *testing.T) childJob {
		return childJob{Path: filepath.Join(tempDir(t), "sub", "config"), Create: true, Size: 200_000}
	}},
}

// Kill -9 at each system call of Write: the file is the old or the new one,
// whole, and whatever else is left has a dot name.
func TestWriteKilled(t *testing.T) {
	strace := findStrace(t)
	var before, after atomic.Int32
	for _, scene := range scenes {
		for _, s := range steps(t, strace, scene.job(t)) {
			t.Run(scene.name+"/"+s.String(), func(t *testing.T) {
				t.Parallel()
				job := scene.job(t)
				cmd := inject(t, strace, job, s, "signal=KILL")
				if out, err := cmd.CombinedOutput(); err == nil {
					t.Fatalf("not killed: %s", out)
				}
				if wantWhole(t, job) {
					after.Add(1)
				} else {
					before.Add(1)
				}
			})
		}
	}
	// The kills came at moments that differ, else the test proves little.
	t.Cleanup(func() {
		t.Logf("killed %d times before and %d times after the renaming", before.Load(), after.Load())
		if before.Load() < 20 || after.Load() < 2 {
			t.Error("the kills missed the writing")
		}
	})
}

// An I/O error at each system call of Write: either it succeeds all the same,
// or the old file stands and the new one is gone.
func TestWriteFails(t *testing.T) {
	strace := findStrace(t)
	for _, scene := range scenes {
		for _, s := range steps(t, strace, scene.job(t)) {
			t.Run(scene.name+"/"+s.String(), func(t *testing.T) {
				t.Parallel()
				job := scene.job(t)
				var r childResult
				out, err := inject(t, strace, job, s, "error=EIO").Output()
				must(t, err)
				must(t, json.Unmarshal(out, &r))
				wantOutcome(t, job, r)
			})
		}
	}
}

// What each refusal of the system is told as.
func TestWriteAdvice(t *testing.T) {
	strace := findStrace(t)
	locked := "run the command with sudo"
	if os.Geteuid() == 0 {
		locked = "lsattr"
	}
	for _, tt := range []struct{ call, errno, words string }{
		{"write", "ENOSPC", "no space left on device; make room on the disk"},
		{"fsync", "EDQUOT", "make room on the disk"},
		{"fchmod", "EROFS", "the file system is read-only"},
		{"renameat", "EBUSY", "as into a container"},
		{"renameat", "EPERM", locked},
		{"fsetxattr", "EPERM", "the extended attribute user.x"},
	} {
		t.Run(tt.call+"/"+tt.errno, func(t *testing.T) {
			t.Parallel()
			job := scenes[0].job(t)
			cmd := inject(t, strace, job, step{tt.call, 1}, "error="+tt.errno)
			var r childResult
			out, err := cmd.Output()
			must(t, err)
			must(t, json.Unmarshal(out, &r))
			if r.Error == "" && tt.call == "fsetxattr" {
				t.Skip("no user attributes here")
			}
			wantWords(t, r.Error, job.Path, "was not written", tt.words)
			wantOutcome(t, job, r)
		})
	}
}

// inject returns the command that does the job under strace, which tampers with
// one system call of the first thread.
func inject(t *testing.T, strace string, job childJob, s step, what string) *exec.Cmd {
	t.Helper()
	return job.command(t, testProgram(t), strace, "-o", os.DevNull,
		"-e", "trace="+s.call, "-e", fmt.Sprintf("inject=%s:%s:when=%d", s.call, what, s.number))
}

// wantWhole checks what a killed process left, and reports whether the file is
// the new one.
func wantWhole(t *testing.T, job childJob) (isNew bool) {
	t.Helper()
	got, err := os.ReadFile(job.Path)
	isNew = bytes.Equal(got, job.content())
	switch {
	case job.Create && errors.Is(err, os.ErrNotExist):
	case err != nil:
		t.Error(err)
	case !isNew && (job.Create || string(got) != oldText):
		t.Errorf("%d bytes, neither the old file nor the new one", len(got))
	}
	for _, name := range names(filepath.Dir(job.Path)) {
		if name != "config" && !strings.HasPrefix(name, ".config.sshvet-") {
			t.Errorf("%s is left", name)
		}
	}
	return isNew
}

// wantOutcome checks that the file is the one the result speaks of, and that
// nothing else is left.
func wantOutcome(t *testing.T, job childJob, r childResult) {
	t.Helper()
	dir := filepath.Dir(job.Path)
	switch {
	case r.Error == "":
		wantContent(t, job.Path, string(job.content()))
		wantNames(t, dir, "config")
	case job.Create:
		wantWords(t, r.Error, job.Path)
		wantNames(t, filepath.Dir(dir))
	default:
		wantWords(t, r.Error, job.Path)
		wantContent(t, job.Path, oldText)
		wantNames(t, dir, "config")
	}
}

func names(dir string) (names []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
