package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

var expiryCases = []testCase{
	{"AtTTL", expiryAtTTL},
	{"ThenKeepStores", expiryThenKeepStores},
	{"ThenChargesNothing", expiryThenChargesNothing},
	{"Lifetimes", expiryLifetimes},
	{"OfHalfUsed", expiryOfHalfUsed},
}

func isNotFound(err error) bool { return errors.Is(err, cattlegrid.ErrNotFound) }

// A secret exists until its lifetime has passed, and from that moment on is absent.
func expiryAtTTL(t *testing.T, r rig) {
	for _, s := range []cattlegrid.Secret{code("482915"), challenge("X7KP")} {
		for _, key := range []string{"peeked", "guessed", "late"} {
			r.put(t, key, s)
		}
		r.almost(s.TTL)
		r.right(t, "guessed", s.Value, s.Payload)
		left := s
		left.TTL = r.drift + tick
		r.holds(t, "peeked", left)
		r.rest()
		r.absent(t, "peeked")
		r.notFound(t, "late", s.Value)
		r.notFound(t, "late", "wrong")
	}
}

// An expired secret is as if it had never been there: Keep stores a new one in its place.
func expiryThenKeepStores(t *testing.T, r rig) {
	for _, s := range []cattlegrid.Secret{code("482915"), challenge("X7KP")} {
		r.put(t, "code", s)
		r.advance(s.TTL)
		r.same(t, r.keep(t, "code", code("000000")), code("000000"))
		r.right(t, "code", "000000", code("000000").Payload)
	}
}

// A guess at an expired secret charges nothing.
func expiryThenChargesNothing(t *testing.T, r rig) {
	a := debit("a", "1", 1)
	r.put(t, "code", code("482915"))
	r.advance(code("482915").TTL)
	if _, err := r.store.Attempt(t.Context(), "code", "000000", a); !isNotFound(err) {
		t.Fatalf("Attempt: %v, want ErrNotFound", err)
	}
	r.room(t, a, 1)
}

// Lifetimes are kept to the millisecond, from seconds to days.
func expiryLifetimes(t *testing.T, r rig) {
	for _, ttl := range []time.Duration{7 * time.Second, 7*time.Second + 250*time.Millisecond, time.Minute, 36 * time.Hour, 60 * 24 * time.Hour} {
		for _, s := range []cattlegrid.Secret{code("482915"), challenge("X7KP")} {
			s.TTL = ttl
			r.put(t, "code", s)
			r.holds(t, "code", s)
			r.almost(ttl)
			s.TTL = r.drift + tick
			r.holds(t, "code", s)
			r.rest()
			r.absent(t, "code")
		}
	}
}

// A wrong guess does not change when a secret expires.
func expiryOfHalfUsed(t *testing.T, r rig) {
	s := code("482915")
	r.put(t, "code", s)
	r.advance(s.TTL / 2)
	r.wrong(t, "code", "000000", 4)
	r.almost(s.TTL / 2)
	r.wrong(t, "code", "000000", 3)
	r.rest()
	r.notFound(t, "code", "482915")
}
