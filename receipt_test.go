package cattlegrid_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
)

// reported is a site whose provider reports, and what it was told.
func reported(t *testing.T) (*site, *[]cattlegrid.Report, *[]cattlegrid.Decision) {
	t.Helper()
	reports, decisions := &[]cattlegrid.Report{}, &[]cattlegrid.Decision{}
	s := newSite(t, func(o *cattlegrid.Options) {
		o.OnReport = func(_ context.Context, r cattlegrid.Report) { *reports = append(*reports, r) }
		o.OnDecision = func(_ context.Context, d cattlegrid.Decision) { *decisions = append(*decisions, d) }
	})
	s.outbox.id = "provider's-1"
	return s, reports, decisions
}

// A receipt finds its message by the provider's id or by ours, the site is told whom it is about, and the visitor's page what
// became of the message. A state that is final stays.
func TestReceive(t *testing.T) {
	s, reports, _ := reported(t)
	v := s.mustSend(t, alice)
	sent := s.now
	fate := func(want cattlegrid.ReceiptState) {
		t.Helper()
		if got, err := s.Fate(t.Context(), v.ID); err != nil || got != want {
			t.Errorf("Fate: %q, %v, want %q", got, err, want)
		}
	}
	fate(cattlegrid.Sent)
	s.wait(time.Second)
	byProvider := cattlegrid.Receipt{Provider: "outbox", ID: "provider's-1", State: cattlegrid.Delivered, Code: "DELIVRD", At: s.now}
	byUs := cattlegrid.Receipt{Provider: "outbox", MessageID: s.outbox.messages[0].ID, State: cattlegrid.Lost, Code: "EXPIRED"}
	for _, r := range []cattlegrid.Receipt{byProvider, byProvider, byUs} {
		if err := s.Receive(t.Context(), r); err != nil {
			t.Fatalf("Receive(%+v): %v", r, err)
		}
		fate(cattlegrid.Delivered)
	}
	want := cattlegrid.Report{Receipt: byProvider, Phone: "138****8000", Country: "CN", Purpose: "register", SentAt: sent}
	want.MessageID = s.outbox.messages[0].ID
	again, late := want, want
	again.Repeat, late.Repeat = true, true
	late.Receipt = byUs
	if diff := cmp.Diff([]cattlegrid.Report{want, again, late}, *reports); diff != "" {
		t.Errorf("reports (-want +got):\n%s", diff)
	}
	s.wait(5 * time.Minute)
	if _, err := s.Fate(t.Context(), v.ID); !errors.Is(err, cattlegrid.ErrVerificationExpired) {
		t.Errorf("Fate when the code is dead: %v, want ErrVerificationExpired", err)
	}
}

// A receipt may be quicker than the provider's answer, by the id that we gave the message. What it says stays.
func TestReceiveBeforeTheAnswer(t *testing.T) {
	s, reports, _ := reported(t)
	s.outbox.before = func(m cattlegrid.Message) {
		r := cattlegrid.Receipt{Provider: "outbox", ID: "provider's-1", MessageID: m.ID, State: cattlegrid.Delivered}
		if err := s.Receive(t.Context(), r); err != nil {
			t.Errorf("Receive: %v", err)
		}
	}
	v := s.mustSend(t, alice)
	if got, err := s.Fate(t.Context(), v.ID); err != nil || got != cattlegrid.Delivered || len(*reports) != 1 {
		t.Errorf("Fate: %q, %v, with %d reports, want delivered and one", got, err, len(*reports))
	}
}

// Of receipts at once about one message one is news, and the first final state stays.
func TestReceiveAtOnce(t *testing.T) {
	s, _, _ := reported(t)
	var news atomic.Int64
	gate := s.onWith(t, s.store, s.outbox, func(o *cattlegrid.Options) {
		o.OnReport = func(_ context.Context, r cattlegrid.Report) {
			if !r.Repeat {
				news.Add(1)
			}
		}
	})
	v, err := gate.SendCode(t.Context(), s.request(t, alice, home))
	if err != nil {
		t.Fatalf("SendCode: %v", err)
	}
	states := []cattlegrid.ReceiptState{cattlegrid.Delivered, cattlegrid.Lost, cattlegrid.Sent}
	var all sync.WaitGroup
	for i := range 48 {
		all.Go(func() {
			if err := gate.Receive(t.Context(), cattlegrid.Receipt{Provider: "outbox", ID: "provider's-1", State: states[i%3]}); err != nil {
				t.Errorf("Receive: %v", err)
			}
		})
	}
	all.Wait()
	if got, err := gate.Fate(t.Context(), v.ID); err != nil || got == cattlegrid.Sent || news.Load() != 1 {
		t.Errorf("Fate: %q, %v, after %d news, want a final state and one", got, err, news.Load())
	}
}

// A message that certainly did not leave is forgotten.
func TestReceiveWithdrawn(t *testing.T) {
	s, reports, _ := reported(t)
	var refused cattlegrid.Message
	s.outbox.before = func(m cattlegrid.Message) { refused = m }
	s.outbox.fail = &cattlegrid.SendError{Class: cattlegrid.Temporary, Provider: "outbox", Err: errors.New("busy")}
	if _, err := s.send(t, alice); !errors.Is(err, cattlegrid.ErrSend) {
		t.Fatalf("SendCode: %v, want ErrSend", err)
	}
	r := cattlegrid.Receipt{Provider: "outbox", MessageID: refused.ID, State: cattlegrid.Delivered}
	if err := s.Receive(t.Context(), r); !errors.Is(err, cattlegrid.ErrNoMessage) || len(*reports) != 0 {
		t.Errorf("Receive: %v, with %d reports, want ErrNoMessage and none", err, len(*reports))
	}
}

