package cattlegrid_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// drain is what changed since the last drain.
func drain(m *cattlegrid.MemStore) map[string][]byte {
	changes := map[string][]byte{}
	m.Drain(func(key string, state []byte) { changes[key] = bytes.Clone(state) })
	return changes
}

func keysOf(changes map[string][]byte) (kept, gone map[string]bool) {
	kept, gone = map[string]bool{}, map[string]bool{}
	for key, record := range changes {
		if record == nil {
			gone[key] = true
		} else {
			kept[key] = true
		}
	}
	return kept, gone
}

// Drain gives each key that changed since the last one, once, and says of those that are gone that they are.
func TestDrain(t *testing.T) {
	ctx, clock := t.Context(), newMemClock()
	m := cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: clock.now, Journal: true})
	steps := []struct {
		name       string
		do         func() error
		kept, gone []string
	}{
		{"nothing", func() error { return nil }, nil, nil},
		{"Put", func() error { return m.Put(ctx, "a", memSecret("a"), memDebit("x", "1", 2)) }, []string{"a", "x"}, nil},
		{"nothing again", func() error { return nil }, nil, nil},
		{"Put twice", func() error {
			return errors.Join(m.Put(ctx, "a", memSecret("a")), m.Put(ctx, "a", memSecret("b")))
		}, []string{"a"}, nil},
		{"Peek", func() error { _, err := m.Peek(ctx, "a"); return err }, nil, nil},
		{"Keep", func() error { _, err := m.Keep(ctx, "a", memSecret("c")); return err }, []string{"a"}, nil},
		{"Attempt, wrong", func() error {
			if _, err := m.Attempt(ctx, "a", "no", memDebit("y", "1", 2)); !errors.Is(err, cattlegrid.ErrWrong) {
				return fmt.Errorf("got %w, want ErrWrong", err)
			}
			return nil
		}, []string{"a", "y"}, nil},
		{"Attempt, right", func() error { _, err := m.Attempt(ctx, "a", "b"); return err }, nil, []string{"a"}},
		{"Attempt, absent", func() error {
			if _, err := m.Attempt(ctx, "a", "b"); !errors.Is(err, cattlegrid.ErrNotFound) {
				return fmt.Errorf("got %w, want ErrNotFound", err)
			}
			return nil
		}, nil, nil},
		{"Spend", func() error { return m.Spend(ctx, memDebit("y", "2", 2)) }, []string{"y"}, nil},
		{"Spend, refused", func() error {
			if err := m.Spend(ctx, memDebit("x", "9", 2), memDebit("y", "9", 2)); !errors.Is(err, cattlegrid.ErrLimit) {
				return fmt.Errorf("got %w, want ErrLimit", err)
			}
			return nil
		}, nil, nil},
		{"Refund", func() error { return m.Refund(ctx, memDebit("y", "1", 2)) }, []string{"y"}, nil},
		{"Settle", func() error {
			d := memDebit("z", "1", 2)
			d.Record = "r"
			return errors.Join(m.Spend(ctx, d), m.Settle(ctx, memDebit("w", "1", 2), d))
		}, []string{"w", "r"}, []string{"z"}},
		{"Settle, nothing", func() error { return m.Settle(ctx, memDebit("w", "2", 2), memDebit("z", "1", 2)) }, []string{"w"}, nil},
		{"Settle, no credit", func() error { return m.Settle(ctx, memDebit("w", "3", 2), memDebit("z", "1", 2)) }, nil, nil},
		{"Delete", func() error {
			return errors.Join(m.Put(ctx, "b", memSecret("b")), m.Delete(ctx, "b"))
		}, nil, []string{"b"}},
		{"Delete, absent", func() error { return m.Delete(ctx, "b") }, nil, nil},
		{"expiry", func() error {
			clock.move(2 * time.Minute)
			return errors.Join(m.Delete(ctx, "x"), m.Delete(ctx, "y"), m.Delete(ctx, "w"))
		}, nil, []string{"x", "y", "w"}},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		kept, gone := keysOf(drain(m))
		if diff := cmp.Diff(set(step.kept), kept); diff != "" {
			t.Errorf("%s, what is there (-want +got):\n%s", step.name, diff)
		}
		if diff := cmp.Diff(set(step.gone), gone); diff != "" {
			t.Errorf("%s, what is gone (-want +got):\n%s", step.name, diff)
		}
	}
	if m := cattlegrid.NewMemStore(cattlegrid.MemOptions{}); m.Put(ctx, "a", memSecret("a")) != nil || len(drain(m)) > 0 {
		t.Error("a store without a journal has something to drain")
	}
}

