//go:build !unix

package resolve

import (
	"io"
	"os"
)

// openToRead opens a file.
func openToRead(path string) (io.ReadCloser, error) { return os.Open(path) }
