package boltstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/boltstore"
)

// disk stands between a store and its file. It counts commits, and lets them fail or take their time.
type disk struct {
	commits atomic.Int64
	fault   atomic.Pointer[error]
	takes   atomic.Int64 // nanoseconds a commit takes more
}

func (d *disk) around(commit func() error) error {
	d.commits.Add(1)
	<-time.After(time.Duration(d.takes.Load()))
	if err := d.fault.Load(); err != nil {
		return *err
	}
	return commit()
}

func (d *disk) fail(err error) { d.fault.Store(&err) }
func (d *disk) heal()          { d.fault.Store(nil) }

func openOn(t *testing.T, d *disk, path string, o boltstore.Options) *boltstore.Store {
	t.Helper()
	s, err := boltstore.OpenAround(path, o, d.around)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// pass lets time pass, and all that happens in it happen.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// All that changed within a tick is in the file at its end, by one commit; if nothing changed there is none.
func TestTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, d := t.Context(), &disk{}
		s := openOn(t, d, dataPath(t), boltstore.Options{})
		pass(time.Minute)
		if got := d.commits.Load(); got != 0 {
			t.Errorf("a minute without changes: got %d commits, want none", got)
		}
		for i := range 100 {
			must(t, s.Put(ctx, strconv.Itoa(i), secret("a"), once(fmt.Sprint("account of ", i), "1")))
		}
		must(t, s.Delete(ctx, "99"))
		pass(250 * time.Millisecond)
		if got := d.commits.Load(); got != 1 {
			t.Errorf("the tick after 101 calls: got %d commits, want 1", got)
		}
		if held, err := s.Held(); err != nil || len(held) != 200 || !slices.Contains(held, "0") {
			t.Errorf("in the file: got %d changes (%v), want 99 secrets, 100 accounts and one that is gone", len(held), err)
		}
		if _, err := s.Peek(ctx, "0"); err != nil {
			t.Error(err)
		}
		if _, err := s.Attempt(ctx, "99", "a"); !errors.Is(err, cattlegrid.ErrNotFound) {
			t.Errorf("Attempt on what was deleted: %v", err)
		}
		if err := s.Spend(ctx, once("account of 1", "2")); !errors.Is(err, cattlegrid.ErrLimit) {
			t.Errorf("Spend beyond the limit: %v", err)
		}
		pass(time.Minute)
		if got := d.commits.Load(); got != 1 {
			t.Errorf("after calls that changed nothing: got %d commits, want still 1", got)
		}
	})
}

// A tick other than the default is kept to.
func TestTickOption(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{}
		s := openOn(t, d, dataPath(t), boltstore.Options{Tick: time.Minute})
		must(t, s.Put(t.Context(), "key", secret("a")))
		pass(time.Minute - 1)
		before := d.commits.Load()
		pass(1)
		if after := d.commits.Load(); before != 0 || after != 1 {
			t.Errorf("got %d commits before the tick and %d after it, want 0 and 1", before, after)
		}
	})
}

