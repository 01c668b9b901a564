package netssh

import (
	"slices"
	"strings"
)

// translation turns settings to options.
type translation struct {
	r       *run
	res     *Result
	hasHost bool
}

// translate does what Net::SSH::Config.translate does.
func (r *run) translate(settings *table) (*Result, error) {
	tr := &translation{r: r, res: &Result{}, hasHost: settings.has(keyHost)}
	tr.put("auth_methods", stringList([]string{"none", "publickey", "password", "keyboard-interactive", "challenge-response"}), nil)
	for _, k := range settings.order {
		lines := settings.lines[k]
		if err := tr.keyword(k, lines); err != nil {
			return nil, raisedAt(err, lines[0].at())
		}
	}
	tr.mergeChallengeResponse()
	tr.settle(settings)
	return tr.res, nil
}

// settle lists the settings, and the lines that lost to them.
func (tr *translation) settle(settings *table) {
	losers := &tr.r.lost
	for _, k := range settings.order {
		for _, l := range settings.lines[k] {
			switch l.key {
			case keyHost:
				continue
			case keyJump, keyCommand:
				if k != keyProxy {
					losers.add(l, lost{why: proxyForgotten})
					continue
				}
			}
			losers.drop(l)
			tr.res.Settings = append(tr.res.Settings, Setting{Keyword: keys[l.key].name, Value: l.value(), Source: l.at()})
		}
	}
	tr.res.lost = *losers
	tr.res.expand = func(path string) *Error {
		_, err := tr.r.expand(path, tr.r.req.Dir)
		return err
	}
	seen := map[string]bool{}
	for i := range tr.res.Settings {
		if s := &tr.res.Settings[i]; !seen[s.Keyword] {
			seen[s.Keyword] = true
			s.Shadowed = tr.res.Losers(s.Keyword)
		}
	}
}

// put sets an option; one that is there keeps its place.
func (tr *translation) put(name string, v Value, lines []*line) {
	o := tr.option(name)
	if o == nil {
		tr.res.Options = append(tr.res.Options, Option{Name: name})
		o = &tr.res.Options[len(tr.res.Options)-1]
	}
	o.Value, o.From = v, nil
	for _, l := range lines {
		o.From = append(o.From, l.at())
	}
}

func (tr *translation) option(name string) *Option {
	for i := range tr.res.Options {
		if tr.res.Options[i].Name == name {
			return &tr.res.Options[i]
		}
	}
	return nil
}

// keyword translates one.
func (tr *translation) keyword(k keyID, lines []*line) *Error {
	v, option := lines[0].value(), keys[k].option
	switch keys[k].how {
	case asItIs:
		if k.listed() {
			v = Value{Kind: List}
			for _, l := range lines {
				v.Items = append(v.Items, l.value())
			}
		}
		tr.put(option, v, lines)
	case splitList:
		if v.Kind != String {
			return v.noMethod("split")
		}
		tr.put(option, stringList(commas(v.Text)), lines)
	case method:
		tr.authMethod(option, v.Truthy(), lines[0])
	default:
		return tr.special(k, v, lines)
	}
	return nil
}

// special translates the keywords that have a way of their own.
func (tr *translation) special(k keyID, v Value, lines []*line) *Error {
	switch k {
	case keyStrict:
		tr.put("verify_host_key", verifyHostKey(v), lines)
	case keyHostname:
		return tr.hostname(v, lines)
	case keyCountMax:
		if v.Truthy() {
			return tr.number("keepalive_maxcount", v, lines)
		}
	case keyPrompts:
		return tr.number("number_of_password_prompts", v, lines)
	case keyInterval:
		return tr.keepalive(v, lines)
	case keyProxy:
		return tr.proxy(v, lines)
	case keyRekeyLimit:
		return tr.rekeyLimit(v, lines)
	case keySendEnv:
		tr.put("send_env", sendEnv(v), lines)
	case keySetEnv:
		hash, err := setEnv(v)
		if err != nil {
			return err
		}
		tr.put("set_env", hash, lines)
	}
	return nil
}

// sendEnv makes a regular expression of each word.
func sendEnv(v Value) Value {
	list := Value{Kind: List}
	for _, w := range words(v.toS()) {
		list.Items = append(list.Items, Value{Kind: Regexp, Text: regexpSource(w)})
	}
	return list
}

func verifyHostKey(v Value) Value {
	switch {
	case v.Kind == False:
		return symbol("never")
	case v.Kind == True:
		return symbol("always")
	case v.Kind == String && v.Text == "accept-new":
		return symbol("accept_new")
	}
	return Value{}
}

// hostname replaces %h by the host. Without a Host line anywhere net-ssh knows
// no host, and even a name without %h makes it raise.
func (tr *translation) hostname(v Value, lines []*line) *Error {
	if v.Kind != String {
		return v.noMethod("gsub")
	}
	if !tr.hasHost {
		return &Error{Class: "TypeError", Message: "no implicit conversion of nil into String"}
	}
	name, err := gsub(v.Text, "%h", tr.r.req.Host)
	if err != nil {
		return err
	}
	tr.put("host_name", str(name), lines)
	return nil
}

