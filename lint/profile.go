package lint

// Profile is what the keep-alive is held against and what fixes write.
type Profile struct {
	Name                     string
	MinInterval, MaxInterval int // seconds
	MinCount, MaxCount       int // MaxCount 0: no upper bound
	Interval, Count          int // what fixes write
	// TCPKeepAlive is what sshd's keyword of that name has to be, yes or no; "":
	// either.
	TCPKeepAlive string
}

// Deploy is the default profile: a probe after 60 s of silence, and patience
// for 240 of them.
var Deploy = Profile{
	Name: "deploy", MinInterval: 1, MaxInterval: 60, MinCount: 240, Interval: 60, Count: 240,
}

// Baseline reports whether p is another profile than deploy: one for servers
// alone, whose bounds somebody demands.
func (p *Profile) Baseline() bool { return p.Name != Deploy.Name }

// Passes reports whether a pair of values is within the bounds of p.
func (p *Profile) Passes(interval, count int) bool {
	return p.MinInterval <= interval && interval <= p.MaxInterval &&
		p.MinCount <= count && (p.MaxCount == 0 || count <= p.MaxCount)
}

func (s *Settings) clientProfile() Profile {
	switch {
	case !s.Profile.Baseline():
		return s.Profile
	case s.Client == (Profile{}):
		return Deploy
	}
	return s.Client
}
