//go:build unix

package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// While two gates are restarted in turn through all steps of a rotation, under load, on one Redis and on a cluster: each code
// that one sent is checked at the other, once, each proof is good by the keys that either publishes, the limits of phones and
// clients grant what they should over the whole and not one message more, and nothing leaves twice under an Idempotency-Key.
// As long as the longest window passes between the first step and the third one.
func TestRotation(t *testing.T) {
	t.Parallel()
	t.Run("Redis", func(t *testing.T) {
		t.Parallel()
		server := redistest.Start(t)
		newRoll(t, server.URL(), server).through(t, func(key string) string { return server.Do(t, "GET", key) })
	})
	t.Run("Cluster", func(t *testing.T) {
		t.Parallel()
		cluster := redistest.StartCluster(t, 3)
		newRoll(t, cluster.URL(), cluster.Servers...).through(t, func(key string) string { return cluster.Get(t, key) })
	})
}

// Limits of the gates of a roll, in messages an hour.
const (
	rollPhone  = 5
	rollClient = 10
)

// roll is two gates on one store that are restarted in turn.
type roll struct {
	*world
	data     string
	settings []string
	servers  []*redistest.Server
	get      func(key string) string // of Redis

	mu    sync.RWMutex // held by who asks a gate: none is stopped that somebody asks
	gates [2]*gate

	rounds int
	crowds []*rollCrowd
}

// rollCrowd wants more than the limits grant: for a phone of many clients, and for a client with many phones.
type rollCrowd struct {
	phone, client string
	phones        []string // of the client
	windows       int      // of the limits, that they came in
}

func newRoll(t *testing.T, url string, servers ...*redistest.Server) *roll {
	t.Helper()
	r := &roll{world: newWorld(t), data: newData(t), servers: servers}
	limits := r.guard(withoutBudgets(nil,
		"limits.sends_per_phone_minute.off = true",
		"limits.sends_per_phone_3_minutes.off = true",
		"limits.sends_per_phone_8_minutes.off = true",
		"limits.sends_per_phone_18_minutes.off = true",
		fmt.Sprintf("limits.sends_per_client_hour = { max = %d, hard = 0, work = 0, grow = 0 }", rollClient),
	)...)
	r.settings = []string{"CATTLEGRID_STORE=redis", "CATTLEGRID_REDIS_URL=" + url, limits}
	return r
}

// soon lets a gate drain, and not for as long as a load balancer needs.
const soon = "CATTLEGRID_HTTP_DRAIN=200ms"

// through goes through all steps, from before the rotation to after it.
func (r *roll) through(t *testing.T, get func(key string) string) {
	t.Helper()
	r.get = get
	for i := range r.gates {
		r.gates[i] = r.begin(command, r.data, soon)
	}
	restart := func(step int) {
		t.Helper()
		for i := range r.gates {
			r.visits(t, func() { r.replace(t, i, r.inStep(t, step)) })
		}
	}
	restart(1)
	restart(2)
	r.wantLimits(t)
	for _, server := range r.servers {
		server.Advance(t, time.Hour)
	}
	r.visits(t, func() {})
	restart(3)
	restart(4)
	r.visits(t, func() {})
	r.wantLimits(t)
}

// wantLimits makes sure that each crowd got what the limits grant in the window that ends now, and in those before it.
func (r *roll) wantLimits(t *testing.T) {
	t.Helper()
	for i, c := range r.crowds {
		c.windows++
		r.fill(t, c)
		if got := len(r.provider.sentTo(c.phone)); got != c.windows*rollPhone {
			t.Errorf("%d messages left for phone %d, want %d", got, i, c.windows*rollPhone)
		}
		sent := 0
		for _, number := range c.phones {
			sent += len(r.provider.sentTo(number))
		}
		if sent != c.windows*rollClient {
			t.Errorf("%d messages left for client %d, want %d", sent, i, c.windows*rollClient)
		}
	}
}

// fill has the client of a crowd ask until it is refused. In a cluster two who ask at once for the last message that its accounts
// under both keys grant, which lie on two servers, may be refused for each other's sake.
func (r *roll) fill(t *testing.T, c *rollCrowd) {
	t.Helper()
	for range rollClient {
		number, solved := r.number(), r.gates[0].challenges(1)
		c.phones = append(c.phones, number)
		if got := r.gates[0].smsCode(number, solved[0], c.client).outcome(); got != "0" {
			return
		}
	}
	t.Errorf("a client is never refused")
}

// begin starts a gate.
func (r *roll) begin(version func() (string, error), data string, settings ...string) *gate {
	r.t.Helper()
	g := r.startOf(version, data, append(settings, r.settings...)...)
	g.listens()
	g.answers = func(ids []string) []string {
		answers := make([]string, len(ids))
		for i, id := range ids {
			answers[i] = strings.TrimSuffix(r.get(answerKey(id)), "(nil)")
		}
		return answers
	}
	return g
}

// inStep starts a gate in a step of the rotation, the last of which is after it.
func (r *roll) inStep(t *testing.T, step int) *gate {
	t.Helper()
	if step < 4 {
		return r.begin(command, r.data, soon, "CATTLEGRID_KEYS_STEP="+strconv.Itoa(step))
	}
	return r.begin(command, r.renamed(t), soon)
}

// replace puts a gate in the place of another one, which stops.
func (r *roll) replace(t *testing.T, i int, next *gate) {
	t.Helper()
	r.mu.Lock()
	before := r.gates[i]
	r.gates[i] = next
	r.mu.Unlock()
	if err := before.process.Signal(syscall.SIGTERM); err != nil {
		t.Errorf("stop a gate: %v", err)
	}
	<-before.exited
	if before.code != 0 {
		t.Errorf("a gate ended with code %d", before.code)
	}
}

// renamed is a data directory in which the new keys have taken the place of the former ones.
func (r *roll) renamed(t *testing.T) string {
	t.Helper()
	data := t.TempDir()
	for _, name := range []string{"sign.key", "hash.key"} {
		text, err := os.ReadFile(filepath.Join(r.data, "new-"+name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(data, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return data
}

// at asks one of the gates.
func (r *roll) at(i int, ask func(g *gate) reply) reply {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return ask(r.gates[i%2])
}
