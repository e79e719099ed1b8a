package captcha_test

import (
	"math/rand/v2"
	"testing"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// BenchmarkSpeak measures a recording of each usual length and of the longest.
// Its metric B/clip is the size of what is sent.
func BenchmarkSpeak(b *testing.B) {
	speaker, err := captcha.NewSpeaker()
	if err != nil {
		b.Fatal(err)
	}
	for _, bench := range []struct{ name, answer, lang string }{
		{"zh/5", "7K2RA", "zh"},
		{"en/5", "7K2RA", "en"},
		{"en/6", "X739HN", "en"},
		{"en/longest", "WWWWWWWW", "en"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			src := rand.NewChaCha8([32]byte{})
			size, clips := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				clip, err := speaker.Speak(bench.answer, bench.lang, src)
				if err != nil {
					b.Fatal(err)
				}
				size += len(clip)
				clips++
			}
			b.ReportMetric(float64(size)/float64(clips), "B/clip")
		})
	}
}

func BenchmarkNewSpeaker(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := captcha.NewSpeaker(); err != nil {
			b.Fatal(err)
		}
	}
}
