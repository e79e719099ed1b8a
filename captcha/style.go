package captcha

import (
	"fmt"
	"image/color"
)

// DefaultAlphabet holds the characters that answers are made of unless a
// [Style] says otherwise: those that stay themselves when they are turned, bent
// and crossed. Of look-alikes one is kept where it is seldom taken for the other
// (2 of 2 Z, A of 4 A, U of U V, 6 of 6 G) and else none (0 O C Q D, 1 I, 5 S,
// 8 B).
const DefaultAlphabet = "AEFHJKLMNPRTUWXY23679"

// The bounds of a Style.
const (
	defaultWidth, defaultHeight = 240, 80
	minWidth, maxWidth          = 64, 1024
	minHeight, maxHeight        = 24, 512
	minLength, maxLength        = 4, 8
	minAlphabet                 = 10  // fewer can be guessed
	minCell                     = 14  // pixels of width a character needs
	minContrast                 = 4.5 // WCAG 2 AA
)

// Style says how answers and pictures look. Its zero value is good: 240x80
// pixels, which a page shows smaller so that they are sharp on dense screens,
// answers of four to six characters, dark ink on light paper.
type Style struct {
	// Width and Height are in pixels, from 64x24 to 1024x512. When both are
	// zero the picture is 240x80; when one is, it follows the other at 3:1.
	Width, Height int

	// Length is the number of characters in an answer, from 4 to 8. Zero lets
	// each answer have 4, 5 or 6. Each character needs 14 pixels of width.
	Length int

	// Alphabet holds the characters of answers, each once: at least ten of
	// A-Z and 0-9. Empty means [DefaultAlphabet].
	Alphabet string

	// Ink and Paper are opaque colours with a contrast of at least 4.5:1; the
	// zero value means dark slate on near-white. A dark page may swap them.
	Ink, Paper color.RGBA
}

// filled returns the style with its defaults in place, or an error that says
// which field is wrong and what would be right.
func (s Style) filled() (Style, error) {
	switch {
	case s.Width == 0 && s.Height == 0:
		s.Width, s.Height = defaultWidth, defaultHeight
	case s.Width == 0 && s.Height > 0 && s.Height <= maxHeight:
		s.Width = min(3*s.Height, maxWidth)
	case s.Height == 0 && s.Width > 0 && s.Width <= maxWidth:
		s.Height = max(s.Width/3, minHeight)
	}
	if s.Alphabet == "" {
		s.Alphabet = DefaultAlphabet
	}
	if s.Ink == (color.RGBA{}) {
		s.Ink = color.RGBA{R: 0x1f, G: 0x2a, B: 0x3d, A: 0xff}
	}
	if s.Paper == (color.RGBA{}) {
		s.Paper = color.RGBA{R: 0xf5, G: 0xf6, B: 0xf8, A: 0xff}
	}
	return s, s.check()
}

func (s Style) check() error {
	if s.Width < minWidth || s.Width > maxWidth {
		return fmt.Errorf("width %d is not between %d and %d pixels, for example %d", s.Width, minWidth, maxWidth, defaultWidth)
	}
	if s.Height < minHeight || s.Height > maxHeight {
		return fmt.Errorf("height %d is not between %d and %d pixels, for example %d", s.Height, minHeight, maxHeight, defaultHeight)
	}
	if s.Length != 0 && (s.Length < minLength || s.Length > maxLength) {
		return fmt.Errorf("length %d is neither 0 nor between %d and %d characters", s.Length, minLength, maxLength)
	}
	if _, longest := s.lengths(); s.Width < longest*minCell {
		return fmt.Errorf("width %d is too narrow for %d characters, which need at least %d pixels", s.Width, longest, longest*minCell)
	}
	if err := checkAlphabet(s.Alphabet); err != nil {
		return err
	}
	return checkColours(s.Ink, s.Paper)
}

// lengths returns the bounds of an answer's length.
func (s Style) lengths() (shortest, longest int) {
	if s.Length == 0 {
		return 4, 6
	}
	return s.Length, s.Length
}

func checkAlphabet(alphabet string) error {
	seen := map[rune]bool{}
	for _, r := range alphabet {
		switch {
		case glyphIndex(r) < 0:
			return fmt.Errorf("alphabet has %q, which the fonts cannot draw: use A-Z and 0-9", r)
		case seen[r]:
			return fmt.Errorf("alphabet has %q more than once", r)
		}
		seen[r] = true
	}
	if len(seen) < minAlphabet {
		return fmt.Errorf("alphabet has %d characters, at least %d are needed", len(seen), minAlphabet)
	}
	return nil
}
