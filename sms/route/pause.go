package route

import (
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

const (
	offFirst = time.Minute      // a link rests that is unpaid or misconfigured
	offMost  = 15 * time.Minute // when that lasts

	burstNumbers = 3                // throttled ones that mean the account
	burstSpan    = 10 * time.Second // within which they are

	throttleUnknown = 10 * time.Second // if no RetryAfter is known
	throttleLeast   = time.Second
	throttleMost    = 5 * time.Minute

	maxPauses = 252 // at once: some more than there are countries
)

// pauseKey is what a pause is for. Only those that are misconfigured have a kind.
type pauseKey struct {
	reason Reason
	kind   Kind
}

// pause is one that began and is not known to be over.
type pause struct {
	since, until time.Time
	times        int // that it began since a message was taken
}

// pauses are those of one link.
type pauses struct {
	name string

	mu    sync.Mutex
	on    map[pauseKey]pause
	burst []throttle // of different numbers, since a message was taken; fewer than burstNumbers
}

type throttle struct {
	number cattlegrid.Phone
	at     time.Time
	after  time.Duration // RetryAfter
}

func newPauses(name string) *pauses { return &pauses{name: name, on: map[pauseKey]pause{}} }

func kindOf(m cattlegrid.Message) Kind {
	return Kind{Country: m.Country, Purpose: m.Purpose, Lang: m.Lang}
}

// keys are those of all pauses that a message may meet.
func keys(m cattlegrid.Message) [3]pauseKey {
	return [...]pauseKey{{reason: Throttled}, {reason: Unpaid}, {reason: Misconfigured, kind: kindOf(m)}}
}

// paused reports whether the link rests for the message.
func (p *pauses) paused(m cattlegrid.Message, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.on) == 0 {
		return false
	}
	for _, key := range keys(m) {
		if now.Before(p.on[key].until) {
			return true
		}
	}
	return false
}

// succeeded ends the pauses that the message met. One that began after the try did is none of them.
func (p *pauses) succeeded(m cattlegrid.Message, began, now time.Time) (events []Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.burst = nil
	if len(p.on) == 0 {
		return nil
	}
	for _, key := range keys(m) {
		if was, ok := p.on[key]; ok && was.since.Before(began) {
			delete(p.on, key)
			events = append(events, Event{Link: p.name, Change: Resumed, Reason: key.reason, Kind: key.kind, Until: now})
		}
	}
	return events
}

// failed begins a pause if the failure means one.
func (p *pauses) failed(m cattlegrid.Message, failure *cattlegrid.SendError, now time.Time) []Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch failure.Class {
	case cattlegrid.Throttled:
		if after, account := p.account(throttle{m.To, now, failure.RetryAfter}); account {
			return p.begin(pauseKey{reason: Throttled}, func(int) time.Duration { return after }, failure, now)
		}
	case cattlegrid.Unpaid:
		return p.begin(pauseKey{reason: Unpaid}, off, failure, now)
	case cattlegrid.Misconfigured:
		return p.begin(pauseKey{reason: Misconfigured, kind: kindOf(m)}, off, failure, now)
	case cattlegrid.Unknown, cattlegrid.Temporary, cattlegrid.Permanent: // no pause, whatever it is
	}
	return nil
}

func off(times int) time.Duration { return doubled(offFirst, times, offMost) }

// begin begins a pause unless it is on: the others of many messages under way say nothing new.
func (p *pauses) begin(key pauseKey, long func(times int) time.Duration, failure error, now time.Time) []Event {
	was, ok := p.on[key]
	if now.Before(was.until) || !ok && len(p.on) >= maxPauses {
		return nil
	}
	until := now.Add(long(was.times))
	p.on[key] = pause{since: now, until: until, times: was.times + 1}
	return []Event{{Link: p.name, Change: Paused, Reason: key.reason, Kind: key.kind, Until: until, Err: failure}}
}

// account adds to the burst, and reports whether it means the account and for how long that rests.
func (p *pauses) account(t throttle) (time.Duration, bool) {
	recent := p.burst[:0]
	for _, other := range p.burst {
		if other.number != t.number && t.at.Sub(other.at) <= burstSpan {
			recent = append(recent, other)
		}
	}
	p.burst = append(recent, t)
	if len(p.burst) < burstNumbers {
		return 0, false
	}
	shortest := time.Duration(0)
	for _, t := range p.burst {
		if t.after > 0 && (shortest == 0 || t.after < shortest) {
			shortest = t.after
		}
	}
	p.burst = nil
	orElse(&shortest, throttleUnknown)
	return min(max(shortest, throttleLeast), throttleMost), true
}
