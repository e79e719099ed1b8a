package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

var guessCases = []testCase{
	{"OnlyEqualIsRight", guessOnlyEqualIsRight},
	{"EmptyIsNeverRight", guessEmptyIsNeverRight},
	{"Oversized", guessOversized},
	{"AtTheBound", guessAtTheBound},
	{"KeyOutOfBounds", guessKeyOutOfBounds},
	{"AccountIsNoSecret", guessAccountIsNoSecret},
}

// A guess is right if it equals the value byte for byte, not if it begins, ends or reads like it.
func guessOnlyEqualIsRight(t *testing.T, r rig) {
	many := code("X7KP")
	many.Attempts = 100
	r.put(t, "code", many)
	guesses := []string{"", "X", "X7K", "X7KP ", " X7KP", "X7KPX7KP", "x7kp", "X7KP\x00", "X7KP\n", "Ｘ７ＫＰ", "*", "0", "nil", "false"}
	for i, guess := range guesses {
		r.wrong(t, "code", guess, 99-i)
		r.put(t, "challenge", challenge("X7KP"))
		r.wrong(t, "challenge", guess, 0)
		r.absent(t, "challenge")
	}
	r.right(t, "code", "X7KP", many.Payload)
}

// The empty guess is never right; it is a wrong guess like any other, and charged like one.
func guessEmptyIsNeverRight(t *testing.T, r rig) {
	a := debit("a", "1", 1)
	r.put(t, "code", code("482915"))
	r.wrong(t, "code", "", 4, a)
	r.room(t, a, 0)
	r.notFound(t, "never", "")
}

// A guess of any length is answered; one that is longer than a value can be is wrong.
func guessOversized(t *testing.T, r rig) {
	value := strings.Repeat("9", cattlegrid.MaxValueLen)
	many := cattlegrid.Secret{Value: value, Attempts: 9, TTL: time.Minute}
	single := cattlegrid.Secret{Value: value, Attempts: 1, TTL: time.Minute}
	r.put(t, "code", many)
	for i, length := range []int{cattlegrid.MaxValueLen + 1, 10_000, 1 << 20} {
		guess := strings.Repeat("9", length)
		r.wrong(t, "code", guess, 8-i)
		r.put(t, "challenge", single)
		r.wrong(t, "challenge", guess, 0)
		r.absent(t, "challenge")
	}
	r.right(t, "code", value, nil)
}

// A value as long as it may be is guessed like any other.
func guessAtTheBound(t *testing.T, r rig) {
	value := strings.Repeat("9", cattlegrid.MaxValueLen-1)
	key := strings.Repeat("k", cattlegrid.MaxKeyLen)
	for _, s := range []cattlegrid.Secret{code(value + "1"), challenge(value + "1")} {
		r.put(t, key, s)
		if s.Attempts > 1 {
			r.wrong(t, key, value+"2", s.Attempts-1)
		}
		r.right(t, key, value+"1", s.Payload)
	}
}

// No secret can lie under a key that is empty or too long, so nothing is found there.
func guessKeyOutOfBounds(t *testing.T, r rig) {
	for _, key := range []string{"", strings.Repeat("k", cattlegrid.MaxKeyLen+1), strings.Repeat("k", 1<<20)} {
		for _, guess := range []string{"", "482915"} {
			if payload, err := r.store.Attempt(t.Context(), key, guess); !isNotFound(err) || payload != nil {
				t.Errorf("Attempt on a key of %d bytes = %q, %v, want ErrNotFound", len(key), payload, err)
			}
		}
		if _, err := r.store.Peek(t.Context(), key); !isNotFound(err) {
			t.Errorf("Peek on a key of %d bytes: %v, want ErrNotFound", len(key), err)
		}
		if err := r.store.Delete(t.Context(), key); err != nil {
			t.Errorf("Delete on a key of %d bytes: %v", len(key), err)
		}
	}
}

// What lies under the key of an account is no secret: no guess at it is right, and none does anything to the account.
func guessAccountIsNoSecret(t *testing.T, r rig) {
	a := debit("a", "1", 1)
	r.spend(t, a)
	for _, guess := range []string{"", "1", "a"} {
		if payload, err := r.store.Attempt(t.Context(), "a", guess); err == nil {
			t.Errorf("Attempt(%q) on an account handed over %q", guess, payload)
		}
	}
	if s, err := r.store.Peek(t.Context(), "a"); err == nil {
		t.Errorf("Peek at an account gives %+v", s)
	}
	r.room(t, a, 0)
}
