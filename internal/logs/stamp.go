package logs

import (
	"bytes"
	"time"
)

// stamp reads the time at the beginning of a line and returns what is behind it,
// or reports that there is none. The forms are those of syslog (RFC 3164, and
// RFC 3339 in rsyslog's newer one), of journalctl's short outputs, of Windows'
// and macOS' logs, of GitHub's and of `ts`.
func (in *input) stamp(line []byte) (t time.Time, rest []byte, ok bool) {
	if t, rest, ok = in.isoStamp(line); ok {
		return t, rest, true
	}
	if t, rest, ok = in.bsdStamp(line); ok {
		return t, rest, true
	}
	// journalctl -o short-full: a weekday in front.
	if len(line) > 4 && line[3] == ' ' && isWeekday(line[:3]) {
		if t, rest, ok = in.isoStamp(line[4:]); ok {
			return t, rest, true
		}
	}
	return unixStamp(line)
}

func isWeekday(word []byte) bool {
	switch string(word) {
	case "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun":
		return true
	}
	return false
}

// number reads exactly n digits.
func number(text []byte, n int) (value int, ok bool) {
	if len(text) < n {
		return 0, false
	}
	for _, c := range text[:n] {
		if c < '0' || c > '9' {
			return 0, false
		}
		value = value*10 + int(c-'0')
	}
	return value, true
}

// clock reads HH:MM:SS and a fraction, and returns what is behind it.
func clock(text []byte) (d time.Duration, rest []byte, ok bool) {
	h, ok1 := number(text, 2)
	if !ok1 || len(text) < 8 || text[2] != ':' || text[5] != ':' {
		return 0, nil, false
	}
	m, ok2 := number(text[3:], 2)
	s, ok3 := number(text[6:], 2)
	if !ok2 || !ok3 || h > 23 || m > 59 || s > 60 {
		return 0, nil, false
	}
	d = time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second
	rest = text[8:]
	if len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') && rest[1] >= '0' && rest[1] <= '9' {
		unit := time.Second
		for rest = rest[1:]; len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9'; rest = rest[1:] {
			unit /= 10
			d += time.Duration(rest[0]-'0') * unit
		}
	}
	return d, rest, true
}

// isoStamp reads 2026-11-23T12:50:30.123456+00:00 and its kin: a blank for the T,
// any fraction or none, Z, +0000, +00:00, a blank and UTC, or no zone.
func (in *input) isoStamp(line []byte) (time.Time, []byte, bool) {
	if len(line) < 19 || line[4] != '-' || line[7] != '-' || line[10] != 'T' && line[10] != ' ' {
		return time.Time{}, nil, false
	}
	year, ok1 := number(line, 4)
	month, ok2 := number(line[5:], 2)
	day, ok3 := number(line[8:], 2)
	d, rest, ok4 := clock(line[11:])
	if !ok1 || !ok2 || !ok3 || !ok4 || year == 0 || month < 1 || month > 12 || day < 1 || day > 31 {
		return time.Time{}, nil, false
	}
	if offset, behind, ok := zone(rest); ok {
		rest, ok = endOfStamp(behind)
		return at(year, month, day, d-offset, time.UTC), rest, ok
	}
	rest, ok := endOfStamp(rest)
	return in.onward(at(year, month, day, d, in.loc)), rest, ok
}

// zone reads the offset from UTC.
func zone(text []byte) (offset time.Duration, rest []byte, ok bool) {
	switch {
	case len(text) > 0 && text[0] == 'Z':
		return 0, text[1:], true
	case bytes.HasPrefix(text, []byte(" UTC ")):
		return 0, text[len(" UTC"):], true
	case len(text) < 5 || text[0] != '+' && text[0] != '-':
		return 0, nil, false
	}
	minutes := text[3:]
	if minutes[0] == ':' {
		minutes = minutes[1:]
	}
	h, ok1 := number(text[1:], 2)
	m, ok2 := number(minutes, 2)
	if !ok1 || !ok2 {
		return 0, nil, false
	}
	offset = time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if text[0] == '-' {
		offset = -offset
	}
	return offset, minutes[2:], true
}

