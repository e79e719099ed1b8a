package measure

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"time"
)

// Scale returns how many times as many calls a second the given number of cores
// make as one core does: one ratio a round. Each core has a goroutine of its own.
// It needs a machine that does nothing else, and as many cores.
func Scale(ctx context.Context, draw Draw, cores int, plan Plan) ([]float64, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	ratios := make([]float64, 0, plan.Rounds)
	for round := range plan.Rounds {
		var rates [2]float64
		for i := range rates {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			which := (i + round) % 2 // the other one first in the next round
			workers := [2]int{1, cores}[which]
			runtime.GOMAXPROCS(workers)
			var err error
			if rates[which], err = rate(draw, workers, plan.Period); err != nil {
				return nil, err
			}
		}
		ratios = append(ratios, rates[1]/rates[0])
	}
	return ratios, nil
}

// rate returns the calls a second that the workers make together.
func rate(draw Draw, workers int, period time.Duration) (float64, error) {
	runtime.GC()
	calls, errs := make([]int, workers), make([]error, workers)
	start := time.Now()
	var group sync.WaitGroup
	for i := range workers {
		group.Go(func() { calls[i], errs[i] = repeat(draw, io.Discard, period) })
	}
	group.Wait()
	elapsed := time.Since(start)
	total := 0
	for _, n := range calls {
		total += n
	}
	return float64(total) / elapsed.Seconds(), errors.Join(errs...)
}
