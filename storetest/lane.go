package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

var laneCases = []testCase{
	{"ByDepth", laneByDepth},
	{"DeepestCounts", laneDeepestCounts},
	{"IsNotAsked", laneIsNotAsked},
	{"Refuses", laneRefuses},
	{"NextOnlyInLane", laneNextOnlyInLane},
	{"Forgets", laneForgets},
	{"WithoutRanks", laneWithoutRanks},
}

// lanes is a debit for each depth at which a number may be known.
func lanes(id string, most int) (debits []cattlegrid.Debit) {
	ranks := []guard.Rank{{Record: "country", Least: 3}, {Record: "segment", Least: 2}, {Record: "prefix", Least: 1}}
	for depth, key := range []string{"none", "country only", "segment only", "all"} {
		d := debit(key, id, most)
		d.Lane = &guard.Lane{Ranks: slices.Clone(ranks), Depth: depth}
		debits = append(debits, d)
	}
	return debits
}

// inLane wants id to be charged in one lane only.
func (r rig) inLane(t *testing.T, id string, depth int) {
	t.Helper()
	r.spend(t, lanes(id, 1)...)
	for i, d := range lanes(id, 1) {
		d.Lane = nil
		n := 1
		if i == depth {
			n = 0
		}
		r.room(t, d, n)
	}
	r.advance(time.Hour)
}

// A debit is charged only if its depth is how deep the number is known: at least so many were verified of each rank.
func laneByDepth(t *testing.T, r rig) {
	r.inLane(t, "1", 0)
	r.verified(t, "country", 2)
	r.inLane(t, "2", 0)
	r.verified(t, "country", 1)
	r.inLane(t, "3", 1)
	r.verified(t, "segment", 2)
	r.inLane(t, "4", 2)
	r.verified(t, "prefix", 1)
	r.inLane(t, "5", 3)
}

// What is known in a narrow rank is known, though the wider one is not.
func laneDeepestCounts(t *testing.T, r rig) {
	r.verified(t, "segment", 2)
	r.inLane(t, "1", 2)
	r.verified(t, "prefix", 1)
	r.inLane(t, "2", 3)
}

// A lane that the number is not in refuses nothing, and neither do several limits on it.
func laneIsNotAsked(t *testing.T, r rig) {
	two := func(id string) []cattlegrid.Debit {
		debits := lanes(id, 1)
		for i, d := range debits {
			debits[i] = under(d, guard.Limit{Name: "long", Max: 1, Window: 2 * time.Hour})
		}
		return debits
	}
	for _, d := range two("full")[1:] {
		d.Lane = nil
		r.spend(t, d)
	}
	r.spend(t, two("1")...)
	again := two("2")
	refused := []cattlegrid.Refusal{
		{Debit: again[0], Limit: again[0].Limits[0], Wait: time.Hour, Used: 1},
		{Debit: again[0], Limit: again[0].Limits[1], Wait: 2 * time.Hour, Used: 1},
	}
	r.refused(t, r.store.Spend(t.Context(), again...), refused...)
	again[3].Cost = 9
	r.refused(t, r.store.Spend(t.Context(), again...), refused...)
	r.spend(t, again[1:]...)
}

// If the lane that the number is in does not fit, nothing is charged, neither in a lane nor beside it.
func laneRefuses(t *testing.T, r rig) {
	r.spend(t, lanes("1", 1)...)
	beside := debit("beside", "2", 2)
	debits := append(lanes("2", 1), beside)
	r.limited(t, r.store.Spend(t.Context(), debits...), debits[0], time.Hour)
	r.verified(t, "prefix", 1)
	r.spend(t, debits...)
	r.room(t, beside, 1)
	full := lanes("3", 1)
	r.limited(t, r.store.Spend(t.Context(), full...), full[3], time.Hour)
}

// What would not be charged has nothing to wait for.
func laneNextOnlyInLane(t *testing.T, r rig) {
	debits := lanes("1", 1)
	for i := range debits {
		debits[i] = within(debits[i], time.Duration(i+1)*time.Hour)
		debits[i].Next = true
	}
	r.verified(t, "country", 3)
	r.next(t, 2*time.Hour, debits...)
}

// When the record is forgotten the number is unknown again.
func laneForgets(t *testing.T, r rig) {
	r.noon()
	r.verified(t, "country", 2)
	r.advance(24 * time.Hour)
	r.verified(t, "country", 1)
	r.inLane(t, "1", 1)
	r.advance(12*24*time.Hour - time.Hour)
	r.inLane(t, "2", 1)
	r.advance(23 * time.Hour)
	r.inLane(t, "3", 0)
}

// A lane without ranks has a depth of zero.
func laneWithoutRanks(t *testing.T, r rig) {
	d := debit("a", "1", 1)
	d.Lane = &guard.Lane{}
	r.spend(t, d)
	r.room(t, debit("a", "", 1), 0)
}
