//go:build !unix

package cli

import "github.com/rogpeppe/go-internal/testscript"

// The scripts do not run here.

func scriptAs(ts *testscript.TestScript, _ bool, _ []string)       { ts.Fatalf("not on this system") }
func scriptTerminal(ts *testscript.TestScript, _ bool, _ []string) { ts.Fatalf("not on this system") }
