package cattlegrid_test

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// outbox is a Sender that keeps what it is given and fails when told to.
type outbox struct {
	mu       sync.Mutex
	messages []cattlegrid.Message
	fail     error
	id       string                   // that it gives
	before   func(cattlegrid.Message) // sees each message, if set
}

func (o *outbox) Send(_ context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.before != nil {
		o.before(m)
	}
	if o.fail != nil {
		return cattlegrid.Delivery{}, o.fail
	}
	o.messages = append(o.messages, m)
	return cattlegrid.Delivery{Provider: "outbox", ID: o.id}, nil
}

func (o *outbox) len() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.messages)
}

// last is the code that was sent last.
func (o *outbox) last() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.messages[len(o.messages)-1].Code
}

// site is a gate on a memory store, with a clock that stands still unless told to move.
type site struct {
	*cattlegrid.Gate
	store  cattlegrid.Store
	outbox *outbox
	now    time.Time
	ids    int
	keys   cattlegrid.Keys // of gates beside it
}

func newSite(t *testing.T, change func(*cattlegrid.Options)) *site {
	t.Helper()
	s := &site{outbox: &outbox{}, now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return s.now }
	s.store = cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: clock})
	o := cattlegrid.Options{Store: s.store, Sender: s.outbox, Clock: clock}
	if change != nil {
		change(&o)
	}
	gate, err := cattlegrid.New(o)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	s.Gate = gate
	return s
}

func (s *site) wait(d time.Duration) { s.now = s.now.Add(d) }

const (
	alice = "+8613800138000"
	bob   = "+8613900139000"
)

var home = netip.MustParseAddr("192.0.2.1")

// challenge shows a challenge to client and returns its id and what is in the picture.
func (s *site) challenge(t *testing.T, client netip.Addr) (id, answer string) {
	t.Helper()
	s.ids++
	id = fmt.Sprintf("challenge-%08d", s.ids)
	if _, err := s.Challenge(t.Context(), cattlegrid.ChallengeRequest{ID: id, Client: client}); err != nil {
		t.Fatalf("Challenge: %v", err)
	}
	return id, s.answer(t, id)
}

// answer is what is in the picture.
func (s *site) answer(t *testing.T, id string) string {
	t.Helper()
	secret, err := s.store.Peek(t.Context(), "ImageCode_"+id)
	if err != nil {
		t.Fatalf("the challenge is not in the store: %v", err)
	}
	return secret.Value
}

// request is a right answer to a fresh challenge.
func (s *site) request(t *testing.T, phone string, client netip.Addr) cattlegrid.SendRequest {
	t.Helper()
	id, answer := s.challenge(t, client)
	return cattlegrid.SendRequest{ChallengeID: id, Answer: answer, Phone: phone, Purpose: "register", Client: client}
}

// send solves a challenge at home and has a code sent.
func (s *site) send(t *testing.T, phone string) (cattlegrid.Verification, error) {
	t.Helper()
	return s.SendCode(t.Context(), s.request(t, phone, home))
}

func (s *site) mustSend(t *testing.T, phone string) cattlegrid.Verification {
	t.Helper()
	v, err := s.send(t, phone)
	if err != nil {
		t.Fatalf("SendCode: %v", err)
	}
	return v
}

func (s *site) check(t *testing.T, id, code string) (cattlegrid.Proof, error) {
	t.Helper()
	return s.CheckCode(t.Context(), cattlegrid.CheckRequest{VerificationID: id, Code: code})
}

// otherThan is a code that is not the given one.
func otherThan(code string) string {
	last := code[len(code)-1]
	return code[:len(code)-1] + string('0'+(last-'0'+1)%10)
}
