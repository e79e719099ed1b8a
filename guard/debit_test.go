package guard_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// Debits that cannot be charged are named.
func TestValidate(t *testing.T) {
	ranks := []guard.Rank{{Record: "wide", Least: 3}, {Record: "narrow", Least: 1}}
	good := *debit(2, time.Second, "id", 1)
	with := func(change func(*guard.Debit)) []guard.Debit {
		d := good
		change(&d)
		return []guard.Debit{d}
	}
	limited := func(change func(*guard.Limit)) []guard.Debit {
		d := good
		d.Record, d.Limits = "r", slices.Clone(good.Limits)
		change(&d.Limits[0])
		return []guard.Debit{d}
	}
	beside := func(limits ...guard.Limit) []guard.Debit {
		return with(func(d *guard.Debit) { d.Limits = append(limits, d.Limits...) })
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
		"NoWindow":      {limited(func(l *guard.Limit) { l.Window = 0 }), "window"},
		"EndlessWindow": {limited(func(l *guard.Limit) { l.Window = math.MaxInt64 }), "window"},
		"NoLimit":       {limited(func(l *guard.Limit) { l.Max = 0 }), "limit"},
		"HugeLimit":     {limited(func(l *guard.Limit) { l.Max = guard.MaxUnits + 1 }), "limit"},
		"NoCost":        {with(func(d *guard.Debit) { d.Cost = 0 }), "cost"},
		"NegativeCost":  {with(func(d *guard.Debit) { d.Cost = -1 }), "cost"},
		"HugeCost":      {with(func(d *guard.Debit) { d.Cost = guard.MaxUnits + 1 }), "cost"},
		"OverTheLimit":  {with(func(d *guard.Debit) { d.Cost = 3 }), ""}, // it never fits
		"Grows":         {limited(func(l *guard.Limit) { l.Grow = 100 }), ""},
		"Shrinks":       {limited(func(l *guard.Limit) { l.Grow = -1 }), "grows by -1"},
		"GrowsTooFast":  {limited(func(l *guard.Limit) { l.Grow = 1001 }), "grows by 1001"},
		"GrowsByNone":   {with(func(d *guard.Debit) { d.Limits = []guard.Limit{{Max: 1, Window: time.Second, Grow: 100}} }), "no record"},
		"GrowsTooLong":  {limited(func(l *guard.Limit) { l.Grow, l.Window = 100, guard.MaxGrowWindow+1 }), "window"},
		"LongRecord":    {with(func(d *guard.Debit) { d.Record = strings.Repeat("r", guard.MaxKeyLen+1) }), "record"},
		"Lane":          {with(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: ranks, Depth: 2} }), ""},
		"LaneTooDeep":   {with(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: ranks, Depth: 3} }), "depth 3"},
		"LaneTooHigh":   {with(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: ranks, Depth: -1} }), "depth -1"},
		"LaneTooLong":   {with(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: make([]guard.Rank, guard.MaxRanks+1)} }), "ranks"},
		"RankNoRecord":  {with(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: []guard.Rank{{Least: 1}}} }), "rank"},
		"RankNoLeast":   {with(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: []guard.Rank{{Record: "r"}}} }), "rank"},
		"TwoLanes": {append(with(func(d *guard.Debit) { d.Lane = &guard.Lane{Ranks: ranks[:1]} }), with(func(d *guard.Debit) {
			d.Key, d.Lane = "other", &guard.Lane{Ranks: ranks}
		})...), "different ranks"},
		"OneLaneOfTwo": {append(with(func(d *guard.Debit) { d.Key = "other" }), with(func(d *guard.Debit) {
			d.Lane = &guard.Lane{Ranks: ranks}
		})...), ""},
		"TwoAccounts":   {append(with(func(d *guard.Debit) { d.Key = "other" }), good), ""},
		"OneAccount":    {append(with(func(d *guard.Debit) { d.Limits = good.Limits[:1:1] }), good), "the same key"},
		"OtherID":       {append(with(func(d *guard.Debit) { d.ID = "2" }), good), "the same key"},
		"NoLimits":      {with(func(d *guard.Debit) { d.Limits = nil }), "0 limits"},
		"TwoLimits":     {beside(guard.Limit{Max: 9, Window: time.Hour}), ""},
		"TooManyLimits": {beside(slices.Repeat(good.Limits, guard.MaxLimits)...), "33 limits"},
		"SecondBroken":  {with(func(d *guard.Debit) { d.Limits = append(d.Limits[:1:1], guard.Limit{Max: 9}) }), "window"},
		"OneIsCoarse":   {beside(guard.Limit{Max: 9, Window: time.Hour, Coarse: true}), "coarse"},
		"AllAreCoarse": {with(func(d *guard.Debit) {
			d.Limits = []guard.Limit{{Max: 9, Window: time.Hour, Coarse: true}, {Max: 99, Window: 24 * time.Hour, Coarse: true}}
		}), ""},
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

// What a debit says of its limits is that of all of them.
func TestDebit(t *testing.T) {
	d := guard.Debit{Limits: []guard.Limit{{Window: time.Minute}, {Window: time.Hour}, {Window: time.Second}}}
	if d.Longest() != time.Hour || d.Coarse() {
		t.Errorf("longest window %v, coarse %t, want an hour and not coarse", d.Longest(), d.Coarse())
	}
	now, r := int64(400*24*time.Hour), guard.Record{}
	for range 6 {
		r.Add(now)
	}
	now += int64(2 * time.Hour)
	if got := d.Base(&r, now, time.Hour); got != 1 {
		t.Errorf("it grows by %d outside a lane, want a share of the best day", got)
	}
	d.Lane = &guard.Lane{}
	if got := d.Base(&r, now, time.Hour); got != 0 {
		t.Errorf("it grows by %d in a lane, want what was verified within the hour", got)
	}
}
