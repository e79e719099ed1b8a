package httpapi

import (
	"math"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"
)

const (
	lagLook = 20 * time.Millisecond // between two looks
	lagMost = 25 * time.Millisecond // that one in ten may wait for a processor
	lagSeen = 10                    // waits that a look must have seen to say anything; Go measures one in eight
	lagCame = 8                     // requests that must have come since the look before: few are not what takes the processors

	lagLooks = 10              // in a row must have found it long for a first time, since a hiccup is none
	lagAgain = 2 * time.Second // after it was long, for which one look is enough

	lagAll   = 10_000           // the share of requests that are served, when all are
	lagFall  = 50               // what part of it is taken away by a look that finds the wait long
	lagRise  = 10 * time.Second // from none to all, while the wait is short
	lagIdle  = time.Second      // the same while there is none to speak of
	lagShort = time.Millisecond // what is none to speak of
)

// lag knows whether goroutines wait long for a processor, and what share of requests may be served for them not to. A server
// with more to do than it can has nearly all of the queue there, and before it in the sockets: where requests are not seen yet,
// so that counting those in a handler tells nothing.
//
// While the wait is long none are served, so that it is short again soon. If that were all, the queue would fill and empty in
// turns, and who is served would have waited in a full one. So each look that finds the wait long makes the share a little
// smaller that is served when it is short: as TCP finds out how much a network carries.
type lag struct {
	read func([]metrics.Sample) // metrics.Read

	share atomic.Int64 // that is served, of lagAll; none while the wait is long
	came  atomic.Int64 // requests since the last look
	next  atomic.Int64 // when to look again, in nanoseconds since 1970

	mu     sync.Mutex
	fits   int64     // the share that is served when the wait is short
	row    int       // looks that found it long
	until  time.Time // of lagAgain
	last   time.Time // when it was looked
	sample []metrics.Sample
	before []uint64 // counts at the last look
}

func newLag() *lag {
	l := &lag{read: metrics.Read, fits: lagAll, sample: []metrics.Sample{{Name: "/sched/latencies:seconds"}}}
	l.share.Store(lagAll)
	return l
}

// serves reports whether the request that has come may be served. It looks again if the last look is some time ago; to look takes
// less than a microsecond.
func (l *lag) serves(now time.Time) bool {
	came := l.came.Add(1)
	next := l.next.Load()
	if now.UnixNano() >= next && l.next.CompareAndSwap(next, now.Add(lagLook).UnixNano()) {
		l.judge(now)
	}
	// Of a thousand, those that are served are spread evenly.
	share := l.share.Load()
	return came*share/lagAll > (came-1)*share/lagAll
}

func (l *lag) judge(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	since := now.Sub(l.last)
	l.last = now
	came := l.came.Swap(0)
	wait := l.look()
	if wait > lagMost && came >= lagCame {
		l.row++
		if l.row >= lagLooks || now.Before(l.until) {
			l.until = now.Add(lagAgain)
			l.fits -= l.fits / lagFall
			l.share.Store(0)
		}
		return
	}
	l.row = 0
	rise := lagRise
	if wait < lagShort {
		rise = lagIdle
	}
	l.fits = min(lagAll, l.fits+int64(lagAll*min(since, rise)/rise)+1)
	l.share.Store(l.fits)
}

// look returns what nine of ten of the waits since the last look were shorter than. The lock is held.
func (l *lag) look() time.Duration {
	l.read(l.sample)
	if l.sample[0].Value.Kind() != metrics.KindFloat64Histogram {
		return 0 // a later Go may measure otherwise
	}
	waits := l.sample[0].Value.Float64Histogram()
	if len(l.before) != len(waits.Counts) {
		l.before = make([]uint64, len(waits.Counts))
	}
	var all uint64
	for i, n := range waits.Counts {
		all += n - l.before[i]
	}
	left, wait := all/10, 0.0
	for i := len(waits.Counts) - 1; i >= 0 && all >= lagSeen; i-- {
		n := waits.Counts[i] - l.before[i]
		if n > left {
			wait = max(0, waits.Buckets[i]) // where the bucket begins
			break
		}
		left -= n
	}
	copy(l.before, waits.Counts)
	return time.Duration(math.Min(wait, time.Minute.Seconds()) * float64(time.Second))
}
