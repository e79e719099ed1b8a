package cattlegrid_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// brokenStore fails the verbs that are named, or hangs in them until the context ends.
type brokenStore struct {
	cattlegrid.Store
	verb  string
	hangs bool
}

var errBroken = errors.New("the disk is gone")

func (b *brokenStore) fault(ctx context.Context, verb string) error {
	if b.verb != verb {
		return nil
	}
	if b.hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	return errBroken
}

func (b *brokenStore) Put(ctx context.Context, key string, s cattlegrid.Secret, debits ...cattlegrid.Debit) error {
	if err := b.fault(ctx, "put"); err != nil {
		return err
	}
	return b.Store.Put(ctx, key, s, debits...)
}

func (b *brokenStore) Keep(ctx context.Context, key string, s cattlegrid.Secret, debits ...cattlegrid.Debit) (cattlegrid.Kept, error) {
	if err := b.fault(ctx, "keep"); err != nil {
		return cattlegrid.Kept{}, err
	}
	return b.Store.Keep(ctx, key, s, debits...)
}

func (b *brokenStore) Attempt(ctx context.Context, key, guess string, wrong ...cattlegrid.Debit) ([]byte, error) {
	if err := b.fault(ctx, "attempt"); err != nil {
		return nil, err
	}
	return b.Store.Attempt(ctx, key, guess, wrong...)
}

func (b *brokenStore) Peek(ctx context.Context, key string) (cattlegrid.Secret, error) {
	if err := b.fault(ctx, "peek"); err != nil {
		return cattlegrid.Secret{}, err
	}
	return b.Store.Peek(ctx, key)
}

func (b *brokenStore) Spend(ctx context.Context, debits ...cattlegrid.Debit) error {
	if err := b.fault(ctx, "spend"); err != nil {
		return err
	}
	return b.Store.Spend(ctx, debits...)
}

func (b *brokenStore) Ping(ctx context.Context) error {
	if err := b.fault(ctx, "ping"); err != nil {
		return err
	}
	return b.Store.Ping(ctx)
}

// If the store fails or does not answer within its bound, the gate refuses: no SMS leaves on a guess.
func TestStoreFails(t *testing.T) {
	for _, hangs := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			broken := &brokenStore{hangs: hangs}
			s := newSite(t, func(o *cattlegrid.Options) {
				broken.Store = o.Store
				o.Store = broken
			})
			want := errBroken
			if hangs {
				want = context.DeadlineExceeded
			}
			refused := func(verb string, act func() error) {
				t.Helper()
				broken.verb = verb
				begun := time.Now()
				if err := act(); !errors.Is(err, cattlegrid.ErrStore) || !errors.Is(err, want) {
					t.Errorf("%s fails: %v, want ErrStore and its cause", verb, err)
				}
				if took := time.Since(begun); took > time.Second {
					t.Errorf("%s hangs: refused after %v, want at most 1s", verb, took)
				}
				if n := s.outbox.len(); n != 0 {
					t.Errorf("%s fails: %d messages left", verb, n)
				}
				broken.verb = ""
			}
			refused("put", func() error {
				_, err := s.Challenge(t.Context(), cattlegrid.ChallengeRequest{ID: "12345678", Client: home})
				return err
			})
			for _, verb := range []string{"attempt", "keep"} {
				r := s.request(t, alice, home)
				refused(verb, func() error {
					_, err := s.SendCode(t.Context(), r)
					return err
				})
			}
			id, _ := s.challenge(t, home)
			for _, verb := range []string{"peek", "spend"} {
				refused(verb, func() error {
					_, err := s.speak(t, id)
					return err
				})
			}
			refused("ping", func() error { return s.Ping(t.Context()) })

			v := s.mustSend(t, alice)
			s.outbox.messages = s.outbox.messages[:0:0]
			refused("attempt", func() error {
				_, err := s.check(t, v.ID, "123456")
				return err
			})
			if err := s.Ping(t.Context()); err != nil {
				t.Errorf("Ping after the failure: %v", err)
			}
		})
	}
}

// slowSender answers when it is released.
type slowSender struct{ entered, release chan struct{} }

func (s *slowSender) Send(ctx context.Context, _ cattlegrid.Message) (cattlegrid.Delivery, error) {
	close(s.entered)
	select {
	case <-s.release:
		return cattlegrid.Delivery{}, nil
	case <-ctx.Done():
		return cattlegrid.Delivery{}, ctx.Err()
	}
}

// A visitor who leaves while the message is on its way does not cut it off: nobody would know whether it left.
func TestVisitorLeavesDuringSend(t *testing.T) {
	sender := &slowSender{entered: make(chan struct{}), release: make(chan struct{})}
	s := newSite(t, func(o *cattlegrid.Options) { o.Sender = sender })
	r := s.request(t, alice, home)
	ctx, leave := context.WithCancel(t.Context())
	sent := make(chan error)
	go func() {
		_, err := s.SendCode(ctx, r)
		sent <- err
	}()
	<-sender.entered
	leave()
	close(sender.release)
	if err := <-sent; err != nil {
		t.Errorf("SendCode: %v", err)
	}
}

// A provider that does not answer is given up after the send timeout, and the message stays charged.
func TestProviderHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, func(o *cattlegrid.Options) {
			o.Sender = &slowSender{entered: make(chan struct{}), release: make(chan struct{})}
		})
		begun := time.Now()
		if _, err := s.send(t, alice); !errors.Is(err, cattlegrid.ErrSend) {
			t.Errorf("SendCode: %v, want ErrSend", err)
		}
		if took := time.Since(begun); took != 5*time.Second {
			t.Errorf("given up after %v, want 5s", took)
		}
		_, err := s.send(t, alice)
		wantLimit(t, err, "sends_per_phone_minute", time.Minute)
	})
}
