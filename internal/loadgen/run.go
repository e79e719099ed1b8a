package loadgen

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// maxWaiting is how many visitors may wait for a connection. More are counted as lost, and not carried.
const maxWaiting = 1 << 20

// run is a plan being carried out.
type run struct {
	plan    Plan
	crowd   *crowd
	record  *record
	arrived chan time.Time // when visitors came who wait for a connection
	bytes   traffic
	lost    atomic.Int64 // who came when too many were waiting
	cut     bool         // the load was broken off

	began, counted, end time.Time // counted is when the warm-up is over
}

func newRun(p Plan) *run {
	now := time.Now()
	r := &run{plan: p, crowd: newCrowd(), began: now, counted: now.Add(p.Warmup), end: now.Add(p.Warmup + p.For)}
	r.record = newRecord(r.counted)
	if p.Rate > 0 {
		r.arrived = make(chan time.Time, maxWaiting)
	}
	return r
}

// carry has visitors come and go. Whoever has come before the end is carried to the end.
func (r *run) carry(ctx context.Context) {
	var all sync.WaitGroup
	for range r.plan.Connections {
		all.Go(func() { r.serve(ctx) })
	}
	if r.plan.Rate > 0 {
		all.Go(func() {
			defer close(r.arrived)
			r.arrive(ctx)
		})
	}
	done := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		r.watch(done)
	}()
	all.Wait()
	r.cut = ctx.Err() != nil
	close(done)
	<-watched
}

// serve carries visitors over one connection.
func (r *run) serve(ctx context.Context) {
	c := newCarrier(r.plan, &r.bytes)
	defer c.close()
	if r.arrived != nil {
		for came := range r.arrived {
			if ctx.Err() != nil {
				return
			}
			r.visit(ctx, c, came)
		}
		return
	}
	for now := time.Now(); now.Before(r.end) && ctx.Err() == nil; now = time.Now() {
		r.visit(ctx, c, now)
	}
}

func (r *run) visit(ctx context.Context, c *carrier, came time.Time) {
	c.visit(ctx, r.crowd.next(), came, func(s step, o outcome, took time.Duration) {
		if !came.Before(r.counted) && ctx.Err() == nil {
			r.record.add(s, o, took, time.Now())
		}
	})
}

// arrive has visitors come, independently of each other: the time between two of them is exponentially distributed.
func (r *run) arrive(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for next := r.began; ; next = next.Add(time.Duration(rand.ExpFloat64() / r.plan.Rate * float64(time.Second))) { //nolint:gosec // no secret
		if !next.Before(r.end) {
			return
		}
		if wait := time.Until(next); wait > 0 {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-ctx.Done():
				return
			}
		}
		select {
		case r.arrived <- next:
		default:
			r.lost.Add(1)
		}
	}
}

// progressGap is how often Progress is told.
const progressGap = 5 * time.Second

func (r *run) watch(done <-chan struct{}) {
	if r.plan.Progress == nil {
		return
	}
	ticker := time.NewTicker(progressGap)
	defer ticker.Stop()
	for {
		select {
		case now := <-ticker.C:
			visits, failed, p99 := r.record.sofar()
			r.plan.Progress(Progress{Elapsed: now.Sub(r.began), Visits: visits, Failed: failed, P99: p99})
		case <-done:
			return
		}
	}
}
