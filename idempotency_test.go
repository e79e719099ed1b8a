package cattlegrid_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

const key = "8e03978e-40d5-43e8-bc93-6894a57f9324"

// keyed is a right answer to a fresh challenge, under a key.
func (s *site) keyed(t *testing.T, phone string) cattlegrid.SendRequest {
	t.Helper()
	r := s.request(t, phone, home)
	r.Key = key
	return r
}

// A repeat gets the first answer, with what is left of its times, and no second message leaves; for a day.
func TestRepeat(t *testing.T) {
	s := newSite(t, nil)
	r := s.keyed(t, alice)
	first, err := s.SendCode(t.Context(), r)
	if err != nil {
		t.Fatalf("SendCode: %v", err)
	}
	s.wait(40 * time.Second)
	want := first
	want.Repeated, want.ExpiresIn, want.ResendAfter = true, first.ExpiresIn-40*time.Second, 20*time.Second
	if got, err := s.SendCode(t.Context(), r); err != nil || got != want {
		t.Errorf("the same again: %+v, %v, want %+v", got, err, want)
	}
	if _, err := s.check(t, first.ID, s.outbox.last()); err != nil {
		t.Errorf("CheckCode: %v", err)
	}
	s.wait(24*time.Hour - 40*time.Second - 1)
	want.ExpiresIn, want.ResendAfter = 0, 0
	if got, err := s.SendCode(t.Context(), r); err != nil || got != want {
		t.Errorf("just within a day: %+v, %v, want %+v", got, err, want)
	}
	s.wait(1)
	if _, err := s.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrChallengeExpired) {
		t.Errorf("a day later: %v, want ErrChallengeExpired", err)
	}
	if s.outbox.len() != 1 {
		t.Errorf("%d messages left, want one", s.outbox.len())
	}
}

// Of many who ask at once under one key one sends, and the others are told of it, or to wait, or that the challenge is used up.
func TestRepeatAtOnce(t *testing.T) {
	s := newSite(t, nil)
	r := s.keyed(t, alice)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			_, err := s.SendCode(t.Context(), r)
			if err != nil && !errors.Is(err, cattlegrid.ErrInProgress) && !errors.Is(err, cattlegrid.ErrChallengeExpired) {
				t.Errorf("SendCode: %v", err)
			}
		})
	}
	all.Wait()
	if s.outbox.len() != 1 {
		t.Errorf("%d messages left, want one", s.outbox.len())
	}
}

// A key is good for one request: another one under it is refused, and learns nothing of the first.
func TestKeyOfAnotherRequest(t *testing.T) {
	s := newSite(t, nil)
	r := s.keyed(t, alice)
	if _, err := s.SendCode(t.Context(), r); err != nil {
		t.Fatalf("SendCode: %v", err)
	}
	others := map[string]cattlegrid.SendRequest{"Challenge": s.keyed(t, alice), "Phone": s.keyed(t, bob)}
	for name, change := range map[string]func(*cattlegrid.SendRequest){
		"UsedPhone":   func(r *cattlegrid.SendRequest) { r.Phone = bob },
		"UsedPurpose": func(r *cattlegrid.SendRequest) { r.Purpose = "login" },
		"UsedAnswer":  func(r *cattlegrid.SendRequest) { r.Answer = "WRONG" },
	} {
		other := r
		change(&other)
		others[name] = other
	}
	for name, other := range others {
		if v, err := s.SendCode(t.Context(), other); !errors.Is(err, cattlegrid.ErrKeyReused) || v.ID != "" {
			t.Errorf("%s: %+v, %v, want ErrKeyReused", name, v, err)
		}
	}
	if s.outbox.len() != 1 {
		t.Errorf("%d messages left, want one", s.outbox.len())
	}
}

// A key that is none is refused before the challenge is used.
func TestMalformedKey(t *testing.T) {
	s := newSite(t, nil)
	r := s.keyed(t, alice)
	for _, key := range []string{" ", "a b", "ключ", "a\n", strings.Repeat("k", 256)} {
		r.Key = key
		if _, err := s.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrKey) {
			t.Errorf("key %.10q: %v, want ErrKey", key, err)
		}
	}
	r.Key = strings.Repeat("~", 255)
	if _, err := s.SendCode(t.Context(), r); err != nil {
		t.Errorf("a key of 255: %v", err)
	}
}

