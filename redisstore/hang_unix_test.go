//go:build unix

package redisstore_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// When Redis hangs, connections and all, every verb fails in time, also those for which the client's queue has no room
// any more; when it goes on, so does the store.
func TestServerHangs(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	recovered(t, store)
	server.Pause(t)
	const timeout = 500 * time.Millisecond
	var crowd sync.WaitGroup
	for range 6000 {
		crowd.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			defer cancel()
			start := time.Now()
			err := store.Spend(ctx, debit("a", "1", 1))
			if took := time.Since(start); isAnswer(err) || took > timeout+2*patience {
				t.Errorf("Spend: %v after %v, want a failure within %v", err, took, timeout)
			}
		})
	}
	crowd.Wait()
	fails(t, store, 100*time.Millisecond)
	server.Resume(t)
	recovered(t, store)
}

// Who goes away is let go at once, whatever time there was left.
func TestCallerGoesAway(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	recovered(t, store)
	server.Pause(t)
	defer server.Resume(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	stop := time.AfterFunc(50*time.Millisecond, cancel)
	defer stop.Stop()
	start := time.Now()
	err := store.Spend(ctx, debit("a", "1", 1))
	if took := time.Since(start); isAnswer(err) || took > patience {
		t.Errorf("Spend: %v after %v, want a failure at once", err, took)
	}
}
