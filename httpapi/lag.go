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

	lagLooks = 10              // in a row must have found it long, since a hiccup is none
	lagAgain = 2 * time.Second // after it was long, for which one look is enough
)

// lag knows whether goroutines wait long for a processor. A server with more to do than it can has nearly all of the queue
// there, and before it in the sockets: where requests are not seen yet, so that counting those in a handler tells nothing.
type lag struct {
	read func([]metrics.Sample) // metrics.Read

	long atomic.Bool
	next atomic.Int64 // when to look again, in nanoseconds since 1970

	came atomic.Int64 // requests since the last look

	mu     sync.Mutex
	row    int       // looks that found it long
	until  time.Time // of lagAgain
	sample []metrics.Sample
	before []uint64 // counts at the last look
}

func newLag() *lag {
	return &lag{read: metrics.Read, sample: []metrics.Sample{{Name: "/sched/latencies:seconds"}}}
}

// isLong reports whether requests come one after the other and one goroutine in ten has, for some time, been waiting longer
// than lagMost. It looks again if the last look is some time ago; to look takes less than a microsecond.
func (l *lag) isLong(now time.Time) bool {
	l.came.Add(1)
	next := l.next.Load()
	if now.UnixNano() >= next && l.next.CompareAndSwap(next, now.Add(lagLook).UnixNano()) {
		l.judge(now)
	}
	return l.long.Load()
}

func (l *lag) judge(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	came := l.came.Swap(0)
	if l.look() <= lagMost || came < lagCame {
		l.row = 0
		l.long.Store(false)
		return
	}
	l.row++
	long := l.row >= lagLooks || now.Before(l.until)
	if long {
		l.until = now.Add(lagAgain)
	}
	l.long.Store(long)
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
	return time.Duration(math.Min(wait, lagMost.Seconds()*2) * float64(time.Second))
}
