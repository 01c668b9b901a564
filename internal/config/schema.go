package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/sshvet/sshvet/internal/keyword"
)

// SchemaURL is where the published schema is.
const SchemaURL = "https://raw.githubusercontent.com/sshvet/sshvet/main/docs/sshvet.schema.json"

// object is a JSON object that keeps its order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Schema is the JSON schema of the file, made from the table that it is read by.
func Schema() ([]byte, error) {
	doc := object{
		{"$schema", "http://json-schema.org/draft-07/schema#"},
		{"$id", SchemaURL},
		{"title", "Configuration of sshvet (" + Name + ")"},
	}
	raw, err := json.Marshal(append(doc, tableSchema(top())...))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

func tableSchema(keys []key) object {
	var properties object
	var required []string
	for i := range keys {
		properties = append(properties, member{keys[i].name, keys[i].schema()})
		if keys[i].required {
			required = append(required, keys[i].name)
		}
	}
	if properties == nil {
		properties = object{}
	}
	out := object{{"type", "object"}, {"additionalProperties", false}}
	if required != nil {
		out = append(out, member{"required", required})
	}
	return append(out, member{"properties", properties})
}

// schema is what a key takes. A key without a value, which YAML reads as null,
// counts as not set, so that null is fine for all but what has to be there.
func (k *key) schema() object {
	out := object{{"description", strings.ReplaceAll(k.doc, "`", "'")}}
	if preset := k.presetValue(); preset != nil {
		out = append(out, member{"default", preset})
	}
	switch k.kind {
	case textKind:
		return append(out, k.textSchema(!k.required)...)
	case versionKind: // an unquoted 9.2 is a number for YAML, and read as it is written
		return append(out, member{"type", []string{"string", "number", "null"}}, member{"pattern", releasePattern},
			member{"minimum", oldestNumber()}, member{"maximum", newestNumber})
	case numberKind:
		highest := most
		if k.name == "version" {
			highest = Version
		}
		return append(out, k.typed("integer"), member{"minimum", k.least}, member{"maximum", highest})
	case textsKind:
		out = append(out, k.typed("array"), member{"items", k.textSchema(false)})
		if k.name == "select" {
			out = append(out, member{"minItems", 1})
		}
		return out
	case tablesKind:
		return append(out, k.typed("array"), member{"items", tableSchema(k.keys)})
	case tableKind:
		return append(out, orNull(tableSchema(k.keys))...)
	}
	return append(out, k.namesSchema()...)
}

// typed is the type of a value, or null if the key need not be there.
func (k *key) typed(name string) member {
	if k.required {
		return member{"type", name}
	}
	return member{"type", []string{name, "null"}}
}

// orNull lets null stand in the place of a table.
func orNull(table object) object {
	table[0] = member{"type", []string{"object", "null"}}
	return table
}

// releasePattern is what a release is written like, from keyword.Oldest on.
const releasePattern = `^(OpenSSH_)?(7\.([4-9]|[1-9][0-9])|[89]\.[0-9]{1,2}|[1-9][0-9]{1,2}\.[0-9]{1,2})(p.*)?$`

// newestNumber is above all releases that can be written.
const newestNumber = 601

// oldestNumber is the oldest release that is known, as a number of YAML.
func oldestNumber() json.Number { return json.Number(keyword.Oldest.String()) }

// noGlob are patterns of what is no glob, of the mistakes that a pattern can see:
// leaving the folder, an exclamation mark in front, a bracket or brace that is not
// closed.
var noGlob = []string{`^\.\./`, `^!`, `(^|[^\\])\[[^\]]*$`, `^[^\[\\]*\{[^}\]]*$`}

func (k *key) textSchema(nullToo bool) object {
	words := []any{}
	if k.words != nil {
		for _, w := range k.words() {
			words = append(words, w)
		}
	}
	if nullToo {
		words = append(words, nil)
	}
	text := object{{"type", "string"}, {"minLength", 1}}
	switch {
	case k.isGlob:
		var not []object
		for _, pattern := range noGlob {
			not = append(not, object{{"pattern", pattern}})
		}
		return append(text, member{"not", object{{"anyOf", not}}})
	case k.words == nil && nullToo:
		return object{{"type", []string{"string", "null"}}, {"minLength", 1}}
	case k.words == nil:
		return text
	case k.open:
		return object{{"anyOf", []object{{{"enum", words}}, text}}}
	}
	return object{{"enum", words}}
}

// namesSchema is for a table whose names are the user's choice.
func (k *key) namesSchema() object {
	out := object{{"type", []string{"object", "null"}}}
	switch {
	case k.words != nil:
		out = append(out, member{"propertyNames", object{{"enum", k.words()}}})
	case k.taken != nil:
		out = append(out, member{"propertyNames", object{{"not", object{{"enum", k.taken()}}}}})
	}
	return append(out, member{"additionalProperties", orNull(tableSchema(k.keys))})
}

// presetValue is the default as JSON has it.
func (k *key) presetValue() any {
	if k.preset == "" {
		return nil
	}
	var v any
	if err := yaml.Load([]byte(k.preset), &v); err != nil {
		return nil
	}
	return v
}

// Sample is the file that `sshvet init` writes: every key with what it is for,
// commented out with its default or an example, so that a newer sshvet's
// defaults apply.
func Sample() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# yaml-language-server: $schema=%s\n", SchemaURL)
	b.WriteString("# Configuration of sshvet. It governs the files in this folder and below it.\n")
	b.WriteString("# Lines that begin with #KEY show defaults, or examples where it says so.\n")
	for _, k := range top() {
		b.WriteString("\n")
		comment(&b, "", k.doc)
		switch {
		case k.name == "version":
			b.WriteString("version: 1\n")
		case k.kind == tableKind:
			b.WriteString("#" + k.name + ":\n")
			for _, sub := range k.keys {
				comment(&b, "#  ", sub.doc)
				fmt.Fprintf(&b, "#  %s: %s\n", sub.name, sub.preset)
			}
		case k.kind == namedKind:
			b.WriteString("# Example:\n#" + k.name + ":\n#  " + k.example + "\n")
		case k.preset == "":
			fmt.Fprintf(&b, "# Example:\n#%s: %s\n", k.name, k.example)
		default:
			fmt.Fprintf(&b, "#%s: %s\n", k.name, k.preset)
		}
	}
	return b.String()
}