func set(keys []string) map[string]bool {
	s := map[string]bool{}
	for _, key := range keys {
		s[key] = true
	}
	return s
}

// A store that was restored from all drains answers as the one that was drained, whatever was called on that before.
func TestRestore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx, clock := t.Context(), newMemClock()
		o := cattlegrid.MemOptions{Clock: clock.now, Journal: true}
		m, file := cattlegrid.NewMemStore(o), journal{}
		secrets, accounts := []string{"a", "b", "c"}, []string{"x", "y", "z"}
		secret := func(t *rapid.T) string { return rapid.SampledFrom(secrets).Draw(t, "secret") }
		// Each account has two limits, and one adds; the last two have one record, which lets them grow.
		debits := func(t *rapid.T) (debits []cattlegrid.Debit) {
			for i, account := range accounts {
				if !rapid.Bool().Draw(t, account) {
					continue
				}
				d := memDebit(account, rapid.SampledFrom([]string{"1", "22", "\xff"}).Draw(t, "id"), 4)
				d.Adds = i == 0
				if i > 0 {
					d.Record, d.Limits[0].Grow = "record", 1000
				}
				hour := d.Limits[0]
				hour.Window, hour.Max = time.Hour, 6
				d.Limits = append(d.Limits, hour)
				debits = append(debits, d)
			}
			return debits
		}
		guess := rapid.SampledFrom([]string{"right", "wrong"})
		t.Repeat(map[string]func(*rapid.T){
			"Put":     func(t *rapid.T) { _ = m.Put(ctx, secret(t), memSecret("right"), debits(t)...) },
			"Keep":    func(t *rapid.T) { _, _ = m.Keep(ctx, secret(t), memSecret("right"), debits(t)...) },
			"Attempt": func(t *rapid.T) { _, _ = m.Attempt(ctx, secret(t), guess.Draw(t, "guess"), debits(t)...) },
			"Delete":  func(t *rapid.T) { _ = m.Delete(ctx, secret(t)) },
			"Spend":   func(t *rapid.T) { _ = m.Spend(ctx, debits(t)...) },
			"Refund":  func(t *rapid.T) { _ = m.Refund(ctx, debits(t)...) },
			"Settle": func(t *rapid.T) {
				_ = m.Settle(ctx, memDebit("credit", rapid.StringN(1, 8, 64).Draw(t, "credit"), 9), debits(t)...)
			},
			"time": func(t *rapid.T) {
				clock.move(time.Duration(rapid.Int64Range(0, int64(40*time.Second)).Draw(t, "time")))
			},
			"drain":  func(*rapid.T) { file.add(drain(m)) },
			"forget": func(*rapid.T) { file.forget(m) },
			"restart": func(t *rapid.T) {
				file.add(drain(m))
				restarted, err := file.restore(o)
				if err != nil {
					t.Fatal(err)
				}
				for _, key := range secrets {
					want, wantErr := m.Peek(ctx, key)
					got, gotErr := restarted.Peek(ctx, key)
					if diff := cmp.Diff(want, got); diff != "" || !errors.Is(gotErr, wantErr) {
						t.Fatalf("Peek(%q): got %v, want %v, -want +got:\n%s", key, gotErr, wantErr, diff)
					}
				}
				for _, key := range append(accounts, "credit") {
					// A unit more than there is room for: the wait tells how old each grant is, one after the other.
					for cost := range 9 {
						d := memDebit(key, "probe", 9)
						d.Record, d.Limits[0].Grow, d.Limits[0].Window, d.Cost = "record", 1, time.Hour, cost+1
						want, got := m.Spend(ctx, d), restarted.Spend(ctx, d)
						if diff := cmp.Diff(want, got); diff != "" {
							t.Fatalf("Spend %d on %q (-want +got):\n%s", d.Cost, key, diff)
						}
						_ = errors.Join(m.Refund(ctx, d), restarted.Refund(ctx, d))
					}
				}
				m = restarted
			},
		})
	})
}

