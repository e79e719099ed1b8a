package storetest_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/storetest"
)

// A store that is one passes: what the suite asks for can be done.
func TestRun(t *testing.T) {
	storetest.Run(t, harness(func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store { return s }))
}

func BenchmarkMemStore(b *testing.B) {
	storetest.Bench(b, harness(func(s cattlegrid.Store, _ func() time.Time) cattlegrid.Store { return s }))
}

// harness makes MemStores, wrapped.
func harness(wrap func(s cattlegrid.Store, clock func() time.Time) cattlegrid.Store) storetest.Harness {
	return storetest.Harness{New: func(testing.TB) (cattlegrid.Store, func(time.Duration)) {
		var now atomic.Int64
		now.Store(time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC).UnixNano())
		clock := func() time.Time { return time.Unix(0, now.Load()) }
		store := cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: clock})
		return wrap(store, clock), func(d time.Duration) { now.Add(int64(d)) }
	}}
}
