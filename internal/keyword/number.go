package keyword

import (
	"math"
	"strconv"
	"strings"
)

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isSpace is C's isspace.
func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// strtol is C's strtol and strtoll: blanks, a sign, and digits of the base; 0x
// and a leading 0 choose the base where it is 0. Numbers that do not fit are
// the largest or smallest. found is false when there is no number at all.
func strtol(s string, base int) (n int64, rest string, found bool) {
	i := 0
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	negative := false
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		negative = s[i] == '-'
		i++
	}
	if base == 0 {
		base, i = numberBase(s, i)
	}
	start, overflow := i, false
	for ; i < len(s); i++ {
		digit := digitValue(s[i])
		if digit >= base {
			break
		}
		if n > (math.MaxInt64-int64(digit))/int64(base) {
			overflow = true
			continue
		}
		n = n*int64(base) + int64(digit)
	}
	switch {
	case i == start:
		return 0, s, false
	case overflow && negative:
		n = math.MinInt64
	case overflow:
		n = math.MaxInt64
	case negative:
		n = -n
	}
	return n, s[i:], true
}

// numberBase is the base of the number at s[i], and where its digits start.
func numberBase(s string, i int) (base, start int) {
	if i >= len(s) || s[i] != '0' {
		return 10, i
	}
	if i+2 < len(s) && lower(s[i+1]) == 'x' && digitValue(s[i+2]) < 16 {
		return 16, i + 2
	}
	return 8, i
}

// digitValue is the value of a digit or letter, 99 for what is neither.
func digitValue(c byte) int {
	switch l := lower(c); {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= l && l <= 'z':
		return int(l-'a') + 10
	}
	return 99
}

// The complaints about numbers, in the client's words.
const (
	intMissing  = "integer value missing."
	intInvalid  = "integer value invalid."
	intTooSmall = "integer value too small."
	intTooLarge = "integer value too large."
)

// strtonum is openbsd-compat/strtonum.c from 0 to hi; its error is the word
// that names what is wrong.
func strtonum(s string, hi int64) (n int64, wrong string) {
	n, rest, found := strtol(s, 10)
	switch {
	case !found || rest != "":
		return 0, intInvalid
	case n < 0:
		return 0, intTooSmall
	case n > hi:
		return 0, intTooLarge
	}
	return n, ""
}

// ParseCount reads a number as atoi_err of misc.c does for ServerAliveCountMax
// and its like: 0 to 2147483647, where blanks and a + may stand before the
// digits. errMsg is the client's complaint, "" for a good number; the server's
// is the same with the keyword before it.
func ParseCount(s string) (n int, errMsg string) {
	if s == "" {
		return 0, intMissing
	}
	v, wrong := strtonum(s, maxInt)
	return int(v), wrong
}

// checkInt is parse_int of readconf.c and servconf.c.
func checkInt(c ctx, args []string) (Value, *ValueError) {
	text := ""
	if len(args) > 0 {
		text = args[0]
	}
	n, wrong := ParseCount(text)
	if wrong != "" {
		return Value{}, c.badInt(at(args, 0), wrong)
	}
	if len(args) > 1 {
		return c.end(Value{}, args, 1)
	}
	return one(seconds(n, text)), nil
}

func (c ctx) badInt(arg int, wrong string) *ValueError {
	if c.k.Side == Server {
		wrong = c.name() + " " + wrong
	}
	return c.refuse(arg, wrong)
}

// parsePort is a2port of misc.c: a number or the name of a TCP service; -1 is
// neither.
func parsePort(s string) int {
	if n, wrong := strtonum(s, 65535); wrong == "" {
		return int(n)
	}
	return servicePort(s)
}

// servicePort stands in for getservbyname: the names of Debian's /etc/services
// that are TCP's. Reading the machine's own file would make the verdict depend
// on where sshvet runs.
func servicePort(name string) int {
	isLetter := func(c rune) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
	if !strings.ContainsFunc(name, isLetter) || strings.ContainsAny(name, " ;") {
		return -1 // every service has a letter in its name
	}
	_, rest, found := strings.Cut(tcpServices, ";"+name+" ")
	if !found {
		return -1
	}
	port, _, _ := strtol(rest, 10)
	return int(port)
}

// checkClientPort is oPort of readconf.c.
func checkClientPort(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	n := parsePort(args[0])
	if n <= 0 {
		return Value{}, c.refuse(0, "Bad port '"+args[0]+"'.")
	}
	return c.end(one(seconds(n, args[0])), args, 1)
}

