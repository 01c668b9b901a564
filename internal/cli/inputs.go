package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// inputs are the entries of a run, found from operands or defaults.
type inputs struct {
	p       *program
	o       *options
	entries []lint.Entry
	stdin   []byte
	seen    map[string]bool
	names   map[string]string // by real name: under which one a file was met first
	roots   map[string]bool   // that stand for / in some entry
	// governor is the file whose configuration counts for all of them; "": each
	// has its own.
	governor string
	live     []fs.FileInfo   // see liveFiles
	lives    map[string]bool // see isLive
	staged   *stagedFiles    // with --staged: the index is read in place of the work tree
	// fetched is the file that a walk is about to add, if it was read ahead.
	fetched *fetched
}

// gather finds what to check. Operands that cannot be read are reported and
// make the run fail, but the others are still done.
func (p *program) gather(o *options, operands []string) *inputs {
	in := &inputs{p: p, o: o, seen: map[string]bool{}}
	if len(operands) == 0 {
		in.defaults()
	}
	for _, name := range operands {
		if err := in.operand(name); err != nil {
			p.fail(err)
		}
	}
	return in
}

// The files of this machine.
func (in *inputs) userFile() string { return filepath.Join(homeDir(), ".ssh", "config") }

// systemFolders hold the system-wide files of this machine; the first that has
// one counts for ssh. A variable so that tests have a system of their own.
var systemFolders = func() []string {
	if runtime.GOOS == "windows" {
		return []string{filepath.Join(getenv("ProgramData"), "ssh")}
	}
	return []string{"/etc/ssh", "/usr/etc/ssh"}
}()

func systemFiles(name string) []string {
	var out []string
	for _, dir := range systemFolders {
		out = append(out, filepath.Join(dir, name))
	}
	return existing(out)
}

// systemFiles are those of this machine, or below --root those that exist.
func (in *inputs) systemFiles(name string) []string {
	root := strings.TrimSuffix(in.o.root, "/")
	if in.o.root == "" {
		return systemFiles(name)
	}
	// A link is not followed: where it leads is said when it is read.
	return slices.DeleteFunc([]string{root + "/etc/ssh/" + name, root + "/usr/etc/ssh/" + name}, func(path string) bool {
		_, err := os.Lstat(path)
		return isNotExist(err)
	})
}

// defaults takes the files of this machine that exist.
func (in *inputs) defaults() {
	var read []string
	add := func(e *lint.Entry, names ...string) {
		if e != nil {
			in.entries = append(in.entries, *e)
			read = append(read, names...)
		}
	}
	clientFiles := in.systemFiles("ssh_config")
	switch {
	case !in.wants(keyword.Client):
	case underSudo() && in.o.root == "":
		in.p.note(in.o, "run by sudo for %s: only the system files are read; run it without sudo for ~/.ssh/config", getenv("SUDO_USER"))
		for _, path := range clientFiles {
			add(in.liveEntry(path, keyword.Client), path)
		}
	case in.o.root == "":
		e := in.userEntry(clientFiles)
		add(e, sourceNames(e)...)
	default:
		for _, path := range clientFiles {
			add(in.liveEntry(path, keyword.Client), path)
		}
	}
	if in.wants(keyword.Server) {
		for _, path := range in.systemFiles("sshd_config") {
			add(in.liveEntry(path, keyword.Server), path)
		}
	}
	if in.addDeployment() {
		read = append(read, defaultDeployFile)
	}
	in.announce(read)
}

// wants reports whether --kind leaves a side in.
func (in *inputs) wants(side keyword.Side) bool {
	switch in.o.kind {
	case "client":
		return side == keyword.Client
	case "server", "sshd-T":
		return side == keyword.Server
	}
	return true
}

// announce says which files were read.
func (in *inputs) announce(read []string) {
	switch {
	case len(read) > 0:
		in.p.note(in.o, "checking %s", strings.Join(read, ", "))
	case in.o.root != "":
		in.p.fail(fmt.Errorf("--root %s: there is no etc/ssh/ssh_config or etc/ssh/sshd_config below it", in.o.root))
	default:
		in.p.note(in.o, "there is no file to check")
	}
}

func sourceNames(e *lint.Entry) []string {
	if e == nil {
		return nil
	}
	var out []string
	for _, s := range e.Sources {
		name := s.Path
		if e.Absent && s.Path == e.Sources[0].Path {
			name += " (does not exist)"
		}
		out = append(out, name)
	}
	return out
}

