package storetest

import (
	"strconv"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

var coarseCases = []testCase{
	{"YoungIsExact", coarseYoungIsExact},
	{"ShortIsExact", coarseShortIsExact},
	{"NeverMoreAndHardlyLess", coarseNeverMoreAndHardlyLess},
	{"WaitIsEnough", coarseWaitIsEnough},
	{"Settles", coarseSettles},
}

// coarse is a debit under a coarse limit of most units an hour.
func coarse(key, id string, most int) cattlegrid.Debit {
	d := debit(key, id, most)
	d.Limits[0].Coarse = true
	return d
}

// What was charged in the last fifteen minutes is as exact as under any limit: charged once, taken back alone, and
// counted to the unit.
func coarseYoungIsExact(t *testing.T, r rig) {
	d := coarse("a", "", 10)
	for _, id := range []string{"1", "2", "3"} {
		d.ID, d.Cost = id, 2
		r.spend(t, d)
		r.advance(4 * time.Minute)
	}
	for _, id := range []string{"1", "2", "3"} {
		d.ID = id
		r.spend(t, d)
	}
	d.ID = "2"
	r.refund(t, d)
	r.refund(t, d)
	d.ID, d.Cost = "4", 7
	r.refused(t, r.store.Spend(t.Context(), d), cattlegrid.Refusal{Debit: d, Wait: 48 * time.Minute, Used: 4})
	r.room(t, d, 6)
}

// A limit whose window is not longer than that is exact altogether.
func coarseShortIsExact(t *testing.T, r rig) {
	d := within(coarse("a", "", 3), 10*time.Minute)
	for i := range 12 {
		d.ID = strconv.Itoa(i)
		r.spend(t, d)
		if i >= 2 {
			other := d
			other.ID = "other"
			wait := 10*time.Minute - 6*time.Minute - 40*time.Second
			r.limited(t, r.store.Spend(t.Context(), other), other, wait)
			r.almost(wait)
			r.limited(t, r.store.Spend(t.Context(), other), other, r.drift+tick)
			r.rest()
			continue
		}
		r.advance(3*time.Minute + 20*time.Second)
	}
}

// At no moment is more granted than an exact limit would, and what an exact one grants is granted a sixtieth of the window
// later at the latest.
func coarseNeverMoreAndHardlyLess(t *testing.T, r rig) {
	const most = 50
	d := coarse("a", "", most)
	var ages []time.Duration
	pass := func(by time.Duration) {
		r.advance(by)
		for i := range ages {
			ages[i] += by
		}
	}
	spend := func() {
		d.ID, d.Cost = strconv.Itoa(len(ages)), 1
		r.spend(t, d)
		ages = append(ages, 0)
	}
	for range 30 {
		spend()
		pass(7 * time.Second)
	}
	for range 8 {
		pass(5 * time.Minute)
		spend() // so that older ones are merged
	}
	younger := func(than time.Duration) (n int) {
		for _, age := range ages {
			if age < than {
				n++
			}
		}
		return n
	}
	pass(16 * time.Minute)
	for younger(time.Hour) > 8 {
		d.ID, d.Cost = "more", most-younger(time.Hour-r.drift)+1
		if err := r.store.Spend(t.Context(), d); err == nil {
			t.Fatalf("%d units were granted with %d in the window, the limit is %d", d.Cost, younger(time.Hour), most)
		}
		d.ID, d.Cost = "less", most-younger(time.Hour+time.Minute)
		r.spend(t, d)
		r.refund(t, d)
		pass(6 * time.Second)
	}
}

// A wait is never too short, and a sixtieth of the window too long at most.
func coarseWaitIsEnough(t *testing.T, r rig) {
	d := coarse("a", "", 21)
	for i := range 20 {
		d.ID = strconv.Itoa(i)
		r.spend(t, d)
		r.advance(11 * time.Second)
	}
	r.advance(20 * time.Minute)
	d.ID = "merges"
	r.spend(t, d)
	r.advance(20 * time.Minute)
	d.ID = "more"
	for _, cost := range []int{1, 2, 5, 11, 19} {
		d.Cost = cost
		got := refusals(r.store.Spend(t.Context(), d))
		if len(got) != 1 {
			t.Fatalf("%d refusals of %d units, want one", len(got), cost)
		}
		// As many have to leave as are wanted.
		leaves := 20*time.Minute - time.Duration(21-cost)*11*time.Second
		if wait := got[0].Wait; wait < leaves-r.drift || wait > leaves+time.Minute {
			t.Fatalf("%d units wait for %v, want %v or little more", cost, wait, leaves)
		}
	}
	d.Cost = 5
	r.advance(refusals(r.store.Spend(t.Context(), d))[0].Wait)
	r.spend(t, d)
}

// A charge that is young still is settled and recorded.
func coarseSettles(t *testing.T, r rig) {
	d := coarse("a", "1", 10)
	d.Record = "record"
	r.spend(t, d)
	r.advance(14 * time.Minute)
	d.ID = "2"
	r.spend(t, d)
	d.ID = "1"
	r.settle(t, daily("number", "1"), d)
	r.base(t, "record", time.Hour, 1)
	r.room(t, d, 9)
}
