package route_test

import (
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

// 2000 codes a second leave over two providers that take 50 ms and 64 messages at once. What does not fit on one goes to the
// other, no provider gets more than it may have, and nobody waits for a place.
func TestLoad(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newTwo(t, route.Options{})
		w.a.forget, w.b.forget = true, true
		w.a.always(answer{after: 50 * time.Millisecond})
		w.b.always(answer{after: 50 * time.Millisecond})
		o := w.visitors(t, 500*time.Microsecond, 5*time.Second)
		if o.sent != 10_000 || o.lost != 0 || o.longest != 50*time.Millisecond {
			t.Errorf("%+v, want 10000 sent, each after 50ms", o)
		}
		if w.a.most != 64 || w.b.most > 64 {
			t.Errorf("at most %d and %d at once, want 64", w.a.most, w.b.most)
		}
		if tries := w.tries(); tries[0] < 6000 || tries[1] < 3000 {
			t.Errorf("tries are %v, want a full and the rest on b", tries)
		}
	})
}

// More than fits on all links fails at once, and the links go on as if it had not been there.
func TestOverload(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newTwo(t, route.Options{})
		w.a.forget, w.b.forget = true, true
		w.a.always(answer{after: time.Second})
		w.b.always(answer{after: time.Second})
		o := w.visitors(t, time.Millisecond, 10*time.Second)
		if left := o.sent - o.lost; left < 128*9 || w.a.most != 64 || w.b.most != 64 || o.longest > time.Second {
			t.Errorf("%+v, at most %d and %d at once; want 128 a second, 64 on each", o, w.a.most, w.b.most)
		}
		for _, s := range w.Links() {
			if s.InFlight != 0 || s.Breaker != "closed" || s.Rests != nil {
				t.Errorf("state = %+v, want a link that is well", s)
			}
		}
	})
}

// A route remembers no message: what it holds after many is what it held after few.
func TestMemory(t *testing.T) {
	random := []route.Outcome{route.Delivered, route.Undelivered, route.Converted}
	w := newTwo(t, route.Options{Order: route.Adaptive})
	w.a.forget, w.b.forget = true, true
	w.a.by(func(n int, _ cattlegrid.Message) answer {
		return []answer{taken, fail(cattlegrid.Permanent), throttle(time.Minute), taken}[n%4]
	})
	heap := func(n int) uint64 {
		for i := range n {
			m := message(t, w.n+i)
			m.Country = string([]byte{'A' + byte(i%26), 'A' + byte(i/26%26)})
			_, _ = w.Send(t.Context(), m)
			w.Observe("a", m.Country, random[i%3])
		}
		w.n += n
		w.changes()
		w.tries()
		runtime.GC()
		runtime.GC() // numbers are interned, and go with the second
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	few := heap(2000)
	many := heap(50_000)
	const tolerated = 256 << 10
	if many > few+tolerated {
		t.Errorf("heap is %d bytes after 2000 messages, %d after 50000 more", few, many)
	}
}

// Whatever is called at once, the race detector has nothing to say, and each message leaves at most once.
func TestConcurrently(t *testing.T) {
	t.Parallel()
	for _, order := range []route.Order{route.Configured, route.Adaptive} {
		w := newTwo(t, route.Options{Order: order})
		answers := []answer{
			taken, taken, fail(cattlegrid.Temporary), fail(cattlegrid.Unpaid), throttle(1), fail(cattlegrid.Unknown), taken,
			fail(cattlegrid.Misconfigured), fail(cattlegrid.Permanent), fail(cattlegrid.Temporary), fail(cattlegrid.Temporary),
		}
		w.a.by(func(n int, _ cattlegrid.Message) answer { return answers[n%len(answers)] })
		w.b.by(func(n int, _ cattlegrid.Message) answer { return answers[n*7%len(answers)] })
		var wg sync.WaitGroup
		for v := range 64 {
			wg.Go(func() {
				for i := range 50 {
					d, err := w.Send(t.Context(), message(t, v*50+i))
					if err == nil {
						w.Observe(d.Provider, "CN", route.Outcome(i%3))
					}
					w.Links()
				}
			})
		}
		wg.Wait()
		tried := map[string]int{}
		for _, f := range []*fake{w.a, w.b} {
			if f.inFlight != 0 || f.most > 64 {
				t.Errorf("%s has %d under way, and had %d", f.name, f.inFlight, f.most)
			}
			for _, m := range f.messages {
				tried[m.ID]++
			}
		}
		for id, n := range tried {
			if n > 2 {
				t.Errorf("%s was tried %d times", id, n)
			}
		}
		if len(tried) != 64*50 {
			t.Errorf("%d messages were tried, want %d", len(tried), 64*50)
		}
	}
}

// What a route costs beside its senders, with 32 visitors on each core.
func BenchmarkSend(b *testing.B) {
	for name, order := range map[string]route.Order{"Configured": route.Configured, "Adaptive": route.Adaptive} {
		b.Run(name, func(b *testing.B) {
			w := benchmark(b, route.Options{Order: order}, taken)
			m := message(b, 1)
			b.ReportAllocs()
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := w.Send(b.Context(), m); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sends/s")
		})
	}
}

// How many codes leave in a second over two providers that take 30 ms, with 64 under way on each; 4267 is what they could.
func BenchmarkLoad(b *testing.B) {
	w := benchmark(b, route.Options{}, answer{after: 30 * time.Millisecond})
	m := message(b, 1)
	b.ReportAllocs()
	visitors := make(chan struct{}, 128)
	var wg sync.WaitGroup
	for b.Loop() {
		visitors <- struct{}{}
		wg.Go(func() {
			defer func() { <-visitors }()
			if _, err := w.Send(b.Context(), m); err != nil {
				b.Error(err)
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sends/s")
}

// benchmark is a route over two fakes, of whose messages some converted.
func benchmark(b *testing.B, o route.Options, a answer) *route.Route {
	b.Helper()
	for _, name := range []string{"a", "b"} {
		f := newFake(name, a)
		f.forget = true
		o.Links = append(o.Links, link(f))
	}
	r := newRoute(b, o)
	for range 100 {
		r.Observe("a", "CN", route.Converted)
		r.Observe("b", "CN", route.Converted)
	}
	return r
}
