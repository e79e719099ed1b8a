package storetest

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

var nextCases = []testCase{
	{"Ladder", nextLadder},
	{"NoneAsks", nextNoneAsks},
	{"Longest", nextLongest},
	{"SameID", nextSameID},
	{"Adds", nextAdds},
	{"Grows", nextGrows},
	{"Refused", nextRefused},
}

// next keeps a code, and wants to be told how long the next charge would have to wait.
func (r rig) next(t *testing.T, want time.Duration, debits ...cattlegrid.Debit) {
	t.Helper()
	kept, err := r.store.Keep(t.Context(), "code", code("482915"), debits...)
	if err != nil {
		t.Fatalf("Keep: %v", err)
	}
	if kept.Next < 0 || kept.Next > want || !r.near(kept.Next, want) {
		t.Fatalf("Next is %v, want %v", kept.Next, want)
	}
}

// Next is how long the next message has to wait, to the millisecond, whether there was a secret or not.
func nextLadder(t *testing.T, r rig) {
	for i, wait := range []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute} {
		r.next(t, wait, ladder("a", string(rune('1'+i))))
		again := ladder("a", "again")
		r.limitedBy(t, r.store.Spend(t.Context(), again), again, again.Limits[i], wait)
		r.advance(wait)
	}
	r.next(t, time.Minute, ladder("a", "5"))
}

// Next is zero if no debit asks for it, and if the next charge would fit.
func nextNoneAsks(t *testing.T, r rig) {
	r.next(t, 0)
	r.next(t, 0, debit("a", "1", 1))
	asks := debit("b", "1", 2)
	asks.Next = true
	r.next(t, 0, asks)
	asks.ID = "2"
	r.next(t, time.Hour, asks)
}

// Of several debits that ask the one with longest to wait counts. Those that do not ask do not.
func nextLongest(t *testing.T, r rig) {
	hour, half, day := debit("hour", "1", 1), within(debit("half", "1", 1), 30*time.Minute), within(debit("day", "1", 1), 24*time.Hour)
	hour.Next, half.Next = true, true
	r.next(t, time.Hour, hour, half, day)
	r.advance(50 * time.Minute)
	r.next(t, 30*time.Minute, hour, half, day)
}

// Next is the wait of another ID, though this one would be free.
func nextSameID(t *testing.T, r rig) {
	d := debit("a", "1", 1)
	d.Next = true
	r.next(t, time.Hour, d)
	r.advance(20 * time.Minute)
	r.next(t, 40*time.Minute, d)
}

// What a charge adds to counts as it does after the charge.
func nextAdds(t *testing.T, r rig) {
	d := adding("a", "1", 4, 1)
	d.Next = true
	r.next(t, 0, d)
	r.advance(20 * time.Minute)
	d.Cost = 2
	r.next(t, time.Hour, d)
	r.settle(t, debit("credit", "1", 1), d)
	r.next(t, 0, d)
}

// Next follows the ceiling as it is now.
func nextGrows(t *testing.T, r rig) {
	d := growing("a", "1", 1, 100, "record")
	d.Next = true
	r.next(t, time.Hour, d)
	r.verified(t, "record", 2)
	r.next(t, 0, d)
}

// A refusal comes with no Next.
func nextRefused(t *testing.T, r rig) {
	d := debit("a", "1", 1)
	d.Next = true
	r.spend(t, d)
	d.ID = "2"
	kept, err := r.store.Keep(t.Context(), "code", code("482915"), d)
	r.limited(t, err, d, time.Hour)
	if kept.Next != 0 {
		t.Errorf("Next is %v with a refusal, want none", kept.Next)
	}
}
