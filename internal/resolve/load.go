package resolve

import (
	"sync"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/syntax"
)

// maxDepth is how deep Includes may nest (readconf.c, servconf.c).
const maxDepth = 16

// maxVisits bounds how many files are read, counting each inclusion, so that a
// few files that include each other many times a level come to an end.
const maxVisits = 1 << 17

// Source is a file that OpenSSH reads by itself, not because another file
// includes it. Data, if not nil, is used instead of reading Path.
type Source struct {
	Path   string
	Data   []byte
	System bool // the system-wide client file: its Includes are relative to /etc/ssh
	// CheckOwner applies the owner check to this file; Included ones have it
	// wherever Env.CheckOwners is set.
	CheckOwner bool
}

// Options are the parts of a load that are not files.
type Options struct {
	NoIncludes bool // read the named files alone
	// MostElsewhere, if it is not 0, says of a client's files that they are read for
	// queries about OnlyHost with Trace and the same MostElsewhere. Their results are
	// those of all lines, unless they are TwoPass; where there is a Refusal, Unrecorded
	// may count lines that OpenSSH does not come to.
	MostElsewhere int
	OnlyHost      string
}

// File is one distinct file with what its lines mean, whatever includes it.
type File struct {
	*syntax.File
	Path   string
	Index  int
	System bool

	compiled
	visits int // how often it was read
	// sets are the patterns of long Host lines, by which one it is
	sets map[int32]*pattern.Set
	// foreign is true for a file that fails ssh's owner check.
	foreign bool
}

// stmt is one line that does something.
type stmt struct {
	line int32
	key  keyword.ID // the keyword under which the value is stored
	kind stmtKind
	// global: sshd refuses the line inside a Match block
	global bool
}

type stmtKind uint8

const (
	setting stmtKind = iota
	unset            // stores "not set": a later line still wins
	host             // opens a block
	match            // opens a block
	include          // reads other files
	refused          // has a problem, stores nothing
	inert            // known, without effect
)

// Include is one Include line and what it brought.
type Include struct {
	File  *File
	Line  int
	Block int32 // the block it stands in
	Args  []IncludeArg
}

// IncludeArg is one argument of an Include line.
type IncludeArg struct {
	Text    string
	Span    syntax.Span
	Pattern string // what was globbed
	Files   []*File
	Dynamic bool // holds tokens or variables that are known only when connecting
	Skipped bool // not read: --no-includes
}

// Block is one visit of a scope: the head of a file, or a Host or Match block.
// A file that is included twice has its blocks twice.
type Block struct {
	File   *File
	Line   int32 // header line; -1 for the head of a file
	Parent int32 // block of the Include line; -1 for the files read first
	cond   *Condition
	first  int32 // first and last segment
	last   int32
	host   int32 // which Host line of the file it is
	Kind   syntax.BlockKind

	plain   bool  // literal, and without negated patterns
	literal bool  // names its hosts without wildcards: found by index
	static  State // server: whether it holds at start-up (pass 1)
}

// segment is a run of statements of one block between Includes.
type segment struct {
	block    int32
	from, to int32 // in the file's stmts
	next     int32 // next segment of the block; -1
}

// Config is a set of files as one program reads them in one go. Once loaded it
// does not change: many goroutines may evaluate queries, each with a Result of
// its own.
type Config struct {
	Dialect  keyword.Dialect
	Files    []*File
	Blocks   []Block
	Includes []Include
	// Problems holds every reason for a refusal in reading order, also those
	// behind a fatal one, at which OpenSSH itself would stop.
	Problems []Problem

	table        *sideTable
	repeats      []keyword.Repeat // by keyword ID
	env          Env
	opts         Options
	byPath       map[string]*File
	byIdentity   map[string]*File
	identified   int // how many of Files are in byIdentity
	segments     []segment
	always       []int32       // segments of blocks that have to be tried for every host
	wild         pattern.Index // Host blocks with wildcards, where there are many; see indexWildcards
	wildByName   pattern.Index // the same for Match host and originalhost, in lower case
	left         []int         // by keyword: lines left out, counted each time they would be read; see onlyFor
	alwaysLines  int           // in those segments
	namedLines   int           // in the segments of blocks that name hosts, times those hosts
	offline      []int32       // client: Match blocks that no host decides offline, see isOffline
	names        hostNames     // see index
	namesOnce    sync.Once
	byName       map[string]int32 // names in Match host and originalhost, in lower case -> head of a list in links
	links        []link
	visits       int32
	order        int32
	wantPass2    bool
	ignored      []Ref               // IgnoreUnknown lines
	ignoredOrder []int32             // where each stands in the reading order
	sticky       map[keyword.ID]Ref  // client: keywords that take effect whatever the block
	subsystems   map[string]bool     // server: names defined at start-up
	globs        map[string][]string // server: Include patterns seen, and the files they have brought
	haveMethods  bool                // server: AuthenticationMethods is set at start-up
	anyMethods   []anyMethod         // server: lines that set it to any
	looping      *Problem            // server: the Include that loops when somebody connects
	loopingAt    int32               // where in the sequence of segments
	// reading is the order in which problems are met: indices into Problems,
	// and -1-visit where the visit of a file with problems ends.
	reading []int32
	stop    bool // an Include chain was given up

	tellersOnce sync.Once
	tellers     tellers

	labelsOnce sync.Once
	matches    map[int32][2]string // of Match blocks, see matchNames

	hostsOnce sync.Once
	hosts     []Context // see Hosts

	storesOnce sync.Once
	stores     []int // see Stores

	usedOnce sync.Once
	used     []keyword.ID // see keywordsUsed

	chainsOnce sync.Once
	chains     []int32 // by block, see numberChains

	ordinalsOnce sync.Once
	ordinals     []int32 // by block, see numberBlocks
}

type link struct{ block, next int32 }

// Ref is a statement as seen in one visit.
type Ref struct {
	File  int32 // index into Config.Files; -1 for the command line
	Line  int32 // index of the line, or of the -o option
	Block int32
}

// Load reads the sources in order, with all they include.
// It fails only if a source itself cannot be read; whatever is wrong inside
// the files is in Problems.
func Load(d keyword.Dialect, env Env, sources []Source, opts Options) (*Config, error) {
	c := &Config{Dialect: d, table: tableOf(d.Side), repeats: repeats(d), env: env, opts: opts, byPath: map[string]*File{}, byIdentity: map[string]*File{}, byName: map[string]int32{},
		sticky: map[keyword.ID]Ref{}, subsystems: map[string]bool{}, globs: map[string][]string{}}
	for _, src := range sources {
		f, info, err := c.open(src)
		if err != nil {
			return nil, err
		}
		if src.CheckOwner && !c.ownerOK(info) {
			c.badOwner(f, -1, nil)
			continue
		}
		c.visit(f, -1, 0)
	}
	c.closeGlobs()
	c.indexWildcards()
	return c, nil
}

func (c *Config) open(src Source) (*File, FileInfo, error) {
	data, info := src.Data, FileInfo{}
	if data == nil {
		var err error
		if data, info, err = c.env.ReadFile(src.Path); err != nil {
			return nil, info, err
		}
	}
	return c.addFile(src.Path, data, src.System), info, nil
}
