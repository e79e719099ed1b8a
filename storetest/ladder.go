package storetest

import (
	"strconv"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

var ladderCases = []testCase{
	{"Waits", ladderWaits},
	{"IsOneCharge", ladderIsOneCharge},
	{"NamesEachLimit", ladderNamesEachLimit},
	{"NamesEachOfSeveralAccounts", ladderNamesEachOfSeveralAccounts},
	{"MostLimits", ladderMostLimits},
	{"Order", ladderOrder},
	{"RemembersForTheLongest", ladderRemembersForTheLongest},
	{"RefundsOnce", ladderRefundsOnce},
	{"ForgetsAfterTheLongest", ladderForgetsAfterTheLongest},
}

// ladder is several limits on one account: 60 seconds until the second charge, then 120, 300 and 600.
func ladder(key, id string) cattlegrid.Debit {
	return cattlegrid.Debit{Key: key, ID: id, Cost: 1, Next: true, Limits: []guard.Limit{
		{Name: "one", Max: 1, Window: time.Minute},
		{Name: "two", Max: 2, Window: 3 * time.Minute},
		{Name: "three", Max: 3, Window: 8 * time.Minute},
		{Name: "four", Max: 4, Window: 18 * time.Minute},
	}}
}

// Several limits on one account make who asks as early as possible wait longer and longer, to the millisecond.
func ladderWaits(t *testing.T, r rig) {
	for i, wait := range []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute} {
		r.spend(t, ladder("a", string(rune('1'+i))))
		next := ladder("a", "next")
		r.limitedBy(t, r.store.Spend(t.Context(), next), next, next.Limits[i], wait)
		r.almost(wait)
		r.limitedBy(t, r.store.Spend(t.Context(), next), next, next.Limits[i], r.drift+tick)
		r.rest()
	}
	r.spend(t, ladder("a", "last"))
}

// What is charged under several limits is charged once: none of them counts it twice.
func ladderIsOneCharge(t *testing.T, r rig) {
	d := under(debit("a", "", 3), guard.Limit{Name: "long", Max: 5, Window: 2 * time.Hour})
	for _, id := range []string{"1", "2", "3"} {
		d.ID = id
		r.spend(t, d)
	}
	d.ID = "4"
	r.refused(t, r.store.Spend(t.Context(), d), cattlegrid.Refusal{Debit: d, Limit: d.Limits[0], Wait: time.Hour, Used: 3})
	r.advance(time.Hour)
	r.spend(t, d)
	d.ID = "5"
	r.spend(t, d)
	d.ID = "6"
	r.refused(t, r.store.Spend(t.Context(), d), cattlegrid.Refusal{Debit: d, Limit: d.Limits[1], Wait: time.Hour, Used: 5})
}

// A refusal has each of the limits that stand against the charge.
func ladderNamesEachLimit(t *testing.T, r rig) {
	for i, wait := range []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute} {
		r.spend(t, ladder("a", string(rune('1'+i))))
		if i < 2 {
			r.advance(wait)
		}
	}
	// 0, 120 and 180 seconds ago.
	next := ladder("a", "next")
	r.refused(t, r.store.Spend(t.Context(), next),
		cattlegrid.Refusal{Debit: next, Limit: next.Limits[0], Wait: time.Minute, Used: 1},
		cattlegrid.Refusal{Debit: next, Limit: next.Limits[1], Wait: time.Minute, Used: 2},
		cattlegrid.Refusal{Debit: next, Limit: next.Limits[2], Wait: 5 * time.Minute, Used: 3})
}

// A refusal goes from account to account in the order of the debits, and on each from limit to limit in their order.
func ladderNamesEachOfSeveralAccounts(t *testing.T, r rig) {
	a := under(debit("a", "1", 1), guard.Limit{Name: "long_of_a", Max: 1, Window: 2 * time.Hour})
	b := debit("b", "1", 1)
	c := under(debit("c", "1", 1),
		guard.Limit{Name: "wide_of_c", Max: 2, Window: 3 * time.Hour}, guard.Limit{Name: "long_of_c", Max: 1, Window: 3 * time.Hour})
	r.spend(t, a, b, c)
	a.ID, b.ID, c.ID = "2", "2", "2"
	shortA := cattlegrid.Refusal{Debit: a, Limit: a.Limits[0], Wait: time.Hour, Used: 1}
	longA := cattlegrid.Refusal{Debit: a, Limit: a.Limits[1], Wait: 2 * time.Hour, Used: 1}
	onlyB := cattlegrid.Refusal{Debit: b, Wait: time.Hour, Used: 1}
	shortC := cattlegrid.Refusal{Debit: c, Limit: c.Limits[0], Wait: time.Hour, Used: 1}
	longC := cattlegrid.Refusal{Debit: c, Limit: c.Limits[2], Wait: 3 * time.Hour, Used: 1}
	fits := debit("fits", "2", 1)
	r.refused(t, r.store.Spend(t.Context(), a, b, c), shortA, longA, onlyB, shortC, longC)
	r.refused(t, r.store.Spend(t.Context(), c, fits, b, a), shortC, longC, onlyB, shortA, longA)
	r.refused(t, r.store.Spend(t.Context(), fits, b, a), onlyB, shortA, longA)
	r.room(t, fits, 1)
}

