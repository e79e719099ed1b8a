package route_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

const sent = cattlegrid.SendClass(-1)

// Each class of the first try decides whether there is a second, and both together what the caller learns.
func TestSend(t *testing.T) {
	t.Parallel()
	const (
		unknown, temporary, permanent    = cattlegrid.Unknown, cattlegrid.Temporary, cattlegrid.Permanent
		throttled, unpaid, misconfigured = cattlegrid.Throttled, cattlegrid.Unpaid, cattlegrid.Misconfigured
	)
	for name, tc := range map[string]struct {
		a, b     answer
		want     cattlegrid.SendClass
		provider string // of the delivery or the error
		tries    int
	}{
		"OK":                     {taken, taken, sent, "a", 1},
		"Permanent":              {fail(permanent), taken, permanent, "fake", 1},
		"Unknown":                {fail(unknown), taken, unknown, "fake", 1},
		"NoClass":                {answer{err: errors.New("boom")}, taken, unknown, "a", 1},
		"Hang":                   {hang, taken, unknown, "a", 1},
		"Temporary":              {fail(temporary), taken, sent, "b", 2},
		"Throttled":              {fail(throttled), taken, sent, "b", 2},
		"Unpaid":                 {fail(unpaid), taken, sent, "b", 2},
		"Misconfigured":          {fail(misconfigured), taken, sent, "b", 2},
		"TemporaryUnknown":       {fail(temporary), fail(unknown), unknown, "route", 2},
		"TemporaryHang":          {fail(temporary), hang, unknown, "route", 2},
		"TemporaryPermanent":     {fail(temporary), fail(permanent), permanent, "route", 2},
		"TemporaryTemporary":     {fail(temporary), fail(temporary), temporary, "route", 2},
		"TemporaryMisconfigured": {fail(temporary), fail(misconfigured), temporary, "route", 2},
		"UnpaidTemporary":        {fail(unpaid), fail(temporary), temporary, "route", 2},
		"UnpaidThrottled":        {fail(unpaid), fail(throttled), throttled, "route", 2},
		"MisconfiguredUnpaid":    {fail(misconfigured), fail(unpaid), unpaid, "route", 2},
		"MisconfiguredUnknown":   {fail(misconfigured), fail(unknown), unknown, "route", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a, b, c := newFake("a", tc.a), newFake("b", tc.b), newFake("c", taken)
				r := newRoute(t, route.Options{Links: []route.Link{link(a), link(b), link(c)}})
				m, began := message(t, 1), time.Now()
				d, err := r.Send(t.Context(), m)
				if got := classOf(err); got != tc.want {
					t.Fatalf("Send = %+v, %v; class %v, want %v", d, err, got, tc.want)
				}
				provider := d.Provider
				if failure, ok := errors.AsType[*cattlegrid.SendError](err); ok {
					provider = failure.Provider
				}
				if provider != tc.provider {
					t.Errorf("provider = %q, want %q", provider, tc.provider)
				}
				if err == nil && d.ID != m.ID {
					t.Errorf("delivery is %+v, want the link's own", d)
				}
				want := []cattlegrid.Message{m, m}[:tc.tries]
				samePhone := cmp.Comparer(func(a, b cattlegrid.Phone) bool { return a == b })
				if diff := cmp.Diff(want, append(a.messages, b.messages...), samePhone); diff != "" {
					t.Errorf("tries (-want +got):\n%s", diff)
				}
				if n := c.count(); n != 0 {
					t.Errorf("%d third tries", n)
				}
				if waited := time.Since(began); waited > 5*time.Second {
					t.Errorf("waited %v", waited)
				}
			})
		})
	}
}

// The error of two tries names both, shows nothing of the message, and says when to come back.
func TestSendBothFail(t *testing.T) {
	t.Parallel()
	a, b := newFake("a", throttle(time.Hour)), newFake("b", throttle(time.Minute))
	r := newRoute(t, route.Options{Links: []route.Link{link(a), link(b)}})
	m := message(t, 765432)
	_, err := r.Send(t.Context(), m)
	failure, ok := errors.AsType[*cattlegrid.SendError](err)
	if !ok || failure.Class != cattlegrid.Throttled || failure.RetryAfter != time.Minute {
		t.Fatalf("err = %#v, want Throttled for a minute", err)
	}
	const want = "route: throttled failure: fake: throttled failure: too many; then fake: throttled failure: too many"
	if got := err.Error(); got != want || strings.Contains(got, m.Code) {
		t.Errorf("err = %s\nwant  %s", got, want)
	}
}

// Without a link for the country nothing is tried.
func TestSendNowhere(t *testing.T) {
	t.Parallel()
	a := newFake("a", taken)
	l := link(a)
	l.Countries = []string{"GB", "FR"}
	r := newRoute(t, route.Options{Links: []route.Link{l}})
	if _, err := r.Send(t.Context(), message(t, 1)); classOf(err) != cattlegrid.Misconfigured || a.count() != 0 {
		t.Errorf("Send = %v, want Misconfigured", err)
	}
}

