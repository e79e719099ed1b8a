package boltstore_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/boltstore"
	"github.com/cattlegrid/cattlegrid/guard"
)

// Whatever changes how often, the file is at most four times as long as what is needed of it, but for what a few ticks bring, and
// nothing that is needed is taken out.
func TestWear(t *testing.T) {
	account := func(key, id string) cattlegrid.Debit {
		return cattlegrid.Debit{Key: key, ID: id, Cost: 1, Limits: []guard.Limit{{Name: "many", Max: 100_000, Window: 24 * time.Hour}}}
	}
	for name, tick := range map[string]func(ctx context.Context, s *boltstore.Store, n int) error{
		// All the time the same ones.
		"Busy": func(ctx context.Context, s *boltstore.Store, n int) (err error) {
			for i := range 200 {
				err = errors.Join(err, s.Put(ctx, fmt.Sprint("busy ", i), secret(strconv.Itoa(n))))
			}
			return err
		},
		// The same, so few that all commits in which they are bring less than a chunk that is to be taken out.
		"Trickle": func(ctx context.Context, s *boltstore.Store, n int) (err error) {
			for i := range 12 {
				err = errors.Join(err, s.Put(ctx, fmt.Sprint("busy ", i), secret(strconv.Itoa(n))))
			}
			return err
		},
		// All that is kept changes now and then, so that the file has it several times.
		"InTurn": func(ctx context.Context, s *boltstore.Store, n int) (err error) {
			for i := range 100 {
				err = errors.Join(err, s.Put(ctx, fmt.Sprint("kept ", (100*n+i)%kept), secret(strconv.Itoa((100*n+i)%kept))))
			}
			return err
		},
		// What comes and goes, beside accounts that stay.
		"ComeAndGo": func(ctx context.Context, s *boltstore.Store, n int) (err error) {
			for i := range 50 {
				id := fmt.Sprint(n, " ", i)
				put := s.Put(ctx, id, secret("a"), account(fmt.Sprint("account ", (50*n+i)%1000), "id"))
				_, attempt := s.Attempt(ctx, id, "a")
				err = errors.Join(err, put, attempt)
			}
			return err
		},
		// An account that is long, and written whole in each tick.
		"Large": func(ctx context.Context, s *boltstore.Store, n int) (err error) {
			return s.Spend(ctx, account("large", fmt.Sprint("a long id of a charge ", n%400)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, path := t.Context(), dataPath(t)
				s := open(t, path, boltstore.Options{})
				for i := range kept {
					must(t, s.Put(ctx, fmt.Sprint("kept ", i), secret(strconv.Itoa(i))))
				}
				pass(250 * time.Millisecond)
				longest, last := 0, 0
				for n := range 1500 {
					must(t, tick(ctx, s, n))
					pass(250 * time.Millisecond)
					if n%50 > 0 {
						continue
					}
					held, needed, err := s.Sizes()
					must(t, err)
					longest = max(longest, held)
					if most := 4*needed + 50_000; held > most {
						t.Errorf("after %d ticks the file holds %d bytes of changes, of which %d are needed, want at most %d", n, held, needed, most)
					}
					last = needed
				}
				t.Logf("the file held at most %d bytes of changes, at last %d are needed", longest, last)
				if longest < 3*last/2 {
					t.Error("nothing was worn")
				}
				closeStore(t, s)
				s = open(t, path, boltstore.Options{})
				for i := range kept {
					if got, err := s.Peek(ctx, fmt.Sprint("kept ", i)); err != nil || got.Value != strconv.Itoa(i) {
						t.Fatalf("kept %d: got %q (%v)", i, got.Value, err)
					}
				}
				if name == "Busy" {
					for i := range 200 {
						if got, err := s.Peek(ctx, fmt.Sprint("busy ", i)); err != nil || got.Value != "1499" {
							t.Fatalf("busy %d: got %q (%v), want the last one", i, got.Value, err)
						}
					}
				}
			})
		})
	}
}

// kept is how many secrets are kept throughout [TestWear].
const kept = 3000

// While commits fail, what was to be taken out stays, and what takes its place is collected once and not every tick.
func TestWearFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, path, d := t.Context(), dataPath(t), &disk{}
		s := openOn(t, d, path, boltstore.Options{})
		wear := func(round int) {
			for i := range 1000 {
				must(t, s.Put(ctx, "busy "+strconv.Itoa(i), secret(strconv.Itoa(round))))
			}
		}
		must(t, s.Put(ctx, "used", secret("a")))
		for round := range 7 {
			wear(round)
			pass(250 * time.Millisecond)
		}
		d.fail(syscall.ENOSPC)
		wear(7)
		if _, err := s.Attempt(ctx, "used", "a"); err != nil {
			t.Fatal(err)
		}
		before, err := s.Held()
		must(t, err)
		pass(10 * time.Second)
		if after, err := s.Held(); err != nil || len(after) != len(before) {
			t.Errorf("while commits fail the file changed from %d to %d changes (%v)", len(before), len(after), err)
		}
		if got := s.Pending(); got > 3000 {
			t.Errorf("%d changes wait after forty commits that failed, want no more than after one", got)
		}
		d.heal()
		pass(250 * time.Millisecond)
		if held, needed, err := s.Sizes(); err != nil || held > 5*needed {
			t.Errorf("the file holds %d bytes of changes, of which %d are needed (%v)", held, needed, err)
		}
		closeStore(t, s)
		s = open(t, path, boltstore.Options{})
		if _, err := s.Peek(ctx, "used"); !errors.Is(err, cattlegrid.ErrNotFound) {
			t.Errorf("Peek of what was used: got %v, want ErrNotFound", err)
		}
		for i := range 1000 {
			if got, err := s.Peek(ctx, fmt.Sprint("busy ", i)); err != nil || got.Value != "7" {
				t.Fatalf("busy %d: got %q (%v), want the last one", i, got.Value, err)
			}
		}
	})
}
