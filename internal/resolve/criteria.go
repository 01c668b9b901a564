package resolve

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/syntax"
)

// Criterion is one condition of a Match line.
type Criterion struct {
	Name   string // lower case
	Arg    string // "" for those without argument
	Negate bool
	syntax.Span
	set *pattern.Set // of a long list that is asked for every host
}

// longList is from how many bytes on a list is taken apart once, instead of being
// gone through for every host.
const longList = 512

// match compares a name with the list of a criterion, see pattern.MatchList.
func (crit *Criterion) match(name string, foldCase bool) int {
	if crit.set != nil {
		return crit.set.Match(name)
	}
	return pattern.MatchList(name, crit.Arg, foldCase)
}

// Condition is what makes a block hold: the patterns of a Host line or the
// criteria of a Match line.
type Condition struct {
	Hosts    []syntax.Arg
	Criteria []Criterion
	// unread: an empty word ended the criteria, with more behind it
	unread bool
}

// noArgument lists the criteria that stand alone.
func noArgument(side keyword.Side, name string) bool {
	if side == keyword.Server {
		return name == "invalid-user"
	}
	return name == "canonical" || name == "final"
}

// criterionSince gives the release in which a criterion appeared; ok is false
// for a word that is none on that side.
func criterionSince(side keyword.Side, name string) (since keyword.Release, ok bool) {
	if side == keyword.Server {
		switch name {
		case "user", "group", "host", "address", "localaddress", "localport", "rdomain":
			return 0, true
		case "invalid-user":
			return keyword.R(9, 9), true
		case "version":
			return keyword.R(10, 0), true
		}
		return 0, false
	}
	switch name {
	case "host", "originalhost", "user", "localuser", "exec", "canonical":
		return 0, true
	case "final":
		return keyword.R(8, 0), true
	case "localnetwork", "tagged":
		return keyword.R(9, 4), true
	case "command", "version", "sessiontype":
		return keyword.R(10, 0), true
	}
	return 0, false
}

// matchError is the refusal of a Match line, in OpenSSH's words. withPlace
// puts file and line in front of them.
type matchError struct {
	msg       string
	withPlace bool
	fatal     bool // ends reading at once, even on the client
	bare      bool // no "Bad Match condition" follows
	span      syntax.Span
}

// matchWords hands out the words of a Match line one by one.
type matchWords struct {
	words []syntax.Arg
	era   bool // true: shell-like words, since 9.9
	line  int  // the number that messages give
}

func (m *matchWords) next() (syntax.Arg, bool) {
	if len(m.words) == 0 {
		return syntax.Arg{}, false
	}
	w := m.words[0]
	m.words = m.words[1:]
	return w, true
}

// parseMatch reads the criteria of a Match line (readconf.c and servconf.c,
// match_cfg_line).
func parseMatch(d keyword.Dialect, f *syntax.File, l syntax.Line, number int) (*Condition, *matchError) {
	m := matchWords{era: d.Release >= keyword.R(9, 9), line: number}
	if m.era {
		m.words, _ = f.Args(l, nil)
	} else {
		m.words = f.DelimArgs(l, nil)
	}
	cond := &Condition{}
	attributes := 0
	for {
		w, more := m.next()
		if m.ends(w, more) {
			break
		}
		if d.Side == keyword.Server {
			attributes++
		}
		name, negate := w.Text, false
		if d.Side == keyword.Client {
			name, negate = strings.CutPrefix(w.Text, "!")
		}
		if strings.EqualFold(name, "all") {
			if err := m.checkAll(d, w, attributes); err != nil {
				return nil, err
			}
			cond.Criteria = append(cond.Criteria, Criterion{Name: "all", Negate: negate, Span: w.Span})
			cond.unread = len(m.words) > 0
			return cond, nil
		}
		if d.Side == keyword.Client {
			attributes++
		}
		crit, err := m.criterion(d, w, name)
		if err != nil {
			return nil, err
		}
		crit.Negate = negate
		cond.Criteria = append(cond.Criteria, *crit)
	}
	if attributes == 0 {
		return nil, &matchError{msg: "One or more attributes required for Match", span: l.Args}
	}
	cond.unread = len(m.words) > 0
	return cond, nil
}

// ends reports whether a word ends the line: there is none, it is empty, or a
// comment starts there.
func (m *matchWords) ends(w syntax.Arg, more bool) bool {
	comment := strings.HasPrefix(w.Text, "#")
	if comment {
		m.words = nil
	}
	return !more || w.Text == "" || comment
}

// checkAll refuses `all` with company: the server allows none, the client one
// criterion before it.
func (m *matchWords) checkAll(d keyword.Dialect, w syntax.Arg, attributes int) *matchError {
	next, more := m.next()
	if attributes <= 1 && m.ends(next, more) {
		return nil
	}
	if d.Side == keyword.Server {
		return &matchError{msg: "'all' cannot be combined with other Match attributes", span: w.Span}
	}
	return &matchError{
		msg:       fmt.Sprintf("'%s' cannot be combined with other Match attributes", w.Text),
		withPlace: true, span: w.Span,
	}
}

