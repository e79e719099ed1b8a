package httpapi_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/httpapi"
)

// server is a processor, and what waits for it, in the order in which it came: visitors, and the byte of a probe. It decides
// about a visitor when it comes to him, which is at the end of his wait, and spends some time on whom it serves, and little on
// whom it turns away. Now and then it stands still.
type server struct {
	waits httpapi.Waits
	rng   *rand.Rand
	now   time.Duration
	runs  time.Duration   // of each quota, before it stands still for the rest of it
	slows bool            // for a fifth of the time, as for a collection of much garbage
	next  time.Duration   // when the next visitor comes
	queue []time.Duration // when each came
	sent  time.Duration   // when the byte was
	took  time.Duration   // how long the last one waited
}

const (
	serverServes = 300 * time.Microsecond
	serverSheds  = 25 * time.Microsecond
	serverReads  = 2 * time.Microsecond // the probe's byte

	quota     = 100 * time.Millisecond
	slowEvery = 3 * time.Second
	probeByte = -1 // stands in the queue for the byte
)

// newServer returns a server that runs for a share of the time.
func newServer(has float64) *server {
	s := &server{rng: rand.New(rand.NewPCG(3, 7)), now: time.Hour, next: time.Hour, runs: time.Duration(has * float64(quota))}
	s.waits = httpapi.NewWaits(s.look)
	return s
}

// look is what a probe's is.
func (s *server) look() time.Duration {
	if s.sent > 0 {
		return max(s.now-s.sent, s.took)
	}
	s.sent = s.now
	s.queue = append(s.queue, probeByte)
	return s.took
}

// work takes the server some time.
func (s *server) work(cost time.Duration) {
	if s.slows && s.now%slowEvery < slowEvery/5 {
		cost = cost * 5 / 2
	}
	for cost > 0 {
		s.rest()
		part := min(cost, s.runs-s.now%quota)
		s.now += part
		cost -= part
	}
}

// rest is what the server does when it has run for so long.
func (s *server) rest() {
	if ran := s.now % quota; ran >= s.runs {
		s.now += quota - ran
	}
}

// passed is what became of those who came.
type passed struct {
	waits      []time.Duration // of those who were served
	turnedAway int
}

// p99 is what one of a hundred who were served waited for longer.
func (p passed) p99() time.Duration {
	slices.Sort(p.waits)
	return p.waits[len(p.waits)*99/100]
}

// pass has so many visitors a second come, at moments of chance, for a time.
func (s *server) pass(rate float64, lasts time.Duration) (p passed) {
	for end := s.now + lasts; s.now < end; {
		s.rest()
		for ; s.next <= s.now; s.next += time.Duration(s.rng.ExpFloat64() / rate * float64(time.Second)) {
			s.queue = append(s.queue, s.next)
		}
		if len(s.queue) == 0 {
			s.now = s.next
			continue
		}
		came := s.queue[0]
		s.queue = s.queue[1:]
		switch {
		case came == probeByte:
			s.sent, s.took = 0, s.now-s.sent
			s.work(serverReads)
		case s.waits.Serves(s.now):
			p.waits = append(p.waits, s.now-came)
			s.work(serverServes)
		default:
			p.turnedAway++
			s.work(serverSheds)
		}
	}
	return p
}

// serverRate is how many visitors a second a server can serve that never stands still.
var serverRate = 1 / serverServes.Seconds()

// However many come, what can be done is done, but for what it costs to turn the others away, and nobody waits much longer than
// they may, but for the time that the server stands still. Afterwards, when it can serve all who come, it does, soon.
func TestLagSettles(t *testing.T) {
	t.Parallel()
	for _, server := range []struct {
		has, goodput float64
		p99          time.Duration
	}{
		{1, 0.93, 60 * time.Millisecond},
		{0.5, 0.85, 120 * time.Millisecond},
	} {
		for _, times := range []float64{1.2, 1.5, 3, 4, 6} {
			t.Run(fmt.Sprintf("%g times as many for %g of a processor", times, server.has), func(t *testing.T) {
				t.Parallel()
				s, rate := newServer(server.has), server.has*serverRate
				s.pass(times*rate, 3*time.Second)
				const lasts, cost = 8 * time.Second, float64(serverSheds) / float64(serverServes)
				best := (1 - times*cost) / (1 - cost)
				p := s.pass(times*rate, lasts)
				goodput := float64(len(p.waits)) / (rate * lasts.Seconds())
				t.Logf("goodput %.3f of at most %.3f, p99 %v", goodput, best, p.p99())
				if goodput < server.goodput*best {
					t.Errorf("goodput is %.3f, want at least %g of %.3f", goodput, server.goodput, best)
				}
				if p.p99() > server.p99 {
					t.Errorf("one of a hundred waits for more than %v, want at most %v", p.p99(), server.p99)
				}
				s.pass(0.7*rate, 3*time.Second)
				if p := s.pass(0.7*rate, 4*time.Second); p.turnedAway > 0 {
					t.Errorf("afterwards, with room to spare, %d are turned away", p.turnedAway)
				}
			})
		}
	}
}

// A server that is slow for a while now and then is soon back at what it can do.
func TestLagRecovers(t *testing.T) {
	t.Parallel()
	const has, cost = 4./5 + 1./5*2/5, float64(serverSheds) / float64(serverServes)
	for _, times := range []float64{1.2, 1.5, 3} {
		s, rate := newServer(1), has*serverRate
		s.slows = true
		s.pass(times*rate, slowEvery)
		p := s.pass(times*rate, 5*slowEvery)
		goodput, best := float64(len(p.waits))/(rate*5*slowEvery.Seconds()), (1-times*cost)/(1-cost)
		t.Logf("%g times as many: goodput %.3f of at most %.3f, p99 %v", times, goodput, best, p.p99())
		if goodput < 0.93*best {
			t.Errorf("%g times as many: goodput is %.3f, want at least 0.93 of %.3f", times, goodput, best)
		}
	}
}

// Nobody is turned away when no more come than can be served, whether the server stands still time and again, or once.
func TestLagServesAll(t *testing.T) {
	t.Parallel()
	want := func(name string, p passed) {
		t.Helper()
		if p.turnedAway > 0 {
			t.Errorf("%s: %d are turned away", name, p.turnedAway)
		}
	}
	for _, has := range []float64{1, 0.5, 0.1} {
		want(fmt.Sprintf("%g of a processor", has), newServer(has).pass(0.7*has*serverRate, 10*time.Second))
	}
	for load, lasts := range map[float64]time.Duration{0.5: 200 * time.Millisecond, 0.6: 100 * time.Millisecond} {
		s := newServer(1)
		s.pass(load*serverRate, time.Second)
		s.now += lasts
		want(fmt.Sprintf("%v of nothing, at a load of %g", lasts, load), s.pass(load*serverRate, time.Second))
	}
}
