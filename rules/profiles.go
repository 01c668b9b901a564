package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/lint"
)

// Baseline is a built-in profile: its bounds, whose they are, and what each is
// called there.
type Baseline struct {
	lint.Profile
	Title   string
	Demands []Demand
	// Words say in plain English how the profile stands to 60/240, and what else
	// has to be known before it is chosen.
	Words   string
	Sources []string
}

// Demand is one thing that a baseline asks for, with its names there.
type Demand struct {
	Setting     string // an OpenSSH keyword
	Identifiers []string
}

// Baselines lists the built-in profiles, deploy first.
func Baselines() []Baseline {
	return []Baseline{
		{
			Profile: lint.Deploy,
			Title:   "deploys that live through silence",
			Words: "60/240: a probe after 60 s of silence keeps every common firewall from forgetting the connection, " +
				"and 14460 s without an answer (4 h 1 min) end it; every compliance baseline but the CIS text wants a far smaller count",
			Sources: []string{"https://github.com/sshvet/sshvet/blob/main/docs/keepalive.md"},
		},
		{
			Profile: lint.Profile{Name: "cis", MinInterval: 1, MaxInterval: 300, MinCount: 1, MaxCount: 3, Interval: 60, Count: 3},
			Title:   "CIS benchmarks",
			Demands: both("CIS Debian 12 5.1.7", "CIS Debian 13 5.1.7", "CIS Ubuntu 22.04 5.1.7", "CIS Ubuntu 24.04 5.1.7",
				"CIS RHEL 8 5.1.9", "CIS RHEL 9 5.1.9", "CIS RHEL 10 5.1.7"),
			Words: "60/240 passes the text of the CIS benchmarks, which asks for values above 0, and fails what scanners make of it, " +
				"which is what this profile holds: a count of at most 3; the OpenSCAP profiles for RHEL want exactly 300/1",
			Sources: []string{"https://www.cisecurity.org/cis-benchmarks", "https://github.com/ComplianceAsCode/content"},
		},
		{
			Profile: lint.Profile{Name: "stig", MinInterval: 1, MaxInterval: 600, MinCount: 1, MaxCount: 1, Interval: 60, Count: 1},
			Title:   "DISA STIG",
			Demands: []Demand{
				{serverInterval, []string{"RHEL-08-010201", "RHEL-09-255100", "UBTU-22-255035", "UBTU-24-600010"}},
				{serverCount, []string{"RHEL-08-010200", "RHEL-09-255095", "UBTU-22-255030", "UBTU-24-600000"}},
			},
			Words: "60/240 fails STIG, which wants a count of 1; an interval above 240 s, which STIG allows up to 600 s, " +
				"outlives Azure's and AWS's idle timers, so that only the client's ServerAliveInterval 60 keeps the connection then",
			Sources: []string{"https://www.cyber.mil/stigs", "https://github.com/ComplianceAsCode/content"},
		},
		{
			Profile: lint.Profile{Name: "pci", MinInterval: 1, MaxInterval: 900, MinCount: 1, MaxCount: 1, Interval: 60, Count: 1},
			Title:   "PCI DSS, as ComplianceAsCode has it",
			Demands: both("PCI DSS 3.2.1 8.1.8", "PCI DSS 4.0.1 8.2.8"),
			Words: "60/240 fails PCI DSS as scanners have it, which want a count of 1; an interval above 240 s, which it allows up to 900 s, " +
				"outlives Azure's, AWS's and Google's idle timers, so that only the client's ServerAliveInterval 60 keeps the connection then",
			Sources: []string{"https://www.pcisecuritystandards.org", "https://github.com/ComplianceAsCode/content"},
		},
		{
			Profile: lint.Profile{Name: "devsec", MinInterval: 300, MaxInterval: 300, MinCount: 3, MaxCount: 3, Interval: 300, Count: 3, TCPKeepAlive: "no"},
			Title:   "dev-sec ssh-baseline",
			Demands: []Demand{{serverInterval, []string{"sshd-36"}}, {serverCount, []string{"sshd-37"}}, {tcpKeepalive, []string{"sshd-35"}}},
			Words: "60/240 fails dev-sec, which wants 300/3 to the letter and TCPKeepAlive no; 300 s is longer than Azure's idle timer (240 s), " +
				"so that only the client's ServerAliveInterval 60 keeps the connection there",
			Sources: []string{"https://github.com/dev-sec/ssh-baseline"},
		},
		{
			Profile: lint.Profile{Name: "lynis", MinInterval: 1, MaxInterval: 300, MinCount: 1, MaxCount: 2, Interval: 60, Count: 2},
			Title:   "lynis",
			Demands: both("SSH-7408"),
			Words:   "lynis is content with the interval of 60/240 and suggests a count of at most 2",
			Sources: []string{"https://github.com/CISOfy/lynis"},
		},
	}
}

