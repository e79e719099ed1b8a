package redisstore_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
	"github.com/cattlegrid/cattlegrid/redisstore"
)

// isLost reports whether a step was refused because data was lost.
func isLost(err error) bool {
	_, ok := errors.AsType[*redisstore.LostError](err)
	return ok
}

func newStoreWith(t testing.TB, url string, o redisstore.Options) *redisstore.Store {
	t.Helper()
	store, err := redisstore.New(newClient(t, url), o)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return store
}

// A server that was emptied is noticed by the first charge of who knew it before. For a while nothing is charged then, by
// nobody, whatever they know, and each is told; afterwards all goes on.
func TestLoss(t *testing.T) {
	server := redistest.Start(t)
	for name, empty := range map[string]func(){
		"Flushed":   func() { server.Do(t, "FLUSHALL") },
		"Restarted": func() { server.Restart(t) },
	} {
		t.Run(name, func(t *testing.T) {
			server.Do(t, "FLUSHALL")
			var log bytes.Buffer
			const pause = 300 * time.Millisecond
			store := newStoreWith(t, server.URL(), redisstore.Options{LossPause: pause, Logger: slog.New(slog.NewTextHandler(&log, nil))})
			if err := store.Spend(t.Context(), debit("a", "1", 2)); err != nil {
				t.Fatalf("Spend: %v", err)
			}
			empty()
			stranger := newStoreWith(t, server.URL(), redisstore.Options{LossPause: pause})
			redistest.Await(t, "Redis is there", func() bool { return store.Ping(t.Context()) == nil })
			began := time.Now()
			err := store.Spend(t.Context(), debit("a", "2", 2))
			if !isLost(err) || errors.Is(err, cattlegrid.ErrLimit) {
				t.Errorf("Spend when all was lost: %v", err)
			}
			if paused, ok := errors.AsType[*cattlegrid.PausedError](err); !ok || paused.RetryAfter != pause || store.Pause() > pause {
				t.Errorf("Spend when all was lost: %v, %v are left, want %v", err, store.Pause(), pause)
			}
			refused := map[string]error{
				"Spend": stranger.Spend(t.Context(), debit("a", "3", 2)),
				"Put":   stranger.Put(t.Context(), pictureKey, challenge("X7KP"), debit("a", "3", 2)),
				"Keep":  second(stranger.Keep(t.Context(), "Code_{x}", code("digest"), debit("a", "3", 2))),
			}
			for verb, err := range refused {
				if !isLost(err) && time.Since(began) < pause {
					t.Errorf("%s of another store: %v", verb, err)
				}
			}
			if err := store.Put(t.Context(), pictureKey, challenge("X7KP")); err != nil {
				t.Errorf("Put without debits: %v", err)
			}
			if store.Losses() != 1 || stranger.Losses() != 0 || strings.Count(log.String(), "level=ERROR") != 1 {
				t.Errorf("%d and %d losses, want 1 and 0; log:\n%s", store.Losses(), stranger.Losses(), log.String())
			}
			redistest.Await(t, "the pause is over", func() bool { return !isLost(store.Spend(t.Context(), debit("a", "4", 2))) })
			if took := time.Since(began); took < pause {
				t.Errorf("the pause took %v, want %v", took, pause)
			}
			if resumed := strings.Count(log.String(), "the pause after the loss of data is over"); resumed != 1 || store.Pause() != 0 {
				t.Errorf("it is said %d times that the pause is over, %v are left; log:\n%s", resumed, store.Pause(), log.String())
			}
			if err := stranger.Spend(t.Context(), debit("a", "5", 2)); err != nil {
				t.Errorf("Spend after the pause: %v", err)
			}
		})
	}
}

// A server that comes back with the data of some seconds ago is noticed as well.
func TestLossOlderData(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	spend := func(id string) error { return store.Spend(t.Context(), debit("a", id, 9)) }
	if err := spend("1"); err != nil {
		t.Fatalf("Spend: %v", err)
	}
	server.Do(t, "SAVE")
	server.Do(t, "SET", "cattlegrid_marker{guard}", "1 1000000 0") // the last beat was long ago
	if err := spend("2"); err != nil {
		t.Fatalf("Spend: %v", err)
	}
	server.Restart(t)
	redistest.Await(t, "Redis is there", func() bool { return store.Ping(t.Context()) == nil })
	if kept := server.Do(t, "EXISTS", "a:count"); kept != "1" {
		t.Fatal("the server has not come back with what was saved")
	}
	if err := spend("3"); !isLost(err) {
		t.Errorf("Spend after a restart with older data: %v", err)
	}
}