func existing(paths []string) []string {
	return slices.DeleteFunc(paths, func(p string) bool {
		_, err := os.Stat(p)
		return isNotExist(err)
	})
}

// liveEntry is a file of this machine; one that cannot be read is skipped with
// a word to the user.
func (in *inputs) liveEntry(path string, side keyword.Side) *lint.Entry {
	data, _, err := in.read(path)
	if err != nil {
		in.p.note(in.o, "%s is left out: %s", path, plainError(path, err))
		return nil
	}
	if _, err := in.optionsFor(path); err != nil {
		in.failOnce(err)
		return nil
	}
	e := in.entry(path, data, side)
	return &e
}

// userEntry is ~/.ssh/config and the system file behind it. Where there is no
// such file, an empty one stands for it.
func (in *inputs) userEntry(systemFiles []string) *lint.Entry {
	path := in.userFile()
	data, _, err := resolve.ReadRegular(path)
	absent := isNotExist(err)
	if err != nil && !absent {
		in.p.note(in.o, "%s is left out: %s", path, plainError(path, err))
		return nil
	}
	if absent {
		data = []byte{}
	}
	if _, err := in.optionsFor(path); err != nil {
		in.failOnce(err)
		return nil
	}
	e := in.entry(path, data, keyword.Client)
	if e.Absent = absent; absent {
		e.Sources[0].CheckOwner, e.Sources[0].Data = false, data
	}
	if in.o.system == "" {
		in.addSystem(&e, systemFiles)
	}
	return &e
}

// addSystem puts the system-wide files behind a user file.
func (in *inputs) addSystem(e *lint.Entry, paths []string) {
	for _, path := range paths {
		data, _, err := resolve.ReadRegular(path)
		switch {
		case err != nil && path == in.o.system:
			in.failOnce(fmt.Errorf("--system %s: %s", path, plainError(path, err)))
			continue
		case err != nil:
			in.p.note(in.o, "%s is left out: %s", path, plainError(path, err))
			continue
		}
		e.Sources = append(e.Sources, resolve.Source{Path: path, Data: data, System: true})
		return // ssh reads one system file
	}
}

// failOnce reports an error that would come again with each file.
func (in *inputs) failOnce(err error) {
	if key := "error\x00" + err.Error(); !in.seen[key] {
		in.seen[key] = true
		in.p.fail(err)
	}
}

// operand adds what one operand names: standard input, a file, a folder.
func (in *inputs) operand(name string) error {
	switch name {
	case "-":
		return in.standardInput()
	case "":
		return usagef("an operand is empty; name a file, a folder, or - for standard input")
	}
	if meant := in.belowRoot(name); meant != "" {
		return fmt.Errorf("%s: is a file of this machine, and --root %s stands for another; for the one below it name %s", name, in.rootOf(name), meant)
	}
	st, err := in.stat(name)
	switch {
	case isNotExist(err) && samePath(name, in.userFile()) && in.o.root == "":
		in.absentUserFile(name)
		return nil
	case err != nil:
		return errors.New(name + ": " + plainError(name, err))
	case st.IsDir():
		in.folder(name)
		return nil
	case st.Mode()&fs.ModeDevice != 0: // /dev/null would pass for an empty file
		return errors.New(name + ": it is a device, not a file")
	}
	return in.file(name)
}

// belowRoot is what somebody probably means who names an absolute path and a root
// that has that path, too; "" where there is no such doubt.
func (in *inputs) belowRoot(name string) string {
	root := strings.TrimSuffix(in.rootOf(name), "/")
	if root == "" || !filepath.IsAbs(name) || strings.HasPrefix(filepath.Clean(name), absolute(root)+string(filepath.Separator)) {
		return ""
	}
	meant := root + name
	if _, err := os.Lstat(meant); err != nil {
		return ""
	}
	return meant
}

func (in *inputs) stat(name string) (fs.FileInfo, error) {
	real, err := in.behind(name)
	if err != nil {
		return nil, err
	}
	return os.Stat(real)
}

// absentUserFile takes the caller's own file for an empty one that fix creates,
// just as it is without operand.
func (in *inputs) absentUserFile(name string) {
	e := in.userEntry(systemFiles("ssh_config"))
	if e == nil {
		return
	}
	e.Path, e.Sources[0].Path = name, name
	in.entries = append(in.entries, *e)
}

