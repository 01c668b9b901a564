package kamal

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sshvet/sshvet/internal/lazy"
)

// kind is the class of a value in Ruby.
type kind uint8

const (
	kNull kind = iota
	kBool
	kInt
	kFloat
	kString
	kSymbol
	kTime // Time or Date
	kSeq
	kMap
	kOther // an object of some other class
)

// The forms of plain scalars that Psych tells apart (psych/scalar_scanner.rb).
// They are anchored at lines there; a plain scalar of more than one line is a
// string for us, which differs only for up to five characters.
var (
	timeForm      = lazy.Regexp(`^-?\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:\s*(?:Z|[-+]\d{1,2}:?(?:\d\d)?))?$`)
	dateForm      = lazy.Regexp(`^\d{4}-(?:1[012]|0\d|\d)-(?:[12]\d|3[01]|0\d|\d)$`)
	infForm       = lazy.Regexp(`(?i)^(?:[-+]?\.inf|\.nan)$`)
	base60Form    = lazy.Regexp(`^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}$`)
	base60Decimal = lazy.Regexp(`^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}\.[0-9_]*$`)
	floatForm     = lazy.Regexp(`^[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][-+][0-9]+)?$`)
	intForm       = lazy.Regexp(`^[-+]?(?:0b[01_,]+|0[0-7_,]+|0|[1-9](?:[0-9]|,[0-9]|_[0-9])*|0x[0-9a-fA-F_,]+)$`)
)

// plainValue is what Psych makes of a scalar without quotes: its class, its
// text as Ruby would show it where that matters here, and its number.
func plainValue(s string) (kind, string, int) {
	switch {
	case s == "":
		return kNull, "", 0
	case strings.Contains(s, "\n"):
		return kString, s, 0
	case startsLikeText(s):
		return wordValue(s)
	case timeForm().MatchString(s):
		return kTime, s, 0
	case dateForm().MatchString(s):
		if _, err := time.Parse("2006-1-2", s); err != nil {
			return kString, s, 0
		}
		return kTime, s, 0
	case infForm().MatchString(s):
		return kFloat, s, 0
	case strings.HasPrefix(s, ":") && len(s) > 1:
		return kSymbol, symbolName(s), 0
	case base60Form().MatchString(s):
		return kInt, s, base60(s)
	case base60Decimal().MatchString(s):
		return kFloat, s, 0
	case floatForm().MatchString(s):
		if strings.TrimLeft(s, "+-") == "." {
			return kString, s, 0
		}
		return kFloat, s, 0
	case intForm().MatchString(s):
		return kInt, s, parseInt(s)
	}
	return kString, s, 0
}

// startsLikeText reports whether Psych takes a scalar for text at first sight:
// its first character, or the second if the first is none of digit . : -, is a
// letter or one of some signs.
func startsLikeText(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	if textRune(r) {
		return true
	}
	if unicode.Is(unicode.ASCII_Hex_Digit, r) && r <= '9' || strings.ContainsRune(".:-", r) {
		return false
	}
	next, size := utf8.DecodeRuneInString(s[n:])
	return size > 0 && textRune(next)
}

func textRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || strings.ContainsRune("_ \t\v\f!@#$%^&*(){}<>|/\\~;=", r)
}

// wordValue sorts out the words that mean a boolean or nil.
func wordValue(s string) (kind, string, int) {
	switch strings.ToLower(s) {
	case "~", "null":
		return kNull, "", 0
	case "yes", "true", "on":
		return kBool, "true", 1
	case "no", "false", "off":
		return kBool, "false", 0
	}
	return kString, s, 0
}

// symbolName is the name of a symbol: :web, :"web", :'web'.
func symbolName(s string) string {
	s = s[1:]
	if len(s) > 1 && (s[0] == '"' || s[0] == '\'') {
		if i := strings.LastIndexByte(s, s[0]); i > 0 {
			return strings.TrimPrefix(s[1:i], ":")
		}
	}
	return s
}

// base60 is 1:30 as Psych counts it: the first number is always hours, so that
// 1:30 is 5400.
func base60(s string) int {
	sum, unit := 0, 3600
	for part := range strings.SplitSeq(s, ":") {
		n, err := strconv.Atoi(strings.ReplaceAll(strings.TrimPrefix(part, "+"), "_", ""))
		if err != nil || n > math.MaxInt/7200 || n < math.MinInt/7200 {
			return math.MaxInt
		}
		sum += n * unit
		unit /= 60
	}
	return sum
}

// parseInt reads an integer of any base; one that does not fit is the largest.
func parseInt(s string) int {
	s = strings.ReplaceAll(strings.ReplaceAll(s, ",", ""), "_", "")
	n, err := strconv.ParseInt(s, 0, 0)
	if err != nil {
		if strings.HasPrefix(s, "-") {
			return math.MinInt
		}
		return math.MaxInt
	}
	return int(n)
}
