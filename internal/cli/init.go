package cli

import (
	"errors"
	"io/fs"
	"os"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/config"
)

func (p *program) initCommand() *cli.Command {
	return &cli.Command{
		Name:   "init",
		Usage:  "write a commented " + config.Name,
		Flags:  []cli.Flag{&cli.BoolFlag{Name: "quiet", Usage: "no lines for people on standard error"}},
		Action: p.init,
	}
}

// init writes the configuration into the current folder, unless something of
// that name is there.
func (p *program) init(c *cli.Context) error {
	if c.Args().Present() {
		return usagef("init: takes no operand; it writes %s into the current folder", config.Name)
	}
	f, err := os.OpenFile(config.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	switch {
	case errors.Is(err, fs.ErrExist):
		return errors.New(config.Name + ": exists already, and stays as it is; move it away to get a new one")
	case errors.Is(err, fs.ErrPermission):
		return errors.New(config.Name + ": you may not write into this folder")
	case err != nil:
		return errors.New(config.Name + ": " + plainWriteError(err))
	}
	_, err = f.WriteString(config.Sample())
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(config.Name) // half a file would be read
		return errors.New(config.Name + ": " + plainWriteError(err))
	}
	p.note(&options{quiet: c.Bool("quiet")}, "%s is written; it sets nothing yet but says what can be set", config.Name)
	return nil
}