// A server that comes back with all that it had is none that lost anything, and neither is one that was idle.
func TestNoLoss(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	for _, id := range []string{"1", "2"} {
		if err := store.Spend(t.Context(), debit("a", id, 9)); err != nil {
			t.Fatalf("Spend: %v", err)
		}
		server.Do(t, "SAVE")
		server.Restart(t)
		redistest.Await(t, "Redis is there", func() bool { return store.Ping(t.Context()) == nil })
	}
	if err := store.Spend(t.Context(), debit("a", "3", 9)); err != nil || store.Losses() != 0 {
		t.Errorf("Spend: %v, %d losses", err, store.Losses())
	}
}

// Without a pause only the step that finds the loss is refused.
func TestLossWithoutPause(t *testing.T) {
	server := redistest.Start(t)
	store := newStoreWith(t, server.URL(), redisstore.Options{LossPause: -1})
	for range 2 {
		if err := store.Spend(t.Context(), debit("a", "1", 9)); err != nil {
			t.Fatalf("Spend: %v", err)
		}
		server.Do(t, "FLUSHALL")
		if err := store.Spend(t.Context(), debit("a", "1", 9)); !isLost(err) {
			t.Errorf("Spend when all was lost: %v", err)
		}
	}
	if store.Losses() != 2 {
		t.Errorf("%d losses, want 2", store.Losses())
	}
}

// In a cluster a gate that finds a loss shows no challenge and sends nothing, but takes codes, which are charged elsewhere.
func TestClusterLossAtGate(t *testing.T) {
	cluster := redistest.StartCluster(t, 3)
	store, messages := newStore(t, cluster.URL()), &lastMessage{}
	gate, err := cattlegrid.New(cattlegrid.Options{Store: store, Sender: messages})
	if err != nil {
		t.Fatal(err)
	}
	ask := cattlegrid.ChallengeRequest{ID: "challenge-1", Client: netip.MustParseAddr("192.0.2.1")}
	if _, err := gate.Challenge(t.Context(), ask); err != nil {
		t.Fatalf("Challenge: %v", err)
	}
	answer, err := store.Peek(t.Context(), "ImageCode_challenge-1")
	if err != nil {
		t.Fatalf("Peek: %v", err)
	}
	send := cattlegrid.SendRequest{ChallengeID: ask.ID, Answer: answer.Value, Phone: "+8613800138000", Purpose: "login", Client: ask.Client}
	v, err := gate.SendCode(t.Context(), send)
	if err != nil {
		t.Fatalf("SendCode: %v", err)
	}
	if err := store.Put(t.Context(), "ImageCode_challenge-1", challenge(answer.Value)); err != nil {
		t.Fatalf("Put: %v", err)
	}
	cluster.On(t, "guard").Do(t, "DEL", "cattlegrid_marker{guard}")
	if _, err := gate.Challenge(t.Context(), cattlegrid.ChallengeRequest{ID: "challenge-2", Client: ask.Client}); !isLost(err) {
		t.Errorf("Challenge: %v, want that data was lost", err)
	}
	if _, err := gate.SendCode(t.Context(), send); !isLost(err) {
		t.Errorf("SendCode: %v, want that data was lost", err)
	}
	if _, err := gate.CheckCode(t.Context(), cattlegrid.CheckRequest{VerificationID: v.ID, Code: messages.last.Code}); err != nil {
		t.Errorf("CheckCode: %v", err)
	}
}

// In a cluster the shard of the budgets is watched: when it is emptied, steps on it are refused, and what they charged on
// others is given back.
func TestClusterLoss(t *testing.T) {
	cluster := redistest.StartCluster(t, 3)
	store := newStoreWith(t, cluster.URL(), redisstore.Options{LossPause: 200 * time.Millisecond})
	debits := []cattlegrid.Debit{debit("a_{phone}", "1", 2), debit("a_{client}", "1", 2), debit("a_{guard}", "1", 9)}
	if err := store.Spend(t.Context(), debits...); err != nil {
		t.Fatalf("Spend: %v", err)
	}
	cluster.On(t, "guard").Do(t, "FLUSHALL")
	for i := range debits {
		debits[i].ID = "2"
	}
	if err := store.Spend(t.Context(), debits...); !isLost(err) {
		t.Errorf("Spend when a shard was emptied: %v", err)
	}
	redistest.Await(t, "the pause is over", func() bool { return !isLost(store.Spend(t.Context(), debit("b_{guard}", "1", 9))) })
	if err := store.Spend(t.Context(), debits...); err != nil {
		t.Errorf("Spend after the pause: %v", err)
	}
}
