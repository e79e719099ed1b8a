package storetest

import (
	"testing"
	"time"
)

var refundCases = []testCase{
	{"GivesBackThatCharge", refundGivesBackThatCharge},
	{"GivesBackTheWholeCharge", refundGivesBackTheWholeCharge},
	{"Unknown", refundUnknown},
	{"ThenChargedAgain", refundThenChargedAgain},
	{"Several", refundSeveral},
	{"AfterTheWindow", refundAfterTheWindow},
	{"OfTheOldest", refundOfTheOldest},
}

// Refund gives back the charge with that key and ID, and no other: the others leave the window when they would have.
func refundGivesBackThatCharge(t *testing.T, r rig) {
	d := debit("a", "", 3)
	for _, id := range []string{"1", "2", "3"} {
		d.ID = id
		r.spend(t, d)
		r.advance(10 * time.Minute)
	}
	r.refund(t, debit("a", "2", 3))
	d.ID = "4"
	r.spend(t, d)
	d.ID = "5"
	r.limited(t, r.store.Spend(t.Context(), d), d, 30*time.Minute)
	r.advance(30 * time.Minute)
	r.spend(t, d)
	// "3" is 40 minutes old now; had it gone instead of "2", "4" would be next.
	d.ID = "6"
	r.limited(t, r.store.Spend(t.Context(), d), d, 20*time.Minute)
}

// Key and ID name the charge. It is given back whole, whatever else the debit says.
func refundGivesBackTheWholeCharge(t *testing.T, r rig) {
	d := debit("a", "1", 10)
	d.Cost = 8
	r.spend(t, d)
	d.Cost = 1
	r.refund(t, d)
	r.room(t, d, 10)
}

// To refund what is not there is no error and gives nothing: not an unknown ID, not one of another key, not one twice.
func refundUnknown(t *testing.T, r rig) {
	r.refund(t, debit("never", "1", 1))
	r.spend(t, debit("a", "1", 2))
	r.spend(t, debit("a", "2", 2))
	r.spend(t, debit("b", "3", 1))
	r.refund(t, debit("a", "3", 2))
	r.refund(t, debit("b", "1", 1))
	r.room(t, debit("a", "", 2), 0)
	r.room(t, debit("b", "", 1), 0)
	r.refund(t, debit("a", "1", 2))
	r.refund(t, debit("a", "1", 2))
	r.room(t, debit("a", "", 2), 1)
}

// A charge that was given back is as if it had never been made: its ID is charged again.
func refundThenChargedAgain(t *testing.T, r rig) {
	d := debit("a", "1", 1)
	for range 3 {
		r.spend(t, d)
		r.refund(t, d)
	}
	r.spend(t, d)
	r.room(t, d, 0)
}

// Refund takes debits on several keys.
func refundSeveral(t *testing.T, r rig) {
	a, b, c := debit("a", "1", 1), debit("b", "1", 1), debit("c", "1", 1)
	r.spend(t, a, b, c)
	r.refund(t, a, debit("never", "1", 1), c)
	r.room(t, a, 1)
	r.room(t, b, 0)
	r.room(t, c, 1)
}

// A charge that the window has left behind gives nothing back.
func refundAfterTheWindow(t *testing.T, r rig) {
	r.spend(t, debit("a", "1", 2))
	r.advance(30 * time.Minute)
	r.spend(t, debit("a", "2", 2))
	r.advance(30 * time.Minute)
	r.refund(t, debit("a", "1", 2))
	r.room(t, debit("a", "", 2), 1)
	r.refund(t, debit("a", "1", 2))
	r.room(t, debit("a", "", 2), 0)
}

// To give back the charge that others wait for shortens their wait to the next one's end.
func refundOfTheOldest(t *testing.T, r rig) {
	d := debit("a", "", 3)
	d.ID, d.Cost = "1", 2
	r.spend(t, d)
	r.advance(20 * time.Minute)
	d.ID, d.Cost = "2", 1
	r.spend(t, d)
	all := debit("a", "3", 3)
	all.Cost = 3
	r.limited(t, r.store.Spend(t.Context(), all), all, time.Hour)
	r.refund(t, d)
	r.limited(t, r.store.Spend(t.Context(), all), all, 40*time.Minute)
	r.advance(40 * time.Minute)
	r.spend(t, all)
}