// The only link of a country is tried once.
func TestSendOneLink(t *testing.T) {
	t.Parallel()
	a, b := newFake("a", fail(cattlegrid.Temporary)), newFake("b", taken)
	abroad := link(b)
	abroad.Countries = []string{"GB"}
	r := newRoute(t, route.Options{Links: []route.Link{link(a), abroad}})
	_, err := r.Send(t.Context(), message(t, 1))
	if classOf(err) != cattlegrid.Temporary || a.count() != 1 || b.count() != 0 {
		t.Errorf("Send = %v", err)
	}
	if failure, ok := errors.AsType[*cattlegrid.SendError](err); !ok || failure.Provider != "fake" {
		t.Errorf("err = %v, want the link's own", err)
	}
}

// A visitor waits five seconds at most, less if ctx says so; what is left is not spent on a try that could not end.
func TestSendTime(t *testing.T) {
	t.Parallel()
	slow := func(after time.Duration) answer {
		a := fail(cattlegrid.Temporary)
		a.after = after
		return a
	}
	for name, tc := range map[string]struct {
		a, b    answer
		timeout time.Duration // of a
		limit   time.Duration // of ctx
		want    cattlegrid.SendClass
		waited  time.Duration
		tries   int
	}{
		"FirstHangs":   {hang, taken, 0, time.Minute, cattlegrid.Unknown, 2500 * time.Millisecond, 1},
		"SecondHangs":  {slow(2 * time.Second), hang, 0, time.Minute, cattlegrid.Unknown, 4500 * time.Millisecond, 2},
		"BothLong":     {slow(4 * time.Second), hang, 5 * time.Second, time.Minute, cattlegrid.Unknown, 5 * time.Second, 2},
		"NoTimeLeft":   {slow(4600 * time.Millisecond), taken, 5 * time.Second, time.Minute, cattlegrid.Temporary, 4600 * time.Millisecond, 1},
		"ShortContext": {slow(time.Second), taken, 0, 1200 * time.Millisecond, cattlegrid.Temporary, time.Second, 1},
		"ContextEnds":  {hang, taken, 0, time.Second, cattlegrid.Unknown, time.Second, 1},
		"Ended":        {taken, taken, 0, -1, cattlegrid.Temporary, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a, b := newFake("a", tc.a), newFake("b", tc.b)
				first := link(a)
				first.Timeout = tc.timeout
				r := newRoute(t, route.Options{Links: []route.Link{first, link(b)}})
				ctx, cancel := context.WithTimeout(t.Context(), tc.limit)
				defer cancel()
				began := time.Now()
				_, err := r.Send(ctx, message(t, 1))
				if tries := a.count() + b.count(); classOf(err) != tc.want || time.Since(began) != tc.waited || tries != tc.tries {
					t.Errorf("Send = %v after %v and %d tries, want %v after %v and %d",
						err, time.Since(began), tries, tc.want, tc.waited, tc.tries)
				}
			})
		})
	}
}

// A full link is passed over at once; where all are full the message fails at once and may be refunded.
func TestSendFull(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, b := newFake("a", answer{after: time.Second}), newFake("b", answer{after: time.Second})
		links := []route.Link{link(a), link(b)}
		links[0].InFlight, links[1].InFlight = 2, 3
		r := newRoute(t, route.Options{Links: links})
		var wg sync.WaitGroup
		for n := range 5 {
			wg.Go(func() {
				if _, err := r.Send(t.Context(), message(t, n)); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		began := time.Now()
		_, err := r.Send(t.Context(), message(t, 6))
		if classOf(err) != cattlegrid.Temporary || time.Since(began) != 0 {
			t.Errorf("Send = %v after %v, want Temporary at once", err, time.Since(began))
		}
		if s := r.Links(); s[0].InFlight != 2 || s[1].InFlight != 3 {
			t.Errorf("in flight: %d and %d, want 2 and 3", s[0].InFlight, s[1].InFlight)
		}
		wg.Wait()
		if s := r.Links(); s[0].InFlight != 0 || s[1].InFlight != 0 || a.count() != 2 || b.count() != 3 {
			t.Errorf("afterwards in flight: %d and %d", s[0].InFlight, s[1].InFlight)
		}
	})
}

// A second try that finds every other link full is not made, and the first failure stands.
func TestSendFullBehind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, b := newFake("a", fail(cattlegrid.Throttled)), newFake("b", answer{after: time.Second})
		behind := link(b)
		behind.InFlight = 1
		r := newRoute(t, route.Options{Links: []route.Link{link(a), behind}})
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = r.Send(t.Context(), message(t, 1)) })
		synctest.Wait()
		if _, err := r.Send(t.Context(), message(t, 2)); classOf(err) != cattlegrid.Throttled {
			t.Errorf("Send = %v, want the first failure", err)
		}
		wg.Wait()
	})
}

type panics struct{}

func (panics) Send(context.Context, cattlegrid.Message) (cattlegrid.Delivery, error) { panic("boom") }

// A sender that panics leaves its slot, and counts as a failure.
func TestSendPanic(t *testing.T) {
	t.Parallel()
	only := route.Link{Name: "a", Sender: panics{}, InFlight: 1}
	r := newRoute(t, route.Options{Links: []route.Link{only}})
	for range 5 {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic is hidden")
				}
			}()
			_, _ = r.Send(t.Context(), message(t, 1))
		}()
	}
	if s := r.Links()[0]; s.InFlight != 0 || s.Breaker != "open" {
		t.Errorf("state = %+v, want an open breaker and nothing in flight", s)
	}
}
