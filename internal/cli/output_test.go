package cli

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

// A report is written by several goroutines, which all ask where a folder really is.
// The runtime ends a program that writes to a map from two of them.
func TestRealFolderConcurrently(t *testing.T) {
	dir := t.TempDir()
	real := realFolder()
	var all sync.WaitGroup
	for range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := range 500 {
				folder := filepath.Join(dir, fmt.Sprint(i))
				if got, want := real(folder), realName(folder); got != want {
					t.Errorf("%s is %s, want %s", folder, got, want)
				}
			}
		}()
	}
	all.Wait()
}
