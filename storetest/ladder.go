package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

var ladderCases = []testCase{
	{"Waits", ladderWaits},
	{"IsOneCharge", ladderIsOneCharge},
	{"NamesEachLimit", ladderNamesEachLimit},
	{"Order", ladderOrder},
	{"RemembersForTheLongest", ladderRemembersForTheLongest},
	{"RefundsOnce", ladderRefundsOnce},
	{"ForgetsAfterTheLongest", ladderForgetsAfterTheLongest},
}

// ladder is several limits on one account: 60 seconds until the second charge, then 120, 300 and 600.
func ladder(key, id string) (debits []cattlegrid.Debit) {
	for _, limit := range []guard.Limit{
		{Name: "one", Max: 1, Window: time.Minute},
		{Name: "two", Max: 2, Window: 3 * time.Minute},
		{Name: "three", Max: 3, Window: 8 * time.Minute},
		{Name: "four", Max: 4, Window: 18 * time.Minute},
	} {
		debits = append(debits, cattlegrid.Debit{Limit: limit, Key: key, ID: id, Cost: 1, Next: true})
	}
	return debits
}

// Several limits on one account make who asks as early as possible wait longer and longer, to the millisecond.
func ladderWaits(t *testing.T, r rig) {
	for i, wait := range []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute} {
		r.spend(t, ladder("a", string(rune('1'+i)))...)
		next := ladder("a", "next")
		r.limited(t, r.store.Spend(t.Context(), next...), next[i], wait)
		r.almost(wait)
		r.limited(t, r.store.Spend(t.Context(), next...), next[i], r.drift+tick)
		r.rest()
	}
	r.spend(t, ladder("a", "last")...)
}

// What is charged under several limits is charged once: none of them counts it twice.
func ladderIsOneCharge(t *testing.T, r rig) {
	short, long := debit("a", "1", 3), debit("a", "1", 5)
	long.Limit.Window = 2 * time.Hour
	for _, id := range []string{"1", "2", "3"} {
		short.ID, long.ID = id, id
		r.spend(t, short, long)
	}
	short.ID, long.ID = "4", "4"
	r.refused(t, r.store.Spend(t.Context(), short, long), cattlegrid.Refusal{Debit: short, Wait: time.Hour, Used: 3})
	r.advance(time.Hour)
	r.spend(t, short, long)
	short.ID, long.ID = "5", "5"
	r.spend(t, short, long)
	short.ID, long.ID = "6", "6"
	r.refused(t, r.store.Spend(t.Context(), short, long), cattlegrid.Refusal{Debit: long, Wait: time.Hour, Used: 5})
}

// A refusal has each of the limits that stand against the charge.
func ladderNamesEachLimit(t *testing.T, r rig) {
	for i, wait := range []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute} {
		r.spend(t, ladder("a", string(rune('1'+i)))...)
		if i < 2 {
			r.advance(wait)
		}
	}
	// 0, 120 and 180 seconds ago.
	next := ladder("a", "next")
	r.refused(t, r.store.Spend(t.Context(), next...),
		cattlegrid.Refusal{Debit: next[0], Wait: time.Minute, Used: 1},
		cattlegrid.Refusal{Debit: next[1], Wait: time.Minute, Used: 2},
		cattlegrid.Refusal{Debit: next[2], Wait: 5 * time.Minute, Used: 3})
}

// In which order the limits come does not matter.
func ladderOrder(t *testing.T, r rig) {
	debits := ladder("a", "1")
	slices.Reverse(debits)
	r.spend(t, debits...)
	next := ladder("a", "2")
	r.limited(t, r.store.Spend(t.Context(), next...), next[0], time.Minute)
	r.advance(time.Minute)
	slices.Reverse(next)
	r.spend(t, next...)
	next = ladder("a", "3")
	slices.Reverse(next)
	r.refused(t, r.store.Spend(t.Context(), next...),
		cattlegrid.Refusal{Debit: next[2], Wait: 2 * time.Minute, Used: 2},
		cattlegrid.Refusal{Debit: next[3], Wait: time.Minute, Used: 1})
}

// An ID is remembered for the longest of the windows: under the shorter ones it is still not charged again, and moves
// nothing.
func ladderRemembersForTheLongest(t *testing.T, r rig) {
	r.spend(t, ladder("a", "1")...)
	for range 8 {
		r.advance(2 * time.Minute)
		r.spend(t, ladder("a", "1")...)
		r.spend(t, ladder("a", "1")...)
	}
	r.spend(t, ladder("a", "2")...)
	r.advance(time.Minute)
	// "1" is 17 minutes old.
	r.spend(t, ladder("a", "3")...)
	r.advance(2 * time.Minute)
	r.spend(t, ladder("a", "1")...)
	r.advance(time.Minute)
	next := ladder("a", "4")
	r.limited(t, r.store.Spend(t.Context(), next...), next[2], 4*time.Minute)
}

// A refund takes back one charge, however many of the limits it names, and any of them is enough.
func ladderRefundsOnce(t *testing.T, r rig) {
	for _, key := range []string{"all", "longest", "shortest"} {
		named := map[string]func(id string) []cattlegrid.Debit{
			"all":      func(id string) []cattlegrid.Debit { return ladder(key, id) },
			"longest":  func(id string) []cattlegrid.Debit { return ladder(key, id)[3:] },
			"shortest": func(id string) []cattlegrid.Debit { return ladder(key, id)[:1] },
		}[key]
		r.spend(t, ladder(key, "1")...)
		r.spend(t, ladder(key, "1")...)
		r.refund(t, named("1")...)
		next := ladder(key, "2")
		r.limited(t, r.store.Spend(t.Context(), next...), next[0], time.Minute)
		r.advance(2 * time.Minute)
		r.refund(t, named("1")...)
		r.spend(t, next...)
		r.advance(time.Minute)
		r.spend(t, ladder(key, "3")...)
		r.advance(2 * time.Minute)
		r.spend(t, ladder(key, "4")...)
		r.refund(t, named("1")...)
		next = ladder(key, "5")
		r.refused(t, r.store.Spend(t.Context(), next...),
			cattlegrid.Refusal{Debit: next[0], Wait: time.Minute, Used: 1},
			cattlegrid.Refusal{Debit: next[1], Wait: time.Minute, Used: 2},
			cattlegrid.Refusal{Debit: next[2], Wait: 5 * time.Minute, Used: 3})
	}
}

// When the longest window has passed the ID is charged like any other, and there is nothing to take back, whichever of the
// limits is named.
func ladderForgetsAfterTheLongest(t *testing.T, r rig) {
	both := func(id string) []cattlegrid.Debit {
		short, long := debit("a", id, 1), debit("a", id, 2)
		short.Limit.Window, short.Record, long.Record = time.Minute, "record", "record"
		return []cattlegrid.Debit{short, long}
	}
	r.spend(t, both("1")...)
	r.advance(30 * time.Minute)
	r.spend(t, both("2")...)
	r.almost(30 * time.Minute)
	r.spend(t, both("1")...)
	third := both("3")
	r.limited(t, r.store.Spend(t.Context(), third...), third[1], r.drift+tick)
	r.rest()
	r.settle(t, debit("credit", "1", 9), both("1")[0])
	r.base(t, "record", time.Hour, 0)
	r.spend(t, both("1")...)
	r.limited(t, r.store.Spend(t.Context(), third...), third[1], 30*time.Minute)
	r.settle(t, debit("credit", "2", 9), both("1")[0])
	r.base(t, "record", time.Hour, 1)
}
