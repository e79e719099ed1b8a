package httpapi

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	lagLook   = 10 * time.Millisecond  // between two looks
	lagMost   = 15 * time.Millisecond  // that a request may wait until it is read
	lagNone   = time.Millisecond       // a wait of less is none: there is time to spare
	lagStands = 120 * time.Millisecond // that it must be longer at each look: a container gets its share of the processors every 100
	lagHiccup = 2 * lagStands          // the same as long as all are served, and go on being so when the machine stood still for once
	lagFew    = 12                     // requests in the time of lagStands: fewer are not what takes the processors
	lagOld    = time.Second            // after which what is known of the wait says nothing any more

	lagAll   = 10_000       // the share of requests that are served, when all are
	lagFloor = lagAll / 20  // the share that is served whatever happens
	lagFall  = 10           // what part of the share is taken away when a queue stands
	lagRise  = lagAll / 100 // what is added to it by a look that finds no wait
	lagCreep = lagRise / 10 // the same by one that finds it short
)

// lag knows whether requests wait long until they are read, and what share of them may be served for the others not to. A server
// with more to do than it can has nearly all of the queue there, where requests are not seen yet, so that counting those in a
// handler tells nothing.
//
// A queue that comes and goes does no harm: it is what keeps a processor busy, and a container that has used up its share of the
// processors has one each time that it stands still. What makes everybody wait, to no end, is a queue that stands, one that does
// not get short at any time: CoDel (RFC 8289) told the two apart. When one stands hardly anybody is served until the wait is
// short again, so that it is soon, and from then on a tenth fewer for each 120 ms that it stood. Whenever a look finds no wait
// there is time to spare, and the share rises a little: often where it is too small, hardly ever where it is not. Where there is
// some wait all the time that does not grow, it rises as well, ten times as slowly.
type lag struct {
	share atomic.Int64 // that is served, of lagAll
	came  atomic.Int64 // requests
	next  atomic.Int64 // when to look again, in nanoseconds since began

	mu     sync.Mutex
	wait   func() time.Duration // that a request has now; nil as long as it was not needed
	long   time.Duration        // since when each look found the wait long; 0 if the last one did not
	before int64                // requests that had come by then
	fits   int64                // the share that is served while no queue stands
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
	if late := now - time.Duration(next); late >= 0 && l.next.CompareAndSwap(next, int64(now+lagLook)) {
		l.judge(now, late, came)
	}
	// Of ten thousand, those that are served are spread evenly.
	share := l.share.Load()
	return came*share/lagAll > (came-1)*share/lagAll
}

// judge looks, later than it was due if nobody came, and sets the share to serve from now on.
func (l *lag) judge(now, late time.Duration, came int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait := lagOld // as long as it is not known it may be long
	if l.wait != nil {
		wait = l.wait()
	}
	if late > lagOld {
		wait, l.fits = 0, lagAll // hardly anybody has come
	}
	if wait <= lagMost {
		rise := int64(lagCreep)
		if wait < lagNone {
			rise = lagRise
		}
		l.long, l.fits = 0, min(lagAll, l.fits+rise)
		l.share.Store(l.fits)
		return
	}
	if l.long == 0 {
		l.long, l.before = now, came
	}
	stands, lasted, many := lagStands, now-l.long, came-l.before
	if l.fits == lagAll {
		stands = lagHiccup
	}
	if lasted < stands {
		return
	}
	l.long, l.before = now, came
	switch {
	case time.Duration(many)*lagStands < lagFew*lasted: // another program has the processors
		l.fits = lagAll
		l.share.Store(l.fits)
	case l.wait == nil:
		l.measure()
	default:
		l.fits = max(lagFloor, l.fits*(lagFall-1)/lagFall)
		l.share.Store(lagFloor)
	}
}

// measure has the wait measured from now on: as long as few have come it is not, and nothing runs. The lock is held.
func (l *lag) measure() {
	if p, err := newProbe(); err == nil { // or there are no more files, which is another trouble
		l.wait = p.look
	}
}
