package boltstore_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/boltstore"
)

// calls makes each call of a store once, on keys of their own, and yields what it answered.
func calls(ctx context.Context, s *boltstore.Store) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		_, keep := s.Keep(ctx, "kept by calls", secret("a"))
		_, peek := s.Peek(ctx, "put by calls")
		_, attempt := s.Attempt(ctx, "kept by calls", "a")
		_ = yield("Put", s.Put(ctx, "put by calls", secret("a"))) &&
			yield("Keep", keep) &&
			yield("Peek", peek) &&
			yield("Attempt", attempt) &&
			yield("Delete", s.Delete(ctx, "put by calls")) &&
			yield("Spend", s.Spend(ctx, once("spent by calls", "1"))) &&
			yield("Refund", s.Refund(ctx, once("spent by calls", "1"))) &&
			yield("Settle", s.Settle(ctx, once("credited by calls", "1"), once("spent by calls", "1"))) &&
			yield("Ping", s.Ping(ctx))
	}
}

// From a failed commit on all calls are refused with the reason, until a later commit succeeds. Nothing is lost by it,
// and what changed last wins.
func TestFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, d, path, out := t.Context(), &disk{}, dataPath(t), &bytes.Buffer{}
		s := openOn(t, d, path, boltstore.Options{Logger: slog.New(slog.NewJSONHandler(out, nil))})
		must(t, s.Put(ctx, "used", secret("a")))
		must(t, s.Put(ctx, "replaced", secret("a")))
		pass(250 * time.Millisecond)

		d.fail(syscall.ENOSPC)
		if _, err := s.Attempt(ctx, "used", "a"); err != nil {
			t.Fatal(err)
		}
		must(t, s.Put(ctx, "replaced", secret("b")))
		must(t, s.Spend(ctx, once("account", "1")))
		pass(250 * time.Millisecond)
		for range 3 {
			for name, err := range calls(ctx, s) {
				if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "the last changes are not on disk") {
					t.Errorf("%s while commits fail: got %v, want a refusal with the reason", name, err)
				}
			}
			pass(250 * time.Millisecond)
		}
		if got := d.commits.Load(); got != 5 {
			t.Errorf("got %d commits, want the first and four that failed", got)
		}

		d.heal()
		pass(250 * time.Millisecond)
		for name, err := range calls(ctx, s) {
			if err != nil && name != "Peek" {
				t.Errorf("%s after the disk healed: %v", name, err)
			}
		}
		want := []string{"store refuses until it can write its file", "store serves again"}
		if got := messages(t, out); !slices.Equal(got, want) {
			t.Errorf("logged %q, want %q", got, want)
		}
		closeStore(t, s)

		s = open(t, path, boltstore.Options{})
		if _, err := s.Peek(ctx, "used"); !errors.Is(err, cattlegrid.ErrNotFound) {
			t.Errorf("Peek of what was used before the failure: got %v, want ErrNotFound", err)
		}
		if got, err := s.Peek(ctx, "replaced"); err != nil || got.Value != "b" {
			t.Errorf("Peek of what was replaced before the failure: got %q (%v), want the new value", got.Value, err)
		}
		if err := s.Spend(ctx, once("account", "2")); !errors.Is(err, cattlegrid.ErrLimit) {
			t.Errorf("Spend on what was spent before the failure: got %v, want ErrLimit", err)
		}
	})
}

// With Sync the call whose commit failed says so, and no secret is handed over. The store recovers by itself here too.
func TestFailureSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, d := t.Context(), &disk{}
		s := openOn(t, d, dataPath(t), boltstore.Options{Sync: true})
		must(t, s.Put(ctx, "key", secret("a")))
		d.fail(syscall.EROFS)
		if payload, err := s.Attempt(ctx, "key", "a"); !errors.Is(err, syscall.EROFS) || payload != nil {
			t.Errorf("Attempt: got payload %q and %v, want the reason alone", payload, err)
		}
		if err := s.Ping(ctx); !errors.Is(err, syscall.EROFS) {
			t.Errorf("Ping: got %v, want the reason", err)
		}
		d.heal()
		pass(250 * time.Millisecond)
		if err := s.Put(ctx, "key", secret("a")); err != nil {
			t.Errorf("Put after the disk healed: %v", err)
		}
	})
}

// A commit that hangs counts as failed after a second, and no longer when it is done after all.
func TestStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, d := t.Context(), &disk{}
		d.takes.Store(int64(time.Minute))
		s := openOn(t, d, dataPath(t), boltstore.Options{})
		must(t, s.Put(ctx, "key", secret("a")))
		pass(250*time.Millisecond + boltstore.Patience - 1)
		if err := s.Ping(ctx); err != nil {
			t.Errorf("Ping shortly before patience ends: %v", err)
		}
		pass(1)
		if err := s.Ping(ctx); err == nil || !strings.Contains(err.Error(), "a commit takes longer than 1s") {
			t.Errorf("Ping when a commit hangs: got %v, want a refusal with the reason", err)
		}
		pass(time.Minute)
		if err := s.Ping(ctx); err != nil {
			t.Errorf("Ping after the commit is done: %v", err)
		}
	})
}

// slowContext is a context that lets a call wait at its first look at it, which is before it changes anything.
type slowContext struct {
	context.Context
	looked, goOn chan struct{}
	once         sync.Once
}

func newSlowContext(ctx context.Context) *slowContext {
	return &slowContext{Context: ctx, looked: make(chan struct{}), goOn: make(chan struct{})}
}

// Err implements [context.Context].
func (c *slowContext) Err() error {
	c.once.Do(func() {
		close(c.looked)
		<-c.goOn
	})
	return c.Context.Err()
}

// A call that came before the store refused, but changed something after that, is not acknowledged.
func TestOvertaken(t *testing.T) {
	for name, overtake := range map[string]func(t *testing.T, s *boltstore.Store, d *disk){
		"Close": func(t *testing.T, s *boltstore.Store, _ *disk) { closeStore(t, s) },
		"Failure": func(t *testing.T, s *boltstore.Store, d *disk) {
			d.fail(syscall.ENOSPC)
			must(t, s.Put(t.Context(), "another", secret("a")))
			pass(250 * time.Millisecond)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &disk{}
				s := openOn(t, d, dataPath(t), boltstore.Options{})
				ctx := newSlowContext(t.Context())
				answer := make(chan error)
				go func() { answer <- s.Put(ctx, "key", secret("a")) }()
				<-ctx.looked
				overtake(t, s, d)
				close(ctx.goOn)
				if err := <-answer; err == nil {
					t.Error("the call was acknowledged, want a refusal")
				}
			})
		})
	}
}

// If the last commit fails, Close says what that means.
func TestCloseFails(t *testing.T) {
	d := &disk{}
	s := openOn(t, d, dataPath(t), boltstore.Options{Tick: time.Hour})
	must(t, s.Put(t.Context(), "key", secret("a")))
	d.fail(syscall.ENOSPC)
	err := s.Close()
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "the last 1 changes are lost") {
		t.Errorf("Close: got %v, want the loss and the reason", err)
	}
}
