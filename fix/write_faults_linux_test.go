package fix

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// sysCall is a system call of WriteAll: the number-th of its name in the
// process.
type sysCall struct {
	name   string
	number int
}

func (c sysCall) String() string { return fmt.Sprintf("%s-%d", c.name, c.number) }

// traced are the calls that can fail or leave something half done. getsid
// marks where WriteAll begins and ends.
const traced = "openat,newfstatat,fstat,stat,lstat,statx,read,write,ftruncate,fchown,fchownat,fchmod,fchmodat,getdents64," +
	"flistxattr,fgetxattr,fsetxattr,fremovexattr,fsync,close,renameat,renameat2,rename,linkat,unlinkat,mkdirat,mkdir,readlinkat,getsid"

// scene is a job on folders made afresh for each fault.
type scene struct {
	name string
	job  func(t *testing.T) childJob
	// inject are faults that always happen, in the words of strace.
	inject []string
	// from leaves out the calls before the first of this name, as another scene
	// has them too.
	from string
	// copies tells that the old files come back as copies.
	copies bool
}

const (
	noSwap = "renameat2:error=EINVAL"
	noLink = "linkat:error=EPERM"
)

var scenes = []scene{
	{name: "replace", job: replaceJob},
	{name: "create", job: createJob},
	{name: "three", job: threeJob},
	{name: "refused", job: refusedJob},
}

// Without swapping the files are kept by a second name, without names by a copy.
var fallbackScenes = []scene{
	{name: "three without swapping", job: threeJob, inject: []string{noSwap}, from: "renameat2"},
	{name: "refused without swapping", job: refusedJob, inject: []string{noSwap}, from: "linkat"},
	{name: "refused without names", job: refusedJob, inject: []string{noSwap, noLink}, from: "linkat", copies: true},
}

// sceneDir is in memory where that can be, as a disk that has to flush each of
// some thousand files takes minutes. A process that is killed leaves the same.
func sceneDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "sshvet")
	if err != nil {
		return tempDir(t)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if unix.Setxattr(dir, "user.x", []byte("y"), 0) != nil {
		return tempDir(t)
	}
	return dir
}

func replaceJob(t *testing.T) childJob {
	path := filepath.Join(sceneDir(t), "config")
	must(t, os.WriteFile(path, []byte(oldText), 0o600))
	decorate(t, path)
	return childJob{Files: []childFile{{Path: path, Size: 200_000}}}
}

func createJob(t *testing.T) childJob {
	return childJob{Files: []childFile{{Path: filepath.Join(sceneDir(t), "sub", "config"), Create: true, Size: 200_000}}}
}

const stamp = stampForTest

// threeJob replaces a file, one in a folder below and one behind a link, each
// with a backup.
func threeJob(t *testing.T) childJob {
	dir := sceneDir(t)
	paths := []string{filepath.Join(dir, "config"), filepath.Join(dir, "config.d", "a.conf"), filepath.Join(dir, "config.d", "b.conf")}
	must(t, os.Mkdir(filepath.Join(dir, "config.d"), 0o755))
	var job childJob
	for i, path := range paths {
		must(t, os.WriteFile(path, []byte(oldText), 0o600))
		decorate(t, path)
		job.Files = append(job.Files, childFile{Path: path, Size: 1000 * i, Backup: stamp})
	}
	link := filepath.Join(dir, "link")
	symlink(t, paths[2], link)
	job.Files[2].Path = link
	return job
}

// refusedJob is threeJob with a file created instead of the second, and verify
// says no.
func refusedJob(t *testing.T) childJob {
	job := threeJob(t)
	job.Refuse = true
	job.Files[1] = childFile{Path: filepath.Join(filepath.Dir(job.Files[0].Path), "new.d", "00-new.conf"), Create: true, Size: 1000}
	return job
}

