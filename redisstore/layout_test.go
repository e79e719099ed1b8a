package redisstore_test

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

const pictureKey = "ImageCode_0b5c8f6e-2a53-4a51-9d5f-9a3a4f4c8a11"

func debit(key, id string, most int) cattlegrid.Debit {
	return cattlegrid.Debit{Key: key, ID: id, Cost: 1, Limits: []guard.Limit{{Name: "of_" + key, Max: most, Window: time.Hour}}}
}

// A challenge's answer lies in Redis as the tutorial says: its key's value is the text, and expires with the challenge.
func TestPlainSecret(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	for name, debits := range map[string][]cattlegrid.Debit{"Set": nil, "Script": {debit("a", "1", 9)}} {
		t.Run(name, func(t *testing.T) {
			if err := store.Put(t.Context(), pictureKey, challenge("X7KP"), debits...); err != nil {
				t.Fatalf("Put: %v", err)
			}
			if got := server.Do(t, "GET", pictureKey); got != "X7KP" {
				t.Errorf("GET gives %q, want the text in the picture", got)
			}
			if ttl := server.Do(t, "TTL", pictureKey); ttl != "300" && ttl != "299" {
				t.Errorf("TTL gives %q, want 300", ttl)
			}
		})
	}
}

// A lifetime that is no whole number of seconds is kept to the millisecond.
func TestPlainSecretMillis(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	s := challenge("X7KP")
	s.TTL = time.Minute + 1500*time.Millisecond + 999*time.Microsecond
	if err := store.Put(t.Context(), pictureKey, s); err != nil {
		t.Fatalf("Put: %v", err)
	}
	if pttl, err := strconv.Atoi(server.Do(t, "PTTL", pictureKey)); err != nil || pttl > 61_500 || pttl < 56_500 {
		t.Errorf("PTTL gives %d, want 61500", pttl)
	}
}

// After any answer, right or wrong, nothing is left under the key.
func TestPlainSecretIsGone(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	for name, debits := range map[string][]cattlegrid.Debit{"Getdel": nil, "Script": {debit("a", "1", 9)}} {
		for guess, want := range map[string]error{"X7KP": nil, "M4TW": cattlegrid.ErrWrong, "": cattlegrid.ErrWrong, strings.Repeat("X", 10_000): cattlegrid.ErrWrong} {
			if err := store.Put(t.Context(), pictureKey, challenge("X7KP")); err != nil {
				t.Fatalf("Put: %v", err)
			}
			if _, err := store.Attempt(t.Context(), pictureKey, guess, debits...); !errors.Is(err, want) {
				t.Errorf("%s: Attempt(%.10q): %v, want %v", name, guess, err, want)
			}
			if left := server.Do(t, "EXISTS", pictureKey); left != "0" {
				t.Errorf("%s: after %.10q the key is still there", name, guess)
			}
		}
	}
}

// What an existing back end sets itself, as the tutorial's does with SETEX, is a secret like one of our own.
func TestForeignSecret(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	set := func() { server.Do(t, "SETEX", pictureKey, "300", "aB3d") }

	set()
	s, err := store.Peek(t.Context(), pictureKey)
	if err != nil || s.Value != "aB3d" || s.Attempts != 1 || len(s.Payload) != 0 || s.TTL > 300*time.Second || s.TTL < 290*time.Second {
		t.Errorf("Peek = %+v, %v", s, err)
	}
	for name, debits := range map[string][]cattlegrid.Debit{"Getdel": nil, "Script": {debit("a", "1", 9)}} {
		set()
		if _, err := store.Attempt(t.Context(), pictureKey, "aB3d", debits...); err != nil {
			t.Errorf("%s: right guess: %v", name, err)
		}
		if _, err := store.Attempt(t.Context(), pictureKey, "aB3d", debits...); !errors.Is(err, cattlegrid.ErrNotFound) {
			t.Errorf("%s: second guess: %v, want ErrNotFound", name, err)
		}
		set()
		var wrong *cattlegrid.WrongError
		if _, err := store.Attempt(t.Context(), pictureKey, "ab3d", debits...); !errors.As(err, &wrong) || wrong.AttemptsLeft != 0 {
			t.Errorf("%s: wrong guess: %v, want a wrong guess with none left", name, err)
		}
	}
	set()
	if kept, err := store.Keep(t.Context(), pictureKey, code("482915")); err != nil || kept.Value != "aB3d" || kept.Attempts != 1 {
		t.Errorf("Keep = %+v, %v, want what is there", kept, err)
	}
	if err := store.Delete(t.Context(), pictureKey); err != nil || server.Do(t, "EXISTS", pictureKey) != "0" {
		t.Errorf("Delete: %v, or the key is still there", err)
	}
}

