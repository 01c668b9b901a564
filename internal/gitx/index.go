package gitx

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Mode is what an entry of the index is, as git writes it.
type Mode uint32

// The modes that git knows.
const (
	Regular    Mode = 0o100644
	Executable Mode = 0o100755
	Symlink    Mode = 0o120000
	Submodule  Mode = 0o160000
)

// File is one file of a tree or of the index.
type File struct {
	Mode Mode
	ID   string // of the blob; of the commit for a submodule
}

// Change is one path that the index has otherwise than the last commit has it.
type Change struct {
	Path string
	Old  File // zero: it is new
	New  File // zero: it is deleted
	// Unmerged: a merge has left several versions, none of which is staged.
	Unmerged bool
}

// Staged lists what the next commit would change, by path. Without any commit
// yet that is everything in the index. A renamed file is one that is deleted and
// one that is new. What `git add -N` only announces is not staged.
func (r *Repo) Staged() ([]Change, error) {
	head, err := r.head()
	if err != nil {
		return nil, err
	}
	out, err := r.run("diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev", "--full-index", "--ita-invisible-in-index", head, "--")
	if err != nil {
		return nil, err
	}
	return parseRaw(out)
}

// head names the last commit, or the empty tree before the first one.
func (r *Repo) head() (string, error) {
	id, err := r.line("rev-parse", "--quiet", "--verify", "HEAD^{commit}")
	var f *failure
	switch {
	case err == nil:
		return id, nil
	case !errors.As(err, &f) || f.stderr != "":
		return "", err
	}
	return r.line("hash-object", "-t", "tree", "--stdin")
}

// parseRaw reads `:MODE MODE ID ID STATUS NUL PATH NUL`.
func parseRaw(out []byte) ([]Change, error) {
	var changes []Change
	fields := strings.Split(string(out), "\x00")
	for i := 0; i+1 < len(fields); i += 2 {
		words := strings.Fields(strings.TrimPrefix(fields[i], ":"))
		if len(words) != 5 {
			return nil, fmt.Errorf("git diff-index prints %q, which is not understood", fields[i])
		}
		c := Change{Path: fields[i+1], Old: file(words[0], words[2]), New: file(words[1], words[3]), Unmerged: words[4] == "U"}
		if n := len(changes); n > 0 && changes[n-1].Path == c.Path {
			changes[n-1].Unmerged = changes[n-1].Unmerged || c.Unmerged // both lines of an unmerged path
			continue
		}
		changes = append(changes, c)
	}
	return changes, nil
}

func file(mode, id string) File {
	n, err := strconv.ParseUint(mode, 8, 32)
	if err != nil || n == 0 {
		return File{}
	}
	return File{Mode(n), id}
}

// Tree is the files of one state of a repository: the index, or what is the
// same with the staged changes taken back.
type Tree struct {
	files map[string]File
	dirs  map[string][]string // names in each folder; "" is the top
}

// Index reads the list of what is in the index. Unmerged paths are left out.
func (r *Repo) Index() (*Tree, error) {
	out, err := r.run("ls-files", "--stage", "--full-name", "-z", "--", r.Top)
	if err != nil {
		return nil, err
	}
	files := map[string]File{}
	for entry := range strings.SplitSeq(string(out), "\x00") {
		if entry == "" {
			continue
		}
		head, name, ok := strings.Cut(entry, "\t")
		words := strings.Fields(head)
		if !ok || len(words) != 3 {
			return nil, fmt.Errorf("git ls-files prints %q, which is not understood", entry)
		}
		if words[2] == "0" {
			files[name] = file(words[0], words[1])
		}
	}
	return newTree(files), nil
}

// Before is the tree with changes taken back: what the last commit has.
func (t *Tree) Before(changes []Change) *Tree {
	files := make(map[string]File, len(t.files))
	for name, f := range t.files {
		files[name] = f
	}
	for _, c := range changes {
		delete(files, c.Path)
		if c.Old != (File{}) {
			files[c.Path] = c.Old
		}
	}
	return newTree(files)
}

func newTree(files map[string]File) *Tree {
	t := &Tree{files: files, dirs: map[string][]string{"": nil}}
	for name := range files {
		t.enter(name)
	}
	return t
}

// enter makes a path known to the folders above it.
func (t *Tree) enter(name string) {
	for name != "" {
		dir, base := parent(name)
		_, known := t.dirs[dir]
		t.dirs[dir] = append(t.dirs[dir], base)
		if known && dir != "" {
			return
		}
		name = dir
	}
}

func parent(name string) (dir, base string) {
	dir, base = path.Split(name)
	return strings.TrimSuffix(dir, "/"), base
}

