package rules

// inTemplates are the rules whose findings hold in a template as well: they come
// from lines that stand there. What is missing may come from a tag or from
// another file, and what wins over what may be meant so, as in
//
//	{% if strict %}
//	PermitRootLogin no
//	{% endif %}
//	PermitRootLogin prohibit-password
//
// The value says what has to be certain beside the line itself.
var inTemplates = map[string]needed{
	"slow-keepalive":               theLine,
	"disabled-keepalive":           theLine,
	"early-keepalive-timeout":      bothLines,
	"zero-keepalive-count":         bothLines,
	"flapping-keepalive":           bothLines,
	"endless-keepalive":            bothLines,
	"invalid-keepalive-value":      theLine,
	"misplaced-keepalive":          theLine,
	"syntax-error":                 theLine,
	"unknown-keyword":              theLine,
	"unsupported-keyword":          theLine,
	"deprecated-keyword":           theLine,
	"invalid-value":                theLine,
	"wrong-side-keyword":           theLine,
	"keyword-not-allowed-in-match": theBlock,
	"byte-order-mark":              theLine,
	"control-character":            theLine,
	"comma-in-host":                theLine,
	"prefix-comment-in-value":      theLine,
}

type needed uint8

const (
	theLine   needed = iota
	theBlock         // in which it stands
	bothLines        // interval and count of the keep-alive
)

// InTemplates reports whether findings of a rule hold in a template. branches is
// true where it is known which lines are of the same branch, pair where both
// lines of the keep-alive are there.
func InTemplates(rule string, branches, pair bool) bool {
	if r := Find(rule); r != nil && r.Last {
		return true // it judges comments
	}
	what, ok := inTemplates[rule]
	return ok && (what == theLine || what == theBlock && branches || what == bothLines && branches && pair)
}
