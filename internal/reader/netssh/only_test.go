package netssh

import (
	"io/fs"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// TestOnlyFor: what is left out because it makes no difference for a host makes
// none, on files put together at random.
func TestOnlyFor(t *testing.T) {
	lines := []string{
		"Host web", "Host db", "Host db web", "host cache", "Host *", "Host w*", "Host !web *", "Host=db", "Host \"db\"", "Host", " Host db", "Host yes", "Host 12",
		"Port 22", "  Port 2222", "Port=3", "Port", "  User deploy", "  user other", "IdentityFile ~/.ssh/%h", "  IdentityFile k", "  # comment", "",
		"Match all", "Match host web", "match exec true", "Include sub", "  Include sub", "HostName 10.0.0.1", "ServerAliveInterval 60", "Ciphers a,b", "Unknown 1",
		"ProxyJump j", "  ProxyCommand none", "ProxyJump no", "SendEnv A B",
		"Match host", "Proxy x", "Port 22\xff", // these three raise
	}
	r := rand.New(rand.NewPCG(3, 4))
	text := func() string {
		var b strings.Builder
		for range 1 + r.IntN(24) {
			n := len(lines)
			if r.IntN(8) > 0 {
				n -= 3
			}
			b.WriteString(lines[r.IntN(n)] + "\n")
		}
		return b.String()
	}
	left, raised := 0, 0
	for range 20000 {
		files := map[string]string{"/d/config": text(), "/d/sub": text()}
		req := Request{
			Host: "web", Files: []string{"/d/config", "/d/sub"}, Home: "/home", MostElsewhere: 1 + r.IntN(2),
			ReadFile: func(path string) ([]byte, error) {
				if text, ok := files[path]; ok {
					return []byte(text), nil
				}
				return nil, fs.ErrNotExist
			},
			Glob: func(pattern string) ([]string, error) { return []string{pattern}, nil },
		}
		got, errGot := For(req)
		req.Cache = &Cache{} // then nothing is left out
		want, errWant := For(req)
		checkSelection(t, req)
		if !reflect.DeepEqual(errGot, errWant) {
			t.Fatalf("%q:\n%v, of the whole %v", files, errGot, errWant)
		}
		if errWant != nil {
			raised++
			continue
		}
		if !reflect.DeepEqual(got.Settings, want.Settings) || !reflect.DeepEqual(got.Options, want.Options) {
			t.Fatalf("%q:\n%+v\nof the whole %+v", files, got, want)
		}
		for _, k := range keys[1:] {
			if a, b := got.Losers(k.name), want.Losers(k.name); !reflect.DeepEqual(a, b) {
				t.Fatalf("%q:\n%s loses %v, of the whole %v", files, k.name, a, b)
			}
		}
		only := &onlyFor{host: new(hostName), most: req.MostElsewhere}
		*only.host = newHostName("web")
		left += compile("config", []byte(files["/d/config"]), only).left
	}
	if left < 1000 || raised < 1000 || raised > 19000 {
		t.Errorf("%d lines were left out, %d files raised: too few to tell", left, raised)
	}
}

// checkSelection: what is not read of a cached file because it makes no difference for
// a host makes none.
func checkSelection(t *testing.T, req Request) {
	t.Helper()
	whole := req
	whole.MostElsewhere = 0
	req.WinnersOnly, req.Cache, whole.WinnersOnly = true, &Cache{}, true
	for _, host := range []string{"web", "DB", "cache\ndb", "é", "12", "x", "", "a\xff"} {
		req.Host, whole.Host, whole.Cache = host, host, nil
		got, errGot := For(req)
		want, errWant := For(whole)
		if !reflect.DeepEqual(errGot, errWant) {
			t.Fatalf("%q: %v, of the whole %v", host, errGot, errWant)
		}
		if errWant == nil && (!reflect.DeepEqual(got.Settings, want.Settings) || !reflect.DeepEqual(got.Options, want.Options)) {
			t.Fatalf("%q:\n%+v\nof the whole %+v", host, got, want)
		}
	}
}
