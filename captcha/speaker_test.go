package captcha_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/captcha"
)

const spokenCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

func newSpeaker(tb testing.TB) *captcha.Speaker {
	tb.Helper()
	speaker, err := captcha.NewSpeaker()
	if err != nil {
		tb.Fatal(err)
	}
	return speaker
}

// speech returns a recording made with a seeded source.
func speech(tb testing.TB, s *captcha.Speaker, answer, lang string, seed uint64) []byte {
	tb.Helper()
	clip, err := s.Speak(answer, lang, rand.NewPCG(seed, 0))
	if err != nil {
		tb.Fatalf("Speak(%q, %q) = %v", answer, lang, err)
	}
	return clip
}

// There are Mandarin and English.
func TestLanguages(t *testing.T) {
	if diff := cmp.Diff([]string{"zh", "en"}, newSpeaker(t).Languages()); diff != "" {
		t.Errorf("Languages() differ (-want +got):\n%s", diff)
	}
}

// Every answer of every length is a WAV within bounds, loud enough, hardly
// clipped, and takes the time that a person needs: a third of a second a
// character at least.
func TestSpeak(t *testing.T) {
	speaker := newSpeaker(t)
	rng := rand.New(rand.NewPCG(1, 1))
	for _, lang := range speaker.Languages() {
		for length := 1; length <= 8; length++ {
			t.Run(fmt.Sprintf("%s/%d", lang, length), func(t *testing.T) {
				for seed := range uint64(12) {
					answer := make([]byte, length)
					for i := range answer {
						answer[i] = spokenCharacters[rng.IntN(len(spokenCharacters))]
					}
					checkSpeech(t, string(answer), speech(t, speaker, string(answer), lang, seed))
				}
			})
		}
	}
}

// Every character is spoken in every language, alone and eight times in a row,
// which is the longest that a recording can get.
func TestSpeakEveryCharacter(t *testing.T) {
	speaker := newSpeaker(t)
	for _, lang := range speaker.Languages() {
		for _, c := range spokenCharacters {
			for seed := range uint64(2) {
				for _, answer := range []string{string(c), strings.Repeat(string(c), 6), strings.Repeat(string(c), 8)} {
					checkSpeech(t, answer, speech(t, speaker, answer, lang, seed))
				}
			}
		}
	}
}

// checkSpeech checks what holds for every recording.
func checkSpeech(t *testing.T, answer string, clip []byte) {
	t.Helper()
	if len(clip) > captcha.MaxSpeechBytes {
		t.Errorf("%s: %d bytes, want at most %d", answer, len(clip), captcha.MaxSpeechBytes)
	}
	wave, err := parseWAV(clip)
	if err != nil {
		t.Fatalf("%s: %v", answer, err)
	}
	if least := wave.rate/4 + len(answer)*wave.rate/3; len(wave.samples) < least && len(answer) > 1 {
		t.Errorf("%s: %d samples, want at least %d", answer, len(wave.samples), least)
	}
	if l := loudness(wave.samples); l < 0.06 || l > 0.3 {
		t.Errorf("%s: loudness %.3f of full scale, want 0.06 to 0.3", answer, l)
	}
	clipped := 0
	for _, sample := range wave.samples {
		if sample <= -1 || sample >= 127./128 {
			clipped++
		}
	}
	if clipped > len(wave.samples)/1000 {
		t.Errorf("%s: %d of %d samples are clipped, want at most one in a thousand", answer, clipped, len(wave.samples))
	}
}

// The primary part of a language tag decides, in any case.
func TestSpeakLanguage(t *testing.T) {
	speaker := newSpeaker(t)
	for lang, same := range map[string]string{
		"zh-CN": "zh", "ZH": "zh", "zh-Hant-TW": "zh", "en-US": "en", "En-gb-oxendict": "en",
	} {
		t.Run(lang, func(t *testing.T) {
			if !bytes.Equal(speech(t, speaker, "7K2", lang, 1), speech(t, speaker, "7K2", same, 1)) {
				t.Errorf("%s differs from %s", lang, same)
			}
		})
	}
	for _, lang := range []string{"", "de", "zhx", "z", "-", "-en", "english", "zh_CN", "中文", "cmn", " en"} {
		t.Run("ErrLanguage/"+lang, func(t *testing.T) {
			clip, err := speaker.Speak("7K2", lang, rand.NewPCG(1, 0))
			if !errors.Is(err, captcha.ErrLanguage) || clip != nil {
				t.Errorf("Speak in %q = %d bytes, %v, want ErrLanguage", lang, len(clip), err)
			}
		})
	}
}

// What cannot be spoken is refused, and neither the error nor its length tells
// what it was.
func TestSpeakUnspeakable(t *testing.T) {
	speaker := newSpeaker(t)
	for _, answer := range []string{
		"", "ABCDEFGHJ", strings.Repeat("A", 1<<16), "a", "7k2", "A B", "A-", "3+5", "Ä", "五", "\x00", "A\xff", "/", ":", "@", "[",
	} {
		clip, err := speaker.Speak(answer, "en", rand.NewPCG(1, 0))
		if !errors.Is(err, captcha.ErrUnspeakable) || clip != nil {
			t.Errorf("Speak(%.9q) = %d bytes, %v, want ErrUnspeakable", answer, len(clip), err)
		}
		if err != nil && err.Error() != captcha.ErrUnspeakable.Error() {
			t.Errorf("Speak(%.9q) says %q, want the same for every answer", answer, err)
		}
	}
}

// Many recordings at a time are as good as one after the other.
func TestSpeakConcurrently(t *testing.T) {
	speaker := newSpeaker(t)
	var group sync.WaitGroup
	for seed := range uint64(4) {
		want := speech(t, speaker, "W7X3", "zh", seed)
		group.Go(func() {
			for range 8 {
				clip, err := speaker.Speak("W7X3", "zh", rand.NewPCG(seed, 0))
				if err != nil || !bytes.Equal(clip, want) {
					t.Errorf("seed %d: another recording than alone, error %v", seed, err)
				}
			}
		})
	}
	group.Wait()
}

// A recording costs one allocation, which is the recording.
func TestSpeakAllocations(t *testing.T) {
	speaker := newSpeaker(t)
	src := rand.NewPCG(1, 0)
	got := testing.AllocsPerRun(50, func() {
		if _, err := speaker.Speak("7K2RA", "zh", src); err != nil {
			t.Fatal(err)
		}
	})
	if got > 1 {
		t.Errorf("Speak allocates %v times, want 1", got)
	}
}
