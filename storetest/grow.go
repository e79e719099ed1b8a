package storetest

import (
	"strconv"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

var growCases = []testCase{
	{"CeilingFollows", growCeilingFollows},
	{"Hundredths", growHundredths},
	{"EachWindow", growEachWindow},
	{"FullHours", growFullHours},
	{"BestDay", growBestDay},
	{"Midnight", growMidnight},
	{"CeilingFalls", growCeilingFalls},
	{"Refusal", growRefusal},
}

// growing is a debit under a limit of most units an hour, or so many hundredths of what was verified.
func growing(key, id string, most, percent int, record string) cattlegrid.Debit {
	d := debit(key, id, most)
	d.Limits[0].Grow, d.Record = percent, record
	return d
}

// A limit that grows grants as much as was verified, and never less than its own maximum.
func growCeilingFollows(t *testing.T, r rig) {
	for verified, most := range []int{2, 2, 2, 3, 4} {
		r.room(t, growing("a"+strconv.Itoa(verified), "", 2, 100, "record"), most)
		r.verified(t, "record", 1)
	}
	d := growing("same", "", 2, 100, "record")
	r.room(t, d, 5)
	r.verified(t, "record", 2)
	r.room(t, d, 2)
	r.room(t, growing("other", "", 2, 100, "other record"), 2)
}

// Grow is in hundredths, and parts of a unit are none.
func growHundredths(t *testing.T, r rig) {
	r.verified(t, "record", 7)
	for percent, most := range map[int]int{0: 1, 1: 1, 28: 1, 29: 2, 50: 3, 99: 6, 100: 7, 200: 14, 1000: 70} {
		d := growing("a"+strconv.Itoa(percent), "1", 1, percent, "record")
		d.Cost = most
		r.spend(t, d)
		r.room(t, d, 0)
	}
}

// Each of several limits on an account grows by what was verified within its own window.
func growEachWindow(t *testing.T, r rig) {
	r.noon()
	r.verified(t, "record", 4)
	r.advance(5 * time.Hour)
	r.verified(t, "record", 3)
	d := under(growing("a", "", 1, 100, "record"), guard.Limit{Name: "long", Max: 1, Grow: 50, Window: 6 * time.Hour})
	for _, id := range []string{"1", "2", "3"} {
		d.ID = id
		r.spend(t, d)
	}
	d.ID = "4"
	// 7 were verified in the last six hours.
	r.refused(t, r.store.Spend(t.Context(), d),
		cattlegrid.Refusal{Debit: d, Limit: d.Limits[0], Wait: time.Hour, Used: 3, Base: 3},
		cattlegrid.Refusal{Debit: d, Limit: d.Limits[1], Wait: 6 * time.Hour, Used: 3, Base: 7})
}

// What was verified within the window counts from the beginning of the hour, in UTC, in which the window begins.
func growFullHours(t *testing.T, r rig) {
	r.noon()
	r.advance(30*time.Minute - 2*r.drift - tick)
	r.verified(t, "record", 5) // at the end of an hour
	r.advance(2*r.drift + tick)
	r.verified(t, "record", 2) // at the beginning of the next one
	r.base(t, "record", time.Hour, 7)
	r.base(t, "record", 2*time.Hour, 7)
	r.advance(time.Hour - 3*r.drift - tick)
	r.base(t, "record", time.Hour, 7)
	r.advance(3*r.drift + tick)
	r.base(t, "record", time.Hour, 2)
	r.base(t, "record", 2*time.Hour, 7)
	r.advance(time.Hour)
	r.base(t, "record", time.Hour, 1) // a share of the day, see BestDay
	r.base(t, "record", 3*time.Hour, 7)
}

// A limit does not fall below the share of the best day that lies within its window, if a day had six hours.
func growBestDay(t *testing.T, r rig) {
	r.noon()
	r.verified(t, "record", 24)
	r.advance(2 * 24 * time.Hour)
	r.verified(t, "record", 12)
	r.advance(2 * 24 * time.Hour)
	r.verified(t, "record", 1)
	shares := map[time.Duration]int{
		24 * time.Hour: 24, 6 * time.Hour: 24, 3 * time.Hour: 12, time.Hour: 4, 30 * time.Minute: 2, 29 * time.Minute: 1, time.Second: 1,
	}
	for window, base := range shares {
		r.base(t, "record", window, base)
	}
	r.advance(9 * 24 * time.Hour)
	for window, base := range shares {
		if window == time.Second {
			base = 0 // that one was verified within it
		}
		r.base(t, "record", window, base)
	}
	r.advance(24 * time.Hour)
	// Fourteen days, today among them, do not hold the best one any more.
	for window, base := range map[time.Duration]int{24 * time.Hour: 12, 3 * time.Hour: 6, time.Hour: 2, 29 * time.Minute: 0} {
		r.base(t, "record", window, base)
	}
}

// Days are those of UTC.
func growMidnight(t *testing.T, r rig) {
	now := r.now()
	r.advance(now.Truncate(24 * time.Hour).Add(47 * time.Hour).Sub(now)) // to 23:00
	r.verified(t, "record", 6)
	r.advance(2 * time.Hour)
	r.verified(t, "record", 6)
	r.advance(12 * time.Hour)
	r.base(t, "record", 6*time.Hour, 6)
	r.base(t, "record", 24*time.Hour, 12)
}

// When a ceiling falls what was granted stays, and nothing more is until enough of it has left the window.
func growCeilingFalls(t *testing.T, r rig) {
	r.noon()
	r.verified(t, "record", 10)
	d := within(growing("a", "1", 2, 100, "record"), 3*time.Hour)
	r.advance(80 * time.Minute)
	d.Cost = 7
	r.spend(t, d)
	r.advance(10 * time.Minute)
	d.ID, d.Cost = "2", 3
	r.spend(t, d)
	r.advance(140 * time.Minute)
	// 230 minutes after the numbers were verified: half of the best day is left.
	d.ID, d.Cost = "3", 1
	r.refused(t, r.store.Spend(t.Context(), d), cattlegrid.Refusal{Debit: d, Wait: 30 * time.Minute, Used: 10, Base: 5})
	d.Cost = 3
	r.refused(t, r.store.Spend(t.Context(), d), cattlegrid.Refusal{Debit: d, Wait: 40 * time.Minute, Used: 10, Base: 5})
	d.Cost = 6
	r.refused(t, r.store.Spend(t.Context(), d), cattlegrid.Refusal{Debit: d, Wait: 3 * time.Hour, Used: 10, Base: 5})
	d.ID = "1"
	r.spend(t, d)
	r.advance(30 * time.Minute)
	r.room(t, d, 2)
}

// A refusal tells by what its limit grows; of a limit that does not grow it is nothing, whatever was recorded.
func growRefusal(t *testing.T, r rig) {
	r.verified(t, "record", 3)
	grows, stays := growing("a", "1", 1, 100, "record"), growing("b", "1", 1, 0, "record")
	grows.Cost, stays.Cost = guard.MaxUnits, 2
	r.refused(t, r.store.Spend(t.Context(), grows, stays),
		cattlegrid.Refusal{Debit: grows, Wait: time.Hour, Base: 3},
		cattlegrid.Refusal{Debit: stays, Wait: time.Hour})
}
