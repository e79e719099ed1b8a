package route_test

import (
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

// outage is what visitors see while the first link fails.
type outage struct {
	sent, lost int
	longest    time.Duration
}

// visitors send a code every gap for so long.
func (w *two) visitors(t *testing.T, gap, long time.Duration) outage {
	t.Helper()
	var (
		mu  sync.Mutex
		all outage
		wg  sync.WaitGroup
	)
	for until := time.Now().Add(long); time.Now().Before(until); pass(gap) {
		w.n++
		m := message(t, w.n)
		wg.Go(func() {
			began := time.Now()
			_, err := w.Send(t.Context(), m)
			mu.Lock()
			defer mu.Unlock()
			all.sent++
			all.longest = max(all.longest, time.Since(began))
			if err != nil {
				all.lost++
			}
		})
	}
	wg.Wait()
	return all
}

// With a provider failing 30 % and then 100 %, at least 99.5 % of codes still leave, no visitor waits more than 6 s, and the
// provider is tried again later and used when it is well.
func TestOutage(t *testing.T) {
	t.Parallel()
	late := fail(cattlegrid.Temporary)
	late.after = 2400 * time.Millisecond // for instance no connection within its time
	for name, tc := range map[string]struct {
		some, all answer
		gap, long time.Duration // between codes; of each outage
	}{
		"Refuses":       {fail(cattlegrid.Temporary), fail(cattlegrid.Temporary), 50 * time.Millisecond, 5 * time.Minute},
		"RefusesLate":   {late, late, 50 * time.Millisecond, 5 * time.Minute},
		"RefusesAFew":   {late, late, 5 * time.Second, 20 * time.Minute},
		"Throttles":     {fail(cattlegrid.Throttled), throttle(time.Minute), 50 * time.Millisecond, 5 * time.Minute},
		"Unpaid":        {fail(cattlegrid.Temporary), fail(cattlegrid.Unpaid), 50 * time.Millisecond, 5 * time.Minute},
		"Hangs":         {late, hang, 50 * time.Millisecond, 20 * time.Minute},
		"HangsFromOn":   {hang, hang, 50 * time.Millisecond, 20 * time.Minute},
		"HangsSuddenly": {answer{after: 200 * time.Millisecond}, hang, 50 * time.Millisecond, 20 * time.Minute},
		"HangsUnderWay": {fail(cattlegrid.Temporary), hang, time.Second, 20 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newTwo(t, route.Options{})
				random := rand.New(rand.NewPCG(1, 1))
				healthy := answer{after: 200 * time.Millisecond}
				w.a.forget, w.b.forget = true, true
				w.b.always(healthy)
				check := func(what string, o outage, lost float64) {
					t.Helper()
					if left := 1 - float64(o.lost)/float64(o.sent); left < 1-lost {
						t.Errorf("%s: %d of %d codes did not leave", what, o.lost, o.sent)
					}
					if o.longest > 6*time.Second {
						t.Errorf("%s: a visitor waited %v", what, o.longest)
					}
					t.Logf("%s: %+v, tries %v", what, o, w.tries())
				}
				w.a.always(healthy)
				check("well", w.visitors(t, tc.gap, 2*time.Minute), 0)
				w.a.by(func(int, cattlegrid.Message) answer {
					if random.Float64() < 0.3 {
						return tc.some
					}
					return healthy
				})
				check("30 %", w.visitors(t, tc.gap, tc.long), 0.005)
				w.a.always(tc.all)
				check("100 %", w.visitors(t, tc.gap, tc.long), 0.005)
				w.a.always(healthy)
				check("mends", w.visitors(t, max(tc.gap, time.Second), 16*time.Minute), 0)
				o := w.visitors(t, tc.gap, 2*time.Minute)
				if tries := w.tries(); o.lost > 0 || tries != [2]int{o.sent, 0} {
					t.Errorf("well again: %+v, tries are %v, want all for a", o, tries)
				}
			})
		})
	}
}

// To a site of one code a minute, a provider that hangs for a day costs five codes and then four an hour at most: no try can be
// free, because no code whose fate is unknown is sent twice.
func TestOutageOfSmallSite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newTwo(t, route.Options{})
		w.a.always(hang)
		o := w.visitors(t, time.Minute, 24*time.Hour)
		tries := w.tries()
		if o.lost > 5+4*24+5 || o.lost != tries[0] || o.sent != tries[0]+tries[1] {
			t.Errorf("%+v, tries are %v; want 106 lost at most, and each code tried once", o, tries)
		}
	})
}
