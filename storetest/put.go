package storetest

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

var putCases = []testCase{
	{"Stores", putStores},
	{"Replaces", putReplaces},
	{"KeysAreIndependent", putKeysAreIndependent},
	{"KeepsNoReference", putKeepsNoReference},
	{"EveryByte", putEveryByte},
	{"Charges", putCharges},
	{"RefusedChangesNothing", putRefusedChangesNothing},
}

// What Put stores is what lies under the key.
func putStores(t *testing.T, r rig) {
	r.put(t, "code", code("482915"))
	r.put(t, "challenge", challenge("X7KP"))
	r.holds(t, "code", code("482915"))
	r.holds(t, "challenge", challenge("X7KP"))
}

// Put replaces any secret there: its value, payload, attempts and lifetime, even if it is half used up.
func putReplaces(t *testing.T, r rig) {
	again := code("222222")
	again.Attempts, again.TTL = 3, time.Minute
	for _, c := range []struct {
		name      string
		old, next cattlegrid.Secret
	}{
		{"CodeByCode", code("111111"), again},
		{"CodeByChallenge", code("111111"), challenge("X7KP")},
		{"ChallengeByChallenge", challenge("X7KP"), challenge("M4TW")},
		{"ChallengeByCode", challenge("X7KP"), again},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.put(t, c.name, c.old)
			if c.old.Attempts > 1 {
				r.wrong(t, c.name, "000000", c.old.Attempts-1)
			}
			r.advance(time.Minute)
			r.put(t, c.name, c.next)
			r.holds(t, c.name, c.next)
			r.right(t, c.name, c.next.Value, c.next.Payload)
		})
	}
}

// A secret is nobody's but its key's.
func putKeysAreIndependent(t *testing.T, r rig) {
	r.put(t, "a", code("111111"))
	r.put(t, "b", code("222222"))
	r.wrong(t, "a", "222222", 4)
	r.right(t, "a", "111111", code("111111").Payload)
	r.holds(t, "b", code("222222"))
}

// What the caller does to a payload, before and after, does not reach the store.
func putKeepsNoReference(t *testing.T, r rig) {
	s := code("482915")
	r.put(t, "put", s)
	kept := r.keep(t, "kept", s)
	clear(s.Payload)
	clear(kept.Payload)
	kept = r.keep(t, "kept", s)
	clear(kept.Payload)
	for _, key := range []string{"put", "kept"} {
		peeked, err := r.store.Peek(t.Context(), key)
		if err != nil {
			t.Fatalf("Peek(%q): %v", key, err)
		}
		clear(peeked.Payload)
		r.right(t, key, "482915", code("482915").Payload)
	}
}

// Values, payloads and keys are bytes: any of them, up to the bounds.
func putEveryByte(t *testing.T, r rig) {
	every := make([]byte, cattlegrid.MaxPayloadLen)
	for i := range every {
		every[i] = byte(i)
	}
	text := string(every[:cattlegrid.MaxValueLen])
	full := cattlegrid.Secret{Value: text, Attempts: 2, Payload: every, TTL: time.Minute}
	plain := cattlegrid.Secret{Value: text, Attempts: 1, TTL: time.Minute}
	for key, s := range map[string]cattlegrid.Secret{text: full, "plain": plain, "{braces} spaces\r\n%s": full} {
		r.put(t, key, s)
		r.holds(t, key, s)
		r.right(t, key, text, s.Payload)
	}
}

// Put charges every debit.
func putCharges(t *testing.T, r rig) {
	a, b := debit("a", "1", 2), debit("b", "1", 3)
	r.put(t, "code", code("482915"), a, b)
	r.put(t, "challenge", challenge("X7KP"), debit("c", "1", 1))
	r.room(t, a, 1)
	r.room(t, b, 2)
	r.room(t, debit("c", "2", 1), 0)
}

// If one debit does not fit, none is charged and the secret there stays as it is.
func putRefusedChangesNothing(t *testing.T, r rig) {
	a, full := debit("a", "2", 2), debit("full", "2", 1)
	r.spend(t, debit("full", "1", 1))
	r.put(t, "code", code("482915"))
	r.limited(t, r.store.Put(t.Context(), "code", code("000000"), a, full), full, time.Hour)
	r.limited(t, r.store.Put(t.Context(), "code", challenge("X7KP"), full, a), full, time.Hour)
	r.limited(t, r.store.Put(t.Context(), "new", challenge("X7KP"), a, full), full, time.Hour)
	r.holds(t, "code", code("482915"))
	r.absent(t, "new")
	r.room(t, a, 2)
}
