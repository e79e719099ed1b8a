package metrics_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/metrics"
	"github.com/cattlegrid/cattlegrid/storetest"
)

// A store that is measured is a store.
func TestStoreSuite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.Harness{New: func(tb testing.TB) (cattlegrid.Store, func(time.Duration)) {
		tb.Helper()
		now := time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC)
		clock := make(chan time.Time, 1) // holds the time
		clock <- now
		read := func() time.Time {
			now := <-clock
			clock <- now
			return now
		}
		move := func(d time.Duration) { clock <- (<-clock).Add(d) }
		store, err := metrics.Store(prometheus.NewRegistry(), cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: read}))
		if err != nil {
			tb.Fatal(err)
		}
		return store, move
	}})
}

// answering is a store that takes its time over each step and then says the same.
type answering struct {
	cattlegrid.Store // nil

	after time.Duration
	err   error
}

func (a answering) Peek(context.Context, string) (cattlegrid.Secret, error) {
	<-time.After(a.after)
	return cattlegrid.Secret{}, a.err
}

func (a answering) Attempt(context.Context, string, string, ...cattlegrid.Debit) ([]byte, error) {
	<-time.After(a.after)
	return nil, a.err
}

// gone is the context of a visitor who left.
func gone(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// Each step counts under its verb and what came of it, with the time that it took.
func TestStoreOutcome(t *testing.T) {
	t.Parallel()
	gone := gone(t)
	for name, tt := range map[string]struct {
		ctx  context.Context
		err  error
		want string
	}{
		"OK":            {t.Context(), nil, "ok"},
		"OKThoughGone":  {gone, nil, "ok"},
		"ErrNotFound":   {t.Context(), cattlegrid.ErrNotFound, "not_found"},
		"ErrWrong":      {t.Context(), &cattlegrid.WrongError{}, "wrong"},
		"ErrLimit":      {t.Context(), errors.Join(&cattlegrid.LimitError{}), "limit"},
		"Canceled":      {gone, context.Canceled, "canceled"},
		"NotInTime":     {t.Context(), context.DeadlineExceeded, "failed"},
		"RefusedByPeer": {t.Context(), errors.New("connection refused"), "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				registry := prometheus.NewPedanticRegistry()
				store, err := metrics.Store(registry, answering{after: 30 * time.Millisecond, err: tt.err})
				if err != nil {
					t.Fatal(err)
				}
				_, _ = store.Peek(tt.ctx, "key")
				_, _ = store.Attempt(tt.ctx, "key", "guess")
				_, _ = store.Attempt(tt.ctx, "key", "guess")
				want := map[string]string{
					"outcome=" + tt.want + " verb=peek":    "1 in 30ms",
					"outcome=" + tt.want + " verb=attempt": "2 in 60ms",
				}
				if diff := cmp.Diff(want, observed(t, registry, "cattlegrid_store_duration_seconds")); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

// Successes and failures of each verb are there before the first, so that the first is an increase.
func TestStoreStartsAtZero(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	if _, err := metrics.Store(registry, answering{}); err != nil {
		t.Fatal(err)
	}
	if got, want := len(gather(t, registry, "cattlegrid_store_duration_seconds")), 2*9; got != want {
		t.Errorf("%d series, want %d", got, want)
	}
	if _, err := metrics.Store(registry, answering{}); err == nil {
		t.Error("a second one in the same registry is no error")
	}
}

func BenchmarkStore(b *testing.B) {
	bare := cattlegrid.NewMemStore(cattlegrid.MemOptions{})
	measured, err := metrics.Store(prometheus.NewRegistry(), bare)
	if err != nil {
		b.Fatal(err)
	}
	for name, store := range map[string]cattlegrid.Store{"bare": bare, "measured": measured} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := store.Ping(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
