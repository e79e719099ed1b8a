package smstest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/fake"
)

// Run runs the suite.
func Run(t *testing.T, h Harness) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, Harness)
	}{
		{"Success", success},
		{"Refused", refused},
		{"UnknownFate", unknownFate},
		{"Redirect", redirect},
		{"Hangs", hangs},
		{"Cancelled", cancelled},
		{"NotConnected", notConnected},
		{"WrongKey", wrongKey},
		{"NoTemplate", noTemplate},
		{"Abroad", abroad},
		{"Concurrent", concurrent},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, h) })
	}
}

// message is the i-th message, with a code and a number of its own.
func message(t testing.TB, i int) cattlegrid.Message {
	t.Helper()
	to, err := cattlegrid.ParseE164("+86138" + fmt.Sprintf("%08d", 27_182_818+i))
	if err != nil {
		t.Fatal(err)
	}
	code := strconv.Itoa(914_873 + i)
	return cattlegrid.Message{
		ID: "MESSAGE2ABCDEFGHIJKLMN" + fmt.Sprintf("%04d", i), To: to, Country: "CN", Code: code, Purpose: "login", Lang: "en",
		Text: "Your code is " + code, Lifetime: 5 * time.Minute,
	}
}

// A message is taken once, as it was handed over, and the delivery names it as the provider does.
func success(t *testing.T, h Harness) {
	rig, m := h.Start(t, nil), message(t, 0)
	d, err := rig.Sender.Send(t.Context(), m)
	if err != nil {
		t.Fatalf("Send: %v", err)
	}
	h.taken(t, rig, m)
	if got := rig.Taken()[0]; d.Provider != h.Provider || d.ID != got.ID || (d.ID == "") != h.NoIDs {
		t.Errorf("delivery %+v, want provider %s and id %s", d, h.Provider, got.ID)
	}
	h.discreet(t, m, d, rig.Sender)
}

// taken wants messages to have been taken once each, and no others.
func (h Harness) taken(t *testing.T, rig Rig, messages ...cattlegrid.Message) {
	t.Helper()
	taken := rig.Taken()
	if len(taken) != len(messages) {
		t.Fatalf("%d messages were taken, want %d", len(taken), len(messages))
	}
	for _, m := range messages {
		i := slices.IndexFunc(taken, func(got fake.Message) bool { return got.To == m.To.E164() })
		if i < 0 {
			t.Fatalf("no message to %s was taken; those that were: %+v", m.To.E164(), taken)
		}
		got := taken[i]
		if !h.NoRefs && got.Ref != m.ID {
			t.Errorf("the provider was told the reference %q, want %q", got.Ref, m.ID)
		}
		said := strings.Join(append(slices.Collect(maps.Values(got.Values)), got.Text), " ")
		if !strings.Contains(said, m.Code) {
			t.Errorf("the message says %q, want the code %s in it", said, m.Code)
		}
		if h.Templates && (got.Template == "" || got.Text != "") || !h.Templates && got.Text != m.Text {
			t.Errorf("took %+v, which is not %q", got, m.Text)
		}
	}
}

// Each failure that the provider names has its class, a code for the operator, and no message leaves.
func refused(t *testing.T, h Harness) {
	for outcome, class := range map[fake.Outcome]cattlegrid.SendClass{
		fake.Busy: cattlegrid.Temporary, fake.BadNumber: cattlegrid.Permanent, fake.BadTemplate: cattlegrid.Misconfigured,
		fake.BadKey: cattlegrid.Misconfigured, fake.Throttle: cattlegrid.Throttled, fake.Unpaid: cattlegrid.Unpaid,
		fake.UnknownCode: cattlegrid.Unknown,
	} {
		if slices.Contains(h.Without, outcome) {
			continue
		}
		t.Run(string(outcome), func(t *testing.T) {
			rig, m := h.Start(t, always(outcome)), message(t, 0)
			_, err := rig.Sender.Send(t.Context(), m)
			h.fails(t, m, err, class)
			if failure, ok := errors.AsType[*cattlegrid.SendError](err); ok && (failure.Code == "") != h.NoCodes {
				t.Errorf("%v has the provider's code %q, want one: %v", err, failure.Code, !h.NoCodes)
			}
			h.taken(t, rig)
		})
	}
}

func always(o fake.Outcome) fake.Behaviour { return func(fake.Message) fake.Outcome { return o } }

// fails wants err to be a failure of the class that says nothing it must not.
func (h Harness) fails(t *testing.T, m cattlegrid.Message, err error, class cattlegrid.SendClass) {
	t.Helper()
	failure, ok := errors.AsType[*cattlegrid.SendError](err)
	if !ok {
		t.Fatalf("Send: %v, want a SendError", err)
	}
	if failure.Class != class || failure.Provider != h.Provider {
		t.Errorf("Send: %v, of provider %s; want class %v and provider %s", err, failure.Provider, class, h.Provider)
	}
	h.discreet(t, m, err)
}

// discreet wants no secret, no code, no text and no number in what things print as.
func (h Harness) discreet(t *testing.T, m cattlegrid.Message, things ...any) {
	t.Helper()
	number := m.To.E164()
	for _, thing := range things {
		for _, format := range []string{"%v", "%+v", "%#v"} {
			printed := fmt.Sprintf(format, thing)
			for _, secret := range append(h.Secrets, m.Code, m.Text, number[len(number)-8:]) {
				if strings.Contains(printed, secret) {
					t.Errorf("%s of %T says %q: %s", format, thing, secret, printed)
				}
			}
		}
	}
}

