package captcha

import (
	"bytes"
	"testing"
)

// Damaged samples are refused, whatever is wrong with them, so that a bad build
// does not start.
func TestParseVoices(t *testing.T) {
	// One voice whose clips have 401 samples each.
	good := append([]byte{1}, bytes.Repeat([]byte{401 & 0xff, 401 >> 8}, spokenCharacters)...)
	good = append(good, make([]byte, 201*spokenCharacters)...)
	t.Run("OK", func(t *testing.T) {
		if voices, err := parseVoices(string(good)); err != nil || len(voices) != 1 {
			t.Errorf("parseVoices = %d voices, %v, want 1", len(voices), err)
		}
	})
	change := func(at int, b byte) string {
		bad := bytes.Clone(good)
		bad[at] = b
		return string(bad)
	}
	for name, bad := range map[string]string{
		"Empty":         "",
		"NoVoice":       change(0, 0),
		"MoreVoices":    change(0, 2),
		"ShortTable":    string(good[:20]),
		"ShortSamples":  string(good[:len(good)-1]),
		"Rest":          string(good) + "x",
		"FewSamples":    change(2, 0),
		"ManySamples":   change(1, 403&0xff),
		"TooLargeAClip": change(2, 0xff),
	} {
		t.Run(name, func(t *testing.T) {
			if voices, err := parseVoices(bad); err == nil {
				t.Errorf("parseVoices = %d voices, want an error", len(voices))
			}
		})
	}
}

// At least three voices speak each language, and their samples are small.
func TestVoices(t *testing.T) {
	languages, err := loadVoices()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range languages {
		if len(l.voices) < 3 {
			t.Errorf("%d voices speak %s, want at least 3", len(l.voices), l.tag)
		}
	}
	if size := len(zhVoices) + len(enVoices); size > 400_000 {
		t.Errorf("samples take %d bytes, want at most 400000", size)
	}
}
