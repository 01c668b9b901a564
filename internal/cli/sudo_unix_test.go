//go:build unix

package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestMayWrite asks as the user nobody, who has the group 65534 alone, in a
// process of its own.
func TestMayWrite(t *testing.T) {
	if list, ok := os.LookupEnv("TEST_MAY_WRITE"); ok {
		for path := range strings.SplitSeq(list, "\n") {
			fmt.Println(mayWrite(path))
		}
		return
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can be somebody else")
	}
	const nobody = 65534
	root := publicFolder(t)
	set := func(name string, uid, gid int, mode os.FileMode) string {
		t.Helper()
		path := filepath.Join(root, name)
		var err error
		if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(path, 0o755)
		} else {
			err = os.WriteFile(path, nil, 0o600)
		}
		for _, step := range []func() error{func() error { return err }, func() error { return os.Chown(path, uid, gid) }, func() error { return os.Chmod(path, mode) }} {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}
		return path
	}
	link := func(name, target string) string {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	set("mine/", nobody, nobody, 0o755)
	set("root/", 0, 0, 0o755)
	set("open/", 0, 0, 0o777)
	set("sticky/", 0, 0, 0o777|os.ModeSticky)
	set("closed/", 0, 0, 0o700)
	set("locked/", nobody, nobody, 0o555)
	set("group/", 0, nobody, 0o775)
	cases := []struct {
		why, path string
		want      bool
	}{
		{"own file in own folder", set("mine/own", nobody, nobody, 0o600), true},
		{"own file that is read-only", set("mine/readonly", nobody, nobody, 0o400), true},
		{"file of root in own folder", set("mine/roots", 0, 0, 0o644), false},
		{"file of a group of others", set("mine/group", nobody, 1, 0o644), false},
		{"own file in a folder of root", set("root/own", nobody, nobody, 0o666), false},
		{"file of root in a folder of root", set("root/roots", 0, 0, 0o644), false},
		{"own file in an open folder", set("open/own", nobody, nobody, 0o644), true},
		{"file of root in an open folder", set("open/roots", 0, 0, 0o644), false},
		{"own file in a sticky folder", set("sticky/own", nobody, nobody, 0o644), true},
		{"file of root in a sticky folder", set("sticky/roots", 0, 0, 0o666), false},
		{"own file in a folder of the group", set("group/own", nobody, nobody, 0o644), true},
		{"file in a closed folder", set("closed/file", 0, 0, 0o644), false},
		{"own file in a locked folder", set("locked/own", nobody, nobody, 0o644), false},
		{"link to an own file", link("root/link", "../mine/own"), true},
		{"link to a file in a folder of root", link("mine/link", "../root/own"), false},
		{"link into a closed folder", link("mine/closed", "../closed/file"), false},
		{"new file in own folder", filepath.Join(root, "mine/new"), true},
		{"new file in a new folder", filepath.Join(root, "mine/a/b/new"), true},
		{"new file in a folder of root", filepath.Join(root, "root/new"), false},
		{"new file in a new folder of root", filepath.Join(root, "root/a/b/new"), false},
	}
	var paths []string
	for _, c := range cases {
		paths = append(paths, c.path)
	}
	answers := asNobody(t, strings.Join(paths, "\n"))
	if len(answers) < len(cases) {
		t.Fatalf("%d answers to %d questions: %q", len(answers), len(cases), answers)
	}
	for i, c := range cases {
		if got := answers[i] == "true"; got != c.want {
			t.Errorf("%s: %v, want %v", c.why, got, c.want)
		}
		if !mayWrite(c.path) {
			t.Errorf("%s: refused to root", c.why)
		}
	}
}

// publicFolder is a temporary folder that everybody may enter.
func publicFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for up := dir; up != os.TempDir() && len(up) > 1; up = filepath.Dir(up) {
		if err := os.Chmod(up, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// asNobody runs TestMayWrite in a copy of this program that nobody may run, and
// returns the lines it prints.
func asNobody(t *testing.T, paths string) []string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	dir := publicFolder(t)
	copied := filepath.Join(dir, "test")
	if err := os.WriteFile(copied, program, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(copied, "-test.run=^TestMayWrite$", "-test.count=1")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TEST_MAY_WRITE="+paths)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.Split(string(out), "\n")
}
