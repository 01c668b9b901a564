package openssh

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// FindService finds out, from files alone, what looks after sshd on the machine
// whose root folder is root; "" is this one. It runs nothing.
func FindService(root string) Service {
	m := machine{root: root, goos: runtime.GOOS}
	m.alive = m.isServer
	return m.find()
}

// machine is where FindService looks.
type machine struct {
	root, goos string
	alive      func(pid int) bool // whether the process is an sshd
}

func (m machine) find() Service {
	s := m.look()
	if m.goos != "windows" && len(s.Reload) > 0 {
		s.become = m.become()
	}
	return s
}

func (m machine) look() Service {
	switch m.goos {
	case "windows":
		return Service{
			Manager: Windows, Unit: "sshd", shown: "Restart-Service sshd",
			Reload: []string{"powershell", "-NoProfile", "-NonInteractive", "-Command", "Restart-Service sshd -ErrorAction Stop"},
			Note:   "in a PowerShell that runs as administrator",
		}
	case "darwin":
		return Service{Manager: Launchd, Unit: "com.openssh.sshd", Note: "new connections use it at once: macOS starts an sshd for each"}
	case "freebsd", "netbsd", "dragonfly":
		return Service{Manager: RC, Unit: "sshd", Reload: []string{"service", "sshd", "reload"}}
	case "openbsd":
		return Service{Manager: Rcctl, Unit: "sshd", Reload: []string{"rcctl", "reload", "sshd"}}
	}
	for _, look := range []func() (Service, bool){m.systemd, m.openRC, m.runit, m.s6, m.sysV, m.pidFile} {
		if s, ok := look(); ok {
			return s
		}
	}
	return Service{Note: "no sshd seems to run here; it reads the files when it starts"}
}

// become is the program with which users here become root.
func (m machine) become() string {
	if m.goos == "openbsd" {
		return "doas"
	}
	has := func(name string) bool {
		return m.exists("/usr/bin/"+name) || m.exists("/bin/"+name) || m.exists("/usr/local/bin/"+name)
	}
	if !has("sudo") && has("doas") {
		return "doas"
	}
	return "sudo"
}

// serviceNames are what distributions call it; Debian has ssh, others sshd.
var serviceNames = []string{"ssh", "sshd"}

// unitFolders are where systemd looks for units, the winning one first.
var unitFolders = []string{
	"/etc/systemd/system", "/run/systemd/system", "/run/systemd/generator", "/usr/local/lib/systemd/system",
	"/lib/systemd/system", "/usr/lib/systemd/system", "/run/systemd/generator.late",
}

func (m machine) systemd() (Service, bool) {
	if !m.exists("/run/systemd/system") {
		return Service{}, false
	}
	unit := m.systemdUnit()
	if socket := m.enabledSocket(); socket != "" {
		return m.socketService(socket, unit), true
	}
	return Service{Manager: Systemd, Unit: unit, Reload: []string{"systemctl", "reload", unit}}, unit != ""
}

// systemdUnit returns the name that is the service itself and not an alias of
// it. Where both are services of their own, it is the one that is enabled.
func (m machine) systemdUnit() string {
	var services, aliases []string
	for _, name := range serviceNames {
		switch target := m.unit(name + ".service"); target {
		case "":
		case name + ".service":
			services = append(services, name)
		default:
			aliases = append(aliases, name)
		}
	}
	if len(services) == 2 && !m.enabled("multi-user.target", "ssh.service") && m.enabled("multi-user.target", "sshd.service") {
		return "sshd"
	}
	if all := append(services, aliases...); len(all) > 0 {
		return all[0]
	}
	return ""
}

// unit returns the name of the unit that name stands for: name itself, or what
// it is a link to; "" if there is none or it is masked (a link to /dev/null).
func (m machine) unit(name string) string {
	for _, folder := range unitFolders {
		path := filepath.Join(m.root, folder, name)
		if _, err := os.Lstat(path); err != nil {
			continue
		}
		target, err := os.Readlink(path)
		switch {
		case err != nil:
			return name
		case target == os.DevNull:
			return ""
		}
		return filepath.Base(target)
	}
	return ""
}

// enabled reports whether systemd starts a unit together with a target.
func (m machine) enabled(target, unit string) bool {
	return slices.ContainsFunc(unitFolders, func(folder string) bool {
		_, err := os.Lstat(filepath.Join(m.root, folder, target+".wants", unit))
		return err == nil
	})
}

// enabledSocket returns the socket unit that starts sshd, or "".
func (m machine) enabledSocket() string {
	for _, name := range serviceNames {
		if socket := name + ".socket"; m.enabled("sockets.target", socket) && m.unit(socket) != "" {
			return socket
		}
	}
	return ""
}