// Names lists all paths, sorted by bytes.
func (t *Tree) Names() []string {
	names := make([]string, 0, len(t.files))
	for name := range t.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// File is the file at a path; ok is false if there is none, or a folder.
func (t *Tree) File(name string) (f File, ok bool) {
	f, ok = t.files[name]
	return f, ok
}

// Dir lists the names in a folder; ok is false if there is none.
func (t *Tree) Dir(name string) (names []string, ok bool) {
	names, ok = t.dirs[name]
	return names, ok
}

// Blobs hands out the content of blobs through one git that stays open. Close
// ends it. Several goroutines may read.
type Blobs struct {
	repo *Repo
	mu   sync.Mutex
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	kept map[string][]byte
}

// Blobs starts to read blobs; nothing runs before the first one is asked for.
func (r *Repo) Blobs() *Blobs { return &Blobs{repo: r, kept: map[string][]byte{}} }

// ErrTooLarge is what Read wraps for a blob that is larger than the caller wants.
var ErrTooLarge = errors.New("is too large")

// Read returns a blob of at most limit bytes. Those that were read are kept, so
// callers must not change them.
func (b *Blobs) Read(id string, limit int64) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if data, ok := b.kept[id]; ok {
		return data, nil
	}
	if err := b.start(); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(b.in, id+"\n"); err != nil {
		return nil, fmt.Errorf("git cat-file has ended: %w", err)
	}
	head, err := b.out.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("git cat-file has ended: %w", err)
	}
	words := strings.Fields(head)
	if len(words) != 3 {
		return nil, fmt.Errorf("git does not have the object %s (%s); run: git fsck", id, strings.TrimSpace(strings.TrimPrefix(head, id)))
	}
	size, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("git cat-file prints %q, which is not understood", head)
	}
	if size > limit {
		_, err := io.CopyN(io.Discard, b.out, size+1)
		return nil, errors.Join(fmt.Errorf("it %w: %d bytes", ErrTooLarge, size), err)
	}
	data := make([]byte, size+1) // and a newline behind it
	if _, err := io.ReadFull(b.out, data); err != nil {
		return nil, fmt.Errorf("git cat-file has ended: %w", err)
	}
	b.kept[id] = data[:size:size]
	return b.kept[id], nil
}

func (b *Blobs) start() (err error) {
	if b.cmd != nil {
		return nil
	}
	cmd, err := b.repo.command("cat-file", "--batch")
	if err != nil {
		return err
	}
	if b.in, err = cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	b.cmd, b.out = cmd, bufio.NewReaderSize(out, 64<<10)
	return nil
}

// Close ends the git that reads blobs.
func (b *Blobs) Close() {
	if b.cmd != nil {
		b.in.Close()
		b.cmd.Wait()
		b.cmd = nil
	}
}

// maxLinks is how many symbolic links a path may lead through, as on Linux.
const maxLinks = 40

// Errors of Resolve.
var (
	ErrLoop    = errors.New("too many symbolic links")
	ErrOutside = errors.New("a symbolic link leads out of the repository")
)

// Resolve follows the symbolic links of a tree and returns the path of what is
// behind them: a file, a submodule, or a folder. Nothing outside of the tree is
// looked at. Errors wrap fs.ErrNotExist, ErrLoop or ErrOutside.
func (t *Tree) Resolve(name string, blobs *Blobs) (string, error) {
	at, rest := "", strings.Split(name, "/")
	for links := 0; len(rest) > 0; {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if at == "" {
				return "", ErrOutside
			}
			at, _ = parent(at)
			continue
		}
		next := path.Join(at, part)
		f, isFile := t.files[next]
		switch {
		case isFile && f.Mode == Symlink:
			if links++; links > maxLinks {
				return "", ErrLoop
			}
			target, err := blobs.Read(f.ID, 1<<16)
			if err != nil {
				return "", err
			}
			if len(target) == 0 || target[0] == '/' {
				return "", ErrOutside
			}
			rest = append(strings.Split(string(target), "/"), rest...)
			continue
		case isFile && len(rest) > 0 && !onlyDots(rest):
			return "", fs.ErrNotExist
		case !isFile && t.dirs[next] == nil:
			return "", fs.ErrNotExist
		}
		at = next
	}
	return at, nil
}

func onlyDots(parts []string) bool {
	return !slices.ContainsFunc(parts, func(s string) bool { return s != "" && s != "." })
}

// Announced reports whether a path is in the index only because `git add -N`
// announced it, so that no commit has it.
func (r *Repo) Announced(name string) (bool, error) {
	out, err := r.run("diff-files", "--name-only", "-z", "--diff-filter=A", "--ita-invisible-in-index", "--", r.abs(name))
	return len(bytes.TrimRight(out, "\x00")) > 0, err
}
