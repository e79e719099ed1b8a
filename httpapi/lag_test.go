package httpapi_test

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/httpapi"
)

// The server is late if, since the last look, one goroutine in ten waited longer than it should for a processor; what was
// before that does not count, nor do waits of which there were but few.
func TestLag(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	waits := httpapi.NewWaits()
	for _, c := range []struct {
		name         string
		short, long  uint64
		after        time.Duration
		want, looked bool
	}{
		{"Idle", 0, 0, time.Second, false, true},
		{"Busy", 950, 50, time.Second, false, true},
		{"Late", 850, 150, time.Second, true, true},
		{"NotLookedAgain", 1000, 0, time.Millisecond, true, false},
		{"OnTimeAgain", 1000, 0, time.Second, false, true},
		{"Few", 0, 5, time.Second, false, true},
		{"AllLate", 0, 100, time.Second, true, true},
	} {
		now = now.Add(c.after)
		waits.Add(c.short, c.long)
		looks := waits.Looks
		if got := waits.IsLong(now); got != c.want || (waits.Looks > looks) != c.looked {
			t.Errorf("%s: got %v, looked %v; want %v, %v", c.name, got, waits.Looks > looks, c.want, c.looked)
		}
	}
}

// What Go measures of itself can be read, with little garbage.
func TestLagRuntime(t *testing.T) {
	t.Parallel()
	if !httpapi.LagIsMeasured() {
		t.Error("the runtime does not say how long goroutines wait for a processor")
	}
}
