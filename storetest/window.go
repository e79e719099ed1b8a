package storetest

import (
	"testing"
	"time"
)

var windowCases = []testCase{
	{"RetryAfterIsExact", windowRetryAfterIsExact},
	{"Rolls", windowRolls},
	{"NoBurstAtTheBoundary", windowNoBurstAtTheBoundary},
	{"Lengths", windowLengths},
	{"WaitingDoesNotCount", windowWaitingDoesNotCount},
}

// Just before RetryAfter has passed the same debit is refused still; then it is granted.
func windowRetryAfterIsExact(t *testing.T, r rig) {
	r.spend(t, debit("a", "1", 2))
	r.advance(17*time.Minute + 123*time.Millisecond)
	r.spend(t, debit("a", "2", 2))
	r.advance(11*time.Minute + 456*time.Millisecond)
	d := debit("a", "3", 2)
	wait := time.Hour - 28*time.Minute - 579*time.Millisecond
	r.limited(t, r.store.Spend(t.Context(), d), d, wait)
	r.almost(wait)
	r.limited(t, r.store.Spend(t.Context(), d), d, r.drift+tick)
	r.rest()
	r.spend(t, d)
}

// Grants leave the window one by one, each when it is one window old, not all at once.
func windowRolls(t *testing.T, r rig) {
	const gap = 10 * time.Minute
	d := debit("a", "", 3)
	for _, id := range []string{"1", "2", "3"} {
		d.ID = id
		r.spend(t, d)
		r.advance(gap)
	}
	r.advance(time.Hour - 4*gap)
	// "1" is 50 minutes old now, "2" 40, "3" 30.
	for _, id := range []string{"4", "5", "6", "7", "8", "9"} {
		d.ID = id
		r.limited(t, r.store.Spend(t.Context(), d), d, gap)
		r.almost(gap)
		r.limited(t, r.store.Spend(t.Context(), d), d, r.drift+tick)
		r.rest()
		r.spend(t, d)
		if id == "6" {
			r.advance(time.Hour - 3*gap)
		}
	}
}

// In no rolling window is more granted than the limit: what was granted at the end of one hour counts in the next.
func windowNoBurstAtTheBoundary(t *testing.T, r rig) {
	d := debit("a", "", 5)
	r.advance(time.Hour - time.Minute)
	for _, id := range []string{"1", "2", "3", "4", "5"} {
		d.ID = id
		r.spend(t, d)
	}
	for range 11 {
		r.advance(5 * time.Minute)
		r.room(t, d, 0)
	}
	r.advance(5 * time.Minute)
	r.room(t, d, 5)
}

// Windows are kept to the millisecond, from seconds to months.
func windowLengths(t *testing.T, r rig) {
	for _, window := range []time.Duration{7 * time.Second, 7*time.Second + 250*time.Millisecond, time.Minute, 24 * time.Hour, 60 * 24 * time.Hour} {
		d := within(debit("a"+window.String(), "1", 1), window)
		r.spend(t, d)
		d.ID = "2"
		r.limited(t, r.store.Spend(t.Context(), d), d, window)
		r.almost(window)
		r.limited(t, r.store.Spend(t.Context(), d), d, r.drift+tick)
		r.rest()
		r.spend(t, d)
	}
}

// Who asks again and again while the limit stands waits no longer for it.
func windowWaitingDoesNotCount(t *testing.T, r rig) {
	r.spend(t, debit("a", "1", 1))
	d := debit("a", "2", 1)
	for wait := time.Hour; wait > 0; wait -= 10 * time.Minute {
		for range 5 {
			r.limited(t, r.store.Spend(t.Context(), d), d, wait)
		}
		r.advance(10 * time.Minute)
	}
	r.spend(t, d)
}
