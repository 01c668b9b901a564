// Package lint is the engine and its vocabulary: what a rule is, what it
// reports and what it proposes to change. It knows no rule by name.
package lint

import (
	"github.com/sshvet/sshvet/internal/keyword"
)

// Severity grades a diagnostic. The order is the order of importance.
type Severity uint8

// Note is worth knowing, Warning will bite, Error means that OpenSSH refuses
// the file or does the opposite of what the line says.
const (
	Note Severity = iota
	Warning
	Error
)

var severityNames = [...]string{"note", "warning", "error"}

func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads the names that Severity prints.
func ParseSeverity(s string) (Severity, bool) {
	for i, name := range severityNames {
		if s == name {
			return Severity(i), true
		}
	}
	return 0, false
}

// Applicability says who may apply a fix. Safe: the resolved value of nothing
// else changes, for any host or context. Unsafe: something else may change, so
// it needs --unsafe-fixes. Display: shown, never applied.
type Applicability uint8

// The applicabilities. NoFix is a rule's statement that it never has one.
const (
	NoFix Applicability = iota
	Safe
	Unsafe
	Display
)

var applicabilityNames = [...]string{"", "safe", "unsafe", "display"}

func (a Applicability) String() string { return applicabilityNames[a] }

// Sides says which kinds of file a rule judges.
type Sides uint8

// The sides of a rule, a set. DeploySide is a deploy.yml, with the client files
// of the machine that deploys: a rule for it judges nothing else, unless it has
// EverySide.
const (
	ClientSide Sides = 1 << iota
	ServerSide
	DeploySide
	BothSides = ClientSide | ServerSide
	EverySide = BothSides | DeploySide
)

// judges reports whether a rule of these sides is for a target.
func (s Sides) judges(t *Target) bool {
	if t.Deployment != nil {
		return s&DeploySide != 0
	}
	return s.Has(t.Dialect.Side)
}

// Has reports whether the set holds a side.
func (s Sides) Has(side keyword.Side) bool {
	if side == keyword.Server {
		return s&ServerSide != 0
	}
	return s&ClientSide != 0
}

func (s Sides) String() string {
	switch s {
	case ClientSide:
		return "client"
	case ServerSide:
		return "server"
	case DeploySide:
		return "deploy.yml"
	case EverySide:
		return "all"
	}
	return "both"
}

// Rule is one rule. Rules are values, listed in package rules.
type Rule struct {
	Name     string // names the problem: missing-keepalive
	Category string // keepalive, correctness, …
	Severity Severity
	Sides    Sides
	Fix      Applicability // the best fix it ever proposes
	Summary  string        // one sentence for lists
	// InsteadOf is the rule about a file as a whole whose place this one takes where
	// it can tell more; "": none. Who silences that one silences this one.
	InsteadOf string
	// Off rules run only if they are selected by name, by category, or by "all".
	Off bool
	// Last rules run when the findings of all others are known, in files with
	// suppressions only. They have Pass.Suppressions.
	Last bool
	Run  func(*Pass)
}

// Span is a place in a file, in bytes; End is exclusive.
type Span struct {
	File  string
	Start int
	End   int
}

// Related is a second place that explains a diagnostic: the line that wins,
// the block in which the line stands.
type Related struct {
	Span
	Message string
}

// TextEdit replaces the bytes of a span by new text.
type TextEdit struct {
	Span
	NewText string
}

// SuggestedFix is a set of edits that belong together: all or none.
type SuggestedFix struct {
	Message       string // what it does, as an instruction: "set ServerAliveInterval to 60"
	Applicability Applicability
	Edits         []TextEdit
	// Changes names what resolved values the fix is meant to change. The
	// proof refuses a fix that changes any other.
	Changes []Change
	// Reveals is set where OpenSSH does not read some lines as they are meant
	// before the fix, or refuses the file: any value may change, and what else
	// is wrong with those lines shows only now.
	Reveals bool
}