// Refusals are repeated too, with what is left to wait; what was refused because of the challenge is not remembered.
func TestRepeatRefusal(t *testing.T) {
	t.Run("Limit", func(t *testing.T) {
		s := newSite(t, phones)
		s.mustSend(t, alice)
		r := s.keyed(t, alice)
		_, err := s.SendCode(t.Context(), r)
		wantLimit(t, err, "sends_per_phone_minute", time.Minute)
		s.wait(50 * time.Second)
		_, err = s.SendCode(t.Context(), r)
		wantLimit(t, err, "sends_per_phone_minute", 10*time.Second)
		s.wait(9*time.Minute + 10*time.Second - 1)
		if _, err = s.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrLimit) {
			t.Errorf("almost ten minutes later: %v, want the first answer, ErrLimit", err)
		}
		s.wait(1)
		if _, err = s.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrChallengeExpired) {
			t.Errorf("ten minutes later: %v, want that it is forgotten", err)
		}
	})
	t.Run("More", func(t *testing.T) {
		s := newSite(t, func(o *cattlegrid.Options) {
			o.Policy = &guard.Policy{Send: []guard.Limit{{Name: "steps", Per: guard.InTotal, Max: 9, Hard: 1, Window: time.Hour}}}
		})
		s.mustSend(t, alice)
		r := s.keyed(t, bob)
		for range 2 {
			_, err := s.SendCode(t.Context(), r)
			more, ok := errors.AsType[*cattlegrid.MoreError](err)
			if !ok || more.Effort != guard.Hard || !errors.Is(more.Limit, cattlegrid.ErrLimit) {
				t.Errorf("SendCode: %v, want that a hard challenge is needed", err)
			}
		}
	})
	t.Run("Provider", func(t *testing.T) {
		s := newSite(t, nil)
		s.outbox.fail = &cattlegrid.SendError{Class: cattlegrid.Temporary, Provider: "outbox", Code: "503", Err: errors.New("busy")}
		r := s.keyed(t, alice)
		for range 2 {
			v, err := s.SendCode(t.Context(), r)
			failure, ok := errors.AsType[*cattlegrid.SendError](err)
			if !errors.Is(err, cattlegrid.ErrSend) || !ok || failure.Class != cattlegrid.Temporary || failure.Code != "503" || v.ID != "" {
				t.Errorf("SendCode: %+v, %v, want the provider's temporary failure", v, err)
			}
			s.outbox.fail = nil
		}
		if s.outbox.len() != 0 {
			t.Errorf("%d messages left, want none", s.outbox.len())
		}
	})
	t.Run("WrongAnswer", func(t *testing.T) {
		s := newSite(t, nil)
		r := s.keyed(t, alice)
		right := r.Answer
		r.Answer = "WRONG"
		if _, err := s.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrWrongAnswer) {
			t.Errorf("SendCode: %v, want ErrWrongAnswer", err)
		}
		r.Answer = right
		if _, err := s.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrChallengeExpired) {
			t.Errorf("SendCode: %v, want ErrChallengeExpired", err)
		}
		again := s.keyed(t, alice)
		if _, err := s.SendCode(t.Context(), again); err != nil {
			t.Errorf("the same key with another challenge, after nothing was decided: %v", err)
		}
	})
}

// A visitor who goes away once the challenge is answered finds the message sent, under a key and without.
func TestVisitorLeavesAfterTheChallenge(t *testing.T) {
	for _, key := range []string{key, ""} {
		s := newSite(t, nil)
		ctx, leave := context.WithCancel(t.Context())
		r := s.request(t, alice, home)
		r.Key = key
		gate := s.on(t, &leavingStore{Store: s.store, leave: leave}, s.outbox)
		if _, err := gate.SendCode(ctx, r); err != nil || s.outbox.len() != 1 {
			t.Errorf("key %q: %v, with %d messages, want one", key, err, s.outbox.len())
		}
	}
}

// leavingStore sees the visitor leave once the challenge is answered.
type leavingStore struct {
	cattlegrid.Store
	leave func()
}

func (l *leavingStore) Attempt(ctx context.Context, key, guess string, wrong ...cattlegrid.Debit) ([]byte, error) {
	payload, err := l.Store.Attempt(ctx, key, guess, wrong...)
	l.leave()
	return payload, err
}

func (l *leavingStore) Keep(ctx context.Context, key string, s cattlegrid.Secret, debits ...cattlegrid.Debit) (cattlegrid.Kept, error) {
	if err := ctx.Err(); err != nil {
		return cattlegrid.Kept{}, err
	}
	return l.Store.Keep(ctx, key, s, debits...)
}

// An outcome that cannot be remembered is told as that, and as no second message.
func TestForgotten(t *testing.T) {
	s := newSite(t, nil)
	var told []cattlegrid.Verdict
	gate := s.onWith(t, &dyingStore{Store: s.store, verb: "put"}, s.outbox, func(o *cattlegrid.Options) {
		o.OnDecision = func(_ context.Context, d cattlegrid.Decision) { told = append(told, d.Verdict) }
	})
	if _, err := gate.SendCode(t.Context(), s.keyed(t, alice)); err != nil {
		t.Fatalf("SendCode: %v", err)
	}
	if want := []cattlegrid.Verdict{cattlegrid.Allowed, cattlegrid.Forgotten}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
}