// gsub is String#gsub of a text without groups: in the replacement, \0 and \&
// are what was found, \1 to \9 nothing, \` and \' what is around it.
func gsub(s, find, by string) (string, *Error) {
	if !strings.Contains(by, `\`) {
		return strings.ReplaceAll(s, find, by), nil
	}
	var b strings.Builder
	for at := 0; ; {
		n := strings.Index(s[at:], find)
		if n < 0 {
			b.WriteString(s[at:])
			return b.String(), nil
		}
		b.WriteString(s[at : at+n])
		if err := replacement(&b, by, s[:at+n], find, s[at+n+len(find):]); err != nil {
			return "", err
		}
		at += n + len(find)
	}
}

func replacement(b *strings.Builder, by, before, found, after string) *Error {
	for i := 0; i < len(by); i++ {
		if by[i] != '\\' || i+1 == len(by) {
			b.WriteByte(by[i])
			continue
		}
		i++
		switch c := by[i]; {
		case c == '0' || c == '&':
			b.WriteString(found)
		case isDigit(c):
		case c == '`':
			b.WriteString(before)
		case c == '\'':
			b.WriteString(after)
		case c == '\\':
			b.WriteByte('\\')
		case c == 'k' && strings.HasPrefix(by[i+1:], "<") && strings.Contains(by[i+1:], ">"):
			name, _, _ := strings.Cut(by[i+2:], ">")
			return &Error{Class: "IndexError", Message: "undefined group name reference: " + name}
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return nil
}

func (tr *translation) number(option string, v Value, lines []*line) *Error {
	n, err := v.toI()
	if err == nil {
		tr.put(option, n, lines)
	}
	return err
}

// keepalive: a unit behind the number is passed over, so that 5m is 5 seconds.
func (tr *translation) keepalive(v Value, lines []*line) *Error {
	if !v.Truthy() {
		tr.put("keepalive", boolean(false), lines)
		return nil
	}
	n, err := v.toI()
	if err != nil {
		return err
	}
	tr.put("keepalive", boolean(n.Positive()), lines)
	if n.Positive() {
		tr.put("keepalive_interval", n, lines)
	}
	return nil
}

// proxy makes the object. Only a ProxyCommand knows "none".
func (tr *translation) proxy(v Value, lines []*line) *Error {
	switch lines[0].key {
	case keyCommand:
		if v.Kind != String || v.Text != "none" {
			tr.put("proxy", Value{Kind: Command, Items: []Value{v}}, lines)
		}
	case keyJump:
		tr.put("proxy", Value{Kind: Jump, Items: []Value{v}}, lines)
	default:
		return &Error{Class: "ArgumentError", Message: "wrong number of arguments (given 1, expected 2)"}
	}
	return nil
}

// rekeyLimit is in bytes. The unit has to be the last letter, so that the
// "1G" of "1G 1h" is 1 byte.
func (tr *translation) rekeyLimit(v Value, lines []*line) *Error {
	n, err := v.toI()
	if err != nil {
		return err
	}
	if v.Kind == String {
		n = n.times(unit(v.Text))
	}
	tr.put("rekey_limit", n, lines)
	return nil
}

func unit(s string) uint64 {
	for i, suffix := range []string{"\u212a", "k", "m", "g"} {
		if n := len(s) - len(suffix); n >= 0 && strings.EqualFold(s[n:], suffix) {
			return 1 << (10 * max(i, 1))
		}
	}
	return 1
}

func (tr *translation) authMethod(method string, on bool, l *line) {
	o := tr.option("auth_methods")
	isMethod := func(v Value) bool { return v.Text == method }
	if on {
		o.Value.Items = unique(append(o.Value.Items, str(method)))
	} else {
		o.Value.Items = slices.DeleteFunc(o.Value.Items, isMethod)
	}
	o.From = append(o.From, l.at())
}

// unique keeps the first of equal strings.
func unique(items []Value) []Value {
	seen := map[string]bool{}
	return slices.DeleteFunc(items, func(v Value) bool {
		known := seen[v.Text]
		seen[v.Text] = true
		return known
	})
}

// mergeChallengeResponse: net-ssh has one name for the two.
func (tr *translation) mergeChallengeResponse() {
	o := tr.option("auth_methods")
	isOld := func(v Value) bool { return v.Text == "challenge-response" }
	if slices.ContainsFunc(o.Value.Items, isOld) {
		o.Value.Items = unique(append(slices.DeleteFunc(o.Value.Items, isOld), str("keyboard-interactive")))
	}
}

// setEnv splits as a shell does, and each word at its first `=`. Of a name
// that comes twice the last value counts.
func setEnv(v Value) (Value, *Error) {
	list, err := shellWords(v.toS())
	if err != nil {
		return Value{}, err
	}
	hash := Value{Kind: Hash}
	at := map[string]int{}
	for i, w := range list {
		name, value, ok := strings.Cut(w, "=")
		if !ok {
			return Value{}, wrongLength(i, w)
		}
		if n, known := at[name]; known {
			hash.Items[n] = str(value)
			continue
		}
		hash.Items = append(hash.Items, str(name), str(value))
		at[name] = len(hash.Items) - 1
	}
	return hash, nil
}
