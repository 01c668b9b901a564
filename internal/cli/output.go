package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/lint"
)

// outputFlag is the flag of commands that print a report.
func outputFlag() cli.Flag {
	return &cli.StringFlag{Name: "output", Usage: "write the report to `FILE`, whole or not at all, in place of standard output"}
}

// toFile reports whether the report goes into a file.
func (o *options) toFile() bool { return o.output != "" && o.output != "-" }

// writeReport has write print the report of a run to p.stdout, which for that
// time is the file of --output if there is one. The error is a whole sentence.
func (p *program) writeReport(o *options, res *lint.Result, write func() error) error {
	if !o.toFile() {
		if err := write(); err != nil {
			return outputError(err)
		}
		return nil
	}
	err := notRead(o.output, res)
	if err == nil {
		stdout := p.stdout
		err = writeWhole(o.output, func(w io.Writer) error {
			p.stdout = w
			return write()
		})
		p.stdout = stdout
	}
	if err != nil {
		return fmt.Errorf("--output %s: %s", o.output, plainWriteError(err))
	}
	return nil
}

// notRead refuses to write over a configuration: a file that this run read, or
// one with the name of one.
func notRead(path string, res *lint.Result) error {
	st, err := os.Stat(path)
	if err != nil || !st.Mode().IsRegular() {
		return nil
	}
	refused := errors.New("the report would replace a configuration; name another file")
	if _, ok := kindOfName(path); ok {
		return refused
	}
	read := make([]string, 0, len(res.Files)+len(res.Sources))
	for i := range res.Files {
		read = append(read, res.Files[i].Path)
	}
	for file := range res.Sources {
		read = append(read, file)
	}
	for _, file := range read {
		if other, err := os.Stat(file); err == nil && os.SameFile(st, other) {
			return refused
		}
	}
	return nil
}

// writeWhole writes a file so that it is never seen half: a finished one takes
// its place, with the mode of the old one. Devices and pipes are written to.
func writeWhole(path string, write func(io.Writer) error) error {
	st, err := os.Stat(path)
	switch {
	case err == nil && st.IsDir():
		return errors.New("it is a folder")
	case err == nil && !st.Mode().IsRegular():
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	case err == nil: // where a link leads, a link stays
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	f, err := createBeside(path)
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Close())
	if err == nil && st != nil {
		err = os.Chmod(f.Name(), st.Mode().Perm())
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// createBeside makes a new file in the folder of path, with the mode that the
// umask gives.
func createBeside(path string) (*os.File, error) {
	dir, name := filepath.Split(path)
	for i := 0; ; i++ {
		f, err := os.OpenFile(dir+"."+name+".sshvet-"+strconv.Itoa(i), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		switch {
		case errors.Is(err, fs.ErrExist) && i < 100:
			continue
		case errors.Is(err, fs.ErrNotExist):
			return nil, errors.New("there is no folder " + filepath.Clean(dir))
		}
		return f, err
	}
}

// plainWriteError says why a file cannot be written.
func plainWriteError(err error) string {
	if errors.Is(err, fs.ErrPermission) {
		return "you may not write there"
	}
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err.Error()
	}
	return err.Error()
}

// checkout is the root of the checkout that a build works in, if dir is in it:
// those who show findings beside the source know paths from there on. Else it is
// dir.
func checkout(dir string) string {
	for _, name := range []string{"GITHUB_WORKSPACE", "CI_PROJECT_DIR"} {
		root := getenv(name)
		if !filepath.IsAbs(root) {
			continue
		}
		if rel, err := filepath.Rel(root, dir); err == nil && filepath.IsLocal(rel) {
			return root
		}
	}
	return dir
}