// decorate gives the file all that it must not lose.
func decorate(t *testing.T, path string) {
	t.Helper()
	must(t, os.Chmod(path, 0o640))
	if os.Geteuid() == 0 {
		must(t, os.Chown(path, 1000, 1001))
	}
	_ = unix.Setxattr(path, "user.x", []byte("y"), 0)
}

// play is one run of a scene.
type play struct {
	scene
	job    childJob
	before map[string]look
}

func (s scene) begin(t *testing.T) *play {
	t.Helper()
	p := &play{scene: s, job: s.job(t), before: map[string]look{}}
	for _, f := range p.job.Files {
		p.before[f.Path] = lookAt(f.Path)
	}
	return p
}

// look is all that has to stay of a file.
type look struct {
	exists   bool
	inode    uint64
	mode     uint32
	uid, gid uint32
	attr     string
	content  string
}

func lookAt(path string) (l look) {
	var st unix.Stat_t
	if unix.Stat(path, &st) != nil {
		return l
	}
	content, _ := os.ReadFile(path)
	value := make([]byte, 100)
	n, _ := unix.Getxattr(path, "user.x", value)
	return look{true, st.Ino, st.Mode, st.Uid, st.Gid, string(value[:max(n, 0)]), string(content)}
}

// dressed is the look less what tells the old file from the new one.
func (l look) dressed() look {
	l.inode, l.content = 0, ""
	return l
}

// isOld reports whether the file is as it was at the beginning.
func (p *play) isOld(path string) bool {
	now, before := lookAt(path), p.before[path]
	if p.copies {
		now.inode, before.inode = 0, 0
	}
	return now == before
}

// isNew reports whether the file is the new one, whole, with what it keeps.
func (p *play) isNew(f childFile) bool {
	now, before := lookAt(f.Path), p.before[f.Path]
	if f.Create {
		before.mode, before.uid, before.gid, before.exists = unix.S_IFREG|0o600, uint32(os.Geteuid()), uint32(os.Getegid()), true
	}
	return now.content == string(f.content()) && now.dressed() == before.dressed()
}

// leftovers are the files that the scene did not have at the beginning, less
// the backups.
func (p *play) leftovers(t *testing.T) (left []string) {
	t.Helper()
	top := p.top()
	must(t, filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !p.belongs(path) && !strings.HasSuffix(path, stamp) {
			left = append(left, path)
		}
		return err
	}))
	return left
}

func (p *play) top() string {
	top := filepath.Dir(p.job.Files[0].Path)
	if len(p.job.Files) == 1 && p.job.Files[0].Create {
		top = filepath.Dir(top)
	}
	return top
}

func (p *play) belongs(path string) bool {
	return slices.ContainsFunc(p.job.Files, func(f childFile) bool {
		real, err := filepath.EvalSymlinks(f.Path)
		return path == f.Path || err == nil && path == real
	}) || slices.Contains([]string{"a.conf", "b.conf"}, filepath.Base(path))
}

// faultsOf runs the scene under strace and lists its system calls in order.
func faultsOf(t *testing.T, strace string, s scene) []sysCall {
	t.Helper()
	log := filepath.Join(t.TempDir(), "trace")
	words := []string{strace, "-o", log, "-e", "trace=" + knownCalls(traced)}
	for _, fault := range s.inject {
		words = append(words, "-e", "inject="+fault)
	}
	runChild(t, s.job(t).command(t, testProgram(t), words...))
	trace, err := os.ReadFile(log)
	must(t, err)
	var out []sysCall
	seen := map[string]int{}
	for _, m := range regexp.MustCompile(`(?m)^(\w+)\(`).FindAllStringSubmatch(string(trace), -1) {
		seen[m[1]]++
		if m[1] != "getsid" && seen["getsid"] == 1 && (s.from == "" || seen[s.from] > 0) {
			out = append(out, sysCall{m[1], seen[m[1]]})
		}
	}
	if len(out) < 15 || seen["getsid"] != 2 {
		t.Fatalf("the trace has too little:\n%s", trace)
	}
	return out
}

