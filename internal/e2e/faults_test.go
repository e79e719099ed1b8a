package e2e_test

import (
	"slices"
	"sync"
	"testing"
	"time"
)

// fault is something that breaks under a load, and what must hold nevertheless.
type fault struct {
	name  string // of the test
	title string // in the table
	open  func(w *world) *site
	// inject breaks it and returns when it has been broken long enough; heal mends it, and is isOver when there is nothing to
	// mend. What has no heal mends itself meanwhile, or goes on.
	inject, heal func(t *testing.T, s *site)

	alone       bool   // it happens to a whole process, and needs one of its own
	unreachable bool   // no message may leave for who asks when it is broken, until it is mended
	again       int    // how often limits may be granted once more
	stays       bool   // nothing is sent any more, and that is right
	lost        string // what is lost, as far as nothing beyond a limit was sent; "" means nothing
}

// Each fault is injected while visitors come to several gates. Afterwards the record of all requests and of all messages
// that left tells what must never happen: that a challenge lets two through, that a code is accepted twice or for another
// number, that more is sent than a limit allows, that something is sent while the store cannot be reached. Nothing secret
// is logged, and the gates serve again without anybody touching them.
func TestFaults(t *testing.T) {
	t.Parallel()
	for place, f := range slices.Concat(redisFaults(), clusterFaults(), networkFaults(), clockFaults(), embeddedFaults(), processFaults(), gateFaults()) {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			happens := f.happens
			if f.alone {
				happens = f.happensInChild
			}
			faultRows.add(place, happens(t))
		})
	}
}

// isOver is the heal of what is over, or has become usual.
func isOver(*testing.T, *site) {}

// happens lets the fault happen, and returns what came of it.
func (f fault) happens(t *testing.T) faultRow {
	s := f.open(newWorld(t))
	stop := sync.OnceFunc(s.visits())
	defer stop()
	s.isServing(t, time.Time{}, 10)
	s.awaits(t, "messages to leave, and codes to be used", func() bool {
		return len(s.provider.sent()) >= 12 && s.count(func(a asked) bool { return a.what == "check" && a.reply.outcome() == "200" }) >= enoughUsed
	})
	s.injected = time.Now()
	f.inject(t, s)
	if f.heal != nil {
		s.mending = time.Now()
		f.heal(t, s)
		s.healed = time.Now()
	}
	since := s.healed
	if since.IsZero() {
		since = s.injected
	}
	if !f.stays {
		s.isServing(t, since, 8)
	}
	s.presentsUsed(t)
	if !f.stays {
		s.isFull(t, since)
	}
	stop()
	if f.heal != nil {
		since = s.mending
	}
	found := s.inspect(t, f.again, f.unreachable)
	if n := s.sentSince(s.injected); f.stays && n > 0 {
		t.Errorf("%d messages left after it", n)
	}
	return s.row(f, since, found)
}

// sentSince is how many messages left for who asked after a moment.
func (s *site) sentSince(moment time.Time) (n int) {
	asks := asksOf(s.since(time.Time{}))
	for _, m := range s.provider.sent() {
		if askedFor(asks[m.number()], m.at).After(moment) {
			n++
		}
	}
	return n
}
