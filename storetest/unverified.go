package storetest

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

var unverifiedCases = []testCase{
	{"RefundOfAFreeOneLeavesTheFirst", unverifiedRefundOfAFreeOneLeavesTheFirst},
	{"FreeMovesNothing", unverifiedFreeMovesNothing},
	{"SettleGivesBack", unverifiedSettleGivesBack},
	{"Adds", unverifiedAdds},
	{"AddsMovesTheFirst", unverifiedAddsMovesTheFirst},
	{"AddsMustFit", unverifiedAddsMustFit},
	{"AddsWithinEachWindow", unverifiedAddsWithinEachWindow},
	{"AddsRefundsOne", unverifiedAddsRefundsOne},
	{"AddsSettlesAll", unverifiedAddsSettlesAll},
	{"AddsAfterTheWindow", unverifiedAddsAfterTheWindow},
}

// adding is a debit that adds to an earlier charge of its ID.
func adding(key, id string, most, cost int) cattlegrid.Debit {
	d := debit(key, id, most)
	d.Adds, d.Cost = true, cost
	return d
}

// Each charge of an ID, the free ones included, takes a refund of its own: the units go with the last.
func unverifiedRefundOfAFreeOneLeavesTheFirst(t *testing.T, r rig) {
	d := debit("a", "1", 5)
	d.Cost = 3
	for range 3 {
		r.spend(t, d)
	}
	other := debit("a", "2", 5)
	other.Cost = 3
	for range 2 {
		r.refund(t, d)
		r.limited(t, r.store.Spend(t.Context(), other), other, time.Hour)
	}
	r.refund(t, d)
	r.spend(t, other)
	r.refund(t, d)
	r.room(t, d, 2)
}

// A free charge does not make the first one count for longer, nor be remembered for longer.
func unverifiedFreeMovesNothing(t *testing.T, r rig) {
	d, other := debit("a", "1", 1), debit("a", "2", 1)
	r.spend(t, d)
	r.advance(40 * time.Minute)
	r.spend(t, d)
	r.limited(t, r.store.Spend(t.Context(), other), other, 20*time.Minute)
	r.refund(t, d)
	r.limited(t, r.store.Spend(t.Context(), other), other, 20*time.Minute)
	r.advance(20 * time.Minute)
	r.spend(t, other)
	r.refund(t, d)
	r.room(t, d, 0)
}

// To settle takes back all charges of an ID at once, the free ones included, and those of no other ID.
func unverifiedSettleGivesBack(t *testing.T, r rig) {
	d := debit("a", "1", 5)
	d.Cost = 3
	for range 3 {
		r.spend(t, d)
	}
	other := debit("a", "2", 5)
	r.spend(t, other)
	r.settle(t, debit("credit", "1", 1), d)
	r.refund(t, d)
	r.room(t, other, 4)
}

// A debit that adds is charged each time, with what it costs.
func unverifiedAdds(t *testing.T, r rig) {
	r.spend(t, adding("a", "1", 10, 2))
	r.spend(t, adding("a", "1", 10, 3))
	r.spend(t, adding("a", "2", 10, 1))
	r.room(t, debit("a", "", 10), 4)
}

// What was charged before counts from the last charge on.
func unverifiedAddsMovesTheFirst(t *testing.T, r rig) {
	r.spend(t, adding("a", "1", 5, 2))
	r.advance(10 * time.Minute)
	r.spend(t, adding("a", "2", 5, 2))
	r.advance(10 * time.Minute)
	r.spend(t, adding("a", "1", 5, 1))
	d := adding("a", "3", 5, 2)
	r.limited(t, r.store.Spend(t.Context(), d), d, 50*time.Minute)
	d.Cost = 3
	r.limited(t, r.store.Spend(t.Context(), d), d, time.Hour)
	r.almost(time.Hour)
	r.limited(t, r.store.Spend(t.Context(), d), d, r.drift+tick)
	r.rest()
	r.room(t, debit("a", "", 5), 5)
}

