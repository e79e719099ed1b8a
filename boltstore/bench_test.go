package boltstore_test

import (
	"strconv"
	"testing"

	"github.com/cattlegrid/cattlegrid/boltstore"
	"github.com/cattlegrid/cattlegrid/storetest"
)

func BenchmarkStore(b *testing.B) {
	b.Run("WriteBehind", func(b *testing.B) { storetest.Bench(b, harness(boltstore.Options{})) })
	b.Run("Sync", func(b *testing.B) { storetest.Bench(b, harness(boltstore.Options{Sync: true})) })
}

// A start with a hundred thousand entries to read.
func BenchmarkOpen(b *testing.B) {
	const entries = 100_000
	ctx, path, now := b.Context(), dataPath(b), newClock()
	o := boltstore.Options{Clock: now.now}
	s := open(b, path, o)
	for i := range entries / 2 {
		number := strconv.Itoa(i)
		must(b, s.Put(ctx, "Code_register_{"+number+"}", secret("482915"), once("Limit_sends_per_phone_hour_{"+number+"}", number)))
	}
	closeStore(b, s)
	for b.Loop() {
		s, err := boltstore.Open(path, o)
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		closeStore(b, s)
		b.StartTimer()
	}
	b.ReportMetric(entries, "entries")
}
