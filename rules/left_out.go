package rules

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

// noteLeftOut says which hosts the keep-alive is not judged for, because there are
// too many of them for what has to be tried for each.
func (v *view) noteLeftOut(p *lint.Pass) {
	d := lint.Diagnostic{
		Severity: lint.Note,
		Span:     lint.Span{File: p.Path},
		Help:     "'sshvet explain HOST' looks at one host; --host names those that matter to you",
	}
	switch {
	case v.LeftOut() > 0:
		d.Message = fmt.Sprintf("%d of %d hosts are not looked at, and fix changes nothing here: %d blocks have to be tried for each host, which takes too long",
			v.LeftOut(), v.LeftOut()+len(v.Target.Contexts()), v.Config.Tries())
	case v.leftAlone > 0:
		d.Message = v.tooMany()
	default:
		return
	}
	p.ReportAs(d)
}

// maySetElsewhere reports whether hosts that are not looked at may have an interval:
// then nobody can say that it is missing, or who alone has it.
func (v *view) maySetElsewhere() bool {
	sets := false
	if v.LeftOut() > 0 {
		v.Config.Settings(v.interval, func(resolve.Ref) { sets = true })
	}
	return sets
}

// unprovable says why no fix is made; "" where fixes can be proven.
func (v *view) unprovable() string {
	switch {
	case v.LeftOut() > 0:
		return fmt.Sprintf("%d of %d hosts are not looked at, so that fix could not prove what it changes", v.LeftOut(), v.LeftOut()+len(v.Target.Contexts()))
	case v.leftAlone > 0:
		return v.tooMany()
	}
	return ""
}

// tooMany says for which hosts undecided blocks were left aside.
func (v *view) tooMany() string {
	return fmt.Sprintf("%d of %d hosts are judged without the Match blocks that cannot be decided before somebody connects: with all of them it takes too long, and fix could not prove what it changes",
		v.leftAlone, len(v.Target.Contexts()))
}