// knownCalls marks each name with "?", as not every architecture has them all.
func knownCalls(calls string) string { return "?" + strings.ReplaceAll(calls, ",", ",?") }

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

// inject returns the command that does the job under strace, which tampers with
// one system call of the first thread.
func (p *play) inject(t *testing.T, strace string, c sysCall, what string) *exec.Cmd {
	t.Helper()
	return p.job.command(t, testProgram(t), append(p.straceWords(strace, c.name),
		"-e", fmt.Sprintf("inject=%s:%s:when=%d", c.name, what, c.number))...)
}

// straceWords injects what the scene always has, except into the call that the
// fault is for, as strace knows one fault a call.
func (p *play) straceWords(strace, but string) []string {
	words := []string{strace, "-o", os.DevNull, "-e", "trace=" + knownCalls("renameat2,linkat,"+but)}
	for _, fault := range p.scene.inject {
		if !strings.HasPrefix(fault, but+":") {
			words = append(words, "-e", "inject="+fault)
		}
	}
	return words
}

func (p *play) run(t *testing.T, cmd *exec.Cmd) (r childResult) {
	t.Helper()
	out, err := cmd.Output()
	must(t, err)
	must(t, json.Unmarshal(out, &r))
	return r
}

// tally counts faults and what they left.
type tally struct{ tried, survived, old, mixed, new, lost atomic.Int32 }

func (n *tally) count(t *testing.T, p *play) {
	n.tried.Add(1)
	if !t.Failed() {
		n.survived.Add(1)
	}
	news := 0
	for _, f := range p.job.Files {
		if p.isNew(f) {
			news++
		}
	}
	switch news {
	case 0:
		n.old.Add(1)
	case len(p.job.Files):
		n.new.Add(1)
	default:
		n.mixed.Add(1)
	}
}

// Kill -9 at each system call of WriteAll: each file is the old or the new one,
// whole, whatever else is left has a dot name, and what is new has its backup.
func TestWriteKilled(t *testing.T) {
	strace := findStrace(t)
	var n tally
	for _, s := range append(scenes, fallbackScenes...) {
		for _, c := range faultsOf(t, strace, s) {
			if slices.ContainsFunc(s.inject, func(f string) bool { return strings.HasPrefix(f, c.name+":") }) {
				continue // strace knows one fault a call
			}
			t.Run(s.name+"/"+c.String(), func(t *testing.T) {
				t.Parallel()
				p := s.begin(t)
				if out, err := p.inject(t, strace, c, "signal=KILL").CombinedOutput(); err == nil {
					t.Fatalf("not killed: %s", out)
				}
				p.wantWhole(t)
				n.count(t, p)
			})
		}
	}
	t.Cleanup(func() {
		t.Logf("%d kills: %d left each file old or new, whole and with its backup (all old %d times, some new %d, all new %d)",
			n.tried.Load(), n.survived.Load(), n.old.Load(), n.mixed.Load(), n.new.Load())
		// The kills came at moments that differ, else the test proves little.
		if n.old.Load() < 100 || n.mixed.Load() < 20 || n.new.Load() < 20 {
			t.Error("the kills missed the writing")
		}
	})
}

// wantWhole checks what a killed process left.
func (p *play) wantWhole(t *testing.T) {
	t.Helper()
	for _, f := range p.job.Files {
		isNew := p.isNew(f)
		now := lookAt(f.Path)
		// The second name of an old file, or a copy, may be in its place.
		if !isNew && now.dressed() != p.before[f.Path].dressed() || !isNew && now.content != p.before[f.Path].content {
			t.Errorf("%s is neither the old file nor the new one: %d bytes, %+v", f.Path, len(now.content), now.dressed())
		}
		p.wantBackups(t, f, isNew)
	}
	for _, path := range p.leftovers(t) {
		if !strings.HasPrefix(filepath.Base(path), ".") {
			t.Errorf("%s is left", path)
		}
	}
}

