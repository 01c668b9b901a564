package cli

import (
	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/report"
)

// statisticsFlag is the flag of check that counts findings.
func statisticsFlag() cli.Flag {
	return &cli.BoolFlag{Name: "statistics", Usage: "how often each rule has found something, in place of the findings"}
}

// countFindings has the report count findings in place of listing them. Only
// some formats can.
func (o *options) countFindings() error {
	f, ok := report.Statistics(o.formatName)
	if !ok {
		return usagef("--statistics goes with --format text or json, not %s", o.formatName)
	}
	o.format = f
	return nil
}
