package captcha_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// waveform is what a player makes of a recording.
type waveform struct {
	rate    int
	samples []float64 // from -1 to 1
}

// parseWAV reads a recording as strictly as the strictest player.
func parseWAV(b []byte) (waveform, error) {
	var w waveform
	if len(b) < 44 || string(b[:4]) != "RIFF" || string(b[8:16]) != "WAVEfmt " || string(b[36:40]) != "data" {
		return w, errors.New("no header of a WAV")
	}
	le := binary.LittleEndian
	for _, field := range []struct {
		name      string
		got, want uint32
	}{
		{"size", le.Uint32(b[4:]), uint32(len(b) - 8)},
		{"size of format", le.Uint32(b[16:]), 16},
		{"format, 1 for PCM", uint32(le.Uint16(b[20:])), 1},
		{"channels", uint32(le.Uint16(b[22:])), 1},
		{"samples a second", le.Uint32(b[24:]), 8000},
		{"bytes a second", le.Uint32(b[28:]), 8000},
		{"bytes a moment", uint32(le.Uint16(b[32:])), 1},
		{"bits a sample", uint32(le.Uint16(b[34:])), 8},
		{"size of data", le.Uint32(b[40:]), uint32(len(b) - 44)},
		{"odd bytes", uint32(len(b) % 2), 0},
	} {
		if field.got != field.want {
			return w, fmt.Errorf("header has %d for %s, want %d", field.got, field.name, field.want)
		}
	}
	w.rate = 8000
	for _, sample := range b[44:] {
		w.samples = append(w.samples, (float64(sample)-128)/128)
	}
	return w, nil
}

// loudness returns the root of the mean square.
func loudness(samples []float64) float64 {
	sum := 0.0
	for _, s := range samples {
		sum += s * s
	}
	return math.Sqrt(sum / float64(len(samples)))
}

// likeness returns how well two waveforms match where they match best: the
// highest correlation, of either sign, over all shifts of one against the other.
// It is 1 for the same waveform, however late it starts and loud it is.
func likeness(a, b []float64) float64 {
	n := 1
	for n < len(a)+len(b) {
		n *= 2
	}
	fa, fb := make([]complex128, n), make([]complex128, n)
	for i, s := range a {
		fa[i] = complex(s, 0)
	}
	for i, s := range b {
		fb[len(b)-1-i] = complex(s, 0)
	}
	fourier(fa)
	fourier(fb)
	for i := range fa {
		fa[i] *= fb[i]
	}
	fourier(fa) // The reverse transform, but for the order.
	best := 0.0
	for _, c := range fa {
		best = max(best, math.Abs(real(c)))
	}
	return best / float64(n) / (loudness(a) * loudness(b) * math.Sqrt(float64(len(a)*len(b))))
}

// fourier transforms x in place; its length is a power of two.
func fourier(x []complex128) {
	n := len(x)
	if n == 1 {
		return
	}
	half := make([]complex128, n)
	even, odd := half[:n/2], half[n/2:]
	for i := range even {
		even[i], odd[i] = x[2*i], x[2*i+1]
	}
	fourier(even)
	fourier(odd)
	for i := range even {
		sin, cos := math.Sincos(-2 * math.Pi * float64(i) / float64(n))
		turned := complex(cos, sin) * odd[i]
		x[i], x[i+n/2] = even[i]+turned, even[i]-turned
	}
}
