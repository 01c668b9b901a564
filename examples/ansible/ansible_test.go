// Package ansible tests the playbook with the real Ansible, on hosts that are all
// this machine, each with a file of its own.
package ansible

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// good and bad are files of hosts, without and with a finding.
const (
	good = "ClientAliveInterval 60\nClientAliveCountMax 240\n"
	bad  = "PasswordAuthentication no\n#ClientAliveInterval 0\n#ClientAliveCountMax 3\n"
)

func TestPlaybook(t *testing.T) {
	f := newFleet(t, map[string]string{"web1": bad, "web2": bad, "db1": good})
	f.vars["web1"] = "sshvet_fail_on=error"
	f.vars["db1"] = `sshvet_args='["--select", "keepalive"]'`

	t.Run("check mode brings nothing to the hosts", func(t *testing.T) {
		f.run(t, 0, "--check", "-e", "sshvet_binary="+f.sshvet, "--limit", "web2")
		if _, err := os.Stat(filepath.Join(f.dir, "hosts", "sshvet")); err == nil {
			t.Error("check mode has copied sshvet")
		}
		f.wantSummary(t, map[string]string{"web2": "absent, well"})
	})

	t.Run("findings fail the play, and the reports are there", func(t *testing.T) {
		out := f.run(t, 2, "-e", "sshvet_binary=./"+filepath.Base(f.sshvet)) // from the current folder
		if !strings.Contains(out, "1 of 3 hosts: web2: 0 errors, 1 warnings, 0 notes. The reports are in "+f.reports()) {
			t.Errorf("it does not say which hosts:\n%s", out)
		}
		f.wantReports(t)
		f.wantSummary(t, map[string]string{"web1": "weak, well", "web2": "weak", "db1": "well"})
	})

	t.Run("check mode shows what would be fixed; it fixes nothing, and a second run changes nothing", func(t *testing.T) {
		out := f.run(t, 2, "--check", "-e", "sshvet_fix=true", "-e", "sshvet_binary="+f.sshvet)
		if strings.Count(out, "+ClientAliveInterval 60") != 2 {
			t.Errorf("it does not show both diffs:\n%s", out)
		}
		if strings.Contains(out, "changed:") {
			t.Errorf("something is changed:\n%s", out)
		}
		f.wantContent(t, "web2", bad)
	})

	t.Run("fixed hosts are clean", func(t *testing.T) {
		f.vars["web1"] = "sshvet_fail_on=note sshvet_args='[\"--ignore\", \"missing-keepalive\"]'"
		f.run(t, 0, "-e", "sshvet_fix=true", "--limit", "web2,db1")
		fixed := "PasswordAuthentication no\n#ClientAliveInterval 0\nClientAliveInterval 60\n#ClientAliveCountMax 3\nClientAliveCountMax 240\n"
		f.wantContent(t, "web2", fixed)
		f.wantBackups(t, map[string]string{"web2": bad})
		f.wantContent(t, "db1", good)
		f.wantContent(t, "web1", bad)
		f.wantReports(t)
		f.wantSummary(t, map[string]string{"web2": "well", "db1": "well"})
	})

	t.Run("a host that cannot be checked fails the play", func(t *testing.T) {
		// The name of a file that is not there comes back in the message; it is no
		// template to be run.
		pwned := filepath.Join(f.dir, "pwned")
		f.files["db1"] = filepath.Join(f.dir, `db1{{ lookup('ansible.builtin.pipe', 'touch `+pwned+`') }}`)
		out := f.run(t, 2)
		if !strings.Contains(out, "1 of 3 hosts: db1: not checked: sshvet: ") {
			t.Errorf("it does not say which host:\n%s", out)
		}
		if _, err := os.Stat(filepath.Join(f.reports(), "db1.json")); err == nil {
			t.Error("the report of an earlier run is still there")
		}
		if _, err := os.Stat(pwned); err == nil {
			t.Error("what stderr holds was run as a template")
		}
		f.wantSummary(t, map[string]string{"web1": "well", "web2": "well", "db1": "absent"})
	})
}

// fleet is an inventory of hosts that are folders of this machine.
type fleet struct {
	dir    string
	sshvet string            // the program
	files  map[string]string // by host: its sshd_config
	vars   map[string]string // by host: more variables, as in an inventory
}