// After answers that say nothing, and after none, nobody knows.
func unknownFate(t *testing.T, h Harness) {
	for _, outcome := range []fake.Outcome{fake.Garbage, fake.Huge, fake.ServerError, fake.CloseTaken, fake.CloseUntaken} {
		if slices.Contains(h.Without, outcome) {
			continue
		}
		t.Run(string(outcome), func(t *testing.T) {
			rig, m := h.Start(t, always(outcome)), message(t, 0)
			_, err := rig.Sender.Send(t.Context(), m)
			h.fails(t, m, err, cattlegrid.Unknown)
			if len(rig.Taken()) > 1 {
				t.Errorf("%d messages left", len(rig.Taken()))
			}
		})
	}
}

// A redirect is not followed: the message is for nobody else.
func redirect(t *testing.T, h Harness) {
	if slices.Contains(h.Without, fake.Redirect) {
		return
	}
	asked := 0
	rig, m := h.Start(t, func(fake.Message) fake.Outcome { asked++; return fake.Redirect }), message(t, 0)
	_, err := rig.Sender.Send(t.Context(), m)
	h.fails(t, m, err, cattlegrid.Misconfigured)
	if asked != 1 {
		t.Errorf("the provider was asked %d times, want once", asked)
	}
	h.taken(t, rig)
}

// Whoever waits for an answer that does not come can give up, and does not know whether the message left.
func hangs(t *testing.T, h Harness) {
	for _, outcome := range []fake.Outcome{fake.HangTaken, fake.HangUntaken} {
		t.Run(string(outcome), func(t *testing.T) {
			rig, m := h.Start(t, always(outcome)), message(t, 0)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-rig.Hanging
				cancel()
			}()
			_, err := rig.Sender.Send(ctx, m)
			h.fails(t, m, err, cattlegrid.Unknown)
		})
	}
}

// Nothing leaves for a caller who is gone.
func cancelled(t *testing.T, h Harness) {
	rig, m := h.Start(t, nil), message(t, 0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := rig.Sender.Send(ctx, m)
	h.fails(t, m, err, cattlegrid.Temporary)
	h.taken(t, rig)
}

// Until there is a connection to whoever the provider is, nothing has left.
func notConnected(t *testing.T, h Harness) {
	for name, start := range map[string]func(testing.TB) Rig{"Unreachable": h.Unreachable, "StrangeName": h.StrangeName} {
		if start == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			rig, m := start(t), message(t, 0)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second) // for senders that try again until then
			defer cancel()
			_, err := rig.Sender.Send(ctx, m)
			h.fails(t, m, err, cattlegrid.Temporary)
			h.taken(t, rig)
		})
	}
}

// A key that is wrong is the operator's to mend.
func wrongKey(t *testing.T, h Harness) {
	if h.Forger == nil {
		return
	}
	rig, m := h.Forger(t), message(t, 0)
	_, err := rig.Sender.Send(t.Context(), m)
	h.fails(t, m, err, cattlegrid.Misconfigured)
	h.taken(t, rig)
}

// A message that no template fits is not sent by another one.
func noTemplate(t *testing.T, h Harness) {
	if !h.Templates {
		return
	}
	rig, m := h.Start(t, nil), message(t, 0)
	m.Purpose = "unfiled"
	_, err := rig.Sender.Send(t.Context(), m)
	h.fails(t, m, err, cattlegrid.Misconfigured)
	h.taken(t, rig)
}

// Numbers abroad arrive as such, or are refused by whoever cannot reach them.
func abroad(t *testing.T, h Harness) {
	// Without its plus sign the second one looks like a mobile number of the mainland.
	for country, number := range map[string]string{"GB": "+447700900123", "US": "+14155550100"} {
		rig, m := h.Start(t, nil), message(t, 0)
		var err error
		if m.To, err = cattlegrid.ParseE164(number); err != nil {
			t.Fatal(err)
		}
		m.Country = country
		_, err = rig.Sender.Send(t.Context(), m)
		if h.MainlandOnly {
			h.fails(t, m, err, cattlegrid.Misconfigured) // not Permanent: others may reach the number
			h.taken(t, rig)
			continue
		}
		if err != nil {
			t.Fatalf("Send to %s: %v", country, err)
		}
		h.taken(t, rig, m)
	}
}

// Of many messages at once each is sent once.
func concurrent(t *testing.T, h Harness) {
	const many = 64
	rig := h.Start(t, nil)
	messages := make([]cattlegrid.Message, many)
	ids := make([]string, many)
	var all sync.WaitGroup
	for i := range messages {
		messages[i] = message(t, i)
		all.Go(func() {
			d, err := rig.Sender.Send(t.Context(), messages[i])
			if err != nil {
				t.Errorf("Send %d: %v", i, err)
			}
			ids[i] = d.ID
		})
	}
	all.Wait()
	h.taken(t, rig, messages...)
	if h.NoIDs {
		return
	}
	slices.Sort(ids)
	if got := len(slices.Compact(ids)); got != many {
		t.Errorf("%d different ids for %d messages", got, many)
	}
}