// socketService is for an sshd that systemd starts by a socket, either one for
// each connection or one that stays. A pid file tells that one listens by
// itself although the socket is enabled, since `sshd -i` writes none.
func (m machine) socketService(socket, unit string) Service {
	if unit == "" {
		unit = strings.TrimSuffix(socket, ".socket")
	}
	switch listening := m.serverPID() != 0; {
	case !m.acceptsEach(socket):
		return Service{
			Manager: SystemdSocket, Unit: unit, Reload: []string{"systemctl", "try-reload-or-restart", unit},
			Note: socket + " starts sshd with the first connection",
		}
	case listening:
		return Service{Manager: Systemd, Unit: unit, Reload: []string{"systemctl", "reload", unit}}
	}
	return Service{Manager: SystemdSocket, Unit: socket, Note: "new connections use it at once: " + socket + " starts an sshd for each"}
}

// acceptsEach reports whether a socket unit or one of its drop-ins, of which
// the last wins, says Accept=yes.
func (m machine) acceptsEach(socket string) bool {
	dropIns := map[string]string{}
	var main string
	for _, folder := range slices.Backward(unitFolders) {
		folder = filepath.Join(m.root, folder)
		if file := filepath.Join(folder, socket); existsAt(file) {
			main = file
		}
		names, _ := filepath.Glob(filepath.Join(folder, socket+".d", "*.conf"))
		for _, file := range names {
			dropIns[filepath.Base(file)] = file
		}
	}
	accept := readAccept(main, false)
	for _, name := range slices.Sorted(maps.Keys(dropIns)) {
		accept = readAccept(dropIns[name], accept)
	}
	return accept
}

// readAccept returns the value of the last Accept= of a unit file, or before.
func readAccept(file string, before bool) bool {
	data, _ := os.ReadFile(file)
	for line := range bytes.Lines(data) {
		key, value, _ := strings.Cut(string(line), "=")
		if strings.TrimSpace(key) != "Accept" {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(value)) {
		case "1", "yes", "y", "true", "t", "on":
			before = true
		default:
			before = false
		}
	}
	return before
}

func (m machine) openRC() (Service, bool) {
	name := m.firstOf("/etc/init.d", "")
	ok := name != "" && m.exists("/run/openrc")
	return Service{Manager: OpenRC, Unit: name, Reload: []string{"rc-service", name, "reload"}}, ok
}

// runit names the folder, as sv looks for names in one that differs between
// distributions.
func (m machine) runit() (Service, bool) {
	for _, folder := range []string{"/var/service", "/run/runit/service", "/etc/service", "/service"} {
		if name := m.firstOf(folder, "supervise"); name != "" {
			return Service{Manager: Runit, Unit: name, Reload: []string{"sv", "reload", folder + "/" + name}}, true
		}
	}
	return Service{}, false
}

func (m machine) s6() (Service, bool) {
	name := m.firstOf("/run/service", "supervise")
	return Service{Manager: S6, Unit: name, Reload: []string{"s6-svc", "-h", "/run/service/" + name}}, name != ""
}

// sysV also holds for a container in which sshd was started by its script; a
// script alone is no sign, as packages bring it everywhere.
func (m machine) sysV() (Service, bool) {
	name := m.firstOf("/etc/init.d", "")
	if name == "" || m.serverPID() == 0 && !m.exists("/etc/inittab") {
		return Service{}, false
	}
	reload := []string{"service", name, "reload"}
	if !m.exists("/usr/sbin/service") && !m.exists("/sbin/service") {
		reload = []string{"/etc/init.d/" + name, "reload"}
	}
	return Service{Manager: SysV, Unit: name, Reload: reload}, true
}

func (m machine) pidFile() (Service, bool) {
	pid := m.serverPID()
	return Service{Manager: PIDFile, Reload: []string{"kill", "-HUP", strconv.Itoa(pid)}, pid: pid, alive: m.alive}, pid != 0
}

// serverPID is the process that listens, by its pid file, or 0.
func (m machine) serverPID() int {
	for _, path := range []string{"/run/sshd.pid", "/var/run/sshd.pid"} {
		data, err := os.ReadFile(filepath.Join(m.root, path))
		if err != nil {
			continue
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
		if err == nil && pid > 0 && m.alive(pid) { // 1 in a container
			return pid
		}
	}
	return 0
}

// isServer reports whether a process is an sshd, where there is a /proc. A pid
// file may be left over, and its number taken by another program.
func (m machine) isServer(pid int) bool {
	name, err := os.ReadFile(filepath.Join(m.root, fmt.Sprintf("/proc/%d/comm", pid)))
	return err == nil && strings.TrimSpace(string(name)) == "sshd"
}

// firstOf returns the service name that folder has, with the file below it if
// one is given, or "".
func (m machine) firstOf(folder, file string) string {
	for _, name := range serviceNames {
		if m.exists(folder + "/" + name + "/" + file) {
			return name
		}
	}
	return ""
}

func (m machine) exists(path string) bool { return existsAt(filepath.Join(m.root, path)) }

func existsAt(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
