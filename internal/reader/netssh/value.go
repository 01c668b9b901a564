package netssh

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind is the class of a Ruby object.
type Kind uint8

// The kinds of values. Command and Jump are Net::SSH::Proxy::Command and
// Net::SSH::Proxy::Jump, with the object they were made of.
const (
	Nil Kind = iota
	False
	True
	Int
	String
	Symbol
	Regexp
	List
	Hash
	Command
	Jump
)

// Value is a Ruby object. The zero Value is nil.
type Value struct {
	Kind Kind
	// Text is the text of a String, a Symbol or the source of a Regexp, and the
	// decimal digits of an Int, of any length, without leading zeros.
	Text string
	// Items are those of a List, the keys and values of a Hash in turn, or what
	// a Command or Jump was made of.
	Items []Value
}

func str(s string) Value    { return Value{Kind: String, Text: s} }
func symbol(s string) Value { return Value{Kind: Symbol, Text: s} }

func boolean(b bool) Value {
	if b {
		return Value{Kind: True}
	}
	return Value{Kind: False}
}

func stringList(words []string) Value {
	v := Value{Kind: List}
	for _, w := range words {
		v.Items = append(v.Items, str(w))
	}
	return v
}

// Truthy reports whether Ruby takes the value for true.
func (v Value) Truthy() bool { return v.Kind != Nil && v.Kind != False }

// Int64 is the number of an Int; ok is false for others and for a number that
// does not fit.
func (v Value) Int64() (n int64, ok bool) {
	if v.Kind != Int {
		return 0, false
	}
	n, err := strconv.ParseInt(v.Text, 10, 64)
	return n, err == nil
}

// Positive reports whether the value is a number above zero.
func (v Value) Positive() bool {
	return v.Kind == Int && v.Text != "0" && !strings.HasPrefix(v.Text, "-")
}

// String is how people would write the value in a file.
func (v Value) String() string {
	switch v.Kind {
	case Nil:
		return ""
	case False:
		return "no"
	case True:
		return "yes"
	case List:
		words := make([]string, len(v.Items))
		for i, item := range v.Items {
			words[i] = item.String()
		}
		return strings.Join(words, ",")
	case Hash:
		var words []string
		for i := 0; i+1 < len(v.Items); i += 2 {
			words = append(words, v.Items[i].Text+"="+v.Items[i+1].Text)
		}
		return strings.Join(words, " ")
	case Command, Jump:
		return v.Items[0].String()
	}
	return v.Text
}

// Canonical tells every value from every other, in ASCII: the form in which
// values are compared with those of the real net-ssh.
func (v Value) Canonical() string {
	switch v.Kind {
	case Nil:
		return "nil"
	case False:
		return "false"
	case True:
		return "true"
	case Int:
		return v.Text
	case String:
		return quote(v.Text)
	case Symbol:
		return ":" + v.Text
	case Regexp:
		return "regexp(" + quote(v.Text) + ")"
	case List:
		return "[" + canonical(v.Items) + "]"
	case Hash:
		return "{" + canonical(v.Items) + "}"
	case Command:
		return "command(" + canonical(v.Items) + ")"
	case Jump:
		return "jump(" + canonical(v.Items) + ")"
	}
	return fmt.Sprintf("kind %d", v.Kind)
}

func canonical(items []Value) string {
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = item.Canonical()
	}
	return strings.Join(words, ",")
}

// quote writes bytes that are not plain ASCII as \xNN.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			fmt.Fprintf(&b, "\\x%02x", c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// toS is Ruby's to_s of what a line can hold.
func (v Value) toS() string {
	switch v.Kind {
	case False:
		return "false"
	case True:
		return "true"
	}
	return v.Text
}

// inspect is the receiver as it stands in Ruby 3.1's NoMethodError.
func (v Value) inspect() string {
	switch v.Kind {
	case Nil:
		return "nil:NilClass"
	case False:
		return "false:FalseClass"
	case True:
		return "true:TrueClass"
	case Int:
		return v.Text + ":Integer"
	}
	return v.Text
}

// noMethod is Ruby's answer to a call that the value does not have.
func (v Value) noMethod(name string) *Error {
	return &Error{Class: "NoMethodError", Message: fmt.Sprintf("undefined method `%s' for %s", name, v.inspect())}
}

// toI is Ruby's to_i; true and false have none.
func (v Value) toI() (Value, *Error) {
	switch v.Kind {
	case Int:
		return v, nil
	case String:
		return Value{Kind: Int, Text: digitsOf(v.Text)}, nil
	}
	return Value{}, v.noMethod("to_i")
}

// digitsOf is the number that a string starts with, as String#to_i finds it:
// blanks, a sign, 0d, digits with single underscores between them; else 0.
func digitsOf(s string) string {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	if strings.HasPrefix(s, "0d") || strings.HasPrefix(s, "0D") {
		s = s[2:]
	}
	end := 0
	for end < len(s) && (isDigit(s[end]) || s[end] == '_' && end > 0 && s[end-1] != '_') {
		end++
	}
	digits := strings.TrimLeft(strings.ReplaceAll(s[:end], "_", ""), "0")
	switch {
	case digits == "":
		return "0"
	case negative:
		return "-" + digits
	}
	return digits
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// times multiplies an Int by a small number. The digits are not turned into a
// big.Int, because that takes quadratic time and a file can hold millions.
func (v Value) times(factor uint64) Value {
	digits, sign := v.Text, ""
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		digits, sign = rest, "-"
	}
	out := make([]byte, len(digits)+20)
	at, carry := len(out), uint64(0)
	for i := len(digits) - 1; i >= 0 || carry > 0; i-- {
		if i >= 0 {
			carry += uint64(digits[i]-'0') * factor
		}
		at--
		out[at] = byte('0' + carry%10)
		carry /= 10
	}
	text := strings.TrimLeft(string(out[at:]), "0")
	if text == "" {
		return Value{Kind: Int, Text: "0"}
	}
	return Value{Kind: Int, Text: sign + text}
}
