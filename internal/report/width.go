package report

import "unicode"

// wide are the runes that take two columns of a terminal: East Asian Width W
// and F, in coarse ranges, and emoji. It errs at rare runes only, where the
// marks below an excerpt shift.
var wide = [...]struct{ first, last rune }{
	{0x1100, 0x115f},   // Hangul Jamo, initial consonants
	{0x231a, 0x231b},   // watch, hourglass
	{0x23e9, 0x23ec},   // media symbols
	{0x2705, 0x2705},   // check mark
	{0x274c, 0x274c},   // cross mark
	{0x2e80, 0x303e},   // CJK radicals and punctuation
	{0x3041, 0x4dbf},   // Kana, Bopomofo, CJK extension A
	{0x4e00, 0xa4cf},   // CJK ideographs, Yi
	{0xa960, 0xa97f},   // Hangul Jamo extended A
	{0xac00, 0xd7a3},   // Hangul syllables
	{0xf900, 0xfaff},   // CJK compatibility ideographs
	{0xfe10, 0xfe19},   // vertical forms
	{0xfe30, 0xfe6f},   // CJK compatibility forms
	{0xff01, 0xff60},   // fullwidth forms
	{0xffe0, 0xffe6},   // fullwidth signs
	{0x1f300, 0x1f64f}, // emoji
	{0x1f680, 0x1f6ff}, // emoji
	{0x1f900, 0x1faff}, // emoji
	{0x20000, 0x3fffd}, // CJK extensions
}

// runeWidth is the number of columns that a printable rune takes.
func runeWidth(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0 // it is drawn over the rune before
	}
	for i := range wide {
		if r <= wide[i].last {
			if r >= wide[i].first {
				return 2
			}
			return 1
		}
	}
	return 1
}
