package httpapi_test

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/httpapi"
)

// The server is late if requests come and, look after look, one goroutine in ten waited longer than it should for a processor;
// what was before the last look does not count, nor do waits of which there were but few. Soon after it was late, one look is enough.
func TestLag(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	waits := httpapi.NewWaits()
	look := func(short, long uint64, requests int, after time.Duration) (late bool) {
		now = now.Add(after)
		waits.Add(short, long)
		for range requests - 1 { // which come before the next look is due
			waits.IsLong(now.Add(-after))
		}
		return waits.IsLong(now)
	}
	const often, seldom = 20, 3
	want := func(name string, got, want bool) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	want("idle", look(0, 0, often, time.Second), false)
	want("busy", look(950, 50, often, time.Second), false)
	for range 9 {
		want("a hiccup", look(850, 150, often, 20*time.Millisecond), false)
	}
	want("late for long", look(850, 150, often, 20*time.Millisecond), true)
	want("not looked again", look(1000, 0, often, time.Millisecond), true)
	want("on time again", look(1000, 0, often, 20*time.Millisecond), false)
	want("late again", look(0, 100, often, 20*time.Millisecond), true)
	want("few waits", look(0, 5, often, 20*time.Millisecond), false)
	want("few requests", look(0, 100, seldom, 20*time.Millisecond), false)
	want("a hiccup, later", look(0, 100, often, 3*time.Second), false)
}

// What Go measures of itself can be read, with little garbage.
func TestLagRuntime(t *testing.T) {
	t.Parallel()
	if !httpapi.LagIsMeasured() {
		t.Error("the runtime does not say how long goroutines wait for a processor")
	}
}
