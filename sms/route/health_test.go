package route_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

var nearly = cmpopts.EquateApprox(0.01, 0)

// Rates are what was sent and observed, by link and country, and fade by the clock of the options.
func TestRates(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a, b := newFake("a", taken), newFake("b", taken)
	r := newRoute(t, route.Options{
		Links: []route.Link{link(a), link(b)}, HalfLife: 20 * time.Minute, Clock: func() time.Time { return now },
	})
	send := func(country string, n int) {
		for range n {
			m := message(t, 1)
			m.Country = country
			_, _ = r.Send(t.Context(), m)
		}
	}
	send("CN", 8)
	send("GB", 4)
	a.always(fail(cattlegrid.Unknown))
	send("GB", 1)
	a.always(fail(cattlegrid.Permanent))
	send("GB", 1)
	a.always(fail(cattlegrid.Temporary))
	send("GB", 2)
	for _, o := range []route.Outcome{route.Delivered, route.Delivered, route.Delivered, route.Undelivered, route.Converted, route.Converted} {
		r.Observe("a", "CN", o)
	}
	r.Observe("c", "CN", route.Converted)
	r.Observe("a", "CN", route.Outcome(7))
	want := [][]route.Rate{
		{{Country: "CN", Taken: 8, Delivered: 3, Undelivered: 1, Converted: 2}, {Country: "GB", Taken: 5}},
		{{Country: "GB", Taken: 2}},
	}
	check := func(what string) {
		t.Helper()
		for i, s := range r.Links() {
			if diff := cmp.Diff(want[i], s.Rates, nearly); diff != "" {
				t.Errorf("%s: rates of %s (-want +got):\n%s", what, s.Name, diff)
			}
		}
	}
	check("at once")
	now = now.Add(-time.Hour)
	check("with a clock that went back")
	now = now.Add(time.Hour + 20*time.Minute)
	want = [][]route.Rate{
		{{Country: "CN", Taken: 4, Delivered: 1.5, Undelivered: 0.5, Converted: 1}, {Country: "GB", Taken: 2.5}},
		{{Country: "GB", Taken: 1}},
	}
	check("after a half-life")
	now = now.Add(24 * time.Hour)
	for _, s := range r.Links() {
		for _, rate := range s.Rates {
			if !(rate.Taken < 1e-6 && rate.Delivered < 1e-6) {
				t.Errorf("after a day: rate of %s is %+v", s.Name, rate)
			}
		}
	}
}

// However many countries are named, a link keeps counts for 250, the last of them for all others.
func TestRatesAreBounded(t *testing.T) {
	t.Parallel()
	r := newRoute(t, route.Options{Links: []route.Link{link(newFake("a", taken))}})
	n := 0
	for i := 'A'; i <= 'Z'; i++ {
		for j := 'A'; j <= 'Z'; j++ {
			r.Observe("a", string([]rune{i, j}), route.Delivered)
			r.Observe("a", fmt.Sprintf("%s-%c%c", strings.Repeat("x", 1000), i, j), route.Delivered)
			n += 2
		}
	}
	rates, sum := r.Links()[0].Rates, 0.0
	for _, rate := range rates {
		sum += rate.Delivered
	}
	if len(rates) != 250 || rates[0].Country != "" || sum < float64(n)-1 {
		t.Errorf("%d rates of %v messages, want 250 of %d", len(rates), sum, n)
	}
}

// Latency is that of messages taken.
func TestLatency(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a := newFake("a", taken)
	a.by(func(int, cattlegrid.Message) answer {
		now = now.Add(160 * time.Millisecond)
		return taken
	})
	r := newRoute(t, route.Options{Links: []route.Link{link(a)}, Clock: func() time.Time { return now }})
	for n := range 3 {
		_, _ = r.Send(t.Context(), message(t, n))
	}
	a.by(func(int, cattlegrid.Message) answer {
		now = now.Add(320 * time.Millisecond)
		return taken
	})
	_, _ = r.Send(t.Context(), message(t, 4))
	if got := r.Links()[0].Latency; got != 170*time.Millisecond {
		t.Errorf("latency is %v, want 170ms", got)
	}
}
