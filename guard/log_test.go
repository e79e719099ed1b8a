package guard_test

import (
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cattlegrid/cattlegrid/guard"
)

func debit(limit int, window time.Duration, id string, cost int) guard.Debit {
	return guard.Debit{Limit: guard.Limit{Name: "test", Max: limit, Window: window}, Key: "k", ID: id, Cost: cost}
}

// Whatever happens to a log, no rolling window ever holds more than the limit, and a wait is exact: at its end the charge
// fits, and not a nanosecond earlier.
func TestLogIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const window = 100
		limit := rapid.IntRange(1, 5).Draw(t, "limit")
		var log guard.Log
		var granted []guard.Grant // all that was ever granted and not refunded
		now := int64(1_000)
		for i := range rapid.IntRange(1, 60).Draw(t, "steps") {
			now += rapid.Int64Range(0, 70).Draw(t, "passes")
			if len(granted) > 0 && rapid.IntRange(0, 9).Draw(t, "refund") == 0 {
				n := rapid.IntRange(0, len(granted)-1).Draw(t, "which")
				log.Refund(granted[n].ID)
				granted = append(granted[:n], granted[n+1:]...)
				continue
			}
			d := debit(limit, window, strconv.Itoa(i), rapid.IntRange(1, limit).Draw(t, "cost"))
			used := func(at int64) (sum int) {
				for _, g := range granted {
					if g.At > at-window && g.At <= at {
						sum += g.Cost
					}
				}
				return sum
			}
			wait := log.Wait(now, d)
			if fits := used(now)+d.Cost <= limit; fits != (wait == 0) {
				t.Fatalf("at %d: wait %d, but %d of %d are used and the cost is %d", now, wait, used(now), limit, d.Cost)
			}
			if wait > 0 {
				if free := now + int64(wait); used(free)+d.Cost > limit || used(free-1)+d.Cost <= limit {
					t.Fatalf("at %d: wait %d is not exact", now, wait)
				}
				continue
			}
			log.Charge(now, d)
			granted = append(granted, guard.Grant{At: now, Cost: d.Cost, ID: d.ID})
			if used(now) > limit {
				t.Fatalf("at %d: %d granted within the window, limit %d", now, used(now), limit)
			}
			if len(log.Grants) > limit {
				t.Fatalf("at %d: the log remembers %d grants, limit %d", now, len(log.Grants), limit)
			}
		}
	})
}

// The same ID is charged once within the window, even when nothing else would fit, and again after it.
func TestLogChargesAnIDOnce(t *testing.T) {
	var log guard.Log
	d := debit(1, time.Second, "a", 1)
	log.Charge(0, d)
	if wait := log.Wait(10, d); wait != 0 {
		t.Errorf("the same ID: wait %v, want 0", wait)
	}
	log.Charge(10, d)
	other := debit(1, time.Second, "b", 1)
	if got, want := log.Wait(10, other), time.Second-10; got != want {
		t.Errorf("another ID: wait %v, want %v: the repeat must not move the grant", got, want)
	}
	log.Charge(int64(time.Second), d)
	if got := log.Wait(int64(time.Second), other); got != time.Second {
		t.Errorf("after the window: wait %v, want 1s", got)
	}
}

// A refund gives back the charge it names, not a younger or an older one, and an unknown ID changes nothing.
func TestLogRefundsByID(t *testing.T) {
	var log guard.Log
	for i, id := range []string{"a", "b", "c"} {
		log.Charge(int64(i), debit(3, 100, id, 1))
	}
	log.Refund("nobody")
	log.Refund("b")
	if got := log.Wait(10, debit(3, 100, "d", 1)); got != 0 {
		t.Errorf("one charge after the refund: wait %v, want 0", got)
	}
	if got := log.Wait(10, debit(3, 100, "d", 2)); got != 90 {
		t.Errorf("two charges after the refund: wait %v, want 90ns, when the oldest leaves", got)
	}
}

// A clock that is set back grants nothing more than the limit.
func TestLogSurvivesAClockSetBack(t *testing.T) {
	var log guard.Log
	log.Charge(1000, debit(2, 100, "a", 1))
	log.Charge(500, debit(2, 100, "b", 1))
	if got := log.Wait(500, debit(2, 100, "c", 1)); got != 600 {
		t.Errorf("wait %v, want 600ns: both grants count as made at 1000", got)
	}
}
