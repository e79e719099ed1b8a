package captcha_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// Whatever is asked for, there is either one of two errors or a good recording.
func FuzzSpeak(f *testing.F) {
	f.Add("7K2RA", "zh-CN", uint64(1))
	f.Add("WWWWWWWW", "en", uint64(2))
	f.Add("", "en", uint64(3))
	f.Add("a\x80", "xx", uint64(4))
	speaker := newSpeaker(f)
	f.Fuzz(func(t *testing.T, answer, lang string, seed uint64) {
		clip, err := speaker.Speak(answer, lang, rand.NewPCG(seed, seed))
		switch {
		case err == nil:
			if answer == "" || len(answer) > 8 || strings.Trim(answer, spokenCharacters) != "" {
				t.Errorf("Speak(%q) gives a recording, want ErrUnspeakable", answer)
			}
			checkSpeech(t, answer, clip)
		case errors.Is(err, captcha.ErrLanguage):
			if lang == "zh" || lang == "en" {
				t.Errorf("Speak in %q = %v", lang, err)
			}
		case errors.Is(err, captcha.ErrUnspeakable):
			if len(answer) > 0 && len(answer) <= 8 && strings.Trim(answer, spokenCharacters) == "" {
				t.Errorf("Speak(%q) = %v", answer, err)
			}
		default:
			t.Errorf("Speak(%q, %q) = %v, want a known error", answer, lang, err)
		}
	})
}