func (in *inputs) standardInput() error {
	if err := in.readStdin(); err != nil {
		return err
	}
	name := in.o.stdinName
	if name == "" {
		name = "-"
	}
	n := len(in.entries)
	if err := in.add(name, in.stdin); err != nil {
		return err
	}
	for i := range in.entries[n:] {
		if e := &in.entries[n+i]; e.Mine == nil {
			// Only what came in goes out again: what it includes stays as it is.
			e.Mine = func(path string) bool { return path == name }
		}
	}
	return nil
}

// readStdin reads standard input, once.
func (in *inputs) readStdin() error {
	if in.stdin != nil {
		return usagef("- is given twice; standard input can be read once")
	}
	if term.IsTerminal(in.p.stdin) {
		in.p.note(in.o, "reading standard input; end it with Ctrl-D")
	}
	data, err := io.ReadAll(io.LimitReader(in.p.stdin, syntax.MaxSize+1))
	if err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	if len(data) > syntax.MaxSize {
		return fmt.Errorf("standard input is larger than %d MiB, more than a configuration has", syntax.MaxSize>>20)
	}
	in.stdin = append([]byte{}, data...)
	return nil
}

// read reads a file that was named or found.
func (in *inputs) read(path string) ([]byte, resolve.FileInfo, error) {
	real, err := in.behind(path)
	if err != nil {
		return nil, resolve.FileInfo{}, err
	}
	return resolve.ReadRegular(real)
}

// readToAdd reads a file for add. Of a large one that add refuses for what it
// begins with, only that is read.
func (in *inputs) readToAdd(path string) ([]byte, error) {
	f := in.fetchedAs(path)
	if f == nil {
		f = in.placeOf(path).fetch(path)
	}
	return f.data, f.err
}

// largeFile is from which size on a file is looked at before it is read whole.
const largeFile = 8 << 20

// headOfLarge is the beginning of a file that is much larger than configurations
// are: a disk image or a database need not be read whole. nil for all others.
func headOfLarge(path string) []byte {
	if st, err := os.Stat(path); err != nil || !st.Mode().IsRegular() || st.Size() < largeFile {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	head := make([]byte, binaryHead)
	n, _ := io.ReadFull(f, head)
	return head[:n]
}

// behind is where the file is that a path means, see place.
func (in *inputs) behind(path string) (string, error) {
	if f := in.fetchedAs(path); f != nil {
		return f.real, f.realErr
	}
	return in.placeOf(path).behind(path)
}

func (in *inputs) file(path string) error {
	data, err := in.readToAdd(path)
	if err != nil {
		return errors.New(path + ": " + plainError(path, err))
	}
	return in.add(path, data)
}

// plainError is what went wrong, without the path and the system call.
func plainError(path string, err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "you may not read it; try sudo"
	case errors.Is(err, resolve.ErrIsDirectory):
		return "it is a folder, not a file"
	case err == resolve.ErrOutsideRoot:
		return "it lies outside the root folder"
	}
	return strings.TrimPrefix(err.Error(), path+": ")
}

// add makes an entry of a file's content, told its kind.
func (in *inputs) add(path string, data []byte) error {
	twin, again := in.metBefore(path)
	if again {
		return nil
	}
	if what := sealed(data); what != "" {
		in.p.note(in.o, "%s is left out: it is %s", path, what)
		return nil
	}
	if isBinary(data) {
		return fmt.Errorf("%s: this is no configuration: it holds binary data", path)
	}
	if _, err := in.optionsFor(path); err != nil {
		return err
	}
	if in.deployOperand(path, data) {
		return nil
	}
	side, err := in.kindOf(path, data)
	if err != nil {
		return err
	}
	e := in.entry(path, data, side)
	if e.Dump {
		in.noteNoise(path, data, e.Sources[0].Data)
	}
	if twin != "" {
		e.Path, e.Sources[0].Path = twin, twin
	}
	in.markTemplate(&e)
	in.entries = append(in.entries, e)
	return nil
}

