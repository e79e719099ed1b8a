package captcha

import (
	_ "embed" // for the samples
	"errors"
)

// sampleRate is that of a telephone, in samples a second: people are used to
// codes told over one, and eight characters fit in 40 kB at a pace to follow.
const sampleRate = 8000

// The bounds of a clip, in samples.
const (
	minClip = 400
	maxClip = 3900
)

// spokenCharacters is the number of clips that every voice has: 0-9, then A-Z.
const spokenCharacters = 10 + 26

// The samples stay where the program is loaded, outside the heap.
var (
	//go:embed voices/zh.adpcm
	zhVoices string
	//go:embed voices/en.adpcm
	enVoices string
)

// tongue has the voices that speak it.
type tongue struct {
	tag    string // BCP 47, primary part only
	voices []voice
}

// voice is a set of clips, one for each character.
type voice struct {
	clips [spokenCharacters]clip
}

// clip is one character as said by one voice.
type clip struct {
	codes  string // ADPCM, two samples a byte
	length int    // in samples
}

// spokenIndex returns a character's place among a voice's clips, or -1 if it
// has none.
func spokenIndex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'Z':
		return int(c-'A') + 10
	default:
		return -1
	}
}

// loadVoices finds the clips of all languages.
func loadVoices() ([]tongue, error) {
	languages := []tongue{{tag: "zh"}, {tag: "en"}}
	for i, samples := range []string{zhVoices, enVoices} {
		voices, err := parseVoices(samples)
		if err != nil {
			return nil, err
		}
		languages[i].voices = voices
	}
	return languages, nil
}

// parseVoices reads the layout that voices/README.md describes.
func parseVoices(samples string) ([]voice, error) {
	errDamaged := errors.New("load voices: samples are damaged")
	if samples == "" || samples[0] == 0 {
		return nil, errDamaged
	}
	voices := make([]voice, samples[0])
	lengths := samples[1:]
	table := len(voices) * spokenCharacters * 2
	if len(lengths) < table {
		return nil, errDamaged
	}
	codes := lengths[table:]
	for v := range voices {
		for c := range voices[v].clips {
			n := int(lengths[0]) | int(lengths[1])<<8
			size := (n + 1) / 2
			if n < minClip || n > maxClip || size > len(codes) {
				return nil, errDamaged
			}
			voices[v].clips[c] = clip{codes[:size], n}
			lengths, codes = lengths[2:], codes[size:]
		}
	}
	if codes != "" {
		return nil, errDamaged
	}
	return voices, nil
}
