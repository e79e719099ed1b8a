package storetest

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

var spendCases = []testCase{
	{"GrantsTheLimit", spendGrantsTheLimit},
	{"NoDebits", spendNoDebits},
	{"AllOrNone", spendAllOrNone},
	{"NamesTheLongestWait", spendNamesTheLongestWait},
	{"NamesAllThatDoNotFit", spendNamesAllThatDoNotFit},
	{"RefusedIsNotRemembered", spendRefusedIsNotRemembered},
	{"SameIDOnce", spendSameIDOnce},
	{"SameIDFitsWhenFull", spendSameIDFitsWhenFull},
	{"SameIDElsewhere", spendSameIDElsewhere},
	{"Cost", spendCost},
	{"CostWaitsForEnough", spendCostWaitsForEnough},
	{"CostAboveTheLimit", spendCostAboveTheLimit},
	{"LargeAccount", spendLargeAccount},
	{"LargeAccountForgets", spendLargeAccountForgets},
	{"EveryByte", spendEveryByte},
	{"DebitsAreTheCallers", spendDebitsAreTheCallers},
}

// As many units as the limit grants fit, and not one more.
func spendGrantsTheLimit(t *testing.T, r rig) {
	for key, most := range map[string]int{"one": 1, "two": 2, "ten": 10} {
		r.room(t, debit(key, "1", most), most)
	}
}

// To spend nothing is no error.
func spendNoDebits(t *testing.T, r rig) {
	r.spend(t)
	r.refund(t)
}

// Either all debits are charged or none is, wherever among them the one stands that does not fit.
func spendAllOrNone(t *testing.T, r rig) {
	r.spend(t, debit("full", "1", 1))
	a, b, full := debit("a", "2", 2), debit("b", "2", 2), debit("full", "2", 1)
	for _, debits := range [][]cattlegrid.Debit{{full, a, b}, {a, full, b}, {a, b, full}} {
		r.limited(t, r.store.Spend(t.Context(), debits...), full, time.Hour)
	}
	r.room(t, a, 2)
	r.room(t, b, 2)
	c, d := debit("c", "1", 2), debit("d", "1", 2)
	r.spend(t, c, d)
	r.room(t, c, 1)
	r.room(t, d, 1)
}

// The refusal names the limit of the debit that has longest to wait, wherever it stands, and how long.
func spendNamesTheLongestWait(t *testing.T, r rig) {
	minute, hour, day := within(debit("minute", "1", 1), time.Minute), debit("hour", "1", 1), within(debit("day", "1", 1), 24*time.Hour)
	r.spend(t, hour)
	r.advance(58 * time.Minute)
	r.spend(t, minute, day)
	minute.ID, hour.ID, day.ID = "2", "2", "2"
	fits := debit("fits", "1", 1)
	r.limited(t, r.store.Spend(t.Context(), minute, hour, day, fits), day, 24*time.Hour)
	r.limited(t, r.store.Spend(t.Context(), fits, day, hour, minute), day, 24*time.Hour)
	r.limited(t, r.store.Spend(t.Context(), minute, hour), hour, 2*time.Minute)
	r.advance(2 * time.Minute)
	r.spend(t, minute, hour)
}

// The refusal has all debits that do not fit, in the order in which they were asked for, each with its wait and with what
// is used, and none that fits.
func spendNamesAllThatDoNotFit(t *testing.T, r rig) {
	a, b, c := debit("a", "1", 5), within(debit("b", "1", 1), 2*time.Hour), debit("c", "1", 2)
	a.Cost = 4
	r.spend(t, a, b)
	r.advance(10 * time.Minute)
	a.ID, b.ID, a.Cost = "2", "2", 2
	refusedA := cattlegrid.Refusal{Debit: a, Wait: 50 * time.Minute, Used: 4}
	refusedB := cattlegrid.Refusal{Debit: b, Wait: 110 * time.Minute, Used: 1}
	r.refused(t, r.store.Spend(t.Context(), a, c, b), refusedA, refusedB)
	r.refused(t, r.store.Spend(t.Context(), c, b, a), refusedB, refusedA)
	r.refused(t, r.store.Spend(t.Context(), a, c), refusedA)
	r.refused(t, r.store.Put(t.Context(), "code", code("482915"), a, c, b), refusedA, refusedB)
	_, err := r.store.Keep(t.Context(), "code", code("482915"), a, c, b)
	r.refused(t, err, refusedA, refusedB)
	r.put(t, "guessed", code("482915"))
	_, err = r.store.Attempt(t.Context(), "guessed", "482915", a, c, b)
	r.refused(t, err, refusedA, refusedB)
	r.room(t, c, 2)
}

