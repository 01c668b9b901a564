//go:build !unix

package cli

// mayWrite leaves it to the writing itself to find out.
func mayWrite(string) bool { return true }

// foreignGroup is of systems on which files have groups.
func foreignGroup(string) string { return "" }
