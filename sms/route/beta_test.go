package route_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/cattlegrid/cattlegrid/sms/route"
)

// Draws have the mean and the variance of the distribution.
func TestBeta(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, p := range [][2]float64{{1, 1}, {1, 20}, {20, 1}, {2.5, 3.5}, {90, 10}, {40_000, 60_000}} {
		const n = 100_000
		a, b := p[0], p[1]
		var sum, squares float64
		for range n {
			x := route.Beta(random, a, b)
			if !(x >= 0 && x <= 1) {
				t.Fatalf("beta(%v, %v) = %v", a, b, x)
			}
			sum += x
			squares += x * x
		}
		mean, variance := sum/n, squares/n-sum/n*sum/n
		wantMean, wantVariance := a/(a+b), a*b/((a+b)*(a+b)*(a+b+1))
		if d := math.Abs(mean - wantMean); d > 5*math.Sqrt(wantVariance/n) {
			t.Errorf("beta(%v, %v): mean is %v, want %v", a, b, mean, wantMean)
		}
		if r := variance / wantVariance; r < 0.95 || r > 1.05 {
			t.Errorf("beta(%v, %v): variance is %v, want %v", a, b, variance, wantVariance)
		}
	}
}
