package e2e_test

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/faults"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// networkFaults happen between two gates and their Redis.
func networkFaults() []fault {
	open := func(w *world) *site {
		server := redistest.Start(w.t)
		s := newSite(w, server)
		return s.open(s.behindProxy(server), 2)
	}
	becomes := func(f faults.Fault) func(t *testing.T, s *site) {
		return func(_ *testing.T, s *site) { s.proxy.Set(f) }
	}
	mends := becomes(faults.Fault{})
	slow := func(delay time.Duration) func(t *testing.T, s *site) {
		return func(t *testing.T, s *site) {
			s.proxy.Set(faults.Fault{Delay: delay / 2})
			s.awaits(t, "slow answers", func() bool {
				return s.count(func(a asked) bool { return a.began.After(s.injected) && a.ended.Sub(a.began) >= delay && !a.failed() }) >= 40
			})
		}
	}
	broken := func(f faults.Fault) func(t *testing.T, s *site) {
		return func(t *testing.T, s *site) {
			s.proxy.Set(f)
			if f.Refuse {
				s.proxy.Cut()
			}
			s.injected = time.Now() // nothing that is asked from now on gets through
			s.isFailing(t, 60)
		}
	}
	return []fault{
		{name: "Slow50ms", title: "Redis is 50 ms away", open: open, inject: slow(50 * time.Millisecond), heal: mends},
		{name: "Slow300ms", title: "Redis is 300 ms away", open: open, inject: slow(300 * time.Millisecond), heal: mends},
		{
			name: "Cut", title: "connections are cut, and new ones refused", open: open, unreachable: true, heal: mends,
			inject: broken(faults.Fault{Refuse: true}),
		},
		{
			name: "HalfOpenRequests", title: "half open: requests vanish", open: open, unreachable: true, heal: mends,
			inject: broken(faults.Fault{ToServer: faults.Swallow}),
		},
		{
			name: "HalfOpenAnswers", title: "half open: answers vanish", open: open, unreachable: true, heal: mends,
			inject: broken(faults.Fault{ToClient: faults.Swallow}),
		},
		{
			name: "BlackHole", title: "black hole: nothing passes, nothing is accepted", open: open, unreachable: true, heal: mends,
			inject: broken(faults.Fault{Hang: true, ToServer: faults.Swallow, ToClient: faults.Swallow}),
		},
	}
}
