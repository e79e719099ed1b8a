//go:build unix

package redisstore_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/redisstore"
)

var waits = redisstore.Options{WaitReplicas: 1}

// Whatever is granted or accepted is on the replica as soon as it is answered.
func TestWaitReplicas(t *testing.T) {
	master, replica := redistest.Start(t), redistest.Start(t)
	replica.Follow(t, master)
	store := newStoreWith(t, master.URL(), waits)
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			n := strconv.Itoa(i)
			on := func(key, want, after string) {
				if got := replica.Do(t, "EXISTS", key); got != want {
					t.Errorf("after %s the replica has %s of %s, want %s", after, got, key, want)
				}
			}
			if err := store.Spend(t.Context(), debit("a"+n, "1", 9)); err != nil {
				t.Errorf("Spend: %v", err)
			}
			on("a"+n+":count", "1", "Spend")
			if _, err := store.Keep(t.Context(), "Code_"+n, code("digest")); err != nil {
				t.Errorf("Keep: %v", err)
			}
			on("Code_"+n, "1", "Keep")
			if _, err := store.Attempt(t.Context(), "Code_"+n, "digest", debit("w"+n, "1", 9)); err != nil {
				t.Errorf("Attempt: %v", err)
			}
			on("Code_"+n, "0", "Attempt")
			lasting := challenge("X7KP")
			lasting.Lasting = true
			if err := store.Put(t.Context(), "ImageCode_"+n, lasting); err != nil {
				t.Errorf("Put: %v", err)
			}
			on("ImageCode_"+n, "1", "Put")
			if _, err := store.Attempt(t.Context(), "ImageCode_"+n, "X7KP"); err != nil {
				t.Errorf("Attempt: %v", err)
			}
			on("ImageCode_"+n, "0", "Attempt at a challenge")
		})
	}
	all.Wait()
	if _, err := store.Attempt(t.Context(), "ImageCode_1", "X7KP"); !errors.Is(err, cattlegrid.ErrNotFound) {
		t.Errorf("Attempt at what is used up: %v", err)
	}
}

// While the replica does not answer, nothing is granted or accepted, in time; what decides nothing goes on, and all does
// when the replica is back.
func TestWaitReplicasInVain(t *testing.T) {
	master, replica := redistest.Start(t), redistest.Start(t)
	replica.Follow(t, master)
	store := newStoreWith(t, master.URL(), waits)
	for _, key := range []string{"one", "two"} {
		if err := store.Put(t.Context(), key, challenge("X7KP")); err != nil {
			t.Fatalf("Put: %v", err)
		}
	}
	replica.Pause(t)
	for name, verb := range map[string]func(ctx context.Context) error{
		"Put":     func(ctx context.Context) error { return store.Put(ctx, "new", code("digest"), debit("a", "1", 9)) },
		"Keep":    func(ctx context.Context) error { return second(store.Keep(ctx, "other", code("digest"))) },
		"Attempt": func(ctx context.Context) error { _, err := store.Attempt(ctx, "one", "X7KP"); return err },
		"Spend":   func(ctx context.Context) error { return store.Spend(ctx, debit("a", "2", 9)) },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		began := time.Now()
		err := verb(ctx)
		cancel()
		if took := time.Since(began); isAnswer(err) || took > patience {
			t.Errorf("%s: %v after %v, want a failure", name, err, took)
		}
	}
	if err := store.Put(t.Context(), "three", challenge("X7KP")); err != nil {
		t.Errorf("Put of a challenge: %v", err)
	}
	replica.Resume(t)
	recovered(t, store)
	if _, err := store.Attempt(t.Context(), "two", "X7KP"); err != nil {
		t.Errorf("Attempt when the replica is back: %v", err)
	}
}

// Without the replicas that are waited for a step fails within its context, and its error says why.
func TestWaitReplicasSaysWhy(t *testing.T) {
	server := redistest.Start(t)
	store := newStoreWith(t, server.URL(), waits)
	var err error
	for range 2 { // the first one has to tell the script, and waits for the answer that it is not known
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		err = store.Spend(ctx, debit("a", "1", 9))
		cancel()
	}
	if why := "redis store: spend: redis.wait_replicas is 1, but 0 replicas confirmed in time"; err == nil || !strings.HasPrefix(err.Error(), why) {
		t.Errorf("Spend: %v, want %q", err, why)
	}
}
