package redisstore_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/redisstore"
)

// patience is what a verb may take beyond its context: nothing but what a busy machine needs.
const patience = time.Second

// verbs is every verb once.
func verbs(store *redisstore.Store) map[string]func(ctx context.Context) error {
	d := debit("a", "1", 1000)
	return map[string]func(ctx context.Context) error{
		"Put":           func(ctx context.Context) error { return store.Put(ctx, "new", challenge("X7KP")) },
		"PutHash":       func(ctx context.Context) error { return store.Put(ctx, "new", code("digest")) },
		"PutDebits":     func(ctx context.Context) error { return store.Put(ctx, "new", challenge("X7KP"), d) },
		"Keep":          func(ctx context.Context) error { _, err := store.Keep(ctx, "new", code("digest"), d); return err },
		"Peek":          func(ctx context.Context) error { _, err := store.Peek(ctx, "new"); return err },
		"Attempt":       func(ctx context.Context) error { _, err := store.Attempt(ctx, "new", "X7KP"); return err },
		"AttemptDebits": func(ctx context.Context) error { _, err := store.Attempt(ctx, "new", "X7KP", d); return err },
		"Delete":        func(ctx context.Context) error { return store.Delete(ctx, "new") },
		"Spend":         func(ctx context.Context) error { return store.Spend(ctx, d) },
		"Refund":        func(ctx context.Context) error { return store.Refund(ctx, d) },
		"Settle":        func(ctx context.Context) error { return store.Settle(ctx, debit("credit", "1", 1000), d) },
		"Ping":          store.Ping,
	}
}

// isAnswer reports whether err is something that a store can say only if it has looked.
func isAnswer(err error) bool {
	if _, ok := errors.AsType[*redisstore.LostError](err); ok {
		return true
	}
	return err == nil || errors.Is(err, cattlegrid.ErrNotFound) || errors.Is(err, cattlegrid.ErrWrong) || errors.Is(err, cattlegrid.ErrLimit)
}

// fails wants every verb to fail within its context, and to fail as a store does, not to answer.
func fails(t *testing.T, store *redisstore.Store, timeout time.Duration) {
	t.Helper()
	for name, verb := range verbs(store) {
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		start := time.Now()
		err := verb(ctx)
		cancel()
		if took := time.Since(start); isAnswer(err) || took > timeout+patience {
			t.Errorf("%s: %v after %v, want a failure within %v", name, err, took, timeout)
		}
	}
}

// recovered wants every verb to answer again, soon.
func recovered(t *testing.T, store *redisstore.Store) {
	t.Helper()
	deadline, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for name, verb := range verbs(store) {
		for {
			ctx, cancel := context.WithTimeout(deadline, time.Second)
			err := verb(ctx)
			cancel()
			if isAnswer(err) {
				break
			}
			select {
			case <-again.C:
			case <-deadline.Done():
				t.Fatalf("%s: %v still", name, err)
			}
		}
	}
}

// When Redis is gone every verb fails in time; when it is back, empty and ignorant of the scripts, the same client and
// store serve again.
func TestServerGone(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	recovered(t, store)
	for range 2 {
		server.Stop(t)
		fails(t, store, time.Second)
		server.Restart(t)
		recovered(t, store)
	}
}

// A gate may start before its Redis: the client is there, if with an error, and connects when it is asked.
func TestServerNotYetThere(t *testing.T) {
	server := redistest.Start(t)
	server.Stop(t)
	options, err := redisstore.ClientOptions(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	client, err := rueidis.NewClient(options)
	if err == nil || client == nil {
		t.Fatalf("NewClient = %v, %v, want a client and an error", client, err)
	}
	t.Cleanup(client.Close)
	store, err := redisstore.New(client, redisstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fails(t, store, time.Second)
	server.Restart(t)
	recovered(t, store)
}

// Scripts that Redis has forgotten are sent again without anybody noticing.
func TestScriptsForgotten(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	for name, verb := range verbs(store) {
		server.Do(t, "SCRIPT", "FLUSH")
		if err := verb(t.Context()); !isAnswer(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A caller does not wait for the connection that another caller, who has more time, is making.
func TestSlowConnection(t *testing.T) {
	server := redistest.Start(t)
	options, err := redisstore.ClientOptions(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	options.Dialer.Timeout = time.Minute
	dialing := make(chan struct{}, 1000)
	var mu sync.Mutex
	var blocked bool
	block := func(b bool) {
		mu.Lock()
		defer mu.Unlock()
		blocked = b
	}
	options.DialCtxFn = func(ctx context.Context, addr string, dialer *net.Dialer, _ *tls.Config) (net.Conn, error) {
		mu.Lock()
		wait := blocked
		mu.Unlock()
		if wait {
			dialing <- struct{}{}
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return dialer.DialContext(ctx, "tcp", addr)
	}
	client, err := rueidis.NewClient(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	store, err := redisstore.New(client, redisstore.Options{})
	if err != nil {
		t.Fatal(err)
	}

	block(true)
	server.Restart(t)
	patient, cancel := context.WithCancel(t.Context())
	defer cancel()
	var others sync.WaitGroup
	// As many as it takes for every connection of the client to be in the making.
	for range 32 {
		others.Go(func() {
			if err := store.Put(patient, "new", challenge("X7KP")); isAnswer(err) {
				t.Errorf("the patient caller: %v, want a failure", err)
			}
		})
	}
	<-dialing
	fails(t, store, 100*time.Millisecond)
	block(false)
	cancel()
	others.Wait()
	recovered(t, store)
}
