package captcha

import "math"

// Speech is resampled to change its pace. Straight lines between samples would
// swallow the hiss near 4 kHz that tells S from F, so each new sample is a sum
// over six old ones, weighted by a windowed sinc.
const (
	resampleTaps   = 6
	resampleBits   = 7
	resamplePhases = 1 << resampleBits
	clipMargin     = resampleTaps // silence at both ends of a clip
	weightBits     = 14           // bits after the point of a weight
)

// resampler has the weights for each place between two samples.
type resampler [resamplePhases][resampleTaps]int32

func (k *resampler) fill() {
	for p := range k {
		var weights [resampleTaps]float64
		sum := 0.0
		for t := range weights {
			x := float64(t-resampleTaps/2+1) - float64(p)/resamplePhases
			window := 0.6 + 0.4*math.Cos(2*math.Pi*x/(resampleTaps+1))
			weights[t] = window * sinc(x)
			sum += weights[t]
		}
		for t, w := range weights {
			k[p][t] = int32(math.Round(w / sum * (1 << weightBits)))
		}
	}
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// say adds one character to the track.
func (s *Speaker) say(b *booth, track []int16, n *note) {
	clear(b.clip[:clipMargin])
	s.adpcm.decode(b.clip[clipMargin:], n.clip)
	clear(b.clip[clipMargin+n.clip.length:][:clipMargin])

	out := track[n.start:][:n.length]
	pace := uint64(n.pace-n.drift) << 16                            //nolint:gosec // about one
	bend := uint64(int64(n.drift) << 17 / int64(n.length))          //nolint:gosec // wraps around if negative
	s.resampler.resample(out, &b.clip, pace, bend, int32(n.volume)) //nolint:gosec // at most one
}

// resample adds to out what is heard of the clip at this pace, which rises by
// bend with each sample. Both have 32 bits after the point, the volume has 16.
func (k *resampler) resample(out []int16, clip *[clipMargin + maxClip + clipMargin]int32, pace, bend uint64, volume int32) {
	at := uint64(clipMargin-resampleTaps/2+1) << 32
	for i := range out {
		old := (*[resampleTaps]int32)(clip[at>>32:])
		w := &k[at>>(32-resampleBits)%resamplePhases]
		sum := w[0]*old[0] + w[1]*old[1] + w[2]*old[2] + w[3]*old[3] + w[4]*old[4] + w[5]*old[5]
		// Half of full scale first, so that the product fits.
		out[i] += int16(sum >> (weightBits + 1) * volume >> 16) //nolint:gosec // half of full scale
		at += pace
		pace += bend
	}
}
