package storetest

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// Bench measures the verbs as a gate uses them: each benchmark once with one caller, which is the time that a visitor
// waits, and once with many, which is what the store can carry.
func Bench(b *testing.B, h Harness) {
	for _, c := range []struct {
		name string
		run  func(ctx context.Context, s cattlegrid.Store, n string) error
	}{
		{"PutAttempt", benchPutAttempt},
		{"Keep", benchKeep},
		{"Spend", benchSpend},
		{"SpendRefused", benchSpendRefused},
		{"Crossing", benchCrossing},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.Run("One", func(b *testing.B) {
				store := benchStore(b, h)
				b.ReportAllocs()
				for n := 0; b.Loop(); n++ {
					if err := c.run(b.Context(), store, strconv.Itoa(n)); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("Many", func(b *testing.B) {
				store := benchStore(b, h)
				b.ReportAllocs()
				b.SetParallelism(crowd / 2)
				var n atomic.Int64
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if err := c.run(b.Context(), store, strconv.FormatInt(n.Add(1), 10)); err != nil {
							b.Error(err)
							return
						}
					}
				})
			})
		})
	}
}

// benchStore is an empty store but for one account that is full.
func benchStore(b *testing.B, h Harness) cattlegrid.Store {
	store, _ := h.New(b)
	if err := store.Spend(b.Context(), debit("{full}", "1", 1)); err != nil {
		b.Fatal(err)
	}
	return store
}

// benchDebits are debits as of a request numbered n: nothing is refused, and an account sees a few of them.
func benchDebits(n, subject string, rules ...string) []cattlegrid.Debit {
	debits := make([]cattlegrid.Debit, len(rules))
	account := subject[max(0, len(subject)-5):]
	for i, rule := range rules {
		limits := []guard.Limit{{Name: rule, Max: 1 << 20, Window: time.Hour}}
		debits[i] = cattlegrid.Debit{Key: "Limit_" + rule + "_{" + account + "}", ID: n, Cost: 1, Limits: limits}
	}
	return debits
}

// A challenge: stored, then answered.
func benchPutAttempt(ctx context.Context, s cattlegrid.Store, n string) error {
	key := "ImageCode_" + n
	if err := s.Put(ctx, key, challenge("X7KP")); err != nil {
		return err
	}
	_, err := s.Attempt(ctx, key, "X7KP")
	return err
}

// A code.
func benchKeep(ctx context.Context, s cattlegrid.Store, n string) error {
	_, err := s.Keep(ctx, "Code_register_{"+n+"}", code("482915"))
	return err
}

// The debits of a message.
func benchSpend(ctx context.Context, s cattlegrid.Store, n string) error {
	return s.Spend(ctx, benchDebits(n, n, "sends_per_phone_minute", "sends_per_phone_hour", "sends_per_phone_day", "sends_per_client_hour")...)
}

// What an attacker is told all the time.
func benchSpendRefused(ctx context.Context, s cattlegrid.Store, n string) error {
	err := s.Spend(ctx, append(benchDebits(n, n, "sends_per_phone_minute"), debit("{full}", "2", 1))...)
	if _, ok := err.(*cattlegrid.LimitError); ok { //nolint:errorlint // the contract gives it as it is
		return nil
	}
	return err
}

// All steps of a visitor who makes no mistake.
func benchCrossing(ctx context.Context, s cattlegrid.Store, n string) error {
	picture, message := "ImageCode_"+n, "Code_register_{"+n+"}"
	if err := s.Put(ctx, picture, challenge("X7KP"), benchDebits(n, n, "challenges_per_client_minute")...); err != nil {
		return err
	}
	if _, err := s.Attempt(ctx, picture, "X7KP"); err != nil {
		return err
	}
	sends := benchDebits(n, n, "sends_per_phone_minute", "sends_per_phone_hour", "sends_per_phone_day", "sends_per_client_hour")
	if _, err := s.Keep(ctx, message, code("482915"), sends...); err != nil {
		return err
	}
	_, err := s.Attempt(ctx, message, "482915", benchDebits(n, n, "wrong_codes_per_phone_hour", "wrong_codes_per_phone_day")...)
	return err
}
