package resolve

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/sshvet/sshvet/internal/syntax"
)

// OSEnv returns an Env that reads the real file system below root ("" for
// all of it). The caller fills in who they are.
func OSEnv(root string) Env {
	files := osFiles{root: strings.TrimSuffix(root, "/")}
	return Env{
		Root:     files.root,
		ReadFile: files.read,
		ReadDir:  files.list,
		Exists:   files.exists,
	}
}

// Behind is the path of what a name below root stands for to a program for which
// root is /: every link is followed, and one that is absolute begins at the root
// again, unless it names something below the root as this machine sees it. The
// error wraps ErrOutsideRoot where a link leads out of the root.
func Behind(root, path string) (string, error) {
	return osFiles{root: strings.TrimSuffix(root, "/")}.behind(path)
}

// ErrOutsideRoot is what ReadFile wraps for a file that a link takes out of
// the root.
var ErrOutsideRoot = errors.New("lies outside the root folder")

// LinkError says that an absolute link leads to a file that is not there below the
// root. That may be the fault of the link, or the root may hold a part of the machine
// only; on no account is it the file that this machine has there. It is an
// ErrOutsideRoot to errors.Is.
type LinkError struct {
	Missing string // the file that is not there, as seen from the root: /usr/share/…
}

func (e *LinkError) Error() string {
	return "an absolute link leads to " + e.Missing + ", which is not there below the root folder"
}

// Is makes a LinkError an ErrOutsideRoot.
func (e *LinkError) Is(target error) bool { return target == ErrOutsideRoot }

type osFiles struct{ root string }

// read opens without blocking, so that a FIFO cannot hang it, and takes
// regular files only.
func (o osFiles) read(path string) ([]byte, FileInfo, error) {
	real, err := o.behind(path)
	if err != nil {
		return nil, FileInfo{}, err
	}
	return ReadRegular(real)
}

// ReadRegular reads a regular file of at most syntax.MaxSize bytes. It never
// blocks on a FIFO and opens no device.
func ReadRegular(path string) ([]byte, FileInfo, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, FileInfo{}, err
	}
	info := infoOf(st)
	switch {
	case st.IsDir():
		return nil, info, &fs.PathError{Op: "read", Path: path, Err: ErrIsDirectory}
	case !st.Mode().IsRegular() && isNull(st):
		return []byte{}, info, nil
	case !st.Mode().IsRegular():
		return nil, info, fmt.Errorf("%s: %w: it is a %s", path, ErrNotRegular, typeName(st.Mode()))
	case st.Size() > syntax.MaxSize:
		return nil, info, fmt.Errorf("%s: is %d MiB large; a configuration has at most %d", path, st.Size()>>20, syntax.MaxSize>>20)
	}
	f, err := openToRead(path)
	if err != nil {
		return nil, info, err
	}
	defer f.Close()
	data, err := readAll(f, path, st.Size())
	return data, info, err
}

// ReadListed reads a file of less than limit bytes that the list of its folder
// has as a regular one: it can be opened without a look at what it is. Where it is
// something else by now, or larger, the error wraps ErrNotRegular.
func ReadListed(path string, limit int64) ([]byte, fs.FileInfo, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|noFollow, 0)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	switch {
	case err != nil:
		return nil, nil, err
	case !st.Mode().IsRegular() || st.Size() >= limit:
		return nil, nil, fmt.Errorf("%s: %w of less than %d bytes", path, ErrNotRegular, limit)
	}
	data, err := readAll(f, path, st.Size())
	return data, st, err
}

func readAll(f io.Reader, path string, size int64) ([]byte, error) {
	data := make([]byte, 0, size+1)
	for {
		n, err := f.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if err == io.EOF {
			return data, nil
		}
		if err != nil {
			return nil, err
		}
		if len(data) == cap(data) {
			if len(data) > syntax.MaxSize {
				return nil, fmt.Errorf("%s: grew beyond %d MiB", path, syntax.MaxSize>>20)
			}
			data = append(data, 0)[:len(data)]
		}
	}
}

