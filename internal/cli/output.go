package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/config"
	"github.com/sshvet/sshvet/internal/resolve"
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
	err := o.notRead(o.output, res)
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

// notRead refuses to write over a configuration, of OpenSSH or any other that
// sshvet reads, or into a place where a program would read the report as one: a
// file that this run read, and a name that says so, behind links, too.
func (o *options) notRead(path string, res *lint.Result) error {
	st, err := os.Stat(path)
	if err == nil && !st.Mode().IsRegular() {
		return nil // a device or a pipe; a folder is refused when it is opened
	}
	target, exists := linkTarget(path), err == nil
	real := filepath.Join(realName(filepath.Dir(target)), filepath.Base(target))
	for _, name := range []string{path, real} {
		switch {
		case readByName(name), exists && hasKindByName(name) && !isReport(target):
			if exists {
				return errors.New("the report would replace a configuration; name another file")
			}
			return errors.New("the report would be read as a configuration there; name another file")
		case o.writeBaseline != "" && samePath(linkTarget(o.writeBaseline), real):
			return errors.New("--write-baseline names that file, too; name another one")
		}
	}
	if !exists {
		return nil
	}
	read := []string{o.config, o.baseline, o.system}
	for i := range res.Files {
		read = append(read, res.Files[i].Path)
	}
	for file := range res.Sources {
		read = append(read, file)
	}
	for _, file := range read {
		if other, err := os.Stat(file); file != "" && err == nil && os.SameFile(st, other) {
			return errors.New("the report would replace a file that is read; name another one")
		}
	}
	return nil
}

func hasKindByName(path string) bool {
	_, ok := kindOfName(path)
	return ok
}

// isReport reports whether a file is empty or begins as a report does, so that a
// new one may take its place though its name is like that of a configuration:
// sshd_config.sarif.
func isReport(path string) bool {
	data, _, err := resolve.ReadRegular(path)
	if err != nil {
		return false
	}
	line, _, _ := strings.Cut(string(data), "\n")
	switch {
	case line == "", strings.ContainsAny(line[:1], "{[<"), strings.HasPrefix(line, "::"), strings.HasPrefix(line, "No problems in "):
		return true
	}
	for _, severity := range []string{": error: ", ": warning: ", ": note: "} {
		if strings.Contains(line, severity) {
			return true
		}
	}
	return false
}

// readByName reports whether some program reads a file because of its name: a
// configuration of OpenSSH, Kamal, git or sshvet, or a drop-in.
func readByName(path string) bool {
	base := filepath.Base(path)
	dirs := strings.Split(filepath.ToSlash(filepath.Dir(absolute(path))), "/")
	_, isDeploy := destinationOf(base)
	switch {
	case isConfigName(path), base == config.Name, base == "authorized_keys", base == "known_hosts":
		return true
	case isDeploy && dirs[len(dirs)-1] == "config":
		return true
	case base == "config.yaml" && dirs[len(dirs)-1] == "sshvet":
		return true
	}
	return slices.ContainsFunc(dirs, func(dir string) bool {
		return dir == ".git" || dir == "ssh_config.d" || dir == "sshd_config.d" || dir == ".kamal"
	})
}

// linkTarget is where a name leads by its own links, whether anything is there or
// not. Folders on the way are not looked into.
func linkTarget(path string) string {
	for range 40 { // as many as Linux follows
		to, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(realName(filepath.Dir(path)), to)
		}
		path = to
	}
	return path
}

// writeWhole writes a file so that it is never seen half: a finished one takes
// its place, with the mode of the old one. Devices and pipes are written to. A
// link stays, and what it leads to is written.
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
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	path = linkTarget(path)
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
	if root, ok := buildCheckout(dir); ok {
		return root
	}
	return dir
}

// buildCheckout is the root of the checkout that a build works in, as the build
// names it, if dir is in it by whatever links.
func buildCheckout(dir string) (string, bool) {
	for _, name := range []string{"GITHUB_WORKSPACE", "CI_PROJECT_DIR"} {
		if root := getenv(name); filepath.IsAbs(root) && dir != "" && below(realName(root), realName(dir)) {
			return root, true
		}
	}
	return "", false
}

// realFolder is realName that remembers. Several goroutines may call it: they write
// one report.
func realFolder() func(string) string {
	var mu sync.Mutex
	known := map[string]string{}
	return func(dir string) string {
		mu.Lock()
		defer mu.Unlock()
		real, ok := known[dir]
		if !ok {
			real = realName(dir)
			known[dir] = real
		}
		return real
	}
}
