package captcha

import (
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
)

// SpeechMediaType is the media type of what [Speaker.Speak] returns, for a
// Content-Type header.
const SpeechMediaType = "audio/wav"

// MaxSpeechBytes is the size that no spoken answer exceeds.
const MaxSpeechBytes = 40_000

// maxSpoken is the number of characters of the longest answer that is spoken.
const maxSpoken = 8

var (
	// ErrLanguage means that a Speaker does not speak the language asked for.
	ErrLanguage = errors.New("language is not spoken here")
	// ErrUnspeakable means that an answer is empty, longer than eight
	// characters or has one that is neither a capital letter A-Z nor a digit.
	// It does not say which, since answers are secrets.
	ErrUnspeakable = errors.New("answer cannot be spoken")
)

// Speaker speaks answers, for those who cannot see or read a picture. It is
// safe for concurrent use; one serves a whole program.
//
// Each rendering is another one: every character is said by a voice drawn at
// random, at a pace and pitch that drift, after a pause of its own, over a low
// babble of reversed speech and noise. That keeps a script from comparing clips
// with known ones, and no more: a speech recogniser understands what people
// understand. Let a challenge be spoken a few times only, and count a spoken
// one against the same limits as a drawn one.
type Speaker struct {
	languages []tongue
	adpcm     adpcm
	resampler resampler
	booths    sync.Pool // of *booth
}

// NewSpeaker returns a Speaker with all its voices, which are part of the
// program. It fails only if they were damaged when the program was built.
func NewSpeaker() (*Speaker, error) {
	languages, err := loadVoices()
	if err != nil {
		return nil, err
	}
	s := &Speaker{languages: languages}
	s.adpcm.fill()
	s.resampler.fill()
	s.booths.New = func() any { return new(booth) }
	return s, nil
}

// Languages returns the BCP 47 primary tags of the languages that
// [Speaker.Speak] knows.
func (s *Speaker) Languages() []string {
	tags := make([]string, len(s.languages))
	for i, l := range s.languages {
		tags[i] = l.tag
	}
	return tags
}

// Speak returns a recording of the answer, character by character, as a WAV
// file of at most [MaxSpeechBytes], about three seconds and 25 kB for five
// characters. The answer has one to eight capital letters and digits, or the
// error is [ErrUnspeakable].
//
// The language is a BCP 47 tag in any case, of which the primary part decides:
// "zh", "zh-CN" and "ZH-hant" are one. If it is not among [Speaker.Languages]
// the error is [ErrLanguage].
//
// All chance comes from src, which must not be nil: the same answer, language
// and state of the source give the same bytes. Give a fresh source for each
// rendering, for example a ChaCha8 seeded with 32 bytes of crypto/rand.
func (s *Speaker) Speak(answer, lang string, src rand.Source) ([]byte, error) {
	voices := s.voices(lang)
	if voices == nil {
		return nil, ErrLanguage
	}
	if !s.Speaks(answer) {
		return nil, ErrUnspeakable
	}
	var score score
	luck := luck{src}
	for i := range len(answer) {
		score.add(voices[luck.below(len(voices))].clips[spokenIndex(answer[i])], luck)
	}
	score.arrange(luck)

	b := s.booths.Get().(*booth)
	defer s.booths.Put(b)
	track := b.track[:score.length]
	s.murmur(b, track, voices, luck)
	for i := range score.notes[:score.count] {
		s.say(b, track, &score.notes[i])
	}
	return encodeWAV(track), nil
}

// Speaks reports whether [Speaker.Speak] speaks an answer: one to eight capital
// letters and digits.
func (s *Speaker) Speaks(answer string) bool {
	for i := range len(answer) {
		if spokenIndex(answer[i]) < 0 {
			return false
		}
	}
	return answer != "" && len(answer) <= maxSpoken
}

// voices returns those that speak a language, nil if there is none.
func (s *Speaker) voices(lang string) []voice {
	primary, _, _ := strings.Cut(lang, "-")
	for i := range s.languages {
		if strings.EqualFold(primary, s.languages[i].tag) {
			return s.languages[i].voices
		}
	}
	return nil
}

// booth is where one recording is made, kept for the next.
type booth struct {
	track    [maxTrack]int16 // the recording, at half of full scale, so that sums have room
	clip     [clipMargin + maxClip + clipMargin]int32
	material [materialLength + maxClip]int32 // for the background, and room for the end of its last clip
}
