package route

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"
)

// What opens and closes a breaker.
const (
	window         = time.Minute
	failuresInARow = 5
	fewest         = 20 // tries, before their share of failures counts
	oneIn          = 5  // of them fails
	goodInARow     = 3  // tries close it again

	firstRest = 30 * time.Second
	longRest  = 15 * time.Minute
	calm      = 10 * time.Minute // after which rests are short again
)

// breaker is gobreaker's with two additions: its tries in the half-open state come one at a time, because each may cost a
// code, and it rests longer each time that they fail.
type breaker struct {
	name    string
	clock   func() time.Time
	two     *gobreaker.TwoStepCircuitBreaker[struct{}]
	probing atomic.Bool

	// The next two are touched in callbacks only, which gobreaker calls under its own lock.
	cause  error // the last failure
	inARow int   // failures; gobreaker's count begins anew with each window, and a small site has less than five messages in one

	mu       sync.Mutex // of what follows; nothing else is locked under it
	openings int        // without calm between them
	closed   time.Time  // since when
	until    time.Time  // it rests
	pending  []Event
}

func newBreaker(name string, clock func() time.Time) *breaker {
	b := &breaker{name: name, clock: clock, closed: clock()}
	b.two = gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
		Name:        name,
		MaxRequests: goodInARow,
		Interval:    window,
		Timeout:     firstRest,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			tries := c.TotalSuccesses + c.TotalFailures // not Requests: those under way are among them
			return b.inARow >= failuresInARow || tries >= fewest && c.TotalFailures*oneIn >= tries
		},
		IsExcluded: func(err error) bool { return errors.Is(err, errSaysNothing) },
		IsSuccessful: func(err error) bool {
			if err == nil {
				b.inARow = 0
				return true
			}
			b.cause = err
			b.inARow++
			return false
		},
		OnStateChange: func(_ string, _, to gobreaker.State) {
			b.changed(to)
			b.inARow = 0
		},
	})
	return b
}

// allow asks for a try. If there may be one, done must be called with its outcome, once.
func (b *breaker) allow() (done func(error), ok bool) {
	if b.resting() {
		return nil, false
	}
	probe := b.two.State() == gobreaker.StateHalfOpen
	if probe && !b.probing.CompareAndSwap(false, true) {
		return nil, false
	}
	report, err := b.two.Allow()
	if err != nil {
		if probe {
			b.probing.Store(false)
		}
		return nil, false
	}
	return func(outcome error) {
		report(outcome)
		if probe {
			b.probing.Store(false)
		}
	}, true
}

func (b *breaker) resting() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.clock().Before(b.until)
}

// changed is called under gobreaker's lock, so it only takes notes.
func (b *breaker) changed(to gobreaker.State) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock()
	switch to {
	case gobreaker.StateOpen:
		if b.openings > 0 && !b.closed.IsZero() && now.Sub(b.closed) >= calm {
			b.openings = 0
		}
		b.until = now.Add(doubled(firstRest, b.openings, longRest))
		b.openings++
		b.closed = time.Time{}
		b.pending = append(b.pending, Event{Link: b.name, Change: Opened, Reason: Failing, Until: b.until, Err: b.cause})
	case gobreaker.StateClosed:
		b.closed = now
		b.pending = append(b.pending, Event{Link: b.name, Change: Closed, Reason: Failing})
	case gobreaker.StateHalfOpen: // a try is allowed, nothing is known
	}
}

// events returns what changed since the last call.
func (b *breaker) events() []Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	events := b.pending
	b.pending = nil
	return events
}

// doubled is d, doubled n times, and most at most.
func doubled(d time.Duration, n int, most time.Duration) time.Duration {
	for range n {
		if d *= 2; d >= most {
			return most
		}
	}
	return d
}
