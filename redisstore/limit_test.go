package redisstore_test

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/redis/rueidis"
	"pgregory.net/rapid"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// The arithmetic in Lua gives the answers of guard.Log, to the microsecond, also when the clock is set back.
func TestLimitArithmetic(t *testing.T) {
	rapid.Check(t, newArithmetic(t).check)
}

func FuzzLimitArithmetic(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(newArithmetic(f).check))
}

// arithmetic runs limit.lua at moments of its own choosing.
type arithmetic struct {
	client         rueidis.Client
	script, refund *rueidis.Lua
}

func newArithmetic(t testing.TB) arithmetic {
	read := func(name string) string {
		text, err := os.ReadFile("lua/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	// PERSIST, since the moments have nothing to do with the server's clock, by which keys expire.
	const driver = `
		local now, debit = tonumber(ARGV[1]), debits_from(3)[1]
		local wait = weigh(now, debit)
		if wait == 0 and ARGV[2] == 'charge' and not debit.granted then
			charge(now, debit)
			redis.call('PERSIST', debit.account)
		end
		return digits(wait)`
	return arithmetic{
		client: newClient(t, redistest.Start(t).URL()),
		script: rueidis.NewLuaScript(read("limit.lua") + driver),
		refund: rueidis.NewLuaScript(read("limit.lua") + read("refund.lua")),
	}
}

func (a arithmetic) check(t *rapid.T) {
	const account = "account"
	if err := a.client.Do(t.Context(), a.client.B().Del().Key(account).Build()).Error(); err != nil {
		t.Fatal(err)
	}
	limit := guard.Limit{
		Name:   "limit",
		Max:    rapid.SampledFrom([]int{1, 2, 5, 30}).Draw(t, "max"),
		Window: time.Duration(rapid.SampledFrom([]int64{1000, 1001, 60e6, 86400e6}).Draw(t, "window")) * time.Microsecond,
	}
	window := limit.Window.Microseconds()
	now := time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC).UnixMicro()
	var log guard.Log
	for range rapid.IntRange(1, 60).Draw(t, "steps") {
		now += rapid.OneOf(
			rapid.Int64Range(0, window/int64(limit.Max)), // about as fast as the limit allows
			rapid.SampledFrom([]int64{0, 1, window - 1, window, window + 1}),
			rapid.Int64Range(-window-1, 0),
		).Draw(t, "passes")
		debit := cattlegrid.Debit{
			Limit: limit, Key: account,
			ID:   rapid.StringMatching(`[a-z]`).Draw(t, "id"),
			Cost: rapid.OneOf(rapid.Just(1), rapid.IntRange(1, limit.Max)).Draw(t, "cost"),
		}
		act := rapid.SampledFrom([]string{"charge", "charge", "charge", "weigh", "refund"}).Draw(t, "act")
		if act == "refund" {
			log.Refund(debit.ID)
			if err := a.refund.Exec(t.Context(), a.client, []string{account}, []string{debit.ID}).Error(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := a.script.Exec(t.Context(), a.client, []string{account}, []string{
			strconv.FormatInt(now, 10), act,
			debit.ID, strconv.Itoa(debit.Cost), strconv.Itoa(limit.Max), strconv.FormatInt(window, 10),
		}).AsInt64()
		if err != nil {
			t.Fatal(err)
		}
		nanos := now * 1000
		if want := log.Wait(nanos, debit); time.Duration(got)*time.Microsecond != want {
			t.Fatalf("Lua says to wait %dµs, guard.Log says %v; log %+v", got, want, log)
		}
		// With an ID that is granted already Log.Charge charges nothing, but forgets what is old. Redis leaves that to the
		// next charge: only after the clock was set back does it show, and then on the safe side.
		granted := slices.ContainsFunc(log.Grants, func(g guard.Grant) bool {
			return g.ID == debit.ID && nanos-g.At < int64(limit.Window)
		})
		if got == 0 && act == "charge" && !granted {
			log.Charge(nanos, debit)
		}
	}
}
