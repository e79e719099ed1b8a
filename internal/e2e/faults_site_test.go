package e2e_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/faults"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// What a site under faults allows. The load presses against each of these.
const (
	mostPerOffice = 12  // messages that a client may ask for in an hour
	mostInTotal   = 100 // messages in an hour
)

// site is gates with a load of visitors on them, and a record of all that these did.
type site struct {
	*world
	record

	answer  func(id string) string // of a challenge; "" if it cannot be read now
	solved  chan challenge         // what visitors answer instead of what they are shown; may be nil
	proxy   *faults.Proxy          // between the gates and Redis; nil if there is none
	between *faults.Proxy          // between Redis and its replica; nil if there is none
	servers []*redistest.Server
	cluster *redistest.Cluster // nil if there is none
	url     string             // of Redis
	data    string             // directory of the gates
	config  []string           // of the gates
	room    uint64             // how large files might be

	offices    []string // clients that many visitors share
	favourites []string // numbers that many visitors ask for

	mu       sync.Mutex
	gates    []*gate
	injected time.Time // when nobody was served any more, or something was broken
	mending  time.Time // when that began to end; zero if it mends itself
	healed   time.Time // when it was over
}

// newSite returns a site without gates.
func newSite(w *world, servers ...*redistest.Server) *site {
	s := &site{world: w, servers: servers, data: newData(w.t)}
	s.answer = s.look
	for range 2 {
		s.offices = append(s.offices, w.address())
	}
	for range 8 {
		s.favourites = append(s.favourites, w.number())
	}
	return s
}

// look asks the servers for an answer, past whatever lies between them and the gates.
func (s *site) look(id string) string {
	for _, server := range s.servers {
		if answer, ok := server.Look(answerKey(id)); ok {
			return answer
		}
	}
	return ""
}

// open starts so many gates on a Redis.
func (s *site) open(url string, gates int, settings ...string) *site {
	s.t.Helper()
	s.url, s.config = url, append([]string{s.guard(s.limits()...)}, settings...)
	for range gates {
		s.gates = append(s.gates, s.startGate())
	}
	for _, g := range s.gates {
		g.listens()
	}
	return s
}

func (s *site) startGate() *gate {
	s.t.Helper()
	return s.start(s.data, append([]string{"CATTLEGRID_STORE=redis", "CATTLEGRID_REDIS_URL=" + s.url}, s.config...)...)
}

// limits are the lines of the guard.
func (s *site) limits() []string {
	return withoutBudgets(nil,
		"limits.sends_per_client_hour = { max = 12, hard = 0, work = 0, grow = 0 }",
		"prices = \""+writeFile(s.t, "prices.toml", "currency = \"CNY\"\nCN = 1.00\n\"*\" = 1.00\n")+"\"",
		"spend.hour = 100.00", "spend.soft = 100",
	)
}

// behindProxy puts a network between the gates and a Redis, and returns the address to use.
func (s *site) behindProxy(server *redistest.Server) string {
	s.t.Helper()
	s.proxy = newFaultyNetwork(s.t, server.Addr())
	return strings.Replace(server.URL(), server.Addr(), s.proxy.Addr(), 1)
}

func newFaultyNetwork(t *testing.T, target string) *faults.Proxy {
	t.Helper()
	proxy, err := faults.Listen(target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := proxy.Close(); err != nil {
			t.Errorf("close the network: %v", err)
		}
	})
	return proxy
}

// gate returns the one that the i-th visitor meets.
func (s *site) gate(i int) *gate {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gates[i%len(s.gates)]
}

func (s *site) all() []*gate {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.gates)
}

// replace puts another gate in the place of one.
func (s *site) replace(i int, g *gate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gates[i] = g
}
