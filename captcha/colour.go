package captcha

import (
	"errors"
	"fmt"
	"image/color"
	"math"
)

func checkColours(ink, paper color.RGBA) error {
	if ink.A != 0xff || paper.A != 0xff {
		return errors.New("ink and paper must be opaque: set A to 255")
	}
	if c := contrast(ink, paper); c < minContrast {
		return fmt.Errorf("contrast of ink and paper is %.2f:1, at least %.1f:1 is needed: make one darker or the other lighter", c, minContrast)
	}
	return nil
}

// contrast returns the contrast ratio of two colours as WCAG 2 defines it, from
// 1 to 21.
func contrast(a, b color.RGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.RGBA) float64 {
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// linear undoes the transfer function of sRGB.
func linear(c uint8) float64 {
	v := float64(c) / 0xff
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

// levels is the number of steps from paper to ink. Four make edges smooth on the
// dense screens that pictures are shown on at half their size, and fit two bits.
const (
	levels        = 4
	levelBits     = 2
	pixelsPerByte = 8 / levelBits
)

// blend returns the colours from paper to ink in even steps.
func blend(paper, ink color.RGBA) [levels]color.RGBA {
	var p [levels]color.RGBA
	for i := range p {
		mix := func(from, to uint8) uint8 {
			return uint8((int(from)*(levels-1-i) + int(to)*i + (levels-1)/2) / (levels - 1)) //nolint:gosec // between from and to
		}
		p[i] = color.RGBA{R: mix(paper.R, ink.R), G: mix(paper.G, ink.G), B: mix(paper.B, ink.B), A: 0xff}
	}
	return p
}
