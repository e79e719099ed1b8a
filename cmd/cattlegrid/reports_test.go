package main

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/sms/route"
	"github.com/cattlegrid/cattlegrid/sms/smpp"
)

// carrier is a provider: it takes every message, and hears which were of use.
type carrier struct {
	mu       sync.Mutex
	messages []cattlegrid.Message
	useful   []string
	feedback func(context.Context) error // answers what was of use; nil means at once
}

func (c *carrier) Send(_ context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.messages = append(c.messages, m)
	return cattlegrid.Delivery{Provider: "smpp", ID: "1f"}, nil
}

func (c *carrier) Feedback(ctx context.Context, id string, converted bool) error {
	c.mu.Lock()
	if converted {
		c.useful = append(c.useful, id)
	}
	c.mu.Unlock()
	if c.feedback != nil {
		return c.feedback(ctx)
	}
	return nil
}

// hang does not answer.
func hang(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// desk is where receipts arrive, with a route of two carriers.
type desk struct {
	*reports
	carrier *carrier
	out     *outgoing
	log     *output
	file    string // of events
	now     time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{carrier: &carrier{}, log: &output{}, file: filepath.Join(t.TempDir(), "events.jsonl"), now: noon}
	logger := slog.New(slog.NewTextHandler(d.log, nil))
	clock := func() time.Time { return d.now }
	c := defaults()
	c.Phone.Countries = []string{"CN"}
	c.Events.File = d.file
	w, err := c.newWatch(t.Context(), clock, logger)
	if err != nil {
		t.Fatal(err)
	}
	links := []route.Link{{Name: "smpp", Sender: d.carrier}, {Name: "twilio", Sender: d.carrier}}
	way, err := route.New(route.Options{Links: links, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	d.out = &outgoing{sender: way, route: way, feedback: map[string]feedback{"smpp": d.carrier}}
	d.reports = newReports(w, logger)
	return d
}

// open lets the desk work until the function that it returns is called, which also writes events. The gate may be nil where
// nothing is received.
func (d *desk) open(t *testing.T, gate *cattlegrid.Gate) (stop func()) {
	t.Helper()
	end := d.start(t.Context(), gate, d.out)
	return func() {
		end()
		if err := d.watch.close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// rate is what a route knows of a carrier's messages to the mainland.
func (d *desk) rate(name string) (rate route.Rate) {
	for _, link := range d.out.route.Links() {
		if link.Name == name && len(link.Rates) > 0 {
			rate = link.Rates[len(link.Rates)-1]
		}
	}
	return rate
}

// A receipt is a line in the log and among the events, a count, and an observation of the route: with neither the number nor
// the code, whatever the provider's id of the message is made of. A repeat is none of these.
func TestReported(t *testing.T) {
	d := newDesk(t)
	stop := d.open(t, nil)
	delivered := lost()
	delivered.Provider, delivered.State, delivered.Code = "smpp", cattlegrid.Delivered, "000"
	d.reported(t.Context(), delivered)
	undelivered := lost()
	undelivered.Provider = "twilio"
	d.reported(t.Context(), undelivered)
	sent := delivered
	sent.State = cattlegrid.Sent
	d.reported(t.Context(), sent)
	delivered.Repeat = true
	d.reported(t.Context(), delivered)
	stop()

	log := d.log.String()
	for _, want := range []string{
		`level=INFO msg=receipt provider=smpp state=delivered code=000 phone=138****8000 country=CN purpose=register message_id=MESSAGE1 after_s=60` + "\n",
		`level=WARN msg=receipt provider=twilio state=lost code=EXPIRED phone=138****8000 country=CN purpose=register message_id=MESSAGE1 after_s=60` + "\n",
	} {
		if strings.Count(log, want) != 1 {
			t.Errorf("the log does not say %sbut\n%s", want, log)
		}
	}
	events := readText(t, d.file)
	if n := strings.Count(events, `"type":"receipt"`); n != 3 {
		t.Errorf("%d events, want 3:\n%s", n, events)
	}
	if strings.Contains(log+events, mobile) {
		t.Errorf("the number is in\n%s%s", log, events)
	}
	if diff := cmp.Diff(route.Rate{Country: "CN", Delivered: 1}, d.rate("smpp")); diff != "" {
		t.Errorf("the route's view of smpp (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(route.Rate{Country: "CN", Undelivered: 1}, d.rate("twilio")); diff != "" {
		t.Errorf("the route's view of twilio (-want +got):\n%s", diff)
	}
	if n, err := testutil.GatherAndCount(d.watch.registry, "cattlegrid_receipts_total"); err != nil || n != 3 {
		t.Errorf("%d series of receipts, %v, want 3", n, err)
	}
}

// Where one provider delivers, there is no route to tell.
func TestReportedWithoutRoute(t *testing.T) {
	d := newDesk(t)
	d.out.route = nil
	stop := d.open(t, nil)
	defer stop()
	d.reported(t.Context(), lost())
	d.decided(t.Context(), verified("smpp", "1f"))
	if !strings.Contains(d.log.String(), "msg=receipt") {
		t.Errorf("the log says %s", d.log)
	}
}

func verified(provider, id string) cattlegrid.Decision {
	return cattlegrid.Decision{
		Act: guard.Send, Verdict: cattlegrid.Verified, Country: "CN", Delivery: cattlegrid.Delivery{Provider: provider, ID: id},
	}
}

// Of a code that was right the route learns who delivered it, and the provider that its message was of use, if it wants to
// know and gave the message a name.
func TestDecided(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		stop := d.open(t, nil)
		defer stop()
		allowed := verified("smpp", "1e")
		allowed.Verdict = cattlegrid.Allowed
		for _, decision := range []cattlegrid.Decision{
			verified("smpp", "1f"), verified("smpp", ""), verified("twilio", "SM1"), verified("", ""), allowed,
		} {
			d.decided(t.Context(), decision)
		}
		synctest.Wait()
		if diff := cmp.Diff([]string{"1f"}, d.carrier.useful); diff != "" {
			t.Errorf("of use were (-want +got):\n%s", diff)
		}
		if smpp, twilio := d.rate("smpp").Converted, d.rate("twilio").Converted; smpp != 2 || twilio != 1 {
			t.Errorf("the route knows of %v and %v codes that were right, want 2 and 1", smpp, twilio)
		}
	})
}

// A provider that hangs is given a few seconds for each message. Visitors do not wait for it, and what is too much is not told.
func TestFeedbackIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.carrier.feedback = hang
		stop := d.open(t, nil)
		defer stop()
		began := time.Now()
		for range feedbackWorkers {
			d.decided(t.Context(), verified("smpp", "1f"))
		}
		synctest.Wait() // until each worker has one
		for range maxQueuedFeedback + 10 {
			d.decided(t.Context(), verified("smpp", "1f"))
		}
		if n := strings.Count(d.log.String(), "too many are waiting"); n != 10 || !time.Now().Equal(began) {
			t.Errorf("%d were too many after %v, want 10 at once", n, time.Since(began))
		}
		pass(feedbackTimeout)
		if n := strings.Count(d.log.String(), "was not told that a message was of use"); n != feedbackWorkers {
			t.Errorf("after %v %d were given up, want %d", feedbackTimeout, n, feedbackWorkers)
		}
	})
}

// Stopping does not wait for a provider that hangs.
func TestFeedbackStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.carrier.feedback = hang
		stop := d.open(t, nil)
		d.decided(t.Context(), verified("smpp", "1f"))
		synctest.Wait()
		began := time.Now()
		stop()
		if took := time.Since(began); took != 0 || strings.Contains(d.log.String(), "was not told") {
			t.Errorf("it took %v; the log says\n%s", took, d.log)
		}
	})
}