// With Sync each call that changes something returns after a commit that has its change, without waiting for a tick.
func TestSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, d := t.Context(), &disk{}
		s := openOn(t, d, dataPath(t), boltstore.Options{Sync: true, Tick: time.Hour})
		must(t, s.Put(ctx, "c", secret("c")))
		for name, change := range map[string]func() error{
			"Put":  func() error { return s.Put(ctx, "a", secret("a")) },
			"Keep": func() error { _, err := s.Keep(ctx, "b", secret("b")); return err },
			"Attempt, wrong": func() error {
				if _, err := s.Attempt(ctx, "c", "no"); !errors.Is(err, cattlegrid.ErrWrong) {
					return fmt.Errorf("got %w, want ErrWrong", err)
				}
				return nil
			},
			"Spend":  func() error { return s.Spend(ctx, once("d", "1")) },
			"Settle": func() error { return s.Settle(ctx, once("e", "1")) },
		} {
			before := d.commits.Load()
			if err := change(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if after := d.commits.Load(); after <= before {
				t.Errorf("%s returned without a commit", name)
			}
		}
		for _, key := range []string{"a", "b", "c", "d", "e"} {
			if held, err := s.Held(); err != nil || !slices.Contains(held, key) {
				t.Errorf("%q is not in the file (%v)", key, err)
			}
		}
		if _, err := s.Attempt(ctx, "a", "a"); err != nil {
			t.Errorf("Attempt, right: %v", err)
		}
		must(t, s.Delete(ctx, "b"))
		must(t, s.Refund(ctx, once("d", "1")))
		held, err := s.Held()
		must(t, err)
		for _, key := range []string{"a", "b"} {
			if count := len(held) - len(slices.DeleteFunc(slices.Clone(held), func(k string) bool { return k == key })); count != 2 {
				t.Errorf("in the file %q changed %d times, want that it was made and that it is gone", key, count)
			}
		}
		before := d.commits.Load()
		_, _ = s.Peek(ctx, "c")
		_, _ = s.Attempt(ctx, "nothing there", "a")
		if after := d.commits.Load(); after != before {
			t.Errorf("calls that change nothing made %d commits", after-before)
		}
	})
}

// Calls that wait at the same time share a commit: a hundred that come while the first is committed need one more.
func TestSyncShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, d := t.Context(), &disk{}
		d.takes.Store(int64(10 * time.Millisecond))
		s := openOn(t, d, dataPath(t), boltstore.Options{Sync: true})
		var calls sync.WaitGroup
		for i := range 101 {
			calls.Go(func() {
				if err := s.Put(ctx, strconv.Itoa(i), secret("a")); err != nil {
					t.Error(err)
				}
			})
			if i == 0 {
				synctest.Wait()
			}
		}
		calls.Wait()
		if got := d.commits.Load(); got != 2 {
			t.Errorf("101 calls: got %d commits, want 2", got)
		}
	})
}

// A call that waits for its commit does not wait longer than its context allows.
func TestSyncContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{}
		d.takes.Store(int64(time.Minute))
		s := openOn(t, d, dataPath(t), boltstore.Options{Sync: true})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		if err := s.Put(ctx, "key", secret("a")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline", err)
		}
	})
}

// While a commit takes longer than a tick, a call that changes something returns after the next one, and others at once.
func TestLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, d := t.Context(), &disk{}
		d.takes.Store(int64(600 * time.Millisecond))
		s := openOn(t, d, dataPath(t), boltstore.Options{})
		begun := time.Now()
		put := func(key string, want time.Duration) {
			t.Helper()
			must(t, s.Put(ctx, key, secret("a")))
			if took := time.Since(begun); took != want {
				t.Errorf("the Put of %q returned after %v, want %v", key, took, want)
			}
		}
		put("first", 0)
		pass(499 * time.Millisecond) // the first commit began at 250 ms
		put("second", 499*time.Millisecond)
		pass(time.Millisecond)
		if _, err := s.Peek(ctx, "second"); err != nil || time.Since(begun) != 500*time.Millisecond {
			t.Errorf("Peek returned after %v (%v), want at once", time.Since(begun), err)
		}
		put("third", 1450*time.Millisecond) // with the second commit, which began when the first was done
		put("fourth", 1450*time.Millisecond)
	})
}

// A store that is idle and busy in turns, with ever new keys, does not grow: what expired is deleted and its room used.
func TestRoomIsUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, path := t.Context(), dataPath(t)
		s := open(t, path, boltstore.Options{Tick: time.Minute})
		var size, most int64
		for day := range 20 {
			for hour := range 10 {
				for i := range 200 {
					name := fmt.Sprint(day, hour, i)
					must(t, s.Put(ctx, name, secret("a"), once("account of "+name, "1")))
				}
				pass(time.Minute)
			}
			pass(14 * time.Hour)
			info, err := os.Stat(path)
			must(t, err)
			if size = info.Size(); day < 5 {
				most = max(most, size)
			}
		}
		if size > most {
			t.Errorf("the file grew from %d bytes in five days to %d in twenty", most, size)
		}
	})
}
