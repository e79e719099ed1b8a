package storetest

import (
	"errors"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

var budgetCases = []testCase{
	{"IsNotExceeded", budgetIsNotExceeded},
	{"OfEachKind", budgetOfEachKind},
	{"OfALadder", budgetOfALadder},
	{"OfALane", budgetOfALane},
	{"Grows", budgetGrows},
	{"GivenBack", budgetGivenBack},
	{"KeepAllOrNone", budgetKeepAllOrNone},
	{"RefusedTakesNothing", budgetRefusedTakesNothing},
	{"CreditOnce", budgetCreditOnce},
	{"AddsAll", budgetAddsAll},
}

// Of many who spend at once, as many are granted as the budget has room for.
func budgetIsNotExceeded(t *testing.T, r rig) {
	for _, most := range []int{1, 7, 50, crowd - 1} {
		var got tally
		all(func(i int) {
			got.addError(r.store.Spend(t.Context(), debit("total"+strconv.Itoa(most), strconv.Itoa(i), most)))
		})
		got.want(t, map[string]int{"ok": most, "limit": crowd - most})
	}
}

// So it is with limits that are coarse, that add or that have grown.
func budgetOfEachKind(t *testing.T, r rig) {
	const most = 7
	r.verified(t, "record", most)
	for _, d := range []cattlegrid.Debit{coarse("coarse", "", most), adding("adds", "", most, 1), growing("grows", "", 2, 100, "record")} {
		var got tally
		all(func(i int) {
			d := d
			d.ID = strconv.Itoa(i)
			got.addError(r.store.Spend(t.Context(), d))
		})
		got.want(t, map[string]int{"ok": most, "limit": crowd - most})
	}
}

// Of several limits on one account the tightest decides.
func budgetOfALadder(t *testing.T, r rig) {
	var got tally
	all(func(i int) {
		d := under(debit("a", strconv.Itoa(i), 7), guard.Limit{Name: "wide", Max: 50, Window: 2 * time.Hour})
		if i%2 == 0 {
			d = reversed(d)
		}
		got.addError(r.store.Spend(t.Context(), d))
	})
	got.want(t, map[string]int{"ok": 7, "limit": crowd - 7})
}

// While numbers become known, each who spends is charged in one lane, and in none more than it has room for.
func budgetOfALane(t *testing.T, r rig) {
	const most = 5
	seed := recording("seed", "1", "prefix")
	r.spend(t, seed)
	var got tally
	all(func(i int) {
		if i == crowd/2 {
			got.addError(r.store.Settle(t.Context(), daily("number", "1"), seed))
			return
		}
		got.addError(r.store.Spend(t.Context(), lanes(strconv.Itoa(i), most)...))
	})
	// At first nothing is known, then the prefix.
	granted := 0
	for i, d := range lanes("", most) {
		d.Lane = nil
		left := most
		for n := range most {
			d.ID = "left" + strconv.Itoa(n)
			if err := r.store.Spend(t.Context(), d); err != nil {
				left = n
				break
			}
		}
		granted += most - left
		if i != 0 && i != 3 && left != most {
			t.Errorf("%d were charged in lane %d, want none", most-left, i)
		}
	}
	got.want(t, map[string]int{"ok": granted + 1, "limit": crowd - 1 - granted})
}

// While a budget grows, no more is granted than it has grown to, and afterwards what it has grown to is there.
func budgetGrows(t *testing.T, r rig) {
	const most, verified = 3, crowd / 2
	seeds := make([]cattlegrid.Debit, verified)
	for i := range seeds {
		seeds[i] = recording("seeds", strconv.Itoa(i), "record")
		r.spend(t, seeds[i])
	}
	var settled, granted atomic.Int64
	var got tally
	all(func(i int) {
		for j := range 4 {
			if i%2 == 0 && j == 2 {
				settled.Add(1) // before it may count
				got.addError(r.store.Settle(t.Context(), daily("number "+strconv.Itoa(i), "1"), seeds[i/2]))
				continue
			}
			err := r.store.Spend(t.Context(), growing("a", strconv.Itoa(i)+" "+strconv.Itoa(j), most, 100, "record"))
			if err != nil {
				if !errors.Is(err, cattlegrid.ErrLimit) {
					got.addError(err)
				}
				continue
			}
			// What was settled at the latest when this was granted is settled by now.
			if n := granted.Add(1); n > max(most, settled.Load()) {
				t.Errorf("%d are granted when at most %d were verified", n, settled.Load())
			}
		}
	})
	got.want(t, map[string]int{"ok": verified})
	r.base(t, "record", time.Hour, verified)
	r.room(t, growing("a", "", most, 100, "record"), verified-int(granted.Load()))
}

// While some are verified and give back what they were charged, there is never more outstanding than the limit, and no unit
// is lost or given back twice.
func budgetGivenBack(t *testing.T, r rig) {
	const most = 7
	var outstanding atomic.Int64
	var got tally
	all(func(i int) {
		for j := range 5 {
			d := debit("a", strconv.Itoa(i), most)
			d.Record = "record"
			switch err := r.store.Spend(t.Context(), d); {
			case errors.Is(err, cattlegrid.ErrLimit):
				continue
			case err != nil:
				got.addError(err)
				continue
			}
			if n := outstanding.Add(1); n > most {
				t.Errorf("%d are outstanding, the limit is %d", n, most)
			}
			outstanding.Add(-1) // before it is given back
			got.add("granted")
			got.addError(r.store.Settle(t.Context(), daily(strconv.Itoa(i), strconv.Itoa(j)), d))
		}
	})
	numbers := got.counts["granted"]
	got.want(t, map[string]int{"granted": numbers, "ok": numbers})
	r.room(t, debit("a", "", most), most)
}

// Many debits are kept all or none: the account that is full first decides for all others, whatever their order.
func budgetKeepAllOrNone(t *testing.T, r rig) {
	const most = 20
	accounts := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	both := func(key, id string) cattlegrid.Debit {
		d := under(debit(key, id, crowd), guard.Limit{Name: "long", Max: crowd + 1, Window: 2 * time.Hour})
		d.Next = true
		return d
	}
	var got tally
	all(func(i int) {
		id := strconv.Itoa(i)
		debits := lanes(id, crowd)
		debits = append(debits, debit("tight", id, most), growing("grows", id, crowd, 100, "record"), coarse("coarse", id, crowd))
		for _, key := range accounts {
			d := both(key, id)
			if i%2 == 0 {
				d = reversed(d)
			}
			debits = append(debits, d)
		}
		if i%2 == 0 {
			slices.Reverse(debits)
		}
		_, err := r.store.Keep(t.Context(), "code"+strconv.Itoa(i%4), code("482915"), debits...)
		got.addError(err)
	})
	got.want(t, map[string]int{"ok": most, "limit": crowd - most})
	for _, d := range []cattlegrid.Debit{debit("grows", "", crowd), coarse("coarse", "", crowd), debit("none", "", crowd)} {
		r.room(t, d, crowd-most)
	}
	for _, key := range accounts {
		d := both(key, "another")
		d.Cost = crowd
		r.refused(t, r.store.Spend(t.Context(), d),
			cattlegrid.Refusal{Debit: d, Limit: d.Limits[0], Wait: time.Hour, Used: most},
			cattlegrid.Refusal{Debit: d, Limit: d.Limits[1], Wait: 2 * time.Hour, Used: most})
	}
}

// Who is refused takes nothing, not even for a moment: there is room for all who fit, beside any number who do not.
func budgetRefusedTakesNothing(t *testing.T, r rig) {
	on := func(key, id string, most int) cattlegrid.Debit {
		d := debit(key, id, most)
		d.Record = "record" // of several servers, one has all accounts with this record
		return d
	}
	r.spend(t, on("full", "1", 1))
	for round := range 10 {
		var got tally
		all(func(i int) {
			id := strconv.Itoa(i)
			debits := []cattlegrid.Debit{on("a"+strconv.Itoa(round), id, crowd/2)}
			if i%2 == 0 {
				debits = append(debits, on("full", "other "+id, 1))
			}
			_, err := r.store.Keep(t.Context(), "code"+id, code("482915"), debits...)
			got.addError(err)
		})
		got.want(t, map[string]int{"ok": crowd / 2, "limit": crowd / 2})
	}
}

// One credit lets one number be recorded, however many are settled at once.
func budgetCreditOnce(t *testing.T, r rig) {
	for i := range crowd {
		r.spend(t, recording("a", strconv.Itoa(i), "record"))
	}
	var got tally
	all(func(i int) {
		id := strconv.Itoa(i)
		got.addError(r.store.Settle(t.Context(), daily("number", id), recording("a", id, "record")))
	})
	got.want(t, map[string]int{"ok": crowd})
	r.base(t, "record", time.Hour, 1)
	r.room(t, debit("a", "", crowd), crowd)
}

// Of many who add to one charge none is lost.
func budgetAddsAll(t *testing.T, r rig) {
	const most = 2*crowd - 1
	for round := range 10 {
		d := adding("a"+strconv.Itoa(round), "1", most, 2)
		var got tally
		all(func(int) { got.addError(r.store.Spend(t.Context(), d)) })
		got.want(t, map[string]int{"ok": crowd - 1, "limit": 1})
		var refunded tally
		all(func(int) { refunded.addError(r.store.Refund(t.Context(), d)) })
		refunded.want(t, map[string]int{"ok": crowd})
		r.room(t, d, most)
	}
}