// journal is a file to which drains are added one after the other, the later of which replace what the earlier ones say.
type journal struct {
	drains []map[string][]byte
	lap    int // drains that were there when the lap began, and still are
}

func (j *journal) add(changes map[string][]byte) { j.drains = append(j.drains, changes) }

func (j *journal) restore(o cattlegrid.MemOptions) (*cattlegrid.MemStore, error) {
	m := cattlegrid.NewMemStore(o)
	for _, changes := range j.drains {
		for key, state := range changes {
			if err := m.Restore(key, state); err != nil {
				return nil, fmt.Errorf("Restore(%q, %q): %w", key, state, err)
			}
		}
	}
	j.lap = len(j.drains)
	return m, nil
}

// forget takes the oldest drain out once what it holds is renewed, and begins a lap when there is none left of the last one.
func (j *journal) forget(m *cattlegrid.MemStore) {
	if j.lap == 0 {
		m.Lap()
		j.lap = len(j.drains)
		return
	}
	for key := range j.drains[0] {
		m.Renew(key)
	}
	j.add(drain(m))
	j.drains, j.lap = j.drains[1:], j.lap-1
}

// What is restored need not be drained again; what has expired is left out.
func TestRestoreExpired(t *testing.T) {
	ctx, clock := t.Context(), newMemClock()
	o := cattlegrid.MemOptions{Clock: clock.now, Journal: true}
	m := cattlegrid.NewMemStore(o)
	if err := m.Put(ctx, "dead", memSecret("a"), memDebit("dead account", "1", 9)); err != nil {
		t.Fatal(err)
	}
	clock.move(time.Second)
	if err := m.Put(ctx, "alive", memSecret("a")); err != nil {
		t.Fatal(err)
	}
	file := journal{drains: []map[string][]byte{drain(m)}}
	clock.move(time.Minute - time.Second)
	m, err := file.restore(o)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Len(); got != 1 {
		t.Errorf("got %d entries, want the one that is alive", got)
	}
	if got := drain(m); len(got) > 0 {
		t.Errorf("drained what was restored: %q", got)
	}
}

// What replaces an earlier state counts even if it has expired, or says that the key is gone.
func TestRestoreReplaces(t *testing.T) {
	ctx, clock := t.Context(), newMemClock()
	o := cattlegrid.MemOptions{Clock: clock.now, Journal: true}
	m := cattlegrid.NewMemStore(o)
	long, short := memSecret("long"), memSecret("short")
	short.TTL = time.Second
	if err := errors.Join(m.Put(ctx, "replaced", long), m.Put(ctx, "deleted", long), m.Put(ctx, "kept", long)); err != nil {
		t.Fatal(err)
	}
	before := drain(m)
	if err := errors.Join(m.Put(ctx, "replaced", short), m.Delete(ctx, "deleted")); err != nil {
		t.Fatal(err)
	}
	file := journal{drains: []map[string][]byte{before, drain(m)}}
	clock.move(2 * time.Second)
	m, err := file.restore(o)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]bool{"replaced": false, "deleted": false, "kept": true} {
		if _, err := m.Peek(ctx, key); (err == nil) != want {
			t.Errorf("Peek(%q): got %v, want it there: %t", key, err, want)
		}
	}
	if got := drain(m); len(got) > 0 {
		t.Errorf("drained what was restored: %q", got)
	}
}