func typeName(m fs.FileMode) string {
	switch {
	case m&fs.ModeNamedPipe != 0:
		return "FIFO"
	case m&fs.ModeSocket != 0:
		return "socket"
	case m&fs.ModeDevice != 0:
		return "device"
	}
	return "special file"
}

func (o osFiles) list(dir string) ([]string, error) {
	real, err := o.behind(dir)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(real)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

// exists does not follow a link at the end of the path.
func (o osFiles) exists(path string) bool {
	dir, err := o.behind(filepath.Dir(path))
	if err != nil {
		return false
	}
	_, err = os.Lstat(filepath.Join(dir, filepath.Base(path)))
	return err == nil
}

// maxLinks is how many links are followed for one name, as in the kernel.
const maxLinks = 40

// behind is Behind. Without a root a path is itself.
func (o osFiles) behind(path string) (string, error) {
	if o.root == "" {
		return path, nil
	}
	rel, err := filepath.Rel(o.root, path)
	if err != nil || !filepath.IsLocal(rel) {
		return path, o.inside(path)
	}
	w := rootedWalk{osFiles: o, rest: strings.Split(rel, string(filepath.Separator))}
	for len(w.rest) > 0 {
		if err := w.step(); err != nil {
			return "", &fs.PathError{Op: "open", Path: path, Err: err}
		}
	}
	return filepath.Join(o.root, w.at), nil
}

// rootedWalk is on its way along a path below a root.
type rootedWalk struct {
	osFiles
	at     string   // where it is, from the root and without links
	rest   []string // the names still to be gone through
	links  int
	jumped bool // by an absolute link
}

// step goes through the next name.
func (w *rootedWalk) step() error {
	name := w.rest[0]
	w.rest = w.rest[1:]
	switch {
	case name == "" || name == ".":
		return nil
	case name == ".." && w.at == "":
		return ErrOutsideRoot
	case name == "..":
		w.at = strings.TrimPrefix(filepath.Dir(w.at), ".")
		return nil
	}
	next := filepath.Join(w.at, name)
	st, err := os.Lstat(filepath.Join(w.root, next))
	switch {
	case w.jumped && errors.Is(err, fs.ErrNotExist):
		return &LinkError{Missing: "/" + filepath.ToSlash(filepath.Join(append([]string{next}, w.rest...)...))}
	case err != nil:
		return plainErr(err)
	case st.Mode()&fs.ModeSymlink == 0:
		w.at = next
		return nil
	}
	return w.follow(next)
}

// follow puts the target of a link in the place of its name.
func (w *rootedWalk) follow(link string) error {
	if w.links++; w.links > maxLinks {
		return syscall.ELOOP
	}
	target, err := os.Readlink(filepath.Join(w.root, link))
	if err != nil {
		return plainErr(err)
	}
	if filepath.IsAbs(target) {
		w.at, target, w.jumped = "", w.below(target), true
	}
	w.rest = append(strings.Split(filepath.FromSlash(target), string(filepath.Separator)), w.rest...)
	return nil
}

// plainErr is an error of the file system without the path.
func plainErr(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// below is an absolute path as seen from the root.
func (o osFiles) below(path string) string {
	if root, err := realPath(o.root); err == nil {
		if rel, err := filepath.Rel(root, path); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return strings.TrimPrefix(path, filepath.VolumeName(path))
}

// inside refuses a path that is not written as one below the root, if it is not.
func (o osFiles) inside(path string) error {
	root, err := realPath(o.root)
	if err != nil {
		return err
	}
	real, err := realPath(path)
	if err != nil {
		return err
	}
	if real != root && !strings.HasPrefix(real, root+string(filepath.Separator)) {
		return &fs.PathError{Op: "read", Path: path, Err: ErrOutsideRoot}
	}
	return nil
}

// realPath is the absolute path with all links followed.
func realPath(path string) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	return filepath.Abs(real)
}

// ErrNotRegular is what ReadRegular wraps for a FIFO, a socket or a device,
// which it does not open.
var ErrNotRegular = errors.New("is no ordinary file and was not opened")

// isNull reports whether a file is the null device, which people use for an
// empty configuration.
func isNull(st fs.FileInfo) bool {
	null, err := os.Stat(os.DevNull)
	return err == nil && os.SameFile(st, null)
}
