package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/cattlegrid/cattlegrid"
)

// crowd is how many goroutines set about one thing.
const crowd = 64

var concurrentCases = []testCase{
	{"OneRightGuess", concurrentOneRightGuess},
	{"AttemptsAreNotExceeded", concurrentAttemptsAreNotExceeded},
	{"WrongLimitIsNotExceeded", concurrentWrongLimitIsNotExceeded},
	{"AllOrNone", concurrentAllOrNone},
	{"SameIDOnce", concurrentSameIDOnce},
	{"RefundIsExact", concurrentRefundIsExact},
	{"KeepAgrees", concurrentKeepAgrees},
	{"PayloadOnce", concurrentPayloadOnce},
	{"KeyOutOfBounds", concurrentKeyOutOfBounds},
}

// all runs do in a crowd of goroutines that start at once, and returns when they are done.
func all(do func(i int)) {
	var done sync.WaitGroup
	start := make(chan struct{})
	for i := range crowd {
		done.Go(func() {
			<-start
			do(i)
		})
	}
	close(start)
	done.Wait()
}

// tally counts outcomes by name. It is safe for concurrent use.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func (c *tally) add(outcome string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = map[string]int{}
	}
	c.counts[outcome]++
}

// addError counts err by the answer that it is.
func (c *tally) addError(err error) {
	var wrong *cattlegrid.WrongError
	switch {
	case err == nil:
		c.add("ok")
	case errors.As(err, &wrong):
		c.add("wrong, " + strconv.Itoa(wrong.AttemptsLeft) + " left")
	case errors.Is(err, cattlegrid.ErrNotFound):
		c.add("absent")
	case errors.Is(err, cattlegrid.ErrLimit):
		c.add("limit")
	default:
		c.add("failure: " + err.Error())
	}
}

func (c *tally) want(t *testing.T, counts map[string]int) {
	t.Helper()
	if fmt.Sprint(c.counts) != fmt.Sprint(counts) {
		t.Fatalf("outcomes are %v, want %v", c.counts, counts)
	}
}

// Of many right guesses at once, one is right; the others find nothing.
func concurrentOneRightGuess(t *testing.T, r rig) {
	for round := range 10 {
		for _, s := range []cattlegrid.Secret{code("482915"), challenge("X7KP")} {
			key := s.Value + strconv.Itoa(round)
			r.put(t, key, s)
			var got tally
			all(func(int) {
				payload, err := r.store.Attempt(t.Context(), key, s.Value)
				if err == nil && string(payload) != string(s.Payload) {
					err = fmt.Errorf("payload %q", payload)
				}
				got.addError(err)
			})
			got.want(t, map[string]int{"ok": 1, "absent": crowd - 1})
		}
	}
}

// Of many wrong guesses at once, as many are answered as the secret has attempts, each with another number left.
func concurrentAttemptsAreNotExceeded(t *testing.T, r rig) {
	for round := range 10 {
		key := "code" + strconv.Itoa(round)
		r.put(t, key, code("482915"))
		var got tally
		all(func(i int) {
			_, err := r.store.Attempt(t.Context(), key, strconv.Itoa(i))
			got.addError(err)
		})
		got.want(t, map[string]int{
			"wrong, 4 left": 1, "wrong, 3 left": 1, "wrong, 2 left": 1, "wrong, 1 left": 1, "wrong, 0 left": 1,
			"absent": crowd - 5,
		})
	}
}

// Of many wrong guesses at once, at many secrets, no more are answered than the limit on wrong guesses has room for.
func concurrentWrongLimitIsNotExceeded(t *testing.T, r rig) {
	const most = 15
	for i := range crowd {
		r.put(t, "code"+strconv.Itoa(i), code("482915"))
	}
	var got tally
	all(func(i int) {
		_, err := r.store.Attempt(t.Context(), "code"+strconv.Itoa(i), "000000", debit("phone", strconv.Itoa(i), most))
		got.addError(err)
	})
	got.want(t, map[string]int{"wrong, 4 left": most, "limit": crowd - most})
}