// checkServerPort is sPort of servconf.c.
func checkServerPort(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.refuse(at(args, 0), "missing port number.")
	}
	n := parsePort(args[0])
	if n <= 0 {
		return Value{}, c.refuse(0, "Badly formatted port number.")
	}
	return c.end(one(seconds(n, args[0])), args, 1)
}

// checkIntOrNone is PerSourceMaxStartups of servconf.c: none, in that case
// only, is no limit, which is the largest number.
func checkIntOrNone(c ctx, args []string) (Value, *ValueError) {
	if missing(args, 0) {
		return Value{}, c.noArgument(args)
	}
	if args[0] == "none" {
		return c.end(Value{Items: noneItems}, args, 1)
	}
	v, err := checkInt(c, args)
	if err == nil && v.Items[0] == strconv.Itoa(maxInt) {
		v.Items = noneItems
	}
	return v, err
}

// checkMask is StreamLocalBindMask: an octal number by strtol, of which neither
// program looks at what follows the digits.
func checkMask(c ctx, args []string) (Value, *ValueError) {
	client := c.k.Side == Client
	if missing(args, 0) {
		if client {
			return Value{}, c.refuse(at(args, 0), "Missing StreamLocalBindMask argument.")
		}
		return Value{}, c.noArgument(args)
	}
	n, _, found := strtol(args[0], 8)
	if mask := int32(n); !found || mask < 0 || mask > 0o777 {
		if client {
			return Value{}, c.refuse(0, "Bad mask.")
		}
		return Value{}, c.refuse(0, "Invalid "+c.name()+".")
	}
	return c.end(one("0"+strconv.FormatInt(int64(int32(n)), 8)), args, 1)
}

// The complaints of scan_scaled, in the words of strerror.
const (
	errInvalid = "Invalid argument"
	errRange   = "Numerical result out of range"
)

// maxScaledDigits is MAX_DIGITS of openbsd-compat/fmt_scaled.c.
const maxScaledDigits = 7 * 3

// scanScaled is scan_scaled of openbsd-compat/fmt_scaled.c: a decimal number
// with an optional unit from B to E in either case. No digits at all are 0.
func scanScaled(s string) (n int64, wrong string) {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	negative := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		negative = s[0] == '-'
		s = s[1:]
	}
	whole, fraction, rest, wrong := scaledDigits(s)
	if wrong != "" {
		return 0, wrong
	}
	if negative {
		whole, fraction.value = -whole, -fraction.value
	}
	if rest == "" {
		return whole, ""
	}
	return scaleBy(rest, whole, fraction)
}

// fractionPart is the decimals of a scaled number: 25 with 2 digits for .25.
type fractionPart struct {
	value  int64
	digits int
}

// scaledDigits reads the digits and the decimals of a scaled number.
func scaledDigits(s string) (whole int64, f fractionPart, rest, wrong string) {
	count, dot, i := 0, false, 0
	for ; i < len(s) && (isDigit(s[i]) || s[i] == '.'); i++ {
		if s[i] == '.' {
			if dot {
				return 0, f, "", errInvalid
			}
			dot = true
			continue
		}
		part := &whole
		if dot {
			if f.digits >= maxScaledDigits-2 {
				continue // further decimals are ignored
			}
			f.digits++
			part = &f.value
		} else if count++; count >= maxScaledDigits {
			return 0, f, "", errRange
		}
		digit := int64(s[i] - '0')
		if *part > (math.MaxInt64-digit)/10 {
			return 0, f, "", errRange
		}
		*part = *part*10 + digit
	}
	return whole, f, s[i:], ""
}

// scaleBy applies the unit that rest starts with. Only a letter or digit after
// it is wrong; other bytes are not looked at.
func scaleBy(rest string, whole int64, f fractionPart) (int64, string) {
	power := strings.IndexByte("bkmgtpe", lower(rest[0]))
	if power < 0 || len(rest) > 1 && digitValue(rest[1]) != 99 {
		return 0, errInvalid
	}
	scale := int64(1) << (10 * power)
	if whole > math.MaxInt64/scale || whole < math.MinInt64/scale {
		return 0, errRange
	}
	for f.value >= math.MaxInt64/scale || f.value <= math.MinInt64/scale {
		f.value /= 10
		f.digits--
	}
	f.value *= scale
	for ; f.digits > 0; f.digits-- {
		f.value /= 10
	}
	return whole*scale + f.value, ""
}
