package storetest

import (
	"strconv"
	"time"

	"pgregory.net/rapid"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// scene is the accounts among which a comparison happens, and the measure of its time.
type scene struct {
	accounts []account
	unit     time.Duration   // of lifetimes, and by which time passes
	leaps    []time.Duration // by which it passes, too
}

// account is a key and what is charged on it. The windows of its limits are in units of the scene.
type account struct {
	name   string
	limits []guard.Limit
	adds   bool
	next   bool
	record string
	lane   int // depth + 1 of the lane; 0 if there is none
}

// shortly is limits of seconds: they fill and empty again and again, and so do secrets.
var shortly = scene{
	unit: 10 * time.Second,
	accounts: []account{
		{name: "tight", limits: []guard.Limit{{Max: 1, Window: 2}}, next: true},
		{name: "middle", limits: []guard.Limit{{Max: 4, Window: 5}}},
		{name: "wide", limits: []guard.Limit{{Max: 7, Window: 12}}},
		{name: "ladder", limits: []guard.Limit{{Max: 1, Window: 1}, {Max: 2, Window: 4}, {Max: 4, Window: 20}}, next: true},
		{name: "adds", limits: []guard.Limit{{Max: 5, Window: 12}, {Max: 3, Window: 5}}, adds: true, next: true},
	},
}

// longer is limits of hours that follow what was verified in hours and days.
var longer = scene{
	unit: 5 * time.Minute,
	leaps: []time.Duration{
		30 * time.Minute, time.Hour, 6 * time.Hour, 23 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 13 * 24 * time.Hour,
	},
	accounts: []account{
		{
			name: "prefix", record: "prefix", next: true,
			limits: []guard.Limit{{Max: 2, Window: 12, Grow: 100}, {Max: 4, Window: 72, Grow: 150}, {Max: 6, Window: 288, Grow: 50}},
		},
		{name: "country", record: "country", limits: []guard.Limit{{Max: 5, Window: 288, Grow: 60, Coarse: true}}},
		{name: "total", limits: []guard.Limit{{Max: 7, Window: 150, Coarse: true}}, next: true},
		{name: "coldest", record: "cold countries", lane: 1, adds: true, limits: []guard.Limit{{Max: 3, Window: 19, Grow: 100}}},
		{name: "cold", record: "cold prefixes", lane: 2, limits: []guard.Limit{{Max: 2, Window: 12, Grow: 50}, {Max: 3, Window: 48}}},
		{name: "known", record: "prefix", lane: 3, limits: []guard.Limit{{Max: 4, Window: 24, Grow: 200}}},
	},
}

// half is by how much lifetimes and windows end beside the moments at which something happens, if the clock runs on by
// itself. Otherwise they end at such moments.
func (c comparison) half() time.Duration {
	if c.drift > 0 {
		return 5 * time.Second
	}
	return 0
}

func (c comparison) span(units int) time.Duration {
	return time.Duration(units)*c.unit - c.half()
}

// debits of accounts, at least so many, under few IDs, so that they meet again.
func (c comparison) debits(t *rapid.T, least int) (debits []cattlegrid.Debit) {
	chosen := rapid.SliceOfNDistinct(rapid.IntRange(0, len(c.accounts)-1), least, len(c.accounts), rapid.ID).Draw(t, "accounts")
	ids := rapid.StringMatching(`[1-5]`)
	one := rapid.Just(ids.Draw(t, "one id"))
	for _, i := range chosen {
		kinds := []*rapid.Generator[string]{one, ids}
		if charged := c.charged(c.accounts[i]); len(charged) > 0 {
			kinds = append(kinds, rapid.SampledFrom(charged))
		}
		debits = append(debits, c.on(t, c.accounts[i], rapid.OneOf(kinds...).Draw(t, "id")))
	}
	return debits
}

// charged is the IDs that were charged on an account, as often as they were.
func (c comparison) charged(a account) (ids []string) {
	for _, old := range c.model.charges {
		if old.key == c.prefix+a.name {
			ids = append(ids, old.id)
		}
	}
	return ids
}

// on is a debit on an account, under all of its limits, whose ceilings and whose order may differ each time.
func (c comparison) on(t *rapid.T, a account, id string) cattlegrid.Debit {
	d := cattlegrid.Debit{Key: c.prefix + a.name, ID: id, Adds: a.adds, Next: a.next}
	if a.record != "" {
		d.Record = c.prefix + a.record + " record"
	}
	if a.lane > 0 {
		d.Lane = &guard.Lane{Depth: a.lane - 1, Ranks: []guard.Rank{
			{Record: c.prefix + "country record", Least: 2}, {Record: c.prefix + "prefix record", Least: 1},
		}}
	}
	for i, limit := range a.limits {
		limit.Name = a.name + strconv.Itoa(i)
		limit.Window = c.span(int(limit.Window))
		limit.Max = max(1, limit.Max-rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "stricter"))
		d.Limits = append(d.Limits, limit)
	}
	d.Limits = rapid.Permutation(d.Limits).Draw(t, "order")
	d.Cost = rapid.SampledFrom([]int{1, 1, 1, 1, 1, 1, 2, 2, 3, a.limits[0].Max + 1}).Draw(t, "cost")
	if a.adds {
		d.Cost = 1 + int(id[len(id)-1])%2 // what is taken back is what was charged
	}
	if c.mayBeMerged(d) {
		d.ID = c.fresh()
	}
	return d
}

// mayBeMerged reports whether a charge with d's ID is so old that the store may have forgotten the ID already.
func (c comparison) mayBeMerged(d cattlegrid.Debit) bool {
	for _, old := range c.model.charges {
		if d.Limits[0].Coarse && old.key == d.Key && old.id == d.ID && c.model.now.Sub(old.from) >= mergeAge-2*c.half() {
			return true
		}
	}
	return false
}

// fresh is an ID that was never used.
func (c comparison) fresh() string {
	*c.ids++
	return "fresh" + strconv.Itoa(*c.ids)
}

// passes is how much time shall pass: some units, one of the leaps, or until, or until shortly before, a charge leaves a
// window.
func (c comparison) passes(t *rapid.T) time.Duration {
	ends := []time.Duration{}
	for _, old := range c.model.charges {
		for _, a := range c.accounts {
			for _, limit := range a.limits {
				left := old.from.Add(c.span(int(limit.Window))).Sub(c.model.now)
				if left += c.half(); c.prefix+a.name == old.key && left > 0 {
					ends = append(ends, left)
					if c.half() == 0 {
						ends = append(ends, left-tick)
					}
				}
			}
		}
	}
	units := time.Duration(rapid.IntRange(1, 8).Draw(t, "units")) * c.unit
	kinds := [][]time.Duration{{units}, {units}, c.leaps, ends}
	kind := kinds[rapid.IntRange(0, len(kinds)-1).Draw(t, "kind")]
	if len(kind) == 0 {
		return units
	}
	return rapid.SampledFrom(kind).Draw(t, "passes")
}