// metBefore reports whether a file was taken before, under this name or another.
// Where it is that of several machines, because they share it by a link, it is
// taken once for each, under the name that was met first: twin.
func (in *inputs) metBefore(path string) (twin string, again bool) {
	key, real, root := filepath.Clean(path), in.realName(path), in.rootOf(path)
	if root == "" && !in.isLive(path) {
		root = in.impliedRoot(path)
	}
	there := real + "\x00" + root
	if in.seen[key] || in.seen[there] {
		return "", true
	}
	twin, shared := in.names[real]
	if shared && (root == "" || isFragment(path)) {
		return "", true
	}
	if !shared {
		if in.names == nil {
			in.names = map[string]string{}
		}
		in.names[real] = path
	}
	in.seen[key], in.seen[there] = true, true
	return twin, false
}

// binaryHead is how much of a file tells whether it is binary.
const binaryHead = 8192

// isBinary tells programs, archives and the like from a configuration with a
// stray control character, which is for the rules to report.
func isBinary(data []byte) bool {
	head := data[:min(len(data), binaryHead)]
	control := 0
	for _, c := range head {
		if c < ' ' && (c < '\t' || c > '\r') || c == 0x7f {
			control++
		}
	}
	return bytes.IndexByte(head, 0) >= 0 && control > len(head)/20
}

// rootOf is the folder that stands for / in a file by flag or configuration.
func (in *inputs) rootOf(path string) string { return in.governing(path).root }

// governing is optionsFor where it is known that the configuration can be read,
// or where that does not matter.
func (in *inputs) governing(path string) *options {
	if o, err := in.optionsFor(path); err == nil {
		return o
	}
	return in.o
}

// entry describes one file with what OpenSSH reads along with it.
func (in *inputs) entry(path string, data []byte, side keyword.Side) lint.Entry {
	o := in.governing(path)
	live := in.staged == nil && in.isLive(path)
	root := o.root
	if root == "" && !live {
		root = in.impliedRoot(path)
	}
	if data == nil {
		data = []byte{}
	}
	if root != "" {
		if in.roots == nil {
			in.roots = map[string]bool{}
		}
		in.roots[root] = true
	}
	e := lint.Entry{
		Path:       path,
		Fragment:   isFragment(path),
		Dialect:    o.dialect(side, live),
		Env:        in.environment(root),
		NoIncludes: o.noIncludes,
		Sources:    []resolve.Source{{Path: path, Data: data, System: side == keyword.Client && isSystemName(path)}},
	}
	if home, ok := foreignHome(path); ok && side == keyword.Client && root == "" {
		e.Env.Home = home
	}
	if side == keyword.Client && live && in.stdin == nil && samePath(path, in.userFile()) {
		// ssh looks at owner and mode of this file and of all it includes.
		e.Env.CheckOwners = true
		e.Sources[0].CheckOwner, e.Sources[0].Data = true, nil
	}
	o.govern(&e)
	if side == keyword.Server && in.isDump(path, data) {
		e.Dump = true
		e.Sources[0].Data = withoutNoise(data)
		e.Mine = func(string) bool { return false }
	}
	if side == keyword.Client && !e.Sources[0].System {
		switch {
		case o.system != "":
			in.addSystem(&e, []string{o.system})
		case in.staged == nil && samePath(path, in.userFile()) && o.root == "" && !in.fromDefaults(path):
			in.addSystem(&e, systemFiles("ssh_config"))
		}
	}
	return e
}

// fromDefaults reports whether userEntry is at work on the path: it adds the
// system file itself.
func (in *inputs) fromDefaults(path string) bool { return !in.seen[filepath.Clean(path)] }

// isLive reports whether a path is one that the programs of this machine read.
//
// The answer is kept, as a file that is written is another one afterwards.
func (in *inputs) isLive(path string) bool {
	live, known := in.lives[path]
	if !known {
		if in.lives == nil {
			in.lives = map[string]bool{}
		}
		live = in.rootOf(path) == "" && in.findLive(path)
		in.lives[path] = live
	}
	return live
}

func (in *inputs) findLive(path string) bool {
	abs, err := absolutePath(path)
	if err != nil {
		return false
	}
	if samePath(path, in.userFile()) || inSystemFolder(abs) {
		return true
	}
	st, err := in.lookAt(path)
	return err == nil && slices.ContainsFunc(in.liveFiles(), func(live fs.FileInfo) bool { return os.SameFile(st, live) })
}

// lookAt tells about the file behind a path, which is not what an absolute link in
// an image means here.
func (in *inputs) lookAt(path string) (fs.FileInfo, error) {
	if f := in.fetchedAs(path); f != nil && f.info != nil {
		return f.info, nil
	}
	if real, err := resolve.Behind(impliedRoot(path), path); err == nil {
		path = real
	}
	return os.Stat(path)
}

