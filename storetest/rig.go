package storetest

import (
	"crypto/rand"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// tick is the smallest step of time that the suite takes.
const tick = time.Millisecond

// rig is the store under test and its clock.
type rig struct {
	store   cattlegrid.Store
	advance func(d time.Duration)
	now     func() time.Time
	drift   time.Duration
}

func (h Harness) newRig(t testing.TB) rig {
	store, advance := h.New(t)
	began, now := time.Now(), h.Start
	if now.IsZero() {
		now = time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC)
		if h.Drift > 0 {
			now = began
		}
	}
	return rig{
		store: store,
		drift: h.Drift,
		advance: func(d time.Duration) {
			advance(d)
			now = now.Add(d)
		},
		now: func() time.Time {
			if h.Drift > 0 {
				return now.Add(time.Since(began))
			}
			return now
		},
	}
}

// almost moves the clock to shortly before d has passed.
func (r rig) almost(d time.Duration) { r.advance(d - r.drift - tick) }

// rest moves the clock on from almost to the moment at which d has passed, or as little later as can be asked for.
func (r rig) rest() { r.advance(r.drift + tick) }

// A code has attempts and a payload, a challenge has neither; implementations may keep them differently.
func code(value string) cattlegrid.Secret {
	return cattlegrid.Secret{Value: value, Attempts: 5, Payload: []byte("payload of " + value), TTL: 5 * time.Minute}
}

func challenge(value string) cattlegrid.Secret {
	return cattlegrid.Secret{Value: value, Attempts: 1, TTL: 5 * time.Minute}
}

// debit is one unit on key under a limit of most units an hour.
func debit(key, id string, most int) cattlegrid.Debit {
	return cattlegrid.Debit{Key: key, ID: id, Cost: 1, Limits: []guard.Limit{{Name: "of_" + key, Max: most, Window: time.Hour}}}
}

// within is a debit with one limit, which has another window now.
func within(d cattlegrid.Debit, window time.Duration) cattlegrid.Debit {
	limit := d.Limits[0]
	limit.Window = window
	d.Limits = []guard.Limit{limit}
	return d
}

// under is a debit that has further limits.
func under(d cattlegrid.Debit, further ...guard.Limit) cattlegrid.Debit {
	d.Limits = slices.Concat(d.Limits, further)
	return d
}

// only is a debit with but one of its limits.
func only(d cattlegrid.Debit, i int) cattlegrid.Debit {
	d.Limits = d.Limits[i : i+1]
	return d
}

// reversed is a debit with its limits the other way round.
func reversed(d cattlegrid.Debit) cattlegrid.Debit {
	d.Limits = slices.Clone(d.Limits)
	slices.Reverse(d.Limits)
	return d
}

func (r rig) put(t *testing.T, key string, s cattlegrid.Secret, debits ...cattlegrid.Debit) {
	t.Helper()
	if err := r.store.Put(t.Context(), key, s, debits...); err != nil {
		t.Fatalf("Put(%q, %+v): %v", key, s, err)
	}
}

func (r rig) keep(t *testing.T, key string, s cattlegrid.Secret, debits ...cattlegrid.Debit) cattlegrid.Secret {
	t.Helper()
	kept, err := r.store.Keep(t.Context(), key, s, debits...)
	if err != nil {
		t.Fatalf("Keep(%q, %+v): %v", key, s, err)
	}
	return kept.Secret
}

func (r rig) spend(t *testing.T, debits ...cattlegrid.Debit) {
	t.Helper()
	if err := r.store.Spend(t.Context(), debits...); err != nil {
		t.Fatalf("Spend(%+v): %v", debits, err)
	}
}

func (r rig) refund(t *testing.T, debits ...cattlegrid.Debit) {
	t.Helper()
	if err := r.store.Refund(t.Context(), debits...); err != nil {
		t.Fatalf("Refund(%+v): %v", debits, err)
	}
}

// right guesses and wants the payload.
func (r rig) right(t *testing.T, key, guess string, payload []byte, wrong ...cattlegrid.Debit) {
	t.Helper()
	got, err := r.store.Attempt(t.Context(), key, guess, wrong...)
	if err != nil || string(got) != string(payload) {
		t.Fatalf("Attempt(%q, %.40q) = %q, %v, want payload %q", key, guess, got, err, payload)
	}
}

// wrong guesses and wants to be told how many attempts are left.
func (r rig) wrong(t *testing.T, key, guess string, left int, wrong ...cattlegrid.Debit) {
	t.Helper()
	payload, err := r.store.Attempt(t.Context(), key, guess, wrong...)
	var refusal *cattlegrid.WrongError
	if !errors.As(err, &refusal) || !errors.Is(err, cattlegrid.ErrWrong) || refusal.AttemptsLeft != left || payload != nil {
		t.Fatalf("Attempt(%q, %.40q) = %q, %v, want a wrong guess with %d left", key, guess, payload, err, left)
	}
}

// absent wants no secret under key.
func (r rig) absent(t *testing.T, key string) {
	t.Helper()
	if s, err := r.store.Peek(t.Context(), key); !errors.Is(err, cattlegrid.ErrNotFound) {
		t.Fatalf("Peek(%q) = %+v, %v, want ErrNotFound", key, s, err)
	}
}