// DropInName is the name of the drop-in that `sshvet fix --drop-in` writes. It
// sorts before what people and distributions put into the same folder, and is
// there to beat it: what it beats is no finding.
const DropInName = "00-sshvet.conf"

// Change is one resolved value that a fix means to change: the canonical
// lower-case keyword and the contexts (see resolve.Context.Key) it changes in.
type Change struct {
	Keyword  string
	Contexts []string
	// WhereUnset: in every other context too in which no line sets it. A new
	// line reaches all who lack one and whom its block holds for.
	WhereUnset bool
}

// Diagnostic is one finding.
type Diagnostic struct {
	Rule     string
	Category string
	Severity Severity
	Inherent Severity // as the rule grades it, whatever the user made of that
	Message  string   // what happens, with numbers
	Help     string   // what to do; "" where the message says it all
	Span     Span
	Hosts    []string // client: the hosts it touches; server: the contexts
	Related  []Related
	Fixes    []SuggestedFix
	// Obstacle is the place that stands in the way, and why, where a rule that
	// would have a fix offers none. It is for fix to show.
	Obstacle *Related
	// InsteadOf are the findings about whole files in whose place this one stands:
	// one for each entry in which it was found, if its rule has InsteadOf.
	InsteadOf []FileFinding
	// Held: it had a fix that would have changed what the user wants left alone, by
	// a comment or by the baseline.
	Held bool
}

// FileFinding is a finding of a rule about a file as a whole.
type FileFinding struct{ Rule, File string }

// File is one file that was checked.
type File struct {
	Path     string // as the user gave it
	Kind     string // client, server, kamal
	Fragment bool
}

// Position is a place in lines and columns: both from 1, columns in runes;
// Offset is in bytes from 0.
type Position struct {
	Line, Column, Offset int
}

// Source gives what formats need of a file that diagnostics point at.
type Source interface {
	// Position converts a byte offset. It clamps offsets beyond the end.
	Position(offset int) Position
	// Line returns the text of a line, counted from 1, without its line end.
	Line(n int) string
}

// Result is what a run over some files found: diagnostics are sorted by file
// (in the order of Files, then by name), start, and rule.
type Result struct {
	Files       []File
	Diagnostics []Diagnostic
	Sources     map[string]Source // by the File of spans
	// Deployments are the entries with a deploy.yml, as they were read.
	Deployments []*Target
	// Covered are the drop-ins among Files that another entry includes: they
	// are judged there and not by themselves.
	Covered []string

	// Suppressed is how many findings comments have silenced. Known is how many are
	// left out because they are in the baseline; Gone is how many of those in it
	// were looked for and not found.
	Suppressed, Known, Gone int
	// Sheltered is what the findings are about that comments have silenced or that
	// are in the baseline.
	Sheltered Shelter

	failOn map[string]Severity // by file: see Entry.Settings
	ran    map[string]bool     // rules, by name
}

// Counts are the figures of the summary line.
type Counts struct {
	Errors, Warnings, Notes int
	Fixable                 int // diagnostics with a safe fix
	Unsafe                  int // diagnostics whose only fix is unsafe
	Files                   int
}

// Counts adds up the diagnostics of r.
func (r *Result) Counts() Counts {
	c := Counts{Files: len(r.Files)}
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		switch d.Severity {
		case Error:
			c.Errors++
		case Warning:
			c.Warnings++
		default:
			c.Notes++
		}
		switch d.BestFix() {
		case Safe:
			c.Fixable++
		case Unsafe:
			c.Unsafe++
		}
	}
	return c
}

// BestFix is the applicability of the safest fix of d; NoFix where there is
// none that sshvet would apply.
func (d *Diagnostic) BestFix() Applicability {
	best := NoFix
	for _, f := range d.Fixes {
		if f.Applicability == Safe {
			return Safe
		}
		if f.Applicability == Unsafe {
			best = Unsafe
		}
	}
	return best
}
