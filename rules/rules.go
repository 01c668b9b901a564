// Package rules holds the rules, one file each, and the list of them.
package rules

import (
	"embed"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/lint"
)

//go:embed doc/*.md
var pages embed.FS

// All lists every rule, by category and then in the order of the manual.
func All() []*lint.Rule {
	return []*lint.Rule{
		missingKeepalive,
		disabledKeepalive,
		slowKeepalive,
		earlyKeepaliveTimeout,
		zeroKeepaliveCount,
		invalidKeepaliveValue,
		misplacedKeepalive,
		matchScopedKeepalive,
		hostScopedKeepalive,
		shadowedKeepalive,
		conditionalKeepaliveInclude,
		tcpKeepaliveOnly,
		staleControlMaster,
		flappingKeepalive,
		endlessKeepalive,

		syntaxError,
		unknownKeyword,
		unsupportedKeyword,
		deprecatedKeyword,
		invalidValue,
		wrongSideKeyword,
		keywordNotAllowedInMatch,
		shadowedSetting,
		duplicateSetting,
		unreachableBlock,
		hostStarFirst,
		includeAfterSetting,
		includeWins,
		conditionalInclude,
		missingInclude,
		includeCycle,
		unreadableInclude,
		includeNotConfig,
		byteOrderMark,
		controlCharacter,
		unsafePermissions,
		commaInHost,
		prefixCommentInValue,
		unusedSuppression,
		unknownSuppression,

		kamalIntervalIgnored,
		kamalSlowDeadLink,
		kamalIdleWindow,
		kamalServerHangsUp,
		kamalServerSilent,
		kamalBuilderKeepalive,
		kamalConfigPath,
		kamalSettingIgnored,
		kamalAliasMismatch,
		kamalDivergence,
		kamalCrash,
		kamalUnknownKey,
		kamalUnknownHosts,
		kamalProjectSSHConfig,

		netSSHDivergence,
		goDivergence,
	}
}

// Find returns the rule of that name, or nil.
func Find(name string) *lint.Rule {
	for _, r := range All() {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// Names lists the names of all rules.
func Names() []string {
	var out []string
	for _, r := range All() {
		out = append(out, r.Name)
	}
	return out
}

// Categories lists the categories of all rules, each once.
func Categories() []string {
	var out []string
	for _, r := range All() {
		if !slices.Contains(out, r.Category) {
			out = append(out, r.Category)
		}
	}
	return out
}

// Page is the manual page of a rule, Markdown.
func Page(name string) string {
	text, err := pages.ReadFile("doc/" + name + ".md")
	if err != nil {
		return ""
	}
	return string(text)
}

// Select picks the rules that a selection names: names of rules or
// categories, or "all". Unknown words are returned, in order. An empty
// selection stands for all that are not off. With a rule those are ignored that
// take its place where they can tell more.
func Select(selected, ignored []string) (out []*lint.Rule, unknown []string) {
	for _, word := range append(slices.Clone(selected), ignored...) {
		if word != "all" && Find(word) == nil && !slices.Contains(Categories(), word) {
			unknown = append(unknown, word)
		}
	}
	names := func(words []string, r *lint.Rule) bool {
		return slices.Contains(words, r.Name) || slices.Contains(words, r.Category) || slices.Contains(words, "all")
	}
	for _, r := range All() {
		wanted := len(selected) == 0 && !r.Off || names(selected, r)
		// A rule named itself beats a category that is ignored.
		if slices.Contains(selected, r.Name) && !slices.Contains(ignored, r.Name) {
			wanted = true
		} else if names(ignored, r) || r.InsteadOf != "" && slices.Contains(ignored, r.InsteadOf) {
			wanted = false
		}
		if wanted {
			out = append(out, r)
		}
	}
	return out, unknown
}

// URL is the address of a rule's page.
func URL(name string) string {
	return "https://github.com/sshvet/sshvet/blob/main/rules/doc/" + strings.ToLower(name) + ".md"
}
