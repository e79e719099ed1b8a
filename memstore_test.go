package cattlegrid_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/storetest"
)

// memClock is a clock that stands still until it is moved.
type memClock struct{ nanos atomic.Int64 }

func newMemClock() *memClock {
	c := &memClock{}
	c.nanos.Store(time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *memClock) now() time.Time       { return time.Unix(0, c.nanos.Load()) }
func (c *memClock) move(d time.Duration) { c.nanos.Add(int64(d)) }

func memSecret(value string) cattlegrid.Secret {
	return cattlegrid.Secret{Value: value, Attempts: 3, Payload: []byte("payload"), TTL: time.Minute}
}

// memSettled is a debit whose charge is recorded when it is settled.
func memSettled(key, id, record string) cattlegrid.Debit {
	d := memDebit(key, id, 9)
	d.Record = record
	return d
}

func memDebit(key, id string, most int) cattlegrid.Debit {
	return cattlegrid.Debit{Key: key, ID: id, Cost: 1, Limits: []guard.Limit{{Name: "rule", Max: most, Window: time.Minute}}}
}

// MemStore is a Store, with a journal and without.
func TestMemStore(t *testing.T) {
	for name, journal := range map[string]bool{"Plain": false, "Journal": true} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, storetest.Harness{New: func(testing.TB) (cattlegrid.Store, func(time.Duration)) {
				clock := newMemClock()
				return cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: clock.now, Journal: journal}), clock.move
			}})
		})
	}
}

// A full store takes nothing new, serves what it has, and has room again when that expires, whatever is called then.
func TestMemStoreFull(t *testing.T) {
	const most = 1000
	ctx := t.Context()
	newFull := func(t *testing.T) (*cattlegrid.MemStore, *memClock) {
		clock := newMemClock()
		m := cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: clock.now, MaxEntries: most})
		for i := range most / 2 {
			if err := m.Put(ctx, strconv.Itoa(i), memSecret("a"), memDebit(fmt.Sprint("account ", i), "1", 9)); err != nil {
				t.Fatalf("entry %d of %d: %v", 2*i, most, err)
			}
		}
		return m, clock
	}
	fill := map[string]func(m *cattlegrid.MemStore, i int) error{
		"Put": func(m *cattlegrid.MemStore, i int) error { return m.Put(ctx, fmt.Sprint("new ", i), memSecret("a")) },
		"Keep": func(m *cattlegrid.MemStore, i int) error {
			_, err := m.Keep(ctx, fmt.Sprint("new ", i), memSecret("a"))
			return err
		},
		"Spend": func(m *cattlegrid.MemStore, i int) error {
			return m.Spend(ctx, memDebit(fmt.Sprint("new ", i), "1", 9))
		},
	}
	for name, add := range fill {
		t.Run(name+" refused", func(t *testing.T) {
			m, _ := newFull(t)
			err := add(m, 0)
			if err == nil || errors.Is(err, cattlegrid.ErrLimit) || errors.Is(err, cattlegrid.ErrNotFound) {
				t.Errorf("got %v, want an error of the store", err)
			}
			if got := m.Len(); got != most {
				t.Errorf("got %d entries, want %d", got, most)
			}
		})
		t.Run(name+" when all has expired", func(t *testing.T) {
			m, clock := newFull(t)
			clock.move(time.Minute)
			for i := range most {
				if err := add(m, i); err != nil {
					t.Fatalf("entry %d of %d: %v", i, most, err)
				}
			}
		})
	}
	t.Run("Settle gives back and records nothing", func(t *testing.T) {
		m, _ := newFull(t)
		err := m.Settle(ctx, memDebit("credit", "2", 9), memSettled("account 0", "1", "record"))
		if err == nil || errors.Is(err, cattlegrid.ErrLimit) {
			t.Errorf("got %v, want an error of the store", err)
		}
		if got := m.Len(); got != most-1 {
			t.Errorf("got %d entries, want %d: an account is empty and no record was made", got, most-1)
		}
	})
	t.Run("serves what it has", func(t *testing.T) {
		m, _ := newFull(t)
		if err := m.Put(ctx, "0", memSecret("b"), memDebit("account 0", "2", 9)); err != nil {
			t.Errorf("Put in place of another: %v", err)
		}
		if _, err := m.Keep(ctx, "0", memSecret("c")); err != nil {
			t.Errorf("Keep of what is there: %v", err)
		}
		if err := m.Spend(ctx, memDebit("account 0", "3", 9)); err != nil {
			t.Errorf("Spend on an account that is there: %v", err)
		}
		if _, err := m.Attempt(ctx, "0", "b"); err != nil {
			t.Errorf("Attempt: %v", err)
		}
		if err := m.Put(ctx, "new", memSecret("a")); err != nil {
			t.Errorf("Put after one was used: %v", err)
		}
	})
}