// gateOn is a gate that remembers its messages, in a store that can be made to fail.
func (d *desk) gateOn(t *testing.T, store cattlegrid.Store) *cattlegrid.Gate {
	t.Helper()
	gate, err := cattlegrid.New(cattlegrid.Options{
		Sender: d.carrier, Store: store, OnReport: d.reported, OnDecision: d.decided, Clock: func() time.Time { return d.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return gate
}

// send has a code sent as a visitor does.
func send(t *testing.T, gate *cattlegrid.Gate, store cattlegrid.Store) {
	t.Helper()
	client := netip.MustParseAddr("192.0.2.1")
	if _, err := gate.Challenge(t.Context(), cattlegrid.ChallengeRequest{ID: id, Client: client}); err != nil {
		t.Fatal(err)
	}
	challenge, err := store.Peek(t.Context(), "ImageCode_"+id)
	if err != nil {
		t.Fatal(err)
	}
	request := cattlegrid.SendRequest{ChallengeID: id, Answer: challenge.Value, Phone: "+86" + mobile, Purpose: "register", Client: client}
	if _, err := gate.SendCode(t.Context(), request); err != nil {
		t.Fatal(err)
	}
}

// A receipt of an SMSC that comes before there is a gate waits for it, and then is one like all others. One about a message
// that is not known is nothing to speak of.
func TestReceive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		store := cattlegrid.NewMemStore(cattlegrid.MemOptions{Clock: func() time.Time { return d.now }})
		gate := d.gateOn(t, store)
		early := make(chan struct{})
		go func() {
			d.receive(smppReceipt(smpp.Receipt{ID: "unknown", State: smpp.Delivered}))
			close(early)
		}()
		synctest.Wait()
		select {
		case <-early:
			t.Fatal("a receipt was taken before there was a gate")
		default:
		}
		stop := d.open(t, gate)
		<-early
		send(t, gate, store)
		d.now = d.now.Add(2 * time.Second)
		d.receive(smppReceipt(smpp.Receipt{ID: "1f", State: smpp.Undeliverable, Code: "012", At: d.now}))
		stop()
		message := d.carrier.messages[0]
		line := "level=WARN msg=receipt provider=smpp state=lost code=012 phone=138****8000 country=CN purpose=register message_id=" + message.ID + " after_s=2\n"
		log := d.log.String()
		if !strings.HasSuffix(log, line) || strings.Count(log, "\n") != 1 {
			t.Errorf("the log says\n%swant\n%s", log, line)
		}
		events := readText(t, d.file)
		if !strings.Contains(events, `"message_id":"`+message.ID+`"`) {
			t.Errorf("the events do not name the message: %s", events)
		}
		for _, secret := range []string{message.Code, mobile} {
			if strings.Contains(log, secret) || strings.Contains(strings.ReplaceAll(events, message.ID, ""), secret) {
				t.Errorf("%s is in\n%s%s", secret, log, events)
			}
		}
		if got := d.rate("smpp").Undelivered; got != 1 {
			t.Errorf("the route knows of %v that did not arrive, want 1", got)
		}
	})
}

