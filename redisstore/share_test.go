package redisstore_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/redisstore"
)

// Three stores with clients of their own, as of three gates, grant together what one would, to the unit; and of all their
// right guesses at one challenge a single one is right.
func TestReplicas(t *testing.T) {
	server := redistest.Start(t)
	stores := []*redisstore.Store{newStore(t, server.URL()), newStore(t, server.URL()), newStore(t, server.SocketURL())}
	const callers, budget = 64, 50
	for round := range 5 {
		key := pictureKey + strconv.Itoa(round)
		if err := stores[0].Put(t.Context(), key, challenge("X7KP")); err != nil {
			t.Fatalf("Put: %v", err)
		}
		var right, granted atomic.Int64
		var gates sync.WaitGroup
		for i := range callers * len(stores) {
			gates.Go(func() {
				store := stores[i%len(stores)]
				switch _, err := store.Attempt(t.Context(), key, "X7KP"); {
				case err == nil:
					right.Add(1)
				case !errors.Is(err, cattlegrid.ErrNotFound):
					t.Errorf("Attempt: %v", err)
				}
				switch err := store.Spend(t.Context(), debit("total"+strconv.Itoa(round), strconv.Itoa(i), budget)); {
				case err == nil:
					granted.Add(1)
				case !errors.Is(err, cattlegrid.ErrLimit):
					t.Errorf("Spend: %v", err)
				}
			})
		}
		gates.Wait()
		if right.Load() != 1 || granted.Load() != budget {
			t.Errorf("%d right guesses and %d grants, want 1 and %d", right.Load(), granted.Load(), budget)
		}
	}
}

// Every verb is one trip to Redis. The exception is documented: a guess without debits at a secret that is no plain string.
func TestTrips(t *testing.T) {
	server := redistest.Start(t)
	counter := &countingClient{Client: newClient(t, server.URL())}
	store, err := redisstore.New(counter, redisstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range verbs(store) {
		if err := verb(t.Context()); !isAnswer(err) { // so that Redis knows the scripts
			t.Fatal(err)
		}
	}
	for name, verb := range verbs(store) {
		server.Do(t, "DEL", "new", "a:count", "credit:count") // all but the marker
		for _, there := range []string{"nothing", "a challenge"} {
			counter.trips.Store(0)
			if err := verb(t.Context()); !isAnswer(err) {
				t.Errorf("%s: %v", name, err)
			}
			if trips := counter.trips.Load(); trips != 1 {
				t.Errorf("%s where %s was took %d trips, want 1", name, there, trips)
			}
			server.Do(t, "SETEX", "new", "300", "X7KP")
		}
	}
	for want, debits := range map[int64][]cattlegrid.Debit{1: {debit("b", "1", 9)}, 2: nil} {
		if err := store.Put(t.Context(), "new", code("digest")); err != nil {
			t.Fatal(err)
		}
		counter.trips.Store(0)
		if _, err := store.Attempt(t.Context(), "new", "digest", debits...); err != nil {
			t.Errorf("Attempt: %v", err)
		}
		if trips := counter.trips.Load(); trips != want {
			t.Errorf("Attempt at a code with %d debits took %d trips, want %d", len(debits), trips, want)
		}
	}
}

type countingClient struct {
	rueidis.Client
	trips atomic.Int64
}

func (c *countingClient) Do(ctx context.Context, cmd rueidis.Completed) rueidis.RedisResult {
	c.trips.Add(1)
	return c.Client.Do(ctx, cmd)
}

func (c *countingClient) DoMulti(ctx context.Context, cmds ...rueidis.Completed) []rueidis.RedisResult {
	c.trips.Add(1)
	return c.Client.DoMulti(ctx, cmds...)
}