// When nobody knows whether a message left, the visitor is told so, and can go on if it arrives.
func TestUnknownFate(t *testing.T) {
	for name, key := range map[string]string{"Keyed": key, "Plain": ""} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, nil)
			lost := &lateSender{outbox: s.outbox}
			gate := s.another(t, lost)
			r := s.request(t, alice, home)
			r.Key = key
			v, err := gate.SendCode(t.Context(), r)
			if failure, ok := errors.AsType[*cattlegrid.SendError](err); !ok || failure.Class != cattlegrid.Unknown || v.ID == "" {
				t.Fatalf("SendCode: %+v, %v, want a verification of which nobody knows whether its message left", v, err)
			}
			if key != "" {
				again, err := gate.SendCode(t.Context(), r)
				if failure, ok := errors.AsType[*cattlegrid.SendError](err); !ok || failure.Class != cattlegrid.Unknown || again.ID != v.ID {
					t.Errorf("again: %+v, %v, want the same", again, err)
				}
			}
			if _, err := gate.CheckCode(t.Context(), cattlegrid.CheckRequest{VerificationID: v.ID, Code: s.outbox.last()}); err != nil {
				t.Errorf("CheckCode: %v", err)
			}
		})
	}
}

// lateSender sends, but its answer never arrives.
type lateSender struct{ *outbox }

func (l *lateSender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	_, _ = l.outbox.Send(ctx, m)
	return cattlegrid.Delivery{}, &cattlegrid.SendError{Class: cattlegrid.Unknown, Provider: "late", Err: context.DeadlineExceeded}
}

// another is a gate beside the site's own, on the same store and with the same keys.
func (s *site) another(t *testing.T, sender cattlegrid.Sender) *cattlegrid.Gate {
	t.Helper()
	return s.on(t, s.store, sender)
}

// However slow a request is, a repeat is told to wait until it is over, also by a gate whose clock is ahead: with every step and
// the provider at their bounds, in a gate that only observes, so that it charges twice, and gives everything back.
func TestSlowestRequest(t *testing.T) {
	for name, rotates := range map[string]bool{"Plain": false, "Rotating": true} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, nil)
			change := func(o *cattlegrid.Options) {
				if rotates {
					o.Keys.Rotation = cattlegrid.Rotation{Hash: []byte("another key of at least thirty-two bytes"), Step: cattlegrid.Announced}
				}
				rules := guard.DefaultPolicy()
				rules.Observe = true
				o.Policy, o.OnReport = &rules, func(context.Context, cattlegrid.Report) {}
			}
			s.outbox.before = func(cattlegrid.Message) { s.wait(5 * time.Second) }
			s.outbox.fail = &cattlegrid.SendError{Class: cattlegrid.Permanent, Provider: "outbox"}
			slow := &slowStore{Store: s.store, wait: func() { s.wait(time.Second) }}
			gate := s.onWith(t, slow, s.outbox, change)
			ahead := s.onWith(t, s.store, s.outbox, func(o *cattlegrid.Options) {
				change(o)
				o.Clock = func() time.Time { return s.now.Add(10 * time.Second) }
			})
			r := s.keyed(t, alice)
			full := s.onWith(t, s.store, &outbox{}, change)
			if _, err := full.SendCode(t.Context(), s.request(t, alice, home)); err != nil {
				t.Fatalf("SendCode: %v", err)
			}
			remembered := false
			slow.remember = func() {
				remembered = true
				if _, err := ahead.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrInProgress) {
					t.Errorf("a repeat at the last moment: %v, want ErrInProgress", err)
				}
			}
			if _, err := gate.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrSend) || !remembered {
				t.Errorf("SendCode: %v, remembered: %t", err, remembered)
			}
		})
	}
}

// slowStore takes its time for each verb.
type slowStore struct {
	cattlegrid.Store
	wait     func()
	remember func() // is called just before what became of a request is remembered
}

func (s *slowStore) Put(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) error {
	s.wait()
	if strings.HasPrefix(key, "Send_") {
		s.remember()
	}
	return s.Store.Put(ctx, key, secret, debits...)
}

func (s *slowStore) Keep(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) (cattlegrid.Kept, error) {
	s.wait()
	return s.Store.Keep(ctx, key, secret, debits...)
}

func (s *slowStore) Peek(ctx context.Context, key string) (cattlegrid.Secret, error) {
	s.wait()
	return s.Store.Peek(ctx, key)
}

func (s *slowStore) Refund(ctx context.Context, debits ...cattlegrid.Debit) error {
	s.wait()
	return s.Store.Refund(ctx, debits...)
}

func (s *slowStore) Delete(ctx context.Context, key string) error {
	s.wait()
	return s.Store.Delete(ctx, key)
}

func (s *site) on(t *testing.T, store cattlegrid.Store, sender cattlegrid.Sender) *cattlegrid.Gate {
	t.Helper()
	return s.onWith(t, store, sender, func(*cattlegrid.Options) {})
}

func (s *site) onWith(t *testing.T, store cattlegrid.Store, sender cattlegrid.Sender, change func(*cattlegrid.Options)) *cattlegrid.Gate {
	t.Helper()
	if s.keys.Hash == nil {
		var err error
		if s.keys, err = cattlegrid.NewKeys(); err != nil {
			t.Fatal(err)
		}
	}
	o := cattlegrid.Options{Store: store, Sender: sender, Keys: s.keys, Clock: func() time.Time { return s.now }}
	change(&o)
	gate, err := cattlegrid.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return gate
}