func newFleet(t *testing.T, content map[string]string) *fleet {
	t.Helper()
	needAnsible(t)
	f := &fleet{dir: t.TempDir(), files: map[string]string{}, vars: map[string]string{}}
	f.sshvet = filepath.Join(f.dir, "sshvet")
	if out, err := exec.Command("go", "build", "-o", f.sshvet, "../..").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for host, text := range content {
		f.files[host] = filepath.Join(f.dir, "hosts", host, "sshd_config")
		if err := os.MkdirAll(filepath.Dir(f.files[host]), 0o755); err != nil {
			t.Fatal(err)
		}
		f.write(t, host, text)
	}
	if err := os.WriteFile(f.settings(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return f
}

// settings is the configuration of Ansible: empty, whatever this machine has.
func (f *fleet) settings() string { return filepath.Join(f.dir, "ansible.cfg") }

func (f *fleet) write(t *testing.T, host, text string) {
	t.Helper()
	if err := os.WriteFile(f.files[host], []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func needAnsible(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("ansible-playbook"); err == nil {
		return
	}
	const message = "ansible-playbook is missing; on Debian it is in the package ansible-core"
	if os.Getenv("CI") == "true" {
		t.Fatal(message)
	}
	t.Skip(message)
}

func (f *fleet) reports() string { return filepath.Join(f.dir, "reports") }

// inventory writes it. Nothing is done as root, and the program goes to a folder
// of the test.
func (f *fleet) inventory(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "[all:vars]\nansible_connection=local\nansible_python_interpreter='{{ ansible_playbook_python }}'\n")
	fmt.Fprintf(&b, "sshvet_become=false\nsshvet_command=%s\nsshvet_report=%s\n[all]\n", filepath.Join(f.dir, "hosts", "sshvet"), f.reports())
	for host, path := range f.files {
		path = strings.NewReplacer(`"`, `\"`, "{{", "{{ '{{' }}", "}}", "{{ '}}' }}").Replace(path)
		fmt.Fprintf(&b, "%s sshvet_config=\"%s\" %s\n", host, path, f.vars[host])
	}
	name := filepath.Join(f.dir, "inventory")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// ownVariables are those of whoever runs the test that change what Ansible or
// sshvet do.
var ownVariables = regexp.MustCompile(`^(ANSIBLE_|SSHVET_|HOME=|PWD=|LC_|LANG)`)

// run plays the playbook and expects an exit code. It returns what was printed.
func (f *fleet) run(t *testing.T, want int, args ...string) string {
	t.Helper()
	playbook, err := filepath.Abs("sshvet.yml")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("ansible-playbook", append([]string{"-i", f.inventory(t), playbook, "-e", "sshvet_reload=false"}, args...)...)
	cmd.Dir = f.dir // which is not that of the playbook
	for _, v := range os.Environ() {
		if !ownVariables.MatchString(v) {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "HOME="+f.dir, "PWD="+f.dir, "LC_ALL=C.UTF-8", "ANSIBLE_CONFIG="+f.settings(), "ANSIBLE_NOCOLOR=1", "ANSIBLE_LOCALHOST_WARNING=false")
	out, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != want {
		t.Fatalf("ansible-playbook %v exits with %d, not %d:\n%s", args, got, want, out)
	}
	return string(out)
}

// wantReports wants of each host what sshvet prints there.
func (f *fleet) wantReports(t *testing.T) {
	t.Helper()
	for host, path := range f.files {
		if f.vars[host] != "" && !strings.HasPrefix(f.vars[host], "sshvet_fail_on=error") {
			continue // it has arguments of its own
		}
		want, _ := exec.Command(f.sshvet, "check", "--format", "json", path).Output()
		got, err := os.ReadFile(filepath.Join(f.reports(), host+".json"))
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Equal(got, want) {
			t.Errorf("the report of %s is not what sshvet prints:\n%s\nbut:\n%s", host, got, want)
		}
	}
}

// wantSummary wants each host to be well, weak (it has findings) or absent (it was
// not checked); weak and well, or absent and well, where that is no failure.
func (f *fleet) wantSummary(t *testing.T, want map[string]string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(f.reports(), "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	var hosts map[string]struct {
		Checked, Failed bool
		Summary         *struct{ Warnings int }
	}
	if err := json.Unmarshal(data, &hosts); err != nil {
		t.Fatalf("%v in:\n%s", err, data)
	}
	got := map[string]string{}
	for host, h := range hosts {
		var words []string
		switch {
		case !h.Checked && h.Summary == nil:
			words = append(words, "absent")
		case h.Checked && h.Summary.Warnings > 0:
			words = append(words, "weak")
		}
		if !h.Failed {
			words = append(words, "well")
		}
		got[host] = strings.Join(words, ", ")
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the summary has %v, not %v:\n%s", got, want, data)
	}
}

func (f *fleet) wantContent(t *testing.T, host, want string) {
	t.Helper()
	got, err := os.ReadFile(f.files[host])
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("the file of %s is:\n%s\nnot:\n%s", host, got, want)
	}
}

// wantBackups wants one backup with that content for each host named, and none
// for others.
func (f *fleet) wantBackups(t *testing.T, want map[string]string) {
	t.Helper()
	for host, path := range f.files {
		names, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".sshd_config.sshvet-*"))
		if err != nil {
			t.Fatal(err)
		}
		text, changed := want[host]
		if changed != (len(names) == 1) {
			t.Errorf("%s has the backups %v", host, names)
			continue
		}
		if changed {
			if got, err := os.ReadFile(names[0]); err != nil || string(got) != text {
				t.Errorf("the backup of %s is %q, %v", host, got, err)
			}
		}
	}
}