// holds wants s under key, with a lifetime of s.TTL left.
func (r rig) holds(t *testing.T, key string, s cattlegrid.Secret) {
	t.Helper()
	got, err := r.store.Peek(t.Context(), key)
	if err != nil {
		t.Fatalf("Peek(%q): %v, want %+v", key, err, s)
	}
	r.same(t, got, s)
}

func (r rig) same(t *testing.T, got, want cattlegrid.Secret) {
	t.Helper()
	ttl := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".TTL" }, cmp.Comparer(r.near))
	if diff := cmp.Diff(want, got, ttl, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("secret (-want +got):\n%s", diff)
	}
}

// near reports whether two durations differ by no more than the clock's own running.
func (r rig) near(a, b time.Duration) bool { return (a - b).Abs() <= r.drift }

// longest is the first of the refusals with longest to wait.
func longest(refusals []cattlegrid.Refusal) cattlegrid.Refusal {
	first := refusals[0]
	for _, r := range refusals[1:] {
		if r.Wait > first.Wait {
			first = r
		}
	}
	return first
}

// limited wants err to be a refusal of d, which has one limit, for as long as wait.
func (r rig) limited(t *testing.T, err error, d cattlegrid.Debit, wait time.Duration) {
	t.Helper()
	r.limitedBy(t, err, d, d.Limits[0], wait)
}

// limitedBy wants err to be a refusal of d for as long as wait, by that one of its limits.
func (r rig) limitedBy(t *testing.T, err error, d cattlegrid.Debit, limit guard.Limit, wait time.Duration) {
	t.Helper()
	var refusal *cattlegrid.LimitError
	if !errors.As(err, &refusal) || !errors.Is(err, cattlegrid.ErrLimit) || len(refusal.Refusals) == 0 {
		t.Fatalf("got %v, want a limit error for %v", err, wait)
	}
	by := longest(refusal.Refusals)
	if diff := cmp.Diff(d, by.Debit); diff != "" {
		t.Fatalf("refused debit (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(limit, by.Limit); diff != "" {
		t.Fatalf("limit that refuses (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(limit, refusal.Limit); diff != "" {
		t.Fatalf("limit that is named (-want +got):\n%s", diff)
	}
	if got := refusal.RetryAfter; got <= 0 || got > wait || !r.near(got, wait) {
		t.Fatalf("RetryAfter is %v, want %v", got, wait)
	}
}

// refused wants err to be a refusal of all of these, in order, and to name the first of those with longest to wait. The
// limit goes without saying where the debit has only one.
func (r rig) refused(t *testing.T, err error, want ...cattlegrid.Refusal) {
	t.Helper()
	var refusal *cattlegrid.LimitError
	if !errors.As(err, &refusal) {
		t.Fatalf("got %v, want a limit error", err)
	}
	for i, d := range want {
		if limits := d.Debit.Limits; len(limits) == 1 {
			want[i].Limit = limits[0]
		}
	}
	waits := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Wait" }, cmp.Comparer(r.near))
	if diff := cmp.Diff(want, refusal.Refusals, waits); diff != "" {
		t.Fatalf("refusals (-want +got):\n%s", diff)
	}
	by := longest(want)
	r.limitedBy(t, err, by.Debit, by.Limit, by.Wait)
}

// verified has n numbers verified on a record, each of them charged to an account of its own.
func (r rig) verified(t *testing.T, record string, n int) {
	t.Helper()
	for range n {
		d := debit("number "+rand.Text(), "1", 1)
		d.Record = record
		r.spend(t, d)
		r.settle(t, debit("credit "+rand.Text(), "1", 1), d)
	}
}

func (r rig) settle(t *testing.T, credit cattlegrid.Debit, debits ...cattlegrid.Debit) {
	t.Helper()
	if err := r.store.Settle(t.Context(), credit, debits...); err != nil {
		t.Fatalf("Settle(%+v, %+v): %v", credit, debits, err)
	}
}

// base wants a limit with the given window to grow by n on a record.
func (r rig) base(t *testing.T, record string, window time.Duration, n int) {
	t.Helper()
	// What costs more than the limit ever grants is always refused, and charges nothing.
	d := within(growing("base of "+record+" within "+window.String(), "1", 1, 100, record), window)
	d.Cost = guard.MaxUnits
	r.refused(t, r.store.Spend(t.Context(), d), cattlegrid.Refusal{Debit: d, Wait: window, Base: n})
}

// noon moves the clock to half past twelve of the next day of UTC, so that no hour or day ends while little time passes.
func (r rig) noon() {
	now := r.now()
	r.advance(now.Truncate(24 * time.Hour).Add(36*time.Hour + 30*time.Minute).Sub(now))
}

// room wants exactly n units to fit on d's account now, and takes them.
func (r rig) room(t *testing.T, d cattlegrid.Debit, n int) {
	t.Helper()
	d.Cost = 1
	for i := range n + 1 {
		d.ID = rand.Text()
		err := r.store.Spend(t.Context(), d)
		switch {
		case i < n && err != nil:
			t.Fatalf("unit %d on %q: %v, want room for %d", i+1, d.Key, err, n)
		case i == n && !errors.Is(err, cattlegrid.ErrLimit):
			t.Fatalf("unit %d on %q: %v, want room for %d only", i+1, d.Key, err, n)
		}
	}
}