// sampleWidth is how long the comments' lines get.
const sampleWidth = 80

// comment writes sentences as comment lines.
func comment(b *strings.Builder, prefix, text string) {
	line := prefix + "#"
	for _, word := range strings.Fields(strings.ReplaceAll(text, "`", "'")) {
		if len(line)+1+len(word) > sampleWidth {
			b.WriteString(line + "\n")
			line = prefix + "#"
		}
		line += " " + word
	}
	b.WriteString(line + "\n")
}

// Table is the table of keys as Markdown, for docs/config.md.
func Table() string {
	var b strings.Builder
	b.WriteString("| key | value | default | meaning |\n|---|---|---|---|\n")
	tableRows(&b, "", top())
	return b.String()
}

func tableRows(b *strings.Builder, prefix string, keys []key) {
	for i := range keys {
		k := &keys[i]
		preset := ""
		if k.preset != "" {
			preset = "`" + k.preset + "`"
		}
		fmt.Fprintf(b, "| `%s%s` | %s | %s | %s |\n", prefix, k.name, k.takes(), preset, k.doc)
		switch k.kind {
		case namedKind:
			tableRows(b, prefix+k.name+".NAME.", k.keys)
		case tablesKind:
			tableRows(b, prefix+k.name+"[].", k.keys)
		case tableKind:
			tableRows(b, prefix+k.name+".", k.keys)
		}
	}
}

// takes says what the value may be.
func (k *key) takes() string {
	switch {
	case k.kind == textsKind && k.words != nil:
		return "a list of rules and categories"
	case k.words == nil || k.kind == namedKind:
		return k.kind.String()
	}
	text := "`" + strings.Join(k.words(), "`, `") + "`"
	if k.open {
		text += ", or one of `profiles`"
	}
	return text
}