// Renew gives the present state once more of what is there and was not given since the lap began, and nothing else.
func TestRenew(t *testing.T) {
	ctx := t.Context()
	o := cattlegrid.MemOptions{Journal: true}
	m := cattlegrid.NewMemStore(o)
	if err := errors.Join(m.Put(ctx, "a", memSecret("a")), m.Put(ctx, "b", memSecret("b"))); err != nil {
		t.Fatal(err)
	}
	both := drain(m)
	renewed := func(what string, want ...string) {
		t.Helper()
		for _, key := range []string{"a", "b", "absent", "a"} {
			m.Renew(key)
		}
		states := map[string][]byte{}
		for _, key := range want {
			states[key] = both[key]
		}
		if diff := cmp.Diff(states, drain(m), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: drained after Renew (-want +got):\n%s", what, diff)
		}
	}
	renewed("given since the store was made")
	m.Lap()
	if err := m.Put(ctx, "a", memSecret("a")); err != nil {
		t.Fatal(err)
	}
	both["a"] = drain(m)["a"]
	renewed("one given in the lap", "b")
	renewed("both given in the lap")
	m.Lap()
	renewed("another lap", "a", "b")
	file := journal{drains: []map[string][]byte{both}}
	var err error
	if m, err = file.restore(o); err != nil {
		t.Fatal(err)
	}
	renewed("restored", "a", "b")
	renewed("both given since they were restored")
}

