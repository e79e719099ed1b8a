package captcha

// adpcm decodes IMA ADPCM: a code of four bits says how far the next sample is
// from the last, in steps whose size follows the codes. For every step size and
// code it has the change of the sample and, in the lower bits, the place of the
// next step size, so that a sample costs one look and one addition.
//
// Samples are not clamped to 16 bits: make.py sees to it that none needs to be.
type adpcm [1 << adpcmBits]int32

const (
	adpcmBits = 11 // 89 step sizes with 16 codes each, rounded up so that no index is out of range
	adpcmMask = 1<<adpcmBits - 1
	stepSizes = 89
)

func (a *adpcm) fill() {
	sizes := [stepSizes]int32{
		7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97,
		107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796,
		876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871,
		5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623,
		27086, 29794, 32767,
	}
	moves := [8]int{-1, -1, -1, -1, 2, 4, 6, 8}
	for s, size := range sizes {
		for code := range 16 {
			change := int32(2*(code&7)+1) * size / 8
			if code&8 != 0 {
				change = -change
			}
			next := min(max(s+moves[code&7], 0), stepSizes-1) * 16
			a[s*16+code] = change<<adpcmBits | int32(next)
		}
	}
}

// decode writes a clip's samples to the start of samples. There must be room for
// an even number of them.
func (a *adpcm) decode(samples []int32, c clip) {
	samples = samples[:2*len(c.codes)]
	last, step := int32(0), int32(0)
	for i := 0; i < len(c.codes) && 2*i+1 < len(samples); i++ {
		code := int32(c.codes[i])
		step = a[(step&adpcmMask+code&15)&adpcmMask]
		last += step >> adpcmBits
		samples[2*i] = last
		step = a[(step&adpcmMask+code>>4)&adpcmMask]
		last += step >> adpcmBits
		samples[2*i+1] = last
	}
}
