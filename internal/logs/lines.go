package logs

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"time"
)

// Refusal says that something is no log that can be read, and what to do.
type Refusal struct{ msg string }

func (r *Refusal) Error() string { return r.msg }

// input is the state of reading one log.
type input struct {
	name        string
	loc         *time.Location
	newest      time.Time
	line        int64
	known       int64
	lastTime    time.Time // of a stamp without a year
	yearGuessed bool
	client      clientState
	kamal       kamalState
}

func newInput(name string, newest time.Time, loc *time.Location) *input {
	return &input{name: name, newest: newest, loc: loc}
}

// bufferSize is what is read at once. A line that does not fit is long.
const bufferSize = 256 << 10

// foreign are the first bytes of what is read by other programs.
var foreign = []struct{ magic, msg string }{
	{"\xfd7zXZ\x00", "it is compressed by xz; use 'xz -dc FILE | sshvet logs -'"},
	{"\x28\xb5\x2f\xfd", "it is compressed by zstd; use 'zstd -dc FILE | sshvet logs -'"},
	{"BZh", "it is compressed by bzip2; use 'bzip2 -dc FILE | sshvet logs -'"},
	{"LPKSHHRH", "it is a journal of systemd; use 'journalctl --file FILE -o short-iso | sshvet logs -'"},
	{"\xff\xfe", "it is UTF-16, as PowerShell writes; use 'iconv -f UTF-16 -t UTF-8 FILE | sshvet logs -'"},
}

// Open returns the text of a log, which it unpacks if it is gzip, told by its
// first bytes, and the time that a gzip file keeps of its original, or zero. The
// error is a *Refusal for formats that are known and not read.
func Open(r io.Reader) (io.Reader, time.Time, error) {
	b := bufio.NewReaderSize(r, bufferSize)
	head, _ := b.Peek(8)
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return nil, time.Time{}, &Refusal{f.msg}
		}
	}
	if !bytes.HasPrefix(head, []byte("\x1f\x8b")) {
		return b, time.Time{}, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("gzip: %w", err)
	}
	return z, z.ModTime, nil
}

// readLines reads to the end.
func (a *Analysis) readLines(r io.Reader) error {
	b, ok := r.(*bufio.Reader)
	if !ok || b.Size() < bufferSize {
		b = bufio.NewReaderSize(r, bufferSize)
	}
	brokenBefore := a.res.Broken
	for {
		line, err := b.ReadSlice('\n')
		long := err == bufio.ErrBufferFull
		if len(line) > 0 {
			a.in.line++
			a.line(line, long)
		}
		for err == bufio.ErrBufferFull {
			_, err = b.ReadSlice('\n')
		}
		switch {
		case err == io.EOF:
			a.res.Lines += a.in.line
			return a.judge(a.res.Broken - brokenBefore)
		case errors.Is(err, io.ErrUnexpectedEOF):
			a.res.Lines += a.in.line
			return fmt.Errorf("it is cut off after line %d: %w", a.in.line, err)
		case err != nil:
			a.res.Lines += a.in.line
			return err
		}
	}
}

// judge refuses what is no log: all in it was broken.
func (a *Analysis) judge(broken int64) error {
	if a.in.known == 0 && broken > 0 && broken >= a.in.line/2 {
		return &Refusal{"it is no text; sshvet reads logs of sshd and ssh and the output of Kamal, and 'journalctl' shows the journal as text"}
	}
	return nil
}

// line looks at one line, with or without its end.
func (a *Analysis) line(line []byte, long bool) {
	if len(line) > maxLine {
		line, long = line[:maxLine], true
	}
	if long {
		a.res.Long++
	}
	for n := len(line); n > 0 && (line[n-1] == '\n' || line[n-1] == '\r'); n = len(line) {
		line = line[:n-1]
	}
	if a.isNoise(line) {
		a.in.known++
		a.res.Known++
		a.res.Apart[BeforeLogin]++
		return
	}
	if at := bytes.LastIndexByte(line, 0); at >= 0 {
		// A crash leaves a hole in a file; what was written after it is whole.
		a.res.Broken++
		if line = line[at+1:]; !interesting(line) {
			return
		}
	} else if !interesting(line) {
		if len(line) > 0 && line[0] == '{' && line[len(line)-1] != '}' {
			a.res.Broken++
		}
		return
	}
	rec, ok := a.takeApart(line)
	if !ok {
		a.res.Broken++
		return
	}
	if a.judgeRecord(&rec) {
		a.in.known++
		a.res.Known++
	}
}