// All of a drain is of one moment: a step that runs meanwhile is in it altogether or not at all.
func TestDrainIsWhole(t *testing.T) {
	ctx, m := t.Context(), cattlegrid.NewMemStore(cattlegrid.MemOptions{Journal: true})
	stop := make(chan struct{})
	var workers sync.WaitGroup
	for worker := range 4 {
		workers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				key := fmt.Sprint(worker, " ", i)
				if err := m.Put(ctx, key, memSecret("a"), memDebit("account of "+key, "1", 1)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	file := map[string][]byte{}
	for range 200 {
		maps.Copy(file, drain(m)) // nothing is ever gone here
		halves := 0
		for key := range file {
			other, isAccount := strings.CutPrefix(key, "account of ")
			if !isAccount {
				other = "account of " + key
			}
			if file[other] == nil {
				halves++
			}
		}
		if halves > 0 {
			t.Errorf("%d of %d steps are there by half", halves, len(file)/2)
			break
		}
		if len(file) > 20_000 {
			break
		}
	}
	close(stop)
	workers.Wait()
}

// What Drain does not write, Restore does not read.
func TestRestoreRefuses(t *testing.T) {
	const minute = "\x80\xe0\xba\x84\xbf\x03"
	days := make([]string, guard.RecordDays+1)
	for i := range days {
		days[i] = string(rune(2 * i))
	}
	const until = "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01" // the greatest number there is
	for name, test := range map[string]struct{ key, state string }{
		"UnknownKind":         {"key", "x" + until},
		"NoTime":              {"key", "s"},
		"CutOff":              {"key", "s" + until + "\x02\x02"},
		"TooMuch":             {"key", "s" + until + "\x02\x02v\x00!"},
		"NoValue":             {"key", "s" + until + "\x02\x00\x00"},
		"NoAttempts":          {"key", "s" + until + "\x00\x02v\x00"},
		"NegativeLength":      {"key", "s" + until + "\x02\x01v\x00"},
		"LongNumber":          {"key", "s" + until + "\x82\x00\x02v\x00"},
		"NoGrants":            {"key", "a" + minute},
		"NoWindow":            {"key", "a\x00\x02\x02\x02\x02i"},
		"LongWindow":          {"key", "a" + until + "\x02\x02\x02\x02i"},
		"GrantWithoutID":      {"key", "a" + minute + "\x02\x02\x02\x00"},
		"GrantWithoutCost":    {"key", "a" + minute + "\x02\x00\x02\x02i"},
		"GrantOfNegativeCost": {"key", "a" + minute + "\x02\x01\x02\x02i"},
		"GrantWithoutCharges": {"key", "a" + minute + "\x02\x02\x00\x02i"},
		"GrantsOutOfOrder":    {"key", "a" + minute + "\x04\x02\x02\x02i\x02\x02\x02\x02j"},
		"GrantsOfOneID":       {"key", "a" + minute + "\x02\x02\x02\x02i\x04\x02\x02\x02i"},
		"NoDays":              {"key", "r\x02\x02\x02"},
		"FewerHours":          {"key", "r\x04\x02\x02"},
		"HalfADay":            {"key", "r\x00\x02"},
		"DayWithoutNumber":    {"key", "r\x00\x02\x00"},
		"DayBeforeTheEpoch":   {"key", "r\x00\x01\x02"},
		"DayTooFar":           {"key", "r\x00" + until + "\x02"},
		"DayTwice":            {"key", "r\x00\x02\x02\x02\x02"},
		"TooManyDays":         {"key", "r\x00" + strings.Join(days, "\x02") + "\x02"},
		"EmptyKey":            {"", "s" + until + "\x02\x02v\x00"},
		"LongKey":             {strings.Repeat("k", cattlegrid.MaxKeyLen+1), "s" + until + "\x02\x02v\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			m := cattlegrid.NewMemStore(cattlegrid.MemOptions{})
			if err := m.Restore(test.key, []byte(test.state)); err == nil || m.Len() != 0 {
				t.Errorf("got error %v and %d entries, want an error and none", err, m.Len())
			}
		})
	}
}

// Any bytes are either refused or restored to what they are the state of, and what is made of that can be restored again.
func FuzzRestore(f *testing.F) {
	epoch := func() time.Time { return time.Unix(0, 0) }
	m := cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: epoch, Journal: true})
	for _, s := range []cattlegrid.Secret{memSecret("a"), {Value: "b", Attempts: 1, TTL: time.Hour}} {
		d := memDebit("account", "charge "+s.Value, 3)
		d.Record = "record"
		settled := d
		settled.Key = "settled"
		if err := errors.Join(m.Put(f.Context(), s.Value, s, d, settled), m.Settle(f.Context(), memDebit("credit", s.Value, 3), settled)); err != nil {
			f.Fatal(err)
		}
	}
	for _, state := range drain(m) {
		if state != nil {
			f.Add(state)
		}
	}
	f.Add([]byte("s\x80\xa0\xc0\x01\x82\x00\x02v\x00"))
	f.Fuzz(func(t *testing.T, state []byte) {
		ctx := t.Context()
		m := cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: epoch, Journal: true})
		if m.Restore("key", state) != nil {
			return
		}
		if m.Len() == 0 {
			return // expired before 1970
		}
		const unknown = "an id that no account has"
		switch state[0] {
		case 's':
			// A change that changes nothing makes it appear in the journal.
			s, err := m.Peek(ctx, "key")
			if err != nil {
				t.Fatal(err)
			}
			if s.Validate("key") != nil {
				return // no secret can be kept for so short or so long
			}
			if _, err := m.Keep(ctx, "key", s); err != nil {
				t.Fatalf("Keep what was restored: %v", err)
			}
		case 'a':
			if bytes.Contains(state, []byte(unknown)) {
				return
			}
			if err := m.Refund(ctx, memDebit("key", unknown, 1)); err != nil {
				t.Fatal(err)
			}
		case 'r':
			d := memDebit("account", "charge", 1)
			d.Record = "key"
			if err := errors.Join(m.Spend(ctx, d), m.Settle(ctx, memDebit("credit", "charge", 1), d)); err != nil {
				t.Fatal(err)
			}
			got := drain(m)["key"]
			if err := m.Restore("key", got); err != nil || bytes.Equal(got, state) {
				t.Errorf("of %q one number more made %q, which is refused: %v", state, got, err)
			}
			return
		}
		if got := drain(m)["key"]; !bytes.Equal(got, state) {
			t.Errorf("restored %q, drained %q", state, got)
		}
	})
}
