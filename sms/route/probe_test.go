package route_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

// However many messages there are when a rest is over, one of them tries the link. One that nobody waits for any more gives
// its place to the next.
func TestBreakerTriesOneAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newTwo(t, route.Options{})
		w.a.always(fail(cattlegrid.Temporary))
		w.send(t, 5)
		pass(30*time.Second + 1)
		w.a.always(hang)
		w.tries()
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for n := range 64 {
			wg.Go(func() { _, _ = w.Send(ctx, message(t, n)) })
		}
		synctest.Wait()
		if got := w.tries(); got != [2]int{1, 63} {
			t.Errorf("tries are %v, want one for a", got)
		}
		cancel()
		wg.Wait()
		w.a.always(taken)
		w.send(t, 3)
		if s := w.Links()[0]; s.Breaker != "closed" {
			t.Errorf("state = %+v, want closed", s)
		}
	})
}

// Where every link rests, messages are tried all the same.
func TestBreakerOfOnlyLink(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newFake("a", fail(cattlegrid.Temporary))
		w := newTwo(t, route.Options{Links: []route.Link{link(a)}})
		w.send(t, 10)
		if n := a.count(); n != 10 || w.Links()[0].Breaker != "open" {
			t.Errorf("%d tries, want all 10", n)
		}
		a.always(taken)
		if failures := w.send(t, 10); failures > 0 {
			t.Errorf("%d of 10 messages did not leave", failures)
		}
	})
}

// A link that is full does not send its overflow to one that hangs.
func TestBreakerOverflow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newTwo(t, route.Options{Links: []route.Link{{Name: "a"}, {Name: "b", InFlight: 1}}})
		w.a.always(hang)
		w.send(t, 5)
		w.tries()
		w.b.always(answer{after: time.Second})
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = w.Send(t.Context(), message(t, 1)) })
		synctest.Wait()
		if _, err := w.Send(t.Context(), message(t, 2)); classOf(err) != cattlegrid.Temporary {
			t.Errorf("Send = %v, want Temporary", err)
		}
		wg.Wait()
		if got := w.tries(); got != [2]int{0, 1} {
			t.Errorf("tries are %v, want none for a", got)
		}
	})
}