// endOfStamp wants white space, or the colon that syslog sometimes has, behind a
// stamp.
func endOfStamp(rest []byte) ([]byte, bool) {
	if len(rest) > 0 && rest[0] == ':' {
		rest = rest[1:]
	}
	if len(rest) > 0 && rest[0] != ' ' && rest[0] != '\t' {
		return nil, false
	}
	return bytes.TrimLeft(rest, " \t"), true
}

func at(year, month, day int, d time.Duration, loc *time.Location) time.Time {
	h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
	return time.Date(year, time.Month(month), day, h, m, 0, int(d%time.Minute), loc)
}

// monthOf is the number of a month by its name, 0 for no month.
func monthOf(word []byte) int {
	const names = "JanFebMarAprMayJunJulAugSepOctNovDec"
	for i := 0; i < len(names); i += 3 {
		if string(word) == names[i:i+3] {
			return i/3 + 1
		}
	}
	return 0
}

// bsdStamp reads "Nov  3 12:50:30", with a fraction or without, and "Nov  3 2026
// 12:50:30" as some devices write it.
func (in *input) bsdStamp(line []byte) (time.Time, []byte, bool) {
	if len(line) < 15 || line[3] != ' ' || line[6] != ' ' {
		return time.Time{}, nil, false
	}
	month := monthOf(line[:3])
	day, ok := number(bytes.TrimLeft(line[4:6], " "), len(bytes.TrimLeft(line[4:6], " ")))
	if month == 0 || !ok || day < 1 || day > 31 {
		return time.Time{}, nil, false
	}
	rest := line[7:]
	year, withYear := number(rest, 4)
	if withYear = withYear && len(rest) > 5 && rest[4] == ' '; withYear {
		rest = rest[5:]
	}
	d, rest, ok := clock(rest)
	if !ok {
		return time.Time{}, nil, false
	}
	rest, ok = endOfStamp(rest)
	if withYear {
		return in.onward(at(year, month, day, d, in.loc)), rest, ok
	}
	return in.onward(in.inYear(month, day, d)), rest, ok
}

// onward resolves the hour that comes twice when summer time ends, for a stamp
// without a zone: it is the first of the two, or the second where the log has
// gone past the first already. time.Date leaves open which of them it returns.
func (in *input) onward(t time.Time) time.Time {
	first := t
	if before := t.Add(-time.Hour); before.Hour() == t.Hour() {
		first = before
	}
	if second := first.Add(time.Hour); first.Before(in.lastTime) && second.Hour() == first.Hour() && !second.Before(in.lastTime) {
		return second
	}
	return first
}

// inYear gives a stamp the year that makes it the newest that is not after
// in.newest, with a day of grace for clocks and zones.
func (in *input) inYear(month, day int, d time.Duration) time.Time {
	in.yearGuessed = true
	limit := in.newest.Add(24 * time.Hour)
	t := at(limit.In(in.loc).Year(), month, day, d, in.loc)
	// 29 February is 1 March in other years; go back until it is itself.
	for i := 0; i < 8 && (t.After(limit) || int(t.Month()) != month); i++ {
		t = at(t.Year()-1, month, day, d, in.loc)
	}
	return t
}

// unixStamp reads seconds since 1970 with a fraction, as journalctl -o
// short-unix and ts '%.s' write.
func unixStamp(line []byte) (time.Time, []byte, bool) {
	seconds, ok := number(line, 10)
	if !ok || len(line) < 12 || line[10] != '.' {
		return time.Time{}, nil, false
	}
	nanos, unit := 0, int(time.Second)
	rest := line[11:]
	for ; len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9'; rest = rest[1:] {
		unit /= 10
		nanos += int(rest[0]-'0') * unit
	}
	rest, ok = endOfStamp(rest)
	return time.Unix(int64(seconds), int64(nanos)), rest, ok
}
