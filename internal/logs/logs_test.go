package logs

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// newest is when the logs in testdata were last written to.
var newest = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

func analyse(t testing.TB, o Options, text string) *Result {
	t.Helper()
	a := New(o)
	if err := a.Read("log", newest, strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	return a.Result()
}

// brief is a group in one line.
func (g *Group) brief() string {
	text := fmt.Sprintf("%d %s %s@%s from %s", g.Count, g.Source, g.User, g.Server, g.Client)
	for _, k := range Kinds {
		if g.ByKind[k] > 0 {
			text += fmt.Sprintf(" %s:%d", k, g.ByKind[k])
		}
	}
	if g.Timed > 0 {
		text += fmt.Sprintf(" length %v-%v", g.MinLength.Round(time.Second), g.MaxLength.Round(time.Second))
	}
	if g.Silent > 0 {
		text += fmt.Sprintf(" silence %s %v-%v", g.Shortest.Bound, g.Shortest.Silence.Round(time.Second), g.Longest.Silence.Round(time.Second))
	}
	return text
}

func TestSamples(t *testing.T) {
	recorded := []string{
		"7 sshd root@web1 from 192.0.2.2 server-gave-up:6 timed-out:1 length 8s-24s silence at-most 8s-24s",
		"3 sshd deploy@web1 from 192.0.2.2 server-gave-up:2 timed-out:1 length 8s-27s silence at-most 8s-27s",
	}
	// Broken after 11 to 14 s: that is put down to use, by Brief.
	recordedApart := map[Apart]int64{BeforeLogin: 5, InUse: 3, ClosedByClient: 2, Unexplained: 4}
	for file, want := range map[string]struct {
		groups []string
		apart  map[Apart]int64
		broken int64
	}{
		"openssh-9.2-syslog.log":  {groups: recorded, apart: recordedApart},
		"openssh-9.2-rfc3339.log": {groups: recorded, apart: recordedApart},
		"openssh-6.6-syslog.log":  {groups: []string{"2 sshd root@old from 203.0.113.9 timed-out:2 length 5m0s-6m0s silence at-most 5m0s-6m0s"}},
		"openssh-7.4-syslog.log": {groups: []string{
			"1 sshd alice@db1 from 2001:db8::7 broken-pipe:1 length 30m0s-30m0s silence at-most 30m0s-30m0s",
			"1 sshd deploy@db1 from 203.0.113.9 server-gave-up:1 length 30m0s-30m0s silence at-most 30m0s-30m0s",
			"1 sshd root@db1 from fe80::1%eth0 server-gave-up:1 length 4m0s-4m0s silence at-most 4m0s-4m0s",
		}, apart: map[Apart]int64{BeforeLogin: 2}},
		"openssh-9.9-short-iso.log": {groups: []string{
			"2 sshd deploy@app1 from 203.0.113.9 server-gave-up:1 reset:1 length 5m10s-6m0s silence at-most 5m10s-6m0s",
		}, apart: map[Apart]int64{BeforeLogin: 2}},
		"openssh-10-rfc3339.log": {groups: []string{
			"1 sshd root@app2 from 203.0.113.9 server-gave-up:1 length 6m2s-6m2s silence at-most 6m0s-6m0s",
		}, apart: map[Apart]int64{BeforeLogin: 2}},
		"journald.json": {groups: []string{
			"1 sshd bob@app1 from 198.51.100.20 reset:1 length 10m0s-10m0s silence at-most 10m0s-10m0s",
			"1 sshd deploy@app1 from 203.0.113.9 server-gave-up:1 length 6m0s-6m0s silence at-most 6m0s-6m0s",
		}, broken: 1},
		"ssh-9.2-broken-pipe.txt":         {groups: []string{"1 ssh @ from  broken-pipe:1"}},
		"ssh-9.2-reset.txt":               {groups: []string{"1 ssh @ from  broken-pipe:1"}},
		"ssh-9.2-connect.txt":             {apart: map[Apart]int64{NeverConnected: 1}},
		"ssh-9.2-server-gone.txt":         {groups: []string{"1 ssh @198.51.100.2 from  client-gave-up:1"}},
		"ssh-9.2-verbose-broken-pipe.txt": {groups: []string{"1 ssh deploy@198.51.100.2 from  broken-pipe:1"}},
		"ssh-9.2-verbose-server-gone.txt": {groups: []string{"1 ssh deploy@198.51.100.2 from  client-gave-up:1"}},
		"ssh-older.txt": {groups: []string{
			"2 ssh @ from  reset:1 broken-pipe:1",
			"1 ssh @192.0.2.10 from  broken-pipe:1",
			"1 ssh @web1 from  timed-out:1",
		}, apart: map[Apart]int64{NeverConnected: 2, ClosedByServer: 1}},
		"sshkit-1.21-timeout.txt":   {groups: []string{"1 kamal @198.51.100.2 from  net-ssh-gave-up:1 silence at-least 20s-20s"}},
		"sshkit-1.21-etimedout.txt": {groups: []string{"1 kamal @198.51.100.2 from  blocked:1 silence at-least 20s-20s"}},
		"sshkit-1.21-closed.txt":    {groups: []string{"1 kamal @198.51.100.2 from  closed-stream:1 silence at-least 20s-20s"}},
		"sshkit-1.21-threads.txt":   {groups: []string{"1 kamal @198.51.100.2 from  closed-stream:1 silence at-least 20s-20s"}},
		"sshkit-1.21-colour.txt":    {groups: []string{"1 kamal @198.51.100.2 from  net-ssh-gave-up:1 silence at-least 20s-20s"}},
		"kamal-github.txt":          {groups: []string{"1 kamal @192.0.2.10 from  blocked:1 silence exact 5m0s-5m0s"}},
		"kamal-deploy.txt":          {groups: []string{"1 kamal @203.0.113.20 from  blocked:1 silence at-least 6m52s-6m52s"}},
		"capistrano.txt":            {groups: []string{"1 kamal deploy@192.0.2.30 from  blocked:1"}, apart: map[Apart]int64{NeverConnected: 1}},
		"other-forms.log": {groups: []string{
			"1 sshd d@ from 192.0.2.1 server-gave-up:1 length 5m0s-5m0s silence at-most 5m0s-5m0s",
			"1 sshd h@ from 192.0.2.1 server-gave-up:1 length 5m0s-5m0s silence at-most 5m0s-5m0s",
			"1 sshd j@ from 192.0.2.1 server-gave-up:1",
			"1 sshd b@alpine from 192.0.2.1 server-gave-up:1 length 5m0s-5m0s silence at-most 5m0s-5m0s",
			"1 sshd c@bsd from 192.0.2.1 server-gave-up:1 length 5m0s-5m0s silence at-most 5m0s-5m0s",
			"1 sshd e@full from 192.0.2.1 server-gave-up:1 length 5m0s-5m0s silence at-most 5m0s-5m0s",
			"1 sshd g@mac from 192.0.2.1 server-gave-up:1 length 5m0s-5m0s silence at-most 5m0s-5m0s",
			"1 sshd i@mono from 192.0.2.1 server-gave-up:1",
			"1 sshd f@unix from 192.0.2.1 server-gave-up:1 length 5m0s-5m0s silence at-most 5m0s-5m0s",
			"1 sshd a@v5 from 192.0.2.1 server-gave-up:1 length 5m0s-5m0s silence at-most 5m0s-5m0s",
		}},
	} {
		t.Run(file, func(t *testing.T) {
			f, err := os.Open(filepath.Join("testdata", file))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			a := New(Options{})
			if err := a.Read(file, newest, f); err != nil {
				t.Fatal(err)
			}
			res := a.Result()
			var got []string
			for _, g := range res.Groups {
				got = append(got, g.brief())
			}
			if g, w := strings.Join(got, "\n"), strings.Join(want.groups, "\n"); g != w {
				t.Errorf("groups\n%s\nwant\n%s", g, w)
			}
			if !maps.Equal(res.Apart, want.apart) {
				t.Errorf("apart %v, want %v", res.Apart, want.apart)
			}
			if res.Broken != want.broken {
				t.Errorf("%d lines are broken, want %d", res.Broken, want.broken)
			}
		})
	}
}

// A log line has this frame in most tests here.
func line(at, pid, msg string) string {
	return "2026-11-20T" + at + "+00:00 web1 sshd[" + pid + "]: " + msg + "\n"
}

func TestSessions(t *testing.T) {
	for _, tt := range []struct{ name, log, want string }{
		{"the number of a process is used again",
			line("10:00:00", "1", "Accepted publickey for a from 192.0.2.1 port 1 ssh2") +
				line("12:00:00", "1", "Accepted publickey for b from 192.0.2.2 port 2 ssh2") +
				line("12:05:00", "1", "Timeout, client not responding."),
			"1 sshd b@web1 from 192.0.2.2 server-gave-up:1 length 5m0s-5m0s silence at-most 5m0s-5m0s"},
		{"a port is used again",
			line("10:00:00", "1", "Accepted publickey for a from 192.0.2.1 port 1 ssh2") +
				line("12:00:00", "2", "Connection from 192.0.2.1 port 1 on 192.0.2.9 port 22") +
				line("12:05:00", "2", "Connection reset by 192.0.2.1 port 1"),
			""},
		{"one death has several messages",
			line("10:00:00", "1", "Accepted publickey for a from 192.0.2.1 port 1 ssh2") +
				line("10:05:00", "2", "Read error from remote host 192.0.2.1 port 1: Connection timed out") +
				line("10:05:00", "2", "fatal: packet_write_wait: Connection from user a 192.0.2.1 port 1: Broken pipe") +
				line("10:05:00", "1", "pam_unix(sshd:session): session closed for user a"),
			"1 sshd a@web1 from 192.0.2.1 timed-out:1 length 5m0s-5m0s silence at-most 5m0s-5m0s"},
		{"also without a beginning",
			line("10:05:00", "2", "Timeout, client not responding from user a 192.0.2.1 port 1") +
				line("10:05:00", "2", "fatal: packet_write_wait: Connection from user a 192.0.2.1 port 1: Broken pipe"),
			"1 sshd a@web1 from 192.0.2.1 server-gave-up:1"},
		{"IPv4 in IPv6",
			line("10:00:00", "1", "Accepted publickey for a from ::ffff:192.0.2.1 port 1 ssh2") +
				line("10:05:00", "2", "Timeout, client not responding from user a 192.0.2.1 port 1"),
			"1 sshd a@web1 from 192.0.2.1 server-gave-up:1 length 5m0s-5m0s silence at-most 5m0s-5m0s"},
		{"a process of which nothing is known, and nothing follows",
			line("10:00:00", "1", "Accepted publickey for a from 192.0.2.1 port 1 ssh2") +
				line("10:05:00", "2", "Timeout, client not responding.") +
				line("10:09:00", "1", "pam_unix(sshd:session): session closed for user a"),
			"1 sshd @web1 from  server-gave-up:1"},
		{"the clock goes back",
			line("10:00:00", "1", "Accepted publickey for a from 192.0.2.1 port 1 ssh2") +
				line("09:05:00", "1", "Timeout, client not responding from user a 192.0.2.1 port 1"),
			"1 sshd a@web1 from 192.0.2.1 server-gave-up:1"},
		{"a name with blanks",
			line("10:05:00", "2", "Timeout, client not responding from user a port 7 b 192.0.2.1 port 1"),
			"1 sshd a port 7 b@web1 from 192.0.2.1 server-gave-up:1"},
		{"a name that is a message",
			line("10:05:00", "2", "Invalid user Connection from user a 192.0.2.1 port 1: Broken pipe from 192.0.2.1 port 9") +
				line("10:05:00", "2", "Failed none for invalid user x: Connection from user a 192.0.2.1 port 1: Broken pipe"),
			""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, g := range analyse(t, Options{}, tt.log).Groups {
				got = append(got, g.brief())
			}
			if g := strings.Join(got, "\n"); g != tt.want {
				t.Errorf("%s\nwant\n%s", g, tt.want)
			}
		})
	}
}

