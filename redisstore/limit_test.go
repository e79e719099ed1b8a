package redisstore_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/rueidis"
	"pgregory.net/rapid"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/redisstore"
)

// The arithmetic in Lua gives the answers of guard.Log, to the microsecond, with several windows on one account, many
// grants and few, charges that add, refunds and settlements, also when the clock is set back.
func TestLimitArithmetic(t *testing.T) {
	rapid.Check(t, newArithmetic(t).check)
}

func FuzzLimitArithmetic(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(newArithmetic(f).check))
}

// arithmetic is a store whose clock stands where the key "now" says.
type arithmetic struct {
	client rueidis.Client
	store  *redisstore.Store
}

func newArithmetic(t testing.TB) arithmetic {
	return arithmetic{client: newClient(t, redistest.Start(t).URL())}
}

// anew has another store, as this one would notice that Redis was emptied.
func (a arithmetic) anew(t *rapid.T) arithmetic {
	store, err := redisstore.NewWithClock(a.client, "tonumber(redis.call('GET', 'now'))")
	if err != nil {
		t.Fatal(err)
	}
	return arithmetic{a.client, store}
}

// at sets the clock. Nothing expires, since the moments have nothing to do with the server's clock, by which keys do.
func (a arithmetic) at(t *rapid.T, now int64) {
	set := a.client.B().Set().Key("now").Value(strconv.FormatInt(now, 10)).Build()
	persist, persistMany := a.client.B().Persist().Key("account:count").Build(), a.client.B().Persist().Key("{account:count}:many").Build()
	for _, answer := range a.client.DoMulti(t.Context(), persist, persistMany, set) {
		if err := answer.Error(); err != nil {
			t.Fatal(err)
		}
	}
}

func (a arithmetic) check(t *rapid.T) {
	if err := a.client.Do(t.Context(), a.client.B().Flushall().Build()).Error(); err != nil {
		t.Fatal(err)
	}
	a = a.anew(t)
	windows := rapid.SampledFrom([][]int64{{1000}, {1001}, {60e6}, {86400e6}, {60e6, 180e6, 3600e6}, {1000, 60e6}}).Draw(t, "windows")
	most := rapid.SampledFrom([]int{1, 2, 5, 30, 300}).Draw(t, "max")
	ids := rapid.SampledFrom([]string{`[a-c]`, `[a-z ]`, `[a-z%\n]{2}`, `[a-z]{60}`}).Draw(t, "ids")
	crowd := 0 // come at once, so that the account is a large one, and come again
	if most >= 30 {
		crowd = rapid.SampledFrom([]int{0, 30}).Draw(t, "crowd")
	}
	if crowd > 0 {
		ids = `[a-f]{2}-{58}`
	}
	adds := rapid.Bool().Draw(t, "adds")
	// The longer windows grant more.
	limits := make([]guard.Limit, 0, len(windows))
	for i, window := range windows {
		limits = append(limits, guard.Limit{Name: strconv.Itoa(i), Max: most * (i + 1), Window: time.Duration(window) * time.Microsecond})
	}
	draw := func() cattlegrid.Debit {
		return cattlegrid.Debit{
			Key: "account", ID: rapid.StringMatching(ids).Draw(t, "id"), Adds: adds, Limits: limits,
			Cost: rapid.OneOf(rapid.Just(1), rapid.IntRange(1, most+1)).Draw(t, "cost"),
		}
	}
	now := time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC).UnixMicro()
	var log guard.Log
	var ends []int64 // when grants leave windows
	for step := range crowd + rapid.IntRange(1, 100).Draw(t, "steps") {
		passes := rapid.OneOf(
			rapid.Int64Range(0, windows[0]/int64(most)), // about as fast as the limit allows
			rapid.SampledFrom([]int64{0, 1, windows[0] - 1, windows[0], windows[0] + 1}),
			rapid.Int64Range(-windows[0]-1, 0),
			rapid.Map(rapid.Int64Range(-1, 1), func(beside int64) int64 { return untilNext(ends, now) + beside }),
		).Draw(t, "passes")
		act := rapid.SampledFrom([]string{"charge", "charge", "charge", "charge", "charge", "charge", "refund", "settle"}).Draw(t, "act")
		d := draw()
		if step < crowd {
			passes, act, d.Cost = 0, "charge", 1
			d.ID = string([]byte{'a' + byte(step/6), 'a' + byte(step%6)}) + strings.Repeat("-", 58)
		}
		// What was left behind may still lie in Redis, and comes back if the clock is set back that far.
		if !slices.ContainsFunc(ends, func(end int64) bool { return now+passes < end && end <= now }) {
			now += passes
		}
		a.at(t, now)
		nanos := now * 1000
		switch act {
		case "refund":
			log.Refund(nanos, &d)
			if err := a.store.Refund(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		case "settle":
			log.Settle(nanos, d.ID)
			credit := cattlegrid.Debit{Key: "credit", ID: "id", Cost: 1, Limits: []guard.Limit{{Max: 1, Window: time.Second}}}
			if err := a.store.Settle(t.Context(), credit, d); err != nil {
				t.Fatal(err)
			}
		default:
			var want []string
			for _, l := range limits {
				if wait, used := log.Wait(nanos, &d, l.Window, l.Max); wait > 0 {
					want = append(want, fmt.Sprintf("%s: %d used, wait %v", l.Name, used, wait))
				}
			}
			if len(want) == 0 {
				log.Charge(nanos, &d)
				for g := range log.Grants() {
					for _, window := range windows {
						ends = append(ends, g.At/1000+window)
					}
				}
			}
			if got := refusals(t, a.store.Spend(t.Context(), d)); !slices.Equal(got, want) {
				t.Fatalf("Lua says %q, guard.Log says %q; log %+v", got, want, slices.Collect(log.Grants()))
			}
		}
	}
}

// untilNext is how long it is until the first of the ends that are still to come, 0 if there is none.
func untilNext(ends []int64, now int64) int64 {
	next := slices.DeleteFunc(slices.Clone(ends), func(end int64) bool { return end <= now })
	if len(next) == 0 {
		return 0
	}
	return slices.Min(next) - now
}

// refusals is what a store says of the charges that do not fit.
func refusals(t *rapid.T, err error) (said []string) {
	var refusal *cattlegrid.LimitError
	if err != nil && !errors.As(err, &refusal) {
		t.Fatal(err)
	}
	if refusal == nil {
		return nil
	}
	for _, r := range refusal.Refusals {
		said = append(said, fmt.Sprintf("%s: %d used, wait %v", r.Limit.Name, r.Used, r.Wait))
	}
	return said
}