func inSystemFolder(path string) bool {
	return slices.ContainsFunc(systemFolders, func(dir string) bool {
		return strings.HasPrefix(path, dir+string(filepath.Separator))
	})
}

// liveFiles are the files that the programs of this machine begin with. They may
// be links, into a dotfiles folder for one, and be named by what is behind them.
func (in *inputs) liveFiles() []fs.FileInfo {
	if in.live == nil {
		in.live = []fs.FileInfo{}
		names := []string{in.userFile()}
		for _, dir := range systemFolders {
			names = append(names, filepath.Join(dir, "sshd_config"), filepath.Join(dir, "ssh_config"))
		}
		for _, name := range names {
			if st, err := os.Stat(name); err == nil {
				in.live = append(in.live, st)
			}
		}
	}
	return in.live
}

// impliedRoot is the folder that stands for / where a path ends like one of a
// whole system: x/etc/ssh/sshd_config and x/usr/etc/ssh/sshd_config imply x.
func impliedRoot(path string) string {
	slash := filepath.ToSlash(path)
	i := strings.LastIndex("/"+slash, "/etc/ssh/")
	switch {
	case i < 0:
		return ""
	case i == 0 && strings.HasPrefix(slash, "/"):
		return ""
	case i == 0:
		return "."
	}
	root := slash[:i-1]
	for _, above := range []string{"/usr/local", "/usr"} { // where packages put theirs
		switch rest, ok := strings.CutSuffix("/"+root, above); {
		case ok && rest == "":
			return "."
		case ok:
			return rest[1:]
		}
	}
	return root
}

