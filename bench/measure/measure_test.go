package measure_test

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/bench/measure"
)

// spin keeps a core busy for a while, as the process's clock sees it.
func spin(t *testing.T, period time.Duration) {
	t.Helper()
	for start := now(t); now(t)-start < period; {
		continue
	}
}

func now(t *testing.T) time.Duration {
	t.Helper()
	cpu, err := measure.CPU()
	if err != nil {
		t.Fatal(err)
	}
	return cpu
}

// A call costs the CPU time that it takes, the bytes that it writes and the
// objects that it makes.
func TestMeasure(t *testing.T) {
	var kept []byte
	cost, err := measure.Measure(func(w io.Writer) error {
		spin(t, time.Millisecond)
		for range 10 {
			kept = make([]byte, 100)
		}
		_, err := w.Write(kept)
		return err
	}, 20*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if cost.CPU < time.Millisecond {
		t.Errorf("got %v of CPU time, want at least 1ms", cost.CPU)
	}
	if cost.Bytes != 100 {
		t.Errorf("got %v bytes, want 100", cost.Bytes)
	}
	if cost.Allocs < 10 {
		t.Errorf("got %v allocations, want at least 10", cost.Allocs)
	}
}

// A call that fails ends the measurement with its error.
func TestMeasureErr(t *testing.T) {
	want := errors.New("no ink")
	if _, err := measure.Measure(func(io.Writer) error { return want }, time.Millisecond); !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

// Each subject is measured once a round, and what it writes is told for it.
func TestCompare(t *testing.T) {
	write := func(n int) measure.Draw {
		return func(w io.Writer) error {
			_, err := w.Write(make([]byte, n))
			return err
		}
	}
	costs, err := measure.Compare(t.Context(), []measure.Subject{{Name: "one", Draw: write(1)}, {Name: "two", Draw: write(2)}},
		measure.Plan{Rounds: 3, Period: time.Microsecond})
	if err != nil {
		t.Fatal(err)
	}
	if len(costs) != 2 || len(costs[0]) != 3 || len(costs[1]) != 3 {
		t.Fatalf("got %v, want three costs for each of two", costs)
	}
	for round := range 3 {
		if one, two := costs[0][round].Bytes, costs[1][round].Bytes; one != 1 || two != 2 {
			t.Errorf("round %d: got %v and %v bytes, want 1 and 2", round, one, two)
		}
	}
}

// A comparison that is stopped says in which round.
func TestCompareErrStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	draw := func(io.Writer) error {
		stop()
		return nil
	}
	_, err := measure.Compare(ctx, []measure.Subject{{Name: "one", Draw: draw}}, measure.Plan{Rounds: 3, Period: time.Microsecond})
	if !errors.Is(err, context.Canceled) || err.Error() != "stopped in round 2 of 3: context canceled" {
		t.Errorf("got error %v, want one of round 2", err)
	}
}

// Each round compares as many goroutines as cores with one.
func TestScale(t *testing.T) {
	var calls atomic.Int64
	draw := func(io.Writer) error {
		calls.Add(1)
		return nil
	}
	ratios, err := measure.Scale(t.Context(), draw, 2, measure.Plan{Rounds: 2, Period: time.Microsecond})
	if err != nil {
		t.Fatal(err)
	}
	if len(ratios) != 2 || ratios[0] <= 0 || ratios[1] <= 0 {
		t.Errorf("got ratios %v, want two above zero", ratios)
	}
	if calls.Load() < 6 {
		t.Errorf("got %d calls, want one at least from each of three goroutines in each of two rounds", calls.Load())
	}
}

// The machine has been busy at least as long as this process.
func TestMachine(t *testing.T) {
	own := now(t)
	machine, ok := measure.Machine()
	if !ok {
		t.Skip("this machine does not tell")
	}
	if machine < own {
		t.Errorf("the machine was busy for %v, this process alone for %v", machine, own)
	}
}