// What the caller does to a payload before or after does nothing to the one in the store.
func TestMemStorePayloadIsItsOwn(t *testing.T) {
	ctx, m := t.Context(), cattlegrid.NewMemStore(cattlegrid.MemOptions{})
	s := memSecret("a")
	if err := m.Put(ctx, "key", s); err != nil {
		t.Fatal(err)
	}
	s.Payload[0] = '!'
	peeked, err := m.Peek(ctx, "key")
	if err != nil {
		t.Fatal(err)
	}
	peeked.Payload[1] = '!'
	kept, err := m.Keep(ctx, "key", memSecret("b"))
	if err != nil {
		t.Fatal(err)
	}
	kept.Payload[2] = '!'
	got, err := m.Attempt(ctx, "key", "a")
	if diff := cmp.Diff([]byte("payload"), got); err != nil || diff != "" {
		t.Errorf("payload: %v, -want +got:\n%s", err, diff)
	}
}

// An account is not a secret: no guess on its key is right, not even an empty one.
func TestMemStoreAccountIsNoSecret(t *testing.T) {
	ctx, m := t.Context(), cattlegrid.NewMemStore(cattlegrid.MemOptions{})
	if err := m.Spend(ctx, memDebit("account", "1", 9)); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Attempt(ctx, "account", ""); !errors.Is(err, cattlegrid.ErrNotFound) {
		t.Errorf("Attempt with an empty guess: got %v, want ErrNotFound", err)
	}
	if _, err := m.Peek(ctx, "account"); !errors.Is(err, cattlegrid.ErrNotFound) {
		t.Errorf("Peek: got %v, want ErrNotFound", err)
	}
}

// The empty key holds nothing and is as safe for concurrent use as any: the race detector watches.
func TestMemStoreEmptyKey(t *testing.T) {
	ctx, m := t.Context(), cattlegrid.NewMemStore(cattlegrid.MemOptions{Journal: true})
	var workers sync.WaitGroup
	for worker := range 4 {
		workers.Go(func() {
			for i := range 1000 {
				_ = m.Put(ctx, fmt.Sprint(worker, i), memSecret("a"))
				_ = m.Delete(ctx, "")
				if _, err := m.Peek(ctx, ""); !errors.Is(err, cattlegrid.ErrNotFound) {
					t.Errorf("Peek: got %v, want ErrNotFound", err)
				}
				if _, err := m.Attempt(ctx, "", "", memDebit("account", "1", 9)); !errors.Is(err, cattlegrid.ErrNotFound) {
					t.Errorf("Attempt: got %v, want ErrNotFound", err)
				}
			}
		})
	}
	workers.Wait()
}