// Each of the most limits that an account may have refuses for itself.
func ladderMostLimits(t *testing.T, r rig) {
	d := cattlegrid.Debit{Key: "a", ID: "1", Cost: guard.MaxUnits}
	for n := 1; n <= guard.MaxLimits; n++ {
		d.Limits = append(d.Limits, guard.Limit{Name: "limit_" + strconv.Itoa(n), Max: n, Window: time.Duration(n) * time.Hour})
	}
	above := make([]cattlegrid.Refusal, len(d.Limits))
	for i, limit := range d.Limits {
		above[i] = cattlegrid.Refusal{Debit: d, Limit: limit, Wait: limit.Window}
	}
	r.refused(t, r.store.Spend(t.Context(), d), above...)
	// One each hour fills them all.
	for n := range guard.MaxLimits {
		d.ID, d.Cost = strconv.Itoa(n), 1
		r.spend(t, d)
		r.advance(time.Hour)
	}
	d.ID, d.Cost = "two", 2
	full := make([]cattlegrid.Refusal, len(d.Limits))
	for n, limit := range d.Limits {
		full[n] = cattlegrid.Refusal{Debit: d, Limit: limit, Used: n, Wait: time.Hour}
	}
	r.refused(t, r.store.Spend(t.Context(), d), full...)
}

// In which order the limits come does not matter.
func ladderOrder(t *testing.T, r rig) {
	r.spend(t, reversed(ladder("a", "1")))
	next := ladder("a", "2")
	r.limitedBy(t, r.store.Spend(t.Context(), next), next, next.Limits[0], time.Minute)
	r.advance(time.Minute)
	r.spend(t, reversed(next))
	next = reversed(ladder("a", "3"))
	r.refused(t, r.store.Spend(t.Context(), next),
		cattlegrid.Refusal{Debit: next, Limit: next.Limits[2], Wait: 2 * time.Minute, Used: 2},
		cattlegrid.Refusal{Debit: next, Limit: next.Limits[3], Wait: time.Minute, Used: 1})
}

// An ID is remembered for the longest of the windows: under the shorter ones it is still not charged again, and moves
// nothing.
func ladderRemembersForTheLongest(t *testing.T, r rig) {
	r.spend(t, ladder("a", "1"))
	for range 8 {
		r.advance(2 * time.Minute)
		r.spend(t, ladder("a", "1"))
		r.spend(t, ladder("a", "1"))
	}
	r.spend(t, ladder("a", "2"))
	r.advance(time.Minute)
	// "1" is 17 minutes old.
	r.spend(t, ladder("a", "3"))
	r.advance(2 * time.Minute)
	r.spend(t, ladder("a", "1"))
	r.advance(time.Minute)
	next := ladder("a", "4")
	r.limitedBy(t, r.store.Spend(t.Context(), next), next, next.Limits[2], 4*time.Minute)
}

// A refund takes back one charge, however many limits it names, and any of them is enough.
func ladderRefundsOnce(t *testing.T, r rig) {
	for _, key := range []string{"all", "longest", "shortest"} {
		charged := ladder(key, "1")
		named := map[string]cattlegrid.Debit{"all": charged, "longest": only(charged, 3), "shortest": only(charged, 0)}[key]
		r.spend(t, charged)
		r.spend(t, charged)
		r.refund(t, named)
		next := ladder(key, "2")
		r.limitedBy(t, r.store.Spend(t.Context(), next), next, next.Limits[0], time.Minute)
		r.advance(2 * time.Minute)
		r.refund(t, named)
		r.spend(t, next)
		r.advance(time.Minute)
		r.spend(t, ladder(key, "3"))
		r.advance(2 * time.Minute)
		r.spend(t, ladder(key, "4"))
		r.refund(t, named)
		next = ladder(key, "5")
		r.refused(t, r.store.Spend(t.Context(), next),
			cattlegrid.Refusal{Debit: next, Limit: next.Limits[0], Wait: time.Minute, Used: 1},
			cattlegrid.Refusal{Debit: next, Limit: next.Limits[1], Wait: time.Minute, Used: 2},
			cattlegrid.Refusal{Debit: next, Limit: next.Limits[2], Wait: 5 * time.Minute, Used: 3})
	}
}

// When the longest window has passed the ID is charged like any other, and there is nothing to take back, whichever of the
// limits is named.
func ladderForgetsAfterTheLongest(t *testing.T, r rig) {
	both := func(id string) cattlegrid.Debit {
		d := under(debit("a", id, 2), guard.Limit{Name: "short", Max: 1, Window: time.Minute})
		d.Record = "record"
		return d
	}
	r.spend(t, both("1"))
	r.advance(30 * time.Minute)
	r.spend(t, both("2"))
	r.almost(30 * time.Minute)
	r.spend(t, both("1"))
	third := both("3")
	r.limitedBy(t, r.store.Spend(t.Context(), third), third, third.Limits[0], r.drift+tick)
	r.rest()
	r.settle(t, debit("credit", "1", 9), only(both("1"), 1))
	r.base(t, "record", time.Hour, 0)
	r.spend(t, both("1"))
	r.limitedBy(t, r.store.Spend(t.Context(), third), third, third.Limits[0], 30*time.Minute)
	r.settle(t, debit("credit", "2", 9), only(both("1"), 1))
	r.base(t, "record", time.Hour, 1)
}
