package httpapi

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	lagLook = 10 * time.Millisecond // between two looks
	lagMost = 15 * time.Millisecond // that a request may wait until it is read
	lagCame = 4                     // requests that must have come in the time of a look: few are not what takes the processors

	lagLooks = 20 // more must have found it long than short, as long as all are served: a hiccup turns nobody away

	lagAll   = 10_000           // the share of requests that are served, when all are
	lagFall  = 100              // what part of it is taken away by a look that finds the wait long
	lagRise  = 5 * time.Second  // from none to all, while the wait is short
	lagIdle  = time.Second      // the same while there is none to speak of
	lagShort = time.Millisecond // what is none to speak of
)

// lag knows whether requests wait long until they are read, and what share of them may be served for the others not to. A server
// with more to do than it can has nearly all of the queue there, where requests are not seen yet, so that counting those in a
// handler tells nothing.
//
// While the wait is long none are served, so that it is short again soon. If that were all, the queue would fill and empty in
// turns, and who is served would have waited in a full one. So each look that finds the wait long makes the share a little
// smaller that is served when it is short: as TCP finds out how much a network carries.
type lag struct {
	share atomic.Int64 // that is served, of lagAll; none while the wait is long
	came  atomic.Int64 // requests since the last look
	next  atomic.Int64 // when to look again, in nanoseconds since began

	mu   sync.Mutex
	wait func() time.Duration // that a request has now
	fits int64                // the share that is served when the wait is short
	late int                  // looks that found it long, less those that did not
	last time.Duration        // when it was looked, since began
}

func newLag() *lag {
	l := &lag{fits: lagAll}
	l.share.Store(lagAll)
	return l
}

// serves reports whether the request that has come may be served. It looks again if the last look is some time ago; to look takes
// some microseconds.
func (l *lag) serves(now time.Duration) bool {
	came := l.came.Add(1)
	next := l.next.Load()
	if int64(now) >= next && l.next.CompareAndSwap(next, int64(now+lagLook)) {
		l.judge(now)
	}
	// Of ten thousand, those that are served are spread evenly.
	share := l.share.Load()
	return came*share/lagAll > (came-1)*share/lagAll
}

func (l *lag) judge(now time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	since := min(now-l.last, time.Minute)
	l.last = now
	wait := time.Duration(0)
	if came := l.came.Swap(0); time.Duration(came)*lagLook >= lagCame*since {
		wait = l.look()
	}
	if alone := min(since-lagLook, lagIdle); alone > 0 { // looks that nobody was there to take would have found it short
		l.short(alone, lagIdle)
	}
	switch {
	case wait > lagMost:
		l.late++
		if l.late >= lagLooks || l.fits < lagAll {
			l.fits -= l.fits / lagFall
			l.share.Store(0)
		}
		return
	case wait > lagShort:
		l.short(lagLook, lagRise)
	default:
		l.short(lagLook, lagIdle)
	}
	l.share.Store(l.fits)
}

// short is called when the wait was short for a time, so that the share rises, from none to all in rise.
func (l *lag) short(lasted, rise time.Duration) {
	l.late = max(0, l.late-int(lasted/lagLook))
	l.fits = min(lagAll, l.fits+int64(lagAll*lasted/rise))
}

// look returns how long a request waits. The lock is held.
func (l *lag) look() time.Duration {
	if l.wait == nil { // as long as few have come nothing is measured, and nothing runs
		p, err := newProbe()
		if err != nil {
			return 0 // there are no more files, which is another trouble
		}
		l.wait = p.look
	}
	return l.wait()
}