// A debit that costs more than its limit ever grants is refused, and waits a whole window, whatever is used. If its ID is
// there it is free like any other.
func spendCostAboveTheLimit(t *testing.T, r rig) {
	d := debit("a", "1", 3)
	d.Cost = 4
	r.refused(t, r.store.Spend(t.Context(), d), cattlegrid.Refusal{Debit: d, Wait: time.Hour})
	d.Cost = 3
	r.spend(t, d)
	r.advance(20 * time.Minute)
	d.ID, d.Cost = "2", 4
	r.refused(t, r.store.Spend(t.Context(), d), cattlegrid.Refusal{Debit: d, Wait: time.Hour, Used: 3})
	d.Cost = 3
	r.refused(t, r.store.Spend(t.Context(), d), cattlegrid.Refusal{Debit: d, Wait: 40 * time.Minute, Used: 3})
	d.ID, d.Cost = "1", 4
	r.spend(t, d)
	r.room(t, d, 0)
}

// A debit that was refused was never granted: its ID is charged like any other when there is room.
func spendRefusedIsNotRemembered(t *testing.T, r rig) {
	first, second := debit("a", "1", 1), debit("a", "2", 1)
	r.spend(t, first)
	r.limited(t, r.store.Spend(t.Context(), second), second, time.Hour)
	r.limited(t, r.store.Spend(t.Context(), second), second, time.Hour)
	r.advance(time.Hour)
	r.spend(t, second)
	r.room(t, first, 0)
}

// A debit whose ID was granted on its key within the window is not charged again.
func spendSameIDOnce(t *testing.T, r rig) {
	a, b := debit("a", "1", 3), debit("b", "1", 3)
	for range 5 {
		r.spend(t, a)
	}
	r.spend(t, a, b)
	r.room(t, a, 2)
	r.room(t, b, 2)
}

// A debit whose ID was granted on its key within the window fits, though the account is full. When the window has passed
// it is a debit like any other: charged, and refused if it does not fit.
func spendSameIDFitsWhenFull(t *testing.T, r rig) {
	first, second := debit("a", "1", 1), debit("a", "2", 1)
	r.spend(t, first)
	r.almost(time.Hour)
	r.spend(t, first)
	r.limited(t, r.store.Spend(t.Context(), second), second, r.drift+tick)
	r.rest()
	r.spend(t, first)
	r.limited(t, r.store.Spend(t.Context(), second), second, time.Hour)
	r.advance(time.Hour)
	r.spend(t, second)
	r.limited(t, r.store.Spend(t.Context(), first), first, time.Hour)
}

// An ID names a charge on one key only.
func spendSameIDElsewhere(t *testing.T, r rig) {
	r.spend(t, debit("a", "1", 1))
	r.spend(t, debit("b", "1", 1))
	r.room(t, debit("b", "2", 1), 0)
}

// A debit takes as many units as it costs.
func spendCost(t *testing.T, r rig) {
	d := debit("a", "1", 10)
	d.Cost = 7
	r.spend(t, d)
	d.ID, d.Cost = "2", 4
	r.limited(t, r.store.Spend(t.Context(), d), d, time.Hour)
	r.room(t, d, 3)
	d = debit("b", "1", 10)
	d.Cost = 10
	r.spend(t, d)
	r.room(t, d, 0)
}

// A debit of several units waits until as many old ones have left the window as it needs, and no longer.
func spendCostWaitsForEnough(t *testing.T, r rig) {
	d := debit("a", "", 10)
	for _, c := range []struct {
		id   string
		cost int
	}{{"1", 1}, {"2", 4}, {"3", 2}, {"4", 3}} {
		d.ID, d.Cost = c.id, c.cost
		r.spend(t, d)
		r.advance(10 * time.Minute)
	}
	// The window now has units of 40, 30, 20 and 10 minutes ago.
	d.ID = "5"
	for _, c := range []struct {
		cost int
		wait int // minutes
	}{{1, 20}, {2, 30}, {5, 30}, {6, 40}, {7, 40}, {8, 50}, {10, 50}} {
		d.Cost = c.cost
		r.limited(t, r.store.Spend(t.Context(), d), d, time.Duration(c.wait)*time.Minute)
	}
	d.Cost = 5
	r.almost(30 * time.Minute)
	r.limited(t, r.store.Spend(t.Context(), d), d, r.drift+tick)
	r.rest()
	r.spend(t, d)
	r.room(t, d, 0)
}