// If the message cannot be announced, it is not sent and costs nothing.
func TestAnnounceFails(t *testing.T) {
	s, _, _ := reported(t)
	r := s.request(t, alice, home)
	gate := s.onWith(t, &dyingStore{Store: s.store, verb: "put"}, s.outbox, func(o *cattlegrid.Options) {
		o.OnReport = func(context.Context, cattlegrid.Report) {}
	})
	if v, err := gate.SendCode(t.Context(), r); !errors.Is(err, cattlegrid.ErrStore) || v.ID != "" || s.outbox.len() != 0 {
		t.Errorf("SendCode: %+v, %v, with %d messages, want ErrStore and none", v, err, s.outbox.len())
	}
}

// A message that may have left is found as well, by the id that we gave it, whoever took it.
func TestReceiveUnsure(t *testing.T) {
	s, reports, _ := reported(t)
	var lost cattlegrid.Message
	s.outbox.before = func(m cattlegrid.Message) { lost = m }
	s.outbox.fail = &cattlegrid.SendError{Class: cattlegrid.Unknown, Provider: "route", Err: context.DeadlineExceeded}
	v, err := s.send(t, alice)
	if !errors.Is(err, cattlegrid.ErrSend) || v.ID == "" {
		t.Fatalf("SendCode: %+v, %v", v, err)
	}
	if got, err := s.Fate(t.Context(), v.ID); err != nil || got != cattlegrid.Unsure {
		t.Errorf("Fate: %q, %v, want unknown", got, err)
	}
	if err := s.Receive(t.Context(), cattlegrid.Receipt{Provider: "outbox", MessageID: lost.ID, State: cattlegrid.Delivered}); err != nil {
		t.Fatalf("Receive: %v", err)
	}
	if got, err := s.Fate(t.Context(), v.ID); err != nil || got != cattlegrid.Delivered || len(*reports) != 1 {
		t.Errorf("Fate: %q, %v, with %d reports, want delivered and one", got, err, len(*reports))
	}
}

// A receipt about nothing that is known, or of a provider that did not take the message, tells nobody.
func TestReceiveNothing(t *testing.T) {
	s, reports, _ := reported(t)
	s.mustSend(t, alice)
	id := s.outbox.messages[0].ID
	for name, r := range map[string]cattlegrid.Receipt{
		"Empty":         {Provider: "outbox"},
		"UnknownID":     {Provider: "outbox", ID: "provider's-2"},
		"OtherProvider": {Provider: "other", ID: "provider's-1"},
		"ForgedID":      {Provider: "other", MessageID: id},
		"OtherMessage":  {Provider: "outbox", ID: "provider's-2", MessageID: id}, // an SMSC repeats 16 bits of ours
		"MalformedID":   {Provider: "outbox", MessageID: "{" + id + "}"},
		"LongID":        {Provider: "outbox", MessageID: strings.Repeat("a", 10_000)},
		"LongOther":     {Provider: "outbox", ID: strings.Repeat("a", 10_000)},
	} {
		r.State = cattlegrid.Lost
		if err := s.Receive(t.Context(), r); !errors.Is(err, cattlegrid.ErrNoMessage) {
			t.Errorf("%s: %v, want ErrNoMessage", name, err)
		}
	}
	s.wait(72 * time.Hour)
	if err := s.Receive(t.Context(), cattlegrid.Receipt{Provider: "outbox", MessageID: id}); !errors.Is(err, cattlegrid.ErrNoMessage) {
		t.Errorf("after three days: %v, want ErrNoMessage", err)
	}
	if len(*reports) != 0 {
		t.Errorf("reports %+v, want none", *reports)
	}
	silent := newSite(t, nil)
	v := silent.mustSend(t, alice)
	if err := silent.Receive(t.Context(), cattlegrid.Receipt{Provider: "outbox", MessageID: silent.outbox.messages[0].ID}); !errors.Is(err, cattlegrid.ErrNoMessage) {
		t.Errorf("where nobody listens: %v, want ErrNoMessage", err)
	}
	if _, err := silent.Fate(t.Context(), v.ID); !errors.Is(err, cattlegrid.ErrNoMessage) {
		t.Errorf("Fate where nobody listens: %v, want ErrNoMessage", err)
	}
}

// Whoever reports conversions to providers is told which message was answered.
func TestVerifiedNamesTheMessage(t *testing.T) {
	s, _, decisions := reported(t)
	v := s.mustSend(t, alice)
	if _, err := s.check(t, v.ID, s.outbox.last()); err != nil {
		t.Fatalf("CheckCode: %v", err)
	}
	want := cattlegrid.Delivery{Provider: "outbox", ID: "provider's-1"}
	for _, d := range *decisions {
		if id := s.outbox.messages[0].ID; d.Delivery != want || d.MessageID != id {
			t.Errorf("%s: delivery %+v of %s, want %+v of %s", d.Verdict, d.Delivery, d.MessageID, want, id)
		}
	}
	if n := len(*decisions); n != 2 {
		t.Errorf("%d decisions, want that it was allowed and that it was verified", n)
	}
}
