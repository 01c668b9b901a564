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
		Exists: func(path string) bool {
			_, err := os.Lstat(path)
			return err == nil
		},
	}
}

// ErrOutsideRoot is what ReadFile wraps for a file that a link takes out of
// the root.
var ErrOutsideRoot = errors.New("lies outside the root folder")

type osFiles struct{ root string }

// read opens without blocking, so that a FIFO cannot hang it, and takes
// regular files only.
func (o osFiles) read(path string) ([]byte, FileInfo, error) {
	if err := o.inside(path); err != nil {
		return nil, FileInfo{}, err
	}
	return ReadRegular(path)
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
	case isNull(st):
		return []byte{}, info, nil
	case !st.Mode().IsRegular():
		return nil, info, fmt.Errorf("%s: %w: it is a %s", path, ErrNotRegular, typeName(st.Mode()))
	case st.Size() > syntax.MaxSize:
		return nil, info, fmt.Errorf("%s: is %d MiB large; a configuration has at most %d", path, st.Size()>>20, syntax.MaxSize>>20)
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, info, err
	}
	defer f.Close()
	data, err := readAll(f, st.Size())
	return data, info, err
}

func readAll(f *os.File, size int64) ([]byte, error) {
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
				return nil, fmt.Errorf("%s: grew beyond %d MiB", f.Name(), syntax.MaxSize>>20)
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
	if err := o.inside(dir); err != nil {
		return nil, err
	}
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

// inside refuses paths that leave the root through a link.
func (o osFiles) inside(path string) error {
	if o.root == "" {
		return nil
	}
	root, err := realPath(o.root)
	if err != nil {
		return err
	}
	real, err := realPath(path)
	if err != nil {
		return err
	}
	if real != root && !strings.HasPrefix(real, root+"/") {
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
