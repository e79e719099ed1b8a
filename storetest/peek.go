package storetest

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

var peekCases = []testCase{
	{"Absent", peekAbsent},
	{"LeavesIt", peekLeavesIt},
	{"TTL", peekTTL},
}

var deleteCases = []testCase{
	{"Destroys", deleteDestroys},
	{"Absent", deleteAbsent},
}

// Peek at an absent secret is ErrNotFound.
func peekAbsent(t *testing.T, r rig) {
	r.absent(t, "code")
}

// Peek does not use a secret up: neither it nor any of its attempts.
func peekLeavesIt(t *testing.T, r rig) {
	r.put(t, "code", code("482915"))
	r.put(t, "challenge", challenge("X7KP"))
	r.wrong(t, "code", "000000", 4)
	want := code("482915")
	want.Attempts = 4
	for range 10 {
		r.holds(t, "code", want)
		r.holds(t, "challenge", challenge("X7KP"))
	}
	r.right(t, "code", "482915", want.Payload)
	r.right(t, "challenge", "X7KP", nil)
}

// The TTL that Peek tells is what is left of the lifetime; neither Peek nor a wrong guess extends it.
func peekTTL(t *testing.T, r rig) {
	want := code("482915")
	r.put(t, "code", want)
	for range 4 {
		r.advance(time.Minute)
		want.TTL -= time.Minute
		r.holds(t, "code", want)
		want.Attempts--
		r.wrong(t, "code", "000000", want.Attempts)
		r.holds(t, "code", want)
	}
}

// A deleted secret is absent, exactly as if it had never been there.
func deleteDestroys(t *testing.T, r rig) {
	for _, s := range []cattlegrid.Secret{code("482915"), challenge("X7KP")} {
		r.put(t, "deleted", s)
		r.put(t, "other", s)
		if err := r.store.Delete(t.Context(), "deleted"); err != nil {
			t.Fatalf("Delete: %v", err)
		}
		r.absent(t, "deleted")
		r.notFound(t, "deleted", s.Value)
		r.holds(t, "other", s)
		r.same(t, r.keep(t, "deleted", code("000000")), code("000000"))
	}
}

// To delete an absent secret is no error, and neither is to delete one twice.
func deleteAbsent(t *testing.T, r rig) {
	r.put(t, "code", code("482915"))
	for _, key := range []string{"never", "code", "code"} {
		if err := r.store.Delete(t.Context(), key); err != nil {
			t.Fatalf("Delete(%q): %v", key, err)
		}
	}
}