// Another program may set what no Put would: a text without a lifetime, an empty text. Both work as far as they can; the
// empty guess is not right even then.
func TestForeignSecretOddities(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	server.Do(t, "SET", pictureKey, "X7KP")
	if s, err := store.Peek(t.Context(), pictureKey); err != nil || s.TTL != 0 {
		t.Errorf("Peek without a lifetime = %+v, %v", s, err)
	}
	for name, debits := range map[string][]cattlegrid.Debit{"Getdel": nil, "Script": {debit("a", "1", 9)}} {
		server.Do(t, "SET", pictureKey, "")
		if _, err := store.Attempt(t.Context(), pictureKey, "", debits...); !errors.Is(err, cattlegrid.ErrWrong) {
			t.Errorf("%s: the empty guess at an empty text: %v, want ErrWrong", name, err)
		}
	}
}

// Other secrets are hashes, whose fields an operator can read.
func TestHashSecret(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	const key = "Code_register_{phone}"
	if err := store.Put(t.Context(), key, code("digest")); err != nil {
		t.Fatalf("Put: %v", err)
	}
	if _, err := store.Attempt(t.Context(), key, "wrong"); !errors.Is(err, cattlegrid.ErrWrong) {
		t.Fatalf("Attempt: %v, want ErrWrong", err)
	}
	if got := server.Do(t, "HMGET", key, "value", "attempts", "payload"); got != "digest\n4\nsealed" {
		t.Errorf("HMGET gives %q", got)
	}
	if ttl := server.Do(t, "TTL", key); ttl != "300" && ttl != "299" {
		t.Errorf("TTL gives %q, want 300", ttl)
	}
}

// An account is a line of totals and one for each grant, and is gone a second after its window or when it is refunded.
func TestAccount(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	one, three := debit("Limit_a_{x}", "one", 9), debit("Limit_a_{x}", "three more\n", 9)
	three.Cost = 3
	for _, d := range []cattlegrid.Debit{one, three, one} {
		if err := store.Spend(t.Context(), d); err != nil {
			t.Fatalf("Spend: %v", err)
		}
	}
	const key = "Limit_a_{x}:count"
	if got := numberless(server.Do(t, "GET", key)); got != "4 _ 3600000000 _\none _ 1 2\nthree%20more%0A _ 3 1" {
		t.Errorf("GET gives %q", got)
	}
	if ttl := server.Do(t, "TTL", key); ttl != "4051" && ttl != "4050" { // it was charged again
		t.Errorf("TTL gives %q, want 4051", ttl)
	}
	for range 2 {
		if err := store.Refund(t.Context(), one); err != nil {
			t.Fatalf("Refund: %v", err)
		}
	}
	if got := numberless(server.Do(t, "GET", key)); got != "3 _ 3600000000 _\nthree%20more%0A _ 3 1" {
		t.Errorf("after refunds GET gives %q", got)
	}
	if err := store.Refund(t.Context(), three); err != nil || server.Do(t, "EXISTS", key) != "0" {
		t.Errorf("Refund of all: %v, or the account is still there", err)
	}
	if err := store.Spend(t.Context(), one); err != nil {
		t.Fatalf("Spend: %v", err)
	}
	if ttl := server.Do(t, "TTL", key); ttl != "3601" && ttl != "3600" {
		t.Errorf("TTL gives %q, want 3601", ttl)
	}
}

// numberless is text with an underscore for each moment.
func numberless(text string) string {
	return regexp.MustCompile(`\b\d{16}\b`).ReplaceAllString(text, "_")
}

