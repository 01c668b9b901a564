// Package logs finds connections that died of silence in what sshd, ssh and
// Kamal wrote: sshd's log in the forms of syslog and journald, ssh's standard
// error, and what SSHKit prints.
//
// A log is read once, line by line, in memory that does not grow with it. It may
// be written by strangers: every line is taken for data, bounded in length, and
// what comes out of it (names, addresses) has to be escaped by whoever shows it.
//
// The words are those of openssh-portable (packet.c, serverloop.c, clientloop.c,
// session.c, auth.c, sshd.c and from 9.8 on sshd-session.c), of Ruby, net-ssh and
// SSHKit. testdata/README.md says which of them were recorded from the programs.
package logs

import (
	"io"
	"time"
)

// Kind is how a connection died.
type Kind string

// The kinds, in the order in which they are shown. What each says is in Means.
const (
	ServerGaveUp Kind = "server-gave-up"  // sshd: Timeout, client not responding
	ClientGaveUp Kind = "client-gave-up"  // ssh: Timeout, server … not responding.
	NetSSHGaveUp Kind = "net-ssh-gave-up" // Net::SSH::Timeout, the same words
	Blocked      Kind = "blocked"         // Ruby: Blocking operation timed out!, or Errno::ETIMEDOUT
	ClosedStream Kind = "closed-stream"   // Ruby: IOError: closed stream
	TimedOut     Kind = "timed-out"       // ssh, sshd: Connection timed out
	Reset        Kind = "reset"           // Connection reset
	BrokenPipe   Kind = "broken-pipe"     // Broken pipe
)

// Kinds lists them in the order in which they are shown.
var Kinds = []Kind{ServerGaveUp, ClientGaveUp, NetSSHGaveUp, Blocked, ClosedStream, TimedOut, Reset, BrokenPipe}

// Apart is an end of a connection that is counted, but is no death by silence.
type Apart string

// What is counted apart.
const (
	BeforeLogin    Apart = "before-login"     // reset, closed or given up before anybody had logged in: scanners, mostly
	NeverConnected Apart = "never-connected"  // the client got no connection, or none that got as far as a key exchange
	InUse          Apart = "in-use"           // reset or broken less than Brief after something had happened
	ClosedByServer Apart = "closed-by-server" // ssh: Connection to … closed by remote host.
	ClosedByClient Apart = "closed-by-client" // sshd: Connection closed by …, without the client's goodbye
	Unexplained    Apart = "unexplained"      // sshd: session closed, without a reason: LogLevel INFO does not say it
)

// Aparts lists them in the order in which they are shown.
var Aparts = []Apart{BeforeLogin, NeverConnected, InUse, ClosedByServer, ClosedByClient, Unexplained}

// Source is who wrote a log.
type Source string

// The sources.
const (
	SSHD  Source = "sshd"
	SSH   Source = "ssh"
	Kamal Source = "kamal" // SSHKit, or Ruby with net-ssh in another program
)

// Bound says what a silence as found is to the real one.
type Bound string

// The bounds. A log shows some of what went over a connection, so that what it
// shows of the silence is at most too long, or (durations that SSHKit prints,
// which leave out what was between them) too short.
const (
	AtMost  Bound = "at-most"
	AtLeast Bound = "at-least"
	Exact   Bound = "exact"
)

// Brief is the silence below which a reset or a broken pipe is not put down to
// silence: no path that is known forgets as fast (docs/keepalive.md).
const Brief = 20 * time.Second

// What is remembered at most; see Result.
const (
	maxGroups   = 4096
	maxSessions = 16384
	maxLine     = 64 << 10 // bytes; what is behind them in a line is not looked at
	maxName     = 255      // bytes of a host, a user or an address
	maxCommands = 4096     // commands of SSHKit that run at the same time
	maxHosts    = 256      // hosts of one deploy; each command that ends is held against all of them
)

// Options are what the one who reads a log knows.
type Options struct {
	// Location is the time zone of stamps that name none. nil is UTC.
	Location *time.Location
	// Since and Until bound the deaths that are counted, if they are not zero: not
	// before Since and before Until. A death without a time is not counted then.
	Since, Until time.Time
}

