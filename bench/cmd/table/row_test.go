package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/bench/measure"
)

// figures are three rounds of ours and of two rivals, the second of which is
// quicker in one round only.
func figures() []row {
	costs := func(bytes, allocs float64, microseconds ...int) []measure.Cost {
		all := make([]measure.Cost, 0, len(microseconds))
		for _, n := range microseconds {
			all = append(all, measure.Cost{CPU: time.Duration(n) * time.Microsecond, Bytes: bytes, Allocs: allocs})
		}
		return all
	}
	us := costs(1500.4, 1, 50, 60, 40)
	return []row{
		{name: "**ours**", format: "png", ours: true, rounds: us, against: us},
		{name: "slow v1.2.3", format: "png", rounds: costs(12345.6, 1234567, 2000, 2400, 800), against: us},
		{name: "quick v4.5.6", format: "jpeg", rounds: costs(999, 20, 1000, 1080, 900), against: us},
	}
}

// Ours comes first, the others by CPU time; each figure is a median, each ratio
// the median of the ratios of the rounds.
func TestFormat(t *testing.T) {
	want := `| generator | format | CPU | bytes | allocations | CPU : ours |
|---|---|---|---|---|---|
| **ours** | PNG | 50.0 µs ± 10 % | 1 500 | 1 | 1.0 |
| quick v4.5.6 | JPEG | 1 000 µs ± 4 % | 999 | 20 | 20.0 |
| slow v1.2.3 | PNG | 2 000 µs ± 20 % | 12 346 | 1 234 567 | 40.0 |
`
	if diff := cmp.Diff(want, format(figures())); diff != "" {
		t.Error(diff)
	}
}

// The quickest rival is found anew in each round: 20, 18 and 20 times.
func TestVerdict(t *testing.T) {
	want := "The quickest rival takes 20.0 times the CPU time of ours (18.0 to 20.0 over the rounds).\n"
	if diff := cmp.Diff(want, verdict(figures())); diff != "" {
		t.Error(diff)
	}
}

// Thousands stand apart.
func TestNumber(t *testing.T) {
	for want, value := range map[string]float64{
		"0.0": 0, "7.3": 7.26, "999.0": 999, "1 000.0": 1000, "12 345.7": 12345.67, "1 234 567.0": 1234567,
	} {
		if got := number(value, 1); got != want {
			t.Errorf("number(%v, 1) = %s, want %s", value, got, want)
		}
	}
}
