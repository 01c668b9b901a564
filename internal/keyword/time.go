package keyword

import (
	"math"
	"strconv"
)

// maxInt is the largest value of OpenSSH's int options.
const maxInt = math.MaxInt32

// ParseTime reads a time as convtime of misc.c does in that release: numbers
// with the units s, m, h, d and w, added up. A total above 2147483647 seconds
// is not ok. Up to 9.7 each number is read by strtol, which lets blanks and a
// sign stand before it; from 9.8 a number is digits only; from 10.3 seconds may
// have decimals, which are cut off the total, and may be given only once.
func ParseTime(s string, r Release) (seconds int, ok bool) {
	switch {
	case s == "":
		return 0, false
	case r < R(9, 8):
		return parseTimeSigned(s)
	case r < R(10, 3):
		return parseTimeDigits(s)
	}
	total, ok := parseTimeFraction(s)
	return int(total), ok
}

// unitSeconds is the length of the unit in which a number ends; 0 is no unit.
func unitSeconds(c byte) int64 {
	switch lower(c) {
	case 's':
		return 1
	case 'm':
		return 60
	case 'h':
		return 60 * 60
	case 'd':
		return 24 * 60 * 60
	case 'w':
		return 7 * 24 * 60 * 60
	}
	return 0
}

func parseTimeSigned(s string) (int, bool) {
	var total int64
	for s != "" {
		n, rest, found := strtol(s, 10)
		if !found || n < 0 {
			return 0, false
		}
		if total, s, found = addTime(total, n, rest); !found {
			return 0, false
		}
	}
	return int(total), true
}

func parseTimeDigits(s string) (int, bool) {
	var total int64
	for s != "" {
		if s[0] < '0' || s[0] > '9' {
			return 0, false
		}
		n, rest, _ := strtol(s, 10)
		var ok bool
		if total, s, ok = addTime(total, n, rest); !ok {
			return 0, false
		}
	}
	return int(total), true
}

// addTime adds n of the unit that rest starts with, and returns what follows.
func addTime(total, n int64, rest string) (int64, string, bool) {
	unit := int64(1)
	if rest != "" {
		if unit = unitSeconds(rest[0]); unit == 0 {
			return 0, "", false
		}
		rest = rest[1:]
	}
	if n > maxInt/unit || total > maxInt-n*unit {
		return 0, "", false
	}
	return total + n*unit, rest, true
}

// parseTimeFraction is the reader of 10.3 and later (convtime_double).
func parseTimeFraction(s string) (float64, bool) {
	var total float64
	sawSeconds := false
	for s != "" {
		n := 0
		for n < len(s) && (isDigit(s[n]) || s[n] == '.') {
			n++
		}
		number, unit := s[:n], int64(1)
		if s = s[n:]; s != "" {
			if unit = unitSeconds(s[0]); unit == 0 {
				return 0, false
			}
			s = s[1:]
		}
		if unit == 1 {
			if sawSeconds {
				return 0, false
			}
			sawSeconds = true
		}
		value, ok := parseDecimal(number, unit == 1)
		if total += value * float64(unit); !ok || total > maxInt {
			return 0, false
		}
	}
	return total, true
}

// parseDecimal reads digits, with decimals where allowed: `1.5` and `.5`, but
// neither `1.` nor `.`.
func parseDecimal(s string, fraction bool) (float64, bool) {
	dots := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '.' {
			dots++
		}
	}
	if s == "" || s[len(s)-1] == '.' || dots > 1 || dots == 1 && !fraction {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// seconds is the printed form of a time, without copying when it is as written.
func seconds(n int, written string) string {
	if plainNumber(written) {
		return written
	}
	return strconv.Itoa(n)
}

// plainNumber reports whether s is how a number is printed: digits without a
// leading zero.
func plainNumber(s string) bool {
	if s == "" || s[0] == '0' && len(s) > 1 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// checkClientTime is parse_time of readconf.c: `none`, in that case only, means
// that the option is not set by this line.
func checkClientTime(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "missing time value.")
	}
	if args[0] == "none" {
		return c.end(c.unset(), args, 1)
	}
	return c.endTime(args, 0)
}

// checkServerTime is parse_time of servconf.c.
func checkServerTime(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "missing time value.")
	}
	return c.endTime(args, 0)
}

func (c ctx) endTime(args []string, i int) (Value, *ValueError) {
	n, ok := ParseTime(args[i], c.d.Release)
	if !ok {
		return Value{}, c.refuse(i, "invalid time value.")
	}
	if len(args) > i+1 {
		return c.end(Value{}, args, i+1)
	}
	return one(seconds(n, args[i])), nil
}

// checkTimeOrNone is UnusedConnectionTimeout of servconf.c, where none is 0 and
// 0 is printed as none.
func checkTimeOrNone(c ctx, args []string) (Value, *ValueError) {
	if len(args) > 0 && isNone(args[0]) {
		return c.end(Value{Items: noneItems}, args, 1)
	}
	v, err := checkServerTime(c, args)
	if err == nil && v.Items[0] == "0" {
		v.Items = noneItems
	}
	return v, err
}
