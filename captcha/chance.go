package captcha

import (
	"math"
	"math/rand/v2"
)

const pi = math.Pi

// between returns a random number from lo to hi.
func between(rng *rand.Rand, lo, hi float32) float32 {
	return lo + (hi-lo)*rng.Float32()
}

// pick returns a random number from 0 to n-1. Unlike IntN it returns whatever
// the source is, and shapes can bear a bias of one in a billion.
func pick(rng *rand.Rand, n int) int {
	return int(rng.Uint64()>>33) % n
}

// side returns -1 or 1.
func side(rng *rand.Rand) float32 {
	return float32(2*pick(rng, 2) - 1)
}

func sin(x float32) float32 { return float32(math.Sin(float64(x))) }

func cos(x float32) float32 { return float32(math.Cos(float64(x))) }
