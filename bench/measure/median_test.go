package measure_test

import (
	"slices"
	"testing"

	"github.com/cattlegrid/cattlegrid/bench/measure"
)

// The median is the middle value or the mean of the middle two; the spread is half
// of what lies between the quartiles. Neither changes the order of the values.
func TestMedian(t *testing.T) {
	for _, test := range []struct {
		values         []float64
		median, spread float64
	}{
		{nil, 0, 0},
		{[]float64{7}, 7, 0},
		{[]float64{3, 1}, 2, 0.5},
		{[]float64{9, 1, 5}, 5, 2},
		{[]float64{4, 1, 3, 2}, 2.5, 0.75},
		{[]float64{50, 10, 40, 20, 30}, 30, 10},
		{[]float64{1, 1, 1, 1, 1000}, 1, 0},
	} {
		before := slices.Clone(test.values)
		if got := measure.Median(test.values); got != test.median {
			t.Errorf("Median(%v) = %v, want %v", test.values, got, test.median)
		}
		if got := measure.Spread(test.values); got != test.spread {
			t.Errorf("Spread(%v) = %v, want %v", test.values, got, test.spread)
		}
		if !slices.Equal(test.values, before) {
			t.Errorf("%v became %v", before, test.values)
		}
	}
}