// TestSeveralFiles: a session goes on in the next file.
func TestSeveralFiles(t *testing.T) {
	a := New(Options{})
	for _, text := range []string{
		line("10:00:00", "1", "Accepted publickey for a from 192.0.2.1 port 1 ssh2"),
		line("10:05:00", "1", "Timeout, client not responding from user a 192.0.2.1 port 1"),
	} {
		if err := a.Read("log", newest, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	if g := a.Result().Groups; len(g) != 1 || g[0].MinLength != 5*time.Minute {
		t.Errorf("%+v", g)
	}
}

func TestStampsWithoutYear(t *testing.T) {
	for _, tt := range []struct{ text, newest, want string }{
		{"Nov 23 12:00:00", "2026-11-24T00:00:00Z", "2026-11-23T12:00:00Z"},
		{"Nov 24 12:00:00", "2026-11-24T00:00:00Z", "2026-11-24T12:00:00Z"}, // a clock that is ahead
		{"Dec 31 23:59:59", "2026-01-03T00:00:00Z", "2025-12-31T23:59:59Z"},
		{"Jan  1 00:00:00", "2026-01-03T00:00:00Z", "2026-01-01T00:00:00Z"},
		{"Jan  1 00:00:30", "2025-12-31T23:59:00Z", "2026-01-01T00:00:30Z"},
		{"Feb 29 10:00:00", "2026-11-24T00:00:00Z", "2024-02-29T10:00:00Z"},
	} {
		at, _ := time.Parse(time.RFC3339, tt.newest)
		in := newInput("", at, time.UTC)
		got, _, ok := in.stamp([]byte(tt.text + " web1 sshd[1]: x"))
		if !ok || got.Format(time.RFC3339) != tt.want {
			t.Errorf("%s before %s: %v %v, want %s", tt.text, tt.newest, got, ok, tt.want)
		}
	}
}

func TestZones(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("this machine has no time zones; install the Debian package tzdata")
	}
	in := newInput("", newest, berlin)
	for text, want := range map[string]string{
		"2026-07-01T12:00:00+0530 x": "2026-07-01T06:30:00Z",
		"2026-07-01T12:00:00-07:00":  "2026-07-01T19:00:00Z",
		"2026-07-01T12:00:00.5Z x":   "2026-07-01T12:00:00Z",
		"2026-07-01 12:00:00,5 x":    "2026-07-01T10:00:00Z",
		"Jul  1 12:00:00 x":          "2026-07-01T10:00:00Z",
		"Jan  1 12:00:00.123 x":      "2026-01-01T11:00:00Z",
	} {
		got, _, ok := in.stamp([]byte(text))
		if !ok || got.UTC().Format("2006-01-02T15:04:05Z") != want {
			t.Errorf("%s: %v %v, want %s", text, got.UTC(), ok, want)
		}
	}
	for _, text := range []string{"", "2026-13-01T12:00:00Z x", "2026-07-01T25:00:00Z x", "Foo  1 12:00:00 x", "Jul 99 12:00:00 x", "2026-07-01T12:00:00x", "123456"} {
		if got, _, ok := in.stamp([]byte(text)); ok {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func TestMoreThanAYear(t *testing.T) {
	log := ""
	for _, stamp := range []string{"Mar  1", "Oct  1", "Dec 20", "Jan  5"} {
		log += stamp + " 10:00:00 web1 sshd[1]: Timeout, client not responding from user a 192.0.2.1 port 1\n"
	}
	if r := analyse(t, Options{}, log); r.Backward != 1 || !r.YearGuessed {
		t.Errorf("backward %d", r.Backward)
	}
}

func TestSinceUntil(t *testing.T) {
	log := line("10:00:00", "1", "Timeout, client not responding from user a 192.0.2.1 port 1") +
		line("11:00:00", "2", "Timeout, client not responding from user a 192.0.2.1 port 2") +
		line("12:00:00", "3", "Timeout, client not responding from user a 192.0.2.1 port 3") +
		"Timeout, client not responding from user a 192.0.2.1 port 4\n"
	at := func(h int) time.Time { return time.Date(2026, 11, 20, h, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		o    Options
		want int64
	}{{Options{}, 4}, {Options{Since: at(11)}, 2}, {Options{Until: at(11)}, 1}, {Options{Since: at(11), Until: at(12)}, 1}} {
		if r := analyse(t, tt.o, log); r.Deaths != tt.want {
			t.Errorf("%+v: %d deaths, want %d", tt.o, r.Deaths, tt.want)
		}
	}
}

func TestGzip(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.ModTime = newest
	io.WriteString(z, line("10:00:00", "1", "Timeout, client not responding from user a 192.0.2.1 port 1"))
	z.Close()
	whole := packed.Bytes()
	r, at, err := Open(bytes.NewReader(whole))
	if err != nil || !at.Equal(newest) {
		t.Fatal(at, err)
	}
	a := New(Options{})
	if err := a.Read("log", newest, r); err != nil || a.Result().Deaths != 1 {
		t.Errorf("%v, %d deaths", err, a.Result().Deaths)
	}
	if r, _, err = Open(bytes.NewReader(whole[:len(whole)-6])); err != nil {
		t.Fatal(err)
	}
	a = New(Options{})
	if err := a.Read("log", newest, r); !errors.Is(err, io.ErrUnexpectedEOF) || a.Result().Deaths != 1 {
		t.Errorf("cut off: %v, %d deaths", err, a.Result().Deaths)
	}
}

func TestRefusals(t *testing.T) {
	for _, f := range foreign {
		if _, _, err := Open(strings.NewReader(f.magic + "rest")); err == nil || err.Error() != f.msg {
			t.Errorf("%q: %v", f.magic, err)
		}
	}
	var refusal *Refusal
	if err := New(Options{}).Read("log", newest, strings.NewReader(strings.Repeat("\x00\x01\x02\xff\n", 100))); !errors.As(err, &refusal) {
		t.Errorf("binary data: %v", err)
	}
}

func TestBrokenLines(t *testing.T) {
	death := line("10:00:00", "1", "Timeout, client not responding from user a 192.0.2.1 port 1")
	long := line("10:00:00", "2", "Timeout, client not responding from user "+strings.Repeat("x", 1<<20)+" 192.0.2.1 port 2")
	r := analyse(t, Options{}, strings.Repeat("\x00", 4096)+death+`{"MESSAGE":"Timeout, client`+"\n"+`{"MESSAGE":"x"`+"\n"+"\xff\xfe\n"+long+"no end")
	// Of the long one it can be seen that it is a death, and no more.
	if r.Deaths != 2 || r.Broken != 3 || r.Long != 1 || r.Lines != 6 {
		t.Errorf("%d deaths, %d broken, %d long, %d lines", r.Deaths, r.Broken, r.Long, r.Lines)
	}
}

// TestBounds: neither sessions nor groups grow without end.
func TestBounds(t *testing.T) {
	const n = maxSessions + 1000
	var log strings.Builder
	for i := range n {
		log.WriteString(line("10:00:00", fmt.Sprint(i+2), fmt.Sprintf("Accepted publickey for u%d from 192.0.2.1 port %d ssh2", i, i+1)))
	}
	for i := range n {
		log.WriteString(line("11:00:00", fmt.Sprint(i+2), fmt.Sprintf("Timeout, client not responding from user u%d 192.0.2.1 port %d", i, i+1)))
	}
	a := New(Options{})
	if err := a.Read("log", newest, strings.NewReader(log.String())); err != nil {
		t.Fatal(err)
	}
	r := a.Result()
	if r.Deaths != n || len(r.Groups) != maxGroups || r.Others != n-maxGroups || r.Forgotten == 0 {
		t.Errorf("%d deaths, %d groups, %d others, %d forgotten", r.Deaths, len(r.Groups), r.Others, r.Forgotten)
	}
	if got := a.sessions.recent.Len(); got > maxSessions || len(a.sessions.byKey) > 4*maxSessions {
		t.Errorf("%d sessions, %d keys", got, len(a.sessions.byKey))
	}
}

func TestInterval(t *testing.T) {
	for silence, want := range map[time.Duration]int{
		25 * time.Second: 12, 90 * time.Second: 45, 2 * time.Minute: 60, 350 * time.Second: 60, 119 * time.Second: 59,
	} {
		r := &Result{Path: &Death{Silence: silence}}
		if got, ok := r.Interval(); got != want || !ok || time.Duration(got)*2*time.Second > max(silence, 2*time.Minute) {
			t.Errorf("%v: %d, want %d", silence, got, want)
		}
	}
	if got, ok := new(Result).Interval(); got != 60 || ok {
		t.Errorf("nothing known: %d %v", got, ok)
	}
}

// TestAdvice: each kind is answered by the setting of the right end.
func TestAdvice(t *testing.T) {
	server, client, pool := "ClientAliveInterval 60", "ServerAliveInterval 60", "pool_idle_timeout: 30"
	for _, tt := range []struct {
		file      string
		want, not []string
	}{
		{"openssh-10-rfc3339.log", []string{server}, []string{client, pool}},
		{"ssh-9.2-server-gone.txt", []string{client}, []string{server, pool}},
		{"sshkit-1.21-timeout.txt", []string{server, pool, "does not reach Kamal"}, []string{client}},
		{"sshkit-1.21-closed.txt", []string{server, pool}, []string{client}},
	} {
		data, err := os.ReadFile(filepath.Join("testdata", tt.file))
		if err != nil {
			t.Fatal(err)
		}
		advice := strings.Join(analyse(t, Options{}, string(data)).Advice(), "\n")
		for _, w := range tt.want {
			if !strings.Contains(advice, w) {
				t.Errorf("%s: %q is not in\n%s", tt.file, w, advice)
			}
		}
		for _, n := range tt.not {
			if strings.Contains(advice, n) {
				t.Errorf("%s: %q is in\n%s", tt.file, n, advice)
			}
		}
	}
}

func TestStart(t *testing.T) {
	got := Start(strings.NewReader("-- Boot --\n\n"+line("10:00:00", "1", "x")), newest, nil)
	if want := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func FuzzLogs(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.*")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("<38>1 2026-11-22T10:00:00Z Connection sshd 31 - \n<38>1 2026-11-22T10:00:00Z h sshd 31 - [Timeout\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var results [2]string
		for i := range results {
			a := New(Options{})
			r, _, err := Open(bytes.NewReader(data))
			if err != nil {
				return
			}
			a.Read("log", newest, io.LimitReader(r, 1<<20))
			res := a.Result()
			check(t, res)
			for _, g := range res.Groups {
				results[i] += g.brief() + "\n"
			}
			results[i] += fmt.Sprint(res.Apart, res.Advice(), res.Lines, res.Broken)
		}
		if results[0] != results[1] {
			t.Errorf("two runs differ:\n%s\n\n%s", results[0], results[1])
		}
	})
}

// check holds a result against itself.
func check(t *testing.T, r *Result) {
	t.Helper()
	count, silent, kinds := r.Others, int64(0), int64(0)
	for _, g := range r.Groups {
		count += g.Count
		if len(g.Server)+len(g.User)+len(g.Client) > 3*maxName {
			t.Errorf("a group has a name that is too long: %d bytes", len(g.Server)+len(g.User)+len(g.Client))
		}
	}
	for _, b := range r.Histogram {
		silent += b.Count
	}
	for _, n := range r.ByKind {
		kinds += n
	}
	if count != r.Deaths || kinds != r.Deaths || silent != r.Silent {
		t.Errorf("%d deaths, but %d in groups and %d in kinds; %d silences, but %d in the histogram", r.Deaths, count, kinds, r.Silent, silent)
	}
}

// busyLog is the log of a server that scanners knock at all day, with a login in
// a hundred lines.
func busyLog(size int) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < size; i++ {
		stamp := time.Date(2026, 11, 1, 0, 0, i%86400, 0, time.UTC).Format("Jan _2 15:04:05")
		switch {
		case i%100 == 0:
			fmt.Fprintf(&b, "%s web1 sshd[%d]: Accepted publickey for deploy from 203.0.113.%d port %d ssh2: ED25519 SHA256:abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG\n", stamp, i%30000, i%250, 1024+i%60000)
		case i%100 == 50:
			fmt.Fprintf(&b, "%s web1 sshd[%d]: Timeout, client not responding from user deploy 203.0.113.%d port %d\n", stamp, (i-50)%30000, (i-50)%250, 1024+(i-50)%60000)
		case i%3 == 0:
			fmt.Fprintf(&b, "%s web1 sshd[%d]: Failed password for invalid user admin%d from 198.51.100.%d port %d ssh2\n", stamp, i%30000, i%977, i%250, 1024+i%60000)
		case i%3 == 1:
			fmt.Fprintf(&b, "%s web1 sshd[%d]: Connection closed by invalid user admin%d 198.51.100.%d port %d [preauth]\n", stamp, i%30000, i%977, i%250, 1024+i%60000)
		default:
			fmt.Fprintf(&b, "%s web1 CRON[%d]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)\n", stamp, i%30000)
		}
	}
	return b.Bytes()
}

func BenchmarkLogs(b *testing.B) {
	log := busyLog(16 << 20)
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		if err := New(Options{}).Read("log", newest, bytes.NewReader(log)); err != nil {
			b.Fatal(err)
		}
	}
}

// TestSummerTimeEnds: the hour that comes twice is taken for the one that the log
// has come to.
func TestSummerTimeEnds(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("install the Debian package tzdata")
	}
	for _, form := range []string{"Oct 25 %s web1 sshd[1]: ", "2026-10-25T%s web1 sshd[1]: "} {
		text := ""
		for _, l := range []string{
			"02:50:00", "Accepted publickey for root from 192.0.2.1 port 1 ssh2: x",
			"02:05:00", "Read error from remote host 192.0.2.1 port 1: Connection timed out",
			"02:10:00", "Accepted publickey for root from 192.0.2.1 port 2 ssh2: x",
			"03:10:00", "Read error from remote host 192.0.2.1 port 2: Connection timed out",
		} {
			if strings.HasPrefix(l, "0") {
				text += fmt.Sprintf(form, l)
			} else {
				text += l + "\n"
			}
		}
		r := analyse(t, Options{Location: berlin}, text)
		if r.Silent != 2 || r.Path.Silence != 15*time.Minute || r.Groups[0].Longest.Silence != time.Hour {
			t.Errorf("%s: %+v", form, r.Groups[0].brief())
		}
	}
}

// TestOtherPrograms: an error of Ruby is Kamal's if something else says so.
func TestOtherPrograms(t *testing.T) {
	const died = "IOError: closed stream"
	for text, deaths := range map[string]int64{
		line("10:00:00", "1", "x") + "Nov 20 10:00:01 web1 puma[7]: " + died + "\n": 0,
		died + "\n": 1,
		"Nov 20 10:00:01 web1 deploy[7]: Net::SSH::Timeout: Timeout, server 192.0.2.1 not responding.\n":                          1,
		"Nov 20 10:00:01 web1 deploy[7]:   INFO [aa] Running uptime on 192.0.2.1\nNov 20 10:00:02 web1 deploy[7]: " + died + "\n": 1,
	} {
		if r := analyse(t, Options{}, text); r.Deaths != deaths {
			t.Errorf("%d deaths in %s", r.Deaths, text)
		}
	}
}

// TestBlockedAdvice: who waited 15 minutes is told why.
func TestBlockedAdvice(t *testing.T) {
	for text, want := range map[string]bool{
		"ERROR (IO::TimeoutError): Exception while executing on host 192.0.2.1: Blocking operation timed out!\n":      true,
		"ERROR (Net::SSH::Timeout): Exception while executing on host 192.0.2.1: Timeout, server x not responding.\n": false,
	} {
		advice := strings.Join(analyse(t, Options{}, text).Advice(), "\n")
		if strings.Contains(advice, "ServerAliveCountMax at 3") != want {
			t.Error(advice)
		}
	}
}
