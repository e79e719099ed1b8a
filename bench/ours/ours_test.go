package ours_test

import (
	"bytes"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"testing"

	"github.com/cattlegrid/cattlegrid/bench/ours"
	"github.com/cattlegrid/cattlegrid/bench/rivals"
	"github.com/cattlegrid/cattlegrid/captcha"
)

// Ours is asked for the same as the rivals are: a picture of that size in that
// format, and an answer of that length.
func TestPicture(t *testing.T) {
	for _, want := range []captcha.Format{captcha.PNG, captcha.JPEG} {
		t.Run(want.String(), func(t *testing.T) {
			generator, err := ours.NewPicture(rivals.Size{Width: 120, Height: 40, Length: 5}, want)
			if err != nil {
				t.Fatal(err)
			}
			var picture bytes.Buffer
			answer, err := generator.Draw(&picture)
			if err != nil {
				t.Fatal(err)
			}
			config, format, err := image.DecodeConfig(&picture)
			if err != nil {
				t.Fatal(err)
			}
			if config.Width != 120 || config.Height != 40 || format != want.String() || len(answer) != 5 {
				t.Errorf("got %s of %dx%d and answer %q, want %v of 120x40 and 5 characters", format, config.Width, config.Height, answer, want)
			}
		})
	}
}
