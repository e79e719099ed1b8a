package storetest

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

var keepCases = []testCase{
	{"Stores", keepStores},
	{"Keeps", keepKeeps},
	{"LifetimeStartsAnew", keepLifetimeStartsAnew},
	{"Charges", keepCharges},
	{"RefusedChangesNothing", keepRefusedChangesNothing},
}

// Keep stores the secret if there is none, and returns it.
func keepStores(t *testing.T, r rig) {
	for key, s := range map[string]cattlegrid.Secret{"code": code("482915"), "challenge": challenge("X7KP")} {
		r.same(t, r.keep(t, key, s), s)
		r.holds(t, key, s)
	}
}

// A secret that is there stays, with its value, its payload and the attempts it has left, and is returned.
func keepKeeps(t *testing.T, r rig) {
	r.put(t, "code", code("482915"))
	r.put(t, "challenge", challenge("X7KP"))
	r.wrong(t, "code", "000000", 4)
	kept := code("482915")
	kept.Attempts = 4
	for _, other := range []cattlegrid.Secret{code("000000"), challenge("M4TW")} {
		r.same(t, r.keep(t, "code", other), kept)
		r.same(t, r.keep(t, "challenge", other), challenge("X7KP"))
	}
	r.holds(t, "code", kept)
	r.holds(t, "challenge", challenge("X7KP"))
	r.right(t, "code", "482915", kept.Payload)
	r.right(t, "challenge", "X7KP", nil)
}

// The lifetime of a secret that stays starts anew as that of the one offered, be it longer or shorter.
func keepLifetimeStartsAnew(t *testing.T, r rig) {
	for _, s := range []cattlegrid.Secret{code("482915"), challenge("X7KP")} {
		for name, ttl := range map[string]time.Duration{"longer": 10 * time.Minute, "shorter": time.Minute} {
			key := s.Value + name
			r.put(t, key, s)
			r.advance(2 * time.Minute)
			offered := code("000000")
			offered.TTL = ttl
			want := s
			want.TTL = ttl
			r.same(t, r.keep(t, key, offered), want)
			r.holds(t, key, want)
			r.almost(ttl)
			want.TTL = r.drift + tick
			r.holds(t, key, want)
			r.rest()
			r.absent(t, key)
		}
	}
}

// Keep charges every debit, whether it stores the secret or finds one.
func keepCharges(t *testing.T, r rig) {
	r.keep(t, "code", code("482915"), debit("a", "1", 3), debit("b", "1", 4))
	r.keep(t, "code", code("000000"), debit("a", "2", 3), debit("b", "2", 4))
	r.room(t, debit("a", "3", 3), 1)
	r.room(t, debit("b", "3", 4), 2)
}

// If one debit does not fit, none is charged, nothing is stored and no lifetime starts anew.
func keepRefusedChangesNothing(t *testing.T, r rig) {
	a, full := debit("a", "2", 2), debit("full", "2", 1)
	r.put(t, "code", code("482915"))
	r.advance(time.Minute)
	r.spend(t, debit("full", "1", 1))
	for _, key := range []string{"code", "new"} {
		kept, err := r.store.Keep(t.Context(), key, code("000000"), a, full)
		r.limited(t, err, full, time.Hour)
		r.same(t, kept.Secret, cattlegrid.Secret{})
	}
	r.absent(t, "new")
	want := code("482915")
	want.TTL -= time.Minute
	r.holds(t, "code", want)
	r.room(t, a, 2)
}