// criterion reads the argument of a criterion and checks both.
func (m *matchWords) criterion(d keyword.Dialect, w syntax.Arg, name string) (*Criterion, *matchError) {
	arg, hasArg := "", false
	if m.era && !strings.EqualFold(name, "") {
		if key, value, ok := strings.Cut(name, "="); ok && takesEquals(d, key) {
			name, arg, hasArg = key, value, true
		}
	}
	lower := strings.ToLower(name)
	since, known := criterionSince(d.Side, lower)
	known = known && since <= d.Release
	if noArgument(d.Side, lower) && known {
		return &Criterion{Name: lower, Span: w.Span}, nil
	}
	span := w.Span
	if !hasArg {
		next, more := m.next()
		hasArg, arg = more, next.Text
		if more {
			span.End = next.End
		}
	}
	emptyOK := d.Side == keyword.Client && d.Release >= keyword.R(10, 0) && hasArg &&
		(lower == "tagged" || lower == "command")
	if !hasArg || arg == "" && !emptyOK || strings.HasPrefix(arg, "#") && !m.era {
		return nil, missingArgument(d, w, name)
	}
	if !known {
		return nil, &matchError{msg: "Unsupported Match attribute " + name, span: w.Span}
	}
	if err := m.checkCriterion(lower, arg, span); err != nil {
		return nil, err
	}
	crit := &Criterion{Name: lower, Arg: arg, Span: span}
	if d.Side == keyword.Client && len(arg) >= longList {
		switch lower {
		case "host", "originalhost":
			crit.set = pattern.NewSet(arg, true)
		case "user":
			crit.set = pattern.NewSet(arg, false)
		}
	}
	return crit, nil
}

// takesEquals reports whether `criterion=argument` is read as two words since
// 9.9, though not in 9.9p1; sessiontype was left out of the list in readconf.c.
func takesEquals(d keyword.Dialect, key string) bool {
	lower := strings.ToLower(key)
	_, ok := criterionSince(d.Side, lower)
	return ok && d.Release != keyword.R99p1 && !noArgument(d.Side, lower) && lower != "sessiontype"
}

func missingArgument(d keyword.Dialect, w syntax.Arg, name string) *matchError {
	if d.Side == keyword.Client && d.Release >= keyword.R(9, 9) {
		return &matchError{msg: fmt.Sprintf("missing argument for Match '%s'", name), withPlace: true, span: w.Span}
	}
	return &matchError{msg: "Missing Match criteria for " + name, span: w.Span}
}

// checkCriterion applies the checks that OpenSSH makes whether or not the
// criterion can be decided.
func (m *matchWords) checkCriterion(name, arg string, span syntax.Span) *matchError {
	switch name {
	case "exec":
		if bad := badToken(arg, "CLdhijklnpru%"); bad != "" {
			return &matchError{
				msg:   fmt.Sprintf("vdollar_percent_expand: unknown key %%%s\npercent_expand: failed", bad),
				fatal: true, bare: true, span: span,
			}
		}
	case "localnetwork":
		if _, ok := pattern.MatchNetworks(nil, arg); !ok {
			return &matchError{msg: "Invalid Match localnetwork argument '" + arg + "'", span: span}
		}
	case "address", "localaddress":
		if _, ok := pattern.MatchAddr("", arg); !ok {
			msg := fmt.Sprintf("Invalid Match %s argument '%s' at line %d", name, arg, m.line)
			return &matchError{msg: msg, bare: true, span: span}
		}
	case "localport":
		if _, ok := parsePort(arg); !ok {
			return &matchError{msg: "Invalid LocalPort '" + arg + "' on Match line", span: span}
		}
	}
	return nil
}

// parsePort is a2port of misc.c, 0 included. The services database of the
// machine is not known here, so that words are given the benefit of the doubt:
// they pass and match no port.
func parsePort(arg string) (port int, ok bool) {
	if n, err := strconv.ParseInt(strings.TrimLeft(arg, " \t\r\n\v\f"), 10, 64); err == nil {
		return int(n), 0 <= n && n <= 65535
	}
	letters := false
	for _, c := range []byte(arg) {
		letters = letters || 'a' <= c|0x20 && c|0x20 <= 'z'
		if strings.IndexByte(" \t\r\f\v,/\\\"'", c) >= 0 || c >= 0x7f {
			return -1, false
		}
	}
	return -1, letters
}

// badToken returns the character behind the first % that is none of the
// allowed ones, "" if all are fine.
func badToken(s, allowed string) string {
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			continue
		}
		i++
		if i >= len(s) {
			return " "
		}
		if strings.IndexByte(allowed, s[i]) < 0 {
			return s[i : i+1]
		}
	}
	return ""
}
