package openssh

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// fakeRoot makes a root folder of files, one a line: `PATH` is an empty file,
// `PATH/` a folder, `PATH -> TARGET` a symbolic link and `PATH = TEXT` a file
// with that text, in which | stands for a line end.
func fakeRoot(t *testing.T, files string) string {
	t.Helper()
	root := t.TempDir()
	for line := range strings.Lines(files) {
		if line = strings.TrimSpace(line); line != "" {
			makeFile(t, root, line)
		}
	}
	return root
}

func makeFile(t *testing.T, root, line string) {
	t.Helper()
	path, target, isLink := strings.Cut(line, " -> ")
	path, text, _ := strings.Cut(path, " = ")
	full := filepath.Join(root, path)
	err := os.MkdirAll(filepath.Dir(full), 0o755)
	switch {
	case err != nil:
	case isLink:
		err = os.Symlink(target, full)
	case strings.HasSuffix(path, "/"):
		err = os.MkdirAll(full, 0o755)
	default:
		err = os.WriteFile(full, []byte(strings.ReplaceAll(text, "|", "\n")), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// live is the process that is an sshd in the tests.
const live = 812

func TestFindService(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no symbolic links and no such paths")
	}
	const systemd = "/run/systemd/system/\n"
	cases := []struct {
		name, goos, files string
		manager, unit     string
		command           string // for a user without root
		advice            string // part of it
	}{
		{name: "Debian", files: systemd + `/usr/lib/systemd/system/ssh.service
			/usr/lib/systemd/system/ssh@.service
			/usr/lib/systemd/system/ssh.socket = [Socket]|Accept=yes
			/etc/systemd/system/sshd.service -> /usr/lib/systemd/system/ssh.service
			/etc/init.d/ssh
			/usr/bin/sudo
			/run/sshd.pid = 812`,
			manager: Systemd, unit: "ssh", command: "sudo systemctl reload ssh",
			advice: "for new connections to use it run: sudo systemctl reload ssh (open sessions keep their old settings)"},
		{name: "Debian with a link from lib", files: systemd + "/lib/systemd/system/ssh.service\n/lib/systemd/system/sshd.service -> ssh.service",
			manager: Systemd, unit: "ssh", command: "sudo systemctl reload ssh"},
		{name: "Fedora", files: systemd + "/usr/lib/systemd/system/sshd.service\n/usr/lib/systemd/system/sshd@.service\n/usr/lib/systemd/system/sshd.socket = Accept=yes",
			manager: Systemd, unit: "sshd", command: "sudo systemctl reload sshd"},
		{name: "ssh is the alias", files: systemd + "/usr/lib/systemd/system/sshd.service\n/etc/systemd/system/ssh.service -> ../../../usr/lib/systemd/system/sshd.service",
			manager: Systemd, unit: "sshd", command: "sudo systemctl reload sshd"},
		{name: "NixOS", files: systemd + "/etc/systemd/system/sshd.service -> /nix/store/x-unit-sshd.service/sshd.service",
			manager: Systemd, unit: "sshd", command: "sudo systemctl reload sshd"},
		{name: "only an alias of another name", files: systemd + "/etc/systemd/system/sshd.service -> /opt/openssh.service",
			manager: Systemd, unit: "sshd", command: "sudo systemctl reload sshd"},
		{name: "two services, sshd enabled", files: systemd + `/usr/lib/systemd/system/ssh.service
			/etc/systemd/system/sshd.service
			/etc/systemd/system/multi-user.target.wants/sshd.service -> /etc/systemd/system/sshd.service`,
			manager: Systemd, unit: "sshd", command: "sudo systemctl reload sshd"},
		{name: "two services, neither enabled", files: systemd + "/usr/lib/systemd/system/ssh.service\n/etc/systemd/system/sshd.service",
			manager: Systemd, unit: "ssh", command: "sudo systemctl reload ssh"},
		{name: "masked", files: systemd + "/etc/systemd/system/ssh.service -> /dev/null\n/usr/lib/systemd/system/ssh.service\n/usr/local/lib/systemd/system/sshd.service",
			manager: Systemd, unit: "sshd", command: "sudo systemctl reload sshd"},
		{name: "unit made at run time", files: systemd + "/run/systemd/system/sshd.service",
			manager: Systemd, unit: "sshd", command: "sudo systemctl reload sshd"},
		{name: "unit made of a script", files: systemd + "/run/systemd/generator.late/ssh.service\n/etc/init.d/ssh",
			manager: Systemd, unit: "ssh", command: "sudo systemctl reload ssh"},
		{name: "Ubuntu with its socket", files: systemd + `/usr/lib/systemd/system/ssh.service
			/usr/lib/systemd/system/ssh.socket = [Socket]|ListenStream=22|Accept=no
			/etc/systemd/system/sockets.target.wants/ssh.socket -> /usr/lib/systemd/system/ssh.socket`,
			manager: SystemdSocket, unit: "ssh", command: "sudo systemctl try-reload-or-restart ssh",
			advice: "run: sudo systemctl try-reload-or-restart ssh (ssh.socket starts sshd with the first connection; open sessions keep"},
		{name: "socket for each connection", files: systemd + `/usr/lib/systemd/system/sshd.service
			/usr/lib/systemd/system/sshd@.service
			/usr/lib/systemd/system/sshd.socket = [Socket]|# Accept=no| Accept = Yes
			/etc/systemd/system/sockets.target.wants/sshd.socket -> /usr/lib/systemd/system/sshd.socket
			/run/sshd.pid = 4711`,
			manager: SystemdSocket, unit: "sshd.socket",
			advice: "new connections use it at once: sshd.socket starts an sshd for each (open sessions keep their old settings)"},
		{name: "socket for each connection, but sshd listens", files: systemd + `/usr/lib/systemd/system/sshd.service
			/usr/lib/systemd/system/sshd.socket = Accept=yes
			/etc/systemd/system/sockets.target.wants/sshd.socket -> /usr/lib/systemd/system/sshd.socket
			/run/sshd.pid = 812`,
			manager: Systemd, unit: "sshd", command: "sudo systemctl reload sshd"},
		{name: "a drop-in changes the socket", files: systemd + `/usr/lib/systemd/system/ssh.service
			/usr/lib/systemd/system/ssh.socket = Accept=yes
			/usr/lib/systemd/system/ssh.socket.d/20.conf = Accept=yes
			/etc/systemd/system/ssh.socket.d/20.conf = [Socket]|Accept=no
			/etc/systemd/system/ssh.socket.d/10.conf = Accept=yes
			/etc/systemd/system/sockets.target.wants/ssh.socket -> /usr/lib/systemd/system/ssh.socket`,
			manager: SystemdSocket, unit: "ssh", command: "sudo systemctl try-reload-or-restart ssh"},
		{name: "socket is masked", files: systemd + `/usr/lib/systemd/system/ssh.service
			/etc/systemd/system/ssh.socket -> /dev/null
			/etc/systemd/system/sockets.target.wants/ssh.socket -> /usr/lib/systemd/system/ssh.socket`,
			manager: Systemd, unit: "ssh", command: "sudo systemctl reload ssh"},
		{name: "systemd without sshd", files: systemd, advice: "no sshd seems to run here; it reads the files when it starts"},
		{name: "systemd and an sshd by hand", files: systemd + "/run/sshd.pid = 812", manager: PIDFile, command: "sudo kill -HUP 812"},
		{name: "units in a container without systemd", files: "/usr/lib/systemd/system/ssh.service\n/etc/init.d/ssh", advice: "no sshd seems to run here"},
		{name: "Alpine", files: "/run/openrc/\n/etc/init.d/sshd\n/usr/bin/doas", manager: OpenRC, unit: "sshd", command: "doas rc-service sshd reload"},
		{name: "Gentoo", files: "/run/openrc/\n/etc/init.d/sshd\n/usr/bin/sudo\n/usr/bin/doas", manager: OpenRC, unit: "sshd", command: "sudo rc-service sshd reload"},
		{name: "Alpine container", files: "/sbin/openrc-run\n/etc/init.d/sshd", advice: "no sshd seems to run here"},
		{name: "Void", files: "/var/service/sshd/supervise/", manager: Runit, unit: "sshd", command: "sudo sv reload /var/service/sshd"},
		{name: "s6", files: "/run/service/sshd/supervise/", manager: S6, unit: "sshd", command: "sudo s6-svc -h /run/service/sshd"},
		{name: "Devuan", files: "/etc/inittab\n/etc/init.d/ssh\n/usr/sbin/service", manager: SysV, unit: "ssh", command: "sudo service ssh reload"},
		{name: "sysvinit without service", files: "/etc/inittab\n/etc/init.d/sshd", manager: SysV, unit: "sshd", command: "sudo /etc/init.d/sshd reload"},
		{name: "Debian container with sshd", files: "/etc/init.d/ssh\n/usr/sbin/service\n/var/run/sshd.pid = 812", manager: SysV, unit: "ssh", command: "sudo service ssh reload"},
		{name: "container with sshd", files: "/run/sshd.pid = 812|", manager: PIDFile, command: "sudo kill -HUP 812"},
		{name: "container with a stale pid file", files: "/run/sshd.pid = 4711", advice: "no sshd seems to run here"},
		{name: "container with an odd pid file", files: "/run/sshd.pid = all", advice: "no sshd seems to run here"},
		{name: "negative pid", files: "/run/sshd.pid = -1", advice: "no sshd seems to run here"},
		{name: "empty", advice: "no sshd seems to run here"},
		{name: "macOS", goos: "darwin", manager: Launchd, unit: "com.openssh.sshd", advice: "new connections use it at once: macOS starts an sshd for each (open sessions"},
		{name: "FreeBSD", goos: "freebsd", manager: RC, unit: "sshd", command: "sudo service sshd reload"},
		{name: "FreeBSD with doas", goos: "freebsd", files: "/usr/local/bin/doas", manager: RC, unit: "sshd", command: "doas service sshd reload"},
		{name: "OpenBSD", goos: "openbsd", manager: Rcctl, unit: "sshd", command: "doas rcctl reload sshd"},
		{name: "Windows", goos: "windows", manager: Windows, unit: "sshd", command: "Restart-Service sshd", advice: "run: Restart-Service sshd (in a PowerShell that runs as administrator; open sessions"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := machine{root: fakeRoot(t, c.files), goos: c.goos, alive: func(pid int) bool { return pid == live || pid < 0 }}
			if m.goos == "" {
				m.goos = "linux"
			}
			s := m.find()
			if s.Manager != c.manager || s.Unit != c.unit || s.Command(false) != c.command {
				t.Errorf("found %q, unit %q, command %q; want %q, %q, %q", s.Manager, s.Unit, s.Command(false), c.manager, c.unit, c.command)
			}
			if advice := s.Advice(false); !strings.Contains(advice, c.advice) || advice == "" {
				t.Errorf("advice %q, want one with %q", advice, c.advice)
			}
			if (len(s.Reload) == 0) != (c.command == "") {
				t.Errorf("command %q, but Reload %q", c.command, s.Reload)
			}
			_, bare, ok := strings.Cut(c.command, " ")
			if ok && m.goos != "windows" && s.Command(true) != bare {
				t.Errorf("command of root %q, want %q", s.Command(true), bare)
			}
		})
	}
}

// TestFindServiceProc: only a process that is named sshd is one.
func TestFindServiceProc(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("pid files are looked at on Linux")
	}
	files := "/run/sshd.pid = 7\n/proc/7/comm = "
	if s := FindService(fakeRoot(t, files+"sshd|")); s.Command(true) != "kill -HUP 7" {
		t.Errorf("command %q", s.Command(true))
	}
	if s := FindService(fakeRoot(t, files+"bash|")); s.Manager != "" {
		t.Errorf("bash is taken for sshd: %+v", s)
	}
	if s := FindService(fakeRoot(t, "/run/sshd.pid = 7")); s.Manager != "" {
		t.Errorf("nothing is taken for sshd: %+v", s)
	}
}

// TestFindServiceHere: whatever this machine has, there is something to say.
func TestFindServiceHere(t *testing.T) {
	s := FindService("")
	if s.Advice(true) == "" {
		t.Errorf("nothing to say about %+v", s)
	}
	t.Logf("%q %q: %s", s.Manager, s.Unit, s.Advice(false))
}
