package httpapi_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/httpapi"
)

// Nobody is served while requests come and, look after look, wait longer than they should. Soon after that, one look is enough.
func TestLag(t *testing.T) {
	t.Parallel()
	now := time.Hour
	var wait time.Duration
	asked := 0
	waits := httpapi.NewWaits(func() time.Duration {
		asked++
		return wait
	})
	// look reports whether any of the requests are served that come between two looks, of which the second one is due.
	look := func(waited time.Duration, requests int, after time.Duration) (serves bool) {
		wait = waited
		for range requests - 1 {
			waits.Serves(now)
		}
		now += after
		for range 2 {
			serves = waits.Serves(now) || serves
		}
		return serves
	}
	const often, seldom, short, long = 20, 2, httpapi.LagMost, httpapi.LagMost + 1
	want := func(name string, got, want bool) {
		t.Helper()
		if got != want {
			t.Errorf("%s: serves %v, want %v", name, got, want)
		}
	}
	want("the first", waits.Serves(now), true)
	want("idle", look(0, seldom, time.Second), true)
	if asked > 0 {
		t.Errorf("few have come, and it was asked %d times how long they wait, want that nothing is measured", asked)
	}
	want("busy", look(short, often, httpapi.LagLook), true)
	for range 19 {
		want("a hiccup", look(long, often, httpapi.LagLook), true)
	}
	want("late for long", look(long, often, httpapi.LagLook), false)
	want("not looked again", look(short, often, httpapi.LagLook-1), false)
	want("on time again", look(short, often, httpapi.LagLook), true)
	want("late again", look(long, often, httpapi.LagLook), false)
	want("few requests", look(long, seldom, httpapi.LagLook), true)
	want("few for so long", look(long, often, time.Second), true)
	now += 3 * time.Second
	want("a hiccup, later", look(long, often, httpapi.LagLook), true)
}

// server is one that takes its time: a request that is served costs it some, one that is turned away a little, and the queue is
// what waits to be done.
type server struct {
	waits httpapi.Waits
	now   time.Duration
	queue time.Duration
}

func newServer() *server {
	s := &server{now: time.Hour}
	s.waits = httpapi.NewWaits(func() time.Duration { return s.queue })
	return s
}

const (
	serverServes = 300 * time.Microsecond
	serverSheds  = 25 * time.Microsecond
)

// pass has visitors come evenly for a time, times as many as can be served, and returns the share of what can be done that was,
// and the longest time that one waited after settle.
func (s *server) pass(times float64, lasts, settle time.Duration) (goodput float64, longest time.Duration) {
	gap := time.Duration(float64(serverServes) / times)
	began, served := s.now, 0
	for s.now-began < lasts {
		s.now += gap
		s.queue = max(0, s.queue-gap)
		if s.now-began > settle {
			longest = max(longest, s.queue)
		}
		if s.waits.Serves(s.now) {
			s.queue += serverServes
			if s.now-began > settle {
				served++
			}
		} else {
			s.queue += serverSheds
		}
	}
	return float64(served) * float64(serverServes) / float64(lasts-settle), longest
}

// However many come, what can be done is done, but for what it costs to turn the others away, and nobody waits much longer than
// they may. When no more come than can be served, all are, at once.
func TestLagSettles(t *testing.T) {
	t.Parallel()
	for _, times := range []float64{1.2, 1.5, 3, 6} {
		s := newServer()
		const cost = float64(serverSheds) / float64(serverServes)
		best := (1 - times*cost) / (1 - cost)
		goodput, longest := s.pass(times, 20*time.Second, 3*time.Second)
		t.Logf("%g times as many: goodput %.2f of at most %.2f, longest wait %v", times, goodput, best, longest)
		if goodput < 0.95*best {
			t.Errorf("%g times as many: goodput is %.2f, want close to %.2f", times, goodput, best)
		}
		if most := 4 * httpapi.LagMost; longest > most {
			t.Errorf("%g times as many: the longest wait is %v, want at most %v", times, longest, most)
		}
		if goodput, longest := s.pass(0.7, 10*time.Second, 2*time.Second); goodput < 0.699 || longest > httpapi.LagLook {
			t.Errorf("afterwards, with room to spare: goodput %.3f of 0.7, longest wait %v", goodput, longest)
		}
	}
}

// A probe tells how long its last byte waited until it was read, or how long one has been waiting.
func TestProbe(t *testing.T) {
	t.Parallel()
	read, err := httpapi.NewProbe(true)
	if err != nil {
		t.Fatal(err)
	}
	if got := read.Look(); got != 0 {
		t.Errorf("before anything was sent: %v, want nothing", got)
	}
	for range 3 {
		for read.Waits() {
			runtime.Gosched()
		}
		if got := read.Look(); got <= 0 || got > time.Second {
			t.Errorf("a byte that was read waited %v", got)
		}
	}
	unread, err := httpapi.NewProbe(false)
	if err != nil {
		t.Fatal(err)
	}
	last := unread.Look()
	for range 3 {
		if got := unread.Look(); got <= last {
			t.Errorf("a byte that nobody reads waits %v, then %v", last, got)
		} else {
			last = got
		}
	}
}
