// The race detector allocates, and empties pools; make test runs this without it.

//go:build !race

package captcha_test

import (
	"fmt"
	"testing"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// Once its buffers have grown, a painter allocates a PNG and nothing else.
func TestPNGAllocations(t *testing.T) {
	for _, style := range []captcha.Style{
		{}, {Level: captcha.Easy}, {Level: captcha.Hard}, {Kind: captcha.Digits}, {Kind: captcha.Arithmetic}, {Kind: captcha.Chinese},
	} {
		t.Run(fmt.Sprintf("%v/%v", style.Kind, style.Level), func(t *testing.T) {
			painter, src := newPainter(t, style), source(1)
			text := question(t, painter, src).Text
			for range 100 {
				draw(t, painter, text, src, captcha.PNG)
			}
			got := testing.AllocsPerRun(200, func() {
				if _, err := painter.Draw(text, src, captcha.PNG); err != nil {
					t.Fatal(err)
				}
			})
			if got > 1 {
				t.Errorf("Draw allocates %v times, want 1", got)
			}
		})
	}
}
