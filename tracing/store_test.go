package tracing_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/storetest"
	"github.com/cattlegrid/cattlegrid/tracing"
)

// within returns the context of a request that is recorded.
func within(tb testing.TB, traces *tracing.Tracing) context.Context {
	tb.Helper()
	asked := make(chan context.Context, 1)
	handler := traces.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.Context() }))
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(tb.Context(), http.MethodGet, "/", http.NoBody))
	return <-asked
}

// recording is a store all of whose steps belong to a request that is recorded.
type recording struct {
	cattlegrid.Store

	request context.Context
}

// joined is the step's context with the request's span.
type joined struct {
	context.Context

	request context.Context
}

func (j joined) Value(key any) any {
	if value := j.request.Value(key); value != nil {
		return value
	}
	return j.Context.Value(key)
}

func (r recording) in(ctx context.Context) context.Context { return joined{ctx, r.request} }

func (r recording) Put(ctx context.Context, key string, s cattlegrid.Secret, debits ...cattlegrid.Debit) error {
	return r.Store.Put(r.in(ctx), key, s, debits...)
}

func (r recording) Keep(ctx context.Context, key string, s cattlegrid.Secret, debits ...cattlegrid.Debit) (cattlegrid.Kept, error) {
	return r.Store.Keep(r.in(ctx), key, s, debits...)
}

func (r recording) Peek(ctx context.Context, key string) (cattlegrid.Secret, error) {
	return r.Store.Peek(r.in(ctx), key)
}

func (r recording) Attempt(ctx context.Context, key, guess string, wrong ...cattlegrid.Debit) ([]byte, error) {
	return r.Store.Attempt(r.in(ctx), key, guess, wrong...)
}

func (r recording) Delete(ctx context.Context, key string) error {
	return r.Store.Delete(r.in(ctx), key)
}

func (r recording) Spend(ctx context.Context, debits ...cattlegrid.Debit) error {
	return r.Store.Spend(r.in(ctx), debits...)
}

func (r recording) Refund(ctx context.Context, debits ...cattlegrid.Debit) error {
	return r.Store.Refund(r.in(ctx), debits...)
}

func (r recording) Settle(ctx context.Context, credit cattlegrid.Debit, debits ...cattlegrid.Debit) error {
	return r.Store.Settle(r.in(ctx), credit, debits...)
}

func (r recording) Ping(ctx context.Context) error { return r.Store.Ping(r.in(ctx)) }

// A store whose steps are recorded is a store.
func TestStoreSuite(t *testing.T) {
	traces := newTracing(t, newCollector(t), nil)
	request := within(t, traces)
	storetest.Run(t, storetest.Harness{New: func(testing.TB) (cattlegrid.Store, func(time.Duration)) {
		now := make(chan time.Time, 1) // holds the time
		now <- time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC)
		read := func() time.Time {
			time := <-now
			now <- time
			return time
		}
		store := cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: read})
		return recording{traces.Store(store), request}, func(d time.Duration) { now <- (<-now).Add(d) }
	}})
}

type broken struct {
	cattlegrid.Store // nil

	err error
}

func (b broken) Peek(context.Context, string) (cattlegrid.Secret, error) {
	return cattlegrid.Secret{}, b.err
}

// A step says what came of it; only the store's own failures are failures.
func TestStoreOutcome(t *testing.T) {
	for outcome, tt := range map[string]struct {
		err    error
		failed bool
	}{
		"ok":        {nil, false},
		"not_found": {cattlegrid.ErrNotFound, false},
		"wrong":     {&cattlegrid.WrongError{}, false},
		"limit":     {&cattlegrid.LimitError{}, false},
		"failed":    {errors.New("connection refused"), true},
	} {
		t.Run(outcome, func(t *testing.T) {
			c := newCollector(t)
			traces := newTracing(t, c, nil)
			_, _ = traces.Store(broken{err: tt.err}).Peek(within(t, traces), "key")
			spans := c.recorded(t, traces)
			if len(spans) != 2 || spans[1].Attributes["outcome"] != outcome || spans[1].Failed != tt.failed {
				t.Errorf("got %+v", spans)
			}
		})
	}
}

func BenchmarkStore(b *testing.B) {
	traces, err := tracing.New(b.Context(), tracing.Options{Endpoint: "http://127.0.0.1:1", Ratio: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer traces.Close(b.Context())
	store := traces.Store(cattlegrid.NewMemStore(cattlegrid.MemOptions{}))
	for name, ctx := range map[string]context.Context{"unrecorded": b.Context(), "recorded": within(b, traces)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := store.Ping(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkHandler(b *testing.B) {
	for name, ratio := range map[string]float64{"unrecorded": 1e-9, "recorded": 1} {
		b.Run(name, func(b *testing.B) {
			traces, err := tracing.New(b.Context(), tracing.Options{Endpoint: "http://127.0.0.1:1", Ratio: ratio})
			if err != nil {
				b.Fatal(err)
			}
			defer traces.Close(b.Context())
			handler := traces.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
			w := httptest.NewRecorder()
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(w, r)
			}
		})
	}
}
