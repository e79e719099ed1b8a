package captcha

import "math/rand/v2"

// What may vary from one rendering to the next. Times are in samples.
const (
	minLead, maxLead   = sampleRate * 15 / 100, sampleRate * 25 / 100
	minTail, maxTail   = sampleRate * 10 / 100, sampleRate * 15 / 100
	minPause, maxPause = sampleRate * 12 / 100, sampleRate * 32 / 100
	tightPause         = sampleRate * 4 / 100 // between the characters of long answers

	// Pace and pitch go together, as on a record that turns faster or slower:
	// once for all characters, once for each, and drifting while it is said. That
	// is two semitones either way at most.
	minPace, maxPace   = 93 * unity / 100, 107 * unity / 100
	minDrift, maxDrift = -3 * unity / 100, 3 * unity / 100

	minVolume, maxVolume = 74 * unity / 100, unity
)

// unity is 1 as a fixed-point number with 16 bits after the point.
const unity = 1 << 16

// maxTrack is the number of samples in the longest recording.
const maxTrack = MaxSpeechBytes - wavHeader

// score says what is heard when.
type score struct {
	notes  [maxSpoken]note
	count  int
	length int // of the whole recording
}

// note is one character of the answer.
type note struct {
	clip   clip
	start  int // in the recording
	length int // in the recording
	pace   int // samples of the clip for one of the recording, fixed point
	drift  int // how far the pace rises from the middle to the end, fixed point
	volume int // fixed point
}

// add appends a character.
func (s *score) add(c clip, l luck) {
	s.notes[s.count] = note{
		clip:   c,
		pace:   unity + l.between(minDrift, maxDrift),
		drift:  l.between(minDrift, maxDrift),
		volume: l.between(minVolume, maxVolume),
	}
	s.count++
}

// arrange sets the pace of the whole and places the characters one after the
// other. A recording that would get too long loses the room between them first,
// then is spoken faster: eight of the longest characters in the slowest voice by
// a few per cent.
func (s *score) arrange(l luck) {
	lead, tail := l.between(minLead, maxLead), l.between(minTail, maxTail)
	notes := s.notes[:s.count]
	speech := s.hurry(l.between(minPace, maxPace))
	room := maxTrack - lead - tail - speech
	if least := tightPause * (len(notes) - 1); room < least {
		// One sample of each note is what rounding may cost.
		target := speech + room - least - len(notes)
		speech = s.hurry(speech*unity/target + 1)
		room = maxTrack - lead - tail - speech
	}
	var pauses [maxSpoken]int // before each character
	total := 0
	for i := 1; i < len(notes); i++ {
		pauses[i] = l.between(minPause, maxPause)
		total += pauses[i]
	}
	at := lead
	for i := range notes {
		if total > room {
			pauses[i] = pauses[i] * room / total
		}
		at += pauses[i]
		notes[i].start = at
		at += notes[i].length
	}
	s.length = (at + tail) &^ 1 // An odd chunk in a WAV would need a byte of padding.
}

// hurry multiplies the pace of all characters and returns how many samples they
// take together.
func (s *score) hurry(by int) int {
	speech := 0
	for i := range s.notes[:s.count] {
		n := &s.notes[i]
		n.pace = n.pace * by / unity
		n.length = n.clip.length * unity / n.pace
		speech += n.length
	}
	return speech
}

// luck draws numbers from a source. Unlike rand.Rand it never draws again to be
// fair to the last bit, so it returns whatever the source is.
type luck struct{ src rand.Source }

// below returns a number from 0 to n-1.
func (l luck) below(n int) int {
	return int(l.src.Uint64() >> 33 * uint64(n) >> 31) //nolint:gosec // small and positive
}

// between returns a number from lo to hi.
func (l luck) between(lo, hi int) int { return lo + l.below(hi-lo+1) }
