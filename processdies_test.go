package cattlegrid_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// A process that dies on the way leaves no limbo: a repeat elsewhere is told to wait while it might live, and then that nothing
// was sent, or that nobody knows. No second message leaves, and nothing is charged twice.
func TestProcessDies(t *testing.T) {
	for name, tt := range map[string]struct {
		verb    string // at which the first process dies
		done    bool   // the verb was carried out
		unknown bool   // whether the message left; else nothing did for certain, and another key may try again
		sent    int
	}{
		"BeforeTheChallenge": {verb: "attempt"},
		"AfterTheChallenge":  {verb: "attempt", done: true},
		"BeforeItIsClaimed":  {verb: "keep"},
		"AfterItIsClaimed":   {verb: "keep", done: true, unknown: true},
		"BeforeItIsCharged":  {verb: "keep code", unknown: true},
		"AfterItIsCharged":   {verb: "keep code", done: true, unknown: true},
		"AfterItIsSent":      {verb: "put", unknown: true, sent: 1},
		"AfterItIsConcluded": {verb: "put", done: true, sent: 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, nil)
			r := s.keyed(t, alice)
			dying := s.dying(t, tt.verb, tt.done)
			_, _ = dying.SendCode(t.Context(), r)
			if s.outbox.len() != tt.sent {
				t.Fatalf("%d messages left before the process died, want %d", s.outbox.len(), tt.sent)
			}
			heir := s.another(t, s.outbox)
			if tt.unknown {
				if _, err := heir.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrInProgress) {
					t.Errorf("at once: %v, want ErrInProgress", err)
				}
				s.wait(23 * time.Second)
			}
			v, err := heir.SendCode(t.Context(), r)
			failure, failed := errors.AsType[*cattlegrid.SendError](err)
			switch {
			case tt.unknown && (!failed || failure.Class != cattlegrid.Unknown || v.ID == ""):
				t.Errorf("the repeat: %+v, %v, want that nobody knows", v, err)
			case name == "AfterItIsConcluded" && (err != nil || !v.Repeated):
				t.Errorf("the repeat: %+v, %v, want the first answer", v, err)
			case name == "BeforeTheChallenge" && (err != nil || v.Repeated):
				t.Errorf("the repeat: %+v, %v, want it to be sent now", v, err)
			case !tt.unknown && tt.sent == 0 && name != "BeforeTheChallenge" && !errors.Is(err, cattlegrid.ErrChallengeExpired):
				t.Errorf("the repeat: %v, want ErrChallengeExpired, for another challenge", err)
			}
			if s.outbox.len() > 1 {
				t.Errorf("%d messages left, want one at most", s.outbox.len())
			}
		})
	}
}

// dying is a gate whose process dies at a verb, before or after it was carried out: nothing that it does later reaches the store.
func (s *site) dying(t *testing.T, verb string, done bool) *cattlegrid.Gate {
	t.Helper()
	return s.on(t, &dyingStore{Store: s.store, verb: verb, done: done}, s.outbox)
}

type dyingStore struct {
	cattlegrid.Store
	verb string
	done bool
	dead bool
}

var errDead = errors.New("the process is dead")

// at carries a verb out while the process lives.
func (d *dyingStore) at(verb string, act func() error) error {
	if d.dead {
		return errDead
	}
	if d.dead = verb == d.verb; d.dead && !d.done {
		return errDead
	}
	err := act()
	if d.dead {
		return errDead
	}
	return err
}

func (d *dyingStore) Attempt(ctx context.Context, key, guess string, wrong ...cattlegrid.Debit) (payload []byte, err error) {
	err = d.at("attempt", func() (err error) {
		payload, err = d.Store.Attempt(ctx, key, guess, wrong...)
		return err
	})
	return payload, err
}

func (d *dyingStore) Keep(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) (kept cattlegrid.Kept, err error) {
	verb := "keep"
	if strings.HasPrefix(key, "Code_") {
		verb = "keep code"
	}
	err = d.at(verb, func() (err error) {
		kept, err = d.Store.Keep(ctx, key, secret, debits...)
		return err
	})
	return kept, err
}

func (d *dyingStore) Put(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) error {
	return d.at("put", func() error { return d.Store.Put(ctx, key, secret, debits...) })
}

func (d *dyingStore) Delete(ctx context.Context, key string) error {
	return d.at("delete", func() error { return d.Store.Delete(ctx, key) })
}

func (d *dyingStore) Refund(ctx context.Context, debits ...cattlegrid.Debit) error {
	return d.at("refund", func() error { return d.Store.Refund(ctx, debits...) })
}
