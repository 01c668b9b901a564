package keyword

import (
	"strings"
	"sync"
)

// Check says what this program stores for a line `k args…`, or how it refuses
// it. args are the arguments after OpenSSH's tokenising; for the keywords of
// kind rawline they are one string, the rest of the line. Check is never
// called for Host, Match and Include.
//
// The words are those that `ssh -G` and `sshd -T` print, with these
// exceptions, where the program prints something that a single line does not
// determine: names and paths are given as written (no ~, %h, ${ENV} and no
// lower-casing of the host name), algorithm lists as written (+, - and ^
// refer to a built-in list), SendEnv's removals as `-PATTERN`, ListenAddress
// without the ports of other lines, and PerSourcePenalties as the keys of this
// line. A value that the program takes as "nothing" and does not print
// (`ControlPath none`) has no items.
//
// The slices of Items may be shared between calls: treat them as read-only.
func (d Dialect) Check(k *Keyword, args []string) (Value, *ValueError) {
	return checkerOf(k)(ctx{d: d, k: k}, args)
}

// ctx is the line's program and keyword, handed through the checkers by value
// so that checking a plain value does not allocate.
type ctx struct {
	d Dialect
	k *Keyword
}

// A checker judges the arguments of the keywords of one kind.
type checker func(c ctx, args []string) (Value, *ValueError)

// checkers holds the checker of each keyword by ID, chosen at first use.
var checkers [2]struct {
	once sync.Once
	byID []checker
}

func checkerOf(k *Keyword) checker {
	t := &checkers[k.Side]
	t.once.Do(func() {
		t.byID = make([]checker, Count(k.Side))
		for _, kw := range All(k.Side) {
			t.byID[kw.ID] = chooseChecker(kw)
		}
	})
	if int(k.ID) < len(t.byID) && ByID(k.Side, k.ID) == k {
		return t.byID[k.ID]
	}
	return chooseChecker(k)
}

func chooseChecker(k *Keyword) checker {
	switch k.Status {
	case Ignored, Deprecated, Unsupported:
		return checkNothing
	}
	special := clientSpecial
	if k.Side == Server {
		special = serverSpecial
	}
	if f := special(k.Canonical()); f != nil {
		return f
	}
	return kindChecker(k)
}

// kindChecker serves the keywords that are like all others of their kind.
func kindChecker(k *Keyword) checker {
	switch k.Kind {
	case "flag":
		if k.Side == Client {
			return checkClientFlag
		}
		return checkServerFlag
	case "time":
		if k.Side == Client {
			return checkClientTime
		}
		return checkServerTime
	case "int":
		return checkInt
	case "path":
		if k.Side == Server {
			return checkServerPath
		}
	case "rawline":
		if k.Side == Client {
			return checkClientCommand
		}
	case "octal":
		return checkMask
	case "block", "include":
		return checkNothing
	}
	return checkString
}

// checkNothing serves the keywords that are known but without effect: any
// arguments pass and nothing is stored.
func checkNothing(ctx, []string) (Value, *ValueError) { return Value{}, nil }

// end finishes a line of which the first n arguments were used: further ones
// are an error that both programs count and go on reading from.
func (c ctx) end(v Value, args []string, n int) (Value, *ValueError) {
	if len(args) <= n {
		return v, nil
	}
	if c.d.Release < R(8, 7) {
		return Value{}, c.refuse(n, `garbage at end of line; "`+args[n]+`".`)
	}
	return Value{}, c.counted(n, "keyword "+c.name()+" extra arguments at end of line")
}

// name is the keyword as error messages spell it: the client lower-cases what
// stands in the file, the server repeats it. How the file spells it is unknown
// here, so the manual's spelling stands in.
func (c ctx) name() string {
	if c.k.Side == Client {
		return c.k.Lower
	}
	return c.k.Name
}

// refuse is the error of a bad value: sshd stops reading at it, ssh counts it
// and goes on (before 8.5 it stopped as well).
func (c ctx) refuse(arg int, msg string) *ValueError {
	return &ValueError{Msg: msg, Arg: arg, Fatal: c.k.Side == Server || c.d.Release < R(8, 5)}
}

// counted is an error after which both programs read on to the end of the file.
func (c ctx) counted(arg int, msg string) *ValueError {
	return &ValueError{Msg: msg, Arg: arg}
}

// fatal is an error at which both programs stop at once.
func (c ctx) fatal(arg int, msg string) *ValueError {
	return &ValueError{Msg: msg, Arg: arg, Fatal: true}
}

// missing reports whether argument i is absent or empty, which most keywords
// take as the same.
func missing(args []string, i int) bool { return len(args) <= i || args[i] == "" }

// at is the index of argument i for an error about it, -1 when it is absent.
func at(args []string, i int) int {
	if i < len(args) {
		return i
	}
	return -1
}

// noArgument is the usual complaint about a missing only argument.
func (c ctx) noArgument(args []string) *ValueError {
	msg := "Missing argument."
	if c.k.Side == Server {
		msg = c.name() + " missing argument."
	}
	return c.refuse(at(args, 0), msg)
}

// one is a value that is printed on one line.
func one(s string) Value { return Value{Items: []string{s}} }

// joined is a list that is printed on one line.
func joined(list []string) Value { return one(strings.Join(list, " ")) }

// lines is a list that is printed an item a line. It copies, as the caller may
// use its arguments again.
func lines(list []string) Value {
	if len(list) == 0 {
		return Value{}
	}
	return Value{Items: append([]string(nil), list...)}
}

// unset is a line that is accepted but stores nothing, so that a later line
// still counts.
func (c ctx) unset() Value {
	return Value{Items: c.d.DefaultOf(c.d.Target(c.k)), Unset: true}
}

// equalFold compares as strcasecmp does in the C locale: ASCII letters only.
func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i < len(a); i++ {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// lowercase is misc.c's lowercase: ASCII only, as the programs run in the C
// locale for character classes.
func lowercase(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] != lower(s[i]) {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				b[j] = lower(b[j])
			}
			return string(b)
		}
	}
	return s
}

func isNone(s string) bool { return equalFold(s, "none") }
