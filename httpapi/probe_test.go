package httpapi_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/httpapi"
)

// A probe tells how long its last byte waited until it was read, or how long one has been waiting.
func TestProbe(t *testing.T) {
	t.Parallel()
	read, err := httpapi.NewProbe(true)
	if err != nil {
		t.Fatal(err)
	}
	if got := read.Look(); got != 0 {
		t.Errorf("before anything was sent: %v, want nothing", got)
	}
	for range 3 {
		for read.Waits() {
			runtime.Gosched()
		}
		if got := read.Look(); got <= 0 || got > time.Second {
			t.Errorf("a byte that was read waited %v", got)
		}
	}
	unread, err := httpapi.NewProbe(false)
	if err != nil {
		t.Fatal(err)
	}
	last := unread.Look()
	for range 3 {
		if got := unread.Look(); got <= last {
			t.Errorf("a byte that nobody reads waits %v, then %v", last, got)
		} else {
			last = got
		}
	}
	unread.Took(time.Hour)
	if got := unread.Look(); got != time.Hour {
		t.Errorf("a byte waited an hour, the next one is under way: %v, want an hour as long as no more is known", got)
	}
}
