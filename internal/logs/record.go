package logs

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// record is a line, taken apart. Its bytes are those of the line.
type record struct {
	time    time.Time // zero: none
	host    []byte    // of the machine that wrote it; empty: not known
	program []byte    // empty: not known
	pid     int       // 0: not known
	msg     []byte
}

// takeApart finds stamp, host, program and message. It is false for what looks
// like JSON and is none.
func (a *Analysis) takeApart(line []byte) (record, bool) {
	line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	line = bytes.TrimPrefix(line, []byte("\x1e"))   // journalctl -o json-seq
	line = bytes.TrimPrefix(line, []byte("data: ")) // journalctl -o json-sse
	if len(line) > 0 && line[0] == '{' {
		return a.fromJournal(line)
	}
	line = withoutColour(line)
	line = githubPrefix(line)
	line, version1 := priority(line)
	rec := record{}
	rest := line
	if pid, behind, ok := windowsPid(line); ok {
		if t, msg, ok := a.in.stamp(behind); ok {
			return record{time: t, program: []byte("sshd"), pid: pid, msg: plainMessage(msg)}, true
		}
	}
	if t, behind, ok := a.in.stamp(line); ok {
		rec.time, rest = t, behind
		a.watchYears(t)
	} else if i := bytes.IndexByte(line, ']'); i > 0 && line[0] == '[' && isMonotonic(line[1:i]) {
		rest = bytes.TrimLeft(line[i+1:], " ")
	}
	if version1 {
		rec.version1(rest)
	} else {
		rec.tag(rest)
	}
	rec.msg = plainMessage(rec.msg)
	return rec, true
}

// watchYears notices that a log without years goes back by most of one: it holds
// more than a year.
func (a *Analysis) watchYears(t time.Time) {
	const halfYear = 180 * 24 * time.Hour
	if a.in.yearGuessed && !a.in.lastTime.IsZero() && a.in.lastTime.Sub(t) > halfYear {
		a.res.Backward++
	}
	a.in.lastTime = t
}

// isMonotonic reports whether a text is the time since boot, as the kernel and
// journalctl -o short-monotonic write it.
func isMonotonic(text []byte) bool {
	text = bytes.TrimLeft(text, " ")
	return len(text) > 0 && len(bytes.Trim(text, "0123456789.")) == 0
}

// githubPrefix takes job and step away, which `gh run view --log` puts in front.
func githubPrefix(line []byte) []byte {
	if job := bytes.IndexByte(line, '\t'); job > 0 {
		if step := bytes.IndexByte(line[job+1:], '\t'); step > 0 {
			if rest := line[job+step+2:]; len(rest) > 19 && rest[4] == '-' && rest[10] == 'T' {
				return rest
			}
		}
	}
	return line
}

// priority takes <38> away, and the version of RFC 5424 behind it.
func priority(line []byte) (rest []byte, version1 bool) {
	if len(line) == 0 || line[0] != '<' {
		return line, false
	}
	end := bytes.IndexByte(line[:min(len(line), 5)], '>')
	if end < 2 {
		return line, false
	}
	if _, ok := number(line[1:end], end-1); !ok {
		return line, false
	}
	line = line[end+1:]
	if bytes.HasPrefix(line, []byte("1 ")) {
		return line[2:], true
	}
	return line, false
}

// windowsPid reads the process that Windows' sshd writes in front of the time.
func windowsPid(line []byte) (pid int, rest []byte, ok bool) {
	n := bytes.IndexByte(line[:min(len(line), 8)], ' ')
	if n < 1 {
		return 0, nil, false
	}
	pid, ok = number(line, n)
	return pid, line[n+1:], ok
}

// version1 reads HOST PROGRAM PID ID DATA MESSAGE of RFC 5424.
func (rec *record) version1(rest []byte) {
	fields := bytes.SplitN(rest, []byte(" "), 5)
	if len(fields) < 5 {
		rec.msg = rest
		return
	}
	rec.host, rec.program = name(fields[0]), fields[1]
	rec.pid, _ = strconv.Atoi(string(fields[2][:min(len(fields[2]), 10)]))
	rec.msg = fields[4]
	if bytes.HasPrefix(rec.msg, []byte("- ")) {
		rec.msg = rec.msg[2:]
	} else if i := bytes.Index(rec.msg, []byte("] ")); i > 0 && rec.msg[0] == '[' {
		rec.msg = rec.msg[i+2:]
	}
}

