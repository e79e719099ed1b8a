package route_test

import (
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

// An empty account is left alone for a minute, then longer each time, and used again once a message was taken.
func TestPauseUnpaid(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newTwo(t, route.Options{})
		w.a.always(fail(cattlegrid.Unpaid))
		for _, minutes := range []int{1, 2, 4, 8, 15, 15} {
			rest := time.Duration(minutes) * time.Minute
			if failures := w.send(t, 10); failures > 0 || w.tries() != [2]int{1, 10} {
				t.Errorf("%d failures; want a tried once", failures)
			}
			if diff := cmp.Diff([]string{"a paused unpaid"}, w.changes()); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			want := []route.Rest{{Reason: route.Unpaid, Until: time.Now().Add(rest)}}
			if diff := cmp.Diff(want, w.Links()[0].Rests); diff != "" {
				t.Errorf("rests (-want +got):\n%s", diff)
			}
			pass(rest - time.Nanosecond)
			if w.send(t, 1); w.tries() != [2]int{0, 1} {
				t.Errorf("a is tried before %v are over", rest)
			}
			pass(time.Nanosecond)
		}
		w.a.always(taken)
		w.send(t, 10)
		if diff := cmp.Diff([]string{"a resumed unpaid"}, w.changes()); diff != "" || w.tries() != [2]int{10, 0} {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
		w.a.always(fail(cattlegrid.Unpaid))
		w.send(t, 1)
		if s := w.Links()[0]; len(s.Rests) != 1 || time.Until(s.Rests[0].Until) != time.Minute {
			t.Errorf("state = %+v, want a minute again", s)
		}
	})
}

// The failures of many messages under way are one pause, and a success that began before it does not end it.
func TestPauseOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newTwo(t, route.Options{})
		w.a.by(func(n int, _ cattlegrid.Message) answer {
			a := fail(cattlegrid.Unpaid)
			if a.after = time.Second; n == 0 {
				return answer{after: 1500 * time.Millisecond}
			}
			return a
		})
		var wg sync.WaitGroup
		for n := range 64 {
			wg.Go(func() { _, _ = w.Send(t.Context(), message(t, n)) })
		}
		wg.Wait()
		if diff := cmp.Diff([]string{"a paused unpaid"}, w.changes()); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
		if s := w.Links()[0]; len(s.Rests) != 1 || time.Until(s.Rests[0].Until) != time.Minute-500*time.Millisecond {
			t.Errorf("state = %+v, want a minute from the first failure", s)
		}
	})
}

// A template that is missing pauses the messages that need it, and no others.
func TestPauseMisconfigured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newTwo(t, route.Options{})
		w.a.by(func(_ int, m cattlegrid.Message) answer {
			if m.Purpose == "reset" {
				return fail(cattlegrid.Misconfigured)
			}
			return taken
		})
		reset := message(t, 1)
		reset.Purpose = "reset"
		for range 2 {
			if _, err := w.Send(t.Context(), reset); err != nil {
				t.Error(err)
			}
		}
		w.send(t, 10)
		if got := w.tries(); got != [2]int{11, 2} {
			t.Errorf("tries are %v, want the second reset past a", got)
		}
		want := []route.Rest{{
			Reason: route.Misconfigured, Kind: route.Kind{Country: "CN", Purpose: "reset", Lang: "en"}, Until: time.Now().Add(time.Minute),
		}}
		if diff := cmp.Diff(want, w.Links()[0].Rests); diff != "" {
			t.Errorf("rests (-want +got):\n%s", diff)
		}
	})
}

// Throttled rests the account only if three numbers in ten seconds were, and nothing was taken in between.
func TestPauseThrottled(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		numbers []int // whom messages are sent to
		gap     time.Duration
		taken   int // which of them is taken; 0 is none
		after   []time.Duration
		want    time.Duration // of the rest; 0 is none
	}{
		"ThreeNumbers":  {numbers: []int{1, 2, 3}, want: 10 * time.Second},
		"TwoNumbers":    {numbers: []int{1, 2}},
		"OneNumber":     {numbers: []int{1, 1, 1, 1, 1, 1}},
		"Again":         {numbers: []int{1, 1, 2, 1, 2}},
		"Slowly":        {numbers: []int{1, 2, 3, 4, 5}, gap: 5001 * time.Millisecond},
		"NotTooSlowly":  {numbers: []int{1, 2, 3}, gap: 5 * time.Second, want: 10 * time.Second},
		"TakenBetween":  {numbers: []int{1, 2, 3, 4}, taken: 2},
		"Shortest":      {numbers: []int{1, 2, 3}, after: []time.Duration{time.Hour, 0, 20 * time.Second}, want: 20 * time.Second},
		"NotTooShort":   {numbers: []int{1, 2, 3}, after: []time.Duration{1, 1, 1}, want: time.Second},
		"NotTooLong":    {numbers: []int{1, 2, 3}, after: []time.Duration{time.Hour, time.Hour, time.Hour}, want: 5 * time.Minute},
		"AfterUnknown":  {numbers: []int{1, 2, 3}, after: []time.Duration{0, 0, 0}, want: 10 * time.Second},
		"AfterThirdOne": {numbers: []int{1, 2, 3, 4, 5}, want: 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newTwo(t, route.Options{})
				w.a.by(func(n int, _ cattlegrid.Message) answer {
					switch {
					case tc.taken > 0 && n == tc.taken:
						return taken
					case n < len(tc.after):
						return throttle(tc.after[n])
					default:
						return throttle(0)
					}
				})
				for i, n := range tc.numbers {
					if i > 0 {
						pass(tc.gap)
					}
					if _, err := w.Send(t.Context(), message(t, n)); err != nil {
						t.Error(err)
					}
				}
				var want []route.Rest
				if tc.want > 0 {
					want = []route.Rest{{Reason: route.Throttled, Until: time.Now().Add(tc.want)}}
				}
				if diff := cmp.Diff(want, w.Links()[0].Rests); diff != "" {
					t.Errorf("rests (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// A link that pauses is asked again where nothing else is left.
func TestPauseOfAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newTwo(t, route.Options{})
		w.a.always(fail(cattlegrid.Unpaid))
		w.b.always(fail(cattlegrid.Unpaid))
		w.send(t, 1)
		w.b.always(taken)
		if failures := w.send(t, 10); failures > 0 {
			t.Errorf("%d of 10 messages did not leave", failures)
		}
		if diff := cmp.Diff([]string{"a paused unpaid", "b paused unpaid"}, w.changes()[:2]); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
	})
}

// An event carries the failure, and the route can be asked from within one.
func TestPauseEvent(t *testing.T) {
	t.Parallel()
	a := newFake("a", fail(cattlegrid.Unpaid))
	var r *route.Route
	called := false
	r = newRoute(t, route.Options{Links: []route.Link{link(a)}, OnEvent: func(e route.Event) {
		called = true
		if failure, ok := errors.AsType[*cattlegrid.SendError](e.Err); !ok || failure.Class != cattlegrid.Unpaid {
			t.Errorf("event = %+v, want the failure in it", e)
		}
		if s := r.Links()[0]; len(s.Rests) != 1 || !s.Rests[0].Until.Equal(e.Until) {
			t.Errorf("state = %+v, want the rest of %+v", s, e)
		}
	}})
	if _, err := r.Send(t.Context(), message(t, 1)); err == nil || !called {
		t.Errorf("Send = %v, called is %v", err, called)
	}
}
