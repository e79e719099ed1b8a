package cattlegrid_test

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// What has expired is let go of by later calls on anything, however the clock got there.
func TestMemStoreForgets(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for name, moves := range map[string][]time.Duration{
		"AtOnce":       {time.Minute},
		"LongAfter":    {10 * year},
		"StepByStep":   {29 * time.Second, 29 * time.Second, time.Second, time.Second},
		"ClockSetBack": {-year, year + time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, clock := t.Context(), newMemClock()
			m := cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: clock.now})
			touch := func() {
				for i := range 5000 {
					_, _ = m.Peek(ctx, fmt.Sprint("nothing there ", i))
				}
			}
			// What is stored on the way expires a minute after the last move but one at the latest.
			for _, d := range moves {
				for i := range 1000 {
					if err := m.Put(ctx, strconv.Itoa(i), memSecret("a"), memDebit(fmt.Sprint("account ", i), "1", 9)); err != nil {
						t.Fatal(err)
					}
				}
				touch()
				clock.move(d)
			}
			clock.move(time.Minute)
			touch()
			if got := m.Len(); got != 0 {
				t.Errorf("got %d entries when all have expired, want none", got)
			}
		})
	}
}

// A record is let go of when its last day is too old, and counts as an entry until then.
func TestMemStoreForgetsRecords(t *testing.T) {
	ctx, clock := t.Context(), newMemClock()
	m := cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: clock.now})
	touch := func() {
		for i := range 5000 {
			_, _ = m.Peek(ctx, fmt.Sprint("nothing there ", i))
		}
	}
	const records = 1000
	for i := range records {
		d := memSettled("account", strconv.Itoa(i), fmt.Sprint("record ", i))
		d.Limits[0].Max = records
		credit := memDebit(fmt.Sprint("credit ", i), "1", 1)
		if err := errors.Join(m.Spend(ctx, d), m.Settle(ctx, credit, d)); err != nil {
			t.Fatal(err)
		}
	}
	if got := m.Len(); got != 2*records {
		t.Errorf("got %d entries, want a credit and a record for each of %d", got, records)
	}
	clock.move(13*24*time.Hour + 12*time.Hour - 1) // the harness's clock begins at noon
	touch()
	if got := m.Len(); got != records {
		t.Errorf("got %d entries on the last day, want all %d records", got, records)
	}
	clock.move(1)
	touch()
	if got := m.Len(); got != 0 {
		t.Errorf("got %d entries on the next day, want none", got)
	}
}

// An account lives as long as the longest of its windows needs it, whatever is given back meanwhile.
func TestMemStoreForgetsAccounts(t *testing.T) {
	ctx, clock := t.Context(), newMemClock()
	m := cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: clock.now})
	d := memDebit("account", "1", 9)
	d.Limits = append(d.Limits, guard.Limit{Name: "hour", Max: 9, Window: time.Hour})
	if err := m.Spend(ctx, d); err != nil {
		t.Fatal(err)
	}
	clock.move(30 * time.Minute)
	d.ID = "2"
	if err := errors.Join(m.Spend(ctx, d), m.Refund(ctx, d)); err != nil {
		t.Fatal(err)
	}
	clock.move(30*time.Minute - 1)
	if _, err := m.Peek(ctx, "account"); !errors.Is(err, cattlegrid.ErrNotFound) || m.Len() != 1 {
		t.Errorf("before the hour is over: %d entries (%v), want one", m.Len(), err)
	}
	clock.move(1)
	if _, err := m.Peek(ctx, "account"); !errors.Is(err, cattlegrid.ErrNotFound) || m.Len() != 0 {
		t.Errorf("after the hour: %d entries (%v), want none", m.Len(), err)
	}
}

// A coarse account that is charged all day takes no more memory than the charges of the last quarter of an hour do.
func TestMemStoreCoarseMemory(t *testing.T) {
	ctx, clock := t.Context(), newMemClock()
	m := cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: clock.now, Journal: true})
	d := memDebit("account", "", 1_000_000)
	d.Limits[0].Coarse, d.Limits[0].Window = true, 24*time.Hour
	const charges = 86_400
	for i := range charges {
		d.ID = strconv.Itoa(i)
		if err := m.Spend(ctx, d); err != nil {
			t.Fatal(err)
		}
		clock.move(time.Second)
	}
	if got := len(drain(m)["account"]); got > 30*(900+61) {
		t.Errorf("the account of %d charges takes %d bytes", charges, got)
	}
	var refusal *cattlegrid.LimitError
	d.ID, d.Cost = "all", 1_000_000
	if err := m.Spend(ctx, d); !errors.As(err, &refusal) || refusal.Refusals[0].Used < charges-1 {
		t.Errorf("got %v, %+v, want all %d charges to count", err, refusal, charges)
	}
}

// Secrets that were set back with the clock do not outstay their lifetime.
func TestMemStoreClockSetBack(t *testing.T) {
	ctx, clock := t.Context(), newMemClock()
	m := cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: clock.now})
	for i := range 1000 {
		_, _ = m.Peek(ctx, fmt.Sprint("nothing there ", i))
	}
	clock.move(-time.Hour)
	for i := range 1000 {
		if err := m.Put(ctx, strconv.Itoa(i), memSecret("a")); err != nil {
			t.Fatal(err)
		}
	}
	clock.move(2 * time.Minute)
	for i := range 5000 {
		_, _ = m.Peek(ctx, fmt.Sprint("nothing there ", i))
	}
	if got := m.Len(); got != 0 {
		t.Errorf("got %d entries when all have expired, want none", got)
	}
}

// Memory depends on what is held, not on how often something was stored: neither under one key nor under ever new ones.
func TestMemStoreMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("stores many secrets")
	}
	for name, test := range map[string]struct {
		key func(i int) string
		use bool
	}{
		"Replaced":   {func(int) string { return "key" }, false},
		"UsedAtOnce": {func(int) string { return "key" }, true},
		"NewKeys":    {func(i int) string { return fmt.Sprint("key ", i) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, m := t.Context(), cattlegrid.NewMemStore(cattlegrid.MemOptions{})
			s := memSecret("a")
			s.TTL = time.Hour
			run := func(from, to int) {
				for i := from; i < to; i++ {
					key := test.key(i)
					if err := m.Put(ctx, key, s); err != nil {
						t.Fatal(err)
					}
					if !test.use {
						continue
					}
					if _, err := m.Attempt(ctx, key, "a"); err != nil {
						t.Fatal(err)
					}
				}
			}
			run(0, 1_000)
			before := heapInUse()
			run(1_000, 200_000)
			if after := heapInUse(); after > before+1<<20 {
				t.Errorf("the heap grew from %d to %d bytes", before, after)
			}
			runtime.KeepAlive(m)
		})
	}
}

func heapInUse() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
