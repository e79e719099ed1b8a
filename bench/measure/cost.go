package measure

import (
	"fmt"
	"io"
	"runtime"
	"time"
)

// Cost is what one call costs on average.
type Cost struct {
	CPU    time.Duration // user and system, on all cores together
	Bytes  float64       // written
	Allocs float64       // objects on the heap
}

// Draw is what is measured: it writes one challenge.
type Draw func(w io.Writer) error

// warmUp is the share of the time that is spent beforehand, to fill pools.
const warmUp = 10

// Measure calls draw again and again for about the given time, at least once, and
// returns what one call costs.
func Measure(draw Draw, period time.Duration) (Cost, error) {
	var written counter
	if _, err := repeat(draw, &written, period/warmUp); err != nil {
		return Cost{}, err
	}
	written = 0
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, err := CPU()
	if err != nil {
		return Cost{}, err
	}
	calls, err := repeat(draw, &written, period)
	if err != nil {
		return Cost{}, err
	}
	end, err := CPU()
	if err != nil {
		return Cost{}, err
	}
	runtime.ReadMemStats(&after)
	return Cost{
		CPU:    (end - start) / time.Duration(calls),
		Bytes:  float64(written) / float64(calls),
		Allocs: float64(after.Mallocs-before.Mallocs) / float64(calls),
	}, nil
}

// repeat returns how often it called draw.
func repeat(draw Draw, w io.Writer, period time.Duration) (int, error) {
	calls := 0
	for start := time.Now(); calls == 0 || time.Since(start) < period; calls++ {
		if err := draw(w); err != nil {
			return calls, fmt.Errorf("call %d: %w", calls+1, err)
		}
	}
	return calls, nil
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
