package route

import (
	"math"
	"math/rand/v2"
)

// beta draws from the beta distribution: with a-1 good and b-1 bad known, it is what the rate may be. Neither a nor b is
// less than 1.
func beta(random *rand.Rand, a, b float64) float64 {
	x, y := gamma(random, a), gamma(random, b)
	return x / (x + y)
}

// gamma draws from the gamma distribution of a shape of at least 1: G. Marsaglia and W. W. Tsang, "A Simple Method for
// Generating Gamma Variables", ACM TOMS 26 (2000). It takes little more than one round.
func gamma(random *rand.Rand, shape float64) float64 {
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := random.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if u := 1 - random.Float64(); math.Log(u) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}
