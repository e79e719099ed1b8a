package httpapi_test

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/httpapi"
)

// Nobody is served while requests come and, look after look, one goroutine in ten waited longer than it should for a processor;
// what was before the last look does not count, nor do waits of which there were but few. Soon after that, one look is enough.
func TestLag(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	waits := httpapi.NewWaits()
	// look reports whether any of the requests are served that come between two looks, of which the second one is due.
	look := func(short, long uint64, requests int, after time.Duration) (serves bool) {
		waits.Add(short, 0)
		waits.Add(long, 2*httpapi.LagMost)
		for range requests - 1 {
			waits.Serves(now)
		}
		now = now.Add(after)
		for range 2 {
			serves = waits.Serves(now) || serves
		}
		return serves
	}
	const often, seldom = 20, 3
	want := func(name string, got, want bool) {
		t.Helper()
		if got != want {
			t.Errorf("%s: serves %v, want %v", name, got, want)
		}
	}
	want("idle", look(0, 0, often, time.Second), true)
	want("busy", look(950, 50, often, time.Second), true)
	for range 9 {
		want("a hiccup", look(850, 150, often, httpapi.LagLook), true)
	}
	want("late for long", look(850, 150, often, httpapi.LagLook), false)
	want("not looked again", look(1000, 0, often, time.Millisecond), false)
	want("on time again", look(1000, 0, often, httpapi.LagLook), true)
	want("late again", look(0, 100, often, httpapi.LagLook), false)
	want("few waits", look(0, 5, often, httpapi.LagLook), true)
	want("few requests", look(0, 100, seldom, httpapi.LagLook), true)
	want("a hiccup, later", look(0, 100, often, 3*time.Second), true)
}

// server is one that takes its time: a request that is served costs it some, one that is turned away a little, and the queue is
// what waits to be done.
type server struct {
	waits *httpapi.Waits
	now   time.Time
	queue time.Duration
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
	for s.now.Sub(began) < lasts {
		s.now = s.now.Add(gap)
		s.queue = max(0, s.queue-gap)
		s.waits.Add(1, s.queue)
		if s.now.Sub(began) > settle {
			longest = max(longest, s.queue)
		}
		if s.waits.Serves(s.now) {
			s.queue += serverServes
			if s.now.Sub(began) > settle {
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
		s := &server{waits: httpapi.NewWaits(), now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}
		const cost = float64(serverSheds) / float64(serverServes)
		best := (1 - times*cost) / (1 - cost)
		goodput, longest := s.pass(times, 20*time.Second, 3*time.Second)
		t.Logf("%g times as many: goodput %.2f of at most %.2f, longest wait %v", times, goodput, best, longest)
		if goodput < 0.95*best {
			t.Errorf("%g times as many: goodput is %.2f, want close to %.2f", times, goodput, best)
		}
		if most := httpapi.LagMost + httpapi.LagLook; longest > most {
			t.Errorf("%g times as many: the longest wait is %v, want at most %v", times, longest, most)
		}
		if goodput, longest := s.pass(0.7, 10*time.Second, 2*time.Second); goodput < 0.699 || longest > httpapi.LagLook {
			t.Errorf("afterwards, with room to spare: goodput %.3f of 0.7, longest wait %v", goodput, longest)
		}
	}
}

// What Go measures of itself can be read, with little garbage.
func TestLagRuntime(t *testing.T) {
	t.Parallel()
	if !httpapi.LagIsMeasured() {
		t.Error("the runtime does not say how long goroutines wait for a processor")
	}
}