// An account of many grants has them in a sorted set, which goes with it.
func TestLargeAccount(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	const many = 100
	for i := range many {
		d := debit("Limit_a_{x}", strconv.Itoa(i), many)
		if err := store.Spend(t.Context(), d); err != nil {
			t.Fatalf("Spend: %v", err)
		}
	}
	if err := store.Spend(t.Context(), debit("Limit_a_{x}", "more", many)); !errors.Is(err, cattlegrid.ErrLimit) {
		t.Errorf("Spend of one more: %v, want ErrLimit", err)
	}
	if got := numberless(server.Do(t, "GET", "Limit_a_{x}:count")); got != "100 _ 3600000000 _ many _" {
		t.Errorf("GET gives %q", got)
	}
	if got := server.Do(t, "ZRANGE", "Limit_a_{x}:count:many", "99", "99"); got != "at:99" {
		t.Errorf("the last grant is %q, want that of 99", got)
	}
	for _, key := range []string{"Limit_a_{x}:count", "Limit_a_{x}:count:many"} {
		if ttl, err := strconv.Atoi(server.Do(t, "TTL", key)); err != nil || ttl < 3590 || ttl > 4051 {
			t.Errorf("TTL of %s is %d, want 3601 to 4051", key, ttl)
		}
	}
	for i := range many {
		if err := store.Refund(t.Context(), debit("Limit_a_{x}", strconv.Itoa(i), many)); err != nil {
			t.Fatalf("Refund: %v", err)
		}
	}
	if left := server.Do(t, "DBSIZE"); left != "1" {
		t.Errorf("%s keys are left after all was refunded, want the marker", left)
	}
}

// A record counts days and hours, and is gone fourteen days after its last one.
func TestRecord(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	d := debit("Limit_a_{guard}", "one", 9)
	d.Record = "Record_prefix_{guard}"
	for _, id := range []string{"1", "2"} {
		if err := store.Spend(t.Context(), d); err != nil {
			t.Fatalf("Spend: %v", err)
		}
		if err := store.Settle(t.Context(), debit("credit_{x}", id, 2), d); err != nil {
			t.Fatalf("Settle: %v", err)
		}
	}
	got := server.Do(t, "GET", "Record_prefix_{guard}:count")
	if !regexp.MustCompile(`^2 (\d{5})\|(\d{5}:2|\d{5}:1 \d{5}:1)\|(\d{6}:2|\d{6}:1 \d{6}:1)$`).MatchString(got) {
		t.Errorf("GET gives %q", got)
	}
	const day = 24 * 3600
	if ttl, err := strconv.Atoi(server.Do(t, "TTL", "Record_prefix_{guard}:count")); err != nil || ttl > 14*day || ttl < 13*day-10 {
		t.Errorf("TTL gives %d, want up to fourteen days", ttl)
	}
}

// A refusal writes nothing: a flood of them costs neither replication nor disk.
func TestRefusalWritesNothing(t *testing.T) {
	server := redistest.Start(t)
	store := newStore(t, server.URL())
	if err := store.Spend(t.Context(), debit("full", "1", 1)); err != nil {
		t.Fatalf("Spend: %v", err)
	}
	if err := store.Put(t.Context(), "code", code("digest")); err != nil {
		t.Fatalf("Put: %v", err)
	}
	changes := func() string {
		_, rest, _ := strings.Cut(server.Do(t, "INFO", "persistence"), "rdb_changes_since_last_save:")
		count, _, _ := strings.Cut(rest, "\r\n")
		return count
	}
	before := changes()
	refused := []cattlegrid.Debit{debit("other", "1", 9), debit("full", "2", 1)}
	_, keepErr := store.Keep(t.Context(), "code", code("other"), refused...)
	_, attemptErr := store.Attempt(t.Context(), "code", "wrong", refused...)
	for _, err := range []error{
		store.Spend(t.Context(), refused...), store.Put(t.Context(), "code", code("other"), refused...), keepErr, attemptErr,
	} {
		if !errors.Is(err, cattlegrid.ErrLimit) {
			t.Errorf("%v, want ErrLimit", err)
		}
	}
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("Ping: %v", err)
	}
	if after := changes(); after != before {
		t.Errorf("changes went from %s to %s", before, after)
	}
}
