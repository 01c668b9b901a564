package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// The shapes of the JSON that the documentation promises: names of types,
// lists of one element, objects. A key that begins with ? may be missing.
// Further keys are allowed: fields are only ever added.
type object map[string]any

var (
	positionShape = object{"line": "number", "column": "number", "offset": "number"}
	spanShape     = object{"file": "string", "start": positionShape, "end": positionShape}

	diagnosticShape = with(spanShape, object{
		"rule": "string", "category": "string", "severity": "string", "message": "string", "url": "string",
		"hosts":   []any{"string"},
		"related": []any{with(spanShape, object{"message": "string"})},
		"fixes": []any{object{
			"message": "string", "applicability": "string",
			"edits": []any{with(spanShape, object{"newText": "string"})},
		}},
	})

	sourceShape = object{"file": "string", "line": "number"}
	aliveShape  = object{
		"interval": "number", "maxcount": "number", "hostname": "string", "user": "string",
		"?intervalSource": sourceShape, "?maxcountSource": sourceShape, "?error": "string",
	}

	shapes = map[string]any{
		"check": object{
			"version":     "number",
			"tool":        object{"name": "string", "version": "string"},
			"files":       []any{object{"path": "string", "kind": "string", "fragment": "bool"}},
			"diagnostics": []any{diagnosticShape},
			"summary":     object{"errors": "number", "warnings": "number", "notes": "number", "fixable": "number", "files": "number"},
		},
		"explain": object{
			"host": "string",
			"readers": []any{object{
				"name": "string", "?error": "string",
				"settings": []any{object{
					"keyword": "string", "value": "string", "default": "bool",
					"?source":     object{"file": "string", "line": "number"},
					"shadowed":    []any{object{"file": "string", "line": "number", "value": "string", "reason": "string"}},
					"conditional": []any{object{"file": "string", "line": "number", "value": "string", "condition": "string"}},
				}},
			}},
		},
		"config": object{
			"version": "number",
			"files": []any{object{
				"path": "string", "?config": "string",
				"settings": []any{object{
					"name": "string", "value": "string",
					"origin": object{"kind": "string", "?name": "string", "?file": "string", "?line": "number"},
				}},
			}},
		},
		"kamal": object{
			"destination": "string", "file": "string", "kamal": "string", "hostsFrom": "string",
			"hosts": []any{object{
				"host": "string", "role": "string", "roles": []any{"string"},
				"openssh": with(aliveShape, object{"port": "string"}),
				"net-ssh": with(aliveShape, object{"port": "number", "keepalive": "bool"}),
				"?server": object{"file": "string", "interval": "number", "maxcount": "number"},
			}},
			"hops":        []any{object{"host": "string", "role": "string", "for": []any{"string"}, "openssh": aliveShape}},
			"unknown":     []any{"string"},
			"diagnostics": []any{diagnosticShape},
		},
		"statistics": object{
			"statistics": []any{object{"rule": "string", "severity": "string", "count": "number", "fixable": "number"}},
		},
		"rules": []any{ruleShape},
		"rule":  with(ruleShape, object{"page": "string"}),
	}

	ruleShape = object{
		"name": "string", "category": "string", "severity": "string", "side": "string",
		"fix": "string", "off": "bool", "summary": "string", "url": "string",
	}
)

func with(a, b object) object {
	out := object{}
	for k, v := range a {
		out[k] = v
	}
	for k, v := range b {
		out[k] = v
	}
	return out
}

// json SHAPE FILE: the file holds one JSON value of that shape.
func scriptJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 || shapes[args[0]] == nil {
		ts.Fatalf("usage: json check|explain|kamal|rules|rule|statistics file")
	}
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &v))
	ts.Check(hasShape(args[0], shapes[args[0]], v))
}

func hasShape(at string, shape, v any) error {
	switch shape := shape.(type) {
	case string:
		if got := typeOf(v); got != shape {
			return fmt.Errorf("%s is %s, not %s", at, got, shape)
		}
	case []any:
		list, ok := v.([]any)
		if !ok {
			return fmt.Errorf("%s is %s, not a list", at, typeOf(v))
		}
		for i, e := range list {
			if err := hasShape(fmt.Sprintf("%s[%d]", at, i), shape[0], e); err != nil {
				return err
			}
		}
	case object:
		return hasFields(at, shape, v)
	}
	return nil
}

func hasFields(at string, shape object, v any) error {
	m, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is %s, not an object", at, typeOf(v))
	}
	for _, key := range sortedKeys(shape) {
		name, optional := strings.CutPrefix(key, "?")
		e, ok := m[name]
		if !ok && optional {
			continue
		}
		if !ok {
			return fmt.Errorf("%s has no %s", at, name)
		}
		if err := hasShape(at+"."+name, shape[key], e); err != nil {
			return err
		}
	}
	return nil
}

func sortedKeys(o object) []string {
	var out []string
	for k := range o {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "bool"
	case []any:
		return "list"
	}
	return "object"
}