const (
	serverInterval = "ClientAliveInterval"
	serverCount    = "ClientAliveCountMax"
	tcpKeepalive   = "TCPKeepAlive"
)

// both is a demand for interval and count at once.
func both(identifiers ...string) []Demand {
	return []Demand{{serverInterval, identifiers}, {serverCount, identifiers}}
}

// FindBaseline returns the built-in profile of that name, or nil.
func FindBaseline(name string) *Baseline {
	list := Baselines()
	if i := slices.IndexFunc(list, func(b Baseline) bool { return b.Name == name }); i >= 0 {
		return &list[i]
	}
	return nil
}

// ProfileNames lists the names of the built-in profiles.
func ProfileNames() []string {
	var out []string
	for _, b := range Baselines() {
		out = append(out, b.Name)
	}
	return out
}

// Bounds is what a profile demands of sshd, in words.
func Bounds(p lint.Profile) string {
	text := "interval " + between(p.MinInterval, p.MaxInterval, " s") + ", count " + between(p.MinCount, p.MaxCount, "")
	if p.TCPKeepAlive != "" {
		text += ", TCPKeepAlive " + p.TCPKeepAlive
	}
	return text
}

func between(low, high int, unit string) string {
	switch high {
	case 0:
		return fmt.Sprintf("at least %d%s", low, unit)
	case low:
		return fmt.Sprintf("%d%s", low, unit)
	}
	return fmt.Sprintf("%d to %d%s", low, high, unit)
}

// demandOf is what each rule looks at that a baseline may have a say in.
var demandOf = map[string]string{
	"missing-keepalive": serverInterval, "disabled-keepalive": serverInterval, "slow-keepalive": serverInterval,
	"match-scoped-keepalive": serverInterval, "flapping-keepalive": serverInterval,
	"early-keepalive-timeout": serverCount, "zero-keepalive-count": serverCount, "endless-keepalive": serverCount,
	"tcp-keepalive-only": tcpKeepalive,
}

// Identifiers are what a baseline calls what a rule looks at.
func (b *Baseline) Identifiers(rule string) []string {
	for _, d := range b.Demands {
		if d.Setting == demandOf[rule] {
			return d.Identifiers
		}
	}
	return nil
}

// profiled ends a message where another profile than deploy sets the bound.
func (v *view) profiled(format string, args ...any) string {
	if !v.Settings.Profile.Baseline() {
		return ""
	}
	return "; profile " + v.Settings.Profile.Name + " " + fmt.Sprintf(format, args...)
}

// configured ends a message where a key of keepalive in the configuration sets the
// bound, and not 60/240.
func (v *view) configured(key string, bound, standard int, format string) string {
	if v.Settings.Profile.Baseline() || bound == standard {
		return ""
	}
	return fmt.Sprintf("; keepalive.%s of the configuration wants "+format, key, bound)
}

// allowed is "wants 3", "wants at least 3" or "allows 1 to 3".
func allowed(low, high int, unit string) string {
	verb := "allows "
	if high == 0 || high == low {
		verb = "wants "
	}
	return verb + between(low, high, unit)
}

// ConflictTable says for each pair that a profile writes which profiles it
// passes, as Markdown.
func ConflictTable() string {
	list := Baselines()
	var b strings.Builder
	b.WriteString("| `fix` writes |")
	for _, q := range list {
		b.WriteString(" " + q.Name + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(list)) + "\n")
	for _, p := range list {
		fmt.Fprintf(&b, "| %d/%d (%s) |", p.Interval, p.Count, p.Name)
		for _, q := range list {
			verdict := "fails"
			if q.Passes(p.Interval, p.Count) && (q.TCPKeepAlive == "" || q.TCPKeepAlive == p.TCPKeepAlive) {
				verdict = "passes"
			}
			b.WriteString(" " + verdict + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// ProfileTable lists the built-in profiles as Markdown.
func ProfileTable() string {
	var b strings.Builder
	b.WriteString("| profile | whose | `fix` writes | stays if it is within | TCPKeepAlive |\n|---|---|---|---|---|\n")
	for _, p := range Baselines() {
		fmt.Fprintf(&b, "| `%s` | %s | %d/%d | interval %s, count %s | %s |\n", p.Name, p.Title, p.Interval, p.Count,
			between(p.MinInterval, p.MaxInterval, " s"), between(p.MinCount, p.MaxCount, ""), cmp.Or(p.TCPKeepAlive, "either"))
	}
	return b.String()
}

// IdentifierTable lists what the baselines call their demands, as Markdown.
func IdentifierTable() string {
	var b strings.Builder
	b.WriteString("| profile | keyword | identifiers | sources |\n|---|---|---|---|\n")
	for _, p := range Baselines() {
		for _, d := range p.Demands {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", p.Name, d.Setting, strings.Join(d.Identifiers, ", "), strings.Join(p.Sources, " "))
		}
	}
	return b.String()
}