// wantBackups checks that a file that is new has a backup, if it was to have
// one, and that no backup is anything but the whole old file.
func (p *play) wantBackups(t *testing.T, f childFile, needed bool) {
	t.Helper()
	backups, err := Backups(f.Path)
	if err != nil && !(f.Create && errors.Is(err, fs.ErrNotExist)) {
		t.Error(err)
	}
	if needed && f.Backup != "" && len(backups) != 1 {
		t.Errorf("%s has %d backups", f.Path, len(backups))
	}
	for _, b := range backups {
		if got := lookAt(b.Path); got.content != oldText || got.dressed() != p.before[f.Path].dressed() {
			t.Errorf("the backup %s is %+v", b.Path, got)
		}
	}
}

// errnos are the errors that each call is tried with.
func errnos(call string) []string {
	switch call {
	case "write", "fsync":
		return []string{"EIO", "ENOSPC"}
	case "openat":
		return []string{"EIO", "EACCES", "ENOSPC"}
	case "renameat2", "renameat", "linkat":
		return []string{"EIO", "EACCES", "ENOSPC", "EXDEV"}
	case "unlinkat", "mkdirat":
		return []string{"EIO", "EACCES"}
	case "fchown", "fchownat", "fchmod", "fsetxattr":
		return []string{"EIO", "EPERM"}
	}
	return []string{"EIO"}
}

// An error at each system call of WriteAll: either it succeeds all the same, or
// all files are as they were. Where the error comes while they are brought back,
// what is told is true, and no old content is lost.
func TestWriteFails(t *testing.T) {
	strace := findStrace(t)
	var n tally
	for _, s := range append(scenes, fallbackScenes...) {
		for _, c := range faultsOf(t, strace, s) {
			if slices.ContainsFunc(s.inject, func(f string) bool { return strings.HasPrefix(f, c.name+":") }) {
				continue // strace knows one fault a call
			}
			for _, errno := range errnos(c.name) {
				t.Run(s.name+"/"+c.String()+"/"+errno, func(t *testing.T) {
					t.Parallel()
					p := s.begin(t)
					p.copies = p.copies || c.name == "linkat" // a copy is made then
					r := p.run(t, p.inject(t, strace, c, "error="+errno))
					p.wantOutcome(t, r)
					n.count(t, p)
					if r.Lost {
						n.lost.Add(1)
					}
				})
			}
		}
	}
	t.Cleanup(func() {
		t.Logf("%d errors: %d survived (all old %d times, all new %d, mixed %d; in the bringing back %d, each told with the place of the old content)",
			n.tried.Load(), n.survived.Load(), n.old.Load(), n.new.Load(), n.mixed.Load(), n.lost.Load())
		if n.mixed.Load() > n.lost.Load() || n.old.Load() < 100 || n.new.Load() < 20 {
			t.Error("files were mixed, or the errors missed the writing")
		}
	})
}

// wantOutcome checks that the files are those that the result speaks of, and
// that nothing is left that it does not name.
func (p *play) wantOutcome(t *testing.T, r childResult) {
	t.Helper()
	told := r.Error + strings.Join(r.Warnings, "\n")
	switch {
	case r.Error == "" && p.job.Refuse:
		t.Error("no error")
	case r.Error == "":
		for _, f := range p.job.Files {
			if !p.isNew(f) {
				t.Errorf("%s is not the new file", f.Path)
			}
			p.wantBackups(t, f, true)
		}
	case r.Lost && p.job.Refuse:
		p.wantTruth(t, r.Error)
	default:
		for _, f := range p.job.Files {
			if !p.isOld(f.Path) {
				t.Errorf("%s is not as it was: %+v", f.Path, lookAt(f.Path))
			}
			if b, err := Backups(f.Path); len(b) > 0 && !strings.Contains(told, b[0].Path) {
				t.Errorf("backups %v are left: %v", b, err)
			}
		}
		if len(p.job.Files) > 1 {
			wantWords(t, r.Error, "all 3 files are as they were")
		}
	}
	for _, path := range p.leftovers(t) {
		if !strings.Contains(told, path) {
			t.Errorf("%s is left, and nobody is told: %s", path, told)
		}
	}
}

