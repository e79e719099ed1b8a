package captcha_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// All chance comes from the source.
func TestSpeakSource(t *testing.T) {
	speaker := newSpeaker(t)
	for _, lang := range speaker.Languages() {
		if !bytes.Equal(speech(t, speaker, "7K2RA", lang, 1), speech(t, speaker, "7K2RA", lang, 1)) {
			t.Errorf("%s: same source, another recording", lang)
		}
		if bytes.Equal(speech(t, speaker, "7K2RA", lang, 1), speech(t, speaker, "7K2RA", lang, 2)) {
			t.Errorf("%s: another source, same recording", lang)
		}
	}
}

// stuckSource is a broken source.
type stuckSource uint64

func (c stuckSource) Uint64() uint64 { return uint64(c) }

// A broken source gives a poor recording, but it gives one.
func TestSpeakBrokenSource(t *testing.T) {
	speaker := newSpeaker(t)
	for _, src := range []rand.Source{stuckSource(0), stuckSource(math.MaxUint64)} {
		for _, lang := range speaker.Languages() {
			clip, err := speaker.Speak("WWWWWWWW", lang, src)
			if err != nil {
				t.Fatal(err)
			}
			checkSpeech(t, "WWWWWWWW", clip)
		}
	}
}

// Two recordings of one answer never match, however they are shifted, not even
// those of one character. A recording matches itself, so the measure works.
func TestSpeakNeverAlike(t *testing.T) {
	const seeds = 4
	speaker := newSpeaker(t)
	for _, test := range []struct {
		answer string
		most   float64
	}{{"7K2RA", 0.3}, {"M", 0.7}} {
		for _, lang := range speaker.Languages() {
			var waves [seeds][]float64
			for seed := range waves {
				waves[seed] = samplesOf(t, speech(t, speaker, test.answer, lang, uint64(seed)))
			}
			if l := likeness(waves[0], waves[0][100:]); l < 0.98 {
				t.Fatalf("likeness of a recording with itself is %.2f, want 1", l)
			}
			worst := 0.0
			for i, a := range waves {
				for _, b := range waves[:i] {
					worst = max(worst, likeness(a, b))
				}
			}
			t.Logf("%s in %s: %.2f", test.answer, lang, worst)
			if worst > test.most {
				t.Errorf("%s in %s: likeness of two recordings is %.2f, want at most %.2f", test.answer, lang, worst, test.most)
			}
		}
	}
}

// The background differs too, and is there from the beginning: the lead-in,
// before anything is said, is neither silent nor the same.
func TestSpeakBackground(t *testing.T) {
	const seeds, lead = 8, 1000
	speaker := newSpeaker(t)
	var leads [seeds][]float64
	for seed := range leads {
		leads[seed] = samplesOf(t, speech(t, speaker, "7K2RA", "en", uint64(seed)))[:lead]
		if l := loudness(leads[seed]); l < 0.004 {
			t.Errorf("seed %d: loudness of the background is %.4f, want at least 0.004", seed, l)
		}
	}
	worst := 0.0
	for i, a := range leads {
		for _, b := range leads[:i] {
			worst = max(worst, likeness(a, b))
		}
	}
	t.Logf("%.2f", worst)
	if worst > 0.7 {
		t.Errorf("likeness of two backgrounds is %.2f, want at most 0.7", worst)
	}
}

// Speech is at least 12 dB above the background: what is heard while somebody
// speaks against the lead-in and the tail.
func TestSpeakIsAboveBackground(t *testing.T) {
	const lead, tail = 1200, 800
	speaker := newSpeaker(t)
	for _, lang := range speaker.Languages() {
		lowest, sum := math.Inf(1), 0.0
		const seeds = 60
		for seed := range uint64(seeds) {
			samples := samplesOf(t, speech(t, speaker, "7K2RA", lang, seed))
			background := loudness(append(samples[160:lead:lead], samples[len(samples)-tail:len(samples)-160]...))
			ratio := 20 * math.Log10(spoken(samples)/background)
			lowest = min(lowest, ratio)
			sum += ratio
		}
		t.Logf("%s: lowest %.1f dB, mean %.1f dB", lang, lowest, sum/seeds)
		if lowest < 12 {
			t.Errorf("%s: speech is above the background by %.1f dB, want at least 12", lang, lowest)
		}
	}
}

// spoken returns the loudness of the moments in which somebody speaks: those of
// 20 ms that are less than 15 dB below the loudest.
func spoken(samples []float64) float64 {
	var moments []float64
	for ; len(samples) >= 160; samples = samples[160:] {
		moments = append(moments, loudness(samples[:160]))
	}
	loudest := slices.Max(moments)
	moments = slices.DeleteFunc(moments, func(m float64) bool { return m < loudest*0.178 })
	return loudness(moments)
}

func samplesOf(tb testing.TB, clip []byte) []float64 {
	tb.Helper()
	wave, err := parseWAV(clip)
	if err != nil {
		tb.Fatal(err)
	}
	return wave.samples
}
