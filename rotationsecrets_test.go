package cattlegrid_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// unlimited is a policy without limits.
func unlimited(o *cattlegrid.Options) { o.Policy = &guard.Policy{} }

// A code that one gate sent is checked at the other, once, and the proof is good by the keys that either publishes.
func TestRotationCrossing(t *testing.T) {
	pairs(t, nil, func(t *testing.T, r *rotation, one, other int) {
		v := r.at(one).mustSend(t, alice)
		proof, err := r.at(other).check(t, v.ID, r.outbox.last())
		if err != nil {
			t.Fatalf("CheckCode: %v", err)
		}
		for _, step := range []int{one, other} {
			if _, err := r.at(step).check(t, v.ID, r.outbox.last()); !errors.Is(err, cattlegrid.ErrVerificationExpired) {
				t.Errorf("the code again: %v, want ErrVerificationExpired", err)
			}
			verifier, err := cattlegrid.NewVerifier(cattlegrid.VerifierOptions{JWKS: r.at(step).JWKS(), Clock: func() time.Time { return r.now }})
			if err != nil {
				t.Fatalf("NewVerifier: %v", err)
			}
			if _, err := verifier.Verify(t.Context(), proof.Token, "register"); err != nil {
				t.Errorf("with the keys of step %d: %v", step, err)
			}
		}
	})
}

// A code is guessed as often as its attempts allow over both gates, and not once more.
func TestRotationAttempts(t *testing.T) {
	pairs(t, unlimited, func(t *testing.T, r *rotation, one, other int) {
		v := r.at(one).mustSend(t, alice)
		for i := range 5 {
			_, err := r.at([]int{one, other}[i%2]).check(t, v.ID, otherThan(r.outbox.last()))
			if wrong, ok := errors.AsType[*cattlegrid.WrongError](err); !ok || wrong.AttemptsLeft != 4-i {
				t.Errorf("wrong code %d: %v", i+1, err)
			}
		}
		for _, step := range []int{one, other} {
			if _, err := r.at(step).check(t, v.ID, r.outbox.last()); !errors.Is(err, cattlegrid.ErrVerificationExpired) {
				t.Errorf("the right code after five wrong ones: %v, want ErrVerificationExpired", err)
			}
		}
	})
}

// A resend at the other gate repeats the code that is live, with the attempts that are left, and either gate checks it.
func TestRotationResend(t *testing.T) {
	pairs(t, unlimited, func(t *testing.T, r *rotation, one, other int) {
		v := r.at(one).mustSend(t, alice)
		code := r.outbox.last()
		if _, err := r.check(t, v.ID, otherThan(code)); !errors.Is(err, cattlegrid.ErrWrong) {
			t.Fatalf("CheckCode: %v", err)
		}
		v = r.at(other).mustSend(t, alice)
		if r.outbox.last() != code {
			t.Error("a resend made another code")
		}
		_, err := r.at(one).check(t, v.ID, otherThan(code))
		if wrong, ok := errors.AsType[*cattlegrid.WrongError](err); !ok || wrong.AttemptsLeft != 3 {
			t.Errorf("the second wrong code: %v, want 3 left", err)
		}
		if _, err := r.at(one).check(t, v.ID, code); err != nil {
			t.Errorf("CheckCode: %v", err)
		}
	})
}

// A request under a key is done once, whichever gate is asked again, and another one under the key is refused.
func TestRotationRepeat(t *testing.T) {
	pairs(t, unlimited, func(t *testing.T, r *rotation, one, other int) {
		request := r.at(one).keyed(t, alice)
		first, err := r.SendCode(t.Context(), request)
		if err != nil {
			t.Fatalf("SendCode: %v", err)
		}
		again, err := r.at(other).SendCode(t.Context(), request)
		if err != nil || !again.Repeated || again.ID != first.ID {
			t.Errorf("the same again: %+v, %v, want the first answer", again, err)
		}
		if _, err := r.SendCode(t.Context(), r.keyed(t, alice)); !errors.Is(err, cattlegrid.ErrKeyReused) {
			t.Errorf("another request: %v, want ErrKeyReused", err)
		}
		if r.outbox.len() != 1 {
			t.Errorf("%d messages left, want one", r.outbox.len())
		}
	})
}

// Of several requests under one key at once, at two gates, at most one sends.
func TestRotationClaimsAtOnce(t *testing.T) {
	pairs(t, unlimited, func(t *testing.T, r *rotation, one, other int) {
		for round := range 20 {
			requests := make([]cattlegrid.SendRequest, 6)
			for i := range requests {
				requests[i] = r.at(one).request(t, nth(i), home)
				requests[i].Key = fmt.Sprintf("round-%d", round)
			}
			before := r.outbox.len()
			var all sync.WaitGroup
			for i, request := range requests {
				all.Go(func() {
					_, err := r.gates[[]int{one, other}[i%2]].SendCode(t.Context(), request)
					if err != nil && !errors.Is(err, cattlegrid.ErrKeyReused) {
						t.Errorf("SendCode: %v", err)
					}
				})
			}
			all.Wait()
			if sent := r.outbox.len() - before; sent > 1 {
				t.Fatalf("%d messages left under one key", sent)
			}
		}
	})
}

// A receipt finds its message at the other gate, by the provider's id alone.
func TestRotationReceipt(t *testing.T) {
	var reports []cattlegrid.Report
	change := func(o *cattlegrid.Options) {
		o.OnReport = func(_ context.Context, report cattlegrid.Report) { reports = append(reports, report) }
	}
	pairs(t, change, func(t *testing.T, r *rotation, one, other int) {
		reports, r.outbox.id = nil, "provider's-1"
		v := r.at(one).mustSend(t, alice)
		if err := r.at(other).Receive(t.Context(), cattlegrid.Receipt{Provider: "outbox", ID: "provider's-1", State: cattlegrid.Delivered}); err != nil {
			t.Fatalf("Receive: %v", err)
		}
		if got, err := r.at(one).Fate(t.Context(), v.ID); err != nil || got != cattlegrid.Delivered || len(reports) != 1 {
			t.Errorf("Fate: %q, %v, with %d reports, want delivered and one", got, err, len(reports))
		}
	})
}

// A challenge is spoken three times over both gates.
func TestRotationSpeech(t *testing.T) {
	pairs(t, nil, func(t *testing.T, r *rotation, one, other int) {
		id, _ := r.at(one).challenge(t, home)
		for i := range 6 {
			_, err := r.at([]int{one, other}[i%2]).speak(t, id)
			if refused := errors.Is(err, cattlegrid.ErrSpeechLimit); refused != (i >= cattlegrid.MaxSpeeches) {
				t.Errorf("speech %d: %v", i+1, err)
			}
		}
	})
}

// A challenge has one set of candidates, whichever gate is asked.
func TestRotationCandidates(t *testing.T) {
	pairs(t, inChinese, func(t *testing.T, r *rotation, one, other int) {
		id, _ := r.at(one).challenge(t, home)
		first := r.candidates(t, id)
		for _, step := range []int{other, one, other} {
			if diff := cmp.Diff(first, r.at(step).candidates(t, id)); diff != "" {
				t.Errorf("another set (-first +second):\n%s", diff)
			}
		}
	})
}
