package guard_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// Debits that cannot be charged are named.
func TestValidate(t *testing.T) {
	ranks := []guard.Rank{{Record: "wide", Least: 3}, {Record: "narrow", Least: 1}}
	good := debit(2, time.Second, "id", 1)
	with := func(change func(*guard.Debit)) []guard.Debit {
		d := good
		change(&d)
		return []guard.Debit{d}
	}
	beside := func(change func(*guard.Debit)) []guard.Debit {
		return append(with(func(d *guard.Debit) { d.Limit.Name = "first" }), with(change)...)
	}
	for name, tt := range map[string]struct {
		debits []guard.Debit
		want   string
	}{
		"OK":            {[]guard.Debit{good}, ""},
		"Nothing":       {nil, ""},
		"NoKey":         {with(func(d *guard.Debit) { d.Key = "" }), "key"},
		"LongKey":       {with(func(d *guard.Debit) { d.Key = strings.Repeat("k", guard.MaxKeyLen+1) }), "key"},
		"NoID":          {with(func(d *guard.Debit) { d.ID = "" }), "id"},
		"LongID":        {with(func(d *guard.Debit) { d.ID = strings.Repeat("i", guard.MaxIDLen+1) }), "id"},
		"MergedID":      {with(func(d *guard.Debit) { d.ID = "~7" }), "begins with"},
		"NoWindow":      {with(func(d *guard.Debit) { d.Limit.Window = 0 }), "window"},
		"EndlessWindow": {with(func(d *guard.Debit) { d.Limit.Window = math.MaxInt64 }), "window"},
		"NoLimit":       {with(func(d *guard.Debit) { d.Limit.Max = 0 }), "limit"},
		"HugeLimit":     {with(func(d *guard.Debit) { d.Limit.Max = guard.MaxUnits + 1 }), "limit"},
		"NoCost":        {with(func(d *guard.Debit) { d.Cost = 0 }), "cost"},
		"NegativeCost":  {with(func(d *guard.Debit) { d.Cost = -1 }), "cost"},
		"HugeCost":      {with(func(d *guard.Debit) { d.Cost = guard.MaxUnits + 1 }), "cost"},
		"OverTheLimit":  {with(func(d *guard.Debit) { d.Cost = 3 }), ""}, // it never fits
		"Grows":         {with(func(d *guard.Debit) { d.Limit.Grow, d.Record = 100, "r" }), ""},
		"Shrinks":       {with(func(d *guard.Debit) { d.Limit.Grow, d.Record = -1, "r" }), "grows by -1"},
		"GrowsTooFast":  {with(func(d *guard.Debit) { d.Limit.Grow, d.Record = 1001, "r" }), "grows by 1001"},
		"GrowsByNone":   {with(func(d *guard.Debit) { d.Limit.Grow = 100 }), "no record"},
		"GrowsTooLong": {with(func(d *guard.Debit) {
			d.Limit.Grow, d.Record, d.Limit.Window = 100, "r", guard.MaxGrowWindow+1
		}), "window"},
		"LongRecord":   {with(func(d *guard.Debit) { d.Record = strings.Repeat("r", guard.MaxKeyLen+1) }), "record"},
		"Lane":         {with(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: ranks, Depth: 2} }), ""},
		"LaneTooDeep":  {with(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: ranks, Depth: 3} }), "depth 3"},
		"LaneTooHigh":  {with(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: ranks, Depth: -1} }), "depth -1"},
		"LaneTooLong":  {with(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: make([]guard.Rank, guard.MaxRanks+1)} }), "ranks"},
		"RankNoRecord": {with(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: []guard.Rank{{Least: 1}}} }), "rank"},
		"RankNoLeast":  {with(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: []guard.Rank{{Record: "r"}}} }), "rank"},
		"OtherRanks": {beside(func(d *guard.Debit) {
			d.Key, d.Lane = "other", &guard.Lane{Ranks: ranks[:1]}
		}), ""},
		"TwoLanes": {append(with(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: ranks[:1]} }), with(func(d *guard.Debit) {
			d.Key, d.Lane = "other", &guard.Lane{Ranks: ranks}
		})...), "different ranks"},
		"TwoLimits":    {beside(func(d *guard.Debit) { d.Limit.Window, d.Limit.Max = time.Hour, 9 }), ""},
		"OtherID":      {beside(func(d *guard.Debit) { d.ID = "2" }), "share"},
		"OtherCost":    {beside(func(d *guard.Debit) { d.Cost = 2 }), "share"},
		"OtherAdds":    {beside(func(d *guard.Debit) { d.Adds = true }), "share"},
		"OtherRecord":  {beside(func(d *guard.Debit) { d.Record = "r" }), "share"},
		"OtherLane":    {beside(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: ranks} }), "share"},
		"OtherMerging": {beside(func(d *guard.Debit) { d.Limit.Coarse = true }), "share"},
	} {
		t.Run(name, func(t *testing.T) {
			err := guard.Validate(tt.debits)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("Validate: %v, want an error about %q", err, tt.want)
			}
		})
	}
}

// How deep ranks are known is the place of the last that is, whatever the ones before it are.
func TestDepth(t *testing.T) {
	ranks := []guard.Rank{{Record: "country", Least: 10}, {Record: "segment", Least: 5}, {Record: "prefix", Least: 2}}
	for name, tt := range map[string]struct {
		totals map[string]int
		want   int
	}{
		"Nothing":     {nil, 0},
		"TooFew":      {map[string]int{"country": 9, "segment": 4, "prefix": 1}, 0},
		"Country":     {map[string]int{"country": 10}, 1},
		"Segment":     {map[string]int{"country": 10, "segment": 5}, 2},
		"SegmentOnly": {map[string]int{"segment": 7}, 2},
		"All":         {map[string]int{"country": 99, "segment": 99, "prefix": 2}, 3},
		"PrefixOnly":  {map[string]int{"prefix": 2}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			if got := guard.Depth(ranks, func(record string) int { return tt.totals[record] }); got != tt.want {
				t.Errorf("depth %d, want %d", got, tt.want)
			}
		})
	}
}
