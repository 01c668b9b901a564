package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/sshvet/sshvet/internal/gitx"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/internal/template"
	"github.com/sshvet/sshvet/lint"
)

// stagedFiles are the files of a repository as they are staged: what the next
// commit will hold. The work tree is not looked at, except by fix, where both
// are the same.
type stagedFiles struct {
	*gitx.Repo
	tree    *gitx.Tree
	blobs   *gitx.Blobs
	changes []gitx.Change
	changed map[string]bool          // paths of changes, the deleted ones included
	wd      string                   // the current folder, without symbolic links
	inWork  bool                     // read a file in the work tree if that is what is staged
	stands  map[string]gitx.Standing // by path: see standing
	mu      *sync.Mutex              // of stands
}

// openStaged reads what is staged in the repository of the current folder.
func openStaged(inWork bool) (*stagedFiles, error) {
	repo, err := gitx.Git{Env: os.Environ()}.Open()
	if err != nil {
		return nil, fmt.Errorf("--staged: %w", err)
	}
	s := &stagedFiles{Repo: repo, inWork: inWork, stands: map[string]gitx.Standing{}, mu: &sync.Mutex{}}
	if s.wd, err = os.Getwd(); err != nil {
		return nil, err
	}
	if s.wd, err = filepath.EvalSymlinks(s.wd); err != nil {
		return nil, err
	}
	if s.changes, err = repo.Staged(); err != nil {
		return nil, err
	}
	s.changed = paths(s.changes)
	if len(s.changes) > 0 {
		s.tree, err = repo.Index()
	}
	s.blobs = repo.Blobs()
	return s, err
}

func paths(changes []gitx.Change) map[string]bool {
	out := map[string]bool{}
	for _, c := range changes {
		out[c.Path] = true
	}
	return out
}

// before are the files as the last commit has them.
func (s *stagedFiles) before() *stagedFiles {
	old := *s
	old.tree, old.inWork = s.tree.Before(s.changes), false
	return &old
}

// shown is how a path of the repository is named to the user: as seen from the
// current folder. Where a folder stands for /, it is that folder and what is
// below it, as Includes lead there, so that no file has two names.
func (s *stagedFiles) shown(name string) string {
	path := filepath.Join(s.Top, filepath.FromSlash(name))
	if root := impliedRoot(path); root != "" {
		if rel, err := filepath.Rel(s.wd, root); err == nil && rel != "." {
			return rel + path[len(root):]
		}
	}
	if rel, err := filepath.Rel(s.wd, path); err == nil {
		return rel
	}
	return path
}

// inside is the path below the top of the repository ("" for the top) that a path
// of the system stands for. Links on the way to the repository are followed; those in it are
// what the index has.
func (s *stagedFiles) inside(path string) (name string, ok bool) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.wd, path)
	}
	for range 40 {
		if rel, err := filepath.Rel(s.Top, path); err == nil && filepath.IsLocal(rel) {
			if rel == "." {
				rel = ""
			}
			return filepath.ToSlash(rel), true
		}
		next, isLink := firstLink(filepath.Clean(path))
		if !isLink {
			return "", false
		}
		path = next
	}
	return "", false
}

// firstLink replaces the first symbolic link in an absolute path by what it
// leads to.
func firstLink(path string) (string, bool) {
	for i := 1; i <= len(path); i++ {
		if i < len(path) && !os.IsPathSeparator(path[i]) {
			continue
		}
		if st, err := os.Lstat(path[:i]); err != nil {
			return "", false
		} else if st.Mode()&fs.ModeSymlink == 0 {
			continue
		}
		target, err := os.Readlink(path[:i])
		if err != nil {
			return "", false
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path[:i]), target)
		}
		return filepath.Join(target, path[i:]), true
	}
	return "", false
}

// environment puts the index in front of an Env: what lies in the repository is
// read there, or does not exist. Other files are read as before.
func (s *stagedFiles) environment(base resolve.Env) resolve.Env {
	env := base
	env.ReadFile = func(path string) ([]byte, resolve.FileInfo, error) {
		name, ok := s.inside(path)
		if !ok {
			return base.ReadFile(path)
		}
		return s.read(path, name, base.Root)
	}
	env.ReadDir = func(path string) ([]string, error) {
		name, ok := s.inside(path)
		if !ok {
			return base.ReadDir(path)
		}
		return s.list(path, name, base.Root)
	}
	env.Exists = func(path string) bool {
		name, ok := s.inside(path)
		if !ok {
			return base.Exists(path)
		}
		return s.exists(name)
	}
	env.Identity = s.identity
	return env
}