// All or none holds at once as well: who is refused has charged nothing, however the keys are ordered, and nobody waits
// for each other for ever.
func concurrentAllOrNone(t *testing.T, r rig) {
	const most = 20
	var got tally
	all(func(i int) {
		id := strconv.Itoa(i)
		debits := []cattlegrid.Debit{debit("tight", id, most), debit("wide", id, crowd), debit("wider", id, 2*crowd)}
		if i%2 == 0 {
			slices.Reverse(debits)
		}
		var err error
		switch i % 3 {
		case 0:
			err = r.store.Spend(t.Context(), debits...)
		case 1:
			err = r.store.Put(t.Context(), "put"+id, challenge("X7KP"), debits...)
		case 2:
			_, err = r.store.Keep(t.Context(), "kept"+id, code("482915"), debits...)
		}
		got.addError(err)
	})
	got.want(t, map[string]int{"ok": most, "limit": crowd - most})
	r.room(t, debit("wide", "", crowd), crowd-most)
	r.room(t, debit("wider", "", 2*crowd), 2*crowd-most)
}

// One ID that many spend at once is granted to all and charged once.
func concurrentSameIDOnce(t *testing.T, r rig) {
	var got tally
	all(func(int) { got.addError(r.store.Spend(t.Context(), debit("a", "1", 2))) })
	got.want(t, map[string]int{"ok": crowd})
	r.room(t, debit("a", "", 2), 1)
}

// Whoever spends, is granted and refunds leaves the account as it was.
func concurrentRefundIsExact(t *testing.T, r rig) {
	const most = 10
	var got tally
	all(func(i int) {
		d := debit("a", strconv.Itoa(i), most)
		for range 5 {
			switch err := r.store.Spend(t.Context(), d); {
			case err == nil:
				if err := r.store.Refund(t.Context(), d); err != nil {
					got.addError(err)
				}
			case !errors.Is(err, cattlegrid.ErrLimit):
				got.addError(err)
			}
		}
	})
	got.want(t, nil)
	r.room(t, debit("a", "", most), most)
}

// Of many who keep a secret at once, each is given the same one.
func concurrentKeepAgrees(t *testing.T, r rig) {
	for round := range 10 {
		var got tally
		all(func(i int) {
			s, err := r.store.Keep(t.Context(), "code"+strconv.Itoa(round), code(strconv.Itoa(i)))
			if err != nil {
				s.Value = err.Error()
			}
			got.add(s.Value + " " + string(s.Payload))
		})
		if len(got.counts) != 1 {
			t.Fatalf("Keep returned %v, want one secret for all", got.counts)
		}
	}
}

// However secrets are put and guessed at once, no payload is handed over twice.
func concurrentPayloadOnce(t *testing.T, r rig) {
	var got tally
	all(func(i int) {
		for j := range 20 {
			key := "code" + strconv.Itoa(j%2)
			if i%4 == 0 {
				s := code("482915")
				s.Payload = fmt.Appendf(nil, "%d of %d", j, i)
				if err := r.store.Put(t.Context(), key, s); err != nil {
					got.addError(err)
				}
				continue
			}
			payload, err := r.store.Attempt(t.Context(), key, "482915")
			switch {
			case err == nil:
				got.add(string(payload))
			case !errors.Is(err, cattlegrid.ErrNotFound):
				got.addError(err)
			}
		}
	})
	if len(got.counts) == 0 {
		t.Fatal("no guess was right")
	}
	for payload, n := range got.counts {
		if n != 1 || !isPayload(payload) {
			t.Errorf("%q was handed over %d times", payload, n)
		}
	}
}

// Who asks for a key that cannot be stands in nobody's way.
func concurrentKeyOutOfBounds(t *testing.T, r rig) {
	var got tally
	all(func(i int) {
		for j := range 20 {
			if i%2 == 0 {
				got.addError(r.store.Put(t.Context(), fmt.Sprintf("code %d %d", i, j), code("482915")))
				continue
			}
			if _, err := r.store.Peek(t.Context(), ""); !isNotFound(err) {
				got.addError(err)
			}
			if err := r.store.Delete(t.Context(), ""); err != nil {
				got.addError(err)
			}
		}
	})
	got.want(t, map[string]int{"ok": crowd / 2 * 20})
}

func isPayload(s string) bool {
	var i, j int
	n, err := fmt.Sscanf(s, "%d of %d", &j, &i)
	return n == 2 && err == nil
}
