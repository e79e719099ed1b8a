package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/cattlegrid/cattlegrid"
)

var contextCases = []testCase{
	{"Ping", contextPing},
	{"Done", contextDone},
}

// Ping is nil when the store can serve.
func contextPing(t *testing.T, r rig) {
	if err := r.store.Ping(t.Context()); err != nil {
		t.Errorf("Ping: %v", err)
	}
}

// With a context that is done, every method returns its error, which is none of the answers.
func contextDone(t *testing.T, r rig) {
	r.put(t, "code", code("482915"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d := debit("a", "1", 1)
	for name, verb := range map[string]func() error{
		"Put":            func() error { return r.store.Put(ctx, "new", code("482915")) },
		"PutPlain":       func() error { return r.store.Put(ctx, "new", challenge("X7KP")) },
		"PutDebits":      func() error { return r.store.Put(ctx, "new", challenge("X7KP"), d) },
		"Keep":           func() error { _, err := r.store.Keep(ctx, "new", code("482915")); return err },
		"Peek":           func() error { _, err := r.store.Peek(ctx, "code"); return err },
		"PeekAbsent":     func() error { _, err := r.store.Peek(ctx, "never"); return err },
		"Attempt":        func() error { _, err := r.store.Attempt(ctx, "code", "482915"); return err },
		"AttemptWrong":   func() error { _, err := r.store.Attempt(ctx, "code", "000000"); return err },
		"AttemptAbsent":  func() error { _, err := r.store.Attempt(ctx, "never", "482915"); return err },
		"AttemptDebits":  func() error { _, err := r.store.Attempt(ctx, "code", "000000", d); return err },
		"Delete":         func() error { return r.store.Delete(ctx, "code") },
		"Spend":          func() error { return r.store.Spend(ctx, d) },
		"SpendNothing":   func() error { return r.store.Spend(ctx) },
		"Refund":         func() error { return r.store.Refund(ctx, d) },
		"RefundNothing":  func() error { return r.store.Refund(ctx) },
		"Settle":         func() error { return r.store.Settle(ctx, debit("credit", "1", 1), d) },
		"SettleNothing":  func() error { return r.store.Settle(ctx, debit("credit", "1", 1)) },
		"Ping":           func() error { return r.store.Ping(ctx) },
		"AttemptNowhere": func() error { _, err := r.store.Attempt(ctx, "", ""); return err },
	} {
		err := verb()
		none(t, name, err)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want context.Canceled", name, err)
		}
		if errors.Is(err, cattlegrid.ErrStore) {
			t.Errorf("%s: %v is the gate's error, not a store's", name, err)
		}
	}
}
