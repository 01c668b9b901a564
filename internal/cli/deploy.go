package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

// defaultDeployFile is where Kamal looks.
var defaultDeployFile = filepath.Join("config", "deploy.yml")

// deployFlags are what `sshvet kamal` is told about a deployment.
type deployFlags struct {
	file, destination, version string
	hosts                      []string
	dump                       []byte
	dumpName                   string
	servers                    []kamal.ServerFile
}

// deployment is the entry of a deploy.yml: the file, the client files of this
// machine, and what Kamal's environment says, where it runs us as a hook.
func (in *inputs) deployment(f deployFlags) lint.Entry {
	e := in.deployClient(f.file)
	if in.staged != nil {
		e.Env = in.staged.environment(e.Env)
	}
	dir, below := deployFolder(f.file)
	if len(f.hosts) == 0 && below == "" {
		f.hosts = words([]string{getenv("KAMAL_HOSTS")})
	}
	if len(f.hosts) == 0 {
		f.hosts = nil // those of the files
	}
	if f.destination == "" && below == "" {
		f.destination = getenv("KAMAL_DESTINATION")
	}
	e.Path = f.file
	e.Deploy = &lint.Deployment{
		Request: kamal.Request{
			File: f.file, Destination: f.destination, Hosts: f.hosts,
			Command: getenv("KAMAL_COMMAND"), Subcommand: getenv("KAMAL_SUBCOMMAND"),
			Dump: f.dump, DumpName: f.dumpName, Kamal: f.version,
			Lockfile: filepath.Join(below, "Gemfile.lock"), Arch: runtime.GOARCH,
			Exists: func(path string) bool {
				// Files are named as seen from here, hooks from where Kamal is started.
				isFile := path == f.file || path == kamal.DestinationFile(f.file, f.destination)
				if !isFile && !filepath.IsAbs(path) {
					path = filepath.Join(below, path)
				}
				return in.exists(path) && !onlyOurHook(path)
			},
		},
		Machine: kamal.Machine{Home: homeDir(), Dir: dir, Below: below, User: callerName(), Networks: localAddresses(), Servers: f.servers},
	}
	if !in.exists(e.Deploy.Lockfile) {
		e.Deploy.Lockfile = ""
	}
	return e
}

// deployFolder is the folder in which Kamal is started for a deploy.yml: the
// one above config, and that one relative to the current folder, "" if it is
// that.
func deployFolder(file string) (dir, below string) {
	wd, err := os.Getwd()
	if err != nil {
		wd = ""
	}
	parent := filepath.Dir(absolute(file))
	if filepath.Base(parent) != "config" {
		return wd, ""
	}
	dir = filepath.Dir(parent)
	if below, err = filepath.Rel(wd, dir); err != nil || below == "." {
		below = ""
	}
	return dir, below
}

// deployClient are the client files of whoever deploys, of this machine. What
// counts is the configuration that governs the deploy.yml.
func (in *inputs) deployClient(file string) lint.Entry {
	alone := inputs{p: in.p, o: in.o, seen: map[string]bool{}, governor: file}
	if e := alone.userEntry(systemFiles("ssh_config")); e != nil {
		return *e
	}
	return lint.Entry{
		Dialect: in.o.dialect(keyword.Client, true), Env: environment(""),
		Sources: []resolve.Source{{Path: in.userFile(), Data: []byte{}}},
		Mine:    func(string) bool { return false },
	}
}

// addDeployment adds the deploy.yml of the current folder, if there is one.
func (in *inputs) addDeployment() (added bool) {
	if in.o.kind != "" || in.o.root != "" {
		return false
	}
	if _, err := os.Stat(defaultDeployFile); err != nil {
		return false
	}
	if _, err := in.optionsFor(defaultDeployFile); err != nil {
		in.failOnce(err)
		return false
	}
	in.entries = append(in.entries, in.deployment(deployFlags{file: defaultDeployFile}))
	return true
}

// deployOperand takes a path for a deploy.yml of Kamal, or for one of its
// destinations, if its name and content are that.
func (in *inputs) deployOperand(path string, data []byte) bool {
	base := filepath.Base(path)
	destination, ok := destinationOf(base)
	if in.o.kind != "" || !ok || !looksLikeKamal(data) && destination == "" {
		return false
	}
	f := deployFlags{file: filepath.Join(filepath.Dir(path), "deploy.yml"), destination: destination}
	if !in.exists(f.file) {
		return false
	}
	if key := "deploy\x00" + filepath.Clean(f.file) + "\x00" + destination; !in.seen[key] {
		in.seen[key] = true
		in.entries = append(in.entries, in.deployment(f))
	}
	return true
}

// destinationOf is the destination of deploy.DEST.yml, "" for deploy.yml; ok is
// false for other names.
func destinationOf(base string) (destination string, ok bool) {
	name, isYAML := strings.CutSuffix(base, ".yml")
	if !isYAML {
		return "", false
	}
	if name == "deploy" {
		return "", true
	}
	return strings.CutPrefix(name, "deploy.")
}

// looksLikeKamal tells Kamal's deploy.yml from those of other programs: it names
// a service, and an image or servers.
func looksLikeKamal(data []byte) bool {
	text := string(data[:min(len(data), 64<<10)])
	return strings.Contains(text, "service") && (strings.Contains(text, "image") || strings.Contains(text, "servers"))
}

// onlyOurHook reports whether a path is a hook that runs sshvet and nothing else:
// it takes no time that matters.
func onlyOurHook(path string) bool {
	if filepath.Base(path) != "pre-deploy" {
		return false
	}
	data, _, err := resolve.ReadRegular(path)
	if err != nil || !strings.Contains(string(data), "sshvet kamal") {
		return false
	}
	_, err = os.Lstat(path + ".before-sshvet")
	return isNotExist(err)
}

// serverFiles reads the values of --server-config, HOST=FILE.
func (p *program) serverFiles(values []string, o *options) ([]kamal.ServerFile, error) {
	var out []kamal.ServerFile
	for _, value := range values {
		host, path, ok := strings.Cut(value, "=")
		if !ok || host == "" || path == "" {
			return nil, usagef("--server-config %s: say HOST=FILE, FILE being that host's sshd_config or what 'sshd -T' prints there; * for all hosts", value)
		}
		data, err := readGiven(path)
		if err != nil {
			return nil, errors.New(path + ": " + plainError(path, err))
		}
		out = append(out, kamal.ServerFile{Host: host, Path: path, Data: data, Dump: o.kind == "sshd-T" || looksLikeDump(data)})
	}
	return out, nil
}

// readGiven reads a file that a flag names. Unlike a configuration it may be what
// the shell makes of <(command).
func readGiven(path string) ([]byte, error) {
	data, _, err := resolve.ReadRegular(path)
	if !errors.Is(err, resolve.ErrNotRegular) {
		return data, err
	}
	st, errStat := os.Stat(path)
	if errStat != nil || st.Mode()&os.ModeNamedPipe == 0 {
		return nil, err
	}
	f, errOpen := os.Open(path)
	if errOpen != nil {
		return nil, errOpen
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, syntax.MaxSize))
}