// An account of a thousand grants is as exact as one of three.
func spendLargeAccount(t *testing.T, r rig) {
	const most = 1000
	d := debit("a", "", most)
	for i := range most {
		d.ID = "first" + strconv.Itoa(i)
		r.spend(t, d)
	}
	d.ID, d.Cost = "more", 500
	r.limited(t, r.store.Spend(t.Context(), d), d, time.Hour)
	r.advance(time.Hour)
	d.Cost = 1
	for i := range most {
		d.ID = "second" + strconv.Itoa(i)
		r.spend(t, d)
	}
	d.ID = "more"
	r.limited(t, r.store.Spend(t.Context(), d), d, time.Hour)
}

// An ID that the longest window has left behind is one like any other, in a large account too: nothing of what was charged
// to it is left, neither units nor how often.
func spendLargeAccountForgets(t *testing.T, r rig) {
	first := debit("a", "first", 200)
	first.Cost = 3
	r.spend(t, first)
	r.spend(t, first)
	r.advance(time.Minute)
	d := first
	d.Cost = 1
	for i := range 100 {
		d.ID = "second" + strconv.Itoa(i)
		r.spend(t, d)
	}
	r.almost(59 * time.Minute)
	d.ID = "third" // a chance to clear away what is left behind, which the first is not yet
	r.spend(t, d)
	r.rest()
	first.Cost = 1
	r.spend(t, first)
	r.refund(t, first)
	r.room(t, d, 99)
}

// Keys and IDs are bytes: any of them, up to the bounds; IDs that differ in one byte differ.
func spendEveryByte(t *testing.T, r rig) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for i := 0; i < len(every); i += 64 {
		id := string(every[i : i+64])
		d := debit(string(every), id, 9)
		r.spend(t, d)
		r.spend(t, d)
		r.refund(t, d)
		r.spend(t, d)
	}
	r.room(t, debit(string(every), "1", 9), 5)
	for i, id := range []string{"a", "a ", " a", "A", "1:a", "1 a", "a\x00", "used", "cost", "cost:a", "at:a", "-1", "1"} {
		d := debit("b", id, 100)
		r.spend(t, d)
		d.ID, d.Cost = "too much", 100-i
		r.limited(t, r.store.Spend(t.Context(), d), d, time.Hour)
	}
}

// The slice of debits is the caller's: no verb that charges all of it changes it, nor the limits, and what the caller does
// with it afterwards changes nothing.
func spendDebitsAreTheCallers(t *testing.T, r rig) {
	several := func(key, id string) cattlegrid.Debit {
		return under(debit(key, id, 2),
			guard.Limit{Name: "short", Max: 2, Window: time.Minute}, guard.Limit{Name: "long", Max: 9, Window: 2 * time.Hour})
	}
	want := []cattlegrid.Debit{several("a", "id"), several("b", "id")}
	lent := make([]cattlegrid.Debit, len(want))
	for verb, lend := range map[string]func() error{
		"Spend": func() error { return r.store.Spend(t.Context(), lent...) },
		"Put":   func() error { return r.store.Put(t.Context(), "put", code("put"), lent...) },
		"Keep": func() error {
			_, err := r.store.Keep(t.Context(), "keep", code("keep"), lent...)
			return err
		},
	} {
		lent[0], lent[1] = several("a", "id"), several("b", "id")
		if err := lend(); err != nil || !cmp.Equal(lent, want) {
			t.Fatalf("%s: %v; the debits are %+v, want %+v", verb, err, lent, want)
		}
		lent[0], lent[1] = several("c", "other"), several("d", "other")
		r.refund(t, want...)
	}
	for _, key := range []string{"a", "b", "c", "d"} {
		r.room(t, several(key, ""), 2)
	}
}