// isNoise reports whether a line is that of a connection that ended before the
// login. A log of a server that is open to the world is full of them; there is
// nothing else in them than that.
func (a *Analysis) isNoise(line []byte) bool {
	switch {
	case len(line) == 0 || !a.o.Since.IsZero() || !a.o.Until.IsZero():
		return false
	case line[0] != '{':
		return bytes.HasSuffix(line, preauth) && bytes.Contains(line, sshdTag) &&
			(bytes.Contains(line, connectionClosed) || bytes.Contains(line, connectionReset))
	}
	// A quotation mark inside a text of JSON has a backslash in front, so that
	// these are the fields themselves.
	return line[len(line)-1] == '}' && bytes.Contains(line, preauthQuote) && bytes.Contains(line, sshdQuote) &&
		(bytes.Contains(line, messageClosed) || bytes.Contains(line, messageReset))
}

// judgeRecord finds out who speaks, and reports whether it is about connections.
func (a *Analysis) judgeRecord(rec *record) bool {
	a.expireOrphan(rec)
	switch {
	case isServer(rec.program):
		return a.sshd(rec)
	case len(rec.program) > 0:
		return a.clientLine(rec) || a.kamalLine(rec)
	}
	return a.kamalLine(rec) || a.clientLine(rec) || a.sshd(rec)
}

// isServer reports whether a program is sshd, or one of those that it is made of
// since 9.8 (sshd-session) and 10.0 (sshd-auth).
func isServer(program []byte) bool {
	return string(program) == "sshd" || bytes.HasPrefix(program, []byte("sshd-"))
}

// words are what a line of interest has one of. They are looked for before
// anything else, because most lines of a log have none.
var words = [][]byte{
	[]byte("Connect"), []byte("sion closed for"), []byte("ing session"), []byte("Close session"), []byte("isconnect"), []byte("Accepted "), []byte("Timeout"), []byte("timed out"),
	[]byte("closed stream"), []byte("Broken pipe"), []byte("Running "), []byte("Finished "), []byte("Authenticat"),
	[]byte("User child"), []byte("subsystem request"), []byte("Exception while"), []byte("debug1: "), []byte("reset by"),
	[]byte("closed by remote"), []byte("Transferred:"),
}

var (
	preauth     = []byte("[preauth]")
	preauthEnds = [][]byte{[]byte("Connection reset by"), []byte("Connection closed by"), []byte("timed out")}
	sshdTag     = []byte(" sshd")

	connectionReset  = []byte("]: Connection reset by ")
	connectionClosed = []byte("]: Connection closed by ")

	preauthQuote  = []byte(` [preauth]"`)
	sshdQuote     = []byte(`"SYSLOG_IDENTIFIER":"sshd`)
	messageReset  = []byte(`"MESSAGE":"Connection reset by `)
	messageClosed = []byte(`"MESSAGE":"Connection closed by `)
	messageArray  = []byte(`"MESSAGE":[`)
)

// interesting reports whether a line may speak of a connection. It has no false
// negatives but for a MESSAGE of journald as numbers, which is taken apart in any
// case.
func interesting(line []byte) bool {
	if bytes.HasSuffix(line, preauth) {
		return containsAny(line, preauthEnds)
	}
	if containsAny(line, words) {
		return true
	}
	return len(line) > 0 && line[0] == '{' && bytes.Contains(line, messageArray)
}

func containsAny(line []byte, words [][]byte) bool {
	for _, w := range words {
		if bytes.Contains(line, w) {
			return true
		}
	}
	return false
}
