package measure

import "slices"

// Median returns the middle of the values, the mean of the middle two if their
// number is even, and zero if there are none. It leaves the slice as it is.
func Median(values []float64) float64 { return quantile(values, 1, 2) }

// Spread returns half the distance between the quartiles: half of the values lie
// within about that much of the median.
func Spread(values []float64) float64 { return (quantile(values, 3, 4) - quantile(values, 1, 4)) / 2 }

// quantile returns the value that numerator of denominator parts lie below,
// between two values in proportion.
func quantile(values []float64, numerator, denominator int) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	position := (len(sorted) - 1) * numerator
	i, rest := position/denominator, position%denominator
	if rest == 0 {
		return sorted[i]
	}
	return sorted[i] + (sorted[i+1]-sorted[i])*float64(rest)/float64(denominator)
}