// wantTruth checks the sentence on files that could not be brought back.
func (p *play) wantTruth(t *testing.T, sentence string) {
	t.Helper()
	wantWords(t, sentence, "Bad configuration option")
	for _, f := range p.job.Files {
		if p.isOld(f.Path) {
			continue
		}
		wantWords(t, sentence, "but ", f.Path)
		if f.Create || strings.Contains(sentence, f.Path+" could not be brought back") && p.oldIsNamed(sentence) {
			continue
		}
		t.Errorf("%s is not as it was: %s", f.Path, sentence)
	}
}

var dotName = regexp.MustCompile(`/\S*/\.[^ :;]+`)

// oldIsNamed reports whether a file that the sentence names is an old one.
func (p *play) oldIsNamed(sentence string) bool {
	return slices.ContainsFunc(dotName.FindAllString(sentence, -1), func(path string) bool {
		return lookAt(path).content == oldText
	})
}

// Both ways back are closed: the sentence says which content lies where, and
// nothing of the old content is removed.
func TestWriteNotBroughtBack(t *testing.T) {
	strace := findStrace(t)
	p := scenes[3].begin(t)
	// The last three of these calls bring the three files back.
	calls := faultsOf(t, strace, scenes[3])
	renames := 0
	for _, c := range calls {
		if c.name == "renameat2" {
			renames = c.number
		}
	}
	cmd := p.job.command(t, testProgram(t), strace, "-o", os.DevNull, "-e", "trace=renameat2,renameat",
		"-e", fmt.Sprintf("inject=renameat2:error=EIO:when=%d+", renames-2), "-e", "inject=renameat:error=EIO")
	r := p.run(t, cmd)
	if !r.Lost {
		t.Fatalf("brought back: %s", r.Error)
	}
	first, second := p.job.Files[0].Path, p.job.Files[2].Path
	wantWords(t, r.Error, "the new content was refused: Bad configuration option; but ",
		first+" could not be brought back (input/output error) and has its new content; its old content is in ",
		second+" could not be brought back", "to config to have it back", "; all other files are as they were")
	p.wantTruth(t, r.Error)
	for _, f := range []childFile{p.job.Files[0], p.job.Files[2]} {
		if !p.isNew(f) {
			t.Errorf("%s is not the new file", f.Path)
		}
		p.wantBackups(t, f, true)
	}
	old := 0
	for _, path := range p.leftovers(t) {
		wantWords(t, r.Error, path)
		if lookAt(path) == p.before[first] || lookAt(path) == p.before[second] {
			old++
		}
	}
	if old != 2 {
		t.Errorf("%d old files are left", old)
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
		{"renameat2", "EBUSY", "as into a container"},
		{"renameat2", "EPERM", locked},
		{"fsetxattr", "EPERM", "the extended attribute user.x"},
	} {
		t.Run(tt.call+"/"+tt.errno, func(t *testing.T) {
			t.Parallel()
			p := scenes[0].begin(t)
			r := p.run(t, p.inject(t, strace, sysCall{tt.call, 1}, "error="+tt.errno))
			if r.Error == "" && tt.call == "fsetxattr" {
				t.Skip("no user attributes here")
			}
			wantWords(t, r.Error, p.job.Files[0].Path, "was not written", tt.words)
			p.wantOutcome(t, r)
		})
	}
}

// A change in the very last moment: strace holds the process between the last
// look at the file and the swapping. The change is seen after it, and stays.
func TestWriteSeesChangeInTheLastMoment(t *testing.T) {
	strace := findStrace(t)
	const later = oldText + "# by hand\n"
	for name, change := range map[string]func(path string) error{
		"in place": func(path string) error { return os.WriteFile(path, []byte(later), 0o640) },
		"another file": func(path string) error {
			return errors.Join(os.WriteFile(path+"-new", []byte(later), 0o640), os.Rename(path+"-new", path))
		},
		"mode": func(path string) error { return os.Chmod(path, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// A slow machine may need longer for the way to the swapping.
			for _, delay := range []time.Duration{300 * time.Millisecond, time.Second, 4 * time.Second} {
				if lastMoment(t, strace, delay, change) {
					return
				}
			}
			t.Error("the change never came between the last look and the swapping")
		})
	}
}

