package cli

import (
	"time"

	"github.com/sshvet/sshvet/internal/logs"
)

// logsJSON is what logs prints with --format json; docs/logs.md says what the
// fields mean. Times are RFC 3339, durations seconds.
type logsJSON struct {
	Version       int              `json:"version"`
	Deaths        int64            `json:"deaths"`
	First         *string          `json:"first"`
	Last          *string          `json:"last"`
	Groups        []logGroupJSON   `json:"groups"`
	GroupsLeftOut int64            `json:"groupsLeftOut"`
	Kinds         []logKindJSON    `json:"kinds"`
	Apart         map[string]int64 `json:"apart"`
	SilenceKnown  int64            `json:"silenceKnown"`
	Histogram     []logBucketJSON  `json:"histogram"`
	Shortest      *logSilenceJSON  `json:"shortest"`
	AtLeast       *logSilenceJSON  `json:"atLeast"`
	Path          *logSilenceJSON  `json:"path"`
	Patience      *logSilenceJSON  `json:"patience"`
	Interval      *int             `json:"interval"`
	Advice        []string         `json:"advice"`
	Lines         int64            `json:"lines"`
	Understood    int64            `json:"understood"`
	Broken        int64            `json:"broken"`
	Long          int64            `json:"long"`
	Forgotten     int64            `json:"forgotten"`
	YearGuessed   bool             `json:"yearGuessed"`
}

type logGroupJSON struct {
	Source  string           `json:"source"`
	Server  string           `json:"server"`
	User    string           `json:"user"`
	Client  string           `json:"client"`
	Count   int64            `json:"count"`
	First   *string          `json:"first"`
	Last    *string          `json:"last"`
	Kinds   map[string]int64 `json:"kinds"`
	Length  *logLengthJSON   `json:"length"`
	Silence *logSilencesJSON `json:"silence"`
}

type logLengthJSON struct {
	Known    int64   `json:"known"`
	Shortest float64 `json:"shortest"`
	Longest  float64 `json:"longest"`
}

type logSilencesJSON struct {
	Known    int64          `json:"known"`
	Shortest logSilenceJSON `json:"shortest"`
	Longest  logSilenceJSON `json:"longest"`
}

type logSilenceJSON struct {
	Seconds float64 `json:"seconds"`
	Bound   string  `json:"bound"`
	Kind    string  `json:"kind"`
	File    string  `json:"file"`
	Line    int64   `json:"line"`
}

type logKindJSON struct {
	Kind  string `json:"kind"`
	Count int64  `json:"count"`
	Words string `json:"words"`
	Means string `json:"means"`
	File  string `json:"file"`
	Line  int64  `json:"line"`
}

type logBucketJSON struct {
	Below *float64 `json:"below"` // null: no end
	Count int64    `json:"count"`
}

func logsToJSON(r *logs.Result, req *logsRequest) logsJSON {
	stamp := func(t time.Time) *string {
		if t.IsZero() {
			return nil
		}
		text := t.In(req.options.Location).Format(time.RFC3339)
		return &text
	}
	out := logsJSON{
		Version: 1, Deaths: r.Deaths, First: stamp(r.First), Last: stamp(r.Last), Groups: []logGroupJSON{}, GroupsLeftOut: r.Others,
		Kinds: []logKindJSON{}, Apart: map[string]int64{}, SilenceKnown: r.Silent, Histogram: []logBucketJSON{},
		Shortest: silenceToJSON(r.Shortest), AtLeast: silenceToJSON(r.Least), Path: silenceToJSON(r.Path), Patience: silenceToJSON(r.Patience),
		Advice: append([]string{}, r.Advice()...),
		Lines:  r.Lines, Understood: r.Known, Broken: r.Broken, Long: r.Long, Forgotten: r.Forgotten, YearGuessed: r.YearGuessed,
	}
	if seconds, ok := r.Interval(); ok {
		out.Interval = &seconds
	}
	for _, g := range r.Groups {
		out.Groups = append(out.Groups, groupToJSON(g, stamp))
	}
	for _, k := range logs.Kinds {
		if n := r.ByKind[k]; n > 0 {
			out.Kinds = append(out.Kinds, logKindJSON{string(k), n, k.Words(), k.Means(), r.Example[k].File, r.Example[k].Line})
		}
	}
	for _, w := range logs.Aparts {
		out.Apart[string(w)] = r.Apart[w]
	}
	for _, b := range r.Histogram {
		bucket := logBucketJSON{Count: b.Count}
		if b.To > 0 {
			below := b.To.Seconds()
			bucket.Below = &below
		}
		out.Histogram = append(out.Histogram, bucket)
	}
	return out
}

func groupToJSON(g *logs.Group, stamp func(time.Time) *string) logGroupJSON {
	out := logGroupJSON{
		Source: string(g.Source), Server: g.Server, User: g.User, Client: g.Client, Count: g.Count,
		First: stamp(g.First), Last: stamp(g.Last), Kinds: map[string]int64{},
	}
	for k, n := range g.ByKind {
		out.Kinds[string(k)] = n
	}
	if g.Timed > 0 {
		out.Length = &logLengthJSON{g.Timed, g.MinLength.Seconds(), g.MaxLength.Seconds()}
	}
	if g.Silent > 0 {
		out.Silence = &logSilencesJSON{g.Silent, *silenceToJSON(g.Shortest), *silenceToJSON(g.Longest)}
	}
	return out
}

func silenceToJSON(d *logs.Death) *logSilenceJSON {
	if d == nil {
		return nil
	}
	return &logSilenceJSON{d.Silence.Seconds(), string(d.Bound), string(d.Kind), d.File, d.Line}
}
