package route_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

// two is a route over fakes a and b, in that order.
type two struct {
	*route.Route
	a, b *fake
	journal
	n int
}

func newTwo(t *testing.T, o route.Options) *two {
	t.Helper()
	w := &two{a: newFake("a", taken), b: newFake("b", taken)}
	o.OnEvent = w.on
	if o.Links == nil {
		o.Links = []route.Link{link(w.a), link(w.b)}
	}
	for i := range o.Links {
		if o.Links[i].Sender == nil {
			o.Links[i].Sender = []*fake{w.a, w.b}[i]
		}
	}
	w.Route = newRoute(t, o)
	return w
}

// send sends n messages one after another, each to a number of its own.
func (w *two) send(t *testing.T, n int) (failures int) {
	t.Helper()
	for range n {
		w.n++
		if _, err := w.Send(t.Context(), message(t, w.n)); err != nil {
			failures++
		}
	}
	return failures
}

// tries is how many messages each link was asked for since the last call.
func (w *two) tries() [2]int { return [2]int{w.a.count(), w.b.count()} }

// What opens a breaker, and what says nothing of a link.
func TestBreakerOpens(t *testing.T) {
	t.Parallel()
	each := func(n int, a answer) func(int, cattlegrid.Message) answer {
		return func(i int, _ cattlegrid.Message) answer {
			if i%n == n-1 {
				return a
			}
			return taken
		}
	}
	for name, tc := range map[string]struct {
		by   func(int, cattlegrid.Message) answer
		want int // tries until it opens; 0 is never
	}{
		"Taken":         {each(1, taken), 0},
		"Temporary":     {each(1, fail(cattlegrid.Temporary)), 5},
		"Unknown":       {each(1, fail(cattlegrid.Unknown)), 5},
		"Hang":          {each(1, hang), 5},
		"Slow":          {each(1, answer{after: 1900 * time.Millisecond}), 5},
		"NotSlow":       {each(1, answer{after: 1800 * time.Millisecond}), 0},
		"OneInFive":     {each(5, fail(cattlegrid.Temporary)), 20},
		"OneInSix":      {each(6, fail(cattlegrid.Temporary)), 0},
		"Permanent":     {each(1, fail(cattlegrid.Permanent)), 0},
		"Throttled":     {each(1, fail(cattlegrid.Throttled)), 0},
		"Unpaid":        {each(1, fail(cattlegrid.Unpaid)), 0},
		"Misconfigured": {each(1, fail(cattlegrid.Misconfigured)), 0},
		"Between": {func(n int, _ cattlegrid.Message) answer { // bad numbers among failures hide none
			if n%2 == 0 {
				return fail(cattlegrid.Permanent)
			}
			return fail(cattlegrid.Temporary)
		}, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newTwo(t, route.Options{})
				w.a.by(tc.by)
				opened := 0
				for n := 1; n <= 25 && opened == 0; n++ {
					w.send(t, 1)
					if w.Links()[0].Breaker == "open" {
						opened = n
					}
				}
				if opened != tc.want {
					t.Errorf("opened after %d tries, want %d", opened, tc.want)
				}
			})
		})
	}
}

// Five failures in a row open the breaker of a small site too, with twenty seconds between them.
func TestBreakerOpensSlowly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newTwo(t, route.Options{})
		w.a.always(fail(cattlegrid.Temporary))
		for range 5 {
			if s := w.Links()[0]; s.Breaker != "closed" {
				t.Errorf("state = %+v, want closed", s)
			}
			w.send(t, 1)
			pass(20 * time.Second)
		}
		if s := w.Links()[0]; s.Breaker != "open" {
			t.Errorf("state = %+v, want open", s)
		}
	})
}

// What the caller gave up says nothing of the link, however often.
func TestBreakerCallerGivesUp(t *testing.T) {
	t.Parallel()
	for name, giveUp := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"Cancel": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			stop := time.AfterFunc(2*time.Second, cancel)
			return ctx, func() { stop.Stop(); cancel() }
		},
		"Deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 1200*time.Millisecond)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newTwo(t, route.Options{})
				w.a.always(hang)
				for n := range 25 {
					ctx, cancel := giveUp(t.Context())
					if _, err := w.Send(ctx, message(t, n)); classOf(err) != cattlegrid.Unknown {
						t.Errorf("Send = %v, want Unknown", err)
					}
					cancel()
				}
				if s := w.Links()[0]; s.Breaker != "closed" || w.tries() != [2]int{25, 0} {
					t.Errorf("state = %+v", s)
				}
			})
		})
	}
}

// A link that failed is left alone, tried with real messages, each with the other link behind it, and used again once three
// in a row were taken.
func TestBreakerCloses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newTwo(t, route.Options{})
		w.a.always(fail(cattlegrid.Temporary))
		step := func(what string, n int, want [2]int, changes ...string) {
			t.Helper()
			if failures := w.send(t, n); failures > 0 {
				t.Errorf("%s: %d of %d messages did not leave", what, failures, n)
			}
			if got := w.tries(); got != want {
				t.Errorf("%s: tries are %v, want %v", what, got, want)
			}
			if diff := cmp.Diff(changes, w.changes()); diff != "" {
				t.Errorf("%s: changes (-want +got):\n%s", what, diff)
			}
		}
		step("fails", 10, [2]int{5, 10}, "a opened failing")
		pass(30 * time.Second)
		step("rests", 10, [2]int{0, 10})
		pass(time.Millisecond)
		step("is tried", 10, [2]int{1, 10}, "a opened failing")
		pass(59 * time.Second)
		step("rests for a minute", 10, [2]int{0, 10})
		pass(1001 * time.Millisecond)
		w.a.always(taken)
		step("two good ones", 2, [2]int{2, 0})
		if s := w.Links()[0]; s.Breaker != "half-open" || len(s.Rests) > 0 {
			t.Errorf("state = %+v, want half-open", s)
		}
		step("well", 10, [2]int{10, 0}, "a closed failing")
		w.a.always(fail(cattlegrid.Temporary))
		step("fails again", 10, [2]int{5, 10}, "a opened failing")
		if s := w.Links()[0]; len(s.Rests) != 1 || time.Until(s.Rests[0].Until) != 2*time.Minute {
			t.Errorf("state = %+v, want a rest of two minutes", s)
		}
		for range 4 {
			pass(15*time.Minute + 1)
			w.send(t, 1)
		}
		if s := w.Links()[0]; len(s.Rests) != 1 || time.Until(s.Rests[0].Until) != 15*time.Minute {
			t.Errorf("state = %+v, want a rest of fifteen minutes, the most", s)
		}
		w.a.always(taken)
		pass(15*time.Minute + 1)
		w.send(t, 3)
		pass(10 * time.Minute)
		w.a.always(fail(cattlegrid.Temporary))
		w.send(t, 5)
		if s := w.Links()[0]; len(s.Rests) != 1 || time.Until(s.Rests[0].Until) != 30*time.Second {
			t.Errorf("state = %+v, want half a minute again after calm", s)
		}
	})
}