// tag reads HOST PROGRAM[PID]: MESSAGE. Host and, for what is no program of
// OpenSSH, the whole tag may be missing.
func (rec *record) tag(rest []byte) {
	rec.msg = rest
	colon := bytes.Index(rest[:min(len(rest), 512)], []byte(": "))
	if colon < 0 {
		return
	}
	front := rest[:colon]
	program := front[bytes.LastIndexByte(front, ' ')+1:]
	before := bytes.Fields(front[:len(front)-len(program)])
	if len(before) > 2 {
		return
	}
	open := bytes.IndexByte(program, '[')
	switch {
	case open > 0 && program[len(program)-1] == ']':
		pid := program[open+1 : len(program)-1]
		rec.pid, _ = strconv.Atoi(string(pid[:min(len(pid), 10)]))
		program = program[:open]
	case !isServer(program) && string(program) != "ssh":
		return
	}
	rec.program, rec.msg = program, rest[colon+2:]
	for _, word := range before {
		// Alpine has the facility behind the host, FreeBSD in front of it.
		if word[0] != '<' && !isFacility(word) {
			rec.host = name(word)
			break
		}
	}
}

func isFacility(word []byte) bool {
	facility, _, ok := bytes.Cut(word, []byte("."))
	if !ok {
		return false
	}
	switch string(facility) {
	case "auth", "authpriv", "daemon", "user", "security":
		return true
	}
	return false
}

// plainMessage takes away the level that sshd and ssh put in front of messages
// that are not of level info (log.c).
func plainMessage(msg []byte) []byte {
	for _, level := range []string{"error: ", "fatal: "} {
		msg = bytes.TrimPrefix(msg, []byte(level))
	}
	return bytes.TrimRight(msg, " \t\r")
}

// withoutColour takes the escape sequences for colours away (ESC [ … m).
func withoutColour(line []byte) []byte {
	if bytes.IndexByte(line, 0x1b) < 0 {
		return line
	}
	out := make([]byte, 0, len(line))
	for i := 0; i < len(line); i++ {
		if line[i] == 0x1b && i+1 < len(line) && line[i+1] == '[' {
			end := i + 2
			for end < len(line) && (line[end] >= '0' && line[end] <= '9' || line[end] == ';') {
				end++
			}
			if end < len(line) && line[end] == 'm' {
				i = end
				continue
			}
		}
		out = append(out, line[i])
	}
	return out
}

// name is a name from a log, not longer than maxName.
func name(word []byte) []byte { return word[:min(len(word), maxName)] }

// journalLine is what journalctl -o json says of a message: fields are text, or
// numbers where they are no UTF-8, or null where they are too large
// (systemd.journal-fields(7), and JOURNAL EXPORT FORMATS).
type journalLine struct {
	Message    json.RawMessage `json:"MESSAGE"`
	Identifier json.RawMessage `json:"SYSLOG_IDENTIFIER"`
	Comm       json.RawMessage `json:"_COMM"`
	PID        json.RawMessage `json:"_PID"`
	SyslogPID  json.RawMessage `json:"SYSLOG_PID"`
	Host       json.RawMessage `json:"_HOSTNAME"`
	Real       json.RawMessage `json:"__REALTIME_TIMESTAMP"`
	Source     json.RawMessage `json:"_SOURCE_REALTIME_TIMESTAMP"`
}

func (a *Analysis) fromJournal(line []byte) (record, bool) {
	a.journal = journalLine{}
	j := &a.journal
	if json.Unmarshal(line, j) != nil {
		return record{}, false
	}
	rec := record{host: name(journalText(j.Host)), program: journalText(j.Identifier)}
	if len(rec.program) == 0 {
		rec.program = journalText(j.Comm)
	}
	for _, pid := range []json.RawMessage{j.SyslogPID, j.PID} {
		if n, err := strconv.Atoi(string(journalText(pid))); err == nil && rec.pid == 0 {
			rec.pid = n
		}
	}
	for _, stamp := range []json.RawMessage{j.Source, j.Real} {
		if micros, err := strconv.ParseInt(string(journalText(stamp)), 10, 64); err == nil && rec.time.IsZero() {
			rec.time = time.UnixMicro(micros)
		}
	}
	msg, _, _ := bytes.Cut(withoutColour(journalText(j.Message)), []byte("\n"))
	rec.msg = plainMessage(msg)
	return rec, true
}

// journalText is a field as text, nil if it is not there. Of a field that is
// there several times it is the first.
func journalText(field json.RawMessage) []byte {
	var text string
	if json.Unmarshal(field, &text) == nil {
		return []byte(text)
	}
	var codes []byte
	var numbers []uint8Number
	if json.Unmarshal(field, &numbers) == nil {
		for _, n := range numbers {
			codes = append(codes, byte(n))
		}
		return codes
	}
	var several []json.RawMessage
	if json.Unmarshal(field, &several) == nil && len(several) > 0 && several[0][0] != '[' {
		return journalText(several[0])
	}
	return nil
}

// uint8Number is a byte that JSON has as a number. A []byte would be taken for
// base64.
type uint8Number uint8
