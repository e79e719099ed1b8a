package serving

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/loadgen"
)

// Connections of a load that finds how much can be carried.
const connections = 32

// load is what a load measured, and what it cost.
type load struct {
	results []*loadgen.Result // one for each server
	spent   spent
}

// last is the step of the first result that the visits ended with.
func (l load) last() loadgen.Step { return l.results[0].Steps[len(l.results[0].Steps)-1] }

// total is how many visits succeeded.
func (l load) total() (n float64) {
	for _, r := range l.results {
		n += float64(r.Steps[len(r.Steps)-1].Outcomes["ok"])
	}
	return n
}

// perSecond is how many did each second.
func (l load) perSecond() (n float64) {
	for _, r := range l.results {
		n += r.Steps[len(r.Steps)-1].PerSec
	}
	return n
}

// load has visitors come to all servers of the stand at once.
func (s *stand) load(ctx context.Context, plan loadgen.Plan) (load, error) {
	before, err := s.spent(ctx)
	if err != nil {
		return load{}, err
	}
	l := load{results: make([]*loadgen.Result, len(s.urls))}
	wrong := make([]error, len(s.urls))
	var all sync.WaitGroup
	for i, u := range s.urls {
		p := plan
		p.URL, p.Connections = u, plan.Connections/len(s.urls)
		all.Go(func() { l.results[i], wrong[i] = p.Run(ctx) })
	}
	all.Wait()
	for _, err := range wrong {
		if err != nil {
			return load{}, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	after, err := s.spent(ctx)
	l.spent = after.minus(before)
	if l.total() == 0 {
		return l, fmt.Errorf("%s: nobody got across", s.name)
	}
	return l, err
}

// saturate adds a round to what is known of how much can be carried.
func (s *stand) saturate(ctx context.Context, plan Plan, pictures bool, to *Saturated) (load, error) {
	// A server that has just started is slower: it is warmed up without being measured.
	if _, err := s.load(ctx, loadgen.Plan{Pictures: pictures, For: plan.Period / 4, Connections: connections}); err != nil {
		return load{}, err
	}
	l, err := s.load(ctx, loadgen.Plan{Pictures: pictures, For: plan.Period, Connections: connections})
	if err != nil {
		return l, err
	}
	micros := func(d time.Duration) float64 { return float64(d.Microseconds()) / l.total() }
	to.PerSecond = append(to.PerSecond, l.perSecond())
	to.ServerCPU = append(to.ServerCPU, micros(l.spent.servers))
	var sum, most time.Duration
	for _, took := range l.spent.redis {
		sum, most = sum+took, max(most, took)
	}
	to.RedisCPU, to.BusiestUS = append(to.RedisCPU, micros(sum)), append(to.BusiestUS, micros(most))
	return l, nil
}

func waitsOf(t loadgen.Times) Waits {
	millis := func(d loadgen.Duration) float64 { return float64(time.Duration(d).Microseconds()) / 1000 }
	return Waits{P50: millis(t.P50), P99: millis(t.P99), P999: millis(t.P999)}
}
