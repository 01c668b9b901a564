//go:build unix

package resolve

import (
	"io"
	"io/fs"
	"syscall"
)

// descriptor is a regular file that is read to its end and closed. An os.File
// that does not block is first offered to the network poller, which takes no
// regular files but is begun for it: a twentieth of a short run.
type descriptor struct {
	fd   int
	path string
}

// openToRead opens a file without blocking on a FIFO.
func openToRead(path string) (io.ReadCloser, error) {
	fd, err := retried(func() (int, error) {
		return syscall.Open(path, syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return descriptor{fd, path}, nil
}

func (d descriptor) Read(p []byte) (int, error) {
	n, err := retried(func() (int, error) { return syscall.Read(d.fd, p) })
	switch {
	case err != nil:
		return 0, &fs.PathError{Op: "read", Path: d.path, Err: err}
	case n == 0 && len(p) > 0:
		return 0, io.EOF
	}
	return n, nil
}

func (d descriptor) Close() error { return syscall.Close(d.fd) }

// retried calls again what a signal has interrupted.
func retried(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != syscall.EINTR {
			return n, err
		}
	}
}
