package cli

import (
	"math"
	"time"

	"github.com/sshvet/sshvet/internal/probe"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/lint"
)

// probeJSON is what probe prints with --format json; docs/probe.md says what the
// fields mean. Times are in seconds.
type probeJSON struct {
	Version    int     `json:"version"`
	Host       string  `json:"host"`
	HostName   string  `json:"hostname"`
	User       string  `json:"user"`
	Port       string  `json:"port"`
	Jump       string  `json:"jump,omitempty"`
	Client     string  `json:"client,omitempty"`
	Server     string  `json:"server,omitempty"`
	Mode       string  `json:"mode"`
	Max        float64 `json:"max"`
	Resolution float64 `json:"resolution,omitempty"`
	Patience   float64 `json:"patience"`

	Survives *bool `json:"survives"` // null: not known
	Stopped  bool  `json:"stopped"`

	Path           *pathJSON       `json:"path,omitempty"`
	Configured     *configuredJSON `json:"configured"`
	ServerInterval *float64        `json:"serverInterval"`
	SafeInterval   *int            `json:"safeInterval"`
	Recommended    keepaliveJSON   `json:"recommended"`
	Trouble        string          `json:"trouble,omitempty"`
	Sessions       []sessionJSON   `json:"sessions"`
}

type pathJSON struct {
	Survived *float64 `json:"survived"`
	Died     *float64 `json:"died"`
	How      string   `json:"how,omitempty"`
	Said     string   `json:"said,omitempty"`
	Complete bool     `json:"complete"`
	Unsteady int      `json:"unsteady"`
}

type configuredJSON struct {
	keepaliveJSON
	TCPKeepAlive bool           `json:"tcpKeepAlive"`
	Source       *reader.Source `json:"source,omitempty"`
	Outcome      string         `json:"outcome"`
	Silence      float64        `json:"silence"`
	How          string         `json:"how,omitempty"`
}

type keepaliveJSON struct {
	Interval int `json:"interval"`
	CountMax int `json:"countMax"`
}

type sessionJSON struct {
	Setup     string  `json:"setup"`
	Silence   float64 `json:"silence"`
	Outcome   string  `json:"outcome"`
	How       string  `json:"how,omitempty"`
	InSilence bool    `json:"inSilence,omitempty"`
	Answer    float64 `json:"answer"`
	Said      string  `json:"said,omitempty"`
}

// secondsOf is a duration in seconds, to the millisecond.
func secondsOf(d time.Duration) float64 { return math.Round(d.Seconds()*1e3) / 1e3 }

// roundTripOf is the same to the microsecond.
func roundTripOf(d time.Duration) float64 { return math.Round(d.Seconds()*1e6) / 1e6 }

func (r *probeReport) json() probeJSON {
	s := r.res.Settings
	out := probeJSON{
		Version: 1, Host: r.req.Host, HostName: s.HostName, User: s.User, Port: s.Port, Jump: s.Jump,
		Client: r.res.Client, Server: r.res.Server, Mode: "full", Max: secondsOf(r.req.Max), Patience: secondsOf(r.req.Patience),
		Stopped: r.res.Stopped, Trouble: r.res.Trouble, Sessions: []sessionJSON{},
		Recommended: keepaliveJSON{r.interval(), lint.Deploy.Count}, Configured: r.configuredJSON(),
	}
	if survives, known := r.survives(); known {
		out.Survives = &survives
	}
	if r.req.Quick {
		out.Mode = "quick"
	} else {
		out.Resolution, out.Path = secondsOf(r.req.Resolution), r.pathJSON()
	}
	if every := r.res.ServerInterval(); every > 0 {
		n := secondsOf(every)
		out.ServerInterval = &n
	}
	if safe := r.res.SafeInterval(); safe > 0 {
		out.SafeInterval = &safe
	}
	for _, s := range r.res.Samples {
		out.Sessions = append(out.Sessions, sessionJSON{
			Setup: string(s.Setup), Silence: secondsOf(silenceOf(s)), Outcome: string(s.Outcome), How: string(s.How),
			InSilence: s.InSilence, Answer: roundTripOf(s.Answer), Said: s.Said,
		})
	}
	return out
}

func (r *probeReport) pathJSON() *pathJSON {
	out := &pathJSON{Complete: r.res.Complete, Unsteady: len(r.res.Unsteady)}
	if r.res.Survived > 0 {
		n := secondsOf(r.res.Survived)
		out.Survived = &n
	}
	if d := r.res.Death; d != nil {
		n := secondsOf(d.Silence)
		out.Died, out.How, out.Said = &n, string(d.How), d.Said
	}
	return out
}

func (r *probeReport) configuredJSON() *configuredJSON {
	s := r.res.Settings
	out := &configuredJSON{keepaliveJSON: keepaliveJSON{s.Interval, s.CountMax}, TCPKeepAlive: s.TCPKeepAlive, Outcome: string(probe.Unknown)}
	if source, known := r.place("serveraliveinterval"); known && source != nil && source.File != reader.CommandLine {
		out.Source = source
	}
	if c := r.res.Configured; c != nil {
		out.Outcome, out.Silence, out.How = string(c.Outcome), secondsOf(c.Silence), string(c.How)
	}
	return out
}
