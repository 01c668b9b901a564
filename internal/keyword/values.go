package keyword

// Value is what the program stores for one accepted line, in the words in
// which `ssh -G` or `sshd -T` would print it (times in seconds). Keywords
// that the dump prints on one line have one item; those printed on a line
// each (SendEnv, AcceptEnv, SetEnv, …) have an item a line.
type Value struct {
	Items []string
	// Unset is true for a word that stores "not set", so that a later line
	// still wins: `ServerAliveInterval none`.
	Unset bool
}

// ValueError is the refusal of a line by the program that reads it.
type ValueError struct {
	Msg   string // in OpenSSH's words, without file and line: "invalid time value."
	Arg   int    // index of the argument at fault; -1 where it is the whole line
	Fatal bool   // reading ends here; otherwise errors are counted to the end of the file
}

func (e *ValueError) Error() string { return e.Msg }
