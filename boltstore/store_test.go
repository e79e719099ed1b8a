package boltstore_test

import (
	"errors"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/boltstore"
	"github.com/cattlegrid/cattlegrid/guard"
)

// clock is a clock that stands still until it is told to go on.
type clock struct{ nanos atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.nanos.Store(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

func dataPath(t testing.TB) string { return filepath.Join(t.TempDir(), "cattlegrid.db") }

func open(t testing.TB, path string, o boltstore.Options) *boltstore.Store {
	t.Helper()
	s, err := boltstore.Open(path, o)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func closeStore(t testing.TB, s *boltstore.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
}

// must ends the test if a step that only prepares it fails.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func secret(value string) cattlegrid.Secret {
	return cattlegrid.Secret{Value: value, Attempts: 3, Payload: []byte("payload of " + value), TTL: time.Hour}
}

// once is a debit that fits one time an hour.
func once(key, id string) cattlegrid.Debit {
	return cattlegrid.Debit{Key: key, ID: id, Cost: 1, Limits: []guard.Limit{{Name: "once", Max: 1, Window: time.Hour}}}
}

// What was acknowledged before Close holds after Open, as if the store had never been closed.
func TestReopen(t *testing.T) {
	ctx, now, path := t.Context(), newClock(), dataPath(t)
	o := boltstore.Options{Clock: now.now}
	s := open(t, path, o)
	must(t, s.Put(ctx, "open", secret("a")))
	must(t, s.Put(ctx, "guessed wrong", secret("b")))
	if _, err := s.Attempt(ctx, "guessed wrong", "no", once("wrong", "1")); !errors.Is(err, cattlegrid.ErrWrong) {
		t.Fatalf("a wrong guess: %v", err)
	}
	must(t, s.Put(ctx, "guessed right", secret("c")))
	if _, err := s.Attempt(ctx, "guessed right", "c"); err != nil {
		t.Fatalf("a right guess: %v", err)
	}
	must(t, s.Put(ctx, "deleted", secret("d")))
	must(t, s.Delete(ctx, "deleted"))
	if _, err := s.Keep(ctx, "kept", secret("e")); err != nil {
		t.Fatal(err)
	}
	must(t, s.Spend(ctx, once("spent", "1")))
	must(t, s.Spend(ctx, once("refunded", "1")))
	must(t, s.Refund(ctx, once("refunded", "1")))
	recorded := once("settled", "1")
	recorded.Record, recorded.Limits[0].Grow = "record", 100
	must(t, s.Spend(ctx, recorded))
	must(t, s.Settle(ctx, once("credit", "1"), recorded))
	closeStore(t, s)

	now.advance(20 * time.Minute)
	s = open(t, path, o)
	left := 40 * time.Minute
	for key, want := range map[string]cattlegrid.Secret{
		"open":          {Value: "a", Attempts: 3, Payload: []byte("payload of a"), TTL: left},
		"guessed wrong": {Value: "b", Attempts: 2, Payload: []byte("payload of b"), TTL: left},
		"kept":          {Value: "e", Attempts: 3, Payload: []byte("payload of e"), TTL: left},
	} {
		got, err := s.Peek(ctx, key)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("Peek(%q): %v, -want +got:\n%s", key, err, diff)
		}
	}
	for _, key := range []string{"guessed right", "deleted"} {
		if _, err := s.Peek(ctx, key); !errors.Is(err, cattlegrid.ErrNotFound) {
			t.Errorf("Peek(%q): got %v, want ErrNotFound", key, err)
		}
	}
	for _, key := range []string{"spent", "wrong", "credit"} {
		var refusal *cattlegrid.LimitError
		if err := s.Spend(ctx, once(key, "2")); !errors.As(err, &refusal) || refusal.RetryAfter != left {
			t.Errorf("Spend on %q: got %v, want a LimitError with %v to wait", key, err, left)
		}
	}
	if err := s.Spend(ctx, once("spent", "1")); err != nil {
		t.Errorf("Spend with the id of a charge from before: got %v, want nil", err)
	}
	if err := s.Spend(ctx, once("refunded", "2")); err != nil {
		t.Errorf("Spend on what was refunded: got %v, want nil", err)
	}
	recorded.Cost = 2
	var refusal *cattlegrid.LimitError
	if err := s.Spend(ctx, recorded); !errors.As(err, &refusal) || refusal.Refusals[0].Used != 0 || refusal.Refusals[0].Base != 1 {
		t.Errorf("Spend of 2 on what was settled: got %v, %+v, want a refusal with nothing used and a base of one", err, refusal)
	}
}

// After Close every call is refused, and closing once more changes nothing.
func TestClose(t *testing.T) {
	ctx := t.Context()
	s := open(t, dataPath(t), boltstore.Options{})
	must(t, s.Put(ctx, "key", secret("a")))
	closeStore(t, s)
	for name, err := range calls(ctx, s) {
		if err == nil || errors.Is(err, cattlegrid.ErrNotFound) {
			t.Errorf("%s after Close: got %v, want a refusal", name, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

// What is acknowledged while Close runs is in the file.
func TestCloseWhileBusy(t *testing.T) {
	for _, sync := range []bool{false, true} {
		t.Run(map[bool]string{false: "WriteBehind", true: "Sync"}[sync], func(t *testing.T) {
			ctx, path := t.Context(), dataPath(t)
			s := open(t, path, boltstore.Options{Sync: sync})
			begun := make(chan struct{}, 4)
			acknowledged := make(chan []string, 4)
			for worker := range 4 {
				go func() {
					var keys []string
					defer func() { acknowledged <- keys }()
					for i := 0; ; i++ {
						key := string(rune('a'+worker)) + time.Duration(i).String()
						if s.Put(ctx, key, secret("a")) != nil {
							return
						}
						keys = append(keys, key)
						if i == 10 {
							begun <- struct{}{}
						}
					}
				}()
			}
			for range 4 {
				<-begun
			}
			closeStore(t, s)
			reopened := open(t, path, boltstore.Options{})
			for range 4 {
				for _, key := range <-acknowledged {
					if _, err := reopened.Peek(ctx, key); err != nil {
						t.Fatalf("Peek(%q): %v", key, err)
					}
				}
			}
		})
	}
}

// A secret that is to be lasting is in the file when the call returns, and so is all that was done before it.
func TestLasting(t *testing.T) {
	ctx := t.Context()
	for name, act := range map[string]func(*boltstore.Store, cattlegrid.Secret) error{
		"Put": func(s *boltstore.Store, lasting cattlegrid.Secret) error { return s.Put(ctx, "lasting", lasting) },
		"Keep": func(s *boltstore.Store, lasting cattlegrid.Secret) error {
			kept, err := s.Keep(ctx, "lasting", lasting)
			if kept.Lasting {
				t.Error("what Keep returns is lasting, want that nobody is told")
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, dataPath(t), boltstore.Options{Tick: time.Hour})
			must(t, s.Put(ctx, "before", secret("a")))
			if held, err := s.Held(); err != nil || len(held) > 0 {
				t.Errorf("before the lasting one: the file holds %q, %v, want that it is written behind", held, err)
			}
			lasting := secret("b")
			lasting.Lasting = true
			must(t, act(s, lasting))
			held, err := s.Held()
			must(t, err)
			for _, key := range []string{"before", "lasting"} {
				if !slices.Contains(held, key) {
					t.Errorf("%s is not in the file", key)
				}
			}
		})
	}
}