// lastMoment reports whether the change came in the moment.
func lastMoment(t *testing.T, strace string, delay time.Duration, change func(string) error) bool {
	t.Helper()
	p := scenes[0].begin(t)
	path := p.job.Files[0].Path
	log := filepath.Join(t.TempDir(), "trace")
	cmd := p.job.command(t, testProgram(t), strace, "-o", log, "-e", "trace=renameat2",
		"-e", fmt.Sprintf("inject=renameat2:delay_enter=%d:when=1", delay.Microseconds()))
	var changed look
	r := meanwhile(t, cmd, delay, func() bool { return len(p.leftovers(t)) > 0 }, func() {
		must(t, change(path))
		changed = lookAt(path)
	})
	trace, err := os.ReadFile(log)
	must(t, err)
	if strings.Count(string(trace), "RENAME_EXCHANGE") != 2 {
		return false
	}
	wantWords(t, r.Error, path+" changed while sshvet was looking at it; nothing was written")
	if got := lookAt(path); got != changed {
		t.Errorf("the file is %+v, not %+v", got, changed)
	}
	wantNames(t, filepath.Dir(path), "config")
	return true
}

// meanwhile runs a command that strace delays somewhere, and does something in
// the middle of the delay, once the command is near.
func meanwhile(t *testing.T, cmd *exec.Cmd, delay time.Duration, near func() bool, do func()) (r childResult) {
	t.Helper()
	var out bytes.Buffer
	cmd.Stdout = &out
	must(t, cmd.Start())
	for start := time.Now(); !near() && time.Since(start) < 10*time.Second; {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(delay / 2)
	do()
	must(t, cmd.Wait())
	must(t, json.Unmarshal(out.Bytes(), &r))
	return r
}

// Where names cannot be swapped, another program renames its file into place
// after the original has got its second name.
func TestWriteSeesReplacementWithoutSwapping(t *testing.T) {
	strace := findStrace(t)
	p := scenes[0].begin(t)
	path := p.job.Files[0].Path
	cmd := p.job.command(t, testProgram(t), strace, "-o", os.DevNull, "-e", "trace=renameat2,linkat", "-e", "inject="+noSwap,
		"-e", fmt.Sprintf("inject=linkat:delay_exit=%d:when=1", time.Second.Microseconds()))
	linked := func() bool { return len(p.leftovers(t)) == 2 }
	r := meanwhile(t, cmd, 200*time.Millisecond, linked, func() {
		must(t, os.WriteFile(path+"-new", []byte("theirs"), 0o640))
		must(t, os.Rename(path+"-new", path))
	})
	wantContent(t, path, "theirs")
	left := p.leftovers(t)
	if len(left) != 1 {
		t.Fatalf("%q is left: %s", left, r.Error)
	}
	wantContent(t, left[0], oldText)
	wantWords(t, r.Error, path+" changed while sshvet was looking at it; nothing was written", left[0]+" could not be removed: the file itself has another content")
}

// Another program writes in the moment between the last look at the new file
// and the swapping back. The old file is back, and what was written is kept.
func TestWriteKeepsChangeWhileTakingBack(t *testing.T) {
	strace := findStrace(t)
	for _, delay := range []time.Duration{300 * time.Millisecond, time.Second, 4 * time.Second} {
		p := scenes[0].begin(t)
		p.job.Refuse = true
		path := p.job.Files[0].Path
		cmd := p.job.command(t, testProgram(t), strace, "-o", os.DevNull, "-e", "trace=renameat2",
			"-e", fmt.Sprintf("inject=renameat2:delay_enter=%d:when=2", delay.Microseconds()))
		r := meanwhile(t, cmd, delay, func() bool { return p.isNew(p.job.Files[0]) }, func() {
			must(t, os.WriteFile(path, []byte("theirs"), 0o640))
		})
		if r.Lost {
			continue // it came before the last look, or after all
		}
		left := p.leftovers(t)
		if !p.isOld(path) || len(left) != 1 {
			t.Fatalf("%q is left: %s", left, r.Error)
		}
		wantContent(t, left[0], "theirs")
		wantWords(t, r.Error, "it is as it was", left[0]+" could not be removed: another program changed it")
		return
	}
	t.Error("the change never came in the moment")
}

// smallDisk mounts a file system of so many bytes.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := tempDir(t)
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		t.Skipf("a file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, 0) })
	return dir
}

// A disk with room for a part of what is needed: nothing is written, or all.
func TestWriteAllDiskFull(t *testing.T) {
	var tried, old, all int
	const page = 4096
	for free := range 16 {
		dir := smallDisk(t, (3+free)*page)
		reqs := batchIn(t, dir)
		for i := range reqs {
			reqs[i].New = bytes.Repeat([]byte(newText), 200) // two pages
			reqs[i].Backup = stamp
		}
		before := looks(reqs)
		_, err := WriteAll(reqs, nil)
		tried++
		switch {
		case err == nil:
			all++
			wantAll(t, reqs)
		case errors.Is(err, unix.ENOSPC):
			old++
			wantWords(t, err.Error(), "no space left on device; all 3 files are as they were; make room on the disk")
			wantLooks(t, before)
			wantNames(t, dir, "a", "b", "c")
		default:
			t.Error(err)
		}
	}
	t.Logf("%d full disks: %d left all files old, %d had room enough", tried, old, all)
	if old < 5 || all < 1 || old+all != tried {
		t.Error("the disks were too large or too small")
	}
}

// The disk is full to the last byte once verify says no: bringing the files
// back needs no room.
func TestWriteAllTakesBackOnFullDisk(t *testing.T) {
	dir := smallDisk(t, 100<<10)
	reqs := batchIn(t, dir)
	before := looks(reqs)
	full := filepath.Join(dir, "full")
	_, err := WriteAll(reqs, func() error {
		if err := os.WriteFile(full, make([]byte, 1<<20), 0o600); !errors.Is(err, unix.ENOSPC) {
			t.Errorf("the disk is not full: %v", err)
		}
		return errors.New("no")
	})
	if err == nil || errors.Is(err, ErrNotRestored) {
		t.Errorf("error %v", err)
	}
	wantLooks(t, before)
	wantNames(t, dir, "a", "b", "c", "full")
}

func looks(reqs []WriteRequest) map[string]look {
	out := map[string]look{}
	for _, r := range reqs {
		out[r.Path] = lookAt(r.Path)
	}
	return out
}

func wantLooks(t *testing.T, want map[string]look) {
	t.Helper()
	for path, before := range want {
		if now := lookAt(path); now != before {
			t.Errorf("%s is %+v, not %+v", path, now, before)
		}
	}
}

// A crash of the machine cannot be had in a test, but the order can: files are
// flushed before they get their names, a backup has its name on the disk before
// the original is replaced, and the new names are there before it is removed.
func TestWriteAllFlushesFirst(t *testing.T) {
	var got []string
	for _, c := range faultsOf(t, findStrace(t), scenes[2]) {
		if slices.Contains([]string{"fsync", "renameat2", "unlinkat"}, c.name) {
			got = append(got, c.name)
		}
	}
	staged := slices.Repeat([]string{"fsync"}, 6) // three files, three backups
	placed := slices.Repeat([]string{"renameat2", "fsync", "renameat2"}, 3)
	ended := append(slices.Repeat([]string{"fsync"}, 3), slices.Repeat([]string{"unlinkat"}, 3)...)
	if d := cmp.Diff(slices.Concat(staged, placed, ended), got); d != "" {
		t.Error(d)
	}
}