// Death is one connection that died of silence.
type Death struct {
	Kind    Kind
	Source  Source
	Server  string // its name in the log, or its address; "": not known
	User    string // "": not known
	Client  string // its address; "": not known, as in the client's own log
	Time    time.Time
	Length  time.Duration // of the session; -1: not known
	Silence time.Duration // before the death; -1: not known
	Bound   Bound         // of Silence
	File    string
	Line    int64
}

// Group is all deaths between the same two machines for the same user, by the
// logs of one of them.
type Group struct {
	Source               Source
	Server, User, Client string
	Count                int64
	First, Last          time.Time // zero: the log has no times
	ByKind               map[Kind]int64
	Timed                int64         // of how many the length is known
	MinLength, MaxLength time.Duration // -1: not known
	Silent               int64         // of how many the silence is known
	Shortest, Longest    *Death        // by silence; nil: not known
}

// Bucket is a part of the histogram of silences: those below To seconds, and not
// below the To before it.
type Bucket struct {
	To    time.Duration // 0: no end
	Count int64
}

// bucketEnds are those of the histogram. 240 s, 350 s and 600 s are when Azure's,
// AWS's and Google's paths forget (docs/keepalive.md), so that each is in a
// bucket of its own.
var bucketEnds = []time.Duration{
	15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute,
	20 * time.Minute, time.Hour, 4 * time.Hour, 24 * time.Hour, 0,
}

// Result is what the logs say.
type Result struct {
	Lines   int64 // that were read
	Known   int64 // of them, those that speak of connections
	Broken  int64 // that are no text or no JSON, and were skipped
	Long    int64 // that were longer than is looked at
	Deaths  int64
	ByKind  map[Kind]int64
	Example map[Kind]*Death // the first of each kind
	Apart   map[Apart]int64
	// Groups are sorted by count, then by name. There are no more than maxGroups;
	// Others counts the deaths that are in none of them for that reason.
	Groups []*Group
	Others int64
	// Forgotten counts sessions without an end that had to make room for newer
	// ones. Of a death in one of them length and silence are not known.
	Forgotten   int64
	Histogram   []Bucket // of all silences that are known, at least one of them
	Silent      int64    // how many are known
	First, Last time.Time
	// Shortest is the shortest silence that killed, nil if none is known but such
	// as are AtLeast; of those, Least is the shortest.
	Shortest, Least *Death
	// Path is the shortest silence behind which the path is, nil if none is known:
	// what is sent into a path that has forgotten the connection is reset, or never
	// answered. The other kinds are of one end that has lost patience: Patience
	// is the shortest silence after which sshd has hung up.
	Path, Patience *Death
	// YearGuessed is true if stamps without a year were met, and Backward counts
	// where such a log goes back by more than half a year: dates before are then a
	// year late for each.
	YearGuessed bool
	Backward    int64
}

// Analysis adds up logs.
type Analysis struct {
	o        Options
	res      Result
	groups   map[groupKey]*Group
	sessions *sessions
	buckets  []int64
	orphan   *orphan
	in       *input
	journal  journalLine
}

// New returns an analysis without logs.
func New(o Options) *Analysis {
	if o.Location == nil {
		o.Location = time.UTC
	}
	return &Analysis{
		o: o,
		res: Result{
			ByKind:  map[Kind]int64{},
			Example: map[Kind]*Death{},
			Apart:   map[Apart]int64{},
		},
		groups:   map[groupKey]*Group{},
		sessions: newSessions(),
		buckets:  make([]int64, len(bucketEnds)),
	}
}

// Read adds a log. name is what it is called in the result. newest is a time
// that no line is much newer than, such as the file's: it tells the year of
// stamps that have none. Logs that follow each other have to be read in that
// order, so that sessions go on from one to the next. The error is that of r,
// or a *Refusal if this is no log at all; what was read before it counts.
func (a *Analysis) Read(name string, newest time.Time, r io.Reader) error {
	a.in = newInput(name, newest, a.o.Location)
	err := a.readLines(r)
	a.endKamal()
	a.endOrphan()
	a.res.YearGuessed = a.res.YearGuessed || a.in.yearGuessed
	return err
}
