package storetest

import (
	"testing"
	"time"
)

var attemptCases = []testCase{
	{"Right", attemptRight},
	{"Wrong", attemptWrong},
	{"Absent", attemptAbsent},
	{"ChargesWrong", attemptChargesWrong},
	{"DoesNotChargeRight", attemptDoesNotChargeRight},
	{"AbsentChargesNothing", attemptAbsentChargesNothing},
	{"UnpaidComparesNothing", attemptUnpaidComparesNothing},
	{"UnpaidChargesNothing", attemptUnpaidChargesNothing},
	{"PaidBefore", attemptPaidBefore},
}

// notFound wants a guess to find nothing.
func (r rig) notFound(t *testing.T, key, guess string) {
	t.Helper()
	payload, err := r.store.Attempt(t.Context(), key, guess)
	if !isNotFound(err) || payload != nil {
		t.Fatalf("Attempt(%q, %q) = %q, %v, want ErrNotFound", key, guess, payload, err)
	}
}

// The right guess destroys the secret and hands over its payload, once.
func attemptRight(t *testing.T, r rig) {
	r.put(t, "code", code("482915"))
	r.put(t, "challenge", challenge("X7KP"))
	r.right(t, "code", "482915", code("482915").Payload)
	r.right(t, "challenge", "X7KP", nil)
	for key, value := range map[string]string{"code": "482915", "challenge": "X7KP"} {
		r.notFound(t, key, value)
		r.absent(t, key)
	}
}

// A wrong guess takes one attempt, tells how many are left, and destroys the secret with the last one. The right guess
// comes too late then; before, it is still right.
func attemptWrong(t *testing.T, r rig) {
	r.put(t, "code", code("482915"))
	for left := 4; left >= 0; left-- {
		r.wrong(t, "code", "000000", left)
	}
	r.absent(t, "code")
	r.notFound(t, "code", "482915")

	r.put(t, "challenge", challenge("X7KP"))
	r.wrong(t, "challenge", "M4TW", 0)
	r.absent(t, "challenge")
	r.notFound(t, "challenge", "X7KP")

	r.put(t, "code", code("482915"))
	for left := 4; left >= 1; left-- {
		r.wrong(t, "code", "000000", left)
	}
	r.right(t, "code", "482915", code("482915").Payload)
}

// To guess at an absent secret is ErrNotFound, whatever the guess.
func attemptAbsent(t *testing.T, r rig) {
	for _, guess := range []string{"", "0", "482915"} {
		r.notFound(t, "never", guess)
	}
}

// A wrong guess charges every debit.
func attemptChargesWrong(t *testing.T, r rig) {
	a, b := debit("a", "1", 2), debit("b", "1", 3)
	r.put(t, "code", code("482915"))
	r.wrong(t, "code", "000000", 4, a, b)
	r.room(t, a, 1)
	r.room(t, b, 2)

	c := debit("c", "1", 1)
	r.put(t, "challenge", challenge("X7KP"))
	r.wrong(t, "challenge", "M4TW", 0, c)
	r.absent(t, "challenge")
	r.room(t, c, 0)
}

// A right guess charges nothing.
func attemptDoesNotChargeRight(t *testing.T, r rig) {
	a := debit("a", "1", 1)
	r.put(t, "code", code("482915"))
	r.put(t, "challenge", challenge("X7KP"))
	r.right(t, "code", "482915", code("482915").Payload, a)
	r.right(t, "challenge", "X7KP", nil, a)
	r.room(t, a, 1)
}

// A guess at an absent secret charges nothing; it is ErrNotFound even if the debit would not fit.
func attemptAbsentChargesNothing(t *testing.T, r rig) {
	a := debit("a", "1", 1)
	if _, err := r.store.Attempt(t.Context(), "never", "482915", a); !isNotFound(err) {
		t.Fatalf("Attempt: %v, want ErrNotFound", err)
	}
	r.room(t, a, 1)
	if _, err := r.store.Attempt(t.Context(), "never", "482915", a); !isNotFound(err) {
		t.Fatalf("Attempt without room: %v, want ErrNotFound", err)
	}
}

// A guess whose wrongness could not be paid for is not compared: right or wrong, it is refused alike, and the secret stays
// with its attempts. When there is room again it is answered.
func attemptUnpaidComparesNothing(t *testing.T, r rig) {
	two := code("X7KP")
	two.Attempts, two.TTL = 2, 2*time.Hour
	one := challenge("X7KP")
	one.TTL = 2 * time.Hour
	full := debit("full", "2", 1)
	r.put(t, "two", two)
	r.put(t, "one", one)
	r.spend(t, debit("full", "1", 1))
	for key, s := range map[string]struct{ payload []byte }{"two": {two.Payload}, "one": {nil}} {
		for _, guess := range []string{"X7KP", "M4TW", ""} {
			payload, err := r.store.Attempt(t.Context(), key, guess, full)
			r.limited(t, err, full, time.Hour)
			if payload != nil {
				t.Fatalf("a refused guess was handed %q, which is %q", payload, s.payload)
			}
		}
	}
	r.holds(t, "two", two)
	r.holds(t, "one", one)
	r.advance(time.Hour)
	r.right(t, "two", "X7KP", two.Payload, full)
	r.wrong(t, "one", "M4TW", 0, full)
}

// If one debit does not fit, none is charged.
func attemptUnpaidChargesNothing(t *testing.T, r rig) {
	a, full := debit("a", "2", 2), debit("full", "2", 1)
	r.put(t, "code", code("482915"))
	r.spend(t, debit("full", "1", 1))
	_, err := r.store.Attempt(t.Context(), "code", "000000", a, full)
	r.limited(t, err, full, time.Hour)
	r.room(t, a, 2)
}

// A wrong guess whose debit was charged before, under the same ID, is answered though there is no room for another.
func attemptPaidBefore(t *testing.T, r rig) {
	full := debit("full", "1", 1)
	r.put(t, "code", code("482915"))
	r.wrong(t, "code", "000000", 4, full)
	r.wrong(t, "code", "000000", 3, full)
	r.right(t, "code", "482915", code("482915").Payload, full)
}
