package template

import (
	"regexp"
	"sync"
)

// lazy is a regular expression that is compiled when it is first needed: most
// runs of sshvet meet no template.
func lazy(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