// brokenStore is a store that is not well.
type brokenStore struct{ cattlegrid.Store }

func (brokenStore) Peek(context.Context, string) (cattlegrid.Secret, error) {
	return cattlegrid.Secret{}, errors.New("connection refused")
}

// A receipt that cannot be looked up is lost, and the log says so.
func TestReceiveFails(t *testing.T) {
	d := newDesk(t)
	gate := d.gateOn(t, brokenStore{cattlegrid.NewMemStore(cattlegrid.MemOptions{})})
	stop := d.open(t, gate)
	defer stop()
	d.receive(smppReceipt(smpp.Receipt{ID: "1f", State: smpp.Delivered}))
	if log := d.log.String(); !strings.Contains(log, `level=WARN msg="a receipt is lost" provider=smpp`) {
		t.Errorf("the log says %s", log)
	}
}

// The states of an SMSC are those of receipts: what it does not know may still arrive.
func TestSMPPReceipt(t *testing.T) {
	for state, want := range map[smpp.State]cattlegrid.ReceiptState{
		smpp.Enroute: cattlegrid.Sent, smpp.Accepted: cattlegrid.Sent, smpp.Unclear: cattlegrid.Sent, smpp.Delivered: cattlegrid.Delivered,
		smpp.Expired: cattlegrid.Lost, smpp.Deleted: cattlegrid.Lost, smpp.Undeliverable: cattlegrid.Lost, smpp.Rejected: cattlegrid.Lost,
	} {
		r := smppReceipt(smpp.Receipt{ID: "1f", Message: "MESSAGE1", State: state, Code: "012", At: noon})
		if diff := cmp.Diff(cattlegrid.Receipt{Provider: "smpp", ID: "1f", MessageID: "MESSAGE1", State: want, Code: "012", At: noon}, r); diff != "" {
			t.Errorf("%s (-want +got):\n%s", state, diff)
		}
	}
}

// Messages are remembered only where receipts come: posted to a URL, or from an SMSC.
func TestOnReport(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*smsConfig)
		want   bool
	}{
		"None":     {func(*smsConfig) {}, false},
		"URL":      {func(c *smsConfig) { c.ReceiptsURL = "https://sms.example.com/receipts" }, true},
		"SMPP":     {func(c *smsConfig) { c.Provider = "smpp" }, true},
		"Fallback": {func(c *smsConfig) { c.Provider, c.Fallback = "webhook", []string{"smpp"} }, true},
	} {
		c := defaults()
		tc.change(&c.SMS)
		if got := newReports(nil, nil).onReport(c) != nil; got != tc.want {
			t.Errorf("%s: taken is %t, want %t", name, got, tc.want)
		}
	}
}