// Steps on several keys in any order never wait for each other in a circle, and keep to every limit to the unit, also
// while the journal is drained.
func TestMemStoreManyKeysAtOnce(t *testing.T) {
	const (
		accounts = 200
		most     = 50
		workers  = 8
		steps    = 4000
	)
	ctx, m := t.Context(), cattlegrid.NewMemStore(cattlegrid.MemOptions{Journal: true})
	granted := make([]atomic.Int64, accounts)
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(worker)))
			for step := range steps {
				picked := random.Perm(accounts)[:1+random.IntN(8)]
				debits := make([]cattlegrid.Debit, len(picked))
				for i, account := range picked {
					debits[i] = memDebit(fmt.Sprint("account ", account), fmt.Sprint(worker, " ", step), most)
					debits[i].Limits[0].Window = time.Hour
				}
				if err := memRecord(ctx, m, random, step); err != nil {
					t.Errorf("step %d: %v", step, err)
				}
				key := fmt.Sprint("secret ", random.IntN(accounts))
				var err error
				switch step % 3 {
				case 0:
					err = m.Spend(ctx, debits...)
				case 1:
					err = m.Put(ctx, key, memSecret("a"), debits...)
				default:
					if _, err = m.Attempt(ctx, key, "no", debits...); errors.Is(err, cattlegrid.ErrWrong) {
						err = nil
					}
				}
				switch {
				case err == nil:
					for _, account := range picked {
						granted[account].Add(1)
					}
				case errors.Is(err, cattlegrid.ErrLimit), errors.Is(err, cattlegrid.ErrNotFound):
				default:
					t.Errorf("step %d: %v", step, err)
				}
				if step%100 == 0 {
					drain(m)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() {
		group.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("the steps wait for each other")
	}
	// Steps with several debits may leave room in an account; what is left is granted one by one, to the very last.
	for account := range granted {
		got := granted[account].Load()
		for ; got <= most; got++ {
			d := memDebit(fmt.Sprint("account ", account), fmt.Sprint("rest ", got), most)
			d.Limits[0].Window = time.Hour
			if err := m.Spend(ctx, d); err != nil {
				break
			}
		}
		if got != most {
			t.Errorf("account %d: %d units were granted, want all %d and no more", account, got, most)
		}
	}
}

// memRecord spends on one of a few accounts in a lane and that grow, and settles it, so that steps that look up records run
// beside steps that write them.
func memRecord(ctx context.Context, m *cattlegrid.MemStore, random *rand.Rand, step int) error {
	const records = 5
	lane := &guard.Lane{Depth: random.IntN(3)}
	for i := range 2 {
		lane.Ranks = append(lane.Ranks, guard.Rank{Record: fmt.Sprint("record ", random.IntN(records)), Least: 1 + i})
	}
	d := memSettled(fmt.Sprint("growing account ", random.IntN(records)), strconv.Itoa(step), fmt.Sprint("record ", random.IntN(records)))
	d.Limits[0].Max, d.Limits[0].Grow, d.Lane = guard.MaxUnits, 100, lane
	return errors.Join(m.Spend(ctx, d), m.Settle(ctx, memDebit("credit", strconv.Itoa(step), guard.MaxUnits), d))
}

// There may be millions of challenges: one takes as little memory as can be.
func TestMemStoreEntrySize(t *testing.T) {
	if got := cattlegrid.MemEntrySize; got > 64 {
		t.Errorf("an entry has %d bytes, want 64", got)
	}
}

// The verbs cost few allocations, so that a flood of refusals is not a flood of garbage.
func TestMemStoreAllocations(t *testing.T) {
	ctx, m := context.Background(), cattlegrid.NewMemStore(cattlegrid.MemOptions{})
	full, refused, unknown := []cattlegrid.Debit{memDebit("full", "1", 1)}, []cattlegrid.Debit{memDebit("full", "2", 1)}, []cattlegrid.Debit{memDebit("unknown", "1", 1)}
	s, challenge := memSecret("a"), memSecret("a")
	challenge.Payload = nil
	if err := m.Put(ctx, "there", s, full...); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		most float64
		call func()
	}{
		"Attempt on nothing": {0, func() { _, _ = m.Attempt(ctx, "nothing", "a") }},
		"Spend refused":      {2, func() { _ = m.Spend(ctx, refused...) }},
		"Spend granted once": {0, func() { _ = m.Spend(ctx, full...) }},
		"Peek":               {1, func() { _, _ = m.Peek(ctx, "there") }},
		"Settle":             {1, func() { _ = m.Settle(ctx, full[0], unknown...) }},
		"A challenge":        {1, func() { _ = m.Put(ctx, "key", challenge); _, _ = m.Attempt(ctx, "key", "a") }},
		"A code":             {3, func() { _ = m.Put(ctx, "key", s); _, _ = m.Attempt(ctx, "key", "a") }},
	} {
		if got := testing.AllocsPerRun(1000, test.call); got > test.most {
			t.Errorf("%s: %.0f allocations, want at most %.0f", name, got, test.most)
		}
	}
}