// strayLink says where the file is that a path means in an image, if that is
// somewhere else than where the path leads on this machine; "" if it is not.
func (in *inputs) strayLink(path string) string {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if in.roots[dir] {
			if real, err := resolve.Behind(dir, path); err == nil && realName(real) != realName(path) {
				return real
			}
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

// isSystemName reports whether a path is that of a system-wide client file.
func isSystemName(path string) bool {
	slash := filepath.ToSlash(path)
	return strings.HasSuffix("/"+slash, "/etc/ssh/ssh_config") || strings.Contains("/"+slash, "/ssh_config.d/")
}

// isFragment reports whether a file is a drop-in: it lies below a *.d folder.
func isFragment(path string) bool {
	dir := filepath.ToSlash(filepath.Dir(path))
	for part := range strings.SplitSeq(dir, "/") {
		if strings.HasSuffix(part, ".d") && len(part) > 2 {
			return true
		}
	}
	return false
}

// leadsNowhere reports whether a name that a folder holds cannot be read because
// it is a link to something that is not there, or is not looked at.
func leadsNowhere(err error) bool {
	return errors.Is(err, resolve.ErrOutsideRoot) || errors.Is(err, fs.ErrNotExist)
}

// addFound adds a file that nobody has named. A deploy.yml may be one of another
// program than Kamal.
func (in *inputs) addFound(path string, data []byte) error {
	if _, isDeploy := destinationOf(filepath.Base(path)); isDeploy && in.governing(path).fileKind == "" {
		in.deployOperand(path, data)
		return nil
	}
	err := in.add(path, data)
	if other := (*foreignError)(nil); errors.As(err, &other) {
		in.p.note(in.o, "%s is left out: it is %s, which sshvet does not look into", path, other.what)
		return nil
	}
	return err
}

func skippedFolder(name string) bool {
	switch name {
	case ".git", ".hg", ".svn", ".jj", "node_modules", ".terraform", ".direnv", ".venv":
		return true
	}
	return false
}

// isConfigName says which names a walk takes.
func isConfigName(path string) bool {
	path = plainName(path)
	base := filepath.Base(path)
	dir := filepath.ToSlash(filepath.Dir(path))
	if wd, err := workingDir(); err == nil && filepath.IsLocal(path) {
		dir = filepath.Base(wd) + "/" + dir // where sshvet runs in .ssh, config or a *.d folder
	}
	switch {
	case base == "ssh_config", base == "sshd_config":
		return true
	case base == "deploy.yml":
		return filepath.Base(filepath.Clean(dir)) == "config"
	case base == "config":
		return slices.Contains(strings.Split(dir, "/"), ".ssh")
	case strings.HasSuffix(base, ".conf"):
		for part := range strings.SplitSeq(dir, "/") {
			if part == "ssh_config.d" || part == "sshd_config.d" || part == "config.d" {
				return true
			}
		}
	}
	return false
}

// kindOf tells client from server: by the flag, a comment in the file, the
// configuration, its name, the keywords in it.
func (in *inputs) kindOf(path string, data []byte) (keyword.Side, error) {
	o := in.governing(path)
	switch o.kind {
	case "client":
		return keyword.Client, nil
	case "server":
		return keyword.Server, nil
	case "sshd-T":
		return dumpSide(path, data)
	}
	if side, ok := kindOfComment(data); ok {
		return side, nil
	}
	switch o.fileKind {
	case "client":
		return keyword.Client, nil
	case "server":
		return keyword.Server, nil
	case "sshd-T":
		return dumpSide(path, data)
	}
	if in.isDump(path, data) {
		return keyword.Server, nil
	}
	if what := foreign(path, data); what != "" && (!isConfigName(path) || isUserData(data) && !in.isInPlace(path)) {
		return 0, &foreignError{path, what}
	}
	if side, ok := kindOfName(path); ok {
		return side, nil
	}
	if side, ok := kindOfKeywords(path, data); ok {
		return side, nil
	}
	if side, ok := looseSide(path); ok && !strange(data) {
		return side, nil
	}
	return 0, fmt.Errorf("%s: cannot tell whether this is a client or a server file; say --kind client or --kind server, or write '# sshvet: kind=server' into its first 10 lines", path)
}

// isInPlace reports whether a path is one where OpenSSH itself looks, on this machine
// or below a root: it reads what is there, whatever that was meant to be.
func (in *inputs) isInPlace(path string) bool {
	return in.isLive(path) || in.rootOf(path) != "" || in.impliedRoot(path) != ""
}

// kindOfComment finds `# sshvet: kind=server` in the first ten lines.
func kindOfComment(data []byte) (keyword.Side, bool) {
	head := data[:min(len(data), 4096)]
	for i, text := range strings.SplitN(string(head), "\n", 11) {
		if i == 10 {
			break
		}
		rest, ok := strings.CutPrefix(strings.TrimLeft(text, " \t"), "#")
		if !ok {
			continue
		}
		if rest, ok = strings.CutPrefix(strings.TrimSpace(rest), "sshvet:"); !ok {
			continue
		}
		for _, w := range strings.Fields(rest) {
			switch w {
			case "kind=server":
				return keyword.Server, true
			case "kind=client":
				return keyword.Client, true
			}
		}
	}
	return 0, false
}

func kindOfName(path string) (keyword.Side, bool) {
	abs := path
	if a, err := absolutePath(path); err == nil {
		abs = a
	}
	parts := strings.Split(filepath.ToSlash(plainName(abs)), "/")
	slices.Reverse(parts)
	for i, part := range parts {
		lower := strings.ToLower(part)
		switch {
		case i > 0 && !strings.HasSuffix(lower, ".d") && part != ".ssh":
			continue
		case strings.Contains(lower, "sshd_config"), strings.Contains(lower, "sshd-config"):
			return keyword.Server, true
		case strings.Contains(lower, "ssh_config"), strings.Contains(lower, "ssh-config"):
			return keyword.Client, true
		case part == ".ssh" && (parts[0] == "config" || slices.Contains(parts[:i], "config.d")):
			return keyword.Client, true
		}
	}
	return 0, false
}

// kindOfKeywords counts the keywords that only one side has.
func kindOfKeywords(path string, data []byte) (keyword.Side, bool) {
	f := syntax.Parse(path, data[:min(len(data), 1<<20)], syntax.Options{})
	var votes [2]int
	for i := range f.Len() {
		l := f.Line(i)
		if l.Kind != syntax.Setting {
			continue
		}
		word := f.KeyText(l)
		c, s := keyword.Find(keyword.Client, word), keyword.Find(keyword.Server, word)
		switch {
		case c != nil && s == nil:
			votes[keyword.Client]++
		case s != nil && c == nil:
			votes[keyword.Server]++
		}
	}
	switch {
	case votes[keyword.Client] > votes[keyword.Server]:
		return keyword.Client, true
	case votes[keyword.Server] > votes[keyword.Client]:
		return keyword.Server, true
	}
	return 0, false
}
