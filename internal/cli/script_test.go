package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run this very program as sshvet.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sshvet": scriptMain})
}

// scriptMain is the real program, but for the system-wide files: a script that
// sets TEST_SYSTEM has its own in place of the machine's.
func scriptMain() {
	if dir := os.Getenv("TEST_SYSTEM"); dir != "" {
		systemFolders = []string{filepath.Join(dir, "etc", "ssh"), filepath.Join(dir, "usr", "etc", "ssh")}
		serviceRoot = dir
	}
	os.Exit(Run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}

// inherited are variables of whoever runs the tests that would change what
// sshvet does.
var inherited = regexp.MustCompile(`^(SSHVET_.*|SUDO_.*|NO_COLOR|FORCE_COLOR|TERM|XDG_.*|KAMAL_.*|GIT_.*)=`)

// TestScripts runs testdata/script. TestScripts/NAME runs one of them.
func TestScripts(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the scripts name files as Unix does")
	}
	testscript.Run(t, testscript.Params{
		Dir:                filepath.Join("..", "..", "testdata", "script"),
		UpdateScripts:      os.Getenv("UPDATE_SCRIPTS") != "",
		RequireUniqueNames: true,
		Setup:              setUpScript,
		Condition:          scriptCondition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":        scriptExits,
			"need":         scriptNeed,
			"trim-newline": scriptTrimNewline,
			"mode":         scriptMode,
			"replace":      scriptReplace,
			"fits":         scriptFits,
			"plain":        scriptPlain,
			"repeat":       scriptRepeat,
			"terminal":     scriptTerminal,
			"json":         scriptJSON,
			"as":           scriptAs,
		},
	})
}

func setUpScript(env *testscript.Env) error {
	env.Values[testKey{}] = env.T()
	vars := env.Vars[:0]
	for _, v := range env.Vars {
		if !inherited.MatchString(v) {
			vars = append(vars, v)
		}
	}
	repo, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		return err
	}
	program, err := exec.LookPath("sshvet")
	if err != nil {
		return err
	}
	env.Vars = append(vars,
		"SSHVET="+program, // for scripts that empty PATH
		"HOME="+env.WorkDir,
		"TEST_SYSTEM="+filepath.Join(env.WorkDir, "system"),
		"REPO="+repo,
		"TERM=xterm",
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"LC_ALL=C.UTF-8",
	)
	// Whatever the test's umask is: ssh refuses files that others may write.
	return filepath.WalkDir(env.WorkDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Chmod(path, 0o644)
	})
}

func scriptCondition(cond string) (bool, error) {
	switch cond {
	case "root":
		return os.Geteuid() == 0, nil
	case "privsep": // there is, or can be, the folder that sshd -T wants to see
		_, err := os.Stat("/run/sshd")
		return err == nil || os.Geteuid() == 0, nil
	}
	return false, fmt.Errorf("unknown condition %s", cond)
}

// exits N PROGRAM ARG...: the program exits with exactly N.
func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	checkExit(ts, ts.Exec(args[1], args[2:]...), want)
}

func checkExit(ts *testscript.TestScript, err error, want int) {
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("it exits with %d, not %d", got, want)
	}
}

// need PROGRAM PACKAGE: without the program the script is skipped, which CI
// must not do.
func scriptNeed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: need program debian-package")
	}
	if _, err := lookProgram(args[0]); err == nil {
		return
	}
	message := fmt.Sprintf("%s is missing; on Debian it is in the package %s", args[0], args[1])
	if os.Getenv("CI") == "true" {
		ts.Fatalf("%s", message)
	}
	skipScript(ts, message)
}

// skipScript skips the running script. testscript offers that to scripts only.
func skipScript(ts *testscript.TestScript, message string) {
	ts.Logf("skipped: %s", message)
	ts.Value(testKey{}).(testscript.T).Skip(message)
}

type testKey struct{}

// lookProgram also looks where system programs are, which users have no path to.
func lookProgram(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	return exec.LookPath(filepath.Join("/usr/sbin", name))
}

// trim-newline FILE...: the last line gets no newline; archives cannot say so.
func scriptTrimNewline(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		path := ts.MkAbs(name)
		data, err := os.ReadFile(path)
		ts.Check(err)
		data = bytes.TrimSuffix(bytes.TrimSuffix(data, []byte("\n")), []byte("\r"))
		ts.Check(os.WriteFile(path, data, 0o644))
	}
}

// mode OCTAL FILE: the file has exactly these permissions; a link itself is
// asked for as "link".
func scriptMode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode octal|link file")
	}
	st, err := os.Lstat(ts.MkAbs(args[1]))
	ts.Check(err)
	got := fmt.Sprintf("%04o", st.Mode().Perm())
	if st.Mode()&fs.ModeSymlink != 0 {
		got = "link"
	}
	if got != args[0] {
		ts.Fatalf("%s has mode %s, not %s", args[1], got, args[0])
	}
}

// replace OLD NEW FILE: \xHH and the like in NEW are bytes, so that scripts can
// have files with bytes that archives cannot hold.
func scriptReplace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace old new file")
	}
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(args[1], `"`, `\"`) + `"`)
	ts.Check(err)
	path := ts.MkAbs(args[2])
	data, err := os.ReadFile(path)
	ts.Check(err)
	if !bytes.Contains(data, []byte(args[0])) {
		ts.Fatalf("%s does not hold %s", args[2], args[0])
	}
	ts.Check(os.WriteFile(path, bytes.ReplaceAll(data, []byte(args[0]), []byte(text)), 0o644))
}

// repeat N TEXT FILE: appends TEXT, with its escapes, N times.
func scriptRepeat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: repeat n text file")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(args[1], `"`, `\"`) + `"`)
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[2]), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	ts.Check(err)
	defer f.Close()
	_, err = f.WriteString(strings.Repeat(text, n))
	ts.Check(err)
}

// fits LINES COLUMNS: standard output fits a screen of that size.
func scriptFits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: fits lines columns")
	}
	lines, err := strconv.Atoi(args[0])
	ts.Check(err)
	columns, err := strconv.Atoi(args[1])
	ts.Check(err)
	text := strings.Split(strings.TrimSuffix(ts.ReadFile("stdout"), "\n"), "\n")
	if len(text) > lines {
		ts.Fatalf("%d lines, more than %d", len(text), lines)
	}
	for _, line := range text {
		if n := len([]rune(line)); n > columns {
			ts.Fatalf("%d columns, more than %d: %s", n, columns, line)
		}
	}
}

// plain stdout|stderr|FILE...: no control character, but line feeds and tabs,
// no bidi or zero-width character, and no byte that is not UTF-8.
func scriptPlain(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		bad := hiddenRunes.FindString(ts.ReadFile(name))
		if neg == (bad == "") {
			ts.Fatalf("%s holds %q", name, bad)
		}
	}
}

var hiddenRunes = regexp.MustCompile("[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]")