// A debit that adds must fit like any other. Its own earlier charge makes room for it only when it is forgotten.
func unverifiedAddsMustFit(t *testing.T, r rig) {
	r.spend(t, adding("a", "1", 5, 2))
	r.advance(10 * time.Minute)
	r.spend(t, adding("a", "2", 5, 2))
	d := adding("a", "1", 5, 2)
	r.refused(t, r.store.Spend(t.Context(), d), cattlegrid.Refusal{Debit: d, Wait: 50 * time.Minute, Used: 4})
	// By then what was there under the ID has gone, and it is charged like a new one; "2" stays.
	r.almost(50 * time.Minute)
	r.limited(t, r.store.Spend(t.Context(), d), d, r.drift+tick)
	r.rest()
	r.spend(t, d)
	r.room(t, debit("a", "", 5), 1)

	r.spend(t, adding("b", "1", 5, 2))
	r.advance(10 * time.Minute)
	r.spend(t, adding("b", "2", 5, 3))
	d = adding("b", "2", 5, 2)
	r.refused(t, r.store.Spend(t.Context(), d), cattlegrid.Refusal{Debit: d, Wait: 50 * time.Minute, Used: 5})
}

// What is added to counts within each of the limits again, also within one whose window had left it behind.
func unverifiedAddsWithinEachWindow(t *testing.T, r rig) {
	both := func(id string) cattlegrid.Debit {
		return under(within(adding("a", id, 2, 1), 10*time.Minute), guard.Limit{Name: "long", Max: 9, Window: time.Hour})
	}
	r.spend(t, both("1"))
	r.spend(t, both("1"))
	r.advance(20 * time.Minute)
	again := both("1")
	// Three units would count from now on, of which the short limit has two.
	r.refused(t, r.store.Spend(t.Context(), again), cattlegrid.Refusal{Debit: again, Limit: again.Limits[0], Wait: 40 * time.Minute, Used: 2})
	r.spend(t, both("2"))
	r.advance(20 * time.Minute)
	r.spend(t, both("2"))
	other := both("3")
	r.refused(t, r.store.Spend(t.Context(), other), cattlegrid.Refusal{Debit: other, Limit: other.Limits[0], Wait: 10 * time.Minute, Used: 2})
}

// A refund takes back the units of one charge; the others stay, and count as they did.
func unverifiedAddsRefundsOne(t *testing.T, r rig) {
	r.spend(t, adding("a", "1", 6, 2))
	r.advance(10 * time.Minute)
	r.spend(t, adding("a", "1", 6, 3))
	r.advance(10 * time.Minute)
	r.refund(t, adding("a", "1", 6, 3))
	all := adding("a", "2", 6, 5)
	r.limited(t, r.store.Spend(t.Context(), all), all, 50*time.Minute)
	all.Cost = 4
	r.spend(t, all)
	r.refund(t, adding("a", "1", 6, 2))
	r.refund(t, adding("a", "1", 6, 2))
	r.room(t, debit("a", "", 6), 2)
}

// To settle takes back all that was added.
func unverifiedAddsSettlesAll(t *testing.T, r rig) {
	for range 3 {
		r.spend(t, adding("a", "1", 10, 3))
	}
	r.spend(t, adding("a", "2", 10, 1))
	r.settle(t, debit("credit", "1", 1), adding("a", "1", 10, 1))
	r.refund(t, adding("a", "1", 10, 3))
	r.room(t, debit("a", "", 10), 9)
}

// To a charge that the window has left behind nothing is added.
func unverifiedAddsAfterTheWindow(t *testing.T, r rig) {
	r.spend(t, adding("a", "1", 5, 3))
	r.advance(time.Hour)
	r.spend(t, adding("a", "1", 5, 1))
	r.refund(t, adding("a", "1", 5, 1))
	r.room(t, debit("a", "", 5), 5)
}
