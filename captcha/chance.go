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

// sin returns the sine of x, in radians from -1000 to 1000, within a thousandth:
// a parabola over each half turn, and a correction.
func sin(x float32) float32 {
	const whole = 256 // turns, so that rounding down is cutting off
	turns := x*(1/(2*pi)) + whole + 0.5
	turns -= float32(int(turns)) + 0.5
	part := abs(turns)
	y := 8 * part * (1 - 2*part)
	return float32(math.Copysign(float64(y*(0.775+0.225*y)), float64(turns)))
}

func cos(x float32) float32 { return sin(x + pi/2) }

func abs(x float32) float32 {
	return math.Float32frombits(math.Float32bits(x) &^ (1 << 31))
}
