package captcha

// The background: reversed speech and noise, quiet enough that nobody has to
// strain (speech is 12 dB above both together at least), loud enough that there
// is no silence to compare or to cut at. Its noise is also the dither that makes
// 8 bits sound well.
const (
	minMurmur  = unity * 9 / 100 // volume of both layers of speech
	maxMurmur  = unity * 12 / 100
	minHiss    = unity * 8 / 1000
	maxHiss    = unity * 12 / 1000
	minDull    = 170             // of 256: noise falls off above 500 Hz
	maxDull    = 215             // of 256: above 200 Hz
	murmurFade = sampleRate / 50 // at both ends

	// materialLength is a power of two, so that a place in it wraps by a mask.
	materialLength = 1 << 13
)

// murmur fills the track with a background: the same material twice, backwards,
// from random places on and at paces that no voice has, over and over, and noise
// of a random colour, always a dull one, for it must not hide the hiss of an S.
// That needs no more than every other sample; those between are averages.
func (s *Speaker) murmur(b *booth, track []int16, voices []voice, l luck) {
	s.gather(b, voices, l)
	m1, m2 := newEcho(l), newEcho(l)
	murmur := int32(l.between(minMurmur, maxMurmur)) //nolint:gosec // small
	state := l.src.Uint64()
	dullness := int32(l.between(minDull, maxDull)) //nolint:gosec // small
	// A dull filter takes away loudness, which is given back.
	hiss := int32(l.between(minHiss, maxHiss)) * 256 / (256 - dullness) //nolint:gosec // small
	low, last := int32(0), int32(0)
	for i := 1; i < len(track); i += 2 {
		state = state*6364136223846793005 + 1442695040888963407
		white := int32(state>>32) >> 16 //nolint:gosec // the upper bits are the random ones
		low = white + (low-white)*dullness>>8
		m1.at -= m1.pace
		m2.at -= m2.pace
		layers := b.material[m1.at>>16%materialLength] + b.material[m2.at>>16%materialLength]
		sum := (low*hiss + layers*murmur) >> 17 // half of full scale; volumes have 16 bits after the point
		track[i-1] = int16((last + sum) >> 1)   //nolint:gosec // quiet
		track[i] = int16(sum)                   //nolint:gosec // quiet
		last = sum
	}
	for i := range murmurFade {
		last := len(track) - 1 - i
		track[i] = int16(int(track[i]) * i / murmurFade)       //nolint:gosec // gets smaller
		track[last] = int16(int(track[last]) * i / murmurFade) //nolint:gosec // gets smaller
	}
}

// gather fills the material with clips, whichever they are.
func (s *Speaker) gather(b *booth, voices []voice, l luck) {
	for n := 0; n < materialLength; {
		c := voices[l.below(len(voices))].clips[l.below(spokenCharacters)]
		s.adpcm.decode(b.material[n:], c)
		n += c.length
	}
}

// echo is a place in the material and how far the next one is. Both have 16
// bits after the point.
type echo struct{ at, pace uint32 }

func newEcho(l luck) echo {
	return echo{
		at:   uint32(l.below(materialLength * unity)),            //nolint:gosec // small
		pace: 2 * uint32(l.between(unity*70/100, unity*135/100)), //nolint:gosec // small
	}
}