// identity names the file behind a path.
func (s *stagedFiles) identity(path string) string {
	if name, ok := s.inside(path); ok {
		if real, err := s.tree.Resolve(name, s.blobs); err == nil {
			name = real
		}
		return filepath.Join(s.Top, filepath.FromSlash(name))
	}
	return realName(path)
}

// resolve follows the links in the index, which must not lead out of the root.
func (s *stagedFiles) resolve(path, name, root string) (string, error) {
	real, err := s.tree.Resolve(name, s.blobs)
	switch {
	case errors.Is(err, gitx.ErrOutside):
		err = resolve.ErrOutsideRoot
	case err == nil && root != "":
		if top, ok := s.inside(root); ok && top != "" && real != top && !strings.HasPrefix(real, top+"/") {
			err = resolve.ErrOutsideRoot
		}
	}
	if err != nil {
		return "", &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return real, nil
}

func (s *stagedFiles) read(path, name, root string) ([]byte, resolve.FileInfo, error) {
	real, err := s.resolve(path, name, root)
	if err != nil {
		return nil, resolve.FileInfo{}, err
	}
	f, ok := s.tree.File(real)
	info := resolve.FileInfo{Mode: fs.FileMode(f.Mode) & 0o777, UID: os.Getuid(), GID: os.Getgid()}
	if !ok || f.Mode == gitx.Submodule {
		return nil, info, &fs.PathError{Op: "read", Path: path, Err: resolve.ErrIsDirectory}
	}
	data, err := s.blobs.Read(f.ID, syntax.MaxSize)
	if err != nil {
		return nil, info, fmt.Errorf("%s: %w", path, err)
	}
	if len(data) == 0 {
		if announced, err := s.Announced(real); err != nil || announced {
			return nil, info, &fs.PathError{Op: "open", Path: path, Err: errors.Join(err, fs.ErrNotExist)}
		}
	}
	if s.inWork && s.standing(real) == gitx.Same && sealed(data) == "" {
		data, err = os.ReadFile(filepath.Join(s.Top, filepath.FromSlash(real))) // with its own line ends
	}
	return data, info, err
}

func (s *stagedFiles) list(path, name, root string) ([]string, error) {
	real, err := s.resolve(path, name, root)
	if err != nil {
		return nil, err
	}
	names, ok := s.tree.Dir(real)
	if !ok {
		return nil, &fs.PathError{Op: "readdir", Path: path, Err: errors.New("it is no folder")}
	}
	return names, nil
}

// exists reports whether a name exists, a link at its end not followed.
func (s *stagedFiles) exists(name string) bool {
	dir, err := s.tree.Resolve(pathDir(name), s.blobs)
	if err != nil {
		return false
	}
	names, ok := s.tree.Dir(dir)
	return ok && (name == "" || slices.Contains(names, name[strings.LastIndexByte(name, '/')+1:]))
}

// pathDir is the folder of a path with slashes; "" is the top.
func pathDir(name string) string { return name[:max(0, strings.LastIndexByte(name, '/'))] }

// standing is how the work tree has what is staged of a file. What cannot be
// compared is another content.
func (s *stagedFiles) standing(name string) gitx.Standing {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, known := s.stands[name]
	if !known {
		at = gitx.OtherContent
		f, ok := s.tree.File(name)
		if ok && f.Mode != gitx.Symlink && f.Mode != gitx.Submodule {
			blob, err := s.blobs.Read(f.ID, syntax.MaxSize)
			if err == nil {
				at, err = s.Standing(name, f, blob)
			}
			if err != nil {
				at = gitx.OtherContent
			}
		}
		s.stands[name] = at
	}
	return at
}

// real is the path in the repository of the file behind a path of the system.
func (s *stagedFiles) real(path string) (name string, ok bool) {
	if name, ok = s.inside(path); !ok {
		return "", false
	}
	if real, err := s.tree.Resolve(name, s.blobs); err == nil {
		name = real
	}
	return name, true
}

// isStaged reports whether the next commit changes the file behind a path.
func (s *stagedFiles) isStaged(path string) bool { return s.isAmong(path, s.changed) }

// isAmong reports whether the file behind a path, or a link to it in the
// repository, is one of those that are named.
func (s *stagedFiles) isAmong(path string, paths map[string]bool) bool {
	name, ok := s.inside(path)
	if !ok {
		return false
	}
	if real, err := s.tree.Resolve(name, s.blobs); err == nil && paths[real] {
		return true
	}
	return paths[name]
}

// inputsOf finds what to check: files, or with --staged what is staged of them,
// for fix as the work tree has it.
func (p *program) inputsOf(o *options, operands []string, fixes bool) (*inputs, error) {
	switch {
	case !o.staged:
		return p.gather(o, operands), nil
	case slices.Contains(operands, "-"):
		return nil, usagef("--staged reads what is staged in git; it does not go with standard input")
	}
	return p.gatherStaged(o, operands, fixes)
}

// close ends what was started to read files.
func (in *inputs) close() {
	if in.staged != nil {
		in.staged.blobs.Close()
	}
}

// gatherStaged finds what is to be checked among what is staged.
func (p *program) gatherStaged(o *options, operands []string, inWork bool) (*inputs, error) {
	s, err := openStaged(inWork)
	if err != nil {
		return nil, err
	}
	in := &inputs{p: p, o: o, seen: map[string]bool{}, staged: s}
	if len(s.changes) == 0 && len(operands) == 0 {
		in.noteNothing("nothing is staged")
		return in, nil
	}
	if s.tree == nil { // nothing is staged, but names are to be looked up
		if s.tree, err = s.Index(); err != nil {
			return nil, err
		}
	}
	wanted, about := in.wanted(operands), s.changed
	if len(operands) > 0 {
		about = paths(wanted)
	}
	named := map[string]bool{}
	for _, operand := range operands {
		name, _ := s.inside(operand)
		named[name] = true
	}
	for _, c := range wanted {
		if err := in.stagedFile(c, named[c.Path]); err != nil {
			p.fail(err)
		}
	}
	in.including(about)
	if len(in.entries) == 0 && len(operands) == 0 && !slices.ContainsFunc(wanted, isThere) {
		in.noteNothing("no configuration of OpenSSH is staged")
	}
	return in, nil
}

// isThere reports whether a change leaves a file, and not another repository.
func isThere(c gitx.Change) bool {
	return c.Unmerged || c.New != gitx.File{} && c.New.Mode != gitx.Submodule
}

// noteNothing says why nothing is checked; in a hook that is the rule and no
// news.
func (in *inputs) noteNothing(why string) {
	if !in.p.inHook {
		in.p.note(in.o, "%s", why)
	}
}

// wanted are the staged changes that are to be looked at: those with the name of
// a configuration, at or below the operands if there are any, and those that an
// operand names.
func (in *inputs) wanted(operands []string) []gitx.Change {
	s := in.staged
	if len(operands) == 0 {
		return slices.DeleteFunc(slices.Clone(s.changes), func(c gitx.Change) bool { return !in.takesStaged(c.Path) })
	}
	var out []gitx.Change
	for _, operand := range operands {
		name, ok := s.inside(operand)
		if !ok {
			in.p.fail(fmt.Errorf("%s: it lies outside of this git repository, so that --staged says nothing about it", operand))
			continue
		}
		found := false
		for _, c := range s.changes {
			below := name == "" || strings.HasPrefix(c.Path, name+"/")
			if c.Path == name || below && in.takesStaged(c.Path) {
				out, found = append(out, c), true
			}
		}
		_, tracked := s.tree.File(name)
		_, folder := s.tree.Dir(name)
		switch {
		case found:
		case tracked || folder:
			in.p.note(in.o, "%s: nothing of it is staged", operand)
		default:
			in.p.fail(fmt.Errorf("%s: git has no such file in its index; to stage it run: git add %s", operand, shellQuote(operand)))
		}
	}
	return out
}

// takesStaged reports whether a staged file is looked at: by its name, or because
// the configuration of sshvet, which is read in the work tree, says what kind it
// is; and unless that leaves it out.
func (in *inputs) takesStaged(name string) bool {
	path := in.staged.shown(name)
	taken := in.staged.isConfig(name) && !in.isSomethingElse(name) || in.governing(path).fileKind != ""
	return taken && !in.excluded(path)
}

// isSomethingElse reports whether a file that nobody has named is none of
// OpenSSH's, though its name is one that such files may have: a script
// update-ssh_config, an ssh/config of another program.
func (in *inputs) isSomethingElse(name string) bool {
	s := in.staged
	if s.hasWalkedName(name) {
		return false
	}
	data, _, err := s.read(s.shown(name), name, "")
	if err != nil || sealed(data) != "" {
		return false // it is for others to say so
	}
	if in.o.kind != "" {
		return foreign(name, data) != ""
	}
	_, err = in.kindOf(s.shown(name), data)
	return err != nil
}

// isConfig says of which names the staged files are looked at: those that a walk
// through folders takes, the destinations of Kamal, and what else is in use in
// repositories.
func (s *stagedFiles) isConfig(name string) bool {
	parts := strings.Split(name, "/")
	if slices.ContainsFunc(parts[:len(parts)-1], skippedFolder) {
		return false
	}
	return s.hasWalkedName(name) || isRepositoryName(s.fromAbove(name))
}

// fromAbove is a path with the folder of the repository, which may be .ssh
// itself.
func (s *stagedFiles) fromAbove(name string) string { return filepath.Base(s.Top) + "/" + name }

// hasWalkedName reports whether a name is one that a walk takes, or a destination
// of Kamal.
func (s *stagedFiles) hasWalkedName(name string) bool {
	path := filepath.FromSlash(s.fromAbove(name))
	if isConfigName(path) {
		return true
	}
	_, ok := destinationOf(filepath.Base(path))
	return ok && filepath.Base(filepath.Dir(path)) == "config"
}

// stagedFile adds what is staged at one path, which an operand names or which
// was found.
func (in *inputs) stagedFile(c gitx.Change, named bool) error {
	s, path := in.staged, in.staged.shown(c.Path)
	switch {
	case c.Unmerged:
		in.p.note(in.o, "%s is left out: it has conflicts", path)
		return nil
	case !isThere(c):
		return nil
	}
	data, _, err := s.read(path, c.Path, "")
	filter := s.filterOf(c.Path)
	switch {
	case filter != "":
		in.p.note(in.o, "%s is left out: git's filter %s makes something else of it than a configuration", path, filter)
		return nil
	case c.New.Mode == gitx.Symlink && err != nil:
		in.p.note(in.o, "%s is left out: it is a symbolic link, and nothing in this repository is behind it", path)
		return nil
	case err != nil:
		return errors.New(path + ": " + plainError(path, err))
	}
	if named {
		return in.add(path, data)
	}
	return in.addFound(path, data)
}

// filterOf is the name of a filter of git that makes something else than a
// configuration of a file, as those do that encrypt; "" if there is none. What is
// staged tells: it has lines, and OpenSSH knows no keyword in them.
func (s *stagedFiles) filterOf(name string) string {
	name, err := s.tree.Resolve(name, s.blobs)
	if err != nil {
		return ""
	}
	f, _ := s.tree.File(name)
	blob, err := s.blobs.Read(f.ID, syntax.MaxSize)
	if err != nil || sealed(blob) != "" || !strange(blob) {
		return ""
	}
	attrs, err := s.Attributes(name)
	if err != nil {
		return ""
	}
	return attrs.Filter
}

// including adds the tracked files that include a staged one, or that included
// one that is deleted now: what a drop-in does shows there. about are the paths
// of those that matter.
func (in *inputs) including(about map[string]bool) {
	s := in.staged
	if len(about) == 0 || in.o.noIncludes {
		return
	}
	var before *stagedFiles
	if slices.ContainsFunc(s.changes, func(c gitx.Change) bool { return c.New == gitx.File{} }) {
		before = s.before()
	}
	for _, name := range s.tree.Names() {
		if s.changed[name] || !s.isConfig(name) {
			continue
		}
		e, ok := in.tracked(name)
		if !ok {
			continue
		}
		found := s.reads(&e, about)
		if !found && before != nil {
			old := e
			old.Env = before.environment(in.plainEnvironment(&e))
			found = before.reads(&old, about)
		}
		if found {
			in.entries = append(in.entries, e)
		}
	}
}

// tracked is the entry of a file that is not staged; ok is false for one that
// includes nothing, or that includes are not followed in.
func (in *inputs) tracked(name string) (e lint.Entry, ok bool) {
	path := in.staged.shown(name)
	data, _, err := in.staged.read(path, name, "")
	if err != nil || isFragment(path) || !mentionsInclude(data) || isBinary(data) || sealed(data) != "" {
		return e, false
	}
	if _, isTemplate := template.Parse(name, data); isTemplate {
		return e, false
	}
	if _, err := in.optionsFor(path); err != nil || in.excluded(path) {
		return e, false
	}
	side, err := in.kindOf(path, data)
	if err != nil {
		return e, false
	}
	return in.entry(path, data, side), true
}

func mentionsInclude(data []byte) bool {
	return strings.Contains(strings.ToLower(string(data)), "include")
}

// reads reports whether an entry includes one of some files.
func (s *stagedFiles) reads(e *lint.Entry, about map[string]bool) bool {
	c, err := resolve.Load(e.Dialect, e.Env, e.Sources, resolve.Options{NoIncludes: e.NoIncludes})
	if err != nil {
		return false
	}
	return slices.ContainsFunc(c.Files[1:], func(f *resolve.File) bool { return s.isAmong(f.Path, about) })
}

// environment is the world of the files below root: that of this machine, or
// what is staged.
func (in *inputs) environment(root string) resolve.Env {
	if in.staged == nil {
		return environment(root)
	}
	return in.staged.environment(environment(root))
}

// plainEnvironment is that of an entry without what is staged.
func (in *inputs) plainEnvironment(e *lint.Entry) resolve.Env {
	env := e.Env
	plain := environment(e.Env.Root)
	env.ReadFile, env.ReadDir, env.Exists, env.Identity = plain.ReadFile, plain.ReadDir, plain.Exists, plain.Identity
	return env
}

// exists reports whether there is a file, in the index if that is what is read.
func (in *inputs) exists(path string) bool {
	if in.staged != nil {
		if name, ok := in.staged.inside(path); ok {
			_, err := in.staged.tree.Resolve(name, in.staged.blobs)
			return err == nil
		}
	}
	_, err := os.Stat(path)
	return err == nil
}

// realName is the name of the file behind a path, in the index if that is what
// is read.
func (in *inputs) realName(path string) string {
	if in.staged != nil {
		return in.staged.identity(path)
	}
	if f := in.fetchedAs(path); f != nil {
		return f.name
	}
	if real, err := in.behind(path); err == nil {
		path = real
	}
	return realName(path)
}

// onlyNew takes those findings away that are not about staged files and were
// there before: no commit is to blame for them. kept, if not nil, is told for
// each finding whether it stays.
func (in *inputs) onlyNew(res *lint.Result, kept func(stays bool)) {
	if in.staged == nil || len(in.staged.changes) == 0 {
		return
	}
	elsewhere := func(d *lint.Diagnostic) bool { return !in.staged.isStaged(d.Span.File) }
	var known map[oldFinding]bool
	res.Diagnostics = slices.DeleteFunc(res.Diagnostics, func(d lint.Diagnostic) bool {
		old := false
		if elsewhere(&d) {
			if known == nil {
				known = in.findingsBefore()
			}
			old = known[findingOf(&d)]
		}
		if kept != nil {
			kept(!old)
		}
		return old
	})
}

// oldFinding tells findings apart in files that do not change.
type oldFinding struct {
	rule, file, message string
	start               int
}

func findingOf(d *lint.Diagnostic) oldFinding {
	return oldFinding{d.Rule, d.Span.File, d.Message, d.Span.Start}
}

// findingsBefore checks the entries as the last commit has them.
func (in *inputs) findingsBefore() map[oldFinding]bool {
	before := in.staged.before()
	var entries []lint.Entry
	for i := range in.entries {
		e := in.entries[i]
		e.Env = before.environment(in.plainEnvironment(&e))
		if e.Deploy == nil {
			data, _, err := e.Env.ReadFile(e.Path)
			if err != nil {
				continue
			}
			e.Sources = slices.Clone(e.Sources)
			e.Sources[0].Data = append([]byte{}, data...)
		}
		entries = append(entries, e)
	}
	known := map[oldFinding]bool{}
	res, _ := lint.Run(entries, in.o.rules, in.o.settings)
	for i := range res.Diagnostics {
		known[findingOf(&res.Diagnostics[i])] = true
	}
	return known
}
