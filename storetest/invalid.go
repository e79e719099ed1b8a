package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

var invalidCases = []testCase{
	{"Secret", invalidSecret},
	{"Debit", invalidDebit},
}

// none wants err to be an error, but none of those that are an answer.
func none(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil || errors.Is(err, cattlegrid.ErrLimit) || errors.Is(err, cattlegrid.ErrNotFound) || errors.Is(err, cattlegrid.ErrWrong) {
		t.Errorf("%s: %v, want an error that is no answer", what, err)
	}
}

// A secret that Validate rejects is refused, and nothing is charged or stored.
func invalidSecret(t *testing.T, r rig) {
	with := func(change func(*cattlegrid.Secret)) cattlegrid.Secret {
		s := code("482915")
		change(&s)
		return s
	}
	for _, c := range []struct {
		name, key string
		secret    cattlegrid.Secret
	}{
		{"NoKey", "", code("482915")},
		{"LongKey", strings.Repeat("k", cattlegrid.MaxKeyLen+1), code("482915")},
		{"NoValue", "code", with(func(s *cattlegrid.Secret) { s.Value = "" })},
		{"LongValue", "code", with(func(s *cattlegrid.Secret) { s.Value = strings.Repeat("9", cattlegrid.MaxValueLen+1) })},
		{"LongPayload", "code", with(func(s *cattlegrid.Secret) { s.Payload = make([]byte, cattlegrid.MaxPayloadLen+1) })},
		{"NoAttempts", "code", with(func(s *cattlegrid.Secret) { s.Attempts = 0 })},
		{"NegativeAttempts", "code", with(func(s *cattlegrid.Secret) { s.Attempts = -1 })},
		{"NoTTL", "code", with(func(s *cattlegrid.Secret) { s.TTL = 0 })},
		{"NegativeTTL", "code", with(func(s *cattlegrid.Secret) { s.TTL = -time.Minute })},
		{"ShortTTL", "code", with(func(s *cattlegrid.Secret) { s.TTL = time.Millisecond - 1 })},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := debit("a"+c.name, "1", 1)
			none(t, "Put", r.store.Put(t.Context(), c.key, c.secret, a))
			_, err := r.store.Keep(t.Context(), c.key, c.secret, a)
			none(t, "Keep", err)
			r.absent(t, "code")
			r.room(t, a, 1)
		})
	}
}

// Debits that Validate rejects are refused by every method that takes debits, and nothing else changes.
func invalidDebit(t *testing.T, r rig) {
	with := func(change func(*cattlegrid.Debit)) cattlegrid.Debit {
		d := debit("a", "2", 3)
		change(&d)
		return d
	}
	fine := debit("fine", "1", 2)
	for _, c := range []struct {
		name   string
		debits []cattlegrid.Debit
	}{
		{"NoKey", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.Key = "" })}},
		{"LongKey", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.Key = strings.Repeat("k", guard.MaxKeyLen+1) })}},
		{"NoID", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.ID = "" })}},
		{"LongID", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.ID = strings.Repeat("1", guard.MaxIDLen+1) })}},
		{"NoWindow", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.Limits[0].Window = 0 })}},
		{"ShortWindow", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.Limits[0].Window = time.Millisecond - 1 })}},
		{"NoCost", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.Cost = 0 })}},
		{"NegativeCost", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.Cost = -1 })}},
		{"CostOutOfBounds", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.Cost = guard.MaxUnits + 1 })}},
		{"NoLimit", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.Limits[0].Max = 0 })}},
		{"MergedID", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.ID = "~2" })}},
		{"NoLimits", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.Limits = nil })}},
		{"TooManyLimits", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.Limits = slices.Repeat(d.Limits, guard.MaxLimits+1) })}},
		{"CoarseBesideFine", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) {
			d.Limits = slices.Concat(d.Limits, coarse("a", "2", 3).Limits)
		})}},
		{"OnlyTheFirstLimitIsFine", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) {
			d.Limits = append(d.Limits, guard.Limit{Name: "no window", Max: 3})
		})}},
		{"TwoIDsOnOneKey", []cattlegrid.Debit{debit("a", "2", 3), debit("a", "3", 3)}},
		{"TwoDebitsOnOneKey", []cattlegrid.Debit{debit("a", "2", 3), fine, debit("a", "2", 3)}}, // though they are equal
		{"DebitForEachLimit", []cattlegrid.Debit{debit("a", "2", 3), within(debit("a", "2", 3), 2*time.Hour)}},
		{"GrowsByNothing", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.Limits[0].Grow = 100 })}},
		{"GrowsTooLong", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) {
			d.Limits[0].Grow, d.Record, d.Limits[0].Window = 100, "record", guard.MaxGrowWindow+time.Millisecond
		})}},
		{"GrowsTooMuch", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.Limits[0].Grow, d.Record = 1001, "record" })}},
		{"LongRecord", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.Record = strings.Repeat("k", guard.MaxKeyLen+1) })}},
		{"LaneTooDeep", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) { d.Lane = &guard.Lane{Depth: 1} })}},
		{"LaneWithoutRecord", []cattlegrid.Debit{with(func(d *cattlegrid.Debit) {
			d.Lane = &guard.Lane{Ranks: []guard.Rank{{Least: 1}}}
		})}},
		{"TwoLanes", []cattlegrid.Debit{
			with(func(d *cattlegrid.Debit) { d.Lane = &guard.Lane{Ranks: []guard.Rank{{Record: "record", Least: 1}}} }),
			with(func(d *cattlegrid.Debit) {
				d.Key, d.Lane = "b", &guard.Lane{Ranks: []guard.Rank{{Record: "record", Least: 2}}}
			}),
		}},
		{"BesideAFineOne", []cattlegrid.Debit{fine, with(func(d *cattlegrid.Debit) { d.Cost = 0 })}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.put(t, "code", code("482915"))
			none(t, "Spend", r.store.Spend(t.Context(), c.debits...))
			none(t, "Refund", r.store.Refund(t.Context(), c.debits...))
			none(t, "Settle", r.store.Settle(t.Context(), debit("credit", "1", 1), c.debits...))
			if len(c.debits) == 1 {
				none(t, "Settle", r.store.Settle(t.Context(), c.debits[0], fine))
			}
			none(t, "Put", r.store.Put(t.Context(), "code", code("000000"), c.debits...))
			none(t, "Put", r.store.Put(t.Context(), "challenge", challenge("X7KP"), c.debits...))
			_, err := r.store.Keep(t.Context(), "new", code("000000"), c.debits...)
			none(t, "Keep", err)
			for _, guess := range []string{"482915", "000000"} {
				_, err = r.store.Attempt(t.Context(), "code", guess, c.debits...)
				none(t, "Attempt", err)
			}
			r.absent(t, "new")
			r.absent(t, "challenge")
			r.holds(t, "code", code("482915"))
		})
	}
	none(t, "Settle", r.store.Settle(t.Context(), fine, fine)) // a credit is a debit of the same step
	r.room(t, fine, 2)
	r.room(t, debit("a", "", 3), 3)
	r.room(t, debit("credit", "", 1), 1)
}
