package loadgen

import (
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// What is measured, in microseconds: to three digits, up to two minutes.
const (
	digits  = 3
	longest = int64(2 * time.Minute / time.Microsecond)
)

func newHistogram() *hdrhistogram.Histogram { return hdrhistogram.New(1, longest, digits) }

// record is what was measured so far. It is safe for concurrent use.
type record struct {
	mu       sync.Mutex
	since    time.Time
	steps    [steps]tally
	seconds  []Second
	current  *hdrhistogram.Histogram // of visits that succeeded in the last second
	recently *hdrhistogram.Histogram // the same since the progress was last told
}

// tally is what came of one step.
type tally struct {
	outcomes map[outcome]int64
	times    *hdrhistogram.Histogram // of those that succeeded
	turned   *hdrhistogram.Histogram // of those that were shed
}

func newRecord(since time.Time) *record {
	r := &record{since: since, current: newHistogram(), recently: newHistogram()}
	for i := range r.steps {
		r.steps[i] = tally{map[outcome]int64{}, newHistogram(), newHistogram()}
	}
	return r
}

// add notes a step that ended now.
func (r *record) add(s step, o outcome, took time.Duration, now time.Time) {
	micros := max(1, min(longest, took.Microseconds()))
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.steps[s]
	t.outcomes[o]++
	switch o {
	case ok:
		_ = t.times.RecordValue(micros) // which is within its bounds
	case shed:
		_ = t.turned.RecordValue(micros)
	default:
	}
	if s != whole {
		return
	}
	second := r.second(now)
	switch o {
	case ok:
		second.OK++
		_ = r.current.RecordValue(micros)
		_ = r.recently.RecordValue(micros)
	case shed:
		second.Shed++
	default:
		second.Failed++
	}
}

// second is the one that now is in. Those before it are done.
func (r *record) second(now time.Time) *Second {
	place := int(now.Sub(r.since) / time.Second)
	for len(r.seconds) <= place {
		r.closeSecond()
		r.seconds = append(r.seconds, Second{})
	}
	return &r.seconds[len(r.seconds)-1]
}

// closeSecond works out the times of the last second.
func (r *record) closeSecond() {
	if len(r.seconds) == 0 {
		return
	}
	last := &r.seconds[len(r.seconds)-1]
	last.P50, last.P99 = quantile(r.current, 50), quantile(r.current, 99)
	r.current.Reset()
}

// course is the seconds of a load that lasted so long, without a last one that was not whole; one at least.
func (r *record) course(lasted time.Duration) []Second {
	whole := max(1, int(lasted/time.Second))
	for len(r.seconds) < whole {
		r.seconds = append(r.seconds, Second{})
	}
	return r.seconds[:whole]
}

// sofar is how many visits there were, how many failed, and the 99th percentile since it was asked last.
func (r *record) sofar() (visits, failed int64, p99 time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for o, n := range r.steps[whole].outcomes {
		visits += n
		if o != ok && o != shed {
			failed += n
		}
	}
	p99 = quantile(r.recently, 99)
	r.recently.Reset()
	return visits, failed, p99
}

func quantile(h *hdrhistogram.Histogram, percent float64) time.Duration {
	return time.Duration(h.ValueAtPercentile(percent)) * time.Microsecond
}
